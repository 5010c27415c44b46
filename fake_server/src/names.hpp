#pragma once

#include <string_view>

namespace cohub::fake {

/// A fault that names no call of this server would wait for ever.
/// @param pattern as faults and the journal take it; paths are not looked at
/// @throws std::invalid_argument naming the nearest call that there is
void check_names_a_call(std::string_view pattern);

}  // namespace cohub::fake
