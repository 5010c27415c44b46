#include <boost/asio/error.hpp>

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdio>
#include <string>
#include <string_view>
#include <tuple>

#include "unit/transport/exchange_driver.hpp"

// A body of any length: none of its bytes is copied while it arrives (A6), and all bytes are there
// at the end.

namespace cohub::tests {
namespace {

enum class framing
{
    sized,
    chunked,
    until_close,
};

std::string long_text(std::size_t size)
{
    std::string text;
    text.reserve(size + 16);
    while (text.size() < size) text += std::to_string(text.size() * 7919) + ' ';
    text.resize(size);
    return text;
}

std::string chunks(std::string_view body, std::size_t each)
{
    std::string out;
    char line[32];
    for (std::size_t at = 0; at < body.size(); at += each) {
        std::string_view const piece = body.substr(at, each);
        std::snprintf(line, sizeof line, "%zx;a=b\r\n", piece.size());
        out.append(line).append(piece).append("\r\n");
    }
    return out + "0\r\n\r\n";
}

std::string framed(framing how, std::string_view body)
{
    if (how == framing::sized) return ok(body);
    std::string const head = "HTTP/1.1 200 OK\r\n";
    if (how == framing::until_close) return head + "\r\n" + std::string(body);
    return head + "Transfer-Encoding: chunked\r\n\r\n" + chunks(body, 1000);
}

class LongBody : public testing::TestWithParam<std::tuple<over, framing>>
{
protected:
    over link_over() const { return std::get<0>(GetParam()); }
    framing how() const { return std::get<1>(GetParam()); }
    /// Each piece that is read is short.
    static void run(exchange_link& l)
    {
        while (l.step() && l.now_in() == exchange_state::reading)
            ASSERT_LE(l.x->answer().body().size(), answer_buffer::largest_piece);
    }
};

TEST_P(LongBody, A6ComesInPiecesAndIsPutTogetherAtTheEnd)
{
    std::string const body = long_text(5'300'123);
    exchange_link l(link_over());
    l.stand();
    l.send(a_request);
    l.pass_on();
    l.says(framed(how(), body));
    run(l);
    if (how() == framing::until_close) {
        if (l.server) {
            l.server->close_notify();
            l.arrives(l.server->take_output());
        }
        l.ends = true;
        run(l);
    }
    ASSERT_EQ(l.last_told(), action_kind::answer);
    EXPECT_EQ(l.reusable, how() != framing::until_close);
    EXPECT_LT(l.x->answer().body().size(), body.size());
    EXPECT_EQ(l.x->answer().body_size(), body.size());
    l.x->join_body();
    EXPECT_TRUE(l.x->answer().body() == body);
    EXPECT_EQ(l.x->answer().body_size(), body.size());
    if (how() == framing::until_close) return;
    l.on({.what = event_kind::release});
    l.exchange_once(a_request, ok("short again"));
}

TEST_P(LongBody, HasOneLimitForAllPieces)
{
    std::string const body = long_text(3'000'000);
    for (std::size_t const over_by : {0, 1}) {
        limit_options limits;
        limits.max_body = body.size() - over_by;
        exchange_link l(link_over(), limits);
        l.stand();
        l.send(a_request);
        l.pass_on();
        l.says(framed(how(), body));
        run(l);
        if (over_by == 1) {
            ASSERT_EQ(l.last_told(), action_kind::broken);
            EXPECT_EQ(l.why->code, errc::too_large);
        } else if (how() != framing::until_close) {
            ASSERT_EQ(l.last_told(), action_kind::answer);
            l.x->join_body();
            EXPECT_TRUE(l.x->answer().body() == body);
        }
    }
}

TEST_P(LongBody, MayBreakOffInAnyPiece)
{
    std::string const body = long_text(2'500'000);
    std::string const whole = framed(how(), body);
    exchange_link l(link_over());
    l.stand();
    l.send(a_request);
    l.pass_on();
    l.says(std::string_view(whole).substr(0, whole.size() - 100));
    run(l);
    EXPECT_EQ(l.now_in(), exchange_state::reading);
    l.receive_error = boost::asio::error::connection_reset;
    l.run();
    ASSERT_EQ(l.last_told(), action_kind::broken);
    EXPECT_EQ(l.why->code, errc::truncated);
}

std::string name_of(testing::TestParamInfo<std::tuple<over, framing>> const& i)
{
    static char const* const links[] = {"Plain", "Tls12", "Tls13"};
    static char const* const framings[] = {"Sized", "Chunked", "UntilClose"};
    auto const [link, how] = i.param;
    return std::string(links[static_cast<int>(link)]) + framings[static_cast<int>(how)];
}

INSTANTIATE_TEST_SUITE_P(
    All,
    LongBody,
    testing::Combine(
        testing::Values(over::plain, over::tls12, over::tls13),
        testing::Values(framing::sized, framing::chunked, framing::until_close)
    ),
    name_of
);

}  // namespace
}  // namespace cohub::tests
