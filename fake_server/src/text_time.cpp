#include <charconv>
#include <cstdint>
#include <cstdio>
#include <system_error>

#include "text.hpp"

namespace cohub::inline abi_0_2::fake {

namespace {

// Converts days since 1970-01-01 to a civil date and back (Howard Hinnant's algorithms).
struct civil
{
    std::int64_t year;
    unsigned month, day;
};

civil civil_from_days(std::int64_t z)
{
    z += 719468;
    std::int64_t const era = (z >= 0 ? z : z - 146096) / 146097;
    auto const doe = static_cast<unsigned>(z - era * 146097);
    unsigned const yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    unsigned const doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    unsigned const mp = (5 * doy + 2) / 153;
    unsigned const month = mp < 10 ? mp + 3 : mp - 9;
    return {
        static_cast<std::int64_t>(yoe) + era * 400 + (month <= 2),
        month,
        doy - (153 * mp + 2) / 5 + 1};
}

std::int64_t days_from_civil(civil c)
{
    std::int64_t const y = c.year - (c.month <= 2);
    std::int64_t const era = (y >= 0 ? y : y - 399) / 400;
    auto const yoe = static_cast<unsigned>(y - era * 400);
    unsigned const doy = (153 * (c.month > 2 ? c.month - 3 : c.month + 9) + 2) / 5 + c.day - 1;
    unsigned const doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
    return era * 146097 + static_cast<std::int64_t>(doe) - 719468;
}

constexpr std::int64_t day_ms = 86'400'000;

std::int64_t floor_days(std::int64_t ms)
{
    return ms >= 0 ? ms / day_ms : -((-ms + day_ms - 1) / day_ms);
}

}  // namespace

std::string iso_time(std::int64_t ms)
{
    std::int64_t const days = floor_days(ms);
    civil const d = civil_from_days(days);
    auto const t = static_cast<int>(ms - days * day_ms);
    char text[48];
    std::snprintf(
        text,
        sizeof text,
        "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ",
        static_cast<int>(d.year),
        d.month,
        d.day,
        t / 3'600'000,
        t / 60'000 % 60,
        t / 1000 % 60,
        t % 1000
    );
    return text;
}

std::optional<std::int64_t> parse_iso_time(std::string_view s)
{
    std::size_t i = 0;
    auto const number = [&](std::size_t width, unsigned& to) {
        if (i + width > s.size()) return false;
        auto const [end, error] = std::from_chars(s.data() + i, s.data() + i + width, to);
        if (error != std::errc() || end != s.data() + i + width) return false;
        i += width;
        return true;
    };
    auto const skip = [&](std::string_view any) {
        if (i >= s.size() || any.find(s[i]) == any.npos) return false;
        ++i;
        return true;
    };
    unsigned year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, fraction = 0;
    if (!number(4, year) || !skip("-") || !number(2, month) || !skip("-") || !number(2, day)) {
        return {};
    }
    if (month < 1 || month > 12 || day < 1 || day > 31) return {};
    std::int64_t offset = 0;
    if (i < s.size()) {
        if (!skip("T ") || !number(2, hour) || !skip(":") || !number(2, minute)) return {};
        if (skip(":") && !number(2, second)) return {};
        if (skip(".")) {
            unsigned scale = 100;
            for (; i < s.size() && s[i] >= '0' && s[i] <= '9'; ++i, scale /= 10) {
                fraction += scale * static_cast<unsigned>(s[i] - '0');
            }
        }
        if (i < s.size() && (s[i] == '+' || s[i] == '-')) {
            int const sign = s[i++] == '+' ? 1 : -1;
            unsigned h = 0, m = 0;
            if (!number(2, h)) return {};
            skip(":");
            if (i < s.size() && !number(2, m)) return {};
            offset = sign * static_cast<std::int64_t>(h * 60 + m) * 60'000;
        } else {
            skip("Z");
        }
        if (i != s.size() || hour > 24 || minute > 59 || second > 60) return {};
    }
    return days_from_civil({year, month, day}) * day_ms +
           static_cast<std::int64_t>(hour) * 3'600'000 +
           static_cast<std::int64_t>(minute) * 60'000 + static_cast<std::int64_t>(second) * 1000 +
           fraction - offset;
}

std::string const& http_date(std::int64_t ms)
{
    // The clock of a fake server usually stands still, so the last text is kept.
    thread_local std::int64_t last = INT64_MIN;
    thread_local std::string text;
    if (ms == last) return text;
    static constexpr char const* weekdays[] = {"Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"};
    static constexpr char const* months[] = {
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    std::int64_t const days = floor_days(ms);
    civil const d = civil_from_days(days);
    auto const t = static_cast<int>(ms - days * day_ms);
    char buffer[48];
    std::snprintf(
        buffer,
        sizeof buffer,
        "%s, %02u %s %04d %02d:%02d:%02d GMT",
        weekdays[((days % 7) + 7) % 7],
        d.day,
        months[d.month - 1],
        static_cast<int>(d.year),
        t / 3'600'000,
        t / 60'000 % 60,
        t / 1000 % 60
    );
    last = ms;
    text = buffer;
    return text;
}

}  // namespace cohub::inline abi_0_2::fake
