// Clients that have their own thread, and cohub::wait.
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/use_future.hpp>

#include <atomic>
#include <future>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "support/live_hub.hpp"

namespace cohub::tests {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

class OwnThread : public LiveHub
{
protected:
    /// Begins calls that the server answers only when it is told to.
    void begin_calls(hub const& h, int n)
    {
        server.script("system.ping").delay_until_released().times(static_cast<std::size_t>(n));
        for (int i = 0; i != n; ++i)
            h.system().ping([this](error_code ec, server_now) {
                ++ended;
                closed += ec == errc::client_closed ? 1 : 0;
            });
        EXPECT_TRUE(server.journal().wait_for("system.ping", static_cast<std::size_t>(n)));
    }
    pieces::options os_options() const
    {
        pieces::options o(server.url());
        o.tls.ca_pem = server.ca_pem();
        return o;
    }

    // Written by the hub's thread.
    std::atomic<int> ended{0};
    std::atomic<int> closed{0};
};

/// Reports its destruction.
struct witness
{
    std::promise<void> gone;

    ~witness() { gone.set_value(); }
};

template <class T>
bool arrives(std::future<T> const& f)
{
    return f.wait_for(20s) == std::future_status::ready;
}

/// @return the failure that `call` throws as `cohub::error`; none if it throws nothing
template <class Call>
failure failure_of(Call const& call)
{
    try {
        call();
    } catch (cohub::error const& e) {
        return e.why();
    }
    return {};
}

// ---- calls -------------------------------------------------------------------------------------

TEST_F(OwnThread, CallsByCallback)
{
    std::promise<std::thread::id> where;
    auto id = where.get_future();
    hub const h(usual_options());
    h.system().ping([&](error_code, server_now) { where.set_value(std::this_thread::get_id()); });
    ASSERT_TRUE(arrives(id));
    EXPECT_NE(id.get(), std::this_thread::get_id());
}

TEST_F(OwnThread, CallsByFuture)
{
    hub const h(usual_options());
    std::vector<std::future<server_now>> answers;
    for (int i = 0; i != 50; ++i) answers.push_back(h.system().ping(asio::use_future));
    for (auto& a : answers) {
        ASSERT_TRUE(arrives(a));
        EXPECT_EQ(a.get().now.time_since_epoch().count(), server.now());
    }
}

TEST_F(OwnThread, WaitGivesTheValue)
{
    hub const h(usual_options());
    EXPECT_EQ(wait(h.system().ping()).now.time_since_epoch().count(), server.now());
    EXPECT_EQ(wait(h.system().test(call_options().timeout(20s))).account_id.size(), 36u);
    secret const token("unknown");
    wait(h.system().revoke_user_auth_token(token));  // a call without a result
    EXPECT_EQ(server.journal().count(), 3u);
}

TEST_F(OwnThread, WaitThrowsTheWholeFailure)
{
    hub const h(usual_options());
    failure const why = failure_of([&] { wait(h.call("system.nope")); });
    EXPECT_EQ(why.code, errc::not_found);
    EXPECT_EQ(why.where, "system.nope");
    EXPECT_EQ(why.attempts, 1);
    EXPECT_EQ(why.server_message, "Error: unknown function 'system.nope'");
}

TEST_F(OwnThread, WaitWithAsResultDoesNotThrow)
{
    hub const h(usual_options());
    result<server_now> const good = wait(h.system().ping(as_result));
    result<boost::json::value> const bad = wait(h.call("system.nope", nullptr, as_result));
    secret const token("unknown");
    result<void> const nothing = wait(h.system().revoke_user_auth_token(token, as_result));
    EXPECT_TRUE(good.has_value());
    ASSERT_TRUE(bad.has_error());
    EXPECT_EQ(bad.error().code, errc::not_found);
    EXPECT_TRUE(nothing.has_value());
}

TEST_F(OwnThread, WaitEndsWithTheCallsDeadline)
{
    server.script("system.ping").delay_until_released();
    hub const h(usual_options());
    auto const r = wait(h.system().ping(call_options().timeout(30ms), as_result));
    ASSERT_TRUE(r.has_error());
    EXPECT_EQ(r.error().code, errc::timeout);
    server.release();
}

TEST_F(OwnThread, WaitOnTheHubsThreadFailsInPlaceOfWaitingWithoutEnd)
{
    std::promise<failure> thrown, given;
    hub const h(usual_options());
    h.system().ping([&](error_code, server_now) {
        thrown.set_value(failure_of([&] { wait(h.system().ping()); }));
        given.set_value(wait(h.system().ping(as_result)).error());
    });
    for (auto* p : {&thrown, &given}) {
        auto f = p->get_future();
        ASSERT_TRUE(arrives(f));
        failure const why = f.get();
        EXPECT_EQ(why.code, errc::invalid_argument);
        EXPECT_EQ(why.where, "system.ping");
        EXPECT_NE(why.message().find("would never return"), std::string::npos) << why.message();
    }
    EXPECT_EQ(server.journal().count(), 1u) << "nothing is sent";
    EXPECT_TRUE(wait(h.system().ping(as_result)).has_value());
}

TEST_F(OwnThread, WaitOnAnotherHubsThreadIsFine)
{
    std::promise<bool> good;
    auto g = good.get_future();
    hub const second(usual_options());
    hub const first(usual_options());
    first.system().ping([&](error_code, server_now) {
        good.set_value(wait(second.system().ping(as_result)).has_value());
    });
    ASSERT_TRUE(arrives(g));
    EXPECT_TRUE(g.get());
}

TEST_F(OwnThread, WaitTakesAHubWhoseContextOtherThreadsRun)
{
    hub const h(io, usual_options());
    auto guard = asio::make_work_guard(io);
    std::thread runner([this] { io.run(); });
    EXPECT_TRUE(wait(h.system().ping(as_result)).has_value());
    guard.reset();
    runner.join();
}

TEST_F(OwnThread, WaitEndsWhenTheContextIsDestroyed)
{
    server.script("system.ping").delay_until_released();
    auto doomed = std::make_unique<asio::io_context>();
    hub const h(*doomed, usual_options());
    auto waiting = std::async(std::launch::async, [&] { return wait(h.system().ping(as_result)); });
    auto const end = std::chrono::steady_clock::now() + 20s;
    auto guard = std::make_optional(asio::make_work_guard(*doomed));
    while (server.journal().count() != 1 && std::chrono::steady_clock::now() < end)
        doomed->run_one_for(20ms);
    guard.reset();

    doomed.reset();

    ASSERT_TRUE(arrives(waiting));
    auto const r = waiting.get();
    ASSERT_TRUE(r.has_error());
    EXPECT_EQ(r.error().code, errc::client_closed);
    server.release();
}

TEST_F(OwnThread, IdleConnectionsEndAtTheirTime)
{
    options o = usual_options();
    o.pool.idle_timeout = 50ms;
    hub const h(std::move(o));
    wait(h.system().ping());
    EXPECT_TRUE(server.journal().wait_for_open(0));
}

TEST_F(OwnThread, CallsFromManyThreads)
{
    options o = usual_options();
    o.pool.max_connections = 4;
    hub const h(std::move(o));
    std::atomic<int> good = 0;
    std::vector<std::thread> callers;
    for (int i = 0; i != 8; ++i)
        callers.emplace_back([&] {
            for (int n = 0; n != 20; ++n)
                good += wait(h.system().ping(as_result)).has_value() ? 1 : 0;
        });
    for (auto& c : callers) c.join();
    EXPECT_EQ(good, 160);
    EXPECT_LE(h.stats().opened, 4u);
}

// ---- the end -----------------------------------------------------------------------------------

TEST_F(OwnThread, TheDestructorReturnsWhenAllCallsHaveBeenTold)
{
    {
        hub const h(usual_options());
        begin_calls(h, 8);
    }
    EXPECT_EQ(ended, 8);
    EXPECT_EQ(closed, 8);
    server.release();
    EXPECT_TRUE(server.journal().wait_for_open(0));
}

TEST_F(OwnThread, AHubThatWasNeverUsedGoesAtOnce)
{
    std::size_t const before = open_files();
    for (int i = 0; i != 20; ++i) hub const h(usual_options());
    EXPECT_LE(open_files(), before + 2);
    EXPECT_EQ(server.journal().connections(), 0u);
}

TEST_F(OwnThread, WarmUpAndIdleConnectionsDoNotHoldUpTheDestructor)
{
    {
        hub const h(usual_options());
        h.warm_up(3);
        wait(h.system().ping());
    }
    EXPECT_TRUE(server.journal().wait_for_open(0));
}

TEST_F(OwnThread, DestroyedInsideAHandlerItDetachesItself)
{
    std::promise<void> gone;
    auto g = gone.get_future();
    std::atomic<int> told = 0;
    auto h = std::make_unique<hub>(usual_options());
    server.script("system.test").delay_until_released().times(3);
    for (int i = 0; i != 3; ++i)
        h->system().test([&](error_code ec, key_owner const&) {
            told += ec == errc::client_closed ? 1 : 0;
        });
    ASSERT_TRUE(server.journal().wait_for("system.test", 3));
    hub const& calls = *h;
    calls.system().ping(
        [gone = std::move(gone), &told, h = std::move(h)](error_code, server_now) mutable {
            // The program does not join this thread, but OpenSSL must not be used after the end of
            // the process. So the test ends when the thread ends.
            thread_local witness thread_ends;
            thread_ends.gone = std::move(gone);
            h->system().ping([&told](error_code ec, server_now) {
                told += ec == errc::client_closed ? 1 : 0;
            });
            h.reset();
            EXPECT_EQ(told, 0) << "the destructor must not call anybody";
        }
    );
    ASSERT_TRUE(arrives(g));
    EXPECT_EQ(told, 4);
    server.release();
    EXPECT_TRUE(server.journal().wait_for_open(0));
}

TEST_F(OwnThread, AMovedHubGoesOn)
{
    hub first(usual_options());
    begin_calls(first, 2);
    std::optional<hub> second(std::move(first));
    EXPECT_TRUE(wait(second->system().test(as_result)).has_value());
    server.release();
    // Each call takes a turn of the hub's thread. The other two calls may end in such a turn.
    auto const limit = std::chrono::steady_clock::now() + 20s;
    while (ended != 2 && std::chrono::steady_clock::now() < limit) wait(second->system().test());
    second->close(true);
    second.reset();
    EXPECT_EQ(ended, 2);
    EXPECT_EQ(closed, 0);
}

TEST_F(OwnThread, AnAssignedHubEndsTheOldOneFirst)
{
    hub h(usual_options());
    begin_calls(h, 2);
    h = hub(usual_options());
    EXPECT_EQ(closed, 2);
    server.release();
    EXPECT_TRUE(wait(h.system().ping(as_result)).has_value());
    h = hub(io, usual_options());
    EXPECT_TRUE(run_call(io, h.system().ping(as_result)).has_value());
    h = hub(usual_options());
    EXPECT_TRUE(wait(h.system().ping(as_result)).has_value());
}

TEST_F(OwnThread, AGroupMayOutliveItsHub)
{
    std::optional<hub> h(std::in_place, usual_options());
    system_api const system = h->system();
    wait(system.ping());
    h.reset();
    // The hub is gone, so the call cannot complete and its handler is dropped.
    auto const r = wait(system.ping(as_result));
    ASSERT_TRUE(r.has_error());
    EXPECT_EQ(r.error().code, errc::client_closed);
    auto dropped = system.ping(asio::use_future);
    EXPECT_THROW(dropped.get(), std::future_error);
}

TEST_F(OwnThread, AStreamMayOutliveItsClient)
{
    std::optional<pieces::client> os(std::in_place, os_options());
    auto const stream = os->user().stream_user();
    EXPECT_TRUE(wait(stream.next(as_result)).has_value());
    os.reset();
    EXPECT_FALSE(wait(stream.next(as_result)).has_value());
}

TEST_F(OwnThread, ACallOfAHubWhoseContextIsGoneIsDropped)
{
    auto doomed = std::make_unique<asio::io_context>();
    hub const h(*doomed, usual_options());
    doomed.reset();
    auto const r = wait(h.system().ping(as_result));
    ASSERT_TRUE(r.has_error());
    EXPECT_EQ(r.error().code, errc::client_closed);
}

TEST_F(OwnThread, AClosedHubRefusesCalls)
{
    hub const h(usual_options());
    wait(h.system().ping());
    h.close();
    auto const r = wait(h.system().ping(as_result));
    ASSERT_TRUE(r.has_error());
    EXPECT_EQ(r.error().code, errc::client_closed);
}

TEST_F(OwnThread, ThePromiseOfOneThreadIsRefused)
{
    options o = usual_options();
    o.threads = threading::single;
    failure const why = failure_of([&] { hub const h(o); });
    EXPECT_EQ(why.code, errc::invalid_argument);
    EXPECT_NE(why.detail.find("threading::single"), std::string::npos) << why.detail;
    EXPECT_NE(why.detail.find("threading::multi"), std::string::npos) << why.detail;
    EXPECT_EQ(failure_of([&] { v1 const c(o); }).code, errc::invalid_argument);
    EXPECT_EQ(failure_of([&] { project const p(o); }).code, errc::invalid_argument);
}

TEST_F(OwnThread, AWrongOptionLeavesNoThreadBehind)
{
    options o = usual_options();
    o.pool.max_connections = 0;
    std::size_t const before = open_files();
    for (int i = 0; i != 20; ++i)
        EXPECT_EQ(failure_of([&] { hub const h(o); }).code, errc::invalid_argument);
    EXPECT_LE(open_files(), before + 2);
}

// ---- the other front doors ---------------------------------------------------------------------

TEST_F(OwnThread, EveryFrontDoorMayHaveOne)
{
    hub const h(usual_options());
    std::string const owner = wait(h.system().test()).account_id;
    std::string const id = server.add_project(fake::project().title("T").owner(owner));
    v1 const old(usual_options());
    project const p(usual_options(), id);
    pieces::client const os(os_options());
    EXPECT_TRUE(wait(old.user_search(v1_user_query("xyznonexistentabc"), as_result)).has_value());
    EXPECT_TRUE(wait(p.system().ping(as_result)).has_value());
    EXPECT_TRUE(wait(os.user().user_snapshot(as_result)).has_value());
}

TEST_F(OwnThread, AStreamEndsWithItsClient)
{
    std::optional<pieces::client> os(std::in_place, os_options());
    auto const stream = os->user().stream_user();
    EXPECT_TRUE(wait(stream.next(as_result)).has_value());
    auto open_end = stream.next(asio::use_future);
    os.reset();
    ASSERT_TRUE(arrives(open_end)) << "told before the destructor returns";
    EXPECT_FALSE(open_end.get().has_value());
    EXPECT_FALSE(stream.stats().open);
    EXPECT_TRUE(server.journal().wait_for_open(0));
    EXPECT_TRUE(server.journal().wait_for_frames("close", 1));
}

TEST_F(OwnThread, AStreamMayBeWaitedForOnAnotherThreadAlone)
{
    std::promise<failure> given;
    pieces::client const os(os_options());
    auto const stream = os.user().stream_user();
    stream.next([&](error_code, std::optional<pieces::user_event>) {
        given.set_value(wait(stream.next(as_result)).error());
    });
    auto f = given.get_future();
    ASSERT_TRUE(arrives(f));
    EXPECT_EQ(f.get().code, errc::invalid_argument);
}

// ---- exceptions --------------------------------------------------------------------------------

using OwnThreadDeathTest = OwnThread;

TEST_F(OwnThreadDeathTest, AnExceptionThatLeavesAHandlerEndsTheProgram)
{
    testing::FLAGS_gtest_death_test_style = "threadsafe";
    EXPECT_DEATH(
        {
            hub const h(usual_options());
            h.system().ping([](error_code, server_now) { throw std::runtime_error("mine"); });
            std::promise<void>().get_future().wait_for(20s);
        },
        "mine"
    );
}

}  // namespace
}  // namespace cohub::tests
