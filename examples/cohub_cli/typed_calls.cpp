#include "typed_calls.hpp"

#include <cohub/cohub.hpp>

#include <boost/json/array.hpp>

#include <chrono>
#include <cmath>
#include <cstdint>
#include <stdexcept>
#include <utility>
#include <vector>

#include "doors.hpp"
#include "given.hpp"
#include "json_text.hpp"
#include "values.hpp"

namespace cli {

namespace asio = boost::asio;
namespace json = boost::json;

using cohub::as_result;
using awaited = asio::awaitable<answer>;

namespace {

/// What the typed client makes of a list of projects, done to the rows as the server sent them.
std::string refined(std::string const& all, cohub::project_query const& query)
{
    constexpr char const* place = "#";
    std::string const list = first_member(all, "[]");
    json_node const sent = read_tree(list);
    std::vector<cohub::project_info> rows;
    for (auto const& row : sent.items) {
        auto const o = cohub::json::decode(row.raw, rows.emplace_back());
        if (o.status != cohub::json::outcome::code::ok) throw std::runtime_error(o.text);
        rows.back().extra[place] = rows.size() - 1;
    }
    query.apply(rows);
    std::string result = "[";
    for (auto const& row : rows) {
        if (result.size() > 1) result += ',';
        result += sent.items[row.extra.at(place).to_number<std::size_t>()].raw;
    }
    return result + ']';
}

cohub::query_options query_options_of(json::object const& args)
{
    cohub::query_options options;
    auto const* const given = args.if_contains("options");
    if (given == nullptr) return options;
    if (!given->is_array()) throw usage_error("--options: a JSON array of objects is needed");
    for (auto const& one : given->get_array()) {
        if (!one.is_object()) throw usage_error("--options: a JSON array of objects is needed");
        for (auto const& m : one.get_object()) options.add(m.key(), m.value());
    }
    return options;
}

awaited list_projects(doors d, cohub::project_query query)
{
    auto const r = co_await cohub::projects_api(d.channel).get(query, as_result);
    if (!r) co_return r.error();
    co_return refined(d.last_answer(), query);
}

cohub::exec_options command_of(doors const& d, json::object const& args)
{
    using cohub::exec_options;
    given const a(args);
    exec_options o(a.get("command"));
    a.to(o, &exec_options::args, "args");
    a.to(o, &exec_options::path, "path");
    a.to(o, &exec_options::cwd, "cwd");
    a.to(o, &exec_options::timeout, "timeout");
    a.to(o, &exec_options::max_output, "max_output");
    a.to(o, &exec_options::bash, "bash");
    a.to(o, &exec_options::err_on_exit, "err_on_exit");
    a.to(o, &exec_options::async_call, "async_call");
    a.to(o, &exec_options::compute_server_id, "compute_server_id");
    a.to(o, &exec_options::filesystem, "filesystem");
    a.to(o, &exec_options::ulimit_timeout, "ulimit_timeout");
    a.to(o, &exec_options::verbose, "verbose");
    if (a.has("aggregate")) o.aggregate(a.get("aggregate"));
    if (a.has("env"))
        for (auto const& m : a.object("env")) {
            if (!m.value().is_string() || d.texts->numbers.is_hidden(text_of(m.value())))
                throw usage_error("--env: the values must be text");
            o.env(m.key(), text_of(m.value()));
        }
    return o;
}

awaited run_command(doors d, json::object args)
{
    cohub::exec_options const o = command_of(d, args);
    auto const r = co_await cohub::project_system_api(d.channel, d.address).exec(o, as_result);
    co_return d.whole(r);
}

awaited ask_about_job(doors d, json::object args)
{
    given const a(args);
    if (a.has("command")) throw usage_error("--async-get asks about a job; leave the command out");
    cohub::exec_job job(a.get("async_get"));
    a.to(job, &cohub::exec_job::async_stats, "async_stats");
    a.to(job, &cohub::exec_job::async_await, "async_await");
    auto const r = co_await cohub::project_system_api(d.channel, d.address).exec(job, as_result);
    co_return d.whole(r);
}

}  // namespace

namespace typed {

awaited org_create(doors d, json::object args)
{
    auto const r = co_await cohub::org_api(d.channel).create(given(args).get("name"), as_result);
    co_return d.whole(r);
}

awaited org_find(doors d, json::object args)
{
    auto const r = co_await cohub::org_api(d.channel).find(given(args).get("name"), as_result);
    if (r && !*r) co_return "null";
    co_return d.whole(r);
}

awaited org_set(doors d, json::object args)
{
    given const a(args);
    cohub::org_settings s(a.get("name"));
    a.to(s, &cohub::org_settings::title, "title");
    a.to(s, &cohub::org_settings::description, "description");
    a.to(s, &cohub::org_settings::email_address, "email_address");
    a.to(s, &cohub::org_settings::link, "link");
    auto const r = co_await cohub::org_api(d.channel).set(s, as_result);
    co_return d.whole(r);
}

awaited org_create_user(doors d, json::object args)
{
    given const a(args);
    cohub::new_org_user u(a.get("name"), a.get("email"));
    a.to(u, &cohub::new_org_user::first_name, "firstName");
    a.to(u, &cohub::new_org_user::last_name, "lastName");
    a.to(u, &cohub::new_org_user::password, "password");
    auto const r = co_await cohub::org_api(d.channel).create_user(u, as_result);
    co_return d.whole(r);
}

awaited org_find_user(doors d, json::object args)
{
    given const a(args);
    std::string const name = a.get("name"), user = a.get("user");
    auto const r = co_await cohub::org_api(d.channel).find_user(name, user, as_result);
    if (!r) co_return r.error();
    if (*r) {
        std::string const all = d.last_answer();
        for (auto const& member : read_tree(all).items)
            if (auto const* const id = member.member("account_id");
                id != nullptr && id->text() == (*r)->account_id)
                co_return std::string(member.raw);
    }
    co_return "null";
}

awaited projects_get(doors d, json::object args)
{
    using cohub::project_query;
    given const a(args);
    project_query q;
    a.to(q, &project_query::fields, "fields");
    a.to(q, &project_query::all, "all");
    a.to(q, &project_query::project_id, "project_id");
    a.to(q, &project_query::title, "title");
    a.to(q, &project_query::deleted, "deleted");
    a.to(q, &project_query::state, "state");
    if (a.has("hidden")) q.hidden(a.get<bool>("hidden"), a.get("account_id_for_hidden"));
    if (a.has("limit")) {
        auto const limit = a.get<std::int64_t>("limit");
        if (limit < 0) throw usage_error("--limit: less than nothing");
        q.limit(static_cast<std::size_t>(limit));
    }
    return list_projects(std::move(d), std::move(q));
}

awaited projects_find_by_title(doors d, json::object args)
{
    cohub::project_query q;
    q.all().title(given(args).get("title"));
    q.fields({"project_id", "title", "created", "last_edited", "deleted"});
    return list_projects(std::move(d), std::move(q));
}

awaited projects_copy(doors d, json::object args)
{
    using cohub::path_copy;
    given const a(args);
    path_copy c(a.get("src_project_id"), a.get("src_path"));
    a.to(c, &path_copy::target_project_id, "target_project_id");
    a.to(c, &path_copy::target_path, "target_path");
    a.to(c, &path_copy::overwrite_newer, "overwrite_newer");
    a.to(c, &path_copy::delete_missing, "delete_missing");
    a.to(c, &path_copy::backup, "backup");
    a.to(c, &path_copy::timeout, "timeout");
    a.to(c, &path_copy::exclude, "exclude");
    auto const r = co_await cohub::projects_api(d.channel).copy_path_between_projects(c, as_result);
    co_return d.whole(r);
}

awaited projects_state(doors d, json::object args)
{
    std::string const id = given(args).get("project_id");
    auto const r = co_await cohub::projects_api(d.channel).state(id, as_result);
    co_return d.whole(r);
}

awaited jupyter_execute(doors d, json::object args)
{
    using cohub::jupyter_input;
    given const a(args);
    jupyter_input i(a.get("input"), a.get("kernel"));
    a.to(i, &jupyter_input::history, "history");
    a.to(i, &jupyter_input::project_id, "project_id");
    a.to(i, &jupyter_input::path, "path");
    a.to(i, &jupyter_input::no_cache, "noCache");
    a.to(i, &jupyter_input::tag, "tag");
    a.to(i, &jupyter_input::timeout, "timeout");
    auto const r = co_await cohub::jupyter_api(d.channel).execute(i, as_result);
    co_return d.whole(r);
}

awaited jupyter_cached(doors d, json::object args)
{
    auto const r =
        co_await cohub::jupyter_api(d.channel).cached(given(args).get("hash"), as_result);
    co_return d.whole(r);
}

awaited db_query(doors d, json::object args)
{
    cohub::query_options const options = query_options_of(args);
    json::value const& query = args.at("query");
    auto const r = co_await cohub::db_api(d.channel).query(query, options, as_result);
    co_return d.whole(r);
}

awaited db_get_one(doors d, json::object args)
{
    given const a(args);
    std::string const table = a.get("table");
    json::object const fields = a.object("fields");
    auto const r = co_await cohub::db_api(d.channel).get_one(table, fields, as_result);
    if (!r) co_return r.error();
    co_return first_member(d.last_answer(), "null");
}

awaited db_get_many(doors d, json::object args)
{
    given const a(args);
    std::string const table = a.get("table");
    json::object const fields = a.object("fields");
    cohub::query_options const options = query_options_of(args);
    auto const r = co_await cohub::db_api(d.channel).get_many(table, fields, options, as_result);
    if (!r) co_return r.error();
    co_return first_member(d.last_answer(), "[]");
}

awaited db_set(doors d, json::object args)
{
    given const a(args);
    std::string const table = a.get("table");
    json::object const row = a.object("row");
    auto const r = co_await cohub::db_api(d.channel).set(table, row, as_result);
    co_return d.whole(r);
}

awaited exec(doors d, json::object args)
{
    if (args.contains("async_get")) return ask_about_job(std::move(d), std::move(args));
    return run_command(std::move(d), std::move(args));
}

awaited project_jupyter_execute(doors d, json::object args)
{
    using cohub::project_jupyter_input;
    given const a(args);
    project_jupyter_input i(a.get("input"), a.get("kernel"));
    a.to(i, &project_jupyter_input::history, "history");
    a.to(i, &project_jupyter_input::path, "path");
    a.to(i, &project_jupyter_input::timeout, "timeout");
    if (a.has("pool")) i.pool(a.object("pool"));
    if (a.has("limits")) i.limits(a.object("limits"));
    auto const r =
        co_await cohub::project_system_api(d.channel, d.address).jupyter_execute(i, as_result);
    co_return d.whole(r);
}

awaited v1_user_search(doors d, json::object args)
{
    using cohub::v1_user_query;
    given const a(args);
    v1_user_query q(a.get("query"));
    a.to(q, &v1_user_query::admin, "admin");
    a.to(q, &v1_user_query::active, "active");
    a.to(q, &v1_user_query::limit, "limit");
    a.to(q, &v1_user_query::id, "id");
    a.to(q, &v1_user_query::as_form, "as_form");
    auto const r = co_await cohub::v1_api(d.channel).user_search(q, as_result);
    co_return d.whole(r);
}

}  // namespace typed

}  // namespace cli
