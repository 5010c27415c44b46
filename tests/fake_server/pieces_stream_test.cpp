#include <gtest/gtest.h>

#include <thread>

#include "websocket_client.hpp"

namespace cohub::tests {

namespace {

using fake::recorded_frame;
using fake::websocket_frame;
using fake::websocket_script;

std::string const one = R"({"id":"1","aesthetics":{"theme":{"dark":true},"font":{"size":14}}})";
std::string const two = R"({"id":"2","aesthetics":{"theme":{"dark":true},"font":{"size":14}}})";

class FakePiecesStream : public testing::Test
{
protected:
    FakePiecesStream() : server(plain_options().users(0)), os(server.pieces())
    {
        os.set_profile(one);
    }

    /// An open stream that has got the present state.
    websocket_client open()
    {
        websocket_client c(server);
        EXPECT_TRUE(c.upgrade());
        EXPECT_EQ(c.next_text(), one);
        return c;
    }
    websocket_client scripted(websocket_script script)
    {
        server.script("pieces.stream_user").websocket(std::move(script));
        websocket_client c(server);
        EXPECT_TRUE(c.upgrade());
        return c;
    }
    /// The close code with which the server answers bytes that break the protocol.
    int close_code_for(std::string const& bytes)
    {
        websocket_client c = open();
        c.send(bytes);
        seen_frame const f = c.next();
        EXPECT_EQ(f.opcode, 8);
        EXPECT_TRUE(c.ends());
        EXPECT_NE(server.report(), "");
        server.journal().clear();
        return f.code();
    }

