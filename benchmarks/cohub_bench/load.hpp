#pragma once

#include <cohub/cohub.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "histogram.hpp"

namespace bench {

/// What is to be done. All of it is bounded, in count and in time.
struct load
{
    std::size_t concurrency = 64;
    /// 0: as many as fit into `duration`.
    std::uint64_t requests = 0;
    std::chrono::nanoseconds duration = std::chrono::seconds(10);
    /// Calls a second, in an open loop; 0: closed loop, as fast as answers come.
    double rate = 0;
    std::chrono::nanoseconds warm_up = std::chrono::seconds(1);
    /// A query must find as many as it found first; for a server whose data stand still.
    bool steady_data = false;
};

/// Throughput and latency in one stretch of time.
struct slot
{
    static constexpr std::chrono::milliseconds width{100};

    std::uint64_t answered = 0;
    std::chrono::nanoseconds slowest{0};
};

struct outcome
{
    std::uint64_t sent = 0, answered = 0, failed = 0, users = 0;
    /// Open loop: calls that were due, and that the server's slowness left no time to send.
    std::uint64_t unsent = 0;
    std::map<std::string, std::uint64_t> errors;
    std::string first_error;
    std::chrono::nanoseconds took{0};
    histogram latencies;
    std::vector<slot> over_time;
    cohub::connection_stats connections;
    bool interrupted = false;

    double per_second() const
    {
        double const seconds = std::chrono::duration<double>(took).count();
        return seconds > 0 ? static_cast<double>(answered) / seconds : 0;
    }
    bool good() const { return failed == 0 && unsent == 0 && answered != 0; }
};

/// Called now and then while the load is on.
using progress = std::function<void(outcome const&, std::chrono::nanoseconds elapsed)>;

/// @param on_start called after the warm-up
/// @throws cohub::error if the very first call fails: there is no point in more of them
outcome run(
    cohub::options const& options,
    load const& work,
    std::function<void()> const& on_start,
    progress const& tell
);

}  // namespace bench
