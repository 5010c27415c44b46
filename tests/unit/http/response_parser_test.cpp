#include <cohub/http/response_parser.hpp>

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

namespace cohub::http {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;
using code = boost::system::error_code;

struct limits
{
    std::size_t header = 32 * 1024;
    std::uint64_t body = 1024 * 1024;
};

/// The result of parsing a response, in whatever pieces it came.
struct parsed
{
    code ec;
    bool done = false;
    bool header_done = false;
    bool cut = false;
    bool keep_alive = false;
    bool need_eof = false;
    int status = 0;
    std::string body, content_type;
    std::optional<std::string> retry_after;
    std::optional<std::chrono::seconds> idle_timeout;
    std::optional<std::uint32_t> requests_left;
    std::size_t left_over = 0;
    std::string problem;

    friend bool operator==(parsed const&, parsed const&) = default;
};

/// Feeds a response as a connection does: into one growing buffer, in pieces as they arrive.
parsed feed(std::string const& whole, std::vector<std::size_t> const& cuts, limits l = {})
{
    response_parser p(l.header, l.body);
    std::string buffer;
    std::size_t at = 0, fed = 0;
    parsed r;
    std::size_t from = 0;
    auto const over = [&] { return r.ec || p.is_done() || p.cut(); };
    auto const step = [&](std::size_t to) {
        fed = to;
        // The body is read from the place where the parser saw it last. Bytes that the parser does
        // not take must not move it.
        if (over()) return;
        buffer.append(whole, from, to - from);
        from = to;
        while (at != buffer.size() && !over()) {
            std::size_t const used = p.feed(buffer.data(), at, buffer.size() - at, r.ec);
            at += used;
            if (used == 0) break;
        }
    };
    for (std::size_t const c : cuts) step(c);
    step(whole.size());
    r.done = p.is_done();
    r.header_done = p.is_header_done();
    r.cut = p.cut();
    r.status = p.status();
    if (r.header_done && !r.ec) {
        r.keep_alive = p.keep_alive();
        r.need_eof = p.need_eof();
        r.body = std::string(p.body());
        r.content_type = std::string(p.content_type());
        if (!p.retry_after().empty()) r.retry_after = std::string(p.retry_after());
        r.idle_timeout = p.idle_timeout();
        if (p.requests_left() != http::response_parser::no_limit)
            r.requests_left = p.requests_left();
    }
    r.left_over = fed - at;
    r.problem = p.explain(r.ec);
    return r;
}

parsed feed_whole(std::string const& whole, limits l = {}) { return feed(whole, {}, l); }

std::string ok(std::string const& headers, std::string const& body = "")
{
    return "HTTP/1.1 200 OK\r\n" + headers + "\r\n" + body;
}
std::string sized(std::string const& body, std::string const& headers = "")
{
    return ok(headers + "Content-Length: " + std::to_string(body.size()) + "\r\n", body);
}

struct whole_row
{
    char const* name;
    std::string text;
    std::string body;
};
class ResponseInPieces : public testing::TestWithParam<whole_row>
{
};

TEST_P(ResponseInPieces, GivesTheSameHoweverItIsCut)
{
    std::string const& text = GetParam().text;
    parsed const whole = feed_whole(text);
    ASSERT_FALSE(whole.ec) << whole.ec.message();
    EXPECT_TRUE(whole.done);
    EXPECT_EQ(whole.body, GetParam().body);
    EXPECT_EQ(whole.left_over, 0u);

    for (std::size_t i = 1; i < text.size(); ++i)
        EXPECT_EQ(feed(text, {i}), whole) << "cut at " << i;
    std::vector<std::size_t> each;
    for (std::size_t i = 1; i < text.size(); ++i) each.push_back(i);
    EXPECT_EQ(feed(text, each), whole);
}

TEST_P(ResponseInPieces, IsNotDoneBeforeItsLastByte)
{
    std::string const& text = GetParam().text;
    for (std::size_t n = 0; n < text.size(); ++n) {
        parsed const p = feed_whole(text.substr(0, n));
        EXPECT_FALSE(p.ec) << n << p.ec.message();
        EXPECT_FALSE(p.done) << n;
    }
}

INSTANTIATE_TEST_SUITE_P(
    All,
    ResponseInPieces,
    testing::Values(
        whole_row{
            "Sized", sized("{\"now\":1}", "Content-Type: application/json\r\n"), "{\"now\":1}"},
        whole_row{"Empty", sized(""), ""},
        whole_row{"NoContent", "HTTP/1.1 204 No Content\r\n\r\n", ""},
        whole_row{
            "Chunked",
            ok("Transfer-Encoding: chunked\r\n", "5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n"),
            "hello world"},
        // Beast 1.81 has an assertion that fails if this comes byte by byte.
        whole_row{"ChunkedEmpty", ok("Transfer-Encoding: chunked\r\n", "0\r\n\r\n"), ""},
        whole_row{
            "ChunkedCapitals",
            ok("TRANSFER-encoding: CHUNKED\r\n", "A\r\n0123456789\r\n0\r\n\r\n"),
            "0123456789"},
        whole_row{
            "OneByteChunks",
            ok("Transfer-Encoding: chunked\r\n", "1\r\na\r\n1\r\nb\r\n1\r\nc\r\n0\r\n\r\n"),
            "abc"},
        whole_row{
            "ChunkExtensions",
            ok("Transfer-Encoding: chunked\r\n", "3;a=b;c=\"d\"\r\nabc\r\n0;x\r\n\r\n"),
            "abc"},
        whole_row{
            "Trailers",
            ok("Transfer-Encoding: chunked\r\n", "3\r\nabc\r\n0\r\nX-T: 1\r\nY: 2\r\n\r\n"),
            "abc"},
        whole_row{
            "FoldedTrailer",
            ok("Transfer-Encoding: chunked\r\n", "1\r\nx\r\n0\r\nX-T: 1,\r\n\t2\r\n\r\n"),
            "x"},
        // D3: Grizzly pads its sizes.
        whole_row{
            "ChunkSizePadded",
            ok("Transfer-Encoding: chunked\r\n", "3 \r\nabc\r\n2\t \r\nde\r\n0  \r\n\r\n"),
            "abcde"},
        whole_row{
            "ErrorStatus",
            "HTTP/1.1 503 Busy\r\nRetry-After: 7\r\nContent-Length: 4\r\n\r\nbusy",
            "busy"},
        whole_row{
            "KeepAlive",
            sized("x", "Keep-Alive: timeout=5, max=100\r\nConnection: keep-alive\r\n"),
            "x"},
        whole_row{
            "Http10",
            "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 1\r\n\r\nx",
            "x"}
    ),
    [](auto const& row) { return row.param.name; }
);

TEST(ResponseParserTest, LeavesWhatFollowsTheResponse)
{
    parsed const p = feed_whole(sized("abc") + "HTTP/1.1 200 OK\r\n");
    EXPECT_TRUE(p.done);
    EXPECT_EQ(p.body, "abc");
    EXPECT_EQ(p.left_over, 17u);
}

TEST(ResponseParserTest, KnowsWhetherTheConnectionGoesOn)
{
    EXPECT_TRUE(feed_whole(sized("x")).keep_alive);
    EXPECT_FALSE(feed_whole(sized("x", "Connection: close\r\n")).keep_alive);
    EXPECT_FALSE(feed_whole(sized("x", "Connection: Upgrade, CLOSE\r\n")).keep_alive);
    EXPECT_FALSE(feed_whole("HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\nx").keep_alive);
}

TEST(ResponseParserTest, ABodyWithoutLengthEndsWithTheConnection)
{
    parsed const p = feed_whole(ok("Content-Type: text/plain\r\n", "part"));
    EXPECT_FALSE(p.done);
    EXPECT_TRUE(p.need_eof);
    EXPECT_EQ(p.body, "part");
}

TEST(ResponseParserTest, ReadsKeepAliveParameters)
{
    parsed const p = feed_whole(sized("x", "Keep-Alive: Timeout=5,max=3, foo=1, bar\r\n"));
    EXPECT_EQ(p.idle_timeout, 5s);
    EXPECT_EQ(p.requests_left, 3u);
    parsed const bad = feed_whole(sized("x", "Keep-Alive: timeout=abc, max=-1, =, ,\r\n"));
    EXPECT_EQ(bad.idle_timeout, std::nullopt);
    EXPECT_EQ(bad.requests_left, std::nullopt);
}

TEST(ResponseParserTest, OneRetryAfterCountsAndTwoDoNot)
{
    EXPECT_EQ(feed_whole(sized("x", "Retry-After: 7\r\n")).retry_after, "7");
    EXPECT_EQ(
        feed_whole(sized("x", "Retry-After: 7\r\nRetry-After: 7\r\n")).retry_after, std::nullopt
    );
    EXPECT_EQ(
        feed_whole(sized("x", "Retry-After: " + std::string(8192, '9') + "\r\n")).retry_after,
        std::nullopt
    );
}

struct framing_row
{
    char const* name;
    std::string text;
};
class BadFraming : public testing::TestWithParam<framing_row>
{
};
TEST_P(BadFraming, IsAnErrorHoweverItIsCut)
{
    std::string const& text = GetParam().text;
    EXPECT_TRUE(feed_whole(text).ec);
    std::vector<std::size_t> each;
    for (std::size_t i = 1; i < text.size(); ++i) each.push_back(i);
    EXPECT_TRUE(feed(text, each).ec);
}
INSTANTIATE_TEST_SUITE_P(
    All,
    BadFraming,
    testing::Values(
        framing_row{"TwoLengths", ok("Content-Length: 1\r\nContent-Length: 2\r\n", "x")},
        framing_row{"TwoEqualLengths", ok("Content-Length: 1\r\nContent-Length: 1\r\n", "x")},
        framing_row{"LengthList", ok("Content-Length: 1, 2\r\n", "x")},
        framing_row{"LengthNegative", ok("Content-Length: -1\r\n", "x")},
        framing_row{"LengthWord", ok("Content-Length: abc\r\n", "x")},
        framing_row{"LengthTail", ok("Content-Length: 5x\r\n", "x")},
        framing_row{"LengthEmpty", ok("Content-Length: \r\n", "x")},
        framing_row{"LengthHuge", ok("Content-Length: 18446744073709551616\r\n", "x")},
        framing_row{
            "LengthThenChunked",
            ok("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n")},
        framing_row{
            "ChunkedThenLength",
            ok("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", "0\r\n\r\n")},
        framing_row{
            "ChunkedTwice",
            ok("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n")},
        framing_row{"ChunkedGzip", ok("Transfer-Encoding: chunked, gzip\r\n", "0\r\n\r\n")},
        framing_row{"GzipChunked", ok("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n")},
        framing_row{
            "D5ChunkedBefore11", "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
        framing_row{
            "D5ChunkedBefore11KeepsAlive",
            "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n"
            "1\r\nx\r\n0\r\n\r\n"},
        framing_row{"D5FoldedLength", ok("Content-Length:\r\n 1\r\n", "x")},
        framing_row{"D5FoldedLengthByTab", ok("Content-Length: \r\n\t1\r\n", "x")},
        framing_row{"D5FoldedLengthEnd", ok("Content-Length: 1\r\n \r\n", "x")},
        framing_row{"D5FoldedLengthTwice", ok("Content-Length: \r\n \r\n 1\r\n", "x")},
        framing_row{"D5FoldedCoding", ok("Transfer-Encoding:\r\n chunked\r\n", "0\r\n\r\n")},
        framing_row{"D5FoldedCodingEnd", ok("Transfer-Encoding: chunked\r\n \r\n", "0\r\n\r\n")},
        framing_row{
            "D5FoldedConnection", ok("Connection: keep-alive,\r\n close\r\nContent-Length: 0\r\n")},
        framing_row{"UnknownCoding", ok("Transfer-Encoding: identity\r\n", "x")},
        framing_row{
            "ChunkSizeNotHex", ok("Transfer-Encoding: chunked\r\n", "xyz\r\nabc\r\n0\r\n\r\n")},
        framing_row{
            "ChunkSizeNegative", ok("Transfer-Encoding: chunked\r\n", "-1\r\nabc\r\n0\r\n\r\n")},
        framing_row{
            "ChunkSizeHuge",
            ok("Transfer-Encoding: chunked\r\n", "11111111111111111\r\nabc\r\n0\r\n\r\n")},
        framing_row{"ChunkWithoutEnd", ok("Transfer-Encoding: chunked\r\n", "3\r\nabcXX0\r\n\r\n")},
        framing_row{
            "ChunkSizeAndMore", ok("Transfer-Encoding: chunked\r\n", "3 3\r\nabc\r\n0\r\n\r\n")},
        framing_row{
            "ChunkSizeBareFeed", ok("Transfer-Encoding: chunked\r\n", "3\nabc\r\n0\r\n\r\n")},
        framing_row{
            "ChunkSizeBareReturn", ok("Transfer-Encoding: chunked\r\n", "3\rabc\r\n0\r\n\r\n")},
        framing_row{
            "ExtensionBareFeed", ok("Transfer-Encoding: chunked\r\n", "3;a\nabc\r\n0\r\n\r\n")},
        framing_row{
            "ExtensionBareReturn",
            ok("Transfer-Encoding: chunked\r\n", "3;a\rb\r\nabc\r\n0\r\n\r\n")},
        framing_row{"ChunkEndsByFeed", ok("Transfer-Encoding: chunked\r\n", "3\r\nabc\n0\r\n\r\n")},
        framing_row{
            "TrailerIsAnAnswer", ok("Transfer-Encoding: chunked\r\n", "0\r\n" + sized("x"))},
        framing_row{"TrailerWithoutName", ok("Transfer-Encoding: chunked\r\n", "0\r\n: 1\r\n\r\n")},
        framing_row{
            "TrailerWithoutColon", ok("Transfer-Encoding: chunked\r\n", "0\r\nX-T\r\n\r\n")},
        framing_row{
            "TrailerBeginsFolded", ok("Transfer-Encoding: chunked\r\n", "0\r\n X: 1\r\n\r\n")},
        framing_row{"TrailerBareFeed", ok("Transfer-Encoding: chunked\r\n", "0\r\nX: 1\n\r\n")},
        framing_row{
            "TrailerBareReturn", ok("Transfer-Encoding: chunked\r\n", "0\r\nX: 1\rY\r\n\r\n")},
        framing_row{"TrailersEndByFeed", ok("Transfer-Encoding: chunked\r\n", "0\r\nX: 1\r\n\rX")},
        framing_row{"NotHttp", "SSH-2.0-OpenSSH_9.2\r\n\r\n"},
        framing_row{"JsonAlone", "{\"now\":1}\r\n\r\n"},
        framing_row{"Http2", "HTTP/2.0 200 OK\r\nContent-Length: 0\r\n\r\n"},
        framing_row{"Http09", "HTTP/0.9 200 OK\r\nContent-Length: 0\r\n\r\n"},
        framing_row{"StatusShort", "HTTP/1.1 99 X\r\n\r\n"},
        framing_row{"StatusLong", "HTTP/1.1 1000 X\r\n\r\n"},
        framing_row{"StatusLetters", "HTTP/1.1 2x0 X\r\n\r\n"},
        framing_row{"StatusLow", "HTTP/1.1 099 X\r\nContent-Length: 0\r\n\r\n"},
        framing_row{"NulInAValue", ok("X-A: a\0b\r\nContent-Length: 0\r\n"s)},
        framing_row{"BareReturn", ok("X-A: a\rb\r\nContent-Length: 0\r\n")},
        framing_row{"SpaceBeforeColon", ok("Content-Length : 0\r\n")},
        framing_row{"Gzip", ok("Content-Encoding: gzip\r\nContent-Length: 0\r\n")}
    ),
    [](auto const& row) { return row.param.name; }
);

TEST(ResponseParserTest, D5AFoldedHeaderOfAnotherKindIsRead)
{
    parsed const p = feed_whole(sized("x", "X-A: 1,\r\n 2\r\nRetry-After:\r\n\t7\r\n"));
    EXPECT_FALSE(p.ec) << p.problem;
    EXPECT_TRUE(p.done);
    EXPECT_EQ(p.retry_after, "7");
    EXPECT_EQ(feed_whole(ok("Content-Length: 1\r\nX-A:\r\n 2\r\n", "x")).body, "x");
}

TEST(ResponseParserLimitTest, AnEncodedBodyHasACodeOfItsOwn)
{
    EXPECT_EQ(
        feed_whole(ok("Content-Encoding: br\r\nContent-Length: 1\r\n", "x")).ec,
        errc::unexpected_encoding
    );
    EXPECT_FALSE(feed_whole(sized("x", "Content-Encoding: identity\r\n")).ec);
}

TEST(ResponseParserLimitTest, HeadersAreLimitedInTotal)
{
    std::string headers;
    for (int i = 0; i != 100; ++i) headers += "X-Header-" + std::to_string(i) + ": value\r\n";
    parsed const p = feed_whole(sized("x", headers), limits{1024, 100});
    EXPECT_EQ(p.ec, errc::too_large);
    EXPECT_EQ(p.problem, "the response's headers pass limits.max_header (1024 bytes)");
    EXPECT_FALSE(feed_whole(sized("x", headers), limits{4096, 100}).ec);
}

TEST(ResponseParserLimitTest, AHeadMayHaveExactlyTheLimitHoweverItIsCut)
{
    std::string const head = "HTTP/1.1 200 OK\r\nX-A: " + std::string(300, 'x') +
                             "\r\nX-B: y\r\nContent-Length: 100\r\n\r\n";
    std::string const text = head + std::string(100, 'x');
    for (std::size_t i = 1; i < text.size(); ++i) {
        EXPECT_TRUE(feed(text, {i}, limits{head.size(), 100}).done) << "cut at " << i;
        EXPECT_EQ(feed(text, {i}, limits{head.size() - 1, 100}).ec, errc::too_large) << i;
    }
}

TEST(ResponseParserLimitTest, HeadersWithoutEndAreLimited)
{
    std::string const endless = "HTTP/1.1 200 OK\r\nX: " + std::string(5000, 'x');
    parsed const p = feed(endless, {1000, 2000, 3000}, limits{1024, 100});
    EXPECT_EQ(p.ec, errc::too_large);
    EXPECT_EQ(p.problem, "the response's headers pass limits.max_header (1024 bytes)");
    EXPECT_EQ(feed(endless, {1024}, limits{1024, 100}).ec, errc::too_large);
}

TEST(ResponseParserLimitTest, ABodyMayHaveExactlyTheLimit)
{
    std::string const body(100, 'x');
    std::string const chunked =
        ok("Transfer-Encoding: chunked\r\n",
           "32\r\n" + body.substr(50) + "\r\n32\r\n" + body.substr(50) + "\r\n0\r\n\r\n");
    EXPECT_EQ(feed_whole(sized(body), limits{1024, 100}).body, body);
    EXPECT_EQ(feed_whole(chunked, limits{1024, 100}).body, body);
}

TEST(ResponseParserLimitTest, ABodyBeyondTheLimitIsRefused)
{
    std::string const body(101, 'x');
    std::string const chunked =
        ok("Transfer-Encoding: chunked\r\n", "65\r\n" + body + "\r\n0\r\n\r\n");
    std::string const two =
        ok("Transfer-Encoding: chunked\r\n", "64\r\n" + body.substr(1) + "\r\n1\r\nx\r\n0\r\n\r\n");
    EXPECT_EQ(feed_whole(sized(body), limits{1024, 100}).ec, errc::too_large);
    EXPECT_EQ(feed_whole(chunked, limits{1024, 100}).ec, errc::too_large);
    EXPECT_EQ(feed_whole(two, limits{1024, 100}).ec, errc::too_large);
    EXPECT_EQ(feed_whole(ok("", body), limits{1024, 100}).ec, errc::too_large);
    EXPECT_EQ(
        feed_whole(two, limits{1024, 100}).problem,
        "the response's body passes limits.max_body (100 bytes)"
    );
}

TEST(ResponseParserLimitTest, AnAnnouncedBodyIsRefusedBeforeItComes)
{
    EXPECT_EQ(feed_whole(ok("Content-Length: 101\r\n"), limits{1024, 100}).ec, errc::too_large);
}

// D1: the parts around a chunked body had no limit.
class MetadataWithoutEnd : public testing::TestWithParam<int>
{
protected:
    static std::string chunked(std::string const& chunks)
    {
        return "HTTP/1.1 " + std::to_string(GetParam()) +
               " X\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks;
    }
    static std::vector<std::size_t> pieces(std::string const& text)
    {
        std::vector<std::size_t> cuts;
        for (std::size_t at = 500; at < text.size(); at += 500) cuts.push_back(at);
        return cuts;
    }
    /// The bytes that were used before the refusal. It is refused however it is cut.
    static std::size_t used_until_too_large(std::string const& text, std::string const& why)
    {
        parsed const whole = feed_whole(text);
        parsed const p = feed(text, pieces(text));
        EXPECT_EQ(whole.ec, errc::too_large);
        EXPECT_EQ(p.ec, errc::too_large);
        EXPECT_EQ(p.problem, why);
        EXPECT_EQ(whole.problem, why);
        return text.size() - whole.left_over;
    }
    static std::string repeated(std::string const& part, std::size_t times)
    {
        std::string all;
        for (std::size_t i = 0; i != times; ++i) all += part;
        return all;
    }

    std::string const of_a_chunk =
        "the response's chunk extensions pass what a chunk may have (4096 bytes)";
    std::string const in_total =
        "the response's chunk extensions and trailers pass limits.max_header (32768 bytes)";
};

TEST_P(MetadataWithoutEnd, D1AChunksExtensionIsTooLarge)
{
    std::string const text = chunked("1;x=" + std::string(100'000, 'y'));
    EXPECT_LT(used_until_too_large(text, of_a_chunk), 5000u);
    EXPECT_LT(used_until_too_large(chunked("0;" + std::string(100'000, 'y')), of_a_chunk), 5000u);
    EXPECT_LT(used_until_too_large(chunked("1" + std::string(100'000, ' ')), of_a_chunk), 5000u);
}

TEST_P(MetadataWithoutEnd, D1ZerosBeforeASizeAreTooLarge)
{
    EXPECT_LT(used_until_too_large(chunked(std::string(100'000, '0')), of_a_chunk), 5000u);
}

TEST_P(MetadataWithoutEnd, D1ExtensionsOfManyChunksAreTooLarge)
{
    std::string const one = "1;" + std::string(1000, 'y') + "\r\nx\r\n";
    EXPECT_LT(used_until_too_large(chunked(repeated(one, 1000)), in_total), 35'000u);
}

TEST_P(MetadataWithoutEnd, D1ATrailersNameOrValueIsTooLarge)
{
    std::string const endless(100'000, 'y');
    EXPECT_LT(used_until_too_large(chunked("0\r\n" + endless), in_total), 33'000u);
    EXPECT_LT(used_until_too_large(chunked("0\r\nX: " + endless), in_total), 33'000u);
}

TEST_P(MetadataWithoutEnd, D1ManyTrailersAreTooLarge)
{
    std::string const text = chunked("1\r\nx\r\n0\r\n" + repeated("X: y\r\n", 20'000));
    EXPECT_LT(used_until_too_large(text, in_total), 33'000u);
}

INSTANTIATE_TEST_SUITE_P(All, MetadataWithoutEnd, testing::Values(200, 500));

TEST(ResponseParserLimitTest, ManySmallChunksAreNoMetadata)
{
    std::string text = ok("Transfer-Encoding: chunked\r\n");
    for (int i = 0; i != 100'000; ++i) text += "0001\r\nx\r\n";
    text += "0\r\n\r\n";
    parsed const p = feed_whole(text);
    EXPECT_TRUE(p.done) << p.ec.message();
    EXPECT_EQ(p.body, std::string(100'000, 'x'));
    EXPECT_EQ(feed(text, {10'000, 100'001, 100'002, 500'000}), p);
}

// D2: trailers were read as headers, and they counted towards the size of the headers.
TEST(ResponseParserTrailerTest, D2ATrailerBehindALongBodyIsNoHeader)
{
    std::string const body(40 * 1024, 'x');
    parsed const p = feed_whole(
        ok("Transfer-Encoding: chunked\r\n", "a000\r\n" + body + "\r\n0\r\nX-T: 1\r\n\r\n")
    );
    EXPECT_FALSE(p.ec) << p.problem;
    EXPECT_TRUE(p.done);
    EXPECT_EQ(p.body, body);
}

TEST(ResponseParserTrailerTest, D2WhatATrailerSaysIsDropped)
{
    parsed const p = feed_whole(
        ok("Transfer-Encoding: chunked\r\n",
           "1\r\nx\r\n0\r\nContent-Length: 5\r\nTransfer-Encoding: gzip\r\nRetry-After: 7\r\n"
           "Keep-Alive: timeout=5, max=3\r\nConnection: close\r\nContent-Encoding: gzip\r\n"
           "Content-Type: text/html\r\n\r\n")
    );
    EXPECT_FALSE(p.ec) << p.ec.message();
    EXPECT_TRUE(p.done);
    EXPECT_TRUE(p.keep_alive);
    EXPECT_EQ(p.retry_after, std::nullopt);
    EXPECT_EQ(p.idle_timeout, std::nullopt);
    EXPECT_EQ(p.requests_left, std::nullopt);
    EXPECT_EQ(p.content_type, "");
    EXPECT_EQ(p.left_over, 0u);
}

TEST(ResponseParserFailureTest, SaysWhatWasRefused)
{
    auto const failure_of = [](std::string text, limits l) {
        response_parser p(l.header, l.body);
        code ec;
        p.feed(text.data(), 0, text.size(), ec);
        return p.failure_for(ec);
    };
    failure const headers = failure_of("HTTP/1.1 200 OK\r\nX: " + std::string(300, 'x'), {256, 9});
    EXPECT_EQ(headers.code, errc::too_large);
    EXPECT_EQ(headers.detail, "the response's headers pass limits.max_header (256 bytes)");
    failure const body = failure_of(sized("too much"), {256, 7});
    EXPECT_EQ(body.code, errc::too_large);
    EXPECT_EQ(body.detail, "the response's body passes limits.max_body (7 bytes)");
    failure const coded = failure_of(sized("x", "Content-Encoding: br\r\n"), {256, 9});
    EXPECT_EQ(coded.code, errc::unexpected_encoding);
    EXPECT_EQ(coded.detail, "");
    failure const broken = failure_of("HTTP/2.0 200 OK\r\n\r\n", {256, 9});
    EXPECT_EQ(broken.code, errc::protocol_error);
    EXPECT_EQ(broken.detail, "");
    EXPECT_TRUE(broken.cause.failed());
    failure const folded = failure_of(ok("Content-Length:\r\n 1\r\n", "x"), {256, 9});
    EXPECT_EQ(folded.code, errc::protocol_error);
    EXPECT_EQ(folded.detail, "a header that frames the response is folded over several lines");
    failure const old =
        failure_of("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", {256, 9});
    EXPECT_EQ(old.code, errc::protocol_error);
    EXPECT_EQ(old.detail, "HTTP/1.0 has no Transfer-Encoding");
}

TEST(ResponseParserLimitTest, AnErrorsLongBodyIsCutAndNoError)
{
    std::string const page(100'000, 'x');
    std::string const text = "HTTP/1.1 502 Bad\r\nContent-Length: 100000\r\n\r\n" + page;
    parsed const p = feed(text, {2000, 3000, 6000});
    EXPECT_FALSE(p.ec) << p.ec.message();
    EXPECT_TRUE(p.cut);
    EXPECT_EQ(p.status, 502);
}

TEST(ResponseParserLimitTest, AnErrorsBodyBeyondTheBodyLimitIsNoErrorOfItsOwn)
{
    std::string const text =
        "HTTP/1.1 503 Busy\r\nContent-Length: 200\r\n\r\n" + std::string(200, 'x');
    parsed const p = feed_whole(text, limits{1024, 100});
    EXPECT_FALSE(p.ec) << p.ec.message();
    EXPECT_TRUE(p.cut);
    EXPECT_EQ(p.status, 503);
}

// D14
TEST(ResponseParserLimitTest, ATlsAlertIsNoStatusLine)
{
    for (std::size_t const cut : {2u, 3u, 7u}) {
        parsed const p = feed(std::string("\x15\x03\x01\x00\x02\x02\x46", 7), {cut});
        EXPECT_TRUE(p.ec);
        EXPECT_EQ(p.problem, "this port speaks TLS: use https://");
    }
}

}  // namespace
}  // namespace cohub::http
