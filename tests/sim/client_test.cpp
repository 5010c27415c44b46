// The client's rules for addresses and connections, in simulated worlds.

#include <cohub/fake/pki.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>

#include <gtest/gtest.h>

#include "ledger.hpp"
#include "support/fault_rows.hpp"

namespace cohub::tests {
namespace {

namespace asio = boost::asio;
using asio::use_awaitable;

constexpr char const* place = "127.0.0.1:80";

TEST(SimClient, ADeadlineIsExactAndCostsNothing)
{
    sim::world w(1);
    w.serve(place, sim::script().stall());
    ledger l(w);
    hub const h(w, w.client_options());
    auto const& call = l.call(h, false, 3h);
    w.run();
    l.check();
    EXPECT_EQ(call.why.code, errc::timeout);
    EXPECT_EQ(call.over, call.deadline);
}

TEST(SimClient, ADeadlineThatHasPassedIsToldAsSuch)
{
    sim::world w(1);
    w.serve(place, sim::script());
    hub const h(w, w.client_options());
    std::optional<failure> why;
    h.system().ping(call_options().deadline(w.now() - 1ns), as_result([&](result<server_now> r) {
                        why = r.error();
                    }));
    w.run();
    ASSERT_TRUE(why);
    EXPECT_EQ(why->kind(), errc::timeout);
    EXPECT_EQ(why->attempts, 0);
    EXPECT_EQ(why->detail, "the deadline had passed before the call began");
}

TEST(SimClient, ACommandThatMayTakeForEverHasADay)
{
    sim::world w(1);
    auto const began = w.now();
    w.serve(place, sim::script().stall());
    hub const h(w, w.client_options());
    exec_options command("sleep");
    command.timeout(std::chrono::nanoseconds::max());
    std::optional<failure> why;
    clock::time_point over;
    h.project("10000000-0000-4000-8000-000000000000")
        .system()
        .exec(command, as_result([&](result<exec_output> r) {
                  why = r.error();
                  over = w.now();
              }));
    w.run();
    ASSERT_TRUE(why);
    EXPECT_EQ(why->kind(), errc::timeout);
    EXPECT_EQ(over - began, 24h + 15s);
}

TEST(SimClient, IdleConnectionsEndAtTheirTime)
{
    sim::world w(1);
    ledger l(w);
    w.serve_http(place, l.healthy());
    hub const h(w, w.client_options());
    l.call(h, false, 1s);
    w.run();
    EXPECT_EQ(w.open_connections(place), 1U);
    w.run_for(59s);
    EXPECT_EQ(w.open_connections(place), 1U);
    w.run_for(2s);
    EXPECT_EQ(w.open_connections(place), 0U);
}

TEST(SimClient, NamesAreLookedUp)
{
    sim::world w(1);
    ledger l(w);
    w.serve_http("127.0.0.7:8080", l.healthy());
    hub const h(w, w.client_options("http://localhost:8080"));
    auto const& nowhere = l.call(h, true, 10s);
    w.run();
    EXPECT_EQ(nowhere.why.code, errc::connect_failed);
    w.name("localhost", {"127.0.0.7:8080"});
    auto const& there = l.call(h, true, 10s);
    w.run();
    l.check();
    EXPECT_TRUE(there.ok) << there.why.message();
}

/// Two addresses are tried at once, and a further one replaces the older of the two (RFC 8305).
TEST(SimClient, TheFirstAddressThatConnectsIsTaken)
{
    struct way
    {
        char const* address;
        clock::duration latency;  // negative: a connect is never answered
    };
    auto const live = [](std::vector<way> const& ways) {
        sim::world w(1);
        ledger l(w);
        std::vector<std::string> names;
        std::string taken;
        for (auto const& one : ways) {
            names.emplace_back(one.address);
            auto& c = w.conditions_of(one.address);
            c.min_latency = c.max_latency = std::max<clock::duration>(one.latency, 1ms);
            c.hang = one.latency < clock::duration(0) ? 1 : 0;
            w.serve_http(
                one.address,
                [&taken, &l, one](sim::request r) -> asio::awaitable<sim::response> {
                    taken = one.address;
                    sim::response a(l.seen(r));
                    co_return a;
                }
            );
        }
        w.name("localhost", names);
        options o = w.client_options("http://localhost");
        o.timeouts.connect = 6s;
        hub const h(w, o);
        auto const& call = l.call(h, false, 30s);
        auto const begun = w.now();
        w.run();
        l.check();
        EXPECT_TRUE(call.ok) << call.why.message();
        for (auto const& one : ways) {
            EXPECT_LE(w.open_connections(one.address), one.address == taken ? 1U : 0U)
                << one.address;
        }
        return taken + " after " +
               std::to_string(
                   std::chrono::floor<std::chrono::milliseconds>(call.over - begun).count()
               );
    };
    // A connect takes two one-way trips, and so does a request.
    EXPECT_EQ(live({{"127.0.0.1:80", 10ms}, {"127.0.0.2:80", 1ms}}), "127.0.0.1:80 after 40");
    EXPECT_EQ(live({{"127.0.0.1:80", -1ms}, {"127.0.0.2:80", 1ms}}), "127.0.0.2:80 after 254");
    // The second address is slower than the first one, which has a head start.
    EXPECT_EQ(live({{"127.0.0.1:80", 200ms}, {"127.0.0.2:80", 300ms}}), "127.0.0.1:80 after 800");
    // The first address is slower in spite of its head start.
    EXPECT_EQ(live({{"127.0.0.1:80", 900ms}, {"127.0.0.2:80", 100ms}}), "127.0.0.2:80 after 650");
    // Two addresses hang: the third one replaces the first.
    std::string const third =
        live({{"127.0.0.1:80", -1ms}, {"127.0.0.2:80", -1ms}, {"127.0.0.3:80", 1ms}});
    EXPECT_TRUE(third.starts_with("127.0.0.3:80 after ")) << third;
}

/// Some connects are refused, or one address is silent. Other calls are not delayed by that.
TEST(SimClient, POOL_22_AFailingPartDelaysNobodyElse)
{
    {
        sim::world w(1);
        ledger l(w);
        w.serve_http(place, l.healthy());
        options o = w.client_options();
        o.pool.max_connections = 8;
        hub const h(w, o);
        w.conditions_of(place).refuse = 1;
        for (int i = 0; i != 6; ++i) l.call(h, true, 10s);
        w.conditions_of(place).refuse = 0;
        auto const begun = w.now();
        auto const& one = l.call(h, true, 10s);
        auto const& two = l.call(h, true, 10s);
        w.run();
        l.check();
        EXPECT_EQ(l.succeeded(), 8U);
        EXPECT_EQ(h.stats().failed_connects, 6U);
        for (auto const* good : {&one, &two}) EXPECT_LE(good->over - begun, 10ms);
    }
    {
        sim::world w(1);
        ledger l(w);
        w.serve_http(place, l.healthy());
        w.name("localhost", {"127.0.0.9:80", place});
        w.conditions_of("127.0.0.9:80").hang = 1;
        hub const h(w, w.client_options("http://localhost"));
        for (int i = 0; i != 8; ++i) l.call(h, true, 10s);
        w.run();
        l.check();
        EXPECT_EQ(l.succeeded(), 8U);
        EXPECT_LE(w.elapsed(), 250ms + 10ms);  // timeouts.address_delay, once
        auto const begun = w.now();
        for (int i = 0; i != 16; ++i) l.call(h, true, 10s);
        w.run();
        EXPECT_EQ(l.succeeded(), 24U);
        EXPECT_LE(w.now() - begun, 10ms);
    }
    faults::covers("POOL-22", 2);
}

TEST(SimClient, FailedConnectsAreTriedLessAndLessOften)
{
    sim::world w(1);
    ledger l(w);
    options o = w.client_options();
    o.retry.max_attempts = 100;
    o.retry.base = 10ms;
    hub const h(w, o);
    for (int i = 0; i != 50; ++i) l.call(h, true, 60s);
    w.run();
    l.check();
    // Each of the 50 calls may make 100 attempts.
    EXPECT_LE(h.stats().failed_connects, 200U);
    EXPECT_GE(h.stats().failed_connects, 10U);
}

TEST(SimClient, AConnectOutlivesItsCallForAWhile)
{
    sim::world w(1);
    ledger l(w);
    w.serve_http(place, l.healthy());
    w.conditions_of(place).min_latency = w.conditions_of(place).max_latency = 100ms;
    options o = w.client_options();
    o.pool.connect_linger = 250ms;
    hub const h(w, o);
    auto const& lost = l.call(h, false, 50ms);
    w.run();
    EXPECT_EQ(lost.why.code, errc::timeout);
    auto const& next = l.call(h, false, 1s);
    w.run();
    l.check();
    EXPECT_TRUE(next.ok);
    EXPECT_EQ(h.stats().opened, 1U);
    EXPECT_EQ(h.stats().reused, 0U);
}

// A server that has read a part of a request may act on it.
TEST(SimClient, WhatWasSentInPartIsNotSentAgain)
{
    for (bool const safe : {false, true})
        for (std::size_t const bytes : {1U, 40U, 150U}) {
            sim::world w(bytes);
            ledger l(w);
            auto& c = w.conditions_of(place);
            c.segment = 16;
            c.window = 64;
            int connections = 0;
            w.serve(place, [&](sim::socket s) -> asio::awaitable<void> {
                if (++connections > 1) co_return co_await sim::serve_http(s, l.healthy());
                std::string got(bytes, '\0');
                co_await asio::async_read(s, asio::buffer(got), use_awaitable);
                s.reset();
            });
            hub const h(w, w.client_options());
            auto const& call = l.call(h, safe, 10s);
            w.run();
            l.check();
            EXPECT_EQ(call.ok, safe) << bytes;
            EXPECT_EQ(connections, safe ? 2 : 1) << bytes;
            if (!safe) {
                EXPECT_EQ(call.why.code, errc::connection_lost);
                EXPECT_TRUE(call.why.maybe_sent);
            }
        }
}

/// A socket has no room when a request begins, because the last byte of the previous one is unread.
/// It takes the request later.
TEST(SimClient, WhatTheSocketTookLaterWasSent)
{
    for (bool const cancelled : {false, true}) {
        sim::world w(1);
        ledger l(w);
        auto& c = w.conditions_of(place);
        std::size_t const usual = c.window;
        int connections = 0;
        ledger::entry* second = nullptr;
        w.serve(place, [&](sim::socket s) -> asio::awaitable<void> {
            if (++connections > 1) co_return co_await sim::serve_http(s, l.healthy());
            std::string head;
            for (char b = 0; !head.ends_with("\r\n\r\n"); head += b)
                co_await asio::async_read(s, asio::buffer(&b, 1), use_awaitable);
            auto request = sim::detail::read_head(head);
            std::string last(1, '\0');
            request.body.resize(std::stoul(std::string(request.header("Content-Length"))) - 1);
            co_await asio::async_read(s, asio::buffer(request.body), use_awaitable);
            std::string const answer = sim::detail::write_response(sim::response(l.seen(request)));
            co_await asio::async_write(s, asio::buffer(answer), use_awaitable);
            c.window = 1;
            sim::timer pause(w.get_executor(), 2s);
            co_await pause.async_wait(use_awaitable);
            c.window = usual;
            std::string part(40, '\0');
            co_await asio::async_read(s, asio::buffer(last), use_awaitable);
            co_await asio::async_read(s, asio::buffer(part), use_awaitable);
            if (cancelled) second->cancel.emit(asio::cancellation_type::terminal);
            s.reset();
        });
        hub const h(w, w.client_options());
        auto const& first = l.call(h, false, 10s);
        sim::timer later(w.get_executor(), 1s);
        later.async_wait([&](error_code) { second = &l.call(h, false, 10s); });
        w.run();
        l.check();
        EXPECT_TRUE(first.ok);
        ASSERT_NE(second, nullptr);
        EXPECT_EQ(second->why.code, cancelled ? errc::cancelled : errc::connection_lost);
        EXPECT_TRUE(second->why.maybe_sent);
        EXPECT_EQ(connections, 1) << "and is not sent again";
    }
}

/// TLS on both sides. The bytes of the handshake differ from run to run, but its steps do not.
TEST(SimClient, TalksTls)
{
    fake::authority const ca("simulated");
    auto const leaf = ca.issue(fake::certificate_request("hub").dns("hub.example"));
    asio::ssl::context context(asio::ssl::context::tls_server);
    context.use_certificate_chain(asio::buffer(leaf.certificate_pem));
    context.use_private_key(asio::buffer(leaf.key_pem), asio::ssl::context::pem);
    clock::duration took[2];
    for (auto& t : took) {
        sim::world w(9);
        ledger l(w);
        auto const serve = [&](sim::socket s) -> asio::awaitable<void> {
            asio::ssl::stream<sim::socket> stream(std::move(s), context);
            co_await stream.async_handshake(asio::ssl::stream_base::server, use_awaitable);
            co_await sim::serve_http(stream, l.healthy(10ms));
        };
        w.serve("10.0.0.1:443", serve);
        w.name("hub.example", {"10.0.0.1:443"});
        options o = w.client_options("https://hub.example");
        o.tls.ca_pem = ca.pem();
        hub const h(w, o);
        auto const& call = l.call(h, false, 10s);
        w.run();
        l.check();
        ASSERT_TRUE(call.ok) << call.why.message();
        auto const& again = l.call(h, false, 10s);
        w.run();
        EXPECT_TRUE(again.ok);
        EXPECT_EQ(h.stats().opened, 1U);
        t = w.elapsed();
    }
    EXPECT_EQ(took[0].count(), took[1].count());
}

}  // namespace
}  // namespace cohub::tests
