#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace cohub::fake {

/// A JSON object that is kept as it was spelled. All functions take valid JSON for granted.
struct raw_span
{
    std::size_t begin, end;
};

/// Where the value of a member of this object stands; of a name that is there twice, the last one.
std::optional<raw_span> find_member(std::string_view object, std::string_view name);
/// The value's own spelling, empty when there is no such member.
std::string_view raw_member(std::string_view object, std::string_view name);
/// What a text member says, without its escapes undone; nothing when it is no text.
std::optional<std::string_view> raw_text_member(std::string_view object, std::string_view name);
/// With this value in the member's place, or behind all others when there is none.
std::string with_member(std::string_view object, std::string_view name, std::string_view value);

}  // namespace cohub::fake
