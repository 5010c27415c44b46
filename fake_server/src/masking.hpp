#pragma once

#include <string>
#include <string_view>

namespace cohub::fake {

/// The value of a header as it may be shown.
std::string masked_header(std::string_view name, std::string_view value);

/// Text with API keys, and the values of JSON members such as `password` and `token`, replaced.
std::string masked_text(std::string_view text);

/// The body of a call; knows which methods take a secret as a bare argument.
std::string masked_body(std::string_view method_name, std::string_view body);

/// The answer to a call; knows which methods answer with a bare secret.
std::string masked_answer(std::string_view method_name, std::string_view body);

}  // namespace cohub::fake
