#include <cohub/fake/raw_peer.hpp>
#include <cohub/transport/client.hpp>

#include <boost/asio/detached.hpp>
#include <boost/asio/execution_context.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/steady_timer.hpp>

#include <functional>
#include <string>
#include <vector>

#include "support/live_hub.hpp"

namespace cohub::tests {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

class Lifetime : public LiveHub
{
protected:
    /// Begins calls that the server answers only when it is told to.
    void begin_calls(hub const& h, int n)
    {
        server.script("system.ping").delay_until_released().times(static_cast<std::size_t>(n));
        for (int i = 0; i != n; ++i)
            h.system().ping([this](error_code ec, server_now) { ended.push_back(ec); });
    }
    std::size_t ended_with(errc e) const
    {
        return static_cast<std::size_t>(std::count(ended.begin(), ended.end(), make_error_code(e)));
    }
    std::size_t succeeded() const
    {
        return static_cast<std::size_t>(std::count(ended.begin(), ended.end(), error_code()));
    }

    std::vector<error_code> ended;
};

TEST_F(Lifetime, RunReturnsWhileConnectionsAreIdleAndMayBeCalledAgain)
{
    hub const h(io, usual_options());
    for (int i = 0; i != 3; ++i) {
        bool ok = false;
        h.system().ping([&](error_code ec, server_now) { ok = !ec; });
        run();
        EXPECT_TRUE(ok);
        EXPECT_EQ(h.stats().idle, 1u);
    }
    EXPECT_EQ(h.stats().opened, 1u);
    EXPECT_EQ(h.stats().reused, 2u);
    EXPECT_EQ(server.journal().connections(), 1u);
}

TEST_F(Lifetime, RunReturnsAfterAWarmUp)
{
    hub const h(io, usual_options());
    h.warm_up(5);
    run();
    EXPECT_EQ(h.stats().idle, 5u);
    EXPECT_EQ(h.stats().established, 5u);
}

TEST_F(Lifetime, AHubThatIsUsedByNobodyKeepsNothingRunning)
{
    hub const h(io, usual_options());
    run();
    EXPECT_EQ(server.journal().connections(), 0u);
}

TEST_F(Lifetime, CallsInFlightEndWhenTheHubGoes)
{
    {
        hub const h(io, usual_options());
        begin_calls(h, 8);
        run_until([&] { return server.journal().count() == 8; });
    }
    EXPECT_TRUE(ended.empty()) << "the destructor must not call anybody";
    run();
    EXPECT_EQ(ended_with(errc::client_closed), 8u);
    server.release();
    EXPECT_TRUE(server.journal().wait_for_open(0));
}

TEST_F(Lifetime, CallsThatStillConnectEndWhenTheHubGoes)
{
    {
        hub const h(io, usual_options());
        for (int i = 0; i != 8; ++i)
            h.system().ping([this](error_code ec, server_now) { ended.push_back(ec); });
        io.poll_one();
    }
    run();
    EXPECT_EQ(ended_with(errc::client_closed), 8u);
}

TEST_F(Lifetime, AnAssignedHubClosesTheOldOne)
{
    hub h(io, usual_options());
    begin_calls(h, 2);
    run_until([&] { return server.journal().count() == 2; });
    h = hub(io, usual_options());
    run();
    EXPECT_EQ(ended_with(errc::client_closed), 2u);
    server.release();
    EXPECT_TRUE(run_call(io, h.system().ping(as_result)).has_value());
}

TEST_F(Lifetime, AMovedHubGoesOn)
{
    hub first(io, usual_options());
    begin_calls(first, 1);
    run_until([&] { return server.journal().count() == 1; });
    hub const second(std::move(first));
    server.release();
    run();
    EXPECT_EQ(succeeded(), 1u);
    EXPECT_EQ(second.stats().idle, 1u);
}

TEST_F(Lifetime, AGroupMayOutliveItsHub)
{
    std::optional<hub> h(std::in_place, io, usual_options());
    system_api const system = h->system();
    h.reset();
    auto const r = run_call(io, system.ping(as_result));
    ASSERT_TRUE(r.has_error());
    EXPECT_EQ(r.error().code, errc::client_closed);
}

TEST_F(Lifetime, AnIoContextMayGoWithCallsInFlight)
{
    auto const token = std::make_shared<int>(0);
    int called = 0;
    {
        asio::io_context doomed;
        hub const h(doomed, usual_options());
        server.script("system.ping").delay_until_released().times(4);
        for (int i = 0; i != 4; ++i)
            h.system().ping([&called, token](error_code, server_now) { ++called; });
        run_until(doomed, [&] { return server.journal().count() == 4; });
        // The hub is destroyed first, then the io_context with the undelivered calls.
    }
    EXPECT_EQ(called, 0);
    EXPECT_EQ(token.use_count(), 1) << "a handler was not destroyed";
    server.release();
}

TEST_F(Lifetime, AHubMayOutliveItsIoContext)
{
    auto const token = std::make_shared<int>(0);
    int called = 0;
    auto doomed = std::make_unique<asio::io_context>();
    hub const h(*doomed, usual_options());
    server.script("system.ping").delay_until_released().times(2);
    for (int i = 0; i != 2; ++i)
        h.system().ping([&called, token](error_code, server_now) { ++called; });
    run_until(*doomed, [&] { return server.journal().count() == 2; });

    doomed.reset();

    EXPECT_EQ(called, 0);
    EXPECT_EQ(token.use_count(), 1) << "a handler was not destroyed";
    EXPECT_EQ(h.stats().calls, 0u);
    server.release();
}

asio::awaitable<void> own_a_hub(options o, [[maybe_unused]] std::shared_ptr<int> token)
{
    hub const h(co_await asio::this_coro::executor, std::move(o));
    for (;;) co_await h.system().ping();
}

TEST_F(Lifetime, AnIoContextMayGoWithAHubInACoroutine)
{
    auto const token = std::make_shared<int>(0);
    {
        asio::io_context doomed;
        server.script("system.ping").delay_until_released().times(3);
        for (int i = 0; i != 3; ++i)
            asio::co_spawn(doomed, own_a_hub(usual_options(), token), asio::detached);
        run_until(doomed, [&] { return server.journal().count() == 3; });
    }
    EXPECT_EQ(token.use_count(), 1) << "a coroutine was not destroyed";
    server.release();
    EXPECT_TRUE(server.journal().wait_for_open(0));
}

TEST_F(Lifetime, AnIoContextMayGoWithConnectionsIdle)
{
    {
        asio::io_context doomed;
        hub const h(doomed, usual_options());
        h.warm_up(3);
        run_until(doomed, [&] { return h.stats().idle == 3; });
    }
    EXPECT_TRUE(server.journal().wait_for_open(0));
}

/// Reports when a client unsubscribes from it. A client does so in its destructor at the latest.
class left_clock final : public clock
{
public:
    time_point now() const noexcept override { return time_.now(); }
    std::chrono::system_clock::time_point wall() const noexcept override { return time_.wall(); }
    void subscribe(listener& l) override { time_.subscribe(l); }
    void unsubscribe(listener& l) noexcept override
    {
        time_.unsubscribe(l);
        on_left();
    }

