#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "support.hpp"

namespace cohub::tests {

namespace {

/// The program, run in a directory of its own.
class program
{
public:
    explicit program(std::vector<std::string> arguments)
    {
        std::string pattern = (std::filesystem::temp_directory_path() / "cohub-XXXXXX").string();
        folder = ::mkdtemp(pattern.data());
        int out[2], err[2];
        if (::pipe(out) != 0 || ::pipe(err) != 0) throw std::runtime_error("no pipe");
        pid_ = ::fork();
        if (pid_ == 0) {
            ::dup2(out[1], 1);
            ::dup2(err[1], 2);
            for (int const fd : {out[0], out[1], err[0], err[1]}) ::close(fd);
            if (::chdir(folder.c_str()) != 0) ::_exit(127);
            std::vector<char*> argv;
            std::string name = COHUB_FAKE_SERVER_PROGRAM;
            argv.push_back(name.data());
            for (std::string& a : arguments) argv.push_back(a.data());
            argv.push_back(nullptr);
            ::execv(name.c_str(), argv.data());
            ::_exit(127);
        }
        ::close(out[1]);
        ::close(err[1]);
        out_ = out[0];
        err_ = err[0];
    }
    program(program const&) = delete;
    ~program()
    {
        if (pid_ > 0) {
            ::kill(pid_, SIGKILL);
            ::waitpid(pid_, nullptr, 0);
        }
        ::close(out_);
        ::close(err_);
        std::filesystem::remove_all(folder);
    }

