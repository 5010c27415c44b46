#include "lane.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <time.h>

#include <algorithm>
#include <exception>
#include <fstream>
#include <utility>

#include "output.hpp"

namespace bench {

namespace {

namespace asio = boost::asio;
using asio::use_awaitable;
using std::chrono::nanoseconds;
using namespace std::chrono_literals;

constexpr std::size_t names_at_once = 10;

/// What the calling thread has used so far.
effort spent()
{
    effort e;
    timespec t{};
    if (::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t) == 0)
        e.cpu = std::chrono::seconds(t.tv_sec) + nanoseconds(t.tv_nsec);
    // Time on a processor, and in the queue for one; not every kernel tells.
    std::ifstream in("/proc/thread-self/schedstat");
    std::int64_t running = 0, waiting = 0;
    if (in >> running >> waiting) e.waiting = nanoseconds(waiting);
    return e;
}

void raise(std::atomic<std::int64_t>& highest, std::int64_t value)
{
    std::int64_t known = highest.load(std::memory_order_relaxed);
    while (known < value && !highest.compare_exchange_weak(known, value)) {
    }
}

}  // namespace

lane::lane(load const& work)
    : work_(work),
      queries_(work.queries.begin(), work.queries.end()),
      expected_(work.queries.size())
{
    auto const& ids = work.account_ids;
    for (std::size_t i = 0; i < ids.size(); i += names_at_once) {
        auto const from = ids.begin() + static_cast<std::ptrdiff_t>(i);
        auto const n = static_cast<std::ptrdiff_t>(std::min(names_at_once, ids.size() - i));
        batches_.emplace_back(from, from + n);
    }
}

void lane::run(turn& t, cohub::hub const& hub, std::size_t workers, std::atomic<int> const* others)
{
    turn_ = &t;
    hub_ = &hub;
    others_ = others;
    system_.emplace(hub.system());
    now_ = outcome();
    now_.reached = t.reached;
    cut_ = over_ = false;
    cut_while_awaited_ = 0;
    last_ = t.start;
    end_ = t.end;
    begin_shares();
    {
        std::lock_guard const lock(mutex_);
        snapshot_ = outcome();
    }
    auto const reused = hub.stats().reused;
    auto const used = spent();
    pauses_.clear();
    for (std::size_t i = 0; i < workers; ++i) pauses_.emplace_back(io_);
    working_ = workers;
    io_.restart();
    auto const guard = asio::make_work_guard(io_);
    if (t.tells_progress) spawn(take_snapshots());
    if (end_ != steady::time_point::max()) spawn(cut_what_is_late());
    for (auto& pause : pauses_) spawn(worker(pause));
    io_.run();
    // A hub that was closed has told before.
    if (!cut_) now_.connections = hub.stats();
    now_.connections.reused -= reused;
    auto const all = spent();
    now_.efforts.push_back({{}, all.cpu - used.cpu, all.waiting - used.waiting});
    end_shares();
}

void lane::begin_shares()
{
    for (auto const& e : work_.methods.entries())
        now_.by_method.push_back({std::string(name_of(e.what)), 0, 0, {}});
    if (turn_->reached != phase::measuring) return;
    std::size_t number = 0;
    for (auto const& s : work_.pace.stages())
        now_.by_stage.push_back({std::to_string(++number) + ": " + s.text, 0, 0, {}});
}

// The one method's calls were not counted twice.
void lane::end_shares()
{
    if (now_.by_method.size() != 1) return;
    auto& only = now_.by_method.front();
    only.answered = now_.answered;
    only.failed = now_.failed;
    only.latencies = now_.latencies;
}

void lane::spawn(awaitable task)
{
    ++tasks_;
    asio::co_spawn(io_, std::move(task), [this](std::exception_ptr e) {
        --tasks_;
        if (e) std::rethrow_exception(e);
        leave_if_done();
    });
}

void lane::leave_if_done()
{
    if (tasks_ == 0 && (others_ == nullptr || *others_ == 0)) io_.stop();
}

