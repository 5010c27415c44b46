// How tests in other languages control the server and read its records over HTTP.

#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

#include "support.hpp"

namespace cohub::tests {

namespace {

class FakeServerControl : public testing::Test
{
protected:
    answer own(std::string const& method, std::string const& path, std::string const& body = "")
    {
        return control.send(method, "/__fake__/" + path, {}, body);
    }
    json::value get(std::string const& path) { return own("GET", path).value(); }
    std::string account(std::size_t i) { return server.users().at(i).account_id; }
    json::value newest() { return get("requests?limit=1").at("requests").at(0); }

    fake_server server{plain_options().users(20)};
    http_client client{server};
    http_client control{server};
};

TEST_F(FakeServerControl, AddsProjectsWithAllThatTheyHave)
{
    std::string const body =
        R"({"title":"Thesis","description":"d","owners":[")" + account(0) +
        R"("],"collaborators":[")" + account(4) +
        R"("],"owners_manage":true,"created":1000,"state":"running","state_time":2000,
        "files":{"a.txt":"x\n","d":{"directory":true},"l":{"link":"a.txt"},
                 "b/c":{"base64":"AAE=","modified":5000},"b/d":{"base64":"_-8"}},
        "kernels":[{"pid":7,"connection_file":"k.json","name":"python3"}],
        "edits":[{"path":"a.txt","time":3000}],
        "opened":[{"path":"a.txt","account_id":")" +
        account(0) + R"(","time":3000}],"invite_tokens":[{"token":"t","uses":2}],
        "status":{"cpu":1}})";
    answer const made = own("POST", "projects", body);
    ASSERT_EQ(made.status, 200) << made.body;
    std::string const id(made.value().at("project_ids").at(0).as_string());
    answer const shell = client.post(
        "/api/conat/project",
        R"({"name":"system.exec","args":[{"command":"cat a.txt l; ls; wc -c < b/c; wc -c < b/d"}],"project_id":")" +
            id + "\"}"
    );
    EXPECT_EQ(shell.value().at("stdout"), "x\nx\na.txt\nb\nd\nl\n2\n2\n") << shell.body;
    json::value const shown = get("projects");
    auto const at = std::find_if(shown.as_array().begin(), shown.as_array().end(), [&](auto& p) {
        return p.at("project_id") == text(id);
    });
    ASSERT_NE(at, shown.as_array().end());
    EXPECT_EQ(at->at("title"), "Thesis");
    EXPECT_EQ(at->at("owners"), json::array({text(account(0))}));
    EXPECT_EQ(at->at("collaborators"), json::array({text(account(4))}));
    EXPECT_EQ(at->at("state"), "running");
    EXPECT_EQ(at->at("owners_manage"), true);
}

TEST_F(FakeServerControl, AddsAndRemovesOrganizations)
{
    std::string const body = R"([{"name":"math & co","title":"Mathematics","admins":[")" +
                             account(0) + R"("]},{"name":"bare"}])";
    EXPECT_EQ(own("POST", "organizations", body).body, R"({"names":["math & co","bare"]})");
    EXPECT_EQ(client.result("org.get", R"({"name":"math & co"})").at("title"), "Mathematics");
    json::value const shown = get("organizations");
    ASSERT_EQ(shown.as_array().size(), 3u);
    EXPECT_EQ(shown.at(1).at("admins"), json::array({text(account(0))}));
    EXPECT_EQ(shown.at(2).at("admins"), nullptr);
    EXPECT_EQ(own("POST", "organizations", json::serialize(shown)).status, 200);
    EXPECT_EQ(get("organizations"), shown);
    EXPECT_EQ(own("DELETE", "organizations/acme").status, 200);
    EXPECT_EQ(own("DELETE", "organizations/math%20%26%20co").status, 200);
    EXPECT_EQ(own("DELETE", "organizations/acme").status, 404);
    EXPECT_EQ(get("organizations").as_array().size(), 1u);
    EXPECT_EQ(server.users().at(2).organization, std::nullopt);
}

