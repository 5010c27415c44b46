// cohub-bench merge: made-up runs, whose sum is known to the last call.

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "bench_program.hpp"
#include "cohub_bench/run_file.hpp"
#include "made_up.hpp"

namespace {

using bench_tests::made_up_run;
using namespace std::chrono_literals;
using std::chrono::nanoseconds;

class BenchMergeTest : public bench_tests::CohubBench
{
protected:
    std::vector<double> latencies_;  // of all answered calls
    std::int64_t answered_ = 0, refused_ = 0, timed_out_ = 0;

    // A run with a distribution, a begin and failures of its own.
    void make(char const* name, unsigned seed, int calls)
    {
        std::mt19937_64 random(seed);
        std::lognormal_distribution<double> latency(14 + seed * 0.3, 0.8);
        made_up_run run(name, 1'700'000'000'000 + seed * 37);
        for (int i = 0; i < calls; ++i) {
            auto const at = i * 3ms;
            auto const took = static_cast<std::int64_t>(latency(random));
            if (i % 50 == 9) {
                run.fail(at, nanoseconds(took), "server_failed", i % 100 == 9 ? 503 : 502);
                ++refused_;
            } else if (i % 211 == 3) {
                run.fail(at, 5s, "timeout", 0);
                ++timed_out_;
            } else {
                run.answer(at, nanoseconds(took));
                latencies_.push_back(static_cast<double>(took));
                ++answered_;
            }
        }
        write(name, as_json(run.record()));
    }

