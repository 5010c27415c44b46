// The data that other programs add over HTTP, and the description of these routes.

#include <gtest/gtest.h>

#include <algorithm>

#include "support.hpp"

namespace cohub::tests {

namespace {

class FakeServerSeeding : public testing::Test
{
protected:
    answer own(std::string const& method, std::string const& path, std::string const& body = "")
    {
        return client.send(method, "/__fake__/" + path, {}, body);
    }

    fake_server server{plain_options().users(0)};
    http_client client{server};
};

TEST_F(FakeServerSeeding, AddsAccountsThatTheApisSee)
{
    answer const one =
        own("POST",
            "accounts",
            R"({"first_name":"Ada","last_name":"Lovelace","email_address":"ada@example.com",
            "profile":{"color":"red"},"created":1000})");
    ASSERT_EQ(one.status, 200) << one.body;
    json::value const found = client.result("system.userSearch", R"({"query":"ada lovelace"})");
    EXPECT_EQ(found.at(0).at("account_id"), one.value().at("account_ids").at(0));
    answer const two = own("POST", "accounts", R"([{"first_name":"A"},{"first_name":"B"}])");
    EXPECT_EQ(two.value().at("account_ids").as_array().size(), 2u);
}

TEST_F(FakeServerSeeding, TakesBackWhatItShows)
{
    std::string const shown = client.get("/__fake__/users").body;
    ASSERT_EQ(own("POST", "accounts", shown).status, 200);
    EXPECT_EQ(client.get("/__fake__/users").body, shown);
}

TEST_F(FakeServerSeeding, AddsKeysThatSignIn)
{
    std::string const id(own("POST", "accounts", R"({"first_name":"Ada"})")
                             .value()
                             .at("account_ids")
                             .at(0)
                             .as_string());
    answer const keys = own(
        "POST",
        "keys",
        R"([{"account_id":")" + id + R"(","key":"sk-given-key"},{"account_id":")" + id + R"("}])"
    );
    ASSERT_EQ(keys.status, 200) << keys.body;
    json::array const texts = keys.value().at("keys").as_array();
    EXPECT_EQ(texts.at(0), "sk-given-key");
    for (json::value const& key : texts) {
        client.as(std::string(key.as_string()));
        EXPECT_EQ(client.call("system.getNames", "[\"" + id + "\"]").status, 200);
        EXPECT_EQ(client.result("system.ping").at("now"), server.now());
    }
}

TEST_F(FakeServerSeeding, KeepsEachFlagOfAnAccount)
{
    std::vector<std::string> const flags = {"unlisted", "deleted", "banned", "admin", "partner"};
    for (std::string const& set : flags) {
        ASSERT_EQ(own("POST", "accounts", "{\"" + set + "\":true}").status, 200);
        json::value const added = client.get("/__fake__/users").value().as_array().back();
        for (std::string const& flag : flags) {
            EXPECT_EQ(added.at(flag) == json::value(true), flag == set) << set << ' ' << flag;
        }
    }
}

TEST_F(FakeServerSeeding, KeepsAllThatAKeyHas)
{
    std::string const owner = server.users().at(0).account_id;
    json::object const given = {
        {"account_id", owner},
        {"key", "sk-given-key"},
        {"name", "old"},
        {"id", 77},
        {"expire", 1000}};
    ASSERT_EQ(own("POST", "keys", json::serialize(given)).status, 200);
    json::value const keys = client.get("/__fake__/keys").value().at("keys");
    auto const at = std::find_if(keys.as_array().begin(), keys.as_array().end(), [](auto& k) {
        return k.at("key") == "sk-given-key";
    });
    ASSERT_NE(at, keys.as_array().end());
    for (auto const& [name, value] : given) {
        EXPECT_EQ(at->at(name), value) << name;
    }
    client.as("sk-given-key");
    EXPECT_NE(client.call("system.ping").error().find("must be signed in"), std::string::npos);
}

TEST_F(FakeServerSeeding, RefusesWhatMakesNoSense)
{
    std::string const before = client.get("/__fake__/users").body;
    std::string const nobody = "00000000-0000-4000-8000-000000000000";
    for (auto const& [path, body] : std::vector<std::pair<std::string, std::string>>{
             {"accounts", "{"},
             {"accounts", "1"},
             {"accounts", R"([{"first_name":"A"},1])"},
             {"accounts", R"({"frist_name":"A"})"},
             {"accounts", R"({"account_id":"x"})"},
             {"accounts", R"({"admin":1})"},
             {"keys", "{}"},
             {"keys", R"({"account_id":")" + nobody + R"("})"},
             {"keys", R"({"account_id":")" + nobody + R"(","key":"x"})"},
             {"faults", R"("system.pnig status=503")"},
             {"clock", R"({"now":-1})"},
             {"clock", R"({"now":5,"advance":3})"},
             {"clock", R"({"advance":9223372036854775807})"}}) {
        answer const a = own("POST", path, body);
        EXPECT_EQ(a.status, 400) << path << ' ' << body;
        EXPECT_TRUE(a.body.ends_with("\n")) << a.body;
    }
    EXPECT_EQ(client.get("/__fake__/users").body, before);
    EXPECT_EQ(client.get("/__fake__/faults").body, "[]");
}

TEST_F(FakeServerSeeding, AddsNoKeyWithAnIdThatIsInUse)
{
    json::value const before = client.get("/__fake__/keys").value();
    json::object const key = {
        {"account_id", server.users().at(0).account_id}, {"id", before.at("keys").at(0).at("id")}};
    answer const a = own("POST", "keys", json::serialize(key));
    EXPECT_EQ(a.status, 400);
    EXPECT_NE(a.body.find("is in use"), std::string::npos) << a.body;
    json::object twice = key;
    twice["id"] = 99;
    EXPECT_EQ(own("POST", "keys", json::serialize(json::array({twice, twice}))).status, 400);
    EXPECT_EQ(client.get("/__fake__/keys").value(), before);
    EXPECT_EQ(client.call("system.ping").status, 200);
    // A key of the old kind is not found by its id.
    twice["id"] = key.at("id");
    twice["legacy"] = true;
    EXPECT_EQ(own("POST", "keys", json::serialize(twice)).status, 200);
}

TEST_F(FakeServerSeeding, MovesTheClock)
{
    EXPECT_EQ(own("POST", "clock", R"({"now":1000})").body, R"({"now":1000})");
    EXPECT_EQ(own("POST", "clock", R"({"advance":-500})").body, R"({"now":500})");
}

TEST_F(FakeServerSeeding, AppendsAndRemovesFaultsOneByOne)
{
    EXPECT_EQ(own("POST", "faults", R"("system.ping status=503")").body, R"({"ids":[1]})");
    EXPECT_EQ(
        own("POST", "faults", R"(["system.ping status=504", {"match":"*","status":505}])").body,
        R"({"ids":[2,3]})"
    );
    EXPECT_EQ(own("DELETE", "faults/1").status, 200);
    EXPECT_EQ(own("DELETE", "faults/1").status, 404);
    EXPECT_EQ(own("DELETE", "faults/x").status, 400);
    EXPECT_EQ(client.call("system.ping").status, 504);
    EXPECT_EQ(own("DELETE", "faults/2").status, 404);
    EXPECT_EQ(own("DELETE", "faults/3").status, 200);
    EXPECT_EQ(client.call("system.ping").status, 200);
}

}  // namespace

}  // namespace cohub::tests
