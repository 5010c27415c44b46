// Faults, clock, settings and sessions over HTTP.

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <array>
#include <mutex>
#include <utility>
#include <vector>

#include "json_members.hpp"
#include "own_exchange.hpp"
#include "sessions.hpp"
#include "text.hpp"

namespace cohub::inline abi_0_2::fake {

namespace json = boost::json;

namespace {

constexpr std::size_t user_limit = 1'000'000;

constexpr std::array<std::pair<std::string_view, v1_profile>, 3> profiles = {
    {{"manual", v1_profile::manual},
     {"2020", v1_profile::code_2020},
     {"removed", v1_profile::removed}}};

v1_profile profile_of(json::value const& v)
{
    std::string const name = text_of("v1", v);
    for (auto const& [text, profile] : profiles) {
        if (text == name) return profile;
    }
    refuse("'v1' is manual, 2020 or removed");
}

std::string_view profile_name(v1_profile profile)
{
    auto const at = std::find_if(profiles.begin(), profiles.end(), [profile](auto const& p) {
        return p.second == profile;
    });
    return at->first;
}

std::int64_t clock_time(std::string_view name, json::value const& v)
{
    std::int64_t const ms = time_of(name, v);
    if (ms < 0 || ms > server_clock::last) refuse("the clock shows times from 1970 to 9999");
    return ms;
}

json::object settings_of(service& s)
{
    std::lock_guard lock(s.world().mutex);
    return {
        {"public_jupyter", s.world().public_jupyter},
        {"spend_time", s.spends_time()},
        {"unmasked_journal", !s.journal().masks()},
        {"v1", profile_name(s.v1())}};
}

// The server as one of its sessions sees it.
json::object description_of(service& s, session_list& all)
{
    std::string const& id = s.options().session;
    server_place const place = all.place();
    json::object out;
    json::value& own_id = out["id"];
    if (!id.empty()) {
        own_id = id;
        out["headers"] = json::object{{"X-Fake-Session", id}};
    }
    out["url"] = place.url;
    json::value& ca = out["ca_pem"];
    if (!place.ca_pem.empty()) ca = place.ca_pem;
    api_keys const keys = s.seeded_keys();
    out["api_key"] = keys.user;
    out["keys"] = json::object{
        {"user", keys.user},
        {"admin", keys.admin},
        {"org_admin", keys.org_admin},
        {"project", keys.project},
        {"expired", keys.expired},
        {"banned", keys.banned}};
    out["seed"] = s.options().seed;
    out["users"] = s.options().users;
    out["settings"] = settings_of(s);
    return out;
}

std::vector<detail::fault_plan> faults_of(std::string_view name, json::value const& v)
{
    return detail::read_faults(list_of(name, v));
}

}  // namespace

void show_server(own_exchange const& x) { x.answer_json(description_of(x.s, x.all)); }

void show_settings(own_exchange const& x) { x.answer_json(settings_of(x.s)); }

void change_settings(own_exchange const& x)
{
    std::optional<bool> jupyter, spend, unmasked;
    std::optional<v1_profile> v1;
    for (auto const& [name, v] : body_object(x.r.body)) {
        if (name == "public_jupyter") {
            jupyter = flag_of(name, v);
        } else if (name == "spend_time") {
            spend = flag_of(name, v);
        } else if (name == "unmasked_journal") {
            unmasked = flag_of(name, v);
        } else if (name == "v1") {
            v1 = profile_of(v);
        } else {
            refuse_member("a server", name, "public_jupyter, spend_time, unmasked_journal, v1");
        }
    }
    if (jupyter) {
        std::lock_guard lock(x.s.world().mutex);
        x.s.world().public_jupyter = *jupyter;
    }
    if (spend) x.s.spend_time(*spend);
    if (unmasked) x.s.journal().mask(!*unmasked);
    if (v1) x.s.serve_v1(*v1);
    show_settings(x);
}

namespace {

json::object fault_json(detail::script_store::plan_state const& f)
{
    return {{"id", f.number}, {"fault", repair_utf8(f.text)}, {"used", f.used}};
}

}  // namespace

void show_faults(own_exchange const& x)
{
    bool const with_ids = own_query(x.r).flag("ids");
    json::array faults;
    for (auto const& f : x.s.script().left()) {
        if (with_ids) {
            faults.emplace_back(fault_json(f));
        } else {
            faults.emplace_back(repair_utf8(f.text));
        }
    }
    x.answer_json(faults);
}

void show_fault(own_exchange const& x)
{
    std::uint64_t const number = x.last_number("a fault's number");
    for (auto const& f : x.s.script().left()) {
        if (f.number == number) return x.answer_json(fault_json(f));
    }
    x.answer_text(404, "There is no such fault, or it is used up.\n");
}

void replace_faults(own_exchange const& x)
{
    auto plans = detail::parse_fault_json(x.r.body);
    std::size_t const n = plans.size();
    x.s.script().replace(std::move(plans));
    x.answer_json(json::object{{"faults", n}});
}

void append_faults(own_exchange const& x)
{
    std::string_view const body = trim(x.r.body);
    bool const whole = body.empty() || body.starts_with('[');
    json::array ids;
    for (auto& plan :
         detail::parse_fault_json(whole ? std::string(body) : '[' + std::string(body) + ']')) {
        ids.emplace_back(x.s.script().add(std::move(plan)));
    }
    x.answer_json(json::object{{"ids", std::move(ids)}});
}

void remove_fault(own_exchange const& x)
{
    if (x.s.script().remove(x.last_number("a fault's number"))) return x.done();
    x.answer_text(404, "There is no such fault, or it is used up.\n");
}

void show_clock(own_exchange const& x)
{
    json::object clock = {{"now", x.s.now()}};
    if (x.s.clock_runs()) clock["running"] = true;
    x.answer_json(clock);
}

void move_clock(own_exchange const& x)
{
    std::optional<std::int64_t> to, by;
    std::optional<bool> runs;
    for (auto const& [name, v] : body_object(x.r.body)) {
        if (name == "now") {
            to = clock_time(name, v);
        } else if (name == "advance") {
            by = std::clamp(time_of(name, v), -server_clock::last, server_clock::last + 1);
        } else if (name == "running") {
            runs = flag_of(name, v);
        } else {
            refuse_member("the clock", name, "now, advance, running");
        }
    }
    if (!to && !by && !runs) {
        refuse("the clock takes {\"now\":MS}, {\"advance\":MS} or {\"running\":true}");
    }
    if (to && by) refuse("the clock takes 'now' or 'advance', not both");
    if (by) to = x.s.now() + *by;
    if (to && (*to < 0 || *to > server_clock::last)) {
        refuse("the clock shows times from 1970 to 9999");
    }
    if (to) x.s.set_now(*to);
    if (runs) x.s.run_clock(*runs);
    show_clock(x);
}

void reset_all(own_exchange const& x)
{
    x.s.reset();
    x.done();
}

void release_held(own_exchange const& x)
{
    x.s.release();
    x.done();
}

void show_recording(own_exchange const& x)
{
    if (relay const* const from = x.s.relay()) return x.answer_json(from->text());
    x.answer_text(404, "Nothing is recorded or replayed; see --record and --replay.\n");
}

void show_sessions(own_exchange const& x)
{
    json::array sessions;
    for (auto const& s : x.all.list()) {
        sessions.emplace_back(json::object{
            {"id", s->options().session},
            {"api_key", s->seeded_keys().user},
            {"requests", s->journal().count("*")},
            {"faults", s->script().left().size()},
            {"problems", s->problems().size()}});
    }
    x.answer_json(json::object{{"sessions", std::move(sessions)}});
}

void make_session(own_exchange const& x)
{
    world_options o = x.all.usual_options();
    std::vector<detail::fault_plan> faults;
    for (auto const& [name, v] : body_object(x.r.body, true)) {
        if (name == "seed") {
            o.seed = count_of(name, v);
        } else if (name == "users") {
            o.users = count_of(name, v);
            if (o.users > user_limit) refuse("at most 1,000,000 users");
        } else if (name == "now") {
            o.now = clock_time(name, v);
        } else if (name == "running") {
            o.running_clock = flag_of(name, v);
        } else if (name == "api_key") {
            o.user_key = text_of(name, v);
        } else if (name == "v1") {
            o.v1 = profile_of(v);
        } else if (name == "spend_time") {
            o.spend_time = flag_of(name, v);
        } else if (name == "unmasked_journal") {
            o.unmasked_journal = flag_of(name, v);
        } else if (name == "faults") {
            faults = faults_of(name, v);
        } else {
            refuse_member(
                "a session",
                name,
                "seed, users, now, running, api_key, v1, spend_time, unmasked_journal, faults"
            );
        }
    }
    auto const made = x.all.create(std::move(o), std::move(faults));
    x.answer_json(description_of(*made, x.all));
}

void end_session(own_exchange const& x)
{
    if (x.all.remove(x.last_part())) return x.done();
    x.answer_text(404, "There is no such session.\n");
}

}  // namespace cohub::inline abi_0_2::fake
