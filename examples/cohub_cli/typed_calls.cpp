#include "typed_calls.hpp"

#include <cohub/cohub.hpp>

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include <chrono>
#include <cmath>
#include <cstdint>
#include <stdexcept>
#include <utility>
#include <vector>

#include "doors.hpp"
#include "values.hpp"

namespace cli {

namespace asio = boost::asio;
namespace json = boost::json;

using cohub::as_result;
using awaited = asio::awaitable<answer>;

namespace {

/// Keeps the text of an answer, and else does what the method itself would.
class keeper final : public cohub::call::result_adapter
{
public:
    keeper(
        std::shared_ptr<std::string> body,
        boost::intrusive_ptr<cohub::call::result_adapter const> inner
    )
        : body_(std::move(body)), inner_(std::move(inner))
    {
    }

    cohub::json::outcome decode(
        std::string_view body,
        cohub::json::detail::type_info const& type,
        void* value,
        cohub::json::envelope e
    ) const noexcept override
    {
        body_->assign(body);
        if (inner_) return inner_->decode(body, type, value, e);
        return result_adapter::decode(body, type, value, e);
    }
    void apply(void* value) const noexcept override
    {
        if (inner_) inner_->apply(value);
    }
    bool accepts_error(cohub::errc code, std::string_view words) const noexcept override
    {
        return inner_ && inner_->accepts_error(code, words);
    }

private:
    std::shared_ptr<std::string> body_;
    boost::intrusive_ptr<cohub::call::result_adapter const> inner_;
};

class keeping_channel final : public cohub::call::channel
{
public:
    keeping_channel(cohub::call::channel_ptr inner, std::shared_ptr<std::string> body)
        : inner_(std::move(inner)), body_(std::move(body))
    {
    }

    void start(cohub::call::operation& op) override
    {
        op.req.adapter = new keeper(body_, std::move(op.req.adapter));
        inner_->start(op);
    }
    void cancel(cohub::call::operation& op, asio::cancellation_type type) noexcept override
    {
        inner_->cancel(op, type);
    }
    executor_type executor() const noexcept override { return inner_->executor(); }

private:
    cohub::call::channel_ptr inner_;
    std::shared_ptr<std::string> body_;
};

/// A group that tells its channel.
class any_group : public cohub::system_api
{
public:
    explicit any_group(cohub::system_api const& g) : cohub::system_api(g) {}

    cohub::call::channel_ptr channel() const { return channel_; }
};

std::string text_of(json::value const& v) { return std::string(std::string_view(v.as_string())); }

void convert(json::value const& v, std::string& to) { to = text_of(v); }
void convert(json::value const& v, bool& to) { to = v.as_bool(); }
void convert(json::value const& v, std::int64_t& to) { to = v.as_int64(); }
void convert(json::value const& v, cohub::secret& to) { to = cohub::secret(text_of(v)); }
void convert(json::value const& v, std::chrono::nanoseconds& to)
{
    double const ns = v.to_number<double>() * 1e9;
    // Longer than anybody waits, and far from an overflow.
    to = std::chrono::nanoseconds(static_cast<std::int64_t>(std::clamp(ns, -1.0, 1e17)));
}
void convert(json::value const& v, std::vector<std::string>& to)
{
    for (auto const& item : v.as_array()) to.push_back(text_of(item));
}

/// The arguments, by name.
class given
{
public:
    explicit given(json::object const& args) : args_(args) {}

    bool has(char const* name) const { return args_.contains(name); }
    template <class T = std::string>
    T get(char const* name) const
    {
        auto const* const v = args_.if_contains(name);
        if (v == nullptr) throw usage_error(std::string("--") + name + " is needed");
        T value{};
        convert(*v, value);
        return value;
    }
    json::object object(char const* name) const
    {
        auto const* const v = args_.if_contains(name);
        if (v == nullptr || !v->is_object())
            throw usage_error(std::string("--") + name + ": a JSON object is needed");
        return v->get_object();
    }
    /// Hands an argument to a setter, if it was given.
    template <class Target, class Value>
    void to(Target& target, Target& (Target::*set)(Value), char const* name) const
    {
        if (has(name)) (target.*set)(get<std::remove_cvref_t<Value>>(name));
    }

private:
    json::object const& args_;
};

json::value first_member(json::value const& v, json::value otherwise)
{
    auto const* const o = v.if_object();
    if (o == nullptr || o->empty()) return otherwise;
    return o->begin()->value();
}

/// What the typed client makes of a list of projects, done to the rows as the server sent them.
json::value refined(json::value const& all, cohub::project_query const& query)
{
    constexpr char const* place = "#";
    json::value const list = first_member(all, json::array());
    std::vector<cohub::project_info> rows;
    for (auto const& row : list.as_array()) {
        auto const o = cohub::json::decode(json::serialize(row), rows.emplace_back());
        if (o.status != cohub::json::outcome::code::ok) throw std::runtime_error(o.text);
        rows.back().extra[place] = rows.size() - 1;
    }
    query.apply(rows);
    json::array result;
    for (auto const& row : rows)
        result.push_back(list.get_array()[row.extra.at(place).to_number<std::size_t>()]);
    return result;
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

cohub::exec_options command_of(json::object const& args)
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
            if (!m.value().is_string()) throw usage_error("--env: the values must be text");
            o.env(m.key(), text_of(m.value()));
        }
    return o;
}

awaited run_command(doors d, json::object args)
{
    cohub::exec_options const o = command_of(args);
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

doors::doors(cohub::hub const& hub, cohub::cocalc::project_address_ptr project)
    : body(std::make_shared<std::string>()),
      channel(new keeping_channel(any_group(hub.system()).channel(), body)),
      address(std::move(project))
{
}

json::value doors::last_answer() const
{
    json::value v;
    if (body->empty()) return v;
    auto const o = cohub::json::decode(*body, v);
    if (o.status != cohub::json::outcome::code::ok) throw std::runtime_error(o.text);
    return v;
}

namespace typed {

awaited org_create(doors d, json::object args)
{
    auto const r = co_await cohub::org_api(d.channel).create(given(args).get("name"), as_result);
    co_return d.whole(r);
}

awaited org_find(doors d, json::object args)
{
    auto const r = co_await cohub::org_api(d.channel).find(given(args).get("name"), as_result);
    if (r && !*r) co_return json::value();
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
        json::value const all = d.last_answer();
        for (auto const& member : all.as_array())
            if (member.at("account_id") == json::value((*r)->account_id)) co_return member;
    }
    co_return json::value();
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
    co_return first_member(d.last_answer(), nullptr);
}

awaited db_get_many(doors d, json::object args)
{
    given const a(args);
    std::string const table = a.get("table");
    json::object const fields = a.object("fields");
    cohub::query_options const options = query_options_of(args);
    auto const r = co_await cohub::db_api(d.channel).get_many(table, fields, options, as_result);
    if (!r) co_return r.error();
    co_return first_member(d.last_answer(), json::array());
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
