#pragma once

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <string_view>
#include <system_error>

namespace cohub::inline abi_0_2::fake {

/// The number at the beginning of a word, or 0.
inline double number_of(std::string_view s)
{
    double d = 0;
    std::from_chars(s.data(), s.data() + s.size(), d);
    return d;
}

/// The same without its fraction, limited to 64 bits.
inline std::int64_t integer_of(std::string_view s)
{
    std::int64_t i = 0;
    auto const [end, error] = std::from_chars(s.data(), s.data() + s.size(), i);
    if (error == std::errc() && end == s.data() + s.size()) return i;
    double const d = number_of(s);
    if (std::isnan(d)) return 0;
    // The largest double that fits into an int64_t.
    return static_cast<std::int64_t>(std::clamp(d, -9223372036854775808.0, 9223372036854774784.0));
}

}  // namespace cohub::inline abi_0_2::fake
