#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <string>

#include "unit/transport/exchange_links.hpp"

namespace cohub::tests {
namespace {

INSTANTIATE_TEST_SUITE_P(
    All, ExchangeOver, testing::Values(over::plain, over::tls12, over::tls13), name_of
);

TEST_P(ExchangeOver, SendsARequestAndReadsItsAnswer)
{
    idle_link l(GetParam());
    EXPECT_EQ(l.x->exchanges(), 0U);
    l.send(a_request);
    l.run_both();
    EXPECT_EQ(l.heard, a_request);
    EXPECT_TRUE(l.x->request_sent());
    EXPECT_FALSE(l.x->answer_began());
    EXPECT_EQ(l.now_in(), exchange_state::reading);
    l.says(ok("hello"));
    l.run_both();
    EXPECT_EQ(l.told, told{action_kind::answer});
    EXPECT_EQ(l.x->answer().status(), 200);
    EXPECT_EQ(l.x->answer().body(), "hello");
    EXPECT_TRUE(l.x->answer_began());
    EXPECT_EQ(l.reusable, true);
    EXPECT_EQ(l.x->exchanges(), 1U);
    EXPECT_EQ(l.looks, 1U);
}

TEST_P(ExchangeOver, DoesTheSameByteByByte)
{
    exchange_link l(GetParam());
    l.gives = 1;
    l.takes = 1;
    l.connect();
    // The socket blocks after each byte.
    auto const go = [&l] {
        for (;;) {
            l.pass_on();
            l.room = 1;
            if (!l.step()) break;
        }
    };
    l.room = 1;
    go();
    ASSERT_EQ(l.now_in(), exchange_state::idle);
    l.told.clear();
    for (int i = 0; i != 3; ++i) {
        l.heard.clear();
        l.room = 1;
        l.send(a_request);
        go();
        EXPECT_EQ(l.heard, a_request);
        l.says(ok("hello"));
        go();
        ASSERT_EQ(l.last_told(), action_kind::answer);
        EXPECT_EQ(l.x->answer().body(), "hello");
        EXPECT_EQ(l.reusable, true);
        l.on({.what = event_kind::release});
    }
}

TEST_P(ExchangeOver, SentIsWhatTheSocketTook)
{
    idle_link l(GetParam());
    EXPECT_FALSE(l.x->request_sent());
    l.room = 0;
    l.send(a_request);
    EXPECT_EQ(l.now_in(), exchange_state::writing);
    EXPECT_FALSE(l.x->request_sent());
    EXPECT_GE(l.x->unsent(), a_request.size());
    EXPECT_TRUE(l.wants_writable);
    EXPECT_TRUE(l.is_reading());

    l.room = 1;
    ASSERT_TRUE(l.step());
    EXPECT_TRUE(l.x->request_sent());
    EXPECT_EQ(l.now_in(), exchange_state::writing);

    l.room = exchange_driver::all;
    l.run_both();
    EXPECT_EQ(l.now_in(), exchange_state::reading);
    EXPECT_EQ(l.x->unsent(), 0U);
    EXPECT_EQ(l.heard, a_request);
}

TEST_P(ExchangeOver, CountsEachRequestByItself)
{
    used_link l(GetParam());
    l.room = 0;
    l.send(a_request);
    EXPECT_FALSE(l.x->request_sent());
    EXPECT_FALSE(l.x->answer_began());
}

TEST_P(ExchangeOver, AnIdleConnectionHasSentNothing)
{
    used_link l(GetParam());
    EXPECT_FALSE(l.x->request_sent());
    l.says(ok("of nobody"));
    l.on({.what = event_kind::check});
    EXPECT_EQ(l.told, told{action_kind::stale});
    EXPECT_FALSE(l.x->request_sent());
}

TEST_P(ExchangeOver, WritesALongRequestInPieces)
{
    idle_link l(GetParam());
    std::string request = "POST / HTTP/1.1\r\nContent-Length: 300000\r\n\r\n";
    for (int i = 0; i != 300'000; ++i) request += static_cast<char>('a' + i % 26);
    l.room = 0;
    l.send(request);
    while (l.now_in() == exchange_state::writing) {
        l.room = 7001;
        ASSERT_TRUE(l.step());
        l.pass_on();
    }
    EXPECT_EQ(l.heard, request);
    EXPECT_LE(l.output.capacity(), answer_buffer::large_size);
}

TEST_P(ExchangeOver, TakesAnAnswerThatComesBeforeTheRequestIsOut)
{
    idle_link l(GetParam());
    l.pass_on();
    l.room = 3;
    l.send(std::string(5000, 'q'));
    ASSERT_EQ(l.now_in(), exchange_state::writing);
    l.says("HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\nno");
    l.run();
    EXPECT_EQ(l.told, told{action_kind::answer});
    EXPECT_EQ(l.x->answer().status(), 413);
    EXPECT_EQ(l.x->answer().body(), "no");
    EXPECT_EQ(l.reusable, false);
}

TEST_P(ExchangeOver, TakesAnAnswerAfterAWriteThatFailed)
{
    idle_link l(GetParam());
    l.room = 3;
    l.send(std::string(5000, 'q'));
    l.send_error = error::broken_pipe;
    ASSERT_TRUE(l.step());
    EXPECT_EQ(l.now_in(), exchange_state::reading);
    l.says("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n");
    l.run();
    EXPECT_EQ(l.told, told{action_kind::answer});
    EXPECT_EQ(l.x->answer().status(), 503);
    EXPECT_EQ(l.reusable, false);
}

TEST_P(ExchangeOver, IsLostIfAWriteFailsAndNoAnswerComes)
{
    idle_link l(GetParam());
    l.room = 3;
    l.send(std::string(5000, 'q'));
    l.send_error = error::broken_pipe;
    ASSERT_TRUE(l.step());
    l.ends = true;
    l.run();
    EXPECT_EQ(broken(l).code, errc::connection_lost);
    EXPECT_EQ(broken(l).cause, error::broken_pipe);
    EXPECT_TRUE(l.x->request_sent());
}

TEST_P(ExchangeOver, IsLostIfTheFirstWriteOfANewConnectionFails)
{
    idle_link l(GetParam());
    l.send_error = error::broken_pipe;
    l.send(a_request);
    EXPECT_EQ(broken(l).code, errc::connection_lost);
    EXPECT_EQ(broken(l).at, stage::writing);
    EXPECT_FALSE(l.x->request_sent());
}

TEST_P(ExchangeOver, IsStaleIfTheFirstWriteOfAUsedConnectionFails)
{
    used_link l(GetParam());
    l.send_error = error::broken_pipe;
    l.send(a_request);
    EXPECT_EQ(l.told, told{action_kind::stale});
    EXPECT_FALSE(l.x->request_sent());
}

TEST_P(ExchangeOver, IsLostIfTheServerEndsBeforeTheAnswer)
{
    reading_link l(GetParam());
    l.ends = true;
    l.run();
    EXPECT_EQ(broken(l).code, errc::connection_lost);
    EXPECT_EQ(broken(l).at, stage::reading_head);
    EXPECT_EQ(broken(l).http_status, 0);
}

TEST_P(ExchangeOver, TellsWhyReceivingFailed)
{
    reading_link l(GetParam());
    l.receive_error = error::connection_reset;
    l.run();
    EXPECT_EQ(broken(l).code, errc::connection_lost);
    EXPECT_EQ(broken(l).cause, error::connection_reset);
}

TEST_P(ExchangeOver, TellsThatAnAnswerIsCutOff)
{
    reading_link l(GetParam());
    l.says("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell");
    l.ends = true;
    l.run();
    EXPECT_EQ(broken(l).code, errc::truncated);
    EXPECT_EQ(broken(l).at, stage::reading_body);
    EXPECT_EQ(broken(l).http_status, 200);
}

TEST_P(ExchangeOver, TakesAnErrorWhoseBodyIsCutOff)
{
    reading_link l(GetParam());
    l.says("HTTP/1.1 500 Oh\r\nContent-Length: 5\r\n\r\nhell");
    l.ends = true;
    l.run();
    EXPECT_EQ(l.told, told{action_kind::answer});
    EXPECT_EQ(l.x->answer().body(), "hell");
    EXPECT_EQ(l.reusable, false);
}

TEST_P(ExchangeOver, EndsALongErrorEarly)
{
    reading_link l(GetParam());
    l.says("HTTP/1.1 500 Oh\r\nContent-Length: 500000\r\n\r\n" + std::string(20'000, 'e'));
    l.run_both();
    EXPECT_EQ(l.told, told{action_kind::answer});
    EXPECT_GE(l.x->answer().body().size(), http::response_parser::max_excerpt);
    EXPECT_LT(l.x->answer().body().size(), 20'000U);
    EXPECT_EQ(l.reusable, false);
}

TEST_P(ExchangeOver, TakesAnAnswerThatTheServersEndCompletes)
{
    reading_link l(GetParam());
    l.says("HTTP/1.1 200 OK\r\n\r\nall of it");
    l.says_goodbye();
    l.ends = true;
    l.run();
    EXPECT_EQ(l.told, told{action_kind::answer});
    EXPECT_EQ(l.x->answer().body(), "all of it");
    EXPECT_EQ(l.reusable, false);
}

TEST_P(ExchangeOver, KeepsABodyWhoseBufferMovesBeforeTheEnd)
{
    reading_link l(GetParam());
    std::string const body(3500, 'b');  // so long that the next receive needs another buffer
    l.says("HTTP/1.1 200 OK\r\n\r\n" + body);
    l.run();
    l.says_goodbye();
    l.ends = true;
    l.run();
    ASSERT_EQ(l.told, told{action_kind::answer});
    // Replaces the first buffer.
    std::unique_ptr<char[]> others[8];
    for (auto& other : others) {
        other = std::make_unique<char[]>(answer_buffer::small_size);
        std::fill_n(other.get(), answer_buffer::small_size, '#');
    }
    EXPECT_TRUE(l.x->answer().body() == body);
}

TEST_P(ExchangeOver, TakesNoAnswerThatAnErrorEnds)
{
    reading_link l(GetParam());
    l.says("HTTP/1.1 200 OK\r\n\r\nall of it?");
    l.receive_error = error::connection_reset;
    l.run();
    EXPECT_EQ(broken(l).code, errc::truncated);
    EXPECT_EQ(broken(l).cause, error::connection_reset);
}

TEST_P(ExchangeOver, PutsTheChunksOfABodyTogether)
{
    idle_link l(GetParam());
    l.gives = 7;
    l.send(a_request);
    l.run_both();
    std::string answer = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    std::string body;
    for (int i = 0; i != 1000; ++i) {
        answer += "a;x=y\r\n0123456789\r\n";
        body += "0123456789";
    }
    answer += "0\r\n\r\n";
    l.says(answer);
    l.run_both();
    EXPECT_EQ(l.told, told{action_kind::answer});
    EXPECT_EQ(l.x->answer().body(), body);
    EXPECT_EQ(l.reusable, true);
}

TEST_P(ExchangeOver, GoesByTheServersWishToClose)
{
    reading_link l(GetParam());
    l.says("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1\r\n\r\n1");
    l.run_both();
    EXPECT_EQ(l.told, told{action_kind::answer});
    EXPECT_EQ(l.reusable, false);
}

TEST_P(ExchangeOver, DoesNotReuseWhatSaysTooMuch)
{
    reading_link l(GetParam());
    l.says(ok("1") + "H");
    l.run_both();
    EXPECT_EQ(l.told, told{action_kind::answer});
    EXPECT_EQ(l.x->answer().body(), "1");
    EXPECT_EQ(l.reusable, false);
}

TEST_P(ExchangeOver, DoesNotReuseWhatSaysTooMuchInAWriteOfItsOwn)
{
    reading_link l(GetParam());
    l.says(ok("1"));
    l.says(ok("2"));
    l.run_both();
    EXPECT_EQ(l.told, told{action_kind::answer});
    EXPECT_EQ(l.x->answer().body(), "1");
    EXPECT_EQ(l.reusable, false);
}

TEST_P(ExchangeOver, RefusesWhatIsNotHttp)
{
    reading_link l(GetParam());
    l.says("SSH-2.0-OpenSSH_9.2p1\r\n\r\n");
    l.run_both();
    EXPECT_EQ(broken(l).code, errc::protocol_error);
    EXPECT_EQ(broken(l).at, stage::reading_head);
}

TEST_P(ExchangeOver, RefusesWhatIsTooLarge)
{
    limit_options limits;
    limits.max_body = 1000;
    reading_link l(GetParam(), limits);
    l.says("HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n");
    l.run_both();
    EXPECT_EQ(broken(l).code, errc::too_large);
    EXPECT_EQ(broken(l).http_status, 200);
}

TEST_P(ExchangeOver, SkipsInformation)
{
    reading_link l(GetParam());
    for (int i = 0; i != 16; ++i) l.says("HTTP/1.1 103 Early Hints\r\nLink: <a>\r\n\r\n");
    l.run_both();
    EXPECT_EQ(l.told, told());
    EXPECT_EQ(l.x->current_stage(), stage::reading_head);
    l.says(ok("hello"));
    l.run_both();
    EXPECT_EQ(l.told, told{action_kind::answer});
    EXPECT_EQ(l.x->answer().status(), 200);
    EXPECT_EQ(l.x->answer().body(), "hello");
    EXPECT_EQ(l.reusable, true);
}

TEST_P(ExchangeOver, RefusesTooMuchInformation)
{
    reading_link l(GetParam());
    std::string all;
    for (int i = 0; i != 17; ++i) all += "HTTP/1.1 100 Continue\r\n\r\n";
    l.says(all + ok("hello"));
    l.run_both();
    EXPECT_EQ(broken(l).code, errc::protocol_error);
    EXPECT_EQ(broken(l).http_status, 100);
    EXPECT_EQ(broken(l).detail, "too many 1xx responses before the answer");
}

TEST_P(ExchangeOver, RefusesLongInformation)
{
    limit_options limits;
    limits.max_header = 1000;
    reading_link l(GetParam(), limits);
    for (int i = 0; i != 3; ++i)
        l.says("HTTP/1.1 103 Early Hints\r\nLink: " + std::string(400, 'a') + "\r\n\r\n");
    l.run_both();
    EXPECT_EQ(broken(l).code, errc::too_large);
    EXPECT_EQ(broken(l).at, stage::reading_head);
}

TEST_P(ExchangeOver, RefusesASwitchThatNobodyAskedFor)
{
    reading_link l(GetParam());
    l.says(switched);
    l.run_both();
    EXPECT_EQ(broken(l).code, errc::protocol_error);
    EXPECT_EQ(broken(l).http_status, 101);
    EXPECT_EQ(broken(l).detail, "the server switched protocols unasked");
}

TEST_P(ExchangeOver, EndsItselfForGoodWhenClosed)
{
    idle_link l(GetParam());
    l.close(false);
    EXPECT_EQ(l.told, told{action_kind::close});
    EXPECT_EQ(l.out, "");
    l.send(a_request);
    EXPECT_EQ(l.out, "");
    l.close(true);
    EXPECT_EQ(l.out, "");
    EXPECT_EQ(l.now_in(), exchange_state::closed);
}

TEST_P(ExchangeOver, TellsTheServerOfItsEndIfAskedTo)
{
    for (int i = 0; i != 3; ++i) {
        idle_link l(GetParam());
        if (i > 0) l.send(a_request);
        if (i > 1) l.says(ok("1"));
        l.run_both();
        l.close(true);
        EXPECT_EQ(l.out.empty(), !is_tls());
        l.pass_on();
        EXPECT_EQ(!l.server || l.server->was_told_of_the_end(), true);
        EXPECT_EQ(l.output, "");
    }
}

TEST_P(ExchangeOver, TellsNothingInsideARecordThatIsHalfOut)
{
    idle_link l(GetParam());
    l.pass_on();
    l.room = 3;
    l.send(a_request);
    l.room = exchange_driver::all;
    l.close(true);
    EXPECT_EQ(l.out.size(), 3U);
    EXPECT_EQ(l.x->unsent(), 0U);
}

TEST_P(ExchangeOver, CloseLeavesNothingInTheSharedOutput)
{
    idle_link l(GetParam());
    l.output = "what a step that threw has left";
    l.resume({.what = event_kind::close});
    EXPECT_EQ(l.output, "");
}

TEST_P(ExchangeOver, WorksOnWithoutItsBuffers)
{
    idle_link l(GetParam());
    for (int i = 0; i != 3; ++i) {
        l.x->shrink_buffers();
        EXPECT_TRUE(l.x->is_shrunk());
        l.exchange_once(a_request, ok(std::string(10'000, 'b')));
        EXPECT_FALSE(l.x->is_shrunk());
    }
}

// ---- A7 ----------------------------------------------------------------------------------------

TEST_P(ExchangeOver, A7ReadsAHugeAnswerInLargePieces)
{
    reading_link l(GetParam());
    std::string body(20'000'000, '\0');
    for (std::size_t i = 0; i != body.size(); ++i) body[i] = static_cast<char>(i * 31 % 251);
    l.says(ok(body));
    l.reads = 1;  // the pending read
    l.full_reads = 0;
    l.run_both();
    ASSERT_EQ(l.told, told{action_kind::answer});
    l.x->join_body();
    EXPECT_TRUE(l.x->answer().body() == body);
    EXPECT_LE(l.reads, 1000U);
    EXPECT_GE(l.reads, l.full_reads);
    EXPECT_EQ(l.largest_read, answer_buffer::large_size);
    RecordProperty("reads", static_cast<int>(l.reads));
    l.on({.what = event_kind::release});
    l.exchange_once(a_request, ok("1"));
}

TEST_P(ExchangeOver, ReadsASmallAnswerIntoASmallBuffer)
{
    idle_link l(GetParam());
    l.exchange_once(a_request, ok("1"));
    EXPECT_EQ(
        l.largest_read,
        GetParam() == over::plain ? answer_buffer::small_size : exchange::first_receive
    );
    EXPECT_EQ(l.reads, 1U);
}

}  // namespace
}  // namespace cohub::tests
