#include "load.hpp"

#include <cohub/sharded_hub.hpp>

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <exception>
#include <memory>
#include <thread>
#include <utility>

#include "interruption.hpp"
#include "lane.hpp"

namespace bench {

namespace {

namespace asio = boost::asio;
using steady = turn::steady;
using std::chrono::nanoseconds;
using namespace std::chrono_literals;

/// Leads the lanes through the turns, and adds up what they did. The first lane is on the calling
/// thread.
class runner
{
public:
    runner(cohub::options options, load const& work)
        : options_(std::move(options)), work_(work), lanes_(make_lanes(work_))
    {
        connect();
    }

    bool interrupted() const { return stop_.signal() != 0; }

    void wait_for_start(progress const& tell)
    {
        if (!work_.start_at) return;
        sum_.reached = phase::waiting;
        if (tell) tell({}, system_clock::now() - *work_.start_at);
        asio::steady_timer until(first().context(), *work_.start_at - system_clock::now());
        bool is_time = false;
        until.async_wait([&is_time](boost::system::error_code) { is_time = true; });
        while (!is_time && !interrupted() && first().context().run_one() != 0) {
        }
    }

    // One call: does it work at all?
    void rehearse()
    {
        turn t(phase::rehearsal, 1s);
        t.most = 1;
        take(t, 1);
        auto const& failure = first().first_failure();
        if (failure) {
            if (!may_pass(*failure)) throw rehearsal_error(*failure);
            rehearsal_failure_ = failure->message();
        } else if (sum_.unanswered != 0) {
            char text[64];
            double const s = std::chrono::duration<double>(sum_.oldest_unanswered).count();
            std::snprintf(text, sizeof text, "it had no answer in %.1f s", s);
            rehearsal_failure_ = text;
        }
    }

    void warm_up(progress const& tell)
    {
        hubs_->warm_up(std::min(options_.pool.max_connections, work_.concurrency));
        turn t(phase::warm_up, work_.warm_up);
        // A server that is to have 5 calls a second is not to have all at once before.
        auto const pace = work_.pace.beginning();
        if (pace.is_open()) t.pace = &pace;
        take(t, work_.concurrency, tell);
    }

    outcome measure(progress const& tell)
    {
        if (!interrupted()) {
            turn t(phase::measuring, work_.limit());
            if (work_.requests != 0) t.most = work_.requests;
            if (work_.pace.is_open()) t.pace = &work_.pace;
            take(t, work_.concurrency, tell);
            if (t.pace != nullptr) count_unsent(t);
            sum_.parts.push_back({{}, {}, t.began, sum_.took, sum_.sent, sum_.answered, sum_.failed}
            );
        } else {
            phase const reached = sum_.reached;
            sum_ = outcome();
            sum_.reached = reached;
        }
        sum_.signal = stop_.signal();
        sum_.beforehand = beforehand_;
        // A rehearsal that was interrupted did not fail.
        if (sum_.reached != phase::rehearsal) sum_.rehearsal_failure = rehearsal_failure_;
        return std::move(sum_);
    }

private:
    using system_clock = std::chrono::system_clock;

    // Whether the load may have answers all the same.
    static bool may_pass(cohub::failure const& f)
    {
        return f.is(cohub::condition::transient) && f.code != cohub::errc::connect_failed &&
               f.code != cohub::errc::resolve_failed;
    }

    static std::vector<std::unique_ptr<lane>> make_lanes(load const& work)
    {
        std::vector<std::unique_ptr<lane>> lanes;
        lanes.reserve(work.threads);
        for (std::size_t i = 0; i < work.threads; ++i)
            lanes.push_back(std::make_unique<lane>(work));
        return lanes;
    }

    lane& first() { return *lanes_.front(); }

    void connect()
    {
        std::vector<asio::io_context*> contexts;
        contexts.reserve(lanes_.size());
        for (auto const& l : lanes_) contexts.push_back(&l->context());
        hubs_.emplace(contexts, options_);
    }

    // All lanes at once, with `workers` calls in flight in all.
    void take(turn& t, std::size_t workers)
    {
        std::size_t const n = std::min(workers, lanes_.size());
        std::atomic<int> others(static_cast<int>(n - 1));
        std::vector<std::exception_ptr> problems(n);
        auto const run = [&](std::size_t i) {
            try {
                std::size_t const mine = workers / n + (i < workers % n ? 1 : 0);
                lanes_[i]->run(t, (*hubs_)[i], mine, i == 0 ? &others : nullptr);
            } catch (...) {
                problems[i] = std::current_exception();
            }
        };
        std::vector<std::thread> threads;
        threads.reserve(n - 1);
        for (std::size_t i = 1; i < n; ++i)
            threads.emplace_back([&, i] {
                run(i);
                --others;
                asio::post(first().context(), [this] { first().leave_if_done(); });
            });
        run(0);
        for (auto& thread : threads) thread.join();
        for (auto const& p : problems)
            if (p) std::rethrow_exception(p);
        add_up(t, n);
    }

