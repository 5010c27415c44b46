#include <cohub/call/retry_budget.hpp>

#include <gtest/gtest.h>

namespace cohub::call {
namespace {

using namespace std::chrono_literals;

constexpr clock::time_point start{1000h};

int taken(retry_budget& b, clock::time_point now, int most = 1'000'000)
{
    int n = 0;
    while (n != most && b.take(now)) ++n;
    return n;
}

TEST(RetryBudget, BeginsWithTenSecondsOfItsReserve)
{
    retry_budget b(0.2, 10);
    EXPECT_EQ(b.balance(start), 100);
    EXPECT_EQ(taken(b, start), 100);
}

TEST(RetryBudget, SavesUpItsReserve)
{
    retry_budget b(0, 10);
    taken(b, start);
    EXPECT_EQ(taken(b, start + 1s), 10);
    EXPECT_EQ(taken(b, start + 1500ms), 5);
    EXPECT_EQ(taken(b, start + 1h), 100);
}

TEST(RetryBudget, EarnsAShareOfTheCalls)
{
    retry_budget b(0.2, 0);
    auto const now = start;
    EXPECT_FALSE(b.take(start));
    for (int i = 0; i != 10'000; ++i) b.call_began(now);
    EXPECT_EQ(taken(b, start), 2'000);
}

TEST(RetryBudget, ForgetsWhatWasEarnedLongAgo)
{
    retry_budget b(0.2, 0);
    auto const now = start;
    EXPECT_FALSE(b.take(start));
    for (int i = 0; i != 10'000; ++i) b.call_began(now);
    EXPECT_NEAR(b.balance(start + 5s), 1000, 1e-6);
    EXPECT_EQ(taken(b, start + 20s), 0);
}

// However long the load lasts, no more is saved than that of ten seconds.
TEST(RetryBudget, HoldsNoMoreThanTenSecondsOfASteadyLoad)
{
    retry_budget b(0.2, 0);
    auto now = start;
    for (int second = 0; second != 100; ++second) {
        for (int i = 0; i != 1'000; ++i) b.call_began(now);
        now += 1s;  // nobody looks at it in between
    }
    EXPECT_LE(b.balance(now), 2'000);
    EXPECT_GE(b.balance(now), 1'500);
}

TEST(RetryBudget, TakesWhatIsEarnedBeforeTheReserve)
{
    retry_budget b(1, 1);
    auto const now = start;
    EXPECT_EQ(b.balance(start), 10);
    b.call_began(now);
    EXPECT_TRUE(b.take(start));
    EXPECT_EQ(b.balance(start), 10);
}

}  // namespace
}  // namespace cohub::call
