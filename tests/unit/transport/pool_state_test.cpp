#include <cohub/transport/detail/pool_state.hpp>

#include <gtest/gtest.h>

#include <deque>
#include <memory>
#include <random>
#include <set>
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

/// A pool with members and waiters of its own, and a clock in hand.
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
    EXPECT_EQ(pool->connects_due(), 1u);
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
    EXPECT_EQ(pool->connects_due(), 0u);
    pool->acquire(waiter(), now);
    waiting();
    waiting();
    EXPECT_EQ(pool->connects_due(), 1u);
    connecting();
    EXPECT_EQ(pool->connects_due(), 0u);
    EXPECT_EQ(pool->open(), 3u);
}

TEST_F(PoolStateTest, NeverMoreBeingMadeThanAllowed)
{
    use(rules(64, 2));
    for (int i = 0; i != 5; ++i) waiting();
    EXPECT_EQ(pool->connects_due(), 2u);
    connecting();
    EXPECT_EQ(pool->connects_due(), 1u);
    connecting();
    EXPECT_EQ(pool->connects_due(), 0u);
}

TEST_F(PoolStateTest, NoMoreAreMadeThanAreWaitedFor)
{
    waiting();
    EXPECT_EQ(pool->connects_due(), 1u);
    connecting();
    EXPECT_EQ(pool->connects_due(), 0u);
}

