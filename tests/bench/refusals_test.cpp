// What cohub-bench refuses before anything is sent, and before a file is opened for writing.

#include <cohub/fake_server.hpp>

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "bench_program.hpp"
#include "cohub_bench/output.hpp"
#include "cohub_bench/run_file.hpp"
#include "made_up.hpp"

namespace {

namespace fs = std::filesystem;

class RefusalTest : public bench_tests::CohubBench
{
protected:
    cohub::fake_server server_;

    // An address without a file for the figures.
    std::string host() const
    {
        write("ca.pem", server_.ca_pem());
        return "--host " + server_.url() + " --requests 5 --warmup 0s ";
    }
    std::string host_and_key() const
    {
        return host() + "--ca-file " + path("ca.pem") + " --api-key " + server_.api_key() + ' ';
    }
    int merge(std::string const& arguments) const
    {
        return shell(program("merge " + arguments + " >" + path("out") + " 2>" + path("err")));
    }
    int limited(char const* files, std::string const& arguments) const
    {
        return shell("ulimit -n " + std::string(files) + "; exec " + lookup(arguments));
    }
};

TEST_F(RefusalTest, TooFewDescriptorsAreToldBeforeTheRun)
{
    std::string const load = host_and_key() + "--concurrency 64 ";
    EXPECT_EQ(limited("30", load), 2) << all();
    EXPECT_TRUE(says("err", "the run needs 87 open files, and the system allows 30")) << all();
    EXPECT_TRUE(says("err", "(ulimit -n 87)")) << all();
    EXPECT_EQ(server_.journal().count(), 0u);
    EXPECT_EQ(limited("30", load + "--connections 7"), 0) << all();
    // The soft limit alone is raised.
    EXPECT_EQ(shell("ulimit -S -n 30; exec " + lookup(load)), 0) << all();
}

TEST_F(RefusalTest, AsManyDescriptorsAsItSaysAreEnough)
{
    EXPECT_EQ(
        limited(
            "86", "--duration 300ms --concurrency 30 --connections 30 --warmup 50ms --threads 2"
        ),
        0
    ) << all();
    EXPECT_FALSE(says("out", "errors       1")) << all();
    EXPECT_EQ(limited("85", "--duration 300ms --concurrency 30 --connections 30 --threads 2"), 2)
        << all();
}

TEST_F(RefusalTest, AFileIsNotWrittenThatIsReadOrWrittenToo)
{
    write("kept", "kept");
    write("key", server_.api_key());
    fs::create_symlink(path("kept"), path("link"));
    fs::create_hard_link(path("kept"), path("other name"));
    fs::create_symlink("new", path("dangling"));
    std::string const kept = path("kept"),
                      in_folder = fs::path(kept).parent_path().string() + "/./";
    std::string const load = host_and_key();
    for (std::string const& files :
         {"--json " + kept + " --report " + in_folder + "kept",
          "--json " + kept + " --report " + path("link"),
          "--json " + path("new") + " --report " + in_folder + "new",
          "--json " + path("new") + " --report " + path("dangling"),
          std::string("--json - --report -"),
          "--queries " + kept + " --json " + kept,
          "--queries " + kept + " --report '" + path("other name") + '\'',
          "--ids " + path("link") + " --report " + kept}) {
        EXPECT_EQ(run(load + files), 2) << files;
        EXPECT_TRUE(says("err", "; name another place")) << files << all();
        EXPECT_EQ(content("kept"), "kept") << files;
        EXPECT_FALSE(fs::exists(path("new"))) << files;
    }
    std::string const key = " --api-key-file " + path("key");
    EXPECT_EQ(
        run(host() + key + " --ca-file " + path("ca.pem") + " --report " + path("ca.pem")), 2
    );
    EXPECT_TRUE(says("err", "is the file of --ca-file too; name another place")) << all();
    EXPECT_EQ(run(host() + key + " --json " + path("key")), 2);
    EXPECT_EQ(content("key"), server_.api_key());
    EXPECT_EQ(server_.journal().count(), 0u);
    EXPECT_EQ(run(load + "--json /dev/null --report /dev/../dev/null"), 0) << all();
}

TEST_F(RefusalTest, MergeDoesNotWriteWhatItReads)
{
    for (char const* const name : {"a", "b"}) {
        bench_tests::made_up_run run(name);
        run.answer(std::chrono::seconds(1), std::chrono::milliseconds(1));
        write(name, as_json(run.record()));
    }
    std::string const both = path("a") + ' ' + path("b"), before = content("a");
    for (std::string const& files :
         {both + " --report " + path("a"),
          both + " --json " + path("b"),
          path("b") + " --compare " + path("a") + " --report " + path("a"),
          path("b") + " --compare " + path("a") + " --json " + path("a")}) {
        EXPECT_EQ(merge(files), 2) << files;
        EXPECT_TRUE(says("err", "; name another place")) << all();
        EXPECT_EQ(content("a"), before);
    }
    EXPECT_TRUE(says("err", "is the file of --compare too")) << all();
}

TEST_F(RefusalTest, StandardInputIsReadOnce)
{
    write("key", server_.api_key());
    EXPECT_EQ(run(host_and_key() + "--queries - --ids - </dev/null"), 2);
    EXPECT_TRUE(says("err", "--queries and --ids would both read standard input; only one can"))
        << all();
    EXPECT_EQ(run(host() + "--queries - --api-key-file - <" + path("key")), 2);
    EXPECT_TRUE(says("err", "--queries and --api-key-file would both")) << all();
}

TEST_F(RefusalTest, AQueryThatCannotBeSentIsToldByItsLine)
{
    std::string const load = host_and_key() + "--queries " + path("queries");
    write("queries", "ada\n\nb\xffo\n");
    EXPECT_EQ(run(load), 2) << all();
    EXPECT_TRUE(says("err", "--queries: line 3 of '")) << all();
    EXPECT_TRUE(says("err", "' is not UTF-8; convert the file")) << all();
    // Each of its characters takes six in JSON.
    write("queries", "ada\n" + std::string(200'000, '\x01') + '\n');
    EXPECT_EQ(run(load), 2) << all();
    EXPECT_TRUE(says("err", "--queries: line 2 of '")) << all();
    EXPECT_TRUE(says("err", "' is longer than a call can carry")) << all();
    EXPECT_EQ(server_.journal().count(), 0u);

    write(
        "queries",
        "\xEF\xBB\xBF"
        "ada\n"
    );
    EXPECT_EQ(run(load), 0) << all();
    EXPECT_NE(
        server_.journal().requests("system.userSearch")[0].body.find("\"ada\""), std::string::npos
    );
}

TEST_F(RefusalTest, WithoutAKeyTheOptionIsNamedAndTheAddressComesFirst)
{
    auto const without_key = [&](std::string const& arguments) {
        return shell("unset COCALC_API_KEY; exec " + lookup(arguments));
    };
    EXPECT_EQ(without_key("--host https://localhost:1"), 2);
    EXPECT_TRUE(says("err", "give --api-key-file FILE, or set COCALC_API_KEY")) << all();
    for (char const* const wrong : {"ftp://x", "http://hub.example.org"}) {
        EXPECT_EQ(without_key("--host " + std::string(wrong)), 2);
        EXPECT_FALSE(says("err", "--api-key-file")) << all();
    }
}

TEST(TextTest, ControlCharactersAreShownAndOtherTextStays)
{
    EXPECT_EQ(bench::printable("a\x1b[31m\nb"), "a\\x1b[31m\\nb");
    EXPECT_EQ(bench::printable("h\u00f6he \xff"), "h\u00f6he \\xff");
}

TEST(TextTest, WhatIsNotUtf8IsReplaced)
{
    EXPECT_EQ(bench::valid_utf8("h\u00f6he"), "h\u00f6he");
    EXPECT_EQ(bench::valid_utf8("\xff.json\xc3"), "\ufffd.json\ufffd");
}

}  // namespace
