#pragma once

#include <string_view>

#include "message.hpp"

namespace cohub::inline abi_0_2::fake {

class service;
class session_list;

/// Where the server answers about itself.
constexpr std::string_view own_prefix = "/__fake__/";
/// Whether a path is such a place. The prefix without its slash is redirected.
inline bool is_own(std::string_view path)
{
    return path.starts_with(own_prefix) || path == own_prefix.substr(0, own_prefix.size() - 1);
}

/// @param s whose world it is about
void answer_about_itself(service& s, session_list& all, request const& r, reply& out);

/// Lets pages of other origins read the answer.
void allow_all_origins(reply& out);

}  // namespace cohub::inline abi_0_2::fake