TEST_F(FakeServerControl, PutsMessagesIntoMailboxesAndMarksThem)
{
    std::string const to = account(0);
    std::string const body = R"({"id":7,"from":")" + account(4) + R"(","to":[")" + to +
                             R"("],"subject":"Hi","body":"there","sent":1000,"flags":{")" + to +
                             R"(":["read"]}})";
    EXPECT_EQ(own("POST", "messages", body).body, R"({"ids":[7]})");
    json::value const shown = client.result("messages.get");
    EXPECT_EQ(shown.at(0).at("subject"), "Hi");
    EXPECT_EQ(shown.at(0).at("read"), true);
    std::string const saved = R"({"account_id":")" + to + R"(","flag":"saved"})";
    EXPECT_EQ(own("PUT", "messages/7", saved).status, 200);
    EXPECT_EQ(
        own("PUT", "messages/7", R"({"account_id":")" + to + R"(","flag":"read","on":false})")
            .status,
        200
    );
    EXPECT_EQ(get("messages").at(0).at("flags").at(to), json::array({"saved"}));
    EXPECT_EQ(own("PUT", "messages/8", saved).status, 404);
    EXPECT_EQ(
        own("PUT", "messages/7", R"({"account_id":")" + account(5) + R"(","flag":"read"})").status,
        400
    );
}

TEST_F(FakeServerControl, ShowsKeysAndMails)
{
    json::value const keys = get("keys").at("keys");
    EXPECT_EQ(keys.at(0).at("key"), text(server.api_key()));
    EXPECT_EQ(keys.at(0).at("account_id"), text(account(0)));
    client.call("system.sendEmailVerification", "{}");
    EXPECT_EQ(get("mails").at(0).at("address"), "robin@cohub.test");
}

TEST_F(FakeServerControl, ShowsAPartOfTheAccounts)
{
    json::value const all = get("users");
    json::value const some = get("users?since=5&limit=3");
    ASSERT_EQ(some.as_array().size(), 3u);
    for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(some.at(i), all.at(5 + i));
    EXPECT_EQ(get("users?since=100").as_array().size(), 0u);
    EXPECT_EQ(get("users?limit=0").as_array().size(), 0u);
    std::string const more =
        R"({"first_name":"A","balance":-12.5,"min_balance":-20,"passports":[{"strategy":"google",)"
        R"("id":"9"}]})";
    ASSERT_EQ(own("POST", "accounts", more).status, 200);
    json::value const added = get("users?since=20").at(0);
    EXPECT_EQ(added.at("balance"), -12.5);
    EXPECT_EQ(added.at("min_balance"), -20);
    EXPECT_EQ(added.at("passports"), json::parse(R"([{"strategy":"google","id":"9"}])"));
}

TEST_F(FakeServerControl, DrawsWhatItIsTold)
{
    std::string const id = "11111111-2222-4333-8444-555555555555";
    EXPECT_EQ(own("POST", "random", R"([")" + id + R"("])").status, 200);
    EXPECT_EQ(
        own("POST", "accounts", R"({"first_name":"A"})").value().at("account_ids").at(0), text(id)
    );
    EXPECT_EQ(own("POST", "random", "{}").status, 400);
}

TEST_F(FakeServerControl, ChangesSettingsUntilAReset)
{
    json::value const before = get("settings");
    EXPECT_EQ(
        before,
        json::parse(
            R"({"public_jupyter":false,"spend_time":false,"unmasked_journal":false,"v1":"manual"})"
        )
    );
    answer const a =
        own("PUT", "settings", R"({"public_jupyter":true,"v1":"removed","unmasked_journal":true})");
    EXPECT_EQ(a.value().at("v1"), "removed");
    EXPECT_EQ(client.post("/api/v1/ping", "{}").status, 404);
    EXPECT_EQ(newest().at("headers").at("Authorization"), text("Bearer " + server.api_key()));
    EXPECT_NE(client.call("jupyter.kernels", "{}").body.find("python3"), std::string::npos);
    EXPECT_EQ(own("PUT", "settings", R"({"v1":"x"})").status, 400);
    EXPECT_EQ(own("PUT", "settings", R"({"x":1})").status, 400);
    EXPECT_EQ(own("PUT", "settings", R"({"spend_time":true})").value().at("spend_time"), true);
    own("POST", "reset");
    EXPECT_EQ(get("settings"), before);
}

