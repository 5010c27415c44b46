#ifndef COHUB_CORE_CIVIL_TIME_HPP
#define COHUB_CORE_CIVIL_TIME_HPP

/// @file
/// @internal Small parts of the library.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// The calendar. JSON's timestamps, HTTP's dates and those of Pieces OS are written differently, but
// mean the same.

namespace cohub::inline abi_0_2::detail {

/// @brief A date and a time of day, in UTC.
struct civil_time
{
    int year = 1970, month = 1, day = 1;
    int hour = 0, minute = 0, second = 0;
};

/// @return nothing if there is no such time; a leap second counts as the second after it
inline std::optional<std::chrono::seconds> since_epoch(civil_time const& t) noexcept
{
    using namespace std::chrono;
    // Outside these ranges, the calendar's types wrap around.
    if (t.year < -9999 || t.year > 9999 || t.month < 1 || t.month > 12 || t.day < 1 || t.day > 31)
        return std::nullopt;
    year_month_day const date{
        std::chrono::year(t.year),
        std::chrono::month(static_cast<unsigned>(t.month)),
        std::chrono::day(static_cast<unsigned>(t.day))};
    if (!date.ok() || t.hour < 0 || t.hour > 23 || t.minute < 0 || t.minute > 59 || t.second < 0 ||
        t.second > 60)
        return std::nullopt;
    std::int64_t const days = sys_days(date).time_since_epoch().count();
    return seconds(((days * 24 + t.hour) * 60 + t.minute) * 60 + t.second);
}

inline civil_time to_civil(std::chrono::sys_seconds time) noexcept
{
    using namespace std::chrono;
    auto const day = floor<days>(time);
    year_month_day const date(day);
    auto const rest = static_cast<int>((time - day).count());
    civil_time t;
    t.year = static_cast<int>(date.year());
    t.month = static_cast<int>(static_cast<unsigned>(date.month()));
    t.day = static_cast<int>(static_cast<unsigned>(date.day()));
    t.hour = rest / 3600;
    t.minute = rest / 60 % 60;
    t.second = rest % 60;
    return t;
}

/// @brief Reads a number that consists of one to four digits.
/// @return nothing if the text is anything else
inline std::optional<int> read_digits(std::string_view text) noexcept
{
    if (text.empty() || text.size() > 4) return std::nullopt;
    int value = 0;
    for (char const c : text) {
        if (c < '0' || c > '9') return std::nullopt;
        value = value * 10 + (c - '0');
    }
    return value;
}

/// @brief Appends a number of at least `digits` digits.
inline void append_digits(std::string& out, std::int64_t value, std::size_t digits)
{
    std::string const text = std::to_string(value);
    if (text.size() < digits) out.append(digits - text.size(), '0');
    out += text;
}

/// @brief Appends `YYYY-MM-DDThh:mm:ss`.
inline void append_iso8601(std::string& out, civil_time const& t)
{
    append_digits(out, t.year, 4);
    append_digits(out += '-', t.month, 2);
    append_digits(out += '-', t.day, 2);
    append_digits(out += 'T', t.hour, 2);
    append_digits(out += ':', t.minute, 2);
    append_digits(out += ':', t.second, 2);
}

}  // namespace cohub::inline abi_0_2::detail

#endif
