#include "projects.hpp"

#include <boost/json/parse.hpp>

#include <algorithm>
#include <stdexcept>

#include "call.hpp"
#include "text.hpp"
#include "world.hpp"

namespace cohub::inline abi_0_2::fake {

namespace json = boost::json;

project::user const* project_row::user(std::string_view account_id) const
{
    auto const at = std::find_if(users.begin(), users.end(), [&](project::user const& u) {
        return u.account_id == account_id;
    });
    return at == users.end() ? nullptr : &*at;
}

bool project_row::is_owner(std::string_view account_id) const
{
    project::user const* const u = user(account_id);
    return u && u->is_owner;
}

void project_row::add_user(std::string_view account_id, bool owner)
{
    for (project::user& u : users) {
        if (u.account_id == account_id) {
            u.is_owner = owner;
            return;
        }
    }
    users.push_back({std::string(account_id), owner});
}

void project_row::remove_user(std::string_view account_id)
{
    std::erase_if(users, [&](project::user const& u) { return u.account_id == account_id; });
}

void project_row::settle(std::int64_t now)
{
    if (state != "starting" || !ready_at || *ready_at > now) return;
    state = "running";
    state_time = *ready_at;
    started = *ready_at;
    ready_at.reset();
}

std::optional<std::int64_t> project_row::start(std::int64_t now)
{
    settle(now);
    if (state_error) return {};
    if (running()) return 0;
    if (state != "starting") {
        state = "starting";
        state_time = now;
        ready_at = now + start_takes_ms;
    }
    std::int64_t const left = *ready_at - now;
    settle(now);
    return left;
}

void project_row::started_while_waiting(std::int64_t now)
{
    if (state == "starting") ready_at = std::min(*ready_at, now);
    settle(now);
}

void project_row::stop(std::int64_t now)
{
    settle(now);
    kernels.clear();
    jobs.clear();
    if (state == "opened") return;
    state = "opened";
    state_time = now;
    ready_at.reset();
}

project_row* collaborators_project(
    world& w, std::string_view account_id, json::value const* project_id
)
{
    auto const id =
        project_id && project_id->is_string() ? uuid_text(project_id->get_string()) : std::nullopt;
    if (!id) fail("invalid account_id or project_id -- all must be valid uuid's");
    project_row* const p = w.project(*id);
    if (!p || !p->has(account_id)) return nullptr;
    p->settle(w.now);
    return p;
}

project_row& require_project(call& c, std::string const& otherwise)
{
    project_row* const p = collaborators_project(c.world, c.account_id, c.option("project_id"));
    if (!p) fail(otherwise);
    return *p;
}

bool start_for(call& c, project_row& p)
{
    auto const wait = p.start(c.world.now);
    if (!wait || std::chrono::milliseconds(*wait) > c.patience) {
        c.takes = c.patience + std::chrono::milliseconds(1);
        return false;
    }
    c.takes += std::chrono::milliseconds(*wait);
    p.started_while_waiting(c.world.now);
    return true;
}

project_row make_project(project const& p, world& w)
{
    project_row row;
    row.project_id = p.project_id.empty() ? w.random_uuid() : p.project_id;
    auto const id = uuid_text(row.project_id);
    if (!id) throw std::invalid_argument("a project id is a UUID, not '" + row.project_id + "'");
    row.project_id = *id;
    row.title = p.title_text;
    row.description = p.description_text;
    for (project::user const& u : p.users) row.add_user(u.account_id, u.is_owner);
    row.owners_only = p.owners_only;
    for (project::token const& t : p.tokens) row.tokens.push_back({t.text, t.uses, t.expires});
    row.created = p.created.value_or(w.now);
    row.edited = p.edited.value_or(w.now);
    row.deleted = p.deleted;
    row.state = p.state_name;
    row.state_time = p.state_time.value_or(w.now);
    row.started = row.state_time;
    row.state_error = p.state_error;
    row.start_takes_ms = p.start_time.count();
    if (row.state == "starting") row.ready_at = row.state_time + row.start_takes_ms;
    if (!p.status_json.empty()) {
        boost::system::error_code error;
        json::value const v = json::parse(p.status_json, error);
        if (error || !v.is_object()) {
            throw std::invalid_argument("a status is a JSON object, not '" + p.status_json + "'");
        }
        row.status = v.get_object();
    }
    for (project::entry const& e : p.entries) {
        std::string const path = file_tree::absolute(e.path);
        std::int64_t const when = e.modified.value_or(w.now);
        if (e.kind == 'd') {
            row.files.make_directories(path, when);
            continue;
        }
        row.files.make_directories(parent_path(path), when);
        if (e.kind == 'l') {
            row.files.link(path, e.content, when);
        } else {
            row.files.write(path, e.content, when);
        }
    }
    for (project::running_kernel const& k : p.kernels) {
        row.kernels.push_back({k.pid, k.connection_file, k.name});
        row.next_pid = std::max(row.next_pid, k.pid + 1);
    }
    for (project::patch const& e : p.edits) row.edits[e.path].push_back({e.time, e.text});
    row.opens = p.opens;
    row.legacy = p.legacy;
    return row;
}

}  // namespace cohub::inline abi_0_2::fake
