#include <gtest/gtest.h>

#include "support.hpp"

namespace cohub::tests {

namespace {

using fake::account;
using fake::api_key;
using fake::organization;

constexpr std::int64_t now = 1'760'000'000'000;
constexpr std::int64_t hour = 3'600'000;
constexpr std::string_view refused =
    "Error: user must be an admin of the organization or site-admin";

std::string json_text(std::string_view s) { return json::serialize(text(s)); }

class FakeHubOrg : public testing::Test
{
protected:
    FakeHubOrg() : server(plain_options().users(0)), user(server), boss(server), keeper(server)
    {
        boss.as(server.keys().admin);
        keeper.as(server.keys().org_admin);
    }

    std::string id_of(http_client& c)
    {
        return std::string(c.result("system.test").at("account_id").as_string());
    }
    std::string made(json::value const& id) { return std::string(id.as_string()); }

    fake_server server;
    http_client user, boss, keeper;  ///< keeper: the admin of acme
};

TEST_F(FakeHubOrg, LivesThroughAWholeLife)
{
    EXPECT_TRUE(boss.result("org.create", R"({"name":"labs"})").is_string());
    EXPECT_EQ(
        boss.result("org.getAll").at(1),
        json::parse(R"({"name":"labs","title":null,"admin_account_ids":null})")
    );
    std::string const head = made(boss.result(
        "org.createUser",
        R"({"name":"labs","email":"head@labs.test","firstName":"Hedy","lastName":"Head"})"
    ));
    EXPECT_EQ(boss.result("org.addAdmin", R"({"name":"labs","user":"head@labs.test"})"), nullptr);
    http_client head_client(server);
    head_client.as(server.add_api_key(api_key(head)));

    EXPECT_EQ(head_client.result("org.set", R"({"name":"labs","title":"The Labs"})"), nullptr);
    std::string const hand = made(head_client.result(
        "org.createUser", R"({"name":"labs","email":"hand@labs.test","password":"pw"})"
    ));
    EXPECT_EQ(head_client.result("org.getUsers", R"({"name":"labs"})").as_array().size(), 2u);
    EXPECT_EQ(
        head_client.call("org.removeUser", R"({"name":"labs","user":)" + json_text(head) + "}")
            .error(),
        "Error: admin cannot be removed from org; first remove them from being an admin"
    );
    EXPECT_EQ(
        head_client.result("org.removeUser", R"({"name":"labs","user":)" + json_text(hand) + "}"),
        nullptr
    );
    EXPECT_EQ(
        head_client.result("org.removeAdmin", R"({"name":"labs","user":)" + json_text(head) + "}"),
        nullptr
    );
    EXPECT_EQ(head_client.call("org.get", R"({"name":"labs"})").error(), refused);
    EXPECT_EQ(
        boss.result("org.get", R"({"name":"labs"})"),
        json::parse(
            R"({"name":"labs","title":"The Labs","description":null,"link":null,
                "email_address":null,"admin_account_ids":[]})"
        )
    );
    EXPECT_EQ(
        boss.result("org.getUsers", R"({"name":"labs"})").at(0).at("email_address"),
        "head@labs.test"
    );
}

TEST_F(FakeHubOrg, MakesUsersThatTheRestOfTheHubKnows)
{
    EXPECT_EQ(user.result("system.userSearch", R"({"query":"hedy"})"), json::array());
    std::string const id = made(keeper.result(
        "org.createUser", R"({"name":"acme","email":"hedy@acme.test","firstName":"Hedy"})"
    ));
    EXPECT_EQ(
        user.result("system.userSearch", R"({"query":"hedy"})").at(0).at("account_id"), text(id)
    );
    EXPECT_EQ(
        user.result("system.getNames", "[" + json_text(id) + "]").at(id).at("first_name"), "Hedy"
    );
    http_client fresh(server);
    fresh.as(server.add_api_key(api_key(id)));
    json::value const projects = fresh.result(
        "db.userQuery", R"({"query":{"projects":[{"project_id":null,"title":null}]}})"
    );
    EXPECT_EQ(projects.at("projects").as_array().size(), 1u) << projects;
}

