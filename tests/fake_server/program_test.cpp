#include "program.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "support.hpp"

namespace cohub::tests {

namespace {

answer send(
    json::value const& line,
    program const& p,
    std::string const& method,
    std::string const& path,
    std::string const& body
)
{
    httplib::Client client(std::string(line.at("url").as_string()));
    // A minimal machine may have no hosts file.
    client.set_hostname_addr_map({{"localhost", "127.0.0.1"}});
    if (json::value const& file = line.at("ca_file"); file.is_string()) {
        client.set_ca_cert_path((p.folder / std::string(file.as_string())).c_str());
    }
    httplib::Request request;
    request.method = method;
    request.path = path;
    request.headers = {
        {"Authorization", "Bearer " + std::string(line.at("api_key").as_string())},
        {"Content-Type", "application/json"}};
    request.body = body;
    auto const got = client.send(request);
    if (!got) return {};
    return {got->status, got->body, got->headers};
}

answer ping(json::value const& line, program const& p)
{
    return send(line, p, "POST", "/api/conat/hub", R"({"name":"system.ping"})");
}

TEST(FakeServerProgram, AnnouncesItselfServesAndEndsCleanly)
{
    for (int const signal : {SIGTERM, SIGINT, SIGHUP}) {
        program p({});
        json::value const line = json::parse(p.line());
        std::filesystem::path const ca_file = std::string(line.at("ca_file").as_string());
        EXPECT_EQ(line.at("seed"), 42);
        EXPECT_GT(line.at("pid").as_int64(), 0);
        EXPECT_EQ(line.at("keys").as_object().size(), 4u);
        EXPECT_EQ(line.at("keys").at("user"), line.at("api_key"));
        EXPECT_EQ(ping(line, p).body, R"({"now":1760000000000})");
        p.signal(signal);
        EXPECT_EQ(p.status(), 0);
        EXPECT_EQ(p.rest_of_output(), "");
        EXPECT_EQ(p.errors(), "");
        EXPECT_FALSE(std::filesystem::exists(ca_file));
    }
}

TEST(FakeServerProgram, GoesOnWhenItIgnoresSighup)
{
    program p({"--plain"}, [] { ::signal(SIGHUP, SIG_IGN); });
    json::value const line = json::parse(p.line());
    std::ifstream status("/proc/" + std::to_string(line.at("pid").as_int64()) + "/status");
    std::string const text{std::istreambuf_iterator<char>(status), {}};
    auto const mask_of = [&](std::string const& name) {
        auto const at = text.find("\n" + name + ":");
        return at == std::string::npos
                   ? 0
                   : std::stoull(text.substr(at + name.size() + 2), nullptr, 16);
    };
    // The program does not wait for it either.
    unsigned long long const hang_up = 1ULL << (SIGHUP - 1);
    EXPECT_NE(mask_of("SigIgn") & hang_up, 0u) << text;
    EXPECT_EQ(mask_of("SigBlk") & hang_up, 0u) << text;
    p.signal(SIGHUP);
    EXPECT_EQ(ping(line, p).status, 200);
    p.signal(SIGTERM);
    EXPECT_EQ(p.status(), 0);
}

TEST(FakeServerProgram, AnnouncesAnAddressThatAnswers)
{
    for (std::string const address : {"*", "0.0.0.0", "0"}) {
        program p({"--bind", address});
        json::value const line = json::parse(p.line());
        EXPECT_TRUE(line.at("url").as_string().starts_with("https://localhost:")) << line;
        EXPECT_EQ(ping(line, p).status, 200) << line;
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
    json::object in_session = line.as_object();
    in_session["api_key"] = send(line, p, "POST", "/__fake__/sessions", "").value().at("api_key");
    EXPECT_EQ(ping(in_session, p).status, 200);
    p.signal(SIGTERM);
    EXPECT_EQ(p.status(), 0);
    std::string const log = p.file("log.jsonl");
    EXPECT_EQ(std::count(log.begin(), log.end(), '\n'), 3);
    json::value const first = json::parse(log.substr(0, log.find('\n')));
    EXPECT_EQ(first.at("body").at("name"), "system.ping");
    EXPECT_EQ(first.at("status"), 503);
    EXPECT_EQ(first.at("fault"), "status=503");
    EXPECT_FALSE(first.as_object().contains("session"));
    json::value const last = json::parse(log.substr(log.rfind('\n', log.size() - 2) + 1));
    EXPECT_EQ(last.at("session"), "s1");
    EXPECT_EQ(last.at("status"), 200);
    EXPECT_EQ(log.find("sk-given-key"), std::string::npos);
}

TEST(FakeServerProgram, RunsItsClockAndShowsSecretsWhenAsked)
{
    program p({"--plain", "--running-clock", "--unmasked-journal"});
    json::value const line = json::parse(p.line());
    EXPECT_EQ(send(line, p, "GET", "/__fake__/clock", "").value().at("running"), true);
    ping(line, p);
    json::value const seen = send(line, p, "GET", "/__fake__/requests", "").value();
    std::string const key(line.at("api_key").as_string());
    EXPECT_EQ(seen.at("requests").at(0).at("headers").at("Authorization"), text("Bearer " + key));
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
          "--running-clock",
          "--unmasked-journal",
          "--end-with-parent",
          "PATTERN",
          "when-args",
          "chance=P",
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
        misuse{{"--seed", "-1"}, "--seed"},
        misuse{{"--seed", "18446744073709551616"}, "--seed"},
        misuse{{"--users", "-1"}, "--users"},
        misuse{{"--users", "1000001"}, "--users"},
        misuse{{"--port", "-1"}, "--port"},
        misuse{{"--now", "-1"}, "--now"},
        misuse{{"--now", "9223372036854775808"}, "--now"},
        misuse{{"--fault", "system.pnig status=503"}, "'system.ping'"},
        misuse{{"--fault", "system.ping status=4294967799"}, "three digits"},
        misuse{{"--fault", "system.ping delay=9223372036854775807s"}, "a year"},
        misuse{{"--"}, "command"},
        misuse{{"--api-key", "short"}, "begins with 'sk-'"},
        misuse{{"--fault", "system.ping stauts=503"}, "stauts=503"},
        misuse{{"--log", "no/such/folder/log"}, "no/such/folder/log"},
        misuse{{"--ca-out", "no/such/folder/ca.pem"}, "--ca-out"},
        misuse{
            {"--record", "no/such/folder/r.json", "--upstream", "http://localhost:1"},
            "no/such/folder/r.json"},
        misuse{{"--replay", "no/such/folder/r.json"}, "no/such/folder/r.json"}
    )
);

TEST(FakeServerProgram, FailsWithStatusOneWhereTheMachineRefuses)
{
    fake_server taken(plain_options().users(0));
    program p({"--plain", "--port", std::to_string(taken.port())});
    EXPECT_NE(p.errors().find("cannot listen"), std::string::npos);
    EXPECT_EQ(p.status(), 1);
}

}  // namespace

}  // namespace cohub::tests