    std::function<void()> on_left;

private:
    manual_clock time_;
};

// The client's last reference is gone, but its context still knows it.
TEST_F(Lifetime, AClientInItsDestructorIsNotRevivedByItsContext)
{
    auto const clock = std::make_shared<left_clock>();
    options o = usual_options();
    o.clock = clock;
    auto made = transport::client::make(io.get_executor(), std::move(o));
    int left = 0;
    clock->on_left = [&] {
        ++left;
        io.notify_fork(asio::execution_context::fork_child);
    };
    made.reset();
    EXPECT_EQ(left, 1) << "it was destroyed more than once, or not at all";
}

// ---- close -------------------------------------------------------------------------------------

TEST_F(Lifetime, CloseAtOnceEndsTheCallsInFlight)
{
    hub const h(io, usual_options());
    begin_calls(h, 3);
    run_until([&] { return server.journal().count() == 3; });
    h.close();
    run();
    EXPECT_EQ(ended_with(errc::client_closed), 3u);
    EXPECT_EQ(h.stats().in_use, 0u);
    server.release();
    EXPECT_TRUE(server.journal().wait_for_open(0));
}

TEST_F(Lifetime, CloseGracefullyLetsTheCallsInFlightEnd)
{
    hub const h(io, usual_options());
    begin_calls(h, 3);
    run_until([&] { return server.journal().count() == 3; });

    h.close(true);
    auto const late = run_call(io, h.system().ping(as_result));
    server.release();
    run();

    ASSERT_TRUE(late.has_error());
    EXPECT_EQ(late.error().code, errc::client_closed);
    EXPECT_EQ(succeeded(), 3u);
    EXPECT_EQ(h.stats().idle, 0u);
    EXPECT_TRUE(server.journal().wait_for_open(0));
}

TEST_F(Lifetime, CloseGracefullyServesTheWaitersToo)
{
    options o = usual_options();
    o.pool.max_connections = 1;
    hub const h(io, std::move(o));
    begin_calls(h, 5);
    run_until([&] { return server.journal().count() == 1; });
    h.close(true);
    server.release();
    run_until([&] {
        server.release();
        return ended.size() == 5;
    });
    EXPECT_EQ(succeeded(), 5u);
    EXPECT_EQ(h.stats().opened, 1u);
}

TEST_F(Lifetime, CloseGracefullyWithoutCallsClosesAtOnce)
{
    hub const h(io, usual_options());
    h.warm_up(2);
    run();
    h.close(true);
    EXPECT_EQ(h.stats().idle, 0u);
    run();
    EXPECT_TRUE(server.journal().wait_for_open(0));
}

TEST_F(Lifetime, ClosingTwiceIsHarmless)
{
    hub const h(io, usual_options());
    h.close(true);
    h.close();
    h.warm_up(3);
    run();
    EXPECT_EQ(h.stats().opened, 0u);
}

// ---- counters and reuse ------------------------------------------------------------------------

TEST_F(Lifetime, StatsTellWhatTheConnectionsDo)
{
    options o = usual_options();
    o.pool.max_connections = 2;
    hub const h(io, std::move(o));
    begin_calls(h, 5);
    run_until([&] { return server.journal().count() == 2; });
    connection_stats const during = h.stats();
    run_until([&] {
        server.release();
        return ended.size() == 5;
    });
    connection_stats const after = h.stats();

    EXPECT_EQ(during.opened, 2u);
    EXPECT_EQ(during.established, 2u);
    EXPECT_EQ(during.in_use, 2u);
    EXPECT_EQ(during.waiting, 3u);
    EXPECT_EQ(during.calls, 5u);
    EXPECT_EQ(after.in_use, 0u);
    EXPECT_EQ(after.idle, 2u);
    EXPECT_EQ(after.waiting, 0u);
    EXPECT_EQ(after.calls, 0u);
    EXPECT_EQ(after.reused, 3u);
    EXPECT_EQ(after.closed, 0u);
}

TEST_F(Lifetime, WarmUpStaysWithinTheLimit)
{
    options o = usual_options();
    o.pool.max_connections = 3;
    hub const h(io, std::move(o));
    h.warm_up(100);
    run();
    EXPECT_EQ(h.stats().idle, 3u);
    h.warm_up(100);
    run();
    EXPECT_EQ(h.stats().opened, 3u);
}

TEST_F(Lifetime, LaterConnectionsResumeTheSession)
{
    hub const h(io, usual_options());
    server.script("system.ping").close_after_response().times(3);
    for (int i = 0; i != 3; ++i) EXPECT_TRUE(run_call(io, h.system().ping(as_result)).has_value());
    EXPECT_TRUE(run_call(io, h.system().ping(as_result)).has_value());
    EXPECT_EQ(h.stats().established, 4u);
    EXPECT_EQ(h.stats().resumed, 3u);
    EXPECT_EQ(server.journal().resumed_handshakes(), 3u);
}

TEST_F(Lifetime, SessionsAreNotResumedIfNotWanted)
{
    options o = usual_options();
    o.tls.resume_sessions = false;
    hub const h(io, std::move(o));
    server.script("system.ping").close_after_response().times(2);
    for (int i = 0; i != 3; ++i) EXPECT_TRUE(run_call(io, h.system().ping(as_result)).has_value());
    EXPECT_EQ(h.stats().resumed, 0u);
    EXPECT_EQ(server.journal().resumed_handshakes(), 0u);
}

class HandMovedTime : public Lifetime
{
protected:
    options usual_options() const
    {
        options o = LiveHub::usual_options();
        o.clock = clock;
        return o;
    }
    void advance(clock::duration by)
    {
        clock->advance(by);
        run();
    }
    std::shared_ptr<manual_clock> clock = std::make_shared<manual_clock>();
};

TEST_F(HandMovedTime, AnIdleConnectionIsClosedOnTime)
{
    hub const h(io, usual_options());
    h.warm_up(3);
    run();
    advance(59s);
    EXPECT_EQ(h.stats().idle, 3u);
    advance(1s);
    EXPECT_EQ(h.stats().idle, 0u);
    EXPECT_EQ(h.stats().closed, 3u);
    EXPECT_TRUE(server.journal().wait_for_open(0));
}

TEST_F(HandMovedTime, AConnectionLongIdleServesOn)
{
    hub const h(io, usual_options());
    // After a second the connection frees its memory, which takes a few turns of the io_context. A
    // call may come before, between and after these turns.
    for (int turns = 0; turns != 6; ++turns) {
        EXPECT_TRUE(run_call(io, h.system().ping(as_result)).has_value());
        run();
        clock->advance(2s);
        io.restart();
        for (int i = 0; i != turns; ++i) io.poll_one();
        EXPECT_TRUE(run_call(io, h.system().ping(as_result)).has_value());
    }
    EXPECT_EQ(h.stats().opened, 1u);
    EXPECT_EQ(h.stats().idle, 1u);
    EXPECT_EQ(server.journal().count(), 12u);
}

TEST_F(HandMovedTime, AnEndWhileIdleIsSeenAtTheIdleTick)
{
    fake::raw_peer peer;
    peer.script(fake::raw_script().forever().respond(
        "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{\"now\":1}"
    ));
    options o(
        "http://127.0.0.1:" + std::to_string(peer.port()), secret("sk-abcdefQWERTY0909000001")
    );
    o.clock = clock;
    hub const h(io, std::move(o));
    EXPECT_TRUE(run_call(io, h.system().ping(as_result)).has_value());
    advance(2s);
    EXPECT_EQ(h.stats().idle, 1u);
    peer.drop_all();
    ASSERT_TRUE(peer.wait_all_ended());
    run();
    EXPECT_EQ(h.stats().idle, 1u) << "nothing is read from an idle connection";
    advance(1s);
    EXPECT_EQ(h.stats().idle, 0u);
    EXPECT_EQ(h.stats().closed, 1u);
}

TEST_F(HandMovedTime, AnOldConnectionIsReplaced)
{
    options o = usual_options();
    o.pool.max_age = 100s;
    hub const h(io, std::move(o));
    for (int i = 0; i != 5; ++i) {
        EXPECT_TRUE(run_call(io, h.system().ping(as_result)).has_value());
        advance(30s);
    }
    EXPECT_EQ(h.stats().opened, 2u);
    EXPECT_EQ(server.journal().connections(), 2u);
}

TEST_F(HandMovedTime, TheServersOwnLimitIsHeeded)
{
    server.script("system.ping").header("Keep-Alive", "timeout=5");
    hub const h(io, usual_options());
    EXPECT_TRUE(run_call(io, h.system().ping(as_result)).has_value());
    advance(3s);
    EXPECT_EQ(h.stats().idle, 1u);
    advance(1s);
    EXPECT_EQ(h.stats().idle, 0u) << "it goes a second before the server would close it";
}

TEST_F(HandMovedTime, ASilentServerIsGivenUpAtTheDeadline)
{
    hub const h(io, usual_options());
    server.script("system.ping").delay_until_released();
    failure why;
    bool done = false;
    h.system().ping(as_result)([&](result<server_now> r) {
        why = r.error();
        done = true;
    });
    run_until([&] { return server.journal().count() == 1; });
    clock->advance(29999ms);
    io.poll();
    EXPECT_FALSE(done);
    clock->advance(1ms);
    run_until([&] { return done; });

    EXPECT_EQ(why.code, errc::timeout);
    EXPECT_EQ(why.at, stage::reading_head);
    EXPECT_EQ(why.attempts, 1);
    EXPECT_TRUE(why.maybe_sent);
    EXPECT_EQ(h.stats().in_use, 0u);
    server.release();
}

TEST_F(HandMovedTime, ARepetitionWithoutAWaitIsGivenUpAtTheDeadline)
{
    fake::raw_peer peer;
    peer.scripts(
        {fake::raw_script().respond(fake::raw_answer("{}").status(503)).stall()},
        fake::raw_script().stall()
    );
    options o(peer.url(), secret("sk-abcdefQWERTY0909000001"));
    o.clock = clock;
    o.retry.base = 0ms;
    hub const h(io, std::move(o));
    failure why;
    bool done = false;
    h.system().ping(as_result)([&](result<server_now> r) {
        why = r.error();
        done = true;
    });
    run_until([&] { return peer.request_count() == 2; });
    clock->advance(30s);
    run_until([&] { return done; });

    EXPECT_EQ(why.code, errc::timeout);
    EXPECT_EQ(why.attempts, 2);
}

TEST_F(HandMovedTime, AWaiterIsGivenUpAtItsOwnDeadline)
{
    options o = usual_options();
    o.pool.max_connections = 1;
    hub const h(io, std::move(o));
    server.script("system.ping").delay_until_released();
    bool first = false;
    h.system().ping([&](error_code ec, server_now) { first = !ec; });
    run_until([&] { return server.journal().count() == 1; });
    failure why;
    bool done = false;
    h.system().test(call_options().timeout(2s), as_result)([&](result<key_owner> r) {
        why = r.error();
        done = true;
    });
    clock->advance(2s);
    run_until([&] { return done; });
    server.release();
    run_until([&] { return first; });

    EXPECT_EQ(why.code, errc::timeout);
    EXPECT_EQ(why.at, stage::queued);
    EXPECT_FALSE(why.maybe_sent);
    EXPECT_EQ(server.journal().count("system.test"), 0u);
}

TEST_F(HandMovedTime, FilesAreBackToWhereTheyWere)
{
    std::size_t const before = open_files();
    for (int round = 0; round != 3; ++round) {
        hub const h(io, usual_options());
        h.warm_up(20);
        begin_calls(h, 10);
        run_until([&] { return h.stats().in_use == 10 && h.stats().connecting == 0; });
        h.close();
        run();
        server.release();
        EXPECT_TRUE(server.journal().wait_for_open(0));
    }
    // The io_context opened its own descriptors when it was first used. The server's threads close
    // theirs after the journal has shown the end.
    run_until([&] { return open_files() <= before + 4; });
    EXPECT_EQ(ended.size(), 30u);
}

}  // namespace
}  // namespace cohub::tests
