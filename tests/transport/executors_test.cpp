#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/execution.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/require.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/system_executor.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>

#include <condition_variable>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include "support/live_hub.hpp"

namespace cohub::tests {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

/// Counts completions, on any thread.
class tally
{
public:
    void add(bool good, bool in_place)
    {
        std::lock_guard lock(mutex_);
        ++done_;
        good_ += good ? 1 : 0;
        in_place_ += in_place ? 1 : 0;
        changed_.notify_all();
    }
    bool wait_for(int n)
    {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, 30s, [&] { return done_ >= n; });
    }
    int good() const { return good_; }
    int in_place() const { return in_place_; }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    int done_ = 0;
    int good_ = 0;
    int in_place_ = 0;
};

/// Threads that run an io_context until nothing is left to do there.
class runners
{
public:
    runners(asio::io_context& io, int n) : guard_(asio::make_work_guard(io))
    {
        for (int i = 0; i != n; ++i) threads_.emplace_back([&io] { io.run(); });
    }
    ~runners() { join(); }
    void join()
    {
        guard_.reset();
        for (auto& t : threads_)
            if (t.joinable()) t.join();
    }

private:
    asio::executor_work_guard<asio::io_context::executor_type> guard_;
    std::vector<std::thread> threads_;
};

asio::awaitable<void> call_in_turn(
    hub const* h, int n, tally* counts, std::function<bool()> runs_here
)
{
    for (int i = 0; i != n; ++i) {
        auto const r = co_await h->system().ping(as_result);
        counts->add(r.has_value(), runs_here());
    }
}

class Executors : public LiveHub
{
protected:
    options few_connections() const
    {
        options o = usual_options();
        o.pool.max_connections = 4;
        return o;
    }

    /// 200 calls by coroutines, callbacks and futures at once, all on the hub's executor, which
    /// others run. `runs_here` says whether this thread runs a handler of that executor.
    static void call_from_all_sides(
        hub const& h, asio::any_io_executor const& on, std::function<bool()> const& runs_here
    )
    {
        tally counts;
        std::vector<std::future<server_now>> futures;
        for (int i = 0; i != 8; ++i)
            asio::co_spawn(on, call_in_turn(&h, 10, &counts, runs_here), asio::detached);
        for (int i = 0; i != 60; ++i) {
            h.system().ping([&](error_code ec, server_now) { counts.add(!ec, runs_here()); });
            futures.push_back(h.system().ping(asio::use_future));
        }
        ASSERT_TRUE(counts.wait_for(140));
        EXPECT_EQ(counts.good(), 140);
        EXPECT_EQ(counts.in_place(), 140);
        for (auto& f : futures) {
            ASSERT_EQ(f.wait_for(30s), std::future_status::ready);
            EXPECT_NO_THROW(f.get());
        }
        EXPECT_LE(h.stats().opened, 4u);
        EXPECT_EQ(h.stats().calls, 0u);
        EXPECT_EQ(h.stats().in_use, 0u);
    }

    /// The same for an executor that knows which threads it runs on.
    template <class Executor>
    void works_on(Executor const& on)
    {
        hub const h(on, few_connections());
        call_from_all_sides(h, on, [on] { return on.running_in_this_thread(); });
        EXPECT_EQ(server.journal().count("system.ping"), 200u);
    }
};

// ---- what a hub is made from -------------------------------------------------------------------

TEST_F(Executors, AnIoContextWithOneThread)
{
    runners const threads(io, 1);
    works_on(io.get_executor());
}

TEST_F(Executors, AnIoContextWithFourThreads)
{
    runners const threads(io, 4);
    works_on(io.get_executor());
}

TEST_F(Executors, AThreadPool)
{
    asio::thread_pool pool(4);
    works_on(pool.get_executor());
    pool.join();
}

TEST_F(Executors, AStrandOfAnIoContext)
{
    runners const threads(io, 4);
    works_on(asio::make_strand(io));
}

TEST_F(Executors, AStrandOfAThreadPool)
{
    asio::thread_pool pool(4);
    works_on(asio::make_strand(pool));
    pool.join();
}

