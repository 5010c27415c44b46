#include "cohub_bench/histogram.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <random>
#include <utility>
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

TEST(HistogramTest, HasRoomForWhatIsThereAlone)
{
    histogram h;
    EXPECT_EQ(h.room(), 0u);
    h.record(5ms);
    EXPECT_LE(h.room(), 64u);
    histogram other;
    other.record(4ms);
    other.merge(h);
    EXPECT_LE(other.room(), 1024u);
    // From the middle to both ends.
    h.record(1ns);
    h.record(20min);
    EXPECT_EQ(h.percentile(1), 1ns);
    EXPECT_NEAR(static_cast<double>(h.percentile(50).count()), 5e6, 5e3);
    other.merge(h);
    EXPECT_EQ(other.count(), 5u);
    EXPECT_EQ(other.min(), 1ns);
    EXPECT_EQ(other.percentile(20), 1ns);
    EXPECT_NEAR(static_cast<double>(other.percentile(40).count()), 4e6, 4e3);
    EXPECT_NEAR(static_cast<double>(other.percentile(80).count()), 5e6, 5e3);
    EXPECT_EQ(other.percentile(100), other.max());
    histogram const none;
    other.merge(none);
    EXPECT_EQ(other.count(), 5u);
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

// What a file has of a histogram.
struct told
{
    std::vector<std::pair<std::uint64_t, std::uint64_t>> buckets;
    std::uint64_t min = 0, max = 0, sum = 0;

    explicit told(histogram const& h)
        : min(static_cast<std::uint64_t>(h.min().count())),
          max(static_cast<std::uint64_t>(h.max().count())),
          sum(h.sum())
    {
        h.for_each([this](std::uint64_t last, std::uint64_t n) { buckets.emplace_back(last, n); });
    }
    auto restored() const { return histogram::restored(buckets, min, max, sum); }
};

TEST(HistogramTest, WhatItTellsMakesItAgain)
{
    histogram h;
    std::mt19937_64 random(3);
    for (int i = 0; i < 5000; ++i) h.record(std::chrono::nanoseconds(random() % 3'000'000'000));
    for (histogram const& right : {histogram(), h}) {
        auto const again = told(right).restored();
        ASSERT_TRUE(again);
        EXPECT_EQ(again->count(), right.count());
        EXPECT_EQ(again->sum(), right.sum());
        EXPECT_EQ(again->min(), right.min());
        EXPECT_EQ(again->max(), right.max());
        for (double p = 0.5; p < 100; p += 0.5)
            EXPECT_EQ(again->percentile(p), right.percentile(p));
    }
}

TEST(HistogramTest, WhatNoHistogramTellsIsRefused)
{
    histogram h;
    for (int i = 1; i <= 100; ++i) h.record(i * 100us);
    told const right(h);
    ASSERT_TRUE(right.restored());
    auto const refuses = [&](auto const& damage) {
        told wrong = right;
        damage(wrong);
        return !wrong.restored();
    };
    EXPECT_TRUE(refuses([](told& t) { t.buckets[5].first += 1; }));  // no edge of a bucket
    EXPECT_TRUE(refuses([](told& t) { t.buckets[5].second = 0; }));
    EXPECT_TRUE(refuses([](told& t) { std::swap(t.buckets[5], t.buckets[6]); }));
    EXPECT_TRUE(refuses([](told& t) { t.buckets.erase(t.buckets.begin()); }));
    EXPECT_TRUE(refuses([](told& t) { t.buckets.pop_back(); }));
    EXPECT_TRUE(refuses([](told& t) { t.min = 1; }));
    EXPECT_TRUE(refuses([](told& t) { t.max *= 2; }));
    EXPECT_TRUE(refuses([](told& t) { t.sum *= 2; }));
    EXPECT_TRUE(refuses([](told& t) { t.buckets.back().first = ~std::uint64_t(0); }));
    EXPECT_TRUE(refuses([](told& t) { t.buckets.clear(); }));
}

}  // namespace
