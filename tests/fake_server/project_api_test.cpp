#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <string_view>

#include "project_api_fixture.hpp"

namespace cohub::tests {

namespace {

using fake::project;

TEST_F(FakeProjectApi, KeepsFiles)
{
    EXPECT_EQ(call("system.writeTextFileToProject", R"({"path":"d/a","content":"abc"})"), nullptr);
    EXPECT_EQ(call("system.readTextFileFromProject", R"({"path":"d/a"})"), text("abc"));
    EXPECT_EQ(
        call("system.listing", R"({"path":""})"),
        json::parse(R"([{"name":"d","mtime":1760000000,"isDir":true,"size":1}])")
    );
    EXPECT_EQ(call("system.renameFile", R"({"src":"d/a","dest":"d/b"})"), nullptr);
    EXPECT_EQ(call("system.moveFiles", R"({"paths":["d/b"],"dest":"e"})"), nullptr);
    EXPECT_EQ(call("system.readTextFileFromProject", R"({"path":"e/b"})"), text("abc"));
    EXPECT_EQ(
        call("system.renameFile", R"({"src":"e/b","dest":"d"})").at("error"),
        text("Error: dest already exists.")
    );
    EXPECT_EQ(
        call("system.renameFile", R"({"src":"x","dest":"y"})").at("error"),
        text("Error: ENOENT: no such file or directory, lstat '/home/user/x'")
    );
    EXPECT_EQ(
        call("system.readTextFileFromProject", R"({"path":"d"})").at("error"),
        text("Error: EISDIR: illegal operation on a directory, read")
    );
    EXPECT_EQ(call("system.deleteFiles", R"({"paths":["e","nope"]})"), nullptr);
    EXPECT_EQ(
        call("system.listing", R"({"path":"e"})").at("error"),
        text("Error: ENOENT: no such file or directory, opendir '/home/user/e'")
    );
}

TEST_F(FakeProjectApi, FollowsLinks)
{
    server.add_project(
        project(project_id).owner(user_id).file("d/a", "x").link("l", "d").link("loop", "loop")
    );
    EXPECT_EQ(call("system.realpath", R"("l/a")"), text("d/a"));
    EXPECT_EQ(call("system.canonicalPaths", R"(["l/a","nope"])"), json::parse(R"(["d/a","nope"])"));
    EXPECT_EQ(
        call("system.realpath", R"("loop")").at("error"),
        text("Error: ELOOP: too many symbolic links encountered, realpath '/home/user/loop'")
    );
    EXPECT_EQ(bash("echo y > l/b; cat d/b; echo z > loop").at("stdout"), text("y\n"));
}

struct cell_case
{
    char const* name;
    char const* input;
    char const* outputs;
};

void PrintTo(cell_case const& c, std::ostream* out) { *out << c.input; }

class FakeKernel : public FakeProjectApi, public testing::WithParamInterface<cell_case>
{
};

constexpr cell_case cells[] = {
    {"Sum", "sum(range(100))", R"([{"data":{"text/plain":"4950"}}])"},
    {"LongSum", "sum(range(10**9))", R"([{"data":{"text/plain":"499999999500000000"}}])"},
    {"Print", "print(\"Hello\")", R"([{"name":"stdout","text":"Hello\n"}])"},
    {"PrintsInOne",
     "print(1, 2, sep='-', end='')\nprint('x')",
     R"([{"name":"stdout","text":"1-2x\n"}])"},
    {"Variables", "x = 5\nx += 2\nx * 2", R"([{"data":{"text/plain":"14"}}])"},
    {"Quiet", "1 + 1;", "[]"},
    {"Nothing", "x = 1 # comment", "[]"},
    {"Remainders",
     "-7 % 3, 7 % -3, -7 // 2, 9223372036854775807 % 9223372036854775806",
     R"~([{"data":{"text/plain":"(2, -2, -4, 1)"}}])~"},
    {"Precedence", "-2 ** 2 + 7 // 2 * 2 - -7 % 3", R"([{"data":{"text/plain":"0"}}])"},
    {"Floats",
     "[1 / 2, 1e16, 0.1 + 0.2, 2 ** -1, 3.0]",
     R"([{"data":{"text/plain":"[0.5, 1e+16, 0.30000000000000004, 0.5, 3.0]"}}])"},
    {"Texts", "'a' * 3 + \"b'c\"", R"([{"data":{"text/plain":"\"aaab'c\""}}])"},
    {"Logic",
     "1 < 2 and not (3 == 4), None or 'x'",
     R"~([{"data":{"text/plain":"(True, 'x')"}}])~"},
    {"Sequences",
     "sorted([3, 1, 2])[-1], len('abc'), max(1, 5), list(range(3))",
     R"~([{"data":{"text/plain":"(3, 3, 5, [0, 1, 2])"}}])~"},
    {"Comprehension",
     "[x**2 for x in range(5)], [x for x in [3, 4] if x > 3], sum(x + 1 for x in [1, 2]), "
     "[[y * x for y in range(2)] for x in range(3)], ['[a for b in c]'], [x for x in []]",
     R"~([{"data":{"text/plain":"([0, 1, 4, 9, 16], [4], 5, )~"
     R"~([[0, 0], [0, 1], [0, 2]], ['[a for b in c]'], [])"}}])~"},
    {"ComprehensionHasItsOwnName",
     "x = 7; [x for x in range(3)]; x",
     R"([{"data":{"text/plain":"7"}}])"},
    {"ComprehensionWithoutItems",
     "[x for x in ]",
     R"([{"ename":"SyntaxError","evalue":"invalid syntax",)"
     R"("traceback":["SyntaxError: invalid syntax"]}])"},
    {"ComprehensionTooLarge",
     "len([[[z for z in range(999)] for y in range(999)] for x in range(999)])",
     R"([{"ename":"MemoryError","evalue":"","traceback":["MemoryError"]}])"},
    {"DivisionByZero",
     "print(1); 1 / 0",
     R"([{"name":"stdout","text":"1\n"},{"ename":"ZeroDivisionError","evalue":"division by zero",)"
     R"("traceback":["ZeroDivisionError: division by zero"]}])"},
    {"UnknownName",
     "y",
     R"([{"ename":"NameError","evalue":"name 'y' is not defined",)"
     R"("traceback":["NameError: name 'y' is not defined"]}])"},
    {"SyntaxFirst",
     "print(1)\n1 +",
     R"([{"ename":"SyntaxError","evalue":"invalid syntax",)"
     R"("traceback":["SyntaxError: invalid syntax"]}])"},
    {"Types",
     "1 + 'a'",
     R"([{"ename":"TypeError","evalue":"unsupported operand type(s) for +: 'int' and 'str'",)"
     R"("traceback":["TypeError: unsupported operand type(s) for +: 'int' and 'str'"]}])"},
    {"TooMuch",
     "'a' * 10 ** 12",
     R"([{"ename":"MemoryError","evalue":"","traceback":["MemoryError"]}])"},
};