    fake_server server;
    fake::pieces_os os;
};

// ---- the handshake ------------------------------------------------------------------------------

TEST_F(FakePiecesStream, AnswersTheHandshake)
{
    websocket_client c(server);
    ASSERT_TRUE(c.upgrade());
    EXPECT_EQ(c.header("Upgrade"), "websocket");
    EXPECT_EQ(c.header("Connection"), "Upgrade");
    EXPECT_EQ(c.header("Sec-WebSocket-Accept"), websocket_client::sample_accept);
    EXPECT_EQ(c.header("Content-Length"), "");
    EXPECT_EQ(c.header("Sec-WebSocket-Extensions"), "");
    EXPECT_EQ(server.journal().count("pieces.stream_user"), 1u);
    EXPECT_EQ(server.report(), "");
}

TEST_F(FakePiecesStream, TakesHeadersInAnySpelling)
{
    websocket_client c(server);
    ASSERT_TRUE(c.upgrade(
        "/user/stream?x=1",
        {{"host", "localhost:1000"},
         {"UPGRADE", "WebSocket"},
         {"connection", "keep-alive, UPGRADE"},
         {"sec-websocket-version", "13"},
         {"sec-websocket-key", std::string(websocket_client::sample_key)},
         {"Sec-WebSocket-Extensions", "permessage-deflate; client_max_window_bits"},
         {"Origin", "http://localhost"},
         {"X-Application-ID", "a"}}
    ));
    EXPECT_EQ(c.header("Sec-WebSocket-Accept"), websocket_client::sample_accept);
    EXPECT_EQ(c.header("Sec-WebSocket-Extensions"), "");
    EXPECT_EQ(c.next_text(), one);
}

struct bad_handshake
{
    char const* name;
    websocket_client::headers headers;
    int status;
};

class FakePiecesHandshake : public testing::TestWithParam<bad_handshake>
{
};

TEST_P(FakePiecesHandshake, IsRefused)
{
    fake_server server(plain_options().users(0));
    websocket_client c(server);
    EXPECT_FALSE(c.upgrade("/user/stream", GetParam().headers));
    EXPECT_EQ(c.status, GetParam().status);
    EXPECT_EQ(c.header("Sec-WebSocket-Accept"), "");
    EXPECT_EQ(c.header("Sec-WebSocket-Version"), c.status == 426 ? "13" : "");
    EXPECT_EQ(server.pieces().streams(), 0u);
    // The connection can still be used.
    EXPECT_TRUE(c.upgrade());
}

auto but(std::string const& name, std::optional<std::string> value)
{
    return websocket_client::headers_but(name, std::move(value));
}

INSTANTIATE_TEST_SUITE_P(
    All,
    FakePiecesHandshake,
    testing::Values(
        bad_handshake{"NoUpgrade", but("Upgrade", {}), 404},
        bad_handshake{"OtherProtocol", but("Upgrade", "h2c"), 404},
        bad_handshake{"NoConnection", but("Connection", {}), 400},
        bad_handshake{"KeepAlive", but("Connection", "keep-alive"), 400},
        bad_handshake{"NoHost", but("Host", {}), 400},
        bad_handshake{"NoVersion", but("Sec-WebSocket-Version", {}), 426},
        bad_handshake{"OldVersion", but("Sec-WebSocket-Version", "8"), 426},
        bad_handshake{"NoKey", but("Sec-WebSocket-Key", {}), 400},
        bad_handshake{"ShortKey", but("Sec-WebSocket-Key", "c2hvcnQ="), 400},
        bad_handshake{"KeyWithoutPadding", but("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ"), 400},
        bad_handshake{
            "KeyOfOtherLetters", but("Sec-WebSocket-Key", "dGhl*IHNhbXBsZSBub25jZQ=="), 400}
    ),
    [](auto const& row) { return std::string(row.param.name); }
);

TEST_F(FakePiecesStream, NeedsHttp11)
{
    websocket_client c(server);
    EXPECT_FALSE(c.upgrade("/user/stream", websocket_client::good_headers(), "HTTP/1.0"));
    EXPECT_EQ(c.status, 400);
}

TEST_F(FakePiecesStream, TakesFramesThatCameWithTheHandshake)
{
    websocket_client c(server);
    std::string request = "GET /user/stream HTTP/1.1\r\n";
    for (auto const& [n, v] : websocket_client::good_headers()) request += n + ": " + v + "\r\n";
    c.send(request + "\r\n" + websocket_client::frame(9, "early"));
    c.raw().receive_until("early");
    EXPECT_TRUE(server.journal().wait_for_frames("ping", 1));
    EXPECT_EQ(server.report(), "");
}

TEST(FakePiecesStreams, WorkOverTls)
{
    fake_server server(fake_server_options().users(0));
    server.pieces().set_profile(one);
    websocket_client c(server);
    ASSERT_TRUE(c.upgrade());
    EXPECT_EQ(c.next_text(), one);
    server.pieces().set_profile(two);
    EXPECT_EQ(c.next_text(), two);
    c.send(websocket_client::frame(9, "hb"));
    EXPECT_EQ(c.next().payload, "hb");
    std::string const large(300'000, 'x');
    server.pieces().push_text(large);
    EXPECT_EQ(c.next_text(), large);
    c.close(1001);
    EXPECT_EQ(c.next().code(), 1001);
    EXPECT_TRUE(c.ends());
    EXPECT_TRUE(server.pieces().wait_for_streams(0));
    EXPECT_EQ(server.report(), "");
}

// ---- what is pushed -----------------------------------------------------------------------------

TEST_F(FakePiecesStream, BeginsWithThePresentState)
{
    open();
    os.sign_out();
    websocket_client c(server);
    ASSERT_TRUE(c.upgrade());
    EXPECT_EQ(c.next_text(), "");
}

TEST_F(FakePiecesStream, ShowsEachChangeToAllInOrder)
{
    websocket_client a = open();
    websocket_client b = open();
    http_client client(server);
    os.set_profile(two);
    client.post("/user/clear", "");
    client.post("/user/select", "");
    client.post("/user/update", one);
    for (websocket_client* const c : {&a, &b}) {
        EXPECT_EQ(c->next_text(), two);
        EXPECT_EQ(c->next_text(), "");
        EXPECT_EQ(c->next_text(), two);
        EXPECT_EQ(c->next_text(), one);
    }
}

TEST_F(FakePiecesStream, IsSilentWhenNothingChanges)
{
    websocket_client c = open();
    http_client client(server);
    client.get("/user");
    client.get("/user/refresh");
    client.post("/user/update", one);
    client.post("/user/beta/status", R"({"user":"1"})");
    os.push_text("the end");
    EXPECT_EQ(c.next_text(), "the end");
}

TEST_F(FakePiecesStream, ShowsWritesFromManyThreadsToAllInOneOrder)
{
    websocket_client a = open();
    websocket_client b = open();
    std::vector<std::thread> writers;
    for (int w = 0; w < 4; ++w) {
        writers.emplace_back([this, w] {
            for (int i = 0; i < 25; ++i) {
                os.set_profile("{\"id\":\"" + std::to_string(w * 100 + i) + "\"}");
            }
        });
    }
    for (std::thread& t : writers) t.join();
    std::string last;
    for (int i = 0; i < 100; ++i) {
        last = a.next_text();
        ASSERT_EQ(b.next_text(), last);
    }
    EXPECT_EQ(os.profile(), last);
}

TEST_F(FakePiecesStream, ChoosesTheShortestLength)
{
    websocket_client c = open();
    for (auto const& [size, bits] : std::vector<std::pair<std::size_t, int>>{
             {0, 7}, {125, 7}, {126, 16}, {65535, 16}, {65536, 64}, {1'000'000, 64}}) {
        os.push_text(std::string(size, 'x'));
        seen_frame const f = c.next();
        EXPECT_EQ(f.payload.size(), size);
        EXPECT_EQ(f.length_bits, bits);
        EXPECT_FALSE(f.masked);
        EXPECT_TRUE(f.fin);
        EXPECT_EQ(f.rsv, 0);
    }
}

TEST_F(FakePiecesStream, PushesWhatIsAskedFor)
{
    websocket_client c = open();
    os.push_binary("\x01\xff");
    os.push_ping("hb");
    EXPECT_EQ(c.next().opcode, 2);
    seen_frame const ping = c.next();
    EXPECT_EQ(ping.opcode, 9);
    c.send(websocket_client::frame(10, ping.payload));
    ASSERT_TRUE(server.journal().wait_for_frames("pong", 1));
    recorded_frame const seen = server.journal().frames("pong").at(0);
    EXPECT_EQ(seen.payload, "hb");
    EXPECT_EQ(seen.path, "/user/stream");
    EXPECT_EQ(seen.connection, 1u);
    EXPECT_NE(server.journal().frames_json().find("\"kind\":\"pong\""), std::string::npos);
}

TEST_F(FakePiecesStream, HasATwinForHealth)
{
    websocket_client c(server);
    ASSERT_TRUE(c.upgrade("/.well-known/stream/health"));
    EXPECT_EQ(c.next_text(), os.health());
    os.set_profile(two);
    EXPECT_TRUE(c.is_silent(50ms));
}

TEST_F(FakePiecesStream, HoldsTwoHundredAtOnce)
{
    std::vector<websocket_client> all;
    for (int i = 0; i < 200; ++i) all.push_back(open());
    EXPECT_EQ(os.streams(), 200u);
    os.set_profile(two);
    for (websocket_client& c : all) EXPECT_EQ(c.next_text(), two);
    all.clear();
    EXPECT_TRUE(os.wait_for_streams(0));
    EXPECT_EQ(server.report(), "");
}

TEST_F(FakePiecesStream, DropsWhoReadsTooSlowlyAndNobodyElse)
{
    websocket_client slow = open();
    websocket_client quick = open();
    std::string const large(256 * 1024, 'x');
    // The kernel's buffers take some of it before the queue is used.
    int const little = 65536;
    ::setsockopt(slow.raw().descriptor(), SOL_SOCKET, SO_RCVBUF, &little, sizeof little);
    std::size_t const pushed = 60;
    for (std::size_t i = 0; i < pushed; ++i) {
        os.push_text(large);
        ASSERT_EQ(quick.next_text().size(), large.size());
    }
    seen_frame last;
    std::size_t received = 0;
    while ((last = slow.next()).opcode == 1) ++received;
    EXPECT_EQ(last.opcode, 8);
    EXPECT_EQ(last.code(), 1008);
    EXPECT_LT(received, pushed);
    slow.send(websocket_client::frame(8, last.payload));
    EXPECT_TRUE(slow.ends());
    os.push_text("still there");
    EXPECT_EQ(quick.next_text(), "still there");
}

TEST_F(FakePiecesStream, IsDrivenByOtherPrograms)
{
    http_client control(server);
    auto const act = [&control](std::string const& body) {
        EXPECT_EQ(control.send("POST", "/__fake__/pieces/streams", {}, body).status, 200) << body;
    };
    websocket_client a = open();
    act(R"({"text":"pushed"})");
    EXPECT_EQ(a.next_text(), "pushed");
    for (char const* const bytes : {R"({"binary":"AB"})", R"({"binary":{"base64":"QUI="}})"}) {
        act(bytes);
        seen_frame const binary = a.next();
        EXPECT_EQ(binary.opcode, 2);
        EXPECT_EQ(binary.payload, "AB");
    }
    act(R"({"ping":"hb"})");
    seen_frame const ping = a.next();
    EXPECT_EQ(ping.opcode, 9);
    EXPECT_EQ(ping.payload, "hb");
    act(R"({"close":1012,"reason":"restart"})");
    seen_frame const close = a.next();
    EXPECT_EQ(close.code(), 1012);
    EXPECT_EQ(close.reason(), "restart");
    a.close(1012);
    EXPECT_TRUE(a.ends());
    for (bool const reset : {false, true}) {
        websocket_client c = open();
        act(reset ? R"({"drop":"reset"})" : R"({"drop":"fin"})");
        EXPECT_TRUE(c.ends());
        EXPECT_EQ(c.was_reset(), reset);
    }
}

// ---- pings and closes ---------------------------------------------------------------------------

TEST_F(FakePiecesStream, AnswersPings)
{
    websocket_client c = open();
    for (std::string const& payload : {std::string(), std::string("hb"), std::string(125, 'x')}) {
        c.send(websocket_client::frame(9, payload));
        seen_frame const pong = c.next();
        EXPECT_EQ(pong.opcode, 10);
        EXPECT_EQ(pong.payload, payload);
    }
    EXPECT_EQ(server.journal().frames("ping").size(), 3u);
}

TEST_F(FakePiecesStream, EchoesACloseWithItsCode)
{
    for (int const code : {1000, 1001, 1003, 1011, 3000, 4999}) {
        websocket_client c = open();
        c.send(websocket_client::close_frame(code, "bye"));
        seen_frame const f = c.next();
        EXPECT_EQ(f.opcode, 8);
        EXPECT_EQ(f.code(), code);
        EXPECT_TRUE(c.ends());
        EXPECT_EQ(server.journal().frames("close").back().code, code);
        EXPECT_EQ(server.journal().frames("close").back().payload, "bye");
    }
    websocket_client c = open();
    c.send(websocket_client::frame(8, ""));
    EXPECT_EQ(c.next().payload, "");
    EXPECT_TRUE(c.ends());
    EXPECT_EQ(server.journal().frames("close").back().code, 1005);
    EXPECT_TRUE(os.wait_for_streams(0));
    EXPECT_EQ(server.report(), "");
}

TEST_F(FakePiecesStream, ClosesOnDemandAndWaitsForTheEcho)
{
    websocket_client c = open();
    os.push_text("first");
    os.close_streams(1012, "restart");
    os.push_text("too late");
    EXPECT_EQ(c.next_text(), "first");
    seen_frame const f = c.next();
    EXPECT_EQ(f.code(), 1012);
    EXPECT_EQ(f.reason(), "restart");
    EXPECT_TRUE(c.is_silent(50ms));
    c.close(1012);
    EXPECT_TRUE(c.ends());
    EXPECT_EQ(server.journal().frames("close").at(0).code, 1012);
}

TEST_F(FakePiecesStream, DropsOnDemand)
{
    websocket_client a = open();
    os.drop_streams();
    EXPECT_TRUE(a.ends());
    EXPECT_FALSE(a.was_reset());
    websocket_client b = open();
    os.drop_streams(true);
    EXPECT_TRUE(b.ends());
    EXPECT_TRUE(b.was_reset());
}

TEST(FakePiecesStreams, EndWithTheServer)
{
    using clock = std::chrono::steady_clock;
    auto server = std::make_unique<fake_server>(plain_options().users(0));
    std::vector<websocket_client> all;
    auto const first = clock::now();
    for (int i = 0; i < 50; ++i) {
        all.emplace_back(*server);
        ASSERT_TRUE(all.back().upgrade());
        EXPECT_EQ(all.back().next().opcode, 1);
    }
    auto const begun = clock::now();
    server.reset();
    // Normally an answer to a close frame must come within five seconds. A busy machine takes
    // longer for all of this, and for opening the connection, too.
    EXPECT_LT(clock::now() - begun, 2s + 10 * (begun - first));
    for (websocket_client& c : all) {
        seen_frame const f = c.next();
        EXPECT_EQ(f.opcode, 8);
        EXPECT_EQ(f.code(), 1001);
        EXPECT_EQ(f.reason(), "shutting down");
        EXPECT_TRUE(c.ends());
    }
}

TEST_F(FakePiecesStream, NoticesAClientThatLeavesWithoutAWord)
{
    {
        websocket_client const c = open();
        EXPECT_EQ(os.streams(), 1u);
    }
    EXPECT_TRUE(os.wait_for_streams(0));
    EXPECT_TRUE(server.journal().wait_for_open(0));
    EXPECT_EQ(server.report(), "");
}

// ---- strictness ---------------------------------------------------------------------------------

TEST_F(FakePiecesStream, EndsWhenAClientBreaksTheProtocol)
{
    auto const frame = websocket_client::frame;
    std::string const unmasked("\x81\x02hi", 4);
    EXPECT_EQ(close_code_for(unmasked), 1002);
    EXPECT_EQ(close_code_for(frame(1, "x", true, 4)), 1002);
    EXPECT_EQ(close_code_for(frame(3, "", true, 0)), 1002);
    EXPECT_EQ(close_code_for(frame(11, "", true, 0)), 1002);
    EXPECT_EQ(close_code_for(frame(9, "", false, 0)), 1002);
    EXPECT_EQ(close_code_for(frame(9, std::string(126, 'x'), true, 0)), 1002);
    EXPECT_EQ(close_code_for(frame(0, "x", true, 0)), 1002);
    EXPECT_EQ(close_code_for(frame(1, "x", false, 0) + frame(1, "y", true, 0)), 1002);
    EXPECT_EQ(close_code_for(frame(8, "x", true, 0)), 1002);
    EXPECT_EQ(close_code_for(websocket_client::close_frame(999)), 1002);
    EXPECT_EQ(close_code_for(websocket_client::close_frame(1005)), 1002);
    EXPECT_EQ(close_code_for(websocket_client::close_frame(1006)), 1002);
    EXPECT_EQ(close_code_for(websocket_client::close_frame(5000)), 1002);
    EXPECT_EQ(close_code_for(websocket_client::close_frame(1000, "\xff")), 1007);
    EXPECT_EQ(close_code_for(frame(1, "\xff", true, 0)), 1007);
    EXPECT_EQ(close_code_for(std::string("\x81\xfe\x00\x05", 4)), 1002);
    EXPECT_EQ(close_code_for(std::string("\x81\xff\x80\0\0\0\0\0\0\0", 10)), 1002);
    EXPECT_EQ(close_code_for(std::string("\x81\xff\0\0\0\0\0\x20\0\0", 10)), 1009);
}

TEST_F(FakePiecesStream, SaysWhatTheClientDidWrong)
{
    websocket_client c = open();
    c.send(std::string("\x81\x02hi", 4));
    EXPECT_EQ(c.next().code(), 1002);
    EXPECT_EQ(
        server.report(),
        "/user/stream: a client broke the WebSocket protocol: a frame without a mask\n"
    );
}

TEST_F(FakePiecesStream, RecordsDataThatNobodyAsksForAndGoesOn)
{
    websocket_client c = open();
    std::string const text = "{\"access_token\":\"secret\",\"n\":\"\xc3\xa9\"}";
    // Cut inside the last character, with a ping between the parts.
    c.send(websocket_client::frame(1, text.substr(0, text.size() - 3), false));
    c.send(websocket_client::frame(9, "between"));
    c.send(websocket_client::frame(0, text.substr(text.size() - 3)));
    c.send(websocket_client::frame(2, std::string(70'000, 'x')));
    EXPECT_EQ(c.next().payload, "between");
    ASSERT_TRUE(server.journal().wait_for_frames("binary", 1));
    EXPECT_EQ(server.journal().frames("*").size(), 4u);
    EXPECT_FALSE(server.journal().frames("text").at(0).fin);
    EXPECT_EQ(server.journal().frames("text").at(0).payload.find("secret"), std::string::npos);
    os.set_profile(two);
    EXPECT_EQ(c.next_text(), two);
    EXPECT_EQ(server.report(), "");
}

TEST_F(FakePiecesStream, ReadsFramesInAnyPieces)
{
    websocket_client c = open();
    for (char const b : websocket_client::frame(9, std::string(125, 'p'))) {
        c.send(std::string_view(&b, 1));
    }
    EXPECT_EQ(c.next().payload, std::string(125, 'p'));
    std::string many;
    for (int i = 0; i < 50; ++i) many += websocket_client::frame(9, std::to_string(i));
    c.send(many);
    for (int i = 0; i < 50; ++i) EXPECT_EQ(c.next().payload, std::to_string(i));
}

}  // namespace

}  // namespace cohub::tests
