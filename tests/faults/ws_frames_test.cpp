#include "streams.hpp"

namespace cohub::faults {
namespace {

using FaultWs = fault_test;
using namespace cohub::tests;
using namespace std::string_literals;

ws_layout flags(bool fin, unsigned reserved, bool masked = false)
{
    ws_layout l;
    l.fin = fin;
    l.reserved = reserved;
    l.masked = masked;
    return l;
}
ws_layout saying(std::uint64_t length)
{
    ws_layout l;
    l.says = length;
    return l;
}

/// The client's close frame with a code and no reason.
constexpr std::size_t close_size = 8;

TEST_F(FaultWs, WS_05_Fragments)
{
    std::string const text = "\"日本 and more\"";
    std::vector<std::string> ways;
    for (std::size_t n = 1; n <= 5; ++n) {
        std::string frames;
        std::size_t const step = text.size() / n;
        for (std::size_t i = 0; i + 1 < n; ++i)
            frames += ws_part(i == 0 ? ws_text : 0, text.substr(i * step, step));
        ways.push_back(frames + ws_frame(n == 1 ? ws_text : 0, text.substr((n - 1) * step)));
    }
    ways.push_back(ws_part(ws_text, "") + ws_part(0, text) + ws_part(0, "") + ws_frame(0, ""));
    ways.push_back(
        ws_part(ws_text, text.substr(0, 3)) + ws_frame(ws_ping, "hb") +
        ws_part(0, text.substr(3, 3)) + ws_frame(ws_pong, "nobody asked") +
        ws_frame(0, text.substr(6))
    );
    case_counter cases("WS-05");
    for (raw_peer* peer : both_peers())
        for (std::string const& frames : ways) {
            for (std::size_t const pieces : {std::size_t{1}, std::size_t{3}, frames.size()}) {
                peer->script(upgrade().send_split(frames, pieces).send(message("behind")));
                stream_subject s(*peer);
                expect_message(s.next(), "日本 and more");
                expect_message(s.next(), "behind");
                s.expect_ends();
            }
            ++cases;
        }
}

TEST_F(FaultWs, WS_05_FramesWithTheUpgrade)
{
    std::string const frames = message("one") + message("healthy");
    for (raw_peer* peer : both_peers())
        for (std::size_t at = 0; at <= frames.size(); at += 3) {
            peer->script(raw_script()
                             .respond([=](raw_request const& r) {
                                 return switch_to_websocket(r) + frames.substr(0, at);
                             })
                             .send(frames.substr(at)));
            stream_subject s(*peer);
            expect_message(s.next(), "one");
            s.expect_healthy();
            s.expect_ends();
        }
}

struct broken
{
    char const* name;
    std::string bytes;
};

/// Whatever is wrong, the client reports it, closes with this code and ignores everything after it.
void expect_refused(raw_peer& peer, broken const& b, errc code, unsigned close, std::size_t limit)
{
    SCOPED_TRACE(b.name);
    peer.script(
        upgrade_and(message("before") + b.bytes + message("behind")).wait_bytes(close_size).close()
    );
    streams::stream_request how = stream_subject::again();
    how.max_message = limit;
    stream_subject s(peer, how);
    expect_message(s.next(), "before");
    receive_ptr const got = s.next();
    expect_failed(got, code);
    ASSERT_TRUE(got->why);
    EXPECT_FALSE(got->why->detail.empty());
    expect_closed_with(peer, 0, close);
    EXPECT_TRUE(s.run_until([&] { return peer.wait_all_ended(0ms); })) << "kept open";
    EXPECT_EQ(peer.accepted(), 1U) << "opened again without being asked to";
    peer.script(healthy_stream());
    s.expect_healthy();
    s.expect_ends();
}

TEST_F(FaultWs, WS_06_MalformedFrames)
{
    broken const rows[] = {
        {"continuation without start", ws_frame(0, "x")},
        {"message inside a message", ws_part(ws_text, "x") + ws_frame(ws_text, "y")},
        {"opcode 3", ws_frame(3, "x")},
        {"opcode 11", ws_frame(11, "x")},
        {"RSV1", ws_frame(ws_text, "x", flags(true, 4))},
        {"RSV2", ws_frame(ws_text, "x", flags(true, 2))},
        {"RSV3", ws_frame(ws_text, "x", flags(true, 1))},
        {"masked", ws_frame(ws_text, "x", flags(true, 0, true))},
        {"control frame over 125", ws_frame(ws_ping, std::string(126, 'x'))},
        {"control frame in fragments", ws_part(ws_ping, "x")},
        {"close code that never travels", ws_close(1006)},
        {"close frame of one byte", ws_frame(ws_close_frame, "x")}};
    case_counter cases("WS-06");
    for (raw_peer* peer : both_peers())
        for (broken const& b : rows) {
            expect_refused(*peer, b, errc::ws_protocol, 1002, 1000);
            ++cases;
        }
}

TEST_F(FaultWs, WS_07_Utf8)
{
    for (raw_peer* peer : both_peers()) {
        broken const rows[] = {
            {"in a text", ws_frame(ws_text, "\"\xff\"")},
            {"in the second fragment", ws_part(ws_text, "\"\xe6") + ws_frame(0, "\"")},
            {"in the reason of a close", ws_close(1000, "\xc0\x80")}};
        for (broken const& b : rows) expect_refused(*peer, b, errc::ws_protocol, 1007, 1000);
        peer->script(upgrade_and(ws_part(ws_text, "\"\xe6\x97") + ws_frame(0, "\xa5\"")));
        stream_subject s(*peer);
        expect_message(s.next(), "日");
        covers("WS-07", 2);
    }
}

TEST_F(FaultWs, WS_08_Ping)
{
    case_counter cases("WS-08");
    for (raw_peer* peer : both_peers())
        for (std::size_t const size : {0U, 4U, 125U}) {
            std::string payload;
            for (std::size_t i = 0; i < size; ++i) payload.push_back(static_cast<char>(i * 5));
            peer->script(upgrade_and(ws_frame(ws_ping, payload) + message("one"))
                             .wait_for_release("go")
                             .send(ws_frame(ws_ping, payload)));
            stream_subject s(*peer);
            expect_message(s.next(), "one");
            auto const pongs = [&] { return frames_in(peer->connection(0)).size(); };
            EXPECT_TRUE(s.run_until([&] { return pongs() == 1; }));
            // Nobody receives from here on.
            peer->release("go");
            EXPECT_TRUE(s.run_until([&] { return pongs() == 2; }));
            for (ws_client_frame const& f : frames_in(peer->connection(0))) {
                EXPECT_EQ(f.first, 0x8AU);
                EXPECT_TRUE(f.masked);
                EXPECT_EQ(f.payload, payload);
            }
            ++cases;
        }
}

TEST_F(FaultWs, WS_08_EachFrameHasAMaskOfItsOwn)
{
    std::string pings;
    for (int i = 0; i < 20; ++i) pings += ws_frame(ws_ping, "");
    tcp_peer().script(upgrade_and(pings + message("one")));
    stream_subject s(tcp_peer());
    expect_message(s.next(), "one");
    ASSERT_TRUE(s.run_until([&] { return frames_in(tcp_peer().connection(0)).size() == 20; }));
    std::vector<std::array<unsigned char, 4>> keys;
    for (ws_client_frame const& f : frames_in(tcp_peer().connection(0)))
        if (std::find(keys.begin(), keys.end(), f.key) == keys.end()) keys.push_back(f.key);
    EXPECT_GE(keys.size(), 19U);
}

TEST_F(FaultWs, WS_10_CloseCodes)
{
    case_counter cases("WS-10");
    for (raw_peer* peer : both_peers())
        for (unsigned const code : {1000U, 1001U, 1008U, 1009U, 1011U, 1012U, 1013U, 4000U}) {
            SCOPED_TRACE(code);
            peer->script(upgrade_and(message("one") + ws_close(code, "the reason"))
                             .wait_bytes(close_size)
                             .close());
            stream_subject s(*peer);
            expect_message(s.next(), "one");
            receive_ptr const got = s.next();
            expect_failed(got, errc::ws_closed);
            ASSERT_TRUE(got->why);
            EXPECT_EQ(got->why->close_code, static_cast<int>(code));
            EXPECT_EQ(got->why->server_message, "the reason");
            expect_closed_with(*peer, 0, code);
            EXPECT_TRUE(s.run_until([&] { return peer->wait_all_ended(0ms); }));
            peer->script(healthy_stream());
            s.expect_healthy();
            s.expect_ends();
            ++cases;
        }
}

TEST_F(FaultWs, WS_10_CloseWithoutACode)
{
    for (raw_peer* peer : both_peers()) {
        peer->script(upgrade_and(ws_frame(ws_close_frame, "")).wait_bytes(6).close());
        stream_subject s(*peer);
        receive_ptr const got = s.next();
        expect_failed(got, errc::ws_closed);
        ASSERT_TRUE(got->why);
        EXPECT_EQ(got->why->close_code, 1005);
        expect_closed_with(*peer, 0, 1005);
    }
}

TEST_F(FaultWs, WS_10_EndWithoutAClose)
{
    for (raw_peer* peer : both_peers()) {
        peer->script(upgrade_and(message("one")).close());
        stream_subject s(*peer);
        expect_message(s.next(), "one");
        receive_ptr const got = s.next();
        expect_failed(got, errc::ws_closed);
        ASSERT_TRUE(got->why);
        EXPECT_EQ(got->why->close_code, 1006);
        covers("WS-10", 1);
    }
}

TEST_F(FaultWs, WS_10_ClosedStreamsAreOpenedAgain)
{
    for (raw_peer* peer : both_peers()) {
        std::vector<raw_script> lives;
        for (unsigned const code : {1000U, 1001U, 1012U, 4000U})
            lives.push_back(upgrade_and(message(std::to_string(code)) + ws_close(code))
                                .wait_bytes(close_size)
                                .close());
        lives.push_back(upgrade_and(message("1006")).close());
        peer->scripts(lives, healthy_stream());
        stream_subject s(*peer, stream_subject::again());
        for (char const* text : {"1000", "1001", "1012", "4000", "1006"})
            expect_message(s.next(), text);
        s.expect_healthy();
        EXPECT_EQ(peer->accepted(), 6U);
        EXPECT_EQ(s.stats().opened, 6U);
        s.expect_ends();
    }
}

TEST_F(FaultWs, WS_11_CloseNeverAnswered)
{
    for (raw_peer* peer : both_peers()) {
        peer->script(upgrade_and(message("one")).stall());
        streams::stream_request how = stream_subject::once();
        how.close_timeout = 1s;
        stream_subject s(with_manual_clock(options_for(*peer)), how);
        expect_message(s.next(), "one");
        receive_ptr const waiting = s.start();
        s.stream().close();
        ASSERT_TRUE(s.run_until([&] { return waiting->done(); }));
        EXPECT_TRUE(waiting->ended());
        ASSERT_TRUE(s.run_until([&] { return !frames_in(peer->connection(0)).empty(); }));
        s.clock().advance(1s - 1ns);
        s.drain();
        EXPECT_EQ(peer->open(), 1U) << "did not wait for the answer";
        s.clock().advance(1ns);
        EXPECT_TRUE(s.run_until([&] { return peer->open() == 0; })) << "waits for ever";
        expect_closed_with(*peer, 0, 1000);
        covers("WS-11", 1);
    }
}

TEST_F(FaultWs, WS_11_CloseAnswered)
{
    for (raw_peer* peer : both_peers())
        for (bool const late_message : {false, true}) {
            peer->script(upgrade_and(message("one"))
                             .wait_bytes(close_size)
                             .send((late_message ? message("late") : "") + ws_close(1000)));
            stream_subject s(with_manual_clock(options_for(*peer)));
            expect_message(s.next(), "one");
            s.stream().close();
            // This does not need the clock to move.
            EXPECT_TRUE(s.run_until([&] { return peer->open() == 0; }));
            EXPECT_TRUE(s.next()->ended());
            expect_closed_with(*peer, 0, 1000);
        }
}

TEST_F(FaultWs, WS_12_CutInsideAFrame)
{
    std::string const whole = message("this message is never to be heard");
    case_counter cases("WS-12");
    for (raw_peer* peer : both_peers())
        for (std::size_t at = 1; at < whole.size(); ++at)
            for (bool const fin : {true, false}) {
                SCOPED_TRACE(at);
                raw_script cut = upgrade_and(whole.substr(0, at));
                if (fin)
                    cut.close();
                else
                    cut.reset();
                peer->script(cut);
                stream_subject s(*peer);
                receive_ptr const got = s.next();
                expect_failed(got, errc::ws_lost);
                EXPECT_EQ(s.stats().messages, 0U);
                ++cases;
            }
}

TEST_F(FaultWs, WS_12_CutBetweenFragments)
{
    for (raw_peer* peer : both_peers()) {
        peer->scripts(
            {upgrade_and(ws_part(ws_text, "\"half")).close(),
             upgrade_and(ws_part(ws_text, "\"half") + ws_frame(ws_ping, "")).close()},
            healthy_stream()
        );
        for (int i = 0; i < 2; ++i) {
            stream_subject s(*peer);
            expect_failed(s.next(), errc::ws_lost);
        }
        stream_subject s(*peer);
        s.expect_healthy();
    }
}

TEST_F(FaultWs, WS_13_TooLarge)
{
    broken const rows[] = {
        {"one byte too many", ws_frame(ws_text, std::string(1001, 'x'))},
        {"sum of fragments",
         ws_part(ws_text, std::string(600, 'x')) + ws_part(0, "") +
             ws_part(0, std::string(401, 'x'))},
        {"declares 2^62", ws_frame(ws_text, "", saying(std::uint64_t{1} << 62))},
        {"declares 2^62 in a continuation",
         ws_part(ws_text, "x") + ws_frame(0, "", saying(std::uint64_t{1} << 62))}};
    case_counter cases("WS-13");
    for (raw_peer* peer : both_peers())
        for (broken const& b : rows) {
            expect_refused(*peer, b, errc::too_large, 1009, 1000);
            ++cases;
        }
    for (raw_peer* peer : both_peers()) {
        std::string const text(998, 'x');
        peer->script(upgrade_and(message(text)));
        streams::stream_request how = stream_subject::once();
        how.max_message = 1000;
        stream_subject s(*peer, how);
        expect_message(s.next(), text);
    }
}

TEST_F(FaultWs, WS_18_UnexpectedMessages)
{
    for (raw_peer* peer : both_peers()) {
        peer->script(upgrade_and(
            ws_frame(ws_binary, "\"binary\"") + ws_frame(ws_text, "no JSON") + message("one") +
            ws_frame(ws_text, R"({"error":"words"})") + ws_frame(ws_binary, "\xff\xfe") +
            ws_frame(ws_text, "[1") + message("healthy")
        ));
        stream_subject s(*peer);
        expect_message(s.next(), "binary");
        expect_failed(s.next(), errc::bad_json);
        expect_message(s.next(), "one");
        receive_ptr const error = s.next();
        EXPECT_EQ(error->completions, 1);
        EXPECT_EQ(error->message, (boost::json::value{{"error", "words"}}));
        expect_failed(s.next(), errc::bad_json);
        expect_failed(s.next(), errc::bad_json);
        s.expect_healthy();
        EXPECT_EQ(peer->accepted(), 1U);
        EXPECT_EQ(s.stats().messages, 7U);
        s.expect_ends();
        covers("WS-18", 3);
    }
}

}  // namespace
}  // namespace cohub::faults
