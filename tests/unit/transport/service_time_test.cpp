#include <cohub/transport/detail/service_time.hpp>

#include <gtest/gtest.h>

namespace cohub::transport::detail {
namespace {

using namespace std::chrono_literals;

/// An estimate from answers that come one after the other.
class estimate : public service_time
{
public:
    void answered(std::chrono::nanoseconds took)
    {
        auto const asked = now_;
        now_ += took;
        service_time::answered(asked, now_);
    }
    /// The same number of answers, all requested at once and all received at once.
    void answered_together(int n, std::chrono::nanoseconds took)
    {
        auto const asked = now_;
        now_ += took;
        for (int i = 0; i != n; ++i) service_time::answered(asked, now_ + i * 10us);
    }

private:
    clock::time_point now_{};
};

estimate settled(std::chrono::nanoseconds at)
{
    estimate s;
    for (int i = 0; i != 100; ++i) s.answered(at);
    return s;
}

TEST(ServiceTime, KnowsNothingAtFirst) { EXPECT_EQ(service_time().likely(), 0ns); }

TEST(ServiceTime, AllowsForThreeTimesTheFirstAnswer)
{
    estimate s;
    s.answered(10ms);
    EXPECT_EQ(s.likely(), 30ms);
}

TEST(ServiceTime, NarrowsWhileAnswersAreAlike)
{
    auto const s = settled(10ms);
    EXPECT_GE(s.likely(), 11ms);
    EXPECT_LT(s.likely(), 11ms + 100us);
}

TEST(ServiceTime, WidensWithTheirScatter)
{
    estimate s;
    for (int i = 0; i != 200; ++i) s.answered(i % 2 == 0 ? 8ms : 12ms);
    EXPECT_GT(s.likely(), 16ms);
    EXPECT_LT(s.likely(), 21ms);
}

TEST(ServiceTime, FollowsTheServerWithinAFewAnswers)
{
    auto s = settled(10ms);
    for (int i = 0; i != 20; ++i) s.answered(100ms);
    EXPECT_GT(s.likely(), 90ms);
    for (int i = 0; i != 40; ++i) s.answered(10ms);
    EXPECT_LT(s.likely(), 20ms);
}

// A pause of the network, or of the client's own thread, delays all answers at once.
TEST(ServiceTime, OneMishapDoesNotRaiseIt)
{
    auto s = settled(10ms);
    s.answered_together(64, 1200ms);
    EXPECT_LT(s.usual(), 12ms);
    s.answered(10ms);
    s.answered(1200ms);
    EXPECT_LT(s.usual(), 12ms);
}

TEST(ServiceTime, WhatWasAskedForAfterTheFirstSlowAnswerRaisesIt)
{
    auto s = settled(10ms);
    s.answered_together(64, 100ms);
    s.answered_together(64, 100ms);
    EXPECT_GT(s.usual(), 90ms);
}

TEST(ServiceTime, TakesSilenceForTwiceAsLong)
{
    auto s = settled(10ms);
    s.nothing_heard(300ms);
    EXPECT_EQ(s.likely(), 600ms);
    s.nothing_heard(100ms);
    EXPECT_EQ(s.likely(), 600ms);
    service_time fresh;
    fresh.nothing_heard(20ms);
    EXPECT_EQ(fresh.likely(), 40ms);
}

TEST(ServiceTime, ForgetsTheSilenceWithTheFirstAnswer)
{
    auto s = settled(10ms);
    auto const before = s.likely();
    s.nothing_heard(300ms);
    s.answered(10ms);
    EXPECT_LE(s.likely(), before);
}

}  // namespace
}  // namespace cohub::transport::detail
