#include "streams.hpp"

namespace cohub::faults {
namespace {

using FaultWs = fault_test;

TEST_F(FaultWs, WS_01_UpgradeRefused)
{
    struct refusal
    {
        int status;
        bool retried;
    };
    case_counter cases("WS-01");
    for (raw_peer* peer : both_peers())
        for (refusal const r :
             {refusal{200, false},
              refusal{401, false},
              refusal{403, false},
              refusal{404, false},
              refusal{429, true},
              refusal{500, true}}) {
            SCOPED_TRACE(r.status);
            std::string const page = "first words" + std::string(10'000, 'x');
            for (auto const& how : {stream_subject::once(), stream_subject::again()}) {
                peer->script(raw_script().respond(
                    raw_answer(page).status(r.status).content_type("text/plain")
                ));
                stream_subject s(*peer, how);
                receive_ptr const got = s.next();
                expect_failed(got, errc::ws_refused, stage::handshaking);
                ASSERT_TRUE(got->why);
                EXPECT_EQ(got->why->http_status, r.status);
                EXPECT_TRUE(got->why->server_message.starts_with("first words"));
                EXPECT_LE(got->why->server_message.size(), 4096U + 64);
                EXPECT_EQ(got->why->detail == "no such stream", r.status == 404);
                std::size_t const attempts = how.reconnect && r.retried ? 3 : 1;
                EXPECT_EQ(peer->accepted(), attempts);
                EXPECT_EQ(got->why->attempts, static_cast<int>(attempts));
                EXPECT_EQ(s.stats().failed, attempts);
                EXPECT_TRUE(peer->wait_all_ended()) << "kept open";
                // The stream starts again only when somebody receives again.
                peer->script(healthy_stream());
                s.drain();
                EXPECT_EQ(peer->accepted(), 0U);
                s.expect_healthy();
                s.expect_ends();
            }
            ++cases;
        }
}

TEST_F(FaultWs, WS_01_RefusedForAWhile)
{
    for (raw_peer* peer : both_peers()) {
        raw_script const busy =
            raw_script().respond(raw_answer("starting").status(503).content_type("text/plain"));
        peer->scripts({busy, busy}, healthy_stream());
        stream_subject s(*peer, stream_subject::again());
        s.expect_healthy();
        EXPECT_EQ(peer->accepted(), 3U);
    }
}

TEST_F(FaultWs, WS_01_RetryAfterIsHeeded)
{
    raw_script const busy =
        raw_script().respond(raw_answer("busy").status(429).header("Retry-After", "7"));
    tcp_peer().scripts({busy}, healthy_stream());
    stream_subject s(with_manual_clock(options_for(tcp_peer())), stream_subject::again());
    receive_ptr const got = s.start();
    ASSERT_TRUE(s.run_until([&] { return s.attempts().size() == 1; }));
    ASSERT_TRUE(s.attempts()[0].next_in.has_value());
    // The jitter is added to the wait, so that clients that were told the same wait do not all come
    // at once.
    auto const wait = *s.attempts()[0].next_in;
    EXPECT_GT(wait, 7s);
    EXPECT_LE(wait, 7s + 4ms);
    s.clock().advance(wait - 1ns);
    s.drain();
    EXPECT_EQ(tcp_peer().accepted(), 1U);
    s.clock().advance(1ns);
    ASSERT_TRUE(s.finish(got));
    expect_message(got, "healthy");
}

std::string without(std::string text, std::string const& line)
{
    std::size_t const at = text.find(line);
    EXPECT_NE(at, std::string::npos);
    return text.erase(at, text.find("\r\n", at) + 2 - at);
}
std::string with(std::string const& text, std::string const& line)
{
    return text.substr(0, text.size() - 2) + line + "\r\n\r\n";
}

TEST_F(FaultWs, WS_02_MalformedUpgrade)
{
    struct flaw
    {
        char const* name;
        std::function<std::string(std::string const&)> change;
    };
    flaw const flaws[] = {
        {"wrong accept",
         [](std::string const& a) {
             return with(
                 without(a, "Sec-WebSocket-Accept"),
                 "Sec-WebSocket-Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA="
             );
         }},
        {"no accept", [](std::string const& a) { return without(a, "Sec-WebSocket-Accept"); }},
        {"no Upgrade", [](std::string const& a) { return without(a, "Upgrade: "); }},
        {"no Connection", [](std::string const& a) { return without(a, "Connection: "); }},
        {"another protocol",
         [](std::string const& a) { return with(without(a, "Upgrade: "), "Upgrade: h2c"); }},
        {"an extension that nobody offered",
         [](std::string const& a) {
             return with(a, "Sec-WebSocket-Extensions: permessage-deflate");
         }},
        {"a subprotocol that nobody offered",
         [](std::string const& a) { return with(a, "Sec-WebSocket-Protocol: chat"); }}};
    case_counter cases("WS-02");
    for (raw_peer* peer : both_peers())
        for (flaw const& f : flaws) {
            SCOPED_TRACE(f.name);
            peer->script(raw_script()
                             .respond([change = f.change](raw_request const& r) {
                                 return change(switch_to_websocket(r));
                             })
                             .send(message("not to be heard")));
            stream_subject s(*peer, stream_subject::again());
            receive_ptr const got = s.next();
            expect_failed(got, errc::ws_protocol, stage::handshaking);
            EXPECT_EQ(peer->accepted(), 1U) << "repeated";
            EXPECT_TRUE(peer->wait_all_ended()) << "kept open";
            EXPECT_EQ(s.stats().opened, 0U);
            peer->script(healthy_stream());
            s.expect_healthy();
            s.expect_ends();
            ++cases;
        }
}

TEST_F(FaultWs, WS_02_UnusualUpgradesAreFine)
{
    std::function<std::string(std::string const&)> const changes[] = {
        [](std::string const& a) {
            return with(without(a, "Upgrade: "), "upgrade:   WebSocket  ");
        },
        [](std::string const& a) {
            return with(without(a, "Connection: "), "connection: keep-alive, UPGRADE");
        },
        [](std::string const& a) { return with(a, "Server: x\r\nX-Frame-Options: DENY"); },
        [](std::string const& a) { return "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + a; }};
    for (raw_peer* peer : both_peers())
        for (auto const& change : changes) {
            peer->script(raw_script().respond([change](raw_request const& r) {
                return change(switch_to_websocket(r)) + message("healthy");
            }));
            stream_subject s(*peer);
            s.expect_healthy();
            s.expect_ends();
        }
}

TEST_F(FaultWs, WS_03_UpgradeCut)
{
    case_counter cases("WS-03");
    std::size_t const size = tests::ws_switch("x").size();
    for (raw_peer* peer : both_peers())
        for (bool const fin : {true, false})
            for (std::size_t at = 0; at < size; at += 4) {
                SCOPED_TRACE(at);
                raw_script cut = raw_script().respond([at](raw_request const& r) {
                    return switch_to_websocket(r).substr(0, at);
                });
                if (fin)
                    cut.close();
                else
                    cut.reset();
                peer->script(cut);
                stream_subject s(*peer);
                receive_ptr const got = s.next();
                expect_failed(got, errc::ws_lost, stage::handshaking);
                EXPECT_EQ(peer->accepted(), 1U);
                peer->script(healthy_stream());
                s.expect_healthy();
                ++cases;
            }
}

TEST_F(FaultWs, WS_03_UpgradeCutAgainAndAgain)
{
    for (raw_peer* peer : both_peers()) {
        raw_script const cut = raw_script().respond("HTTP/1.1 101 Switching").close();
        peer->scripts({cut, cut}, healthy_stream());
        stream_subject s(*peer, stream_subject::again());
        s.expect_healthy();
        EXPECT_EQ(peer->accepted(), 3U);

        peer->script(cut);
        stream_subject t(*peer, stream_subject::again());
        receive_ptr const got = t.next();
        expect_failed(got, errc::ws_lost, stage::handshaking);
        EXPECT_EQ(peer->accepted(), 3U);
        ASSERT_TRUE(got->why);
        EXPECT_EQ(got->why->attempts, 3);
    }
}

TEST_F(FaultWs, WS_03_UpgradeStalls)
{
    for (raw_peer* peer : both_peers())
        for (std::size_t const at : {0U, 40U}) {
            options o = with_manual_clock(options_for(*peer));
            o.timeouts.handshake = 8s;
            peer->script(raw_script()
                             .respond([at](raw_request const& r) {
                                 return switch_to_websocket(r).substr(0, at);
                             })
                             .mark("stalled")
                             .stall());
            stream_subject s(o);
            receive_ptr const got = s.start();
            ASSERT_TRUE(s.run_until([&] { return peer->wait_mark("stalled", 0ms); }));
            s.drain();
            s.clock().advance(8s - 1ns);
            s.drain();
            EXPECT_FALSE(got->done());
            s.clock().advance(1ns);
            s.drain();
            expect_failed(got, errc::timeout, stage::handshaking);
            EXPECT_TRUE(peer->wait_all_ended());
            peer->script(healthy_stream());
            s.expect_healthy();
            covers("WS-03", 1);
        }
}

TEST_F(FaultWs, WS_04_UpgradeRedirected)
{
    raw_peer trap;
    for (raw_peer* peer : both_peers())
        for (int const status : {301, 302, 303, 307, 308}) {
            trap.script(healthy_stream());
            std::string const where = status < 303
                                          ? "http://127.0.0.1:" + std::to_string(trap.port()) + "/x"
                                          : trap.url("localhost") + "/fault/stream";
            peer->script(
                raw_script().respond(raw_answer("").status(status).header("Location", where))
            );
            stream_subject s(*peer, stream_subject::again());
            receive_ptr const got = s.next();
            expect_failed(got, errc::ws_refused, stage::handshaking);
            ASSERT_TRUE(got->why);
            EXPECT_EQ(got->why->http_status, status);
            EXPECT_EQ(peer->accepted(), 1U);
            EXPECT_EQ(trap.accepted(), 0U) << "followed";
            covers("WS-04", 1);
            covers("SEC-04", 1);
        }
}

TEST_F(FaultWs, SEC_05_KeyOnNoStream)
{
    tls_peer().script(healthy_stream());
    streams::stream_request how = stream_subject::once();
    how.fields = "X-Test: kept\r\n";
    stream_subject s(tls_peer(), how);
    s.expect_healthy();
    auto const requests = tls_peer().requests();
    ASSERT_EQ(requests.size(), 1U);
    expect_no_key(requests[0].head, "the upgrade");
    EXPECT_EQ(requests[0].header("Authorization"), "");
    EXPECT_EQ(requests[0].method(), "GET");
    EXPECT_EQ(requests[0].target(), "/fault/stream");
    EXPECT_EQ(requests[0].header("X-Test"), "kept");
    EXPECT_EQ(requests[0].header("Upgrade"), "websocket");
    EXPECT_EQ(requests[0].header("Sec-WebSocket-Version"), "13");
    EXPECT_EQ(requests[0].header("Sec-WebSocket-Key").size(), 24U);
    EXPECT_EQ(requests[0].header("Sec-WebSocket-Extensions"), "");
}

// Report D9: a service that starts or migrates does not know its paths yet.
TEST_F(FaultWs, WS_19_StartsWhileItIsAsked)
{
    case_counter cases("WS-19");
    for (raw_peer* peer : both_peers())
        for (int const status : {404, 501, 511}) {
            raw_script const starting = raw_script().respond(raw_answer("starting").status(status));
            // A stream that was connected is opened again. A stream that never was reports the
            // failure at once.
            peer->scripts({upgrade_and(message("one")).close(), starting}, healthy_stream());
            stream_subject stood(*peer, stream_subject::again());
            expect_message(stood.next(), "one");
            stood.expect_healthy();
            EXPECT_EQ(peer->accepted(), 3U) << status;
            peer->scripts({starting}, healthy_stream());
            stream_subject never(*peer, stream_subject::again());
            expect_failed(never.next(), errc::ws_refused);
            EXPECT_EQ(peer->accepted(), 1U) << status;
            ++cases;
        }
}

}  // namespace
}  // namespace cohub::faults
