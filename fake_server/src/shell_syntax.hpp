#pragma once

// What is a name, and where a parenthesis closes. All parts of the fake shell use this.

#include <cctype>
#include <cstddef>
#include <string_view>

namespace cohub::inline abi_0_2::fake {

inline bool is_name_start(char c)
{
    return std::isalpha(static_cast<unsigned char>(c)) || c == '_';
}
inline bool is_name(char c)
{
    return is_name_start(c) || std::isdigit(static_cast<unsigned char>(c));
}

/// The position where the parenthesis opened before `at` closes, or npos.
std::size_t closing_parenthesis(std::string_view s, std::size_t at);

}  // namespace cohub::inline abi_0_2::fake
