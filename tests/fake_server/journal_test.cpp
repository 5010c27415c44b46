#include <gtest/gtest.h>

#include "support.hpp"

namespace cohub::tests {

namespace {

class FakeServerJournal : public testing::Test
{
protected:
    FakeServerJournal() : server(plain_options().users(20)), client(server) {}

    fake_server server;
    http_client client;
};

TEST_F(FakeServerJournal, RecordsWhatWasSent)
{
    client.send(
        "POST",
        "/api/conat/hub?x=1",
        {{"Content-Type", "application/json"}, {"X-Odd-CASE", " kept "}},
        R"({"name":"system.ping","args":[1.0]})"
    );
    auto const all = server.journal().requests();
    ASSERT_EQ(all.size(), 1u);
    EXPECT_EQ(all[0].connection, 1u);
    EXPECT_EQ(all[0].method, "POST");
    EXPECT_EQ(all[0].path, "/api/conat/hub?x=1");
    EXPECT_EQ(all[0].name, "system.ping");
    EXPECT_EQ(all[0].body, R"({"name":"system.ping","args":[1.0]})");
    EXPECT_EQ(all[0].header("x-odd-case"), "kept");
    EXPECT_EQ(all[0].header("absent"), "");
}

TEST_F(FakeServerJournal, CountsByNamePathBothAndAll)
{
    client.call("system.ping");
    client.call("system.test");
    client.post("/api/conat/project", R"({"name":"system.ping"})");
    client.get("/nope?x");
    auto const& journal = server.journal();
    EXPECT_EQ(journal.count(), 4u);
    EXPECT_EQ(journal.count("system.ping"), 2u);
    EXPECT_EQ(journal.count("system.*"), 3u);
    EXPECT_EQ(journal.count("/api/conat/*"), 3u);
    EXPECT_EQ(journal.count("/api/conat/hub#system.ping"), 1u);
    EXPECT_EQ(journal.count("/nope"), 1u);
    EXPECT_EQ(journal.count("system.userSearch"), 0u);
    EXPECT_EQ(journal.requests("system.ping").size(), 2u);
}

TEST_F(FakeServerJournal, NumbersConnectionsByTheirFirstRequest)
{
    http_client second(server);
    client.call("system.ping");
    second.call("system.ping");
    client.call("system.ping");
    auto const all = server.journal().requests();
    ASSERT_EQ(all.size(), 3u);
    EXPECT_EQ(all[0].connection, 1u);
    EXPECT_EQ(all[1].connection, 2u);
    EXPECT_EQ(all[2].connection, 1u);
    EXPECT_EQ(server.journal().connections(), 2u);
    second.close();
    EXPECT_TRUE(server.journal().wait_for_open(1));
    EXPECT_EQ(server.journal().connections(), 2u);
}

TEST_F(FakeServerJournal, CountsAConnectionThatSaysNothing)
{
    raw_client silent(server.port());
    EXPECT_TRUE(server.journal().wait_for_connections(1));
    EXPECT_EQ(server.journal().open(), 1u);
    EXPECT_EQ(server.journal().count(), 0u);
}

TEST_F(FakeServerJournal, LeavesItsOwnTrafficOut)
{
    http_client about(server);
    client.call("system.ping");
    json::value const seen = about.get("/__fake__/requests").value();
    EXPECT_EQ(seen.at("connections"), 1);
    EXPECT_EQ(seen.at("open"), 1);
    ASSERT_EQ(seen.at("requests").as_array().size(), 1u);
    json::value const& r = seen.at("requests").at(0);
    EXPECT_EQ(r.at("connection"), 1);
    EXPECT_EQ(r.at("method"), "POST");
    EXPECT_EQ(r.at("path"), "/api/conat/hub");
    EXPECT_EQ(r.at("headers").at("Authorization"), "Bearer ***");
    EXPECT_EQ(r.at("body"), json::parse(R"({"name":"system.ping","args":[]})"));
    EXPECT_TRUE(server.journal().wait_for_open(1));
}

TEST_F(FakeServerJournal, StartsAnewAfterAReset)
{
    client.call("system.ping");
    EXPECT_EQ(http_client(server).send("POST", "/__fake__/reset", {}, "").body, "{\"ok\":true}");
    EXPECT_EQ(server.journal().count(), 0u);
    EXPECT_EQ(server.journal().connections(), 0u);
    client.call("system.ping");
    EXPECT_EQ(server.journal().requests().at(0).connection, 1u);
    EXPECT_EQ(server.journal().connections(), 0u);
    EXPECT_EQ(server.journal().open(), 1u);
}

TEST_F(FakeServerJournal, ShowsABodyThatIsNoJsonAsText)
{
    client.post_hub("{\"half\": \xff");
    client.get("/x");
    json::value const seen = json::parse(server.journal().json());
    EXPECT_EQ(seen.at("requests").at(0).at("body"), "{\"half\": \uFFFD");
    EXPECT_EQ(seen.at("requests").at(1).at("body"), nullptr);
}

TEST_F(FakeServerJournal, MasksSecretsWhereverTheyStand)
{
    std::string const key = server.api_key();
    std::string const canary = "canary";
    httplib::Headers const headers = {
        {"Authorization", "Basic " + canary},
        {"Proxy-Authorization", canary},
        {"Cookie", "session=" + canary},
        {"X-Api-Key", canary},
        {"X-Other", "before " + key + " after"},
        {"Content-Type", "application/json"},
    };
    client.send(
        "POST",
        "/api/conat/hub?key=" + key,
        headers,
        R"({"name":"system.generateUserAuthToken","args":[{"password" : "canary","x":")" + key +
            R"(","secret":"a\"canary"}]})"
    );
    client.call("system.revokeUserAuthToken", "\"canary\"");
    client.send("POST", "/api/conat/hub", headers, "no JSON: " + key);
    std::string const shown = server.journal().json();
    EXPECT_EQ(shown.find(canary), std::string::npos) << shown;
    EXPECT_EQ(shown.find(key.substr(3)), std::string::npos) << shown;
    auto const first = server.journal().requests().at(0);
    EXPECT_EQ(first.header("Authorization"), "Basic ***");
    EXPECT_EQ(first.header("X-Other"), "before sk-*** after");
    EXPECT_EQ(first.path, "/api/conat/hub?key=sk-***");
    EXPECT_EQ(
        first.body,
        R"({"name":"system.generateUserAuthToken","args":[{"password" : "***","x":"sk-***",)"
        R"("secret":"***"}]})"
    );
}

