#ifndef COHUB_CORE_AUTO_ADVANCE_CLOCK_HPP
#define COHUB_CORE_AUTO_ADVANCE_CLOCK_HPP

#include <cohub/core/clock.hpp>

#include <algorithm>
#include <chrono>
#include <mutex>
#include <vector>

namespace cohub::inline abi_0_2 {

/// @brief A clock that stands still while anything can happen, and then moves to the next point in
/// time at which something is due. For tests.
///
///     options.clock = std::make_shared<cohub::auto_advance_clock>();
///
/// The clock moves if its clients have calls under way, and all these calls wait for time alone:
/// for the end of a backoff, of a window, of a silence, or of the time that a `Retry-After` named.
/// While an exchange is on the wire, a connection is being made, or a hook is asked, the clock
/// stands still, because the peer answers in real time: no deadline passes only because the clock
/// has jumped. The clock also stands still until the clients' executors have run what is ready.
///
/// The clock does not see what waits by other clocks, for example an `asio::steady_timer`. On an
/// executor with several threads, it does not see code that runs between two calls either.
/// Connected streams, and shared lookups that have been sent, stop the clock until they have ended.
/// `advance` moves it at any time.
/// @par Thread safety
/// Every member may be called from any thread.
class auto_advance_clock : public clock
{
public:
    /// @param wall what `wall()` returns at first; by default 2025-10-09T08:53:20Z
    explicit auto_advance_clock(
        std::chrono::system_clock::time_point wall =
            std::chrono::sys_seconds(std::chrono::seconds(1'760'000'000))
    )
        : wall_(wall)
    {
    }

    time_point now() const noexcept override
    {
        std::lock_guard const lock(mutex_);
        return now_;
    }
    std::chrono::system_clock::time_point wall() const noexcept override
    {
        std::lock_guard const lock(mutex_);
        return wall_;
    }
    /// @brief How far the clock has moved since it was made, by itself and by `advance`.
    duration elapsed() const noexcept { return now() - start; }

    /// @brief Moves the time forward, whatever is under way. The clients' executors then carry out
    /// what has become due.
    void advance(duration by)
    {
        std::lock_guard const lock(mutex_);
        move_to(now_ + by);
    }

    void subscribe(listener& l) override
    {
        std::lock_guard const lock(mutex_);
        if (l.subscribed_to != nullptr) return;
        listeners_.push_back({&l});
        l.subscribed_to = this;
    }
    void unsubscribe(listener& l) noexcept override
    {
        std::lock_guard const lock(mutex_);
        if (l.subscribed_to != this) return;
        l.subscribed_to = nullptr;
        std::erase_if(listeners_, [&](waiting const& w) { return w.who == &l; });
        look();
    }
    bool expect(listener& l, time_point due, reason why) noexcept override
    {
        std::lock_guard const lock(mutex_);
        for (auto& w : listeners_) {
            if (w.who != &l) continue;
            w.asked = false;
            if (w.due == due && w.why == why)
                ++w.turns;
            else {
                w.due = due;
                w.why = why;
                begin_anew();
            }
        }
        look();
        return false;
    }

protected:
    /// @name For a clock that others wait by, too. The functions are called with `mutex_` held.
    /// @{
    /// @brief Whether something runs that will be reported to clients.
    virtual bool is_busy() const noexcept { return false; }
    /// @brief Whether this clock keeps back all answers that clients wait for.
    virtual bool keeps_all_answers() const noexcept { return false; }
    /// @brief When the others have something to do; `time_point::max()` means never.
    virtual time_point next_of_others() const noexcept { return time_point::max(); }
    virtual void tell_others() noexcept {}
    /// @}

    /// @brief Something has happened.
    void begin_anew() noexcept
    {
        for (auto& w : listeners_) w.turns = 0;
    }
    /// @brief Moves the time if nothing else can happen.
    void look() noexcept
    {
        auto next = next_of_others();
        bool any = false;
        for (auto const& w : listeners_) {
            if (w.why == reason::idle) continue;
            if (!waits_for_time(w)) return;
            next = std::min(next, w.due);
            any = true;
        }
        if (!any || next == time_point::max() || is_busy()) return;
        if (have_settled()) move_to(std::max(next, now_));
    }

    mutable std::mutex mutex_;
    time_point now_ = start;

private:
    // Far from zero, so that "an hour ago" is a valid time, too.
    static constexpr time_point start = time_point(std::chrono::hours(1000));
    /// A listener that is notified comes back by its executor, behind what is ready there. What
    /// this work makes ready runs in the next round, and so on.
    static constexpr int settled = 8;

    struct waiting
    {
        listener* who;
        time_point due = time_point::max();
        reason why = reason::idle;
        int turns = 0;       // how often it has come back while nothing happened anywhere
        bool asked = false;  // it was notified, and has not come back yet
    };

    bool waits_for_time(waiting const& w) const noexcept
    {
        // Something is due already, and has not been done yet.
        if (w.due <= now_) return false;
        return w.why == reason::pause || (w.why == reason::answer && keeps_all_answers());
    }
    bool have_settled() noexcept
    {
        bool all = true;
        for (auto& w : listeners_) {
            if (w.why == reason::idle || w.turns >= settled) continue;
            all = false;
            tell(w);
        }
        return all;
    }
    static void tell(waiting& w) noexcept
    {
        if (w.asked) return;
        w.asked = true;
        w.who->time_moved();
    }
    void move_to(time_point when) noexcept
    {
        wall_ += std::chrono::duration_cast<std::chrono::system_clock::duration>(when - now_);
        now_ = when;
        begin_anew();
        for (auto& w : listeners_) tell(w);
        tell_others();
    }

    std::chrono::system_clock::time_point wall_;
    std::vector<waiting> listeners_;
};

}  // namespace cohub::inline abi_0_2

#endif