TEST_F(FakeHubOrg, PutsUsersOnTheProjectsToWhichTheirAddressWasInvited)
{
    std::string const project = "99999999-0000-4000-8000-000000000000";
    server.add_project(project, {id_of(user)});
    user.result(
        "projects.inviteCollaboratorWithoutAccount",
        R"({"opts":{"project_id":")" + project +
            R"(","title":"P","link2proj":"l","to":"hedy@acme.test,other@acme.test","email":"E"}})"
    );
    auto const row = [&] {
        json::value const found = user.result(
            "db.userQuery",
            R"({"query":{"projects":{"project_id":")" + project +
                R"(","users":null,"invite":null}}})"
        );
        return found.at("projects").as_object();
    };
    EXPECT_EQ(row().at("users").as_object().size(), 1u);
    EXPECT_EQ(row().at("invite").as_object().size(), 2u);
    std::string const id =
        made(keeper.result("org.createUser", R"({"name":"acme","email":"hedy@acme.test"})"));
    EXPECT_EQ(row().at("users").at(id).at("group"), "collaborator");
    EXPECT_EQ(row().at("invite").as_object().size(), 1u);
    EXPECT_TRUE(row().at("invite").as_object().contains("other@acme.test"));
}

TEST_F(FakeHubOrg, KeepsAddressesAsTheyWereWritten)
{
    keeper.result("org.createUser", R"({"name":"acme","email":"Cap@acme.test"})");
    EXPECT_EQ(user.result("system.userSearch", R"({"query":"Cap@acme.test"})"), json::array());
    EXPECT_EQ(
        boss.call("org.addUser", R"({"name":"acme","user":"cap@acme.test"})").error(),
        "Error: cannot find user 'cap@acme.test'"
    );
    EXPECT_EQ(boss.result("org.addUser", R"({"name":"acme","user":"Cap@acme.test"})"), nullptr);
    EXPECT_TRUE(keeper.result("org.createUser", R"({"name":"acme"})").is_string());
    EXPECT_TRUE(keeper.result("org.createUser", R"({"name":"acme","email":""})").is_string());
}

TEST_F(FakeHubOrg, EndsTokensByTheClock)
{
    std::string const arguments = R"({"user":)" + json_text(id_of(keeper)) + "}";
    json::value const made_now = keeper.result("org.createToken", arguments);
    std::string const token(made_now.at("token").as_string());
    EXPECT_EQ(token.size(), 24u);
    EXPECT_EQ(
        made_now.at("url"), text("https://cocalc.example/auth/impersonate?auth_token=" + token)
    );
    ASSERT_EQ(server.auth_tokens().size(), 1u);
    EXPECT_EQ(server.auth_tokens().at(0).token, token);
    EXPECT_EQ(server.auth_tokens().at(0).account_id, id_of(keeper));
    EXPECT_EQ(server.auth_tokens().at(0).expire, now + 24 * hour);
    EXPECT_EQ(user.get("/__fake__/tokens").value().at(0).at("token"), text(token));
    server.advance(24h - 1ms);
    EXPECT_EQ(server.auth_tokens().size(), 1u);
    server.advance(1ms);
    EXPECT_EQ(server.auth_tokens().size(), 0u);
}

