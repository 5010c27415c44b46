// Compares the reader of a response's head with Beast's parser, on heads that are made from a
// grammar and then damaged. Intended differences have a row in `difference`.

#include <cohub/core/text.hpp>
#include <cohub/http/response_parser.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <map>
#include <random>
#include <string>
#include <string_view>
#include <utility>

namespace cohub::http {
namespace {

namespace beast = boost::beast::http;

enum class verdict
{
    complete,
    incomplete,
    refused,
};

struct seen
{
    verdict is = verdict::incomplete;
    std::string why;
    int status = 0;
    bool keep_alive = false;
    bool need_eof = false;
    bool upgrade = false;
    bool chunked = false;
    /// For a body with a length: this length, but not more bytes than follow the head here.
    std::size_t length = 0;
    boost::system::error_code ec;
    std::size_t used = 0;
    std::string content_type;
};

/// For folded lines, Beast has one blank and cohub has one for each byte.
std::string joined(std::string_view value)
{
    std::string text;
    for (char c : value) {
        if (c == '\t') c = ' ';
        if (c != ' ' || text.empty() || text.back() != ' ') text += c;
    }
    return text;
}

constexpr std::size_t behind = 64;

/// The head comes in two pieces, followed by `behind` bytes that are not a chunk.
seen by_cohub(std::string text, std::size_t cut = 0)
{
    // This test does not look at what follows the head.
    if (std::size_t const end = text.find("\r\n\r\n"); end != std::string::npos)
        text.resize(end + 4);
    response_parser p(1 << 20, 1 << 20);
    seen s;
    for (std::size_t const size : {std::min(cut, text.size()), text.size()})
        while (s.used != size && !s.ec && !p.is_header_done()) {
            std::size_t const n = p.feed(text.data(), s.used, size - s.used, s.ec);
            if (n == 0) break;
            s.used += n;
        }
    if (s.ec) {
        s.is = verdict::refused;
        s.why = p.explain(s.ec).empty() ? s.ec.message() : p.explain(s.ec);
        return s;
    }
    if (!p.is_header_done()) return s;
    s.is = verdict::complete;
    s.status = p.status();
    s.keep_alive = p.keep_alive();
    s.need_eof = p.need_eof();
    s.upgrade = p.upgrade();
    s.content_type = joined(p.content_type());
    if (p.is_done()) return s;
    text.append(behind, 'x');
    boost::system::error_code body;
    p.feed(text.data(), s.used, behind, body);
    s.chunked = body == beast::error::bad_chunk;
    if (!s.chunked && !s.need_eof) s.length = p.body_size();
    return s;
}

seen by_beast(std::string const& text)
{
    beast::response_parser<beast::empty_body> p;
    p.header_limit(1 << 20);
    p.body_limit(boost::none);
    boost::system::error_code ec;
    seen s;
    s.used = p.put(boost::asio::buffer(text), ec);
    if (p.is_header_done()) {
        s.is = verdict::complete;
        s.status = p.get().result_int();
        s.keep_alive = p.keep_alive();
        s.need_eof = p.need_eof();
        s.upgrade = p.upgrade();
        bool const bodiless = s.status / 100 == 1 || s.status == 204 || s.status == 304;
        s.chunked = !bodiless && p.chunked();
        if (auto const n = p.content_length(); n && !bodiless && !s.chunked)
            s.length = static_cast<std::size_t>(std::min<std::uint64_t>(*n, behind));
        auto const fields = p.get().equal_range(beast::field::content_type);
        if (fields.first != fields.second)
            s.content_type = joined(std::prev(fields.second)->value());
    } else if (ec && ec != beast::error::need_more) {
        s.is = verdict::refused;
        s.why = ec.message();
    }
    return s;
}

// ---- the heads ---------------------------------------------------------------------------------

class heads
{
public:
    explicit heads(unsigned seed) : random_(seed) {}

    std::string next()
    {
        std::string text = pick(status_lines) + "\r\n";
        for (int n = number(5); n != 0; --n)
            text += pick(names) + pick(colons) + pick(values) + "\r\n";
        text += "\r\n";
        for (int n = std::max(0, number(5) - 2); n != 0; --n) damage(text);
        return text;
    }

private:
    template <std::size_t N>
    std::string pick(std::array<std::string_view, N> const& from)
    {
        return std::string(from[static_cast<std::size_t>(number(N))]);
    }
    int number(int below) { return std::uniform_int_distribution<int>(0, below - 1)(random_); }

    void damage(std::string& text)
    {
        if (text.empty()) return;
        auto const at = static_cast<std::size_t>(number(static_cast<int>(text.size())));
        switch (number(4)) {
            case 0:
                text.erase(at, static_cast<std::size_t>(1 + number(3)));
                break;
            case 1:
                text.insert(at, 1, bytes[static_cast<std::size_t>(number(bytes.size()))]);
                break;
            case 2:
                text[at] = bytes[static_cast<std::size_t>(number(bytes.size()))];
                break;
            default:
                text.insert(at, text.substr(at, static_cast<std::size_t>(number(20))));
        }
    }

