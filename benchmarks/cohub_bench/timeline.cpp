#include "timeline.hpp"

#include <algorithm>
#include <bit>
#include <utility>

namespace bench {

namespace {

std::int64_t floor_div(std::int64_t a, std::int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }

// Makes room for the elements from `first` to `last` in `all`, which begins with `begin`.
template <class T>
void extend(std::vector<T>& all, std::int64_t& begin, std::int64_t first, std::int64_t last)
{
    if (all.empty()) begin = first;
    if (first < begin) {
        all.insert(all.begin(), static_cast<std::size_t>(begin - first), T());
        begin = first;
    }
    auto const wanted = static_cast<std::size_t>(last - begin + 1);
    if (all.size() < wanted) all.resize(wanted);
}

}  // namespace

void timeline::interval::merge(interval const& other)
{
    failed += other.failed;
    latencies.merge(other.latencies);
}

std::int64_t timeline::slot_at(std::chrono::system_clock::time_point t)
{
    using std::chrono::duration_cast;
    return floor_div(
        duration_cast<std::chrono::nanoseconds>(t.time_since_epoch()).count(),
        std::chrono::nanoseconds(slot_width).count()
    );
}

// Whether there is room for these slots, too.
bool timeline::reach(std::int64_t first, std::int64_t last)
{
    if (dropped_) return false;
    if (!slots_.empty()) {
        first = std::min(first, first_slot_);
        last = std::max(last, first_slot_ + static_cast<std::int64_t>(slots_.size()) - 1);
    }
    if (last - first < static_cast<std::int64_t>(most_slots)) return true;
    drop();
    return false;
}

void timeline::drop()
{
    *this = timeline();
    dropped_ = true;
}

timeline::slot& timeline::slot_of(std::int64_t number)
{
    extend(slots_, first_slot_, number, number);
    return slots_[static_cast<std::size_t>(number - first_slot_)];
}

timeline::interval& timeline::interval_of(std::int64_t slot_number)
{
    for (;; double_intervals()) {
        std::int64_t const number = floor_div(slot_number, length_);
        std::int64_t const end = first_interval_ + static_cast<std::int64_t>(intervals_.size());
        std::int64_t const all =
            intervals_.empty() ? 1 : std::max(end, number + 1) - std::min(first_interval_, number);
        if (all > static_cast<std::int64_t>(most_intervals)) continue;
        extend(intervals_, first_interval_, number, number);
        return intervals_[static_cast<std::size_t>(number - first_interval_)];
    }
}

void timeline::double_intervals()
{
    std::vector<interval> const halves = std::exchange(intervals_, {});
    std::int64_t const first_half = first_interval_;
    length_ *= 2;
    for (std::size_t i = 0; i < halves.size(); ++i) {
        std::int64_t const number = floor_div(first_half + static_cast<std::int64_t>(i), 2);
        extend(intervals_, first_interval_, number, number);
        intervals_[static_cast<std::size_t>(number - first_interval_)].merge(halves[i]);
    }
}

void timeline::answered(std::int64_t at, std::chrono::nanoseconds latency)
{
    if (!reach(at, at)) return;
    auto& s = slot_of(at);
    ++s.answered;
    s.slowest = std::max(s.slowest, latency);
    interval_of(at).latencies.record(latency);
}

void timeline::failed(std::int64_t at)
{
    if (!reach(at, at)) return;
    ++slot_of(at).failed;
    ++interval_of(at).failed;
}

void timeline::merge(timeline const& other)
{
    if (other.dropped_) return drop();
    if (other.slots_.empty()) return;
    std::int64_t const last = other.first_slot_ + static_cast<std::int64_t>(other.slots_.size());
    if (!reach(other.first_slot_, last - 1)) return;
    for (std::size_t i = 0; i < other.slots_.size(); ++i) {
        auto const& from = other.slots_[i];
        auto& to = slot_of(other.first_slot_ + static_cast<std::int64_t>(i));
        to.answered += from.answered;
        to.failed += from.failed;
        to.slowest = std::max(to.slowest, from.slowest);
    }
    while (length_ < other.length_) double_intervals();
    for (std::size_t i = 0; i < other.intervals_.size(); ++i) {
        std::int64_t const number = other.first_interval_ + static_cast<std::int64_t>(i);
        interval_of(number * other.length_).merge(other.intervals_[i]);
    }
}

bool timeline::restore(
    std::int64_t first_slot,
    std::vector<slot> slots,
    std::int64_t interval_length,
    std::int64_t first_interval,
    std::vector<interval> intervals
)
{
    bool const is_length = interval_length > 0 && interval_length <= std::int64_t(1) << 20 &&
                           std::has_single_bit(static_cast<std::uint64_t>(interval_length));
    constexpr std::int64_t far = std::int64_t(1) << 40;  // in slots: 3,484 years
    bool const is_near =
        std::max(first_slot, first_interval) < far && std::min(first_slot, first_interval) > -far;
    if (!is_length || !is_near || slots.size() > most_slots || intervals.size() > most_intervals)
        return false;
    // Both are of the same stretch of time.
    bool is_same = slots.empty() == intervals.empty();
    if (is_same && !slots.empty()) {
        auto const last_slot = first_slot + static_cast<std::int64_t>(slots.size()) - 1;
        auto const last = first_interval + static_cast<std::int64_t>(intervals.size()) - 1;
        is_same = floor_div(first_slot, interval_length) == first_interval &&
                  floor_div(last_slot, interval_length) == last;
    }
    if (!is_same) return false;
    first_slot_ = first_slot;
    slots_ = std::move(slots);
    length_ = interval_length;
    first_interval_ = first_interval;
    intervals_ = std::move(intervals);
    dropped_ = false;
    return true;
}

}  // namespace bench