TEST_F(FakeServerJournal, MasksWhatACommandGivesASecret)
{
    auto const shown = [&](std::string const& command) {
        json::value const arg = text(command);
        client.call("system.exec", json::serialize(arg));
        json::value const body = json::parse(server.journal().requests().back().body);
        return std::string(body.at("args").at(0).as_string());
    };
    EXPECT_EQ(shown("export token=\"abc def\" x"), "export token=*** x");
    EXPECT_EQ(shown("export token=\"a\\\"bc\" x"), "export token=*** x");
    EXPECT_EQ(shown("export token='abc def' x"), "export token=*** x");
    EXPECT_EQ(shown("token=abc\\\\ x"), "token=*** x");
    EXPECT_EQ(shown("curl \"u?token=abc\" x"), "curl \"u?token=*** x");
    EXPECT_EQ(shown("token=abc\nls"), "token=***\nls");
    EXPECT_EQ(shown("token=\"abc"), "token=***");
    EXPECT_EQ(shown("token="), "token=***");
    client.send("POST", "/x", {}, "token=\"abc def\" x");
    EXPECT_EQ(server.journal().requests().back().body, "token=*** x");
}

TEST_F(FakeServerJournal, MasksSecretsOfAnyKind)
{
    auto const shown = [&](std::string const& arg) {
        client.call("projects.addCollaborator", arg);
        return server.journal().requests().back().body.substr(43);
    };
    EXPECT_EQ(shown(R"({"token_id":["t1","t]2",[3]],"x":1})"), R"({"token_id":"***","x":1}]})");
    EXPECT_EQ(shown(R"({"token": 123 ,"x":1})"), R"({"token": "***" ,"x":1}]})");
    EXPECT_EQ(shown(R"({"secret":{"a":"}b"},"x":1})"), R"({"secret":"***","x":1}]})");
    EXPECT_EQ(shown(R"({"password":null,"x":1})"), R"({"password":null,"x":1}]})");
    EXPECT_EQ(shown(R"({"access_token":"abc"})"), R"({"access_token":"***"}]})");
    EXPECT_EQ(shown(R"({"old_password":"abc"})"), R"({"old_password":"***"}]})");
}

