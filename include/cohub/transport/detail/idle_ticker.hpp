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
/// A timer of Asio would be work of the user's context, and `run()` would not return while a
/// connection is idle. So one thread a process waits in its place. It begins when somebody is to be
/// reminded, ends when nobody is left, and does nothing but post.
class idle_ticker
{
public:
    using time_point = std::chrono::steady_clock::time_point;

    /// @brief A listener's place.
    struct reminder : cohub::detail::list_node<idle_ticker>
    {
        time_point remind_at;
        idle_ticker* set_in = nullptr;
    };

    /// @brief One who is reminded.
    class listener : public reminder
    {
    public:
        /// @brief Posts what is to be done. Called by the ticker's thread, with its lock held.
        /// @return false if there was no memory for it: it is called again soon
        virtual bool tick() noexcept = 0;

    protected:
        ~listener() = default;
    };

    /// @brief Calls `tick` once, at `due` or at the earlier time that the listener already waits
    /// for: a listener that asks again and again is reminded all the same. If there is no thread to
    /// be had, nobody is reminded.
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

    /// @brief After it returns, `tick` is not called any more.
    static void forget(listener& l) noexcept
    {
        idle_ticker* const t = current();
        if (t == nullptr) return left_behind(l);
        // Not before the lock is held is it known whether `tick` is being called just now.
        std::lock_guard lock(t->mutex_);
        if (l.set_in != t) return left_behind(l);
        l.set_in = nullptr;
        t->listeners_.erase(l);
        t->changed_.notify_one();
    }

private:
    idle_ticker() = default;

    /// The ticker of this process. A child begins a new one after a fork: its parent's thread is
    /// not there, and the parent's lock may be held for ever. Never destroyed, since its thread may
    /// outlive the end of main().
    COHUB_DECL static idle_ticker* current() noexcept;
    /// A node of the parent's list is only forgotten: the list itself is of no more use.
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
