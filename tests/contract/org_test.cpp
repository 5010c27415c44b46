#include <boost/json/array.hpp>

#include <string>

#include "contract/groups.hpp"
#include "contract/replay.hpp"

namespace cohub::tests {
namespace {

using boost::json::object;
using boost::json::value;

came_back set(caller const& call, object const& params)
{
    org_settings s(text(params, "name"));
    if (given(params, "title") != nullptr) s.title(text(params, "title"));
    if (given(params, "description") != nullptr) s.description(text(params, "description"));
    if (given(params, "email_address") != nullptr) s.email_address(text(params, "email_address"));
    if (given(params, "link") != nullptr) s.link(text(params, "link"));
    return call([&](hub const& h) { return h.org().set(s, as_result); });
}

came_back create_user(caller const& call, object const& params)
{
    new_org_user u(text(params, "name"), text(params, "email"));
    if (given(params, "firstName") != nullptr) u.first_name(text(params, "firstName"));
    if (given(params, "lastName") != nullptr) u.last_name(text(params, "lastName"));
    if (given(params, "password") != nullptr) u.password(secret(text(params, "password")));
    return call([&](hub const& h) { return h.org().create_user(u, as_result); });
}

came_back create_token(caller const& call, object const& params)
{
    token_request r(text(params, "user"));
    if (auto const* const v = given(params, "expire"))
        r.expire(sys_ms(std::chrono::milliseconds(v->as_int64())));
    return call([&](hub const& h) { return h.org().create_token(r, as_result); });
}

came_back create(caller const& call, object const& params)
{
    std::string name;
    if (given(params, "name") != nullptr) name = text(params, "name");
    return call([&](hub const& h) { return h.org().create(name, as_result); });
}

}  // namespace

contract_group const& org_group()
{
    static contract_group const group = [] {
        contract_group g;
        g.prefixes = {"org."};
        g.size = 62;
        g.methods = {
            {"org.get_all",
             [](caller const& call, object const&) {
                 return call([](hub const& h) { return h.org().get_all(as_result); });
             }},
            {"org.create", create},
            {"org.get",
             [](caller const& call, object const& p) {
                 return call([&](hub const& h) { return h.org().get(text(p, "name"), as_result); });
             }},
            {"org.set", set},
            {"org.add_admin",
             [](caller const& call, object const& p) {
                 return call([&](hub const& h) {
                     return h.org().add_admin(text(p, "name"), text(p, "user"), as_result);
                 });
             }},
            {"org.add_user",
             [](caller const& call, object const& p) {
                 return call([&](hub const& h) {
                     return h.org().add_user(text(p, "name"), text(p, "user"), as_result);
                 });
             }},
            {"org.create_user", create_user},
            {"org.create_token", create_token},
            {"org.expire_token",
             [](caller const& call, object const& p) {
                 return call([&](hub const& h) {
                     return h.org().expire_token(secret(text(p, "token")), as_result);
                 });
             }},
            {"org.get_users",
             [](caller const& call, object const& p) {
                 return call([&](hub const& h) {
                     return h.org().get_users(text(p, "name"), as_result);
                 });
             }},
            {"org.remove_user",
             [](caller const& call, object const& p) {
                 return call([&](hub const& h) {
                     return h.org().remove_user(text(p, "name"), text(p, "user"), as_result);
                 });
             }},
            {"org.remove_admin",
             [](caller const& call, object const& p) {
                 return call([&](hub const& h) {
                     return h.org().remove_admin(text(p, "name"), text(p, "user"), as_result);
                 });
             }},
            {"org.message",
             [](caller const& call, object const& p) {
                 return call([&](hub const& h) {
                     return h.org().message(
                         text(p, "name"), text(p, "subject"), text(p, "body"), as_result
                     );
                 });
             }},
        };
        // packages/conat/hub/api/org.ts
        g.vendor_routes = {
            "org.addAdmin",
            "org.addUser",
            "org.create",
            "org.createToken",
            "org.createUser",
            "org.expireToken",
            "org.get",
            "org.getAll",
            "org.getUsers",
            "org.message",
            "org.removeAdmin",
            "org.removeUser",
            "org.set",
        };
        g.by_hand = {"org.get_all.no_args", "org.expire_token.omitted"};
        g.refused_here = {
            {"org.create.too_long", "a name has at most 39 characters"},
            {"org.create.name_omitted", "the server would make a nameless organization"},
            {"org.set.nothing_to_set", "the server would answer with an SQL error"},
        };
        g.codes = {
            {"must be a site admin", errc::forbidden},
            {"only admins may create", errc::forbidden},
            {"user must be an admin of the organization", errc::forbidden},
            {"only site admins can", errc::forbidden},
            {"no org named", errc::not_found},
            {"no such account", errc::not_found},
            {"cannot find user", errc::not_found},
            {"user is not in an org", errc::not_found},
            {"already used by", errc::conflict},
            {"duplicate key", errc::conflict},
            {"already member of another", errc::conflict},
            {"admin cannot be removed", errc::conflict},
            {"value too long", errc::invalid_argument},
        };
        // For this client, "no admins any more" and "no admins yet" are the same.
        g.understood = [](contract_vector const& v, value& r) {
            if (v.id == "org.get.last_admin_removed") r.as_object().erase("admin_account_ids");
        };
        return g;
    }();
    return group;
}

namespace {

class OrgToWire : public Replay
{
protected:
    OrgToWire() : Replay(org_group()) {}
};
TEST_P(OrgToWire, SendsTheVectorsRequest) { send(); }

class OrgFromWire : public Replay
{
protected:
    OrgFromWire() : Replay(org_group()) {}
};
TEST_P(OrgFromWire, UnderstandsTheVectorsResponse) { understand(); }

INSTANTIATE_TEST_SUITE_P(All, OrgToWire, testing::ValuesIn(org_group().sendable()), vector_name);
INSTANTIATE_TEST_SUITE_P(All, OrgFromWire, testing::ValuesIn(org_group().vectors()), vector_name);

TEST(OrgVectors, AreAllReplayed)
{
    org_group().expect_whole();
    org_group().tell("org");
}

}  // namespace
}  // namespace cohub::tests
