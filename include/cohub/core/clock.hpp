#ifndef COHUB_CORE_CLOCK_HPP
#define COHUB_CORE_CLOCK_HPP

#include <cohub/core/linked_list.hpp>

#include <chrono>
#include <cstdint>
#include <mutex>

namespace cohub::inline abi_0_2 {

class clock;

namespace detail {

/// The place of a listener in the list of a manual_clock.
struct clock_subscription : list_node<clock_subscription>
{
    clock const* subscribed_to = nullptr;
};

}  // namespace detail

/// @brief The time that the library reads: for deadlines, backoff, and the idle time and maximum
/// age of connections.
///
/// The default is `std::chrono::steady_clock` with one Asio timer per client. A test puts a
/// `manual_clock` into `options::clock` and moves the time by hand, so that no test has to wait.
/// @par Thread safety
/// Every member may be called from any thread.
class clock
{
public:
    /// The type of `std::chrono::steady_clock`: nanoseconds on the usual systems.
    using duration = std::chrono::steady_clock::duration;
    /// A point in time of this clock.
    using time_point = std::chrono::steady_clock::time_point;

    /// What is notified when time has been moved. A listener subscribes to one clock at a time. The
    /// clock must live until the listener is unsubscribed.
    class listener : public detail::clock_subscription
    {
    public:
        /// @brief Time has been moved. Any thread may call this, with the clock's lock held: the
        /// function only posts the work.
        virtual void time_moved() noexcept = 0;

    protected:
        ~listener() = default;
    };

    clock() = default;
    clock(clock const&) = delete;
    clock& operator=(clock const&) = delete;
    virtual ~clock() = default;

    /// @brief The time now. It never goes back.
    virtual time_point now() const noexcept = 0;
    /// @brief Wall time, needed for a `Retry-After` that names a date.
    virtual std::chrono::system_clock::time_point wall() const noexcept = 0;
    /// What a listener waits for.
    enum class reason : std::uint8_t
    {
        deadline,  ///< of what may end by itself earlier: a connect, a question to a hook
        answer,    ///< exchanges are on the wire; all else that is under way waits for time alone
        pause,     ///< all that is under way waits for time alone: backoffs, windows
        idle,      ///< nothing is under way, but idle connections have to be checked
    };

    /// @brief From now on, `l` is notified when time has been moved. A second call changes nothing.
    virtual void subscribe(listener& l) = 0;
    /// @brief After this returns, `l` is not called any more.
    virtual void unsubscribe(listener& l) noexcept = 0;
    /// @brief `l` has something to do at `due`. This replaces the time that `l` gave before.
    /// `time_point::max()` means that it has nothing to do.
    /// @return false if this clock does not move by itself, so that `due` may never come
    virtual bool expect(
        [[maybe_unused]] listener& l, [[maybe_unused]] time_point due, [[maybe_unused]] reason why
    ) noexcept
    {
        return false;
    }
};

/// @brief A clock that stands still until `advance` moves it. For tests. `auto_advance_clock`,
/// which has its own header, also moves by itself.
class manual_clock final : public clock
{
public:
    /// @param wall what `wall()` returns at first; by default 2025-10-09T08:53:20Z
    explicit manual_clock(
        std::chrono::system_clock::time_point wall =
            std::chrono::sys_seconds(std::chrono::seconds(1'760'000'000))
    )
        : wall_(wall)
    {
    }

    time_point now() const noexcept override
    {
        std::lock_guard lock(mutex_);
        return now_;
    }
    std::chrono::system_clock::time_point wall() const noexcept override
    {
        std::lock_guard lock(mutex_);
        return wall_;
    }

    /// @brief Moves the time forward. The clients' executors then carry out what has become due.
    void advance(duration by)
    {
        std::lock_guard lock(mutex_);
        now_ += by;
        wall_ += std::chrono::duration_cast<std::chrono::system_clock::duration>(by);
        for (auto* l = listeners_.first(); l != nullptr; l = listeners_.after(*l)) l->time_moved();
    }

    void subscribe(listener& l) override
    {
        std::lock_guard lock(mutex_);
        if (l.subscribed_to != nullptr) return;
        l.subscribed_to = this;
        listeners_.push_back(l);
    }
    void unsubscribe(listener& l) noexcept override
    {
        std::lock_guard lock(mutex_);
        if (l.subscribed_to != this) return;
        l.subscribed_to = nullptr;
        listeners_.erase(l);
    }

private:
    mutable std::mutex mutex_;
    // Far from zero, so that "an hour ago" is a valid time, too.
    time_point now_ = time_point(std::chrono::hours(1000));
    std::chrono::system_clock::time_point wall_;
    detail::linked_list<listener, detail::clock_subscription> listeners_;
};

}  // namespace cohub::inline abi_0_2

#endif
