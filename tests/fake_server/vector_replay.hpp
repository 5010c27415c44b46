#pragma once

// What every replay of the contract's vectors against the fake server uses: the callers, and one
// exchange.

#include <gtest/gtest.h>

#include <cctype>
#include <functional>
#include <map>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "../support/vector_file.hpp"
#include "support.hpp"

namespace cohub::tests {

inline std::string const user_id = "11111111-1111-4111-8111-111111111111";
inline std::string const admin_id = "aaaaaaaa-0000-4000-8000-000000000002";
inline std::string const org_admin_id = "aaaaaaaa-0000-4000-8000-000000000003";
inline std::string const ada_id = "22222222-2222-4222-8222-222222222222";
inline std::string const alan_id = "33333333-3333-4333-8333-333333333333";
inline std::string const nameless_id = "44444444-4444-4444-8444-444444444444";
inline std::string const project_id = "66666666-6666-4666-8666-666666666666";
inline std::string const other_project_id = "77777777-7777-4777-8777-777777777777";

inline std::string const user_key = "sk-abcdefQWERTY0909000001";
inline std::string const site_admin_key = "sk-siteadminSITE001000002";
inline std::string const org_admin_key = "sk-orgadminORGADM01000003";
inline std::string const project_key = "sk-projectkeyPRJ001000004";

struct exchange
{
    std::string id;
    json::object const* vector;
};

inline void PrintTo(exchange const& e, std::ostream* out) { *out << e.id; }

/// The state that a vector needs in addition to the callers.
using arrangement = std::function<void(fake_server&)>;
using arrangement_table = std::map<std::string, arrangement>;

inline fake::account ada()
{
    fake::account a("Ada", "Lovelace");
    a.id(ada_id).email("ada@example.com").with_password("right");
    a.created_at(1759000000000).active_at(1760000000000);
    return a;
}

inline fake::account alan()
{
    fake::account a("Alan", "Turing");
    a.id(alan_id).user_name("alan").email("alan@example.com");
    a.created_at(1759000000000).active_at(1760000000000);
    return a;
}

inline arrangement has(fake::account a)
{
    return [a](fake_server& server) { server.add_account(a); };
}

/// The state that all vectors assume. The keys are of the old kind, so that no list of keys shows
/// them.
inline void arrange_callers(fake_server& server)
{
    using fake::account;
    using fake::api_key;
    server.add_account(account("Una", "User").id(user_id));
    server.add_account(account("Site", "Boss").id(admin_id).make_admin());
    server.add_account(account("Org", "Boss").id(org_admin_id));
    server.add_project(project_id, {user_id});
    server.add_project(other_project_id, {admin_id});
    server.add_api_key(api_key(user_id).secret(user_key).make_legacy());
    server.add_api_key(api_key(admin_id).secret(site_admin_key).make_legacy());
    server.add_api_key(api_key(org_admin_id).secret(org_admin_key).make_legacy());
    server.add_api_key(api_key(user_id).secret(project_key).project(project_id).numbered(4));
}

/// The vectors in a file that `wanted` accepts.
inline std::vector<exchange> load_vectors(
    bool (*wanted)(json::object const&), char const* file = COHUB_VECTORS
)
{
    std::vector<exchange> out;
    for (json::value const& v : vector_file(file)) {
        if (wanted(v.as_object())) {
            out.push_back({std::string(v.at("id").as_string()), &v.as_object()});
        }
    }
    return out;
}

/// How many of them begin with each word.
inline std::map<std::string, int> count_groups(std::vector<exchange> const& list)
{
    std::map<std::string, int> groups;
    for (exchange const& e : list) ++groups[e.id.substr(0, e.id.find('.'))];
    return groups;
}

/// The names of arrangements that match no vector.
inline std::vector<std::string> strangers(
    arrangement_table const& arrangements, std::vector<exchange> const& list
)
{
    std::map<std::string, bool> known;
    for (exchange const& e : list) known[e.id] = true;
    std::vector<std::string> out;
    for (auto const& [id, arrange] : arrangements) {
        if (!known[id]) out.push_back(id);
    }
    return out;
}

inline std::string request_body(json::object const& vector)
{
    json::object const& request = vector.at("request").as_object();
    json::value const& body = request.at("body");
    if (body.is_null()) return "";
    if (request.contains("encoding")) return std::string(body.as_string());
    std::string text = json::serialize(body);
    if (vector.at("id").as_string() == "transport.body_too_large") {
        // The replay has to insert the filling of this vector.
        auto const at = text.find("<filler");
        text.insert(at, 1024 * 1024 + 1, 'x');
    }
    return text;
}

/// Sends the vector's request.
inline answer send_vector(fake_server& server, json::object const& vector)
{
    json::object const& request = vector.at("request").as_object();
    httplib::Headers headers;
    for (auto const& [name, value] : request.at("headers").as_object()) {
        headers.emplace(name, value.as_string());
    }
    return http_client(server).send(
        std::string(request.at("method").as_string()),
        std::string(request.at("path").as_string()),
        headers,
        request_body(vector)
    );
}

/// Plays the vector against its own server, and compares the answer with the vector's.
inline void replay(
    exchange const& e,
    arrangement_table const& arrangements,
    fake_server_options const& options = plain_options().users(0)
)
{
    fake_server server(options);
    arrange_callers(server);
    if (auto const at = arrangements.find(e.id); at != arrangements.end()) at->second(server);
    answer const got = send_vector(server, *e.vector);

    json::object const& response = e.vector->at("response").as_object();
    EXPECT_EQ(got.status, response.at("status").as_int64());
    if (response.contains("encoding")) {
        EXPECT_EQ(got.body, std::string_view(response.at("body").as_string()));
    } else {
        EXPECT_EQ(got.value(), response.at("body"));
        EXPECT_EQ(got.header("Content-Type"), "application/json; charset=utf-8");
    }
    EXPECT_EQ(server.report(), "");
}

inline std::string camel_case(std::string_view id)
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

}  // namespace cohub::tests
