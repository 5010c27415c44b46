#include <boost/json/array.hpp>

#include <string>

#include "contract/groups.hpp"
#include "contract/replay.hpp"

namespace cohub::tests {
namespace {

using boost::json::value;

came_back search(caller const& call, boost::json::object const& params)
{
    user_query q(text(params, "query"));
    if (auto const* const v = given(params, "limit")) q.limit(v->as_int64());
    if (auto const* const v = given(params, "admin")) q.admin(v->as_bool());
    if (auto const* const v = given(params, "only_email")) q.only_email(v->as_bool());
    return call([&](hub const& h) { return h.system().user_search(q, as_result); });
}

came_back customize(caller const& call, boost::json::object const& params)
{
    if (given(params, "fields") == nullptr)
        return call([](hub const& h) { return h.system().get_customize(as_result); });
    auto const fields = texts(params, "fields");
    return call([&](hub const& h) { return h.system().get_customize(fields, as_result); });
}

came_back api_keys(caller const& call, boost::json::object const& params)
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

came_back auth_token(caller const& call, boost::json::object const& params)
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

came_back verification(caller const& call, boost::json::object const& params)
{
    std::optional<bool> only;
    if (auto const* const v = given(params, "only_verify")) only = v->as_bool();
    return call([&](hub const& h) { return h.system().send_email_verification(only, as_result); });
}

}  // namespace

contract_group const& system_group()
{
    static contract_group const group = [] {
        contract_group g;
        g.prefixes = {"system.", "transport."};
        g.size = 96;
        g.methods = {
            {"system.ping",
             [](caller const& call, auto const&) {
                 return call([](hub const& h) { return h.system().ping(as_result); });
             }},
            {"system.test",
             [](caller const& call, auto const&) {
                 return call([](hub const& h) { return h.system().test(as_result); });
             }},
            {"system.get_names",
             [](caller const& call, auto const& p) {
                 return call([&](hub const& h) {
                     return h.system().get_names(texts(p, "account_ids"), as_result);
                 });
             }},
            {"system.user_search", search},
            {"system.get_customize", customize},
            {"system.user_tracking",
             [](caller const& call, auto const& p) {
                 return call([&](hub const& h) {
                     return h.system().user_tracking(
                         text(p, "event"), p.at("value").as_object(), as_result
                     );
                 });
             }},
            {"system.log_client_error",
             [](caller const& call, auto const& p) {
                 return call([&](hub const& h) {
                     return h.system().log_client_error(
                         text(p, "event"), text(p, "error"), as_result
                     );
                 });
             }},
            {"system.webapp_error",
             [](caller const& call, auto const& p) {
                 return call([&](hub const& h) { return h.system().webapp_error(p, as_result); });
             }},
            {"system.manage_api_keys", api_keys},
            {"system.generate_user_auth_token", auth_token},
            {"system.revoke_user_auth_token",
             [](caller const& call, auto const& p) {
                 return call([&](hub const& h) {
                     return h.system().revoke_user_auth_token(secret(text(p, "token")), as_result);
                 });
             }},
            {"system.admin_reset_password_link",
             [](caller const& call, auto const& p) {
                 return call([&](hub const& h) {
                     return h.system().admin_reset_password_link(
                         text(p, "user_account_id"), as_result
                     );
                 });
             }},
            {"system.send_email_verification", verification},
            {"system.delete_passport",
             [](caller const& call, auto const& p) {
                 return call([&](hub const& h) {
                     return h.system().delete_passport(
                         text(p, "strategy"), text(p, "id"), as_result
                     );
                 });
             }},
            {"system.admin_salesloft_sync",
             [](caller const& call, auto const& p) {
                 return call([&](hub const& h) {
                     return h.system().admin_salesloft_sync(texts(p, "account_ids"), as_result);
                 });
             }},
            {"system.user_salesloft_sync",
             [](caller const& call, auto const&) {
                 return call([](hub const& h) { return h.system().user_salesloft_sync(as_result); }
                 );
             }},
        };
        // packages/conat/hub/api/system.ts
        g.vendor_routes = {
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
        // A hook for developers that stops a service.
        g.untyped_routes = {"system.terminate"};
        g.by_hand = {
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
        g.never_sent = {
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
        g.codes = {
            {"incorrect password", errc::unauthorized},
            {"no api key with id", errc::not_found},
            {"invalid input syntax for type uuid", errc::invalid_argument},
            {"Unknown service", errc::not_found},
            {"ust be an admin", errc::forbidden},
            {"only admin", errc::forbidden},
            {"not allowed", errc::forbidden},
            {"banned --", errc::rate_limited},
        };
        // The server lets a map through here. This client reads it as null.
        g.understood = [](contract_vector const& v, value& r) {
            if (v.id == "system.user_search.verified_map_leak")
                r.as_array()[0].as_object().erase("email_address_verified");
        };
        return g;
    }();
    return group;
}

namespace {

class SystemToWire : public Replay
{
protected:
    SystemToWire() : Replay(system_group()) {}
};
TEST_P(SystemToWire, SendsTheVectorsRequest) { send(); }

class SystemFromWire : public Replay
{
protected:
    SystemFromWire() : Replay(system_group()) {}
};
TEST_P(SystemFromWire, UnderstandsTheVectorsResponse) { understand(); }

INSTANTIATE_TEST_SUITE_P(
    All, SystemToWire, testing::ValuesIn(system_group().sendable()), vector_name
);
INSTANTIATE_TEST_SUITE_P(
    All, SystemFromWire, testing::ValuesIn(system_group().vectors()), vector_name
);

TEST(SystemVectors, AreAllReplayed)
{
    system_group().expect_whole();
    system_group().tell("system");
}

TEST(SystemVectors, ARequestAboveTheHubsLimitIsNeverSent)
{
    fake_server const server(fake_server_options().plain().users(0));
    boost::asio::io_context io;
    hub const h(io, options(server.url(), secret(server.api_key())));
    // The whole body has one byte more than the hub accepts.
    std::string const around = R"({"name":"system.ping","args":["")" + std::string("]}");
    value const args = boost::json::array{std::string(1024 * 1024 + 1 - around.size(), 'x')};

    auto const r = run_call(io, h.call("system.ping", args, as_result));

    ASSERT_TRUE(r.has_error());
    EXPECT_EQ(r.error().code, errc::invalid_argument);
    EXPECT_EQ(server.journal().connections(), 0u);
}

}  // namespace
}  // namespace cohub::tests
