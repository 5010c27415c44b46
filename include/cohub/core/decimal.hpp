#ifndef COHUB_CORE_DECIMAL_HPP
#define COHUB_CORE_DECIMAL_HPP

#include <cstdint>
#include <string_view>

namespace cohub::detail {

/// Reads decimal digits, all of `text`. Not std::from_chars, which compiles all bases in every
/// source and once more for each type.
/// @return false if there is anything else, nothing, or too much for `value`
inline bool read_decimal(std::string_view text, std::uint64_t& value) noexcept
{
    value = 0;
    for (char const c : text)
        if (c < '0' || c > '9' || __builtin_mul_overflow(value, 10U, &value) ||
            __builtin_add_overflow(value, static_cast<unsigned>(c - '0'), &value))
            return false;
    return !text.empty();
}

}  // namespace cohub::detail

#endif
