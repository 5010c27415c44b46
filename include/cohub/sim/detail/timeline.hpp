#ifndef COHUB_SIM_DETAIL_TIMELINE_HPP
#define COHUB_SIM_DETAIL_TIMELINE_HPP

#include <cohub/core/clock.hpp>
#include <cohub/core/error.hpp>
#include <cohub/sim/random.hpp>

#include <boost/asio/error.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <tuple>
#include <utility>
#include <vector>

namespace cohub::inline abi_0_2::sim::detail {

/// @brief A time that moves from one event to the next. Events take no time.
///
/// The seed decides the order of events that are due at the same time. Clients are listeners: they
/// report when they next have something to do.
class timeline final : public clock
{
public:
    /// An event's place: its time, then a random number, then the order in which events were made.
    using key = std::tuple<time_point, std::uint64_t, std::uint64_t>;

    explicit timeline(random& r) : random_(r) {}

    time_point now() const noexcept override { return now_; }
    std::chrono::system_clock::time_point wall() const noexcept override
    {
        using wall_duration = std::chrono::system_clock::duration;
        return std::chrono::sys_seconds(std::chrono::seconds(1'760'000'000)) +
               std::chrono::duration_cast<wall_duration>(now_ - start);
    }

    /// The function that is called at that time. If the event is aborted before, the function is
    /// called with `operation_aborted`.
    using event = std::function<void(error_code)>;

    key at(time_point when, event what)
    {
        key const k(std::max(when, now_), random_.next(), ++made_);
        events_.emplace(k, std::move(what));
        return k;
    }
    /// @brief Removes the event without calling its function.
    void forget(key const& k) { events_.erase(k); }
    /// @return false if its function was called already
    bool abort(key const& k)
    {
        auto const found = events_.extract(k);
        if (found) found.mapped()(boost::asio::error::operation_aborted);
        return !found.empty();
    }
    void clear() noexcept
    {
        // A function that is destroyed may remove other events.
        auto const last = std::move(events_);
        events_.clear();
    }

    /// @brief When something is due next; nothing: never. The check of idle connections does not
    /// count.
    std::optional<time_point> next() const noexcept { return next(reason::deadline); }

    /// @brief Moves the time to `until` at most, and runs the one event that is due first.
    /// @return false if there was none
    bool step(time_point until)
    {
        auto const due = next(reason::idle);
        if (!due || *due > until) {
            now_ = std::max(now_, until);
            return false;
        }
        now_ = std::max(now_, *due);
        auto const lot = waiting_.size() < 2 ? 0 : random_.below(waiting_.size());
        if (auto* const w = first_waiting(reason::idle, static_cast<std::size_t>(lot));
            w != nullptr && w->due <= now_) {
            bool const both = !events_.empty() && std::get<0>(events_.begin()->first) <= now_;
            if (!both || random_.chance(0.5)) {
                listener& who = *w->who;
                expect(who, never, reason::idle);
                who.time_moved();
                return true;
            }
        }
        auto const first = events_.extract(events_.begin());
        first.mapped()({});
        return true;
    }

    void subscribe(listener& l) override
    {
        if (l.subscribed_to != nullptr) return;
        l.subscribed_to = this;
        waiting_.push_back({&l, never, reason::idle});
    }
    void unsubscribe(listener& l) noexcept override
    {
        if (l.subscribed_to != this) return;
        l.subscribed_to = nullptr;
        std::erase_if(waiting_, [&](waiting const& w) { return w.who == &l; });
    }
    bool expect(listener& l, time_point due, reason why) noexcept override
    {
        for (auto& w : waiting_)
            if (w.who == &l) {
                w.due = due;
                w.why = why;
            }
        return true;
    }

    // Far from zero, so that "an hour ago" is a valid time, too.
    static constexpr time_point start = time_point(std::chrono::hours(1000));

private:
    static constexpr time_point never = time_point::max();

    struct waiting
    {
        listener* who;
        time_point due;
        reason why;
    };

    /// The listener number `which` of those that are due at the same time.
    waiting const* first_waiting(reason least, std::size_t which = 0) const noexcept
    {
        waiting const* found = nullptr;
        std::size_t equal = 0;
        for (auto const& w : waiting_) {
            if (w.due == never || (least == reason::deadline && w.why == reason::idle)) continue;
            if (found == nullptr || w.due < found->due) {
                found = &w;
                equal = 0;
            } else if (w.due == found->due && ++equal == which) {
                found = &w;
                equal = 0;
                which = 0;
            }
        }
        return found;
    }
    std::optional<time_point> next(reason least) const noexcept
    {
        std::optional<time_point> found;
        if (!events_.empty()) found = std::get<0>(events_.begin()->first);
        if (found == never) found.reset();
        auto* const w = first_waiting(least);
        if (w != nullptr && (!found || w->due < *found)) found = w->due;
        return found;
    }

    random& random_;
    time_point now_ = start;
    std::uint64_t made_ = 0;
    std::map<key, event> events_;
    std::vector<waiting> waiting_;  // in the order in which they came
};

}  // namespace cohub::inline abi_0_2::sim::detail

#endif
