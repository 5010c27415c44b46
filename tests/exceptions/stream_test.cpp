#include <cohub/pieces/client.hpp>

#include "support/websocket.hpp"
#include "trial.hpp"

namespace cohub::tests {
namespace {

using event = std::optional<pieces::user_event>;

/// The answer that opens a stream, followed by a number of messages.
raw_script messages(int n)
{
    return raw_script().respond([n](raw_request const& r) {
        std::string bytes = ws_switch(r.header("Sec-WebSocket-Key"));
        for (int i = 0; i != n; ++i)
            bytes += ws_frame(
                ws_text, R"({"id":"u","aesthetics":{"theme":{"dark":true},"font":{"size":14}}})"
            );
        return bytes;
    });
}

/// A stream that sends two messages, and a close frame when the client sends one.
raw_script two_messages() { return messages(2).wait_bytes(8).send(ws_close(1000)).close(); }

class stream_trial
{
public:
    explicit stream_trial(raw_peer& peer) : client_(io_, options_of(peer)) {}

    outcome_ptr next(pieces::user_stream const& from)
    {
        std::optional<allocation::exempt> own(std::in_place);
        auto const made = std::make_shared<outcome>();
        outcomes_.push_back(made);
        counted_handler handler(made);
        own.reset();
        try {
            from.next(as_result)(std::move(handler));
        } catch (std::bad_alloc const&) {
            made->refused();
        }
        return made;
    }
    void run()
    {
        for (;;) try {
                io_.restart();
                io_.run();
                return;
            } catch (...) {
                ++thrown_;
            }
    }

    pieces::client& client() { return client_; }
    std::vector<outcome_ptr> const& outcomes() const { return outcomes_; }
    int thrown() const { return thrown_; }

private:
    static pieces::options options_of(raw_peer& peer)
    {
        pieces::options o(peer.url());
        if (peer.tls()) o.tls.ca_pem = ca_pem();
        o.retry.base = 1ms;
        return o;
    }

    boost::asio::io_context io_;
    pieces::client client_;
    std::vector<outcome_ptr> outcomes_;
    int thrown_ = 0;
};

/// @param first scripts of the first connections
void play_stream(std::string const& name, raw_peer& peer, std::vector<raw_script> const& first = {})
{
    ASSERT_TRUE(peer.wait_quiet());
    long points = 0, errors = 0, refusals = 0;
    for_each_point(name, sources_of(peer.tls()), [&](allocation::source from, long n) {
        peer.scripts(first, two_messages());
        stream_trial t(peer);
        bool failed = false;
        auto const options = pieces::stream_options().backoff(1ms, 2ms);
        {
            allocation::failing const one(from, n);
            try {
                auto const stream = t.client().user().stream_user(options);
                for (int i = 0; i != 2; ++i) {
                    t.next(stream);
                    t.run();
                }
                stream.close();
                t.run();
            } catch (std::bad_alloc const&) {
                ++refusals;  // there is no stream
            }
            failed = one.has_failed();
        }
        points += failed ? 1 : 0;
        EXPECT_EQ(t.thrown(), 0) << "run() threw";
        for (auto const& o : t.outcomes()) {
            EXPECT_EQ(o->completions() + o->refusals(), 1);
            EXPECT_EQ(o->alive(), 0) << "the handler still exists";
            refusals += o->refusals();
            errors += o->why() ? 1 : 0;
            if (failed) continue;
            EXPECT_TRUE(o->ok()) << (o->why() ? o->why()->message() : "no completion");
        }
        peer.script(two_messages());
        auto const another = t.client().user().stream_user(options);
        auto const further = t.next(another);
        t.run();
        EXPECT_TRUE(further->ok())
            << "afterwards: " << (further->why() ? further->why()->message() : "no completion");
        another.close();
        t.run();
        return failed;
    });
    std::printf(
        "%s: %ld points, %ld errors, %ld bad_alloc from the initiating function\n",
        name.c_str(),
        points,
        errors,
        refusals
    );
    EXPECT_GT(points, 0);
    EXPECT_TRUE(peer.wait_quiet()) << "a connection stayed open";
}

TEST(FailedAllocation, OfAStreamLosesNoReceive) { play_stream("a stream", tcp_peer()); }

/// Of OpenSSL's allocations during the closing handshake, the first one always fails.
TEST(FailedAllocation, OfTheGoodbyeOfAStreamEndsIt)
{
    raw_peer& peer = tls_peer();
    for_each_point(
        "the goodbye of a stream",
        sources_of(true),
        [&](allocation::source from, long n) {
            peer.script(two_messages());
            stream_trial t(peer);
            auto const stream = t.client().user().stream_user();
            auto const first = t.next(stream);
            t.run();
            EXPECT_TRUE(first->ok());
            bool failed = false;
            {
                allocation::failing const one(from, n);
                stream.close();
                t.run();
                failed = one.has_failed();
            }
            EXPECT_EQ(t.thrown(), 0) << "run() threw";
            return failed;
        }
    );
    EXPECT_TRUE(peer.wait_quiet()) << "a connection stayed open";
}

TEST(FailedAllocation, OfAStreamThatIsLostLosesNoReceive)
{
    play_stream("a stream that is lost", tcp_peer(), {messages(1).reset()});
}

TEST(FailedAllocation, OfAStreamThatTheServerClosesLosesNoReceive)
{
    play_stream(
        "a stream that the server closes", tcp_peer(), {messages(1).send(ws_close(1001)).close()}
    );
}

/// There is no memory for the deadline of another receive while the stream waits to be opened
/// again.
TEST(FailedAllocation, OfAReceiveWhileAStreamBacksOffLeavesTheOthers)
{
    raw_peer& peer = tcp_peer();
    auto const later = [](raw_request const&) {
        return std::string("HTTP/1.1 503 Later\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    };
    peer.scripts({raw_script().respond(later).close()}, two_messages());
    boost::asio::io_context io;
    pieces::options o(peer.url());
    auto const time = std::make_shared<manual_clock>();
    o.clock = time;
    pieces::client const client(io, o);
    auto const stream = client.user().stream_user(pieces::stream_options().backoff(1s, 1s));
    auto const next = [&](outcome_ptr const& to) {
        std::optional<allocation::exempt> own(std::in_place);
        counted_handler handler(to);
        own.reset();
        stream.next(call_options().timeout(1h), as_result)(std::move(handler));
    };
    auto const first = std::make_shared<outcome>();
    next(first);
    while (stream.stats().failed == 0) io.run_for(1ms);

    std::vector<outcome_ptr> others;
    int refused = 0;
    for (int i = 0; i != 40; ++i) {
        bool failed = true;
        for (long n = 1; failed; ++n) {
            others.push_back(std::make_shared<outcome>());
            allocation::failing const one(allocation::source::operator_new, n);
            try {
                next(others.back());
            } catch (std::bad_alloc const&) {
                ++refused;
            }
            failed = one.has_failed();
        }
    }
    EXPECT_GT(refused, 0);
    for (int i = 0; i != 2000 && first->completions() == 0; ++i) {
        time->advance(10ms);
        io.restart();
        io.run_for(1ms);
    }
    EXPECT_TRUE(first->ok()) << (first->why() ? first->why()->message() : "no completion");
    stream.close();
    io.restart();
    io.run();
    for (auto const& other : others) EXPECT_EQ(other->alive(), 0);
    EXPECT_TRUE(peer.wait_quiet()) << "a connection stayed open";
}

TEST(FailedAllocation, OfAStreamOverTlsLosesNoReceive)
{
    play_stream("a stream over TLS", tls_peer());
}

}  // namespace
}  // namespace cohub::tests
