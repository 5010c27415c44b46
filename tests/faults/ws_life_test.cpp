#include <boost/asio/ip/tcp.hpp>

#include <algorithm>
#include <cstdlib>

#include "streams.hpp"

namespace cohub::faults {
namespace {

using FaultWs = fault_test;
using namespace cohub::tests;

/// Advances the clock by the wait that the event of the newest attempt gives.
void wait_out(stream_subject& s)
{
    ASSERT_FALSE(s.attempts().empty());
    ASSERT_TRUE(s.attempts().back().next_in.has_value());
    s.clock().advance(*s.attempts().back().next_in);
    s.drain();
}

bool wait_attempts(stream_subject& s, std::size_t n)
{
    return s.run_until([&] { return s.attempts().size() >= n; });
}

TEST_F(FaultWs, WS_09_HalfOpen)
{
    for (raw_peer* peer : both_peers()) {
        peer->script(upgrade_and(message("one")).stall());
        streams::stream_request how = stream_subject::once();
        how.ping_interval = 20s;
        stream_subject s(with_manual_clock(options_for(*peer)), how);
        expect_message(s.next(), "one");
        receive_ptr const got = s.start();
        auto const pings = [&] { return frames_in(peer->connection(0)).size(); };
        s.clock().advance(20s - 1ns);
        s.drain();
        EXPECT_EQ(pings(), 0U);
        s.clock().advance(1ns);
        EXPECT_TRUE(s.run_until([&] { return pings() == 1; }));
        EXPECT_EQ(frames_in(peer->connection(0)).at(0).opcode(), ws_ping);
        s.clock().advance(20s - 1ns);
        s.drain();
        EXPECT_FALSE(got->done());
        s.clock().advance(1ns);
        s.drain();
        expect_failed(got, errc::ws_lost);
        EXPECT_TRUE(s.run_until([&] { return peer->open() == 0; }));
        EXPECT_EQ(pings(), 1U);
        peer->script(healthy_stream());
        s.expect_healthy();
        covers("WS-09", 1);
    }
}

TEST_F(FaultWs, WS_09_WhoAnswersPingsIsAlive)
{
    constexpr std::size_t ping_size = 6;
    for (raw_peer* peer : both_peers()) {
        peer->script(
            upgrade_and(message("one")).forever().wait_bytes(ping_size).send(ws_frame(ws_pong, ""))
        );
        streams::stream_request how = stream_subject::once();
        how.ping_interval = 20s;
        stream_subject s(with_manual_clock(options_for(*peer)), how);
        expect_message(s.next(), "one");
        receive_ptr const got = s.start();
        for (std::size_t n = 1; n <= 30; ++n) {
            s.clock().advance(20s);
            ASSERT_TRUE(s.run_until([&] { return frames_in(peer->connection(0)).size() == n; }));
            // The pong has to arrive before the clock moves on.
            ASSERT_TRUE(s.run_until([&] { return peer->connection(0).steps_played >= 2 + 2 * n; }));
            s.rest();
        }
        EXPECT_FALSE(got->done());
        EXPECT_TRUE(s.stats().open);
        s.expect_ends();
    }
}

TEST_F(FaultWs, WS_09_LostStreamsAreOpenedAgain)
{
    for (raw_peer* peer : both_peers()) {
        peer->scripts({upgrade_and(message("one")).stall()}, healthy_stream());
        streams::stream_request how = stream_subject::again();
        how.ping_interval = 20s;
        stream_subject s(with_manual_clock(options_for(*peer)), how);
        expect_message(s.next(), "one");
        receive_ptr const got = s.start();
        EXPECT_TRUE(s.run_by_clock([&] { return got->done(); }, 60s));
        expect_message(got, "healthy");
        EXPECT_EQ(peer->accepted(), 2U);
        s.expect_ends();
    }
}

/// A stream that was connected, and whose server is gone.
struct outage
{
    raw_peer peer;
    std::unique_ptr<stream_subject> s;
    receive_ptr got;

