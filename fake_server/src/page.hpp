#pragma once

#include <string_view>

#include "message.hpp"

namespace cohub::fake {

// The files of fake_server/page, as they are there.
extern std::string_view const page_html;
extern std::string_view const page_css;
extern std::string_view const basics_js;
extern std::string_view const page_js;

/// The page for people: one answer, whose policy lets a browser run and load nothing but what is in
/// it, and ask nobody but this server.
void answer_page(reply& out);

}  // namespace cohub::fake
