// A server that tests have started, after the tests have ended.

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <sstream>
#include <string>

#include "program.hpp"
#include "support.hpp"

namespace cohub::tests {

namespace {

// A shell starts the program, prints the program's line when it is there, and ends. The program
// keeps the outer program's error output open as long as it runs.
std::string starter(std::string const& arguments)
{
    return std::string("'" COHUB_FAKE_SERVER_PROGRAM "' --plain ") + arguments +
           " > out & while ! test -s out; do sleep 0.01; done; cat out";
}

bool is_alive(std::int64_t pid)
{
    // A process that has ended but was not waited for has no command line any more.
    std::ifstream in("/proc/" + std::to_string(pid) + "/cmdline");
    return !std::string(std::istreambuf_iterator<char>(in), {}).empty();
}

TEST(FakeServerParent, TakesTheServerAlong)
{
    program p({"--plain", "--", "sh", "-c", starter("--end-with-parent")});
    json::value const line = json::parse(p.line());
    EXPECT_EQ(p.errors(), "");
    EXPECT_FALSE(is_alive(line.at("pid").as_int64()));
    EXPECT_EQ(p.status(), 0);
}

TEST(FakeServerParent, TakesTheServersCommandAlong)
{
    program p(
        {"--plain",
         "--",
         "sh",
         "-c",
         starter("--end-with-parent -- sh -c 'echo $PPID $$; exec sleep 600'")}
    );
    std::istringstream pids(p.line());
    std::int64_t server = 0, command = 0;
    pids >> server >> command;
    ASSERT_NE(command, 0);
    EXPECT_EQ(p.errors(), "");
    EXPECT_FALSE(is_alive(server));
    EXPECT_FALSE(is_alive(command));
    // A test that fails leaves nothing behind, either.
    if (is_alive(command)) ::kill(static_cast<pid_t>(command), SIGKILL);
    EXPECT_EQ(p.status(), 0);
}

TEST(FakeServerParent, IsNoMatterUnlessAsked)
{
    program p({"--plain", "--", "sh", "-c", starter("2>/dev/null")});
    std::int64_t const pid = json::parse(p.line()).at("pid").as_int64();
    EXPECT_EQ(p.status(), 0);
    // After this, the program has looked at its parent more than once.
    ::poll(nullptr, 0, 300);
    EXPECT_TRUE(is_alive(pid));
    ::kill(static_cast<pid_t>(pid), SIGKILL);
}

}  // namespace

}  // namespace cohub::tests