TEST_F(FakeServerJournal, MasksSecretsInJsonInsideOfStrings)
{
    // A JSON text as a string of another one, `depth` times.
    auto const shown = [&](std::string const& inner, int depth) {
        std::string arg = inner;
        for (int i = 0; i < depth; ++i) arg = json::serialize(json::value(text(arg)));
        client.call("projects.addCollaborator", arg);
        json::value v = json::parse(server.journal().requests().back().body).at("args").at(0);
        for (int i = 1; i < depth; ++i) v = json::parse(v.as_string());
        return std::string(v.as_string());
    };
    for (int const depth : {1, 2, 3}) {
        SCOPED_TRACE(depth);
        for (std::string const value :
             {R"("abc")",
              R"("")",
              R"("a\"b")",
              R"("a\\")",
              R"("a\\\"b\\\\")",
              R"(["t1","t]\"2",[3]])",
              R"({"a":"}\\"})",
              "123"}) {
            EXPECT_EQ(
                shown(R"({"x":"1","token": )" + value + R"(,"y":"2"})", depth),
                R"({"x":"1","token": "***","y":"2"})"
            ) << value;
        }
        std::string const plain = R"({"tokens":"abc","token":null,"y":"token","z":"\\"})";
        EXPECT_EQ(shown(plain, depth), plain);
    }
}

TEST_F(FakeServerJournal, MasksSecretsOfCutJsonAndLeavesTheRest)
{
    auto const shown = [&](std::string const& body) {
        client.send("POST", "/x", {}, body);
        return server.journal().requests().back().body;
    };
    EXPECT_EQ(
        shown(R"({"log":"{\"token\":\"abc","b":"x"})"), R"({"log":"{\"token\":\"***\"","b":"x"})"
    );
    EXPECT_EQ(
        shown(R"({"log":"{\"token\":[\"abc\",","b":"x"})"),
        R"({"log":"{\"token\":\"***\"","b":"x"})"
    );
    EXPECT_EQ(
        shown(R"({"log":"{\"token\":12","b":"x"})"), R"({"log":"{\"token\":\"***\"","b":"x"})"
    );
}

TEST_F(FakeServerJournal, MasksSecretsWhateverStandsBeforeTheirNames)
{
    auto const shown = [&](std::string const& body) {
        client.send("POST", "/x", {}, body);
        return server.journal().requests().back().body;
    };
    std::string const longest(200, 'x');
    for (std::string const& name :
         {std::string("user.password"),
          std::string("x:token"),
          std::string("$token"),
          std::string("auth token"),
          longest + "_token"})
        EXPECT_EQ(shown("{\"" + name + "\":\"abc\"}"), "{\"" + name + "\":\"***\"}");
    EXPECT_EQ(shown("user[password]=abc&x=1"), "user[password]=***&x=1");
    EXPECT_EQ(shown("user%5Bpassword%5D=abc&x=1"), "user%5Bpassword%5D=***&x=1");
}

TEST_F(FakeServerJournal, MasksWhateverHasTheNameOfASecret)
{
    for (std::string const name :
         {"password",
          "old_password",
          "new_password",
          "currentPassword",
          "newPassword",
          "secret",
          "token",
          "token_id",
          "auth_token",
          "api_key",
          "apiKey",
          "access_token",
          "apiKeys",
          "cloud_key",
          "organization_key",
          "Password",
          "PASSWORD",
          "Token",
          "refresh_token",
          "refreshToken",
          "authToken",
          "id_token",
          "csrf_token",
          "registrationToken",
          "client_secret",
          "clientSecret",
          "apikey",
          "API_KEY",
          "passwd",
          "passphrase",
          "private_key",
          "privateKey",
          "authorization",
          "cookie",
          "jwt",
          "remember_me",
          "a_name_that_is_not_short_for_the_registration_token"}) {
        client.post("/x?" + name + "=canary", "{\"" + name + "\":\"canary\"}");
        auto const seen = server.journal().requests().back();
        EXPECT_EQ(seen.path, "/x?" + name + "=***");
        EXPECT_EQ(seen.body, "{\"" + name + "\":\"***\"}");
    }
}

