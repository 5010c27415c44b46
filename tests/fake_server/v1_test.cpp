#include <gtest/gtest.h>

#include <utility>

#include "support.hpp"

namespace cohub::tests {

namespace {

using fake::account;
using fake::v1_profile;

constexpr std::int64_t now = 1'760'000'000'000;
constexpr std::int64_t day = 86'400'000;

// Accounts that distinguish the rules of the search.
void add_cases(fake_server& server)
{
    std::int64_t seen = now;
    auto const put = [&](account a, std::string_view digit) {
        std::string id = "00000000-0000-4000-8000-00000000000";
        seen -= 1000;
        server.add_account(a.id(id.append(digit)).created_at(now - 400 * day).active_at(seen));
    };
    put(account("Xfoo", "YBar"), "1");
    put(account("foo", "bar").email("foo@m.local").user_name("quux"), "2");
    put(account("bar123", "fooxyz"), "3");
    put(account("Foo", "Bar"), "4");
    put(account("foobar", "Zed"), "5");
    put(account("Foo", "Hidden").make_unlisted(), "6");
    put(account("Foo", "Gone").email("gone@m.local").make_deleted(), "7");
    put(account().email("Capital@M.local"), "8");
    put(account().user_name("foouser"), "9");
}

class old_api
{
public:
    explicit old_api(fake_server& server) : server_(server), client_(server) {}

    old_api& as(std::string key)
    {
        client_.as(key);
        key_ = std::move(key);
        return *this;
    }
    answer post(std::string const& event, std::string const& body)
    {
        return client_.post("/api/v1/" + event, body);
    }
    answer post_form(std::string const& event, std::string const& body)
    {
        return client_.send(
            "POST",
            "/api/v1/" + event,
            {{"Authorization", "Bearer " + (key_.empty() ? server_.api_key() : key_)},
             {"Content-Type", "application/x-www-form-urlencoded"}},
            body
        );
    }
    /// The last digits of the ids that were found, in their order.
    std::string find(std::string const& query, std::string const& more = "")
    {
        json::object body{{"query", query}};
        std::string text = json::serialize(body);
        text.insert(text.size() - 1, more);
        answer const got = post("user_search", text);
        json::value const v = got.value();
        if (!v.is_object() || !v.as_object().contains("results")) return got.body;
        std::string out;
        for (json::value const& row : v.at("results").as_array()) {
            out += row.at("account_id").as_string().back();
        }
        return out;
    }

private:
    fake_server& server_;
    http_client client_;
    std::string key_;
};

struct rule
{
    std::string name, query, hub, by_code, by_manual;
};

void PrintTo(rule const& r, std::ostream* out) { *out << r.name; }

class FakeV1Dialects : public testing::TestWithParam<rule>
{
};

TEST_P(FakeV1Dialects, DifferWhereTheContractSaysSo)
{
    rule const& r = GetParam();
    fake_server manual(plain_options().users(0));
    fake_server by_code(plain_options().users(0).v1(v1_profile::code_2020));
    add_cases(manual);
    add_cases(by_code);
    EXPECT_EQ(old_api(manual).find(r.query), r.by_manual);
    EXPECT_EQ(old_api(by_code).find(r.query), r.by_code);

    std::string by_hub;
    json::object const args{{"query", r.query}};
    json::value const found =
        http_client(manual).result("system.userSearch", json::serialize(args));
    for (json::value const& row : found.as_array()) {
        by_hub += row.at("account_id").as_string().back();
    }
    EXPECT_EQ(by_hub, r.hub);
}

// The hub lists the latest first. V1 sorts by name; 2 and 4 have the same name, and 2 was active
// later.
INSTANTIATE_TEST_SUITE_P(
    All,
    FakeV1Dialects,
    testing::Values(
        rule{"Prefix", "foo", "123459", "32465", "32465"},
        rule{"TwoWords", "foo bar", "12345", "324", "324"},
        rule{"SwappedWords", "BAR Foo", "12345", "324", "324"},
        rule{"OneNameForBothWords", "fo foo", "123459", "32465", "32465"},
        rule{"UserName", "@foo", "9", "", ""},
        rule{"UserNameWithoutSign", "quux", "2", "", ""},
        rule{"Wildcard", "_ar", "12345", "324", "324"},
        rule{"CommaSeparates", "zed,hidden", "5", "65", "65"},
        rule{"SemicolonSeparates", "zed;bar123", "35", "35", ""},
        rule{"LineEndSeparates", "zed\nbar123", "35", "35", ""},
        rule{"Unlisted", "hidden", "", "6", "6"},
        rule{"Deleted", "gone", "", "", ""},
        rule{"DeletedByAddress", "gone@m.local", "7", "", ""},
        rule{"Address", "FOO@m.local", "2", "2", "2"},
        rule{"AddressInAngles", "Foo Bar <foo@m.local>", "2", "2", "2"},
        rule{"AddressStoredInCapitals", "Capital@M.local", "", "", ""},
        rule{"FoundTwice", "foo bar,foo@m.local", "122345", "3224", "324"},
        rule{"Uuid", "00000000-0000-4000-8000-000000000001", "1", "", ""},
        rule{"NothingAsked", "", "", "", ""},
        rule{"OnlySeparators", " , ", "", "", ""}
    ),
    [](auto const& row) { return row.param.name; }
);

class FakeV1 : public testing::Test
{
protected:
    FakeV1() : server(plain_options().users(0)), api(server) {}

