// The stream of Pieces OS in simulated worlds, against Beast's WebSocket.

#include <cohub/pieces.hpp>
#include <cohub/sim.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket.hpp>

#include <gtest/gtest.h>

#include <string>

#include "ledger.hpp"

namespace cohub::tests {
namespace {

namespace asio = boost::asio;
using asio::use_awaitable;
using namespace std::chrono_literals;

constexpr char const* place = "127.0.0.1:39300";

/// A user whose name is a number that only grows.
std::string user_number(int n)
{
    std::string const date = R"({"value":"2024-01-05T09:00:00.123Z"})";
    return R"({"id":"6f1c2a3e-9b54-4d0e-8a77-2f5d1c0b9e41","aesthetics":{"theme":{"dark":true},)"
           R"("font":{"size":14}},"created":)" +
           date + R"(,"updated":)" + date + R"(,"name":")" + std::to_string(n) + "\"}";
}

/// What the servers and the reader of one world have seen.
struct course
{
    int sent = 0;
    int read = 0;
    int last = 0;
    int streams = 0;
    clock::duration took{};
};

/// Sends a user every 50 ms as long as the connection exists. Sometimes it hangs.
asio::awaitable<void> push(sim::world& world, sim::socket s, course& seen)
{
    boost::beast::websocket::stream<sim::socket> ws(std::move(s));
    sim::timer pause(co_await asio::this_coro::executor);
    try {
        co_await ws.async_accept(use_awaitable);
        ++seen.streams;
        for (;;) {
            std::string const text = user_number(++seen.sent);
            co_await ws.async_write(asio::buffer(text), use_awaitable);
            bool const hangs = world.random().chance(0.01);
            pause.expires_after(hangs ? clock::duration(1h) : clock::duration(50ms));
            co_await pause.async_wait(use_awaitable);
        }
    } catch (boost::system::system_error const&) {
        // The connection is gone.
    }
}

asio::awaitable<void> read_users(
    sim::world& world, pieces::client const& os, int most, course& seen
)
{
    auto stream =
        os.user().stream_user(pieces::stream_options().backoff(500ms, 30s).ping_interval(10s));
    while (seen.read != most) {
        auto const event = co_await stream.next();
        require(event && event->user && event->user->name, "an event without a user");
        int const n = std::stoi(*event->user->name);
        require(n > seen.last, "user " + std::to_string(n) + " after " + std::to_string(seen.last));
        seen.last = n;
        ++seen.read;
    }
    seen.took = world.elapsed();
}

void live(sim::world& world, course& seen)
{
    auto& usual = world.usual_conditions();
    usual.reset = 0.01;
    usual.hang = 0.1;
    usual.refuse = 0.1;
    usual.loss = 0.05;
    world.serve(place, [&](sim::socket s) { return push(world, std::move(s), seen); });
    pieces::options o("http://" + std::string(place));
    static_cast<cohub::options&>(o) = world.client_options(o.host);
    o.retry.max_attempts = 20;  // for a stream that never connected
    pieces::client const os(world, o);
    world.spawn(read_users(world, os, 300, seen));
    world.run();
}

TEST(SimStream, NothingIsReadTwiceWhateverIsLost)
{
    int streams = 0;
    sim::explore(200, [&](sim::world& world) {
        course seen;
        live(world, seen);
        require(seen.read == 300, "only " + std::to_string(seen.read) + " users were read");
        // A ping detects a hang after 20 s. Connects, their timeouts and the waits between them add
        // to that.
        require(seen.took < 20min, "took longer than any wait allows");
        streams += seen.streams;
    });
    EXPECT_GT(streams, 400) << "the streams were hardly ever lost";
}

TEST(SimStream, WaitsBetweenItsAttemptsGrowToTheirLimit)
{
    sim::world world(3);
    pieces::options o("http://" + std::string(place));
    static_cast<cohub::options&>(o) = world.client_options(o.host);
    std::vector<clock::duration> waits;
    o.hooks.on_attempt = [&](attempt_event const& e) {
        if (e.next_in) waits.push_back(*e.next_in);
    };
    course seen;
    auto const serve = [&] {
        world.serve(place, [&](sim::socket s) { return push(world, std::move(s), seen); });
    };
    serve();
    pieces::client const os(world, o);
    world.spawn(read_users(world, os, 40, seen));
    world.run_for(1s);
    ASSERT_GT(seen.read, 5);
    world.stop(place);
    world.reset_connections(place);
    world.run_for(10min);
    ASSERT_GT(waits.size(), 15U);
    clock::duration ceiling = 500ms;
    for (auto const w : waits) {
        EXPECT_LE(w, ceiling);
        ceiling = std::min<clock::duration>(2 * ceiling, 30s);
    }
    serve();
    world.run();
    EXPECT_EQ(seen.read, 40);
}

/// Sends users until the peer closes the stream, and keeps the code of its close frame.
asio::awaitable<void> push_until_closed(sim::world& world, sim::socket s, int& code)
{
    boost::beast::websocket::stream<sim::socket> ws(std::move(s));
    co_await ws.async_accept(use_awaitable);
    int n = 0;
    try {
        std::string const first = user_number(++n);
        co_await ws.async_write(asio::buffer(first), use_awaitable);
        boost::beast::flat_buffer from_client;
        co_await ws.async_read(from_client, use_awaitable);
    } catch (boost::system::system_error const& e) {
        if (e.code() == boost::beast::websocket::error::closed) code = ws.reason().code;
    }
    static_cast<void>(world);
}

TEST(SimStream, EndsWithACloseFrameWhenItsClientIsClosed)
{
    sim::world world(1);
    int code = 0;
    world.serve(place, [&](sim::socket s) { return push_until_closed(world, std::move(s), code); });
    pieces::options o("http://" + std::string(place));
    static_cast<options&>(o) = world.client_options(o.host, {});
    pieces::client const os(world, o);
    auto stream = os.user().stream_user();
    bool got = false, ended = false, closed = false;
    using stream_type = decltype(stream);
    world.spawn([](stream_type& from, bool& first, bool& over) -> asio::awaitable<void> {
        first = (co_await from.next()).has_value();
        over = !(co_await from.next()).has_value();
    }(stream, got, ended));
    world.run_for(1s);
    EXPECT_TRUE(got);
    os.async_close([&](error_code ec) {
        EXPECT_FALSE(ec);
        EXPECT_TRUE(ended);
        EXPECT_EQ(code, 1000);
        closed = true;
    });
    world.run_for(5s);
    EXPECT_TRUE(closed);
    EXPECT_LT(world.elapsed(), 7s);
    // No new stream is opened.
    auto late = os.user().stream_user();
    failure why;
    late.next(as_result([&](auto r) { why = r.error(); }));
    world.run();
    EXPECT_EQ(why.kind(), errc::client_closed);
}

TEST(SimStream, IsNoCallAndEndsEvenIfItsClientIsClosedAlready)
{
    sim::world world(1);
    int code = 0, told = 0;
    world.serve(place, [&](sim::socket s) { return push_until_closed(world, std::move(s), code); });
    pieces::options o("http://" + std::string(place));
    static_cast<options&>(o) = world.client_options(o.host, {});
    o.hooks.on_call = [&](call_event const&) { ++told; };
    pieces::client const os(world, o);
    auto stream = os.user().stream_user();
    stream.next([](error_code, auto const&) {});
    world.run_for(1s);
    os.close(true);
    bool closed = false;
    os.async_close([&](error_code) { closed = true; });
    world.run_for(5s);
    EXPECT_TRUE(closed);
    EXPECT_EQ(code, 1000);
    EXPECT_EQ(told, 0);
}

TEST(SimStream, AContextThatGoesDropsAnEndThatWaitsForOne)
{
    auto const kept = std::make_shared<int>();
    {
        sim::world world(1);
        int code = 0;
        world.serve(place, [&](sim::socket s) {
            return push_until_closed(world, std::move(s), code);
        });
        pieces::options o("http://" + std::string(place));
        static_cast<options&>(o) = world.client_options(o.host, {});
        auto const os = std::make_shared<pieces::client>(world, o);
        auto stream = os->user().stream_user();
        stream.next([](error_code, auto const&) {});
        world.run_for(1s);
        world.part(place);
        os->async_close([os, kept](error_code) {});
        world.run_for(10ms);
    }
    EXPECT_EQ(kept.use_count(), 1);
}

TEST(SimStream, OneWhoseServerIsGoneHoldsUpNoEnd)
{
    sim::world world(1);
    int code = 0;
    world.serve(place, [&](sim::socket s) { return push_until_closed(world, std::move(s), code); });
    pieces::options o("http://" + std::string(place));
    static_cast<options&>(o) = world.client_options(o.host, {});
    pieces::client const os(world, o);
    auto stream = os.user().stream_user();
    auto unread = os.user().stream_user();
    using stream_type = decltype(stream);
    world.spawn([](stream_type& from) -> asio::awaitable<void> {
        co_await from.next();
        co_await from.next();
    }(stream));
    world.run_for(1s);
    world.part(place);
    clock::duration done{};
    os.async_close([&](error_code) { done = world.elapsed(); });
    world.run();
    EXPECT_GE(done, 2s);  // the closing handshake has a second
    EXPECT_LE(done, 2100ms);
}

}  // namespace
}  // namespace cohub::tests