TEST_F(FakeServerJournal, MasksNothingThatOnlyResemblesASecret)
{
    std::string const body =
        R"({"tokens":"a","token_count":3,"invite_tokens":["b"],"has_password":true,"token":false,)"
        R"("password":null,"secretary":"c","cookie_banner":"d","api_key_name":"e","x":"token"})";
    client.post("/x?tokens=a&token=true&secretary=c", body);
    auto const seen = server.journal().requests().back();
    EXPECT_EQ(seen.path, "/x?tokens=a&token=true&secretary=c");
    EXPECT_EQ(seen.body, body);
}

TEST_F(FakeServerJournal, MasksHeadersByTheSameNames)
{
    client.send("GET", "/x", {{"X-Auth-Token", "canary"}, {"X-Tokens", "3"}}, "");
    auto const seen = server.journal().requests().back();
    EXPECT_EQ(seen.header("X-Auth-Token"), "***");
    EXPECT_EQ(seen.header("X-Tokens"), "3");
}

TEST_F(FakeServerJournal, MasksKeysInFaults)
{
    server.add_fault(R"(system.ping header="X-Key: sk-canary")");
    client.call("system.ping");
    EXPECT_EQ(server.journal().requests().at(0).fault, R"(header="X-Key: sk-***")");
    EXPECT_EQ(server.journal().json().find("canary"), std::string::npos);
}

