#include "fault.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <charconv>
#include <cstdint>
#include <stdexcept>

#include "text.hpp"

namespace cohub::fake::detail {

namespace json = boost::json;

namespace {

[[noreturn]] void refuse(std::string const& what) { throw std::invalid_argument(what); }

constexpr std::string_view known_words =
    "status=N header=\"Name: value\" no-header=NAME body=TEXT json=JSON error=TEXT delay=MS "
    "stall=MS hold "
    "close[=before|after|BYTES] reset[=before|BYTES] abrupt no-subscriber bridge-timeout effect "
    "websocket=JSON times=N forever then ok";

std::vector<std::string> lex(std::string_view spec)
{
    std::vector<std::string> out;
    std::string word;
    bool inside = false;
    char quote = 0;
    for (std::size_t i = 0; i < spec.size(); ++i) {
        char const c = spec[i];
        if (quote != 0) {
            if (c == quote) {
                quote = 0;
            } else if (quote == '"' && c == '\\' && i + 1 < spec.size()) {
                char const e = spec[++i];
                word += e == 'n' ? '\n' : e == 'r' ? '\r' : e == 't' ? '\t' : e;
            } else {
                word += c;
            }
        } else if ((c == '"' || c == '\'') && (word.empty() || word.find('=') == word.size() - 1)) {
            // Only where a value begins, so that json={"a":1} needs no quotes around it.
            quote = c;
            inside = true;
        } else if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
            if (inside) out.push_back(std::move(word));
            word.clear();
            inside = false;
        } else {
            word += c;
            inside = true;
        }
    }
    if (quote != 0) {
        refuse(
            std::string("a ") + quote + " is opened and never closed in the fault '" +
            std::string(spec) + "'"
        );
    }
    if (inside) out.push_back(std::move(word));
    return out;
}

std::size_t number(std::string_view word, std::string_view value)
{
    std::size_t n = 0;
    auto const [end, error] = std::from_chars(value.data(), value.data() + value.size(), n);
    if (error != std::errc() || end != value.data() + value.size() || value.empty()) {
        refuse(
            "'" + std::string(word) + "' needs a whole number, not '" + std::string(value) + "'"
        );
    }
    return n;
}

std::chrono::milliseconds duration(std::string_view word, std::string_view value)
{
    std::int64_t unit = 1;
    if (value.ends_with("ms")) {
        value.remove_suffix(2);
    } else if (value.ends_with('s')) {
        value.remove_suffix(1);
        unit = 1000;
    }
    return std::chrono::milliseconds(static_cast<std::int64_t>(number(word, value)) * unit);
}

void set_end(fault& f, bool reset, std::string_view word, std::string_view value)
{
    f.end_is_reset = reset;
    if (value.empty() || value == "before") {
        f.end = fault::place::before;
    } else if (value == "after" && !reset) {
        f.end = fault::place::after;
    } else {
        f.end = fault::place::after_bytes;
        f.end_bytes = number(word, value);
    }
}

std::string checked_json(std::string_view text, std::string_view word)
{
    boost::system::error_code error;
    json::parse(text, error);
    if (error) {
        refuse(
            "'" + std::string(word) + "' needs JSON, and '" + std::string(text) +
            "' is none; 'body' sends any bytes"
        );
    }
    return std::string(text);
}

std::string error_answer(std::string_view text)
{
    std::string out = "{\"error\":";
    append_json_string(out, text);
    return out + "}";
}

std::string in_quotes(std::string_view s)
{
    std::string out = "\"";
    for (char const c : s) {
        if (c == '"' || c == '\\') out += '\\';
        if (c == '\n') {
            out += "\\n";
        } else if (c == '\r') {
            out += "\\r";
        } else {
            out += c;
        }
    }
    return out + '"';
}

void read_word(fault& f, std::string_view word)
{
    auto const equals = word.find('=');
    std::string_view const key = word.substr(0, equals);
    bool const has_value = equals != word.npos;
    std::string_view const value = has_value ? word.substr(equals + 1) : std::string_view();
    auto const flag = [&] {
        if (has_value) refuse("'" + std::string(key) + "' takes no value");
        return true;
    };
    if (key == "status") {
        f.status = static_cast<int>(number(key, value));
    } else if (key == "header") {
        auto const colon = value.find(':');
        if (colon == value.npos || colon == 0) {
            refuse("'header' is written header=\"Name: value\", not '" + std::string(word) + "'");
        }
        f.headers.emplace_back(value.substr(0, colon), trim(value.substr(colon + 1)));
    } else if (key == "no-header") {
        if (value.empty()) refuse("'no-header' needs a name");
        f.without_headers.emplace_back(value);
    } else if (key == "websocket") {
        f.websocket = read_websocket_plan(json::parse(checked_json(value, key)));
    } else if (key == "body") {
        f.body = value;
    } else if (key == "json" || key == "result") {
        f.json = checked_json(value, key);
    } else if (key == "error") {
        f.json = error_answer(value);
    } else if (key == "delay") {
        f.delay = duration(key, value);
    } else if (key == "stall") {
        f.stall = duration(key, value);
    } else if (key == "hold") {
        f.hold = flag();
    } else if (key == "close") {
        set_end(f, false, key, value);
    } else if (key == "reset") {
        set_end(f, true, key, value);
    } else if (key == "abrupt") {
        f.close_notify = !flag();
    } else if (key == "no-subscriber") {
        f.no_subscriber = flag();
    } else if (key == "bridge-timeout") {
        f.bridge_timeout = flag();
    } else if (key == "effect") {
        f.effect = flag();
    } else if (key == "times") {
        f.times = number(key, value);
        if (f.times == 0) refuse("'times' begins at 1; 'forever' has no end");
    } else if (key == "forever") {
        flag();
        f.times = 0;
    } else if (key == "ok") {
        f.ok = flag();
    } else {
        refuse(
            "'" + std::string(word) +
            "' is no part of a fault; there are: " + std::string(known_words)
        );
    }
}

std::string_view text_of(std::string_view member, json::value const& v)
{
    if (!v.is_string()) refuse("'" + std::string(member) + "' needs a text");
    return v.get_string();
}

std::size_t number_of(std::string_view member, json::value const& v)
{
    boost::system::error_code error;
    auto const n = v.to_number<std::size_t>(error);
    if (error) refuse("'" + std::string(member) + "' needs a whole number");
    return n;
}

bool bool_of(std::string_view member, json::value const& v)
{
    if (!v.is_bool()) refuse("'" + std::string(member) + "' needs true or false");
    return v.get_bool();
}

void read_member(fault& f, std::string_view key, json::value const& v)
{
    using std::chrono::milliseconds;
    if (key == "status") {
        f.status = static_cast<int>(number_of(key, v));
    } else if (key == "headers") {
        if (!v.is_object()) refuse("'headers' needs an object of texts");
        for (auto const& [name, value] : v.get_object()) {
            f.headers.emplace_back(name, text_of(name, value));
        }
    } else if (key == "without_headers") {
        if (!v.is_array()) refuse("'without_headers' needs a list of names");
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
        f.json = error_answer(text_of(key, v));
    } else if (key == "delay_ms") {
        f.delay = milliseconds(number_of(key, v));
    } else if (key == "stall_ms") {
        f.stall = milliseconds(number_of(key, v));
    } else if (key == "hold") {
        f.hold = bool_of(key, v);
    } else if (key == "close" || key == "reset") {
        std::string const value =
            v.is_number() ? std::to_string(number_of(key, v)) : std::string(text_of(key, v));
        set_end(f, key == "reset", key, value);
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
            refuse("'times' begins at 1; \"forever\" has no end");
        }
    } else if (key == "ok") {
        f.ok = bool_of(key, v);
    } else {
        refuse(
            "'" + std::string(key) +
            "' is no member of a fault; there are: match, steps, status, headers, without_headers, "
            "body, "
            "json, error, delay_ms, stall_ms, hold, close, reset, abrupt, no_subscriber, "
            "bridge_timeout, effect, websocket, times, ok"
        );
    }
}

