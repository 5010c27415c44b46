#ifndef COHUB_CORE_TEXT_HPP
#define COHUB_CORE_TEXT_HPP

/// @file
/// @internal Small parts of the library.

#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace cohub::inline abi_0_2::detail {

/// @brief The lower-case letter for an upper-case one of ASCII, in any locale; any other character
/// is returned unchanged.
inline char ascii_lower(char c) noexcept
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

/// @brief Whether two texts are equal apart from the case of ASCII letters, in any locale.
/// @param lower has no upper-case letters
inline bool iequals(std::string_view text, std::string_view lower) noexcept
{
    if (text.size() != lower.size()) return false;
    for (std::size_t i = 0; i != text.size(); ++i)
        if (ascii_lower(text[i]) != lower[i]) return false;
    return true;
}

/// @brief Appends all parts, in order.
inline void append(std::string& to, std::initializer_list<std::string_view> parts)
{
    for (auto const part : parts) to.append(part);
}

/// @brief All parts in one text.
inline std::string concat(std::initializer_list<std::string_view> parts)
{
    std::string text;
    append(text, parts);
    return text;
}

/// @brief All parts in one text, with `separator` between them.
template <class Parts>
std::string joined(Parts const& parts, char separator)
{
    std::string text;
    bool first = true;
    for (std::string_view const part : parts) {
        if (!std::exchange(first, false)) text += separator;
        text += part;
    }
    return text;
}

/// @brief Length of the valid UTF-8 sequence at the start of `s`, 0 if there is none.
inline std::size_t utf8_length(std::string_view s) noexcept
{
    auto const byte = [&](std::size_t i) { return static_cast<unsigned char>(s[i]); };
    auto const tail = [&](std::size_t i) { return i < s.size() && (byte(i) & 0xC0) == 0x80; };
    unsigned char const b = byte(0);
    if (b < 0x80) return 1;
    if (b >= 0xC2 && b <= 0xDF) return tail(1) ? 2 : 0;
    if (b >= 0xE0 && b <= 0xEF) {
        if (!tail(1) || !tail(2)) return 0;
        if (b == 0xE0 && byte(1) < 0xA0) return 0;
        if (b == 0xED && byte(1) > 0x9F) return 0;
        return 3;
    }
    if (b >= 0xF0 && b <= 0xF4) {
        if (!tail(1) || !tail(2) || !tail(3)) return 0;
        if (b == 0xF0 && byte(1) < 0x90) return 0;
        if (b == 0xF4 && byte(1) > 0x8F) return 0;
        return 4;
    }
    return 0;
}

}  // namespace cohub::inline abi_0_2::detail

#endif
