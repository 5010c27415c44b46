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

std::string const account_made = "44444444-4444-4444-8444-444444444444";
std::string const organization_made = "55555555-5555-4555-8555-555555555555";
std::string const token_made = "aZ09bY18cX27dW36eV45fU54";

fake::organization acme()
{
    fake::organization o("acme");
    o.title("Acme").description("d").link("https://acme.example").email("hi@acme.example");
    return o;
}

// Two organizations: acme has an admin, whose key the vectors use, and beta has nothing.
void arrange_organizations(fake_server& server)
{
    server.remove_organization("acme");
    server.add_organization(acme().admin(ada_id));
    server.add_organization(fake::organization("beta"));
    server.add_account(ada().in_organization("acme"));
    server.add_account(alan());
    server.add_api_key(api_key(ada_id).secret(org_admin_key).make_legacy());
}

void forget_organizations(fake_server& server)
{
    server.remove_organization("acme");
    server.remove_organization("beta");
}

arrangement organizations_and(std::function<void(fake_server&)> more)
{
    return [more](fake_server& server) {
        arrange_organizations(server);
        more(server);
    };
}

arrangement organizations_drawing(std::string text)
{
    return organizations_and([text](fake_server& server) { server.next_random(text); });
}

arrangement_table organization_arrangements()
{
    arrangement_table table = {
        {"org.get_all.no_args", organizations_and(forget_organizations)},
        {"org.create.ok", organizations_and([](auto& s) {
             forget_organizations(s);
             s.next_random(organization_made);
         })},
        {"org.create.max_length", organizations_drawing(organization_made)},
        {"org.create.name_omitted", organizations_drawing(organization_made)},
        {"org.get.last_admin_removed",
         organizations_and([](auto& s) { s.add_organization(acme().without_admins()); })},
        {"org.create_user.ok", organizations_drawing(account_made)},
        {"org.create_user.nulls_dropped", organizations_drawing(account_made)},
        {"org.create_token.ok", organizations_drawing(token_made)},
        {"org.create_token.by_email", organizations_drawing(token_made)},
        {"org.create_token.with_expire", organizations_drawing(token_made)},
        {"org.get_users.ok", organizations_and([](auto& s) {
             s.add_account(account().id(nameless_id).in_organization("acme"));
         })},
        {"org.remove_user.ok",
         organizations_and([](auto& s) { s.add_account(alan().in_organization("acme")); })},
    };
    for (exchange const& e : load_vectors([](json::object const& v) {
             return std::string_view(v.at("id").as_string()).starts_with("org.");
         })) {
        table.try_emplace(e.id, arrange_organizations);
    }
    return table;
}

arrangement_table const& arrangements()
{
    static arrangement_table const table = [] {
        arrangement_table all = {
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
            {"messages.send.ok",
             [](auto& s) {
                 s.add_account(ada());
                 s.add_message(fake::mail(ada_id, {user_id}).numbered(16));
             }},
            {"messages.get.ok",
             [](auto& s) {
                 // The vector's message is to Ada, so the key must be hers.
                 s.add_account(ada());
                 s.add_api_key(api_key(ada_id).secret(user_key).make_legacy());
                 s.add_message(fake::mail(user_id, {ada_id}).numbered(17).subject("S").body("B"));
             }},
            {"purchases.get_balance.ok",
             has(account("Una", "User").id(user_id).with_balance(-12.5))},
        };
        all.merge(organization_arrangements());
        return all;
    }();
    return table;
}

