#ifndef COHUB_CALL_RETRY_BUDGET_HPP
#define COHUB_CALL_RETRY_BUDGET_HPP

/// @file
/// @internal How a call is carried out.

#include <cohub/core/clock.hpp>

#include <algorithm>
#include <chrono>

namespace cohub::inline abi_0_2::call {

/// @brief How many repetitions a client may send: a share of its calls, and a few more per second.
///
/// When a server fails, each call that is repeated adds to its load. A budget bounds this load for
/// the client as a whole, whatever each call may do (Finagle's RetryBudget, gRPC's proposal A6).
/// What a call has earned loses its value and is worth nothing after about ten seconds.
class retry_budget
{
public:
    /// @param ratio repetitions that each call earns
    /// @param reserve repetitions per second that need not be earned
    retry_budget(double ratio, double reserve) noexcept
        : ratio_(ratio), reserve_(reserve), spare_(reserve * window)
    {
    }

    /// @brief A call has begun.
    void call_began(clock::time_point now) noexcept
    {
        pass(now);
        earned_ += ratio_;
    }

    /// @brief Whether another repetition may be sent.
    bool has_one(clock::time_point now) noexcept
    {
        pass(now);
        return std::max(earned_, spare_) >= 1;
    }
    /// @brief The same, and takes one repetition from the budget.
    bool take(clock::time_point now) noexcept
    {
        if (!has_one(now)) return false;
        (earned_ >= 1 ? earned_ : spare_) -= 1;
        return true;
    }

    /// @brief Number of repetitions that may be sent at once.
    double balance(clock::time_point now) noexcept
    {
        pass(now);
        return earned_ + spare_;
    }

private:
    static constexpr double window = 10;  // seconds

    void pass(clock::time_point now) noexcept
    {
        if (now <= then_) return;
        bool const is_first = then_ == clock::time_point();
        double const seconds = std::chrono::duration<double>(now - then_).count();
        then_ = now;
        if (is_first) return;
        earned_ *= std::max(0.0, 1 - seconds / window);
        spare_ = std::min(reserve_ * window, spare_ + reserve_ * seconds);
    }

    double ratio_;
    double reserve_;
    double earned_ = 0;
    double spare_;
    clock::time_point then_;
};

}  // namespace cohub::inline abi_0_2::call

#endif
