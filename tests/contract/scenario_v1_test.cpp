

#include "contract/scenario.hpp"

namespace cohub::tests {
namespace {

using fake::v1_profile;

/// @brief API v1 as different installations have it, with two accounts to find.
class V1Scenario : public testing::TestWithParam<v1_profile>
{
protected:
    V1Scenario()
    {
        server.add_account(fake::account("Foo", "Bar").id(foo).email("foo@m.local"));
        server.add_account(fake::account("Barbara", "Foot").id(barbara));
    }
    result<v1_user_list> found(v1_user_query const& q)
    {
        return run_call(io, api.user_search(q, as_result));
    }
    v1 with_key(std::string const& key) { return v1(io, options_for(key)); }
    options options_for(std::string const& key) const
    {
        options o(server.url(), secret(key));
        o.tls.ca_pem = server.ca_pem();
        return o;
    }

    std::string const foo = "00000000-0000-4000-8000-000000000001";
    std::string const barbara = "00000000-0000-4000-8000-000000000002";
    fake_server server{fake_server_options().users(0).v1(GetParam())};
    boost::asio::io_context io;
    v1 const api = with_key(server.api_key());
};

class V1Served : public V1Scenario
{
};

TEST_P(V1Served, FindsByNamesAndAddressInEitherEncoding)
{
    for (bool const form : {false, true}) {
        auto const by_names = found(v1_user_query("foo bar").as_form(form)).value();
        EXPECT_EQ(sorted(all(by_names, &v1_user::account_id)), (texts_of{foo, barbara}));
        EXPECT_EQ(by_names.event, "user_search_results");
        auto const by_address = found(v1_user_query("FOO@m.local").as_form(form)).value();
        ASSERT_EQ(by_address.size(), 1u);
        EXPECT_EQ(by_address[0].account_id, foo);
        EXPECT_EQ(by_address[0].email_address, "foo@m.local");
        EXPECT_EQ(found(v1_user_query("foo bar").limit(1).as_form(form)).value().size(), 1u);
    }
    std::string const id = "3818fa50-b892-4167-b9d9-d22d521b36af";
    EXPECT_EQ(found(v1_user_query("nobody").id(id)).value().id, id);
    EXPECT_TRUE(found(v1_user_query("nobody")).value().empty());
}

TEST_P(V1Served, RefusesInItsOwnWords)
{
    auto const of = [](auto const& r) { return refusal{r.error().code, r.error().server_message}; };
    EXPECT_EQ(
        of(found(v1_user_query("foo").admin())),
        (refusal{errc::forbidden, "must be logged in and a member of the admin group"})
    );
    EXPECT_EQ(
        of(run_call(io, api.call("nope", {}, as_result))),
        (refusal{errc::not_found, "unknown endpoint 'nope'"})
    );
    EXPECT_EQ(
        run_call(io, api.call("user_search", {}, as_result)).error().code, errc::invalid_argument
    );
    EXPECT_EQ(
        of(run_call(io, with_key("sk-nobodysKEY00000000000").user_search("foo", as_result))),
        (refusal{errc::unauthorized, "No account found. Is your API key wrong?"})
    );
    EXPECT_EQ(server.report(), "");
}

TEST_P(V1Served, SeesTheSameWorldAsTheHub)
{
    hub const sage(io, options_for(server.keys().admin));
    std::string const id =
        run_call(
            io,
            sage.org().create_user(
                new_org_user("acme", "ada@acme.test").first_name("Ada").last_name("Byron"),
                as_result
            )
        )
            .value();
    auto const byron = found("byron").value();
    EXPECT_EQ(all(byron, &v1_user::account_id), texts_of{id});
    auto const as_admin =
        run_call(
            io, with_key(server.keys().admin).user_search(v1_user_query("byron").admin(), as_result)
        )
            .value();
    ASSERT_EQ(as_admin.size(), 1u);
    EXPECT_EQ(as_admin[0].email_address, "ada@acme.test");
}

TEST_P(V1Served, DifferAsTheirContractsDo)
{
    auto const twice = found("foo bar,foo@m.local").value();
    bool const by_code = GetParam() == v1_profile::code_2020;
    EXPECT_EQ(twice.size(), by_code ? 3u : 2u);
    EXPECT_EQ(found("foo bar").value()[0].extra.size(), 0u);
    auto const seen = found("robin").value();
    ASSERT_EQ(seen.size(), 1u);
    EXPECT_EQ(seen[0].last_active.has_value(), by_code);
    EXPECT_EQ(seen[0].created.has_value(), by_code);
}

std::string profile_name(testing::TestParamInfo<v1_profile> const& row)
{
    static constexpr char const* names[] = {"Manual", "CodeOf2020", "Removed"};
    return names[static_cast<std::size_t>(row.param)];
}
INSTANTIATE_TEST_SUITE_P(
    All, V1Served, testing::Values(v1_profile::manual, v1_profile::code_2020), profile_name
);

class V1Gone : public V1Scenario
{
};

TEST_P(V1Gone, SaysSo)
{
    auto const r = found("foo");
    ASSERT_TRUE(r.has_error());
    EXPECT_EQ(r.error().code, errc::not_found);
    EXPECT_EQ(r.error().http_status, 404);
    EXPECT_NE(r.error().detail, "");
    // The hub's API works on the same server.
    hub const robin(io, options_for(server.api_key()));
    EXPECT_EQ(run_call(io, robin.system().user_search("foo", as_result)).value().size(), 2u);
}

INSTANTIATE_TEST_SUITE_P(All, V1Gone, testing::Values(v1_profile::removed), profile_name);

}  // namespace
}  // namespace cohub::tests
