#pragma once

#include <string_view>

#include "message.hpp"

namespace cohub::inline abi_0_2::fake {

class service;
class session_list;

/// Where the server answers about itself.
constexpr std::string_view own_prefix = "/__fake__/";

/// @param s whose world it is about
void answer_about_itself(service& s, session_list& all, request const& r, reply& out);

/// Lets pages of other origins read the answer.
void allow_all_origins(reply& out);

}  // namespace cohub::inline abi_0_2::fake