    outage(streams::stream_request const& how, std::uint64_t seed)
    {
        peer.script(upgrade_and(message("one")));
        options o = with_manual_clock(options_for(peer));
        o.retry.seed = seed;
        s = std::make_unique<stream_subject>(o, how);
        expect_message(s->next(), "one");
        got = s->start();
        peer.pause_listening();
        peer.drop_all();
        EXPECT_TRUE(wait_attempts(*s, 2));
    }
    /// The wait after the n-th failure, counted from 1.
    std::chrono::nanoseconds wait(std::size_t n)
    {
        while (s->attempts().size() < n + 1) {
            std::size_t const before = s->attempts().size();
            wait_out(*s);
            if (!wait_attempts(*s, before + 1)) {
                ADD_FAILURE() << "no further attempt";
                return {};
            }
        }
        return s->attempts().at(n).next_in.value_or(-1ns);
    }
};

streams::stream_request slow_again()
{
    streams::stream_request how = stream_subject::again();
    how.backoff_base = 500ms;
    how.backoff_cap = 30s;
    return how;
}

TEST_F(FaultWs, WS_14_ExponentialWithJitterAndCap)
{
    constexpr std::size_t failures = 9;
    std::chrono::nanoseconds least[failures + 1], most[failures + 1];
    std::fill(std::begin(least), std::end(least), 1h);
    std::fill(std::begin(most), std::end(most), 0ns);
    for (std::uint64_t seed = 1; seed <= 16; ++seed) {
        outage o(slow_again(), seed);
        for (std::size_t n = 1; n <= failures; ++n) {
            least[n] = std::min(least[n], o.wait(n));
            most[n] = std::max(most[n], o.wait(n));
        }
        EXPECT_FALSE(o.got->done());
        EXPECT_EQ(o.s->stats().failed, failures - 1);
    }
    for (std::size_t n = 1; n <= failures; ++n) {
        std::chrono::nanoseconds const bound =
            std::min<std::chrono::nanoseconds>(500ms * (1 << (n - 1)), 30s);
        EXPECT_GE(least[n], 0ns) << n;
        EXPECT_LE(most[n], bound) << n;
        // Sixteen random numbers from the whole range [0, bound). This fails for one seed in a
        // thousand, and the seeds are always the same.
        EXPECT_LT(least[n], bound * 4 / 10) << n;
        EXPECT_GT(most[n], bound * 6 / 10) << n;
    }
    covers("WS-14", 2);
}

TEST_F(FaultWs, WS_14_BeginsAnewAfterAStablePeriod)
{
    for (bool const stable : {true, false}) {
        outage o(slow_again(), 7);
        o.wait(8);
        // The server is back, sends a message, and the stream is lost again: at once or after a
        // while.
        o.peer.script(upgrade_and(message("two")));
        o.peer.resume_listening();
        wait_out(*o.s);
        ASSERT_TRUE(o.s->finish(o.got));
        expect_message(o.got, "two");
        if (stable) o.s->clock().advance(10s);
        o.s->drain();
        std::size_t const before = o.s->attempts().size();
        o.peer.pause_listening();
        o.peer.drop_all();
        ASSERT_TRUE(wait_attempts(*o.s, before + 1));
        EXPECT_EQ(o.s->attempts().back().attempt, stable ? 1 : 9);
        if (stable) {
            EXPECT_LE(o.s->attempts().back().next_in.value_or(1h), 500ms);
        }
    }
    covers("WS-14", 1);
}

TEST_F(FaultWs, WS_14_StopsWhenTheUserCloses)
{
    outage o(slow_again(), 3);
    o.wait(3);
    o.s->stream().close();
    o.s->drain();
    EXPECT_TRUE(o.got->ended());
    std::size_t const attempts = o.s->attempts().size();
    o.peer.script(healthy_stream());
    o.peer.resume_listening();
    for (int i = 0; i < 10; ++i) {
        o.s->clock().advance(1h);
        o.s->drain();
    }
    EXPECT_EQ(o.s->attempts().size(), attempts);
    EXPECT_EQ(o.peer.accepted(), 0U);
    o.s->expect_ends();
    covers("WS-14", 1);
}

TEST_F(FaultWs, WS_14_StopsWhereItIsNotWelcome)
{
    for (raw_peer* peer : both_peers())
        for (int const status : {401, 403}) {
            raw_script const refuse = raw_script().respond(raw_answer("no").status(status));
            peer->scripts({upgrade_and(message("one")).close()}, refuse);
            stream_subject s(*peer, stream_subject::again());
            expect_message(s.next(), "one");
            receive_ptr const got = s.next();
            expect_failed(got, errc::ws_refused);
            ASSERT_TRUE(got->why);
            EXPECT_EQ(got->why->http_status, status);
            s.run_until([] { return false; }, 20ms);
            EXPECT_EQ(peer->accepted(), 2U);
            covers("WS-14", 1);
        }
}

TEST_F(FaultWs, WS_14_TellsAfterAsManyFailuresAsAskedFor)
{
    streams::stream_request how = slow_again();
    how.max_attempts = 4;
    outage o(how, 5);
    o.wait(3);
    EXPECT_FALSE(o.got->done());
    wait_out(*o.s);
    ASSERT_TRUE(o.s->finish(o.got));
    expect_failed(o.got, errc::connect_failed);
    ASSERT_TRUE(o.got->why);
    EXPECT_EQ(o.got->why->attempts, 4);
    // When somebody receives again, the stream starts again.
    o.peer.script(healthy_stream());
    o.peer.resume_listening();
    o.s->expect_healthy();
}

TEST_F(FaultWs, WS_15_PongInFlightAtTheDrop)
{
    for (raw_peer* peer : both_peers()) {
        std::string pings;
        for (int i = 0; i < 50; ++i) pings += ws_frame(ws_ping, std::to_string(i));
        peer->scripts({upgrade_and(message("one") + pings).reset()}, healthy_stream());
        stream_subject s(*peer, stream_subject::again());
        receive_ptr const first = s.next();
        // If the reset overtook the message, the message of the next connection comes first.
        if (first->message == boost::json::value("one"))
            s.expect_healthy();
        else
            expect_message(first, "healthy");
        s.run_until([] { return false; }, 20ms);
        EXPECT_EQ(peer->accepted(), 2U) << "opened again more than once";
        // A pong is only sent on the connection that got the ping.
        EXPECT_TRUE(frames_in(peer->connection(1)).empty());
        s.expect_ends();
        covers("WS-15", 1);
    }
}

TEST_F(FaultWs, WS_15_CloseInFlightAtTheDrop)
{
    for (raw_peer* peer : both_peers())
        for (bool const fin : {true, false}) {
            raw_script drops = upgrade_and(message("one")).wait_bytes(1);
            if (fin)
                drops.close();
            else
                drops.reset();
            peer->scripts({drops}, healthy_stream());
            stream_subject s(*peer, stream_subject::again());
            expect_message(s.next(), "one");
            receive_ptr const waiting = s.start();
            s.stream().close();
            ASSERT_TRUE(s.finish(waiting));
            EXPECT_TRUE(waiting->ended());
            EXPECT_TRUE(s.run_until([&] { return peer->wait_all_ended(0ms); }));
            s.run_until([] { return false; }, 20ms);
            EXPECT_EQ(peer->accepted(), 1U) << "opened again after close";
            EXPECT_EQ(waiting->completions, 1);
            s.expect_ends();
        }
    covers("WS-15", 1);
}

TEST_F(FaultWs, WS_15_OpenedAgainOnceALoss)
{
    constexpr std::size_t losses = 20;
    for (raw_peer* peer : both_peers()) {
        std::vector<raw_script> lives;
        for (std::size_t i = 0; i < losses; ++i) {
            raw_script life = upgrade_and(message("a" + std::to_string(i)) + message("b"));
            // In different ways: with a close frame, without one, in the middle of a frame, and
            // with a ping before the close frame.
            if (i % 4 == 0) life.send(ws_close(1001)).close();
            if (i % 4 == 1) life.close();
            if (i % 4 == 2) life.send(message("cut").substr(0, 4)).close();
            if (i % 4 == 3) life.send(ws_frame(ws_ping, "x") + ws_close(1012)).close();
            lives.push_back(life);
        }
        peer->scripts(lives, healthy_stream());
        stream_subject s(*peer, stream_subject::again());
        for (std::size_t i = 0; i < losses; ++i) {
            expect_message(s.next(), "a" + std::to_string(i));
            expect_message(s.next(), "b");
        }
        s.expect_healthy();
        EXPECT_EQ(peer->accepted(), losses + 1);
        EXPECT_EQ(peer->request_count(), losses + 1);
        EXPECT_EQ(s.stats().opened, losses + 1);
        EXPECT_EQ(s.stats().failed, 0U);
        EXPECT_EQ(s.stats().messages, 2 * losses + 1);
        s.expect_ends();
    }
    covers("WS-15", 1);
}

TEST_F(FaultWs, WS_16_SlowReader)
{
    constexpr std::size_t size = 10'000, count = 4'000;
    for (raw_peer* peer : both_peers()) {
        std::string const text(size, 'x');
        peer->script(upgrade().send_repeated(message(text), count).send(message("healthy")));
        streams::stream_request how = stream_subject::once();
        how.max_queued = 4;
        stream_subject s(*peer, how);
        expect_message(s.next(), text);
        std::uint64_t sent = 0;
        auto const stands = [&] {
            std::uint64_t const now = peer->connection(0).bytes_out;
            return std::exchange(sent, now) == now;
        };
        EXPECT_TRUE(s.run_until([&] {
            s.run_until([] { return false; }, 20ms);
            return stands();
        })) << "no back-pressure";
        EXPECT_LE(s.stats().queued, 4U);
        EXPECT_LE(s.stats().messages, 1U + 4 + 2);
        // What was sent is in the buffers of the sockets. The peer holds the rest.
        EXPECT_LT(sent, count * size / 2);
        for (std::size_t i = 1; i < count; ++i) {
            receive_ptr const got = s.next();
            ASSERT_TRUE(got->message.is_string()) << i;
            ASSERT_EQ(got->message.as_string().size(), size);
        }
        s.expect_healthy();
        s.expect_ends();
    }
    covers("WS-16", 1);
}

TEST_F(FaultWs, WS_16_TwoReceiversAndManyPings)
{
    constexpr int count = 200;
    for (raw_peer* peer : both_peers()) {
        std::string bytes;
        for (int i = 0; i < count; ++i)
            bytes += ws_frame(ws_ping, std::to_string(100 + i)) + message(std::to_string(i));
        peer->script(upgrade().send_split(bytes, 97));
        stream_subject s(*peer);
        for (int i = 0; i < count; i += 2) {
            receive_ptr const first = s.start(), second = s.start();
            ASSERT_TRUE(s.finish(second));
            expect_message(first, std::to_string(i));
            expect_message(second, std::to_string(i + 1));
        }
        s.stream().close();
        ASSERT_TRUE(s.run_until([&] { return frames_in(peer->connection(0)).size() == count + 1; })
        );
        auto const frames = frames_in(peer->connection(0));
        for (int i = 0; i < count; ++i) {
            EXPECT_EQ(frames[static_cast<std::size_t>(i)].opcode(), ws_pong);
            EXPECT_EQ(frames[static_cast<std::size_t>(i)].payload, std::to_string(100 + i));
        }
        expect_closed_with(*peer, 0, 1000);
    }
    covers("WS-16", 1);
}

TEST_F(FaultWs, WS_16_PingsOfAServerThatDoesNotRead)
{
    // The peer sends pings for ever and reads nothing. The client must not queue all of the pongs.
    tcp_peer().script(upgrade()
                          .stop_reading()
                          .send_repeated(ws_frame(ws_ping, std::string(125, 'p')), 400'000)
                          .send(message("healthy")));
    stream_subject s(tcp_peer());
    expect_message(s.next(), "healthy");
    tcp_peer().drop_all();
    expect_failed(s.next(), errc::ws_lost);
}

/// The stage in which a stream stands still.
enum class place
{
    connecting,
    handshaking,
    open,
    backing_off
};

struct standing
{
    fake::silent_port silent;
    raw_peer peer;
    std::unique_ptr<stream_subject> s;
    receive_ptr got;

    standing(place where, bool tls)
        : peer(tls ? fake::raw_peer_options().tls(good_tls()) : fake::raw_peer_options())
    {
        options o = with_manual_clock(options_for(peer.url("localhost")));
        if (where == place::connecting)
            o.hooks.resolve =
                [this](std::string const&, std::uint16_t, hooks::resolve_callback done) {
                    using boost::asio::ip::tcp, boost::asio::ip::address_v4;
                    auto const port = asked++ == 0 ? silent.port() : peer.port();
                    done({}, {tcp::endpoint(address_v4::loopback(), port)});
                };
        raw_script const refuse = raw_script().respond(raw_answer("").status(503));
        if (where == place::handshaking) peer.script(raw_script().read_request().mark("there"));
        if (where == place::open) peer.script(upgrade().mark("there"));
        if (where == place::backing_off) peer.script(refuse);
        s = std::make_unique<stream_subject>(o, slow_again());
        got = s->start();
        EXPECT_TRUE(s->run_until([&] {
            if (where == place::connecting) return asked > 0;
            if (where == place::backing_off) return !s->attempts().empty();
            return peer.wait_mark("there", 0ms) && (where != place::open || s->stats().open);
        }));
        s->drain();
    }

    std::size_t asked = 0;
};

constexpr place places[] = {place::connecting, place::handshaking, place::open, place::backing_off};

TEST_F(FaultWs, WS_17_ReceiveCancelled)
{
    case_counter cases("WS-17");
    for (bool const tls : {false, true})
        for (place const where : places) {
            standing at(where, tls);
            receive_ptr const other = at.s->start();
            at.got->cancel.emit(boost::asio::cancellation_type::terminal);
            at.s->drain();
            expect_failed(at.got, errc::cancelled);
            EXPECT_FALSE(other->done()) << "one receive's end is no other's";
            // The stream continues: the next message is for the next receive.
            at.peer.script(healthy_stream());
            at.peer.drop_all();
            ASSERT_TRUE(at.s->run_by_clock([&] { return other->done(); }, 100s));
            expect_message(other, "healthy");
            EXPECT_EQ(at.got->completions, 1);
            at.s->expect_ends();
            ++cases;
        }
}

TEST_F(FaultWs, WS_17_ReceiveOverItsTime)
{
    for (place const where : places) {
        standing at(where, false);
        receive_ptr const timed = at.s->start(call_options().timeout(100ms));
        at.s->clock().advance(100ms - 1ns);
        at.s->drain();
        EXPECT_FALSE(timed->done());
        at.s->clock().advance(1ns);
        at.s->drain();
        expect_failed(timed, errc::timeout);
        EXPECT_FALSE(at.got->done());
    }
}

TEST_F(FaultWs, WS_17_StreamDestroyed)
{
    case_counter cases("WS-17");
    for (bool const tls : {false, true})
        for (place const where : places) {
            standing at(where, tls);
            at.s->destroy();
            at.s->drain();
            EXPECT_EQ(at.got->completions, 1);
            EXPECT_TRUE(at.got->ended());
            for (int i = 0; i < 5; ++i) {
                at.s->clock().advance(60s);
                at.s->drain();
            }
            EXPECT_TRUE(at.s->run_until([&] { return at.peer.open() == 0; }));
            ++cases;
        }
}

TEST_F(FaultWs, WS_17_IoContextDestroyed)
{
    case_counter cases("WS-17");
    for (bool const tls : {false, true})
        for (place const where : places) {
            standing at(where, tls);
            at.s->destroy_io();
            EXPECT_EQ(at.got->completions, 0) << "told inside a destructor";
            EXPECT_TRUE(at.peer.wait_quiet());
            ++cases;
        }
}

TEST_F(FaultWs, WS_17_WhileClosing)
{
    case_counter cases("WS-17");
    for (bool const io : {false, true})
        for (raw_peer* peer : both_peers()) {
            peer->script(upgrade_and(message("one")).stall());
            stream_subject s(with_manual_clock(options_for(*peer)));
            expect_message(s.next(), "one");
            receive_ptr const waiting = s.start();
            s.stream().close();
            s.stream().close();
            if (io)
                s.destroy_io();
            else {
                s.destroy();
                s.drain();
                EXPECT_EQ(waiting->completions, 1);
                s.clock().advance(1s);
                EXPECT_TRUE(s.run_until([&] { return peer->open() == 0; }));
            }
            EXPECT_LE(waiting->completions, 1);
            EXPECT_TRUE(peer->wait_quiet());
            ++cases;
        }
}

TEST_F(FaultWs, WS_17_ClosedFromItsOwnReceive)
{
    for (raw_peer* peer : both_peers()) {
        peer->script(upgrade_and(message("one") + message("two")));
        stream_subject s(*peer);
        call::request request;
        request.answer = json::envelope::none;
        int completions = 0;
        call::initiate(
            call::bound_call<boost::json::value>(
                call::channel_ptr(&s.stream()), std::move(request)
            ),
            as_result
        )([&](result<boost::json::value> got) {
            ++completions;
            EXPECT_TRUE(got.has_value());
            s.stream().close();
        });
        EXPECT_TRUE(s.run_until([&] { return completions == 1; }));
        EXPECT_TRUE(s.next()->ended()) << "what was queued is gone with the stream";
    }
}

}  // namespace
}  // namespace cohub::faults
