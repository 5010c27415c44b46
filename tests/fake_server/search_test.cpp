#include <gtest/gtest.h>

#include "support.hpp"

namespace cohub::tests {

namespace {

using fake::account;

constexpr std::int64_t now = 1'760'000'000'000;
constexpr std::int64_t day = 86'400'000;

std::string quote(std::string_view s) { return json::serialize(json::string(s)); }

/// A hub with a few accounts. A test refers to them by their last names.
class FakeHubSearch : public testing::Test
{
protected:
    FakeHubSearch() : server(plain_options().users(0)), client(server) {}

    std::string add(account a) { return server.add_account(std::move(a)); }

    json::value search(std::string const& options)
    {
        return client.result("system.userSearch", "{" + options + "}");
    }
    json::value query(std::string_view text) { return search("\"query\":" + quote(text)); }

    /// The last names in the order of the answer, separated by blanks.
    std::string found(std::string_view text, std::string const& more = "")
    {
        return names(search("\"query\":" + quote(text) + more));
    }
    static std::string names(json::value const& v)
    {
        if (!v.is_array()) return json::serialize(v);
        std::string out;
        for (json::value const& row : v.get_array()) {
            if (!out.empty()) out += ' ';
            json::value const& name = row.at("last_name");
            out += name.is_string() ? std::string(name.get_string()) : "-";
        }
        return out;
    }