TEST_F(Executors, AStrandOfAStrand)
{
    asio::thread_pool pool(4);
    auto const inner = asio::make_strand(pool);
    works_on(asio::strand<asio::strand<asio::thread_pool::executor_type>>(inner));
    pool.join();
}

TEST_F(Executors, AStrandOfAnyExecutor)
{
    asio::thread_pool pool(4);
    works_on(asio::make_strand(asio::any_io_executor(pool.get_executor())));
    pool.join();
}

TEST_F(Executors, AnyExecutorOfEach)
{
    asio::thread_pool pool(2);
    runners const threads(io, 2);
    auto const strand = asio::make_strand(io);
    auto const strand_of_pool = asio::make_strand(pool);
    auto const nested = asio::strand<asio::strand<asio::io_context::executor_type>>(strand);
    auto const check = [&](auto const& on) {
        asio::any_io_executor const any(on);
        hub const h(any, few_connections());
        call_from_all_sides(h, any, [on] { return on.running_in_this_thread(); });
    };
    check(io.get_executor());
    check(pool.get_executor());
    check(strand);
    check(strand_of_pool);
    check(nested);
    pool.join();
}

TEST_F(Executors, TheSystemsExecutor)
{
    auto const here = std::this_thread::get_id();
    auto const elsewhere = [here] { return std::this_thread::get_id() != here; };
    {
        hub const h(asio::system_executor(), few_connections());
        call_from_all_sides(h, asio::system_executor(), elsewhere);
    }
    hub const h(asio::any_io_executor(asio::system_executor()), few_connections());
    call_from_all_sides(h, asio::system_executor(), elsewhere);
}

TEST_F(Executors, OneThatTracksItsWork)
{
    runners const threads(io, 2);
    auto const tracked =
        asio::require(io.get_executor(), asio::execution::outstanding_work.tracked);
    works_on(tracked);
    asio::thread_pool pool(2);
    auto const of_pool =
        asio::require(pool.get_executor(), asio::execution::outstanding_work.tracked);
    server.reset();
    works_on(of_pool);
}

TEST_F(Executors, OneThatNeverBlocks)
{
    runners const threads(io, 2);
    works_on(asio::require(io.get_executor(), asio::execution::blocking.never));
    asio::thread_pool pool(2);
    server.reset();
    works_on(asio::require(pool.get_executor(), asio::execution::blocking.never));
    pool.join();
}

TEST_F(Executors, WhatHasAnExecutor)
{
    runners const threads(io, 2);
    asio::thread_pool pool(2);
    auto const strand = asio::make_strand(pool);
    asio::steady_timer timer(io);
    asio::steady_timer timer_of_strand(strand);
    hub const on_context(io, few_connections());
    hub const on_pool(pool, few_connections());
    hub const on_timer(timer, few_connections());
    hub const on_timer_of_strand(timer_of_strand, few_connections());
    auto const in_io = [&] { return io.get_executor().running_in_this_thread(); };
    auto const in_pool = [&] { return pool.get_executor().running_in_this_thread(); };
    call_from_all_sides(on_context, io.get_executor(), in_io);
    call_from_all_sides(on_pool, pool.get_executor(), in_pool);
    call_from_all_sides(on_timer, io.get_executor(), in_io);
    call_from_all_sides(on_timer_of_strand, strand, [&] {
        return strand.running_in_this_thread();
    });
    pool.join();
}

TEST_F(Executors, AnEmptyOneIsRefused)
{
    try {
        hub const h(asio::any_io_executor(), usual_options());
        FAIL() << "a hub without an executor";
    } catch (cohub::error const& e) {
        EXPECT_EQ(e.code(), errc::invalid_argument);
        EXPECT_NE(std::string(e.what()).find("executor is empty"), std::string::npos) << e.what();
    }
}

// ---- the other front doors ---------------------------------------------------------------------

