#include <gtest/gtest.h>

#include "vector_replay.hpp"

namespace cohub::tests {

namespace {

using fake::account;
using fake::api_key;

arrangement draws(std::string text)
{
    return [text](fake_server& server) {
        server.add_account(ada());
        server.next_random(text);
    };
}

arrangement has_key_seven()
{
    return [](fake_server& server) {
        server.add_api_key(
            api_key(user_id).secret("sk-abcdefghijklmnop000007").named("ci").numbered(7)
        );
    };
}

arrangement_table const& arrangements()
{
    static arrangement_table const table = {
        {"transport.no_subscriber", [](auto& s) { s.script("system.ping").no_subscriber(); }},
        {"transport.timeout_expired", [](auto& s) { s.script("*").bridge_timeout(); }},
        {"transport.proxy_502", [](auto& s) { s.script("system.ping").status(502); }},
        {"project.system.ping.timeout", [](auto& s) { s.script("*").bridge_timeout(); }},
        {"system.get_names.ok", has(ada().profile_color("#ff0000"))},
        {"system.get_names.mixed", has(ada())},
        {"system.get_names.no_name", has(account().id(nameless_id))},
        {"system.get_names.upper_case",
         has(account("Ada", "Upper").id("abcdefab-2222-4222-8222-222222222222"))},
        {"system.user_search.by_name", has(ada())},
        {"system.user_search.by_email", has(ada().verified())},
        {"system.user_search.by_email_capitals", has(ada().verified())},
        {"system.user_search.by_uuid_no_email", has(ada().verified())},
        {"system.user_search.by_username", has(alan())},
        {"system.user_search.substring", has(alan())},
        {"system.user_search.nulls_dropped", has(ada().active_at({}))},
        {"system.user_search.null_limit_on_wire", has(ada())},
        {"system.user_search.limit_one_most_recent",
         [](auto& s) {
             s.add_account(ada());
             s.add_account(alan().active_at(1760000000005));
         }},
        {"system.user_search.duplicate_in_mixed_list", has(ada().verified())},
        {"system.user_search.only_email",
         [](auto& s) {
             s.add_account(ada());
             s.add_account(alan().verified_address("old@example.com"));
         }},
        {"system.user_search.admin", has(ada().verified())},
        {"system.user_search.verified_map_leak",
         [](auto& s) {
             account a = alan().verified_address("old@example.com");
             a.email_address.reset();
             s.add_account(a);
         }},
        {"system.manage_api_keys.ok", has_key_seven()},
        {"system.manage_api_keys.omitted", has_key_seven()},
        {"system.manage_api_keys.create", draws("abcdefghijklmnop")},
        {"system.generate_user_auth_token.ok", draws("aZ09bY18cX27dW36eV45fU54")},
        {"system.generate_user_auth_token.omitted", draws("aZ09bY18cX27dW36eV45fU54")},
        {"system.generate_user_auth_token.error", has(ada())},
        {"system.generate_user_auth_token.locked",
         [](auto& s) {
             s.add_account(ada());
             http_client(s).as(user_key).call(
                 "system.generateUserAuthToken",
                 R"({"user_account_id":")" + ada_id + R"(","password":"bad"})"
             );
         }},
        {"system.admin_reset_password_link.ok", draws("55555555-5555-4555-8555-555555555555")},
        {"system.admin_reset_password_link.omitted", has(account().id(nameless_id))},
    };
    return table;
}

// The groups that this server answers; the others' vectors wait for theirs.
bool is_served(json::object const& v)
{
    std::string_view const id = v.at("id").as_string();
    if (id.starts_with("transport.") || id.starts_with("system.")) return true;
    if (v.at("api").as_string() != "project") return false;
    auto const* const body = v.at("request").at("body").if_object();
    auto const* const name = body ? body->if_contains("name") : nullptr;
    if (!name || !name->is_string()) return false;
    std::string_view const n = name->get_string();
    return n == "ping" || n == "system.ping" || n == "system.test" || n == "system.nope";
}

class FakeHubVectors : public testing::TestWithParam<exchange>
{
};

TEST_P(FakeHubVectors, AnswersAsTheContractSays) { replay(GetParam(), arrangements()); }

INSTANTIATE_TEST_SUITE_P(
    All,
    FakeHubVectors,
    testing::ValuesIn(load_vectors(is_served)),
    [](auto const& row) { return camel_case(row.param.id); }
);

TEST(FakeHubVectorTable, CoversTheWholeOfSystemAndTransport)
{
    auto groups = count_groups(load_vectors(is_served));
    EXPECT_EQ(groups["system"], 74);
    EXPECT_EQ(groups["transport"], 22);
    EXPECT_EQ(groups["project"], 13);
}

TEST(FakeHubVectorTable, NamesOnlyVectorsThatExist)
{
    EXPECT_EQ(strangers(arrangements(), load_vectors(is_served)), std::vector<std::string>());
}

}  // namespace

}  // namespace cohub::tests