    fake_server server;
    http_client client;
};

TEST_F(FakeHubSearch, ListsMostRecentlyActiveFirst)
{
    add(account("Q", "old").active_at(now - 2 * day));
    add(account("Q", "new").active_at(now));
    add(account("Q", "middle").active_at(now - day));
    EXPECT_EQ(found("q"), "new middle old");
}

TEST_F(FakeHubSearch, TakesCreationForActivityWhereThereIsNone)
{
    add(account("Q", "active").active_at(now - 2 * day));
    add(account("Q", "created").created_at(now - day));
    add(account("Q", "timeless"));
    EXPECT_EQ(found("q"), "created active timeless");
}

TEST_F(FakeHubSearch, PicksByActivityButSortsByTheLatterOfBothTimes)
{
    add(account("Q", "seen").active_at(now - day).created_at(now - 9 * day));
    add(account("Q", "odd").active_at(now - 2 * day).created_at(now));
    EXPECT_EQ(found("q"), "odd seen");
    EXPECT_EQ(found("q", ",\"limit\":1"), "seen");
}

TEST_F(FakeHubSearch, BreaksTiesByAccountId)
{
    add(account("Q", "second").id("bbbbbbbb-0000-4000-8000-000000000000").active_at(now));
    add(account("Q", "first").id("aaaaaaaa-0000-4000-8000-000000000000").active_at(now));
    EXPECT_EQ(found("q"), "first second");
}

TEST_F(FakeHubSearch, MatchesAnyPartOfFirstLastAndUserName)
{
    add(account("Xylophone", "a").active_at(now));
    add(account("b", "b-xylo").active_at(now - 1));
    add(account("c", "c").user_name("my-Xylo").active_at(now - 2));
    add(account("d", "d").email("xylo@example.com").active_at(now - 3));
    EXPECT_EQ(found("XYLO"), "a b-xylo c");
}

TEST_F(FakeHubSearch, WantsEachWordOnSomeName)
{
    add(account("Xfoo", "YBar").active_at(now));
    add(account("foobar", "Zed").active_at(now - 1));
    add(account("foo", "other").active_at(now - 2));
    EXPECT_EQ(found("foo bar"), "YBar Zed");
    EXPECT_EQ(found("  bar \t foo "), "YBar Zed");
}

TEST_F(FakeHubSearch, SplitsAtCommaSemicolonAndLineFeed)
{
    add(account("Ann", "a").active_at(now));
    add(account("Ben", "b").active_at(now - 1));
    add(account("Cat", "c").active_at(now - 2));
    EXPECT_EQ(found("ann,ben"), "a b");
    EXPECT_EQ(found("cat;ann"), "a c");
    EXPECT_EQ(found("ben\ncat,,;"), "b c");
}

TEST_F(FakeHubSearch, FindsAUserNameWithItsSign)
{
    add(account("Wil", "w").user_name("wstein"));
    add(account("wstein", "not"));
    EXPECT_EQ(found("@wst"), "w");
    EXPECT_EQ(found("@WStein"), "w");
}

TEST_F(FakeHubSearch, HonoursWildcards)
{
    add(account("100%", "percent").active_at(now));
    add(account("abc", "letters").active_at(now - 1));
    EXPECT_EQ(found("a_c"), "letters");
    EXPECT_EQ(found("a%c"), "letters");
    EXPECT_EQ(found("\\%"), "percent");
    EXPECT_EQ(found("100\\"), "percent");
    EXPECT_EQ(found("b\\"), "");
    EXPECT_EQ(json::value(query("%")).as_array().size(), 5u);
}

TEST_F(FakeHubSearch, AWildcardMatchesNoNullName)
{
    add(account().names({}, {}));
    EXPECT_EQ(json::value(query("_")).as_array().size(), 3u);
}

TEST_F(FakeHubSearch, IgnoresCaseInOtherScripts)
{
    add(account("ÉLODIE", "Đặng").active_at(now));
    add(account("Ольга", "Иванова").active_at(now - 1));
    EXPECT_EQ(found("élo"), "Đặng");
    EXPECT_EQ(found("ОЛЬ"), "Иванова");
}

TEST_F(FakeHubSearch, FindsOneAddressWhateverItsCase)
{
    add(account("Q", "q").email("q@example.com").make_unlisted());
    json::value const v = query("Q@Example.COM");
    EXPECT_EQ(names(v), "q");
    EXPECT_EQ(v.at(0).at("email_address"), "q@example.com");
}

TEST_F(FakeHubSearch, NeverFindsAnAddressStoredWithCapitals)
{
    add(account("Q", "q").email("Q@Example.com"));
    EXPECT_EQ(found("Q@Example.com"), "");
    EXPECT_EQ(found("q@example.com,"), "");
}

TEST_F(FakeHubSearch, ReadsAddressesFromAList)
{
    add(account("Jane", "jd").email("jd@example.com").active_at(now));
    add(account("Bob", "bob").email("bob@example.com").active_at(now - 1));
    EXPECT_EQ(found("Jane Dae <JD@example.com>, bob@example.com no@@such"), "jd bob");
    EXPECT_EQ(found(" jd@example.com "), "jd");
}

TEST_F(FakeHubSearch, ListsAnAccountTwiceThatMatchesTwice)
{
    add(account("Ada", "L").email("ada@example.com").active_at(now));
    json::value const v = query("ada,ada@example.com");
    ASSERT_EQ(names(v), "L L");
    EXPECT_TRUE(v.at(0).as_object().contains("email_address"));
    EXPECT_FALSE(v.at(1).as_object().contains("email_address"));
}

TEST_F(FakeHubSearch, HidesAddressesFromStringAndIdSearch)
{
    std::string const id = add(account("Hidden", "h").email("h@example.com").verified());
    for (std::string const& text : {std::string("hidden"), id}) {
        json::value const v = query(text);
        ASSERT_EQ(names(v), "h");
        EXPECT_FALSE(v.at(0).as_object().contains("email_address"));
        EXPECT_FALSE(v.at(0).as_object().contains("banned"));
        EXPECT_EQ(v.at(0).at("email_address_verified"), true);
    }
}

TEST_F(FakeHubSearch, HidesUnlistedAccountsFromStringsOnly)
{
    std::string const id = add(account("Secret", "s").email("s@example.com").make_unlisted());
    EXPECT_EQ(found("secret"), "");
    EXPECT_EQ(found("s@example.com"), "s");
    EXPECT_EQ(found("s@example.com,zzz"), "s");
    EXPECT_EQ(found(id), "s");
}

TEST_F(FakeHubSearch, FindsDeletedAccountsByIdAlone)
{
    std::string const id = add(account("Gone", "g").email("g@example.com").make_deleted());
    EXPECT_EQ(found("gone"), "");
    EXPECT_EQ(found("g@example.com,zzz"), "");
    EXPECT_EQ(found(id), "g");
}

TEST_F(FakeHubSearch, FindsAnIdInUpperCaseButNotWithBlanks)
{
    std::string id = add(account("Q", "q").id("abcdefab-0000-4000-8000-000000000000"));
    EXPECT_EQ(found("ABCDEFAB-0000-4000-8000-000000000000"), "q");
    EXPECT_EQ(found(" " + id), "");
}

TEST_F(FakeHubSearch, LimitsTheWholeListButNotTheAddresses)
{
    for (int i = 0; i < 60; ++i) {
        std::string const n = std::to_string(i);
        add(account("Many", n).email("many" + n + "@example.com").active_at(now - i));
    }
    auto const size = [&](std::string const& options) { return search(options).as_array().size(); };
    EXPECT_EQ(size(R"("query":"many")"), 20u);
    EXPECT_EQ(size(R"("query":"many","limit":null)"), 20u);
    EXPECT_EQ(size(R"("query":"many","limit":1000)"), 50u);
    EXPECT_EQ(size(R"("query":"many","limit":3)"), 3u);
    EXPECT_EQ(size(R"("query":"many","limit":"3")"), 3u);
    EXPECT_EQ(size(R"("query":"many","limit":0)"), 0u);
    EXPECT_EQ(size(R"("query":"many","limit":-1)"), 0u);
    std::string const two = "many1@example.com,many2@example.com";
    EXPECT_EQ(size(R"("query":")" + two + R"(,many","limit":3)"), 3u);
    EXPECT_EQ(size(R"("query":")" + two + R"(","limit":1)"), 2u);
    EXPECT_EQ(size(R"("query":")" + two + R"(","limit":0)"), 0u);
    EXPECT_EQ(size(R"("query":"many1@example.com","limit":0)"), 1u);
}

TEST_F(FakeHubSearch, LetsAdminsHaveMoreThanFifty)
{
    for (int i = 0; i < 60; ++i) add(account("Many", std::to_string(i)).active_at(now - i));
    client.as(server.keys().admin);
    EXPECT_EQ(search(R"("query":"many","limit":60,"admin":true)").as_array().size(), 60u);
    EXPECT_EQ(search(R"("query":"many","limit":60)").as_array().size(), 50u);
}

TEST_F(FakeHubSearch, RefusesAFractionAsTheDatabaseDoes)
{
    EXPECT_EQ(
        search(R"("query":"q","limit":1.5)"),
        json::parse(R"({"error":"error: invalid input syntax for type integer: \"1.5\""})")
    );
}

TEST_F(FakeHubSearch, SkipsStringsWhenOnlyAddressesAreWanted)
{
    add(account("Ada", "a").email("ada@example.com"));
    add(account("Adam", "b"));
    EXPECT_EQ(found("ada,ada@example.com", ",\"only_email\":true"), "a");
    EXPECT_EQ(found("ada", ",\"only_email\":true"), "");
}

TEST_F(FakeHubSearch, ShowsAdminsAddressesAndTheUnlisted)
{
    add(account("Plain", "p").email("p@corp.example").active_at(now));
    add(account("Hidden", "h")
            .email("h@corp.example")
            .make_unlisted()
            .make_banned()
            .active_at(now - 1));
    client.as(server.keys().admin);
    json::value const v = search(R"("query":"corp.example","admin":true)");
    ASSERT_EQ(names(v), "p h");
    EXPECT_EQ(v.at(0).at("email_address"), "p@corp.example");
    EXPECT_EQ(v.at(0).at("banned"), nullptr);
    EXPECT_EQ(v.at(1).at("banned"), true);
    // an address in a list is one more substring for an admin
    EXPECT_EQ(found("h@corp.example,zzz", ",\"admin\":true"), "h");
}

TEST_F(FakeHubSearch, ShowsAdminsTheCollaboratorsOfAProject)
{
    std::string const project = "99999999-0000-4000-8000-000000000000";
    server.add_project(project, {add(account("Q", "q"))});
    EXPECT_EQ(found(project), "");
    client.as(server.keys().admin);
    EXPECT_EQ(found(project, ",\"admin\":true"), "q");
}

TEST_F(FakeHubSearch, SeesCollaboratorsWhoLeaveAfterTheSameQuery)
{
    std::string const project = "99999999-0000-4000-8000-000000000000";
    std::string const left = add(account("Q", "q"));
    http_client owner(server);
    std::string const id(owner.result("system.test").at("account_id").as_string());
    std::string const other = add(account("R", "r"));
    server.add_project(project, {id, left, other});
    http_client admin(server);
    admin.as(server.keys().admin);
    auto const count = [&] {
        return admin.result("system.userSearch", R"({"query":")" + project + R"(","admin":true})")
            .as_array()
            .size();
    };
    EXPECT_EQ(count(), 3u);
    owner.result(
        "projects.removeCollaborator",
        R"({"opts":{"project_id":")" + project + R"(","account_id":")" + left + R"("}})"
    );
    EXPECT_EQ(count(), 2u);
}

TEST_F(FakeHubSearch, RefusesTheAdminFlagToOthers)
{
    EXPECT_EQ(
        client.call("system.userSearch", R"({"query":"","admin":true})").error(),
        "Error: Must be an admin to do admin search."
    );
    client.as(server.keys().org_admin);
    EXPECT_EQ(
        client.call("system.userSearch", R"({"query":"","admin":1})").error(),
        "Error: Must be an admin to do admin search."
    );
    EXPECT_EQ(found("", ",\"admin\":0"), "");
}

TEST_F(FakeHubSearch, FindsNothingForNothing)
{
    for (std::string const options :
         {"",
          "\"query\":\"\"",
          "\"query\":\"  \"",
          "\"query\":null",
          "\"query\":5",
          "\"query\":[\"q\"]",
          "\"query\":\" ,;\\n, \""}) {
        EXPECT_EQ(search(options), json::array()) << options;
    }
}

TEST_F(FakeHubSearch, TellsVerifiedFromUnverifiedFromUnknown)
{
    add(account("Q", "none").email("a@example.com").active_at(now));
    add(account("Q", "yes").email("b@example.com").verified().active_at(now - 1));
    add(account("Q", "no")
            .email("c@example.com")
            .verified_address("x@example.com")
            .active_at(now - 2));
    add(account("Q", "map").verified_address("x@example.com").active_at(now - 3));
    json::value const v = query("q");
    EXPECT_EQ(v.at(0).at("email_address_verified"), nullptr);
    EXPECT_EQ(v.at(1).at("email_address_verified"), true);
    EXPECT_EQ(v.at(2).at("email_address_verified"), false);
    EXPECT_EQ(
        v.at(3).at("email_address_verified"),
        json::parse(R"({"x@example.com":"2025-10-09T08:53:20.000Z"})")
    );
}

TEST_F(FakeHubSearch, SeesAnAccountThatCameAfterTheSameQuery)
{
    EXPECT_EQ(found("late"), "");
    add(account("Late", "l"));
    EXPECT_EQ(found("late"), "l");
}

TEST_F(FakeHubSearch, EscapesWhatJsonMustEscape)
{
    add(account("Q\"\\\n\x01", "q"));
    EXPECT_EQ(query("q").at(0).at("first_name"), "Q\"\\\n\x01");
}

TEST(FakeHubSeed, HoldsTheCasesThatTellTheRulesApart)
{
    fake_server server(plain_options());
    http_client client(server);
    auto const names = [&](std::string const& text) {
        std::string out;
        json::value const v = client.result("system.userSearch", "{\"query\":\"" + text + "\"}");
        for (json::value const& row : v.as_array()) {
            out += json::serialize(row.at("first_name")) + json::serialize(row.at("last_name"));
        }
        return out;
    };
    EXPECT_EQ(names("foo bar"), R"("Xfoo""YBar""foo""bar""bar123""fooxyz""Foo""Bar""foobar""Zed")");
    EXPECT_EQ(names("only-user-name"), "nullnull");
    EXPECT_EQ(names("capital@example.com"), "");
    EXPECT_EQ(names("unlisted foo"), "");
    EXPECT_EQ(server.users().size(), 1000u);
}

}  // namespace

}  // namespace cohub::tests