void lane::interrupt(steady::time_point at)
{
    end_ = std::min(end_, at);
    if (working_ != 0) cut();
}

// Calls under way complete with errc::client_closed, whatever they are doing.
void lane::cut()
{
    if (!cut_) now_.connections = hub_->stats();
    cut_ = over_ = true;
    hub_->close(false);
    for (auto& pause : pauses_) pause.cancel();
    ticks_.cancel();
    watch_.cancel();
}

// What follows the end of the time: calls may take a while, but not for ever.
lane::awaitable lane::cut_what_is_late()
{
    co_await wait_until(watch_, end_);
    if (working_ == 0) co_return;
    // With a limit of their own they end by themselves, soon after it at the latest.
    nanoseconds const patience = work_.timeout.count() != 0
                                     ? nanoseconds(work_.timeout + 1s)
                                     : std::max<nanoseconds>(2s, 2 * nanoseconds(turn_->slowest));
    co_await wait_until(watch_, steady::now() + patience);
    if (working_ != 0) cut();
}

lane::awaitable lane::wait_until(asio::steady_timer& timer, steady::time_point then)
{
    if (working_ == 0 || cut_) co_return;
    boost::system::error_code ignored;
    timer.expires_at(then);
    co_await timer.async_wait(asio::redirect_error(use_awaitable, ignored));
}

lane::awaitable lane::worker(asio::steady_timer& pause)
{
    while (!over_) {
        std::uint64_t const i = turn_->next.fetch_add(1, std::memory_order_relaxed);
        if (i >= turn_->most) break;
        co_await one_call(i, pause);
    }
    if (--working_ != 0) co_return;
    ticks_.cancel();
    watch_.cancel();
}

lane::awaitable lane::one_call(std::uint64_t i, asio::steady_timer& pause)
{
    auto begin = steady::now();
    bool const is_paced = turn_->pace != nullptr;
    bool is_awaited = false;
    if (is_paced) {
        // When the call should have begun counts, and not when a stalled server left a worker
        // free to begin it: else a stall would hide the very calls it delays.
        auto const intended = due(i);
        if (intended >= end_) {
            over_ = true;
            co_return;
        }
        is_awaited = intended > begin;
        if (is_awaited) {
            co_await wait_until(pause, intended);
            if (!cut_) now_.send_lag.record(steady::now() - intended);
        }
        begin = intended;
    }
    if (cut_ || turn::is_over(end_, steady::now(), is_paced, is_awaited)) {
        if (is_awaited && begin < end_) ++cut_while_awaited_;
        over_ = true;
        co_return;
    }
    ++now_.sent;
    std::optional<cohub::failure> failed;
    std::size_t found = 0;
    switch (work_.methods.entries()[work_.methods.at(i)].what) {
        case method::user_search: {
            auto const& query = queries_[i % queries_.size()];
            auto const r = co_await system_->user_search(query, cohub::as_result);
            if (r)
                found = r->size();
            else
                failed = r.error();
            break;
        }
        case method::ping: {
            auto const r = co_await system_->ping(cohub::as_result);
            if (!r) failed = r.error();
            break;
        }
        case method::get_names: {
            auto const r =
                co_await system_->get_names(batches_[i % batches_.size()], cohub::as_result);
            if (!r) failed = r.error();
            break;
        }
        case method::get_customize: {
            auto const r = co_await system_->get_customize(cohub::as_result);
            if (!r) failed = r.error();
            break;
        }
    }
    if (failed && cut_ && failed->code == cohub::errc::client_closed)
        count_unanswered(begin);
    else if (failed)
        count_error(i, *failed, begin);
    else if (work_.steady_data && is_wrong(i, found))
        count_wrong(i, found, begin);
    else
        count_answer(i, found, begin);
}

lane::steady::time_point lane::due(std::uint64_t i) const
{
    constexpr double a_century = 3e9;
    std::chrono::duration<double> const after(std::min(turn_->pace->due(i), a_century));
    // To the nearest: what is due at the very end is not to be due a nanosecond before.
    return turn_->start + std::chrono::round<steady::duration>(after);
}