TEST_F(FakeServerControl, SpendsTimeWhenItIsToldTo)
{
    own("PUT", "settings", R"({"spend_time":true})");
    std::string const id(get("projects").at(0).at("project_id").as_string());
    auto const start = std::chrono::steady_clock::now();
    client.post(
        "/api/conat/project",
        R"({"name":"system.exec","args":[{"command":"sleep 0.05"}],"project_id":")" + id + "\"}"
    );
    EXPECT_GE(std::chrono::steady_clock::now() - start, 50ms);
}

TEST_F(FakeServerControl, LetsTheClockRun)
{
    EXPECT_EQ(own("PUT", "clock", R"({"now":1000,"running":true})").value().at("running"), true);
    auto const end = std::chrono::steady_clock::now() + 20s;
    while (client.result("system.ping").at("now").as_int64() < 1010) {
        ASSERT_LT(std::chrono::steady_clock::now(), end);
    }
    answer const stopped = own("PUT", "clock", R"({"running":false})");
    std::int64_t const now = stopped.value().at("now").as_int64();
    EXPECT_GE(now, 1010);
    EXPECT_FALSE(stopped.value().as_object().contains("running"));
    EXPECT_EQ(client.result("system.ping").at("now"), now);
    EXPECT_EQ(server.now(), now);
    server.run_clock();
    server.advance(1h);
    EXPECT_GE(server.now(), now + 3'600'000);
    EXPECT_TRUE(get("clock").as_object().contains("running")) << "a move does not stop it";
    own("POST", "reset");
    EXPECT_EQ(get("clock"), json::parse(R"({"now":1760000000000})"));
}

TEST_F(FakeServerControl, RunsTheClockFromTheStart)
{
    fake_server running(plain_options().users(0).now(5000).running_clock());
    auto const end = std::chrono::steady_clock::now() + 20s;
    while (running.now() < 5010) ASSERT_LT(std::chrono::steady_clock::now(), end);
    running.reset();
    EXPECT_GE(running.now(), 5000);
    EXPECT_LT(running.now(), 1'000'000);
    json::value const clock = http_client(running).get("/__fake__/clock").value();
    EXPECT_TRUE(clock.as_object().contains("running"));
}

TEST_F(FakeServerControl, RecordsTimeAndAnswer)
{
    client.call("system.ping");
    json::value const r = newest();
    EXPECT_EQ(r.at("name"), "system.ping");
    EXPECT_EQ(r.at("status"), 200);
    EXPECT_EQ(r.at("answer"), json::parse(R"({"now":1760000000000})"));
    EXPECT_EQ(r.at("answer_bytes"), 21);
    EXPECT_EQ(r.at("fault"), nullptr);
    EXPECT_EQ(r.at("clock"), 1'760'000'000'000);
    EXPECT_GE(r.at("took_ms").as_int64(), 0);
    using namespace std::chrono;
    auto const now = duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
    EXPECT_LE(r.at("time").as_int64(), now);
    EXPECT_GT(r.at("time").as_int64(), now - 600'000);
    auto const here = server.journal().requests().back();
    EXPECT_EQ(here.number, 1u);
    EXPECT_EQ(here.status, 200);
    EXPECT_EQ(here.answer, R"({"now":1760000000000})");
}

TEST_F(FakeServerControl, RecordsFaultsAndWhatTheyAnswered)
{
    json::value const ids =
        own("POST", "faults", R"("system.ping status=503 then close then close=40 then body=x")")
            .value();
    client.call("system.ping");
    EXPECT_EQ(newest().at("status"), 503);
    EXPECT_EQ(newest().at("fault"), "status=503");
    EXPECT_EQ(newest().at("fault_id"), ids.at("ids").at(0));
    EXPECT_EQ(newest().at("answer"), "<html><body>Service Unavailable</body></html>");
    client.call("system.ping");
    EXPECT_EQ(newest().at("status"), nullptr);
    EXPECT_EQ(newest().at("fault"), "close");
    EXPECT_EQ(newest().at("answer"), nullptr);
    EXPECT_TRUE(newest().at("took_ms").is_number());
    client.call("system.ping");
    EXPECT_EQ(newest().at("status"), 200);
    EXPECT_EQ(newest().at("fault"), "close=40");
    client.call("system.ping");
    EXPECT_EQ(newest().at("answer"), "x");
}

TEST_F(FakeServerControl, KnowsNoAnswerWhileThereIsNone)
{
    server.script("system.ping").delay(1h);
    raw_client raw(server.port());
    raw.send(ping_request(server.api_key()));
    EXPECT_EQ(get("requests/count?at_least=1&wait_ms=10000").at("met"), true);
    EXPECT_EQ(newest().at("status"), nullptr);
    EXPECT_EQ(newest().at("took_ms"), nullptr);
    EXPECT_EQ(newest().at("fault"), nullptr);
}

TEST_F(FakeServerControl, MasksSecretsInAnswers)
{
    std::string const admin = server.keys().admin;
    client.as(admin);
    std::string const token(
        client
            .result("system.generateUserAuthToken", R"({"user_account_id":")" + account(5) + "\"}")
            .as_string()
    );
    json::value const made = client.result("system.manageApiKeys", R"({"action":"create"})");
    std::string const secret(made.at(0).at("secret").as_string());
    json::value const other = client.result("org.createToken", R"({"user":")" + account(2) + "\"}");
    std::string const shown = own("GET", "requests").body;
    EXPECT_EQ(shown.find(token), std::string::npos) << shown;
    EXPECT_EQ(shown.find(secret.substr(3)), std::string::npos) << shown;
    ASSERT_TRUE(other.is_object()) << json::serialize(other);
    EXPECT_EQ(shown.find(std::string(other.at("token").as_string())), std::string::npos) << shown;
}

