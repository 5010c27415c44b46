#include <cohub/cocalc/project.hpp>

#include <optional>
#include <string>

#include "support/group_test.hpp"

namespace cohub {
namespace {

using boost::json::object;
using boost::json::parse;
using boost::json::value;

constexpr char const* id = "66666666-6666-4666-8666-66666666666f";

class ProjectTest : public tests::GroupTest
{
protected:
    project_api in(std::string_view project_id = id)
    {
        return project_api(channel, new cocalc::project_address(project_id));
    }
    project_api of_key() { return project_api(channel, new cocalc::project_address()); }

    std::string whole() const { return sent().body + "}"; }
    value arguments() const { return parse(whole()).at("args"); }
};

// ---- where it goes -----------------------------------------------------------------------------

TEST_F(ProjectTest, CallsNameTheProject)
{
    in().system().ping(quietly());
    EXPECT_EQ(sent().target, "/api/conat/project");
    EXPECT_EQ(
        whole(), std::string(R"({"name":"system.ping","args":[{}],"project_id":")") + id + "\"}"
    );
    EXPECT_EQ(in().project_id(), id);
}

TEST_F(ProjectTest, WithTheProjectsOwnKeyTheIdIsLeftOut)
{
    of_key().system().ping(quietly());
    EXPECT_EQ(whole(), R"({"name":"system.ping","args":[{}]})");
    EXPECT_EQ(of_key().project_id(), "");
}

TEST_F(ProjectTest, AComputeServerIsNamedBesides)
{
    in().compute_server(7).sync().close("a", quietly());
    EXPECT_EQ(parse(whole()), parse(R"({"name":"sync.close","args":["a"],"compute_server_id":7,
                  "project_id":"66666666-6666-4666-8666-66666666666f"})"));
    of_key().compute_server(0).system().version(quietly());
    EXPECT_EQ(whole(), R"({"name":"system.version","args":[],"compute_server_id":0})");
}

class ProjectId : public ProjectTest, public testing::WithParamInterface<char const*>
{
};
TEST_P(ProjectId, ThatIsNoUuidIsRefusedHere)
{
    auto const r = run(in(GetParam()).system().ping(as_result));
    EXPECT_EQ(r.error().code, errc::invalid_argument);
    EXPECT_NE(r.error().detail.find("UUID"), std::string::npos);
    EXPECT_EQ(
        run(in(GetParam()).compute_server(1).call("ping", nullptr, as_result)).error().code,
        errc::invalid_argument
    );
    boost::asio::io_context other;
    EXPECT_THROW(project(other, options("https://x", secret("k")), GetParam()), error);
}
INSTANTIATE_TEST_SUITE_P(
    All,
    ProjectId,
    testing::Values(
        "",
        "test-project-id",
        "66666666-6666-4666-8666-66666666666",
        "66666666-6666-4666-8666-6666666666666",
        "66666666-6666-4666-8666-66666666666g",
        "66666666x6666-4666-8666-666666666666",
        "66666666-6666-4666-8666-66666666666\"",
        "66666666-666644666-8666-666666666666"
    )
);

TEST_F(ProjectTest, AnIdInCapitalLettersIsFine)
{
    in("AAAAAAAA-6666-4666-8666-666666666666").system().ping(quietly());
    EXPECT_EQ(sent().problem, "");
}

TEST_F(ProjectTest, AClosedProjectTakesNoMoreCalls)
{
    boost::asio::io_context own;
    project const p(own, options("https://localhost:1", secret("k")), id);
    EXPECT_EQ(p.project_id(), id);
    EXPECT_EQ(p.stats().opened, 0u);
    p.close();
    auto const r = tests::run_call(own, p.call("system.version", nullptr, as_result));
    EXPECT_EQ(r.error().code, errc::client_closed);
}

// ---- raw calls ---------------------------------------------------------------------------------

TEST_F(ProjectTest, RawCallsTakeAnyArguments)
{
    of_key().call("ping", nullptr, quietly());
    EXPECT_EQ(whole(), R"({"name":"ping","args":[]})");
    of_key().call("a.b", parse(R"([1,"x",{}])"), quietly());
    EXPECT_EQ(whole(), R"({"name":"a.b","args":[1,"x",{}]})");
    of_key().call("a.b", parse(R"({"c":1})"), quietly());
    EXPECT_EQ(whole(), R"({"name":"a.b","args":[{"c":1}]})");
    EXPECT_EQ(sent().name, "a.b");
    EXPECT_EQ(sent().declared, retry::never);
}

TEST_F(ProjectTest, ARawCallNeedsAName)
{
    for (char const* const name : {"", "a\nb", "a/b"})
        EXPECT_EQ(run(in().call(name, nullptr, as_result)).error().code, errc::invalid_argument)
            << name;
}

// ---- exec --------------------------------------------------------------------------------------

TEST_F(ProjectTest, ExecSendsAllThatIsSet)
{
    in().system().exec(
        exec_options("ls")
            .arg("-l")
            .arg("x")
            .path("p")
            .cwd("/c")
            .timeout(std::chrono::milliseconds(2500))
            .max_output(10)
            .bash(false)
            .env("A", "1")
            .env("B", "2\"")
            .err_on_exit(false)
            .async_call()
            .compute_server_id(3)
            .filesystem()
            .ulimit_timeout(false)
            .aggregate("now")
            .verbose(false),
        quietly()
    );
    EXPECT_EQ(
        argument(), parse(R"({"command":"ls","args":["-l","x"],"path":"p","cwd":"/c","timeout":2.5,
                  "max_output":10,"bash":false,"env":{"A":"1","B":"2\""},"err_on_exit":false,
                  "async_call":true,"compute_server_id":3,"filesystem":true,
                  "ulimit_timeout":false,"aggregate":"now","verbose":false})")
    );
    EXPECT_EQ(sent().expected_duration, std::chrono::milliseconds(2500));
    EXPECT_EQ(sent().declared, retry::never);
}

TEST_F(ProjectTest, ExecSendsNothingThatIsNotSet)
{
    in().system().exec("ls", quietly());
    EXPECT_EQ(argument(), parse(R"({"command":"ls"})"));
    EXPECT_EQ(sent().expected_duration.count(), 0);
    in().system().exec(exec_options("ls").aggregate(5), quietly());
    EXPECT_EQ(argument().at("aggregate"), value(5));
}

TEST_F(ProjectTest, ATimeThatIsNotAboveZeroIsRefused)
{
    auto const r =
        run(in().system().exec(exec_options("ls").timeout(std::chrono::seconds(0)), as_result));
    EXPECT_EQ(r.error().code, errc::invalid_argument);
}

TEST_F(ProjectTest, TextThatIsNotUtf8IsRefusedInTheEnvironmentToo)
{
    auto const r = run(in().system().exec(exec_options("ls").env("A", "\xff"), as_result));
    EXPECT_EQ(r.error().code, errc::invalid_argument);
}

TEST_F(ProjectTest, ExecGivesOutputAndExitCode)
{
    auto const r = answered(
        R"({"type":"blocking","stdout":"a\n","stderr":"b","exit_code":3})",
        in().system().exec("x", as_result)
    );
    EXPECT_EQ(r.value().stdout_text, "a\n");
    EXPECT_EQ(r.value().stderr_text, "b");
    EXPECT_EQ(r.value().exit_code, 3);
    EXPECT_FALSE(r.value().ok());
}

TEST_F(ProjectTest, ACommandEndedByASignalHasNoExitCode)
{
    auto const r = answered(
        R"({"type":"blocking","stdout":"","stderr":""})", in().system().exec("x", as_result)
    );
    EXPECT_FALSE(r.value().exit_code);
    EXPECT_FALSE(r.value().ok());
}

TEST_F(ProjectTest, AJobIsAskedForByItsId)
{
    auto const r = answered(
        R"({"type":"async","job_id":"j","status":"running","start":1760000000000,"pid":9,
            "elapsed_s":1.5,"stats":[{"timestamp":1760000000000,"mem_rss":1.5,"cpu_pct":2,
            "cpu_secs":3}],"stdout":"","stderr":"","exit_code":0})",
        in().system().exec(exec_job("j").async_stats().async_await(), as_result)
    );
    EXPECT_EQ(argument(), parse(R"({"async_get":"j","async_stats":true,"async_await":true})"));
    EXPECT_EQ(sent().declared, retry::safe);
    EXPECT_EQ(r.value().job_id, "j");
    EXPECT_TRUE(r.value().is_running());
    EXPECT_FALSE(r.value().ok());
    EXPECT_EQ(r.value().start, sys_ms(std::chrono::seconds(1'760'000'000)));
    EXPECT_EQ(r.value().elapsed_s, 1.5);
    EXPECT_EQ(r.value().stats->at(0).mem_rss, 1.5);

    auto const done = answered(
        R"({"type":"async","job_id":"j","status":"completed","exit_code":0})",
        in().system().exec(exec_job("j"), as_result)
    );
    EXPECT_TRUE(done.value().ok());
}

TEST_F(ProjectTest, AFailedCommandsExitCodeCanBeReadFromItsWords)
{
    auto const r = answered(
        R"({"error":"command 'ls' exited with nonzero code 42 -- stderr='x\n'"})",
        in().system().exec("ls", as_result)
    );
    EXPECT_EQ(r.error().code, errc::api_error);
    EXPECT_EQ(exit_code_of(r.error()), 42);
}

TEST_F(ProjectTest, AnExitCodeIsNotGuessed)
{
    auto const code = [](char const* words, errc e = errc::api_error) {
        failure f(e);
        f.server_message = words;
        return exit_code_of(f);
    };
    EXPECT_EQ(code("command ''ls' (args=-z)' exited with nonzero code 2 -- stderr=''"), 2);
    EXPECT_EQ(code("command 'x' exited with nonzero code -1 -- stderr=''"), -1);
    EXPECT_EQ(code("no such command"), std::nullopt);
    EXPECT_EQ(code("command 'x' exited with nonzero code y"), std::nullopt);
    EXPECT_EQ(code("the command 'x' exited with nonzero code 1"), std::nullopt);
    EXPECT_EQ(
        code("command 'echo exited with nonzero code 1' exited with nonzero code 2 -- stderr=''"),
        std::nullopt
    );
    EXPECT_EQ(code("command 'x' exited with nonzero code 1", errc::timeout), std::nullopt);
}

// ---- the rest ----------------------------------------------------------------------------------

TEST_F(ProjectTest, JupyterTakes90SecondsUnlessToldOtherwise)
{
    in().system().jupyter_execute(project_jupyter_input("1", "python3"), quietly());
    EXPECT_EQ(argument(), parse(R"({"input":"1","kernel":"python3","timeout":90})"));
    EXPECT_EQ(sent().expected_duration, std::chrono::seconds(90));
    in().system().jupyter_execute(
        project_jupyter_input("1", "python3")
            .history({"a"})
            .path("p")
            .pool(object{{"size", 2}})
            .limits(object{{"timeout_ms", 5}})
            .timeout(std::chrono::seconds(5)),
        quietly()
    );
    EXPECT_EQ(
        argument(),
        parse(R"({"input":"1","kernel":"python3","history":["a"],"path":"p","pool":{"size":2},
                  "limits":{"timeout_ms":5},"timeout":5})")
    );
}

TEST_F(ProjectTest, ArgumentsStandWhereTheServerLooks)
{
    object const options{{"path", "a"}};
    in().system().configuration("main", quietly());
    EXPECT_EQ(arguments(), parse(R"(["main"])"));
    in().system().configuration("main", true, quietly());
    EXPECT_EQ(arguments(), parse(R"(["main",true])"));
    in().system().listing("d", true, quietly());
    EXPECT_EQ(arguments(), parse(R"([{"path":"d","hidden":true}])"));
    in().system().signal(15, std::vector<std::int64_t>{1, 2}, quietly());
    EXPECT_EQ(arguments(), parse(R"([{"signal":15,"pids":[1,2]}])"));
    in().editor().jupyter_kernel_logo("k", true, quietly());
    EXPECT_EQ(arguments(), parse(R"(["k",{"noCache":true}])"));
    in().editor().jupyter_kernels(quietly());
    EXPECT_EQ(arguments(), parse("[]"));
    in().editor().jupyter_kernels(false, quietly());
    EXPECT_EQ(arguments(), parse(R"([{"noCache":false}])"));
    in().editor().formatter_string("s", options, "p", quietly());
    EXPECT_EQ(arguments(), parse(R"([{"str":"s","options":{"path":"a"},"path":"p"}])"));
    in().editor().create_terminal_service("t", options, quietly());
    EXPECT_EQ(arguments(), parse(R"(["t",{"path":"a"}])"));
}

TEST_F(ProjectTest, OnlyWhatDoesNoMoreTheSecondTimeIsSafe)
{
    object const none;
    std::vector<std::string> const paths{"a"};
    in().system().ping(quietly());
    in().system().test(quietly());
    in().system().list_jupyter_kernels(quietly());
    in().system().stop_jupyter_kernel(1, quietly());
    in().system().version(quietly());
    in().system().listing("", quietly());
    in().system().delete_files(paths, quietly());
    in().system().realpath("a", quietly());
    in().system().canonical_paths(paths, quietly());
    in().system().write_text_file("a", "b", quietly());
    in().system().read_text_file("a", quietly());
    in().system().configuration("main", quietly());
    in().editor().jupyter_strip_notebook("a", quietly());
    in().editor().jupyter_kernel_logo("a", quietly());
    in().editor().jupyter_kernels(quietly());
    in().editor().formatter_string("a", none, quietly());
    in().sync().close("a", quietly());
    std::size_t const safe = channel->requests.size();
    in().system().exec("a", quietly());
    in().system().jupyter_execute(project_jupyter_input("1", "k"), quietly());
    in().system().move_files(paths, "d", quietly());
    in().system().rename_file("a", "b", quietly());
    in().system().signal(1, 2, quietly());
    in().editor().new_file("a", quietly());
    in().editor().jupyter_nbconvert(none, quietly());
    in().editor().jupyter_run_notebook(none, quietly());
    in().editor().print_sage_ws("a", none, quietly());
    in().editor().create_terminal_service("a", none, quietly());

    for (std::size_t i = 0; i != channel->requests.size(); ++i)
        EXPECT_EQ(channel->requests[i].declared, i < safe ? retry::safe : retry::never)
            << channel->requests[i].name;
}

TEST_F(ProjectTest, AListingKeepsWhatItDoesNotKnow)
{
    auto const r = answered(
        R"([{"name":"a","isDir":true,"size":3,"mtime":1760000000.25,"mode":5},{"name":"b","size":"x"}])",
        in().system().listing("", as_result)
    );
    EXPECT_EQ(r.value().at(0).isdir, true);
    EXPECT_EQ(r.value().at(0).mtime, 1760000000.25);
    EXPECT_EQ(r.value().at(0).extra.at("mode"), value(5));
    EXPECT_EQ(r.value().at(1).size, std::nullopt);
}

TEST_F(ProjectTest, AListingIsUnderstoodInBothSpellings)
{
    auto const r = answered(
        R"([{"name":"a","isDir":true,"isSymLink":true,"linkTarget":"b"},
            {"name":"b","isdir":true,"issymlink":true,"link_target":"c"},{"name":"c"}])",
        in().system().listing("", as_result)
    );
    EXPECT_EQ(r.value().at(0).link_target, "b");
    for (std::size_t const i : {0, 1}) {
        EXPECT_TRUE(r.value().at(i).is_directory());
        EXPECT_TRUE(r.value().at(i).is_link());
    }
    EXPECT_FALSE(r.value().at(2).is_directory());
    EXPECT_FALSE(r.value().at(2).is_link());
}

TEST_F(ProjectTest, WhoMayNotGetsWordsAndACode)
{
    auto const refused = answered(
        R"({"error":"user must be a collaborator on the project"})", in().system().ping(as_result)
    );
    EXPECT_EQ(refused.error().code, errc::forbidden);
    auto const late = answered(
        R"({"error":"timeout - callHub: subject='project.x.0.api.-', name='system.ping', code='408' "})",
        in().system().ping(as_result)
    );
    EXPECT_EQ(late.error().code, errc::timeout);
}

}  // namespace
}  // namespace cohub
