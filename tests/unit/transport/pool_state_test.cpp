#include <cohub/transport/detail/pool_state.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace cohub::transport::detail {
namespace {

using namespace std::chrono_literals;
using state = pool_member::state;

constexpr clock::time_point start{1000h};

pool_rules rules(std::size_t max_connections, std::size_t max_connecting = 32)
{
    pool_rules r;
    r.max_connections = max_connections;
    r.max_connecting = max_connecting;
    return r;
}

/// A pool with its own members and waiters, and a clock that the test moves.
class PoolStateTest : public testing::Test
{
protected:
    void use(pool_rules const& r) { pool.emplace(r); }

    call::waiter& waiter()
    {
        waiters.push_back(std::make_unique<call::waiter>());
        waiters.back()->order = waiters.size();
        return *waiters.back();
    }
    call::waiter& waiting()
    {
        call::waiter& w = waiter();
        EXPECT_EQ(pool->acquire(w, now), nullptr);
        return w;
    }
    pool_member& connecting()
    {
        members.push_back(std::make_unique<pool_member>());
        pool->connect_began(*members.back(), now);
        return *members.back();
    }
    pool_member& idle()
    {
        pool_member& m = connecting();
        EXPECT_EQ(pool->connected(m, now), nullptr);
        return m;
    }
    pool_member& busy()
    {
        pool_member& m = idle();
        EXPECT_EQ(pool->acquire(waiter(), now), &m);
        return m;
    }

    clock::time_point now = start;
    std::vector<std::unique_ptr<call::waiter>> waiters;
    std::vector<std::unique_ptr<pool_member>> members;
    std::optional<pool_state> pool{std::in_place, pool_rules()};

