#ifndef COHUB_HTTP_IMPL_RETRY_AFTER_IPP
#define COHUB_HTTP_IMPL_RETRY_AFTER_IPP

#include <cohub/core/civil_time.hpp>
#include <cohub/http/retry_after.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>

namespace cohub::inline abi_0_2::http {

namespace detail {

/// The longest wait that is distinguished: a longer one means "never".
inline constexpr std::chrono::seconds longest_wait = std::chrono::hours(24 * 3650);

inline std::optional<int> month_number(std::string_view name) noexcept
{
    static constexpr std::array<std::string_view, 12> names{
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    for (std::size_t i = 0; i != names.size(); ++i)
        if (names[i] == name) return static_cast<int>(i) + 1;
    return std::nullopt;
}

/// In seconds since 1970.
inline std::optional<std::chrono::seconds> make_time(
    std::string_view year,
    std::string_view month,
    std::string_view day,
    std::string_view time,
    std::chrono::system_clock::time_point now
) noexcept
{
    if (time.size() != 8 || time[2] != ':' || time[5] != ':') return std::nullopt;
    if (!day.empty() && day.front() == ' ') day.remove_prefix(1);
    using cohub::detail::read_digits;
    auto const y = read_digits(year), d = read_digits(day), m = month_number(month);
    auto const hour = read_digits(time.substr(0, 2)), minute = read_digits(time.substr(3, 2)),
               second = read_digits(time.substr(6, 2));
    if (!y || !m || !d || !hour || !minute || !second) return std::nullopt;
    int full_year = *y;
    if (year.size() == 2) {
        // RFC 850 dates have two digits. A year more than 50 years ahead means the past century.
        int const this_year =
            cohub::detail::to_civil(std::chrono::floor<std::chrono::seconds>(now)).year;
        full_year += this_year - this_year % 100;
        if (full_year > this_year + 50) full_year -= 100;
    }
    return cohub::detail::since_epoch({full_year, *m, *d, *hour, *minute, *second});
}

inline std::optional<std::chrono::seconds> parse_http_date(
    std::string_view t, std::chrono::system_clock::time_point now
) noexcept
{
    // Sun, 06 Nov 1994 08:49:37 GMT
    if (t.size() == 29 && t[3] == ',' && t.ends_with(" GMT"))
        return make_time(t.substr(12, 4), t.substr(8, 3), t.substr(5, 2), t.substr(17, 8), now);
    // Sunday, 06-Nov-94 08:49:37 GMT
    std::size_t const comma = t.find(", ");
    if (comma != std::string_view::npos && t.ends_with(" GMT")) {
        std::string_view const d = t.substr(comma + 2);
        if (d.size() != 22 || d[2] != '-' || d[6] != '-') return std::nullopt;
        return make_time(d.substr(7, 2), d.substr(3, 3), d.substr(0, 2), d.substr(10, 8), now);
    }
    // Sun Nov  6 08:49:37 1994
    if (t.size() == 24 && t[3] == ' ')
        return make_time(t.substr(20, 4), t.substr(4, 3), t.substr(8, 2), t.substr(11, 8), now);
    return std::nullopt;
}

}  // namespace detail

COHUB_DECL std::optional<std::chrono::seconds> parse_retry_after(
    std::string_view text, std::chrono::system_clock::time_point now
) noexcept
{
    if (text.empty()) return std::nullopt;
    if (text.find_first_not_of("0123456789") == std::string_view::npos) {
        std::uint64_t seconds = 0;
        constexpr std::uint64_t longest = detail::longest_wait.count();
        auto const read = std::from_chars(text.data(), text.data() + text.size(), seconds);
        bool const fits = read.ec == std::errc() && seconds <= longest;
        return fits ? std::chrono::seconds(seconds) : detail::longest_wait;
    }
    auto const date = detail::parse_http_date(text, now);
    if (!date) return std::nullopt;
    auto const wait = *date - std::chrono::floor<std::chrono::seconds>(now.time_since_epoch());
    return std::clamp<std::chrono::seconds>(wait, std::chrono::seconds(0), detail::longest_wait);
}

}  // namespace cohub::inline abi_0_2::http

#endif
