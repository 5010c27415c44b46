#ifndef COHUB_PIECES_TYPES_DATE_TIME_HPP
#define COHUB_PIECES_TYPES_DATE_TIME_HPP

#include <cohub/core/config.hpp>
#include <cohub/json/decode.hpp>
#include <cohub/json/encode.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace cohub::inline abi_0_2::pieces {

/// @brief A point in time with microseconds, as Dart counts.
using sys_us = std::chrono::sys_time<std::chrono::microseconds>;

/// @brief A point in time as Pieces OS tells it (RFC 3339). What was read is written back as it
/// came; a new one is written in UTC with three digits of a second, six if need be.
class date_time
{
public:
    /// @brief 1970-01-01T00:00:00Z
    date_time() = default;
    /// @param t is cut to microseconds
    template <class Duration>
    date_time(std::chrono::sys_time<Duration> t)
        : time_(std::chrono::floor<std::chrono::microseconds>(t))
    {
    }

    /// @brief Reads `YYYY-MM-DDThh:mm:ss[.f...]` with up to nine digits, and behind it `Z`, an
    /// offset or nothing. Digits beyond microseconds are kept in the text alone.
    COHUB_DECL static std::optional<date_time> parse(std::string_view text);

    /// @brief Without a zone: as if it had been UTC.
    sys_us time() const noexcept { return time_; }
    /// @brief False if the text does not say which zone it means; Dart leaves that out for local
    /// times.
    bool has_zone() const noexcept { return has_zone_; }
    /// @brief As it is written.
    COHUB_DECL std::string text() const;

    /// @brief The same point in time; two of which one has no zone are never that.
    friend bool operator==(date_time const& a, date_time const& b) noexcept
    {
        return a.time_ == b.time_ && a.has_zone_ == b.has_zone_;
    }

private:
    sys_us time_{};
    bool has_zone_ = true;
    std::string text_;  // as it came; empty: it did not
};

template <class Writer>
void encode(Writer& w, date_time const& t)
{
    w.text(t.text());
}

}  // namespace cohub::inline abi_0_2::pieces

namespace cohub::inline abi_0_2::json::detail {

template <>
struct plain_type<pieces::date_time>
{
    template <class Target>
    static constexpr type_info info()
    {
        type_info t = plain<Target>(kind::text, "a time in RFC 3339");
        t.store_text = [](void* p, std::string_view s) {
            auto time = pieces::date_time::parse(s);
            if (time) place<Target, pieces::date_time>(p) = std::move(*time);
            return time.has_value();
        };
        return t;
    }
};

}  // namespace cohub::inline abi_0_2::json::detail

#if !defined(COHUB_SEPARATE_COMPILATION)
#include <cohub/pieces/types/impl/date_time.ipp>
#endif

#endif
