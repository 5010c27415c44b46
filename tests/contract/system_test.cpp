#include <cohub/cohub.hpp>
#include <cohub/fake_server.hpp>
#include <cohub/json/encode.hpp>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <gtest/gtest.h>

#include <functional>
#include <iostream>
#include <map>
#include <set>
#include <string>

#include "contract/vectors.hpp"
#include "support/run_call.hpp"

namespace cohub::tests {
namespace {

using namespace std::chrono_literals;
using boost::json::value;

// ---- what comes back, as JSON ------------------------------------------------------------------

template <class T>
value as_json(T const& v)
{
    std::string text;
    json::writer w(text);
    encode(w, v);
    return boost::json::parse(text);
}
value as_json(server_now const& v) { return {{"now", v.now.time_since_epoch().count()}}; }
value as_json(value const& v) { return v; }
value as_json(boost::json::object const& v) { return v; }
value as_json(account_names const& v)
{
    boost::json::object o{{"first_name", v.first_name}, {"last_name", v.last_name}};
    if (v.profile) {
        std::string text;
        json::writer w(text);
        encode(w, *v.profile);
        o["profile"] = boost::json::parse(text);
    }
    return o;
}
value as_json(names_by_account const& v)
{
    boost::json::object o;
    for (auto const& [id, names] : v) o[id] = as_json(names);
    return o;
}
value as_json(json::list_or_null<std::optional<api_key_entry>> const& v)
{
    if (v.empty()) return nullptr;  // null and no entries are one to us
    boost::json::array out;
    for (auto const& entry : v) {
        boost::json::object o{{"id", entry->id}};
        auto const add = [&](char const* name, auto const& member, auto text) {
            if (member) o[name] = std::string(text(*member));
        };
        auto const same = [](std::string const& s) { return s; };
        add("account_id", entry->account_id, same);
        add("project_id", entry->project_id, same);
        add("name", entry->name, same);
        add("trunc", entry->trunc, same);
        add("expire", entry->expire, json::format_iso8601);
        add("created", entry->created, json::format_iso8601);
        add("last_active", entry->last_active, json::format_iso8601);
        add("secret", entry->secret, [](secret const& s) { return s.reveal(); });
        out.push_back(o);
    }
    return out;
}

struct came_back
{
    value result;
    failure error;
};

template <class T>
came_back told(result<T> r)
{
    if (r.has_error()) return {nullptr, r.error()};
    if constexpr (std::is_void_v<T>)
        return {};
    else
        return {as_json(*r), {}};
}

// ---- how a vector is called --------------------------------------------------------------------

class caller
{
public:
    caller(hub const& h, boost::asio::io_context& io) : hub_(h), io_(io) {}

