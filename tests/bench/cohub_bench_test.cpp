// cohub-bench as a program: against its embedded fake server, and against one that misbehaves.

#include <cohub/fake_server.hpp>

#include <gtest/gtest.h>

#include <string>

#include "bench_program.hpp"

namespace {

class CohubBenchTest : public bench_tests::CohubBench
{
};

TEST_F(CohubBenchTest, CountsEveryRequestOnce)
{
    ASSERT_EQ(
        run("--requests 500 --concurrency 16 --connections 8 --warmup 100ms --json " +
            path("figures.json") + " --report " + path("page.html")),
        0
    ) << content("err")
      << content("out");
    auto const f = figures();
    EXPECT_EQ(f.at("schema").as_int64(), 2);
    EXPECT_EQ(f.at("requests").as_int64(), 500);
    EXPECT_EQ(f.at("answered").as_int64(), 500);
    EXPECT_EQ(f.at("failed").as_int64(), 0);
    EXPECT_GT(f.at("users").as_int64(), 0);
    EXPECT_EQ(f.at("server").at("requests").as_int64(), 500);
    EXPECT_EQ(f.at("server").at("connections"), f.at("connections").at("opened"));
    EXPECT_LE(f.at("connections").at("opened").as_int64(), 8);
    auto const& latency = f.at("latency_ns").as_object();
    EXPECT_GT(latency.at("p50").as_int64(), 0);
    EXPECT_LE(latency.at("p50").as_int64(), latency.at("p95").as_int64());
    EXPECT_LE(latency.at("p95").as_int64(), latency.at("p99.9").as_int64());
    EXPECT_LE(latency.at("p99.9").as_int64(), latency.at("max").as_int64());
    EXPECT_NE(content("out").find("errors       0\n"), std::string::npos) << content("out");
    EXPECT_EQ(content("err"), "");
}

TEST_F(CohubBenchTest, TheReportIsOnePageWithoutAnythingFromElsewhere)
{
    ASSERT_EQ(run("--duration 500ms --concurrency 4 --warmup 0s --report " + path("page.html")), 0);
    auto const page = content("page.html");
    EXPECT_NE(page.find("<svg"), std::string::npos);
    EXPECT_NE(page.find("Answers a second"), std::string::npos);
    for (char const* const from : {"src=", "href=", "@import", "url("})
        EXPECT_EQ(page.find(from), std::string::npos) << from;
}

TEST_F(CohubBenchTest, AnOpenLoopShowsAStalledServer)
{
    cohub::fake_server server;
    server.add_fault("system.userSearch ok times=10 then stall=1000 then ok");
    ASSERT_EQ(
        run(at(server) + "--rate 20 --duration 3s --concurrency 1 --connections 1 --warmup 0s"), 0
    ) << content("err")
      << content("out");
    auto const f = figures();
    EXPECT_GE(f.at("requests").as_int64(), 55);
    // The twenty calls that were due while one of them was stuck waited too: a quarter of all
    // waited for 200 ms or more. Counted from when they could be sent, one would have.
    EXPECT_GT(f.at("latency_ns").at("p90").as_int64(), 200'000'000);
    EXPECT_GT(f.at("latency_ns").at("max").as_int64(), 990'000'000);
}

TEST_F(CohubBenchTest, AClosedLoopSeesThatStallOnce)
{
    cohub::fake_server server;
    server.add_fault("system.userSearch ok times=30 then stall=500 then ok");
    ASSERT_EQ(run(at(server) + "--requests 150 --concurrency 1 --connections 1 --warmup 0s"), 0);
    EXPECT_LT(figures().at("latency_ns").at("p90").as_int64(), 200'000'000);
    EXPECT_GT(figures().at("latency_ns").at("max").as_int64(), 490'000'000);
}

TEST_F(CohubBenchTest, ErrorsAreCountedByKindAndFailTheRun)
{
    cohub::fake_server server;
    server.add_fault("system.userSearch ok times=20 then status=503 times=5 then close then ok");
    EXPECT_EQ(run(at(server) + "--requests 100 --concurrency 2 --warmup 0s"), 1);
    auto const f = figures();
    EXPECT_EQ(f.at("failed").as_int64(), 6);
    EXPECT_EQ(f.at("answered").as_int64(), 94);
    EXPECT_EQ(f.at("errors").as_object().size(), 2u) << content("out");
}

TEST_F(CohubBenchTest, AServerThatDoesNotKeepUpIsSaidTo)
{
    cohub::fake_server server;
    server.add_fault("system.userSearch ok times=10 then stall=100 forever");
    EXPECT_EQ(run(at(server) + "--rate 100 --duration 1s --concurrency 1 --warmup 0s"), 1);
    EXPECT_GT(figures().at("unsent").as_int64(), 50);
}

TEST_F(CohubBenchTest, TheKeyIsNowhere)
{
    cohub::fake_server server;
    EXPECT_EQ(run(at(server) + "--requests 10 --warmup 0s --report " + path("page.html")), 0);
    for (char const* const name : {"out", "err", "figures.json", "page.html"})
        EXPECT_EQ(content(name).find(server.api_key()), std::string::npos) << name;
}

TEST_F(CohubBenchTest, WrongUsageIsTold)
{
    for (char const* const wrong :
         {"--requests 10 --duration 1s", "--duration 10", "--concurrency 0", "--nonsense"}) {
        EXPECT_EQ(run(wrong), 2) << wrong;
        EXPECT_EQ(content("err").rfind("error: ", 0), 0u) << content("err");
        EXPECT_EQ(content("out"), "");
    }
}

TEST_F(CohubBenchTest, QueriesComeFromAFile)
{
    cohub::fake_server server;
    write("queries", "ada\r\n\n  bob c  \n");
    ASSERT_EQ(
        run(at(server) + "--requests 4 --concurrency 1 --warmup 0s --queries " + path("queries")), 0
    ) << all();
    auto const seen = server.journal().requests("system.userSearch");
    ASSERT_EQ(seen.size(), 4u);
    EXPECT_NE(seen[0].body.find("\"ada\""), std::string::npos) << seen[0];
    EXPECT_NE(seen[1].body.find("\"bob c\""), std::string::npos) << seen[1];
    EXPECT_NE(seen[2].body.find("\"ada\""), std::string::npos) << seen[2];

    write("queries", "\n \n");
    EXPECT_EQ(run("--queries " + path("queries")), 2);
    EXPECT_EQ(run("--queries " + path("nothing")), 2);
}

TEST_F(CohubBenchTest, ATimeoutIsACallsDeadline)
{
    cohub::fake_server server;
    server.add_fault("system.userSearch hold forever");
    EXPECT_EQ(run(at(server) + "--requests 4 --concurrency 2 --warmup 0s --timeout 100ms"), 1)
        << all();
    EXPECT_EQ(figures().at("errors_by_kind").at("timeout").as_int64(), 4) << all();
    EXPECT_EQ(figures().at("errors_by_status").at("none").as_int64(), 4) << all();
}

TEST_F(CohubBenchTest, ATimeoutHoldsForCallsUnderWayAtTheEndToo)
{
    cohub::fake_server server;
    server.add_fault("system.userSearch hold forever");
    // Longer than calls without one have after the end.
    EXPECT_EQ(run(at(server) + "--duration 200ms --concurrency 4 --warmup 0s --timeout 2500ms"), 1)
        << all();
    EXPECT_EQ(figures().at("errors_by_kind").at("timeout").as_int64(), 4) << all();
    EXPECT_EQ(figures().at("unanswered").as_int64(), 0) << all();
}

TEST_F(CohubBenchTest, AnAssertionThatDoesNotHoldFailsTheRunAndSaysTheFigure)
{
    cohub::fake_server server;
    server.add_fault("system.userSearch ok times=49 then status=503 then ok");
    std::string const load = at(server) + "--requests 50 --concurrency 2 --warmup 0s ";
    EXPECT_EQ(run(load + "--assert 'errors<0.1%' --assert 'p50<1m'"), 1);
    EXPECT_TRUE(says("err", "error: errors<0.1% does not hold: 2 %\n")) << all();
    EXPECT_TRUE(says("out", "assert       p50<1m: ")) << all();
    auto const verdicts = figures().at("assertions").as_array();
    ASSERT_EQ(verdicts.size(), 2u);
    EXPECT_FALSE(verdicts[0].at("holds").as_bool());
    EXPECT_TRUE(verdicts[1].at("holds").as_bool());

    server.add_fault("system.userSearch status=503 then ok");
    EXPECT_EQ(run(load + "--assert 'errors<=2%'"), 0) << all();
    server.add_fault("system.userSearch status=503 then ok");
    EXPECT_EQ(run(load + "--assert 'errors<=1' --assert 'p98<1m' --assert 'p99<1m'"), 1) << all();
    EXPECT_FALSE(says("err", "p98")) << all();
    EXPECT_TRUE(says("err", "error: p99<1m does not hold: no time is enough")) << all();
    EXPECT_EQ(run(load + "--assert 'p50<1ms' --assert 'rate>1e6'"), 1) << all();
    for (char const* const wrong : {"p99", "p0<1s", "p99<20", "p101<1s", "errors<x", "mood>3"})
        EXPECT_EQ(run("--assert '" + std::string(wrong) + "'"), 2) << wrong;
}

TEST_F(CohubBenchTest, AServerThatIsNotThereIsOneError)
{
    EXPECT_EQ(run("--host http://localhost:1 --api-key sk-x --requests 100"), 1);
    EXPECT_EQ(content("err").rfind("error: the rehearsal failed: ", 0), 0u) << content("err");
    EXPECT_TRUE(says("err", "; no load was sent, and no file was written; --warmup 0s sends"))
        << all();
    EXPECT_EQ(content("out"), "");
}

TEST_F(CohubBenchTest, ARehearsalThatFailsAsTheLoadMayIsTold)
{
    cohub::fake_server server;
    for (char const* const fault : {"status=503", "close"}) {
        server.add_fault("system.userSearch " + std::string(fault) + " then ok");
        server.journal().clear();
        EXPECT_EQ(run(at(server) + "--requests 10 --warmup 100ms --report " + path("page.html")), 0)
            << all();
        EXPECT_EQ(figures().at("answered").as_int64(), 10) << all();
        // It warmed up.
        EXPECT_GT(server.journal().count(), 15u) << all();
        for (char const* const report : {"out", "page.html"})
            EXPECT_TRUE(says(report, "\nnote         the rehearsal failed: system.userSearch: "))
                << content(report);
        EXPECT_TRUE(figures().contains("rehearsal_failure")) << all();
    }
    EXPECT_EQ(run(at(server) + "--requests 10 --warmup 100ms"), 0) << all();
    EXPECT_FALSE(says("out", "the rehearsal failed")) << all();
}

TEST_F(CohubBenchTest, ARehearsalThatCannotPassEndsTheRun)
{
    cohub::fake_server server;
    write("figures.json", "the last run");
    for (std::string const& load :
         {address(server) + "--api-key sk-unknown", "--host " + server.url() + " --api-key sk-x"}) {
        EXPECT_EQ(run(load + " --warmup 100ms --requests 10"), 1) << all();
        EXPECT_EQ(content("err").rfind("error: the rehearsal failed: ", 0), 0u) << all();
        EXPECT_EQ(content("out"), "");
    }
    EXPECT_TRUE(says("err", "; try --ca-file; no load was sent")) << all();
    EXPECT_EQ(content("figures.json"), "the last run");
    EXPECT_LE(server.journal().count(), 1u);
}

TEST_F(CohubBenchTest, AWarmUpFollowsARehearsalWithoutAnAnswer)
{
    cohub::fake_server server;
    server.add_fault("system.userSearch hold then ok");
    EXPECT_EQ(run(at(server) + "--requests 10 --warmup 100ms --timeout 300ms"), 0) << all();
    EXPECT_TRUE(says("out", "the rehearsal failed: system.userSearch: timed out")) << all();
    EXPECT_GT(figures().at("beforehand").as_int64(), 5) << all();
    server.add_fault("system.userSearch hold then ok");
    EXPECT_EQ(run(at(server) + "--requests 10 --warmup 100ms"), 0) << all();
    EXPECT_TRUE(says("out", "the rehearsal failed: it had no answer in 3.")) << all();
    EXPECT_GT(figures().at("beforehand").as_int64(), 5) << all();
}

TEST_F(CohubBenchTest, ProgressIsALineWhenAskedFor)
{
    EXPECT_EQ(run("--duration 700ms --concurrency 2 --warmup 0s --progress always"), 0);
    EXPECT_NE(content("err").find(" req/s"), std::string::npos);
    EXPECT_EQ(run("--duration 400ms --concurrency 2 --warmup 0s"), 0);
    EXPECT_EQ(content("err"), "");
}

}  // namespace
