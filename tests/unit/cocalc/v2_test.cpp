#include <cohub/cocalc/v2_api.hpp>

#include <boost/json/object.hpp>

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/group_test.hpp"

namespace cohub {
namespace {

char const* const id = "22222222-2222-4222-8222-222222222222";

class V2Test : public tests::GroupTest
{
protected:
    v2_api v2() { return v2_api(channel); }
    v2_accounts_api accounts() { return v2().accounts(); }
};

TEST_F(V2Test, ARouteIsAPathAndTheBodyItsMembers)
{
    accounts().search("ada lov,jd@example.com", quietly());
    EXPECT_EQ(sent().target, "/api/v2/accounts/search");
    EXPECT_EQ(sent().name, "v2.accounts.search");
    EXPECT_EQ(sent().verb, "POST");
    EXPECT_EQ(sent().content_type, "application/json");
    EXPECT_TRUE(sent().with_key);
    EXPECT_FALSE(sent().is_rpc);
    EXPECT_EQ(sent().body, R"({"query":"ada lov,jd@example.com"})");
    accounts().delete_(quietly());
    EXPECT_EQ(sent().target, "/api/v2/accounts/delete");
    EXPECT_EQ(sent().body, "{}");
}

TEST_F(V2Test, AProfileIsTheCallersUnlessAnIdIsGiven)
{
    accounts().profile(quietly());
    EXPECT_EQ(sent().body, "{}");
    accounts().profile(call_options(), quietly());
    EXPECT_EQ(sent().body, "{}");
    profile_query own;
    own.no_cache();
    accounts().profile(own, quietly());
    EXPECT_EQ(sent().body, R"({"noCache":true})");
    std::string const text = id;
    accounts().profile(text, quietly());
    EXPECT_EQ(sent().body, R"({"account_id":")" + text + R"("})");
    accounts().profile(profile_query(id).no_cache(false), quietly());
    EXPECT_EQ(sent().body, R"({"account_id":")" + text + R"(","noCache":false})");
    EXPECT_EQ(sent().problem, "");
}

TEST_F(V2Test, OnlyNamesThatAreSetAreSent)
{
    accounts().set_name(name_change().last_name("B"), quietly());
    EXPECT_EQ(sent().body, R"({"last_name":"B"})");
    accounts().set_name(
        name_change().username("a").first_name("A").last_name("B").account_id(id), quietly()
    );
    EXPECT_EQ(
        sent().body,
        std::string(R"({"username":"a","first_name":"A","last_name":"B","account_id":")") + id +
            R"("})"
    );
}

TEST_F(V2Test, NamesThatTheServerWouldLeaveOutAreRefused)
{
    accounts().set_name(name_change(), quietly());
    EXPECT_NE(sent().problem.find("nothing to set"), std::string::npos);
    accounts().set_name(name_change().account_id(id), quietly());
    EXPECT_NE(sent().problem.find("nothing to set"), std::string::npos);
    accounts().set_name(name_change().first_name("A").last_name(""), quietly());
    EXPECT_NE(sent().problem.find("empty"), std::string::npos);
}

TEST_F(V2Test, IdsAreCheckedBeforeAnythingIsSent)
{
    std::vector<std::string> const ids{id, "abc"};
    accounts().ban("abc", quietly());
    accounts().remove_ban("abc", quietly());
    accounts().get_email_address("abc", quietly());
    accounts().profile("abc", quietly());
    accounts().get_names(ids, quietly());
    accounts().set_name(name_change().first_name("A").account_id("abc"), quietly());
    for (auto const& r : channel->requests)
        EXPECT_EQ(r.problem, "\"abc\" is no account id (a UUID)") << r.name;
    accounts().ban(id, quietly());
    EXPECT_EQ(sent().problem, "");
}

TEST_F(V2Test, WhatHoldsAPasswordIsNeverShown)
{
    accounts().set_email_address("a@b.c", secret("right horse"), quietly());
    EXPECT_TRUE(sent().holds_secret);
    EXPECT_EQ(sent().body, R"({"email_address":"a@b.c","password":"right horse"})");
    accounts().set_password(secret("right horse"), secret("another one"), quietly());
    EXPECT_TRUE(sent().holds_secret);
    EXPECT_EQ(sent().body, R"({"currentPassword":"right horse","newPassword":"another one"})");
    accounts().search("right horse", quietly());
    EXPECT_FALSE(sent().holds_secret);
}

TEST_F(V2Test, OnlyWhatComesToTheSameTwiceIsRepeated)
{
    accounts().search("a", quietly());
    accounts().get_names({}, quietly());
    accounts().profile(quietly());
    accounts().set_name(name_change().first_name("A"), quietly());
    accounts().get_email_address(id, quietly());
    accounts().ban(id, quietly());
    accounts().remove_ban(id, quietly());
    accounts().sign_out(true, quietly());
    std::size_t const safe = channel->requests.size();
    accounts().set_email_address("a@b.c", secret("p"), quietly());
    accounts().set_password(secret("p"), secret("q"), quietly());
    accounts().send_verification_email(quietly());
    accounts().send_verification_email("a@b.c", quietly());
    accounts().delete_(quietly());
    v2().call("accounts/search", {}, quietly());
    EXPECT_EQ(channel->requests.size(), safe + 6);
    for (std::size_t i = 0; i != channel->requests.size(); ++i)
        EXPECT_EQ(channel->requests[i].declared, i < safe ? retry::safe : retry::never)
            << channel->requests[i].name;
}

