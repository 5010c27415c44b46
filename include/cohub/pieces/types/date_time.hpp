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

/// @brief A point in time with microseconds, as in Dart.
using sys_us = std::chrono::sys_time<std::chrono::microseconds>;

/// @brief A point in time in the format of Pieces OS (RFC 3339).
///
/// A time that was read from a text is written with the same text. A new time is written in UTC
/// with three decimal digits of a second, or with six if it needs them.
class date_time
{
public:
    /// @brief 1970-01-01T00:00:00Z
    date_time() = default;
    /// @param t the point in time; it is rounded down to microseconds
    template <class Duration>
    date_time(std::chrono::sys_time<Duration> t)
        : time_(std::chrono::floor<std::chrono::microseconds>(t))
    {
    }

    /// @brief Reads `YYYY-MM-DDThh:mm:ss[.f...]` with up to nine decimal digits, followed by `Z`,
    /// an offset or nothing.
    ///
    /// Only the text contains the digits after microseconds.
    COHUB_DECL static std::optional<date_time> parse(std::string_view text);

    /// @brief The point in time. A text without a time zone is read as UTC.
    sys_us time() const noexcept { return time_; }
    /// @brief Whether the text has a time zone. Dart writes local times without one.
    bool has_zone() const noexcept { return has_zone_; }
    /// @brief The text of the time.
    COHUB_DECL std::string text() const;

    /// @brief Whether both are the same point in time. A time with a zone never equals a time
    /// without one.
    friend bool operator==(date_time const& a, date_time const& b) noexcept
    {
        return a.time_ == b.time_ && a.has_zone_ == b.has_zone_;
    }

private:
    sys_us time_{};
    bool has_zone_ = true;
    std::string text_;  // as it was read; empty: a new time
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
