// What a run's JSON says is what merge reads; what it cannot say is refused.

#include "cohub_bench/run_file.hpp"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <gtest/gtest.h>

#include <functional>
#include <random>
#include <set>
#include <string>

#include "cohub_bench/arguments.hpp"
#include "made_up.hpp"

namespace {

namespace json = boost::json;
using namespace std::chrono_literals;
using std::chrono::nanoseconds;

bench::record some_run()
{
    bench_tests::made_up_run run("aa");
    std::mt19937_64 random(5);
    for (int i = 0; i < 500; ++i) {
        run.answer(i * 10ms, nanoseconds(1'000'000 + random() % 9'000'000));
        if (i % 100 == 7) run.fail(i * 10ms, 3ms, "server_failed", 503);
    }
    run.fail(4s, 30s, "timeout", 0);
    bench::record r = run.record();
    r.with.stages = "5s:100";
    r.what.by_stage = r.what.by_method;
    r.what.by_stage[0].name = "1: 5s:100";
    return r;
}

std::string problem(std::string const& text)
{
    try {
        bench::read_run("", "x.json", text);
    } catch (bench::usage_error const& e) {
        return e.what();
    }
    return "none";
}

TEST(RunFileTest, WhatIsWrittenIsReadAgain)
{
    bench::record right = some_run();
    right.with.rate = 12.5;
    right.with.timeout_ms = 700;
    right.percentiles = {50, 99.99};
    right.seen_requests = 7;
    right.seen_connections = 3;
    right.what.unsent = 9;
    right.what.rehearsal_failure = "HTTP 503";
    right.what.send_lag.record(17us);
    std::string const text = as_json(right);
    EXPECT_EQ(as_json(bench::read_run("", "x", text)), text);
}

TEST(RunFileTest, ARunWithoutAnythingIsReadAgain)
{
    bench::record nothing;
    nothing.what.signal = 2;
    for (auto const reached : {bench::phase::waiting, bench::phase::warm_up}) {
        nothing.what.reached = reached;
        std::string const text = as_json(nothing);
        EXPECT_EQ(as_json(bench::read_run("", "x", text)), text);
    }
}

TEST(RunFileTest, HalfAFileIsDamaged)
{
    std::string const text = as_json(some_run());
    for (std::size_t const size :
         {std::size_t(0), std::size_t(1), text.size() / 2, text.size() - 3})
        EXPECT_NE(problem(text.substr(0, size)).find("'x.json' is damaged: "), std::string::npos)
            << size;
}

TEST(RunFileTest, WhatIsNoRunIsNamedSo)
{
    for (char const* const wrong : {"{}", "[]", "3", "null", "{\"schema\":2}"})
        EXPECT_NE(problem(wrong).find("was not written by cohub-bench"), std::string::npos)
            << wrong;
}

TEST(RunFileTest, AnotherSchemaIsRefusedWithWhatToDo)
{
    auto run = json::parse(as_json(some_run())).as_object();
    for (int const schema : {1, 3}) {
        run["schema"] = schema;
        auto const text = problem(json::serialize(run));
        EXPECT_NE(text.find("has schema " + std::to_string(schema)), std::string::npos) << text;
        EXPECT_NE(text.find("measure again"), std::string::npos) << text;
    }
}

TEST(RunFileTest, AnotherPrecisionIsRefused)
{
    auto run = json::parse(as_json(some_run())).as_object();
    run["latency_histogram"].as_object()["bits"] = 7;
    auto const text = problem(json::serialize(run));
    EXPECT_NE(text.find("'latency_histogram.bits' is 7, another precision"), std::string::npos)
        << text;
}

TEST(RunFileTest, AMissingMemberIsRefused)
{
    std::set<std::string> const for_people{
        "per_second",
        "failed_latency_ns",
        "send_lag_ns",
        "errors",
        "errors_by_kind",
        "errors_by_status",
        "bottleneck",
        "assertions",
        "comparison"};
    auto const run = json::parse(as_json(some_run())).as_object();
    for (auto const& member : run) {
        auto without = run;
        without.erase(member.key());
        bool const is_refused = problem(json::serialize(without)) != "none";
        EXPECT_NE(is_refused, for_people.count(std::string(member.key())) == 1) << member.key();
    }
}

// Changes one count after the other, wherever it is: the sums tell.
void change_counts(
    json::value& v, std::function<void(std::string const&)> const& test, std::string const& path
)
{
    if (v.is_object()) {
        for (auto& member : v.as_object()) {
            std::string const name(member.key());
            change_counts(member.value(), test, path + '/' + name);
        }
    } else if (v.is_array()) {
        auto& all = v.as_array();
        // The first, the last, and one between.
        for (std::size_t i = 0; i < all.size(); i += std::max<std::size_t>(1, (all.size() - 1) / 2))
            change_counts(all[i], test, path + '/' + std::to_string(i));
    } else if (v.is_int64()) {
        auto const right = v.get_int64();
        for (std::int64_t const wrong : {right + 1, std::int64_t(-1)}) {
            v = wrong;
            test(path);
        }
        v = right;
    }
}

TEST(RunFileTest, ACountThatWasChangedIsNoticed)
{
    auto run = json::parse(as_json(some_run()));
    int tried = 0;
    for (char const* const name :
         {"answered",
          "failed",
          "unanswered",
          "requests",
          "error_list",
          "methods",
          "stages",
          "latency_histogram",
          "failed_latency_histogram",
          "timeline"}) {
        change_counts(
            run.as_object()[name],
            [&](std::string const& path) {
                // Within what they may be, these are nobody's sum.
                for (char const* const free : {"_ns", "status", "/2"})
                    if (path.find(free) != std::string::npos) return;
                ++tried;
                EXPECT_NE(problem(json::serialize(run)), "none") << path;
            },
            name
        );
    }
    EXPECT_GT(tried, 50);
}

}  // namespace
