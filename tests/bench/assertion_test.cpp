// What --assert says of a run that is known to the last call.

#include "cohub_bench/assertion.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <string_view>

namespace {

using namespace std::chrono_literals;

bool holds(bench::outcome const& o, std::string_view bound)
{
    return bench::assertion(bound).judge(o).holds;
}

// Answered within 1 ms to 90 ms; of ten more calls two failed.
bench::outcome some_run()
{
    bench::outcome o;
    for (int i = 1; i <= 90; ++i) o.latencies.record(i * 1ms);
    o.sent = 92;
    o.answered = 90;
    o.failed = 2;
    bench::part p;
    p.took = 2s;
    p.sent = o.sent;
    p.answered = o.answered;
    o.parts = {p};
    return o;
}

TEST(AssertionTest, FailedUnansweredAndUnsentCallsTakeForEver)
{
    bench::outcome failing = some_run(), hung = some_run(), slow = some_run();
    failing.sent += 8;
    failing.failed += 8;
    hung.sent += 8;
    hung.unanswered = 8;
    slow.unsent = 8;
    for (auto const* const o : {&failing, &hung, &slow}) {
        EXPECT_TRUE(holds(*o, "p50<51ms"));
        EXPECT_FALSE(holds(*o, "p50<50ms"));
        EXPECT_TRUE(holds(*o, "p90<1s"));
        EXPECT_FALSE(holds(*o, "p91<1h"));
        EXPECT_FALSE(holds(*o, "max<1h"));
        EXPECT_EQ(
            bench::assertion("max<1h").judge(*o).figure,
            "no time is enough, since 10 of 100 calls had no right answer"
        );
    }
}

TEST(AssertionTest, ErrorsAreTheCallsSentThatHadNoRightAnswer)
{
    bench::outcome o = some_run();
    o.sent += 8;
    o.unanswered = 8;
    o.unsent = 50;
    EXPECT_TRUE(holds(o, "errors<11"));
    EXPECT_FALSE(holds(o, "errors<10"));
    EXPECT_TRUE(holds(o, "errors<=10"));
    EXPECT_TRUE(holds(o, "errors<10.1%"));
    EXPECT_FALSE(holds(o, "errors<10%"));
    EXPECT_TRUE(holds(o, "errors<=10%"));
}

TEST(AssertionTest, TheRateIsOfTheAnswers)
{
    EXPECT_TRUE(holds(some_run(), "rate>=45"));
    EXPECT_FALSE(holds(some_run(), "rate>45"));
    EXPECT_TRUE(holds(some_run(), "rate<46"));
}

TEST(AssertionTest, NothingHoldsForARunWithoutACall)
{
    for (char const* const bound : {"p99<1s", "errors<1", "errors<=0%", "rate>=0"})
        EXPECT_FALSE(holds({}, bound)) << bound;
}

}  // namespace