    template <class F>
    came_back operator()(F call)
    {
        return told(run_call(io_, call(hub_)));
    }

private:
    hub const& hub_;
    boost::asio::io_context& io_;
};

std::string text(boost::json::object const& params, char const* name)
{
    return std::string(params.at(name).as_string());
}
std::vector<std::string> texts(boost::json::object const& params, char const* name)
{
    std::vector<std::string> out;
    for (auto const& v : params.at(name).as_array()) out.emplace_back(v.as_string());
    return out;
}
value const* given(boost::json::object const& params, char const* name)
{
    auto const* const v = params.if_contains(name);
    return v == nullptr || v->is_null() ? nullptr : v;
}

using method = std::function<came_back(caller, boost::json::object const&)>;

came_back search(caller call, boost::json::object const& params)
{
    user_query q(text(params, "query"));
    if (auto const* const v = given(params, "limit")) q.limit(v->as_int64());
    if (auto const* const v = given(params, "admin")) q.admin(v->as_bool());
    if (auto const* const v = given(params, "only_email")) q.only_email(v->as_bool());
    return call([&](hub const& h) { return h.system().user_search(q, as_result); });
}

came_back customize(caller call, boost::json::object const& params)
{
    if (given(params, "fields") == nullptr)
        return call([](hub const& h) { return h.system().get_customize(as_result); });
    auto const fields = texts(params, "fields");
    return call([&](hub const& h) { return h.system().get_customize(fields, as_result); });
}

came_back api_keys(caller call, boost::json::object const& params)
{
    std::map<std::string, std::function<api_key_action()>> const actions = {
        {"get", [] { return api_key_action::get(); }},
        {"create", [&] { return api_key_action::create(text(params, "name")); }},
        {"edit", [&] { return api_key_action::edit(params.at("id").as_int64()); }},
        {"delete", [&] { return api_key_action::remove(params.at("id").as_int64()); }},
    };
    api_key_action const action = actions.at(text(params, "action"))();
    return call([&](hub const& h) { return h.system().manage_api_keys(action, as_result); });
}

came_back auth_token(caller call, boost::json::object const& params)
{
    std::string const id = text(params, "user_account_id");
    if (given(params, "password") == nullptr)
        return call([&](hub const& h) { return h.system().generate_user_auth_token(id, as_result); }
        );
    secret const password(text(params, "password"));
    return call([&](hub const& h) {
        return h.system().generate_user_auth_token(id, password, as_result);
    });
}

came_back verification(caller call, boost::json::object const& params)
{
    std::optional<bool> only;
    if (auto const* const v = given(params, "only_verify")) only = v->as_bool();
    return call([&](hub const& h) { return h.system().send_email_verification(only, as_result); });
}

/// Each typed method of `system`, under its name in the vectors.
std::map<std::string, method, std::less<>> const& methods()
{
    static std::map<std::string, method, std::less<>> const table = {
        {"system.ping",
         [](caller call, auto const&) {
             return call([](hub const& h) { return h.system().ping(as_result); });
         }},
        {"system.test",
         [](caller call, auto const&) {
             return call([](hub const& h) { return h.system().test(as_result); });
         }},
        {"system.get_names",
         [](caller call, auto const& p) {
             return call([&](hub const& h) {
                 return h.system().get_names(texts(p, "account_ids"), as_result);
             });
         }},
        {"system.user_search", search},
        {"system.get_customize", customize},
        {"system.user_tracking",
         [](caller call, auto const& p) {
             return call([&](hub const& h) {
                 return h.system().user_tracking(
                     text(p, "event"), p.at("value").as_object(), as_result
                 );
             });
         }},
        {"system.log_client_error",
         [](caller call, auto const& p) {
             return call([&](hub const& h) {
                 return h.system().log_client_error(text(p, "event"), text(p, "error"), as_result);
             });
         }},
        {"system.webapp_error",
         [](caller call, auto const& p) {
             return call([&](hub const& h) { return h.system().webapp_error(p, as_result); });
         }},
        {"system.manage_api_keys", api_keys},
        {"system.generate_user_auth_token", auth_token},
        {"system.revoke_user_auth_token",
         [](caller call, auto const& p) {
             return call([&](hub const& h) {
                 return h.system().revoke_user_auth_token(secret(text(p, "token")), as_result);
             });
         }},
        {"system.admin_reset_password_link",
         [](caller call, auto const& p) {
             return call([&](hub const& h) {
                 return h.system().admin_reset_password_link(text(p, "user_account_id"), as_result);
             });
         }},
        {"system.send_email_verification", verification},
        {"system.delete_passport",
         [](caller call, auto const& p) {
             return call([&](hub const& h) {
                 return h.system().delete_passport(text(p, "strategy"), text(p, "id"), as_result);
             });
         }},
        {"system.admin_salesloft_sync",
         [](caller call, auto const& p) {
             return call([&](hub const& h) {
                 return h.system().admin_salesloft_sync(texts(p, "account_ids"), as_result);
             });
         }},
        {"system.user_salesloft_sync",
         [](caller call, auto const&) {
             return call([](hub const& h) { return h.system().user_salesloft_sync(as_result); });
         }},
    };
    return table;
}

/// Requests that no typed method makes, yet `hub.call` does.
std::set<std::string> const by_hand = {
    "transport.unknown_function",
    "transport.unknown_group",
    "transport.bare_group",
    "transport.not_in_public_table",
    "transport.extra_name_parts",
    "transport.timeout_expired",
    "transport.proxy_502",
    "system.ping.no_args",
    "system.test.no_args",
    "system.get_names.missing",
    "system.user_search.query_omitted",
    "system.user_search.null_limit_on_wire",
    "system.user_search.positional_string",
    "system.terminate.ok",
    "system.terminate.omitted",
    "system.terminate.error",
    "system.user_tracking.error",
    "system.user_salesloft_sync.omitted",
};

/// Requests that this client never makes, and why.
std::map<std::string, char const*> const never_sent = {
    {"transport.no_auth", "a client without a key is not made"},
    {"transport.bearer", "the key travels as Basic; the server takes both alike"},
    {"transport.bearer_lower_case_scheme", "the scheme is always Basic"},
    {"transport.digest", "the scheme is always Basic"},
    {"transport.basic_password_ignored", "the password is always empty"},
    {"transport.invalid_json", "the body is always whole JSON"},
    {"transport.body_too_large", "limits.max_request refuses it before it is sent"},
    {"transport.empty_body", "the body is never empty"},
    {"transport.get", "every call is a POST"},
    {"transport.text_plain", "the content type is always application/json"},
    {"transport.args_absent", "args is always sent"},
    {"transport.args_null", "args is always an array"},
    {"transport.timeout_zero", "a call without time left fails before it is sent"},
    {"transport.timeout_null", "timeout is a positive number or left out"},
};

class Contract : public testing::TestWithParam<contract_vector>
{
protected:
    hub make_hub(std::string const& key)
    {
        options o(server.url(), secret(key));
        o.retry.max_attempts = 1;
        // Time stands still, so that the time left, which the hub is told, is exact.
        o.clock = clock;
        return hub(io, std::move(o));
    }

