#include "outcome.hpp"

#include <algorithm>
#include <cstdio>

namespace bench {

namespace {

using std::chrono::nanoseconds;
using clock = std::chrono::system_clock;

void add_shares(std::vector<share>& to, std::vector<share> const& from)
{
    for (auto const& s : from) {
        auto const same =
            std::find_if(to.begin(), to.end(), [&](share const& t) { return t.name == s.name; });
        if (same == to.end()) {
            to.push_back(s);
            continue;
        }
        same->answered += s.answered;
        same->failed += s.failed;
        same->latencies.merge(s.latencies);
    }
}

void add_connections(cohub::connection_stats& to, cohub::connection_stats const& from)
{
    to.opened += from.opened;
    to.established += from.established;
    to.reused += from.reused;
    to.resumed += from.resumed;
}

clock::time_point end_of(part const& p)
{
    return p.began + std::chrono::duration_cast<clock::duration>(p.took);
}

bool earlier_begin(part const& a, part const& b) { return a.began < b.began; }
bool earlier_end(part const& a, part const& b) { return end_of(a) < end_of(b); }

double percent(nanoseconds share, nanoseconds all)
{
    double const exact = static_cast<double>(share.count()) / static_cast<double>(all.count());
    return 100 * std::min(exact, 1.0);
}

template <class... Values>
std::string formatted(char const* format, Values... values)
{
    char text[256];
    std::snprintf(text, sizeof text, format, values...);
    return text;
}

std::string busy_threads(outcome const& o)
{
    constexpr double busy = 90;  // percent of the time
    std::size_t full = 0;
    double most = 0, waiting = 0;
    for (auto const& e : o.efforts) {
        if (e.took.count() <= 0) continue;
        double const all = percent(e.cpu + e.waiting, e.took);
        most = std::max(most, all);
        if (all < busy) continue;
        ++full;
        waiting = std::max(waiting, percent(e.waiting, e.took));
    }
    if (full == 0) return {};
    std::string const text = formatted(
        "%zu of %zu threads had no time left (busy for %.0f %% of it", full, o.efforts.size(), most
    );
    if (waiting < 20) return text + "): use --threads, or more machines and cohub-bench merge";
    return text + formatted(
                      ", up to %.0f %% of it in the queue for a processor): this machine is too "
                      "small or too busy; use more machines and cohub-bench merge",
                      waiting
                  );
}

std::string late_sender(outcome const& o)
{
    constexpr nanoseconds noticeable = std::chrono::milliseconds(1);
    auto const lag = o.send_lag.percentile(99);
    bool const is_answered = o.latencies.count() != 0;
    auto const& times = is_answered ? o.latencies : o.failed_latencies;
    if (lag < noticeable || lag < times.percentile(99) / 10) return {};
    return formatted(
        "it sent 1 of 100 calls %.1f ms or more after they were due%s: use --threads, or a lower "
        "--rate on more machines",
        static_cast<double>(lag.count()) / 1e6,
        is_answered ? ", and that is in the latencies" : ""
    );
}

}  // namespace

void outcome::add(outcome const& other)
{
    sent += other.sent;
    answered += other.answered;
    failed += other.failed;
    users += other.users;
    unanswered += other.unanswered;
    oldest_unanswered = std::max(oldest_unanswered, other.oldest_unanswered);
    unsent += other.unsent;
    beforehand += other.beforehand;
    if (rehearsal_failure.empty()) rehearsal_failure = other.rehearsal_failure;
    for (auto const& [kind, e] : other.errors) {
        auto& mine = errors[kind];
        mine.count += e.count;
        if (mine.message.empty()) mine.message = e.message;
    }
    if (first_error.empty()) first_error = other.first_error;
    latencies.merge(other.latencies);
    failed_latencies.merge(other.failed_latencies);
    send_lag.merge(other.send_lag);
    add_shares(by_method, other.by_method);
    add_shares(by_stage, other.by_stage);
    over_time.merge(other.over_time);
    add_connections(connections, other.connections);
    efforts.insert(efforts.end(), other.efforts.begin(), other.efforts.end());
    if (signal == 0) signal = other.signal;
    reached = std::min(reached, other.reached);
    took = std::max(took, other.took);
    parts.insert(parts.end(), other.parts.begin(), other.parts.end());
}

double outcome::per_second() const
{
    double all = 0;
    for (auto const& p : parts) all += p.per_second();
    return all;
}

nanoseconds outcome::span() const
{
    if (parts.empty()) return nanoseconds(0);
    auto const first = std::min_element(parts.begin(), parts.end(), earlier_begin)->began;
    return end_of(*std::max_element(parts.begin(), parts.end(), earlier_end)) - first;
}

nanoseconds outcome::together() const
{
    if (parts.empty()) return nanoseconds(0);
    auto const last = std::max_element(parts.begin(), parts.end(), earlier_begin)->began;
    nanoseconds const all =
        end_of(*std::min_element(parts.begin(), parts.end(), earlier_end)) - last;
    return std::max(all, nanoseconds(0));
}

std::string bottleneck(outcome const& o)
{
    std::string const busy = busy_threads(o), late = late_sender(o);
    if (busy.empty() && late.empty()) return {};
    return "the load tool was the bottleneck: " + busy +
           (busy.empty() || late.empty() ? "" : "; ") + late;
}

}  // namespace bench
