#ifndef COHUB_SIM_TIMER_HPP
#define COHUB_SIM_TIMER_HPP

#include <cohub/core/clock.hpp>
#include <cohub/core/error.hpp>
#include <cohub/sim/detail/core.hpp>
#include <cohub/sim/detail/waiting.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/async_result.hpp>

#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

namespace cohub::inline abi_0_2::sim {

/// @brief Waits in the time of a world, like `asio::steady_timer` in real time. A service that
/// takes its timer's type as a template parameter runs with both.
class timer
{
public:
    /// Asio requires this type of a timer.
    using executor_type = boost::asio::any_io_executor;
    /// The clock of this timer.
    using clock_type = clock;
    /// A length of time of that clock.
    using duration = clock::duration;
    /// A point in time of that clock.
    using time_point = clock::time_point;

    /// @param executor one of a `sim::world`
    explicit timer(executor_type const& executor)
        : state_(std::make_shared<state>(executor, detail::core_service::of(executor)))
    {
    }
    /// @brief The same, and sets the expiry time.
    /// @param executor one of a `sim::world`
    /// @param after counted from now
    timer(executor_type const& executor, duration after) : timer(executor) { expires_after(after); }
    timer(timer&&) noexcept = default;
    timer& operator=(timer&& other) noexcept
    {
        if (this != &other) {
            if (state_) state_->end();
            state_ = std::move(other.state_);
        }
        return *this;
    }
    ~timer()
    {
        if (state_) state_->end();
    }

    /// @brief The executor of its world.
    executor_type const& get_executor() const noexcept { return state_->executor; }
    /// @brief When the timer expires.
    time_point expiry() const noexcept { return state_->due; }

    /// @brief Sets the expiry time, counted from now. Pending waits end with `operation_aborted`.
    /// @return how many waits were pending
    std::size_t expires_after(duration after)
    {
        // At most the largest time point: a caller may mean "never".
        auto const now = state_->world->time->now();
        return expires_at(after > time_point::max() - now ? time_point::max() : now + after);
    }
    /// @brief The same as a point in time.
    /// @return how many waits were pending
    std::size_t expires_at(time_point when)
    {
        std::size_t const n = cancel();
        state_->due = when;
        return n;
    }
    /// @brief Pending waits end with `operation_aborted`.
    /// @return how many waits were pending
    std::size_t cancel() { return state_->end(); }

    /// @brief Completes with `void(error_code)`.
    template <class Token>
    // NOLINTNEXTLINE(cppcoreguidelines-missing-std-forward): Asio takes an lvalue
    auto async_wait(Token&& token)
    {
        return boost::asio::async_initiate<Token, void(error_code)>(
            [s = state_](auto handler) {
                auto const op = detail::make_waiting(std::move(handler), s->executor);
                // The event owns the handler, so that the handler is destroyed with the world at
                // the latest.
                auto const key =
                    s->world->time->at(s->due, [op](error_code ec) { op->finish(ec); });
                s->waiters.push_back(key);
                op->cancel_by([s, key](auto& self) {
                    std::erase(s->waiters, key);
                    s->world->time->forget(key);
                    self.finish(error_code(boost::asio::error::operation_aborted));
                });
            },
            token
        );
    }

private:
    struct state
    {
        state(executor_type const& e, std::shared_ptr<detail::core> w)
            : executor(e), world(std::move(w)), due(world->time->now())
        {
        }

        std::size_t end()
        {
            std::size_t n = 0;
            for (auto const& w : std::exchange(waiters, {}))
                if (world->time->abort(w)) ++n;
            return n;
        }

        executor_type executor;
        std::shared_ptr<detail::core> world;
        time_point due;
        std::vector<detail::timeline::key> waiters;
    };

    std::shared_ptr<state> state_;
};

}  // namespace cohub::inline abi_0_2::sim

#endif
