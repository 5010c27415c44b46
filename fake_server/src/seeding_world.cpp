// The data other than people that other programs add, as JSON.

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <array>
#include <mutex>
#include <set>
#include <utility>
#include <vector>

#include "json_members.hpp"
#include "project_files.hpp"
#include "seeding.hpp"
#include "service.hpp"
#include "text.hpp"

namespace cohub::inline abi_0_2::fake {

namespace json = boost::json;

namespace {

constexpr std::array<std::string_view, 6> flag_names = {
    "read", "saved", "starred", "liked", "deleted", "expired"};

mail_flag flag_of_name(std::string const& name)
{
    auto const at = std::find(flag_names.begin(), flag_names.end(), name);
    if (at == flag_names.end()) {
        refuse(
            "there is no flag '" + name +
            "'; there are: read, saved, starred, liked, deleted, "
            "expired"
        );
    }
    return static_cast<mail_flag>(at - flag_names.begin());
}

// A text is the content of a file. An object can describe something else.
void read_file(project& p, std::string path, json::value const& v)
{
    if (v.is_string()) {
        std::string content = text_of(path, v);
        p.file(std::move(path), std::move(content));
        return;
    }
    if (!v.is_object()) refuse("a file needs its content as a text, or an object");
    std::optional<std::string> content, target;
    std::optional<std::int64_t> modified;
    bool directory = false;
    for (auto const& [name, value] : v.get_object()) {
        if (name == "content") {
            content = text_of(name, value);
        } else if (name == "base64") {
            content = base64_of(name, value);
        } else if (name == "link") {
            target = text_of(name, value);
        } else if (name == "directory") {
            directory = flag_of(name, value);
        } else if (name == "modified") {
            modified = time_of(name, value);
        } else {
            refuse_member("a file", name, "content, base64, link, directory, modified");
        }
    }
    if (content.has_value() + target.has_value() + directory != 1) {
        refuse("a file has one of content, base64, link and directory");
    }
    if (directory) {
        p.directory(std::move(path));
    } else if (target) {
        p.link(std::move(path), std::move(*target));
    } else if (modified) {
        p.file(std::move(path), std::move(*content), *modified);
    } else {
        p.file(std::move(path), std::move(*content));
    }
}

void read_invite_token(project& p, json::object const& o)
{
    std::string token;
    std::optional<int> uses;
    std::optional<std::int64_t> expires;
    for (auto const& [name, v] : o) {
        if (name == "token") {
            token = text_of(name, v);
        } else if (name == "uses") {
            if (!v.is_null())
                uses = static_cast<int>(std::min<std::uint64_t>(count_of(name, v), 1 << 30));
        } else if (name == "expires") {
            expires = optional_time(name, v);
        } else {
            refuse_member("an invite token", name, "token, uses, expires");
        }
    }
    if (token.empty()) refuse("an invite token needs 'token'");
    p.invite_token(std::move(token), uses, expires);
}

void read_kernel(project& p, json::object const& o)
{
    std::int64_t pid = 0;
    std::string file, kernel;
    for (auto const& [name, v] : o) {
        if (name == "pid") {
            pid = static_cast<std::int64_t>(count_of(name, v));
        } else if (name == "connection_file") {
            file = text_of(name, v);
        } else if (name == "name") {
            kernel = text_of(name, v);
        } else {
            refuse_member("a kernel", name, "pid, connection_file, name");
        }
    }
    if (pid == 0 || file.empty()) refuse("a kernel needs 'pid' and 'connection_file'");
    p.kernel(pid, std::move(file), std::move(kernel));
}

// An edit, an opening or an old history. Each has a path, and uses some of the other members.
struct visit_of_file
{
    std::string path, account_id, change = "[]", id, patches;
    std::int64_t time = 0;
};

visit_of_file read_visit(json::object const& o, std::string_view what, std::string_view known)
{
    visit_of_file out;
    for (auto const& [name, v] : o) {
        if (known.find(name) == known.npos) refuse_member(what, name, known);
        if (name == "path") {
            out.path = text_of(name, v);
        } else if (name == "account_id") {
            out.account_id = id_of(name, v);
        } else if (name == "change") {
            out.change = text_of(name, v);
        } else if (name == "id") {
            out.id = id_of(name, v);
        } else if (name == "patches") {
            out.patches = text_of(name, v);
        } else if (name == "time") {
            out.time = time_of(name, v);
        } else {
            refuse_member(what, name, known);
        }
    }
    if (out.path.empty()) refuse(std::string(what) + " needs 'path'");
    return out;
}

template <class Read>
void for_each_object(std::string_view name, json::value const& v, Read read)
{
    for (json::value const& one : list_of(name, v)) read(object_of(name, one));
}

// @return false: a project has no such member
bool read_history(project& p, std::string_view name, json::value const& v)
{
    if (name == "edits") {
        for_each_object(name, v, [&p](json::object const& o) {
            visit_of_file e = read_visit(o, "an edit", "path, time, change");
            p.edit(std::move(e.path), e.time, std::move(e.change));
        });
    } else if (name == "opened") {
        for_each_object(name, v, [&p](json::object const& o) {
            visit_of_file e = read_visit(o, "an opened file", "path, account_id, time");
            p.opened(std::move(e.path), std::move(e.account_id), e.time);
        });
    } else if (name == "legacy_history") {
        for_each_object(name, v, [&p](json::object const& o) {
            visit_of_file e = read_visit(o, "an old history", "path, id, patches");
            p.legacy_history(std::move(e.path), std::move(e.id), std::move(e.patches));
        });
    } else if (name == "kernels") {
        for_each_object(name, v, [&p](json::object const& o) { read_kernel(p, o); });
    } else if (name == "invite_tokens") {
        for_each_object(name, v, [&p](json::object const& o) { read_invite_token(p, o); });
    } else {
        return false;
    }
    return true;
}

project read_project(json::object const& o)
{
    project p;
    for (auto const& [name, v] : o) {
        if (name == "project_id") {
            p.project_id = id_of(name, v);
        } else if (name == "title") {
            p.title(text_of(name, v));
        } else if (name == "description") {
            p.description(text_of(name, v));
        } else if (name == "owners") {
            for (std::string& id : ids_of(name, v)) p.owner(std::move(id));
        } else if (name == "collaborators") {
            for (std::string& id : ids_of(name, v)) p.collaborator(std::move(id));
        } else if (name == "owners_manage") {
            p.owners_manage(flag_of(name, v));
        } else if (name == "created") {
            p.created = optional_time(name, v);
        } else if (name == "edited") {
            p.edited = optional_time(name, v);
        } else if (name == "deleted") {
            p.make_deleted(flag_of(name, v));
        } else if (name == "state") {
            p.state(optional_text(name, v).value_or(""));
        } else if (name == "state_time") {
            p.state_time = optional_time(name, v);
        } else if (name == "error") {
            p.state_error = optional_text(name, v);
        } else if (name == "starts_in_ms") {
            p.starts_in(
                std::chrono::milliseconds(std::min<std::uint64_t>(count_of(name, v), 1u << 31))
            );
        } else if (name == "status") {
            p.status(json::serialize(object_of(name, v)));
        } else if (name == "files") {
            for (auto const& [path, file] : object_of(name, v)) read_file(p, path, file);
        } else if (!read_history(p, name, v)) {
            refuse_member(
                "a project",
                name,
                "project_id, title, description, owners, collaborators, owners_manage, created, "
                "edited, deleted, state, state_time, error, starts_in_ms, status, files, edits, "
                "opened, legacy_history, kernels, invite_tokens"
            );
        }
    }
    return p;
}

organization_row read_organization(json::object const& o)
{
    organization_row row;
    for (auto const& [name, v] : o) {
        if (name == "name") {
            row.name = text_of(name, v);
        } else if (name == "title") {
            row.title = optional_text(name, v);
        } else if (name == "description") {
            row.description = optional_text(name, v);
        } else if (name == "link") {
            row.link = optional_text(name, v);
        } else if (name == "email_address") {
            row.email_address = optional_text(name, v);
        } else if (name == "admins") {
            if (!v.is_null()) row.admins = ids_of(name, v);
        } else {
            refuse_member(
                "an organization", name, "name, title, description, link, email_address, admins"
            );
        }
    }
    if (row.name.value_or("").empty()) refuse("an organization needs 'name'");
    return row;
}

struct seeded_message
{
    message_row row;
    std::vector<std::pair<std::string, mail_flag>> flags;
    bool has_time = false;
};

seeded_message read_message(json::object const& o)
{
    seeded_message m;
    for (auto const& [name, v] : o) {
        if (name == "id") {
            m.row.id = static_cast<std::int64_t>(count_of(name, v));
        } else if (name == "from") {
            m.row.from_id = id_of(name, v);
        } else if (name == "to") {
            m.row.to_ids = ids_of(name, v);
        } else if (name == "subject") {
            m.row.subject = text_of(name, v);
        } else if (name == "body") {
            m.row.body = text_of(name, v);
        } else if (name == "sent") {
            m.row.sent = time_of(name, v);
            m.has_time = true;
        } else if (name == "thread_id") {
            if (!v.is_null()) m.row.thread_id = static_cast<std::int64_t>(count_of(name, v));
        } else if (name == "flags") {
            for (auto const& [account_id, flags] : object_of(name, v)) {
                for (json::value const& flag : list_of(account_id, flags)) {
                    m.flags.emplace_back(account_id, flag_of_name(text_of("flags", flag)));
                }
            }
        } else {
            refuse_member("a message", name, "id, from, to, subject, body, sent, thread_id, flags");
        }
    }
    if (m.row.from_id.empty() || m.row.to_ids.empty()) refuse("a message needs 'from' and 'to'");
    for (auto const& [account_id, flag] : m.flags) {
        if (account_id != m.row.from_id &&
            std::find(m.row.to_ids.begin(), m.row.to_ids.end(), account_id) == m.row.to_ids.end()) {
            refuse("the account " + account_id + " has flags and no part in the message");
        }
    }
    return m;
}

}  // namespace

std::string_view flag_name(std::size_t flag) { return flag_names.at(flag); }

std::string seed_projects(service& s, std::string_view body)
{
    std::vector<project> projects;
    for (json::object const& o : body_objects(body)) projects.push_back(read_project(o));
    json::array ids;
    world& w = s.world();
    std::lock_guard lock(w.mutex);
    std::vector<project_row> rows;
    rows.reserve(projects.size());
    try {
        for (project const& p : projects) rows.push_back(make_project(p, w));
    } catch (file_error const& error) {
        refuse(std::string("the files cannot be: ") + error.what());
    }
    std::set<std::string> given;
    for (project_row const& row : rows) refuse_twice(given, "project", row.project_id);
    for (project_row& row : rows) ids.emplace_back(w.put_project(std::move(row)).project_id);
    return json::serialize(json::object{{"project_ids", std::move(ids)}});
}

std::string seed_organizations(service& s, std::string_view body)
{
    std::vector<organization_row> rows;
    for (json::object const& o : body_objects(body)) rows.push_back(read_organization(o));
    json::array names;
    world& w = s.world();
    std::lock_guard lock(w.mutex);
    std::set<std::string> given;
    for (organization_row const& row : rows) refuse_twice(given, "organization", *row.name);
    for (organization_row& row : rows) {
        names.emplace_back(*row.name);
        row.organization_id = w.random_uuid();
        w.organizations.put(std::move(row));
    }
    return json::serialize(json::object{{"names", std::move(names)}});
}

std::string seed_messages(service& s, std::string_view body)
{
    std::vector<seeded_message> messages;
    for (json::object const& o : body_objects(body)) messages.push_back(read_message(o));
    json::array ids;
    world& w = s.world();
    std::lock_guard lock(w.mutex);
    std::set<std::string> given;
    for (seeded_message const& m : messages) {
        if (m.row.id != 0) refuse_twice(given, "message", std::to_string(m.row.id));
    }
    for (seeded_message& m : messages) {
        if (!m.has_time) m.row.sent = w.now;
        message_row& added = w.mail.add(std::move(m.row));
        for (auto const& [account_id, flag] : m.flags) added.note(account_id, flag, true);
        ids.emplace_back(added.id);
    }
    return json::serialize(json::object{{"ids", std::move(ids)}});
}

bool mark_message(service& s, std::int64_t id, std::string_view body)
{
    std::string account_id;
    std::optional<mail_flag> flag;
    bool on = true;
    for (auto const& [name, v] : body_object(body)) {
        if (name == "account_id") {
            account_id = id_of(name, v);
        } else if (name == "flag") {
            flag = flag_of_name(text_of(name, v));
        } else if (name == "on") {
            on = flag_of(name, v);
        } else {
            refuse_member("a mark", name, "account_id, flag, on");
        }
    }
    if (account_id.empty() || !flag) refuse("a mark needs 'account_id' and 'flag'");
    world& w = s.world();
    std::lock_guard lock(w.mutex);
    message_row* const row = w.mail.find(id);
    if (row) row->note(account_id, *flag, on);
    return row != nullptr;
}

}  // namespace cohub::inline abi_0_2::fake