    std::string error(answer const& a)
    {
        EXPECT_EQ(a.status, 400);
        EXPECT_EQ(a.value().as_object().size(), 1u) << a.body;
        return a.error();
    }

    fake_server server;
    old_api api;
};

json::value first_row(answer const& a) { return a.value().at("results").at(0); }

TEST_F(FakeV1, ShowsWhatTheManualPromisesAndNoMore)
{
    add_cases(server);
    EXPECT_EQ(
        first_row(api.post("user_search", R"({"query":"zed"})")),
        json::parse(R"({"account_id":"00000000-0000-4000-8000-000000000005",
                        "first_name":"foobar","last_name":"Zed"})")
    );
    EXPECT_EQ(
        first_row(api.post("user_search", R"({"query":"foo bar,foo@m.local","limit":2})")),
        json::parse(R"({"account_id":"00000000-0000-4000-8000-000000000003",
                        "first_name":"bar123","last_name":"fooxyz"})")
    );
    EXPECT_EQ(
        api.post("user_search", R"({"query":"foo bar,foo@m.local"})").value().at("results").at(1),
        json::parse(R"({"account_id":"00000000-0000-4000-8000-000000000002","first_name":"foo",
                        "last_name":"bar","email_address":"foo@m.local"})")
    );
}

TEST_F(FakeV1, ShowsTheFieldsOf2020)
{
    fake_server old(plain_options().users(0).v1(v1_profile::code_2020));
    old.add_account(account("Ada", "L").email("a@m.local").created_at({}).active_at(now).verified()
    );
    old.add_account(account("Bob", "M").email("b@m.local").make_banned());
    old_api o(old);
    json::value const by_address = first_row(o.post("user_search", R"({"query":"a@m.local"})"));
    EXPECT_EQ(by_address.as_object().size(), 7u);
    EXPECT_EQ(by_address.at("email_address"), "a@m.local");
    EXPECT_EQ(by_address.at("last_active"), "2025-10-09T08:53:20.000Z");
    EXPECT_EQ(by_address.at("created"), nullptr);
    EXPECT_EQ(
        by_address.at("email_address_verified"),
        json::parse(R"({"a@m.local":"2025-10-09T08:53:20.000Z"})")
    );
    json::value const by_name = first_row(o.post("user_search", R"({"query":"ada"})"));
    EXPECT_EQ(by_name.as_object().size(), 5u);

    o.as(old.keys().admin);
    json::value const banned = first_row(o.post("user_search", R"({"query":"ob","admin":true})"));
    EXPECT_EQ(banned.at("email_address"), "b@m.local");
    EXPECT_EQ(banned.at("banned"), true);
}

