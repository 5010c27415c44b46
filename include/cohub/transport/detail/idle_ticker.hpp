#ifndef COHUB_TRANSPORT_DETAIL_IDLE_TICKER_HPP
#define COHUB_TRANSPORT_DETAIL_IDLE_TICKER_HPP

#include <cohub/core/config.hpp>
#include <cohub/core/linked_list.hpp>
#include <cohub/core/platform.hpp>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>

namespace cohub::inline abi_0_2::transport::detail {

/// @brief Reminds clients that have nothing pending on their executor of what is due.
///
/// A timer of Asio would be work for the user's context, and `run()` would not return while a
/// connection is idle. Therefore one thread per process waits instead. It begins with the first
/// reminder, ends when no reminder is left, and only posts.
class idle_ticker
{
public:
    using time_point = std::chrono::steady_clock::time_point;

    /// @brief A listener's place in the list.
    struct reminder : cohub::detail::list_node<idle_ticker>
    {
        time_point remind_at;
        idle_ticker* set_in = nullptr;
    };

    /// @brief A client that is reminded.
    class listener : public reminder
    {
    public:
        /// @brief Posts the work. The ticker's thread calls this, with its lock held.
        /// @return false if there was no memory for it: it is called again soon
        virtual bool tick() noexcept = 0;

    protected:
        ~listener() = default;
    };

    /// @brief Calls `tick` once, at `due` or at the earlier time for which the listener already
    /// waits. So a listener that asks again and again is still reminded. If no thread can be
    /// started, there are no reminders.
    static void remind(listener& l, time_point due) noexcept
    {
        idle_ticker* const t = current();
        if (t == nullptr) return;
        std::lock_guard lock(t->mutex_);
        if (l.set_in != t) left_behind(l);
        if (l.set_in == nullptr) {
            l.set_in = t;
            l.remind_at = due;
            t->listeners_.push_back(l);
        } else if (due < l.remind_at) {
            l.remind_at = due;
        }
        t->begin(l.remind_at);
    }

    /// @brief After this returns, `tick` is not called any more.
    static void forget(listener& l) noexcept
    {
        idle_ticker* const t = current();
        if (t == nullptr) return left_behind(l);
        // Only with the lock held is it known whether `tick` is being called.
        std::lock_guard lock(t->mutex_);
        if (l.set_in != t) return left_behind(l);
        l.set_in = nullptr;
        t->listeners_.erase(l);
        t->changed_.notify_one();
    }

private:
    idle_ticker() = default;

    /// The ticker of this process. After a fork, a child makes a new one: the parent's thread does
    /// not exist there, and the parent's lock may be held forever. It is never destroyed, since its
    /// thread may outlive the end of main().
    COHUB_DECL static idle_ticker* current() noexcept;
    /// A node of the parent's list is only reset: the list itself is not used any more.
    static void left_behind(listener& l) noexcept
    {
        l.list_next = l.list_prev = nullptr;
        l.set_in = nullptr;
    }
    COHUB_DECL void begin(time_point due) noexcept;
    COHUB_DECL void run() noexcept;

    std::mutex mutex_;
    std::condition_variable changed_;
    cohub::detail::linked_list<listener, idle_ticker> listeners_;
    bool running_ = false;
    time_point wakes_at_;
    unsigned fork_count_ = platform::fork_count();
};

}  // namespace cohub::inline abi_0_2::transport::detail

#if !defined(COHUB_SEPARATE_COMPILATION)
#include <cohub/transport/detail/impl/idle_ticker.ipp>
#endif

#endif
