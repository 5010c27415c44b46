// What is sent when: stages, ramps, mixes of methods.

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <string>

#include "cohub_bench/arguments.hpp"
#include "cohub_bench/mix.hpp"
#include "cohub_bench/schedule.hpp"

namespace {

using bench::mix;
using bench::schedule;

TEST(ScheduleTest, AClosedLoopHasNone)
{
    EXPECT_FALSE(schedule().is_open());
    EXPECT_TRUE(schedule::constant(5).is_open());
    EXPECT_TRUE(schedule::of_stages("1s:5").is_open());
}

TEST(ScheduleTest, OneRateGoesOnForEver)
{
    auto const s = schedule::constant(0.5);
    EXPECT_EQ(s.due(0), 0);
    EXPECT_EQ(s.due(1), 2);
    EXPECT_EQ(s.due(1'000'000), 2'000'000);
    EXPECT_EQ(s.calls_by(10), 5);
}

TEST(ScheduleTest, StagesFollowOneAnother)
{
    auto const s = schedule::of_stages("10s:100, 30s:1000");
    EXPECT_EQ(s.length(), 40);
    EXPECT_EQ(s.calls_by(40), 31'000);
    EXPECT_DOUBLE_EQ(s.due(500), 5);
    EXPECT_DOUBLE_EQ(s.due(1000), 10);
    EXPECT_DOUBLE_EQ(s.due(2000), 11);
    EXPECT_EQ(s.stage_of(999), 0u);
    EXPECT_EQ(s.stage_of(1000), 1u);
    EXPECT_TRUE(std::isinf(s.due(31'000)));
    EXPECT_EQ(s.text(), "10s:100,30s:1000");
}

TEST(ScheduleTest, ARampIsAStraightLine)
{
    // 0 to 100 a second in 10 s are 500 calls: a quarter of them in the first half.
    auto const up = schedule::of_stages("10s:0-100");
    EXPECT_EQ(up.calls_by(10), 500);
    EXPECT_EQ(up.calls_by(5), 125);
    EXPECT_DOUBLE_EQ(up.due(0), 0);
    EXPECT_DOUBLE_EQ(up.due(125), 5);
    EXPECT_NEAR(up.due(499), 9.98999, 1e-4);
    auto const down = schedule::of_stages("10s:100-0");
    EXPECT_DOUBLE_EQ(down.due(375), 5);
    EXPECT_LE(down.due(499), 10);
}

TEST(ScheduleTest, WhenACallIsDueAndHowManyAreDueBelongTogether)
{
    auto const s = schedule::of_stages("2s:0-50,1s:50,3s:0,1s:50-1000,2s:1000-10,1s:0.5");
    double before = -1;
    auto const all = static_cast<std::uint64_t>(s.calls_by(s.length()));
    for (std::uint64_t i = 0; i < all; ++i) {
        double const due = s.due(i);
        EXPECT_GT(due, before);
        EXPECT_NEAR(s.calls_by(due), static_cast<double>(i), 1e-6) << due;
        before = due;
    }
    // Nothing is due in a stage without calls.
    EXPECT_EQ(s.calls_by(3), s.calls_by(6));
    EXPECT_DOUBLE_EQ(s.due(100), 6);
}

TEST(ScheduleTest, ACallThatIsDueJustThenIsNotDueBefore)
{
    EXPECT_EQ(schedule::constant(100).due_before(2), 200u);
    EXPECT_EQ(schedule::constant(1).due_before(0.001), 1u);
    EXPECT_EQ(schedule::constant(1).due_before(2.5), 3u);
    EXPECT_EQ(schedule::constant(0.5).due_before(2), 1u);
    // None of these is exact in doubles.
    for (int tenths = 1; tenths <= 1000; ++tenths)
        for (int calls = 1; calls <= 40; ++calls) {
            auto const s = schedule::constant(tenths / 10.0);
            EXPECT_EQ(s.due_before(calls * 10.0 / tenths), static_cast<std::uint64_t>(calls));
        }
    auto const stages = schedule::of_stages("1s:10,1s:0,1s:10-20,1s:0.5");
    EXPECT_EQ(stages.due_before(2), 10u);
    EXPECT_EQ(stages.due_before(3), 25u);
    EXPECT_EQ(stages.due_before(4), 26u);
}

TEST(ScheduleTest, TheBeginningIsTheFirstRateAtWhichSomethingIsDue)
{
    EXPECT_FALSE(schedule().beginning().is_open());
    EXPECT_EQ(schedule::constant(7).beginning().rate(), 7);
    EXPECT_EQ(schedule::of_stages("1s:3,1s:5").beginning().rate(), 3);
    EXPECT_EQ(schedule::of_stages("1s:0,1s:5-9").beginning().rate(), 5);
    EXPECT_EQ(schedule::of_stages("1s:0-40").beginning().rate(), 40);
}

TEST(ScheduleTest, WhatIsNoStageIsRefused)
{
    for (char const* const wrong :
         {"",
          "10s",
          "10s:",
          ":100",
          "10:100",
          "0s:100",
          "10s:-5",
          "10s:1-",
          "10s:1-2-3",
          "10s:1e8",
          "10s:nan",
          "10s:0",
          "10s:100,",
          "10s:100,,5s:1",
          "90000s:1",
          "50000s:1,50000s:1"})
        EXPECT_THROW(schedule::of_stages(wrong), bench::usage_error) << wrong;
}

std::map<std::string, int> calls(mix const& m, std::uint64_t from, std::uint64_t n)
{
    std::map<std::string, int> counts;
    for (std::uint64_t i = from; i < from + n; ++i)
        ++counts[std::string(name_of(m.entries()[m.at(i)].what))];
    return counts;
}

TEST(MixTest, EachMethodHasExactlyItsShare)
{
    mix const m("user_search=8, ping=1,get_names");
    EXPECT_EQ(m.text(), "user_search=8,ping=1,get_names=1");
    for (std::uint64_t const from : {0, 3, 1234}) {
        auto counts = calls(m, from, 1000);
        EXPECT_EQ(counts["user_search"], 800);
        EXPECT_EQ(counts["ping"], 100);
        EXPECT_EQ(counts["get_names"], 100);
    }
}

TEST(MixTest, SharesAreSpreadEvenly)
{
    mix const m("user_search=300,ping=100");
    for (std::uint64_t i = 0; i < 100; i += 4) EXPECT_EQ(calls(m, i, 4)["ping"], 1);
}

TEST(MixTest, WithoutOneItIsUserSearchAlone)
{
    EXPECT_EQ(mix().text(), "user_search=1");
    EXPECT_EQ(calls(mix(), 0, 10)["user_search"], 10);
}

TEST(MixTest, WhatIsNoMixIsRefused)
{
    for (char const* const wrong :
         {"",
          "delete=1",
          "ping=0",
          "ping=-1",
          "ping=1.5",
          "ping=x",
          "ping=1001",
          "ping=1,ping=2",
          "ping=1,",
          "ping=nan",
          "ping=1 2"})
        EXPECT_THROW(mix{std::string_view(wrong)}, bench::usage_error) << wrong;
}

}  // namespace
