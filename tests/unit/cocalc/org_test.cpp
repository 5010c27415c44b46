#include <cohub/cocalc/org.hpp>

#include <boost/asio/io_context.hpp>

#include <gtest/gtest.h>

#include <optional>
#include <sstream>
#include <string>
#include <utility>

#include "support/canned_channel.hpp"
#include "support/run_call.hpp"

namespace cohub {
namespace {

class OrgTest : public testing::Test
{
protected:
    org_api org() { return org_api(channel); }

    /// What the last call would send, with the closing brace.
    std::string body() { return channel->requests.at(channel->requests.size() - 1).body + "}"; }
    std::string problem() { return channel->requests.at(channel->requests.size() - 1).problem; }

    template <class T>
    result<T> run(call::pending_result<T>&& pending)
    {
        return tests::run_call(io, std::move(pending));
    }
    static auto quietly()
    {
        return [](error_code, auto&&...) {};
    }

    boost::asio::io_context io;
    boost::intrusive_ptr<tests::canned_channel> channel{new tests::canned_channel(io)};

    void TearDown() override { io.run(); }
};

TEST_F(OrgTest, CreateRefusesAnEmptyNameBeforeItIsSent)
{
    auto const r = run(org().create("", as_result));
    EXPECT_EQ(r.error().code, errc::invalid_argument);
    EXPECT_EQ(
        r.error().detail,
        "an organization needs a name; without one the server makes one that nothing can address"
    );
}

TEST_F(OrgTest, CreateRefusesMoreThan39Characters)
{
    auto const r = run(org().create(std::string(40, 'a'), as_result));
    EXPECT_EQ(r.error().code, errc::invalid_argument);
    EXPECT_EQ(r.error().detail, "an organization's name has at most 39 characters, not 40");
}

TEST_F(OrgTest, CreateCountsCharactersAndNotBytes)
{
    std::string umlauts;
    for (int i = 0; i != 39; ++i) umlauts += "\xc3\xbc";
    org().create(umlauts, quietly());
    EXPECT_EQ(problem(), "");
    org().create(umlauts + "\xc3\xbc", quietly());
    EXPECT_NE(problem(), "");
}

TEST_F(OrgTest, CreateLeavesAllOtherRulesToTheServer)
{
    org().create("not a name/of #CoCalc's", quietly());
    EXPECT_EQ(problem(), "");
    EXPECT_EQ(body(), R"({"name":"org.create","args":[{"name":"not a name/of #CoCalc's"}]})");
}

TEST_F(OrgTest, SetRefusesToSetNothing)
{
    auto const r = run(org().set(org_settings("acme"), as_result));
    EXPECT_EQ(r.error().code, errc::invalid_argument);
    EXPECT_EQ(
        r.error().detail, "nothing to set; say which of title, description, email_address, link"
    );
}

TEST_F(OrgTest, SetSendsWhatIsSetAndAnEmptyTextToo)
{
    org().set(org_settings("acme").title("").link("https://acme.example"), quietly());
    EXPECT_EQ(
        body(),
        R"({"name":"org.set","args":[{"name":"acme","title":"","link":"https://acme.example"}]})"
    );
    EXPECT_EQ(problem(), "");
}

TEST_F(OrgTest, EachSettingAloneIsEnough)
{
    org().set(org_settings("a").title("x"), quietly());
    EXPECT_EQ(problem(), "");
    org().set(org_settings("a").description("x"), quietly());
    EXPECT_EQ(problem(), "");
    org().set(org_settings("a").email_address("x"), quietly());
    EXPECT_EQ(problem(), "");
    org().set(org_settings("a").link("x"), quietly());
    EXPECT_EQ(problem(), "");
}

TEST_F(OrgTest, CreateUserSendsTheAddressInLowerCase)
{
    org().create_user(new_org_user("Acme", "Ada.L\xc3\x96@Example.COM"), quietly());
    EXPECT_EQ(
        body(),
        "{\"name\":\"org.createUser\",\"args\":[{\"name\":\"Acme\","
        "\"email\":\"ada.l\xc3\x96@example.com\"}]}"
    );
}

TEST_F(OrgTest, CreateUserSendsTheAddressAsItStandsIfAskedTo)
{
    org().create_user(new_org_user("acme", "Ada@Example.com").keep_email_case(), quietly());
    EXPECT_EQ(
        body(), R"({"name":"org.createUser","args":[{"name":"acme","email":"Ada@Example.com"}]})"
    );
}

TEST_F(OrgTest, CreateUserSpeaksCamelCase)
{
    org().create_user(
        new_org_user("acme", "a@b.c").first_name("Ada").last_name("L").password("pw"), quietly()
    );
    EXPECT_EQ(
        body(),
        R"({"name":"org.createUser","args":[{"name":"acme","email":"a@b.c",)"
        R"("firstName":"Ada","lastName":"L","password":"pw"}]})"
    );
}

TEST_F(OrgTest, ATokenAndItsUrlAreSecrets)
{
    channel->will_answer_json(R"({"token":"aZ09","url":"https://h/auth?auth_token=aZ09"})");
    auto const r = run(org().create_token("ada@example.com", as_result));
    ASSERT_TRUE(r);
    EXPECT_EQ(r->token.reveal(), "aZ09");
    EXPECT_EQ(r->url.reveal(), "https://h/auth?auth_token=aZ09");
    std::ostringstream shown;
    shown << r->token << ' ' << r->url;
    EXPECT_EQ(shown.str(), "*** ***");
}

TEST_F(OrgTest, ATokensEndIsInMilliseconds)
{
    auto const when = sys_ms(std::chrono::milliseconds(1760003600000));
    org().create_token(token_request("u").expire(when), quietly());
    EXPECT_EQ(body(), R"({"name":"org.createToken","args":[{"user":"u","expire":1760003600000}]})");
}

TEST_F(OrgTest, AMembersTimeIsIso)
{
    channel->will_answer_json(
        R"([{"first_name":null,"account_id":"a","last_active":"2025-10-09T08:53:20.000Z","x":1}])"
    );
    auto const r = run(org().get_users("acme", as_result));
    ASSERT_TRUE(r);
    ASSERT_EQ(r->size(), 1u);
    EXPECT_EQ(r->front().last_active, sys_ms(std::chrono::seconds(1760000000)));
    EXPECT_EQ(r->front().extra.at("x").as_int64(), 1);
}

TEST_F(OrgTest, AnOrganizationWithoutAdminsHasNoneHoweverItIsSaid)
{
    for (char const* admins : {"", R"(,"admin_account_ids":null)", R"(,"admin_account_ids":[])"}) {
        channel->will_answer_json(std::string(R"({"name":"a")") + admins + "}");
        auto const r = run(org().get("a", as_result));
        ASSERT_TRUE(r) << admins;
        EXPECT_TRUE(r->admin_account_ids.empty());
        EXPECT_FALSE(r->title);
    }
}

TEST_F(OrgTest, ARefusalIsTyped)
{
    channel->will_answer_json(R"({"error":"Error: no org named 'nope'"})");
    auto const r = run(org().get("nope", as_result));
    ASSERT_TRUE(r.has_error());
    EXPECT_EQ(r.error().code, errc::not_found);
    EXPECT_EQ(r.error().server_message, "Error: no org named 'nope'");
}

// ---- whether a lost call took effect -----------------------------------------------------------

TEST_F(OrgTest, FindGivesTheOrganization)
{
    channel->will_answer_json(R"({"name":"acme","title":"Acme"})");
    auto const r = run(org().find("acme", as_result));
    EXPECT_EQ(body(), R"({"name":"org.get","args":[{"name":"acme"}]})");
    ASSERT_TRUE(r);
    ASSERT_TRUE(*r);
    EXPECT_EQ((*r)->title, "Acme");
}

TEST_F(OrgTest, FindGivesNothingWhereGetFails)
{
    channel->will_answer_json(R"({"error":"Error: no org named 'acme'"})");
    auto const r = run(org().find("acme", as_result));
    ASSERT_TRUE(r) << r.error().message();
    EXPECT_FALSE(*r);
}

TEST_F(OrgTest, FindDoesNotTakeAnyOtherRefusalForANo)
{
    channel->will_answer_json(
        R"({"error":"Error: user must be an admin of the organization or site-admin"})"
    );
    EXPECT_EQ(run(org().find("acme", as_result)).error().code, errc::forbidden);
    channel->will_answer_json(R"({"error":"Error: unknown function 'org.get'"})");
    EXPECT_EQ(run(org().find("acme", as_result)).error().code, errc::not_found);
    channel->will_answer("HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n");
    EXPECT_EQ(run(org().find("acme", as_result)).error().code, errc::not_found);
    channel->will_answer_json("[]");
    EXPECT_EQ(run(org().find("acme", as_result)).error().code, errc::bad_shape);
}

TEST_F(OrgTest, FindUserGivesTheMemberCalledSo)
{
    std::string const members =
        R"([{"account_id":"a1","email_address":null},)"
        R"({"account_id":"a2","email_address":"Ada@example.com","first_name":"Ada"}])";
    for (char const* user : {"ada@EXAMPLE.com", "a2", "A2"}) {
        channel->will_answer_json(members);
        auto const r = run(org().find_user("acme", user, as_result));
        ASSERT_TRUE(r) << user;
        ASSERT_TRUE(*r) << user;
        EXPECT_EQ((*r)->account_id, "a2");
    }
    EXPECT_EQ(body(), R"({"name":"org.getUsers","args":[{"name":"acme"}]})");
}

TEST_F(OrgTest, FindUserGivesNothingIfNobodyIsCalledSo)
{
    for (char const* user : {"a", "", "a1a", "da@example.com"}) {
        channel->will_answer_json(R"([{"account_id":"a1","email_address":"ada@example.com"}])");
        auto const r = run(org().find_user("acme", user, as_result));
        ASSERT_TRUE(r) << user;
        EXPECT_FALSE(*r) << user;
    }
}

TEST_F(OrgTest, FindUserFailsAsGetUsersDoes)
{
    channel->will_answer_json(
        R"({"error":"Error: user must be an admin of the organization or site-admin"})"
    );
    EXPECT_EQ(run(org().find_user("acme", "a", as_result)).error().code, errc::forbidden);
    channel->will_answer_json(R"([{"email_address":"a"}])");
    auto const r = run(org().find_user("acme", "a", as_result));
    EXPECT_EQ(r.error().code, errc::bad_shape);
    EXPECT_EQ(r.error().path, "/0/account_id");
}

TEST_F(OrgTest, DeclaresWhatMayBeRepeated)
{
    org().get_all(quietly());
    org().get("n", quietly());
    org().set(org_settings("n").title("t"), quietly());
    org().add_admin("n", "u", quietly());
    org().add_user("n", "u", quietly());
    org().expire_token(secret("t"), quietly());
    org().get_users("n", quietly());
    org().remove_user("n", "u", quietly());
    org().remove_admin("n", "u", quietly());
    org().find("n", quietly());
    org().find_user("n", "u", quietly());
    std::size_t const safe = channel->requests.size();
    org().create("n", quietly());
    org().create_user(new_org_user("n", "e"), quietly());
    org().create_token("u", quietly());
    org().message("n", "s", "b", quietly());

    ASSERT_EQ(channel->requests.size(), 15u);
    for (std::size_t i = 0; i != channel->requests.size(); ++i)
        EXPECT_EQ(channel->requests[i].declared, i < safe ? retry::safe : retry::never)
            << channel->requests[i].name;
}

}  // namespace
}  // namespace cohub