TEST_F(FakeV1, CutsTheWholeListInTheManualAndTheNamesIn2020)
{
    fake_server old(plain_options().users(0).v1(v1_profile::code_2020));
    for (fake_server* s : {&server, &old}) {
        for (int i = 0; i < 60; ++i) {
            std::string const n = std::to_string(100 + i);
            s->add_account(account("Zz" + n, "Many").email("z" + n + "@m.local"));
        }
    }
    std::string const query = "zz,z100@m.local,z101@m.local";
    old_api o(old);
    EXPECT_EQ(api.find(query).size(), 20u);
    EXPECT_EQ(o.find(query).size(), 22u);
    EXPECT_EQ(api.find(query, R"(,"limit":1000)").size(), 50u);
    EXPECT_EQ(o.find(query, R"(,"limit":1000)").size(), 52u);
    EXPECT_EQ(api.find(query, R"(,"limit":"3")").size(), 3u);
    EXPECT_EQ(o.find(query, R"(,"limit":0)").size(), 2u);
    EXPECT_EQ(api.find(query, R"(,"limit":0)"), "");
    o.as(old.keys().admin);
    EXPECT_EQ(o.find("zz", R"(,"limit":1000,"admin":true)").size(), 60u);
    EXPECT_EQ(
        api.post("user_search", R"({"query":"zz","limit":"many","id":"1"})").value(),
        json::parse(R"({"event":"error","id":"1",
                        "error":"error: invalid input syntax for type bigint: \"many\""})")
    );
}

TEST_F(FakeV1, LimitsToWhoWasActiveOrCreatedOfLate)
{
    server.add_account(account("Zz", "A")
                           .id("00000000-0000-4000-8000-00000000000a")
                           .created_at(now - 400 * day)
                           .active_at(now - 20 * day));
    server.add_account(account("Zz", "B")
                           .id("00000000-0000-4000-8000-00000000000b")
                           .created_at(now - 20 * day)
                           .active_at({}));
    server.add_account(account("Zz", "C")
                           .id("00000000-0000-4000-8000-00000000000c")
                           .created_at(now - 400 * day)
                           .active_at(now - 40 * day));
    EXPECT_EQ(api.find("zz"), "abc");
    EXPECT_EQ(api.find("zz", R"(,"active":"1 month")"), "ab");
    EXPECT_EQ(api.find("zz", R"(,"active":"2 months")"), "abc");
    EXPECT_EQ(api.find("zz", R"(,"active":"2 weeks 6 days")"), "ab");
    EXPECT_EQ(api.find("zz", R"(,"active":"19 days 23 hours")"), "");
    EXPECT_EQ(api.find("zz", R"(,"active":"")"), "abc");
    EXPECT_EQ(
        api.post("user_search", R"({"query":"zz","active":"of late"})").value().at("error"),
        R"(error: invalid input syntax for type interval: "of late")"
    );
    auto const refusal = [&](std::string const& active) {
        json::value const body{{"query", "zz"}, {"active", active}};
        return api.post("user_search", json::serialize(body)).value().at("error");
    };
    EXPECT_EQ(
        refusal("nan months"), R"(error: invalid input syntax for type interval: "nan months")"
    );
    EXPECT_EQ(refusal("inf days"), R"(error: invalid input syntax for type interval: "inf days")");
    EXPECT_EQ(refusal("1000000000 years"), "error: timestamp out of range");
    EXPECT_EQ(refusal("-1000000000 weeks"), "error: timestamp out of range");
    EXPECT_EQ(api.find("zz", R"(,"active":"6000 years")"), "abc");
    server.advance(std::chrono::hours(24 * 15));
    EXPECT_EQ(api.find("zz", R"(,"active":"1 month")"), "");
}

TEST_F(FakeV1, LetsAdminsSearchMore)
{
    fake_server old(plain_options().users(0).v1(v1_profile::code_2020));
    for (fake_server* s : {&server, &old}) add_cases(*s);
    api.as(server.keys().admin);
    old_api o(old);
    o.as(old.keys().admin);
    EXPECT_EQ(api.find("xyz", R"(,"admin":true)"), "3");
    EXPECT_EQ(api.find("xyz"), "");
    EXPECT_EQ(api.find("capital", R"(,"admin":true)"), "8");
    EXPECT_EQ(o.find("00000000-0000-4000-8000-000000000001", R"(,"admin":true)"), "1");
    EXPECT_EQ(api.find("00000000-0000-4000-8000-000000000001", R"(,"admin":true)"), "");
    EXPECT_EQ(o.find("nobody@m.local", R"(,"admin":true)"), "");
}

