// cohub-bench as a program: against its embedded fake server, and against one that misbehaves.

#include <cohub/fake_server.hpp>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/wait.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

class CohubBenchTest : public testing::Test
{
protected:
    void SetUp() override
    {
        std::string name = (fs::temp_directory_path() / "cohub-bench-XXXXXX").string();
        ASSERT_NE(::mkdtemp(name.data()), nullptr);
        folder_ = name;
    }
    void TearDown() override { fs::remove_all(folder_); }

    std::string path(char const* name) const { return (folder_ / name).string(); }
    std::string content(char const* name) const
    {
        std::ifstream in(path(name), std::ios::binary);
        return std::string(std::istreambuf_iterator<char>(in), {});
    }

    // The program's exit status; standard output and error are in `out` and `err`.
    int run(std::string const& arguments)
    {
        std::string const command = std::string(COHUB_BENCH_PROGRAM) + " lookup " + arguments +
                                    " >" + path("out") + " 2>" + path("err");
        int const status = std::system(command.c_str());
        return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    }

    json::object figures() const { return json::parse(content("figures.json")).as_object(); }

    // Options that lead to the server.
    std::string at(cohub::fake_server const& server) const
    {
        std::ofstream(path("ca.pem")) << server.ca_pem();
        return "--host " + server.url() + " --api-key " + server.api_key() + " --ca-file " +
               path("ca.pem") + " --json " + path("figures.json") + ' ';
    }

private:
    fs::path folder_;
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
    EXPECT_EQ(f.at("requests").as_int64(), 500);
    EXPECT_EQ(f.at("answered").as_int64(), 500);
    EXPECT_EQ(f.at("failed").as_int64(), 0);
    EXPECT_GT(f.at("users").as_int64(), 0);
    EXPECT_EQ(f.at("server").at("requests").as_int64(), 500);
    EXPECT_EQ(f.at("server").at("connections"), f.at("connections").at("opened"));
    EXPECT_LE(f.at("connections").at("opened").as_int64(), 8);
    auto const& latency = f.at("latency_ns").as_object();
    EXPECT_GT(latency.at("p50").as_int64(), 0);
    EXPECT_LE(latency.at("p50").as_int64(), latency.at("p99.9").as_int64());
    EXPECT_LE(latency.at("p99.9").as_int64(), latency.at("max").as_int64());
    EXPECT_NE(content("out").find("errors       0\n"), std::string::npos) << content("out");
    EXPECT_EQ(content("err"), "");
}

TEST_F(CohubBenchTest, TheReportIsOnePageWithoutAnythingFromElsewhere)
{
    ASSERT_EQ(run("--duration 500ms --concurrency 4 --warmup 0s --report " + path("page.html")), 0);
    auto const page = content("page.html");
    EXPECT_NE(page.find("<svg"), std::string::npos);
    EXPECT_NE(page.find("Answers a second over time"), std::string::npos);
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

TEST_F(CohubBenchTest, AServerThatIsNotThereIsOneError)
{
    EXPECT_EQ(run("--host http://localhost:1 --api-key sk-x --requests 100"), 1);
    EXPECT_EQ(content("err").rfind("error: ", 0), 0u) << content("err");
}

TEST_F(CohubBenchTest, ProgressIsALineWhenAskedFor)
{
    EXPECT_EQ(run("--duration 700ms --concurrency 2 --warmup 0s --progress always"), 0);
    EXPECT_NE(content("err").find(" req/s"), std::string::npos);
    EXPECT_EQ(run("--duration 400ms --concurrency 2 --warmup 0s"), 0);
    EXPECT_EQ(content("err"), "");
}

}  // namespace