    std::string line() { return read_until(out_, '\n'); }
    std::string rest_of_output() { return read_until(out_, 0); }
    std::string errors() { return read_until(err_, 0); }
    void signal(int which) { ::kill(pid_, which); }
    int status()
    {
        // Both pipes end with the process, so that this bounds the wait for it.
        read_until(err_, 0);
        pollfd p{out_, POLLIN, 0};
        if (::poll(&p, 1, 20'000) <= 0) ::kill(pid_, SIGKILL);
        int status = 0;
        ::waitpid(std::exchange(pid_, -1), &status, 0);
        return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
    }
    std::string file(std::string const& name) const
    {
        std::ifstream in(folder / name);
        return {std::istreambuf_iterator<char>(in), {}};
    }

    std::filesystem::path folder;

private:
    static std::string read_until(int fd, char end)
    {
        std::string text;
        char c = 0;
        for (;;) {
            pollfd p{fd, POLLIN, 0};
            if (::poll(&p, 1, 20'000) <= 0 || ::read(fd, &c, 1) != 1) return text;
            if (end != 0 && c == end) return text;
            text += c;
        }
    }

    pid_t pid_ = -1;
    int out_ = -1;
    int err_ = -1;
};

answer ping(json::value const& line, program const& p)
{
    httplib::Client client(std::string(line.at("url").as_string()));
    // A bare machine may have no hosts file.
    client.set_hostname_addr_map({{"localhost", "127.0.0.1"}});
    client.set_ca_cert_path((p.folder / std::string(line.at("ca_file").as_string())).c_str());
    httplib::Request request;
    request.method = "POST";
    request.path = "/api/conat/hub";
    request.headers = {
        {"Authorization", "Bearer " + std::string(line.at("api_key").as_string())},
        {"Content-Type", "application/json"}};
    request.body = R"({"name":"system.ping"})";
    auto const got = client.send(request);
    if (!got) return {};
    return {got->status, got->body, got->headers};
}

TEST(FakeServerProgram, AnnouncesItselfServesAndEndsCleanly)
{
    for (int const signal : {SIGTERM, SIGINT}) {
        program p({});
        json::value const line = json::parse(p.line());
        EXPECT_EQ(line.at("ca_file"), "ca.pem");
        EXPECT_EQ(line.at("seed"), 42);
        EXPECT_GT(line.at("pid").as_int64(), 0);
        EXPECT_EQ(line.at("keys").as_object().size(), 4u);
        EXPECT_EQ(line.at("keys").at("user"), line.at("api_key"));
        EXPECT_EQ(ping(line, p).body, R"({"now":1760000000000})");
        p.signal(signal);
        EXPECT_EQ(p.status(), 0);
        EXPECT_EQ(p.rest_of_output(), "");
        EXPECT_EQ(p.errors(), "");
    }
}

TEST(FakeServerProgram, EndsAtOnceWithAConnectionOpen)
{
    program p({"--plain"});
    json::value const line = json::parse(p.line());
    EXPECT_EQ(line.at("ca_file"), nullptr);
    std::string const url(line.at("url").as_string());
    EXPECT_TRUE(url.starts_with("http://localhost:")) << url;
    raw_client idle(static_cast<std::uint16_t>(std::stoi(url.substr(url.rfind(':') + 1))));
    idle.send(ping_request(std::string(line.at("api_key").as_string())));
    idle.receive_until("\"now\"");
    p.signal(SIGTERM);
    EXPECT_EQ(p.status(), 0);
    idle.receive_all();
    EXPECT_TRUE(idle.was_closed || idle.was_reset);
}

TEST(FakeServerProgram, TakesItsOptions)
{
    program p(
        {"--ca-out",
         "other.pem",
         "--seed",
         "7",
         "--users",
         "30",
         "--api-key",
         "sk-given-key",
         "--now",
         "1000",
         "--log",
         "log.jsonl",
         "--fault",
         "system.ping status=503 then ok",
         "system.test status=500"}
    );
    json::value const line = json::parse(p.line());
    EXPECT_EQ(line.at("ca_file"), "other.pem");
    EXPECT_EQ(line.at("seed"), 7);
    EXPECT_EQ(line.at("api_key"), "sk-given-key");
    EXPECT_EQ(ping(line, p).status, 503);
    EXPECT_EQ(ping(line, p).body, R"({"now":1000})");
    p.signal(SIGTERM);
    EXPECT_EQ(p.status(), 0);
    std::string const log = p.file("log.jsonl");
    EXPECT_EQ(std::count(log.begin(), log.end(), '\n'), 2);
    json::value const first = json::parse(log.substr(0, log.find('\n')));
    EXPECT_EQ(first.at("body").at("name"), "system.ping");
    EXPECT_EQ(log.find("sk-given-key"), std::string::npos);
}

TEST(FakeServerProgram, ExplainsItself)
{
    program p({"--help"});
    std::string const help = p.rest_of_output();
    EXPECT_EQ(p.status(), 0);
    for (std::string const word :
         {"--bind",
          "--port",
          "--plain",
          "--ca-out",
          "--seed",
          "--users",
          "--api-key",
          "--now",
          "--fault",
          "--log",
          "PATTERN",
          "bridge-timeout"}) {
        EXPECT_NE(help.find(word), std::string::npos) << word;
    }
}

struct misuse
{
    std::vector<std::string> arguments;
    std::string part;
};

class FakeServerMisuse : public testing::TestWithParam<misuse>
{
};

TEST_P(FakeServerMisuse, IsAnErrorWithStatusTwo)
{
    program p(GetParam().arguments);
    std::string const errors = p.errors();
    EXPECT_TRUE(errors.starts_with("error: ")) << errors;
    EXPECT_NE(errors.find(GetParam().part), std::string::npos) << errors;
    EXPECT_NE(errors.find("--help"), std::string::npos) << errors;
    EXPECT_EQ(p.rest_of_output(), "");
    EXPECT_EQ(p.status(), 2);
}

INSTANTIATE_TEST_SUITE_P(
    All,
    FakeServerMisuse,
    testing::Values(
        misuse{{"--nonsense"}, "--nonsense"},
        misuse{{"stray"}, "stray"},
        misuse{{"--port", "70000"}, "--port"},
        misuse{{"--users", "many"}, "--users"},
        misuse{{"--api-key", "short"}, "begins with 'sk-'"},
        misuse{{"--fault", "system.ping stauts=503"}, "stauts=503"},
        misuse{{"--log", "no/such/folder/log"}, "no/such/folder/log"}
    )
);

TEST(FakeServerProgram, FailsWithStatusOneWhereTheMachineRefuses)
{
    fake_server taken(plain_options().users(0));
    program p({"--plain", "--port", std::to_string(taken.port())});
    EXPECT_NE(p.errors().find("cannot listen"), std::string::npos);
    EXPECT_EQ(p.status(), 1);
    program q({"--ca-out", "no/such/folder/ca.pem"});
    EXPECT_NE(q.errors().find("--ca-out"), std::string::npos);
    EXPECT_EQ(q.rest_of_output(), "");
    EXPECT_EQ(q.status(), 1);
}

}  // namespace

}  // namespace cohub::tests
