#include "cohub_bench/histogram.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

namespace {

using bench::histogram;
using namespace std::chrono_literals;

TEST(HistogramTest, AnEmptyOneHasNoLatencies)
{
    histogram const h;
    EXPECT_EQ(h.count(), 0u);
    EXPECT_EQ(h.percentile(50), 0ns);
    EXPECT_EQ(h.min(), 0ns);
    EXPECT_EQ(h.max(), 0ns);
    EXPECT_EQ(h.mean(), 0);
}

TEST(HistogramTest, OneValueIsAllPercentiles)
{
    histogram h;
    h.record(1'234'567ns);
    for (double const p : {0.0, 50.0, 99.9, 100.0}) EXPECT_EQ(h.percentile(p), 1'234'567ns) << p;
    EXPECT_EQ(h.min(), 1'234'567ns);
    EXPECT_EQ(h.max(), 1'234'567ns);
}

TEST(HistogramTest, SmallValuesAreExact)
{
    histogram h;
    for (int i = 1; i <= 1000; ++i) h.record(std::chrono::nanoseconds(i));
    EXPECT_EQ(h.percentile(50), 500ns);
    EXPECT_EQ(h.percentile(90), 900ns);
    EXPECT_EQ(h.percentile(99), 990ns);
    EXPECT_EQ(h.percentile(99.9), 999ns);
    EXPECT_EQ(h.percentile(100), 1000ns);
    EXPECT_DOUBLE_EQ(h.mean(), 500.5);
}

TEST(HistogramTest, ThreeDigitsHoldFromNanosecondsToMinutes)
{
    for (double v = 1; v < 1e12; v *= 1.0137) {
        auto const exact = std::chrono::nanoseconds(static_cast<std::int64_t>(v));
        histogram h;
        h.record(exact);
        h.record(20min);  // so that the maximum does not help
        auto const told = static_cast<double>(h.percentile(50).count());
        auto const right = static_cast<double>(exact.count());
        EXPECT_GE(told, right);
        EXPECT_LE(told, right * 1.001) << right;
    }
}

TEST(HistogramTest, BucketsFollowOneAnotherAcrossPowersOfTwo)
{
    for (std::int64_t const edge : {2047, 2048, 4095, 4096, 1 << 20, (1 << 20) - 1}) {
        histogram h;
        h.record(std::chrono::nanoseconds(edge));
        h.record(std::chrono::nanoseconds(edge * 2));
        EXPECT_LT(h.percentile(50), h.percentile(100)) << edge;
        EXPECT_NEAR(
            static_cast<double>(h.percentile(50).count()), double(edge), double(edge) / 1000
        );
    }
}

TEST(HistogramTest, AgreesWithSortedValues)
{
    std::mt19937_64 random(7);
    std::lognormal_distribution<double> latencies(13, 1.5);
    histogram h;
    std::vector<double> all;
    for (int i = 0; i < 20'000; ++i) {
        auto const v = static_cast<std::int64_t>(latencies(random));
        h.record(std::chrono::nanoseconds(v));
        all.push_back(static_cast<double>(v));
    }
    std::sort(all.begin(), all.end());
    for (std::size_t const permille : {10u, 250u, 500u, 900u, 990u, 999u}) {
        double const right = all[permille * 20 - 1];
        double const told =
            static_cast<double>(h.percentile(static_cast<double>(permille) / 10).count());
        EXPECT_NEAR(told, right, right / 1000) << permille;
    }
}

TEST(HistogramTest, ValuesBeyondItsRangeAreCutAndCounted)
{
    histogram h;
    h.record(-5ns);
    h.record(24h);
    EXPECT_EQ(h.count(), 2u);
    EXPECT_EQ(h.min(), 0ns);
    EXPECT_GT(h.max(), 18min);
    EXPECT_LT(h.max(), 19min);
}

TEST(HistogramTest, MergingIsRecordingBoth)
{
    histogram a, b, both, empty;
    for (int i = 1; i < 100; ++i) {
        a.record(i * 1us);
        b.record(i * 1ms);
        both.record(i * 1us);
        both.record(i * 1ms);
    }
    a.merge(b);
    a.merge(empty);
    empty.merge(a);
    for (auto const* const h : {&a, &empty}) {
        EXPECT_EQ(h->count(), both.count());
        EXPECT_EQ(h->min(), both.min());
        EXPECT_EQ(h->max(), both.max());
        for (double const p : {10.0, 50.0, 75.0, 99.0})
            EXPECT_EQ(h->percentile(p), both.percentile(p)) << p;
    }
}

}  // namespace
