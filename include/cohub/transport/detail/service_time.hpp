#ifndef COHUB_TRANSPORT_DETAIL_SERVICE_TIME_HPP
#define COHUB_TRANSPORT_DETAIL_SERVICE_TIME_HPP

#include <cohub/core/clock.hpp>

#include <algorithm>
#include <chrono>
#include <optional>

namespace cohub::inline abi_0_2::transport::detail {

/// @brief A running estimate of how long the server takes for an answer: mean and mean deviation,
/// smoothed as TCP smooths its round trip times (RFC 6298).
///
/// Calls may be refused because of this estimate. So a single event must not raise it: a pause of
/// the network, or of the client's own thread, delays all answers to requests from before its end.
/// A slow answer counts if its request was sent after another slow answer was seen.
class service_time
{
public:
    using duration = std::chrono::nanoseconds;

    /// @param asked when the request was sent
    void answered(clock::time_point asked, clock::time_point now) noexcept
    {
        silence_ = duration(0);
        duration const took = now - asked;
        if (!known_) {
            known_ = true;
            mean_ = took;
            deviation_ = took / 2;
            return;
        }
        if (took > usual()) {
            if (!slow_since_) slow_since_ = now;
            if (asked < *slow_since_) return;
        } else if (slow_since_ && asked >= *slow_since_)
            slow_since_.reset();
        duration const off = took > mean_ ? took - mean_ : mean_ - took;
        deviation_ += (off - deviation_) / 4;
        mean_ += (took - mean_) / 8;
    }

    /// @brief No answer at all has come for `waited`. Until one comes, an answer is assumed to take
    /// twice as long. Otherwise an estimate that is too low could never be corrected, since all
    /// calls that rely on it time out.
    void nothing_heard(duration waited) noexcept { silence_ = std::max(silence_, 2 * waited); }

    bool is_silent() const noexcept { return silence_ != duration(0); }

    /// @brief Almost all answers come within this time; 0 if nothing is known.
    duration likely() const noexcept { return std::max(silence_, usual()); }
    /// @brief The same, but from answers alone, without any silence after them.
    duration usual() const noexcept
    {
        constexpr duration granularity = std::chrono::milliseconds(1);
        return known_ ? mean_ + std::max(granularity, 4 * deviation_) : duration(0);
    }

private:
    duration mean_{0};
    duration deviation_{0};
    duration silence_{0};
    bool known_ = false;
    /// When the first of the slow answers since the last normal one was seen.
    std::optional<clock::time_point> slow_since_;
};

}  // namespace cohub::inline abi_0_2::transport::detail

#endif
