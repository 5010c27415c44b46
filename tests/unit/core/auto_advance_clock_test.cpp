#include <cohub/core/auto_advance_clock.hpp>

#include <gtest/gtest.h>

#include <chrono>

namespace cohub {
namespace {

using namespace std::chrono_literals;
using reason = clock::reason;

/// Listens to the clock as a client does: through its executor, which is the test.
class waiting_client final : public clock::listener
{
public:
    explicit waiting_client(clock& c) : clock_(c) { clock_.subscribe(*this); }
    waiting_client(waiting_client const&) = delete;
    waiting_client& operator=(waiting_client const&) = delete;
    ~waiting_client() { clock_.unsubscribe(*this); }

    void time_moved() noexcept override { ++told; }

    void waits(clock::duration time, reason why)
    {
        due_ = time == clock::duration::max() ? clock::time_point::max() : clock_.now() + time;
        why_ = why;
        clock_.expect(*this, due_, why_);
    }
    /// @return whether it was told and has read the time
    bool come_back()
    {
        if (told == 0) return false;
        --told;
        clock_.expect(*this, due_, why_);
        return true;
    }

    int told = 0;

private:
    clock& clock_;
    clock::time_point due_;
    reason why_ = reason::idle;
};

/// Runs until nobody is told any more, or until time has moved.
clock::duration settle(auto_advance_clock const& c, std::initializer_list<waiting_client*> clients)
{
    auto const before = c.elapsed();
    constexpr int enough = 100;
    for (int i = 0; i != enough && c.elapsed() == before; ++i)
        for (auto* const w : clients) w->come_back();
    return c.elapsed() - before;
}

TEST(AutoAdvanceClockTest, MovesToWhatIsDueFirstWhenAllWaitForTime)
{
    auto_advance_clock c;
    waiting_client a(c), b(c);
    auto const wall = c.wall();
    a.waits(30s, reason::pause);
    b.waits(10s, reason::pause);
    EXPECT_EQ(settle(c, {&a, &b}), 10s);
    EXPECT_EQ(c.wall() - wall, 10s);
}

TEST(AutoAdvanceClockTest, StandsStillWhileOneWaitsForSomethingElse)
{
    auto_advance_clock c;
    waiting_client a(c), b(c);
    a.waits(30s, reason::pause);
    for (auto const why : {reason::deadline, reason::answer}) {
        b.waits(10s, why);
        EXPECT_EQ(settle(c, {&a, &b}), 0s);
        EXPECT_EQ(a.told + b.told, 0) << "nobody is woken for it";
    }
    b.waits(10s, reason::idle);
    EXPECT_EQ(settle(c, {&a, &b}), 30s);
}

TEST(AutoAdvanceClockTest, DoesNotMoveForIdleClients)
{
    auto_advance_clock c;
    waiting_client a(c);
    a.waits(1s, reason::idle);
    EXPECT_EQ(settle(c, {&a}), 0s);
}

TEST(AutoAdvanceClockTest, DoesNotMoveWithoutAnythingDue)
{
    auto_advance_clock c;
    waiting_client a(c);
    a.waits(clock::duration::max(), reason::pause);
    EXPECT_EQ(settle(c, {&a}), 0s);
}

TEST(AutoAdvanceClockTest, LetsWhatIsReadyRunFirst)
{
    auto_advance_clock c;
    waiting_client a(c);
    a.waits(30s, reason::pause);
    EXPECT_EQ(c.elapsed(), 0s);
    for (int i = 0; i != 5; ++i) ASSERT_TRUE(a.come_back());
    EXPECT_EQ(c.elapsed(), 0s);
    // The work that became ready in the meantime begins another call.
    a.waits(15s, reason::deadline);
    EXPECT_EQ(settle(c, {&a}), 0s);
}

TEST(AutoAdvanceClockTest, LetsWhatIsReadyRunAnewWhenAnotherClientHasDoneSomething)
{
    auto_advance_clock c;
    waiting_client a(c), b(c);
    a.waits(30s, reason::pause);
    for (int i = 0; i != 7; ++i) ASSERT_TRUE(a.come_back());
    b.waits(1s, reason::deadline);
    b.waits(1s, reason::idle);
    for (int i = 0; i != 7; ++i) ASSERT_TRUE(a.come_back());
    EXPECT_EQ(c.elapsed(), 0s);
    EXPECT_EQ(settle(c, {&a, &b}), 30s);
}

TEST(AutoAdvanceClockTest, WaitsUntilWhatIsDueHasBeenDone)
{
    auto_advance_clock c;
    waiting_client a(c), b(c);
    a.waits(10s, reason::pause);
    b.waits(20s, reason::pause);
    ASSERT_EQ(settle(c, {&a, &b}), 10s);
    EXPECT_TRUE(b.come_back());
    EXPECT_FALSE(b.come_back()) << "a has not done yet what was due, and nobody is woken for it";
    EXPECT_EQ(c.elapsed(), 10s);
    a.waits(10s, reason::deadline);
    EXPECT_EQ(settle(c, {&a, &b}), 0s);
    a.waits(1s, reason::idle);
    EXPECT_EQ(settle(c, {&a, &b}), 10s);
}

TEST(AutoAdvanceClockTest, GoesOnWhenTheOneThatStoppedItLeaves)
{
    auto_advance_clock c;
    waiting_client a(c);
    a.waits(30s, reason::pause);
    {
        waiting_client b(c);
        b.waits(10s, reason::answer);
        ASSERT_EQ(settle(c, {&a, &b}), 0s);
    }
    EXPECT_EQ(settle(c, {&a}), 30s);
}

TEST(AutoAdvanceClockTest, IsMovedByHandAtAnyTime)
{
    auto_advance_clock c;
    waiting_client a(c);
    a.waits(30s, reason::answer);
    c.advance(5s);
    EXPECT_EQ(c.elapsed(), 5s);
    EXPECT_EQ(a.told, 1);
}

TEST(AutoAdvanceClockTest, TellsAClientOnceUntilItHasComeBack)
{
    auto_advance_clock c;
    waiting_client a(c);
    a.waits(30s, reason::answer);
    c.advance(5s);
    c.advance(5s);
    EXPECT_EQ(a.told, 1);
    a.come_back();
    c.advance(5s);
    EXPECT_EQ(a.told, 1);
}

}  // namespace
}  // namespace cohub
