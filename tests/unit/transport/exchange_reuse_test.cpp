#include <gtest/gtest.h>

#include <cstddef>

#include "unit/transport/exchange_links.hpp"

namespace cohub::tests {
namespace {

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

}  // namespace
}  // namespace cohub::tests
