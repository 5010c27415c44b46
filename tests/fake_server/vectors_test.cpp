#include <gtest/gtest.h>

#include <cctype>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>

#include "support.hpp"

namespace cohub::tests {

namespace {

using fake::account;
using fake::api_key;

std::string const user_id = "11111111-1111-4111-8111-111111111111";
std::string const admin_id = "aaaaaaaa-0000-4000-8000-000000000002";
std::string const org_admin_id = "aaaaaaaa-0000-4000-8000-000000000003";
std::string const ada_id = "22222222-2222-4222-8222-222222222222";
std::string const alan_id = "33333333-3333-4333-8333-333333333333";
std::string const nameless_id = "44444444-4444-4444-8444-444444444444";
std::string const project_id = "66666666-6666-4666-8666-666666666666";
std::string const other_project_id = "77777777-7777-4777-8777-777777777777";

struct exchange
{
    std::string id;
    json::object vector;
};

void PrintTo(exchange const& e, std::ostream* out) { *out << e.id; }

account ada()
{
    account a("Ada", "Lovelace");
    a.id(ada_id).email("ada@example.com").with_password("right");
    a.created_at(1759000000000).active_at(1760000000000);
    return a;
}

account alan()
{
    account a("Alan", "Turing");
    a.id(alan_id).user_name("alan").email("alan@example.com");
    a.created_at(1759000000000).active_at(1760000000000);
    return a;
}

// What all vectors take for granted. The keys are of the old kind, so that no list of keys shows
// them.
void arrange_callers(fake_server& server)
{
    server.add_account(account("Una", "User").id(user_id));
    server.add_account(account("Site", "Boss").id(admin_id).make_admin());
    server.add_account(account("Org", "Boss").id(org_admin_id));
    server.add_project(project_id, {user_id});
    server.add_project(other_project_id, {admin_id});
    server.add_api_key(api_key(user_id).secret("sk-abcdefQWERTY0909000001").make_legacy());
    server.add_api_key(api_key(admin_id).secret("sk-siteadminSITE001000002").make_legacy());
    server.add_api_key(api_key(org_admin_id).secret("sk-orgadminORGADM01000003").make_legacy());
    server.add_api_key(
        api_key(user_id).secret("sk-projectkeyPRJ001000004").project(project_id).numbered(4)
    );
}

using arrangement = std::function<void(fake_server&)>;

arrangement has(account a)
{
    return [a](fake_server& server) { server.add_account(a); };
}

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

// The state that a vector needs beyond the callers.
std::map<std::string, arrangement> const& arrangements()
{
    static std::map<std::string, arrangement> const table = {
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
             http_client(s)
                 .as("sk-abcdefQWERTY0909000001")
                 .call(
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

std::vector<exchange> load()
{
    std::ifstream file(COHUB_VECTORS);
    std::string const text{std::istreambuf_iterator<char>(file), {}};
    std::vector<exchange> out;
    json::value const all = json::parse(text);
    for (json::value const& v : all.as_array()) {
        if (is_served(v.as_object())) {
            out.push_back({std::string(v.at("id").as_string()), v.as_object()});
        }
    }
    return out;
}

std::string request_body(json::object const& vector)
{
    json::object const& request = vector.at("request").as_object();
    json::value const& body = request.at("body");
    if (body.is_null()) return "";
    if (request.contains("encoding")) return std::string(body.as_string());
    std::string text = json::serialize(body);
    if (vector.at("id").as_string() == "transport.body_too_large") {
        // The vector leaves the filling to whoever replays it.
        auto const at = text.find("<filler");
        text.insert(at, 1024 * 1024 + 1, 'x');
    }
    return text;
}

std::string camel_case(std::string_view id)
{
    std::string out;
    bool up = true;
    for (char const c : id) {
        if (c == '.' || c == '_') {
            up = true;
        } else {
            out += up ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
            up = false;
        }
    }
    return out;
}

class FakeHubVectors : public testing::TestWithParam<exchange>
{
};

TEST_P(FakeHubVectors, AnswersAsTheContractSays)
{
    json::object const& vector = GetParam().vector;
    fake_server server(plain_options().users(0));
    arrange_callers(server);
    if (auto const at = arrangements().find(GetParam().id); at != arrangements().end()) {
        at->second(server);
    }
    json::object const& request = vector.at("request").as_object();
    httplib::Headers headers;
    for (auto const& [name, value] : request.at("headers").as_object()) {
        headers.emplace(name, value.as_string());
    }
    answer const got = http_client(server).send(
        std::string(request.at("method").as_string()),
        std::string(request.at("path").as_string()),
        headers,
        request_body(vector)
    );

    json::object const& response = vector.at("response").as_object();
    EXPECT_EQ(got.status, response.at("status").as_int64());
    if (response.contains("encoding")) {
        EXPECT_EQ(got.body, std::string_view(response.at("body").as_string()));
    } else {
        EXPECT_EQ(got.value(), response.at("body"));
        EXPECT_EQ(got.header("Content-Type"), "application/json; charset=utf-8");
    }
    EXPECT_EQ(server.report(), "");
}

INSTANTIATE_TEST_SUITE_P(All, FakeHubVectors, testing::ValuesIn(load()), [](auto const& row) {
    return camel_case(row.param.id);
});

TEST(FakeHubVectorTable, CoversTheWholeOfSystemAndTransport)
{
    std::map<std::string, int> groups;
    for (exchange const& e : load()) ++groups[e.id.substr(0, e.id.find('.'))];
    EXPECT_EQ(groups["system"], 74);
    EXPECT_EQ(groups["transport"], 22);
    EXPECT_EQ(groups["project"], 13);
}

TEST(FakeHubVectorTable, NamesOnlyVectorsThatExist)
{
    std::map<std::string, bool> known;
    for (exchange const& e : load()) known[e.id] = true;
    for (auto const& [id, arrange] : arrangements()) EXPECT_TRUE(known[id]) << id;
}

}  // namespace

}  // namespace cohub::tests