TEST_F(Executors, EveryFrontDoorTakesAThreadPool)
{
    asio::thread_pool pool(2);
    options project_options = usual_options();
    project_options.api_key = secret(server.keys().project);
    pieces::options os_options(server.url());
    os_options.tls.ca_pem = server.ca_pem();

    v1 const old(pool, usual_options());
    project const p(pool, std::move(project_options));
    pieces::client const os(pool, std::move(os_options));

    auto found = old.user_search(v1_user_query("xyznonexistentabc"), asio::use_future);
    auto said = p.system().ping(asio::use_future);
    auto user = os.user().user_snapshot(asio::use_future);
    auto stream = os.user().stream_user();
    auto event = stream.next(asio::use_future);
    ASSERT_EQ(found.wait_for(20s), std::future_status::ready);
    ASSERT_EQ(said.wait_for(20s), std::future_status::ready);
    ASSERT_EQ(user.wait_for(20s), std::future_status::ready);
    ASSERT_EQ(event.wait_for(20s), std::future_status::ready);
    EXPECT_NO_THROW(found.get());
    EXPECT_NO_THROW(said.get());
    EXPECT_NO_THROW(user.get());
    EXPECT_TRUE(event.get().has_value());
    stream.close();
    pool.join();
}

TEST_F(Executors, DiscoveryTakesAThreadPoolAndAStrandOfIt)
{
    fake_server const os{fake_server_options().plain().users(0)};
    auto const where = pieces::discover_options()
                           .timeout(20s)
                           .probe_timeout(20s)
                           .port_files({})
                           .old_ports({})
                           .ports({os.port()});
    asio::thread_pool pool(2);
    auto on_pool = pieces::discover(pool, where, asio::use_future);
    auto on_strand = pieces::discover(asio::make_strand(pool), where, asio::use_future);
    ASSERT_EQ(on_pool.wait_for(20s), std::future_status::ready);
    ASSERT_EQ(on_strand.wait_for(20s), std::future_status::ready);
    EXPECT_EQ(on_pool.get().port, os.port());
    EXPECT_EQ(on_strand.get().port, os.port());
    pool.join();
}

// ---- the caller's own executor -----------------------------------------------------------------

// For ThreadSanitizer above all: the caller destroys its context as soon as run() has returned, and
// the client's thread may still be on its way back from the hand-over.
TEST_F(Executors, NothingTouchesACallersContextAfterItsLastHandler)
{
    hub const h(io, few_connections());
    runners const threads(io, 1);
    int answered = 0;
    int refused = 0;
    for (int round = 0; round != 500; ++round) {
        auto local = std::make_unique<asio::io_context>(1);
        h.system().ping(asio::bind_executor(*local, [&](error_code ec, server_now) {
            answered += ec ? 0 : 1;
        }));
        local->run();
        local = std::make_unique<asio::io_context>(1);
        h.system()
            .user_search("\xff", asio::bind_executor(*local, [&](error_code ec, std::vector<user>) {
                             refused += ec == errc::invalid_argument ? 1 : 0;
                         }));
        local->run();
    }
    EXPECT_EQ(answered, 500);
    EXPECT_EQ(refused, 500);
}

TEST_F(Executors, NothingTouchesACallersThreadPoolAfterItsLastHandler)
{
    hub const h(io, few_connections());
    runners const threads(io, 1);
    int answered = 0;
    for (int round = 0; round != 500; ++round) {
        auto pool = std::make_unique<asio::thread_pool>(1);
        h.system().ping(asio::bind_executor(*pool, [&](error_code ec, server_now) {
            answered += ec ? 0 : 1;
        }));
        pool->join();
    }
    EXPECT_EQ(answered, 500);
}

TEST_F(Executors, ACallersContextWaitsForItsCalls)
{
    server.script("system.ping").delay_until_released();
    hub const h(io, usual_options());
    runners const threads(io, 1);
    asio::io_context local;
    bool called = false;
    h.system().ping(asio::bind_executor(local, [&](error_code, server_now) { called = true; }));
    ASSERT_TRUE(server.journal().wait_for("system.ping", 1));
    EXPECT_EQ(local.poll(), 0u);
    EXPECT_FALSE(local.stopped()) << "a call is under way";
    server.release();
    local.run_for(20s);
    EXPECT_TRUE(called);
    EXPECT_TRUE(local.stopped());
}

/// An executor that is told of work to come, and runs what it is given at once or on demand.
class counting_executor
{
public:
    struct counts
    {
        bool at_once = true;
        std::function<void()> to_run;
        int work = 0;
        int work_in_handler = 0;
        int work_behind_handler = 0;
    };

