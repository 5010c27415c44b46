#include <cohub/streams/detail/handshake.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <set>
#include <string>
#include <utility>

#include "support/websocket.hpp"

namespace cohub::streams::detail {
namespace {

/// An answer that has been read.
class answer_of
{
public:
    explicit answer_of(std::string text) : text_(std::move(text))
    {
        parser_.want_excerpt();
        error_code ec;
        parser_.feed(text_.data(), 0, text_.size(), ec);
        EXPECT_FALSE(ec) << ec.message();
    }
    answer_of(answer_of const&) = delete;
    operator http::response_parser const&() const { return parser_; }

private:
    std::string text_;
    http::response_parser parser_{8192, 1 << 20};
};

TEST(HandshakeTest, KnowsTheAnswerToAKey)
{
    EXPECT_EQ(accept_for("dGhlIHNhbXBsZSBub25jZQ=="), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    for (char const* key : {"", "x", "AAAAAAAAAAAAAAAAAAAAAA=="})
        EXPECT_EQ(accept_for(key), tests::ws_accept(key));
}

TEST(HandshakeTest, MakesAKeyOfItsOwnEachTime)
{
    std::set<std::string> seen;
    for (int i = 0; i != 100; ++i) {
        handshake_key const key = make_handshake_key();
        EXPECT_EQ(key.sent.size(), 24u);  // 16 bytes in base64
        EXPECT_TRUE(key.sent.ends_with("=="));
        EXPECT_EQ(key.accept, tests::ws_accept(key.sent));
        EXPECT_TRUE(seen.insert(key.sent).second);
    }
}

TEST(HandshakeTest, AsksWithTheFieldsOfTheRfc)
{
    std::string head = "GET / HTTP/1.1\r\n";
    append_upgrade_fields(head, {"key==", ""});
    EXPECT_EQ(
        head,
        "GET / HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: key==\r\n"
    );
}

TEST(HandshakeTest, TakesNoAnswerButTheRightOne)
{
    handshake_key const key{"k", "right"};
    std::string const begin = "HTTP/1.1 101 Switching Protocols\r\n";
    std::string const upgrade = "Connection: Upgrade\r\nUpgrade: websocket\r\n";
    answer_of const right(begin + upgrade + "Sec-WebSocket-Accept: right\r\n\r\n");
    EXPECT_FALSE(judge_upgrade(right, key));
    auto const cached =
        judge_upgrade(answer_of(begin + upgrade + "Sec-WebSocket-Accept: wrong\r\n\r\n"), key);
    ASSERT_TRUE(cached);
    EXPECT_EQ(cached->code, errc::ws_protocol);
    EXPECT_EQ(cached->http_status, 101);
    EXPECT_EQ(cached->at, stage::handshaking);
    EXPECT_NE(cached->detail.find("cache"), std::string::npos);
    for (std::string const& fields :
         {upgrade, std::string("Sec-WebSocket-Accept: right\r\n"), std::string()}) {
        auto const lacking = judge_upgrade(answer_of(begin + fields + "\r\n"), key);
        ASSERT_TRUE(lacking) << fields;
        EXPECT_EQ(lacking->code, errc::ws_protocol);
        EXPECT_NE(lacking->detail.find("lacks"), std::string::npos) << lacking->detail;
    }
    // OpenSSL could not make the digest: no value matches, not even an empty field.
    EXPECT_TRUE(judge_upgrade(answer_of(begin + upgrade + "\r\n"), {"k", ""}));
}

TEST(HandshakeTest, TellsWhyItWasRefused)
{
    std::chrono::system_clock::time_point const now{};
    failure f = refused_upgrade(
        answer_of("HTTP/1.1 503 Later\r\nRetry-After: 7\r\nContent-Length: 2\r\n\r\nno"),
        "hint",
        now
    );
    EXPECT_EQ(f.code, errc::ws_refused);
    EXPECT_EQ(f.http_status, 503);
    EXPECT_EQ(f.server_message, "no");
    EXPECT_EQ(f.retry_after, std::chrono::seconds(7));
    EXPECT_EQ(f.detail, "");
    f = refused_upgrade(answer_of("HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n"), "hint", now);
    EXPECT_EQ(f.detail, "hint");
    f = refused_upgrade(answer_of("HTTP/1.1 302 No\r\nContent-Length: 0\r\n\r\n"), "hint", now);
    EXPECT_NE(f.detail.find("redirect"), std::string::npos);
}

}  // namespace
}  // namespace cohub::streams::detail
