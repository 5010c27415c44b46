// The hub's `org` group, after packages/server/conat/api/org.ts and what it calls.

#include <boost/json/object.hpp>

#include <algorithm>
#include <cmath>

#include "call.hpp"
#include "database.hpp"
#include "post.hpp"
#include "text.hpp"

namespace cohub::inline abi_0_2::fake {

namespace json = boost::json;

namespace {

constexpr std::size_t name_limit = 39;
constexpr std::size_t text_limit = 254;
constexpr std::int64_t token_life_ms = 24 * 3'600'000;
constexpr double latest_date_ms = 8.64e15;  // where JavaScript's dates end

std::string const nothing = "null";

using name_text = std::optional<std::string>;

name_text name_option(call const& c) { return database_text(c.option("name")); }

std::string text_result(std::string_view s)
{
    std::string out;
    append_json_string(out, s);
    return out;
}

organization_row* find_organization(call& c, name_text const& name)
{
    return name ? c.world.organizations.find(*name) : nullptr;
}

bool is_organization_admin(call& c, std::string_view account_id, name_text const& name)
{
    organization_row const* const row = find_organization(c, name);
    return row && row->has_admin(account_id);
}

void require_allowed(call& c, name_text const& name)
{
    if (is_organization_admin(c, c.account_id, name) || c.world.is_admin(c.account_id)) return;
    fail("user must be an admin of the organization or site-admin");
}

// The texts are compared exactly: an id in capitals is not found, and an address is found as it was
// stored.
account* find_account(call& c)
{
    auto const user = database_text(c.option("user"));
    if (!user) return nullptr;
    account* const by_id = c.world.find(*user);
    return by_id ? by_id : c.world.find_by_email(*user);
}

std::string user_text(call const& c) { return js_string(c.option("user")); }

account& require_user(call& c)
{
    account* const a = find_account(c);
    if (!a) fail("cannot find user '" + user_text(c) + "'");
    return *a;
}

void append_admins(std::string& out, organization_row const& row)
{
    out += ",\"admin_account_ids\":";
    if (!row.admins) {
        out += "null";
        return;
    }
    out += '[';
    for (std::size_t i = 0; i != row.admins->size(); ++i) {
        if (i != 0) out += ',';
        append_json_string(out, (*row.admins)[i]);
    }
    out += ']';
}

std::vector<account const*> members(call& c, name_text const& name)
{
    std::vector<account const*> out;
    if (!name) return out;
    for (account_row const& row : c.world.accounts()) {
        if (row.a.organization == *name) out.push_back(&row.a);
    }
    std::sort(out.begin(), out.end(), [](account const* x, account const* y) {
        return x->account_id < y->account_id;
    });
    return out;
}

std::string get_all(call& c)
{
    if (!c.world.is_admin(c.account_id)) fail("must be a site admin");
    std::string out = "[";
    for (organization_row const& row : c.world.organizations.rows()) {
        if (out.size() > 1) out += ',';
        append_member(out, "{\"name\":", row.name);
        append_member(out, ",\"title\":", row.title);
        append_admins(out, row);
        out += '}';
    }
    return out + ']';
}

std::string create(call& c)
{
    if (!c.world.is_admin(c.account_id)) fail("only admins may create organizations");
    name_text name = name_option(c);
    if (name) {
        auto const& accounts = c.world.accounts();
        bool const taken = std::any_of(accounts.begin(), accounts.end(), [&](auto const& row) {
            return row.a.name == *name;
        });
        if (taken || c.world.organizations.find(*name)) {
            fail("name " + *name + " is already used by some account or organization");
        }
        name = bounded_text(*name, name_limit);
        if (c.world.organizations.holds_in_any_case(*name)) {
            database_error(
                "duplicate key value violates unique constraint "
                "\"organizations_lower_name__unique_idx\""
            );
        }
    }
    organization_row row;
    row.organization_id = c.world.random_uuid();
    row.name = std::move(name);
    std::string const id = row.organization_id;
    c.world.organizations.put(std::move(row));
    return text_result(id);
}

std::string get(call& c)
{
    name_text const name = name_option(c);
    require_allowed(c, name);
    organization_row const* const row = find_organization(c, name);
    if (!row) fail("no org named '" + js_string(c.option("name")) + "'");
    std::string out;
    append_member(out, "{\"name\":", row->name);
    append_member(out, ",\"title\":", row->title);
    append_member(out, ",\"description\":", row->description);
    append_member(out, ",\"link\":", row->link);
    append_member(out, ",\"email_address\":", row->email_address);
    append_admins(out, *row);
    return out + '}';
}

std::string set(call& c)
{
    name_text const name = name_option(c);
    require_allowed(c, name);
    using column = std::optional<std::string> organization_row::*;
    static constexpr std::pair<std::string_view, column> columns[] = {
        {"title", &organization_row::title},
        {"description", &organization_row::description},
        {"link", &organization_row::link},
        {"email_address", &organization_row::email_address},
    };
    std::vector<std::pair<column, std::string>> changes;
    for (auto const& [member, field] : columns) {
        if (auto text = database_text(c.option(member))) changes.emplace_back(field, *text);
    }
    // The statement has only the fields that were given. Without any field it is malformed.
    if (changes.empty()) database_error("syntax error at or near \"WHERE\"");
    for (auto& [field, text] : changes) text = bounded_text(std::move(text), text_limit);
    if (organization_row* const row = find_organization(c, name)) {
        for (auto& [field, text] : changes) row->*field = std::move(text);
    }
    return nothing;
}

std::string add_admin(call& c)
{
    account* const a = find_account(c);
    if (!a) fail("no such account '" + user_text(c) + "'");
    name_text const name = name_option(c);
    if (a->organization && a->organization != name) {
        fail("User '" + user_text(c) + "' is already member of another organization");
    }
    if (!c.world.is_admin(c.account_id)) {
        fail("only site admins can make a user an organization admin right now");
    }
    if (organization_row* const row = find_organization(c, name)) {
        if (!row->admins) row->admins.emplace();
        auto& ids = *row->admins;
        ids.push_back(a->account_id);
        std::sort(ids.begin(), ids.end());
        ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    }
    a->organization = name;
    return nothing;
}

std::string add_user(call& c)
{
    if (!c.world.is_admin(c.account_id)) {
        fail("only site admins can add/move a user to an org right now");
    }
    require_user(c).organization = name_option(c);
    return nothing;
}

// An account that gets an address joins the projects to which this address was invited.
void accept_invitations(world& w, account const& a)
{
    if (!a.email_address) return;
    for (auto& [id, p] : w.projects()) {
        json::value* const invite = p.more.if_contains("invite");
        if (!invite || !invite->is_object()) continue;
        if (invite->get_object().erase(*a.email_address) != 0) p.add_user(a.account_id, false);
    }
}

std::string create_user(call& c)
{
    name_text const name = name_option(c);
    require_allowed(c, name);
    account a;
    a.first_name = database_text(c.option("firstName"));
    a.last_name = database_text(c.option("lastName"));
    if (is_truthy(c.option("email"))) a.email_address = database_text(c.option("email"));
    // Without a password the hub draws one that nobody learns. No password has the same effect.
    a.password = database_text(c.option("password")).value_or("");
    if (a.email_address && c.world.find_by_email(*a.email_address)) {
        database_error(
            "duplicate key value violates unique constraint \"accounts_email_address_key\""
        );
    }
    a.created = c.world.now;
    a.organization = name;
    account const& made = c.world.put(std::move(a));
    std::string const id = made.account_id;
    accept_invitations(c.world, made);
    c.world.create_project(id, "My First Project");
    return text_result(id);
}

// The URL that the site's settings name. The request may have come to another one.
std::string site_url(world const& w)
{
    for (auto const& [name, text] : w.settings) {
        if (name == "dns") return "https://" + text.substr(1, text.size() - 2);
    }
    return "";
}

std::string create_token(call& c)
{
    account const* const a = find_account(c);
    if (!a || !a->organization || a->organization->empty()) fail("user is not in an org");
    require_allowed(c, a->organization);
    json::value const* const given = c.option("expire");
    std::int64_t expire = c.world.now + token_life_ms;
    if (given) {
        // Only an absent value has a default: null is the beginning of 1970.
        if (given->is_number() || given->is_null()) {
            double const ms = js_number(*given);
            if (std::isnan(ms)) database_error("invalid input syntax for type timestamp: \"NaN\"");
            expire = static_cast<std::int64_t>(std::clamp(ms, -latest_date_ms, latest_date_ms));
        } else {
            expire = database_time(*given);
        }
    }
    std::string const token = c.world.random_text(24);
    c.world.auth_tokens[token] = {a->account_id, std::string(c.account_id), expire};
    std::string const url = site_url(c.world) + "/auth/impersonate?auth_token=" + token;
    std::string out;
    append_member(out, "{\"token\":", token);
    append_member(out, ",\"url\":", url);
    return out + '}';
}

std::string expire_token(call& c)
{
    if (auto const token = database_text(c.option("token"))) c.world.auth_tokens.erase(*token);
    return nothing;
}

std::string get_users(call& c)
{
    name_text const name = name_option(c);
    require_allowed(c, name);
    std::string out = "[";
    for (account const* const a : members(c, name)) {
        if (out.size() > 1) out += ',';
        append_member(out, "{\"first_name\":", a->first_name);
        append_member(out, ",\"last_name\":", a->last_name);
        append_member(out, ",\"account_id\":", a->account_id);
        append_member(out, ",\"email_address\":", a->email_address);
        std::optional<std::string> seen;
        if (a->last_active) seen = iso_time(*a->last_active);
        append_member(out, ",\"last_active\":", seen);
        out += '}';
    }
    return out + ']';
}

std::string remove_user(call& c)
{
    name_text const name = name_option(c);
    require_allowed(c, name);
    account& a = require_user(c);
    if (is_organization_admin(c, a.account_id, name)) {
        fail("admin cannot be removed from org; first remove them from being an admin");
    }
    // The account leaves its organization, whichever that is: the given name is only used by the
    // checks.
    a.organization.reset();
    return nothing;
}

std::string remove_admin(call& c)
{
    name_text const name = name_option(c);
    require_allowed(c, name);
    account const& a = require_user(c);
    organization_row* const row = find_organization(c, name);
    if (row && row->admins) std::erase(*row->admins, a.account_id);
    return nothing;
}

std::string message(call& c)
{
    name_text const name = name_option(c);
    require_allowed(c, name);
    letter l;
    l.from_id = c.account_id;
    l.subject = database_text(c.option("subject"));
    l.body = database_text(c.option("body"));
    for (account const* const a : members(c, name)) l.to_ids.push_back(a->account_id);
    post(c.world, std::move(l));
    return nothing;
}

}  // namespace

method_list org_group()
{
    static constexpr method methods[] = {
        {"org.getAll", shape::options, get_all},
        {"org.create", shape::options, create},
        {"org.get", shape::options, get},
        {"org.set", shape::options, set},
        {"org.addAdmin", shape::options, add_admin},
        {"org.addUser", shape::options, add_user},
        {"org.createUser", shape::options, create_user},
        {"org.createToken", shape::options, create_token},
        {"org.expireToken", shape::options, expire_token},
        {"org.getUsers", shape::options, get_users},
        {"org.removeUser", shape::options, remove_user},
        {"org.removeAdmin", shape::options, remove_admin},
        {"org.message", shape::options, message},
    };
    return methods;
}

}  // namespace cohub::inline abi_0_2::fake
