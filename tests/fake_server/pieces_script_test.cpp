#include <gtest/gtest.h>

#include "websocket_client.hpp"

namespace cohub::tests {

namespace {

using fake::websocket_frame;
using fake::websocket_script;

class FakeWebsocketScript : public testing::Test
{
protected:
    FakeWebsocketScript() : server(plain_options().users(0)), os(server.pieces()) {}

    websocket_client play(websocket_script script)
    {
        server.script("pieces.stream_user").websocket(std::move(script));
        return connect();
    }
    websocket_client play_json(std::string const& actions)
    {
        http_client client(server);
        answer const a = client.send(
            "PUT",
            "/__fake__/faults",
            {},
            "[{\"match\":\"pieces.stream_user\",\"websocket\":" + actions + "}]"
        );
        EXPECT_EQ(a.status, 200) << a.body;
        return connect();
    }
    websocket_client connect()
    {
        websocket_client c(server);
        EXPECT_TRUE(c.upgrade());
        return c;
    }

    fake_server server;
    fake::pieces_os os;
};

// ---- before the upgrade: the same faults as for other routes ------------------------------------

TEST_F(FakeWebsocketScript, RefusesTheUpgradeWithAnything)
{
    server.script("pieces.stream_user").status(503).header("Retry-After", "1").body("starting");
    server.script("pieces.stream_user").status(307).header("Location", "/elsewhere");
    websocket_client c(server);
    EXPECT_FALSE(c.upgrade());
    EXPECT_EQ(c.status, 503);
    EXPECT_EQ(c.body, "starting");
    EXPECT_EQ(c.header("Retry-After"), "1");
    EXPECT_FALSE(c.upgrade());
    EXPECT_EQ(c.status, 307);
    EXPECT_EQ(c.header("Location"), "/elsewhere");
    EXPECT_TRUE(c.upgrade());
    EXPECT_EQ(server.report(), "");
}

TEST_F(FakeWebsocketScript, SpoilsTheAnswerToTheHandshake)
{
    server.script("pieces.stream_user").header("Sec-WebSocket-Accept", "AAAA");
    server.script("pieces.stream_user").without_header("sec-websocket-accept");
    server.add_fault("pieces.stream_user no-header=Upgrade header=\"Sec-WebSocket-Protocol: x\"");
    websocket_client wrong = connect();
    EXPECT_EQ(wrong.header("Sec-WebSocket-Accept"), "AAAA");
    websocket_client missing = connect();
    EXPECT_EQ(missing.header("Sec-WebSocket-Accept"), "");
    EXPECT_EQ(missing.header("Upgrade"), "websocket");
    websocket_client other = connect();
    EXPECT_EQ(other.header("Upgrade"), "");
    EXPECT_EQ(other.header("Sec-WebSocket-Protocol"), "x");
    EXPECT_EQ(server.report(), "");
}

TEST_F(FakeWebsocketScript, CutsTheHandshake)
{
    server.script("pieces.stream_user").close_after_bytes(20).then().reset().then().stall(50ms);
    websocket_client cut(server);
    EXPECT_FALSE(cut.upgrade());
    EXPECT_EQ(cut.waiting(), "HTTP/1.1 101 Switchi");
    websocket_client reset(server);
    EXPECT_FALSE(reset.upgrade());
    EXPECT_TRUE(reset.was_reset());
    websocket_client late(server);
    EXPECT_TRUE(late.upgrade());
    EXPECT_EQ(os.streams(), 1u);
    EXPECT_EQ(server.report(), "");
}

// ---- after it -----------------------------------------------------------------------------------

TEST_F(FakeWebsocketScript, SendsRightFramesAndWrongOnes)
{
    websocket_frame odd;
    odd.opcode = 3;
    odd.payload = "odd";
    odd.rsv = 4;
    odd.masked = true;
    websocket_frame roomy;
    roomy.payload = "roomy";
    roomy.length_bits = 64;
    websocket_client c = play(websocket_script()
                                  .text("a")
                                  .binary("\xff")
                                  .pong("p")
                                  .frame(odd)
                                  .frame(roomy)
                                  .profile()
                                  .close_without_code());
    EXPECT_EQ(c.next_text(), "a");
    EXPECT_EQ(c.next().payload, "\xff");
    EXPECT_EQ(c.next().opcode, 10);
    seen_frame const strange = c.next();
    EXPECT_EQ(strange.opcode, 3);
    EXPECT_EQ(strange.rsv, 4);
    EXPECT_TRUE(strange.masked);
    EXPECT_EQ(strange.payload, "odd");
    EXPECT_EQ(c.next().length_bits, 64);
    EXPECT_EQ(c.next_text(), os.profile());
    seen_frame const last = c.next();
    EXPECT_EQ(last.opcode, 8);
    EXPECT_EQ(last.payload, "");
    EXPECT_EQ(server.report(), "");
}

TEST_F(FakeWebsocketScript, DeclaresLengthsThatAreNotSo)
{
    websocket_frame huge;
    huge.length = std::uint64_t{1} << 63;
    websocket_client c = play(websocket_script().frame(huge).raw("x").fin());
    while (c.read_more()) {
    }
    EXPECT_EQ(c.waiting(), std::string("\x81\x7f\x80\0\0\0\0\0\0\0x", 11));
}

TEST_F(FakeWebsocketScript, SplitsMessages)
{
    websocket_client c =
        play(websocket_script().fragments("abcdef", {1, 0, 2}).fragments("wxyz", 2, "hb").text("e")
        );
    std::string seen;
    for (int i = 0; i < 8; ++i) {
        seen_frame const f = c.next();
        seen += std::to_string(f.opcode) + (f.fin ? "." : "-") + f.payload + " ";
    }
    EXPECT_EQ(seen, "1-a 0- 0-bc 0.def 1-wx 9.hb 0.yz 1.e ");
}

TEST_F(FakeWebsocketScript, SendsAFewBytesAtATime)
{
    auto const begun = std::chrono::steady_clock::now();
    websocket_client c =
        play(websocket_script().paced(1, 5ms).text("0123456789").paced(0).text("whole"));
    EXPECT_EQ(c.next_text(), "0123456789");
    EXPECT_GE(std::chrono::steady_clock::now() - begun, 40ms);
    EXPECT_EQ(c.next_text(), "whole");
}

TEST_F(FakeWebsocketScript, WaitsAndHolds)
{
    auto const begun = std::chrono::steady_clock::now();
    websocket_client c = play(websocket_script().text("a").delay(60ms).text("b").hold().text("c"));
    EXPECT_EQ(c.next_text(), "a");
    EXPECT_EQ(c.next_text(), "b");
    EXPECT_GE(std::chrono::steady_clock::now() - begun, 60ms);
    EXPECT_TRUE(c.is_silent(50ms));
    server.release();
    EXPECT_EQ(c.next_text(), "c");
}

TEST_F(FakeWebsocketScript, ExpectsWhatTheClientSends)
{
    websocket_client c = play(
        websocket_script().ping("hb").expect_pong("hb").text("thanks").close(1001).expect_close(1001
        )
    );
    EXPECT_EQ(c.next().payload, "hb");
    EXPECT_TRUE(c.is_silent(20ms));
    c.send(websocket_client::frame(9, "passed over"));
    c.send(websocket_client::frame(10, "hb"));
    EXPECT_EQ(c.next().payload, "passed over");
    EXPECT_EQ(c.next_text(), "thanks");
    EXPECT_EQ(c.next().code(), 1001);
    c.close(1001);
    EXPECT_TRUE(c.ends());
    EXPECT_TRUE(os.wait_for_streams(0));
    EXPECT_EQ(server.report(), "");
}

TEST_F(FakeWebsocketScript, HearsTheCloseOfAClientThatIsGoneAtOnce)
{
    websocket_client c = play(websocket_script().expect_close(1000));
    c.close();
    ::shutdown(c.raw().descriptor(), SHUT_WR);
    EXPECT_EQ(c.next().code(), 1000);
    EXPECT_TRUE(c.ends());
    EXPECT_TRUE(os.wait_for_streams(0));
    EXPECT_EQ(server.report(), "");
}

TEST_F(FakeWebsocketScript, ReportsWhatWasExpectedAndDidNotCome)
{
    websocket_client other = play(websocket_script().expect_pong("hb"));
    other.send(websocket_client::frame(10, "no"));
    EXPECT_TRUE(other.ends());
    websocket_client code = play(websocket_script().expect_close(1000));
    code.close(1001);
    EXPECT_EQ(code.next().code(), 1001);
    EXPECT_TRUE(code.ends());
    websocket_client gone = play(websocket_script().expect_ping());
    gone.raw().close();
    EXPECT_TRUE(os.wait_for_streams(0));
    EXPECT_EQ(
        server.report(),
        "/user/stream: a stream's script expected a pong with 'hb', and got one with 'no'\n"
        "/user/stream: a stream's script expected a close with 1000, and got one with 1001\n"
        "/user/stream: a stream ended, and its script still expected a ping\n"
    );
}

TEST_F(FakeWebsocketScript, LeavesPingsAndClosesUnanswered)
{
    websocket_client c = play(websocket_script().ignore_pings().ignore_close().text("ready"));
    EXPECT_EQ(c.next_text(), "ready");
    c.send(websocket_client::frame(9, "hb"));
    c.close();
    ASSERT_TRUE(server.journal().wait_for_frames("close", 1));
    EXPECT_TRUE(c.is_silent(50ms));
    EXPECT_EQ(os.streams(), 1u);
    c.raw().close();
    EXPECT_TRUE(os.wait_for_streams(0));
}

TEST_F(FakeWebsocketScript, StaysHalfOpenUntilTheServerEnds)
{
    websocket_client c = play(websocket_script().stop_reading().text("ready"));
    EXPECT_EQ(c.next_text(), "ready");
    c.send(websocket_client::frame(9, "hb"));
    c.close();
    EXPECT_TRUE(c.is_silent(50ms));
    EXPECT_TRUE(server.journal().frames().empty());
    EXPECT_EQ(os.streams(), 1u);
}

TEST_F(FakeWebsocketScript, EndsConnections)
{
    websocket_client fin = play(websocket_script().text("a").fin());
    EXPECT_EQ(fin.next_text(), "a");
    EXPECT_TRUE(fin.ends());
    EXPECT_FALSE(fin.was_reset());
    websocket_client reset = play(websocket_script().reset());
    EXPECT_TRUE(reset.ends());
    EXPECT_TRUE(reset.was_reset());
}

TEST_F(FakeWebsocketScript, BecomesAnOrdinaryStream)
{
    websocket_client c = play(websocket_script().text("first").live());
    EXPECT_EQ(c.next_text(), "first");
    EXPECT_EQ(c.next_text(), os.profile());
    os.sign_out();
    EXPECT_EQ(c.next_text(), "");
}

TEST_F(FakeWebsocketScript, ShowsNoChangesUntilThen)
{
    websocket_client c = play(websocket_script().text("first"));
    EXPECT_EQ(c.next_text(), "first");
    os.sign_out();
    os.push_text("pushed");
    EXPECT_EQ(c.next_text(), "pushed");
}

TEST_F(FakeWebsocketScript, WorksOnAnyPath)
{
    server.script("/user/last_checked_in/stream")
        .websocket(websocket_script().text("a").close(1000));
    websocket_client c(server);
    EXPECT_TRUE(c.upgrade("/user/last_checked_in/stream"));
    EXPECT_EQ(c.next_text(), "a");
    EXPECT_EQ(c.next().code(), 1000);
    EXPECT_EQ(server.report(), "");
}

TEST_F(FakeWebsocketScript, ComplainsWhenThereIsNoUpgrade)
{
    server.script("pieces.user_snapshot").websocket(websocket_script().text("a"));
    EXPECT_EQ(http_client(server).get("/user").status, 400);
    EXPECT_EQ(server.report(), "a websocket script met what is no upgrade: GET /user\n");
}

TEST_F(FakeWebsocketScript, IsWrittenAsJson)
{
    os.set_profile("{}");
    websocket_client c = play_json(R"([
        {"with_handshake": true},
        {"text": "a"},
        {"binary": {"base64": "/w=="}},
        {"text": "b", "fin": false, "rsv": 1, "masked": true, "length_bits": 16},
        {"frame": 7, "payload": "x"},
        {"fragments": "wxyz", "sizes": [3]},
        {"ping": "hb"},
        {"expect": "pong", "payload": "hb"},
        {"paced": 1, "every_ms": 1},
        {"profile": true},
        {"delay_ms": 1},
        {"close": 1001, "reason": "bye"},
        {"expect": "close", "code": 1001}
    ])");
    EXPECT_FALSE(c.waiting().empty());
    EXPECT_EQ(c.next_text(), "a");
    EXPECT_EQ(c.next().payload, "\xff");
    seen_frame const odd = c.next();
    EXPECT_FALSE(odd.fin);
    EXPECT_EQ(odd.rsv, 1);
    EXPECT_TRUE(odd.masked);
    EXPECT_EQ(odd.length_bits, 16);
    EXPECT_EQ(c.next().opcode, 7);
    EXPECT_EQ(c.next().payload, "wxy");
    EXPECT_EQ(c.next().payload, "z");
    EXPECT_EQ(c.next().opcode, 9);
    c.send(websocket_client::frame(10, "hb"));
    EXPECT_EQ(c.next_text(), os.profile());
    seen_frame const last = c.next();
    EXPECT_EQ(last.code(), 1001);
    EXPECT_EQ(last.reason(), "bye");
    c.close(1001);
    EXPECT_TRUE(c.ends());
    EXPECT_EQ(server.report(), "");
}

TEST_F(FakeWebsocketScript, IsTheSameInAllThreeSpellings)
{
    websocket_frame odd;
    odd.opcode = 11;
    odd.payload = "\xff";
    odd.length = 70'000;
    server.script("pieces.stream_user")
        .websocket(websocket_script()
                       .text("it's")
                       .frame(odd)
                       .close(1000, "bye")
                       .close_without_code()
                       .expect_pong("hb")
                       .expect_close(1005)
                       .raw("r")
                       .paced(3, 4ms)
                       .ignore_close()
                       .ignore_pings()
                       .hold()
                       .stop_reading()
                       .live()
                       .fin()
                       .reset());
    http_client client(server);
    std::string const text = client.get("/__fake__/faults").body;
    EXPECT_NE(text.find("expect"), std::string::npos);
    ASSERT_EQ(client.send("PUT", "/__fake__/faults", {}, text).status, 200);
    EXPECT_EQ(client.get("/__fake__/faults").body, text);
    EXPECT_NE(server.report(), "");
}

TEST_F(FakeWebsocketScript, RefusesWhatMakesNoSense)
{
    http_client client(server);
    for (char const* const actions : {
             R"({})",
             R"([1])",
             R"([{}])",
             R"([{"txt":"a"}])",
             R"([{"text":1}])",
             R"([{"text":"a","code":1}])",
             R"([{"frame":16}])",
             R"([{"text":"a","rsv":8}])",
             R"([{"text":"a","length_bits":8}])",
             R"([{"close":"1000"}])",
             R"([{"close":65536}])",
             R"([{"expect":"nothing"}])",
             R"([{"end":"soon"}])",
             R"([{"ignore":"all"}])",
             R"([{"fragments":"a"}])",
             R"([{"fragments":"a","size":0}])",
             R"([{"hold":false}])",
         }) {
        answer const a = client.send(
            "PUT",
            "/__fake__/faults",
            {},
            R"([{"match":"pieces.stream_user","websocket":)" + std::string(actions) + "}]"
        );
        EXPECT_EQ(a.status, 400) << actions;
    }
    EXPECT_THROW(server.add_fault("* websocket=[] status=503"), std::invalid_argument);
    EXPECT_THROW(server.add_fault("* websocket={"), std::invalid_argument);
    EXPECT_THROW(
        server.add_fault(R"(* websocket=[{"text":{"base64":"!!"}}])"), std::invalid_argument
    );
    EXPECT_THROW(server.add_fault("* websocket=[] close"), std::invalid_argument);
    EXPECT_THROW(server.add_fault("* no-header="), std::invalid_argument);
}

}  // namespace

}  // namespace cohub::tests
