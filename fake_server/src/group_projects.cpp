// The hub's `projects` group, after packages/server/conat/api/projects.ts and what it calls.

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <algorithm>

#include "call.hpp"
#include "projects.hpp"
#include "text.hpp"

namespace cohub::inline abi_0_2::fake {

namespace json = boost::json;

namespace {

std::string const nothing = "null";

[[noreturn]] void ownership_error(std::string const& text)
{
    throw call_error("OwnershipError: " + text);
}

std::string text_or(call const& c, std::string_view member, std::string otherwise)
{
    json::value const* const v = c.option(member);
    return is_nullish(v) ? std::move(otherwise) : js_string(v);
}

// The options of the collaborator methods are one level deeper, because `account_id` is the
// caller's.
json::object const& inner_options(call const& c, std::string_view first)
{
    json::value const* const opts = c.option("opts");
    if (is_nullish(opts)) {
        type_error(
            std::string("Cannot read properties of ") + (opts ? "null" : "undefined") +
            " (reading '" + std::string(first) + "')"
        );
    }
    static json::object const none;
    return opts->is_object() ? opts->get_object() : none;
}

// One value stands for a list with one element.
std::vector<std::string> list_of(json::value const* v)
{
    std::vector<std::string> out;
    if (v && v->is_array()) {
        for (json::value const& e : v->get_array()) out.push_back(js_string(&e));
    } else {
        out.push_back(js_string(v));
    }
    return out;
}

void note(call& c, std::string kind, json::value const& what)
{
    c.world.notes.push_back({std::move(kind), std::string(c.account_id), js_json(what)});
}

std::string create_project(call& c)
{
    project_row row = make_project(fake::project("00000000-0000-4000-8000-000000000000"), c.world);
    if (json::value const* const id = c.option("project_id"); !is_nullish(id)) {
        if (!c.world.is_admin(c.account_id)) fail("only admins can specify the project_id");
        auto const wanted = uuid_text(js_string(id));
        if (!wanted) fail("if project_id is given, it must be a valid uuid v4");
        if (c.world.project(*wanted)) {
            database_error("duplicate key value violates unique constraint \"projects_pkey\"");
        }
        row.project_id = *wanted;
    } else {
        row.project_id = c.world.random_uuid();
    }
    row.title = text_or(c, "title", "No Title");
    row.description = text_or(c, "description", "");
    row.add_user(c.account_id, true);
    if (auto const image = text_option(c, "image")) row.more["compute_image"] = *image;
    if (auto const licenses = text_option(c, "license")) {
        json::object site_license;
        for (std::string_view const id : split(*licenses, ",")) {
            if (auto const known = uuid_text(trim(id))) site_license[*known] = json::object();
        }
        if (!site_license.empty()) row.more["site_license"] = site_license;
    }
    // The start goes on in the background. The answer does not wait for it.
    if (is_truthy(c.option("start"))) row.start(c.world.now);
    std::string const id = c.world.put_project(std::move(row)).project_id;
    return js_json(json::value(id));
}

std::string copy_path_between_projects(call& c)
{
    json::value const* const source_id = c.option("src_project_id");
    json::value const* const given_target = c.option("target_project_id");
    json::value const* const target_id = is_nullish(given_target) ? source_id : given_target;
    project_row* const source = collaborators_project(c.world, c.account_id, source_id);
    if (!source) fail("user must be collaborator on source project");
    project_row* const target = collaborators_project(c.world, c.account_id, target_id);
    if (!target) fail("user must be collaborator on target project");
    std::string const from = text_or(c, "src_path", "");
    std::string const to = text_or(c, "target_path", from);
    try {
        target->files.copy(source->files, from, to, c.world.now);
    } catch (file_error const& error) {
        fail(
            std::string(error.code()) + ": " + error.node_text() + ", copy '" + from + "' -> '" +
            to + "'"
        );
    }
    target->touch(c.world.now);
    return nothing;
}

void require_manager(call& c, project_row const* p)
{
    if (!p) ownership_error("Project not found");
    if (p->owners_only && !p->is_owner(c.account_id)) {
        ownership_error("Only owners can manage collaborators when this setting is enabled");
    }
}

// One for each token. Fills in the projects that the tokens open.
std::vector<invite_token_row*> check_tokens(
    call& c, std::vector<std::string> const& tokens, std::vector<std::string>& projects
)
{
    std::vector<invite_token_row*> out;
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        invite_token_row* found = nullptr;
        for (auto& [id, p] : c.world.projects()) {
            for (invite_token_row& t : p.tokens) {
                if (t.token != tokens[i]) continue;
                found = &t;
                projects[i] = id;
            }
        }
        auto const refuse = [](std::string const& why) {
            fail("Project invite token is not valid - " + why);
        };
        if (!found) refuse("no such token");
        if (found->expires && *found->expires <= c.world.now) refuse("the token already expired");
        if (found->uses && found->used >= *found->uses) {
            refuse("the token can only be used " + std::to_string(*found->uses) + " times");
        }
        out.push_back(found);
    }
    return out;
}

void check_write_access(
    call& c, std::vector<std::string> const& accounts, std::vector<std::string> const& projects
)
{
    for (std::string const& id : projects) {
        if (!uuid_text(id)) fail("Invalid project_id: " + id);
        project_row const* const p = c.world.project(*uuid_text(id));
        if (p && p->has(c.account_id)) continue;
        if (accounts.size() == 1 && accounts[0] == c.account_id) {
            if (!p) fail("no project with id \"" + id + "\"");
            fail("cannot add self to \"" + id + "\" -- must be an admin");
        }
        fail("user " + std::string(c.account_id) + " does not have write access to project " + id);
    }
}

std::string add_collaborator(call& c)
{
    json::object const& opts = inner_options(c, "project_id");
    json::value const* const token_id = opts.if_contains("token_id");
    json::value const* const given_projects = opts.if_contains("project_id");
    bool const by_token = is_truthy(token_id);
    std::vector<std::string> tokens, projects;
    if (by_token) {
        tokens = list_of(token_id);
        projects.resize(tokens.size());
    } else {
        projects = list_of(given_projects);
    }
    std::vector<std::string> accounts;
    json::value const* const given_accounts = opts.if_contains("account_id");
    if (by_token && is_nullish(given_accounts)) {
        accounts.assign(tokens.size(), std::string(c.account_id));
    } else {
        accounts = list_of(given_accounts);
    }
    std::vector<invite_token_row*> used;
    if (by_token) {
        used = check_tokens(c, tokens, projects);
    } else {
        check_write_access(c, accounts, projects);
    }
    if (accounts.size() != projects.size()) {
        fail(
            "accounts (of length " + std::to_string(accounts.size()) +
            ") and projects (of length " + std::to_string(projects.size()) +
            ") must be arrays of the same length"
        );
    }
    for (std::string const& id : accounts) {
        if (!uuid_text(id))
            fail("all account id's must be valid uuid's, but \"" + id + "\" is not");
    }
    if (!by_token) {
        for (std::string const& id : projects) {
            require_manager(c, c.world.project(*uuid_text(id)));
        }
    }
    for (std::size_t i = 0; i < projects.size(); ++i) {
        project_row& p = *c.world.project(*uuid_text(projects[i]));
        std::string const account = *uuid_text(accounts[i]);
        if (p.has(account)) continue;
        p.add_user(account, false);
        if (by_token) ++used[i]->used;
    }
    json::value ids;
    if (by_token && !token_id->is_array()) {
        ids = json::value(projects[0]);
    } else {
        json::array list;
        for (std::string const& id : projects) list.emplace_back(id);
        ids = std::move(list);
    }
    return "{\"project_id\":" + js_json(ids) + "}";
}

std::string remove_collaborator(call& c)
{
    json::object const& opts = inner_options(c, "project_id");
    json::value const* const id = opts.if_contains("project_id");
    json::value const* const given = opts.if_contains("account_id");
    auto const account =
        given && given->is_string() ? uuid_text(given->get_string()) : std::nullopt;
    auto const project_id = id && id->is_string() ? uuid_text(id->get_string()) : std::nullopt;
    if (!account || !project_id)
        fail("invalid account_id or project_id -- all must be valid uuid's");
    project_row* const p = c.world.project(*project_id);
    bool const admin = c.world.is_admin(c.account_id);
    if (!admin && (!p || !p->has(c.account_id))) fail("user must be a collaborator");
    if (!p) fail("Project not found: " + *project_id);
    if (!admin && *account != c.account_id) require_manager(c, p);
    if (p->is_owner(*account)) {
        ownership_error("Cannot remove an owner. Demote to collaborator first.");
    }
    p->remove_user(*account);
    return nothing;
}

project_row& invitable_project(call& c, json::object const& opts)
{
    project_row* const p =
        collaborators_project(c.world, c.account_id, opts.if_contains("project_id"));
    if (!p) fail("user must be a collaborator");
    require_manager(c, p);
    return *p;
}

std::string invite_collaborator(call& c)
{
    json::object const& opts = inner_options(c, "project_id");
    project_row& p = invitable_project(c, opts);
    json::value const* const account = opts.if_contains("account_id");
    auto const id =
        account && account->is_string() ? uuid_text(account->get_string()) : std::nullopt;
    if (!id) fail("invalid account_id or project_id -- all must be valid uuid's");
    if (!p.has(*id)) p.add_user(*id, false);
    if (is_truthy(opts.if_contains("email"))) note(c, "inviteCollaborator", opts);
    return nothing;
}

std::string invite_collaborator_without_account(call& c)
{
    json::object const& opts = inner_options(c, "project_id");
    project_row& p = invitable_project(c, opts);
    std::string const to = js_string(opts.if_contains("to"));
    if (utf16_length(to) > 1024) {
        fail("Specify less recipients when adding collaborators to project.");
    }
    std::vector<std::string_view> addresses;
    for (std::string_view const part : split(to, ",; \n\t")) {
        if (!part.empty()) addresses.push_back(part);
    }
    for (std::string_view const address : addresses) {
        if (utf16_length(address) >= 128) {
            fail("email address must be at most 128 characters: '" + std::string(address) + "'");
        }
        if (!is_email_address(address)) {
            fail("invalid email address '" + std::string(address) + "'");
        }
    }
    for (std::string_view const address : addresses) {
        std::string const lower = to_lower(address);
        if (account const* const known = c.world.find_by_email(lower)) {
            if (!p.has(known->account_id)) p.add_user(known->account_id, false);
            continue;
        }
        json::value& invite = p.more["invite"];
        if (!invite.is_object()) invite = json::object();
        invite.get_object()[lower] = {{"time", iso_time(c.world.now)}};
    }
    note(c, "inviteCollaboratorWithoutAccount", opts);
    return nothing;
}

std::string change_user_type(call& c)
{
    json::object const& opts = inner_options(c, "project_id");
    json::value const* const given = opts.if_contains("target_account_id");
    auto const target = given && given->is_string() ? uuid_text(given->get_string()) : std::nullopt;
    json::value const* const id = opts.if_contains("project_id");
    auto const project_id = id && id->is_string() ? uuid_text(id->get_string()) : std::nullopt;
    if (!target || !project_id)
        fail("invalid account_id or project_id -- all must be valid uuid's");
    project_row* const p = c.world.project(*project_id);
    if (!p) ownership_error("Project not found");
    if (!p->has(c.account_id)) ownership_error("Not a project member");
    if (!p->is_owner(c.account_id)) ownership_error("Only project owners can change user types");
    if (!p->has(*target)) ownership_error("Target user is not a member of this project");
    std::string const group = js_string(opts.if_contains("new_group"));
    if (group != "owner" && group != "collaborator") {
        ownership_error("New group must be either 'owner' or 'collaborator'");
    }
    auto const owners =
        std::count_if(p->users.begin(), p->users.end(), [](auto const& u) { return u.is_owner; });
    if (group == "collaborator" && p->is_owner(*target) && owners == 1) {
        ownership_error(
            "Cannot change the last owner to collaborator. At least one owner is required."
        );
    }
    p->add_user(*target, group == "owner");
    return nothing;
}

std::string set_quotas(call& c)
{
    if (!c.world.is_admin(c.account_id)) fail("Must be an admin to do admin search.");
    json::value const* const given = c.option("project_id");
    auto const id = given && given->is_string() ? uuid_text(given->get_string()) : std::nullopt;
    if (!id) fail("invalid account_id or project_id -- all must be valid uuid's");
    project_row* const p = c.world.project(*id);
    if (!p) return nothing;
    static constexpr std::string_view quotas[] = {
        "memory",
        "memory_request",
        "cpu_shares",
        "cores",
        "disk_quota",
        "mintime",
        "network",
        "member_host",
        "always_running",
    };
    for (std::string_view const name : quotas) {
        if (json::value const* const v = c.option(name); !is_nullish(v)) p->settings[name] = *v;
    }
    return nothing;
}

std::string start(call& c)
{
    project_row& p = require_project(c, "must be collaborator on project to start it");
    if (p.state_error) throw call_error(*p.state_error);
    start_for(c, p);
    return nothing;
}

std::string stop(call& c)
{
    require_project(c, "must be collaborator on project to stop it").stop(c.world.now);
    return nothing;
}

std::string touch(call& c)
{
    project_row& p = require_project(c, "must be collaborator on project to touch it");
    p.touch(c.world.now);
    // The start of the project goes on in the background.
    p.start(c.world.now);
    return nothing;
}

std::string delete_project(call& c)
{
    auto const given = text_option(c, "project_id");
    auto const id = given ? uuid_text(*given) : std::nullopt;
    if (!id) fail("project_id must be a valid UUID");
    project_row* const p = c.world.project(*id);
    if (!c.world.is_admin(c.account_id) && (!p || !p->has(c.account_id))) {
        fail("must be an owner to delete a project");
    }
    if (!p) return nothing;
    p->deleted = true;
    p->more.erase("site_license");
    p->stop(c.world.now);
    return nothing;
}

std::string state(call& c)
{
    project_row const& p = require_project(c, "must be collaborator on project to get state");
    json::object out;
    if (p.state.empty()) return "{}";
    if (p.state_error) out["error"] = *p.state_error;
    if (p.running()) out["ip"] = "127.0.0.1";
    out["state"] = p.state;
    out["time"] = iso_time(p.state_time);
    return js_json(out);
}

std::string status(call& c)
{
    project_row const& p = require_project(c, "must be collaborator on project to get status");
    if (!p.running()) return "{}";
    json::object out{
        {"project.pid", 123},
        {"hub-server.port", 6000},
        {"browser-server.port", 6001},
        {"start_ts", p.started},
    };
    for (auto const& [name, value] : p.status) out[name] = value;
    return js_json(out);
}

}  // namespace

method_list projects_group()
{
    static constexpr method methods[] = {
        {"projects.createProject", shape::options, create_project},
        {"projects.copyPathBetweenProjects", shape::options, copy_path_between_projects},
        {"projects.removeCollaborator", shape::options, remove_collaborator},
        {"projects.addCollaborator", shape::options, add_collaborator},
        {"projects.inviteCollaborator", shape::options, invite_collaborator},
        {"projects.inviteCollaboratorWithoutAccount",
         shape::options,
         invite_collaborator_without_account},
        {"projects.changeUserType", shape::options, change_user_type},
        {"projects.setQuotas", shape::options, set_quotas},
        {"projects.start", shape::options, start},
        {"projects.stop", shape::options, stop},
        {"projects.touch", shape::options, touch},
        {"projects.deleteProject", shape::options, delete_project},
        {"projects.state", shape::options, state},
        {"projects.status", shape::options, status},
    };
    return methods;
}

}  // namespace cohub::inline abi_0_2::fake