TEST_F(FakeServerControl, KeepsTheBeginningOfALongAnswer)
{
    std::string const body(100'000, 'x');
    server.script("system.ping").body(body);
    client.call("system.ping");
    EXPECT_EQ(newest().at("answer"), text(body.substr(0, 65536)));
    EXPECT_EQ(newest().at("answer_bytes"), 100'000);
}

TEST_F(FakeServerControl, KeepsRequestsLongerThanTheirAnswers)
{
    std::string const body(60'000, 'x');
    server.script("system.ping").body(body).forever();
    for (int i = 0; i < 400; ++i) client.call("system.ping");
    auto const all = server.journal().requests();
    ASSERT_EQ(all.size(), 400u);
    std::size_t bytes = 0;
    for (auto const& r : all) bytes += r.answer.size();
    EXPECT_LE(bytes, std::size_t{16} << 20);
    EXPECT_EQ(all.front().answer, "");
    EXPECT_EQ(all.front().answer_bytes, 60'000u);
    EXPECT_EQ(all.back().answer, body);
}

TEST_F(FakeServerControl, ListsByStatus)
{
    server.script("system.ping").status(503).then_ok();
    client.call("system.ping");
    client.call("system.ping");
    client.call("system.test");
    json::value const failed = get("requests?status=503").at("requests");
    ASSERT_EQ(failed.as_array().size(), 1u);
    EXPECT_EQ(failed.at(0).at("number"), 1);
    EXPECT_EQ(get("requests?status=200&call=system.ping").at("requests").at(0).at("number"), 2);
    EXPECT_EQ(get("requests?status=404").at("requests").as_array().size(), 0u);
}

TEST_F(FakeServerControl, CountsAndForgets)
{
    client.call("system.ping");
    client.call("system.test");
    client.get("/nope");
    EXPECT_EQ(get("requests/count"), json::parse(R"({"count":3,"met":true})"));
    EXPECT_EQ(get("requests/count?call=system.*").at("count"), 2);
    EXPECT_EQ(get("requests/count?call=system.ping&at_least=2").at("met"), false);
    EXPECT_EQ(get("requests/count?status=200").at("count"), 2);
    EXPECT_EQ(get("requests/count?status=200&limit=1").at("count"), 1);
    EXPECT_EQ(get("requests/count?since=1").at("count"), 2);
    EXPECT_EQ(get("requests/count?since=1&status=200&at_least=1").at("met"), true);
    EXPECT_EQ(own("DELETE", "requests?x=1").status, 400);
    EXPECT_EQ(get("requests/count").at("count"), 3);
    EXPECT_EQ(own("DELETE", "requests").status, 200);
    EXPECT_EQ(get("requests/count").at("count"), 0);
    EXPECT_EQ(get("verify").at("problems").as_array().size(), 0u);
}

TEST_F(FakeServerControl, SendsToItsPage)
{
    answer const a = client.get("/__fake__");
    EXPECT_EQ(a.status, 308);
    EXPECT_EQ(a.header("Location"), "/__fake__/");
    EXPECT_EQ(get("requests/count").at("count"), 0);
    EXPECT_EQ(get("verify").at("problems").as_array().size(), 0u);
    EXPECT_EQ(client.get("/__fake__x").status, 404);
    EXPECT_EQ(get("requests/count").at("count"), 1);
}

TEST_F(FakeServerControl, WaitsForRequests)
{
    std::thread later([this] {
        client.call("system.ping");
        client.call("system.test");
    });
    EXPECT_EQ(
        get("requests/count?call=system.*&at_least=2&wait_ms=10000"),
        json::parse(R"({"count":2,"met":true})")
    );
    later.join();
    std::thread more([this] { client.call("system.ping"); });
    json::value const seen = get("requests?since=2&status=200&wait_ms=10000");
    ASSERT_EQ(seen.at("requests").as_array().size(), 1u);
    EXPECT_EQ(seen.at("requests").at(0).at("number"), 3);
    more.join();
}

TEST_F(FakeServerControl, WaitsForAnAnswerOfTheStatus)
{
    server.script("system.ping").delay(1h);
    raw_client unanswered(server.port());
    unanswered.send(ping_request(server.api_key()));
    ASSERT_TRUE(server.journal().wait_for("system.ping", 1));
    raw_client waiting(server.port());
    waiting.send("GET /__fake__/requests?status=200&wait_ms=60000 HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_TRUE(waiting.has_silence(50ms));
    EXPECT_EQ(client.call("system.ping").status, 200);
    std::string const seen = waiting.receive_until("\"status\":200");
    EXPECT_NE(seen.find("\"number\":2,"), std::string::npos) << seen;
}

TEST_F(FakeServerControl, WaitsNoLongerThanItIsAsked)
{
    auto const start = std::chrono::steady_clock::now();
    EXPECT_EQ(get("requests/count?at_least=1&wait_ms=30").at("met"), false);
    EXPECT_EQ(get("requests?wait_ms=30").at("requests").as_array().size(), 0u);
    EXPECT_EQ(get("connections?at_least=5&wait_ms=30").at("met"), false);
    EXPECT_EQ(own("GET", "frames?at_least=1&wait_ms=30").status, 200);
    EXPECT_EQ(own("GET", "pieces?streams=3&wait_ms=30").status, 200);
    EXPECT_GE(std::chrono::steady_clock::now() - start, 150ms);
    for (std::string const wrong :
         {"requests?wait_ms=60001",
          "requests?wait_ms=x",
          "requests?status=5000",
          "requests?call=ping&call=system.test",
          "requests/count?limit=x",
          "requests/count?wait=1",
          "connections?open=-1",
          "faults?ids=1",
          "users?limit=x",
          "keys?limit=1",
          "clock?now=1",
          "settings?v1=2020",
          "organizations?name=acme",
          "verify?wait_ms=1",
          "sessions?id=s1",
          "server?x",
          "?x"}) {
        EXPECT_EQ(own("GET", wrong).status, 400) << wrong;
    }
}

TEST_F(FakeServerControl, StopsToWaitWhenTheServerEnds)
{
    auto other = std::make_unique<fake_server>(plain_options().users(0));
    raw_client waiting(other->port());
    waiting.send("GET /__fake__/requests/count?at_least=1&wait_ms=60000 HTTP/1.1\r\nHost: x\r\n\r\n"
    );
    raw_client second(other->port());
    ASSERT_TRUE(other->journal().wait_for_connections(1));
    auto const start = std::chrono::steady_clock::now();
    other.reset();
    EXPECT_LT(std::chrono::steady_clock::now() - start, 20s);
}

TEST_F(FakeServerControl, TellsConnections)
{
    raw_client silent(server.port());
    json::value const seen = get("connections?at_least=1&wait_ms=10000");
    EXPECT_EQ(seen.at("connections"), 1);
    EXPECT_EQ(seen.at("open"), 1);
    EXPECT_EQ(seen.at("handshakes"), 0);
    silent.close();
    EXPECT_EQ(get("connections?open=0&wait_ms=10000").at("met"), true);
}

TEST_F(FakeServerControl, SeesThatAClientLeavesDuringADelay)
{
    server.script("/slow").delay(1h);
    raw_client leaving(server.port());
    leaving.send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(get("requests?call=/slow&wait_ms=10000").at("requests").as_array().size(), 1u);
    leaving.close();
    EXPECT_EQ(get("connections?open=0&wait_ms=10000").at("met"), true);
}

TEST_F(FakeServerControl, LetsPagesOfOtherOriginsAsk)
{
    EXPECT_EQ(own("GET", "clock").header("Access-Control-Allow-Origin"), "*");
    EXPECT_EQ(own("GET", "nothing").header("Access-Control-Allow-Origin"), "*");
    answer const before = control.send(
        "OPTIONS",
        "/__fake__/faults",
        {{"Origin", "http://localhost:5173"}, {"Access-Control-Request-Method", "PUT"}},
        ""
    );
    EXPECT_EQ(before.status, 204);
    EXPECT_EQ(before.header("Access-Control-Allow-Origin"), "*");
    for (std::string const method : {"GET", "POST", "PUT", "DELETE"}) {
        EXPECT_NE(before.header("Access-Control-Allow-Methods").find(method), std::string::npos)
            << method;
    }
    for (std::string const name : {"Authorization", "Content-Type", "X-Fake-Session"}) {
        EXPECT_NE(before.header("Access-Control-Allow-Headers").find(name), std::string::npos)
            << name;
    }
    // The hub's own paths answer as upstream does.
    EXPECT_EQ(client.call("system.ping").header("Access-Control-Allow-Origin"), "");
}

TEST_F(FakeServerControl, SetsWhatStandsAroundAPiecesUser)
{
    EXPECT_EQ(
        own("PUT", "pieces", R"({"signed_in":false,"envelope":{"null_user":true}})").status, 200
    );
    EXPECT_EQ(client.get("/user").value().at("user"), nullptr);
    EXPECT_EQ(own("PUT", "pieces", R"({"envelope":{"x":1}})").status, 400);
}

TEST_F(FakeServerControl, RefusesWhatMakesNoSense)
{
    std::string const id = account(0);
    for (auto const& [path, body] : std::vector<std::pair<std::string, std::string>>{
             {"projects", R"({"titel":"x"})"},
             {"projects", R"({"owners":["x"]})"},
             {"projects", R"({"files":{"a":{"content":"x","link":"y"}}})"},
             {"projects", R"({"files":{"a":"x","a/b":"y"}})"},
             {"projects", R"({"files":{"a":{"base64":"!!"}}})"},
             {"projects", R"({"files":{"a":{"base64":"QUI=QUI="}}})"},
             {"projects", R"({"files":{"a":{"base64":"QUI=="}}})"},
             {"projects", R"({"files":{"a":{"base64":"QUJDR"}}})"},
             {"projects", R"([{"title":"good"},{"project_id":"bad"}])"},
             {"projects", R"({"kernels":[{"pid":1}]})"},
             {"projects", R"({"invite_tokens":[{}]})"},
             {"projects", R"({"edits":[{"path":"a","account_id":"x"}]})"},
             {"organizations", "{}"},
             {"organizations", R"([{"name":"good"},{"name":5}])"},
             {"messages", R"({"from":")" + id + R"("})"},
             {"messages",
              R"({"from":")" + id + R"(","to":[")" + id + R"("],"flags":{"x":["read"]}})"},
             {"messages",
              R"({"from":")" + id + R"(","to":[")" + id + R"("],"flags":{")" + id +
                  R"(":["wet"]}})"},
             {"accounts", R"({"balance":"x"})"},
             {"accounts", R"({"passports":{}})"},
             {"clock", R"({"running":1})"},
             {"clock", R"({"nwo":1})"}}) {
        answer const a = own("POST", path, body);
        EXPECT_EQ(a.status, 400) << path << ' ' << body << a.body;
        EXPECT_TRUE(a.body.ends_with("\n")) << a.body;
    }
    EXPECT_EQ(get("projects").as_array().size(), 1u);
    EXPECT_EQ(get("organizations").as_array().size(), 1u);
    EXPECT_EQ(get("messages").as_array().size(), 0u);
}

}  // namespace

}  // namespace cohub::tests
