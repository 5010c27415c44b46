// The accounts of API v2. All go through the typed client, which checks ids and keeps passwords.

#include <cohub/cohub.hpp>

#include <string>
#include <utility>
#include <vector>

#include "doors.hpp"
#include "given.hpp"
#include "typed_calls.hpp"

namespace cli::typed {

namespace json = boost::json;

using cohub::as_result;
using awaited = boost::asio::awaitable<answer>;

namespace {

cohub::v2_accounts_api accounts(doors const& d) { return cohub::v2_accounts_api(d.channel); }

}  // namespace

awaited v2_search(doors d, json::object args)
{
    std::string const query = given(args).get("query");
    auto const r = co_await accounts(d).search(query, as_result);
    co_return d.whole(r);
}

awaited v2_get_names(doors d, json::object args)
{
    auto const ids = given(args).get<std::vector<std::string>>("account_ids");
    auto const r = co_await accounts(d).get_names(ids, as_result);
    co_return d.whole(r);
}

awaited v2_profile(doors d, json::object args)
{
    given const a(args);
    cohub::profile_query q;
    if (a.has("account_id")) q = cohub::profile_query(a.get("account_id"));
    a.to(q, &cohub::profile_query::no_cache, "noCache");
    auto const r = co_await accounts(d).profile(q, as_result);
    co_return d.whole(r);
}

awaited v2_set_name(doors d, json::object args)
{
    using cohub::name_change;
    given const a(args);
    name_change names;
    a.to(names, &name_change::username, "username");
    a.to(names, &name_change::first_name, "first_name");
    a.to(names, &name_change::last_name, "last_name");
    a.to(names, &name_change::account_id, "account_id");
    auto const r = co_await accounts(d).set_name(names, as_result);
    co_return d.whole(r);
}

awaited v2_get_email_address(doors d, json::object args)
{
    std::string const id = given(args).get("account_id");
    auto const r = co_await accounts(d).get_email_address(id, as_result);
    co_return d.whole(r);
}

awaited v2_set_email_address(doors d, json::object args)
{
    given const a(args);
    std::string const address = a.get("email_address");
    auto const password = a.get<cohub::secret>("password");
    auto const r = co_await accounts(d).set_email_address(address, password, as_result);
    co_return d.whole(r);
}

awaited v2_set_password(doors d, json::object args)
{
    given const a(args);
    auto const current = a.get<cohub::secret>("currentPassword");
    auto const wanted = a.get<cohub::secret>("newPassword");
    auto const r = co_await accounts(d).set_password(current, wanted, as_result);
    co_return d.whole(r);
}

awaited v2_send_verification_email(doors d, json::object args)
{
    given const a(args);
    if (!a.has("email_address")) {
        auto const own = co_await accounts(d).send_verification_email(as_result);
        co_return d.whole(own);
    }
    std::string const address = a.get("email_address");
    auto const r = co_await accounts(d).send_verification_email(address, as_result);
    co_return d.whole(r);
}

awaited v2_ban(doors d, json::object args)
{
    std::string const id = given(args).get("account_id");
    auto const r = co_await accounts(d).ban(id, as_result);
    co_return d.whole(r);
}

awaited v2_remove_ban(doors d, json::object args)
{
    std::string const id = given(args).get("account_id");
    auto const r = co_await accounts(d).remove_ban(id, as_result);
    co_return d.whole(r);
}

awaited v2_delete(doors d, json::object)
{
    auto const r = co_await accounts(d).delete_(as_result);
    co_return d.whole(r);
}

awaited v2_sign_out(doors d, json::object args)
{
    given const a(args);
    bool const all = a.has("all") && a.get<bool>("all");
    auto const r = co_await accounts(d).sign_out(all, as_result);
    co_return d.whole(r);
}

}  // namespace cli::typed