TEST_F(FakeHubOrg, EndsTokensWhenAsked)
{
    std::string const whose = json_text(id_of(keeper));
    auto const mint = [&](std::string const& more) {
        json::value const v = keeper.result("org.createToken", R"({"user":)" + whose + more + "}");
        return json_text(v.at("token").as_string());
    };
    std::string const one = mint(""), two = mint("");
    std::string const short_lived = mint(R"(,"expire":)" + std::to_string(now + hour));
    EXPECT_EQ(server.auth_tokens().size(), 3u);
    // Everyone who knows a token may end it, with a method of either group.
    EXPECT_EQ(user.result("org.expireToken", R"({"token":)" + one + "}"), nullptr);
    EXPECT_EQ(user.result("system.revokeUserAuthToken", two), nullptr);
    ASSERT_EQ(server.auth_tokens().size(), 1u);
    EXPECT_EQ(json_text(server.auth_tokens().at(0).token), short_lived);
    server.advance(1h);
    EXPECT_EQ(server.auth_tokens().size(), 0u);
    mint(R"(,"expire":null)");
    EXPECT_EQ(server.auth_tokens().size(), 0u);
    mint(R"(,"expire":-1e300)");
    EXPECT_EQ(server.auth_tokens().size(), 0u);
    mint(R"(,"expire":1e300)");
    ASSERT_EQ(server.auth_tokens().size(), 1u);
    EXPECT_EQ(server.auth_tokens().at(0).expire, 8'640'000'000'000'000);
}

TEST_F(FakeHubOrg, MayBeAskedOnlyByThoseWhoMay)
{
    std::string const orla = json_text(id_of(keeper));
    struct row
    {
        std::string method, args, to_user, to_keeper, to_boss;
    };
    std::string const ok;
    std::string const r(refused);
    server.add_account(account("New", "One").email("new@acme.test"));
    std::string const by = R"({"name":"acme")";
    std::string const new_user = by + R"(,"user":"new@acme.test"})";
    row const rows[] = {
        {"org.getAll", "", "Error: must be a site admin", "Error: must be a site admin", ok},
        {"org.create",
         R"({"name":"beta"})",
         "Error: only admins may create organizations",
         "Error: only admins may create organizations",
         ok},
        {"org.get", by + "}", r, ok, ok},
        {"org.get", R"({"name":"nope"})", r, r, "Error: no org named 'nope'"},
        {"org.set", by + R"(,"title":"t"})", r, ok, ok},
        {"org.addAdmin",
         new_user,
         "Error: only site admins can make a user an organization admin right now",
         "Error: only site admins can make a user an organization admin right now",
         ok},
        {"org.addUser",
         new_user,
         "Error: only site admins can add/move a user to an org right now",
         "Error: only site admins can add/move a user to an org right now",
         ok},
        {"org.addUser",
         by + R"(,"user":"nobody@x"})",
         "Error: only site admins can add/move a user to an org right now",
         "Error: only site admins can add/move a user to an org right now",
         "Error: cannot find user 'nobody@x'"},
        {"org.createUser", by + "}", r, ok, ok},
        {"org.createToken", R"({"user":)" + orla + "}", r, ok, ok},
        {"org.expireToken", R"({"token":"t"})", ok, ok, ok},
        {"org.getUsers", by + "}", r, ok, ok},
        {"org.getUsers", R"({"name":"nope"})", r, r, ok},
        {"org.message", by + R"(,"subject":"s","body":"b"})", r, ok, ok},
        {"org.removeAdmin", new_user, r, ok, ok},
        {"org.removeUser", new_user, r, ok, ok},
        {"org.removeUser",
         by + R"(,"user":"x"})",
         r,
         "Error: cannot find user 'x'",
         "Error: cannot find user 'x'"},
    };
    auto const error_of = [](http_client& c, row const& what) {
        json::value const v = c.result(what.method, what.args);
        bool const failed = v.is_object() && v.as_object().contains("error");
        return failed ? std::string(v.at("error").as_string()) : std::string();
    };
    for (row const& what : rows) {
        EXPECT_EQ(error_of(user, what), what.to_user) << what.method << what.args;
        EXPECT_EQ(error_of(keeper, what), what.to_keeper) << what.method << what.args;
        EXPECT_EQ(error_of(boss, what), what.to_boss) << what.method << what.args;
    }
}

TEST_F(FakeHubOrg, ChecksAnAdminsAccountBeforeTheCaller)
{
    server.add_organization(organization("beta"));
    EXPECT_EQ(
        user.call("org.addAdmin", R"({"name":"beta","user":"x@y"})").error(),
        "Error: no such account 'x@y'"
    );
    EXPECT_EQ(
        user.call("org.addAdmin", R"({"name":"beta","user":"orla@cohub.test"})").error(),
        "Error: User 'orla@cohub.test' is already member of another organization"
    );
    EXPECT_EQ(boss.result("org.addUser", R"({"name":"beta","user":"orla@cohub.test"})"), nullptr);
    EXPECT_EQ(boss.result("org.addAdmin", R"({"name":"beta","user":"orla@cohub.test"})"), nullptr);
    // The membership moves to the other organization. The list of admins does not change.
    EXPECT_TRUE(keeper.result("org.get", R"({"name":"acme"})").as_object().contains("title"));
    EXPECT_TRUE(keeper.result("org.get", R"({"name":"beta"})").as_object().contains("title"));
}

TEST_F(FakeHubOrg, FindsUsersByExactTextsAlone)
{
    std::string const id = "abcdefab-2222-4222-8222-222222222222";
    server.add_account(account("Ab", "Cd").id(id));
    EXPECT_EQ(
        boss.call("org.addUser", R"({"name":"acme","user":"ABCDEFAB-2222-4222-8222-222222222222"})")
            .error(),
        "Error: cannot find user 'ABCDEFAB-2222-4222-8222-222222222222'"
    );
    EXPECT_EQ(
        boss.call("org.addUser", R"({"name":"acme"})").error(),
        "Error: cannot find user 'undefined'"
    );
    EXPECT_EQ(
        boss.result("org.addUser", R"({"name":"acme","user":)" + json_text(id) + "}"), nullptr
    );
}

TEST_F(FakeHubOrg, LeavesWhatIsNullAndCannotClear)
{
    keeper.result("org.set", R"({"name":"acme","title":"T","link":"L"})");
    keeper.result("org.set", R"({"name":"acme","title":null,"link":""})");
    json::value const v = keeper.result("org.get", R"({"name":"acme"})");
    EXPECT_EQ(v.at("title"), "T");
    EXPECT_EQ(v.at("link"), "");
    EXPECT_EQ(
        keeper.call("org.set", R"({"name":"acme","title":null})").error(),
        R"(error: syntax error at or near "WHERE")"
    );
}

TEST_F(FakeHubOrg, CountsCharactersAndNotBytes)
{
    std::string umlauts;
    for (int i = 0; i < 39; ++i) umlauts += "\xc3\xa4";
    EXPECT_TRUE(boss.result("org.create", R"({"name":)" + json_text(umlauts) + "}").is_string());
    EXPECT_EQ(
        boss.call("org.create", R"({"name":)" + json_text(umlauts + "x") + "}").error(),
        "error: value too long for type character varying(39)"
    );
    std::string const most(254, 't');
    EXPECT_EQ(
        keeper.result("org.set", R"({"name":"acme","description":)" + json_text(most) + "}"),
        nullptr
    );
    EXPECT_EQ(
        keeper.call("org.set", R"({"name":"acme","description":)" + json_text(most + "t") + "}")
            .error(),
        "error: value too long for type character varying(254)"
    );
}

TEST_F(FakeHubOrg, LooksForTheNameAmongAccountsToo)
{
    server.add_account(account("Ada", "L").user_name("ada"));
    EXPECT_EQ(
        boss.call("org.create", R"({"name":"ada"})").error(),
        "Error: name ada is already used by some account or organization"
    );
    EXPECT_TRUE(boss.result("org.create", R"({"name":"ADA"})").is_string());
}

TEST_F(FakeHubOrg, MakesNamelessOrganizationsThatNobodyReaches)
{
    EXPECT_TRUE(boss.result("org.create", "{}").is_string());
    EXPECT_TRUE(boss.result("org.create", R"({"name":null})").is_string());
    EXPECT_EQ(boss.result("org.getAll").as_array().size(), 3u);
    EXPECT_EQ(boss.result("org.getAll").at(2).at("name"), nullptr);
    EXPECT_EQ(boss.call("org.get", "{}").error(), "Error: no org named 'undefined'");
    EXPECT_TRUE(boss.result("org.create", R"({"name":""})").is_string());
    EXPECT_EQ(
        boss.call("org.create", R"({"name":""})").error(),
        "Error: name  is already used by some account or organization"
    );
}

TEST_F(FakeHubOrg, ForgetsAllAtReset)
{
    boss.result("org.create", R"({"name":"labs"})");
    keeper.result("org.createToken", R"({"user":)" + json_text(id_of(keeper)) + "}");
    server.reset();
    EXPECT_EQ(boss.result("org.getAll").as_array().size(), 1u);
    EXPECT_EQ(server.auth_tokens().size(), 0u);
}

}  // namespace

}  // namespace cohub::tests
