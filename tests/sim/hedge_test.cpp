// Reads that are sent a second time when no answer comes: when they are sent, and which answer
// counts.

#include <cohub/cohub.hpp>

#include <gtest/gtest.h>

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "library.hpp"

namespace cohub::tests {
namespace {

namespace asio = boost::asio;

call_options hedged() { return call_options().hedge_after(20ms); }

/// A library that records the attempts.
class hedging : public library
{
public:
    hedging()
    {
        settings.hooks.on_attempt = [this](attempt_event const& e) { attempts.push_back(e); };
    }

    /// The first request takes `first`, all others take `others`.
    void take(clock::duration first, clock::duration others)
    {
        takes = [=](std::size_t n) { return n == 0 ? first : others; };
    }

    std::vector<attempt_event> attempts;
};

void expect_nothing_left(hub const& h)
{
    auto const s = h.stats();
    EXPECT_EQ(s.calls + s.in_use + s.waiting + s.connecting, 0U);
}

TEST(SimHedge, TheHedgeAnswersIfTheFirstOneDoesNot)
{
    hedging l;
    l.take(1h, 10ms);
    hub const h(l.world, l.settings);
    auto const& r = l.read(h, hedged());
    l.world.run();
    EXPECT_FALSE(r.why);
    EXPECT_EQ(r.number, 1);
    EXPECT_GE(r.took, 30ms);
    EXPECT_LE(r.took, 40ms);
    ASSERT_EQ(l.requests.size(), 2U);
    EXPECT_EQ(l.requests[0].body, l.requests[1].body);
    // Both attempts are reported, and the call has both.
    ASSERT_EQ(l.attempts.size(), 2U);
    EXPECT_EQ(l.attempts[0].attempt, 2);
    EXPECT_FALSE(l.attempts[0].error);
    EXPECT_EQ(l.attempts[1].attempt, 1);
    EXPECT_EQ(l.attempts[1].error, errc::cancelled);
    EXPECT_NE(l.attempts[0].connection, l.attempts[1].connection);
    ASSERT_EQ(l.told.size(), 1U);
    EXPECT_EQ(l.told[0].attempts, 2);
    EXPECT_EQ(l.told[0].http_status, 200);
    EXPECT_NE(l.told[0].bytes_received, 0U);
    auto const s = h.stats();
    EXPECT_EQ(s.hedged, 1U);
    EXPECT_EQ(s.hedges_won, 1U);
    EXPECT_EQ(s.repeated, 0U);
    expect_nothing_left(h);
}

TEST(SimHedge, TheFirstOneMayStillAnswerFirst)
{
    hedging l;
    l.take(50ms, 1h);
    hub const h(l.world, l.settings);
    auto const& r = l.read(h, hedged());
    l.world.run_for(10s);
    EXPECT_FALSE(r.why);
    EXPECT_EQ(r.number, 0);
    EXPECT_EQ(l.requests.size(), 2U);
    ASSERT_EQ(l.attempts.size(), 2U);
    EXPECT_EQ(l.attempts[1].attempt, 2);
    EXPECT_EQ(l.attempts[1].error, errc::cancelled);
    EXPECT_EQ(l.told.at(0).attempts, 2);
    EXPECT_EQ(h.stats().hedged, 1U);
    EXPECT_EQ(h.stats().hedges_won, 0U);
    expect_nothing_left(h);
}

TEST(SimHedge, AnAnswerInTimeNeedsNone)
{
    hedging l;
    hub const h(l.world, l.settings);
    for (int i = 0; i != 20; ++i) {
        l.read(h, hedged());
        l.world.run();
    }
    EXPECT_EQ(l.requests.size(), 20U);
    EXPECT_EQ(h.stats().hedged, 0U);
    for (auto const& e : l.told) EXPECT_EQ(e.attempts, 1);
}

TEST(SimHedge, ThereIsOneAtTheMost)
{
    hedging l;
    l.take(1s, 1s);
    hub const h(l.world, l.settings);
    auto const& r = l.read(h, hedged());
    l.world.run();
    EXPECT_EQ(r.number, 0);
    EXPECT_EQ(l.requests.size(), 2U);
}

TEST(SimHedge, WithoutADelayItIsSentAtOnce)
{
    hedging l;
    l.take(1h, 10ms);
    hub const h(l.world, l.settings);
    auto const& r = l.read(h, call_options().hedge_after(0ns));
    l.world.run();
    EXPECT_EQ(r.number, 1);
    EXPECT_LE(r.took, 20ms);
}

TEST(SimHedge, IfBothFailSoDoesTheCall)
{
    for (bool const first_is_last : {true, false}) {
        hedging l;
        if (first_is_last)
            l.take(60ms, 20ms);
        else
            l.take(30ms, 60ms);
        l.answers = [](std::size_t n) { return sim::response(503, std::to_string(n)); };
        hub const h(l.world, l.settings);
        auto const& r = l.read(h, hedged().retries(0));
        l.world.run();
        EXPECT_EQ(r.completions, 1);
        ASSERT_TRUE(r.why);
        EXPECT_EQ(r.why->http_status, 503);
        EXPECT_EQ(r.why->attempts, 2);
        EXPECT_EQ(r.why->server_message, first_is_last ? "0" : "1");
        EXPECT_TRUE(r.why->maybe_sent);
        EXPECT_EQ(l.requests.size(), 2U);
        expect_nothing_left(h);
    }
}

TEST(SimHedge, OneMayFailIfTheOtherDoesNot)
{
    for (std::size_t const bad : {0U, 1U}) {
        hedging l;
        if (bad == 0)
            l.take(30ms, 60ms);
        else
            l.take(60ms, 10ms);
        l.answers = [bad](std::size_t n) {
            if (n == bad) return sim::response(503, "busy");
            return sim::response(library::numbered(n));
        };
        hub const h(l.world, l.settings);
        auto const& r = l.read(h, hedged().retries(0));
        l.world.run();
        EXPECT_EQ(r.completions, 1);
        EXPECT_FALSE(r.why);
        EXPECT_EQ(r.number, 1 - static_cast<std::int64_t>(bad));
        EXPECT_EQ(l.requests.size(), 2U);
        expect_nothing_left(h);
    }
}

TEST(SimHedge, ARefusalThatStandsIsAnAnswer)
{
    hedging l;
    l.take(1h, 10ms);
    l.answers = [](std::size_t) { return sim::response(R"({"error":"Error: no"})"); };
    hub const h(l.world, l.settings);
    auto const& r = l.read(h, hedged());
    l.world.run();
    ASSERT_TRUE(r.why);
    EXPECT_EQ(r.why->kind(), errc::api_error);
    EXPECT_LE(r.took, 40ms);
    expect_nothing_left(h);
}

TEST(SimHedge, ACallThatIsRepeatedMayBeHedged)
{
    hedging l;
    l.takes = [](std::size_t n) -> clock::duration { return n == 1 ? 1h : 5ms; };
    l.answers = [](std::size_t n) {
        if (n == 0) return sim::response(503, "busy");
        return sim::response(library::numbered(n));
    };
    l.settings.retry.base = 1ms;
    hub const h(l.world, l.settings);
    auto const& r = l.read(h, hedged());
    l.world.run();
    EXPECT_EQ(r.number, 2);
    EXPECT_EQ(l.told.at(0).attempts, 3);
    EXPECT_EQ(h.stats().hedged, 1U);
}

TEST(SimHedge, AnEmptyBudgetSendsNone)
{
    hedging l;
    l.take(100ms, 10ms);
    l.settings.retry.budget_ratio = 0;
    l.settings.retry.budget_reserve = 0;
    hub const h(l.world, l.settings);
    auto const& r = l.read(h, hedged());
    l.world.run();
    EXPECT_EQ(r.number, 0);
    EXPECT_EQ(l.requests.size(), 1U);
    EXPECT_EQ(h.stats().hedged, 0U);
    EXPECT_EQ(h.stats().over_budget, 1U);
}

TEST(SimHedge, TheBudgetBoundsHedges)
{
    hedging l;
    l.takes = [](std::size_t) { return 50ms; };
    l.settings.retry.budget_reserve = 0;
    hub const h(l.world, l.settings);
    for (int i = 0; i != 200; ++i) {
        l.read(h, hedged());
        l.world.run_for(10ms);
    }
    l.world.run();
    EXPECT_GE(h.stats().hedged, 30U);
    EXPECT_LE(h.stats().hedged, 41U);
    EXPECT_EQ(l.requests.size(), 200U + h.stats().hedged);
}

TEST(SimHedge, ARetryAfterHoldsItBack)
{
    hedging l;
    l.takes = [](std::size_t n) -> clock::duration { return n == 1 ? 1h : 10ms; };
    l.answers = [](std::size_t n) {
        if (n != 0) return sim::response(library::numbered(n));
        sim::response busy(503, "busy");
        busy.headers.emplace_back("Retry-After", "3");
        return busy;
    };
    hub const h(l.world, l.settings);
    auto const& refused = l.read(h, call_options().retries(0), "y");
    l.world.run_for(100ms);
    ASSERT_TRUE(refused.why);
    auto const& r = l.read(h, hedged());
    l.world.run();
    EXPECT_EQ(r.number, 2);
    EXPECT_GE(r.took, 2900ms);
    EXPECT_LE(r.took, 3200ms);
}

TEST(SimHedge, NoneIsSentWhereACallWouldHaveToWait)
{
    hedging l;
    l.takes = [](std::size_t) { return 200ms; };
    l.settings.pool.max_connections = 2;
    hub const h(l.world, l.settings);
    for (int i = 0; i != 6; ++i) l.read(h, hedged());
    l.world.run_for(550ms);
    EXPECT_EQ(h.stats().hedged, 0U);
    l.world.run();
    EXPECT_EQ(l.requests.size(), 6U);
    for (auto const& r : l.readers) EXPECT_FALSE(r.why);
}

TEST(SimHedge, OnceThereIsAConnectionItIsSent)
{
    hedging l;
    l.takes = [](std::size_t n) -> clock::duration { return n == 1 ? 1h : 100ms; };
    l.settings.pool.max_connections = 2;
    hub const h(l.world, l.settings);
    l.read(h, call_options(), "y");
    l.world.run_for(1ms);
    auto const& r = l.read(h, hedged());
    l.world.run();
    EXPECT_EQ(r.number, 2);
    EXPECT_GE(r.took, 180ms);
    EXPECT_LE(r.took, 230ms);
}

TEST(SimHedge, WhatMayChangeSomethingIsRefused)
{
    hedging l;
    hub const h(l.world, l.settings);
    auto const& r = l.read(h, hedged(), "x", "test.write");
    l.world.run();
    ASSERT_TRUE(r.why);
    EXPECT_EQ(r.why->kind(), errc::invalid_argument);
    EXPECT_TRUE(l.requests.empty());
}

TEST(SimHedge, CancellationAndDeadlineEndBoth)
{
    for (bool const cancels : {false, true}) {
        hedging l;
        l.take(1h, 1h);
        hub const h(l.world, l.settings);
        auto& r = l.read(h, hedged().timeout(200ms));
        l.world.run_for(100ms);
        EXPECT_EQ(h.stats().in_use, 2U);
        if (cancels) r.stop.emit(asio::cancellation_type::total);
        l.world.run_for(1s);
        EXPECT_EQ(r.completions, 1);
        ASSERT_TRUE(r.why);
        EXPECT_EQ(r.why->kind(), cancels ? errc::cancelled : errc::timeout);
        expect_nothing_left(h);
    }
}

TEST(SimHedge, ASharedReadIsHedgedOnce)
{
    hedging l;
    l.take(1h, 10ms);
    hub const h(l.world, l.settings);
    for (int i = 0; i != 100; ++i) l.read(h, hedged().shared());
    l.world.run();
    EXPECT_EQ(l.requests.size(), 2U);
    for (auto const& r : l.readers) {
        EXPECT_EQ(r.completions, 1);
        EXPECT_EQ(r.number, 1);
    }
    EXPECT_EQ(h.stats().hedged, 1U);
}

TEST(SimHedge, HeadersGoWithBoth)
{
    hedging l;
    l.take(1h, 10ms);
    hub const h(l.world, l.settings);
    l.read(h, hedged().header("X-Request-Id", "mine"));
    l.world.run();
    ASSERT_EQ(l.requests.size(), 2U);
    for (auto const& r : l.requests) EXPECT_EQ(r.header("X-Request-Id"), "mine");
}

TEST(SimHedge, BothAreSpansOfOneTrace)
{
    hedging l;
    l.take(1h, 10ms);
    l.settings.make_traceparent = true;
    hub const h(l.world, l.settings);
    l.read(h, hedged());
    l.world.run();
    ASSERT_EQ(l.requests.size(), 2U);
    std::string const a(l.requests[0].header("traceparent"));
    std::string const b(l.requests[1].header("traceparent"));
    EXPECT_EQ(a.substr(0, 36), b.substr(0, 36));
    EXPECT_NE(a, b);
    EXPECT_EQ(l.told.at(0).traceparent, b);
}

TEST(SimHedge, AHookIsToldWhichAttemptItIs)
{
    hedging l;
    l.take(1h, 10ms);
    std::vector<int> asked;
    l.settings.hooks.add_headers = [&asked](next_attempt const& a, header_list&) {
        asked.push_back(a.attempt);
    };
    hub const h(l.world, l.settings);
    l.read(h, hedged());
    l.world.run();
    EXPECT_EQ(asked, (std::vector<int>{1, 2}));
}

TEST(SimHedge, ADrainedHubWaitsForTheAnswer)
{
    hedging l;
    l.take(1h, 10ms);
    hub const h(l.world, l.settings);
    auto const& r = l.read(h, hedged());
    bool over = false;
    h.async_close([&](error_code) {
        over = true;
        EXPECT_EQ(r.completions, 1);
    });
    l.world.run();
    EXPECT_TRUE(over);
    EXPECT_EQ(r.number, 1);
}

}  // namespace
}  // namespace cohub::tests
