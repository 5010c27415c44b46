#include <cohub/core/clock.hpp>
#include <cohub/core/timer_queue.hpp>

#include <gtest/gtest.h>

#include <memory>
#include <random>
#include <set>
#include <utility>
#include <vector>

namespace cohub {
namespace {

using namespace std::chrono_literals;

class counting_listener final : public clock::listener
{
public:
    void time_moved() noexcept override { ++calls; }
    int calls = 0;
};

TEST(ManualClockTest, StandsStillUntilItIsMoved)
{
    manual_clock c;
    auto const then = c.now();
    auto const wall = c.wall();
    EXPECT_EQ(c.now(), then);

    c.advance(1500ms);

    EXPECT_EQ(c.now() - then, 1500ms);
    EXPECT_EQ(c.wall() - wall, 1500ms);
}

TEST(ManualClockTest, StartsAtTheWallTimeThatItIsGiven)
{
    auto const wall = std::chrono::sys_seconds(1'234'567'890s);
    EXPECT_EQ(manual_clock(wall).wall(), wall);
}

TEST(ManualClockTest, TellsItsListenersUntilTheyLeave)
{
    manual_clock c;
    counting_listener stays, leaves;
    c.subscribe(stays);
    c.subscribe(leaves);
    c.advance(1s);
    c.unsubscribe(leaves);
    c.advance(1s);
    EXPECT_EQ(stays.calls, 2);
    EXPECT_EQ(leaves.calls, 1);
}

TEST(ManualClockTest, LeavingTwiceIsHarmless)
{
    manual_clock c;
    counting_listener l;
    c.subscribe(l);
    c.unsubscribe(l);
    c.unsubscribe(l);
    c.advance(1s);
    EXPECT_EQ(l.calls, 0);
}

clock::time_point at(int ms) { return clock::time_point(std::chrono::milliseconds(ms)); }

TEST(TimerQueueTest, GivesTheEarliestFirst)
{
    timer_queue q;
    timer_node a(timer_node::role::call), b(timer_node::role::pool);
    q.set(a, at(20));
    q.set(b, at(10));
    EXPECT_EQ(&q.earliest(), &b);
    EXPECT_EQ(b.what(), timer_node::role::pool);
    q.remove(b);
    EXPECT_EQ(&q.earliest(), &a);
    q.remove(a);
    EXPECT_TRUE(q.empty());
}

TEST(TimerQueueTest, SettingAgainMovesTheNode)
{
    timer_queue q;
    timer_node a(timer_node::role::call), b(timer_node::role::call);
    q.set(a, at(10));
    q.set(b, at(20));
    q.set(a, at(30));
    EXPECT_EQ(&q.earliest(), &b);
    q.set(a, at(5));
    EXPECT_EQ(&q.earliest(), &a);
    EXPECT_EQ(q.size(), 2u);
}

TEST(TimerQueueTest, RemovingWhatDoesNotWaitIsHarmless)
{
    timer_queue q;
    timer_node a(timer_node::role::call);
    q.remove(a);
    EXPECT_FALSE(a.waiting());
    EXPECT_TRUE(q.empty());
}

class TimerQueueModel : public testing::TestWithParam<unsigned>
{
};

TEST_P(TimerQueueModel, AgreesWithASortedSetUnderRandomUse)
{
    constexpr std::size_t count = 100;
    timer_queue q;
    std::vector<std::unique_ptr<timer_node>> nodes;
    for (std::size_t i = 0; i != count; ++i)
        nodes.push_back(std::make_unique<timer_node>(timer_node::role::call));
    std::set<std::pair<clock::time_point, timer_node*>> model;
    std::mt19937 random(GetParam());

    for (int step = 0; step != 20'000; ++step) {
        timer_node& n = *nodes[random() % count];
        if (n.waiting()) model.erase({n.due(), &n});
        bool const sets = random() % 3 != 0;
        if (sets) {
            q.set(n, at(static_cast<int>(random() % 50)));
            model.insert({n.due(), &n});
        } else
            q.remove(n);

        ASSERT_EQ(n.waiting(), sets);
        ASSERT_EQ(q.size(), model.size());
        ASSERT_EQ(
            q.empty() ? at(-1) : q.earliest().due(), model.empty() ? at(-1) : model.begin()->first
        );
    }
    clock::time_point last = at(-1);
    while (!q.empty()) {
        timer_node& n = q.earliest();
        ASSERT_LE(last, n.due());
        last = n.due();
        q.remove(n);
    }
}

INSTANTIATE_TEST_SUITE_P(Seeds, TimerQueueModel, testing::Values(1u, 2u, 3u, 4u));

}  // namespace
}  // namespace cohub
