#ifndef COHUB_JSON_DETAIL_DECIMAL_HPP
#define COHUB_JSON_DETAIL_DECIMAL_HPP

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <version>

namespace cohub::inline abi_0_2::json::detail {

/// @brief Reads a number in JSON's notation, exactly, in any locale and with any standard library.
///
/// strtod accepts only the decimal point of the current locale. So it gets digits and an exponent,
/// and no point.
inline double read_decimal_portably(char const* p, char const* end) noexcept
{
    // At most 767 digits distinguish a double from its neighbours. For the further ones, it only
    // matters whether any of them is not zero.
    constexpr int most = 800;
    char text[most + 16];
    int size = 0;
    bool more = false;
    bool point = false;
    std::int64_t exponent = 0;
    bool const negative = *p == '-';
    if (negative) ++p;
    for (; p != end && *p != 'e' && *p != 'E'; ++p) {
        if (*p == '.') {
            point = true;
        } else if (size == most) {
            more |= *p != '0';
            if (!point) ++exponent;
        } else {
            if (size != 0 || *p != '0') text[size++] = *p;
            if (point) --exponent;
        }
    }
    if (size == 0) return negative ? -0.0 : 0.0;
    if (more) {
        text[size++] = '1';
        --exponent;
    }
    if (p != end) {
        // No text is long enough for its digits to compensate for an exponent beyond this.
        constexpr std::int64_t limit = std::numeric_limits<std::int64_t>::max() / 20;
        bool const smaller = *++p == '-';
        if (*p == '-' || *p == '+') ++p;
        std::int64_t written = 0;
        for (; p != end && written < limit; ++p) written = written * 10 + (*p - '0');
        exponent += smaller ? -written : written;
    }
    // Far beyond the range of a double, whatever the digits.
    exponent = std::clamp<std::int64_t>(exponent, -9999, 9999);
    text[size++] = 'e';
    *std::to_chars(text + size, text + sizeof text, exponent).ptr = '\0';
    double v = std::strtod(text, nullptr);
    // A value that is not zero must not become the integer 0.
    if (v == 0) v = std::numeric_limits<double>::denorm_min();
    return negative ? -v : v;
}

/// @brief The same, as fast as the standard library can do it; infinity if no double can hold it.
inline double read_decimal(char const* first, char const* last) noexcept
{
    // Some libraries read only integers; there the function is deleted.
#if defined(__cpp_lib_to_chars)
    double v = 0;
    if (std::from_chars(first, last, v).ec == std::errc() && v != 0) return v;
#endif
    return read_decimal_portably(first, last);
}

}  // namespace cohub::inline abi_0_2::json::detail

#endif
