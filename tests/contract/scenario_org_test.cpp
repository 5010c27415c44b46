#include <boost/json/object.hpp>

#include <chrono>
#include <functional>
#include <optional>

#include "contract/scenario.hpp"

namespace cohub::tests {
namespace {

using namespace std::chrono_literals;

constexpr char const* not_admin = "Error: user must be an admin of the organization or site-admin";
constexpr char const* no_key =
    "must be signed in and MUST provide an api key (cookies are not allowed)";

class OrgScenario : public Scenario
{
protected:
    texts_of members(hub const& h, std::string_view name)
    {
        auto const users = got(h.org().get_users(name, as_result));
        return sorted(all(users, &organization_user::account_id));
    }
    texts_of admins(std::string_view name)
    {
        return got(sage.org().get(name, as_result)).admin_account_ids;
    }
    texts_of live_tokens() const
    {
        auto const tokens = server.auth_tokens();
        return all(tokens, &fake::auth_token::token);
    }
};

TEST_F(OrgScenario, AnOrganizationsWholeLife)
{
    // The organization is made and found.
    EXPECT_EQ(got(sage.org().find("lovelace", as_result)), std::nullopt);
    EXPECT_EQ(got(sage.org().create("lovelace", as_result)).size(), 36u);
    auto const list = got(sage.org().get_all(as_result));
    EXPECT_EQ(
        sorted(all(list, &organization_entry::name)),
        (std::vector<std::optional<std::string>>{"acme", "lovelace"})
    );
    organization org = got(sage.org().get("lovelace", as_result));
    EXPECT_EQ(org.name, "lovelace");
    EXPECT_EQ(org.title, std::nullopt);
    EXPECT_TRUE(org.admin_account_ids.empty());

    // A value that is set is read back. A value that is not set does not change. An empty text
    // makes it empty.
    got(sage.org().set(
        org_settings("lovelace")
            .title("Lovelace")
            .description("Engines")
            .email_address("office@lovelace.test")
            .link("https://lovelace.test"),
        as_result
    ));
    got(sage.org().set(org_settings("lovelace").title("Lovelace & Co").link(""), as_result));
    org = got(sage.org().get("lovelace", as_result));
    EXPECT_EQ(org.title, "Lovelace & Co");
    EXPECT_EQ(org.description, "Engines");
    EXPECT_EQ(org.email_address, "office@lovelace.test");
    EXPECT_EQ(org.link, "");

    // A user is made for the organization. Everyone finds this user.
    std::string const ada = got(sage.org().create_user(
        new_org_user("lovelace", "Ada@Lovelace.test").first_name("Ada").last_name("Byron"),
        as_result
    ));
    auto const found = got(robin.system().user_search("ada@lovelace.test", as_result));
    ASSERT_EQ(found.size(), 1u);
    EXPECT_EQ(found[0].account_id, ada);
    EXPECT_EQ(found[0].email_address, "ada@lovelace.test");
    auto const by_name = got(robin.system().user_search("ada byron", as_result));
    EXPECT_EQ(all(by_name, &user::account_id), texts_of{ada});
    EXPECT_EQ(got(robin.system().get_names(texts_of{ada}, as_result)).at(ada).last_name, "Byron");
    auto const users = got(sage.org().get_users("lovelace", as_result));
    ASSERT_EQ(users.size(), 1u);
    EXPECT_EQ(users[0].account_id, ada);
    EXPECT_EQ(users[0].first_name, "Ada");
    EXPECT_EQ(users[0].email_address, "ada@lovelace.test");

    // She becomes its admin and uses the rights of an admin.
    hub const her = as(ada);
    EXPECT_EQ(refused(her.org().get("lovelace", as_result)), (refusal{errc::forbidden, not_admin}));
    got(sage.org().add_admin("lovelace", "ada@lovelace.test", as_result));
    got(sage.org().add_admin("lovelace", ada, as_result));
    EXPECT_EQ(admins("lovelace"), texts_of{ada});
    got(her.org().set(org_settings("lovelace").title("Byron"), as_result));
    EXPECT_EQ(got(her.org().get("lovelace", as_result)).title, "Byron");
    std::string const charles = got(her.org().create_user(
        new_org_user("lovelace", "charles@lovelace.test").password(secret("difference")), as_result
    ));
    EXPECT_EQ(members(her, "lovelace"), sorted(texts_of{ada, charles}));
    auto const member = got(her.org().find_user("lovelace", "Charles@lovelace.test", as_result));
    ASSERT_TRUE(member.has_value());
    EXPECT_EQ(member->account_id, charles);

    // A message reaches every member and nobody else.
    hub const his = as(charles);
    got(her.org().message("lovelace", "Meeting", "At *noon*.", as_result));
    for (hub const* const h : {&her, &his}) {
        auto const mail = got(h->messages().get(as_result));
        ASSERT_EQ(mail.size(), 1u);
        EXPECT_EQ(mail[0].subject, "Meeting");
        EXPECT_EQ(mail[0].body, "At *noon*.");
        EXPECT_EQ(mail[0].from_id, ada);
        EXPECT_EQ(sorted<std::string>(mail[0].to_ids), sorted(texts_of{ada, charles}));
    }
    EXPECT_TRUE(got(robin.messages().get(as_result)).empty());

    // An admin leaves in two steps, a member in one.
    EXPECT_EQ(
        refused(sage.org().remove_user("lovelace", ada, as_result)),
        (refusal{
            errc::conflict,
            "Error: admin cannot be removed from org; first remove them from being an admin"})
    );
    got(her.org().remove_admin("lovelace", ada, as_result));
    EXPECT_TRUE(admins("lovelace").empty());
    EXPECT_EQ(members(sage, "lovelace"), sorted(texts_of{ada, charles}));
    EXPECT_EQ(
        refused(her.org().get_users("lovelace", as_result)), (refusal{errc::forbidden, not_admin})
    );
    got(sage.org().remove_user("lovelace", "ada@lovelace.test", as_result));
    EXPECT_EQ(members(sage, "lovelace"), texts_of{charles});
    got(sage.org().remove_user("lovelace", charles, as_result));
    got(sage.org().remove_user("lovelace", charles, as_result));
    EXPECT_TRUE(members(sage, "lovelace").empty());
    // The accounts still exist.
    EXPECT_EQ(account_of(her), ada);
}

TEST_F(OrgScenario, ATokenEndsByTheClockOrByHand)
{
    std::string const user = account_of(orla);
    sign_in_token const first = got(orla.org().create_token(user, as_result));
    EXPECT_EQ(first.token.reveal().size(), 24u);
    EXPECT_NE(first.url.reveal().find(first.token.reveal()), std::string_view::npos);
    sys_ms const in_an_hour{std::chrono::milliseconds(server.now()) + 1h};
    sign_in_token const second =
        got(sage.org().create_token(token_request("orla@cohub.test").expire(in_an_hour), as_result)
        );
    sign_in_token const third = got(orla.org().create_token(user, as_result));
    std::string const of_first(first.token.reveal()), of_second(second.token.reveal());
    EXPECT_EQ(live_tokens().size(), 3u);
    EXPECT_EQ(live_tokens().front(), of_second);

    server.advance(1h);
    EXPECT_EQ(live_tokens().size(), 2u);
    // Everyone who has a token may end it, also twice.
    got(robin.org().expire_token(third.token, as_result));
    got(robin.org().expire_token(third.token, as_result));
    EXPECT_EQ(live_tokens(), texts_of{of_first});
    server.advance(23h - 1ms);
    EXPECT_EQ(live_tokens(), texts_of{of_first});
    server.advance(1ms);
    EXPECT_EQ(live_tokens(), texts_of{});

    // Such a token is not a key.
    EXPECT_EQ(
        refused(with_key(of_first).system().ping(as_result)), (refusal{errc::unauthorized, no_key})
    );
}

TEST_F(OrgScenario, AMemberMovesAndThenBecomesAdmin)
{
    std::string const user = account_of(orla);
    got(sage.org().create("babbage", as_result));
    EXPECT_EQ(
        refused(sage.org().add_admin("babbage", "orla@cohub.test", as_result)),
        (refusal{
            errc::conflict,
            "Error: User 'orla@cohub.test' is already member of another organization"})
    );
    got(sage.org().add_user("babbage", user, as_result));
    got(sage.org().add_admin("babbage", user, as_result));
    EXPECT_EQ(members(orla, "babbage"), texts_of{user});
    EXPECT_TRUE(members(orla, "acme").empty());
    // It is an admin there nevertheless.
    EXPECT_EQ(admins("acme"), texts_of{user});
}

TEST_F(OrgScenario, EachCallerMayWhatUpstreamLetsIt)
{
    std::string const member =
        got(orla.org().create_user(new_org_user("acme", "member@acme.test"), as_result));
    hub const hers = as(member);
    std::string const stranger = server.add_account(fake::account("Some", "Body"));
    auto const org_set = org_settings("acme").title("A");
    auto next_user = [n = 0]() mutable {
        return new_org_user("acme", "n" + std::to_string(n++) + "@acme.test");
    };

    struct rule
    {
        char const* what;
        std::function<refusal(hub const&)> call;
        char const* to_org_admin;
        char const* to_member;
    };
    char const* const only_site = "Error: must be a site admin";
    char const* const only_makers = "Error: only admins may create organizations";
    char const* const only_promoters =
        "Error: only site admins can make a user an organization admin right now";
    char const* const only_movers =
        "Error: only site admins can add/move a user to an org right now";
    std::vector<rule> const rules = {
        {"getAll",
         [&](hub const& h) { return refused(h.org().get_all(as_result)); },
         only_site,
         only_site},
        {"create",
         [&](hub const& h) { return refused(h.org().create("new", as_result)); },
         only_makers,
         only_makers},
        {"get",
         [&](hub const& h) { return refused(h.org().get("acme", as_result)); },
         "",
         not_admin},
        {"set",
         [&](hub const& h) { return refused(h.org().set(org_set, as_result)); },
         "",
         not_admin},
        {"getUsers",
         [&](hub const& h) { return refused(h.org().get_users("acme", as_result)); },
         "",
         not_admin},
        {"createUser",
         [&](hub const& h) { return refused(h.org().create_user(next_user(), as_result)); },
         "",
         not_admin},
        {"createToken",
         [&](hub const& h) { return refused(h.org().create_token(member, as_result)); },
         "",
         not_admin},
        {"addAdmin",
         [&](hub const& h) { return refused(h.org().add_admin("acme", stranger, as_result)); },
         only_promoters,
         only_promoters},
        {"addUser",
         [&](hub const& h) { return refused(h.org().add_user("acme", stranger, as_result)); },
         only_movers,
         only_movers},
        {"removeAdmin",
         [&](hub const& h) { return refused(h.org().remove_admin("acme", stranger, as_result)); },
         "",
         not_admin},
        {"removeUser",
         [&](hub const& h) { return refused(h.org().remove_user("acme", stranger, as_result)); },
         "",
         not_admin},
        {"message",
         [&](hub const& h) { return refused(h.org().message("acme", "s", "b", as_result)); },
         "",
         not_admin},
        {"expireToken",
         [&](hub const& h) { return refused(h.org().expire_token(secret("nothing"), as_result)); },
         "",
         ""},
    };
    auto const expected = [](std::string const& words) {
        return refusal{words.empty() ? error_code() : make_error_code(errc::forbidden), words};
    };
    for (rule const& r : rules) {
        SCOPED_TRACE(r.what);
        EXPECT_EQ(r.call(machine), (refusal{errc::unauthorized, no_key}));
        EXPECT_EQ(r.call(hers), expected(r.to_member));
        EXPECT_EQ(r.call(robin), expected(r.to_member));
        EXPECT_EQ(r.call(orla), expected(r.to_org_admin));
        EXPECT_EQ(r.call(sage), refusal());
    }
    EXPECT_EQ(rules.size(), 13u);
}

TEST_F(OrgScenario, TheServersOwnWordsReachTheCallerTyped)
{
    auto const org = [this] { return sage.org(); };
    boost::json::object const too_long{{"name", std::string(40, 'x')}};
    boost::json::object const nothing{{"name", "acme"}};

    // Unknown organizations and users.
    EXPECT_EQ(
        refused(org().get("nope", as_result)),
        (refusal{errc::not_found, "Error: no org named 'nope'"})
    );
    EXPECT_EQ(refused(orla.org().get("nope", as_result)), (refusal{errc::forbidden, not_admin}));
    EXPECT_EQ(refused(org().set(org_settings("nope").title("T"), as_result)), refusal());
    EXPECT_TRUE(got(org().get_users("nope", as_result)).empty());
    EXPECT_EQ(
        refused(org().add_admin("acme", "nobody@x.test", as_result)),
        (refusal{errc::not_found, "Error: no such account 'nobody@x.test'"})
    );
    for (auto&& pending :
         {refused(org().add_user("acme", "nobody@x.test", as_result)),
          refused(org().remove_user("acme", "nobody@x.test", as_result)),
          refused(org().remove_admin("acme", "nobody@x.test", as_result))})
        EXPECT_EQ(pending, (refusal{errc::not_found, "Error: cannot find user 'nobody@x.test'"}));
    EXPECT_EQ(
        refused(org().create_token("robin@cohub.test", as_result)),
        (refusal{errc::not_found, "Error: user is not in an org"})
    );

    // Names that are taken, in the same case and in another one; the same for addresses.
    EXPECT_EQ(
        refused(org().create("acme", as_result)),
        (refusal{errc::conflict, "Error: name acme is already used by some account or organization"}
        )
    );
    EXPECT_EQ(
        refused(org().create("ACME", as_result)),
        (refusal{
            errc::conflict,
            "error: duplicate key value violates unique constraint "
            "\"organizations_lower_name__unique_idx\""})
    );
    EXPECT_EQ(
        refused(org().create_user(new_org_user("acme", "Robin@cohub.test"), as_result)),
        (refusal{
            errc::conflict,
            "error: duplicate key value violates unique constraint "
            "\"accounts_email_address_key\""})
    );

    // What the client refuses, and what the server would have answered.
    EXPECT_TRUE(refused_here("org.create", org().create(std::string(40, 'x'), as_result)));
    EXPECT_TRUE(refused_here("org.create", org().create("", as_result)));
    EXPECT_TRUE(refused_here("org.set", org().set(org_settings("acme"), as_result)));
    EXPECT_EQ(
        refused(sage.call("org.create", too_long, as_result)),
        (refusal{errc::invalid_argument, "error: value too long for type character varying(39)"})
    );
    EXPECT_EQ(
        refused(sage.call("org.set", nothing, as_result)),
        (refusal{errc::api_error, "error: syntax error at or near \"WHERE\""})
    );
    EXPECT_EQ(
        refused(org().set(org_settings("acme").title(std::string(255, 'x')), as_result)),
        (refusal{errc::invalid_argument, "error: value too long for type character varying(254)"})
    );
    EXPECT_EQ(
        refused(org().set(org_settings("acme").title(std::string(254, 'x')), as_result)), refusal()
    );
}

}  // namespace
}  // namespace cohub::tests
