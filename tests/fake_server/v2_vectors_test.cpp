// The contract's vectors of API v2 against the fake server.

#include <gtest/gtest.h>

#include "vector_replay.hpp"

namespace cohub::tests {

namespace {

using fake::account;

bool any(json::object const&) { return true; }
std::vector<exchange> v2_vectors() { return load_vectors(any, COHUB_V2_VECTORS); }

// Answers that the framework gives without the route have another content type or status.
std::vector<exchange> answered_by_routes()
{
    auto all = v2_vectors();
    std::erase_if(all, [](exchange const& e) {
        return e.vector->at("response").at("status").as_int64() != 200;
    });
    return all;
}

account una() { return account("Una", "User").id(user_id); }

arrangement has_una() { return has(una().email("una@example.com").with_password("old password")); }

arrangement una_and(account other)
{
    return [other](fake_server& server) {
        has_una()(server);
        server.add_account(other);
    };
}

void arrange_two(fake_server& server)
{
    server.add_account(ada());
    server.add_account(alan().active_at(1760000000005));
}

arrangement_table v2_arrangements()
{
    arrangement_table table = {
        {"v2.search.by_email", has(ada().verified())},
        {"v2.get_names.ok", has(ada().profile_color("#ff0000"))},
        {"v2.profile.ok", has(alan())},
        {"v2.profile.avatar",
         has(ada().profile_color("#ff0000").profile_image("https://example.com/a.png"))},
        {"v2.profile.nameless", has(account().id(nameless_id))},
        {"v2.profile.own_admin",
         has(account("Site", "Boss").id(admin_id).make_admin().email("boss@example.com"))},
        {"v2.set_name.taken", has(alan())},
        {"v2.get_email_address.partner",
         [](auto& s) {
             s.add_account(ada());
             s.add_account(account("Org", "Boss").id(org_admin_id).make_partner());
         }},
        {"v2.get_email_address.none", has(account().id(nameless_id))},
        {"v2.set_email_address.in_use", una_and(ada())},
        {"v2.set_email_address.in_use_says_database", has(ada())},
        {"v2.set_email_address.with_password", has(una())},
        {"v2.set_password.first", has(una())},
        {"v2.send_verification_email.no_address", has(una())},
    };
    for (exchange const& e : v2_vectors()) {
        std::string_view const id = e.id;
        if (id.starts_with("v2.search.")) table.try_emplace(e.id, arrange_two);
        if (id.starts_with("v2.set_email_address.") || id.starts_with("v2.set_password.") ||
            id.starts_with("v2.send_verification_email.")) {
            table.try_emplace(e.id, has_una());
        }
        if (id.ends_with(".ok") || id.ends_with("_key") || id.ends_with("of_another")) {
            table.try_emplace(e.id, has(ada()));
        }
    }
    return table;
}

class FakeV2Vectors : public testing::TestWithParam<exchange>
{
};

TEST_P(FakeV2Vectors, AnswersAsTheContractSays) { replay(GetParam(), v2_arrangements()); }

INSTANTIATE_TEST_SUITE_P(
    All,
    FakeV2Vectors,
    testing::ValuesIn(answered_by_routes()),
    [](auto const& row) { return camel_case(row.param.id); }
);

TEST(FakeV2VectorTable, CoversAllOfV2)
{
    EXPECT_EQ(v2_vectors().size(), 87u);
    EXPECT_EQ(answered_by_routes().size(), 86u);
    EXPECT_EQ(strangers(v2_arrangements(), v2_vectors()), std::vector<std::string>());
}

}  // namespace

}  // namespace cohub::tests
