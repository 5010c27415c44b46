// The accounts of API v2, after packages/next/pages/api/v2/accounts/*.ts and the functions of
// packages/server/accounts that they call.

#include "v2.hpp"

#include <boost/json/array.hpp>

#include <algorithm>
#include <iterator>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "call.hpp"
#include "database.hpp"
#include "next_body.hpp"
#include "search.hpp"
#include "text.hpp"
#include "user_query.hpp"

namespace cohub::inline abi_0_2::fake {

namespace json = boost::json;

namespace {

constexpr std::string_view prefix = "/api/v2/";
std::string const success = R"({"status":"success"})";

/// The data from which a route answers. The world is locked.
struct asked
{
    fake::world& world;
    next_body const& body;
    /// The caller: an account, a project (by its key), or nobody.
    std::string caller;
    reply& out;

    json::value const* member(std::string_view name) const { return body.member(name); }
};

// A valid key names the caller. A key that is wrong in any way names nobody and is no error here.
std::string caller_of(request const& r, world& w)
{
    auto const header = r.header("Authorization");
    auto const parts = words(header.value_or(""));
    if (parts.size() < 2) return "";
    std::optional<principal> found;
    if (parts[0] == "Bearer") {
        found = w.authenticate(parts[1]);
    } else if (parts[0] == "Basic") {
        std::string const pair = base64_decode(parts[1]);
        found = w.authenticate(std::string_view(pair).substr(0, pair.find(':')));
    }
    if (!found) return "";
    return found->account_id.empty() ? found->project_id : found->account_id;
}

std::string const& somebody(asked const& a, std::string const& otherwise = "must be signed in")
{
    if (a.caller.empty()) throw call_error(otherwise);
    return a.caller;
}

// An account id for the database; nothing for null, which is equal to no row.
std::optional<std::string> id_member(asked const& a, std::string_view name)
{
    json::value const* const given = a.member(name);
    if (is_nullish(given)) return {};
    std::string const text = js_string(given);
    auto const id = postgres_uuid(text);
    if (!id) throw call_error("invalid input syntax for type uuid: \"" + text + "\"");
    return id;
}

// The hub's functions put the kind of an error before its text. These routes leave it out.
std::string without_kind(std::string_view text)
{
    for (std::string_view const kind : {"Error: ", "TypeError: ", "error: "}) {
        if (text.starts_with(kind)) return std::string(text.substr(kind.size()));
    }
    return std::string(text);
}

std::string search(asked const& a)
{
    json::value const* const query = a.member("query");
    if (!query || !query->is_string()) return "[]";
    constexpr double limit = 20;
    return search_accounts(a.world, std::string_view(query->get_string()), limit, false, false);
}

std::string get_names(asked const& a)
{
    json::array args;
    std::string const& caller = somebody(a);
    if (auto const* const ids = a.member("account_ids")) args.push_back(*ids);
    method_list const methods = system_group();
    auto const hub = std::find_if(methods.begin(), methods.end(), [](method const& known) {
        return known.name == "system.getNames";
    });
    call c{a.world, hub->name, caller, {}, args};
    try {
        return "{\"names\":" + hub->function(c) + "}";
    } catch (call_error const& error) {
        throw call_error(without_kind(error.what()));
    }
}

std::string profile_text(account const& of, std::string_view id, bool own)
{
    std::string out = "{\"profile\":{";
    append_member(out, "\"account_id\":", std::string(id));
    append_member(out, ",\"first_name\":", of.first_name.value_or("Anonymous"));
    append_member(out, ",\"last_name\":", of.last_name.value_or("User"));
    if (of.image) append_member(out, ",\"image\":", of.image);
    if (of.color) append_member(out, ",\"color\":", of.color);
    append_member(out, ",\"name\":", of.name);
    if (own) {
        auto const flag = [&out](std::string_view name, bool on) {
            out.append(",\"").append(name).append(on ? "\":true" : "\":false");
        };
        bool const has_address = !of.email_address.value_or("").empty();
        flag("is_admin", of.admin);
        flag("is_partner", of.partner);
        flag("is_anonymous", !has_address && of.passports.empty());
        append_member(out, ",\"email_address\":", of.email_address);
    }
    return out + "}}";
}

std::string profile(asked const& a)
{
    json::value const* const given = a.member("account_id");
    bool const own = is_nullish(given);
    if (own && a.caller.empty()) return "{\"profile\":{}}";
    std::string const id = own ? a.caller : id_member(a, "account_id").value_or("");
    account const* const of = a.world.find(id);
    std::string const named = own ? id : js_string(given);
    if (!of) throw call_error("no account with id " + named);
    return profile_text(*of, named, own);
}

std::string set_name(asked const& a)
{
    std::string caller = somebody(a, "Must be signed in to edit account name.");
    json::value const* const other = a.member("account_id");
    if (is_truthy(other)) {
        if (!a.world.is_admin(caller)) {
            throw call_error(
                "The `account_id` field may only be specified by account administrators."
            );
        }
        caller = id_member(a, "account_id").value_or("");
    }
    json::object fields;
    auto const take = [&](std::string_view member, std::string_view column) {
        if (auto const* const v = a.member(member); is_truthy(v)) fields[column] = *v;
    };
    take("username", "name");
    take("first_name", "first_name");
    take("last_name", "last_name");
    json::value const query{{"accounts", std::move(fields)}};
    json::array none;
    call c{a.world, "db.userQuery", caller, {}, none};
    user_query(c, &query, nullptr);
    return success;
}

std::string get_email_address(asked const& a)
{
    if (is_nullish(a.member("account_id"))) return "{}";
    account const* const caller = a.world.find(a.caller);
    if (!caller || (!caller->partner && !caller->admin)) {
        throw call_error(
            "you must be an admin or partner to get the email address of any account_id"
        );
    }
    account const* const of = a.world.find(*id_member(a, "account_id"));
    if (!of) return "{}";
    std::string out = "{";
    append_member(out, "\"email_address\":", of->email_address);
    return out + "}";
}

std::string text_member(asked const& a, std::string_view name)
{
    json::value const* const v = a.member(name);
    return v && v->is_string() ? std::string(v->get_string()) : std::string();
}

// The account of the signed-in caller. A project has none.
account own_account(asked const& a, std::string const& otherwise)
{
    account const* const own = a.world.find(a.caller);
    if (!own) throw call_error(otherwise);
    return *own;
}

std::string set_email_address(asked const& a)
{
    somebody(a);
    std::string const given = text_member(a, "email_address");
    std::string const password = text_member(a, "password");
    if (!is_email_address(given)) throw call_error("email address is not valid");
    std::string const address = to_lower(given);
    if (utf16_length(password) < 8) throw call_error("password must be at least 8 characters");
    account own = own_account(a, "no such account");
    bool const taken = a.world.find_by_email(address) != nullptr;
    if (own.password.empty()) {
        // Here the error comes from the database, and the route puts it into its own words. The
        // account's own address does not count as taken.
        if (taken && own.email_address != address) {
            throw call_error(
                "The email address \"" + given + "\" is already in use by another account."
            );
        }
        own.password = password;
        own.email_address = address;
        a.world.put(std::move(own));
        return success;
    }
    if (own.password != password) throw call_error("password is incorrect");
    if (taken) {
        throw call_error("email address \"" + address + "\" is already in use by another account");
    }
    own.email_address = address;
    bool const verified =
        own.email_address_verified && own.email_address_verified->contains(address);
    a.world.put(std::move(own));
    if (!verified) a.world.send_verification_mail(a.caller);
    return success;
}

std::string set_password(asked const& a)
{
    somebody(a);
    account* const own = a.world.find(a.caller);
    if (!own) throw call_error("No such account");
    if (!own->password.empty() && own->password != text_member(a, "currentPassword")) {
        throw call_error("Current password is incorrect.");
    }
    std::string const wanted = text_member(a, "newPassword");
    // Upstream estimates how long it takes to guess the password. Here only the length counts, and
    // upstream's advice is left out.
    if (utf16_length(wanted) < 8) throw call_error("Password is too weak. \n ");
    own->password = wanted;
    return success;
}

std::string send_verification_email(asked const& a)
{
    if (!a.world.send_verification_mail(somebody(a))) {
        throw call_error("misc.defaults -- TypeError: property 'to' must be specified: ");
    }
    return success;
}

void require_ban_rights(asked const& a)
{
    if (!a.world.is_admin(somebody(a))) throw call_error("only admins can ban users");
}

std::string mark_banned(asked const& a, bool banned)
{
    auto const id = id_member(a, "account_id");
    account* const other = id ? a.world.find(*id) : nullptr;
    if (other) {
        other->banned = banned;
        a.world.changed(*id);
    }
    return success;
}

std::string ban(asked const& a)
{
    require_ban_rights(a);
    if (auto const id = id_member(a, "account_id")) {
        std::erase_if(a.world.auth_tokens, [&id](auto const& token) {
            return token.second.account_id == *id;
        });
    }
    return mark_banned(a, true);
}

std::string remove_ban(asked const& a)
{
    require_ban_rights(a);
    return mark_banned(a, false);
}

std::string delete_account(asked const& a)
{
    account own = own_account(a, "no account with account_id=" + somebody(a));
    own.deleted = true;
    own.email_address.reset();
    own.passports.clear();
    a.world.put(std::move(own));
    return success;
}

// There are no browser sessions here. The visible effect is that the cookies are deleted.
std::string sign_out(asked const& a)
{
    if (!is_truthy(a.member("all")) || a.caller.empty()) return success;
    for (std::string_view const cookie : {"remember_me", "account_id"}) {
        a.out.headers.emplace_back(
            "Set-Cookie", std::string(cookie) + "=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT"
        );
    }
    return success;
}

}  // namespace

struct v2_call::route
{
    std::string_view path;  ///< after the prefix
    std::string (*answer)(asked const&);
    bool only_post = false;
};

namespace {

constexpr v2_call::route routes[] = {
    {"accounts/search", search},
    {"accounts/get-names", get_names},
    {"accounts/profile", profile},
    {"accounts/set-name", set_name},
    {"accounts/get-email-address", get_email_address},
    {"accounts/set-email-address", set_email_address},
    {"accounts/set-password", set_password},
    {"accounts/send-verification-email", send_verification_email},
    {"accounts/ban", ban},
    {"accounts/remove-ban", remove_ban},
    {"accounts/delete", delete_account, true},
    {"accounts/sign-out", sign_out},
};

std::string name_of(std::string_view path)
{
    std::string name = "v2." + std::string(path);
    std::replace(name.begin(), name.end(), '/', '.');
    return name;
}

}  // namespace

bool v2_call::serves(std::string_view path) { return path.starts_with(prefix); }

void v2_call::add_names(std::vector<std::string>& to)
{
    for (route const& r : routes) to.push_back(name_of(r.path));
}

v2_call::v2_call(request const& r) : request_(r)
{
    std::string_view const path = r.path.substr(prefix.size());
    auto const known = std::find_if(std::begin(routes), std::end(routes), [path](route const& x) {
        return x.path == path;
    });
    route_ = known == std::end(routes) ? nullptr : known;
    name_ = name_of(path);
}

void v2_call::run(world& w, bridge how, reply& out)
{
    // There is no bridge. Here it is the web server behind a proxy that does not answer.
    if (how == bridge::no_subscriber) return answer_html(503, "", out);
    if (how == bridge::timed_out) return answer_html(504, "", out);
    next_body const body = read_next_body(request_);
    if (body.refusal.status != 200) {
        out = body.refusal;
        return;
    }
    if (route_->only_post && request_.method != "POST") {
        answer_json(request_, R"({"message":"must use a POST request"})", out);
        out.status = 404;
        return;
    }
    std::string text;
    {
        std::lock_guard lock(w.mutex);
        try {
            text = route_->answer({w, body, caller_of(request_, w), out});
        } catch (call_error const& error) {
            text.clear();
            append_member(text, "{\"error\":", repair_utf8(error.what()));
            text += '}';
        }
    }
    answer_json(request_, std::move(text), out);
}

}  // namespace cohub::inline abi_0_2::fake
