#include <gtest/gtest.h>

#include "support.hpp"

namespace cohub::tests {

namespace {

using fake::account;
using fake::api_key;

constexpr std::int64_t now = 1'760'000'000'000;

class FakeHubSystem : public testing::Test
{
protected:
    FakeHubSystem() : server(plain_options().users(0)), client(server) {}

    std::string own_id()
    {
        return std::string(client.result("system.test").at("account_id").as_string());
    }
    /// Whether the hub accepts this key.
    bool accepts(std::string const& key)
    {
        json::value const v = http_client(server).as(key).result("system.ping");
        return v.as_object().contains("now");
    }

    fake_server server;
    http_client client;
};

TEST_F(FakeHubSystem, KnowsEachKindOfKey)
{
    EXPECT_TRUE(accepts(server.keys().user));
    EXPECT_TRUE(accepts(server.keys().admin));
    EXPECT_TRUE(accepts(server.keys().org_admin));
    EXPECT_FALSE(accepts(server.keys().project));
    EXPECT_FALSE(accepts(server.keys().expired));
    EXPECT_FALSE(accepts(server.keys().banned));
    EXPECT_FALSE(accepts("sk-unknown-but-long-enough"));
    EXPECT_FALSE(accepts("sk-short"));
}

TEST_F(FakeHubSystem, SeedsKeysOfTheUsualShape)
{
    EXPECT_EQ(server.api_key().size(), 25u);
    EXPECT_EQ(server.api_key().substr(0, 3), "sk-");
    EXPECT_EQ(server.api_key().substr(19), "000001");
    EXPECT_EQ(server.keys().project.substr(19), "000004");
}

TEST_F(FakeHubSystem, RefusesTheKeyOfWhoGetsBanned)
{
    account a = server.users().at(0);
    ASSERT_TRUE(accepts(server.api_key()));
    server.add_account(a.make_banned());
    EXPECT_FALSE(accepts(server.api_key()));
}

TEST_F(FakeHubSystem, CreatesEditsAndDeletesKeys)
{
    json::value const made = client.result(
        "system.manageApiKeys",
        R"({"action":"create","name":"mine","expire":"2025-10-09T08:53:21.000Z"})"
    );
    ASSERT_TRUE(made.is_array()) << made;
    std::string const secret(made.at(0).at("secret").as_string());
    std::string const id = json::serialize(made.at(0).at("id"));
    EXPECT_EQ(made.at(0).at("created"), "2025-10-09T08:53:20.000Z");
    EXPECT_EQ(made.at(0).at("expire"), "2025-10-09T08:53:21.000Z");
    EXPECT_TRUE(accepts(secret));

    EXPECT_EQ(
        client.result("system.manageApiKeys", R"({"action":"edit","name":"ours","id":)" + id + "}"),
        nullptr
    );
    json::value const one =
        client.result("system.manageApiKeys", R"({"action":"get","id":)" + id + "}");
    EXPECT_EQ(one.at(0).at("name"), "ours");
    EXPECT_EQ(one.at(0).at("last_active"), "2025-10-09T08:53:20.000Z");
    EXPECT_FALSE(one.at(0).as_object().contains("secret"));

    EXPECT_EQ(
        client.result("system.manageApiKeys", R"({"action":"delete","id":)" + id + "}"), nullptr
    );
    EXPECT_FALSE(accepts(secret));
    EXPECT_EQ(
        client.result("system.manageApiKeys", R"({"action":"get","id":)" + id + "}"),
        json::parse("[null]")
    );
}

TEST_F(FakeHubSystem, ThrowsAwayAKeyThatIsUsedAfterItsTime)
{
    std::string const key = server.add_api_key(api_key(own_id()).expires_at(now + 1000));
    EXPECT_TRUE(accepts(key));
    server.advance(1s);
    EXPECT_FALSE(accepts(key));
    server.set_now(now);
    EXPECT_FALSE(accepts(key));
}

TEST_F(FakeHubSystem, ListsNewestKeysFirstAndNoneOfAProject)
{
    server.advance(1s);
    server.add_api_key(api_key(own_id()).named("later"));
    json::value const v = client.result("system.manageApiKeys", R"({"action":"get"})");
    ASSERT_GE(v.as_array().size(), 2u);
    EXPECT_EQ(v.at(0).at("name"), "later");
    for (json::value const& key : v.as_array()) EXPECT_NE(key.at("name"), "project");
}

TEST_F(FakeHubSystem, ManagesAProjectsKeysForItsCollaborators)
{
    std::string const project = "99999999-0000-4000-8000-000000000000";
    server.add_project(project, {own_id()});
    json::value const made = client.result(
        "system.manageApiKeys", R"({"action":"create","name":"p","project_id":")" + project + "\"}"
    );
    std::string const key(made.at(0).at("secret").as_string());
    EXPECT_EQ(
        http_client(server)
            .as(key)
            .post("/api/conat/project", R"({"name":"system.test","args":[{}]})")
            .value()
            .at("project_id"),
        text(project)
    );
    http_client other(server);
    other.as(server.keys().admin);
    EXPECT_EQ(
        other.call("system.manageApiKeys", R"({"action":"get","project_id":")" + project + "\"}")
            .error(),
        "Error: user must be collaborator on project to manage project_id api keys"
    );
}

