#include "contract/scenario.hpp"

namespace cohub::tests {
namespace {

/// @brief API v2 and the hub's API, with the same world behind them.
class V2Scenario : public Scenario
{
protected:
    static v2_accounts_api accounts(hub const& h) { return h.v2().accounts(); }
    std::vector<user> found_by_hub(std::string const& query)
    {
        return got(robin.system().user_search(query, as_result));
    }
    account_names name_of(std::string const& id)
    {
        return got(robin.system().get_names({id}, as_result)).at(id);
    }
    std::size_t mails_to(std::string const& address)
    {
        auto const mails = server.verification_mails();
        return static_cast<std::size_t>(std::count_if(
            mails.begin(), mails.end(), [&](auto const& m) { return m.address == address; }
        ));
    }

    std::string const ada = server.add_account(
        fake::account("Ada", "Quux").email("ada@quux.test").with_password("old password")
    );
    hub const adas = as(ada);
};

TEST_F(V2Scenario, SearchesWhatTheHubSearches)
{
    for (char const* const query : {"quux", "ada@quux.test", "robin,quux", "nobody at all"}) {
        auto const here = got(accounts(robin).search(query, as_result));
        EXPECT_EQ(all(here, &user::account_id), all(found_by_hub(query), &user::account_id));
    }
    EXPECT_EQ(
        got(accounts(robin).search("ada@quux.test", as_result)).at(0).email_address, "ada@quux.test"
    );
    EXPECT_EQ(got(accounts(robin).search("quux", as_result)).at(0).email_address, std::nullopt);
    // No key is required.
    EXPECT_EQ(
        got(accounts(with_key("sk-nobodysKEY00000000000")).search("quux", as_result)).size(), 1u
    );
}

TEST_F(V2Scenario, ANameThatIsSetIsFoundByTheHub)
{
    got(accounts(adas).set_name(
        name_change().username("ada-q").first_name("Augusta").last_name("Zyzzyva"), as_result
    ));
    auto const found = found_by_hub("zyzzyva");
    ASSERT_EQ(found.size(), 1u);
    EXPECT_EQ(found[0].account_id, ada);
    EXPECT_EQ(found[0].name, "ada-q");
    EXPECT_EQ(name_of(ada).first_name, "Augusta");
    EXPECT_TRUE(found_by_hub("quux").empty());
    // A name that another account has is refused, in lower or upper case. So is a change of another
    // account without the right to do so.
    EXPECT_EQ(
        refused(accounts(robin).set_name(name_change().username("ADA-Q"), as_result)),
        (refusal{
            errc::conflict, "name \"ADA-Q\" is already taken by another organization or account"})
    );
    EXPECT_EQ(
        refused(accounts(robin).set_name(name_change().first_name("X").account_id(ada), as_result))
            .code,
        errc::forbidden
    );
    got(accounts(sage).set_name(name_change().first_name("Countess").account_id(ada), as_result));
    EXPECT_EQ(name_of(ada).first_name, "Countess");
    // v2 shows what was set through the hub.
    got(adas.db().set("accounts", {{"last_name", "King"}}, as_result));
    EXPECT_EQ(got(accounts(robin).profile(ada, as_result)).last_name, "King");
}

TEST_F(V2Scenario, ABanEndsKeysAndTokensUntilItIsLifted)
{
    got(sage.org().add_user("acme", ada, as_result));
    got(sage.org().create_token(ada, as_result));
    ASSERT_EQ(server.auth_tokens().size(), 1u);
    EXPECT_EQ(refused(accounts(robin).ban(ada, as_result)).code, errc::forbidden);
    EXPECT_EQ(account_of(adas), ada);

    got(accounts(sage).ban(ada, as_result));
    EXPECT_EQ(refused(adas.system().test(as_result)).code, errc::unauthorized);
    EXPECT_EQ(
        refused(accounts(adas).get_names({ada}, as_result)),
        (refusal{errc::unauthorized, "must be signed in"})
    );
    EXPECT_EQ(server.auth_tokens().size(), 0u);
    auto const seen = got(sage.system().user_search(user_query("quux").admin(), as_result));
    ASSERT_EQ(seen.size(), 1u);
    EXPECT_EQ(seen[0].banned, true);

    got(accounts(sage).remove_ban(ada, as_result));
    EXPECT_EQ(account_of(adas), ada);
}

TEST_F(V2Scenario, AnAddressIsSetOnceAndItsMailSent)
{
    secret const password("old password");
    got(accounts(adas).set_email_address("Countess@Quux.test", password, as_result));
    EXPECT_EQ(mails_to("countess@quux.test"), 1u);
    EXPECT_EQ(found_by_hub("countess@quux.test").size(), 1u);
    EXPECT_TRUE(found_by_hub("ada@quux.test").empty());
    EXPECT_EQ(got(accounts(sage).get_email_address(ada, as_result)), "countess@quux.test");
    EXPECT_EQ(refused(accounts(adas).get_email_address(ada, as_result)).code, errc::forbidden);
    EXPECT_EQ(got(accounts(adas).profile(as_result)).email_address, "countess@quux.test");
    // The second time the address is taken: by the account itself.
    EXPECT_EQ(
        refused(accounts(adas).set_email_address("countess@quux.test", password, as_result)).code,
        errc::conflict
    );
    got(accounts(adas).send_verification_email(as_result));
    got(adas.system().send_email_verification(std::nullopt, as_result));
    EXPECT_EQ(mails_to("countess@quux.test"), 3u);
}

TEST_F(V2Scenario, APasswordThatIsSetIsTheHubsToo)
{
    secret const before("old password"), after("new password");
    EXPECT_EQ(
        refused(accounts(adas).set_password(after, before, as_result)),
        (refusal{errc::unauthorized, "Current password is incorrect."})
    );
    EXPECT_EQ(
        refused(accounts(adas).set_password(before, secret("abc"), as_result)).code,
        errc::invalid_argument
    );
    got(accounts(adas).set_password(before, after, as_result));
    // How to find out what happened after a lost answer.
    got(accounts(adas).set_password(after, after, as_result));
    EXPECT_FALSE(got(robin.system().generate_user_auth_token(ada, after, as_result)).empty());
}

TEST_F(V2Scenario, ADeletedAccountIsFoundByNobody)
{
    got(accounts(adas).delete_(as_result));
    EXPECT_TRUE(found_by_hub("quux").empty());
    EXPECT_TRUE(found_by_hub("ada@quux.test").empty());
    EXPECT_EQ(name_of(ada).first_name, "Deleted");
    EXPECT_EQ(got(accounts(robin).get_names({ada}, as_result)).at(ada).last_name, "User");
    // The key still works.
    EXPECT_EQ(account_of(adas), ada);
    EXPECT_EQ(got(accounts(adas).profile(as_result)).email_address, std::nullopt);
}

TEST_F(V2Scenario, WhatIsNeverRepeatedIsSentOnce)
{
    secret const password("old password"), other("new password");
    for (char const* const route :
         {"set-email-address", "set-password", "send-verification-email", "delete"})
        server.script(std::string("v2.accounts.") + route).status(503).times(1).then_ok();
    failure const ends[] = {
        failed(accounts(adas).set_email_address("new@quux.test", password, as_result)),
        failed(accounts(adas).set_password(password, other, as_result)),
        failed(accounts(adas).send_verification_email(as_result)),
        failed(accounts(adas).delete_(as_result)),
    };
    for (failure const& f : ends) {
        EXPECT_EQ(f.attempts, 1);
        EXPECT_TRUE(f.maybe_sent);
        EXPECT_EQ(f.http_status, 503);
    }
    server.script("v2.accounts.search").status(502).times(1).then_ok();
    EXPECT_EQ(got(accounts(robin).search("quux", as_result)).size(), 1u);
    EXPECT_EQ(server.journal().count("v2.accounts.search"), 2u);
    // This uses the rest of the script, so that the report is clean.
    got(accounts(adas).set_email_address("new@quux.test", password, as_result));
    got(accounts(adas).set_password(password, other, as_result));
    got(accounts(adas).send_verification_email(as_result));
    got(accounts(adas).delete_(as_result));
}

TEST_F(V2Scenario, WhatALostAnswerSaidCanBeFoundOut)
{
    secret const before("old password"), after("new password");
    for (char const* const route : {"set-email-address", "set-password", "delete"})
        server.script(std::string("v2.accounts.") + route).effect_then_drop();
    auto const is_lost = [](failure const& f) {
        return f.code == errc::connection_lost && f.maybe_sent && f.attempts == 1;
    };
    EXPECT_TRUE(is_lost(failed(accounts(adas).set_email_address("new@quux.test", before, as_result))
    ));
    EXPECT_EQ(got(accounts(adas).profile(as_result)).email_address, "new@quux.test");
    EXPECT_TRUE(is_lost(failed(accounts(adas).set_password(before, after, as_result))));
    got(accounts(adas).set_password(after, after, as_result));
    EXPECT_TRUE(is_lost(failed(accounts(adas).delete_(as_result))));
    EXPECT_EQ(got(accounts(adas).get_names({ada}, as_result)).at(ada).first_name, "Deleted");
}

TEST_F(V2Scenario, ProxysPagesSayWhatTheirStatusSays)
{
    call_options const once = call_options().retries(0);
    server.script("v2.accounts.search").bridge_timeout();
    EXPECT_EQ(failed(accounts(robin).search("a", once, as_result)).http_status, 504);
    server.script("v2.accounts.search").body("<html>sign in</html>");
    EXPECT_EQ(failed(accounts(robin).search("a", once, as_result)).code, errc::bad_json);
}

TEST_F(V2Scenario, PasswordsAreInNoTextOfAFailure)
{
    secret const password("old password"), other("very secret word");
    std::string const echo = "<html>POST {\"password\":\"very secret word\"}</html>";
    for (int const status : {200, 400, 502}) {
        server.script("v2.accounts.set-password").status(status).body(echo);
        failure const f = failed(accounts(adas).set_password(password, other, as_result));
        EXPECT_NE(f.code, error_code());
        EXPECT_EQ(f.message().find("very secret word"), std::string::npos) << f.message();
        EXPECT_EQ(f.server_message.find("very secret"), std::string::npos);
    }
    for (auto const& r : server.journal().requests()) {
        EXPECT_EQ(r.body.find("very secret word"), std::string::npos) << r.body;
        EXPECT_EQ(r.body.find("old password"), std::string::npos) << r.body;
    }
}

TEST_F(V2Scenario, ProjectsKeysAreSomebodyWithoutAnAccount)
{
    EXPECT_EQ(got(accounts(machine).get_names({ada}, as_result)).at(ada).first_name, "Ada");
    EXPECT_EQ(refused(accounts(machine).profile(as_result)).code, errc::not_found);
    EXPECT_EQ(refused(accounts(machine).delete_(as_result)).code, errc::not_found);
}

TEST_F(V2Scenario, RefusesHereWhatIsNoAccountsId)
{
    std::vector<std::string> const ids{ada, "abc"};
    EXPECT_TRUE(refused_here("v2.*", accounts(sage).ban("abc", as_result)));
    EXPECT_TRUE(refused_here("v2.*", accounts(sage).remove_ban("", as_result)));
    EXPECT_TRUE(refused_here("v2.*", accounts(sage).profile("abc", as_result)));
    EXPECT_TRUE(refused_here("v2.*", accounts(sage).get_email_address("abc", as_result)));
    EXPECT_TRUE(refused_here("v2.*", accounts(sage).get_names(ids, as_result)));
    EXPECT_TRUE(refused_here(
        "v2.*", accounts(sage).set_name(name_change().first_name("A").account_id("x"), as_result)
    ));
}

}  // namespace
}  // namespace cohub::tests
