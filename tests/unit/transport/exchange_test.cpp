#include <cohub/transport/detail/exchange.hpp>

#include <boost/asio/error.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "unit/transport/exchange_driver.hpp"

namespace cohub::tests {
namespace {

namespace error = boost::asio::error;
using transport::detail::tls_context;
using told = std::vector<action_kind>;

/// The failure behind the last `broken`.
failure const& broken(exchange_driver const& d)
{
    static failure const none;
    EXPECT_EQ(d.last_told(), action_kind::broken);
    EXPECT_EQ(d.now_in(), exchange_state::closed);
    EXPECT_TRUE(d.why);
    return d.why ? *d.why : none;
}

/// A connection that nothing has been sent on.
struct idle_link : exchange_link
{
    explicit idle_link(over o, limit_options const& l = {}) : exchange_link(o, l) { stand(); }
};

/// One whose server has a request, and has not answered yet.
struct reading_link : idle_link
{
    explicit reading_link(over o, limit_options const& l = {}) : idle_link(o, l)
    {
        send(a_request);
        run_both();
    }
};

/// One that has carried a request, and is idle again.
struct used_link : idle_link
{
    explicit used_link(over o) : idle_link(o) { exchange_once(a_request, ok("1")); }
};

/// One that has become a stream.
struct stream_link : idle_link
{
    explicit stream_link(over o) : idle_link(o)
    {
        send_upgrade(a_request);
        run_both();
        says(switched);
        run_both();
        EXPECT_EQ(now_in(), exchange_state::upgraded);
        told.clear();
        heard.clear();
    }
};

// ---- connecting --------------------------------------------------------------------------------

TEST(Exchange, TriesTheAddressesOneAfterTheOther)
{
    exchange_driver d(nullptr);
    d.on({.what = event_kind::resolved, .n = 3});
    EXPECT_EQ(d.connecting_to, 0U);
    EXPECT_EQ(d.x->addresses_left(), 2U);
    d.on({.what = event_kind::connect_failed, .ec = error::connection_refused});
    EXPECT_EQ(d.connecting_to, 1U);
    d.on({.what = event_kind::address_over});
    EXPECT_EQ(d.connecting_to, 2U);
    EXPECT_EQ(d.x->addresses_left(), 0U);
    d.on({.what = event_kind::connected});
    EXPECT_EQ(d.told, told{action_kind::ready});
    EXPECT_EQ(d.stages, std::vector{stage::connecting});
}

TEST(Exchange, TellsWhyTheLastAddressFailed)
{
    exchange_driver d(nullptr);
    d.on({.what = event_kind::resolved, .n = 2});
    d.on({.what = event_kind::connect_failed, .ec = error::host_unreachable});
    d.on({.what = event_kind::connect_failed, .ec = error::connection_refused});
    EXPECT_EQ(broken(d).code, errc::connect_failed);
    EXPECT_EQ(broken(d).cause, error::connection_refused);
    EXPECT_EQ(broken(d).at, stage::connecting);
}

TEST(Exchange, TellsThatTheLastAddressTookTooLong)
{
    exchange_driver d(nullptr);
    d.on({.what = event_kind::resolved, .n = 1});
    d.on({.what = event_kind::address_over});
    EXPECT_EQ(broken(d).code, errc::connect_failed);
    EXPECT_EQ(broken(d).cause, error::timed_out);
}

TEST(Exchange, FailsWithoutAnAddress)
{
    exchange_driver d(nullptr);
    d.on({.what = event_kind::resolved, .n = 0});
    EXPECT_EQ(broken(d).code, errc::connect_failed);
    EXPECT_FALSE(broken(d).cause);
}

TEST(Exchange, HandsOnWhyTheNameWasNotResolved)
{
    exchange_driver d(nullptr);
    failure f(errc::resolve_failed, "no such name");
    d.on({.what = event_kind::resolve_failed, .why = &f});
    EXPECT_EQ(broken(d).code, errc::resolve_failed);
    EXPECT_EQ(broken(d).detail, "no such name");
}

TEST(Exchange, TellsTheStageWhoseTimeIsOver)
{
    auto const time_over = [](exchange_driver& d, stage at) {
        EXPECT_EQ(d.x->current_stage(), at);
        d.on({.what = event_kind::time_over});
        EXPECT_EQ(broken(d).code, errc::timeout);
        EXPECT_EQ(broken(d).at, at);
    };
    exchange_link resolving(over::plain);
    time_over(resolving, stage::resolving);

    exchange_link connecting(over::plain);
    connecting.on({.what = event_kind::resolved, .n = 1});
    time_over(connecting, stage::connecting);

    exchange_link handshaking(over::tls13);
    handshaking.connect();
    EXPECT_EQ(handshaking.stages, (std::vector{stage::connecting, stage::handshaking}));
    time_over(handshaking, stage::handshaking);

    idle_link looking(over::plain);
    looking.resume({.what = event_kind::send, .bytes = a_request});
    time_over(looking, stage::writing);

    idle_link writing(over::plain);
    writing.room = 0;
    writing.send(a_request);
    time_over(writing, stage::writing);

    reading_link head(over::plain);
    time_over(head, stage::reading_head);

    reading_link body(over::plain);
    body.says("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n12");
    body.run();
    time_over(body, stage::reading_body);

    stream_link upgraded(over::plain);
    time_over(upgraded, stage::none);
}

// ---- the same over plain TCP and TLS -----------------------------------------------------------

class ExchangeOver : public testing::TestWithParam<over>
{
public:
    bool is_tls() const { return GetParam() != over::plain; }
};

std::string name_of(testing::TestParamInfo<over> const& p)
{
    return p.param == over::plain ? "Plain" : p.param == over::tls12 ? "Tls12" : "Tls13";
}

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
    // The socket blocks behind each byte.
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
    EXPECT_LE(l.output.capacity(), answer_buffer::large);
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
    std::string const body(3500, 'b');  // so much that the next receive needs another buffer
    l.says("HTTP/1.1 200 OK\r\n\r\n" + body);
    l.run();
    l.says_goodbye();
    l.ends = true;
    l.run();
    ASSERT_EQ(l.told, told{action_kind::answer});
    // Takes the place of the first buffer.
    std::unique_ptr<char[]> others[8];
    for (auto& other : others) {
        other = std::make_unique<char[]>(answer_buffer::small);
        std::fill_n(other.get(), answer_buffer::small, '#');
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
    l.reads = 1;  // the one that is pending
    l.full_reads = 0;
    l.run_both();
    ASSERT_EQ(l.told, told{action_kind::answer});
    l.x->join_body();
    EXPECT_TRUE(l.x->answer().body() == body);
    EXPECT_LE(l.reads, 1000U);
    EXPECT_GE(l.reads, l.full_reads);
    EXPECT_EQ(l.largest_read, answer_buffer::large);
    RecordProperty("reads", static_cast<int>(l.reads));
    l.on({.what = event_kind::release});
    l.exchange_once(a_request, ok("1"));
}

TEST_P(ExchangeOver, ReadsASmallAnswerIntoASmallBuffer)
{
    idle_link l(GetParam());
    l.exchange_once(a_request, ok("1"));
    EXPECT_EQ(l.largest_read, answer_buffer::small);
    EXPECT_EQ(l.reads, 1U);
}

// ---- B6: the look ------------------------------------------------------------------------------

TEST_P(ExchangeOver, B6TakesNoAnswerThatLayThereBeforeTheRequest)
{
    used_link l(GetParam());
    l.says(ok("of nobody"));
    l.out.clear();
    std::size_t const writes = l.writes;
    l.send(a_request);
    EXPECT_EQ(l.told, told{action_kind::stale});
    EXPECT_EQ(l.now_in(), exchange_state::closed);
    EXPECT_EQ(l.writes, writes);
}

TEST_P(ExchangeOver, B6BreaksANewConnectionOnWhichTheServerSpeaksFirst)
{
    idle_link l(GetParam());
    l.says(ok("of nobody"));
    l.send(a_request);
    EXPECT_EQ(broken(l).code, errc::protocol_error);
    EXPECT_EQ(broken(l).detail, "the server spoke before it was asked");
    EXPECT_EQ(broken(l).at, stage::writing);
    EXPECT_EQ(l.writes, 0U);
    EXPECT_FALSE(l.x->request_sent());
}

TEST_P(ExchangeOver, IsStaleIfTheServerHasEndedAUsedConnection)
{
    for (bool const fails : {false, true}) {
        used_link l(GetParam());
        if (fails) l.receive_error = error::connection_reset;
        l.ends = true;
        l.send(a_request);
        EXPECT_EQ(l.told, told{action_kind::stale});
        EXPECT_EQ(l.out, "");
    }
}

TEST_P(ExchangeOver, IsLostIfTheServerHasEndedANewConnection)
{
    for (bool const fails : {false, true}) {
        idle_link l(GetParam());
        l.ends = true;
        if (fails) l.receive_error = error::connection_reset;
        l.send(a_request);
        EXPECT_EQ(broken(l).code, errc::connection_lost);
        EXPECT_EQ(!!broken(l).cause, fails);
        EXPECT_FALSE(l.x->request_sent());
        EXPECT_EQ(l.writes, 0U);
    }
}

TEST_P(ExchangeOver, ChecksAnIdleConnectionWithoutARequest)
{
    idle_link l(GetParam());
    l.on({.what = event_kind::check});
    EXPECT_EQ(l.now_in(), exchange_state::idle);
    EXPECT_EQ(l.told, told());
    EXPECT_EQ(l.looks, 1U);
    l.exchange_once(a_request, ok("1"));
    l.on({.what = event_kind::check});
    EXPECT_EQ(l.now_in(), exchange_state::idle);
    l.ends = true;
    l.on({.what = event_kind::check});
    EXPECT_EQ(l.told, told{action_kind::stale});
}

TEST_P(ExchangeOver, ChecksANewConnectionForWordsOfTheServer)
{
    idle_link l(GetParam());
    l.says("?");
    l.on({.what = event_kind::check});
    EXPECT_EQ(l.told, told{action_kind::stale});
}

// ---- streams -----------------------------------------------------------------------------------

TEST_P(ExchangeOver, BecomesAStreamWithWhatCameBehindTheSwitch)
{
    idle_link l(GetParam());
    l.send_upgrade(a_request);
    l.run_both();
    l.says(std::string(switched) + "first");
    l.run_both();
    EXPECT_EQ(l.told, told{action_kind::upgraded});
    EXPECT_EQ(l.x->answer().status(), 101);
    EXPECT_EQ(l.stream, "first");
    EXPECT_TRUE(l.is_reading());
    l.says(" second");
    l.run_both();
    EXPECT_EQ(l.stream, "first second");
    EXPECT_EQ(l.told, (told{action_kind::upgraded, action_kind::input}));
}

TEST_P(ExchangeOver, GivesTheAnswerThatComesInPlaceOfASwitch)
{
    idle_link l(GetParam());
    l.send_upgrade(a_request);
    l.run_both();
    l.says(ok(std::string(50'000, 'b')));
    l.run_both();
    EXPECT_EQ(l.told, told{action_kind::answer});
    EXPECT_GE(l.x->answer().body().size(), http::response_parser::max_excerpt);
    EXPECT_LT(l.x->answer().body().size(), 20'000U);
    EXPECT_EQ(l.reusable, false);
}

TEST_P(ExchangeOver, SendsOnAStream)
{
    stream_link l(GetParam());
    l.send("one ");
    l.room = 2;
    l.send("two ");
    l.send("three");
    EXPECT_GT(l.x->unsent(), 0U);
    EXPECT_TRUE(l.wants_writable);
    l.room = exchange_driver::all;
    l.run_both();
    EXPECT_EQ(l.heard, "one two three");
    EXPECT_EQ(l.x->unsent(), 0U);
}

TEST_P(ExchangeOver, HoldsTheServerBackWhileTheOwnerHasEnough)
{
    stream_link l(GetParam());
    l.on_input = [] {};
    l.says("bytes");
    l.run_both();
    EXPECT_EQ(l.told, told{action_kind::input});
    EXPECT_FALSE(l.is_reading());
    l.says(" and more");
    l.run_both();
    EXPECT_EQ(l.x->unread(), "bytes");

    // Sending does not read.
    l.send("I am full");
    l.run_both();
    EXPECT_EQ(l.heard, "I am full");
    EXPECT_FALSE(l.is_reading());
    l.x->used(2);
    l.on({.what = event_kind::read_on});
    EXPECT_FALSE(l.is_reading());
    EXPECT_EQ(l.take_unread(), "tes");
    l.send("!");
    EXPECT_FALSE(l.is_reading());

    l.on_input = [&l] { l.stream += l.take_unread(); };
    l.on({.what = event_kind::read_on});
    l.run_both();
    EXPECT_EQ(l.stream, " and more");
    EXPECT_TRUE(l.is_reading());
}

TEST_P(ExchangeOver, AnswersAPingWhileItReads)
{
    stream_link l(GetParam());
    l.on_input = [&l] {
        l.stream += l.take_unread();
        l.send("pong ");
    };
    for (int i = 0; i != 5; ++i) {
        l.says("ping ");
        l.run_both();
        EXPECT_TRUE(l.is_reading());
    }
    EXPECT_EQ(l.stream, "ping ping ping ping ping ");
    EXPECT_EQ(l.heard, "pong pong pong pong pong ");
}

TEST_P(ExchangeOver, AnswersAPingThatMoreFollows)
{
    // All of it lies in the socket: with TLS each piece is a record, and the owner answers the
    // first while the others wait to be decrypted.
    stream_link l(GetParam());
    l.on_input = [&l] {
        l.stream += l.take_unread();
        l.send("pong ");
    };
    std::string all;
    for (int i = 0; i != 200; ++i) {
        std::string const piece = std::to_string(i) + std::string(900, '.');
        l.says(piece);
        all += piece;
    }
    l.run_both();
    EXPECT_TRUE(l.stream == all) << l.stream.size() << " of " << all.size();
    EXPECT_TRUE(l.is_reading());
}

TEST_P(ExchangeOver, AnswersAPingThatComesWithTheSwitch)
{
    idle_link l(GetParam());
    l.on_input = [&l] {
        l.stream += l.take_unread();
        l.send("pong");
    };
    l.send_upgrade(a_request);
    l.run_both();
    l.heard.clear();
    l.says(switched);
    l.says("ping");
    l.run_both();
    EXPECT_EQ(l.stream, "ping");
    EXPECT_EQ(l.heard.substr(0, 4), "pong");
    EXPECT_TRUE(l.is_reading());
}

TEST_P(ExchangeOver, ReadsOnAfterAPause)
{
    stream_link l(GetParam());
    l.on({.what = event_kind::nothing_there});
    l.resume({.what = event_kind::nothing_there});
    EXPECT_FALSE(l.is_reading());
    l.on({.what = event_kind::read_on});
    EXPECT_TRUE(l.is_reading());
    l.says("bytes");
    l.run_both();
    EXPECT_EQ(l.stream, "bytes");
}

TEST_P(ExchangeOver, TellsTheEndOfAStream)
{
    stream_link l(GetParam());
    l.says("last");
    l.says_goodbye();
    l.ends = true;
    l.run();
    EXPECT_EQ(l.stream, "last");
    EXPECT_EQ(broken(l).code, errc::truncated);
    EXPECT_FALSE(broken(l).cause);
}

TEST_P(ExchangeOver, TellsWhyAStreamIsLost)
{
    stream_link l(GetParam());
    l.receive_error = error::connection_reset;
    l.run();
    EXPECT_EQ(broken(l).cause, error::connection_reset);
}

TEST_P(ExchangeOver, ReadsAStreamThatItCannotWriteTo)
{
    stream_link l(GetParam());
    l.send_error = error::broken_pipe;
    l.send("lost");
    l.send("lost");
    EXPECT_EQ(l.told, told());
    EXPECT_EQ(l.x->unsent(), 0U);
    l.says("goodbye");
    l.run();
    EXPECT_EQ(l.stream, "goodbye");
}

TEST_P(ExchangeOver, SendsTheRestOfARequestThatTheServerSwitchedInTheMiddleOf)
{
    idle_link l(GetParam());
    l.pass_on();
    l.room = 5;
    l.send_upgrade(a_request);
    l.says(switched);
    l.run();
    ASSERT_EQ(l.now_in(), exchange_state::upgraded);
    EXPECT_GT(l.x->unsent(), 0U);
    l.room = exchange_driver::all;
    l.run_both();
    EXPECT_EQ(l.heard, a_request);
}

// ---- TLS: the handshake ------------------------------------------------------------------------

class ExchangeOverTls : public ExchangeOver
{
};

INSTANTIATE_TEST_SUITE_P(All, ExchangeOverTls, testing::Values(over::tls12, over::tls13), name_of);

/// What the server sends in a handshake.
std::size_t size_of_handshake(over o)
{
    exchange_link l(o);
    l.connect();
    std::size_t size = 0;
    do {
        l.pass_on();
        size += l.not_received();
        l.run();
    } while (l.now_in() != exchange_state::idle);
    return size;
}

TEST_P(ExchangeOverTls, TellsThatTheHandshakeIsCutOff)
{
    std::size_t const size = size_of_handshake(GetParam());
    ASSERT_GT(size, 500U);
    // Signatures differ by a few bytes in their length.
    for (std::size_t cut = 0; cut + 8 <= size; cut += 8) {
        for (bool const fails : {false, true}) {
            exchange_link l(GetParam());
            l.connect();
            std::size_t left = cut;
            while (left != 0) {
                l.pass_on();
                l.gives = left;
                left -= std::min(left, l.not_received());
                ASSERT_TRUE(l.step());
            }
            ASSERT_EQ(l.now_in(), exchange_state::handshaking) << cut;
            l.arrives({});
            exchange_event const end{
                .what = fails ? event_kind::receive_failed : event_kind::ended,
                .ec = fails ? error_code(error::connection_reset) : error_code()};
            l.on(end);
            ASSERT_EQ(broken(l).code, errc::connection_lost) << cut;
            ASSERT_EQ(broken(l).at, stage::handshaking);
            ASSERT_EQ(broken(l).cause, end.ec);
            ASSERT_EQ(broken(l).detail, "the server ended the connection inside the TLS handshake");
        }
    }
}

TEST(ExchangeTls, TellsOfAnAlert)
{
    server_tls_options o;
    o.max_version = TLS1_2_VERSION;
    tls_options wants;
    wants.min_version = tls::version::v1_3;
    wants.ca_pem = trusted_identity().pem;
    exchange_link l(over::tls13, o, client_tls(wants));
    l.connect();
    l.run_both();
    EXPECT_EQ(broken(l).code, errc::tls_failed);
    EXPECT_EQ(broken(l).at, stage::handshaking);
    EXPECT_EQ(broken(l).detail, "tlsv1 alert protocol version");
}

TEST(ExchangeTls, TellsTheServerThatItIsNotTrusted)
{
    tls_identity const stranger;
    server_tls_options o;
    o.identity = &stranger;
    exchange_link l(over::tls13, o);
    l.connect();
    l.run_both();
    EXPECT_EQ(broken(l).code, errc::tls_untrusted);
    EXPECT_EQ(
        broken(l).detail,
        "self-signed certificate; if the server is yours, name its issuer in tls.ca_file"
    );
    EXPECT_NE(l.server->error().find("alert"), std::string::npos) << l.server->error();
}

TEST(ExchangeTls, TrustsNoCertificateOfAnotherHost)
{
    tls_identity const other("DNS:example.com");
    server_tls_options o;
    o.identity = &other;
    tls_options trusts;
    trusts.ca_pem = other.pem;
    for (char const* const url : {"https://127.0.0.1", "https://localhost"}) {
        exchange_link l(over::tls13, o, client_tls(trusts, url));
        l.connect();
        l.run_both();
        EXPECT_EQ(broken(l).code, errc::tls_untrusted);
        EXPECT_NE(broken(l).detail.find("mismatch"), std::string::npos) << broken(l).detail;
    }
    exchange_link l(over::tls13, o, client_tls(trusts, "https://example.com"));
    l.connect();
    l.run_both();
    EXPECT_EQ(l.told, told{action_kind::ready});
}

TEST(ExchangeTls, TrustsNoCertificateThatHasExpired)
{
    tls_identity const old("IP:127.0.0.1", -86'400);
    server_tls_options o;
    o.identity = &old;
    tls_options trusts;
    trusts.ca_pem = old.pem;
    exchange_link l(over::tls13, o, client_tls(trusts));
    l.connect();
    l.run_both();
    EXPECT_EQ(broken(l).code, errc::tls_untrusted);
    EXPECT_NE(broken(l).detail.find("expired"), std::string::npos) << broken(l).detail;
}

TEST(ExchangeTls, AsksWhetherThePortSpeaksTls)
{
    for (std::string_view const words :
         {"HTTP/1.1 400 Bad Request\r\n\r\n", "SSH-2.0-OpenSSH_9.2p1\r\n", "220 smtp ready\r\n"}) {
        exchange_link l(over::tls13);
        l.connect();
        l.arrives(words);
        l.run();
        EXPECT_EQ(broken(l).code, errc::tls_failed);
        EXPECT_TRUE(broken(l).detail.ends_with("; does this port speak TLS at all?"))
            << broken(l).detail;
    }
}

TEST(ExchangeTls, TellsThatARecordIsDamaged)
{
    reading_link l(over::tls13);
    l.says_damaged(ok("hello"));
    l.run();
    EXPECT_EQ(broken(l).code, errc::tls_failed);
    EXPECT_EQ(broken(l).detail, "decryption failed or bad record mac");
    EXPECT_EQ(broken(l).at, stage::reading_head);
}

TEST_P(ExchangeOverTls, TakesNoEndWithoutAGoodbyeForTheEndOfAnAnswer)
{
    reading_link l(GetParam());
    l.says("HTTP/1.1 200 OK\r\n\r\nall of it?");
    l.ends = true;
    l.run();
    EXPECT_EQ(broken(l).code, errc::truncated);
}

TEST_P(ExchangeOverTls, IsReadyWithNothingPendingIfTheHandshakesLastWordsWereHardToSend)
{
    exchange_link l(GetParam());
    l.connect();
    l.pass_on();
    l.room = 10;
    l.run();
    ASSERT_EQ(l.now_in(), exchange_state::handshaking);
    ASSERT_TRUE(l.wants_writable);
    while (l.now_in() == exchange_state::handshaking) {
        l.room = 10;
        l.pass_on();
        ASSERT_TRUE(l.step());
    }
    EXPECT_EQ(l.now_in(), exchange_state::idle);
    EXPECT_FALSE(l.is_reading());
    l.room = exchange_driver::all;
    l.exchange_once(a_request, ok("1"));
}

TEST_P(ExchangeOverTls, SaysNoGoodbyeBeforeTheHandshakeIsDone)
{
    exchange_link l(GetParam());
    l.connect();
    l.out.clear();
    l.close(true);
    EXPECT_EQ(l.out, "");
    EXPECT_EQ(l.told, told{action_kind::close});
}

// ---- B8 ----------------------------------------------------------------------------------------

/// A TLS 1.2 server that answers in one flight with the end of the handshake.
std::string finished_and(std::string_view text, exchange_link& l)
{
    l.connect();
    l.pass_on();
    l.run();
    l.server->receive(std::exchange(l.out, {}));
    EXPECT_TRUE(l.server->is_shaken());
    l.server->send(text);
    return l.server->take_output();
}

TEST(ExchangeTls, B8RefusesDataThatComeWithTheEndOfTheHandshake)
{
    exchange_link l(over::tls12);
    l.arrives(finished_and(ok("of nobody"), l));
    l.run();
    EXPECT_EQ(broken(l).code, errc::protocol_error);
    EXPECT_EQ(broken(l).detail, "the server spoke before it was asked");
    EXPECT_EQ(broken(l).at, stage::handshaking);
    EXPECT_EQ(l.told, told{action_kind::broken});
}

TEST(ExchangeTls, B8RefusesThemWhereverTheyAreCut)
{
    exchange_link measured(over::tls12);
    std::string const whole = finished_and(ok("of nobody"), measured);
    std::size_t const size = whole.size();
    std::size_t const data = size - tls_records(whole).back().size();
    std::size_t ready = 0;
    for (std::size_t cut = 1; cut != size; ++cut) {
        // Between two records nothing tells that more was sent.
        if (cut == data) continue;
        exchange_link l(over::tls12);
        std::string const bytes = finished_and(ok("of nobody"), l);
        ASSERT_EQ(bytes.size(), size);
        l.arrives(bytes.substr(0, cut));
        l.run();
        if (l.now_in() == exchange_state::idle) {
            ++ready;
            l.send(a_request);
            ASSERT_EQ(l.now_in(), exchange_state::looking) << cut;
        }
        // Nothing is sent but the handshake, and the rest decides.
        l.arrives(bytes.substr(cut));
        l.run();
        ASSERT_EQ(broken(l).code, errc::protocol_error) << cut;
        ASSERT_FALSE(l.x->request_sent()) << cut;
    }
    EXPECT_EQ(ready, size - data - 1);
}

// ---- B7 and tickets ----------------------------------------------------------------------------

/// A server whose session ticket fills several records, which come one by one.
struct long_ticket : exchange_link
{
    std::vector<std::string> records;

    long_ticket() : exchange_link(over::tls13, options())
    {
        connect();
        pass_on();
        run();
        server->receive(std::exchange(out, {}));
        records = tls_records(server->take_output());
        EXPECT_GT(records.size(), 3U);
        EXPECT_EQ(now_in(), exchange_state::idle);
        told.clear();
        writes = reads = 0;
    }
    /// With the ticket, and the switch behind it.
    void become_stream()
    {
        send_upgrade(a_request);
        pass_on();
        server->send(switched);
        arrives(from(0) + server->take_output());
        run();
        ASSERT_EQ(now_in(), exchange_state::upgraded);
        heard.clear();
    }
    /// The first record of another ticket comes.
    void another_begins()
    {
        server->send_ticket();
        records = tls_records(server->take_output());
        arrives(records[0]);
        run();
    }
    static server_tls_options options()
    {
        server_tls_options o = server_options(over::tls13);
        o.tickets = 1;
        o.ticket_size = 3000;
        o.record_size = 512;
        return o;
    }
    std::string from(std::size_t first) const
    {
        std::string bytes;
        for (std::size_t i = first; i < records.size(); ++i) bytes += records[i];
        return bytes;
    }
};

TEST(ExchangeTls, B7WaitsForTheRestOfATicketAndThenSends)
{
    long_ticket l;
    l.arrives(l.records[0]);
    l.send(a_request);
    EXPECT_EQ(l.now_in(), exchange_state::writing);
    EXPECT_EQ(l.writes, 0U);
    EXPECT_TRUE(l.is_reading());
    EXPECT_FALSE(l.wants_writable);
    EXPECT_FALSE(l.x->request_sent());
    EXPECT_FALSE(l.step());

    l.arrives(l.records[1]);
    l.run();
    EXPECT_EQ(l.writes, 0U);
    EXPECT_TRUE(l.is_reading());
    EXPECT_FALSE(l.x->request_sent());

    l.arrives(l.from(2));
    l.run_both();
    EXPECT_EQ(l.writes, 1U);
    EXPECT_TRUE(l.x->request_sent());
    EXPECT_EQ(l.heard, a_request);
    l.says(ok("hello"));
    l.run_both();
    EXPECT_EQ(l.told, told{action_kind::answer});
    EXPECT_EQ(l.x->answer().body(), "hello");
    EXPECT_EQ(l.reusable, true);
}

TEST(ExchangeTls, B7ReadsTheAnswerThatComesWithTheRestOfATicket)
{
    // An early answer: the server had its reasons before it saw the request.
    long_ticket l;
    l.arrives(l.records[0]);
    l.send(a_request);
    l.server->send("HTTP/1.1 408 Too Slow\r\nContent-Length: 0\r\n\r\n");
    l.arrives(l.from(1) + l.server->take_output());
    l.run();
    EXPECT_EQ(l.told, told{action_kind::answer});
    EXPECT_EQ(l.x->answer().status(), 408);
}

TEST(ExchangeTls, B7IsLostIfTheRestNeverComes)
{
    long_ticket l;
    l.arrives(l.records[0]);
    l.send(a_request);
    l.ends = true;
    l.run();
    EXPECT_EQ(broken(l).code, errc::connection_lost);
    EXPECT_FALSE(l.x->request_sent());
}

TEST(ExchangeTls, B7HoldsTheBytesOfAStreamUntilTheTicketIsThere)
{
    long_ticket l;
    l.become_stream();

    l.another_begins();
    l.writes = 0;
    l.send("one ");
    l.send("two");
    EXPECT_EQ(l.writes, 0U);
    l.server->send("bytes");
    l.arrives(l.from(1) + l.server->take_output());
    l.run_both();
    EXPECT_EQ(l.stream, "bytes");
    EXPECT_EQ(l.heard, "one two");
}

TEST(ExchangeTls, SendsWhatWaitedForATicketEvenIfTheOwnerHasEnough)
{
    long_ticket l;
    l.become_stream();
    l.on_input = [] {};

    l.another_begins();
    l.send("one");
    l.server->send("bytes");
    l.arrives(l.from(1) + l.server->take_output());
    l.run_both();
    EXPECT_EQ(l.x->unread(), "bytes");
    EXPECT_EQ(l.heard, "one");
}

TEST(ExchangeTls, WaitsForTheRestOfARecordBeforeItsFirstUse)
{
    for (std::size_t const cut : {1U, 4U, 5U, 6U, 100U}) {
        long_ticket l;
        l.arrives(l.from(0).substr(0, cut));
        l.send(a_request);
        EXPECT_EQ(l.now_in(), exchange_state::looking) << cut;
        EXPECT_EQ(l.writes, 0U) << cut;
        EXPECT_FALSE(l.x->request_sent()) << cut;
        EXPECT_TRUE(l.is_reading()) << cut;
        l.gives = 1;
        l.arrives(l.from(0).substr(cut));
        l.run();
        l.gives = exchange_driver::all;
        l.run_both();
        EXPECT_EQ(l.heard, a_request) << cut;
        l.says(ok("hello"));
        l.run_both();
        EXPECT_EQ(l.told, told{action_kind::answer}) << cut;
    }
}

TEST_P(ExchangeOverTls, IsStaleIfAPartOfARecordLiesAtAUsedConnection)
{
    exchange_link measured(GetParam());
    measured.stand();
    measured.server->send(ok("of nobody"));
    std::size_t const size = measured.server->take_output().size();
    for (std::size_t cut = 1; cut <= size; ++cut) {
        used_link l(GetParam());
        l.server->send(ok("of nobody"));
        l.arrives(l.server->take_output().substr(0, cut));
        std::size_t const writes = l.writes;
        l.send(a_request);
        ASSERT_EQ(l.told, told{action_kind::stale}) << cut;
        ASSERT_EQ(l.writes, writes) << cut;
    }
}

TEST_P(ExchangeOverTls, IsLostIfTheServerEndsInsideARecordBeforeTheFirstUse)
{
    idle_link l(GetParam());
    l.server->send("?");
    l.arrives(l.server->take_output().substr(0, 7));
    l.send(a_request);
    ASSERT_EQ(l.now_in(), exchange_state::looking);
    l.ends = true;
    l.run();
    EXPECT_EQ(broken(l).code, errc::connection_lost);
    EXPECT_FALSE(l.x->request_sent());
}

TEST(ExchangeTls, TakesTicketsAtTheLook)
{
    idle_link l(over::tls13);
    for (int i = 0; i != 3; ++i) {
        l.server->send_ticket();
        l.arrives(l.server->take_output());
        l.exchange_once(a_request, ok("1"));
    }
}

TEST(ExchangeTls, LooksAgainBehindAFullBuffer)
{
    idle_link l(over::tls13);
    l.says_tickets(3 * answer_buffer::small);
    l.looks = 0;
    l.send(a_request);
    EXPECT_EQ(l.looks, 4U);
    EXPECT_EQ(l.not_received(), 0U);
    l.run_both();
    EXPECT_EQ(l.heard, a_request);
}

TEST(ExchangeTls, GivesUpOnAServerThatSendsTicketsWithoutEnd)
{
    idle_link l(over::tls13);
    l.says_tickets(20 * answer_buffer::small);
    l.looks = 0;
    l.send(a_request);
    EXPECT_EQ(l.looks, 16U);
    EXPECT_EQ(broken(l).code, errc::protocol_error);
}

TEST(ExchangeTls, AnswersAKeyUpdateAtTheLook)
{
    idle_link l(over::tls13);
    for (int i = 0; i != 3; ++i) {
        l.server->update_key(true);
        l.arrives(l.server->take_output());
        l.exchange_once(a_request, ok("1"));
        EXPECT_EQ(l.server->error(), "");
    }
}

TEST(ExchangeTls, AnswersAKeyUpdateThatComesBehindTheAnswer)
{
    reading_link l(over::tls13);
    l.server->send(ok("1"));
    l.server->update_key(true);
    l.arrives(l.server->take_output());
    l.run_both();
    EXPECT_EQ(l.told, told{action_kind::answer});
    EXPECT_EQ(l.reusable, true);
    l.on({.what = event_kind::release});
    l.told.clear();
    l.exchange_once(a_request, ok("2"));
    EXPECT_EQ(l.server->error(), "");
}

TEST(ExchangeTls, TakesAKeyUpdateWhileItWaitsForTheAnswer)
{
    reading_link l(over::tls13);
    l.server->update_key(true);
    l.arrives(l.server->take_output());
    l.run_both();
    EXPECT_EQ(l.told, told());
    l.says(ok("1"));
    l.run_both();
    EXPECT_EQ(l.told, told{action_kind::answer});
    l.on({.what = event_kind::release});
    l.exchange_once(a_request, ok("2"));
    EXPECT_EQ(l.server->error(), "");
}

TEST(ExchangeTls, AnswersAKeyUpdateOfAStream)
{
    stream_link l(over::tls13);
    l.server->send("one ");
    l.server->update_key(true);
    l.server->send("two");
    l.arrives(l.server->take_output());
    l.run_both();
    EXPECT_EQ(l.stream, "one two");
    l.send("three");
    l.run_both();
    EXPECT_EQ(l.heard, "three");
    EXPECT_EQ(l.server->error(), "");
}

TEST(ExchangeTls, RefusesToRenegotiateAndGoesOn)
{
    idle_link l(over::tls12);
    l.room = 5;
    l.send(a_request);
    ASSERT_EQ(l.now_in(), exchange_state::writing);
    l.server->ask_for_renegotiation();
    l.arrives(l.server->take_output());
    ASSERT_TRUE(l.step());
    std::size_t const half = l.x->unsent();
    EXPECT_GT(half, a_request.size() + 29);  // behind the request, the alert
    l.room = exchange_driver::all;
    l.run();
    EXPECT_EQ(l.now_in(), exchange_state::reading);
    EXPECT_EQ(l.out.size(), 5 + half);
    EXPECT_EQ(l.told, told());
}

TEST(ExchangeTls, SendsWhatTheLookHadToSayInFrontOfTheRequest)
{
    used_link l(over::tls12);
    l.server->ask_for_renegotiation();
    l.arrives(l.server->take_output());
    l.send(a_request);
    EXPECT_EQ(l.now_in(), exchange_state::reading);
    auto const records = tls_records(l.out);
    ASSERT_EQ(records.size(), 2U);
    EXPECT_EQ(records[0][0], SSL3_RT_ALERT);
    EXPECT_EQ(records[1][0], SSL3_RT_APPLICATION_DATA);
}

TEST_P(ExchangeOverTls, IsStaleIfTheServerSaidGoodbye)
{
    used_link l(GetParam());
    l.says_goodbye();
    l.send(a_request);
    EXPECT_EQ(l.told, told{action_kind::stale});
    EXPECT_EQ(l.out, "");
}

TEST_P(ExchangeOverTls, IsLostIfTheServerSaidGoodbyeBeforeTheFirstUse)
{
    idle_link l(GetParam());
    l.says_goodbye();
    l.send(a_request);
    EXPECT_EQ(broken(l).code, errc::connection_lost);
    EXPECT_FALSE(l.x->request_sent());
}

TEST_P(ExchangeOverTls, DoesNotReuseAConnectionWhoseServerSaysGoodbye)
{
    reading_link l(GetParam());
    l.server->send(ok("1"));
    l.says_goodbye();
    l.run();
    EXPECT_EQ(l.told, told{action_kind::answer});
    EXPECT_EQ(l.reusable, false);
}

TEST_P(ExchangeOverTls, LeavesNoAlertInTheSharedOutput)
{
    // The next connection would send it as its own first words.
    used_link l(GetParam());
    l.says_damaged("?");
    l.send(a_request);
    EXPECT_EQ(l.told, told{action_kind::stale});
    EXPECT_EQ(l.output, "");
    l.close(false);
    EXPECT_EQ(l.output, "");
}

// ---- sessions ----------------------------------------------------------------------------------

/// Connections of one client to one server.
struct session_test
{
    over how;
    std::shared_ptr<server_tls> shared;
    boost::intrusive_ptr<tls_context> context = client_tls();

    explicit session_test(over o) : how(o), shared(std::make_shared<server_tls>(server_options(o)))
    {
    }
    std::unique_ptr<exchange_link> link()
    {
        return std::make_unique<exchange_link>(how, shared, context);
    }
    /// Learns a session.
    void learn()
    {
        auto const l = link();
        l->stand();
        l->exchange_once(a_request, ok("1"));
        EXPECT_FALSE(l->x->session_reused());
    }
    bool resumes()
    {
        auto const l = link();
        l->stand();
        return l->x->session_reused();
    }
};

TEST_P(ExchangeOverTls, ResumesASession)
{
    session_test s(GetParam());
    s.learn();
    EXPECT_TRUE(s.resumes());
}

TEST_P(ExchangeOverTls, ForgetsSessionsAfterAHandshakeThatTookTooLong)
{
    session_test s(GetParam());
    s.learn();
    auto const l = s.link();
    l->connect();
    l->on({.what = event_kind::time_over});
    EXPECT_EQ(broken(*l).code, errc::timeout);
    EXPECT_FALSE(s.resumes());
}

TEST_P(ExchangeOverTls, ForgetsSessionsAfterAHandshakeThatFailed)
{
    session_test s(GetParam());
    s.learn();
    auto const l = s.link();
    l->connect();
    l->ends = true;
    l->run();
    EXPECT_EQ(broken(*l).code, errc::connection_lost);
    EXPECT_FALSE(s.resumes());
}

TEST_P(ExchangeOverTls, ForgetsSessionsIfOneWasTakenInVain)
{
    session_test s(GetParam());
    s.learn();
    auto const l = s.link();
    l->stand();
    ASSERT_TRUE(l->x->session_reused());
    l->send(a_request);
    l->ends = true;
    l->run();
    EXPECT_EQ(broken(*l).code, errc::connection_lost);
    EXPECT_FALSE(s.resumes());
}

TEST_P(ExchangeOverTls, KeepsSessionsIfTheServerEndsAUsedConnection)
{
    session_test s(GetParam());
    s.learn();
    auto const l = s.link();
    l->stand();
    l->exchange_once(a_request, ok("1"));
    l->send(a_request);
    l->ends = true;
    l->run();
    EXPECT_EQ(broken(*l).code, errc::connection_lost);
    EXPECT_TRUE(s.resumes());
}

}  // namespace
}  // namespace cohub::tests