TEST_F(FakeV1, ReadsForms)
{
    add_cases(server);
    json::value const found =
        api.post_form("user_search", "query=foo+b%61r&limit=2&id=own").value();
    EXPECT_EQ(found.at("id"), "own");
    EXPECT_EQ(found.at("results").as_array().size(), 2u);
    std::string const one = "00000000-0000-4000-8000-000000000001";
    std::string const two = "00000000-0000-4000-8000-000000000002";
    for (std::string const& body :
         {"account_ids=" + one + "&account_ids=" + two,
          "account_ids[]=" + one + "&account_ids%5B%5D=" + two}) {
        json::value const names = api.post_form("get_usernames", body).value();
        EXPECT_EQ(names.at("usernames").at(one).at("first_name"), "Xfoo");
        EXPECT_EQ(names.at("usernames").at(two).at("last_name"), "bar");
    }
    EXPECT_EQ(
        error(api.post_form("user_search", "query=a&what[deep]=1")),
        "invalid parameters 'Error: misc.defaults -- TypeError: got an unexpected argument 'what' '"
    );
}

TEST_F(FakeV1, NamesNobodyForUnknownIds)
{
    std::string const id = "99999999-9999-4999-8999-999999999999";
    answer const got = api.post("get_usernames", R"({"account_ids":[")" + id + R"("]})");
    EXPECT_EQ(got.value().at("usernames").at(id), json::object());
    EXPECT_EQ(
        api.post("get_usernames", R"({"account_ids":["x"]})").value().at("error"),
        "invalid uuid x in account_ids"
    );
}

TEST_F(FakeV1, FindsTheMessageWrongBeforeTheKey)
{
    api.as("sk-of-nobody-at-all");
    EXPECT_EQ(error(api.post("nope", "{}")), "unknown endpoint 'nope'");
    EXPECT_EQ(error(api.post("sign_in", "{}")), "endpoint 'sign_in' is not part of the HTTP API");
    EXPECT_EQ(
        error(api.post("user_search", R"({"query":null})")),
        "invalid parameters 'Error: misc.defaults -- TypeError: property 'query' must be "
        "specified: '"
    );
    EXPECT_EQ(
        error(api.post("ping", R"({"query":"x"})")),
        "invalid parameters 'Error: misc.defaults -- TypeError: got an unexpected argument "
        "'query' '"
    );
    EXPECT_EQ(error(api.post("ping", "{}")), "No account found. Is your API key wrong?");
    api.as(server.keys().project);
    EXPECT_EQ(error(api.post("ping", "{}")), "No account found. Is your API key wrong?");
}

TEST_F(FakeV1, TellsBannedCallersSo)
{
    account a = server.users().at(0);
    server.add_account(a.make_banned());
    EXPECT_EQ(
        error(api.post("ping", "{}")),
        "User is BANNED.  If this is a mistake, please contact help@cocalc.com"
    );
}

TEST_F(FakeV1, AnswersPagesToBodiesThatDoNotParse)
{
    for (std::string const body : {"{", "3", "\"text\""}) {
        answer const got = api.post("ping", body);
        EXPECT_EQ(got.status, 400);
        EXPECT_EQ(got.header("Content-Type"), "text/html; charset=utf-8");
    }
    EXPECT_EQ(api.post("ping", "{\"id\":\"" + std::string(3 << 20, 'x') + "\"}").status, 413);
    EXPECT_EQ(api.post("ping", "{\"id\":\"" + std::string(2 << 20, 'x') + "\"}").status, 200);
}

TEST_F(FakeV1, RoutesNothingButPost)
{
    EXPECT_EQ(http_client(server).get("/api/v1/ping").status, 404);
    EXPECT_EQ(server.problems().size(), 1u);
}

