#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/execution.hpp>
#include <boost/asio/require.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/system_executor.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>

#include <atomic>
#include <chrono>
#include <future>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "transport/executors_fixture.hpp"

namespace cohub::tests {
namespace {

using namespace std::chrono_literals;

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

asio::awaitable<void> gather_pings(hub const& h, int& good)
{
    std::vector<int> const items(200);
    auto const ping = [&](int) { return h.system().ping(); };
    std::size_t told = 0;
    auto const tell = [&](std::size_t done, std::size_t) { told = done; };
    auto const all = co_await gather(items, ping, gather_options().limit(8).on_progress(tell));
    for (auto const& r : all) good += r.has_value() ? 1 : 0;
    EXPECT_EQ(told, 200U);
}

TEST_F(Executors, GatherOnSeveralThreads)
{
    asio::thread_pool pool(4);
    hub const h(pool, few_connections());
    int good[4] = {};
    for (int& g : good) asio::co_spawn(pool, gather_pings(h, g), asio::detached);
    pool.join();
    for (int const g : good) EXPECT_EQ(g, 200);
    EXPECT_EQ(h.stats().calls, 0U);
}

// The deadlines of the lookups and those of the calls that they share expire at the same moment.
TEST_F(Executors, CoalescedLookUpsOnSeveralThreads)
{
    asio::thread_pool pool(4);
    options o = few_connections();
    o.coalesce.window = std::chrono::milliseconds(1);
    o.coalesce.max_ids = 20;
    hub const h(pool, o);
    std::atomic<int> done = 0, unknown = 0;
    constexpr int all = 2000;
    std::string const id = "00000000-0000-4000-8000-0000000000";
    for (int i = 0; i != all; ++i) {
        auto const limit =
            i % 3 == 0 ? std::chrono::milliseconds(1 + i % 7) : std::chrono::milliseconds(30'000);
        h.system().get_name(
            id + std::to_string(10 + i % 90),
            call_options().timeout(limit),
            [&](error_code ec, account_names const&) {
                ++done;
                if (ec == errc::not_found) ++unknown;
            }
        );
    }
    std::promise<void> closed;
    h.async_close([&](error_code) { closed.set_value(); });
    ASSERT_EQ(closed.get_future().wait_for(std::chrono::seconds(60)), std::future_status::ready);
    pool.join();
    EXPECT_EQ(done, all);
    EXPECT_GE(unknown, all / 3 * 2 - 1);
}

// `make_strand(co_await this_coro::executor)` is such a strand.
TEST_F(Executors, AHandlerOnAStrandOfAnyExecutor)
{
    asio::thread_pool pool(2);
    auto const strand = asio::make_strand(asio::any_io_executor(pool.get_executor()));
    std::promise<bool> told;
    auto in_place = told.get_future();
    {
        runners const threads(io, 1);
        hub const h(io, few_connections());
        h.system().ping(asio::bind_executor(strand, [&](error_code ec, server_now) {
            told.set_value(!ec && strand.running_in_this_thread());
        }));
        pool.join();  // the call keeps the pool running
        ASSERT_EQ(in_place.wait_for(std::chrono::seconds(30)), std::future_status::ready);
    }
    EXPECT_TRUE(in_place.get());
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
