// A fault written as JSON.

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include "fault_parts.hpp"

namespace cohub::inline abi_0_2::fake::detail {

namespace json = boost::json;

namespace {

std::string_view text_of(std::string_view member, json::value const& v)
{
    if (!v.is_string()) refuse_fault("'" + std::string(member) + "' needs a text");
    return v.get_string();
}

std::size_t number_of(std::string_view member, json::value const& v)
{
    boost::system::error_code error;
    auto const n = v.to_number<std::size_t>(error);
    if (error) refuse_fault("'" + std::string(member) + "' needs a whole number");
    return n;
}

bool bool_of(std::string_view member, json::value const& v)
{
    if (!v.is_bool()) refuse_fault("'" + std::string(member) + "' needs true or false");
    return v.get_bool();
}

// A number, or a list of the minimum and the maximum.
fault_time time_of(std::string_view member, json::value const& v)
{
    if (!v.is_array()) {
        auto const time = fault_milliseconds(member, number_of(member, v));
        return fault_range(member, time, time);
    }
    if (v.get_array().size() != 2)
        refuse_fault("'" + std::string(member) + "' needs a number, or two");
    return fault_range(
        member,
        fault_milliseconds(member, number_of(member, v.get_array()[0])),
        fault_milliseconds(member, number_of(member, v.get_array()[1]))
    );
}

void read_drip(fault& f, json::value const& v)
{
    json::object const none;
    auto const& o = v.is_object() ? v.get_object() : none;
    auto const* const bytes = o.if_contains("bytes");
    auto const* const every = o.if_contains("every_ms");
    if (!bytes || !every || o.size() != 2) {
        refuse_fault("'drip' needs an object such as {\"bytes\":10,\"every_ms\":50}");
    }
    set_drip(
        f, number_of("bytes", *bytes), fault_milliseconds("every_ms", number_of("every_ms", *every))
    );
}

// A pattern, or an object with `call` and the conditions of the call.
void read_match(fault_plan& plan, json::value const& v)
{
    if (!v.is_object()) {
        plan.pattern = text_of("match", v);
        return;
    }
    plan.pattern = "*";
    for (auto const& [key, value] : v.get_object()) {
        if (key == "call") {
            plan.pattern = text_of(key, value);
        } else if (key == "args") {
            plan.when.args = fault_args(key, value);
        } else if (key == "headers") {
            if (!value.is_object()) refuse_fault("'headers' needs an object of texts and nulls");
            for (auto const& [name, text] : value.get_object()) {
                auto& header = plan.when.headers.emplace_back(name, std::nullopt);
                if (!text.is_null()) header.second = text_of(name, text);
            }
        } else if (key == "key") {
            plan.when.key = text_of(key, value);
        } else if (key == "caller") {
            plan.when.caller = text_of(key, value);
        } else {
            refuse_fault(
                "'match' has no '" + std::string(key) +
                "'; there are: call, args, headers, key, caller"
            );
        }
    }
}

void read_member(fault_plan& plan, std::string_view key, json::value const& v)
{
    note_part(plan, key);
    fault& f = plan.steps.back();
    if (key == "status") {
        f.status = fault_status(number_of(key, v));
    } else if (key == "headers") {
        if (!v.is_object()) refuse_fault("'headers' needs an object of texts");
        for (auto const& [name, value] : v.get_object()) {
            f.headers.emplace_back(name, text_of(name, value));
        }
    } else if (key == "without_headers") {
        if (!v.is_array()) refuse_fault("'without_headers' needs a list of names");
        for (json::value const& name : v.get_array()) {
            f.without_headers.emplace_back(text_of(key, name));
        }
    } else if (key == "websocket") {
        f.websocket = read_websocket_plan(v);
    } else if (key == "body") {
        f.body = text_of(key, v);
    } else if (key == "json" || key == "result") {
        f.json = json::serialize(v);
    } else if (key == "error") {
        f.json = fault_error_answer(text_of(key, v));
    } else if (key == "delay_ms") {
        f.delay = time_of(key, v);
    } else if (key == "stall_ms") {
        f.stall = time_of(key, v);
    } else if (key == "hold") {
        f.hold = bool_of(key, v);
    } else if (key == "drip") {
        read_drip(f, v);
    } else if (key == "chance") {
        f.chance = fault_chance(v.is_number() ? v.to_number<double>() : -1);
    } else if (key == "close" || key == "reset") {
        std::string const value =
            v.is_number() ? std::to_string(number_of(key, v)) : std::string(text_of(key, v));
        set_fault_end(f, key == "reset", key, value);
    } else if (key == "abrupt") {
        f.close_notify = !bool_of(key, v);
    } else if (key == "no_subscriber") {
        f.no_subscriber = bool_of(key, v);
    } else if (key == "bridge_timeout") {
        f.bridge_timeout = bool_of(key, v);
    } else if (key == "effect") {
        f.effect = bool_of(key, v);
    } else if (key == "times") {
        if (v.is_string() && v.get_string() == "forever") {
            f.times = 0;
        } else if (f.times = number_of(key, v); f.times == 0) {
            refuse_fault("'times' begins at 1; \"forever\" has no end");
        }
    } else if (key == "ok") {
        f.ok = bool_of(key, v);
    } else {
        refuse_fault(
            "'" + std::string(key) +
            "' is no member of a fault; there are: match, steps, status, headers, without_headers, "
            "body, "
            "json, result, error, delay_ms, stall_ms, hold, drip, chance, close, reset, abrupt, "
            "no_subscriber, "
            "bridge_timeout, effect, websocket, times, ok"
        );
    }
}

fault_plan read_object(json::object const& o)
{
    fault_plan plan;
    auto const* match = o.if_contains("match");
    if (!match) {
        refuse_fault(
            "a fault needs 'match': a method (\"system.ping\"), a path (\"/api/conat/hub\") or "
            "\"*\""
        );
    }
    read_match(plan, *match);
    if (auto const* steps = o.if_contains("steps")) {
        if (!steps->is_array()) refuse_fault("'steps' needs a list of objects");
        if (o.size() != 2) refuse_fault("beside 'steps' only 'match' may stand");
        for (json::value const& step : steps->get_array()) {
            if (!step.is_object()) refuse_fault("'steps' needs a list of objects");
            add_step(plan);
            for (auto const& [key, v] : step.get_object()) read_member(plan, key, v);
        }
    } else {
        add_step(plan);
        for (auto const& [key, v] : o) {
            if (key != "match") read_member(plan, key, v);
        }
    }
    check_plan(plan);
    return plan;
}

}  // namespace

std::vector<fault_plan> parse_fault_json(std::string_view text)
{
    boost::system::error_code error;
    json::value const list = json::parse(text, error);
    if (error || !list.is_array()) {
        refuse_fault(
            "faults are a JSON list, such as [\"system.ping status=503\"] or "
            "[{\"match\":\"system.ping\",\"status\":503}]"
        );
    }
    return read_faults(list.get_array());
}

std::vector<fault_plan> read_faults(json::array const& list)
{
    std::vector<fault_plan> plans;
    plans.reserve(list.size());
    for (json::value const& v : list) {
        if (v.is_string()) {
            plans.push_back(parse_fault_text(v.get_string()));
        } else if (v.is_object()) {
            plans.push_back(read_object(v.get_object()));
        } else {
            refuse_fault("a fault is an object or a text, not " + json::serialize(v));
        }
    }
    return plans;
}

}  // namespace cohub::inline abi_0_2::fake::detail
