#include <boost/json/value.hpp>

#include <string>
#include <utility>

#include "contract/groups.hpp"
#include "contract/replay.hpp"

namespace cohub::tests {
namespace {

using boost::json::object;

v2_accounts_api accounts(hub const& h) { return h.v2().accounts(); }

/// The only argument is the id of an account.
template <class Method>
typed_method about_account(Method method)
{
    return [method](caller const& call, object const& params) {
        std::string const id = text(params, "account_id");
        return call([&](hub const& h) { return method(accounts(h), id); });
    };
}

came_back profile(caller const& call, object const& params)
{
    profile_query q;
    if (given(params, "account_id") != nullptr) q = profile_query(text(params, "account_id"));
    if (auto const* const v = given(params, "no_cache")) q.no_cache(v->as_bool());
    return call([&](hub const& h) { return accounts(h).profile(q, as_result); });
}

came_back set_name(caller const& call, object const& params)
{
    name_change names;
    if (given(params, "username") != nullptr) names.username(text(params, "username"));
    if (given(params, "first_name") != nullptr) names.first_name(text(params, "first_name"));
    if (given(params, "last_name") != nullptr) names.last_name(text(params, "last_name"));
    if (given(params, "account_id") != nullptr) names.account_id(text(params, "account_id"));
    return call([&](hub const& h) { return accounts(h).set_name(names, as_result); });
}

came_back send_verification(caller const& call, object const& params)
{
    return call([&](hub const& h) {
        return given(params, "email_address") != nullptr
                   ? accounts(h).send_verification_email(text(params, "email_address"), as_result)
                   : accounts(h).send_verification_email(as_result);
    });
}

std::map<std::string, typed_method, std::less<>> methods()
{
    return {
        {"accounts.search",
         [](caller const& call, object const& params) {
             std::string const query = text(params, "query");
             return call([&](hub const& h) { return accounts(h).search(query, as_result); });
         }},
        {"accounts.get_names",
         [](caller const& call, object const& params) {
             auto const ids = texts(params, "account_ids");
             return call([&](hub const& h) { return accounts(h).get_names(ids, as_result); });
         }},
        {"accounts.profile", profile},
        {"accounts.set_name", set_name},
        {"accounts.get_email_address", about_account([](auto const& api, auto const& id) {
             return api.get_email_address(id, as_result);
         })},
        {"accounts.set_email_address",
         [](caller const& call, object const& params) {
             secret const password(text(params, "password"));
             std::string const address = text(params, "email_address");
             return call([&](hub const& h) {
                 return accounts(h).set_email_address(address, password, as_result);
             });
         }},
        {"accounts.set_password",
         [](caller const& call, object const& params) {
             secret const now(text(params, "current_password"));
             secret const then(text(params, "new_password"));
             return call([&](hub const& h) {
                 return accounts(h).set_password(now, then, as_result);
             });
         }},
        {"accounts.send_verification_email", send_verification},
        {"accounts.ban",
         about_account([](auto const& api, auto const& id) { return api.ban(id, as_result); })},
        {"accounts.remove_ban", about_account([](auto const& api, auto const& id) {
             return api.remove_ban(id, as_result);
         })},
        {"accounts.delete",
         [](caller const& call, object const&) {
             return call([](hub const& h) { return accounts(h).delete_(as_result); });
         }},
        {"accounts.sign_out",
         [](caller const& call, object const& params) {
             bool const all = params.at("all").as_bool();
             return call([&](hub const& h) { return accounts(h).sign_out(all, as_result); });
         }},
    };
}

came_back by_path(caller const& call, contract_vector const& v)
{
    object body;
    if (auto const* const given = v.request().at("body").if_object()) body = *given;
    return call([&](hub const& h) { return h.v2().call(v.wire_name(), body, as_result); });
}

}  // namespace

contract_group const& v2_group()
{
    static contract_group const group = [] {
        contract_group g;
        g.prefixes = {"v2."};
        g.size = 87;
        g.methods = methods();
        g.vendor_routes = {
            "accounts/ban",
            "accounts/delete",
            "accounts/get-email-address",
            "accounts/get-names",
            "accounts/profile",
            "accounts/remove-ban",
            "accounts/search",
            "accounts/send-verification-email",
            "accounts/set-email-address",
            "accounts/set-name",
            "accounts/set-password",
            "accounts/sign-out",
        };
        g.by_hand = {
            "v2.ban.missing",
            "v2.get_email_address.missing",
            "v2.get_names.missing",
            // For this client, a profile of nobody is a refusal. The unit tests test that.
            "v2.profile.not_signed_in",
            "v2.profile.null_is_own",
            "v2.search.limit_is_nothing",
            "v2.search.query_missing",
            "v2.sign_out.missing",
        };
        char const* const no_id = "no account's id";
        g.refused_here = {
            {"v2.ban.bad_id", no_id},
            {"v2.get_email_address.bad_id", no_id},
            {"v2.get_names.bad_id", no_id},
            {"v2.profile.bad_id", no_id},
            {"v2.remove_ban.bad_id", no_id},
            {"v2.set_name.empty_is_left_out", "the server would say that it went well"},
            {"v2.set_name.nothing", "the same"},
        };
        g.never_sent = {
            {"v2.ban.get", "everything is a POST"},
            {"v2.delete.get", "everything is a POST"},
            {"v2.get_names.no_auth", "a client without a key is not made"},
            {"v2.search.no_auth", "a client without a key is not made"},
        };
        g.codes = {
            {"ust be signed in", errc::unauthorized},
            {"is incorrect", errc::unauthorized},
            {"only admins can ban users", errc::forbidden},
            {"you must be an admin or partner", errc::forbidden},
            {"by account administrators", errc::forbidden},
            {"no account with", errc::not_found},
            {"o such account", errc::not_found},
            {"must use a POST request", errc::not_found},
            {"is already in use", errc::conflict},
            {"is already taken", errc::conflict},
            {"name must", errc::invalid_argument},
            {"address is not valid", errc::invalid_argument},
            {"password must be at least", errc::invalid_argument},
            {"Password is too weak", errc::invalid_argument},
            {"invalid input syntax for type uuid", errc::invalid_argument},
        };
        g.call_by_hand = by_path;
        return g;
    }();
    return group;
}

namespace {

class V2ToWire : public Replay
{
protected:
    V2ToWire() : Replay(v2_group()) {}
};
TEST_P(V2ToWire, SendsTheVectorsRequest) { send(); }

class V2FromWire : public Replay
{
protected:
    V2FromWire() : Replay(v2_group()) {}
};
TEST_P(V2FromWire, UnderstandsTheVectorsResponse) { understand(); }

INSTANTIATE_TEST_SUITE_P(All, V2ToWire, testing::ValuesIn(v2_group().sendable()), vector_name);
INSTANTIATE_TEST_SUITE_P(All, V2FromWire, testing::ValuesIn(v2_group().vectors()), vector_name);

TEST(V2Vectors, AreAllReplayed)
{
    v2_group().expect_whole();
    v2_group().tell("v2");
}

TEST(V2Vectors, EachNamesTheFileThatProvesIt)
{
    for (auto const& v : v2_group().vectors()) {
        std::string const source(v.all->at("source").as_string());
        std::string const route = v.wire_name();
        EXPECT_NE(source.find("packages/next/pages/api/v2/" + route + ".ts"), std::string::npos)
            << v.id;
    }
}

}  // namespace
}  // namespace cohub::tests