TEST_F(FakeServerJournal, MasksALongTextWithoutReadingItAgainAndAgain)
{
    std::string quotes;
    for (int i = 0; i < 500'000; ++i) quotes += "\\\"";
    // The client waits for 20 s. If the text was read again at each quote, this would take minutes.
    EXPECT_NE(client.call("system.ping", "\"" + quotes + "\"").status, 0);
    EXPECT_EQ(server.journal().count("system.ping"), 1u);
}

TEST_F(FakeServerJournal, MasksNoOrdinaryWords)
{
    client.call("system.userSearch", R"({"query":"desk-top ask_me password"})");
    EXPECT_EQ(
        server.journal().requests().at(0).body,
        R"({"name":"system.userSearch","args":[{"query":"desk-top ask_me password"}]})"
    );
}

TEST(FakeServerUnmasked, ShowsWhatItWasAskedTo)
{
    fake_server server(plain_options().users(0).unmasked_journal());
    http_client(server).call("system.ping");
    EXPECT_EQ(
        server.journal().requests().at(0).header("Authorization"), "Bearer " + server.api_key()
    );
}

TEST_F(FakeServerJournal, KeepsTheNewestHundredThousandAndCountsAll)
{
    raw_client raw(server.port());
    std::string const one = "GET /__x HTTP/1.1\r\nHost: x\r\n\r\n";
    std::string batch;
    for (int i = 0; i < 1000; ++i) batch += one;
    for (int i = 0; i < 101; ++i) {
        raw.send(batch);
        // so that the answers do not fill the buffers of either side
        auto const end = std::chrono::steady_clock::now() + 60s;
        while (!server.journal().wait_for("/__x", static_cast<std::size_t>(i + 1) * 1000, 1ms)) {
            ASSERT_LT(std::chrono::steady_clock::now(), end);
            raw.receive_some(100ms);
            raw.received.clear();
        }
    }
    EXPECT_EQ(server.journal().count(), 101'000u);
    auto const kept = server.journal().requests();
    ASSERT_EQ(kept.size(), 100'000u);
    EXPECT_EQ(kept.front().number, 1001u);
    EXPECT_EQ(kept.back().number, 101'000u);
}

TEST_F(FakeServerJournal, WaitsNoLongerThanItMay)
{
    EXPECT_FALSE(server.journal().wait_for("system.ping", 1, 1ms));
    EXPECT_FALSE(server.journal().wait_for_connections(1, 1ms));
    EXPECT_FALSE(server.journal().wait_for_open(1, 1ms));
}

TEST_F(FakeServerJournal, SaysWhatThereIsUnderItsOwnPath)
{
    answer const a = client.get("/__fake__/nothing");
    EXPECT_EQ(a.status, 404);
    EXPECT_NE(a.body.find("GET  /__fake__/requests"), std::string::npos);
    EXPECT_EQ(server.report(), "");
}

TEST_F(FakeServerJournal, ShowsTheSeededAccounts)
{
    json::value const users = client.get("/__fake__/users").value();
    ASSERT_EQ(users.as_array().size(), 20u);
    auto const accounts = server.users();
    for (std::size_t i = 0; i < accounts.size(); ++i) {
        EXPECT_EQ(users.at(i).at("account_id"), text(accounts[i].account_id));
    }
    EXPECT_EQ(users.at(0).at("email_address"), "robin@cohub.test");
    EXPECT_EQ(users.at(1).at("admin"), true);
}

TEST_F(FakeServerJournal, MovesTheClock)
{
    auto const put = [&](std::string const& body) {
        return client.send("PUT", "/__fake__/clock", {}, body);
    };
    EXPECT_EQ(put(R"({"now":1000})").body, R"({"now":1000})");
    EXPECT_EQ(put(R"({"advance":500})").body, R"({"now":1500})");
    EXPECT_EQ(client.call("system.ping").body, R"({"now":1500})");
    EXPECT_EQ(put("{}").status, 400);
    EXPECT_EQ(server.now(), 1500);
}

TEST_F(FakeServerJournal, TellsProblemsOverHttp)
{
    server.script("system.ping").status(500);
    client.get("/nope");
    EXPECT_EQ(
        client.get("/__fake__/verify").value(),
        json::parse(R"({"problems":["scripted for 'system.ping' and not used: status=500",
                        "asked for and not served: GET /nope"]})")
    );
}

// All data that depends on the seed, as one text.
std::string fingerprint(fake_server& server)
{
    http_client client(server);
    std::string out = client.get("/__fake__/users").body + server.keys().user +
                      server.keys().admin + server.keys().org_admin + server.keys().project;
    for (std::string const query : {"a", "foo bar", "%", "example.com", "ö", "only-user-name"}) {
        out += client.call("system.userSearch", "{\"query\":\"" + query + "\",\"limit\":50}").body;
    }
    out += client.call("system.manageApiKeys", R"({"action":"create"})").body;
    out += client.as(server.keys().admin)
               .call(
                   "system.generateUserAuthToken",
                   "{\"user_account_id\":\"" + server.users().at(5).account_id + "\"}"
               )
               .body;
    return out;
}

TEST(FakeServerSeed, GivesTheSameBytesForTheSameSeed)
{
    fake_server a(plain_options());
    fake_server b(plain_options());
    std::string const first = fingerprint(a);
    EXPECT_EQ(first, fingerprint(b));
    a.reset();
    EXPECT_EQ(first, fingerprint(a));
    fake_server other_seed(plain_options().seed(43));
    EXPECT_NE(first, fingerprint(other_seed));
    fake_server other_clock(plain_options().now(1));
    EXPECT_NE(first, fingerprint(other_clock));
}

TEST(FakeServerSeed, IsTheSameOnEveryPlatform)
{
    // A change here changes what the tests of all users see. Make it only on purpose.
    fake_server server(plain_options());
    EXPECT_EQ(server.api_key(), "sk-JTqTp25YzPvEycve000001");
    EXPECT_EQ(server.users().at(0).account_id, "532426d4-5efe-467c-a5d7-08951015f735");
}

TEST(FakeServerSeed, IsVaried)
{
    fake_server server(plain_options());
    std::size_t never = 0, unlisted = 0, deleted = 0, named = 0, no_address = 0, verified = 0;
    for (fake::account const& a : server.users()) {
        never += !a.last_active;
        unlisted += a.unlisted;
        deleted += a.deleted;
        named += a.name.has_value();
        no_address += !a.email_address;
        verified += a.email_address_verified.has_value();
        EXPECT_LE(a.created.value_or(0), server.now() + 86'400'000);
    }
    EXPECT_GT(never, 30u);
    EXPECT_GT(unlisted, 10u);
    EXPECT_GT(deleted, 5u);
    EXPECT_GT(named, 150u);
    EXPECT_GT(no_address, 20u);
    EXPECT_GT(verified, 400u);
}

}  // namespace

}  // namespace cohub::tests
