#include <cohub/streams/detail/frames.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <ctime>
#include <string>
#include <vector>

#include "support/websocket.hpp"

namespace cohub::streams::detail {
namespace {

using namespace std::string_literals;
using namespace cohub::tests;
using event = ws_reader::event;

/// The result of a reader for some bytes, in whatever pieces they came.
struct heard
{
    std::vector<std::string> events;  // "text:abc", "ping:x", "close:1000:bye", "failed:1002"

    friend bool operator==(heard const&, heard const&) = default;
    friend void PrintTo(heard const& h, std::ostream* out)
    {
        for (std::string const& e : h.events) *out << "[" << e.substr(0, 60) << "]";
    }
};

std::string word_for(event e, ws_reader& r)
{
    std::string const control(r.control());
    switch (e) {
        case event::message: {
            std::string const kind = r.is_text() ? "text:" : "binary:";
            return kind + r.take_message();
        }
        case event::ping:
            return "ping:" + control;
        case event::pong:
            return "pong:" + control;
        case event::close:
            return "close:" + std::to_string(r.close_code()) + ":" + control;
        case event::failed:
            EXPECT_STRNE(r.problem(), "");
            return "failed:" + std::to_string(r.failure_code());
        case event::more:
            break;
    }
    return "more";
}

constexpr std::size_t usual_limit = 100'000;

/// Feeds `bytes` in pieces that end at `cuts` and at the end.
heard feed(std::string const& bytes, std::vector<std::size_t> cuts, std::size_t limit = usual_limit)
{
    ws_reader r(limit);
    heard h;
    std::size_t from = 0;
    cuts.push_back(bytes.size());
    for (std::size_t const cut : cuts) {
        // A copy of this piece only, so that a sanitizer sees reads beyond it and pointers that are
        // kept.
        std::vector<char> piece(
            bytes.begin() + static_cast<std::ptrdiff_t>(from),
            bytes.begin() + static_cast<std::ptrdiff_t>(cut)
        );
        from = cut;
        std::size_t at = 0;
        for (;;) {
            std::size_t used = 0;
            event const e = r.feed(piece.data() + at, piece.size() - at, used);
            at += used;
            EXPECT_LE(at, piece.size());
            if (e == event::more) {
                EXPECT_EQ(at, piece.size());
                break;
            }
            h.events.push_back(word_for(e, r));
            if (e == event::failed) return h;
        }
    }
    return h;
}

heard feed(std::string const& bytes) { return feed(bytes, {}); }

/// As a whole, cut once at each place, and byte by byte.
void expect_heard(
    std::string const& bytes,
    std::vector<std::string> const& events,
    std::size_t limit = usual_limit
)
{
    heard const wanted{events};
    EXPECT_EQ(feed(bytes, {}, limit), wanted);
    std::size_t const step = std::max<std::size_t>(1, bytes.size() / 300);
    for (std::size_t i = 1; i < bytes.size(); i += step)
        EXPECT_EQ(feed(bytes, {i}, limit), wanted) << "cut at " << i;
    std::vector<std::size_t> each;
    for (std::size_t i = 1; i < bytes.size(); ++i) each.push_back(i);
    EXPECT_EQ(feed(bytes, each, limit), wanted) << "byte by byte";
}

ws_layout layout(std::size_t length_bytes, std::optional<std::uint64_t> says = std::nullopt)
{
    ws_layout l;
    l.length_bytes = length_bytes;
    l.says = says;
    return l;
}

struct sound_row
{
    char const* name;
    std::string bytes;
    std::vector<std::string> events;
};
class WebsocketSound : public testing::TestWithParam<sound_row>
{
};
TEST_P(WebsocketSound, IsReadTheSameHoweverItIsCut)
{
    expect_heard(GetParam().bytes, GetParam().events);
}

std::string const a125(125, 'a'), a126(126, 'b'), a65535(65'535, 'c'), a65536(65'536, 'd');
std::string const crab = "日本🦀";

INSTANTIATE_TEST_SUITE_P(
    All,
    WebsocketSound,
    testing::Values(
        sound_row{"Nothing", "", {}},
        sound_row{"EmptyText", ws_frame(ws_text, ""), {"text:"}},
        sound_row{"Text", ws_frame(ws_text, "Hello"), {"text:Hello"}},
        sound_row{"Binary", ws_frame(ws_binary, "\xff\x00\xfe"s), {"binary:\xff\x00\xfe"s}},
        sound_row{"LongestShort", ws_frame(ws_text, a125), {"text:" + a125}},
        sound_row{"ShortestOfTwoBytes", ws_frame(ws_text, a126), {"text:" + a126}},
        sound_row{
            "InARow",
            ws_frame(ws_text, "one") + ws_frame(ws_binary, "two") + ws_frame(ws_text, "three"),
            {"text:one", "binary:two", "text:three"}},
        sound_row{
            "FiveFragments",
            ws_part(ws_text, "a") + ws_part(0, "b") + ws_part(0, "c") + ws_part(0, "d") +
                ws_frame(0, "e"),
            {"text:abcde"}},
        sound_row{
            "EmptyFragments",
            ws_part(ws_text, "") + ws_part(0, "") + ws_part(0, "x") + ws_part(0, "") +
                ws_frame(0, ""),
            {"text:x"}},
        sound_row{
            "ControlBetweenFragments",
            ws_part(ws_binary, "a") + ws_frame(ws_ping, "hb") + ws_part(0, "b") +
                ws_frame(ws_pong, "") + ws_frame(0, "c"),
            {"ping:hb", "pong:", "binary:abc"}},
        sound_row{
            "CodePointInFragments",
            ws_part(ws_text, crab.substr(0, 4)) + ws_frame(ws_ping, "\xff") +
                ws_part(0, crab.substr(4, 3)) + ws_frame(0, crab.substr(7)),
            {"ping:\xff", "text:" + crab}},
        sound_row{"LongestPing", ws_frame(ws_ping, a125), {"ping:" + a125}},
        sound_row{"CloseWithoutCode", ws_frame(ws_close_frame, ""), {"close:1005:"}},
        sound_row{"CloseWithReason", ws_close(1001, "bye " + crab), {"close:1001:bye " + crab}},
        sound_row{
            "LongestReason", ws_close(1000, a125.substr(2)), {"close:1000:" + a125.substr(2)}},
        sound_row{
            "NothingBehindClose",
            ws_close(1000) + "\xff\xff" + ws_frame(ws_text, "x"),
            {"close:1000:"}},
        sound_row{
            "CloseInsideAMessage", ws_part(ws_text, "half") + ws_close(1011), {"close:1011:"}},
        sound_row{"BeginningOfAFrame", ws_frame(ws_text, "Hello").substr(0, 6), {}}
    ),
    [](auto const& row) { return row.param.name; }
);

TEST(WebsocketReaderTest, ReadsLongFrames)
{
    for (std::string const& text : {a65535, a65536}) {
        std::string const bytes = ws_frame(ws_text, text) + ws_frame(ws_ping, "behind");
        heard const wanted{{"text:" + text, "ping:behind"}};
        std::vector<std::size_t> each;
        for (std::size_t i = 1; i < bytes.size(); ++i) each.push_back(i);
        EXPECT_EQ(feed(bytes), wanted);
        EXPECT_EQ(feed(bytes, each), wanted);
        for (std::size_t i = 1; i < 20; ++i) EXPECT_EQ(feed(bytes, {i}), wanted) << i;
    }
}

TEST(WebsocketReaderTest, ReadsEverySplitOfASequenceInTwoPlaces)
{
    std::string const bytes = ws_part(ws_text, crab) + ws_frame(ws_ping, "p") + ws_frame(0, crab) +
                              ws_frame(ws_binary, "") + ws_close(1000, crab);
    heard const whole = feed(bytes);
    ASSERT_EQ(whole.events.size(), 4u);
    for (std::size_t i = 0; i < bytes.size(); ++i)
        for (std::size_t j = i; j < bytes.size(); ++j)
            ASSERT_EQ(feed(bytes, {i, j}), whole) << i << " " << j;
}

struct broken_row
{
    char const* name;
    std::string bytes;
    std::string verdict;
    std::vector<std::string> before = {};
};
class WebsocketBroken : public testing::TestWithParam<broken_row>
{
};
TEST_P(WebsocketBroken, IsRefusedHoweverItIsCut)
{
    std::vector<std::string> events = GetParam().before;
    events.push_back(GetParam().verdict);
    expect_heard(GetParam().bytes, events);
    expect_heard(GetParam().bytes + "and more", events);
}
/// Only the last byte is wrong: the reader refuses at this byte, not earlier and not later.
TEST_P(WebsocketBroken, IsRefusedAtItsFirstWrongByte)
{
    std::string const& bytes = GetParam().bytes;
    EXPECT_EQ(feed(bytes.substr(0, bytes.size() - 1)).events, GetParam().before);
}

ws_layout flags(bool fin, unsigned reserved, bool masked = false)
{
    ws_layout l;
    l.fin = fin;
    l.reserved = reserved;
    l.masked = masked;
    return l;
}
std::string head(std::string const& frame, std::size_t bytes) { return frame.substr(0, bytes); }

INSTANTIATE_TEST_SUITE_P(
    All,
    WebsocketBroken,
    testing::Values(
        broken_row{"Rsv1", head(ws_frame(ws_text, "x", flags(true, 4)), 1), "failed:1002"},
        broken_row{"Rsv2", head(ws_frame(ws_text, "x", flags(true, 2)), 1), "failed:1002"},
        broken_row{"Rsv3", head(ws_frame(ws_text, "x", flags(true, 1)), 1), "failed:1002"},
        broken_row{"RsvOfPing", head(ws_frame(ws_ping, "x", flags(true, 4)), 1), "failed:1002"},
        broken_row{
            "RsvOfContinuation",
            ws_part(ws_text, "x") + head(ws_frame(0, "x", flags(true, 4)), 1),
            "failed:1002"},
        broken_row{"Masked", head(ws_frame(ws_text, "x", flags(true, 0, true)), 2), "failed:1002"},
        broken_row{
            "MaskedClose",
            head(ws_frame(ws_close_frame, "", flags(true, 0, true)), 2),
            "failed:1002"},
        broken_row{"LongPing", head(ws_frame(ws_ping, a126), 2), "failed:1002"},
        broken_row{"LongClose", head(ws_frame(ws_close_frame, a65536), 2), "failed:1002"},
        broken_row{"PingInFragments", head(ws_part(ws_ping, "x"), 1), "failed:1002"},
        broken_row{"CloseInFragments", head(ws_part(ws_close_frame, ""), 1), "failed:1002"},
        broken_row{"ContinuationOfNothing", head(ws_frame(0, "x"), 1), "failed:1002"},
        broken_row{
            "ContinuationOfAWholeMessage",
            ws_frame(ws_text, "x") + head(ws_frame(0, "y"), 1),
            "failed:1002",
            {"text:x"}},
        broken_row{
            "MessageInAMessage",
            ws_part(ws_text, "x") + head(ws_frame(ws_text, "y"), 1),
            "failed:1002"},
        broken_row{
            "BinaryInAText",
            ws_part(ws_text, "x") + head(ws_frame(ws_binary, "y"), 1),
            "failed:1002"},
        broken_row{"LengthInTwoBytes", head(ws_frame(ws_text, a125, layout(2)), 4), "failed:1002"},
        broken_row{
            "LengthInEightBytes", head(ws_frame(ws_text, a126, layout(8)), 10), "failed:1002"},
        broken_row{
            "LengthInEightBytesJustShort",
            head(ws_frame(ws_text, a65535, layout(8)), 10),
            "failed:1002"},
        broken_row{
            "TopBitOfTheLength",
            head(ws_frame(ws_text, "", layout(8, std::uint64_t{1} << 63)), 3),
            "failed:1002"},
        broken_row{"Utf8", ws_frame(ws_text, "abc\xff"), "failed:1007"},
        broken_row{
            "Utf8InTheSecondFragment",
            ws_part(ws_text, "\xe6\x97") + ws_part(0, "\x41"),
            "failed:1007"},
        broken_row{
            "Utf8OfAMessageThatGoesOn", head(ws_frame(ws_text, "ab\xc0zzz"), 5), "failed:1007"},
        broken_row{"Utf8Unfinished", ws_frame(ws_text, "abc\xf0\x9f\xa6"), "failed:1007"},
        broken_row{
            "Utf8UnfinishedAtAnEmptyEnd",
            ws_part(ws_text, "\xe6\x97") + ws_part(0, "") + ws_frame(0, ""),
            "failed:1007"},
        broken_row{"CloseOfOneByte", head(ws_frame(ws_close_frame, "\x03"), 2), "failed:1002"},
        broken_row{"CloseReasonUtf8", ws_close(1000, "bye\xed\xa0\x80"), "failed:1007"},
        broken_row{"CloseReasonUnfinished", ws_close(1000, "bye\xe6\x97"), "failed:1007"}
    ),
    [](auto const& row) { return row.param.name; }
);

TEST(WebsocketReaderTest, KnowsAllOpcodes)
{
    for (unsigned code = 0; code < 16; ++code) {
        bool const known = code == 1 || code == 2 || (code >= 8 && code <= 10);
        heard const h = feed(ws_frame(code, ""));
        ASSERT_EQ(h.events.size(), 1u) << code;
        EXPECT_EQ(h.events[0] == "failed:1002", !known) << code;
    }
}

TEST(WebsocketReaderTest, KnowsWhichCloseCodesTravel)
{
    for (unsigned code = 0; code <= 0xFFFF; ++code) {
        bool const may = (code >= 1000 && code <= 1014 && (code < 1004 || code > 1006)) ||
                         (code >= 3000 && code <= 4999);
        std::string const word = may ? "close:" + std::to_string(code) + ":" : "failed:1002";
        ASSERT_EQ(feed(ws_close(code)), heard{{word}}) << code;
    }
}

TEST(WebsocketReaderTest, TakesAMessageOfJustTheLimit)
{
    std::string const whole = ws_frame(ws_text, "12345678");
    expect_heard(whole, {"text:12345678"}, 8);
    expect_heard(whole.substr(0, 2), {"failed:1009"}, 7);
    std::string const parts = ws_part(ws_text, "1234") + ws_part(0, "56") + ws_frame(0, "78");
    expect_heard(parts, {"text:12345678"}, 8);
    expect_heard(parts, {"failed:1009"}, 7);
    // The limit counts bytes of a message. The number of frames has no limit, and control frames do
    // not count.
    expect_heard(
        whole + ws_frame(ws_ping, a125) + whole,
        {"text:12345678", "ping:" + a125, "text:12345678"},
        8
    );
    expect_heard(ws_frame(ws_text, "") + ws_frame(ws_text, "x"), {"text:", "failed:1009"}, 0);
}

TEST(WebsocketReaderTest, RefusesWhatIsAnnouncedWithoutWaitingForIt)
{
    for (std::uint64_t const size :
         {std::uint64_t{usual_limit} + 1, std::uint64_t{1} << 32, std::uint64_t{1} << 62}) {
        std::string const bytes = ws_frame(ws_binary, "", layout(8, size));
        ASSERT_EQ(bytes.size(), 10u);
        expect_heard(bytes, {"failed:1009"});
        expect_heard(ws_part(ws_binary, "x") + ws_frame(0, "", layout(8, size)), {"failed:1009"});
    }
    // With the largest limit, the sum of two sizes must not overflow.
    std::size_t const no_limit = static_cast<std::size_t>(-1);
    std::string const all = ws_frame(0, "", layout(8, (std::uint64_t{1} << 63) - 1));
    EXPECT_EQ(feed(ws_part(ws_binary, "x") + all, {}, no_limit), heard{});
}

TEST(WebsocketReaderTest, ReservesNothingForWhatIsAnnounced)
{
    ws_reader r(std::size_t{1} << 40);
    std::string const bytes = ws_frame(ws_binary, "abc", layout(8, std::uint64_t{1} << 39));
    std::size_t used = 0;
    ASSERT_EQ(r.feed(bytes.data(), bytes.size(), used), event::more);
    EXPECT_LT(r.take_message().capacity(), 1000u);
}

TEST(WebsocketReaderTest, StaysFailed)
{
    ws_reader r(10);
    std::string const bad = "\xff", good = ws_frame(ws_text, "x");
    std::size_t used = 99;
    ASSERT_EQ(r.feed(bad.data(), bad.size(), used), event::failed);
    for (int i = 0; i < 2; ++i) {
        EXPECT_EQ(r.feed(good.data(), good.size(), used), event::failed);
        EXPECT_EQ(used, 0u);
        EXPECT_EQ(r.failure_code(), 1002);
    }
    EXPECT_EQ(r.take_message(), "");
}

TEST(WebsocketReaderTest, LetsAMessageBeLeft)
{
    ws_reader r(10);
    std::string const bytes = ws_frame(ws_text, "left") + ws_frame(ws_text, "taken");
    std::size_t used = 0, more = 0;
    ASSERT_EQ(r.feed(bytes.data(), bytes.size(), used), event::message);
    ASSERT_EQ(r.feed(bytes.data() + used, bytes.size() - used, more), event::message);
    EXPECT_EQ(r.take_message(), "taken");
    EXPECT_EQ(r.take_message(), "");
}

TEST(WebsocketReaderTest, TakesTimeByTheByte)
{
    // Each would take minutes if the time for a byte or a fragment grew with what came before it.
    std::clock_t const begun = std::clock();
    std::size_t const large = 2'000'000;
    std::string const one = ws_frame(ws_text, std::string(large, 'x'));
    ws_reader r(large);
    std::size_t used = 0;
    for (std::size_t i = 0; i + 1 < one.size(); ++i)
        ASSERT_EQ(r.feed(one.data() + i, 1, used), event::more);
    ASSERT_EQ(r.feed(&one.back(), 1, used), event::message);
    EXPECT_EQ(r.take_message().size(), large);

    std::string fragments = ws_part(ws_text, std::string(large, 'x'));
    for (int i = 0; i < 100'000; ++i) fragments += ws_part(0, "");
    fragments += ws_frame(0, "");
    ASSERT_EQ(r.feed(fragments.data(), fragments.size(), used), event::message);
    EXPECT_EQ(used, fragments.size());
    EXPECT_LT((std::clock() - begun) / CLOCKS_PER_SEC, 20) << "seconds of the processor";
}

/// Whether these bytes are valid UTF-8. Decodes each code point (RFC 3629, section 3).
bool is_utf8(std::string const& s)
{
    for (std::size_t i = 0; i < s.size();) {
        auto const b = static_cast<unsigned char>(s[i]);
        std::size_t const n = b < 0x80       ? 1
                              : b >> 5 == 6  ? 2
                              : b >> 4 == 14 ? 3
                              : b >> 3 == 30 ? 4
                                             : 0;
        if (n == 0 || i + n > s.size()) return false;
        unsigned long point = n == 1 ? b : b & (0xFFU >> (n + 1));
        for (std::size_t j = i + 1; j < i + n; ++j) {
            auto const c = static_cast<unsigned char>(s[j]);
            if (c >> 6 != 2) return false;
            point = point << 6 | (c & 0x3FU);
        }
        unsigned long const least[] = {0, 0, 0x80, 0x800, 0x10000};
        if (point < least[n] || point > 0x10FFFF || (point >= 0xD800 && point < 0xE000))
            return false;
        i += n;
    }
    return true;
}

TEST(Utf8CheckTest, AgreesWithADecoderOnAllOfThreeBytes)
{
    for (unsigned long n = 0; n < 0x1000000; ++n) {
        if ((n & 0xFFFF) == 0 && n >> 16 > 0 && n >> 16 < 0x7F)
            n = 0x7FUL << 16;  // one ASCII character is enough
        char const s[] = {
            static_cast<char>(n >> 16),
            static_cast<char>(n >> 8 & 0xFF),
            static_cast<char>(n & 0xFF)};
        utf8_check whole;
        bool const says = whole.feed(s, 3) && whole.is_whole();
        if (says != is_utf8(std::string(s, 3))) FAIL() << std::hex << n;
    }
}

TEST(Utf8CheckTest, AgreesWithADecoderOnTheEdgesOfFourBytes)
{
    unsigned const seconds[] = {0x00, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xFF};
    for (unsigned a = 0xE8; a <= 0xFF; ++a)
        for (unsigned const b : seconds)
            for (unsigned const c : seconds)
                for (unsigned const d : seconds) {
                    std::string const s{
                        static_cast<char>(a),
                        static_cast<char>(b),
                        static_cast<char>(c),
                        static_cast<char>(d)};
                    for (std::size_t cut = 0; cut <= 4; ++cut) {
                        utf8_check in_two;
                        bool const says = in_two.feed(s.data(), cut) &&
                                          in_two.feed(s.data() + cut, 4 - cut) && in_two.is_whole();
                        ASSERT_EQ(says, is_utf8(s)) << std::hex << a << b << c << d;
                    }
                }
}

TEST(Utf8CheckTest, FindsWhatIsWrongAmongMuchThatIsRight)
{
    for (std::size_t before = 0; before < 40; ++before)
        for (std::size_t behind = 0; behind < 20; ++behind) {
            std::string const ascii(before, 'a'), rest(behind, 'b');
            for (std::string const& middle :
                 {"\xff"s, "\x80"s, crab, "\xc3"s, "\xed\xa0\x80"s, "\xc3 plain text \xa9"s}) {
                std::string const s = ascii + middle + rest;
                utf8_check c;
                EXPECT_EQ(c.feed(s.data(), s.size()) && c.is_whole(), is_utf8(s));
            }
        }
}

TEST(WebsocketWriterTest, MasksOneWholeFrameOfEachLength)
{
    for (std::size_t const size : {0u, 1u, 2u, 3u, 4u, 5u, 125u, 126u, 65'535u, 65'536u, 70'000u}) {
        std::string payload;
        for (std::size_t i = 0; i < size; ++i) payload.push_back(static_cast<char>(i * 7));
        std::string out = "kept";
        ws_append_frame(out, ws_opcode::binary, payload, 0x01020380);
        ASSERT_EQ(out.substr(0, 4), "kept");
        std::string bytes = out.substr(4);
        std::size_t const length = size <= 125 ? 0 : size <= 65'535 ? 2 : 8;
        EXPECT_EQ(bytes.size(), 2 + length + 4 + size);
        auto const frame = ws_take_frame(bytes);
        ASSERT_TRUE(frame) << size;
        EXPECT_EQ(bytes, "");
        EXPECT_EQ(frame->first, 0x82u);
        EXPECT_TRUE(frame->masked);
        EXPECT_EQ(frame->key, (std::array<unsigned char, 4>{1, 2, 3, 0x80}));
        EXPECT_EQ(frame->payload, payload);
    }
}

TEST(WebsocketWriterTest, WritesTheFramesOfTheRfc)
{
    std::string out;
    ws_append_frame(out, ws_opcode::text, "Hello", 0x37FA213D);
    EXPECT_EQ(out, "\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58");
    out.clear();
    ws_append_frame(out, ws_opcode::pong, "Hello", 0x37FA213D);
    EXPECT_EQ(out, "\x8a\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58");
}

ws_client_frame close_frame(std::uint16_t code, std::string_view reason)
{
    std::string bytes;
    ws_append_close(bytes, code, reason, 0xDEADBEEF);
    auto const f = ws_take_frame(bytes);
    EXPECT_TRUE(f.has_value());
    EXPECT_EQ(bytes, "");
    EXPECT_EQ(f->first, 0x88u);
    return *f;
}

TEST(WebsocketWriterTest, ClosesWithACodeAndAReason)
{
    EXPECT_EQ(close_frame(1002, "why").payload, ws_close_payload(1002, "why"));
    EXPECT_EQ(close_frame(4999, "").payload, ws_close_payload(4999));
    EXPECT_EQ(close_frame(1005, "never sent").payload, "");
}

TEST(WebsocketWriterTest, CutsAReasonBetweenCodePoints)
{
    std::string const text = std::string(122, 'r') + "é";
    EXPECT_EQ(close_frame(1000, text).payload, ws_close_payload(1000, std::string(122, 'r')));
    EXPECT_EQ(close_frame(1000, a126).payload, ws_close_payload(1000, a126.substr(0, 123)));
    EXPECT_EQ(close_frame(1000, std::string(200, '\x80')).payload, ws_close_payload(1000));
    std::string const fits = std::string(121, 'r') + "é";
    EXPECT_EQ(close_frame(1000, fits).payload, ws_close_payload(1000, fits));
}

}  // namespace
}  // namespace cohub::streams::detail
