#include <cohub/http/response_parser.hpp>

#include <boost/beast/http/error.hpp>

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

/// What is left when a response has been parsed, however it came in.
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

    friend bool operator==(parsed const&, parsed const&) = default;
};

/// Feeds a response the way a connection does: one growing buffer, pieces as they arrive.
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
        // The body is read from where the parser saw it last: what it does not take must not move
        // it.
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
        if (auto const t = p.retry_after()) r.retry_after = std::string(*t);
        r.idle_timeout = p.idle_timeout();
        r.requests_left = p.requests_left();
    }
    r.left_over = fed - at;
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
        feed_whole(sized("x", "Retry-After: " + std::string(8192, '9') + "\r\n")).retry_after, ""
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
        framing_row{"UnknownCoding", ok("Transfer-Encoding: identity\r\n", "x")},
        framing_row{
            "ChunkSizeNotHex", ok("Transfer-Encoding: chunked\r\n", "xyz\r\nabc\r\n0\r\n\r\n")},
        framing_row{
            "ChunkSizeNegative", ok("Transfer-Encoding: chunked\r\n", "-1\r\nabc\r\n0\r\n\r\n")},
        framing_row{
            "ChunkSizeHuge",
            ok("Transfer-Encoding: chunked\r\n", "11111111111111111\r\nabc\r\n0\r\n\r\n")},
        framing_row{"ChunkWithoutEnd", ok("Transfer-Encoding: chunked\r\n", "3\r\nabcXX0\r\n\r\n")},
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
    EXPECT_EQ(
        feed_whole(sized("x", headers), limits{1024, 100}).ec,
        boost::beast::http::error::header_limit
    );
    EXPECT_FALSE(feed_whole(sized("x", headers), limits{4096, 100}).ec);
}

TEST(ResponseParserLimitTest, HeadersWithoutEndAreLimited)
{
    std::string const endless = "HTTP/1.1 200 OK\r\nX: " + std::string(5000, 'x');
    EXPECT_EQ(
        feed(endless, {1000, 2000, 3000}, limits{1024, 100}).ec,
        boost::beast::http::error::header_limit
    );
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
}

TEST(ResponseParserLimitTest, AnAnnouncedBodyIsRefusedBeforeItComes)
{
    EXPECT_EQ(feed_whole(ok("Content-Length: 101\r\n"), limits{1024, 100}).ec, errc::too_large);
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

}  // namespace
}  // namespace cohub::http
