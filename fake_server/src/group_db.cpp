// The hub's `db` group, after packages/server/conat/api/db.ts.

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <algorithm>
#include <cmath>

#include "call.hpp"
#include "projects.hpp"
#include "text.hpp"
#include "user_query.hpp"

namespace cohub::inline abi_0_2::fake {

namespace json = boost::json;

namespace {

std::string const nothing = "null";

std::string query(call& c)
{
    return js_json(user_query(c, c.option("query"), c.option("options")));
}

std::string touch(call& c)
{
    if (is_nullish(c.option("project_id"))) return nothing;
    project_row& p = require_project(c, "user must be collaborator on project");
    p.touch(c.world.now);
    if (auto const path = text_option(c, "path")) {
        p.opens.push_back({std::string(*path), std::string(c.account_id), c.world.now});
    }
    return nothing;
}

std::string legacy_info(call& c)
{
    project_row const& p = require_project(c, "user must be collaborator on project");
    std::string const path(text_option(c, "path").value_or(""));
    for (project::old_history const& h : p.legacy) {
        if (h.path != path) continue;
        json::array users;
        for (project::user const& u : p.users) users.emplace_back(u.account_id);
        return js_json(json::object{{"uuid", h.id}, {"users", users}});
    }
    return "{\"uuid\":\"\"}";
}

std::string legacy_patches(call& c)
{
    std::string const id = js_string(c.option("uuid"));
    for (auto const& [project_id, p] : c.world.projects()) {
        for (project::old_history const& h : p.legacy) {
            if (h.id == id) return js_json(json::value(h.text));
        }
    }
    fail("no such blob");
}

std::string file_use_times(call& c)
{
    project_row const& p =
        require_project(c, "user does not have read access to the given project");
    std::string const path(text_option(c, "path").value_or(""));
    std::string const target(text_option(c, "target_account_id").value_or(c.account_id));
    json::value const* const given = c.option("limit");
    double const limit = is_nullish(given) ? 1000 : js_number(*given);
    auto const newest_first = [&](std::vector<std::int64_t> times) {
        std::sort(times.begin(), times.end(), std::greater<>());
        json::array out;
        for (std::int64_t const t : times) {
            if (static_cast<double>(out.size()) < limit) out.emplace_back(t);
        }
        return out;
    };
    json::object out{{"target_account_id", target}};
    json::value const* const access = c.option("access_times");
    if (!access || is_truthy(access)) {
        std::vector<std::int64_t> times;
        for (project::visit const& v : p.opens) {
            if (v.path == path && v.account_id == target) times.push_back(v.time);
        }
        out["access_times"] = newest_first(std::move(times));
    }
    if (is_truthy(c.option("edit_times"))) {
        std::vector<std::int64_t> times;
        auto const at = p.edits.find(path);
        bool const author = !p.users.empty() && p.users[0].account_id == target;
        if (at != p.edits.end() && author) {
            for (edit_row const& e : at->second) times.push_back(e.time);
        }
        out["edit_times"] = newest_first(std::move(times));
    }
    return js_json(out);
}

std::string remove_blob_ttls(call&) { return nothing; }

}  // namespace

method_list db_group()
{
    static constexpr method methods[] = {
        {"db.userQuery", shape::options, query},
        {"db.touch", shape::options, touch},
        {"db.getLegacyTimeTravelInfo", shape::options, legacy_info},
        {"db.getLegacyTimeTravelPatches", shape::options, legacy_patches},
        {"db.fileUseTimes", shape::options, file_use_times},
        {"db.removeBlobTtls", shape::positional, remove_blob_ttls},
    };
    return methods;
}

}  // namespace cohub::inline abi_0_2::fake
