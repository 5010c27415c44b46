#include "cocalc.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <algorithm>
#include <array>
#include <cmath>

#include "call.hpp"
#include "next_body.hpp"
#include "text.hpp"

namespace cohub::inline abi_0_2::fake {

namespace json = boost::json;

namespace {

constexpr std::string_view hub_path = "/api/conat/hub";
constexpr std::string_view project_path = "/api/conat/project";
constexpr double default_timeout_ms = 15000;

/// A refusal by the web route itself. It has no `Error: ` before it.
using route_error = call_error;

// The server's modules export these names, but its public table does not have them.
constexpr std::array internal_names =
    std::to_array<std::string_view>({"org.getAccount", "projects.OwnershipError"});

template <class List>
bool holds(List const& list, std::string_view name)
{
    return std::find(list.begin(), list.end(), name) != list.end();
}

string_map<method const*> const& hub_methods()
{
    static string_map<method const*> const table = [] {
        string_map<method const*> t;
        for (method_list const group :
             {system_group(),
              projects_group(),
              jupyter_group(),
              sync_group(),
              db_group(),
              org_group(),
              messages_group(),
              purchases_group()}) {
            for (method const& m : group) t.emplace(m.name, &m);
        }
        return t;
    }();
    return table;
}

string_map<method const*> const& project_methods()
{
    static string_map<method const*> const table = [] {
        string_map<method const*> t;
        for (method_list const group : {project_system_group(), project_editor_group()}) {
            for (method const& m : group) t.emplace(m.name, &m);
        }
        return t;
    }();
    return table;
}

// The name without what follows its second part.
std::string_view function_name(std::string_view name)
{
    auto const dot = name.find('.');
    if (dot == name.npos) return name;
    return name.substr(0, name.find('.', dot + 1));
}

std::string error_text(std::string_view what)
{
    std::string out = "{\"error\":";
    append_json_string(out, repair_utf8(what));
    return out + '}';
}

// authFirst: the options object exists, and it holds the caller's id whatever the client sent.
void put_caller(json::array& args, std::string_view account_id)
{
    if (args.empty()) args.emplace_back(json::object());
    json::value& first = args[0];
    if (first.is_null()) first = json::object();
    if (first.is_object()) {
        first.get_object()["account_id"] = account_id;
        return;
    }
    if (first.is_array()) return;  // an array takes members in JavaScript, but nobody reads them
    char const* const type = first.is_string() ? "string" : first.is_bool() ? "boolean" : "number";
    type_error(
        "Cannot create property 'account_id' on " + std::string(type) + " '" + js_string(&first) +
        "'"
    );
}

}  // namespace

void answer_json(request const& r, std::string text, reply& out)
{
    out.status = 200;
    std::string tag = entity_tag(text);
    if (auto const known = r.header("If-None-Match")) {
        auto const control = r.header("Cache-Control");
        bool const insist = control && control->find("no-cache") != control->npos;
        bool found = trim(*known) == "*";
        for (std::string_view one : split(*known, ",")) {
            one = trim(one);
            if (one.starts_with("W/")) one.remove_prefix(2);
            if (one == tag) found = true;
        }
        if (found && !insist) {
            out.status = 304;
            out.content_type = {};
            out.headers.emplace_back("ETag", std::move(tag));
            out.body.clear();
            return;
        }
    }
    out.content_type = "application/json; charset=utf-8";
    out.headers.emplace_back("ETag", std::move(tag));
    out.body = std::move(text);
}

void answer_html(int status, std::string_view text, reply& out)
{
    out = reply();
    out.status = status;
    out.content_type = "text/html; charset=utf-8";
    out.body = text;
}

bool cocalc_call::serves(std::string_view path) { return path == hub_path || path == project_path; }

void cocalc_call::add_names(std::vector<std::string>& to)
{
    for (auto const& [name, m] : hub_methods()) to.push_back(name);
    for (auto const& [name, m] : project_methods()) to.push_back(name);
}

cocalc_call::cocalc_call(request const& r) : request_(r), project_(r.path == project_path)
{
    next_body read = read_next_body(r);
    refusal_ = std::move(read.refusal);
    body_ = std::move(read.value);
    has_members_ = read.has_members;
    if (auto const* const name = parameter("name"); name && name->is_string()) {
        name_ = name->get_string();
    }
}

json::value const* cocalc_call::parameter(std::string_view member) const
{
    return has_members_ ? body_.get_object().if_contains(member) : nullptr;
}

std::chrono::milliseconds cocalc_call::timeout() const
{
    json::value const* const given = parameter("timeout");
    double ms = given ? js_number(*given) : default_timeout_ms;
    if (std::isnan(ms) || ms <= 0) ms = default_timeout_ms;
    return std::chrono::milliseconds(static_cast<std::int64_t>(std::min(ms, 1e12)));
}

std::string cocalc_call::authenticate(world& w)
{
    auto const header = request_.header("Authorization");
    if (!header) return "You must provide authentication via an API key.";
    auto const parts = words(*header);
    std::string_view const type = parts.empty() ? "undefined" : parts[0];
    std::string_view const credential = parts.size() > 1 ? parts[1] : std::string_view();
    std::optional<principal> found;
    if (type == "Basic") {
        std::string const pair = base64_decode(credential);
        found = w.authenticate(std::string_view(pair).substr(0, pair.find(':')));
    } else if (type == "Bearer") {
        found = w.authenticate(credential);
    } else {
        return "Unknown authorization type '" + std::string(type) + "'";
    }
    if (!found || (!project_ && found->account_id.empty())) {
        return project_ ? "must sign in as project or account"
                        : "must be signed in and MUST provide an api key (cookies are not allowed)";
    }
    caller_ = std::move(*found);
    return {};
}

std::string cocalc_call::bridge_error(std::string_view subject, bridge how) const
{
    std::string const s(subject);
    json::value const* const name = parameter("name");
    std::string const tail =
        " - callHub: subject='" + s + "', name='" + js_string(name) + "', code='";
    if (how == bridge::no_subscriber) {
        return "request -- no subscribers matching '" + s + "'" + tail + "503' ";
    }
    return "timeout" + tail + "408' ";
}

void cocalc_call::check_timeout(std::string_view subject) const
{
    json::value const* const given = parameter("timeout");
    if (!given) return;
    double const ms = js_number(*given);
    if (std::isnan(ms) || ms > 0) return;
    throw route_error(
        "timeout must be positive - callHub: subject='" + std::string(subject) + "', name='" +
        js_string(parameter("name")) + "', code='undefined' "
    );
}

json::array& cocalc_call::arguments()
{
    if (!has_members_) return no_arguments_;
    json::value* const args = body_.get_object().if_contains("args");
    if (!args) return no_arguments_;
    if (args->is_null()) type_error("Cannot read properties of null (reading '0')");
    if (!args->is_array()) {
        type_error("Spread syntax requires ...iterable[Symbol.iterator] to be a function");
    }
    return args->get_array();
}

void cocalc_call::run(world& w, bridge how, reply& out)
{
    if (refusal_.status != 200) {
        out = refusal_;
        return;
    }
    std::string text;
    {
        std::lock_guard lock(w.mutex);
        try {
            if (std::string const refused = authenticate(w); !refused.empty()) {
                throw route_error(refused);
            }
            text = project_ ? run_project(w, how) : run_hub(w, how);
        } catch (call_error const& error) {
            text = error_text(error.what());
        }
    }
    answer_json(request_, std::move(text), out);
}

std::string cocalc_call::run_hub(world& w, bridge how)
{
    std::string const subject = "hub.account." + caller_.account_id + ".api";
    check_timeout(subject);
    if (how != bridge::works) throw route_error(bridge_error(subject, how));

    json::value const* const name = parameter("name");
    if (is_nullish(name)) {
        type_error(
            std::string("Cannot read properties of ") + (name ? "null" : "undefined") +
            " (reading 'split')"
        );
    }
    if (!name->is_string()) type_error("name.split is not a function");
    std::string_view const function = function_name(name_);
    auto const at = hub_methods().find(function);
    if (at == hub_methods().end()) {
        if (holds(internal_names, function)) {
            type_error("HubApiStructure[group]?.[functionName] is not a function");
        }
        fail("unknown function '" + name_ + "'");
    }
    json::array& args = arguments();
    if (at->second->args == shape::options) put_caller(args, caller_.account_id);
    call c{w, name_, caller_.account_id, {}, args};
    c.patience = timeout();
    return invoke(*at->second, c, subject);
}

std::string cocalc_call::invoke(method const& m, call& c, std::string_view subject)
{
    std::string text;
    std::optional<call_error> failure;
    try {
        text = m.function(c);
    } catch (call_error const& error) {
        failure = error;
    }
    spent_ = std::min(c.takes, timeout());
    // The function has done its work; only the route has stopped waiting.
    if (c.takes > timeout()) throw route_error(bridge_error(subject, bridge::timed_out));
    if (failure) throw *failure;
    return text;
}

std::string cocalc_call::run_project(world& w, bridge how)
{
    json::value const* const wanted = parameter("project_id");
    std::string project_id;
    if (wanted) {
        project_id = is_truthy(wanted) ? js_string(wanted) : "";
    } else {
        project_id = caller_.project_id;
    }
    if (project_id.empty()) {
        throw route_error("must specify project_id or use project-specific api key");
    }
    if (!caller_.project_id.empty()) {
        if (project_id != caller_.project_id) {
            throw route_error("project specific api key must match requested project");
        }
    } else {
        auto const id = uuid_text(project_id);
        if (!id) {
            throw route_error("invalid account_id or project_id -- all must be valid uuid's");
        }
        if (!w.is_collaborator(caller_.account_id, *id)) {
            throw route_error("user must be a collaborator on the project");
        }
    }
    json::value const* const compute = parameter("compute_server_id");
    std::string const subject = "project." + project_id + "." +
                                (compute ? js_string(compute) : std::string("0")) + ".api.-";
    // Every call counts as an edit and starts the project.
    project_row* const project = w.project(uuid_text(project_id).value_or(project_id));
    if (!project) throw route_error(bridge_error(subject, bridge::no_subscriber));
    project->touch(w.now);
    project->start(w.now);
    check_timeout(subject);
    if (how != bridge::works) throw route_error(bridge_error(subject, how));

    json::value const* const name = parameter("name");
    if (is_nullish(name)) {
        type_error(
            std::string("Cannot read properties of ") + (name ? "null" : "undefined") +
            " (reading 'split')"
        );
    }
    std::string_view const function = function_name(name_);
    auto const at = project_methods().find(function);
    if (at == project_methods().end()) fail("unknown function '" + name_ + "'");
    call c{w, name_, caller_.account_id, project->project_id, arguments()};
    // The project answers when it runs. The wait for that counts towards the route's timeout.
    c.patience = timeout();
    bool const runs = start_for(c, *project);
    static constexpr method never{"", shape::positional, [](call&) { return std::string(); }};
    return invoke(runs ? *at->second : never, c, subject);
}

}  // namespace cohub::inline abi_0_2::fake
