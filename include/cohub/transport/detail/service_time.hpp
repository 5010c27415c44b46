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
/// Calls are refused by it, so that one mishap must not raise it: a pause of the network, or of the
/// client's own thread, makes all answers late that were asked for before its end. A slow answer
/// counts if it was asked for after another one had been seen to be slow.
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

    /// @brief No answer at all has come for `waited`. Until one does, an answer is taken to need
    /// twice as long: an estimate that is too low would never be mended otherwise, since what is
    /// sent by it times out.
    void nothing_heard(duration waited) noexcept { silence_ = std::max(silence_, 2 * waited); }

    bool is_silent() const noexcept { return silence_ != duration(0); }

    /// @brief Almost all answers come within this; 0 while nothing is known.
    duration likely() const noexcept { return std::max(silence_, usual()); }
    /// @brief The same by the answers alone, whatever silence followed them.
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
    /// When the first answer was seen that took longer than is usual, since one that did not.
    std::optional<clock::time_point> slow_since_;
};

}  // namespace cohub::inline abi_0_2::transport::detail

#endif
