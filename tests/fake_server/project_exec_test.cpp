#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <ostream>
#include <string>
#include <string_view>

#include "project_api_fixture.hpp"

namespace cohub::tests {

namespace {

using fake::project;

constexpr std::int64_t now = 1'760'000'000'000;

struct script_case
{
    char const* name;
    char const* script;
    char const* out;
    char const* err;
    int code;
};

void PrintTo(script_case const& c, std::ostream* out) { *out << c.script; }

class FakeShell : public FakeProjectApi, public testing::WithParamInterface<script_case>
{
};

constexpr char const* unknown_command = "/tmp/cocalc-fake00/a.sh: line 2: x: command not found\n";

constexpr script_case scripts[] = {
    {"Echo", "echo a  b", "a b\n", "", 0},
    {"EchoWithoutNewline", "echo -n a", "a", "", 0},
    {"EchoEscapes", "echo -e 'a\\tb\\x41\\0101\\c' c", "a\tbAA", "", 0},
    {"EchoAnUnknownOption", "echo -q", "-q\n", "", 0},
    {"Quotes", "echo 'a  $HOME' \"b  $HOME\" \\$HOME", "a  $HOME b  /home/user $HOME\n", "", 0},
    {"Variables", "x=1; y=\"$x 2\"; echo ${y} $x$x ${z:-none}", "1 2 11 none\n", "", 0},
    {"SplitsVariables", "x='a  b'; printf '[%s]' $x \"$x\"", "[a][b][a  b]", "", 0},
    {"Substitutes", "echo $(echo a; echo b) \"$(pwd)\"", "a b /home/user\n", "", 0},
    {"Printf", "printf '%05d|%-4s|%.2f|%%\\n' 42 ab 1.5", "00042|ab  |1.50|%\n", "", 0},
    {"And", "true && echo yes; false && echo no", "yes\n", "", 1},
    {"Or", "false || echo yes; true || echo no", "yes\n", "", 0},
    {"Mixed", "false && echo a || echo b && echo c", "b\nc\n", "", 0},
    {"Exits", "echo a; exit 42; echo b", "a\n", "", 42},
    {"ExitOfTheLast", "false", "", "", 1},
    {"Status", "false; echo $?", "1\n", "", 0},
    {"ToStandardError", "echo a >&2", "", "a\n", 0},
    {"BothIntoOne", "{ echo a; echo b >&2; } 2>&1", "a\nb\n", "", 0},
    {"ErrorsAway", "ls nope 2>/dev/null", "", "", 2},
    {"IntoAFile", "echo a > f; echo b >> f; cat f; cat < f", "a\nb\na\nb\n", "", 0},
    {"Pipes", "printf 'b\\na\\nb\\n' | sort -u | wc -l", "2\n", "", 0},
    {"ReadsNothing", "cat", "", "", 0},
    {"Unknown", "x y", "", unknown_command, 127},
    {"GoesOnAfterUnknown", "x; echo $?", "127\n", unknown_command, 0},
    {"Directories",
     "mkdir -p a/b; cd a; pwd; (cd b; pwd); pwd; cd ~; pwd",
     "/home/user/a\n/home/user/a/b\n/home/user/a\n/home/user\n",
     "",
     0},
    {"Lists", "touch b a .c; ls; ls -a", "a\nb\n.\n..\n.c\na\nb\n", "", 0},
    {"ListsWhatIsNotThere", "ls x", "", "ls: cannot access 'x': No such file or directory\n", 2},
    {"MatchesNames", "touch a1 a2 b; echo a*; echo z*", "a1 a2\nz*\n", "", 0},
    {"Moves",
     "echo x > a; mkdir d; mv a d; cat d/a; cp d/a e; rm d/a; ls d; cat e",
     "x\nx\n",
     "",
     0},
    {"RemovesNoDirectory", "mkdir d; rm d", "", "rm: cannot remove 'd': Is a directory\n", 1},
    {"Date",
     "date -Is; date +%s; date",
     "2025-10-09T08:53:20+00:00\n1760000000\n"
     "Thu Oct  9 08:53:20 UTC 2025\n",
     "",
     0},
    {"TimePasses", "sleep 90; date -Is", "", "", 1},
    {"TimePassesWithin", "sleep 1.5; date +%T; sleep 1m; date +%T", "", "", 1},
    {"Uname",
     "uname; uname -a",
     "Linux\nLinux project 6.1.0-fake #1 SMP x86_64 GNU/Linux\n",
     "",
     0},
    {"Environment", "A=1 env | head -n 2; export B=2; printenv B", "", "", 0},
    {"Tests", "[ -d /tmp ] && test 2 -lt 3 && echo yes", "yes\n", "", 0},
    {"AnotherShell", "bash -c 'echo $1 $0; exit 3' a b", "b a\n", "", 3},
    {"NoLoops", "for i in 1 2; do echo $i; done", "", "the fake shell has no 'for'\n", 2},
    {"Syntax",
     "echo a | | b",
     "",
     "/tmp/cocalc-fake00/a.sh: line 2: syntax error near unexpected token `|'\n",
     2},
    {"NeverTheRealOne", "cat /etc/passwd", "", "cat: /etc/passwd: No such file or directory\n", 1},
};

TEST_P(FakeShell, SaysAndWritesWhatBashDoes)
{
    script_case const& c = GetParam();
    json::value const v = bash(c.script);
    if (std::string_view(c.name).starts_with("TimePasses")) {
        // More than the minute that a command may take.
        EXPECT_EQ(v.at("error"), text("killed command 'bash /tmp/cocalc-fake00/a.sh'"));
        return;
    }
    if (std::string_view(c.name) == "Environment") {
        EXPECT_EQ(v.at("stdout"), text("A=1\nCOCALC_PROJECT_ID=" + project_id + "\n2\n"));
        return;
    }
    EXPECT_EQ(v.at("stdout"), text(c.out));
    EXPECT_EQ(v.at("stderr"), text(c.err));
    EXPECT_EQ(v.at("exit_code"), c.code);
}

INSTANTIATE_TEST_SUITE_P(All, FakeShell, testing::ValuesIn(scripts), [](auto const& row) {
    return std::string(row.param.name);
});

TEST_F(FakeProjectApi, RunsProgramsWithoutAShell)
{
    EXPECT_EQ(
        exec(R"("command":"echo","args":["$HOME","; ls"])").at("stdout"), text("$HOME ; ls\n")
    );
    EXPECT_EQ(
        exec(R"("command":"echo","args":["a b","it's"],"bash":true)").at("stdout"),
        text("a b it's\n")
    );
    EXPECT_EQ(
        exec(R"("command":"ls","args":["-z"])").at("error"),
        text("command ''ls' (args=-z)' exited with nonzero code 2 -- stderr='ls: invalid option -- "
             "'z'\nTry 'ls --help' for more information.\n'")
    );
    EXPECT_EQ(
        exec(R"("command":"nope","err_on_exit":false)").at("error"),
        text(
            R"(command ''nope' (args=)' was not able to run -- stderr='{"errno":-2,"code":"ENOENT",)"
            R"("syscall":"spawn nope","path":"nope","spawnargs":[]}')"
        )
    );
    EXPECT_EQ(
        exec("").at("error"),
        text("TypeError: Cannot read properties of undefined (reading 'split')")
    );
}

TEST_F(FakeProjectApi, RunsInADirectoryAndAnEnvironment)
{
    server.add_project(project(project_id).owner(user_id).directory("d"));
    EXPECT_EQ(
        exec(R"("command":"pwd; echo $A$B","path":"d","env":{"A":"x","B":1})").at("stdout"),
        text("/home/user/d\nx1\n")
    );
    EXPECT_EQ(exec(R"("command":"pwd","path":"d","cwd":"/tmp")").at("stdout"), text("/tmp\n"));
}

TEST_F(FakeProjectApi, KillsWhatTakesTooLong)
{
    EXPECT_EQ(
        exec(R"("command":"sleep","args":["10"],"timeout":5)").at("error"),
        text("killed command 'sleep 10'")
    );
    EXPECT_EQ(
        bash("touch a; sleep 100; touch b").at("error"),
        text("killed command 'bash /tmp/cocalc-fake00/a.sh'")
    );
    EXPECT_EQ(bash("ls").at("stdout"), text("a\n"));
}

TEST_F(FakeProjectApi, LeavesWhatTheRouteDoesNotWaitFor)
{
    std::string const script = R"({"command":"sleep 20; touch done","timeout":30})";
    EXPECT_EQ(
        call("system.exec", script).at("error"),
        text(
            "timeout - callHub: subject='project." + project_id +
            ".0.api.-', name='system.exec', code='408' "
        )
    );
    EXPECT_EQ(bash("ls").at("stdout"), text("done\n"));
    EXPECT_EQ(call("system.exec", script, R"(,"timeout":20000)").at("exit_code"), 0);
}

TEST_F(FakeProjectApi, CutsLongOutput)
{
    EXPECT_EQ(
        exec(R"("command":"echo -n 123456","max_output":4)").at("stdout"),
        text("1234 (truncated at 4 characters)")
    );
    std::string const error(exec("\"command\":\"echo " + std::string(2000, 'e') + " >&2; false\"")
                                .at("error")
                                .as_string());
    EXPECT_TRUE(error.ends_with(std::string(1023, 'e') + "\u2026'"));
}

TEST_F(FakeProjectApi, BoundsWhatAScriptMayDo)
{
    std::string doubling = "x=aaaaaaaaaa;";
    for (int i = 0; i < 40; ++i) doubling += "x=$x$x;";
    EXPECT_EQ(bash(doubling).at("exit_code"), 2);
    EXPECT_EQ(bash("echo 'bash a; bash a' > a; bash a").at("exit_code"), 2);
    std::string const deep(5000, '(');
    EXPECT_EQ(bash(deep).at("exit_code"), 2);
}

TEST_F(FakeProjectApi, RefusesAQuoteThatStaysOpenInAWord)
{
    EXPECT_EQ(bash("echo ${x:-'}").at("exit_code"), 2);
    EXPECT_EQ(bash("echo ${x:-\"}").at("exit_code"), 2);
}

TEST_F(FakeProjectApi, BoundsProgramsInsideOneAnother)
{
    std::string deep;
    for (int i = 0; i < 10'000; ++i) deep += "env ";
    json::value const v = bash(deep + "true");
    EXPECT_EQ(v.at("exit_code"), 2);
    EXPECT_EQ(v.at("stderr"), text("the fake shell: nested too deeply\n"));
}

TEST_F(FakeProjectApi, BoundsWhatARunCopiesAltogether)
{
    std::string script = "x=aaaaaaaaaa;";
    for (int i = 0; i < 16; ++i) script += "x=$x$x;";
    for (int i = 0; i < 500; ++i) script += "x" + std::to_string(i) + "=$x;";
    json::value const v = bash(script);
    EXPECT_EQ(v.at("exit_code"), 2);
    EXPECT_EQ(v.at("stderr"), text("the fake shell: too much work\n"));
}

TEST_F(FakeProjectApi, KeepsRedirectedOutputOfWhatExits)
{
    EXPECT_EQ(bash("{ echo a; exit 3; } > f").at("exit_code"), 3);
    EXPECT_EQ(bash("cat f").at("stdout"), text("a\n"));
}

TEST_F(FakeProjectApi, ComplainsWhenARedirectionLosesItsDirectory)
{
    json::value const v = bash("mkdir d; { echo x; rm -r d; } > d/f");
    EXPECT_EQ(v.at("exit_code"), 1);
    EXPECT_NE(v.at("stderr").as_string().find("No such file or directory"), std::string::npos);
}

TEST_F(FakeProjectApi, RefusesWhatWouldBreakTheTree)
{
    std::string const far(100'000, 'a');
    std::string parts;
    for (int i = 0; i < 50'000; ++i) parts += "/a";
    EXPECT_EQ(bash("mkdir -p " + far).at("exit_code"), 1);
    EXPECT_EQ(bash("mkdir -p " + parts).at("exit_code"), 1);
    json::value const v = call(
        "system.writeTextFileToProject",
        "{\"path\":" + json::serialize(json::value(parts)) + R"(,"content":""})"
    );
    EXPECT_TRUE(v.at("error").as_string().starts_with("Error: ENAMETOOLONG: name too long"));
    for (char const* const command :
         {"mv / /tmp/x", "mv /home /tmp/x", "mv ~ /tmp/x", "rm -r /", "rm -r ~", "rm -r /home"}) {
        EXPECT_EQ(bash(command).at("exit_code"), 1) << command;
    }
    EXPECT_EQ(bash("mkdir a; cp -r a a/1").at("exit_code"), 1);
    EXPECT_EQ(bash("mv a a/1").at("exit_code"), 1);
    EXPECT_EQ(bash("cp -r / /tmp/x").at("exit_code"), 1);
    EXPECT_EQ(bash("cp -r a /; ls -d /a").at("stdout"), text("/a\n"));
    EXPECT_EQ(bash("find").at("exit_code"), 127);
    EXPECT_EQ(bash("ls /").at("stdout"), text("a\nhome\ntmp\n"));
    EXPECT_EQ(bash("ls ~").at("stdout"), text("a\n"));
}

TEST_F(FakeProjectApi, CopiesNothingOverAnotherKindOfFile)
{
    // The copy would put the file d/x in the place of a directory, or a directory in the place of a
    // file.
    EXPECT_EQ(bash("mkdir -p a/d b/d/x; touch a/d/x; cp -r a/d b").at("exit_code"), 1);
    EXPECT_EQ(bash("ls -d b/d/x/.").at("exit_code"), 0);
    EXPECT_EQ(bash("mkdir -p e/d/x f/d; touch f/d/x e/d/x/y; cp -r e/d f").at("exit_code"), 1);
    EXPECT_EQ(bash("cat f/d/x; ls f/d").at("stdout"), text("x\n"));
}

TEST_F(FakeProjectApi, FillsATreeOnlySoFar)
{
    std::string script = "x=aaaaaaaaaa;";
    for (int i = 0; i < 16; ++i) script += "x=$x$x;";
    json::value last;
    for (int i = 0; i < 12; ++i) {
        std::string run = script;
        for (int k = 0; k < 10; ++k) run += "echo $x > f" + std::to_string(10 * i + k) + ";";
        last = bash(run);
    }
    EXPECT_EQ(last.at("exit_code"), 1);
    EXPECT_NE(last.at("stderr").as_string().find("No space left on device"), std::string::npos);
}

TEST_F(FakeProjectApi, AnswersOnlyValidText)
{
    EXPECT_EQ(bash("printf 'a\\xffb'").at("stdout"), text("a\uFFFDb"));
    EXPECT_EQ(bash("touch $(printf 'n\\xff')").at("exit_code"), 0);
    EXPECT_EQ(call("system.listing", R"({"path":""})").at(0).at("name"), text("n\uFFFD"));
    EXPECT_TRUE(exec(R"("command":"printf '\\xff' >&2; false")")
                    .at("error")
                    .as_string()
                    .ends_with("stderr='\uFFFD'"));
}

TEST_F(FakeProjectApi, PrintsNumbersOfAnySize)
{
    EXPECT_EQ(
        bash("printf '%d %d %d %x %d' 1e300 -1e300 nan -1 9223372036854775807").at("stdout"),
        text("9223372036854774784 -9223372036854775808 0 ffffffffffffffff 9223372036854775807")
    );
}

TEST_F(FakeProjectApi, RunsJobsByTheClock)
{
    json::value const begun =
        exec(R"("command":"echo a; sleep 10; echo b","async_call":true,"timeout":20)");
    EXPECT_EQ(begun.at("type"), text("async"));
    EXPECT_EQ(begun.at("status"), text("running"));
    EXPECT_EQ(begun.at("start"), now);
    std::string const get = "\"async_get\":" + json::serialize(begun.at("job_id"));
    server.advance(4s);
    json::value const half = exec(get + R"(,"async_stats":true)");
    EXPECT_EQ(half.at("status"), text("running"));
    EXPECT_EQ(half.at("stdout"), text("a\n"));
    EXPECT_EQ(half.at("stats").as_array().size(), 4u);
    server.advance(6s);
    json::value const done = exec(get);
    EXPECT_EQ(done.at("status"), text("completed"));
    EXPECT_EQ(done.at("stdout"), text("a\nb\n"));
    EXPECT_EQ(done.at("elapsed_s"), 10);
    EXPECT_EQ(
        exec(R"("async_get":"x")").at("error"), text("Error: Async operation 'x' does not exist.")
    );
}

TEST_F(FakeProjectApi, WaitsForJobs)
{
    json::value const begun = exec(R"("command":"sleep 20; exit 3","async_call":true)");
    std::string const wait =
        "{\"async_await\":true,\"async_get\":" + json::serialize(begun.at("job_id")) + "}";
    EXPECT_TRUE(call("system.exec", wait).as_object().contains("error"));
    json::value const done = call("system.exec", wait, R"(,"timeout":20000)");
    EXPECT_EQ(done.at("status"), text("error"));
    EXPECT_EQ(done.at("exit_code"), 1);
    EXPECT_EQ(
        done.at("stderr"),
        text("command 'sleep 20; exit 3' exited with nonzero code 3 -- stderr=''")
    );
}

class FakeProjectInRealTime : public FakeProjectApi
{
protected:
    FakeProjectInRealTime() : FakeProjectApi(plain_options().users(0).spend_time()) {}
};

TEST_F(FakeProjectInRealTime, TakesAsLongAsItSaysAndHoldsNobodyUp)
{
    auto const begin = std::chrono::steady_clock::now();
    EXPECT_EQ(exec(R"("command":"sleep 0.2")").at("exit_code"), 0);
    EXPECT_GE(std::chrono::steady_clock::now() - begin, 200ms);
    EXPECT_TRUE(call("system.exec", R"({"command":"sleep 5000"})", R"(,"timeout":100)")
                    .as_object()
                    .contains("error"));
}

}  // namespace

}  // namespace cohub::tests
