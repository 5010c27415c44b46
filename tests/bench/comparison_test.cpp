// Whether a change is told from noise: made-up runs, of which it is known what changed.

#include "cohub_bench/comparison.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <string>

#include "cohub_bench/assertion.hpp"
#include "made_up.hpp"

namespace {

using bench::change;
using bench::comparison;
using namespace std::chrono_literals;
using std::chrono::nanoseconds;

/// How a server behaves whose intervals are alike but for the machine's moods, which last a while.
struct behaviour
{
    double factor = 1;       // of all latencies
    double slow_factor = 1;  // of the slowest hundredth alone
    double mood = 0.04;      // by how much intervals differ
    double failing = 0;      // share of the calls
    int intervals = 40;
};

bench::outcome run_of(behaviour const& b, std::uint64_t seed)
{
    std::mt19937_64 random(seed);
    std::normal_distribution<double> normal;
    std::uniform_real_distribution<double> share;
    bench_tests::made_up_run run(std::to_string(seed));
    double mood = 0;
    for (int i = 0; i < b.intervals; ++i) {
        mood = 0.3 * mood + b.mood * normal(random);
        double const slowness = b.factor * std::exp(mood);
        int const calls = static_cast<int>(400 / slowness);
        for (int k = 0; k < calls; ++k) {
            auto const at = i * 100ms + k * (100'000'000ns / calls);
            double took = 1e6 * slowness * std::exp(0.2 * normal(random));
            if (share(random) < 0.02) took *= 4 * b.slow_factor;
            if (share(random) < b.failing)
                run.fail(at, 1ms, "server_failed", 503);
            else
                run.answer(at, nanoseconds(std::llround(took)));
        }
    }
    return run.record().what;
}

comparison compared(behaviour const& before, behaviour const& now, std::uint64_t seed)
{
    return compare(run_of(before, 2 * seed), run_of(now, 2 * seed + 1), {50, 99});
}

change const& of(comparison const& c, change::kind what, double percent = 0)
{
    auto const* const found = c.find(what, percent);
    EXPECT_NE(found, nullptr);
    return *found;
}

constexpr int trials = 25;

TEST(ComparisonTest, TwoRunsOfTheSameServerHaveNoChange)
{
    int told = 0, figures = 0;
    for (int i = 1; i <= trials; ++i) {
        auto const c = compared({}, {}, static_cast<std::uint64_t>(i));
        for (auto const& one : c.changes) {
            EXPECT_EQ(one.unknown, "");
            ++figures;
            told += one.is_told();
        }
    }
    // With 99 % of certainty one of a hundred may be wrong.
    EXPECT_LE(told, 3) << "of " << figures;
}

TEST(ComparisonTest, EightPercentSlowerIsToldAndTheIntervalHasIt)
{
    int slower = 0, lower = 0, right = 0;
    for (int i = 1; i <= trials; ++i) {
        behaviour slow;
        slow.factor = 1.08;
        auto const c = compared({}, slow, static_cast<std::uint64_t>(i));
        auto const& p50 = of(c, change::kind::latency, 50);
        auto const& rate = of(c, change::kind::rate);
        slower += p50.is_told() && p50.by > 0;
        lower += rate.is_told() && rate.by < 0;
        right += p50.low <= 8 && 8 <= p50.high;
        EXPECT_LT(p50.high - p50.low, 15);  // it says something
    }
    EXPECT_GE(slower, trials - 3);
    EXPECT_GE(lower, trials - 3);
    EXPECT_GE(right, trials - 1);
}

TEST(ComparisonTest, WhatChangedInTheTailAloneIsToldOfTheTailAlone)
{
    behaviour slow;
    slow.slow_factor = 1.5;
    auto const c = compared({}, slow, 1);
    EXPECT_TRUE(of(c, change::kind::latency, 99).is_told());
    EXPECT_GT(of(c, change::kind::latency, 99).by, 30);
    EXPECT_FALSE(of(c, change::kind::latency, 50).is_told());
}

TEST(ComparisonTest, ALoudMachineHidesASmallChange)
{
    behaviour before, now;
    before.mood = now.mood = 0.4;
    now.factor = 1.08;
    auto const c = compared(before, now, 1);
    EXPECT_FALSE(of(c, change::kind::latency, 50).is_told());
    EXPECT_NE(
        of(c, change::kind::latency, 50)
            .text()
            .find("no change that can be distinguished from noise ("),
        std::string::npos
    );
}

TEST(ComparisonTest, ManyMoreErrorsAreToldAndOneIsNot)
{
    behaviour failing;
    failing.failing = 0.02;
    auto const c = compared({}, failing, 1);
    auto const& many = of(c, change::kind::errors);
    EXPECT_TRUE(many.is_told());
    EXPECT_NEAR(many.by, 2, 0.5);
    EXPECT_EQ(many.text().rfind("more by ", 0), 0u) << many.text();

    bench::outcome const before = run_of({}, 1);
    bench_tests::made_up_run one("x");
    for (int i = 0; i < 5000; ++i) one.answer(i * 1ms, 1ms);
    one.fail(2s, 1ms, "server_failed", 503);
    EXPECT_FALSE(of(compare(before, one.record().what, {50}), change::kind::errors).is_told());
}

TEST(ComparisonTest, TheSameFilesAreSaidTheSameOf)
{
    auto const a = compared({}, {}, 3), b = compared({}, {}, 3);
    for (std::size_t i = 0; i < a.changes.size(); ++i)
        EXPECT_EQ(a.changes[i].text(), b.changes[i].text());
}

TEST(ComparisonTest, ARunWithItselfHasNoChange)
{
    auto const run = run_of({}, 9);
    for (auto const& one : compare(run, run, {50, 99}).changes) {
        EXPECT_FALSE(one.is_told()) << one.name();
        EXPECT_NEAR(one.by, 0, 1e-9) << one.name();
    }
}

TEST(ComparisonTest, WhatIsTooLittleToTellIsSaidToBe)
{
    behaviour brief;
    brief.intervals = 6;
    auto const c = compared({}, brief, 1);
    for (auto const& one : c.changes) {
        EXPECT_FALSE(one.is_told());
        EXPECT_NE(one.text().find("cannot be told: a run is too short"), std::string::npos);
    }
    auto const rare = compare(run_of({}, 1), run_of({}, 2), {99.95, 99.99, 100});
    EXPECT_EQ(
        of(rare, change::kind::latency, 99.95).text(), "cannot be told: it takes 20000 calls"
    );
    EXPECT_EQ(
        of(rare, change::kind::latency, 99.99).text(), "cannot be told: it takes 100000 calls"
    );
    EXPECT_EQ(
        of(rare, change::kind::latency, 100).text(), "cannot be told: one call decides about it"
    );
    EXPECT_FALSE(of(compare({}, run_of({}, 1), {50}), change::kind::rate).is_told());
}

comparison with(change::kind what, double percent, double low, double high)
{
    change one;
    one.what = what;
    one.percent = percent;
    one.low = low;
    one.high = high;
    one.by = (low + high) / 2;
    comparison c;
    c.changes.push_back(one);
    return c;
}

TEST(ComparisonTest, ABoundFailsIfAllOfTheIntervalIsBeyondIt)
{
    auto const holds = [](char const* bound, double low, double high) {
        bench::assertion const a{std::string_view(bound)};
        EXPECT_TRUE(a.is_relative());
        auto const c = a.percent() != 0 ? with(change::kind::latency, a.percent(), low, high)
                                        : with(change::kind::rate, 0, low, high);
        return a.judge({}, &c).holds;
    };
    EXPECT_TRUE(holds("p99<+10%", -3, 5));
    EXPECT_TRUE(holds("p99<+10%", 6, 12));
    EXPECT_FALSE(holds("p99<+10%", 11, 15));
    EXPECT_FALSE(holds("p99<+0%", 1, 15));
    EXPECT_TRUE(holds("p99<+0%", -1, 15));
    EXPECT_TRUE(holds("rate>-5%", -9, -2));
    EXPECT_FALSE(holds("rate>-5%", -9, -6));
    bench::assertion const other("p50<+10%");
    auto const c = with(change::kind::latency, 99, 0, 0);
    EXPECT_FALSE(other.judge({}, &c).holds);
    auto too_short = with(change::kind::latency, 50, 0, 0);
    too_short.changes[0].unknown = "a run is too short";
    EXPECT_FALSE(other.judge({}, &too_short).holds);
}

}  // namespace
