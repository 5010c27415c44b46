#ifndef COHUB_JSON_TIMESTAMP_HPP
#define COHUB_JSON_TIMESTAMP_HPP

#include <cohub/core/civil_time.hpp>

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace cohub::inline abi_0_2 {

/// @brief A point in time as the services send it: milliseconds since 1970-01-01T00:00:00Z.
using sys_ms = std::chrono::sys_time<std::chrono::milliseconds>;

namespace json {

/// @brief Reads `YYYY-MM-DDThh:mm:ss[.f...]Z`, the form that JavaScript writes.
inline std::optional<sys_ms> parse_iso8601(std::string_view text) noexcept
{
    if (text.size() < 20 || text.back() != 'Z' || text[4] != '-' || text[7] != '-' ||
        text[10] != 'T' || text[13] != ':' || text[16] != ':')
        return std::nullopt;
    auto const number = [text](std::size_t at, std::size_t digits) {
        return cohub::detail::read_digits(text.substr(at, digits)).value_or(-1);
    };
    int const year = number(0, 4);
    if (year < 0) return std::nullopt;
    auto const seconds = cohub::detail::since_epoch(
        {year, number(5, 2), number(8, 2), number(11, 2), number(14, 2), number(17, 2)}
    );
    if (!seconds) return std::nullopt;
    int millis = 0;
    if (text.size() > 20) {
        if (text[19] != '.' || text.size() < 22) return std::nullopt;
        int weight = 100;
        for (char const c : text.substr(20, text.size() - 21)) {
            if (c < '0' || c > '9') return std::nullopt;
            millis += (c - '0') * weight;
            weight /= 10;
        }
    }
    return sys_ms(*seconds + std::chrono::milliseconds(millis));
}

/// @brief Writes `YYYY-MM-DDThh:mm:ss.mmmZ`.
inline std::string format_iso8601(sys_ms time)
{
    auto const second = std::chrono::floor<std::chrono::seconds>(time);
    std::string out;
    cohub::detail::append_iso8601(out, cohub::detail::to_civil(second));
    cohub::detail::append_digits(out += '.', (time - second).count(), 3);
    out += 'Z';
    return out;
}

}  // namespace json
}  // namespace cohub::inline abi_0_2

#endif
