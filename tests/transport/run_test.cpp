// What a hub leaves pending on its context, and what happens to idle connections in real time.
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>

#include <atomic>
#include <future>
#include <memory>
#include <optional>
#include <thread>

#include "support/live_hub.hpp"

namespace cohub::tests {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

class Running : public LiveHub
{
protected:
    /// All timeouts are longer than the tests run the context, so that a timer that is left behind
    /// is noticed.
    options usual_options() const
    {
        options o = LiveHub::usual_options();
        o.timeouts.resolve = o.timeouts.connect = o.timeouts.handshake = 60s;
        return o;
    }
    options plain_options(fake_server const& to) const
    {
        options o("http://127.0.0.1:" + std::to_string(to.port()), secret(to.api_key()));
        return o;
    }

    /// Whether the context has nothing to do, now or later. A check of idle connections is due once
    /// a second and may happen just now. So this looks more than once.
    bool is_quiet()
    {
        for (int looks = 0; looks != 5; ++looks) {
            io.restart();
            if (io.poll() == 0 && io.stopped()) return true;
        }
        return false;
    }
};

TEST_F(Running, NothingIsPendingOnceTheCallsAreAnswered)
{
    hub const h(io, usual_options());
    int answered = 0;
    for (int i = 0; i != 20; ++i)
        h.system().ping([&](error_code ec, server_now) { answered += ec ? 0 : 1; });
    EXPECT_FALSE(io.stopped());
    run_until([&] { return answered == 20 && h.stats().connecting == 0; });
    EXPECT_TRUE(is_quiet()) << "run() has to return at once, though connections are idle";
    EXPECT_GT(h.stats().idle, 0u);
}

TEST_F(Running, NothingIsPendingAfterAWarmUp)
{
    hub const h(io, usual_options());
    h.warm_up(5);
    io.run_for(20s);
    EXPECT_TRUE(io.stopped());
    EXPECT_EQ(h.stats().idle, 5u);
    EXPECT_TRUE(is_quiet());
}

TEST_F(Running, NothingIsPendingAfterCallsThatFailed)
{
    hub const h(io, usual_options());
    server.script("system.ping").delay_until_released().times(3);
    int ended = 0;
    asio::cancellation_signal signal;
    // Calls that are refused, time out, are cancelled, are lost, and are answered by a refusal.
    h.system().user_search("\xff", [&](error_code, std::vector<user>) { ++ended; });
    h.system().ping(call_options().timeout(30ms), [&](error_code, server_now) { ++ended; });
    h.system().ping(asio::bind_cancellation_slot(signal.slot(), [&](error_code, server_now) {
        ++ended;
    }));
    h.call("system.nope", nullptr, [&](error_code, boost::json::value const&) { ++ended; });
    run_until([&] { return ended == 3; });
    signal.emit(asio::cancellation_type::terminal);
    run();
    EXPECT_EQ(ended, 4);
    EXPECT_TRUE(is_quiet());
    server.release();
}

TEST_F(Running, NothingIsPendingAfterAClose)
{
    hub const h(io, usual_options());
    server.script("system.ping").delay_until_released().times(3);
    int ended = 0;
    for (int i = 0; i != 3; ++i) h.system().ping([&](error_code, server_now) { ++ended; });
    run_until([&] { return server.journal().count() == 3; });
    h.close();
    run();
    EXPECT_EQ(ended, 3);
    EXPECT_TRUE(is_quiet());
    server.release();
}

TEST_F(Running, NothingIsPendingWhileNobodyReceivesFromAStream)
{
    pieces::options o(server.url());
    o.tls.ca_pem = server.ca_pem();
    pieces::client const os(io, std::move(o));
    auto const stream = os.user().stream_user();
    bool first = false;
    stream.next([&](error_code ec, std::optional<pieces::user_event>) { first = !ec; });
    run();
    EXPECT_TRUE(first);
    EXPECT_TRUE(stream.stats().open);
    EXPECT_TRUE(is_quiet());
    bool second = false;
    stream.next([&](error_code, std::optional<pieces::user_event>) { second = true; });
    server.pieces().push_text("{}");
    run();
    EXPECT_TRUE(second);
    EXPECT_TRUE(stream.stats().open);
}

TEST_F(Running, ACallUnderWayKeepsTheContextRunning)
{
    hub const h(io, usual_options());
    server.script("system.ping").delay_until_released();
    bool answered = false;
    h.system().ping([&](error_code ec, server_now) { answered = !ec; });
    run_until([&] { return server.journal().count() == 1; });
    while (io.poll() != 0) {
    }
    EXPECT_FALSE(io.stopped());
    server.release();
    run();
    EXPECT_TRUE(answered);
}

// A thread of the process watches when they are due, not a timer of the context.
TEST_F(Running, IdleConnectionsEndAtTheirTimeWhileTheContextHasOtherWork)
{
    options o = usual_options();
    o.pool.idle_timeout = 50ms;
    hub const h(io, std::move(o));
    auto const other_work = asio::make_work_guard(io);
    h.warm_up(3);
    run_until([&] { return h.stats().established == 3; });
    run_until([&] { return h.stats().idle == 0; });
    EXPECT_EQ(h.stats().closed, 3u);
    EXPECT_TRUE(server.journal().wait_for_open(0));
}

TEST_F(Running, IdleConnectionsEndAfterEachRoundOfCalls)
{
    options o = usual_options();
    o.pool.idle_timeout = 5ms;
    hub const h(io, std::move(o));
    auto const other_work = asio::make_work_guard(io);
    for (int round = 1; round != 6; ++round) {
        EXPECT_TRUE(run_call(io, h.system().ping(as_result)).has_value());
        run_until([&] { return h.stats().idle == 0; });
        EXPECT_EQ(h.stats().closed, h.stats().opened);
    }
}

TEST_F(Running, IdleConnectionsOfAThreadPoolsHubEndAtTheirTime)
{
    asio::thread_pool pool(2);
    options o = usual_options();
    o.pool.idle_timeout = 50ms;
    hub const h(pool, std::move(o));
    auto answer = h.system().ping(asio::use_future);
    ASSERT_EQ(answer.wait_for(20s), std::future_status::ready);
    EXPECT_TRUE(server.journal().wait_for_open(0));
    EXPECT_EQ(h.stats().idle, 0u);
    pool.join();
}

TEST_F(Running, AnIdleConnectionThatTheServerEndedIsNoticedWhileTheContextHasOtherWork)
{
    std::optional<fake_server> other(fake_server_options().users(0).plain());
    hub const h(io, plain_options(*other));
    auto const other_work = asio::make_work_guard(io);
    EXPECT_TRUE(run_call(io, h.system().ping(as_result)).has_value());
    EXPECT_EQ(h.stats().idle, 1u);
    other.reset();
    run_until([&] { return h.stats().idle == 0; });
    EXPECT_EQ(h.stats().closed, 1u);
}

// Mainly for ThreadSanitizer: contexts are destroyed while their hubs' idle connections are due for
// a check.
TEST_F(Running, ContextsMayGoWhileRemindersAreDue)
{
    fake_server const peer{fake_server_options().users(0).plain()};
    options o = plain_options(peer);
    o.pool.idle_timeout = 1ms;
    std::atomic<int> answered = 0;
    auto const on_io_contexts = [&] {
        for (int round = 0; round != 150; ++round) {
            auto own = std::make_unique<asio::io_context>(1);
            std::optional<hub> h(std::in_place, *own, o);
            h->system().ping([&](error_code ec, server_now) { answered += ec ? 0 : 1; });
            own->run();
            own->restart();
            if (round % 3 == 1) own->run_for(1ms);
            if (round % 2 == 0) h.reset();
            own.reset();
        }
    };
    auto const on_thread_pools = [&] {
        for (int round = 0; round != 150; ++round) {
            auto own = std::make_unique<asio::thread_pool>(1);
            std::optional<hub> h(std::in_place, *own, o);
            auto answer = h->system().ping(asio::use_future);
            answer.wait();
            ++answered;
            if (round % 3 == 1) own->join();
            if (round % 2 == 0) h.reset();
            own.reset();
        }
    };
    std::thread one(on_io_contexts);
    std::thread two(on_thread_pools);
    one.join();
    two.join();
    EXPECT_EQ(answered, 300);
    EXPECT_TRUE(peer.journal().wait_for_open(0));
}

}  // namespace
}  // namespace cohub::tests
