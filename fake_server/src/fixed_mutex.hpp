#pragma once

#include <atomic>
#include <mutex>
#include <thread>

namespace cohub::fake {

/// A mutex that stays where it is when the data around it is replaced, and whose holder can let
/// others in.
class fixed_mutex
{
public:
    fixed_mutex() = default;
    fixed_mutex(fixed_mutex&&) noexcept {}
    fixed_mutex& operator=(fixed_mutex&&) noexcept { return *this; }

    void lock()
    {
        if (mutex_.try_lock()) return;
        ++waiting_;
        mutex_.lock();
        --waiting_;
        ++entered_;
    }
    void unlock() { mutex_.unlock(); }

    /// For the holder of the lock: lets one in that waits, if there is one. A mutex that is given
    /// back and taken again at once is never had by another.
    void let_others_in()
    {
        if (waiting_ == 0) return;
        unsigned const before = entered_;
        mutex_.unlock();
        while (entered_ == before && waiting_ != 0) std::this_thread::yield();
        mutex_.lock();
    }

private:
    std::mutex mutex_;
    std::atomic<unsigned> waiting_ = 0;
    std::atomic<unsigned> entered_ = 0;  ///< of those that have waited
};

}  // namespace cohub::fake
