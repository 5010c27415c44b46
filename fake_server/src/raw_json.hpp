#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace cohub::inline abi_0_2::fake {

/// A JSON object whose spelling is kept. All functions require valid JSON.
struct raw_span
{
    std::size_t begin, end;
};

/// The place of a member's value in this object. If the name is there twice, the last one counts.
std::optional<raw_span> find_member(std::string_view object, std::string_view name);
/// The value as it is spelled; empty when there is no such member.
std::string_view raw_member(std::string_view object, std::string_view name);
/// The content of a text member, with its escapes as they are; nothing when it is no text.
std::optional<std::string_view> raw_text_member(std::string_view object, std::string_view name);
/// The object with this value for the member. A new member goes to the end.
std::string with_member(std::string_view object, std::string_view name, std::string_view value);

}  // namespace cohub::inline abi_0_2::fake