fault_plan read_object(json::object const& o)
{
    fault_plan plan;
    auto const* match = o.if_contains("match");
    if (!match) {
        refuse(
            "a fault needs 'match': a method (\"system.ping\"), a path (\"/api/conat/hub\") or "
            "\"*\""
        );
    }
    plan.pattern = text_of("match", *match);
    if (auto const* steps = o.if_contains("steps")) {
        if (!steps->is_array()) refuse("'steps' needs a list of objects");
        if (o.size() != 2) refuse("beside 'steps' only 'match' may stand");
        for (json::value const& step : steps->get_array()) {
            if (!step.is_object()) refuse("'steps' needs a list of objects");
            fault& f = plan.steps.emplace_back();
            for (auto const& [key, v] : step.get_object()) read_member(f, key, v);
        }
    } else {
        fault& f = plan.steps.emplace_back();
        for (auto const& [key, v] : o) {
            if (key != "match") read_member(f, key, v);
        }
    }
    check_plan(plan);
    return plan;
}

}  // namespace

bool fault::empty() const
{
    return !replaces_answer() && headers.empty() && without_headers.empty() && !websocket &&
           delay.count() == 0 && stall.count() == 0 && !hold && end == place::none &&
           !bridge_timeout && !effect && close_notify;
}

std::string fault::text() const
{
    std::string out;
    auto const word = [&out](std::string const& w) { out += (out.empty() ? "" : " ") + w; };
    if (status) word("status=" + std::to_string(*status));
    for (auto const& [name, value] : headers) word("header=" + in_quotes(name + ": " + value));
    for (std::string const& name : without_headers) word("no-header=" + in_quotes(name));
    if (body) word("body=" + in_quotes(*body));
    if (json) word("json=" + in_quotes(*json));
    if (delay.count() != 0) word("delay=" + std::to_string(delay.count()) + "ms");
    if (stall.count() != 0) word("stall=" + std::to_string(stall.count()) + "ms");
    if (hold) word("hold");
    if (no_subscriber) word("no-subscriber");
    if (bridge_timeout) word("bridge-timeout");
    if (effect) word("effect");
    if (websocket)
        word("websocket=" + in_quotes(json::serialize(write_websocket_plan(*websocket))));
    std::string const verb = end_is_reset ? "reset" : "close";
    if (end == place::before) word(verb);
    if (end == place::after) word(verb + "=after");
    if (end == place::after_bytes) word(verb + "=" + std::to_string(end_bytes));
    if (!close_notify) word("abrupt");
    if (out.empty()) word("ok");
    if (times == 0) word("forever");
    if (times > 1) word("times=" + std::to_string(times));
    return out;
}

