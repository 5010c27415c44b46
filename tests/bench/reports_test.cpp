// How cohub-bench ends, and what it says then: interrupted, with failures, with files that cannot
// be written. Each test is named after what went wrong once.

#include <cohub/fake_server.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <string>
#include <utility>

#include "bench_program.hpp"
#include "cohub_bench/load.hpp"

namespace {

using bench_tests::pipe_file;
using bench_tests::process;
using namespace std::chrono_literals;

constexpr char const* user_search = "system.userSearch";
constexpr auto patience = 60s;

class BenchEndTest : public bench_tests::CohubBench
{
protected:
    cohub::fake_server server_;

    void wait_for(std::size_t requests) const
    {
        ASSERT_TRUE(server_.journal().wait_for(user_search, requests, patience)) << all();
    }
};

TEST_F(BenchEndTest, E1CtrlCInAClosedLoopLeavesAReport)
{
    process bench(lookup(at(server_) + "--duration 10m --concurrency 4 --warmup 0s"));
    wait_for(100);
    EXPECT_EQ(bench.end_by(SIGINT), 130);
    EXPECT_TRUE(says("out", "interrupted  by SIGINT after ")) << all();
    EXPECT_GE(figures().at("answered").as_int64(), 50) << all();
    EXPECT_EQ(figures().at("failed").as_int64(), 0) << all();
    EXPECT_EQ(figures().at("interrupted").as_int64(), SIGINT);
    // Its figures can be added to others, and the sum is of an interrupted run, too.
    EXPECT_EQ(
        shell(program("merge " + path("figures.json") + " >" + path("out") + " 2>" + path("err"))),
        1
    );
    EXPECT_EQ(content("err"), "error: a run was interrupted\n");
    EXPECT_TRUE(says("out", "interrupted  by SIGINT after ")) << all();
}

TEST_F(BenchEndTest, E1SigtermDoesSoToo)
{
    process bench(lookup(at(server_) + "--requests 1000000 --concurrency 4 --warmup 0s"));
    wait_for(100);
    EXPECT_EQ(bench.end_by(SIGTERM), 143);
    EXPECT_TRUE(says("out", "interrupted  by SIGTERM after ")) << all();
}

TEST_F(BenchEndTest, E1CtrlCInAnOpenLoopDoesNotWaitForWhatIsDue)
{
    process bench(lookup(at(server_) + "--duration 10m --rate 0.01 --concurrency 5 --warmup 0s"));
    wait_for(1);
    EXPECT_EQ(bench.end_by(SIGINT), 130);
    EXPECT_EQ(figures().at("requests").as_int64(), 1) << all();
    EXPECT_EQ(figures().at("unsent").as_int64(), 0) << all();
}

TEST_F(BenchEndTest, E1CtrlCOnAHungServerSaysHowManyCallsHadNoAnswer)
{
    server_.add_fault("system.userSearch hold forever");
    process bench(lookup(at(server_) + "--duration 10m --concurrency 4 --warmup 0s --timeout 5m"));
    wait_for(4);
    EXPECT_EQ(bench.end_by(SIGINT), 130);
    EXPECT_TRUE(says("out", "unanswered   4: ")) << all();
    EXPECT_TRUE(says("out", "latency      none: no call was answered\n")) << all();
}

TEST_F(BenchEndTest, E1CtrlCInTheRehearsal)
{
    server_.add_fault("system.userSearch hold forever");
    process bench(lookup(at(server_) + "--timeout 10m"));
    wait_for(1);
    EXPECT_EQ(bench.end_by(SIGINT), 130);
    EXPECT_TRUE(says("out", "interrupted  by SIGINT in the rehearsal: nothing was measured\n"))
        << all();
}

TEST_F(BenchEndTest, E1CtrlCInTheWarmUp)
{
    process bench(lookup(at(server_) + "--warmup 10m --concurrency 4"));
    wait_for(50);
    EXPECT_EQ(bench.end_by(SIGINT), 130);
    EXPECT_TRUE(says("out", "interrupted  by SIGINT in the warm-up: nothing was measured\n"))
        << all();
    EXPECT_GE(figures().at("beforehand").as_int64(), 40) << all();
}

TEST_F(BenchEndTest, AfterCtrlCInTheWarmUpNoClientIsMadeAnew)
{
    process bench(lookup(at(server_) + "--warmup 10m --concurrency 4"));
    wait_for(50);
    // A new client would read it.
    std::filesystem::remove(path("ca.pem"));
    EXPECT_EQ(bench.end_by(SIGINT), 130) << all();
}

TEST_F(BenchEndTest, E1CtrlCWhileItConnects)
{
    namespace asio = boost::asio;
    asio::io_context io;
    // The system takes connections for it, and nobody answers the handshake.
    asio::ip::tcp::acceptor silent(io, {asio::ip::address_v4::loopback(), 0});
    // A bare system has no certificates of its own.
    write("ca.pem", server_.ca_pem());
    for (char const* const warm_up : {"0s", "1s"}) {
        process bench(lookup(
            "--host https://127.0.0.1:" + std::to_string(silent.local_endpoint().port()) +
            " --ca-file " + path("ca.pem") +
            " --api-key sk-x --concurrency 1 --duration 10m --timeout 5m --warmup " + warm_up
        ));
        std::optional<asio::ip::tcp::socket> one;
        silent.async_accept([&](boost::system::error_code ec, asio::ip::tcp::socket s) {
            if (!ec) one.emplace(std::move(s));
        });
        io.restart();
        io.run_for(std::chrono::seconds(30));
        ASSERT_TRUE(one) << all();
        EXPECT_EQ(bench.end_by(SIGINT), 130);
        EXPECT_TRUE(says("out", "interrupted  by SIGINT")) << all();
    }
}

TEST_F(BenchEndTest, AConnectionThatWasRefusedWasNotOpened)
{
    namespace asio = boost::asio;
    asio::io_context io;
    // Its number is taken, and nobody listens.
    asio::ip::tcp::socket taken(io, {asio::ip::address_v4::loopback(), 0});
    write("ca.pem", server_.ca_pem());
    ASSERT_EQ(
        run("--host https://127.0.0.1:" + std::to_string(taken.local_endpoint().port()) +
            " --ca-file " + path("ca.pem") + " --json " + path("figures.json") +
            " --api-key sk-x --concurrency 1 --requests 3 --warmup 0s"),
        1
    ) << all();
    EXPECT_TRUE(says("out", "connections  0 opened (of 3 attempts), 0 reused")) << all();
    auto const f = figures();
    // As connection_stats has them: begun, and established.
    EXPECT_EQ(f.at("connections").at("opened").as_int64(), 3);
    EXPECT_EQ(f.at("connections").at("established").as_int64(), 0);
    ASSERT_EQ(
        shell(program("merge " + path("figures.json") + " >" + path("out") + " 2>" + path("err"))),
        1
    ) << all();
    EXPECT_TRUE(says("out", "connections  0 opened (of 3 attempts), 0 reused")) << all();
}

TEST_F(BenchEndTest, E1CtrlCWhileTheLastAnswersAreWaitedFor)
{
    server_.add_fault("system.userSearch hold forever");
    pipe_file err(path("err"));
    process bench(program(
        "lookup " + at(server_) +
        "--duration 250ms --concurrency 4 --warmup 0s --timeout 5m --progress always >" +
        path("out") + " 2>" + path("err")
    ));
    ASSERT_NO_FATAL_FAILURE(err.read_until("   1."));
    EXPECT_EQ(bench.end_by(SIGINT), 130);
    EXPECT_EQ(figures().at("unanswered").as_int64(), 4) << content("out");
}

TEST_F(BenchEndTest, CtrlCBesideTheEmbeddedServerLosesNothing)
{
    pipe_file err(path("err"));
    process bench(program(
        "lookup --duration 10m --concurrency 4 --progress always --json " + path("figures.json") +
        " --report " + path("page.html") + " >" + path("out") + " 2>" + path("err")
    ));
    ASSERT_NO_FATAL_FAILURE(err.read_until("   1."));
    EXPECT_EQ(bench.end_by(SIGINT), 130);
    EXPECT_TRUE(says("out", "server saw ")) << content("out");
    EXPECT_TRUE(says("page.html", "</html>"));
    EXPECT_EQ(figures().at("interrupted").as_int64(), SIGINT);
}

TEST_F(BenchEndTest, E1CtrlCBetweenTwoStages)
{
    process bench(lookup(at(server_) + "--stages 200ms:50,10m:0,1m:1 --concurrency 2 --warmup 0s"));
    wait_for(10);
    EXPECT_EQ(bench.end_by(SIGINT), 130);
    EXPECT_EQ(figures().at("requests").as_int64(), 10) << all();
    // The last answers may still be on their way.
    auto const answered = figures().at("stages").at(0).at("answered").as_int64();
    EXPECT_EQ(answered + figures().at("unanswered").as_int64(), 10) << all();
    EXPECT_GE(answered, 8) << all();
    EXPECT_EQ(figures().at("stages").at(1).at("answered").as_int64(), 0) << all();
}

TEST_F(BenchEndTest, E1CtrlCWhileTheReportIsWritten)
{
    // Nothing is measured any more, so that there is nothing to wait for.
    pipe_file out(path("out")), json(path("figures.json"));
    json.fill();
    process bench(lookup(at(server_) + "--requests 10 --warmup 0s"));
    ASSERT_NO_FATAL_FAILURE(out.read_until("\nconnections  "));
    EXPECT_EQ(bench.end_by(SIGINT), -SIGINT);
}

TEST_F(BenchEndTest, E1ASecondCtrlCEndsAtOnce)
{
    // With the first one the report is printed, and the program then waits for somebody to read
    // the figures.
    pipe_file out(path("out")), json(path("figures.json"));
    json.fill();
    process bench(lookup(at(server_) + "--duration 10m --warmup 0s"));
    wait_for(10);
    bench.signal(SIGINT);
    ASSERT_NO_FATAL_FAILURE(out.read_until("interrupted  by SIGINT"));
    EXPECT_EQ(bench.end_by(SIGINT), -SIGINT);
}

TEST_F(BenchEndTest, E1CtrlCInASoak)
{
    pipe_file err(path("err"));
    process bench(program("soak --progress always >" + path("out") + " 2>" + path("err")));
    ASSERT_NO_FATAL_FAILURE(err.read_until(" descriptors"));
    EXPECT_EQ(bench.end_by(SIGINT), 130);
    EXPECT_TRUE(says("out", "interrupted by SIGINT\n")) << content("out");
    EXPECT_TRUE(says("out", "0 lost, 0 doubled, 0 wrong\n")) << content("out");
}

TEST_F(BenchEndTest, E2FailedCallsHavePercentilesOfTheirOwn)
{
    server_.add_fault(
        "system.userSearch ok times=4 then stall=400 status=503 then ok times=4 then "
        "stall=400 close then ok"
    );
    EXPECT_EQ(
        run(at(server_) + "--requests 10 --concurrency 1 --warmup 0s --report " + path("page.html")
        ),
        1
    );
    auto const f = figures();
    EXPECT_EQ(f.at("failed").as_int64(), 2) << all();
    EXPECT_GT(f.at("failed_latency_ns").at("p50").as_int64(), 390'000'000);
    EXPECT_LT(f.at("latency_ns").at("p50").as_int64(), 390'000'000);
    EXPECT_EQ(f.at("errors_by_status").at("503").as_int64(), 1) << all();
    EXPECT_EQ(f.at("errors_by_status").at("none").as_int64(), 1) << all();
    EXPECT_EQ(f.at("errors_by_kind").as_object().size(), 2u) << all();
    for (char const* const report : {"out", "page.html"}) {
        EXPECT_TRUE(says(report, "errors       2 (20 %)\n")) << content(report);
        EXPECT_TRUE(says(report, "HTTP 503: ")) << content(report);
        EXPECT_TRUE(says(report, "\nof errors    p50 ")) << content(report);
    }
}

TEST_F(BenchEndTest, E2NothingAnsweredIsNoLatencyOfNought)
{
    server_.add_fault("system.userSearch status=503 forever");
    EXPECT_EQ(run(at(server_) + "--requests 10 --concurrency 2 --warmup 0s"), 1);
    EXPECT_FALSE(says("out", "p50 0.000")) << all();
    EXPECT_TRUE(says("out", "latency      none: no call was answered\n")) << all();
    EXPECT_TRUE(figures().at("latency_ns").is_null()) << all();
    EXPECT_EQ(figures().at("errors_by_status").at("503").as_int64(), 10) << all();
}

TEST_F(BenchEndTest, E3ARateMayBeBelowOne)
{
    ASSERT_EQ(run(at(server_) + "--rate 0.5 --requests 2 --warmup 0s"), 0) << all();
    EXPECT_EQ(server_.journal().count(user_search), 2u);
    EXPECT_EQ(figures().at("rate_wanted").as_double(), 0.5);
    EXPECT_GE(figures().at("took_ns").as_int64(), 2'000'000'000);
    EXPECT_TRUE(says("out", "open loop at 0.5 a second")) << all();
    EXPECT_FALSE(says("out", "rate         0 req/s")) << all();
}

TEST_F(BenchEndTest, E3WhatIsDueBeforeTheEndIsSent)
{
    // Most of the workers are for calls that would be due later.
    run(at(server_) + "--rate 1 --duration 3s --warmup 0s");
    EXPECT_GE(figures().at("requests").as_int64(), 2) << all();
    EXPECT_LE(figures().at("requests").as_int64(), 3) << all();
}

TEST_F(BenchEndTest, E3ARateThatIsNoneIsRefused)
{
    for (char const* const wrong : {"nan", "inf", "-inf", "-1", "0", "1e-9", "1e99", "10x", "''"}) {
        EXPECT_EQ(run(at(server_) + "--requests 1 --rate=" + wrong), 2) << wrong;
        EXPECT_TRUE(says("err", "error: --rate: ")) << all();
        EXPECT_EQ(content("out"), "");
    }
    EXPECT_EQ(server_.journal().count(), 0u);
}

TEST_F(BenchEndTest, E3ADurationHoldsOnAHungServer)
{
    server_.add_fault("system.userSearch hold forever");
    auto const begin = std::chrono::steady_clock::now();
    EXPECT_EQ(run(at(server_) + "--duration 500ms --concurrency 8 --connections 4"), 1);
    // Far from the 30 s that each of the calls had.
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 25s);
    EXPECT_EQ(figures().at("unanswered").as_int64(), 8) << all();
    EXPECT_EQ(figures().at("requests").as_int64(), 8) << all();
    EXPECT_GE(figures().at("oldest_unanswered_ns").as_int64(), 500'000'000) << all();
    EXPECT_TRUE(says("out", "unanswered   8: ")) << all();
}

TEST_F(BenchEndTest, E3CountedRequestsHaveNoLimitInTime)
{
    bench::load work;
    EXPECT_EQ(work.limit(), 10s);
    work.requests = 1;
    EXPECT_EQ(work.limit(), std::nullopt);
}

TEST_F(BenchEndTest, E4WithoutAWarmUpTheServerSeesWhatCountsAlone)
{
    ASSERT_EQ(run(at(server_) + "--requests 100 --warmup 0s"), 0) << all();
    EXPECT_EQ(server_.journal().count(), 100u);
    EXPECT_EQ(figures().at("requests").as_int64(), 100);
    EXPECT_EQ(figures().at("beforehand").as_int64(), 0);
    EXPECT_FALSE(says("out", "beforehand")) << all();
}

TEST_F(BenchEndTest, E4TheReportSaysWhatAWarmUpSent)
{
    ASSERT_EQ(run(at(server_) + "--requests 100 --warmup 100ms"), 0) << all();
    EXPECT_EQ(figures().at("requests").as_int64(), 100);
    auto const beforehand = figures().at("beforehand").as_int64();
    EXPECT_GT(beforehand, 0);
    EXPECT_EQ(server_.journal().count(user_search), 100u + static_cast<std::size_t>(beforehand))
        << all();
    EXPECT_TRUE(says("out", "beforehand   " + std::to_string(beforehand) + " requests")) << all();
    EXPECT_LE(figures().at("connections").at("reused").as_int64(), 100) << all();
}

TEST_F(BenchEndTest, E5TheKeyIsNotInTheListOfProcesses)
{
    server_.add_fault("system.userSearch hold forever");
    for (char const* const how : {"--api-key ", "--api-key="}) {
        server_.journal().clear();
        process bench(lookup(address(server_) + how + server_.api_key() + " --timeout 10m"));
        wait_for(1);
        std::ifstream in("/proc/" + std::to_string(bench.pid()) + "/cmdline", std::ios::binary);
        std::string const shown(std::istreambuf_iterator<char>(in), {});
        EXPECT_NE(shown.find("--api-key"), std::string::npos) << shown;
        EXPECT_EQ(shown.find(server_.api_key()), std::string::npos) << shown;
    }
}

TEST_F(BenchEndTest, E5TheKeyMayBeInAFile)
{
    std::string const load =
        address(server_) + "--requests 10 --warmup 0s --api-key-file " + path("key");
    write("key", "\xEF\xBB\xBF " + server_.api_key() + "\r\n");
    EXPECT_EQ(run(load), 0) << all();
    EXPECT_EQ(run(load + " --api-key sk-x"), 2) << all();
    for (char const* const wrong : {"", " \n", "'sk-1'", "sk-1 sk-2\n", "sk-1\nsk-2\n"}) {
        write("key", wrong);
        EXPECT_EQ(run(load), 2) << wrong;
        EXPECT_TRUE(says("err", "error: --api-key-file: ")) << all();
    }
    EXPECT_EQ(run(address(server_) + "--api-key-file " + path("nothing")), 2) << all();
    EXPECT_EQ(server_.journal().count(), 10u);
}

TEST_F(BenchEndTest, E5AFileThatCannotBeWrittenIsRefusedBeforeTheRun)
{
    std::string const load = at(server_) + "--requests 10 --warmup 0s ";
    for (char const* const option : {"--json /nowhere/x", "--report /nowhere/x", "--report ''"}) {
        EXPECT_EQ(run(load + option), 2) << option;
        EXPECT_EQ(content("out"), "");
    }
    EXPECT_FALSE(std::filesystem::exists(path("figures.json")));
    EXPECT_EQ(run(load + "--report " + path("figures.json")), 2) << all();
    EXPECT_EQ(server_.journal().count(), 0u);
}

TEST_F(BenchEndTest, E5ARunThatFailsLeavesTheFilesAlone)
{
    write("old.html", "the last report");
    EXPECT_EQ(
        run("--host http://localhost:1 --api-key sk-x --report " + path("old.html") + " --json " +
            path("new.json")),
        1
    );
    EXPECT_EQ(content("old.html"), "the last report");
    EXPECT_FALSE(std::filesystem::exists(path("new.json")));
    EXPECT_EQ(run(at(server_) + "--requests 1 --warmup 0s --report " + path("old.html")), 0);
    EXPECT_EQ(content("old.html").rfind("<!doctype html>", 0), 0u);
}

TEST_F(BenchEndTest, E6OutputThatCannotBeWrittenIsAnError)
{
    std::string const load =
        at(server_) + "--requests 10 --warmup 0s --report " + path("page.html");
    for (std::string const& command :
         {std::string("--help"),
          std::string("--version"),
          "lookup " + load,
          std::string("soak --calls 1000 --connections 100")}) {
        for (char const* const output : {" >/dev/full", " >&-"}) {
            EXPECT_EQ(shell(program(command) + output + " 2>" + path("err")), 1)
                << command << output;
            EXPECT_TRUE(says("err", "error: cannot write to standard output: ")) << content("err");
        }
    }
    // What can be written is.
    EXPECT_EQ(figures().at("answered").as_int64(), 10);
    EXPECT_TRUE(says("page.html", "</html>"));
}

TEST_F(BenchEndTest, E6AFullFileIsAnErrorToo)
{
    EXPECT_EQ(run(at(server_) + "--requests 10 --warmup 0s --report /dev/full"), 1);
    EXPECT_TRUE(says("err", "error: cannot write to '/dev/full': ")) << all();
    EXPECT_EQ(figures().at("answered").as_int64(), 10);
}

}  // namespace