TEST_F(FakeHubSystem, LocksOutAfterAWrongPasswordForHalfAMinute)
{
    std::string const target = server.add_account(account("T", "t").with_password("right"));
    auto const ask = [&](std::string const& password) {
        return client.call(
            "system.generateUserAuthToken",
            R"({"user_account_id":")" + target + R"(","password":")" + password + "\"}"
        );
    };
    EXPECT_EQ(ask("wrong").error(), "Error: incorrect password");
    EXPECT_EQ(
        ask("right").error(),
        "Error: banned -- please wait at least #{BAN_TIME_MS/1000}s before trying again"
    );
    server.advance(30s);
    EXPECT_EQ(ask("right").value().as_string().size(), 24u);
}

TEST_F(FakeHubSystem, NamesEachIdThatIsAsked)
{
    std::string const a = server.add_account(account(" Ada ", "Lovelace").profile_image("/a.png"));
    std::string const b = server.add_account(account("", " "));
    std::string const c = server.add_account(account("Was", "Here").make_deleted());
    std::string const d = server.add_account(account("Out", "Cast").make_banned().make_unlisted());
    json::value const v = client.result(
        "system.getNames", "[\"" + a + "\",\"" + b + "\",\"" + c + "\",\"" + d + "\",\"" + a + "\"]"
    );
    EXPECT_EQ(
        v.at(a),
        json::parse(R"({"first_name":"Ada","last_name":"Lovelace","profile":{"image":"/a.png"}})")
    );
    EXPECT_EQ(v.at(b), json::parse(R"({"first_name":"No","last_name":"Name","profile":null})"));
    EXPECT_EQ(v.at(c), json::parse(R"({"first_name":"Deleted","last_name":"User"})"));
    EXPECT_EQ(v.at(d), json::parse(R"({"first_name":"Out","last_name":"Cast","profile":null})"));
    EXPECT_EQ(v.as_object().size(), 4u);
}

TEST_F(FakeHubSystem, NamesThousandsOfIdsAtOnce)
{
    std::string ids = "[";
    for (int i = 0; i < 20'000; ++i) {
        char id[64];
        std::snprintf(id, sizeof id, "%s\"%08x-0000-4000-8000-000000000000\"", i ? "," : "", i);
        ids += id;
    }
    EXPECT_EQ(client.result("system.getNames", ids + "]").as_object().size(), 20'000u);
}

TEST_F(FakeHubSystem, RefusesIdsAsTheDatabaseDoes)
{
    EXPECT_EQ(
        client.call("system.getNames", "[5]").error(),
        "error: invalid input syntax for type uuid: \"5\""
    );
    EXPECT_EQ(
        client.call("system.getNames", "null").error(), "TypeError: account_ids is not iterable"
    );
    EXPECT_EQ(
        client.call("system.getNames", "{}").error(), "TypeError: account_ids is not iterable"
    );
}

TEST_F(FakeHubSystem, OverwritesTheAccountIdOfAnOptionsObject)
{
    std::string const id = own_id();
    EXPECT_EQ(
        client.result("system.test", R"({"account_id":"someone else"})").at("account_id"), text(id)
    );
    EXPECT_EQ(client.result("system.test", "null, 1, 2").at("account_id"), text(id));
    EXPECT_EQ(
        client.call("system.test", "5").error(),
        "TypeError: Cannot create property 'account_id' on number '5'"
    );
    EXPECT_EQ(
        client.call("system.test", "true").error(),
        "TypeError: Cannot create property 'account_id' on boolean 'true'"
    );
}

TEST_F(FakeHubSystem, ReadsTheNameAsJavaScriptWould)
{
    EXPECT_EQ(
        client.post_hub(R"({"name":null})").error(),
        "TypeError: Cannot read properties of null (reading 'split')"
    );
    EXPECT_EQ(client.post_hub(R"({"name":5})").error(), "TypeError: name.split is not a function");
    EXPECT_EQ(client.post_hub(R"({"name":""})").error(), "Error: unknown function ''");
    EXPECT_EQ(
        client.post_hub("[]").error(),
        "TypeError: Cannot read properties of undefined (reading 'split')"
    );
}

TEST_F(FakeHubSystem, ChecksTheTimeoutBeforeTheFunction)
{
    std::string const tail =
        " - callHub: subject='hub.account." + own_id() + ".api', name='no.such', code='undefined' ";
    EXPECT_EQ(
        client.post_hub(R"({"name":"no.such","timeout":-1})").error(),
        "timeout must be positive" + tail
    );
    EXPECT_EQ(
        client.post_hub(R"({"name":"no.such","timeout":1})").error(),
        "Error: unknown function 'no.such'"
    );
}

}  // namespace

}  // namespace cohub::tests
