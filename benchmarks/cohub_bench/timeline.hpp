#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "histogram.hpp"

namespace bench {

/// @brief What happened when, on a grid that all runs share.
///
/// Slots are the tenths of seconds since 1970, by the machine's clock, so that those of several
/// machines are added slot by slot. Intervals are 2^n slots long and begin at multiples of that;
/// they have latencies, too. A run has 64 of them at most: when there are more, two become one.
class timeline
{
public:
    static constexpr std::chrono::milliseconds slot_width{100};
    static constexpr std::size_t most_intervals = 64;
    /// Some 28 hours.
    static constexpr std::size_t most_slots = 1'000'000;

    struct slot
    {
        std::uint64_t answered = 0, failed = 0;
        std::chrono::nanoseconds slowest{0};  // of the answered calls
    };
    struct interval
    {
        std::uint64_t failed = 0;
        coarse_histogram latencies;  // of the answered calls

        void merge(interval const& other);
    };

    /// @brief The number of the slot that a time lies in.
    static std::int64_t slot_at(std::chrono::system_clock::time_point t);

    /// @param at the slot in which the answer came
    void answered(std::int64_t at, std::chrono::nanoseconds latency);
    void failed(std::int64_t at);

    /// @brief Adds what happened elsewhere. If the two together are longer than `most_slots`,
    /// nothing is kept of either, nor of what is added later.
    void merge(timeline const& other);

    std::int64_t first_slot() const { return first_slot_; }
    std::vector<slot> const& slots() const { return slots_; }
    /// @brief In slots.
    std::int64_t interval_length() const { return length_; }
    std::int64_t first_interval() const { return first_interval_; }
    std::vector<interval> const& intervals() const { return intervals_; }
    std::chrono::nanoseconds interval_width() const { return length_ * slot_width; }
    bool is_dropped() const { return dropped_; }

    /// @brief A timeline of these parts.
    /// @return false if they are none: too many, of a length that is no power of two, or not of one
    /// time
    bool restore(
        std::int64_t first_slot,
        std::vector<slot> slots,
        std::int64_t interval_length,
        std::int64_t first_interval,
        std::vector<interval> intervals
    );
    void drop();

private:
    slot& slot_of(std::int64_t number);
    interval& interval_of(std::int64_t slot_number);
    void double_intervals();
    bool reach(std::int64_t first, std::int64_t last);

    std::int64_t first_slot_ = 0, first_interval_ = 0, length_ = 1;
    std::vector<slot> slots_;
    std::vector<interval> intervals_;
    bool dropped_ = false;
};

}  // namespace bench
