#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "unit/transport/exchange_links.hpp"

namespace cohub::tests {
namespace {

/// A server whose session ticket fills several records. They arrive one by one.
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
    /// With the ticket, and the switch to a stream after it.
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
    /// The first record of another ticket arrives.
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
    // An early answer: the server sends it before it sees the request.
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
    l.says_tickets(3 * exchange::first_receive);
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
    l.says_tickets(20 * exchange::first_receive);
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
    EXPECT_GT(half, a_request.size() + 29);  // after the request, the alert
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
    // Otherwise the next connection would send it as its own first bytes.
    used_link l(GetParam());
    l.says_damaged("?");
    l.send(a_request);
    EXPECT_EQ(l.told, told{action_kind::stale});
    EXPECT_EQ(l.output, "");
    l.close(false);
    EXPECT_EQ(l.output, "");
}

}  // namespace
}  // namespace cohub::tests
