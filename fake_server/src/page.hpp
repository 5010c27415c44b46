#pragma once

#include <string_view>

#include "message.hpp"

namespace cohub::inline abi_0_2::fake {

// The files of fake_server/page, unchanged.
extern std::string_view const page_html;
extern std::string_view const page_css;
extern std::string_view const basics_js;
extern std::string_view const page_js;

/// The page for people. It is one answer. Its content security policy lets a browser run and load
/// only what is in this answer, and send requests only to this server.
void answer_page(reply& out);

}  // namespace cohub::inline abi_0_2::fake
