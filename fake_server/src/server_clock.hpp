#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>

namespace cohub::inline abi_0_2::fake {

/// The clock of the data, in milliseconds since 1970. It either stands still or runs at the speed
/// of real time.
class server_clock
{
public:
    /// The end of the year 9999. Later times cannot be written as text.
    static constexpr std::int64_t last = 253'402'300'799'999;

    explicit server_clock(std::int64_t now) { restart(now, false); }

    std::int64_t now() const { return read(state_.load(std::memory_order_relaxed)); }
    bool runs() const { return is_running(state_.load(std::memory_order_relaxed)); }

    void set(std::int64_t ms)
    {
        std::int64_t old = state_.load();
        while (!state_.compare_exchange_weak(old, make(ms, is_running(old)))) {
        }
    }
    void run(bool on)
    {
        std::int64_t old = state_.load();
        while (!state_.compare_exchange_weak(old, make(read(old), on))) {
        }
    }
    void restart(std::int64_t ms, bool runs) { state_.store(make(ms, runs)); }

private:
    // One number, so that a reader never sees half of a change. The lowest bit says whether the
    // clock runs. The other bits are the time that it shows. For a running clock, the time of the
    // steady clock is subtracted.
    static bool is_running(std::int64_t state) { return (state & 1) != 0; }
    static std::int64_t steady()
    {
        using namespace std::chrono;
        return duration_cast<milliseconds>(steady_clock::now().time_since_epoch()).count();
    }
    static std::int64_t make(std::int64_t ms, bool runs)
    {
        return (runs ? ms - steady() : ms) * 2 + (runs ? 1 : 0);
    }
    static std::int64_t read(std::int64_t state)
    {
        if (!is_running(state)) return state / 2;
        return std::clamp((state - 1) / 2 + steady(), std::int64_t{0}, last);
    }

    std::atomic<std::int64_t> state_;
};

}  // namespace cohub::inline abi_0_2::fake
