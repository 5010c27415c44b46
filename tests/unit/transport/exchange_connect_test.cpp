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
    // There is no third socket: the older one is closed.
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

// ---- through a proxy ---------------------------------------------------------------------------

constexpr std::string_view let_through = "HTTP/1.1 200 OK\r\n\r\n";

TEST(Exchange, ShakesHandsBehindTheProxy)
{
    for (over const o : {over::tls12, over::tls13}) {
        SCOPED_TRACE(testing::PrintToString(o));
        auto const link = behind_a_proxy(o);
        auto& l = *link;
        l.connect();
        EXPECT_EQ(l.now_in(), exchange_state::tunnelling);
        EXPECT_EQ(l.x->current_stage(), stage::connecting);
        EXPECT_TRUE(l.out.starts_with("CONNECT cocalc.com:443 HTTP/1.1\r\n")) << l.out;
        EXPECT_TRUE(l.out.ends_with("\r\n\r\n"));
        l.out.clear();
        l.arrives(let_through);
        l.run_both();
        EXPECT_EQ(l.now_in(), exchange_state::idle);
        EXPECT_EQ(l.stages, (std::vector{stage::connecting, stage::handshaking}));
        EXPECT_FALSE(l.x->request_sent());
        l.exchange_once(a_request, ok("1"));
    }
}

TEST(Exchange, WaitsForTheProxyByteByByte)
{
    auto const link = behind_a_proxy(over::tls13);
    auto& l = *link;
    l.takes = l.gives = 1;
    l.room = 3;
    l.connect();
    EXPECT_TRUE(l.wants_writable);
    l.room = exchange_driver::all;
    l.run();
    EXPECT_TRUE(l.out.ends_with("\r\n\r\n"));
    l.out.clear();
    l.arrives(let_through);
    l.run_both();
    EXPECT_EQ(l.now_in(), exchange_state::idle);
}

TEST(Exchange, AProxyThatEndsOrIsSilentFailsTheConnect)
{
    auto const ended = behind_a_proxy(over::tls13);
    ended->connect();
    ended->ends = true;
    ended->run();
    EXPECT_EQ(broken(*ended).code, errc::connect_failed);
    EXPECT_EQ(broken(*ended).at, stage::connecting);
    EXPECT_NE(broken(*ended).detail.find("proxy"), std::string::npos);
    auto const silent = behind_a_proxy(over::tls13);
    silent->connect();
    silent->on({.what = event_kind::time_over});
    EXPECT_EQ(broken(*silent).code, errc::timeout);
    EXPECT_NE(broken(*silent).detail.find("proxy"), std::string::npos);
    auto const refused = behind_a_proxy(over::tls13);
    refused->connect();
    refused->arrives("HTTP/1.1 407 No\r\n\r\n");
    refused->run();
    EXPECT_EQ(broken(*refused).code, errc::proxy_unauthorized);
    EXPECT_EQ(broken(*refused).at, stage::connecting);
}

TEST(Exchange, TheServerDoesNotSpeakBeforeItIsAsked)
{
    auto const link = behind_a_proxy(over::tls13);
    link->connect();
    link->arrives(std::string(let_through) + "?");
    link->run();
    EXPECT_EQ(broken(*link).code, errc::proxy_refused);
}

TEST(Exchange, ASocketMaySayWhyItDidNotConnect)
{
    exchange_driver d(nullptr);
    d.on({.what = event_kind::resolved, .n = 2});
    failure why(errc::tls_untrusted, "of the proxy");
    d.on({.what = event_kind::connect_failed, .ec = error::connection_refused, .why = &why});
    EXPECT_EQ(d.connecting_to, 1U);
    d.on({.what = event_kind::connect_failed, .ec = error::connection_refused});
    EXPECT_EQ(broken(d).code, errc::tls_untrusted);
    EXPECT_EQ(broken(d).detail, "of the proxy");
}

}  // namespace
}  // namespace cohub::tests