    static constexpr std::string_view bytes{
        "\r\n\t :;,=\0\x7f\x80\xff"
        "aZ0/\"",
        18};
    static constexpr std::array<std::string_view, 9> status_lines{
        "HTTP/1.1 200 OK",
        "HTTP/1.1 200 OK",
        "HTTP/1.1 404 Not Found",
        "HTTP/1.1 204 ",
        "HTTP/1.1 100 Continue",
        "HTTP/1.0 200 OK",
        "HTTP/1.1 304 Not Modified",
        "HTTP/1.1 101 Switching Protocols",
        "HTTP/1.1 503 Bes\xe9tzt",
    };
    static constexpr std::array<std::string_view, 10> names{
        "Content-Length",
        "Transfer-Encoding",
        "Connection",
        "Proxy-Connection",
        "connection",
        "Content-Type",
        "CONTENT-TYPE",
        "Upgrade",
        "X-Other",
        "Date",
    };
    static constexpr std::array<std::string_view, 5> colons{": ", ":", ":\t ", ": \r\n ", ":  "};
    static constexpr std::array<std::string_view, 14> values{
        "0",
        "5",
        "00012",
        "18446744073709551615",
        "chunked",
        "Chunked ",
        "close",
        "keep-alive, Upgrade",
        "Keep-Alive",
        "upgrade , x",
        "text/html; charset=\"utf-8\"",
        "a\r\n b",
        "",
        "websocket",
    };

    std::mt19937 random_;
};

// ---- intended differences ----------------------------------------------------------------------

int count(std::string_view text, std::string_view name)
{
    int n = 0;
    for (std::size_t i = 0; i + name.size() <= text.size(); ++i)
        n += cohub::detail::iequals(text.substr(i, name.size()), name) ? 1 : 0;
    return n;
}

bool is_plainly_chunked(std::string_view text)
{
    return count(text, "transfer-encoding: chunked\r") != 0 ||
           count(text, "transfer-encoding:chunked\r") != 0;
}

/// The reason why the two may differ over a head; null if they must agree.
char const* difference(std::string_view text, seen const& ours, seen const& theirs)
{
    int const lengths = count(text, "content-length"), codings = count(text, "transfer-encoding");
    if (ours.is == verdict::refused && theirs.is == verdict::complete) {
        if (ours.why.find("folded over several lines") != std::string::npos &&
            (count(text, "\r\n ") != 0 || count(text, "\r\n\t") != 0))
            return "a folded header that frames the response";
        if (ours.ec == beast::error::bad_transfer_encoding && codings != 0) {
            if (text.starts_with("HTTP/1.0")) return "a coding in HTTP/1.0";
            if (codings + lengths > 1 || !is_plainly_chunked(text))
                return "a coding that is not one `chunked` alone";
        }
        if (ours.ec == beast::error::multiple_content_length && codings + lengths > 1)
            return "a length twice, or beside a coding";
        if (ours.ec == errc::too_large && lengths == 1) return "a body that is announced too long";
        if (ours.ec == beast::error::bad_status && theirs.status < 100) return "a status below 100";
    }
    // cohub checks a line when it is complete. Beast checks most of it when the head is complete.
    if (ours.is == verdict::refused && theirs.is == verdict::incomplete &&
        by_beast(std::string(text) + "\r\n\r\n").is != verdict::incomplete)
        return "a bad line in a head that is not whole";
    if (ours.is == verdict::incomplete && theirs.is == verdict::refused &&
        by_cohub(std::string(text) + "\n\r\n\r\n").is == verdict::refused)
        return "a bad byte in a line that is not whole";
    if (ours.is == verdict::complete && theirs.is == verdict::refused &&
        text.substr(12, 2) == "\r\n")
        return "no blank behind the status";
    if (ours.is == verdict::complete && theirs.is == verdict::complete && !ours.keep_alive &&
        text.starts_with("HTTP/1.0") && count(text, "close") != 0)
        return "`close` beside `keep-alive` in HTTP/1.0";
    return nullptr;
}

bool agree(seen const& a, seen const& b)
{
    if (a.is != b.is) return false;
    if (a.is != verdict::complete) return true;
    return a.status == b.status && a.keep_alive == b.keep_alive && a.need_eof == b.need_eof &&
           a.upgrade == b.upgrade && a.used == b.used && a.chunked == b.chunked &&
           a.length == b.length && a.content_type == b.content_type.substr(0, 80);
}

std::string shown(std::string_view text) { return cohub::detail::escaped(text, 1000); }

TEST(HeadJudge, AgreesWithBeastOrForAReason)
{
    heads make(20261129);
    int complete = 0, incomplete = 0, refused = 0, different = 0;
    std::map<std::string, int> reasons;
    for (int i = 0; i != 200'000; ++i) {
        std::string const text = make.next();
        seen const ours = by_cohub(text, static_cast<std::size_t>(i) % (text.size() + 1));
        seen const theirs = by_beast(text);
        ++(ours.is == verdict::complete  ? complete
           : ours.is == verdict::refused ? refused
                                         : incomplete);
        if (agree(ours, theirs)) continue;
        if (char const* const why = difference(text, ours, theirs)) {
            ++reasons[why];
            continue;
        }
        ASSERT_LT(++different, 5) << "too many";
        ADD_FAILURE() << shown(text) << "\n  ours: " << int(ours.is) << ' ' << ours.why << ' '
                      << ours.status << ours.keep_alive << ours.need_eof << ours.upgrade << " "
                      << shown(ours.content_type) << "\n  Beast: " << int(theirs.is) << ' '
                      << theirs.why << ' ' << theirs.status << theirs.keep_alive << theirs.need_eof
                      << theirs.upgrade << " " << shown(theirs.content_type);
    }
    std::printf("%d complete, %d incomplete, %d refused\n", complete, incomplete, refused);
    for (auto const& [why, n] : reasons) std::printf("%7d differ: %s\n", n, why.c_str());
    EXPECT_GT(complete, 20'000);
    EXPECT_GT(refused, 20'000);
}

}  // namespace
}  // namespace cohub::http