    void add_up(turn const& t, std::size_t lanes)
    {
        sum_ = outcome();
        sum_.reached = t.reached;
        auto last = t.start;
        bool is_closed = false;
        cut_while_awaited_ = 0;
        for (std::size_t i = 0; i < lanes; ++i) {
            sum_.add(lanes_[i]->result());
            cut_while_awaited_ += lanes_[i]->cut_while_awaited();
            last = std::max(last, lanes_[i]->last_event());
            is_closed |= lanes_[i]->closed_hub();
        }
        // Of the whole turn: a thread without work is idle, and not busy for a moment.
        for (auto& e : sum_.efforts) e.took = steady::now() - t.start;
        // An interruption ends the turn before its time.
        sum_.took = std::max(last, interrupted() ? steady::now() : std::min(t.end, steady::now())) -
                    t.start;
        if (t.reached != phase::measuring) beforehand_ += sum_.sent;
        // After an interruption, nothing more is sent.
        if (is_closed && t.reached != phase::measuring && !interrupted()) connect();
    }

    void count_unsent(turn const& t)
    {
        // What would have been due after an interruption is nobody's fault.
        auto const end = interrupted() ? std::min(t.end, interrupted_at_) : t.end;
        double const seconds = std::chrono::duration<double>(end - t.start).count();
        std::uint64_t const due = std::min(t.most, work_.pace.due_before(seconds));
        std::uint64_t const seen = sum_.sent + cut_while_awaited_;
        if (due > seen) sum_.unsent = due - seen;
        if (interrupted()) return;
        // Until the next one would have been due: the last of a few calls is early.
        auto const next =
            t.start + std::chrono::duration_cast<nanoseconds>(
                          std::chrono::duration<double>(std::min(work_.pace.due(sum_.sent), 1e9))
                      );
        sum_.took = std::max<nanoseconds>(sum_.took, std::min(t.end, next) - t.start);
    }

    // The same, and tells now and then how it goes.
    void take(turn& t, std::size_t workers, progress const& tell)
    {
        t.tells_progress = static_cast<bool>(tell);
        tell_now_and_then(tell, t.reached, t.start);
        take(t, workers);
        ticks_.cancel();
        told_ = phase::waiting;
    }

    void tell_now_and_then(progress const& tell, phase p, steady::time_point start)
    {
        if (!tell) return;
        told_ = p;
        ticks_.expires_after(250ms);
        ticks_.async_wait([this, &tell, p, start](boost::system::error_code ec) {
            // One that was due when its turn ended comes in the next one.
            if (ec || told_ != p) return;
            outcome sum;
            sum.reached = p;
            for (auto const& l : lanes_) l->add_snapshot_to(sum);
            tell(sum, steady::now() - start);
            tell_now_and_then(tell, p, start);
        });
    }

    void interrupt()
    {
        interrupted_at_ = steady::now();
        for (auto const& l : lanes_)
            asio::post(l->context(), [other = l.get(), at = interrupted_at_] {
                other->interrupt(at);
            });
    }

    cohub::options options_;
    load work_;
    std::vector<std::unique_ptr<lane>> lanes_;
    std::optional<cohub::sharded_hub> hubs_;
    outcome sum_;
    std::string rehearsal_failure_;
    phase told_ = phase::waiting;  // nothing
    std::uint64_t beforehand_ = 0, cut_while_awaited_ = 0;
    steady::time_point interrupted_at_;
    asio::steady_timer ticks_{first().context()};
    interruption stop_{first().context(), [this] { interrupt(); }};
};

}  // namespace

std::optional<nanoseconds> load::limit() const
{
    if (requests != 0) return std::nullopt;
    if (pace.stages().empty()) return duration;
    return std::chrono::duration_cast<nanoseconds>(std::chrono::duration<double>(pace.length()));
}

outcome run(
    cohub::options const& options,
    load const& work,
    std::function<void()> const& on_start,
    progress const& tell
)
{
    auto o = options;
    o.threads = cohub::threading::single;
    if (work.timeout.count() != 0) o.timeouts.call = work.timeout;
    runner r(std::move(o), work);
    r.wait_for_start(tell);
    bool const warms_up = work.warm_up.count() != 0;
    if (warms_up && !r.interrupted()) r.rehearse();
    if (warms_up && !r.interrupted()) r.warm_up(tell);
    if (!r.interrupted()) on_start();
    return r.measure(tell);
}

}  // namespace bench