    explicit counting_executor(counts& c) noexcept : counts_(&c) {}
    counting_executor(counting_executor const& other) noexcept
        : counting_executor(other, other.tracks_)
    {
    }
    counting_executor(counting_executor&& other) noexcept
        : counts_(other.counts_), tracks_(std::exchange(other.tracks_, false))
    {
    }
    ~counting_executor() { counts_->work -= tracks_ ? 1 : 0; }

    template <class Function>
    void execute(Function&& f) const
    {
        counts& c = *counts_;
        auto const kept = std::make_shared<std::decay_t<Function>>(std::forward<Function>(f));
        c.to_run = [kept] { (*kept)(); };
        if (!c.at_once) return;
        c.to_run();
        // A real executor uses its context here still, and only work keeps that in being.
        c.work_behind_handler = c.work;
    }
    counting_executor require(asio::execution::outstanding_work_t::tracked_t) const noexcept
    {
        return counting_executor(*this, true);
    }
    counting_executor require(asio::execution::outstanding_work_t::untracked_t) const noexcept
    {
        return counting_executor(*this, false);
    }
    bool operator==(counting_executor const& other) const noexcept
    {
        return counts_ == other.counts_;
    }
    bool operator!=(counting_executor const& other) const noexcept { return !(*this == other); }

private:
    counting_executor(counting_executor const& other, bool tracks) noexcept
        : counts_(other.counts_), tracks_(tracks)
    {
        counts_->work += tracks_ ? 1 : 0;
    }

    counts* counts_;
    bool tracks_ = false;
};

class CallersExecutor : public Executors
{
protected:
    auto handler()
    {
        return asio::bind_executor(counting_executor(counts), [this](error_code ec, auto const&) {
            told = ec;
            counts.work_in_handler = counts.work;
        });
    }

    counting_executor::counts counts;
    std::optional<error_code> told;
};

TEST_F(CallersExecutor, HasWorkUntilItHasBeenLetGoOf)
{
    hub const h(io, usual_options());
    h.system().ping(handler());
    EXPECT_GT(counts.work, 0);
    run();
    EXPECT_EQ(told, error_code());
    EXPECT_GT(counts.work_behind_handler, 0);
    EXPECT_EQ(counts.work, 0);
}

TEST_F(CallersExecutor, HasWorkUntilItHasBeenLetGoOfIfTheCallIsRefused)
{
    hub const h(io, usual_options());
    h.system().user_search("\xff", handler());
    EXPECT_GT(counts.work, 0);
    run();
    EXPECT_EQ(told, errc::invalid_argument);
    EXPECT_GT(counts.work_behind_handler, 0);
    EXPECT_EQ(counts.work, 0);
}

// The outcome of a search is posted to the search's own executor first, and goes on from there.
TEST_F(CallersExecutor, HasWorkUntilItHasBeenLetGoOfAfterASearch)
{
    auto const nowhere = pieces::discover_options().port_files({}).ports({}).old_ports({});
    pieces::discover(io, nowhere, handler());
    EXPECT_GT(counts.work, 0);
    run();
    EXPECT_EQ(told, errc::connect_failed);
    EXPECT_GT(counts.work_behind_handler, 0);
    EXPECT_EQ(counts.work, 0);
}

TEST_F(CallersExecutor, HasWorkWhileTheHandlerRuns)
{
    counts.at_once = false;
    hub const h(io, usual_options());
    h.system().ping(handler());
    run();
    ASSERT_TRUE(counts.to_run);
    EXPECT_GT(counts.work, 0);
    EXPECT_FALSE(told);
    counts.to_run();
    EXPECT_EQ(told, error_code());
    EXPECT_GT(counts.work_in_handler, 0);
    EXPECT_EQ(counts.work, 0);
}

/// What has been posted to `pool` before has run.
void drain(asio::thread_pool& pool)
{
    std::promise<void> ran;
    asio::post(pool, [&] { ran.set_value(); });
    ran.get_future().wait_for(20s);
}