    // The program's exit status; standard output and error are in `out` and `err`.
    int merge(std::string const& arguments) const
    {
        return shell(program("merge " + arguments + " >" + path("out") + " 2>" + path("err")));
    }
    std::string files(std::initializer_list<char const*> names) const
    {
        std::string all;
        for (char const* const n : names) all += path(n) + ' ';
        return all;
    }
};

TEST_F(BenchMergeTest, TheSumIsThatOfTheParts)
{
    make("a", 1, 3000);
    make("b", 2, 1234);
    make("c", 3, 777);
    make("d", 4, 2001);
    EXPECT_EQ(
        merge(
            files({"a", "b", "c", "d"}) + "--json " + path("figures.json") + " --report " +
            path("page.html")
        ),
        1
    ) << all();
    auto const f = figures();
    EXPECT_EQ(f.at("requests").as_int64(), 3000 + 1234 + 777 + 2001);
    EXPECT_EQ(f.at("answered").as_int64(), answered_);
    EXPECT_EQ(f.at("failed").as_int64(), refused_ + timed_out_);
    EXPECT_EQ(f.at("errors_by_kind").at("timeout").as_int64(), timed_out_);
    EXPECT_EQ(f.at("errors_by_kind").at("server_failed").as_int64(), refused_);
    EXPECT_EQ(f.at("errors_by_status").at("none").as_int64(), timed_out_);
    EXPECT_EQ(
        f.at("errors_by_status").at("503").as_int64() +
            f.at("errors_by_status").at("502").as_int64(),
        refused_
    );
    EXPECT_EQ(f.at("users").as_int64(), 2 * answered_);
    EXPECT_EQ(f.at("methods").at(0).at("answered").as_int64(), answered_);
    EXPECT_EQ(f.at("parts").as_array().size(), 4u);
    // The rates, and the time base of each part.
    double rates = 0;
    for (auto const& p : f.at("parts").as_array()) {
        rates += p.at("per_second").as_double();
        EXPECT_GE(p.at("began_ns").as_int64(), 1'700'000'000'000'000'000);
        EXPECT_GT(p.at("took_ns").as_int64(), 2'000'000'000);
    }
    EXPECT_NEAR(f.at("per_second").to_number<double>(), rates, 1e-6);
    EXPECT_TRUE(says("out", "runs         4 within ")) << all();
    EXPECT_TRUE(says("page.html", "host-c from ")) << content("page.html");
}

TEST_F(BenchMergeTest, PercentilesAreThoseOfAllCallsSorted)
{
    make("a", 1, 5000);
    make("b", 3, 900);
    make("c", 5, 40);
    std::string const wanted = "0.01,1,10,25,50,75,90,95,99,99.5,99.9,99.99,100";
    merge(files({"a", "b", "c"}) + "--json " + path("figures.json") + " --percentiles " + wanted);
    std::sort(latencies_.begin(), latencies_.end());
    auto const latency = figures().at("latency_ns").as_object();
    for (double const p : {0.01, 1., 10., 25., 50., 75., 90., 95., 99., 99.5, 99.9, 99.99, 100.}) {
        double const place = std::ceil(p / 100 * static_cast<double>(latencies_.size()) - 1e-6);
        double const right = latencies_[static_cast<std::size_t>(std::max(1.0, place)) - 1];
        double const told = latency.at(bench::percentile_name(p)).to_number<double>();
        EXPECT_GE(told, right) << p;
        EXPECT_LE(told, right * (1 + 1. / 1024)) << p;
    }
    double sum = 0;
    for (double const l : latencies_) sum += l;
    EXPECT_EQ(figures().at("latency_histogram").at("sum_ns").to_number<double>(), sum);
    EXPECT_EQ(latency.at("min").to_number<double>(), latencies_.front());
    EXPECT_EQ(latency.at("max").to_number<double>(), latencies_.back());
}

TEST_F(BenchMergeTest, ItDoesNotMatterInWhichStepsRunsAreAdded)
{
    make("a", 1, 600);
    make("b", 2, 700);
    make("c", 3, 800);
    merge(files({"a", "b", "c"}) + "--json " + path("at_once"));
    merge(files({"b", "c"}) + "--json " + path("bc"));
    merge(files({"a", "bc"}) + "--json " + path("in_steps"));
    EXPECT_EQ(content("at_once"), content("in_steps"));
    EXPECT_NE(content("at_once"), "");
}

TEST_F(BenchMergeTest, OneRunCountsOnce)
{
    make("a", 1, 100);
    make("b", 2, 100);
    merge(files({"a", "b"}) + "--json " + path("both"));
    EXPECT_EQ(merge(files({"a", "b", "a"})), 2);
    EXPECT_TRUE(says("err", "have the same run in them; name each run once")) << all();
    EXPECT_EQ(merge(files({"both", "b"})), 2);
    EXPECT_EQ(content("out"), "");
}

TEST_F(BenchMergeTest, AFileThatCannotBeUsedIsNamedAndNothingIsWritten)
{
    make("a", 1, 100);
    write("half", content("a").substr(0, 1000));
    write("text", "p99 12 ms\n");
    auto old = boost::json::parse(content("a")).as_object();
    old["schema"] = 1;
    write("old", boost::json::serialize(old));
    for (char const* const wrong : {"half", "text", "old", "nothing"}) {
        EXPECT_EQ(merge(files({"a", wrong}) + "--json " + path("figures.json")), 2) << wrong;
        EXPECT_TRUE(says("err", "/" + std::string(wrong) + "'")) << all();
        EXPECT_EQ(content("err").rfind("error: ", 0), 0u) << all();
    }
    EXPECT_FALSE(std::filesystem::exists(path("figures.json")));
}

TEST_F(BenchMergeTest, RunsOneAfterTheOtherAreSaidToBe)
{
    made_up_run first("a"), second("b", 1'700'000'060'000);
    for (auto* const run : {&first, &second})
        for (int i = 0; i < 100; ++i) run->answer(i * 10ms, 1ms);
    write("a", as_json(first.record()));
    write("b", as_json(second.record()));
    EXPECT_EQ(merge(files({"a", "b"})), 0) << all();
    EXPECT_TRUE(says("out", "were not all at the same time")) << all();
    EXPECT_EQ(merge(files({"a"})), 0) << all();
    EXPECT_FALSE(says("out", "were not all at the same time")) << all();
}

TEST_F(BenchMergeTest, TheWindowOfRunsIsThatOfTheirClocks)
{
    // From 0 to 3 s, from 1 to 2 s, and from 1.5 to 5 s.
    made_up_run a("a", 1'700'000'000'000), b("b", 1'700'000'001'000), c("c", 1'700'000'001'500);
    a.answer(3s, 1ms);
    b.answer(1s, 1ms);
    c.answer(3500ms, 1ms);
    for (auto const& order : {std::vector{a, b, c}, std::vector{c, b, a}}) {
        std::vector<bench::record> runs;
        for (auto const& run : order) runs.push_back(run.record());
        auto const sum = bench::merged(runs, {"1", "2", "3"}).what;
        EXPECT_EQ(sum.span(), 5s);
        EXPECT_EQ(sum.together(), 500ms);
        EXPECT_EQ(sum.took, 3500ms);
    }
    EXPECT_EQ(bench::outcome().span(), 0s);
    EXPECT_EQ(bench::outcome().together(), 0s);
}

TEST_F(BenchMergeTest, WhatWasWantedIsAddedToo)
{
    std::vector<bench::record> runs{made_up_run("a").record(), made_up_run("b").record()};
    runs[0].with.rate = 100;
    runs[1].with.rate = 20;
    runs[1].with.threads = 3;
    auto const all = bench::merged(runs, {"a", "b"}).with;
    EXPECT_EQ(all.rate, 120);
    EXPECT_EQ(all.threads, 4u);
    EXPECT_EQ(all.concurrency, 8u);
    EXPECT_EQ(all.connections, 8u);
    EXPECT_EQ(all.target, "https://made.up");
    // One of them had no rate.
    runs[0].with.rate = 0;
    EXPECT_EQ(bench::merged(runs, {"a", "b"}).with.rate, 0);
}

TEST_F(BenchMergeTest, LoadsThatDifferAreSaidTo)
{
    std::vector<bench::record> runs;
    for (char const* const id : {"closed", "fast", "slow", "stages"}) {
        made_up_run run(id);
        run.answer(1s, 1ms);
        runs.push_back(run.record());
    }
    runs[1].with.rate = 500;
    runs[2].with.rate = 20;
    runs[3].with.stages = "10s:5";
    for (auto const& r : runs) write(r.what.parts[0].id.c_str(), as_json(r));

    EXPECT_EQ(merge(files({"closed", "fast"})), 0) << all();
    EXPECT_TRUE(says("out", ", loads that differ (closed loop; open loop)\n")) << all();
    EXPECT_TRUE(says("out", "\n  not the same load: closed loop; open loop\n")) << all();
    EXPECT_EQ(merge(files({"stages", "fast"})), 0) << all();
    EXPECT_TRUE(says("out", ", loads that differ (open loop in stages; open loop)\n")) << all();
    EXPECT_EQ(merge(files({"slow", "fast"})), 0) << all();
    EXPECT_TRUE(says("out", ", open loop at 520 a second\n")) << all();
    EXPECT_FALSE(says("out", "not the same load")) << all();

    // A sum knows it, too.
    merge(files({"closed", "fast"}) + "--json " + path("sum"));
    merge(files({"stages"}) + "--compare " + path("sum"));
    EXPECT_TRUE(says(
        "out", "not the same load: kind of load open loop in stages, was closed loop; open loop\n"
    )) << all();
    merge(files({"sum", "slow"}) + "--json " + path("in_steps"));
    EXPECT_TRUE(says("out", ", loads that differ (closed loop; open loop)\n")) << all();
    merge(files({"closed", "fast", "slow"}) + "--json " + path("at_once"));
    EXPECT_EQ(content("at_once"), content("in_steps"));
}

TEST_F(BenchMergeTest, MixesThatDifferAreSaidTo)
{
    std::vector<bench::record> runs;
    for (char const* const id : {"a", "b", "c"}) runs.push_back(made_up_run(id).record());
    runs[1].with.mix = "ping=1";
    auto const sum = bench::merged(runs, {"a", "b", "c"}).with;
    EXPECT_EQ(bench::mixture(sum), std::vector<std::string>{"mix user_search=1; ping=1"});
    EXPECT_EQ(sum.kinds, "");
}

TEST_F(BenchMergeTest, WhatFilesSayIsNoCommandForTheTerminal)
{
    std::string const danger = "\x1b[31m\nerrors       0", shown = "\\x1b[31m\\nerrors       0";
    made_up_run run("a"), other("b");
    for (auto* const r : {&run, &other}) r->answer(1s, 1ms);
    bench::record bad = run.record();
    bad.with.target = bad.with.machine = bad.with.when = danger;
    bad.what.parts[0].machine = bad.what.first_error = danger;
    bad.what.by_method.push_back({danger, 0, 0, {}});
    write("a", as_json(bad));
    write("b", as_json(other.record()));
    std::string const name = path("a") + "\x1b]0;x\xff";
    std::filesystem::copy_file(path("a"), name);
    merge(
        files({"a", "b"}) + "--compare '" + name + "' --json " + path("figures.json") +
        " --report " + path("page.html")
    );
    for (std::string const& report : {content("out"), content("err")})
        EXPECT_EQ(report.find('\x1b'), std::string::npos) << report;
    EXPECT_TRUE(says("out", shown)) << all();
    EXPECT_TRUE(says("out", "a\\x1b]0;x\\xff of ")) << all();
    // The figures can be read: what is no UTF-8 was replaced.
    EXPECT_EQ(figures().at("comparison").at("with").as_string(), path("a") + "\x1b]0;x\ufffd");
    EXPECT_EQ(merge("'" + path("c") + "\x1b'"), 2);
    EXPECT_EQ(content("err").find('\x1b'), std::string::npos) << all();
}

TEST_F(BenchMergeTest, AssertionsAreJudgedOnTheSum)
{
    make("a", 1, 1000);
    EXPECT_EQ(merge(files({"a"}) + "--assert 'errors<50%'"), 0) << all();
    EXPECT_EQ(merge(files({"a"}) + "--assert 'errors<0.1%'"), 1) << all();
    EXPECT_TRUE(says("err", "errors<0.1% does not hold")) << all();
}

TEST_F(BenchMergeTest, RunsThatAreThereAreComparedWithoutAnotherRun)
{
    for (auto const& [name, factor] : {std::pair{"old", 1.0}, std::pair{"new", 1.5}}) {
        made_up_run run(name);
        std::mt19937_64 random(1);
        for (int i = 0; i < 4000; ++i)
            run.answer(
                i * 1ms, nanoseconds(std::llround(factor * (1e6 + double(random() % 500'000))))
            );
        write(name, as_json(run.record()));
    }
    EXPECT_EQ(
        merge(files({"new"}) + "--compare " + path("old") + " --json " + path("figures.json")), 0
    );
    EXPECT_TRUE(says("out", "p50     1.8")) << all();
    EXPECT_TRUE(says("out", "slower by ")) << all();
    EXPECT_EQ(merge(files({"new"}) + "--compare " + path("old") + " --assert 'p50<+60%'"), 0)
        << all();
    EXPECT_EQ(merge(files({"new"}) + "--compare " + path("old") + " --assert 'p50<+40%'"), 1)
        << all();
    EXPECT_TRUE(says("err", "p50<+40% does not hold: slower by ")) << all();
    EXPECT_EQ(merge(files({"new"}) + "--assert 'p50<+40%'"), 2) << all();
    EXPECT_TRUE(says("err", "needs --compare")) << all();
    for (char const* const wrong : {"p99<+x%", "p99<++5%", "rate>-100%", "errors<+5%"})
        EXPECT_EQ(
            merge(files({"new"}) + "--compare " + path("old") + " --assert '" + wrong + "'"), 2
        ) << wrong;
}

}  // namespace
