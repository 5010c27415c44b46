// The rules for overload and silence when there is neither: no call is refused or given up that a
// healthy server would have answered.

#include <gtest/gtest.h>

#include <functional>
#include <utility>

#include "ledger.hpp"

namespace cohub::tests {
namespace {

namespace asio = boost::asio;

constexpr char const* place = "127.0.0.1:80";

/// A world with one client and a server. `takes` gives the time for an answer by the number of the
/// request, counted from 1.
class calm
{
public:
    explicit calm(std::function<clock::duration(int)> takes) : takes_(std::move(takes))
    {
        world.serve_http(place, [this](sim::request r) -> asio::awaitable<sim::response> {
            sim::response a(calls.seen(r));
            a.close = closes;
            if (int const status = refuse_next; status != 0) {
                refuse_next = 0;
                a = sim::response(status, "busy");
                if (retry_after != 0)
                    a.headers.emplace_back("Retry-After", std::to_string(retry_after));
                co_return a;
            }
            sim::timer t(world.get_executor(), takes_(++served_));
            co_await t.async_wait(asio::use_awaitable);
            co_return a;
        });
    }
    ~calm()
    {
        EXPECT_NO_THROW(calls.check());
        EXPECT_EQ(calls.pending(), 0U);
    }

    sim::world world{1};
    ledger calls{world};
    bool closes = false;
    int refuse_next = 0;
    int retry_after = 0;

private:
    std::function<clock::duration(int)> takes_;
    int served_ = 0;
};

TEST(SimFalseAlarm, OneSlowAnswerRefusesNoLaterBurst)
{
    calm c([](int n) -> clock::duration { return n == 1 ? 12s : 10ms; });
    hub const h(c.world, c.world.client_options());
    c.calls.call(h, false, 30s);
    c.world.run_for(1h);
    for (int i = 0; i != 20; ++i) c.calls.call(h, true, 30s);
    c.world.run();
    EXPECT_EQ(c.calls.succeeded(), 21U);
    EXPECT_EQ(h.stats().refused, 0U);
}

/// A call that waits for its own new connection takes nothing from the calls behind it.
TEST(SimFalseAlarm, ACallWithAConnectionOfItsOwnGivesWayToNobody)
{
    calm c([](int n) -> clock::duration { return n == 1 ? 12s : 10ms; });
    hub const h(c.world, c.world.client_options());
    c.calls.call(h, false, 60s);
    c.world.run_for(1h);
    for (auto const timeout : {30s, 30s, 60s}) c.calls.call(h, true, timeout);
    c.world.run();
    EXPECT_EQ(c.calls.succeeded(), 4U);
    EXPECT_EQ(h.stats().refused, 0U);
}

/// A call that has waited for the server is sent if no other call waits behind it.
TEST(SimFalseAlarm, ALateCallWithNobodyBehindItIsSent)
{
    calm c([](int n) -> clock::duration { return n == 1 ? 12s : 10ms; });
    options o = c.world.client_options();
    o.pool.max_connections = 1;
    hub const h(c.world, o);
    c.calls.call(h, false, 60s);
    c.world.run_for(1h);
    for (int i = 0; i != 4; ++i) {  // less than a second: one of them may be a probe
        c.calls.call(h, true, 60s);
        c.calls.call(h, true, 30s);
        c.world.run_for(100ms);
    }
    c.world.run();
    EXPECT_EQ(c.calls.succeeded(), 9U);
    EXPECT_EQ(h.stats().refused, 0U);
}

TEST(SimFalseAlarm, OneSlowAnswerAmongFastOnesRefusesNoBurst)
{
    calm c([](int n) -> clock::duration { return n == 50 ? 2500ms : 10ms; });
    options o = c.world.client_options();
    for (std::size_t const connections : {64U, 4U}) {
        o.pool.max_connections = connections;
        hub const h(c.world, o);
        for (int i = 0; i != 50; ++i) {
            c.calls.call(h, true, 10s);
            c.world.run();
        }
        for (int i = 0; i != 100; ++i) c.calls.call(h, true, 1500ms);
        c.world.run();
        EXPECT_EQ(h.stats().refused, 0U) << connections;
    }
    EXPECT_EQ(c.calls.succeeded(), 300U);
}

TEST(SimFalseAlarm, AServerThatClosesEachConnectionRefusesNobody)
{
    calm c([](int n) -> clock::duration { return n == 1 ? 3s : 10ms; });
    c.closes = true;
    hub const h(c.world, c.world.client_options());
    for (int i = 0; i != 30; ++i) {
        c.calls.call(h, true, i == 0 ? 10s : 1s);
        c.world.run();
    }
    EXPECT_EQ(c.calls.succeeded(), 30U);
}

// For the client, a network that stood still looks like a thread of its own that stood still.
TEST(SimFalseAlarm, AStallOfTheClientRefusesNobody)
{
    calm c([](int) -> clock::duration { return 10ms; });
    hub const h(c.world, c.world.client_options());
    for (int i = 0; i != 64; ++i) c.calls.call(h, false, 5s);
    c.world.run();
    for (int i = 0; i != 200; ++i) c.calls.call(h, false, 2s);
    c.world.run_for(5ms);
    c.world.part(place);
    c.world.run_for(1200ms);
    c.world.heal(place);
    for (int i = 0; i != 200; ++i) {
        c.calls.call(h, false, 2s);
        c.world.run_for(1ms);
    }
    c.world.run();
    EXPECT_EQ(c.calls.succeeded(), 464U);
    EXPECT_EQ(h.stats().refused, 0U);
}

TEST(SimFalseAlarm, AnAttemptGoesOnWhileRepetitionsAreHeldBack)
{
    calm c([](int n) -> clock::duration { return n == 1 ? 6s : 10ms; });
    hub const h(c.world, c.world.client_options());
    auto const& slow = c.calls.call(h, true, 30s);
    c.world.run_for(1s);
    c.refuse_next = 429;
    c.retry_after = 60;
    auto const& refused = c.calls.call(h, true, 5s);
    c.world.run();
    EXPECT_EQ(refused.why.code, errc::rate_limited);
    EXPECT_TRUE(slow.ok) << slow.why.message();
    EXPECT_EQ(slow.at_servers, 1);
}

TEST(SimFalseAlarm, AnAttemptGoesOnWhenTheRetryBudgetIsSpent)
{
    calm c([](int) -> clock::duration { return 6s; });
    options o = c.world.client_options();
    o.retry.budget_ratio = 0;
    o.retry.budget_reserve = 0;
    hub const h(c.world, o);
    auto const& slow = c.calls.call(h, true, 30s);
    c.world.run();
    EXPECT_TRUE(slow.ok) << slow.why.message();
    EXPECT_EQ(slow.at_servers, 1);
}

TEST(SimFalseAlarm, ASlowSafeCallIsHeardOutBesideFastOnes)
{
    for (clock::duration const takes : {7s, 16s, 20s}) {
        // The slow request is the first one, and every repetition of it.
        int slow_ones = 0;
        ledger::entry const* slow = nullptr;
        calm c([&](int) -> clock::duration {
            if (slow == nullptr || slow->at_servers == slow_ones) return 10ms;
            slow_ones = slow->at_servers;
            return takes;
        });
        hub const h(c.world, c.world.client_options());
        slow = &c.calls.call(h, true, 28s);
        for (int i = 0; i != 400; ++i) {
            c.world.run_for(100ms);
            c.calls.call(h, true, 5s);
        }
        c.world.run();
        EXPECT_TRUE(slow->ok) << takes / 1s << " s: " << slow->why.message();
        EXPECT_LE(slow->at_servers, 2);
    }
}

TEST(SimFalseAlarm, TheLastCallOfADrainedClientIsStillRepeated)
{
    calm c([](int) -> clock::duration { return 10ms; });
    hub h(c.world, c.world.client_options());
    c.refuse_next = 503;
    auto const& only = c.calls.call(h, true, 10s);
    h.close(true);
    c.world.run();
    EXPECT_TRUE(only.ok) << only.why.message();
    EXPECT_EQ(only.at_servers, 2);
}

}  // namespace
}  // namespace cohub::tests
