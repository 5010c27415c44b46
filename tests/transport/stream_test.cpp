#include <boost/asio/post.hpp>

#include <atomic>
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
    // Nobody receives, so the stream fills up and all of it is parked.
    for (int i = 0; i != 5; ++i) server.pieces().push_text("{}");
    io.restart();
    io.run();
    io.restart();
    stream.close();
    bool ran = false;
    asio::post(io, [&] { ran = true; });
    io.run();
    EXPECT_TRUE(ran);
}

TEST_F(Streams, TakesTimesThatMeanNeverAndNone)
{
    using std::chrono::milliseconds;
    pieces::client const os(io, os_options());
    for (auto const t : {milliseconds::max(), milliseconds::min(), milliseconds(0)}) {
        auto stream =
            os.user().stream_user(pieces::stream_options().ping_interval(t).backoff(t, t));
        bool const again = t != milliseconds::max();  // else the next attempt is a century away
        for (int i = 0; i != (again ? 3 : 1); ++i) {
            bool done = false;
            stream.next([&](error_code ec, std::optional<pieces::user_event> e) {
                done = !ec && e && e->user;
            });
            run_until([&] { return done; });
            if (again) server.pieces().drop_streams();
        }
    }
}

// Sessions are taken and kept by calls and by streams at once. For ThreadSanitizer above all.
TEST_F(Streams, ShareTheClientsTlsSessionsAcrossThreads)
{
    pieces::options o = os_options();
    o.pool.max_idle = 0;  // each call shakes hands anew
    pieces::client const os(io, std::move(o));
    std::atomic<int> calls = 0, events = 0;
    auto guard = asio::make_work_guard(io);
    std::vector<std::thread> threads;
    for (int i = 0; i != 2; ++i) threads.emplace_back([this] { io.run(); });
    {
        std::vector<pieces::user_stream> streams;
        for (int round = 0; round != 20; ++round) {
            streams.push_back(os.user().stream_user());
            streams.back().next([&](error_code ec, std::optional<pieces::user_event>) {
                if (!ec) ++events;
            });
            for (int i = 0; i != 3; ++i)
                os.user().user_snapshot([&](error_code ec, auto const&) {
                    if (!ec) ++calls;
                });
        }
        auto const end = std::chrono::steady_clock::now() + 20s;
        while ((calls != 60 || events != 20) && std::chrono::steady_clock::now() < end)
            std::this_thread::sleep_for(5ms);
        EXPECT_EQ(calls, 60);
        EXPECT_EQ(events, 20);
    }
    guard.reset();
    for (auto& t : threads) t.join();
    EXPECT_GT(os.stats().resumed, 0u);
}

}  // namespace
}  // namespace cohub::tests