TEST_F(V2Test, AnyRouteIsReachedByItsPath)
{
    auto const r =
        answered(R"({"id":7})", v2().call("projects/get-one", {{"project_id", "x"}}, as_result));
    ASSERT_TRUE(r) << r.error().message();
    EXPECT_EQ(r->at("id").as_int64(), 7);
    EXPECT_EQ(sent().target, "/api/v2/");
    EXPECT_EQ(sent().target_end, "projects/get-one");
    EXPECT_EQ(sent().name, "v2.projects.get-one");
    EXPECT_EQ(sent().body, R"({"project_id":"x"})");
    for (char const* const path :
         {"", "/accounts/search", "accounts/", "a//b", "../conat/hub", "a?b", "a\r\nX: y", "A"})
        EXPECT_EQ(run(v2().call(path, {}, as_result)).error().code, errc::invalid_argument) << path;
}

TEST_F(V2Test, TheMemberThatIsTheResultIsRead)
{
    auto const names = answered(
        R"({"names":{"x":{"first_name":"A","last_name":"B","profile":null}},"more":1})",
        accounts().get_names({}, as_result)
    );
    ASSERT_TRUE(names) << names.error().message();
    EXPECT_EQ(names->at("x").last_name, "B");
    auto const bad = answered(R"({"names":{"x":3}})", accounts().get_names({}, as_result));
    EXPECT_EQ(bad.error().code, errc::bad_shape);
    EXPECT_EQ(bad.error().path, "/names/x");
    EXPECT_EQ(answered("{}", accounts().get_names({}, as_result)).error().code, errc::bad_shape);
    EXPECT_EQ(
        answered(R"({"email_address":"a@b.c"})", accounts().get_email_address(id, as_result))
            .value(),
        "a@b.c"
    );
    for (char const* const none : {"{}", R"({"email_address":null})"})
        EXPECT_EQ(
            answered(none, accounts().get_email_address(id, as_result)).value(), std::nullopt
        );
    EXPECT_TRUE(answered(R"({"status":"success"})", accounts().ban(id, as_result)));
}

TEST_F(V2Test, NobodysProfileIsARefusal)
{
    auto const own = answered(R"({"profile":{}})", accounts().profile(as_result));
    ASSERT_TRUE(own.has_error());
    EXPECT_EQ(own.error().code, errc::unauthorized);
    EXPECT_NE(own.error().detail, "");
    auto const other = answered(R"({"profile":{}})", accounts().profile(id, as_result));
    ASSERT_TRUE(other.has_error());
    EXPECT_EQ(other.error().code, errc::bad_shape);
    auto const somebody = answered(
        R"({"profile":{"account_id":"i","first_name":"A","last_name":"B","name":null,"is_admin":true,)"
        R"("new":1}})",
        accounts().profile(as_result)
    );
    ASSERT_TRUE(somebody) << somebody.error().message();
    EXPECT_EQ(somebody->is_admin, true);
    EXPECT_EQ(somebody->name, std::nullopt);
    EXPECT_EQ(somebody->extra.at("new").as_int64(), 1);
}

struct words_row
{
    char const* name;
    char const* words;
    errc means;
};
class V2Words : public testing::TestWithParam<words_row>
{
};
TEST_P(V2Words, TellWhatACallerCanDo)
{
    EXPECT_EQ(cocalc::classify_v2(GetParam().words), GetParam().means);
}
INSTANTIATE_TEST_SUITE_P(
    All,
    V2Words,
    testing::Values(
        words_row{"SignedIn", "must be signed in", errc::unauthorized},
        words_row{"Name", "Must be signed in to edit account name.", errc::unauthorized},
        words_row{"Current", "Current password is incorrect.", errc::unauthorized},
        words_row{"Password", "password is incorrect", errc::unauthorized},
        words_row{"Ban", "only admins can ban users", errc::forbidden},
        words_row{
            "Partner",
            "you must be an admin or partner to get the email address of any account_id",
            errc::forbidden},
        words_row{
            "Another",
            "The `account_id` field may only be specified by account administrators.",
            errc::forbidden},
        words_row{"Strategy", "You are not allowed to change your email address", errc::forbidden},
        words_row{"Profile", "no account with id x", errc::not_found},
        words_row{"Deleting", "no account with account_id=x", errc::not_found},
        words_row{"Address", "no such account", errc::not_found},
        words_row{"Word", "No such account", errc::not_found},
        words_row{
            "InUse", "email address \"a\" is already in use by another account", errc::conflict},
        words_row{
            "InUseToo",
            "The email address \"a\" is already in use by another account.",
            errc::conflict},
        words_row{
            "Taken",
            "name \"a\" is already taken by another organization or account",
            errc::conflict},
        words_row{
            "Reserved", "Error: username \"app\" is reserved -- not available", errc::conflict},
        words_row{"Long", "Error: name must have at most 39 characters", errc::invalid_argument},
        words_row{"NoAddress", "email address is not valid", errc::invalid_argument},
        words_row{"Short", "password must be at least 8 characters", errc::invalid_argument},
        words_row{"Weak", "Password is too weak. \n ", errc::invalid_argument},
        words_row{"WeakToo", "password is too weak", errc::invalid_argument},
        words_row{"Id", "invalid input syntax for type uuid: \"abc\"", errc::invalid_argument},
        words_row{"Other", "boom", errc::api_error}
    ),
    [](auto const& row) { return std::string(row.param.name); }
);

}  // namespace
}  // namespace cohub
