#pragma once

#include <cohub/hub.hpp>

#include <chrono>
#include <compare>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "histogram.hpp"
#include "timeline.hpp"

namespace bench {

/// What told one failure from another.
struct error_kind
{
    /// `timeout`, `connection_lost`, as `cohub::errc` has them.
    std::string name;
    /// 0: there was no answer.
    int http_status = 0;

    auto operator<=>(error_kind const&) const = default;
};

struct error_count
{
    std::uint64_t count = 0;
    std::string message;
};

enum class phase
{
    waiting,  ///< for the time at which it is to begin
    rehearsal,
    warm_up,
    measuring
};

/// The calls of one method, or of one stage.
struct share
{
    std::string name;
    std::uint64_t answered = 0, failed = 0;
    histogram latencies;  // of the answered calls
};

/// What a thread of the load tool spent while it measured.
struct effort
{
    std::chrono::nanoseconds took{0}, cpu{0};
    /// In the queue for a processor; 0 where the system does not tell.
    std::chrono::nanoseconds waiting{0};
};

/// One run of one process: the time base of its figures.
struct part
{
    /// Random; the same run is not to be added twice.
    std::string id;
    std::string machine;
    std::chrono::system_clock::time_point began;
    std::chrono::nanoseconds took{0};
    std::uint64_t sent = 0, answered = 0, failed = 0;

    double per_second() const
    {
        double const seconds = std::chrono::duration<double>(took).count();
        return seconds > 0 ? static_cast<double>(answered) / seconds : 0;
    }
};

/// What was measured: by one thread, by one run, or by several whose outcomes were added.
struct outcome
{
    std::uint64_t sent = 0, answered = 0, failed = 0;
    /// Users that the searches found.
    std::uint64_t users = 0;
    /// Calls that had no answer yet when the run ended; neither answered nor failed.
    std::uint64_t unanswered = 0;
    std::chrono::nanoseconds oldest_unanswered{0};
    /// Open loop: calls that were due and were not sent, since no worker was free in time.
    std::uint64_t unsent = 0;
    /// Calls of the rehearsal and the warm-up, of which nothing else here knows.
    std::uint64_t beforehand = 0;
    /// Why the rehearsal failed; empty: it did not, or there was none.
    std::string rehearsal_failure;
    std::map<error_kind, error_count> errors;
    std::string first_error;
    /// Of the answered calls, and of those that failed.
    histogram latencies, failed_latencies;
    /// Open loop: how much later than due calls were sent that nothing held up but this program.
    histogram send_lag;
    std::vector<share> by_method, by_stage;
    timeline over_time;
    cohub::connection_stats connections;
    std::vector<effort> efforts;
    /// The signal that ended the run early; 0: none.
    int signal = 0;
    /// What the run came to.
    phase reached = phase::measuring;
    /// The longest of the parts.
    std::chrono::nanoseconds took{0};
    /// One for each run; a thread's outcome has none.
    std::vector<part> parts;

    /// @brief Adds all but `took`, which is the longer one. Every number is exact.
    void add(outcome const& other);

    /// @brief Answers a second: the sum over the parts, since they ran side by side.
    double per_second() const;
    /// @brief Of the calls that were sent, those without a right answer.
    std::uint64_t not_answered() const { return failed + unanswered; }
    bool good() const { return not_answered() == 0 && unsent == 0 && answered != 0; }

    /// @brief From the begin of the first part to the end of the last, by their machines' clocks.
    std::chrono::nanoseconds span() const;
    /// @brief How long all parts were under way together; 0: they were not.
    std::chrono::nanoseconds together() const;
};

/// @brief Why the figures are the load tool's rather than the server's, and what to do; empty: they
/// are not.
std::string bottleneck(outcome const& o);

}  // namespace bench