    void TearDown() override
    {
        for (auto& w : waiters) pool->detach(*w);
        for (auto& m : members) pool->removed(*m);
        EXPECT_EQ(pool->open(), 0u);
    }
};

TEST_F(PoolStateTest, ACallWaitsWhenNothingIsIdle)
{
    call::waiter& w = waiting();
    EXPECT_TRUE(pool->is_waiting(w));
    EXPECT_EQ(pool->position(w, 10), 0u);
    EXPECT_EQ(pool->connects_due(now), 1u);
}

TEST_F(PoolStateTest, AnIdleConnectionIsUsedAtOnce)
{
    pool_member& m = idle();
    EXPECT_EQ(pool->acquire(waiter(), now), &m);
    EXPECT_EQ(m.status, state::busy);
    EXPECT_EQ(pool->busy(), 1u);
    EXPECT_EQ(pool->idle(), 0u);
}

TEST_F(PoolStateTest, TheConnectionUsedLastIsUsedFirst)
{
    pool_member& a = idle();
    pool_member& b = idle();
    pool_member& c = idle();
    EXPECT_EQ(pool->acquire(waiter(), now), &c);
    EXPECT_EQ(pool->acquire(waiter(), now), &b);
    pool->released(c, now);
    EXPECT_EQ(pool->acquire(waiter(), now), &c);
    EXPECT_EQ(pool->acquire(waiter(), now), &a);
}

TEST_F(PoolStateTest, WaitersAreServedInOrderOfStart)
{
    use(rules(1));
    pool_member& m = busy();
    std::vector<call::waiter*> order;
    for (int i = 0; i != 1000; ++i) order.push_back(&waiting());
    for (call::waiter* const w : order) ASSERT_EQ(pool->released(m, now).next, w);
    EXPECT_EQ(pool->waiting(), 0u);
}

TEST_F(PoolStateTest, ACallThatTriesAgainKeepsItsPlace)
{
    use(rules(1));
    busy();
    call::waiter& first = waiter();
    call::waiter& second = waiting();
    call::waiter& third = waiting();
    EXPECT_EQ(pool->acquire(first, now), nullptr);
    EXPECT_EQ(pool->position(first, 10), 0u);
    EXPECT_EQ(pool->position(second, 10), 1u);
    EXPECT_EQ(pool->position(third, 10), 2u);
    EXPECT_EQ(pool->position(third, 1), 1u);
}

TEST_F(PoolStateTest, ALaterCallDoesNotOvertakeAWaiter)
{
    use(rules(2));
    pool_member& m = busy();
    call::waiter& early = waiting();
    call::waiter& late = waiting();
    EXPECT_EQ(pool->released(m, now).next, &early);
    EXPECT_TRUE(pool->is_waiting(late));
}

TEST_F(PoolStateTest, WaitersMayLeaveAtHeadMiddleAndTail)
{
    use(rules(1));
    pool_member& m = busy();
    std::vector<call::waiter*> w;
    for (int i = 0; i != 5; ++i) w.push_back(&waiting());
    for (int const i : {0, 2, 4}) pool->detach(*w[static_cast<std::size_t>(i)]);
    EXPECT_EQ(pool->waiting(), 2u);
    EXPECT_EQ(pool->released(m, now).next, w[1]);
    EXPECT_EQ(pool->released(m, now).next, w[3]);
    EXPECT_EQ(pool->released(m, now).next, nullptr);
}

TEST_F(PoolStateTest, LeavingWithoutWaitingIsHarmless)
{
    call::waiter& w = waiter();
    pool->detach(w);
    EXPECT_FALSE(pool->is_waiting(w));
}

TEST_F(PoolStateTest, NeverMoreConnectionsThanAllowed)
{
    use(rules(3));
    busy();
    idle();
    EXPECT_EQ(pool->connects_due(now), 0u);
    pool->acquire(waiter(), now);
    waiting();
    waiting();
    EXPECT_EQ(pool->connects_due(now), 1u);
    connecting();
    EXPECT_EQ(pool->connects_due(now), 0u);
    EXPECT_EQ(pool->open(), 3u);
}

TEST_F(PoolStateTest, NeverMoreBeingMadeThanAllowed)
{
    use(rules(64, 2));
    for (int i = 0; i != 5; ++i) waiting();
    EXPECT_EQ(pool->connects_due(now), 2u);
    connecting();
    EXPECT_EQ(pool->connects_due(now), 1u);
    connecting();
    EXPECT_EQ(pool->connects_due(now), 0u);
}

TEST_F(PoolStateTest, NoMoreAreMadeThanAreWaitedFor)
{
    waiting();
    EXPECT_EQ(pool->connects_due(now), 1u);
    connecting();
    EXPECT_EQ(pool->connects_due(now), 0u);
}

// A3
TEST_F(PoolStateTest, AConnectionBeingMadeOutlivesTheCallThatWantedIt)
{
    call::waiter& a = waiting();
    pool_member& m = connecting();
    pool->detach(a);
    EXPECT_EQ(pool->take_unwanted(true, now), nullptr);
    EXPECT_EQ(pool->linger_end(), std::nullopt);
    EXPECT_EQ(pool->take_unwanted(false, now), nullptr);
    EXPECT_EQ(pool->linger_end(), now + 250ms);
    now += 249ms;
    EXPECT_EQ(pool->take_unwanted(false, now), nullptr);
    now += 1ms;
    EXPECT_EQ(pool->take_unwanted(false, now), &m);
    EXPECT_EQ(pool->take_unwanted(false, now), nullptr);
    EXPECT_EQ(pool->open(), 0u);
    EXPECT_EQ(pool->linger_end(), std::nullopt);
}

TEST_F(PoolStateTest, TheTimeToLingerBeginsAnewAfterAnotherCall)
{
    pool_member& m = connecting();
    EXPECT_EQ(pool->take_unwanted(false, now), nullptr);
    now += 200ms;
    EXPECT_EQ(pool->take_unwanted(true, now), nullptr);
    now += 200ms;
    EXPECT_EQ(pool->take_unwanted(false, now), nullptr);
    EXPECT_EQ(pool->linger_end(), now + 250ms);
    EXPECT_EQ(pool->connected(m, now), nullptr);
}

TEST_F(PoolStateTest, ASpareLingersForAsLongAsItTakes)
{
    pool->want_spares(1);
    connecting();
    EXPECT_EQ(pool->take_unwanted(false, now), nullptr);
    EXPECT_EQ(pool->linger_end(), std::nullopt);
    EXPECT_EQ(pool->take_unwanted(false, now + 1h), nullptr);
}

TEST_F(PoolStateTest, AConnectionThatACallDoesNotWantServesTheNext)
{
    use(rules(1));
    pool_member& m = busy();
    call::waiter& a = waiting();
    call::waiter& b = waiting();
    EXPECT_EQ(pool->released(m, now).next, &a);
    EXPECT_EQ(pool->pass_on(m, now), &b);
    EXPECT_EQ(m.status, state::busy);
    EXPECT_EQ(pool->pass_on(m, now), nullptr);
    EXPECT_EQ(m.status, state::idle);
    EXPECT_EQ(pool->busy(), 0u);
}

TEST_F(PoolStateTest, AConnectionSetAsideIsMatchedLater)
{
    use(rules(1));
    pool_member& m = busy();
    call::waiter& a = waiting();
    call::waiter& b = waiting();
    EXPECT_EQ(pool->released(m, now).next, &a);
    pool->set_aside(m, now);
    EXPECT_EQ(pool->idle(), 1u);
    auto const match = pool->take_match(now);
    EXPECT_EQ(match.who, &b);
    EXPECT_EQ(match.with, &m);
    EXPECT_EQ(m.status, state::busy);
    EXPECT_EQ(pool->take_match(now).who, nullptr);
}

// A4
TEST_F(PoolStateTest, ThoseNotHeardOfSinceAreSuspect)
{
    pool_member& a = idle();
    now += 1s;
    pool_member& b = idle();
    now += 1s;
    EXPECT_EQ(pool->take_unheard_since(start), nullptr);
    EXPECT_EQ(pool->take_unheard_since(start + 1s), &a);
    EXPECT_EQ(pool->take_unheard_since(start + 1s), nullptr);
    EXPECT_EQ(pool->take_unheard_since(now), &b);
    EXPECT_EQ(pool->open(), 0u);
}

TEST_F(PoolStateTest, ANewConnectionServesTheFirstWaiter)
{
    call::waiter& a = waiting();
    call::waiter& b = waiting();
    pool_member& m = connecting();
    pool_member& n = connecting();
    EXPECT_EQ(pool->connected(n, now), &a);
    EXPECT_EQ(pool->connected(m, now), &b);
    EXPECT_EQ(pool->busy(), 2u);
}

// A1
TEST_F(PoolStateTest, AFailedConnectIsNobodysConcernWhileAConnectionStands)
{
    busy();
    call::waiter& w = waiting();
    pool_member& m = connecting();
    EXPECT_FALSE(pool->connect_failed(m, now, 0.5));
    EXPECT_EQ(m.status, state::outside);
    EXPECT_TRUE(pool->is_waiting(w));
    EXPECT_EQ(pool->take_charged(), nullptr);
}

TEST_F(PoolStateTest, AFailedConnectIsNobodysConcernWhileAnotherIsUnderWay)
{
    waiting();
    waiting();
    pool_member& m = connecting();
    pool_member& n = connecting();
    EXPECT_FALSE(pool->connect_failed(m, now, 0.5));
    EXPECT_TRUE(pool->connect_failed(n, now, 0.5));
}

// A5
TEST_F(PoolStateTest, TheLastFailedConnectIsTheConcernOfAllWhoWait)
{
    call::waiter& a = waiting();
    call::waiter& b = waiting();
    call::waiter& c = waiting();
    pool_member& m = connecting();
    EXPECT_TRUE(pool->connect_failed(m, now, 0.5));
    EXPECT_TRUE(pool->is_waiting(b));
    pool->detach(b);
    EXPECT_FALSE(pool->is_waiting(b));
    EXPECT_EQ(pool->waiting(), 2u);
    EXPECT_EQ(pool->take_charged(), &a);
    EXPECT_EQ(pool->acquire(a, now), nullptr);
    call::waiter& later = waiting();
    EXPECT_EQ(pool->take_charged(), &c);
    EXPECT_EQ(pool->take_charged(), nullptr);
    EXPECT_EQ(pool->position(later, 10), 1u);
    EXPECT_EQ(pool->waiting(), 2u);
}

TEST_F(PoolStateTest, AFailedConnectDelaysTheNextOne)
{
    waiting();
    waiting();
    pool_member& m = connecting();
    EXPECT_EQ(pool->next_connect(), std::nullopt);
    pool->connect_failed(m, now, 0.5);
    for (int i = 0; i != 3; ++i) waiting();
    EXPECT_EQ(pool->connects_due(now), 0u);
    EXPECT_EQ(pool->next_connect(), now + 50ms);
    EXPECT_EQ(pool->connects_due(now + 49ms), 0u);
    // One call alone tests whether the service is better.
    EXPECT_EQ(pool->connects_due(now + 50ms), 1u);
    now += 50ms;
    pool_member& probe = connecting();
    EXPECT_EQ(pool->connects_due(now), 0u);
    EXPECT_EQ(pool->next_connect(), std::nullopt);
    EXPECT_EQ(pool->failed_connects(), 1u);
    pool->connected(probe, now);
    EXPECT_EQ(pool->failed_connects(), 0u);
    EXPECT_EQ(pool->connects_due(now), 2u);
}

TEST_F(PoolStateTest, TheDelayDoublesUpToItsCap)
{
    pool_rules r;
    r.backoff_base = 100ms;
    r.backoff_cap = 1000ms;
    use(r);
    for (auto const wait : {50ms, 100ms, 200ms, 400ms, 500ms, 500ms}) {
        waiting();
        pool_member& m = connecting();
        pool->connect_failed(m, now, 0.5);
        while (pool->take_charged() != nullptr) {
        }
        waiting();
        EXPECT_EQ(pool->next_connect(), now + wait);
        now += wait;
    }
}

TEST_F(PoolStateTest, AFailedSpareConcernsNobody)
{
    pool->want_spares(3);
    pool_member& m = connecting();
    EXPECT_FALSE(pool->connect_failed(m, now, 0.5));
    EXPECT_EQ(pool->spares(), 0u);
    EXPECT_EQ(pool->connects_due(now + 1h), 0u);
}

// A8
TEST_F(PoolStateTest, SparesArePaidOffByCallsThatTakeThem)
{
    for (int i = 0; i != 2; ++i) waiting();
    for (int i = 0; i != 2; ++i) connecting();
    pool->want_spares(4);
    EXPECT_EQ(pool->connects_due(now), 2u);
    for (int i = 0; i != 2; ++i) connecting();
    EXPECT_EQ(pool->connects_due(now), 0u);
    for (auto& m : members) pool->connected(*m, now);
    for (auto& m : members) pool->removed(*m);
    EXPECT_EQ(pool->connects_due(now), 0u);
    EXPECT_EQ(pool->spares(), 0u);
}

TEST_F(PoolStateTest, SparesAreMadeUntilThatManyStand)
{
    idle();
    pool->want_spares(3);
    EXPECT_EQ(pool->connects_due(now), 2u);
    idle();
    idle();
    EXPECT_EQ(pool->spares(), 0u);
    EXPECT_EQ(pool->connects_due(now), 0u);
}

TEST_F(PoolStateTest, ConnectionsInUseCountAgainstSpares)
{
    busy();
    busy();
    pool->want_spares(3);
    EXPECT_EQ(pool->connects_due(now), 1u);
}

TEST_F(PoolStateTest, SparesStayWithinTheLimit)
{
    use(rules(4));
    busy();
    pool->want_spares(100);
    EXPECT_EQ(pool->connects_due(now), 3u);
    pool->forget_spares();
    EXPECT_EQ(pool->connects_due(now), 0u);
}

TEST_F(PoolStateTest, AnIdleConnectionGoesAfterItsTime)
{
    pool_rules r;
    r.idle_timeout = 60s;
    use(r);
    pool_member& m = idle();
    EXPECT_EQ(pool->next_expiry(), start + 60s);
    EXPECT_EQ(pool->take_expired(start + 59s), nullptr);
    EXPECT_EQ(pool->take_expired(start + 60s), &m);
    EXPECT_EQ(m.status, state::outside);
    EXPECT_EQ(pool->next_expiry(), std::nullopt);
}

TEST_F(PoolStateTest, AnExpiredConnectionIsNotUsed)
{
    pool_rules r;
    r.idle_timeout = 60s;
    use(r);
    pool_member& m = idle();
    now = start + 60s;
    EXPECT_EQ(pool->acquire(waiter(), now), nullptr);
    EXPECT_EQ(m.status, state::idle);
    EXPECT_EQ(pool->take_expired(now), &m);
}

TEST_F(PoolStateTest, AnOldConnectionIsClosedWhenItsCallIsDone)
{
    pool_rules r;
    r.max_age = 600s;
    use(r);
    pool_member& m = busy();
    waiting();
    auto const r1 = pool->released(m, start + 599s);
    EXPECT_FALSE(r1.close);
    auto const r2 = pool->released(m, start + 600s);
    EXPECT_TRUE(r2.close);
    EXPECT_EQ(r2.next, nullptr);
    EXPECT_EQ(pool->open(), 0u);
}

TEST_F(PoolStateTest, AServersOwnLimitIsHeeded)
{
    pool_member& m = busy();
    m.use_until = start + 4s;
    pool->released(m, start);
    EXPECT_EQ(pool->next_expiry(), start + 4s);
    EXPECT_EQ(pool->acquire(waiter(), start + 4s), nullptr);
    EXPECT_EQ(pool->take_expired(start + 4s), &m);
}

TEST_F(PoolStateTest, AnyExpiredOneIsFoundBehindTheFresh)
{
    pool_member& a = idle();
    pool_member& b = idle();
    b.use_until = start + 1s;
    EXPECT_EQ(pool->take_expired(start + 2s), &b);
    EXPECT_EQ(pool->take_expired(start + 2s), nullptr);
    EXPECT_EQ(pool->any_idle(), &a);
}

TEST_F(PoolStateTest, NoMoreIdleOnesAreKeptThanAllowed)
{
    pool_rules r;
    r.max_idle = 1;
    use(r);
    pool_member& a = busy();
    pool_member& b = busy();
    EXPECT_FALSE(pool->released(a, now).close);
    EXPECT_TRUE(pool->released(b, now).close);
    EXPECT_EQ(pool->idle(), 1u);
}

TEST_F(PoolStateTest, NoneIsKeptWhenNoneIsAllowedButWaitersAreServed)
{
    pool_rules r;
    r.max_idle = 0;
    use(r);
    pool_member& m = connecting();
    call::waiter& w = waiting();
    EXPECT_EQ(pool->connected(m, now), &w);
    call::waiter& next = waiting();
    EXPECT_EQ(pool->released(m, now).next, &next);
    EXPECT_TRUE(pool->released(m, now).close);
}

TEST_F(PoolStateTest, AConnectionMayBeLostInAnyState)
{
    pool_member& a = connecting();
    pool_member& b = idle();
    pool_member& c = busy();
    for (pool_member* const m : {&a, &b, &c}) pool->removed(*m);
    EXPECT_EQ(pool->open(), 0u);
    for (pool_member* const m : {&a, &b, &c}) pool->removed(*m);
    EXPECT_EQ(pool->open(), 0u);
}

TEST_F(PoolStateTest, TheWaiterKnowsWhichConnectionWillServeIt)
{
    waiting();
    waiting();
    pool_member& a = connecting();
    pool_member& b = connecting();
    EXPECT_EQ(pool->connecting_at(0), &a);
    EXPECT_EQ(pool->connecting_at(1), &b);
    EXPECT_EQ(pool->connecting_at(2), nullptr);
}

}  // namespace
}  // namespace cohub::transport::detail
