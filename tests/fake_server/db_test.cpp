#include <gtest/gtest.h>

#include "vector_replay.hpp"

namespace cohub::tests {

namespace {

using fake::account;
using fake::project;

constexpr std::int64_t now = 1'760'000'000'000;

class FakeDatabase : public testing::Test
{
protected:
    FakeDatabase() : server(plain_options().users(0)), client(server)
    {
        arrange_callers(server);
        server.add_account(ada());
        client.as(user_key);
    }

    json::value query(std::string const& q, std::string const& options = "null")
    {
        return client.result("db.userQuery", "{\"query\":" + q + ",\"options\":" + options + "}");
    }
    std::string refusal(std::string const& q, std::string const& options = "null")
    {
        return client.call("db.userQuery", "{\"query\":" + q + ",\"options\":" + options + "}")
            .error();
    }

    fake_server server;
    http_client client;
};

struct refused_query
{
    char const* name;
    char const* query;
    char const* options;
    char const* error;
};

void PrintTo(refused_query const& q, std::ostream* out) { *out << q.query; }

class FakeRefusals : public FakeDatabase, public testing::WithParamInterface<refused_query>
{
};

constexpr refused_query refusals[] = {
    {"NoObject", "5", "null", "FATAL: query must be an object"},
    {"NoTable",
     "{}",
     "null",
     "FATAL: invalid user_query of 'undefined' -- query must be an object"},
    {"TwoTables",
     R"({"accounts":{"a":null},"projects":{"b":null}})",
     "null",
     "FATAL: must specify exactly one key in the query"},
    {"LongArray",
     R"({"projects":[{"title":null},{"title":null}]})",
     "null",
     "FATAL: array of length > 1 not yet implemented"},
    {"EmptyArray",
     R"({"projects":[]})",
     "null",
     "FATAL: invalid user_query of 'projects' -- query must be an object"},
    {"NoSpecification",
     R"({"projects":5})",
     "null",
     "FATAL: invalid user_query of 'projects' -- query must be an object"},
    {"UnknownTableToGet",
     R"({"nope":{"a":null}})",
     "null",
     "FATAL: get queries not allowed for table 'nope'"},
    {"UnknownTableToSet", R"({"nope":{"a":1}})", "null", "FATAL: table 'nope' does not exist"},
    {"UnknownFieldToGet",
     R"({"accounts":{"password_hash":null}})",
     "null",
     "FATAL: user get query not allowed for accounts.password_hash"},
    {"UnknownFieldToSet",
     R"({"accounts":{"email_address":"x"}})",
     "null",
     "FATAL: changing accounts.email_address not allowed"},
    {"TableNotToSet",
     R"({"collaborators":{"first_name":"x"}})",
     "null",
     "FATAL: user set queries not allowed for table 'collaborators'"},
    {"OptionsNoArray",
     R"({"accounts":{"first_name":null}})",
     R"({"limit":1})",
     R"(FATAL: options (={"limit":1}) must be an array)"},
    {"UnknownOption",
     R"({"accounts":{"first_name":null}})",
     R"([{"nope":1}])",
     "unknown option 'nope'"},
    {"UnknownOrder",
     R"({"projects":[{"title":null}]})",
     R"([{"order_by":"nope"}])",
     "error: column \"nope\" does not exist"},
    {"NotToDelete",
     R"({"accounts":{"first_name":"x"}})",
     R"([{"delete":true}])",
     "FATAL: delete from accounts not allowed"},
    {"DeleteWithoutKey",
     R"({"project_invite_tokens":{"project_id":"66666666-6666-4666-8666-666666666666"}})",
     R"([{"delete":true}])",
     "FATAL: delete query must set primary key"},
    {"AdminsTable",
     R"({"projects_admin":[{"title":null}]})",
     "null",
     "FATAL: user must be an admin"},
    {"OthersProjectToGet",
     R"({"projects":{"project_id":"77777777-7777-4777-8777-777777777777","title":null}})",
     "null",
     "FATAL: you do not have read access to this project"},
    {"OthersProjectToSet",
     R"({"projects":{"project_id":"77777777-7777-4777-8777-777777777777","title":"x"}})",
     "null",
     "FATAL: user must be an admin"},
    {"UnknownProjectToSet",
     R"({"projects":{"project_id":"99999999-7777-4777-8777-777777777777","title":"x"}})",
     "null",
     "FATAL: unknown project_id '99999999-7777-4777-8777-777777777777'"},
    {"NoProjectToSet",
     R"({"projects":{"title":"x"}})",
     "null",
     "FATAL: must specify projects.project_id"},
};

TEST_P(FakeRefusals, AreSaidWithoutAPrefix)
{
    refused_query const& q = GetParam();
    EXPECT_EQ(refusal(q.query, q.options), q.error);
}

INSTANTIATE_TEST_SUITE_P(All, FakeRefusals, testing::ValuesIn(refusals), [](auto const& row) {
    return std::string(row.param.name);
});

TEST_F(FakeDatabase, SetsWhatItGets)
{
    EXPECT_EQ(query(R"({"accounts":{"first_name":"New"}})"), json::object());
    EXPECT_EQ(
        query(R"({"accounts":{"account_id":null,"first_name":null,"last_name":null}})"),
        json::value(
            {{"accounts", {{"account_id", user_id}, {"first_name", "New"}, {"last_name", "User"}}}}
        )
    );
    json::value const names = client.result("system.getNames", "[\"" + user_id + "\"]");
    EXPECT_EQ(names.at(user_id).at("first_name"), text("New"));
}

TEST_F(FakeDatabase, MergesMapsAndDropsNulls)
{
    query(R"({"accounts":{"other_settings":{"a":1}}})");
    query(R"({"accounts":{"other_settings":{"b":2}}})");
    EXPECT_EQ(
        query(R"({"accounts":[{"other_settings":null,"name":null}]})"),
        json::parse(R"({"accounts":[{"other_settings":{"a":1,"b":2}}]})")
    );
    query(R"({"accounts":{"first_name":null,"last_name":"L"}})", R"([{"set":true}])");
    EXPECT_EQ(
        query(R"({"accounts":{"first_name":null,"last_name":null}})"),
        json::parse(R"({"accounts":{"first_name":"Una","last_name":"L"}})")
    );
}

TEST_F(FakeDatabase, AnswersNothingForNoMatch)
{
    EXPECT_EQ(query(R"({"projects":{"title":"none","project_id":null}})"), json::object());
    EXPECT_EQ(
        query(R"({"projects":[{"title":"none","project_id":null}]})"),
        json::parse(R"({"projects":[]})")
    );
}

TEST_F(FakeDatabase, FiltersSortsAndLimits)
{
    for (int i = 1; i <= 4; ++i) {
        server.add_project(project("66666666-6666-4666-8666-77777777777" + std::to_string(i))
                               .title("P" + std::to_string(i))
                               .owner(user_id)
                               .edited_at(now - i * 1000));
    }
    server.add_project(
        project(project_id).title("old").owner(user_id).edited_at(now - 86'400'000LL * 43)
    );
    auto const titles = [](json::value const& v, char const* table) {
        std::string out;
        for (json::value const& row : v.at(table).as_array()) {
            out += std::string(row.at("title").as_string()) + " ";
        }
        return out;
    };
    EXPECT_EQ(titles(query(R"({"projects":[{"title":null}]})"), "projects"), "P1 P2 P3 P4 ");
    EXPECT_EQ(
        titles(
            query(R"({"projects_all":[{"title":null}]})", R"([{"order_by":"-title"},{"limit":2}])"),
            "projects_all"
        ),
        "old P4 "
    );
    EXPECT_EQ(
        titles(query(R"({"projects":[{"title":{">":"P2"},"created":null}]})"), "projects"), "P3 P4 "
    );
    EXPECT_EQ(
        titles(query(R"({"projects":[{"title":{"!=":"P2"},"created":null}]})"), "projects"),
        "P1 P3 P4 "
    );
    EXPECT_EQ(query(R"({"projects":{"title":null}})").at("projects").at("title"), text("P1"));
}

TEST_F(FakeDatabase, AnswersAListOfQueriesWithAList)
{
    EXPECT_EQ(
        query(R"([{"accounts":{"first_name":null}},{"accounts":{"first_name":"X"}},
                  {"accounts":{"first_name":null}}])"),
        json::parse(R"([{"accounts":{"first_name":"Una"}},{},{"accounts":{"first_name":"X"}}])")
    );
    EXPECT_EQ(
        refusal(R"([{"accounts":{"first_name":null}},{"x":{"y":null}}])"),
        "FATAL: get queries not allowed for table 'x'"
    );
}

TEST_F(FakeDatabase, ChangesProjects)
{
    std::string const id = "\"project_id\":\"" + project_id + "\"";
    EXPECT_EQ(query("{\"projects\":{" + id + R"(,"title":"New","color":"red"}})"), json::object());
    EXPECT_EQ(
        query("{\"projects\":{" + id + R"(,"title":null,"color":null}})").at("projects"),
        json::parse("{" + id + R"(,"title":"New","color":"red"})")
    );
    query("{\"projects\":{" + id + R"(,"action_request":{"action":"start","time":1}}})");
    EXPECT_EQ(client.result("projects.state", "{" + id + "}").at("state"), text("running"));
    query("{\"projects\":{" + id + R"(,"deleted":true}})");
    EXPECT_EQ(
        query("{\"projects_all\":{" + id + R"(,"deleted":null}})").at("projects_all").at("deleted"),
        true
    );
}

TEST_F(FakeDatabase, MakesAndDeletesInviteTokens)
{
    std::string const token =
        R"({"project_invite_tokens":{"token":"t","project_id":")" + project_id + "\"";
    query(token + R"(,"usage_limit":1}})");
    std::string const add = R"({"opts":{"token_id":"t","account_id":")" + ada_id + "\"}}";
    EXPECT_EQ(client.result("projects.addCollaborator", add).at("project_id"), text(project_id));
    json::value const v = query(token + R"(,"counter":null}})");
    EXPECT_EQ(v.at("project_invite_tokens").at("counter"), 1);
    query(token + "}}", R"([{"delete":true}])");
    EXPECT_EQ(query(token + R"(,"counter":null}})"), json::object());
    // A value that is not a number allows no use.
    query(token + R"(,"usage_limit":"none"}})");
    std::string const refusal = client.call("projects.addCollaborator", add).body;
    EXPECT_NE(refusal.find("can only be used 0 times"), std::string::npos) << refusal;
}

TEST_F(FakeDatabase, NotesWhoHadAFileOpen)
{
    std::string const file = R"({"project_id":")" + project_id + R"(","path":"a")";
    client.result("db.touch", file + "}");
    server.advance(1s);
    client.result("db.touch", file + "}");
    EXPECT_EQ(
        client.result("db.fileUseTimes", file + R"(,"limit":1})"),
        json::value({{"target_account_id", user_id}, {"access_times", {now + 1000}}})
    );
    EXPECT_EQ(client.result("db.touch", "{}"), nullptr);
}

TEST_F(FakeDatabase, KeepsOldHistories)
{
    std::string const id = "55555555-5555-4555-8555-555555555555";
    server.add_project(project(project_id).owner(user_id).legacy_history("a", id, "text"));
    EXPECT_EQ(
        client.result(
            "db.getLegacyTimeTravelInfo", R"({"project_id":")" + project_id + R"(","path":"a"})"
        ),
        json::value({{"uuid", id}, {"users", {user_id}}})
    );
    EXPECT_EQ(
        client.result("db.getLegacyTimeTravelPatches", "{\"uuid\":\"" + id + "\"}"), text("text")
    );
}

}  // namespace

}  // namespace cohub::tests
