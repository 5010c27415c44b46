// How an open loop ends: what was due is sent or counted, however busy the machine is.

#include <cohub/fake_server.hpp>

#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string>
#include <thread>

#include "bench_program.hpp"
#include "cohub_bench/lane.hpp"
#include "cohub_bench/load.hpp"
#include "cohub_bench/progress.hpp"

namespace {

using bench::turn;
using namespace std::chrono_literals;
using steady = std::chrono::steady_clock;

class OpenLoopTest : public bench_tests::CohubBench
{
protected:
    cohub::options with() const
    {
        cohub::options o(server_.url(), server_.api_key());
        o.tls.ca_pem = server_.ca_pem();
        return o;
    }

    cohub::fake_server server_;
};

TEST_F(OpenLoopTest, AProgramThatIsHeldUpUntilTheEndSendsWhatAWorkerWaitedFor)
{
    bench::load work;
    work.concurrency = 4;
    work.pace = bench::schedule::constant(2.5);
    work.duration = 1s;
    work.warm_up = 0s;
    work.timeout = 30s;
    steady::time_point started;
    // On the thread of the load, first after 250 ms. Calls that are due after 400 and 800 ms are
    // looked at when that is done.
    auto const hold_up = [&](bench::outcome const&, std::chrono::nanoseconds) {
        std::this_thread::sleep_until(started + 1300ms);
    };
    auto const o = bench::run(
        with(), work, [&] { started = steady::now(); }, hold_up
    );
    EXPECT_EQ(o.sent, 3u);
    EXPECT_EQ(o.answered, 3u);
    EXPECT_EQ(o.unsent, 0u);
    EXPECT_TRUE(o.good());
    // The report says whose fault the latencies are.
    EXPECT_GE(o.send_lag.max(), 300ms);
    EXPECT_NE(bottleneck(o).find("after they were due"), std::string::npos) << bottleneck(o);
}

TEST_F(OpenLoopTest, ProgressHasACountAndItsTimeOfEachThread)
{
    bench::load work;
    work.threads = 2;
    work.pace = bench::schedule::constant(50);
    work.duration = 1500ms;
    work.warm_up = 600ms;
    int looks = 0;
    std::uint64_t seen = 0;
    auto const look = [&](bench::outcome const& o, std::chrono::nanoseconds elapsed) {
        std::uint64_t answered = 0;
        for (bench::part const& p : o.parts) {
            answered += p.answered;
            EXPECT_GT(p.took, 0ns);
            EXPECT_LE(p.took, elapsed);
        }
        EXPECT_LE(o.parts.size(), 2u);
        EXPECT_EQ(answered, o.answered);
        ++looks;
        seen = std::max(seen, answered);
    };
    auto const o = bench::run(
        with(), work, [] {}, look
    );
    EXPECT_GE(looks, 1);
    EXPECT_GE(seen, 1u);
    EXPECT_LE(seen, o.answered + o.beforehand);
}

TEST(ProgressTest, TheRateIsThatOfTheCountsOwnTime)
{
    bench::outcome o;
    o.reached = bench::phase::warm_up;
    EXPECT_EQ(bench::progress_text(o, 300ms), "warm-up    0.3 s  0 answered  0 errors  0 req/s");
    EXPECT_EQ(bench::progress_text(o, -1500ms), "starts in 1.5 s");
    o.reached = bench::phase::measuring;
    o.answered = 30;
    o.failed = 2;
    o.latencies.record(10ms);
    o.parts.resize(2);
    // The counts are older than the line.
    o.parts[0].answered = 10;
    o.parts[0].took = 200ms;
    o.parts[1].answered = 20;
    o.parts[1].took = 100ms;
    std::string const text = bench::progress_text(o, 300ms);
    EXPECT_EQ(text.rfind("   0.3 s  30 answered  2 errors  250 req/s  p99 ", 0), 0u) << text;
}

TEST_F(OpenLoopTest, WhatTheServerLeftNoTimeForIsCounted)
{
    server_.add_fault("system.userSearch hold forever");
    // Due after 0, 250 and 500 ms. The only worker has an answer when it is too late for more.
    for (char const* const time : {"--rate 4 --duration 700ms ", "--stages 700ms:4 "}) {
        EXPECT_EQ(run(at(server_) + time + "--concurrency 1 --warmup 0s --timeout 1s"), 1) << all();
        EXPECT_EQ(figures().at("requests").as_int64(), 1) << time;
        EXPECT_EQ(figures().at("failed").as_int64(), 1) << time;
        EXPECT_EQ(figures().at("unsent").as_int64(), 2) << time;
        EXPECT_TRUE(says("out", "unsent       2: ")) << all();
    }
}

TEST_F(OpenLoopTest, ABoundForErrorsExcusesNoCallThatWasNotSent)
{
    server_.add_fault("system.userSearch stall=1000 forever");
    std::string const load = at(server_) + "--rate 4 --duration 700ms --warmup 0s --timeout 30s ";
    EXPECT_EQ(run(load + "--concurrency 1 --assert 'errors<=3'"), 1) << all();
    EXPECT_EQ(figures().at("unsent").as_int64(), 2) << all();
    EXPECT_TRUE(says("out", "errors<=3: 0, holds")) << all();
    EXPECT_EQ(run(load + "--concurrency 4 --assert 'errors<=3'"), 0) << all();
}

TEST_F(OpenLoopTest, AnInterruptionCountsWhatWasDueUntilThen)
{
    server_.add_fault("system.userSearch stall=100 forever");
    bench_tests::process bench(lookup(
        at(server_) +
        "--rate 100 --duration 10m --concurrency 1 --warmup 0s --assert "
        "'p50<10s'"
    ));
    ASSERT_TRUE(server_.journal().wait_for("system.userSearch", 10, 60s)) << all();
    EXPECT_EQ(bench.end_by(SIGINT), 130);
    auto const f = figures();
    auto const sent = f.at("requests").as_int64(), unsent = f.at("unsent").as_int64();
    auto const due = static_cast<double>(f.at("took_ns").as_int64()) * 100 / 1e9;
    EXPECT_GE(unsent, 50) << all();
    EXPECT_LE(static_cast<double>(sent + unsent), due + 1) << all();
    EXPECT_TRUE(says("out", "\nunsent       " + std::to_string(unsent) + ": ")) << all();
    EXPECT_FALSE(f.at("assertions").at(0).at("holds").as_bool()) << all();
}

TEST(TurnTest, ACallThatWasDueBeforeTheEndMayBeginALittleLate)
{
    auto const end = steady::time_point(1h);
    auto const is_over = [&](steady::duration after, bool is_due, bool is_awaited) {
        return turn::is_over(end, end + after, is_due, is_awaited);
    };
    // A closed loop.
    EXPECT_FALSE(is_over(-1ns, false, false));
    EXPECT_TRUE(is_over(0ns, false, false));
    // Answers before it may have been late.
    EXPECT_FALSE(is_over(turn::slack - 1ns, true, false));
    EXPECT_TRUE(is_over(turn::slack, true, false));
    // A worker had time.
    EXPECT_FALSE(is_over(10min, true, true));
    // Without an end.
    EXPECT_FALSE(turn::is_over(steady::time_point::max(), end, true, false));
}

}  // namespace
