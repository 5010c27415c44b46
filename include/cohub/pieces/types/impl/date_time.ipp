#ifndef COHUB_PIECES_TYPES_IMPL_DATE_TIME_IPP
#define COHUB_PIECES_TYPES_IMPL_DATE_TIME_IPP

#include <cohub/pieces/types/date_time.hpp>

#include <charconv>

namespace cohub::pieces {

namespace detail {

/// Exactly `digits` digits at the beginning of `text`, which loses them.
inline bool take_number(std::string_view& text, std::size_t digits, int& value) noexcept
{
    if (text.size() < digits) return false;
    char const* const end = text.data() + digits;
    unsigned number = 0;  // unsigned, since a sign is no digit
    auto const [rest, ec] = std::from_chars(text.data(), end, number);
    if (ec != std::errc() || rest != end) return false;
    value = static_cast<int>(number);
    text.remove_prefix(digits);
    return true;
}

inline bool take_one_of(std::string_view& text, std::string_view chars) noexcept
{
    if (text.empty() || chars.find(text[0]) == std::string_view::npos) return false;
    text.remove_prefix(1);
    return true;
}

/// A fraction of a second in microseconds; none is none.
inline bool take_fraction(std::string_view& text, int& micros) noexcept
{
    if (!take_one_of(text, ".")) return true;
    int digits = 0;
    int weight = 100'000;
    for (int digit = 0; digits != 10 && take_number(text, 1, digit); ++digits, weight /= 10)
        micros += digit * weight;
    return digits >= 1 && digits <= 9;
}

/// An offset in minutes; `zone` stays false if there is none.
inline bool take_zone(std::string_view& text, int& minutes, bool& zone) noexcept
{
    if (text.empty()) return true;
    zone = true;
    if (take_one_of(text, "Zz")) return true;
    bool const west = text[0] == '-';
    int h = 0, m = 0;
    if (!take_one_of(text, "+-") || !take_number(text, 2, h) || !take_one_of(text, ":") ||
        !take_number(text, 2, m) || h > 23 || m > 59)
        return false;
    minutes = (west ? -1 : 1) * (h * 60 + m);
    return true;
}

}  // namespace detail

COHUB_DECL std::optional<date_time> date_time::parse(std::string_view text)
{
    std::string_view rest = text;
    int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, micros = 0, offset = 0;
    bool zone = false;
    using namespace detail;
    if (!take_number(rest, 4, year) || !take_one_of(rest, "-") || !take_number(rest, 2, month) ||
        !take_one_of(rest, "-") || !take_number(rest, 2, day) || !take_one_of(rest, "Tt ") ||
        !take_number(rest, 2, hour) || !take_one_of(rest, ":") || !take_number(rest, 2, minute) ||
        !take_one_of(rest, ":") || !take_number(rest, 2, second) || !take_fraction(rest, micros) ||
        !take_zone(rest, offset, zone) || !rest.empty())
        return std::nullopt;
    std::chrono::year_month_day const date{
        std::chrono::year(year),
        std::chrono::month(static_cast<unsigned>(month)),
        std::chrono::day(static_cast<unsigned>(day))};
    // RFC 3339 knows leap seconds; the next second stands for one here.
    if (!date.ok() || hour > 23 || minute > 59 || second > 60) return std::nullopt;
    std::int64_t const days = std::chrono::sys_days(date).time_since_epoch().count();
    std::int64_t const seconds =
        days * 86'400 + hour * 3'600 + (minute - offset) * std::int64_t(60) + second;
    date_time t;
    t.time_ = sys_us(std::chrono::microseconds(seconds * 1'000'000 + micros));
    t.has_zone_ = zone;
    t.text_.assign(text);
    return t;
}

COHUB_DECL std::string date_time::text() const
{
    if (!text_.empty()) return text_;
    std::int64_t const us = time_.time_since_epoch().count();
    std::int64_t day = us / 86'400'000'000;
    if (us % 86'400'000'000 < 0) --day;
    std::int64_t rest = us - day * 86'400'000'000;
    std::chrono::year_month_day const date{
        std::chrono::sys_days(std::chrono::days(static_cast<int>(day)))};
    std::string out;
    auto const put = [&out](std::int64_t value, std::size_t digits, char behind) {
        std::string const number = std::to_string(value);
        if (number.size() < digits) out.append(digits - number.size(), '0');
        out += number;
        out += behind;
    };
    put(static_cast<int>(date.year()), 4, '-');
    put(static_cast<unsigned>(date.month()), 2, '-');
    put(static_cast<unsigned>(date.day()), 2, 'T');
    put(rest / 3'600'000'000, 2, ':');
    put(rest / 60'000'000 % 60, 2, ':');
    put(rest / 1'000'000 % 60, 2, '.');
    rest %= 1'000'000;
    if (rest % 1'000 == 0)
        put(rest / 1'000, 3, 'Z');
    else
        put(rest, 6, 'Z');
    return out;
}

}  // namespace cohub::pieces

#endif