TEST_F(PoolStateTest, AConnectionThatNobodyWaitsForAnyMoreIsSurplus)
{
    call::waiter& a = waiting();
    waiting();
    connecting();
    pool_member& newest = connecting();
    EXPECT_EQ(pool->surplus_connecting(), 0u);
    pool->detach(a);
    EXPECT_EQ(pool->surplus_connecting(), 1u);
    EXPECT_EQ(&pool->newest_connecting(), &newest);
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

TEST_F(PoolStateTest, AFailedConnectIsTheFirstWaitersConcern)
{
    call::waiter& a = waiting();
    call::waiter& b = waiting();
    pool_member& m = connecting();
    EXPECT_EQ(pool->connect_failed(m), &a);
    EXPECT_EQ(pool->position(b, 10), 0u);
    EXPECT_EQ(pool->connects_due(), 1u);
    EXPECT_EQ(m.status, state::outside);
}

TEST_F(PoolStateTest, AFailedSpareConcernsNobody)
{
    pool->want_spares(1);
    pool_member& m = connecting();
    EXPECT_EQ(pool->connect_failed(m), nullptr);
    EXPECT_EQ(pool->spares(), 0u);
    EXPECT_EQ(pool->connects_due(), 0u);
}

TEST_F(PoolStateTest, SparesAreMadeUntilThatManyStand)
{
    idle();
    pool->want_spares(3);
    EXPECT_EQ(pool->connects_due(), 2u);
    idle();
    idle();
    EXPECT_EQ(pool->spares(), 0u);
    EXPECT_EQ(pool->connects_due(), 0u);
}

TEST_F(PoolStateTest, ConnectionsInUseCountAgainstSpares)
{
    busy();
    busy();
    pool->want_spares(3);
    EXPECT_EQ(pool->connects_due(), 1u);
}

TEST_F(PoolStateTest, SparesStayWithinTheLimit)
{
    use(rules(4));
    busy();
    pool->want_spares(100);
    EXPECT_EQ(pool->connects_due(), 3u);
    pool->forget_spares();
    EXPECT_EQ(pool->connects_due(), 0u);
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

// ---- against a model ---------------------------------------------------------------------------

/// Plays a client at random and keeps its own books of who waits and who is where.
class pool_player
{
public:
    pool_player(pool_rules const& r, unsigned seed)
        : rules_(r), pool_(r), random_(seed), waiters_(80), members_(2 * r.max_connections + 2)
    {
        for (auto& w : waiters_) away_.push_back(&w);
        for (auto& m : members_) outside_.push_back(&m);
    }
    ~pool_player()
    {
        for (auto& w : waiters_) pool_.detach(w);
        for (auto& m : members_) pool_.removed(m);
    }

    void step()
    {
        switch (random_() % 10) {
            case 0:
            case 1:
            case 2:
                return call_begins();
            case 3:
            case 4:
                return call_ends();
            case 5:
                return connect_ends();
            case 6:
                return call_is_cancelled();
            case 7:
                return connection_is_lost();
            case 8:
                return time_passes();
            default:
                return spares_are_wanted();
        }
    }

    /// @return what is wrong, or an empty text
    std::string problem() const
    {
        if (pool_.open() != pool_.idle() + pool_.busy() + pool_.connecting()) return "open";
        if (pool_.open() > rules_.max_connections) return "more than the limit";
        if (pool_.connecting() > rules_.max_connecting) return "more connecting than the limit";
        if (pool_.busy() != busy_.size()) return "busy";
        if (pool_.connecting() != connecting_.size()) return "connecting";
        if (pool_.idle() != idle_.size()) return "idle";
        if (pool_.waiting() != queue_.size()) return "waiting";
        if (pool_.waiting() != 0 && pool_.connects_due() != 0) return "a connect was forgotten";
        if (wrong_order_) return "a waiter was overtaken";
        if (expired_used_) return "an expired connection was used";
        return {};
    }
    std::size_t served() const { return served_; }

private:
    template <class T>
    T* any(std::vector<T*>& from)
    {
        std::swap(from[random_() % from.size()], from.back());
        T* const t = from.back();
        from.pop_back();
        return t;
    }
    template <class T>
    static void take(std::vector<T*>& from, T* t)
    {
        from.erase(std::find(from.begin(), from.end(), t));
    }

    void call_begins()
    {
        if (away_.empty()) return;
        call::waiter* const w = any(away_);
        w->order = ++order_;
        if (pool_member* const m = pool_.acquire(*w, now_)) {
            wrong_order_ |= !queue_.empty();
            expired_used_ |= now_ >= pool_.expiry(*m);
            take(idle_, m);
            busy_.push_back(m);
            away_.push_back(w);
            ++served_;
        } else
            queue_.push_back(w);
        connect();
    }

    void call_ends()
    {
        if (busy_.empty()) return;
        pool_member* const m = any(busy_);
        if (random_() % 8 == 0) m->use_until = now_ + std::chrono::seconds(random_() % 20);
        auto const r = pool_.released(*m, now_);
        if (r.close)
            outside_.push_back(m);
        else
            handed(m, r.next);
        connect();
    }

    void connect_ends()
    {
        if (connecting_.empty()) return;
        pool_member* const m = any(connecting_);
        if (random_() % 4 != 0)
            handed(m, pool_.connected(*m, now_));
        else {
            call::waiter* const w = pool_.connect_failed(*m);
            wrong_order_ |= w != (queue_.empty() ? nullptr : queue_.front());
            if (w != nullptr) {
                queue_.pop_front();
                away_.push_back(w);
            }
            outside_.push_back(m);
        }
        connect();
    }

    void call_is_cancelled()
    {
        if (queue_.empty()) return;
        auto const at = queue_.begin() + static_cast<long>(random_() % queue_.size());
        pool_.detach(**at);
        away_.push_back(*at);
        queue_.erase(at);
        while (pool_.surplus_connecting() != 0) {
            pool_member* const m = &pool_.newest_connecting();
            pool_.removed(*m);
            take(connecting_, m);
            outside_.push_back(m);
        }
        connect();
    }

    void connection_is_lost()
    {
        auto& from = random_() % 2 != 0 ? busy_ : idle_;
        if (from.empty()) return;
        pool_member* const m = any(from);
        pool_.removed(*m);
        outside_.push_back(m);
        connect();
    }

    void time_passes()
    {
        now_ += std::chrono::milliseconds(random_() % 3000);
        while (pool_member* const m = pool_.take_expired(now_)) {
            expired_used_ |= now_ < pool_.expiry(*m);
            take(idle_, m);
            outside_.push_back(m);
        }
        connect();
    }

    void spares_are_wanted()
    {
        if (random_() % 16 == 0) pool_.want_spares(random_() % 8);
        connect();
    }

    void handed(pool_member* m, call::waiter* w)
    {
        wrong_order_ |= w != (queue_.empty() ? nullptr : queue_.front());
        if (w != nullptr) {
            queue_.pop_front();
            away_.push_back(w);
            busy_.push_back(m);
            ++served_;
        } else
            idle_.push_back(m);
    }

    void connect()
    {
        while (pool_.connects_due() != 0) {
            pool_member* const m = any(outside_);
            m->use_until = clock::time_point::max();
            pool_.connect_began(*m, now_);
            connecting_.push_back(m);
        }
    }

    pool_rules rules_;
    pool_state pool_;
    std::mt19937 random_;
    clock::time_point now_ = start;
    std::deque<call::waiter> waiters_;
    std::deque<pool_member> members_;
    std::vector<call::waiter*> away_;
    std::vector<pool_member*> outside_, connecting_, idle_, busy_;
    std::deque<call::waiter*> queue_;
    std::uint64_t order_ = 0;
    std::size_t served_ = 0;
    bool wrong_order_ = false;
    bool expired_used_ = false;
};

struct model_row
{
    std::size_t max_connections, max_connecting, max_idle;
    unsigned seed;
};
class PoolModel : public testing::TestWithParam<model_row>
{
};

// POOL-25: a million steps in all.
TEST_P(PoolModel, KeepsItsBooksUnderRandomUse)
{
    pool_rules r = rules(GetParam().max_connections, GetParam().max_connecting);
    r.max_idle = GetParam().max_idle;
    r.idle_timeout = 10s;
    r.max_age = 100s;
    pool_player player(r, GetParam().seed);
    for (int i = 0; i != 250'000; ++i) {
        player.step();
        ASSERT_EQ(player.problem(), "") << "step " << i;
    }
    EXPECT_GT(player.served(), 1000u);
}

INSTANTIATE_TEST_SUITE_P(
    Sizes,
    PoolModel,
    testing::Values(
        model_row{1, 1, 65535, 1},
        model_row{4, 2, 65535, 2},
        model_row{16, 32, 3, 3},
        model_row{40, 8, 0, 4}
    ),
    [](auto const& row) { return "Max" + std::to_string(row.param.max_connections); }
);

}  // namespace
}  // namespace cohub::transport::detail
