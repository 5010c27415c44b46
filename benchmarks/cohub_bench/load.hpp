#pragma once

#include <cohub/hub.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "mix.hpp"
#include "outcome.hpp"
#include "schedule.hpp"

namespace bench {

/// What is to be done.
struct load
{
    /// Calls in flight, of all threads together.
    std::size_t concurrency = 64;
    /// Each has a hub, a pool and connections of its own.
    std::size_t threads = 1;
    /// 0: as many as fit into the time.
    std::uint64_t requests = 0;
    std::chrono::nanoseconds duration = std::chrono::seconds(10);
    /// Of an open loop; none: a closed loop, as fast as answers come.
    schedule pace;
    /// Before the measuring begins; 0: no call is made that does not count.
    std::chrono::nanoseconds warm_up = std::chrono::seconds(1);
    /// Until then nothing is sent.
    std::optional<std::chrono::system_clock::time_point> start_at;
    /// A call's deadline; 0: the client's own.
    std::chrono::milliseconds timeout{0};
    mix methods;
    /// A query must find as many as it found first; for a server whose data stand still.
    bool steady_data = false;
    /// Looked up in turn: few and many results, one word and two, an e-mail address, nobody.
    std::vector<std::string> queries{
        "a", "an", "mar", "o", "s e", "ada@example.com", "nobody-by-that-name"};
    /// Whose names are looked up in turn, 10 in a call; for `get_names`.
    std::vector<std::string> account_ids;

    /// How long calls are begun; nothing: until all `requests` are made, however long it takes.
    std::optional<std::chrono::nanoseconds> limit() const;
};

/// Called now and then in the warm-up and while the load is on, with what is known by then: the
/// counts and the latencies, and a part for each thread. Before `start_at` it is called once;
/// `elapsed` is then negative.
using progress = std::function<void(outcome const&, std::chrono::nanoseconds elapsed)>;

/// The rehearsal failed, and no load was sent.
class rehearsal_error : public cohub::error
{
public:
    using cohub::error::error;
};

/// Puts the load on. A signal (SIGINT, SIGTERM) ends it at once, and what is known by then is
/// returned. When the time is over, calls under way may go on for twice what the slowest answer
/// took, for 2 s at least, or until their `timeout` if that is set.
///
/// With a warm-up there is one call before it, the rehearsal. If it fails in a way that may pass
/// (HTTP 503, a lost connection, no answer in time), the load is sent all the same.
/// @param on_start called after the warm-up, when the measuring begins
/// @return with one part, whose `id` and `machine` are empty
/// @throws rehearsal_error if the rehearsal fails otherwise: there is no point in more calls
/// @throws cohub::error if the options are wrong
outcome run(
    cohub::options const& options,
    load const& work,
    std::function<void()> const& on_start,
    progress const& tell
);

}  // namespace bench
