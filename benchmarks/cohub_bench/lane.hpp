#pragma once

#include <cohub/hub.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "load.hpp"
#include "outcome.hpp"

namespace bench {

/// What all lanes do at the same time: the rehearsal, the warm-up, the measuring.
struct turn
{
    using steady = std::chrono::steady_clock;

    turn(phase p, std::optional<std::chrono::nanoseconds> time)
        : reached(p), end(time ? start + *time : steady::time_point::max())
    {
    }

    /// So late this program and the system may be.
    static constexpr std::chrono::milliseconds slack{100};

    /// @brief Whether the time is over for a call that could begin `now`.
    ///
    /// A call that was due before the end is not lost because this program or the system is late:
    /// it begins after the end. If a worker had waited for it, it always does. If no worker was
    /// free, it begins within `slack`; after that the server is what keeps the workers.
    /// @param is_due open loop: it was due before the end
    /// @param is_awaited a worker waited until it was due
    static bool is_over(
        steady::time_point end, steady::time_point now, bool is_due, bool is_awaited
    )
    {
        if (is_awaited) return false;
        return now - (is_due ? slack : slack.zero()) >= end;
    }

    phase const reached;
    steady::time_point const start = steady::now();
    std::chrono::system_clock::time_point const began = std::chrono::system_clock::now();
    /// No call that is due later begins.
    steady::time_point const end;
    std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
    /// Of an open loop; null: closed.
    schedule const* pace = nullptr;
    bool tells_progress = false;
    /// The number of the next call, of all lanes.
    std::atomic<std::uint64_t> next{0};
    /// The longest time that an answer took so far, in ns.
    std::atomic<std::int64_t> slowest{0};
};

/// The part of the load that one thread carries, with an executor of its own.
class lane
{
public:
    explicit lane(load const& work);

    boost::asio::io_context& context() { return io_; }

    /// @brief Takes part in a turn on the calling thread, with `workers` calls in flight, until all
    /// of them are done and `others` are.
    /// @param hub used by nobody else; closed if it had to be to end calls
    /// @param others lanes that are at work; null: this one does not wait for them
    void run(turn& t, cohub::hub const& hub, std::size_t workers, std::atomic<int> const* others);

    /// @brief Leaves `run` if everything is done; on the lane's own thread. Called when one of
    /// `others` is done.
    void leave_if_done();

    /// @brief Ends the turn at once; on the lane's own thread.
    /// @param at no call that is due later begins
    void interrupt(turn::steady::time_point at);

    /// @brief What the last turn came to; without `took`, also in its effort.
    outcome& result() { return now_; }
    bool closed_hub() const { return cut_; }
    /// @brief Calls that were due and had a worker, when the turn was cut before this program had
    /// time to send them.
    std::uint64_t cut_while_awaited() const { return cut_while_awaited_; }
    turn::steady::time_point last_event() const { return last_; }
    std::optional<cohub::failure> const& first_failure() const { return first_failure_; }

    /// @brief The counts and the latencies of the turn so far, from any thread; for `progress`. The
    /// snapshot is a part, whose time is its own.
    void add_snapshot_to(outcome& sum) const;

private:
    using steady = turn::steady;
    using awaitable = boost::asio::awaitable<void>;

    void begin_shares();
    void end_shares();
    void spawn(awaitable task);
    awaitable worker(boost::asio::steady_timer& pause);
    awaitable one_call(std::uint64_t i, boost::asio::steady_timer& pause);
    awaitable cut_what_is_late();
    awaitable take_snapshots();
    awaitable wait_until(boost::asio::steady_timer& timer, steady::time_point then);
    void cut();

    steady::time_point due(std::uint64_t i) const;
    bool counts_stages() const { return !now_.by_stage.empty(); }
    void count_answer(std::uint64_t i, std::size_t found, steady::time_point begin);
    void count_error(std::uint64_t i, cohub::failure const& f, steady::time_point begin);
    void count_wrong(std::uint64_t i, std::size_t found, steady::time_point begin);
    void count_failure(
        std::uint64_t i,
        error_kind kind,
        std::string const& message,
        std::string const& whole,
        steady::time_point begin
    );
    void count_unanswered(steady::time_point begin);
    std::int64_t slot_of_last() const;
    bool is_wrong(std::uint64_t i, std::size_t found);

    load const& work_;
    boost::asio::io_context io_{1};
    std::vector<cohub::user_query> queries_;
    std::vector<std::vector<std::string>> batches_;     // of account ids
    std::vector<std::optional<std::size_t>> expected_;  // by query
    outcome now_;
    std::optional<cohub::failure> first_failure_;
    bool over_ = false;  // no call comes to be due any more
    bool cut_ = false;   // and those under way were ended
    std::size_t working_ = 0, tasks_ = 0;
    std::uint64_t cut_while_awaited_ = 0;
    std::atomic<int> const* others_ = nullptr;
    steady::time_point end_, last_;
    boost::asio::steady_timer ticks_{io_}, watch_{io_};
    std::vector<boost::asio::steady_timer> pauses_;
    turn* turn_ = nullptr;
    cohub::hub const* hub_ = nullptr;
    std::optional<cohub::system_api> system_;
    mutable std::mutex mutex_;  // of `snapshot_`
    outcome snapshot_;
};

}  // namespace bench