TEST_P(FakeKernel, AnswersAsPythonDoes)
{
    EXPECT_EQ(cell(GetParam().input), json::parse(GetParam().outputs));
}

INSTANTIATE_TEST_SUITE_P(All, FakeKernel, testing::ValuesIn(cells), [](auto const& row) {
    return std::string(row.param.name);
});

TEST_F(FakeProjectApi, BoundsWhatACellMayDo)
{
    std::string doubling = "a=[0];";
    for (int i = 0; i < 40; ++i) doubling += "a=[a,a];";
    EXPECT_EQ(cell(doubling + "a").at(0).at("ename"), text("MemoryError"));
    EXPECT_EQ(cell(doubling + "a==[a[0],a[1]]").at(0).at("ename"), text("MemoryError"));
    std::string deep = "a=0;";
    for (int i = 0; i < 20'000; ++i) deep += "a=[a];";
    EXPECT_EQ(cell(deep + "a").at(0).at("ename"), text("RecursionError"));
}

TEST_F(FakeProjectApi, RunsACellAfterItsHistory)
{
    EXPECT_EQ(
        cell("a + 1", R"~(,"history":["a = 5","print(a)"])~"),
        json::parse(R"([{"data":{"text/plain":"6"}}])")
    );
    // A comprehension that raises gives the name back, too.
    EXPECT_EQ(
        cell("x", R"~(,"history":["x = 7","[1 / x for x in [0]]"])~"),
        json::parse(R"([{"data":{"text/plain":"7"}}])")
    );
    EXPECT_EQ(cell("a").at(0).at("ename"), text("NameError"));
}

TEST_F(FakeProjectApi, KeepsAKernelUntilItIsStopped)
{
    EXPECT_EQ(call("system.listJupyterKernels", "{}"), json::array());
    cell("1");
    cell("2");
    json::value const kernels = call("system.listJupyterKernels", "{}");
    ASSERT_EQ(kernels.as_array().size(), 1u);
    std::string const pid = json::serialize(kernels.at(0).at("pid"));
    EXPECT_EQ(
        call("system.stopJupyterKernel", "{\"pid\":" + pid + "}"),
        json::parse(R"({"success":true})")
    );
    EXPECT_EQ(call("system.listJupyterKernels", "{}"), json::array());
    EXPECT_EQ(
        call("system.signal", "{\"signal\":9,\"pid\":" + pid + "}").at("error"),
        text("Error: kill ESRCH")
    );
}

TEST_F(FakeProjectApi, ComplainsOfNotebooksThatCannotBeWritten)
{
    EXPECT_EQ(
        bash("mkdir a.html; echo x > a.ipynb; mkdir b.pdf; echo x > b.sagews").at("stderr"),
        text("")
    );
    for (json::value const& v :
         {call("editor.jupyterNbconvert", R"({"args":["--to","html","a.ipynb"]})"),
          call("editor.printSageWS", R"({"path":"b.sagews"})")}) {
        EXPECT_TRUE(v.at("error").as_string().starts_with("Error: EISDIR"));
    }
}

TEST_F(FakeProjectApi, RunsNotebooks)
{
    std::string const notebook = R"({"cells":[{"cell_type":"code","source":["x=1\n","x+1"]}]})";
    json::value const ran = json::parse(std::string_view(
        call("editor.jupyterRunNotebook", "{\"ipynb\":" + quoted(notebook) + "}").as_string()
    ));
    EXPECT_EQ(ran.at("cells").at(0).at("outputs").at(0).at("data").at("text/plain"), text("2"));
    call(
        "system.writeTextFileToProject",
        "{\"path\":\"a.ipynb\",\"content\":" + quoted(json::serialize(ran)) + "}"
    );
    json::value const bare =
        json::parse(std::string_view(call("editor.jupyterStripNotebook", "\"a.ipynb\"").as_string())
        );
    EXPECT_EQ(bare.at("cells").at(0).at("outputs"), json::array());
}

TEST_F(FakeProjectApi, AnswersTheHubFromItsCache)
{
    auto const run = [&](std::string const& more) {
        return client.result(
            "jupyter.execute",
            R"({"kernel":"python3","input":"1","project_id":")" + project_id + "\"" + more + "}"
        );
    };
    json::value const first = run("");
    EXPECT_FALSE(first.as_object().contains("id"));
    server.advance(1h);
    json::value const again = run("");
    EXPECT_EQ(again.at("id"), 1);
    EXPECT_EQ(again.at("created"), first.at("created"));
    EXPECT_FALSE(run(R"(,"history":["1"])").as_object().contains("id"));
    json::value const fresh = run(R"(,"noCache":true)");
    EXPECT_FALSE(fresh.as_object().contains("id"));
    EXPECT_NE(fresh.at("created"), first.at("created"));
    server.advance(24h * 31);
    EXPECT_FALSE(run("").as_object().contains("id"));
    EXPECT_EQ(client.result("jupyter.execute", R"({"hash":"unknown"})"), nullptr);
    EXPECT_EQ(
        client.call("jupyter.execute", "{}").error(), "Error: input or hash must not be null"
    );
    EXPECT_EQ(
        client.call("jupyter.execute", R"({"input":"1"})").error(),
        "Error: kernel must be specified in hash is not specified"
    );
}

TEST_F(FakeProjectApi, RunsCodeWithoutAProjectWhenAllowed)
{
    std::string const ask = R"({"kernel":"python3","input":"1+1"})";
    EXPECT_EQ(
        client.call("jupyter.execute", ask).error(),
        "Error: Jupyter API is not enabled on this server."
    );
    server.allow_public_jupyter();
    EXPECT_EQ(
        client.result("jupyter.execute", ask).at("output").at(0).at("data").at("text/plain"),
        text("2")
    );
    EXPECT_EQ(client.result("jupyter.kernels", "{}").at(0).at("name"), text("python3"));
}

}  // namespace

}  // namespace cohub::tests