void check_plan(fault_plan const& plan)
{
    std::string const where = "in the fault for '" + plan.pattern + "': ";
    if (plan.pattern.empty() || plan.pattern.find('=') != plan.pattern.npos) {
        refuse(
            "a fault begins with what it applies to: a method (system.ping), a path "
            "(/api/conat/hub) or '*', not '" +
            plan.pattern + "'"
        );
    }
    if (plan.steps.empty()) refuse(where + "there is no step");
    for (fault const& f : plan.steps) {
        if (f.ok && !f.empty()) refuse(where + "'ok' stands alone in its step");
        if (!f.ok && f.empty()) {
            refuse(
                where + "a step says nothing; 'ok' lets a call through. There are: " +
                std::string(known_words)
            );
        }
        if (f.status && (*f.status < 100 || *f.status > 999)) {
            refuse(where + "a status has three digits, not " + std::to_string(*f.status));
        }
        if (f.body && f.json) refuse(where + "'body' and 'json' exclude each other");
        if (f.websocket && (f.replaces_answer() || f.end != fault::place::none)) {
            refuse(where + "'websocket' says what follows an upgrade, and here there is none");
        }
        int const bridge = f.no_subscriber + f.bridge_timeout;
        if (bridge + (f.status || f.body || f.json) > 1) {
            refuse(
                where +
                "'no-subscriber', 'bridge-timeout' and an answer of one's own exclude "
                "each other"
            );
        }
        for (auto const& [name, value] : f.headers) {
            if (name.find_first_of("\r\n") != name.npos ||
                value.find_first_of("\r\n") != value.npos) {
                refuse(where + "a header holds no line end");
            }
        }
    }
}

fault_plan parse_fault_text(std::string_view spec)
{
    std::vector<std::string> const parts = lex(spec);
    fault_plan plan;
    if (parts.empty()) refuse("an empty fault; write, say, 'system.ping status=503 then ok'");
    plan.pattern = parts[0];
    plan.steps.emplace_back();
    for (std::size_t i = 1; i < parts.size(); ++i) {
        if (parts[i] == "then") {
            plan.steps.emplace_back();
        } else {
            read_word(plan.steps.back(), parts[i]);
        }
    }
    check_plan(plan);
    return plan;
}

std::vector<fault_plan> parse_fault_json(std::string_view text)
{
    boost::system::error_code error;
    json::value const list = json::parse(text, error);
    if (error || !list.is_array()) {
        refuse(
            "faults are a JSON list, such as [\"system.ping status=503\"] or "
            "[{\"match\":\"system.ping\",\"status\":503}]"
        );
    }
    std::vector<fault_plan> plans;
    for (json::value const& v : list.get_array()) {
        if (v.is_string()) {
            plans.push_back(parse_fault_text(v.get_string()));
        } else if (v.is_object()) {
            plans.push_back(read_object(v.get_object()));
        } else {
            refuse("a fault is an object or a text, not " + json::serialize(v));
        }
    }
    return plans;
}

std::string_view fault_help()
{
    return R"(A fault is written  PATTERN STEP [then STEP ...]

PATTERN  a method (system.ping), a path (/api/conat/hub), both (/api/conat/hub#system.ping), or *;
         a * at the end stands for any rest (system.*)
STEP     one or more of these words; each call that matches uses up one step
  status=N              answer this status, as a proxy would
  header="Name: value"  add a header to the answer
  no-header=NAME        leave a header out
  body=TEXT json=JSON   answer this instead (json: as the hub would)
  error=TEXT            the same as json={"error": TEXT}
  delay=MS              the function takes that long; a shorter `timeout` of the call shows as 408
  stall=MS              the finished answer is kept back that long
  hold                  ... until POST /__fake__/release
  close reset           close the connection (or send a TCP reset) instead of answering
  close=BYTES reset=BYTES   ... after so many bytes of the answer
  close=after           ... after the whole answer
  abrupt                the close comes without TLS close_notify
  no-subscriber         the hub's 503 text
  bridge-timeout        the hub's 408 text, at once; the function runs all the same
  effect                run the function although the answer is replaced
  websocket=JSON        play this list on a stream, after its upgrade
  times=N forever       use the step for N calls, or for all
  ok                    let the call through
Values with blanks are quoted: body="not JSON" or json='{"a":1}'. Times are in ms; 2s works, too.
Example: 'system.userSearch status=503 header="Retry-After: 1" times=2 then ok')";
}

}  // namespace cohub::fake::detail
