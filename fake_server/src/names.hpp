#pragma once

#include <string_view>

namespace cohub::inline abi_0_2::fake {

/// A fault for a call that this server does not have would wait for ever.
/// @param pattern as faults and the journal take it; paths are not checked
/// @throws std::invalid_argument that names the most similar existing call
void check_names_a_call(std::string_view pattern);

}  // namespace cohub::inline abi_0_2::fake
