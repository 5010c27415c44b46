#ifndef COHUB_PIECES_TYPES_IMPL_DATE_TIME_IPP
#define COHUB_PIECES_TYPES_IMPL_DATE_TIME_IPP

#include <cohub/core/civil_time.hpp>
#include <cohub/pieces/types/date_time.hpp>

#include <chrono>
#include <cstdint>

namespace cohub::inline abi_0_2::pieces {

namespace detail {

/// Reads exactly `digits` digits at the beginning of `text`, and removes them from `text`.
inline bool take_number(std::string_view& text, std::size_t digits, int& value) noexcept
{
    if (text.size() < digits) return false;
    auto const number = cohub::detail::read_digits(text.substr(0, digits));
    if (!number) return false;
    value = *number;
    text.remove_prefix(digits);
    return true;
}

inline bool take_one_of(std::string_view& text, std::string_view chars) noexcept
{
    if (text.empty() || chars.find(text[0]) == std::string_view::npos) return false;
    text.remove_prefix(1);
    return true;
}

/// Reads a fraction of a second, in microseconds. The fraction is optional.
inline bool take_fraction(std::string_view& text, int& micros) noexcept
{
    if (!take_one_of(text, ".")) return true;
    int digits = 0;
    int weight = 100'000;
    for (int digit = 0; digits != 10 && take_number(text, 1, digit); ++digits, weight /= 10)
        micros += digit * weight;
    return digits >= 1 && digits <= 9;
}

/// Reads an offset, in minutes. The offset is optional; without it, `zone` stays false.
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
    cohub::detail::civil_time t;
    int micros = 0, offset = 0;
    bool zone = false;
    using namespace detail;
    if (!take_number(rest, 4, t.year) || !take_one_of(rest, "-") ||
        !take_number(rest, 2, t.month) || !take_one_of(rest, "-") || !take_number(rest, 2, t.day) ||
        !take_one_of(rest, "Tt ") || !take_number(rest, 2, t.hour) || !take_one_of(rest, ":") ||
        !take_number(rest, 2, t.minute) || !take_one_of(rest, ":") ||
        !take_number(rest, 2, t.second) || !take_fraction(rest, micros) ||
        !take_zone(rest, offset, zone) || !rest.empty())
        return std::nullopt;
    // RFC 3339 allows leap seconds. Here a leap second becomes the next second.
    auto const seconds = cohub::detail::since_epoch(t);
    if (!seconds) return std::nullopt;
    date_time out;
    out.time_ = sys_us(*seconds - std::chrono::minutes(offset) + std::chrono::microseconds(micros));
    out.has_zone_ = zone;
    out.text_.assign(text);
    return out;
}

COHUB_DECL std::string date_time::text() const
{
    if (!text_.empty()) return text_;
    auto const second = std::chrono::floor<std::chrono::seconds>(time_);
    std::int64_t const micros = (time_ - second).count();
    std::string out;
    cohub::detail::append_iso8601(out, cohub::detail::to_civil(second));
    if (micros % 1'000 == 0)
        cohub::detail::append_digits(out += '.', micros / 1'000, 3);
    else
        cohub::detail::append_digits(out += '.', micros, 6);
    out += 'Z';
    return out;
}

}  // namespace cohub::inline abi_0_2::pieces

#endif
