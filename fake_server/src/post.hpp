#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "world.hpp"

namespace cohub::fake {

/// A message that somebody hands in.
struct letter
{
    std::string from_id;
    std::vector<std::string> to_ids;  ///< as given: each has to be an account's
    std::optional<std::string> subject, body;
    std::optional<std::int64_t> thread_id;
};

/// Delivers it.
/// @return its id, or nothing when it is to nobody
/// @throws call_error for an id that is none or nobody's
std::optional<std::int64_t> post(world& w, letter l);

}  // namespace cohub::fake
