#include <cohub/transport/detail/answer_buffer.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>

namespace cohub::transport::detail {
namespace {

/// Receives a text as a connection does, and parses it.
class receiver
{
public:
    void receive(std::string_view text)
    {
        while (!text.empty()) {
            buffer.make_room(parser, 0);
            largest_free = std::max(largest_free, buffer.free_size());
            std::size_t const n = std::min(text.size(), buffer.free_size());
            std::copy_n(text.data(), n, buffer.free_space());
            buffer.received(n);
            text.remove_prefix(n);
            error_code ec;
            buffer.feed(*parser, ec);
            ASSERT_FALSE(ec) << ec.message();
        }
    }

    answer_buffer buffer;
    answer_buffer::parser parser{http::response_parser(8192, std::uint64_t{1} << 30)};
    std::size_t largest_free = 0;
};

std::string answer(std::string const& body)
{
    return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

TEST(AnswerBufferTest, TheFirstOneHoldsWhatIsKnownToCome)
{
    answer_buffer b;
    answer_buffer::parser none;
    EXPECT_TRUE(b.is_released());
    b.make_room(none, 1500);
    EXPECT_EQ(b.free_size(), 2048u);
    b.release();
    EXPECT_TRUE(b.is_released());
    b.make_room(none, 1);
    EXPECT_EQ(b.free_size(), 1024u);
    b.release();
    b.make_room(none, 1 << 20);
    EXPECT_EQ(b.free_size(), answer_buffer::small_size);
    b.release();
    b.make_room(none, 0);
    EXPECT_EQ(b.free_size(), answer_buffer::small_size);
}

TEST(AnswerBufferTest, KeepsAShortAnswerInOnePlaceWhileItGrows)
{
    std::string const body(20'000, 'b');
    receiver r;
    r.receive(answer(body));
    EXPECT_TRUE(r.parser->is_done());
    EXPECT_EQ(r.parser->body(), body);
    r.buffer.join(*r.parser);  // nothing is to be done
    EXPECT_EQ(r.parser->body(), body);
}

TEST(AnswerBufferTest, PutsALongBodyTogether)
{
    std::string body(3'000'000, '\0');
    for (std::size_t i = 0; i != body.size(); ++i) body[i] = static_cast<char>('a' + i % 26);
    receiver r;
    r.receive(answer(body));
    EXPECT_TRUE(r.parser->is_done());
    EXPECT_LE(r.largest_free, answer_buffer::largest_piece);
    EXPECT_LT(r.parser->body().size(), body.size());
    r.buffer.join(*r.parser);
    EXPECT_TRUE(r.parser->body() == body);
    r.buffer.clear_large();
    EXPECT_TRUE(r.buffer.is_released());
}

TEST(AnswerBufferTest, GivesBackOnlyWhatALongAnswerNeeded)
{
    receiver r;
    r.receive(answer(std::string(20'000, 'b')));
    r.buffer.clear_large();
    EXPECT_FALSE(r.buffer.is_released());
    EXPECT_TRUE(r.buffer.is_read());
    EXPECT_EQ(r.buffer.parsed(), 0u);
}

TEST(AnswerBufferTest, TheNextAnswerBeginsBehindTheOneThatIsRead)
{
    receiver r;
    r.receive("HTTP/1.1 103 Early\r\n\r\n");
    std::size_t const first = r.buffer.parsed();
    r.buffer.begin_next();
    r.parser.emplace(8192, std::uint64_t{1} << 20);
    r.receive(answer("yes"));
    EXPECT_EQ(r.parser->body(), "yes");
    EXPECT_GT(r.buffer.parsed(), first);
}

TEST(AnswerBufferTest, TellsWhatIsUnread)
{
    answer_buffer b;
    answer_buffer::parser none;
    b.make_room(none, 0);
    std::copy_n("stream", 6, b.free_space());
    b.received(6);
    EXPECT_EQ(b.unread(), "stream");
    b.used(2);
    EXPECT_EQ(b.unread(), "ream");
    EXPECT_FALSE(b.is_read());
    b.used(4);
    EXPECT_TRUE(b.is_read());
}

}  // namespace
}  // namespace cohub::transport::detail
