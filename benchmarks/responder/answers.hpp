#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace bench {

/// The two answers to `user_search` with which the figures were measured.
inline constexpr std::size_t small_users = 2;   // 382 bytes
inline constexpr std::size_t large_users = 19;  // 3,630 bytes

/// The text of the search. With it, the body of the request has 82 bytes.
inline constexpr std::string_view query_text = "ada lovelace,ada@x.yz";
inline constexpr int query_limit = 20;

/// The base paths under which the responder gives the small and the large answer.
inline constexpr std::string_view small_path = "/small";
inline constexpr std::string_view large_path = "/large";

/// The hub's answer with this many users.
std::string users_json(std::size_t count);

}  // namespace bench