bool lane::is_wrong(std::uint64_t i, std::size_t found)
{
    if (work_.methods.entries()[work_.methods.at(i)].what != method::user_search) return false;
    auto& right = expected_[i % work_.queries.size()];
    if (!right) right = found;
    return *right != found;
}

std::int64_t lane::slot_of_last() const
{
    return timeline::slot_at(
        turn_->began +
        std::chrono::duration_cast<std::chrono::system_clock::duration>(last_ - turn_->start)
    );
}

void lane::count_answer(std::uint64_t i, std::size_t found, steady::time_point begin)
{
    last_ = steady::now();
    nanoseconds const latency = last_ - begin;
    if (latency > now_.latencies.max()) raise(turn_->slowest, latency.count());
    ++now_.answered;
    now_.users += found;
    now_.latencies.record(latency);
    now_.over_time.answered(slot_of_last(), latency);
    if (now_.by_method.size() > 1) {
        auto& s = now_.by_method[work_.methods.at(i)];
        ++s.answered;
        s.latencies.record(latency);
    }
    if (counts_stages()) {
        auto& s = now_.by_stage[work_.pace.stage_of(i)];
        ++s.answered;
        s.latencies.record(latency);
    }
}

void lane::count_error(std::uint64_t i, cohub::failure const& f, steady::time_point begin)
{
    if (!first_failure_) first_failure_ = f;
    error_kind kind{std::string(cohub::to_string(f.kind())), f.http_status};
    count_failure(i, std::move(kind), f.code.message(), f.message(), begin);
}

void lane::count_wrong(std::uint64_t i, std::size_t found, steady::time_point begin)
{
    std::size_t const which = i % work_.queries.size();
    count_failure(
        i,
        {"wrong_answer", 200},
        "a wrong answer",
        "\"" + printable(work_.queries[which]) + "\" found " + std::to_string(found) +
            " users, and " + std::to_string(*expected_[which]) + " at first",
        begin
    );
}

void lane::count_failure(
    std::uint64_t i,
    error_kind kind,
    std::string const& message,
    std::string const& whole,
    steady::time_point begin
)
{
    last_ = steady::now();
    ++now_.failed;
    now_.failed_latencies.record(last_ - begin);
    now_.over_time.failed(slot_of_last());
    if (now_.by_method.size() > 1) ++now_.by_method[work_.methods.at(i)].failed;
    if (counts_stages()) ++now_.by_stage[work_.pace.stage_of(i)].failed;
    auto& e = now_.errors[std::move(kind)];
    ++e.count;
    e.message = message;
    if (now_.first_error.empty()) now_.first_error = whole;
}

void lane::count_unanswered(steady::time_point begin)
{
    ++now_.unanswered;
    now_.oldest_unanswered = std::max<nanoseconds>(now_.oldest_unanswered, steady::now() - begin);
}

lane::awaitable lane::take_snapshots()
{
    while (working_ != 0 && !cut_) {
        // More often than they are looked at, so that there is one at the first look.
        co_await wait_until(ticks_, steady::now() + 200ms);
        std::lock_guard const lock(mutex_);
        snapshot_.parts.resize(1);
        snapshot_.parts[0].took = steady::now() - turn_->start;
        snapshot_.parts[0].answered = now_.answered;
        snapshot_.answered = now_.answered;
        snapshot_.failed = now_.failed;
        snapshot_.latencies = now_.latencies;
    }
}

void lane::add_snapshot_to(outcome& sum) const
{
    std::lock_guard const lock(mutex_);
    sum.answered += snapshot_.answered;
    sum.failed += snapshot_.failed;
    sum.latencies.merge(snapshot_.latencies);
    sum.parts.insert(sum.parts.end(), snapshot_.parts.begin(), snapshot_.parts.end());
}

}  // namespace bench