// As with an operation of Asio's own, a completion reaches another executor by way of the hub's.
TEST_F(Executors, ARefusedCallLeavesTheHubsContextReadyToRun)
{
    hub const h(io, usual_options());
    asio::thread_pool pool(1);
    std::promise<error_code> refused;
    h.system().user_search("\xff", asio::bind_executor(pool, [&](error_code ec, std::vector<user>) {
                               refused.set_value(ec);
                           }));
    drain(pool);
    EXPECT_FALSE(io.stopped());

    bool answered = false;
    h.system().ping([&](error_code ec, server_now) { answered = !ec; });
    io.run_for(20s);  // and not restart(), which nobody has a reason for

    EXPECT_TRUE(answered);
    auto why = refused.get_future();
    ASSERT_EQ(why.wait_for(20s), std::future_status::ready);
    EXPECT_EQ(why.get(), errc::invalid_argument);
    pool.join();
}

TEST_F(Executors, ACallOfAClosedHubLeavesItsContextReadyToRun)
{
    hub const closed(io, usual_options());
    hub const h(io, usual_options());
    closed.close();
    asio::thread_pool pool(1);
    std::promise<error_code> refused;
    closed.system().ping(asio::bind_executor(pool, [&](error_code ec, server_now) {
        refused.set_value(ec);
    }));
    drain(pool);
    EXPECT_FALSE(io.stopped());

    bool answered = false;
    h.system().ping([&](error_code ec, server_now) { answered = !ec; });
    io.run_for(20s);

    EXPECT_TRUE(answered);
    auto why = refused.get_future();
    ASSERT_EQ(why.wait_for(20s), std::future_status::ready);
    EXPECT_EQ(why.get(), errc::client_closed);
    pool.join();
}

// ---- exceptions of hooks -----------------------------------------------------------------------

TEST_F(Executors, AHooksExceptionLeavesRunAfterTheCallHasBeenTold)
{
    int events = 0;
    options o = usual_options();
    o.hooks.on_attempt = [&](attempt_event const&) {
        if (++events == 1) throw std::runtime_error("hook");
    };
    hub const h(io, std::move(o));
    bool told = false;
    h.system().ping([&](error_code ec, server_now) { told = !ec; });

    std::string thrown;
    try {
        run();
    } catch (std::runtime_error const& e) {
        thrown = e.what();
    }
    EXPECT_EQ(thrown, "hook");
    EXPECT_TRUE(told) << "the exception went before the call's completion";

    run();
    EXPECT_EQ(events, 1);
    EXPECT_TRUE(run_call(io, h.system().ping(as_result)).has_value());
    EXPECT_EQ(events, 2);
    EXPECT_EQ(h.stats().opened, 1u);
    EXPECT_EQ(h.stats().idle, 1u);
}

TEST_F(Executors, AHooksExceptionHoldsUpNoCallOfTheBatch)
{
    server.script("system.ping").delay_until_released().times(8);
    int thrown = 0;
    options o = usual_options();
    o.hooks.on_attempt = [&](attempt_event const&) {
        ++thrown;
        throw std::runtime_error("hook");
    };
    hub const h(io, std::move(o));
    int told = 0;
    for (int i = 0; i != 8; ++i)
        h.system().ping([&](error_code ec, server_now) { told += ec == errc::client_closed; });
    run_until([&] { return server.journal().count() == 8; });
    h.close();  // all eight in one batch
    EXPECT_THROW(run(), std::runtime_error);
    EXPECT_EQ(told, 8);
    EXPECT_EQ(thrown, 8);
    run();
    server.release();
}

TEST_F(Executors, AHooksExceptionMeetsAHandlersAndNothingIsLost)
{
    options o = usual_options();
    o.hooks.on_attempt = [](attempt_event const&) { throw std::logic_error("hook"); };
    hub const h(io, std::move(o));
    int told = 0;
    server.script("system.ping").delay_until_released().times(3);
    for (int i = 0; i != 3; ++i)
        h.system().ping([&](error_code, server_now) {
            ++told;
            throw std::runtime_error("handler");
        });
    run_until([&] { return server.journal().count() == 3; });
    h.close();
    int left_run = 0;
    for (int i = 0; i != 8; ++i) try {
            run();
        } catch (std::exception const&) {
            ++left_run;
        }
    EXPECT_EQ(told, 3);
    EXPECT_EQ(left_run, 3);
    EXPECT_EQ(h.stats().calls, 0u);
    server.release();
}

}  // namespace
}  // namespace cohub::tests
