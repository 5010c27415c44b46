// How cohub-bench puts load on: threads, mixes of methods, stages, what it says of itself.

#include <cohub/fake_server.hpp>

#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>

#include "bench_program.hpp"
#include "cohub_bench/outcome.hpp"
#include "cohub_bench/report.hpp"

namespace {

using bench_tests::pipe_file;
using bench_tests::process;
using namespace std::chrono_literals;

class BenchLoadTest : public bench_tests::CohubBench
{
protected:
    cohub::fake_server server_;

    std::size_t seen(char const* method) const { return server_.journal().count(method); }
};

TEST_F(BenchLoadTest, ThreadsShareTheCallsAndTheConnections)
{
    ASSERT_EQ(
        run(at(server_) + "--threads 3 --requests 1000 --concurrency 8 --connections 6 --warmup 0s"
        ),
        0
    ) << all();
    auto const f = figures();
    EXPECT_EQ(server_.journal().count(), 1000u);
    EXPECT_EQ(f.at("answered").as_int64(), 1000);
    EXPECT_EQ(f.at("threads").as_int64(), 3);
    EXPECT_EQ(f.at("efforts").as_array().size(), 3u);
    EXPECT_LE(f.at("connections").at("opened").as_int64(), 6);
    EXPECT_EQ(
        static_cast<std::size_t>(f.at("connections").at("opened").as_int64()),
        server_.journal().connections()
    );
    EXPECT_TRUE(says("out", ", 3 threads, ")) << all();
    // Each call had a connection.
    EXPECT_EQ(
        f.at("connections").at("opened").as_int64() + f.at("connections").at("reused").as_int64(),
        1000
    );
}

TEST_F(BenchLoadTest, CallsInFlightThatThreadsCannotShareEvenlyAreMade)
{
    server_.add_fault("system.userSearch hold forever");
    EXPECT_EQ(
        run(at(server_) + "--threads 3 --concurrency 8 --duration 2s --warmup 0s --timeout 2500ms"),
        1
    ) << all();
    EXPECT_EQ(figures().at("requests").as_int64(), 8) << all();
}

TEST_F(BenchLoadTest, ThreadsWarmUpAndKeepToARate)
{
    ASSERT_EQ(
        run(at(server_) + "--threads 2 --rate 100 --duration 2s --concurrency 8 --warmup 100ms"), 0
    ) << all();
    auto const sent = figures().at("requests").as_int64();
    EXPECT_GE(sent, 199);
    EXPECT_LE(sent, 200);
    EXPECT_EQ(
        server_.journal().count(),
        static_cast<std::size_t>(sent + figures().at("beforehand").as_int64())
    );
}

TEST_F(BenchLoadTest, AWarmUpKeepsToTheRate)
{
    for (char const* const pace : {"--rate 10 --requests 5", "--stages 500ms:0-10"}) {
        server_.journal().clear();
        ASSERT_EQ(run(at(server_) + pace + " --concurrency 4 --warmup 1s"), 0) << all();
        // The rehearsal, and ten.
        EXPECT_LE(figures().at("beforehand").as_int64(), 11) << pace;
        EXPECT_GE(figures().at("beforehand").as_int64(), 2) << pace;
    }
}

TEST_F(BenchLoadTest, AnEmbeddedServerSeesWhatAllThreadsSend)
{
    ASSERT_EQ(
        run("--threads 2 --requests 300 --concurrency 4 --warmup 50ms --json " +
            path("figures.json")),
        0
    ) << all();
    EXPECT_EQ(figures().at("server").at("requests").as_int64(), 300) << all();
}

TEST_F(BenchLoadTest, EachThreadNeedsACallInFlight)
{
    EXPECT_EQ(run(at(server_) + "--threads 5 --concurrency 4"), 2);
    EXPECT_TRUE(says("err", "error: --threads: ")) << all();
    EXPECT_EQ(run(at(server_) + "--threads 5 --connections 4"), 2);
    EXPECT_TRUE(says("err", "give --connections 5 or more, or fewer threads")) << all();
    EXPECT_EQ(server_.journal().count(), 0u);
}

TEST_F(BenchLoadTest, CtrlCReachesEveryThread)
{
    server_.add_fault("system.userSearch ok times=60 then hold forever");
    process bench(
        lookup(at(server_) + "--threads 3 --concurrency 6 --duration 10m --warmup 0s --timeout 5m")
    );
    ASSERT_TRUE(server_.journal().wait_for("system.userSearch", 66, 60s)) << all();
    EXPECT_EQ(bench.end_by(SIGINT), 130);
    EXPECT_EQ(figures().at("answered").as_int64(), 60) << all();
    EXPECT_EQ(figures().at("unanswered").as_int64(), 6) << all();
}

TEST_F(BenchLoadTest, ADurationHoldsOnAHungServerForAllThreads)
{
    server_.add_fault("system.userSearch hold forever");
    EXPECT_EQ(run(at(server_) + "--threads 2 --concurrency 4 --duration 300ms --warmup 0s"), 1)
        << all();
    EXPECT_EQ(figures().at("unanswered").as_int64(), 4) << all();
}

TEST_F(BenchLoadTest, AMixHasEachMethodInProportion)
{
    write("ids", server_.users()[0].account_id + "\n" + server_.users()[1].account_id + "\n");
    ASSERT_EQ(
        run(at(server_) +
            "--mix user_search=6,ping=2,get_names=1,get_customize=1 --requests 200 --concurrency 4 "
            "--threads 2 --warmup 0s --ids " +
            path("ids")),
        0
    ) << all();
    EXPECT_EQ(seen("system.userSearch"), 120u);
    EXPECT_EQ(seen("system.ping"), 40u);
    EXPECT_EQ(seen("system.getNames"), 20u);
    EXPECT_EQ(seen("system.getCustomize"), 20u);
    auto const methods = figures().at("methods").as_array();
    ASSERT_EQ(methods.size(), 4u);
    EXPECT_EQ(methods[0].at("name").as_string(), "user_search");
    EXPECT_EQ(methods[0].at("answered").as_int64(), 120);
    EXPECT_GT(methods[1].at("latency_ns").at("p50").as_int64(), 0);
    EXPECT_TRUE(says("out", "by method\n")) << all();
}

TEST_F(BenchLoadTest, FailuresAreToldByMethod)
{
    server_.add_fault("system.ping status=503 forever");
    EXPECT_EQ(
        run(at(server_) + "--mix user_search=3,ping=1 --requests 40 --concurrency 2 --warmup 0s"), 1
    );
    auto const methods = figures().at("methods").as_array();
    EXPECT_EQ(methods[0].at("failed").as_int64(), 0) << all();
    EXPECT_EQ(methods[1].at("failed").as_int64(), 10) << all();
    EXPECT_EQ(figures().at("errors_by_status").at("503").as_int64(), 10) << all();
}

TEST_F(BenchLoadTest, NamesNeedIds)
{
    EXPECT_EQ(run(at(server_) + "--mix get_names=1"), 2);
    EXPECT_TRUE(says("err", "give --ids FILE")) << all();
    EXPECT_EQ(server_.journal().count(), 0u);
    EXPECT_EQ(run("--mix get_names=1,ping=1 --requests 20 --concurrency 2 --warmup 0s"), 0)
        << all();
}

TEST_F(BenchLoadTest, StagesSendWhatIsDueInEach)
{
    ASSERT_EQ(
        run(at(server_) + "--stages 1s:50,1s:50-150,500ms:0,1s:20 --concurrency 16 --warmup 0s"), 0
    ) << all();
    EXPECT_EQ(server_.journal().count(), 50u + 100u + 20u) << all();
    auto const stages = figures().at("stages").as_array();
    ASSERT_EQ(stages.size(), 4u);
    EXPECT_EQ(stages[0].at("answered").as_int64(), 50);
    EXPECT_EQ(stages[1].at("answered").as_int64(), 100);
    EXPECT_EQ(stages[2].at("answered").as_int64(), 0);
    EXPECT_EQ(stages[3].at("answered").as_int64(), 20);
    EXPECT_EQ(stages[1].at("name").as_string(), "2: 1s:50-150");
    EXPECT_EQ(figures().at("unsent").as_int64(), 0);
    EXPECT_GE(figures().at("took_ns").as_int64(), 3'400'000'000);
    EXPECT_TRUE(says("out", "open loop in stages 1s:50,1s:50-150,500ms:0,1s:20")) << all();
}

TEST_F(BenchLoadTest, StagesStandAlone)
{
    for (char const* const other : {"--rate 5", "--duration 5s", "--requests 5"})
        EXPECT_EQ(run(at(server_) + "--stages 1s:5 " + other), 2) << other;
    EXPECT_EQ(run(at(server_) + "--stages 1s"), 2);
    EXPECT_TRUE(says("err", "write TIME:RATE")) << all();
    EXPECT_EQ(server_.journal().count(), 0u);
}

TEST_F(BenchLoadTest, PercentilesAreChosen)
{
    ASSERT_EQ(
        run(at(server_) +
            "--requests 50 --warmup 0s --percentiles 99.9999,99.99,75,75.0 --concurrency 2"),
        0
    ) << all();
    auto const latency = figures().at("latency_ns").as_object();
    EXPECT_TRUE(latency.contains("p75"));
    EXPECT_TRUE(latency.contains("p99.99"));
    EXPECT_TRUE(latency.contains("p99.9999"));
    EXPECT_FALSE(latency.contains("p50"));
    EXPECT_TRUE(says("out", "latency      p75 ")) << all();
    for (char const* const wrong : {"''", "50,", "0", "101", "p50", "nan", "1e-9"})
        EXPECT_EQ(run(at(server_) + "--percentiles " + wrong), 2) << wrong;
}

TEST_F(BenchLoadTest, TheFiguresMayGoToStandardOutput)
{
    ASSERT_EQ(
        shell(program(
            "lookup --requests 20 --concurrency 2 --warmup 0s --json - >" + path("figures.json") +
            " 2>" + path("err")
        )),
        0
    );
    EXPECT_EQ(figures().at("answered").as_int64(), 20);
    EXPECT_TRUE(says("err", "requests     20 in ")) << content("err");
}

TEST_F(BenchLoadTest, ALaterRunIsComparedWithAnEarlierOne)
{
    std::string const load = at(server_) + "--duration 1500ms --concurrency 2 --warmup 0s ";
    ASSERT_EQ(run(load), 0) << all();
    std::filesystem::rename(path("figures.json"), path("old.json"));
    server_.add_fault("system.userSearch stall=40 forever");
    EXPECT_EQ(
        run(load + "--compare " + path("old.json") + " --report " + path("page.html") +
            " --assert 'p50<+50%' --assert 'rate>-10%'"),
        1
    ) << all();
    EXPECT_TRUE(says("err", "p50<+50% does not hold: slower by ")) << all();
    EXPECT_TRUE(says("err", "rate>-10% does not hold: lower by ")) << all();
    auto const compared = figures().at("comparison").as_object();
    EXPECT_EQ(compared.at("with").as_string(), path("old.json"));
    auto const& p50 = compared.at("changes").at(2);
    EXPECT_EQ(p50.at("figure").as_string(), "p50");
    EXPECT_TRUE(p50.at("told_from_noise").as_bool()) << all();
    EXPECT_GT(p50.at("now").to_number<double>(), 40e6);
    EXPECT_TRUE(says("page.html", "Compared with the old run")) << content("page.html");
}

TEST_F(BenchLoadTest, AnOldRunThatCannotBeReadCostsNoRun)
{
    write("old.json", "{}");
    EXPECT_EQ(run(at(server_) + "--compare " + path("old.json")), 2);
    EXPECT_TRUE(says("err", "error: --compare: '" + path("old.json") + "' was not written by"))
        << all();
    EXPECT_EQ(run(at(server_) + "--compare " + path("nothing")), 2);
    EXPECT_EQ(server_.journal().count(), 0u);
}

TEST_F(BenchLoadTest, ItStartsWhenItIsTold)
{
    auto const soon = std::chrono::duration_cast<std::chrono::seconds>(
                          std::chrono::system_clock::now().time_since_epoch()
                      )
                          .count() +
                      2;
    ASSERT_EQ(
        run(at(server_) + "--requests 5 --concurrency 1 --warmup 0s --start-at " +
            std::to_string(soon)),
        0
    ) << all();
    EXPECT_GE(figures().at("parts").at(0).at("began_ns").as_int64(), soon * 1'000'000'000) << all();
    for (char const* const wrong : {"12:00", "-1", "nan", "1e12", "1700000000"}) {
        EXPECT_EQ(run(at(server_) + "--requests 5 --start-at=" + wrong), 2) << wrong;
        EXPECT_TRUE(says("err", "error: --start-at: ")) << all();
    }
    EXPECT_EQ(server_.journal().count(), 5u);
}

TEST_F(BenchLoadTest, CtrlCWhileItWaitsForItsStart)
{
    pipe_file err(path("err"));
    process bench(program(
        "lookup " + at(server_) + "--requests 5 --start-at $(($(date +%s) + 3600)) " +
        "--progress always >" + path("out") + " 2>" + path("err")
    ));
    ASSERT_NO_FATAL_FAILURE(err.read_until("starts in "));
    EXPECT_EQ(bench.end_by(SIGINT), 130);
    EXPECT_EQ(server_.journal().count(), 0u);
    EXPECT_TRUE(says("out", "interrupted  by SIGINT before the start: nothing was measured\n"))
        << content("out");
    EXPECT_EQ(figures().at("reached").as_string(), "waiting");
}

TEST_F(BenchLoadTest, TheHelpHasAnExampleForEveryOption)
{
    for (char const* const command : {"lookup", "merge", "soak"}) {
        ASSERT_EQ(shell(program(std::string(command) + " --help >" + path("out"))), 0);
        std::string const help = content("out");
        for (auto at = help.find("\n  --"); at != std::string::npos;
             at = help.find("\n  --", at + 1)) {
            auto const end = help.find_first_of(" \n", at + 3);
            std::string const name = help.substr(at + 3, end - at - 3);
            // Once as the option, and once more with a value.
            EXPECT_NE(help.find(name + ' ', help.find(name) + name.size()), std::string::npos)
                << command << ' ' << name;
        }
    }
}

bench::effort busy(std::chrono::milliseconds cpu, std::chrono::milliseconds waiting = 0ms)
{
    return {1s, cpu, waiting};
}

TEST(BottleneckTest, AThreadWithoutTimeLeftIsOne)
{
    bench::outcome o;
    o.efforts = {busy(300ms), busy(400ms)};
    EXPECT_EQ(bottleneck(o), "");
    o.efforts.push_back(busy(950ms));
    EXPECT_NE(
        bottleneck(o).find("the load tool was the bottleneck: 1 of 3 threads"), std::string::npos
    ) << bottleneck(o);
    EXPECT_NE(bottleneck(o).find("use --threads"), std::string::npos) << bottleneck(o);
}

TEST(BottleneckTest, SoIsAThreadThatWaitsForAProcessor)
{
    bench::outcome o;
    o.efforts = {busy(500ms, 450ms)};
    EXPECT_NE(bottleneck(o).find("45 % of it in the queue for a processor"), std::string::npos)
        << bottleneck(o);
}

TEST_F(BenchLoadTest, ThreadsWithoutWorkAreIdle)
{
    ASSERT_EQ(run(at(server_) + "--rate 2 --duration 1s --threads 8 --warmup 0s"), 0) << all();
    EXPECT_FALSE(says("out", "threads had no time left")) << all();
    auto const efforts = figures().at("efforts").as_array();
    ASSERT_EQ(efforts.size(), 8u);
    for (auto const& e : efforts) EXPECT_GE(e.at("took_ns").as_int64(), 500'000'000) << all();
}

TEST(BottleneckTest, NothingIsMoreThanAllOfTheTime)
{
    bench::outcome o;
    o.efforts = {busy(900ms, 78'000ms)};
    EXPECT_NE(
        bottleneck(o).find("(busy for 100 % of it, up to 100 % of it in the queue"),
        std::string::npos
    ) << bottleneck(o);
}

TEST(BottleneckTest, LateCallsWithoutAnAnswerAreInNoLatencies)
{
    bench::outcome o;
    for (int i = 0; i < 100; ++i) o.send_lag.record(5ms);
    EXPECT_NE(bottleneck(o).find("after they were due: use --threads"), std::string::npos)
        << bottleneck(o);
    for (int i = 0; i < 100; ++i) o.failed_latencies.record(2s);
    EXPECT_EQ(bottleneck(o), "");
}

TEST(BottleneckTest, WhatWasNotSentIsNotTheServersFaultThen)
{
    bench::record r;
    r.what.unsent = 3;
    EXPECT_NE(figures(r).find("3: the server does not keep up with"), std::string::npos);
    r.what.efforts = {busy(950ms)};
    EXPECT_NE(figures(r).find("3: the load tool does not keep up with"), std::string::npos)
        << figures(r);
}

TEST(BottleneckTest, CallsThatAreSentLateShowInTheLatencies)
{
    bench::outcome o;
    for (int i = 0; i < 100; ++i) {
        o.latencies.record(20ms);
        o.send_lag.record(100us);
    }
    EXPECT_EQ(bottleneck(o), "");
    for (int i = 0; i < 3; ++i) o.send_lag.record(5ms);
    EXPECT_NE(bottleneck(o).find("1 of 100 calls 5.0 ms or more"), std::string::npos)
        << bottleneck(o);
    // Where all takes long, so much more is nothing.
    for (int i = 0; i < 100; ++i) o.latencies.record(2s);
    EXPECT_EQ(bottleneck(o), "");
}

}  // namespace
