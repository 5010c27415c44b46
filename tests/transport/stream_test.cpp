#include <boost/asio/post.hpp>

#include <atomic>
#include <chrono>
#include <future>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include "support/live_hub.hpp"

namespace cohub::tests {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

class Streams : public LiveHub
{
protected:
    pieces::options os_options() const
    {
        pieces::options o(server.url());
        o.tls.ca_pem = server.ca_pem();
        return o;
    }
};

TEST_F(Streams, CloseFromOutsideDoesNotStopTheContext)
{
    pieces::client const os(io, os_options());
    auto stream = os.user().stream_user(pieces::stream_options().max_queued(1));
    bool first = false;
    stream.next([&](error_code ec, std::optional<pieces::user_event>) { first = !ec; });
    run_until([&] { return first; });
    // Nobody receives. So the stream becomes full and waits.
    for (int i = 0; i != 5; ++i) server.pieces().push_text("{}");
    run();
    stream.close();
    bool ran = false;
    asio::post(io, [&] { ran = true; });
    run();
    EXPECT_TRUE(ran);
}

// No call of stats() finds other work, and none may delay the next check of the stream.
TEST_F(Streams, AreReadWhileNobodyReceivesAndTheirStatsAreAskedAllTheTime)
{
    pieces::client const os(io, os_options());
    auto const stream = os.user().stream_user();
    bool first = false;
    stream.next([&](error_code ec, std::optional<pieces::user_event>) { first = !ec; });
    run_until([&] { return first; });
    server.pieces().push_text("{}");
    run_until([&] { return stream.stats().queued == 1; });
    stream.close();
    run();
}

// The time for the closing handshake never expires here. So the stream has to see the server's end.
TEST_F(Streams, SeeTheEndBehindAGoodbyeThoughNobodyReceives)
{
    pieces::options o = os_options();
    o.clock = std::make_shared<manual_clock>();
    pieces::client const os(io, o);
    auto const stream = os.user().stream_user();
    bool first = false;
    stream.next([&](error_code ec, std::optional<pieces::user_event>) { first = !ec; });
    run_until([&] { return first; });
    server.pieces().close_streams(1001);
    run_until([&] { return !stream.stats().open; });
    io.restart();
    io.run_for(20s);
    EXPECT_TRUE(io.stopped()) << "the connection is still waited for";
}

class StreamTimes : public Streams
{
protected:
    /// Opens a stream whose times all have this value, and gets its first message.
    pieces::user_stream open(std::chrono::milliseconds t)
    {
        pieces::options o = os_options();
        o.clock = clock;
        o.retry.seed = 1;  // for a century, a random fraction could be as short as an hour
        os.emplace(io, std::move(o));
        auto stream =
            os->user().stream_user(pieces::stream_options().ping_interval(t).backoff(t, t));
        receive(stream);
        run_until([&] { return messages == 1; });
        return stream;
    }
    void receive(pieces::user_stream& from)
    {
        from.next([&](error_code ec, std::optional<pieces::user_event> e) {
            messages += !ec && e && e->user ? 1 : 0;
        });
    }
    void lose(pieces::user_stream& stream)
    {
        server.pieces().drop_streams();
        receive(stream);
        run_until([&] { return !stream.stats().open; });
    }
    std::size_t opened() const { return server.journal().count("pieces.stream_user"); }

    std::shared_ptr<manual_clock> const clock = std::make_shared<manual_clock>();
    std::optional<pieces::client> os;
    int messages = 0;
};

class StreamTimesThatMeanNone : public StreamTimes,
                                public testing::WithParamInterface<std::chrono::milliseconds>
{
};

TEST_P(StreamTimesThatMeanNone, NoPingAndNoWaitBeforeItIsOpenedAgain)
{
    pieces::user_stream stream = open(GetParam());
    for (int n = 2; n != 4; ++n) {
        clock->advance(1000h);
        run_ready();
        lose(stream);
        clock->advance(1ms);  // time for the server to act
        run_until([&] { return messages == n; });
    }
    EXPECT_EQ(opened(), 3u);
    EXPECT_TRUE(server.journal().frames("ping").empty());
}

INSTANTIATE_TEST_SUITE_P(
    Streams,
    StreamTimesThatMeanNone,
    testing::Values(std::chrono::milliseconds::min(), std::chrono::milliseconds(0)),
    [](auto const& i) { return i.param.count() == 0 ? "Zero" : "Negative"; }
);

TEST_F(StreamTimes, TheLongestMeansNever)
{
    pieces::user_stream stream = open(std::chrono::milliseconds::max());
    clock->advance(1000h);
    run_ready();
    EXPECT_TRUE(stream.stats().open);
    lose(stream);
    clock->advance(1h);
    run_ready();
    EXPECT_EQ(messages, 1);
    EXPECT_EQ(opened(), 1u);
    EXPECT_TRUE(server.journal().frames("ping").empty());
}

// Calls and streams take and store TLS sessions at the same time. Mainly for ThreadSanitizer.
TEST_F(Streams, ShareTheClientsTlsSessionsAcrossThreads)
{
    constexpr int rounds = 20, calls_a_round = 3;
    pieces::options o = os_options();
    o.pool.max_idle = 0;  // each call makes a new handshake
    pieces::client const os(io, std::move(o));
    std::atomic<int> good = 0, ended = 0;
    std::promise<void> all;
    auto const count = [&](error_code ec) {
        good += ec ? 0 : 1;
        if (++ended == rounds * (1 + calls_a_round)) all.set_value();
    };
    auto guard = asio::make_work_guard(io);
    std::vector<std::thread> threads;
    for (int i = 0; i != 2; ++i) threads.emplace_back([this] { io.run_for(60s); });
    {
        std::vector<pieces::user_stream> streams;
        for (int round = 0; round != rounds; ++round) {
            streams.push_back(os.user().stream_user());
            streams.back().next([&](error_code ec, std::optional<pieces::user_event>) { count(ec); }
            );
            for (int i = 0; i != calls_a_round; ++i)
                os.user().user_snapshot([&](error_code ec, auto const&) { count(ec); });
        }
        EXPECT_EQ(all.get_future().wait_for(20s), std::future_status::ready);
    }
    guard.reset();
    for (auto& t : threads) t.join();
    EXPECT_TRUE(io.stopped()) << "something goes on for ever";
    EXPECT_EQ(good, rounds * (1 + calls_a_round));
    EXPECT_GT(os.stats().resumed, 0u);
}

}  // namespace
}  // namespace cohub::tests
