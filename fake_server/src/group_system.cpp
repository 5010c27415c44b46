// The hub's `system` group, after packages/server/conat/api/system.ts and what it calls.

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <unordered_set>

#include "call.hpp"
#include "search.hpp"
#include "text.hpp"

namespace cohub::inline abi_0_2::fake {

namespace json = boost::json;

namespace {

std::string const nothing = "null";

std::string text_result(std::string_view s)
{
    std::string out;
    append_json_string(out, s);
    return out;
}

void note(call& c, std::string kind)
{
    json::value const* const v = c.arg(0);
    c.world.notes.push_back(
        {std::move(kind), std::string(c.account_id), v ? json::serialize(*v) : nothing}
    );
}

void require_admin(call const& c, std::string const& otherwise)
{
    if (!c.world.is_admin(c.account_id)) fail(otherwise);
}

std::string uuid_argument(std::string_view text)
{
    auto const id = postgres_uuid(text);
    if (!id) database_error("invalid input syntax for type uuid: \"" + std::string(text) + "\"");
    return *id;
}

std::string ping(call& c) { return "{\"now\":" + std::to_string(c.world.now) + "}"; }

std::string test(call& c)
{
    return "{\"account_id\":\"" + std::string(c.account_id) +
           "\",\"server_time\":" + std::to_string(c.world.now) + "}";
}

void append_name(std::string& out, account const& a)
{
    std::string first(trim(a.first_name.value_or("")));
    std::string last(trim(a.last_name.value_or("")));
    if (first.empty() && last.empty()) {
        first = "No";
        last = "Name";
    }
    out += "{\"first_name\":";
    append_json_string(out, first);
    out += ",\"last_name\":";
    append_json_string(out, last);
    out += ",\"profile\":";
    if (a.has_profile) {
        out += '{';
        if (a.color) {
            out += "\"color\":";
            append_json_string(out, *a.color);
        }
        if (a.image) {
            out += a.color ? ",\"image\":" : "\"image\":";
            append_json_string(out, *a.image);
        }
        out += '}';
    } else {
        out += "null";
    }
    out += '}';
}

std::string get_names(call& c)
{
    json::value const* const ids = c.arg(0);
    if (ids && ids->is_string()) {
        database_error("malformed array literal: \"" + std::string(ids->get_string()) + "\"");
    }
    if (!ids || !ids->is_array()) type_error("account_ids is not iterable");

    std::string out = "{";
    std::unordered_set<std::string> named;
    auto const begin_member = [&](std::string const& id) {
        if (!named.empty()) out += ',';
        append_json_string(out, id);
        out += ':';
        named.insert(id);
    };
    std::vector<std::string> asked;
    for (json::value const& v : ids->get_array())
        asked.push_back(v.is_null() ? "null" : js_string(&v));
    // One malformed id fails the whole query. So all ids are read before any of them is answered.
    std::vector<std::string> canonical;
    for (std::size_t i = 0; i < asked.size(); ++i) {
        bool const null = ids->get_array()[i].is_null();
        canonical.push_back(null ? std::string() : uuid_argument(asked[i]));
    }
    for (std::string const& id : canonical) {
        account_row const* const r = c.world.row(id);
        if (!r || r->a.deleted || named.contains(id)) continue;
        begin_member(id);
        append_name(out, r->a);
    }
    // The hub looks in the answer for the spelling that the client sent. If this is not the
    // database's spelling, it is not found although the account exists, and the account appears a
    // second time, as a deleted user.
    for (std::string const& id : asked) {
        if (named.contains(id)) continue;
        begin_member(id);
        out += "{\"first_name\":\"Deleted\",\"last_name\":\"User\"}";
    }
    return out + '}';
}

std::string user_search(call& c)
{
    bool const admin = is_truthy(c.option("admin"));
    json::value const* const given = c.option("limit");
    double limit = is_nullish(given) ? 20 : js_number(*given);
    if (admin) {
        require_admin(c, "Must be an admin to do admin search.");
    } else if (limit > 50) {
        limit = 50;
    }
    auto const query = text_option(c, "query");
    if (!query) return "[]";
    return search_accounts(c.world, *query, limit, admin, is_truthy(c.option("only_email")));
}

std::string get_customize(call& c)
{
    json::value const* const fields = c.arg(0);
    std::string out = "{";
    for (auto const& setting : c.world.settings) {
        if (fields && fields->is_array()) {
            auto const& wanted = fields->get_array();
            bool const found = std::any_of(wanted.begin(), wanted.end(), [&](json::value const& v) {
                return v.is_string() && v.get_string() == setting.first;
            });
            if (!found) continue;
        }
        if (out.size() > 1) out += ',';
        append_json_string(out, setting.first);
        out += ':' + setting.second;
    }
    return out + '}';
}

// Upstream handles this call before it uses the table of functions. Therefore its refusals have no
// prefix.
std::string terminate(call& c)
{
    if (!c.world.is_admin(c.account_id)) throw call_error("only admin can terminate");
    json::value const* const service = c.option("service");
    std::string const name = js_string(service);
    for (std::string_view const known : {"api", "changefeeds", "db", "llm", "persist"}) {
        if (name != known) continue;
        note(c, "terminate");
        return "{\"status\":\"terminated\",\"service\":\"" + name + "\"}";
    }
    throw call_error("Unknown service " + name);
}

std::string user_tracking(call& c)
{
    note(c, "userTracking");
    return nothing;
}

std::string log_client_error(call& c)
{
    note(c, "logClientError");
    return nothing;
}

std::string webapp_error(call& c)
{
    note(c, "webappError");
    return nothing;
}

void append_time(std::string& out, std::string_view member, std::optional<std::int64_t> ms)
{
    out += member;
    if (ms) {
        append_json_string(out, iso_time(*ms));
    } else {
        out += "null";
    }
}

std::string key_text(key_row const& key, bool with_secret)
{
    std::string out =
        "{\"id\":" + std::to_string(key.id) + ",\"account_id\":\"" + key.account_id + "\"";
    append_time(out, ",\"expire\":", key.expire);
    append_time(out, ",\"created\":", key.created);
    out += ",\"name\":";
    if (key.name) {
        append_json_string(out, *key.name);
    } else {
        out += "null";
    }
    out += ",\"trunc\":";
    append_json_string(out, key.trunc);
    append_time(out, ",\"last_active\":", key.last_active);
    if (with_secret) {
        out += ",\"secret\":";
        append_json_string(out, key.secret);
    }
    return out + '}';
}

std::optional<std::int64_t> time_argument(json::value const* v)
{
    if (is_nullish(v)) return {};
    std::string const text = js_string(v);
    auto const ms = v->is_string() ? parse_iso_time(text) : std::nullopt;
    if (!ms) {
        database_error(
            (v->is_string() ? "invalid input syntax for type timestamp: \""
                            : "date/time field value out of range: \"") +
            text + "\""
        );
    }
    return ms;
}

std::string manage_api_keys(call& c)
{
    account const* const owner = c.world.find(c.account_id);
    if (!owner || owner->deleted) fail("account_id is not a valid account");
    json::value const* const project = c.option("project_id");
    std::optional<std::string> project_id;
    if (!is_nullish(project)) {
        auto const id = uuid_text(js_string(project));
        if (!id) fail("invalid account_id or project_id -- all must be valid uuid's");
        if (!c.world.is_collaborator(c.account_id, *id)) {
            fail("user must be collaborator on project to manage project_id api keys");
        }
        project_id = *id;
    }
    json::value const* const id = c.option("id");
    // The keys of a project belong to everyone who works on it, the keys of an account to the
    // account.
    auto const in_reach = [&](key_row const& key) {
        return project_id ? key.project_id == project_id : key.account_id == c.account_id;
    };
    auto const find = [&]() -> key_row* {
        if (is_nullish(id)) return nullptr;
        double const n = js_number(*id);
        if (n != static_cast<double>(static_cast<std::int64_t>(n))) return nullptr;
        auto const at = c.world.keys().find(static_cast<std::int64_t>(n));
        return at != c.world.keys().end() && in_reach(at->second) ? &at->second : nullptr;
    };

    std::string const action = js_string(c.option("action"));
    if (action == "get") {
        if (is_truthy(id)) {
            key_row const* const key = find();
            return "[" + (key ? key_text(*key, false) : nothing) + "]";
        }
        std::vector<key_row const*> rows;
        for (auto const& [number, key] : c.world.keys()) {
            if (in_reach(key) && key.project_id == project_id) rows.push_back(&key);
        }
        std::sort(rows.begin(), rows.end(), [](key_row const* x, key_row const* y) {
            return x->created != y->created ? x->created > y->created : x->id > y->id;
        });
        std::string out = "[";
        for (key_row const* const key : rows) {
            if (out.size() > 1) out += ',';
            out += key_text(*key, false);
        }
        return out + ']';
    }
    if (action == "delete") {
        if (key_row const* const key = find()) c.world.erase_key(key->id);
    } else if (action == "create") {
        constexpr std::ptrdiff_t most = 100'000;
        auto const& keys = c.world.keys();
        if (std::count_if(keys.begin(), keys.end(), [&](auto const& k) {
                return k.second.account_id == c.account_id;
            }) >= most) {
            fail("There is a limit of 100000 per account; please delete some api keys.");
        }
        key_row row;
        row.account_id = c.account_id;
        row.project_id = project_id;
        if (auto const* const name = c.option("name"); !is_nullish(name))
            row.name = js_string(name);
        row.expire = time_argument(c.option("expire"));
        row.created = c.world.now;
        return "[" + key_text(c.world.add_key(std::move(row)), true) + "]";
    } else if (action == "edit") {
        key_row* const key = find();
        if (!key) fail("no api key with id " + js_string(id));
        auto const* const expire = c.option("expire");
        auto const time = time_argument(expire);
        if (auto const* const name = c.option("name"); !is_nullish(name))
            key->name = js_string(name);
        if (expire) key->expire = time;
    }
    return nothing;
}

std::string generate_user_auth_token(call& c)
{
    constexpr std::int64_t lock_ms = 30'000;
    constexpr std::int64_t life_ms = 24 * 3'600'000;
    std::string const target = js_string(c.option("user_account_id"));
    std::pair<std::string, std::string> const who(c.account_id, target);
    auto const wrong = c.world.wrong_passwords.find(who);
    if (wrong != c.world.wrong_passwords.end() && c.world.now - wrong->second < lock_ms) {
        fail("banned -- please wait at least #{BAN_TIME_MS/1000}s before trying again");
    }
    if (!c.world.is_admin(c.account_id)) {
        account const* const a = c.world.find(to_lower(target));
        std::string const password(text_option(c, "password").value_or(""));
        if (!a || a->password.empty() || a->password != password) {
            c.world.wrong_passwords[who] = c.world.now;
            fail("incorrect password");
        }
    }
    std::string const token = c.world.random_text(24);
    c.world.auth_tokens[token] = {
        to_lower(target), std::string(c.account_id), c.world.now + life_ms};
    return text_result(token);
}

std::string revoke_user_auth_token(call& c)
{
    c.world.auth_tokens.erase(js_string(c.arg(0)));
    return nothing;
}

std::string admin_reset_password_link(call& c)
{
    require_admin(c, "must be an admin");
    account const* target = nullptr;
    if (json::value const* const id = c.option("user_account_id"); !is_nullish(id)) {
        target = c.world.find(uuid_argument(js_string(id)));
    }
    if (!target || !target->email_address || target->email_address->empty()) {
        fail("passwords are only defined for accounts with email");
    }
    std::string const id = c.world.random_uuid();
    c.world.password_resets.emplace_back(id, *target->email_address);
    return text_result("/auth/password-reset/" + id);
}

std::string send_email_verification(call& c)
{
    note(c, "sendEmailVerification");
    c.world.send_verification_mail(c.account_id);
    return nothing;
}

std::string delete_passport(call& c)
{
    std::string const strategy = js_string(c.option("strategy"));
    std::string const id = js_string(c.option("id"));
    // On this site SAML is exclusive: a user who signs in by SAML cannot unlink it.
    if (strategy == "saml") fail("You are not allowed to unlink '" + strategy + "'");
    if (account* const a = c.world.find(c.account_id)) {
        std::erase(a->passports, std::pair(strategy, id));
    }
    return nothing;
}

std::string admin_salesloft_sync(call& c)
{
    require_admin(c, "must be an admin");
    note(c, "adminSalesloftSync");
    return nothing;
}

std::string user_salesloft_sync(call& c)
{
    note(c, "userSalesloftSync");
    return nothing;
}

}  // namespace

method_list system_group()
{
    static constexpr method methods[] = {
        {"system.ping", shape::positional, ping},
        {"system.test", shape::options, test},
        {"system.getNames", shape::positional, get_names},
        {"system.userSearch", shape::options, user_search},
        {"system.getCustomize", shape::positional, get_customize},
        {"system.terminate", shape::positional, terminate},
        {"system.userTracking", shape::options, user_tracking},
        {"system.logClientError", shape::options, log_client_error},
        {"system.webappError", shape::options, webapp_error},
        {"system.manageApiKeys", shape::options, manage_api_keys},
        {"system.generateUserAuthToken", shape::options, generate_user_auth_token},
        {"system.revokeUserAuthToken", shape::positional, revoke_user_auth_token},
        {"system.adminResetPasswordLink", shape::options, admin_reset_password_link},
        {"system.sendEmailVerification", shape::options, send_email_verification},
        {"system.deletePassport", shape::options, delete_passport},
        {"system.adminSalesloftSync", shape::options, admin_salesloft_sync},
        {"system.userSalesloftSync", shape::options, user_salesloft_sync},
    };
    return methods;
}

}  // namespace cohub::inline abi_0_2::fake
