// API v1, after smc-hub/api/handler.coffee and smc-util/message.js of September 2020.

#include "v1.hpp"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <array>
#include <optional>
#include <span>

#include "call.hpp"
#include "database.hpp"
#include "form.hpp"
#include "search.hpp"
#include "text.hpp"

namespace cohub::inline abi_0_2::fake {

namespace json = boost::json;

namespace {

constexpr std::string_view prefix = "/api/v1/";
constexpr std::size_t body_limit = 3 * 1024 * 1024;
constexpr std::string_view help_address = "help@cocalc.com";

/// Refused before it is read as a message: status 400, no envelope.
class refusal : public std::runtime_error
{
public:
    using std::runtime_error::runtime_error;
};

/// The data from which a message is answered. The world is locked.
struct message
{
    fake::world& world;
    std::string_view account_id;
    json::object const& fields;
    v1_profile profile;

    /// Null when the member is absent, and when it is null, which counts as absent.
    json::value const* field(std::string_view name) const
    {
        json::value const* const v = fields.if_contains(name);
        return is_nullish(v) ? nullptr : v;
    }
};

/// @return the members of the answer that follow `event` and `id`, each with a comma before it
using handler = std::string (*)(message const&);

struct event
{
    std::string_view name;
    std::string_view answer;
    std::string_view required;  ///< field names with blanks between, as in the next member
    std::string_view optional;
    handler handle;
};

std::string ping(message const& m)
{
    std::string out;
    append_member(out, ",\"now\":", iso_time(m.world.now));
    return out;
}

std::string get_usernames(message const& m)
{
    json::value const& ids = *m.field("account_ids");
    if (!ids.is_array()) throw call_error("account_ids must be an array");
    std::string out = ",\"usernames\":{";
    for (json::value const& v : ids.get_array()) {
        std::string const given = js_string(&v);
        auto const id = uuid_text(given);
        if (!id) throw call_error("invalid uuid " + given + " in account_ids");
        if (out.back() != '{') out += ',';
        append_json_string(out, given);
        out += ":{";
        if (account_row const* const r = m.world.row(*id); r && !r->a.deleted) {
            append_member(out, "\"first_name\":", r->a.first_name);
            append_member(out, ",\"last_name\":", r->a.last_name);
        }
        out += '}';
    }
    return out + '}';
}

std::string user_search(message const& m)
{
    json::value const* const query = m.field("query");
    json::value const* const active = m.field("active");
    v1_search s;
    s.query = query->is_string() ? std::string_view(query->get_string()) : "";
    s.limit = database_integer(m.field("limit"));
    // The text `false` of a form is truthy like any other text.
    s.admin = is_truthy(m.field("admin"));
    std::string const interval = active ? js_string(active) : "";
    s.active = interval;
    s.profile = m.profile;
    if (s.admin && !m.world.is_admin(m.account_id)) {
        throw call_error("must be logged in and a member of the admin group");
    }
    return ",\"results\":" + search_accounts_v1(m.world, s);
}

// Calls what the hub's function does and returns its result as the id.
std::string create_project(message const& m)
{
    json::object options{{"title", ""}, {"description", ""}};
    for (std::string_view const name : {"title", "description", "image", "license"}) {
        if (json::value const* const v = m.field(name)) options[name] = js_string(v);
    }
    if (json::value const* const start = m.field("start")) options["start"] = *start;
    json::array args{std::move(options)};
    method_list const methods = projects_group();
    auto const hub = std::find_if(methods.begin(), methods.end(), [](method const& known) {
        return known.name == "projects.createProject";
    });
    call c{m.world, hub->name, m.account_id, {}, args};
    return ",\"project_id\":" + hub->function(c);
}

std::string log_client_error(message const& m)
{
    m.world.notes.push_back({"logClientError", std::string(m.account_id), json::serialize(m.fields)}
    );
    return "";
}

constexpr event events[] = {
    {"ping", "pong", "", "", ping},
    {"get_usernames", "usernames", "account_ids", "", get_usernames},
    {"user_search", "user_search_results", "query", "admin active limit", user_search},
    {"create_project",
     "project_created",
     "",
     "title description image license start",
     create_project},
    {"log_client_error", "success", "error", "", log_client_error},
};

// Events that upstream knows but that are not served here.
constexpr std::array other_events = std::to_array<std::string_view>({
    "add_collaborator",
    "add_license_to_project",
    "change_email_address",
    "change_password",
    "copy_path_between_projects",
    "copy_path_delete",
    "copy_path_status",
    "copy_public_path_between_projects",
    "create_account",
    "create_support_ticket",
    "delete_account",
    "disconnect_from_project",
    "forgot_password",
    "get_available_upgrades",
    "get_support_tickets",
    "invite_collaborator",
    "invite_noncloud_collaborators",
    "metrics",
    "project_exec",
    "public_get_directory_listing",
    "public_get_text_file",
    "query",
    "read_text_file_from_project",
    "remove_collaborator",
    "remove_license_from_project",
    "reset_forgot_password",
    "start_metrics",
    "touch_project",
    "unlink_passport",
    "user_auth",
    "write_text_file_to_project",
});

// Other messages between hub and browser, including answers.
constexpr std::array internal_events = std::to_array<std::string_view>({
    "compute",
    "error",
    "execute_code",
    "pong",
    "project_created",
    "sign_in",
    "sign_in_failed",
    "sign_in_using_auth_token",
    "sign_out",
    "signed_in",
    "signed_out",
    "start_session",
    "success",
    "user_search_results",
    "usernames",
});

template <class List>
bool holds(List const& list, std::string_view name)
{
    return std::find(std::begin(list), std::end(list), name) != std::end(list);
}

void check_fields(event const& e, json::object const& fields)
{
    auto const refuse = [](std::string const& why) {
        throw refusal("invalid parameters 'Error: " + why + "'");
    };
    json::value const* const own = fields.if_contains("event");
    if (!is_nullish(own)) {
        refuse("ValueError: must not define 'event' when calling message creation function");
    }
    auto const required = words(e.required);
    for (std::string_view const name : required) {
        if (!is_nullish(fields.if_contains(name))) continue;
        refuse(
            "misc.defaults -- TypeError: property '" + std::string(name) + "' must be specified: "
        );
    }
    auto const optional = words(e.optional);
    for (auto const& field : fields) {
        std::string_view const name = field.key();
        if (name == "id" || name == "event" || holds(required, name) || holds(optional, name)) {
            continue;
        }
        refuse(
            "misc.defaults -- TypeError: got an unexpected argument '" + std::string(name) + "' "
        );
    }
}

void answer_object(int status, std::string text, reply& out)
{
    out = reply();
    out.status = status;
    out.content_type = "application/json; charset=utf-8";
    out.body = std::move(text);
}

std::string error_member(std::string_view what)
{
    std::string out;
    append_member(out, "\"error\":", std::string(what));
    return out;
}

// The pages of the framework itself.
void answer_page(int status, reply& out)
{
    std::string const page =
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<title>Error</title>\n</head>\n<body>\n<pre>" +
        std::string(reason_phrase(status)) + "</pre>\n</body>\n</html>\n";
    answer_html(status, page, out);
}

}  // namespace

bool v1_call::serves(std::string_view path) { return path.starts_with(prefix); }

void v1_call::add_names(std::vector<std::string>& to)
{
    for (event const& e : events) to.push_back("v1." + std::string(e.name));
    for (std::string_view const name : other_events) to.push_back("v1." + std::string(name));
}

v1_call::v1_call(request const& r, v1_profile profile) : request_(r), profile_(profile)
{
    // The part after the last slash. What stands before it does not matter.
    event_ = r.path.substr(r.path.rfind('/') + 1);
    name_ = "v1." + std::string(event_);
}

bool v1_call::read_body(reply& out)
{
    std::string_view const content_type = request_.header("Content-Type").value_or("");
    std::string const type = to_lower(trim(split(content_type, ";")[0]));
    bool const is_json = type == "application/json";
    bool const is_form = type == "application/x-www-form-urlencoded";
    if ((is_json || is_form) && request_.body.size() > body_limit) {
        answer_page(413, out);
        return false;
    }
    if (is_form) fields_ = parse_form(request_.body);
    if (!is_json || request_.body.empty()) return true;
    boost::system::error_code error;
    json::parse_options options;
    options.max_depth = 512;
    json::value body = json::parse(request_.body, error, {}, options);
    if (error || (!body.is_object() && !body.is_array())) {
        answer_page(400, out);
        return false;
    }
    if (body.is_object()) {
        fields_ = std::move(body.get_object());
    } else {
        std::size_t i = 0;
        for (json::value& v : body.get_array()) fields_[std::to_string(i++)] = std::move(v);
    }
    return true;
}

std::string v1_call::credential() const
{
    auto const header = request_.header("Authorization");
    if (!header) throw refusal("You must provide authentication via an API key.");
    auto const parts = words(*header);
    std::string_view const type = parts.empty() ? "undefined" : parts[0];
    std::string_view const given = parts.size() > 1 ? parts[1] : std::string_view();
    if (type == "Bearer") return std::string(given);
    if (type != "Basic") throw refusal("Unknown authorization type '" + std::string(type) + "'");
    std::string const pair = base64_decode(given);
    return pair.substr(0, pair.find(':'));
}

// The order is upstream's: errors of the message come before errors of the key.
std::string v1_call::answer(world& w)
{
    std::string const key = credential();
    auto const known = std::find_if(std::begin(events), std::end(events), [this](event const& e) {
        return e.name == event_;
    });
    missing_ = known == std::end(events) && holds(other_events, event_);
    std::string const quoted = "'" + std::string(event_) + "'";
    if (known == std::end(events) && !missing_) {
        if (!holds(internal_events, event_)) throw refusal("unknown endpoint " + quoted);
        throw refusal("endpoint " + quoted + " is not part of the HTTP API");
    }
    if (!missing_) check_fields(*known, fields_);

    auto const caller = w.authenticate(key);
    if (!caller && w.is_key_of_banned(key)) {
        throw refusal(
            "User is BANNED.  If this is a mistake, please contact " + std::string(help_address)
        );
    }
    if (!caller || caller->account_id.empty()) {
        throw refusal("No account found. Is your API key wrong?");
    }
    if (missing_)
        return "{" + error_member("cohub-fake-server: " + quoted + " is not served") + "}";

    json::value const* const given = fields_.if_contains("id");
    std::string id;
    if (is_nullish(given)) {
        append_json_string(id, w.random_uuid());
    } else {
        id = json::serialize(*given);
    }
    auto const envelope = [&id](std::string_view event, std::string_view members) {
        std::string out = "{\"event\":\"";
        out.append(event).append("\",\"id\":").append(id).append(members).append("}");
        return out;
    };
    try {
        return envelope(known->answer, known->handle({w, caller->account_id, fields_, profile_}));
    } catch (call_error const& error) {
        return envelope("error", "," + error_member(error.what()));
    }
}

void v1_call::run(world& w, bridge how, reply& out)
{
    // At that time there was no bridge. Here it is the hub behind a proxy that does not answer.
    if (how == bridge::no_subscriber) return answer_page(503, out);
    if (how == bridge::timed_out) return answer_page(504, out);
    fields_.clear();
    missing_ = false;
    if (!read_body(out)) return;
    std::lock_guard lock(w.mutex);
    try {
        std::string text = answer(w);
        answer_object(missing_ ? 501 : 200, std::move(text), out);
    } catch (refusal const& why) {
        missing_ = false;
        answer_object(400, "{" + error_member(why.what()) + "}", out);
    }
}

}  // namespace cohub::inline abi_0_2::fake