    came_back call_by_hand(hub const& h, contract_vector const& v)
    {
        value args = boost::json::array();
        call_options o;
        if (auto const* const body = v.request().at("body").if_object()) {
            if (auto const* const a = body->if_contains("args"); a != nullptr && a->is_array())
                args = *a;
            if (auto const* const t = body->if_contains("timeout"); t != nullptr && t->is_int64())
                o.timeout(std::chrono::milliseconds(std::max<std::int64_t>(1, t->get_int64())));
        }
        std::string const name = v.wire_name().empty() ? "system.ping" : v.wire_name();
        return caller(h, io)([&](hub const& to) { return to.call(name, args, o, as_result); });
    }

    came_back call(hub const& h, contract_vector const& v)
    {
        if (by_hand.contains(v.id) || never_sent.contains(v.id)) return call_by_hand(h, v);
        return methods().find(v.method())->second(caller(h, io), v.params());
    }

    void will_answer(contract_vector const& v)
    {
        server.script("*")
            .status(static_cast<int>(v.response().at("status").as_int64()))
            .header("Content-Type", "application/json; charset=utf-8")
            .body(v.response_body());
    }

    fake_server server{fake_server_options().plain().users(0).unmasked_journal()};
    boost::asio::io_context io;
    std::shared_ptr<manual_clock> clock = std::make_shared<manual_clock>();
};

class ContractToWire : public Contract
{
};

TEST_P(ContractToWire, SendsTheVectorsRequest)
{
    contract_vector const& v = GetParam();
    hub const h = make_hub(v.key().value());
    will_answer(v);

    call(h, v);

    auto const sent = server.journal().requests();
    ASSERT_EQ(sent.size(), 1u);
    EXPECT_EQ(sent[0].method, v.request().at("method").as_string());
    EXPECT_EQ(sent[0].path, v.request().at("path").as_string());
    for (auto const& [name, expected] : v.request().at("headers").as_object())
        EXPECT_EQ(sent[0].header(std::string(name)), std::string_view(expected.as_string()))
            << name;
    EXPECT_EQ(boost::json::parse(sent[0].body), v.request().at("body"));
}

class ContractFromWire : public Contract
{
};

/// What a caller can do about a refusal, told apart by the server's words alone.
errc expected_code(std::string const& words)
{
    static std::vector<std::pair<char const*, errc>> const table = {
        {"provide an api key", errc::unauthorized},
        {"You must provide authentication", errc::unauthorized},
        {"Unknown authorization type", errc::unauthorized},
        {"incorrect password", errc::unauthorized},
        {"unknown function", errc::not_found},
        {"no api key with id", errc::not_found},
        {"ust be an admin", errc::forbidden},
        {"only admin", errc::forbidden},
        {"not allowed", errc::forbidden},
        {"banned --", errc::rate_limited},
        {"timeout - ", errc::timeout},
        {"no subscribers", errc::unavailable},
        {"HTTP 502", errc::http_status},
        {"Invalid JSON", errc::http_status},
        {"Body exceeded", errc::too_large},
    };
    for (auto const& [part, code] : table)
        if (words.find(part) != std::string::npos) return code;
    return errc::api_error;
}

std::string shown(failure const& f)
{
    if (f.server_message.starts_with('<')) return "HTTP " + std::to_string(f.http_status);
    return f.server_message;
}

/// What we make of a result: null is absent, and the map that the server lets through is null.
value as_understood(contract_vector const& v)
{
    if (v.result() == nullptr) return nullptr;
    value r = without_nulls(*v.result());
    if (v.id == "system.user_search.verified_map_leak")
        r.as_array()[0].as_object().erase("email_address_verified");
    return r;
}

TEST_P(ContractFromWire, UnderstandsTheVectorsResponse)
{
    contract_vector const& v = GetParam();
    hub const h = make_hub(v.key().value_or("sk-abcdefQWERTY0909000001"));
    will_answer(v);

    came_back const got = call(h, v);

    EXPECT_EQ(shown(got.error), v.error());
    EXPECT_EQ(got.error.code, v.error().empty() ? error_code() : expected_code(v.error()));
    EXPECT_EQ(without_nulls(got.result), as_understood(v)) << got.error.message();
    EXPECT_EQ(server.report(), "");
}

std::vector<contract_vector> all_vectors() { return load_vectors({"system.", "transport."}); }

std::vector<contract_vector> sendable_vectors()
{
    auto v = all_vectors();
    std::erase_if(v, [](contract_vector const& one) { return never_sent.contains(one.id); });
    return v;
}

auto const name_of = [](auto const& row) { return camel_case(row.param.id); };
INSTANTIATE_TEST_SUITE_P(All, ContractToWire, testing::ValuesIn(sendable_vectors()), name_of);
INSTANTIATE_TEST_SUITE_P(All, ContractFromWire, testing::ValuesIn(all_vectors()), name_of);

// ---- nothing quietly missing -------------------------------------------------------------------

/// The group as the vendor has it: packages/conat/hub/api/system.ts.
std::set<std::string> const vendor_routes = {
    "system.adminResetPasswordLink",
    "system.adminSalesloftSync",
    "system.deletePassport",
    "system.generateUserAuthToken",
    "system.getCustomize",
    "system.getNames",
    "system.logClientError",
    "system.manageApiKeys",
    "system.ping",
    "system.revokeUserAuthToken",
    "system.sendEmailVerification",
    "system.terminate",
    "system.test",
    "system.userSalesloftSync",
    "system.userSearch",
    "system.userTracking",
    "system.webappError",
};

TEST(ContractTable, HasAVectorForEveryRouteOfTheVendor)
{
    std::set<std::string> routes;
    for (auto const& v : load_vectors({"system."})) routes.insert(v.wire_name());
    EXPECT_EQ(routes, vendor_routes);
}

TEST(ContractTable, HasATypedMethodForEveryRouteButTerminate)
{
    std::set<std::string> routes;
    for (auto const& v : load_vectors({"system."}))
        if (methods().contains(v.method())) routes.insert(v.wire_name());
    routes.insert("system.terminate");
    EXPECT_EQ(routes, vendor_routes);
    EXPECT_EQ(methods().size() + 1, vendor_routes.size());
}

TEST(ContractTable, NamesOnlyVectorsThatExist)
{
    std::set<std::string> ids;
    for (auto const& v : all_vectors()) ids.insert(v.id);
    for (auto const& id : by_hand) EXPECT_TRUE(ids.contains(id)) << id;
    for (auto const& [id, why] : never_sent) EXPECT_TRUE(ids.contains(id)) << id;
}

TEST(ContractTable, TellsHowManyVectorsRun)
{
    std::cout << sendable_vectors().size() << " vectors to the wire (" << by_hand.size()
              << " of them by hub.call), " << all_vectors().size()
              << " from the wire; never sent:\n";
    for (auto const& [id, why] : never_sent) std::cout << "  " << id << ": " << why << '\n';
    EXPECT_EQ(all_vectors().size(), 96u);
    EXPECT_EQ(sendable_vectors().size(), 82u);
}

TEST(ContractTable, ARequestAboveTheHubsLimitIsNeverSent)
{
    fake_server const server(fake_server_options().plain().users(0));
    boost::asio::io_context io;
    hub const h(io, options(server.url(), secret(server.api_key())));
    // The whole body has one byte more than the hub takes.
    std::string const around = R"({"name":"system.ping","args":["")" + std::string("]}");
    value const args = boost::json::array{std::string(1024 * 1024 + 1 - around.size(), 'x')};

    auto const r = run_call(io, h.call("system.ping", args, as_result));

    ASSERT_TRUE(r.has_error());
    EXPECT_EQ(r.error().code, errc::invalid_argument);
    EXPECT_EQ(server.journal().connections(), 0u);
}

}  // namespace
}  // namespace cohub::tests
