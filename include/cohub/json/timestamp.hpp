#ifndef COHUB_JSON_TIMESTAMP_HPP
#define COHUB_JSON_TIMESTAMP_HPP

#include <charconv>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace cohub {

/// @brief A point in time as the services tell it: milliseconds since 1970-01-01T00:00:00Z.
using sys_ms = std::chrono::sys_time<std::chrono::milliseconds>;

namespace json {

/// @brief Reads `YYYY-MM-DDThh:mm:ss[.f...]Z`, the form JavaScript writes.
inline std::optional<sys_ms> parse_iso8601(std::string_view text) noexcept
{
    auto const number = [&](std::size_t at, std::size_t digits) -> int {
        char const* const end = text.data() + at + digits;
        unsigned value = 0;  // unsigned, since a sign is no digit
        auto const [rest, ec] = std::from_chars(text.data() + at, end, value);
        return ec == std::errc() && rest == end ? static_cast<int>(value) : -1;
    };
    if (text.size() < 20 || text.back() != 'Z' || text[4] != '-' || text[7] != '-' ||
        text[10] != 'T' || text[13] != ':' || text[16] != ':')
        return std::nullopt;
    int const hour = number(11, 2), minute = number(14, 2), second = number(17, 2);
    int const year = number(0, 4), month = number(5, 2), day = number(8, 2);
    if (year < 0 || month < 0 || day < 0) return std::nullopt;
    std::chrono::year_month_day const date{
        std::chrono::year(year),
        std::chrono::month(static_cast<unsigned>(month)),
        std::chrono::day(static_cast<unsigned>(day))};
    if (!date.ok() || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 ||
        second > 60)
        return std::nullopt;
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
    std::int64_t const days = std::chrono::sys_days(date).time_since_epoch().count();
    std::int64_t const seconds = ((days * 24 + hour) * 60 + minute) * 60 + second;
    return sys_ms(std::chrono::milliseconds(seconds * 1000 + millis));
}

/// @brief Writes `YYYY-MM-DDThh:mm:ss.mmmZ`.
inline std::string format_iso8601(sys_ms time)
{
    auto const day = std::chrono::floor<std::chrono::days>(time);
    std::chrono::year_month_day const date(day);
    auto const ms = (time - day).count();
    std::string out;
    auto const put = [&](long long value, std::size_t digits) {
        std::string const text = std::to_string(value);
        if (text.size() < digits) out.append(digits - text.size(), '0');
        out += text;
    };
    put(static_cast<int>(date.year()), 4);
    out += '-';
    put(static_cast<unsigned>(date.month()), 2);
    out += '-';
    put(static_cast<unsigned>(date.day()), 2);
    out += 'T';
    put(ms / 3'600'000, 2);
    out += ':';
    put(ms / 60'000 % 60, 2);
    out += ':';
    put(ms / 1000 % 60, 2);
    out += '.';
    put(ms % 1000, 3);
    out += 'Z';
    return out;
}

}  // namespace json
}  // namespace cohub

#endif
