#include "service.hpp"

#include <algorithm>
#include <exception>
#include <mutex>
#include <stdexcept>

#include "asked_call.hpp"
#include "cocalc.hpp"
#include "own_routes.hpp"
#include "text.hpp"
#include "v1.hpp"
#include "v2.hpp"

namespace cohub::inline abi_0_2::fake {

namespace {

// For a path with one slash too many, Next.js redirects to the right path.
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

// Gives the scripted answer instead of the routes' answer.
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

void check_key(std::string const& key)
{
    bool const shape = key.size() >= 9 && (key.starts_with("sk-") || key.starts_with("sk_"));
    bool const safe = key.find_first_of(": \t\r\n") == key.npos;
    if (!shape || !safe) {
        // The message does not have the key itself: it may be a real one that was given by mistake.
        throw std::invalid_argument(
            "an API key begins with 'sk-', has at least 9 characters, and no blank or colon"
        );
    }
}

service::service(world_options options, std::shared_ptr<detail::request_log> log)
    : options_(std::move(options)),
      world_(options_.seed, options_.users, options_.now, options_.user_key, options_.key_mark),
      pieces_(options_.seed, options_.now),
      clock_(options_.now),
      spend_time_(options_.spend_time),
      v1_(options_.v1),
      journal_(options_.unmasked_journal, std::move(log), options_.session),
      script_(options_.seed)
{
    clock_.run(options_.running_clock);
}

void service::reset()
{
    world_options const& o = options_;
    fake::world fresh(o.seed, o.users, o.now, o.user_key, o.key_mark);
    {
        std::lock_guard lock(world_.mutex);
        fresh.generation = world_.generation + 1;
        // The old world is destroyed without the lock, because a large one takes time.
        std::swap(world_, fresh);
        clock_.restart(o.now, o.running_clock);
    }
    spend_time_ = o.spend_time;
    v1_ = o.v1;
    pieces_.reset(o.seed, o.now);
    script_.reset();
    if (relay_) relay_->reset();
    journal_.mask(!o.unmasked_journal);
    journal_.clear();
}

void service::end()
{
    ended_ = true;
    pieces_.handle().close_streams(1001, "the session has ended");
    release();
}

void service::set_now(std::int64_t ms)
{
    std::lock_guard lock(world_.mutex);
    clock_.set(ms);
    world_.now = clock_.now();
}

void service::run_clock(bool on)
{
    std::lock_guard lock(world_.mutex);
    clock_.run(on);
    world_.now = clock_.now();
}

void service::tick()
{
    if (!clock_.runs()) return;
    std::lock_guard lock(world_.mutex);
    world_.now = clock_.now();
}

void service::release()
{
    releases_.fetch_add(1);
    listener_->wake();
}

bool service::wait_for_journal(std::chrono::milliseconds limit, std::function<bool()> const& met)
    const
{
    return wait_in_turns(limit, [&](auto turn) { return journal_.wait(turn, met); });
}

bool service::wait_in_turns(
    std::chrono::milliseconds limit, std::function<bool(std::chrono::milliseconds)> const& wait
) const
{
    using namespace std::chrono;
    auto const end = steady_clock::now() + limit;
    for (;;) {
        // Waits in short turns and checks after each one whether the client, the session and the
        // server still exist.
        auto const left = ceil<milliseconds>(end - steady_clock::now());
        if (wait(std::clamp(left, milliseconds(0), milliseconds(20)))) return true;
        if (left.count() <= 0 || ended_ || !listener_->is_awaited()) return false;
    }
}

void service::claim(std::string const& key)
{
    check_key(key);
    if (claim_key_) claim_key_(key);
}

std::string service::add_key(api_key key)
{
    if (!key.text.empty()) claim(key.text);
    fake::world& w = world_;
    std::lock_guard lock(w.mutex);
    key_row row;
    row.id = key.id.value_or(0);
    row.secret = std::move(key.text);
    row.account_id = std::move(key.account_id);
    row.project_id = std::move(key.project_id);
    row.name = std::move(key.name);
    row.expire = key.expire;
    row.created = w.now;
    return key.legacy ? w.add_legacy_key(std::move(row)).secret : w.add_key(std::move(row)).secret;
}

std::vector<std::string> service::problems() const
{
    std::vector<std::string> all = script_.unused();
    for (std::string const& what : journal_.unasked()) all.push_back(what);
    if (relay_) {
        for (std::string& what : relay_->problems()) all.push_back(std::move(what));
    }
    return all;
}

api_keys service::seeded_keys() const
{
    std::lock_guard lock(world_.mutex);
    return world_.seeded_keys();
}

void service::handle(
    request const& r, connection_record& c, session_list& all, reply& out, delivery& how
)
{
    std::optional<detail::request_ticket> ticket;
    tick();
    how.now = now();
    how.releases = &releases_;
    try {
        if (is_own(r.path)) {
            journal_.own_traffic(c);
            answer_about_itself(*this, all, r, out);
        } else {
            answer(r, c, ticket, out, how);
        }
    } catch (std::exception const& error) {
        journal_.unasked(std::string("the fake server failed: ") + error.what());
        delivery plain;
        plain.now = how.now;
        plain.releases = how.releases;
        how = std::move(plain);
        out = reply();
        out.status = 500;
        out.body = "Internal Server Error";
    }
    if (!ticket) return;
    std::optional<int> status;
    if (how.cut_after != 0) status = out.status;
    journal_.answered(*ticket, status, status ? std::string_view(out.body) : std::string_view());
}

void service::answer(
    request const& r,
    connection_record& c,
    std::optional<detail::request_ticket>& ticket,
    reply& out,
    delivery& how
)
{
    std::optional<cocalc_call> call;
    std::optional<v1_call> old_call;
    if (cocalc_call::serves(r.path)) call.emplace(r);
    if (v1_call::serves(r.path)) old_call.emplace(r, v1());
    std::optional<v2_call> web_call;
    if (v2_call::serves(r.path)) web_call.emplace(r);
    std::optional<pieces_call> pieces;
    if (pieces_call::serves(r.path)) pieces.emplace(r);
    std::string_view const name = call       ? call->name()
                                  : old_call ? old_call->name()
                                  : web_call ? web_call->name()
                                  : pieces   ? pieces->name()
                                             : "";

    asked_call const asked(r, name, world_);
    std::optional<detail::applied_fault> const found = script_.next(asked);
    detail::fault const* const step = found ? &found->step : nullptr;
    // The count is read before the journal shows the request. So a test that sees the request there
    // and then releases it also releases this answer.
    if (step && step->hold) how.held_since = releases_.load();
    ticket = journal_.received(r, name, now(), c);
    if (step) {
        ticket->fault = step->text();
        ticket->fault_id = found->plan;
    }

    auto const from_routes = [&](bridge b) {
        out = reply();
        if (relay_ && b == bridge::works && !(step && step->websocket)) {
            // A scripted call is expected, so it is not reported.
            auto const is_awaited = [this] { return listener_->is_awaited(); };
            if (relay_->answer(r, name, is_awaited, out) || step) return;
            return journal_.unasked(
                "asked for and not recorded: " + std::string(r.method) + " " + std::string(r.path)
            );
        }
        if (step && step->websocket) {
            return upgrade_to(pieces ? &*pieces : nullptr, step, r, c, out, how);
        } else if (pieces && b != bridge::works) {
            // Pieces OS has no bridge. Here it is Pieces OS itself that does not answer.
            answer_html(b == bridge::timed_out ? 504 : 503, "", out);
        } else if (pieces && pieces->is_stream()) {
            return upgrade_to(&*pieces, nullptr, r, c, out, how);
        } else if (pieces && (pieces->is_routed() || pieces_call::is_of_user(r.path))) {
            pieces->run(pieces_, now(), out);
            if (pieces->is_routed()) return;
        } else if (call) {
            call->run(world_, b, out);
            // The world is not locked while this waits.
            if (spends_time() && b == bridge::works) listener_->pause(call->spent());
        } else if (old_call && old_call->is_routed()) {
            old_call->run(world_, b, out);
        } else if (old_call && old_call->is_removed()) {
            answer_html(404, not_found_page, out);
            return;
        } else if (web_call && web_call->is_routed()) {
            web_call->run(world_, b, out);
            return;
        } else if (!redirect(r, out)) {
            answer_html(404, not_found_page, out);
        }
        if (out.status == 404 || (old_call && old_call->missing_here())) {
            // A scripted call is expected, so it is not reported.
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
    // A range of time has been replaced by one time already.
    if (std::chrono::milliseconds const delay = f.delay.most; delay.count() > 0) {
        auto const patience = call ? call->timeout() : delay;
        if (!listener_->pause(std::min(delay, patience))) {
            how.cut_after = 0;
            how.end = ending::close;
            return;
        }
        if (patience < delay) from_routes(bridge::timed_out);
    }
    for (auto const& [header, value] : f.headers) set_header(out, header, value);
    for (std::string const& header : f.without_headers) remove_header(out, header);

    how.stall = f.stall.most;
    how.drip_bytes = f.drip_bytes;
    how.drip_every = f.drip_every;
    how.close_notify = f.close_notify;
    using place = detail::fault::place;
    if (f.end != place::none) how.end = f.end_is_reset ? ending::reset : ending::close;
    if (f.end == place::before) how.cut_after = 0;
    if (f.end == place::after_bytes) how.cut_after = f.end_bytes;
}

// A scripted WebSocket, or one of Pieces OS.
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
    std::string const path(r.path);  // the request is gone when the hooks are called
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
    hooks.releases = [this] { return releases_.load(); };
    hooks.begun = [this](websocket_session& s) { pieces_.begun(s); };
    hooks.ended = [this](websocket_session& s) { pieces_.ended(s); };
    how.upgraded = std::make_shared<websocket_session>(
        step ? step->websocket : nullptr, !step || step->close_notify, std::move(hooks)
    );
}

}  // namespace cohub::inline abi_0_2::fake