TEST_F(FakeV1, SaysWhatItDoesNotServe)
{
    answer const a = api.post("create_account", "{}");
    EXPECT_EQ(a.status, 501);
    EXPECT_EQ(a.error(), "cohub-fake-server: 'create_account' is not served");
    EXPECT_EQ(
        server.report(), "asked for and not served: POST /api/v1/create_account v1.create_account\n"
    );
}

TEST_F(FakeV1, MakesProjectsOfTheSameWorld)
{
    json::value const made = api.post("create_project", R"({"title":"Old way"})").value();
    EXPECT_EQ(made.at("event"), "project_created");
    std::string const id(made.at("project_id").as_string());
    answer const ping = http_client(server).post(
        "/api/conat/project", R"({"name":"system.ping","args":[],"project_id":")" + id + "\"}"
    );
    EXPECT_EQ(ping.value(), json::parse(R"({"now":1760000000000})"));
}

TEST_F(FakeV1, StartsAProjectAndGivesItItsImage)
{
    auto const columns = [&](std::string const& options) {
        json::value const made = api.post("create_project", options).value();
        json::value const query = {
            {"query",
             {{"projects",
               {{"project_id", made.at("project_id")},
                {"title", nullptr},
                {"description", nullptr},
                {"compute_image", nullptr},
                {"state", nullptr}}}}}};
        json::value const row =
            http_client(server).result("db.userQuery", json::serialize(query)).at("projects");
        return json::serialize(row.at("title")) + json::serialize(row.at("description")) +
               json::serialize(row.at("compute_image")) + json::serialize(row.at("state"));
    };
    std::string const plain = columns(R"({"title":"T","description":"D"})");
    EXPECT_EQ(plain.find("\"T\"\"D\"\"default\""), 0u) << plain;
    EXPECT_EQ(plain.find("running"), plain.npos) << plain;
    std::string const started = columns(R"({"image":"old","start":true})");
    EXPECT_EQ(started.find("\"\"\"\"\"old\""), 0u) << started;
    EXPECT_NE(started.find("running"), started.npos) << started;
}

TEST_F(FakeV1, FollowsTheScript)
{
    server.script("v1.user_search").status(503).then().error("Error: no").then_ok();
    EXPECT_EQ(api.post("user_search", R"({"query":"a"})").status, 503);
    EXPECT_EQ(api.post("user_search", R"({"query":"a"})").error(), "Error: no");
    EXPECT_EQ(api.post("user_search", R"({"query":"a"})").status, 200);
    server.script("/api/v1/ping").no_subscriber().then().bridge_timeout();
    EXPECT_EQ(api.post("ping", "{}").status, 503);
    EXPECT_EQ(api.post("ping", "{}").status, 504);
    EXPECT_EQ(server.report(), "");
}

TEST_F(FakeV1, RunsOnceWhatTimesOut)
{
    auto const projects = [&] {
        json::value const found = http_client(server).result(
            "db.userQuery", R"({"query":{"projects":[{"project_id":null}]}})"
        );
        return found.at("projects").as_array().size();
    };
    auto const before = projects();
    server.script("v1.create_project").bridge_timeout().then().no_subscriber();
    EXPECT_EQ(api.post("create_project", "{}").status, 504);
    EXPECT_EQ(projects(), before + 1);
    EXPECT_EQ(api.post("create_project", "{}").status, 503);
    EXPECT_EQ(projects(), before + 1);
}

TEST_F(FakeV1, WritesItsCallsIntoTheJournal)
{
    api.post("user_search", R"({"query":"a"})");
    api.post_form("sign_in", "email_address=a%40b&password=hunter2&token=abc&x=1");
    EXPECT_EQ(server.journal().count("v1.user_search"), 1u);
    EXPECT_EQ(server.journal().count("v1.*"), 2u);
    auto const seen = server.journal().requests("v1.sign_in").at(0);
    EXPECT_EQ(seen.body, "email_address=a%40b&password=***&token=***&x=1");
    http_client(server).get("/auth/impersonate?auth_token=abcdef");
    EXPECT_EQ(
        server.journal().requests("/auth/impersonate").at(0).path,
        "/auth/impersonate?auth_token=***"
    );
}

}  // namespace

}  // namespace cohub::tests
