// The load tool's percentiles beside all latencies sorted, where calls fail on purpose. The table
// is printed; benchmarks/README.md shows one.

#include <cohub/fake_server.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <string>
#include <vector>

#include "cohub_bench/load.hpp"
#include "cohub_bench/record.hpp"

namespace {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

struct injected
{
    char const* name;
    /// Of the calls that are to fail; empty: none is.
    char const* fault;
    std::chrono::milliseconds timeout;
    /// Failed calls of 400, within what chance makes of it.
    std::size_t least, most;
};

void PrintTo(injected const& row, std::ostream* out) { *out << row.name; }

/// What one call took, by the client's own hook.
using times = std::vector<nanoseconds>;

// The place of a percentile among so many, from 0.
std::size_t place(double p, std::size_t n)
{
    double const rank = std::ceil(p / 100 * static_cast<double>(n) - 1e-6);
    return static_cast<std::size_t>(std::max(1.0, rank)) - 1;
}

class BenchPercentilesTest : public testing::TestWithParam<injected>
{
protected:
    static constexpr double percentiles[] = {10, 50, 90, 95};

    // What is measured around the hook is longer, by microseconds. A few calls may meet a busy
    // processor just there.
    static void expect_sorted(bench::histogram const& told, times const& sorted, char const* what)
    {
        ASSERT_EQ(told.count(), sorted.size()) << what;
        if (sorted.empty()) return;
        std::size_t const disturbed = sorted.size() / 50 + 1;
        for (double const p : percentiles) {
            std::size_t const k = place(p, sorted.size());
            EXPECT_GE(told.percentile(p), sorted[k]) << what << " p" << p;
            std::size_t const above = k + disturbed;
            if (above >= sorted.size()) continue;
            EXPECT_LE(told.percentile(p), sorted[above] + sorted[above] / 1024 + 1ms)
                << what << " p" << p;
        }
        EXPECT_GE(told.percentile(100), sorted.back()) << what;
        EXPECT_GE(told.min(), sorted.front()) << what;
    }

    static void print_cells(bench::histogram const& told, times const& sorted)
    {
        for (double const p : {50., 95.})
            if (sorted.empty())
                std::printf(" - |");
            else
                std::printf(
                    " %.2f / %.2f |",
                    std::chrono::duration<double, std::milli>(told.percentile(p)).count(),
                    std::chrono::duration<double, std::milli>(sorted[place(p, sorted.size())])
                        .count()
                );
    }
};

TEST_P(BenchPercentilesTest, AreThoseOfAllCallsSorted)
{
    injected const& row = GetParam();
    cohub::fake_server server;
    if (*row.fault != '\0') server.add_fault(row.fault);
    server.add_fault("system.userSearch stall=1..40 forever");
    times answered, failed;
    cohub::options options(server.url(), server.api_key());
    options.tls.ca_pem = server.ca_pem();
    options.retry.max_attempts = 1;
    options.hooks.on_call = [&](cohub::call_event const& e) {
        (e.error ? failed : answered).push_back(e.took());
    };
    bench::load work;
    work.concurrency = 8;
    work.requests = 400;
    work.warm_up = 0s;
    work.timeout = row.timeout;
    bench::outcome const o = bench::run(options, work, [] {}, {});

    std::sort(answered.begin(), answered.end());
    std::sort(failed.begin(), failed.end());
    EXPECT_EQ(o.sent, 400u);
    EXPECT_EQ(o.unanswered, 0u);
    EXPECT_EQ(o.answered, answered.size());
    EXPECT_EQ(o.failed, failed.size());
    EXPECT_GE(o.failed, row.least);
    EXPECT_LE(o.failed, row.most);
    expect_sorted(o.latencies, answered, "answered");
    expect_sorted(o.failed_latencies, failed, "failed");

    std::printf("| %s | %zu |", row.name, failed.size());
    print_cells(o.latencies, answered);
    print_cells(o.failed_latencies, failed);
    std::printf("\n");
}

INSTANTIATE_TEST_SUITE_P(
    Faults,
    BenchPercentilesTest,
    testing::Values(
        injected{"none", "", 0ms, 0, 0},
        injected{
            "one in five: HTTP 503 after 20 to 80 ms",
            "system.userSearch chance=0.2 stall=20..80 status=503 forever",
            0ms,
            50,
            110},
        injected{
            "one in five: reset after 20 to 80 ms",
            "system.userSearch chance=0.2 stall=20..80 reset forever",
            0ms,
            50,
            110},
        injected{
            "one in ten: no answer, `--timeout 100ms`",
            "system.userSearch chance=0.1 hold forever",
            100ms,
            20,
            400},
        injected{
            "all: HTTP 502 after 1 to 40 ms",
            "system.userSearch stall=1..40 status=502 forever",
            0ms,
            400,
            400}
    )
);

}  // namespace
