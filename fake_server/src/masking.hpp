#pragma once

#include <string>
#include <string_view>

namespace cohub::inline abi_0_2::fake {

/// The value of a header in the form in which it may be shown.
std::string masked_header(std::string_view name, std::string_view value);

/// The text without API keys and without the values of members such as `password` and `token`, in
/// JSON and in forms.
std::string masked_text(std::string_view text);

/// The body of a call. Knows which methods have a secret as a bare argument.
std::string masked_body(std::string_view method_name, std::string_view body);

/// The answer to a call. Knows which methods answer with a bare secret.
std::string masked_answer(std::string_view method_name, std::string_view body);

}  // namespace cohub::inline abi_0_2::fake
