#include "service.hpp"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <exception>
#include <mutex>
#include <stdexcept>

#include "cocalc.hpp"
#include "text.hpp"
#include "v1.hpp"

namespace cohub::fake {

namespace {

constexpr std::string_view own_prefix = "/__fake__/";

void answer_text(int status, std::string text, reply& out)
{
    out = reply();
    out.status = status;
    out.content_type = "text/plain; charset=utf-8";
    out.body = std::move(text);
}

void answer_own_json(std::string text, reply& out)
{
    out = reply();
    out.content_type = "application/json; charset=utf-8";
    out.body = std::move(text);
}

std::string json_list(std::vector<std::string> const& texts)
{
    std::string out = "[";
    for (std::string const& t : texts) {
        if (out.size() > 1) out += ',';
        append_json_string(out, repair_utf8(t));
    }
    return out + ']';
}

// Next.js redirects a path with a slash too many to the right place.
bool redirect(request const& r, reply& out)
{
    std::string path;
    for (char const c : r.path) {
        if (c != '/' || path.empty() || path.back() != '/') path += c;
    }
    if (path.size() > 1 && path.back() == '/') path.pop_back();
    if (path == r.path || path.empty()) return false;
    path += r.target.substr(r.path.size());
    out = reply();
    out.status = 308;
    out.headers.emplace_back("Location", path);
    out.headers.emplace_back("Refresh", "0;url=" + path);
    out.body = path;
    return true;
}

constexpr std::string_view not_found_page =
    "<!DOCTYPE html><html lang=\"en\"><head><title>404: This page could not be found</title></head>"
    "<body><h1>404</h1><p>This page could not be found.</p></body></html>";

std::string tokens_json(world& w)
{
    std::lock_guard lock(w.mutex);
    std::string out = "[";
    for (auth_token const& t : w.live_tokens()) {
        if (out.size() > 1) out += ',';
        out += "{\"token\":";
        append_json_string(out, t.token);
        out += ",\"account_id\":";
        append_json_string(out, t.account_id);
        out += ",\"created_by\":";
        append_json_string(out, t.created_by);
        out += ",\"expire\":" + std::to_string(t.expire) + "}";
    }
    return out + ']';
}

void remove_header(reply& out, std::string const& name)
{
    if (equal_ignoring_case(name, "Content-Type")) out.content_type = {};
    std::erase_if(out.headers, [&](auto const& h) { return equal_ignoring_case(h.first, name); });
}

void set_header(reply& out, std::string const& name, std::string const& value)
{
    remove_header(out, name);
    out.headers.emplace_back(name, value);
}

// An answer of the script's own, in place of the routes'.
void answer_scripted(request const& r, detail::fault const& f, reply& out)
{
    out = reply();
    if (f.json) {
        answer_json(r, *f.json, out);
        if (f.status) out.status = *f.status;
    } else if (f.body) {
        out.status = f.status.value_or(200);
        out.body = *f.body;
    } else if (f.status) {
        std::string page;
        if (*f.status >= 400) {
            page = "<html><body>" + std::string(reason_phrase(*f.status)) + "</body></html>";
        }
        out.status = *f.status;
        if (!page.empty()) answer_html(*f.status, page, out);
    }
}

}  // namespace

service::service(world_options options, bool unmasked_journal, std::string const& log_file)
    : options_(std::move(options)),
      world_(options_.seed, options_.users, options_.now, options_.user_key),
      pieces_(options_.seed, options_.now),
      now_(options_.now),
      journal_(unmasked_journal, log_file)
{
}

void service::reset()
{
    fake::world fresh(options_.seed, options_.users, options_.now, options_.user_key);
    {
        std::lock_guard lock(world_.mutex);
        world_ = std::move(fresh);
        now_ = options_.now;
    }
    pieces_.reset(options_.seed, options_.now);
    script_.clear();
    journal_.clear();
}

void service::set_now(std::int64_t ms)
{
    std::lock_guard lock(world_.mutex);
    world_.now = ms;
    now_ = ms;
}

std::vector<std::string> service::problems() const
{
    std::vector<std::string> all = script_.unused();
    for (std::string const& what : journal_.unasked()) all.push_back(what);
    return all;
}

void service::handle(request const& r, connection_record& c, reply& out, delivery& how)
{
    try {
        if (r.path.starts_with(own_prefix)) {
            journal_.own_traffic(c);
            answer_about_itself(r, out);
        } else {
            answer(r, c, out, how);
        }
    } catch (std::exception const& error) {
        journal_.unasked(std::string("the fake server failed: ") + error.what());
        how = delivery();
        out = reply();
        out.status = 500;
        out.body = "Internal Server Error";
    }
}

void service::answer(request const& r, connection_record& c, reply& out, delivery& how)
{
    std::optional<cocalc_call> call;
    std::optional<v1_call> old_call;
    if (cocalc_call::serves(r.path)) call.emplace(r);
    if (v1_call::serves(r.path)) old_call.emplace(r, options_.v1);
    std::optional<pieces_call> pieces;
    if (pieces_call::serves(r.path)) pieces.emplace(r);
    std::string_view const name = call       ? call->name()
                                  : old_call ? old_call->name()
                                  : pieces   ? pieces->name()
                                             : "";

    std::optional<detail::fault> const step = script_.next(r.path, name);
    // The count is read before the journal shows the request: who saw it there and releases then
    // releases this answer.
    if (step && step->hold) how.held_since = listener_->release_count();
    journal_.received(r, name, c);

    auto const from_routes = [&](bridge b) {
        out = reply();
        if (step && step->websocket) {
            return upgrade_to(pieces ? &*pieces : nullptr, &*step, r, c, out, how);
        } else if (pieces && b != bridge::works) {
            // There is no bridge: what does not answer is the program itself.
            answer_html(b == bridge::timed_out ? 504 : 503, "", out);
        } else if (pieces && pieces->is_stream()) {
            return upgrade_to(&*pieces, nullptr, r, c, out, how);
        } else if (pieces && (pieces->is_routed() || pieces_call::is_of_user(r.path))) {
            pieces->run(pieces_, now(), out);
            if (pieces->is_routed()) return;
        } else if (call) {
            call->run(world_, b, out);
            // The world is free again while this one waits.
            if (options_.spend_time && b == bridge::works) listener_->pause(call->spent());
        } else if (old_call && old_call->is_routed()) {
            old_call->run(world_, b, out);
        } else if (old_call && old_call->is_removed()) {
            answer_html(404, not_found_page, out);
            return;
        } else if (!redirect(r, out)) {
            answer_html(404, not_found_page, out);
        }
        if (out.status == 404 || (old_call && old_call->missing_here())) {
            // Whoever scripts a call knows what is asked.
            if (step) return;
            std::string what(r.method);
            what.append(" ").append(r.path);
            if (!name.empty()) what.append(" ").append(name);
            journal_.unasked("asked for and not served: " + what);
        }
    };
    if (!step) return from_routes(bridge::works);

    detail::fault const& f = *step;
    if (f.runs_function()) from_routes(bridge::works);
    if (f.no_subscriber) from_routes(bridge::no_subscriber);
    if (f.bridge_timeout) from_routes(bridge::timed_out);
    if (f.replaces_answer() && !f.no_subscriber) {
        how.upgraded.reset();
        answer_scripted(r, f, out);
        if (pieces && f.json) out.content_type = "application/json";
    }
    if (f.delay.count() > 0) {
        auto const patience = call ? call->timeout() : f.delay;
        listener_->pause(std::min(f.delay, patience));
        if (patience < f.delay) from_routes(bridge::timed_out);
    }
    for (auto const& [header, value] : f.headers) set_header(out, header, value);
    for (std::string const& header : f.without_headers) remove_header(out, header);

    how.stall = f.stall;
    how.close_notify = f.close_notify;
    using place = detail::fault::place;
    if (f.end != place::none) how.end = f.end_is_reset ? ending::reset : ending::close;
    if (f.end == place::before) how.cut_after = 0;
    if (f.end == place::after_bytes) how.cut_after = f.end_bytes;
}

// A WebSocket that is scripted, or one of Pieces OS.
void service::upgrade_to(
    pieces_call const* call,
    detail::fault const* step,
    request const& r,
    connection_record& c,
    reply& out,
    delivery& how
)
{
    if (step && !wants_websocket(r)) {
        journal_.unasked(
            "a websocket script met what is no upgrade: " + std::string(r.method) + " " +
            std::string(r.path)
        );
    }
    if (!answer_handshake(r, out)) {
        if (call) add_shelf_headers(out);
        return;
    }
    std::string const path(r.path);  // the request will be gone
    websocket_hooks hooks;
    hooks.received = [this, path, &c](client_frame const& f) {
        recorded_frame seen;
        seen.kind = opcode_name(f.opcode);
        seen.fin = f.fin;
        seen.payload = f.payload;
        if (f.opcode == opcode::close) {
            seen.code = close_code(f.payload);
            seen.payload.erase(0, 2);
        }
        journal_.frame(path, std::move(seen), c);
    };
    hooks.problem = [this, path](std::string what) { journal_.unasked(path + ": " + what); };
    bool const tells_health = call && call->is_health_stream();
    hooks.present = [this, tells_health] {
        return tells_health ? pieces_.health() : pieces_.present();
    };
    hooks.go_live = [this, tells_health](websocket_session& s) {
        if (!tells_health) return pieces_.go_live(s);
        s.push(std::make_shared<std::string const>(encode_frame({opcode::text, pieces_.health()})));
    };
    hooks.releases = [this] { return listener_->release_count(); };
    hooks.begun = [this](websocket_session& s) { pieces_.begun(s); };
    hooks.ended = [this](websocket_session& s) { pieces_.ended(s); };
    how.upgraded = std::make_shared<websocket_session>(
        step ? step->websocket : nullptr, !step || step->close_notify, std::move(hooks)
    );
}

void service::answer_about_itself(request const& r, reply& out)
{
    std::string_view const what = r.path.substr(own_prefix.size());
    bool const get = r.method == "GET" || r.method == "HEAD";
    bool const post = r.method == "POST";
    auto const done = [&out] { answer_own_json("{\"ok\":true}", out); };
    if (what == "requests" && get) return answer_own_json(journal_.json(), out);
    if (what == "frames" && get) return answer_own_json(journal_.frames_json(), out);
    if (answer_about_pieces(pieces_, r, what, out)) return;
    if (what == "users" && get) return answer_own_json(users_json(world_), out);
    if (what == "tokens" && get) return answer_own_json(tokens_json(world_), out);
    if (what == "verify" && get) {
        return answer_own_json("{\"problems\":" + json_list(problems()) + "}", out);
    }
    if (what == "reset" && post) {
        reset();
        return done();
    }
    if (what == "release" && post) {
        listener_->release();
        return done();
    }
    if (what == "faults" && get) return answer_own_json(json_list(script_.left()), out);
    if (what == "faults" && r.method == "PUT") {
        try {
            auto plans = detail::parse_fault_json(r.body);
            std::size_t const n = plans.size();
            script_.replace(std::move(plans));
            return answer_own_json("{\"faults\":" + std::to_string(n) + "}", out);
        } catch (std::invalid_argument const& error) {
            return answer_text(400, std::string(error.what()) + "\n", out);
        }
    }
    if (what == "clock" && get) {
        return answer_own_json("{\"now\":" + std::to_string(now()) + "}", out);
    }
    if (what == "clock" && r.method == "PUT") {
        boost::system::error_code error;
        boost::json::value const v = boost::json::parse(r.body, error);
        auto const member = [&](char const* name) -> std::optional<std::int64_t> {
            if (error || !v.is_object()) return {};
            auto const* const m = v.get_object().if_contains(name);
            return m && m->is_int64() ? std::optional(m->get_int64()) : std::nullopt;
        };
        if (auto const ms = member("now")) {
            set_now(*ms);
        } else if (auto const by = member("advance")) {
            set_now(now() + *by);
        } else {
            return answer_text(400, "the clock takes {\"now\":MS} or {\"advance\":MS}\n", out);
        }
        return answer_own_json("{\"now\":" + std::to_string(now()) + "}", out);
    }
    answer_text(
        404,
        "There is no " + std::string(r.method) + " " + std::string(r.path) +
            ". There are:\n"
            "  GET  /__fake__/requests   what was received\n"
            "  GET  /__fake__/frames     what came over WebSockets\n"
            "  GET  /__fake__/users      the seeded data\n"
            "  GET  /__fake__/pieces     the Pieces OS; PUT its members to change it\n"
            "  POST /__fake__/pieces/streams  pushes to its streams, or ends them\n"
            "  GET  /__fake__/tokens     what signs somebody in now\n"
            "  GET  /__fake__/verify     scripted steps not used, routes not served\n"
            "  POST /__fake__/reset      data, clock, script and journal as at the start\n"
            "  GET  /__fake__/faults     what is queued; PUT a JSON list to replace it\n"
            "  POST /__fake__/release    lets go the answers that `hold` keeps back\n"
            "  GET  /__fake__/clock      PUT {\"now\":MS} or {\"advance\":MS} to move it\n",
        out
    );
}

std::string users_json(world& w)
{
    std::lock_guard lock(w.mutex);
    std::string out = "[";
    auto const text = [&out](std::string_view member, std::optional<std::string> const& v) {
        out.append(",\"").append(member).append("\":");
        if (v) {
            append_json_string(out, *v);
        } else {
            out += "null";
        }
    };
    auto const number = [&out](std::string_view member, std::optional<std::int64_t> v) {
        out.append(",\"").append(member).append("\":").append(v ? std::to_string(*v) : "null");
    };
    auto const flag = [&out](std::string_view member, std::optional<bool> v) {
        out.append(",\"").append(member).append("\":").append(!v ? "null" : *v ? "true" : "false");
    };
    for (account_row const& row : w.accounts()) {
        account const& a = row.a;
        out += out.size() > 1 ? ",\n{\"account_id\":" : "{\"account_id\":";
        append_json_string(out, a.account_id);
        text("first_name", a.first_name);
        text("last_name", a.last_name);
        text("name", a.name);
        text("email_address", a.email_address);
        out += ",\"email_address_verified\":";
        if (a.email_address_verified) {
            char separator = '{';
            for (auto const& [address, when] : *a.email_address_verified) {
                out += separator;
                separator = ',';
                append_json_string(out, address);
                out += ':';
                append_json_string(out, when);
            }
            out += separator == '{' ? "{}" : "}";
        } else {
            out += "null";
        }
        number("created", a.created);
        number("last_active", a.last_active);
        flag("unlisted", a.unlisted);
        flag("deleted", a.deleted);
        flag("banned", a.banned);
        flag("admin", a.admin);
        text("org", a.organization);
        out += ",\"profile\":";
        if (a.has_profile) {
            std::string profile;
            for (auto const& [name, value] :
                 {std::pair("color", &a.color), std::pair("image", &a.image)}) {
                if (!*value) continue;
                profile.append(profile.empty() ? "\"" : ",\"").append(name).append("\":");
                append_json_string(profile, **value);
            }
            out.append("{").append(profile).append("}");
        } else {
            out += "null";
        }
        out += '}';
    }
    return out + "]\n";
}

}  // namespace cohub::fake
