#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "world.hpp"

namespace cohub::inline abi_0_2::fake {

/// A message that is sent.
struct letter
{
    std::string from_id;
    std::vector<std::string> to_ids;  ///< as given; each one must belong to an account
    std::optional<std::string> subject, body;
    std::optional<std::int64_t> thread_id;
};

/// Delivers the message.
/// @return its id, or nothing when it has no recipient
/// @throws call_error for an invalid id and for one that belongs to no account
std::optional<std::int64_t> post(world& w, letter l);

}  // namespace cohub::inline abi_0_2::fake
