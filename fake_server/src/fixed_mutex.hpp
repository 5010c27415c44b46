#pragma once

#include <atomic>
#include <mutex>
#include <thread>

namespace cohub::inline abi_0_2::fake {

/// A mutex that stays where it is when the data around it is replaced. Its holder can let others
/// in.
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

    /// The holder of the lock calls this to let one waiting thread in, if there is one. If the
    /// holder only unlocked and locked at once, no other thread would get the mutex.
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
    std::atomic<unsigned> entered_ = 0;  ///< threads that had to wait for the lock and got it
};

}  // namespace cohub::inline abi_0_2::fake
