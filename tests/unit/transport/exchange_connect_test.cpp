#include <gtest/gtest.h>

#include <vector>

#include "unit/transport/exchange_links.hpp"

namespace cohub::tests {
namespace {

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

// A9, RFC 8305
TEST(Exchange, TriesTwoAddressesAtOnce)
{
    exchange_driver d(nullptr);
    d.on({.what = event_kind::resolved, .n = 2});
    EXPECT_FALSE(d.x->is_racing());
    d.on({.what = event_kind::address_over});
    EXPECT_EQ(d.connecting_to, 1U);
    EXPECT_TRUE(d.x->is_racing());
    d.on({.what = event_kind::connect_failed, .ec = error::connection_refused});
    EXPECT_EQ(d.told, told{});
    EXPECT_FALSE(d.x->is_racing());
    d.on({.what = event_kind::connected});
    EXPECT_EQ(d.told, told{action_kind::ready});
}

TEST(Exchange, FailsOnceBothThatRaceHaveFailed)
{
    exchange_driver d(nullptr);
    d.on({.what = event_kind::resolved, .n = 2});
    d.on({.what = event_kind::address_over});
    d.on({.what = event_kind::connect_failed, .ec = error::host_unreachable});
    EXPECT_EQ(d.told, told{});
    d.on({.what = event_kind::connect_failed, .ec = error::connection_refused});
    EXPECT_EQ(broken(d).code, errc::connect_failed);
    EXPECT_EQ(broken(d).cause, error::connection_refused);
}

TEST(Exchange, ThePlaceOfOneThatFailsIsTakenByTheNextAtOnce)
{
    exchange_driver d(nullptr);
    d.on({.what = event_kind::resolved, .n = 4});
    d.on({.what = event_kind::address_over});
    d.on({.what = event_kind::connect_failed, .ec = error::connection_refused});
    EXPECT_EQ(d.connecting_to, 2U);
    EXPECT_TRUE(d.x->is_racing());
    // No third socket: the older one makes room.
    d.on({.what = event_kind::address_over});
    EXPECT_EQ(d.connecting_to, 3U);
    d.on({.what = event_kind::connect_failed, .ec = error::connection_refused});
    EXPECT_EQ(d.told, told{});
    d.on({.what = event_kind::connect_failed, .ec = error::connection_refused});
    EXPECT_EQ(broken(d).code, errc::connect_failed);
}

TEST(Exchange, GoesOnWithTheLastAddressUntilTheTimeOfAllIsOver)
{
    exchange_driver d(nullptr);
    d.on({.what = event_kind::resolved, .n = 1});
    d.on({.what = event_kind::address_over});
    EXPECT_EQ(d.told, told{});
    d.on({.what = event_kind::time_over});
    EXPECT_EQ(broken(d).code, errc::timeout);
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

}  // namespace
}  // namespace cohub::tests