// The vectors about accounts. Of those about projects, only the ones about reaching a project.
bool is_served(json::object const& v)
{
    std::string_view const id = v.at("id").as_string();
    for (std::string_view const group :
         {"transport.", "system.", "org.", "messages.", "purchases."}) {
        if (id.starts_with(group)) return true;
    }
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

TEST(FakeHubVectorTable, CoversItsGroupsToTheLast)
{
    auto groups = count_groups(load_vectors(is_served));
    EXPECT_EQ(groups["system"], 74);
    EXPECT_EQ(groups["transport"], 22);
    EXPECT_EQ(groups["project"], 13);
    EXPECT_EQ(groups["org"], 62);
    EXPECT_EQ(groups["messages"], 6);
    EXPECT_EQ(groups["purchases"], 2);
}

TEST(FakeHubVectorTable, NamesOnlyVectorsThatExist)
{
    EXPECT_EQ(strangers(arrangements(), load_vectors(is_served)), std::vector<std::string>());
}

bool is_v1(json::object const& v) { return v.at("api").as_string() == "v1"; }

// These two vectors are not compared byte by byte. Each has its own test: one has no defined order,
// and for the other the contract only gives the beginning of the page.
bool is_exact_v1(json::object const& v)
{
    std::string_view const id = v.at("id").as_string();
    return is_v1(v) && id != "v1.user_search.names_form_limit" && id != "v1.removed_today";
}

account foo_bar() { return account("foo", "bar").id(ada_id); }

void arrange_foos(fake_server& server)
{
    server.add_account(foo_bar());
    server.add_account(account("bar123", "fooxyz").id(alan_id));
    server.add_account(account("Foo", "Bar").id(nameless_id));
}

arrangement_table v1_arrangements()
{
    arrangement_table table = {
        {"v1.user_search.email_form", has(account("John", "Doe").id(ada_id).email("jd@m.local"))},
        {"v1.user_search.names_form_limit", arrange_foos},
        {"v1.user_search.names_json_sorted", arrange_foos},
        {"v1.user_search.swapped_words", arrange_foos},
        {"v1.user_search.prefix_only", has(account("Xfoo", "YBar").id(ada_id))},
        {"v1.user_search.mixed",
         [](auto& s) {
             s.add_account(foo_bar());
             s.add_account(account("John", "Doe").id(alan_id).email("jd@m.local"));
         }},
        {"v1.user_search.nulls_default", has(foo_bar())},
        {"v1.user_search.2020_fields",
         has(foo_bar().created_at(1760000000000).active_at(1760000000000))},
        {"v1.get_usernames.ok", has(account("John", "Smith").id(ada_id))},
    };
    // If the caller gave no id, each answer has a new one.
    for (exchange const& e : load_vectors(is_v1)) {
        auto const* const body = e.vector->at("response").at("body").if_object();
        auto const* const id = body ? body->if_contains("id") : nullptr;
        if (!id) continue;
        arrangement& arrange = table[e.id];
        arrange = [first = arrange, id = std::string(id->as_string())](fake_server& server) {
            if (first) first(server);
            server.next_random(id);
        };
    }
    return table;
}

fake_server_options v1_options(std::string_view id)
{
    using enum fake::v1_profile;
    bool const is_old = id == "v1.user_search.2020_fields";
    bool const is_gone = id == "v1.removed_today";
    return plain_options().users(0).v1(is_gone ? removed : is_old ? code_2020 : manual);
}

exchange v1_vector(std::string_view id)
{
    for (exchange const& e : load_vectors(is_v1)) {
        if (e.id == id) return e;
    }
    throw std::runtime_error("no such vector: " + std::string(id));
}

class FakeV1Vectors : public testing::TestWithParam<exchange>
{
};

TEST_P(FakeV1Vectors, AnswersAsTheContractSays)
{
    replay(GetParam(), v1_arrangements(), v1_options(GetParam().id));
}

INSTANTIATE_TEST_SUITE_P(
    All,
    FakeV1Vectors,
    testing::ValuesIn(load_vectors(is_exact_v1)),
    [](auto const& row) { return camel_case(row.param.id); }
);

TEST(FakeV1VectorTable, FindsTheManualsSampleInTheOrderOfNames)
{
    exchange const e = v1_vector("v1.user_search.names_form_limit");
    fake_server server(v1_options(e.id));
    arrange_callers(server);
    v1_arrangements().at(e.id)(server);
    json::value expected = e.vector->at("response").at("body");
    json::array& sample = expected.at("results").as_array();
    std::swap(sample.at(0), sample.at(1));
    EXPECT_EQ(send_vector(server, *e.vector).value(), expected);
}

TEST(FakeV1VectorTable, AnswersAPageWhereTheApiIsGone)
{
    exchange const e = v1_vector("v1.removed_today");
    fake_server server(v1_options(e.id));
    arrange_callers(server);
    answer const got = send_vector(server, *e.vector);
    EXPECT_EQ(got.status, 404);
    EXPECT_TRUE(got.body.starts_with(e.vector->at("response").at("body").as_string())) << got.body;
    EXPECT_EQ(got.header("Content-Type"), "text/html; charset=utf-8");
    EXPECT_EQ(server.report(), "");
}

TEST(FakeV1VectorTable, CoversAllOfV1)
{
    EXPECT_EQ(load_vectors(is_v1).size(), 21u);
    EXPECT_EQ(load_vectors(is_exact_v1).size(), 19u);
    EXPECT_EQ(strangers(v1_arrangements(), load_vectors(is_v1)), std::vector<std::string>());
}

}  // namespace

}  // namespace cohub::tests
