#include "cohub_bench/timeline.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>

namespace {

using bench::timeline;
using namespace std::chrono_literals;

std::uint64_t answered_in(timeline const& t)
{
    std::uint64_t n = 0;
    for (auto const& s : t.slots()) n += s.answered;
    return n;
}

std::uint64_t answered_in_intervals(timeline const& t)
{
    std::uint64_t n = 0;
    for (auto const& i : t.intervals()) n += i.latencies.count();
    return n;
}

// One answer a slot.
timeline steady(std::int64_t first, std::int64_t slots)
{
    timeline t;
    for (std::int64_t i = 0; i < slots; ++i) t.answered(first + i, 1ms);
    return t;
}

TEST(TimelineTest, SlotsAreTenthsOfSecondsOnEveryMachine)
{
    using time = std::chrono::system_clock::time_point;
    EXPECT_EQ(timeline::slot_at(time(99ms)), 0);
    EXPECT_EQ(timeline::slot_at(time(100ms)), 1);
    EXPECT_EQ(timeline::slot_at(time(1700000000s + 250ms)), 17'000'000'002);
    EXPECT_EQ(timeline::slot_at(time(-1ms)), -1);
}

TEST(TimelineTest, IntervalsGrowSoThatThereAreNeverMoreThanSixtyFour)
{
    for (std::int64_t const slots : {1, 64, 65, 100, 1000, 5001}) {
        auto const t = steady(17'000'000'003, slots);
        EXPECT_EQ(t.slots().size(), static_cast<std::size_t>(slots));
        EXPECT_LE(t.intervals().size(), 64u) << slots;
        if (slots > 64) {
            EXPECT_GE(t.intervals().size(), 32u) << slots;
        }
        EXPECT_EQ(answered_in_intervals(t), static_cast<std::uint64_t>(slots));
        // All but the first and the last are whole, and lie on multiples of their length.
        for (std::size_t i = 1; i + 1 < t.intervals().size(); ++i)
            EXPECT_EQ(
                t.intervals()[i].latencies.count(), static_cast<std::uint64_t>(t.interval_length())
            );
    }
}

TEST(TimelineTest, RunsAreAddedSlotBySlot)
{
    auto sum = steady(1000, 300);
    auto const later = steady(1200, 500), earlier = steady(900, 50);
    sum.merge(later);
    sum.merge(earlier);
    EXPECT_EQ(answered_in(sum), 850u);
    EXPECT_EQ(answered_in_intervals(sum), 850u);
    EXPECT_EQ(sum.first_slot(), 900);
    EXPECT_EQ(sum.slots().size(), 800u);
    auto const at = [&](std::size_t slot) { return sum.slots()[slot - 900].answered; };
    EXPECT_EQ(at(900), 1u);
    EXPECT_EQ(at(960), 0u);
    EXPECT_EQ(at(1100), 1u);
    EXPECT_EQ(at(1250), 2u);
    EXPECT_EQ(at(1699), 1u);
}

TEST(TimelineTest, OfRunsThatAreAddedTheSlowestAnswerIsKept)
{
    timeline fast, slow;
    fast.answered(5, 1ms);
    fast.answered(6, 9ms);
    slow.answered(5, 7ms);
    slow.answered(6, 2ms);
    slow.answered(7, 3ms);
    fast.merge(slow);
    ASSERT_EQ(fast.slots().size(), 3u);
    EXPECT_EQ(fast.slots()[0].slowest, 7ms);
    EXPECT_EQ(fast.slots()[1].slowest, 9ms);
    EXPECT_EQ(fast.slots()[2].slowest, 3ms);
}

TEST(TimelineTest, TheOrderOfAddingDoesNotMatter)
{
    auto const a = steady(1000, 70), b = steady(1033, 700), c = steady(1010, 3);
    timeline one = a, other = c;
    one.merge(b);
    one.merge(c);
    other.merge(b);
    other.merge(a);
    ASSERT_EQ(one.interval_length(), other.interval_length());
    ASSERT_EQ(one.first_interval(), other.first_interval());
    ASSERT_EQ(one.intervals().size(), other.intervals().size());
    for (std::size_t i = 0; i < one.intervals().size(); ++i)
        EXPECT_EQ(one.intervals()[i].latencies.count(), other.intervals()[i].latencies.count());
}

TEST(TimelineTest, FailuresAndTheSlowestAnswerAreThere)
{
    timeline t;
    t.answered(5, 3ms);
    t.answered(5, 7ms);
    t.answered(5, 1ms);
    t.failed(7);
    ASSERT_EQ(t.slots().size(), 3u);
    EXPECT_EQ(t.slots()[0].slowest, 7ms);
    EXPECT_EQ(t.slots()[2].failed, 1u);
    EXPECT_EQ(t.intervals()[2].failed, 1u);
}

TEST(TimelineTest, RunsDaysApartHaveNoTimeLineTogether)
{
    auto t = steady(0, 10);
    t.merge(steady(10'000'000, 10));
    EXPECT_TRUE(t.is_dropped());
    EXPECT_TRUE(t.slots().empty());
    t.merge(steady(0, 10));
    EXPECT_TRUE(t.is_dropped());
    EXPECT_TRUE(t.slots().empty());
}

}  // namespace
