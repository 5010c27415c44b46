#include "pieces.hpp"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>

#include "raw_json.hpp"
#include "text.hpp"

namespace cohub::inline abi_0_2::fake {

namespace json = boost::json;

namespace {

constexpr std::string_view own_schema = R"({"migration":0,"semantic":"MAJOR_0_MINOR_0_PATCH_1"})";

void answer_text(int status, std::string_view text, reply& out)
{
    out.status = status;
    out.content_type = "text/plain";
    out.body = text;
}

void answer_value(std::string text, reply& out)
{
    out.status = 200;
    out.content_type = "application/json";
    out.body = std::move(text);
}

std::string text_frame(std::string text) { return encode_frame({opcode::text, std::move(text)}); }

// Nothing when the body is absent or null. The two mean the same here.
struct body_error
{
};
std::optional<std::string_view> object_body(std::string_view body, json::object& parsed)
{
    std::string_view const text = trim(body);
    if (text.empty() || text == "null") return {};
    boost::system::error_code error;
    json::parse_options options;
    options.max_depth = 256;
    json::value v = json::parse(text, error, {}, options);
    if (error || !v.is_object()) throw body_error();
    parsed = std::move(v.get_object());
    return text;
}

json::value const* member(json::value const* of, std::string_view name)
{
    return of && of->is_object() ? of->get_object().if_contains(name) : nullptr;
}

// A profile that lacks a required member of the model cannot be read into the model.
void check_profile(json::object const& o)
{
    json::value const* const id = o.if_contains("id");
    json::value const* const looks = o.if_contains("aesthetics");
    json::value const* const dark = member(member(looks, "theme"), "dark");
    json::value const* const size = member(member(looks, "font"), "size");
    bool const whole = id && id->is_string() && dark && dark->is_bool() && size &&
                       (size->is_int64() || size->is_uint64());
    if (!whole) throw body_error();
}

// Only an existing value is changed: members that a record lacks are not added.
std::string touched(std::string record, std::int64_t now)
{
    std::string_view const updated = raw_member(record, "updated");
    if (!raw_text_member(updated, "value")) return record;
    std::string const moved = with_member(updated, "value", "\"" + iso_time(now) + "\"");
    return with_member(record, "updated", moved);
}

}  // namespace

pieces_world::pieces_world(std::uint64_t seed, std::int64_t now) { restart(seed, now); }

void pieces_world::restart(std::uint64_t seed, std::int64_t now)
{
    // A separate sequence of random numbers, so that the hub's data does not depend on what is
    // drawn here.
    random_source random(seed ^ 0x9165ec05'0a11ce05u);
    people_ = draw_pieces_people(random, now);
    health_ = "OK:" + random.uuid();
    last_profile_ = people_.front().profile;
    beta_.reset();
    schema_ = own_schema;
    null_user_ = false;
    cloud_ = dns_ready_ = true;
    providers_ = provider_source::local;
    taken_.clear();
    for (std::size_t i = 1; i < people_.size(); ++i) taken_.insert(people_[i].vanity_name);
    store(last_profile_);
}

void pieces_world::reset(std::uint64_t seed, std::int64_t now)
{
    std::lock_guard lock(mutex_);
    restart(seed, now);
}

// ---- state --------------------------------------------------------------------------------------

void pieces_world::store(std::optional<std::string> next)
{
    if (next == profile_) return;
    profile_ = std::move(next);
    if (profile_) last_profile_ = *profile_;
    auto const frame = std::make_shared<std::string const>(text_frame(profile_.value_or("")));
    for (stream const& s : streams_) {
        if (s.live) s.session->push(frame);
    }
}

std::string pieces_world::enveloped() const
{
    std::string out = "{";
    if (!schema_.empty()) out += "\"schema\":" + schema_;
    if (profile_ || null_user_) {
        out += out.size() > 1 ? ",\"user\":" : "\"user\":";
        out += profile_.value_or("null");
    }
    return out + "}";
}

std::string pieces_world::own_vanity_name() const
{
    return to_lower(raw_text_member(*profile_, "vanityname").value_or(""));
}

bool pieces_world::is_taken(std::string_view vanity_name) const
{
    std::string const name = to_lower(vanity_name);
    return name != own_vanity_name() && taken_.contains(name);
}

void pieces_world::begin_session(std::string record, std::int64_t now)
{
    std::string next = touched(std::move(record), now);
    if (raw_text_member(next, "id") != raw_text_member(last_profile_, "id")) beta_.reset();
    store(std::move(next));
}

// ---- routes -------------------------------------------------------------------------------------

void pieces_world::snapshot(reply& out) const
{
    std::lock_guard lock(mutex_);
    answer_value(enveloped(), out);
}

void pieces_world::providers(reply& out) const
{
    std::lock_guard lock(mutex_);
    if (providers_ == provider_source::local) return answer_text(501, "Not Implemented", out);
    answer_value(enveloped(), out);
}

void pieces_world::refresh(std::int64_t now, reply& out)
{
    std::lock_guard lock(mutex_);
    if (profile_) store(touched(*profile_, now));
    answer_value(profile_.value_or("null"), out);
}

void pieces_world::select(std::string_view body, std::int64_t now, reply& out)
{
    std::lock_guard lock(mutex_);
    json::object who;
    std::string record = last_profile_;
    if (auto const text = object_body(body, who)) {
        auto const says = [&](char const* name) {
            json::value const* const v = who.if_contains(name);
            return v && v->is_string() ? std::string(v->get_string()) : std::string();
        };
        std::string const email = says("email");
        std::string const user_id = says("user_id");
        std::string_view const known = raw_text_member(record, "email").value_or("");
        for (pieces_person const& p : people_) {
            bool const same = email.empty() ? p.user_id == user_id : p.email == email;
            // A known person gets the current record, not the one from the start.
            if (same && p.email != known) record = p.profile;
        }
        for (char const* const name : {"name", "email", "picture", "username"}) {
            if (says(name).empty()) continue;
            record = with_member(record, name, raw_member(*text, name));
        }
    }
    begin_session(std::move(record), now);
    answer_value(*profile_, out);
}

void pieces_world::update(std::string_view body, std::int64_t now, reply& out)
{
    std::lock_guard lock(mutex_);
    json::object sent;
    auto const text = object_body(body, sent);
    if (text) check_profile(sent);
    if (text && profile_) store(touched(std::string(*text), now));
    answer_value(profile_.value_or("null"), out);
}

void pieces_world::clear(reply& out)
{
    std::lock_guard lock(mutex_);
    store({});
    out.status = 204;
}

void pieces_world::beta_status(std::string_view body, reply& out)
{
    std::lock_guard lock(mutex_);
    json::object sent;
    auto const text = object_body(body, sent);
    if (!profile_) return answer_text(511, "Authentication Required", out);
    if (text) {
        json::value const* const user = sent.if_contains("user");
        if (!user || !user->is_string()) throw body_error();
        beta_ = *text;
    }
    answer_value(
        beta_ ? *beta_ : "{\"user\":" + std::string(raw_member(*profile_, "id")) + "}", out
    );
}

void pieces_world::update_vanity(std::string_view body, std::int64_t now, reply& out)
{
    std::lock_guard lock(mutex_);
    json::object sent;
    auto const text = object_body(body, sent);
    if (text) check_profile(sent);
    if (!profile_ || !cloud_) return answer_text(511, "Network Authentication Required", out);
    if (!dns_ready_) return answer_text(404, "No DNS record yet.", out);
    json::value const* const name = text ? sent.if_contains("vanityname") : nullptr;
    if (name && name->is_string()) {
        if (is_taken(name->get_string())) return answer_text(409, "That name is taken.", out);
        std::string const next =
            with_member(*profile_, "vanityname", raw_member(*text, "vanityname"));
        if (next != *profile_) {
            taken_.erase(own_vanity_name());
            store(touched(next, now));
        }
    }
    answer_value(*profile_, out);
}

// ---- knobs --------------------------------------------------------------------------------------

std::optional<std::string> pieces_world::profile() const
{
    std::lock_guard lock(mutex_);
    return profile_;
}

void pieces_world::set_profile(std::string text)
{
    boost::system::error_code error;
    json::parse_options options;
    options.max_depth = 256;
    if (!json::parse(text, error, {}, options).is_object() || error) {
        throw std::invalid_argument("a profile is a JSON object, not " + text);
    }
    std::lock_guard lock(mutex_);
    beta_.reset();
    store(std::string(trim(text)));
}

void pieces_world::sign_in()
{
    std::lock_guard lock(mutex_);
    store(last_profile_);
}

void pieces_world::sign_out()
{
    std::lock_guard lock(mutex_);
    store({});
}

void pieces_world::set_envelope(std::string schema, bool null_user)
{
    boost::system::error_code error;
    if (!schema.empty()) json::parse(schema, error);
    if (error) throw std::invalid_argument("a schema is JSON, not " + schema);
    std::lock_guard lock(mutex_);
    schema_ = std::move(schema);
    null_user_ = null_user;
}

void pieces_world::connect_cloud(bool on)
{
    std::lock_guard lock(mutex_);
    cloud_ = on;
}

void pieces_world::make_dns_ready(bool on)
{
    std::lock_guard lock(mutex_);
    dns_ready_ = on;
}

void pieces_world::set_providers(provider_source where)
{
    std::lock_guard lock(mutex_);
    providers_ = where;
}

void pieces_world::take_vanity_name(std::string_view name)
{
    std::lock_guard lock(mutex_);
    taken_.insert(to_lower(name));
}

void pieces_world::free_vanity_name(std::string_view name)
{
    std::lock_guard lock(mutex_);
    taken_.erase(to_lower(name));
}

std::vector<std::string> pieces_world::taken_vanity_names() const
{
    std::lock_guard lock(mutex_);
    return {taken_.begin(), taken_.end()};
}

std::string pieces_world::health() const
{
    std::lock_guard lock(mutex_);
    return health_;
}

// ---- streams ------------------------------------------------------------------------------------

void pieces_world::begun(websocket_session& s)
{
    std::lock_guard lock(mutex_);
    streams_.push_back({&s, false});
    changed_.notify_all();
}

void pieces_world::go_live(websocket_session& s)
{
    // The state's lock is held, so that the stream gets the state of this moment and then every
    // change.
    std::lock_guard lock(mutex_);
    for (stream& one : streams_) {
        if (one.session == &s) one.live = true;
    }
    s.push(std::make_shared<std::string const>(text_frame(profile_.value_or(""))));
}

void pieces_world::ended(websocket_session& s)
{
    std::lock_guard lock(mutex_);
    std::erase_if(streams_, [&](stream const& one) { return one.session == &s; });
    changed_.notify_all();
}

std::string pieces_world::present() const { return profile().value_or(""); }

std::size_t pieces_world::streams() const
{
    std::lock_guard lock(mutex_);
    return streams_.size();
}

bool pieces_world::wait_for_streams(std::size_t n, std::chrono::milliseconds limit) const
{
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, limit, [&] { return streams_.size() == n; });
}

void pieces_world::for_each_stream(std::function<void(websocket_session&)> const& what)
{
    std::lock_guard lock(mutex_);
    for (stream const& s : streams_) what(*s.session);
}

// ---- the calls ----------------------------------------------------------------------------------

namespace {

struct route
{
    std::string_view method, path, name;
};

constexpr std::array<route, 12> routes = {
    {{"GET", "/user", "pieces.user_snapshot"},
     {"GET", "/user/refresh", "pieces.refresh_user"},
     {"POST", "/user/select", "pieces.select_user"},
     {"GET", "/user/stream", "pieces.stream_user"},
     {"POST", "/user/update", "pieces.update_user"},
     {"POST", "/user/clear", "pieces.clear_user"},
     {"POST", "/user/beta/status", "pieces.user_beta_status"},
     {"GET", "/user/providers", "pieces.user_providers"},
     {"POST", "/user/update/vanity", "pieces.user_update_vanity"},
     {"GET", "/.well-known/health", "pieces.health"},
     {"GET", "/.well-known/version", "pieces.version"},
     {"GET", "/.well-known/stream/health", "pieces.health_stream"}}};

}  // namespace

bool pieces_call::serves(std::string_view path)
{
    return is_of_user(path) || path.starts_with("/.well-known/");
}

bool pieces_call::is_of_user(std::string_view path)
{
    return path == "/user" || path.starts_with("/user/");
}

void pieces_call::add_names(std::vector<std::string>& to)
{
    for (route const& r : routes) to.emplace_back(r.name);
}

pieces_call::pieces_call(request const& r) : request_(r)
{
    std::string_view const method = r.method == "HEAD" ? "GET" : r.method;
    for (route const& known : routes) {
        if (known.path == r.path && known.method == method) name_ = known.name;
    }
}

bool pieces_call::is_health_stream() const { return name_ == "pieces.health_stream"; }

bool pieces_call::is_stream() const
{
    return (name_ == "pieces.stream_user" || is_health_stream()) && wants_websocket(request_);
}

void add_shelf_headers(reply& out)
{
    out.headers.emplace_back("x-powered-by", "Dart with package:shelf");
    out.headers.emplace_back("x-frame-options", "SAMEORIGIN");
    out.headers.emplace_back("x-xss-protection", "1; mode=block");
    out.headers.emplace_back("x-content-type-options", "nosniff");
    out.headers.emplace_back("access-control-allow-origin", "*");
}

void pieces_call::run(pieces_world& w, std::int64_t now, reply& out) const
{
    out = reply();
    add_shelf_headers(out);
    std::string_view const body = request_.body;
    try {
        if (name_ == "pieces.user_snapshot") return w.snapshot(out);
        if (name_ == "pieces.refresh_user") return w.refresh(now, out);
        if (name_ == "pieces.select_user") return w.select(body, now, out);
        if (name_ == "pieces.update_user") return w.update(body, now, out);
        if (name_ == "pieces.clear_user") return w.clear(out);
        if (name_ == "pieces.user_beta_status") return w.beta_status(body, out);
        if (name_ == "pieces.user_providers") return w.providers(out);
        if (name_ == "pieces.user_update_vanity") return w.update_vanity(body, now, out);
        if (name_ == "pieces.health") return answer_text(200, w.health(), out);
        if (name_ == "pieces.version") return answer_text(200, "12.1.0", out);
    } catch (body_error const&) {
        return answer_text(500, "Internal Server Error", out);
    }
    if (name_.empty()) return answer_text(404, "Route not found", out);
    // A plain GET of a WebSocket's path.
    out.status = 404;
    out.content_type = "text/html";
    out.body = "<!doctype html><title>404</title>";
}

}  // namespace cohub::inline abi_0_2::fake
