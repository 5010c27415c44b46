// The tables of user queries: which rows a caller sees, and what a change does.

#include <algorithm>
#include <cmath>
#include <set>

#include "projects.hpp"
#include "text.hpp"
#include "user_query.hpp"

namespace cohub::inline abi_0_2::fake {

namespace json = boost::json;

namespace {

constexpr std::int64_t six_weeks = std::int64_t{42} * 24 * 3'600'000;

template <class T>
json::value or_null(std::optional<T> const& v)
{
    return v ? json::value(*v) : json::value();
}

json::value time_or_null(std::optional<std::int64_t> ms)
{
    return ms ? json::value(iso_time(*ms)) : json::value();
}

json::value profile_of(account const& a)
{
    if (!a.has_profile) return nullptr;
    json::object o;
    if (a.color) o["color"] = *a.color;
    if (a.image) o["image"] = *a.image;
    return o;
}

// --- accounts -----------------------------------------------------------------------------------

constexpr std::string_view account_get[] = {
    "account_id",
    "autosave",
    "created",
    "editor_settings",
    "email_address",
    "evaluate_key",
    "first_name",
    "font_size",
    "groups",
    "last_active",
    "last_name",
    "name",
    "org",
    "other_settings",
    "profile",
    "terminal",
    "unlisted",
};
constexpr std::string_view account_set[] = {
    "autosave",
    "editor_settings",
    "evaluate_key",
    "first_name",
    "font_size",
    "last_name",
    "name",
    "other_settings",
    "profile",
    "terminal",
    "unlisted",
};

std::vector<json::object> account_rows(call& c, json::object const&)
{
    account const* const a = c.world.find(c.account_id);
    if (!a) return {};
    json::object row{
        {"account_id", a->account_id},
        {"created", time_or_null(a->created)},
        {"email_address", or_null(a->email_address)},
        {"first_name", a->first_name.value_or("")},
        {"last_active", time_or_null(a->last_active)},
        {"last_name", a->last_name.value_or("")},
        {"name", or_null(a->name)},
        {"org", or_null(a->organization)},
        {"profile", profile_of(*a)},
        {"unlisted", a->unlisted},
        {"editor_settings", json::object()},
        {"other_settings", json::object()},
    };
    json::array groups;
    if (a->admin) groups.push_back("admin");
    if (a->partner) groups.push_back("partner");
    if (!groups.empty()) row["groups"] = std::move(groups);
    for (auto const& [name, value] : c.world.account_settings[a->account_id]) row[name] = value;
    return {std::move(row)};
}

// A map is merged into the present one. Any other value replaces it.
void merge(json::object& to, std::string_view name, json::value const& value)
{
    json::value& stored = to[name];
    if (stored.is_object() && value.is_object()) {
        for (auto const& [member, v] : value.get_object()) stored.get_object()[member] = v;
    } else {
        stored = value;
    }
}

bool is_account_name(std::string_view name)
{
    bool after_hyphen = true;
    for (char const ch : name) {
        bool const plain =
            (ch >= '0' && ch <= '9') || (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z');
        if (!plain && (ch != '-' || after_hyphen)) return false;
        after_hyphen = !plain;
    }
    return !after_hyphen;
}

// The rules for names. Upstream throws some of these texts as errors and then makes a text of them,
// with the prefix.
void check_account_name(call& c, std::string const& name)
{
    if (name.empty()) fail("name must have at least 1 character");
    if (utf16_length(name) > 39) fail("name must have at most 39 characters");
    if (uuid_text(name)) fail("name must not be a v4 UUID");
    if (name.find("--") != name.npos) fail("name must not contain consecutive hyphens");
    if (!is_account_name(name)) {
        fail("name must contain only a-z,A-Z,0-9, or -, and not start with hyphen.");
    }
    std::string const lower = to_lower(name);
    auto const& accounts = c.world.accounts();
    bool const taken = std::any_of(accounts.begin(), accounts.end(), [&](account_row const& r) {
        return r.a.account_id != c.account_id && r.a.name && to_lower(*r.a.name) == lower;
    });
    if (taken || c.world.organizations.holds_in_any_case(name)) {
        throw call_error(
            "name \"" + name + "\" is already taken by another organization or account"
        );
    }
}

// At most 254 UTF-16 units of it.
std::string shortened_name(json::value const& given)
{
    std::string name = js_string(&given);
    while (utf16_length(name) > 254) {
        do name.pop_back();
        while (!is_utf8(name));
    }
    return name;
}

void set_account(call& c, json::object const& query, bool)
{
    account* const a = c.world.find(c.account_id);
    if (!a) return;
    if (auto const* const name = query.if_contains("name")) check_account_name(c, js_string(name));
    for (std::string_view const field : {"first_name", "last_name"}) {
        auto const* const name = query.if_contains(field);
        if (name && js_string(name).empty()) {
            throw call_error(std::string(field) + " must be nonempty");
        }
    }
    for (auto const& [name, value] : query) {
        if (name == "account_id") continue;
        if (name == "first_name") {
            a->first_name = shortened_name(value);
        } else if (name == "last_name") {
            a->last_name = shortened_name(value);
        } else if (name == "name") {
            a->name = js_string(&value);
        } else if (name == "unlisted") {
            a->unlisted = is_truthy(&value);
        } else if (name == "profile") {
            a->has_profile = true;
            if (!value.is_object()) continue;
            if (auto const* v = value.get_object().if_contains("color")) a->color = js_string(v);
            if (auto const* v = value.get_object().if_contains("image")) a->image = js_string(v);
        } else {
            merge(c.world.account_settings[a->account_id], name, value);
        }
    }
    c.world.changed(a->account_id);
}

// --- collaborators ------------------------------------------------------------------------------

constexpr std::string_view collaborator_get[] = {
    "account_id", "first_name", "last_active", "last_name", "name", "profile"};

std::vector<json::object> collaborator_rows(call& c, json::object const&)
{
    std::set<std::string> ids;
    for (auto const& [id, p] : c.world.projects()) {
        if (!p.has(c.account_id)) continue;
        for (project::user const& u : p.users) ids.insert(u.account_id);
    }
    std::vector<json::object> out;
    for (std::string const& id : ids) {
        account const* const a = c.world.find(id);
        if (!a) continue;
        out.push_back({
            {"account_id", id},
            {"first_name", a->first_name.value_or("")},
            {"last_active", time_or_null(a->last_active)},
            {"last_name", a->last_name.value_or("")},
            {"name", or_null(a->name)},
            {"profile", profile_of(*a)},
        });
    }
    return out;
}

// --- projects -----------------------------------------------------------------------------------

constexpr std::string_view project_get[] = {
    "action_request",
    "avatar_image_tiny",
    "color",
    "compute_image",
    "course",
    "created",
    "deleted",
    "description",
    "env",
    "host",
    "invite",
    "invite_requests",
    "last_active",
    "last_edited",
    "manage_users_owner_only",
    "name",
    "project_id",
    "run_quota",
    "sandbox",
    "settings",
    "site_license",
    "state",
    "status",
    "title",
    "users",
};
constexpr std::string_view project_set[] = {
    "action_request",
    "avatar_image_tiny",
    "color",
    "compute_image",
    "deleted",
    "description",
    "env",
    "invite_requests",
    "manage_users_owner_only",
    "name",
    "project_id",
    "sandbox",
    "site_license",
    "title",
};

json::object row_of(project_row const& p)
{
    json::object row{
        {"project_id", p.project_id},
        {"title", p.title},
        {"description", p.description},
        {"created", iso_time(p.created)},
        {"last_edited", iso_time(p.edited)},
        {"settings", p.settings},
        {"compute_image", "default"},
    };
    if (p.deleted) row["deleted"] = true;
    if (p.owners_only) row["manage_users_owner_only"] = true;
    json::object users;
    for (project::user const& u : p.users) {
        users[u.account_id] = {{"group", u.is_owner ? "owner" : "collaborator"}};
    }
    row["users"] = std::move(users);
    if (!p.state.empty()) {
        json::object state{{"state", p.state}, {"time", iso_time(p.state_time)}};
        if (p.state_error) state["error"] = *p.state_error;
        if (p.running()) state["ip"] = "127.0.0.1";
        row["state"] = std::move(state);
    }
    for (auto const& [name, value] : p.more) row[name] = value;
    return row;
}

// A query with a project id gets this project. Any other query gets all projects of the caller.
std::vector<json::object> visible_projects(call& c, json::object const& query)
{
    json::value const* const wanted = query.if_contains("project_id");
    std::vector<json::object> out;
    if (wanted && wanted->is_string() && !wanted->get_string().empty()) {
        auto const id = postgres_uuid(wanted->get_string());
        if (!id) {
            database_error("invalid input syntax for type uuid: \"" + js_string(wanted) + "\"");
        }
        project_row* const p = c.world.project(*id);
        if (!c.world.is_admin(c.account_id) && (!p || !p->has(c.account_id))) {
            fatal("you do not have read access to this project");
        }
        if (!p) return {};
        p->settle(c.world.now);
        out.push_back(row_of(*p));
        return out;
    }
    for (auto& [id, p] : c.world.projects()) {
        if (!p.has(c.account_id)) continue;
        p.settle(c.world.now);
        out.push_back(row_of(p));
    }
    return out;
}

std::vector<json::object> recent_projects(call& c, json::object const& query)
{
    std::vector<json::object> out = visible_projects(c, query);
    std::string const since = iso_time(c.world.now - six_weeks);
    std::erase_if(out, [&](json::object const& row) {
        return std::string_view(row.at("last_edited").get_string()) < since;
    });
    return out;
}

std::vector<json::object> every_project(call& c, json::object const&)
{
    std::vector<json::object> out;
    for (auto& [id, p] : c.world.projects()) {
        p.settle(c.world.now);
        out.push_back(row_of(p));
    }
    return out;
}

// For a change: the caller must be a collaborator or a site admin.
project_row& writable_project(call& c, json::object const& query, std::string_view table)
{
    json::value const* const wanted = query.if_contains("project_id");
    if (!wanted) fatal("must specify " + std::string(table) + ".project_id");
    auto const id = postgres_uuid(js_string(wanted));
    if (!id) {
        database_error("invalid input syntax for type uuid: \"" + js_string(wanted) + "\"");
    }
    project_row* const p = c.world.project(*id);
    if (!p) fatal("unknown project_id '" + *id + "'");
    if (!p->has(c.account_id) && !c.world.is_admin(c.account_id)) fatal("user must be an admin");
    return *p;
}

void request_action(call& c, project_row& p, json::value const& request)
{
    json::object const o = request.is_object() ? request.get_object() : json::object();
    std::string const action = js_string(o.if_contains("action"));
    if (action == "stop" || action == "restart") p.stop(c.world.now);
    if (action == "start" || action == "restart") p.start(c.world.now);
    p.more["action_request"] = {
        {"action", action},
        {"started", iso_time(c.world.now)},
        {"finished", iso_time(c.world.now)},
    };
}

void set_project(call& c, json::object const& query, bool)
{
    project_row& p = writable_project(c, query, "projects");
    for (auto const& [name, value] : query) {
        if (name == "project_id") continue;
        if (name == "title") {
            p.title = js_string(&value);
        } else if (name == "description") {
            p.description = js_string(&value);
        } else if (name == "deleted") {
            p.deleted = is_truthy(&value);
        } else if (name == "manage_users_owner_only") {
            p.owners_only = is_truthy(&value);
        } else if (name == "action_request") {
            request_action(c, p, value);
        } else {
            merge(p.more, name, value);
        }
    }
}

// --- what belongs to a project ------------------------------------------------------------------

constexpr std::string_view token_get[] = {
    "counter", "expires", "project_id", "token", "usage_limit"};
constexpr std::string_view token_set[] = {"expires", "project_id", "token", "usage_limit"};

std::vector<json::object> token_rows(call& c, json::object const& query)
{
    json::value const* const wanted = query.if_contains("project_id");
    if (is_nullish(wanted)) fatal("must specify project_id");
    visible_projects(c, query);
    std::vector<json::object> out;
    project_row const* const p = c.world.project(postgres_uuid(js_string(wanted)).value_or(""));
    if (!p) return out;
    for (invite_token_row const& t : p->tokens) {
        out.push_back({
            {"project_id", p->project_id},
            {"token", t.token},
            {"counter", t.used},
            {"usage_limit", or_null(t.uses)},
            {"expires", time_or_null(t.expires)},
        });
    }
    return out;
}

void set_token(call& c, json::object const& query, bool remove)
{
    json::value const* const token = query.if_contains("token");
    if (remove && !token) fatal("delete query must set primary key");
    project_row& p = writable_project(c, query, "project_invite_tokens");
    std::string const name = js_string(token);
    if (remove) {
        std::erase_if(p.tokens, [&](invite_token_row const& t) { return t.token == name; });
        return;
    }
    auto at = std::find_if(p.tokens.begin(), p.tokens.end(), [&](invite_token_row const& t) {
        return t.token == name;
    });
    if (at == p.tokens.end()) at = p.tokens.insert(at, {name, {}, {}});
    if (auto const* v = query.if_contains("usage_limit")) {
        double const n = js_number(*v);
        at->uses = std::isnan(n) ? 0 : static_cast<int>(std::clamp(n, 0.0, 1e9));
    }
    if (auto const* v = query.if_contains("expires")) at->expires = parse_iso_time(js_string(v));
}

constexpr std::string_view log_fields[] = {"account_id", "event", "id", "project_id", "time"};

std::vector<json::object> log_rows(call& c, json::object const& query)
{
    std::vector<json::object> out;
    for (json::object const& row : visible_projects(c, query)) {
        project_row const& p = *c.world.project(row.at("project_id").get_string());
        for (json::value const& entry : p.log) out.push_back(entry.get_object());
    }
    return out;
}

void set_log(call& c, json::object const& query, bool)
{
    project_row& p = writable_project(c, query, "project_log");
    json::object entry{
        {"id", c.world.random_uuid()},
        {"project_id", p.project_id},
        {"time", iso_time(c.world.now)},
    };
    for (auto const& [name, value] : query) entry[name] = value;
    entry["account_id"] = c.account_id;
    p.log.push_back(std::move(entry));
}

}  // namespace

std::span<table const> tables()
{
    static table const all[] = {
        {"accounts", "account_id", account_get, account_set, account_rows, set_account},
        {"collaborators", "account_id", collaborator_get, {}, collaborator_rows, nullptr},
        {"projects",
         "project_id",
         project_get,
         project_set,
         recent_projects,
         set_project,
         false,
         false,
         300,
         "-last_edited"},
        {"projects_all", "project_id", project_get, {}, visible_projects, nullptr},
        {"projects_admin", "project_id", project_get, {}, every_project, nullptr, true},
        {"project_invite_tokens",
         "token",
         token_get,
         token_set,
         token_rows,
         set_token,
         false,
         true},
        {"project_log",
         "id",
         log_fields,
         log_fields,
         log_rows,
         set_log,
         false,
         false,
         400,
         "-time"},
    };
    return all;
}

}  // namespace cohub::inline abi_0_2::fake
