#include "fault.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <cstdint>
#include <cstdio>
#include <utility>

#include "fault_parts.hpp"
#include "names.hpp"
#include "text.hpp"

namespace cohub::inline abi_0_2::fake::detail {

namespace json = boost::json;

namespace {

constexpr std::string_view known_words =
    "status=N header=\"Name: value\" no-header=NAME body=TEXT json=JSON error=TEXT "
    "delay=MS[..MS] stall=MS[..MS] hold drip=BYTES/MS close[=before|after|BYTES] "
    "reset[=before|BYTES] abrupt no-subscriber bridge-timeout effect "
    "websocket=JSON chance=P times=N forever then ok when-args=JSON when-header=\"Name: value\" "
    "when-no-header=NAME when-key=KEY when-caller=ID";

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
            // A quote counts only where a value begins, so that json={"a":1} needs no quotes around
            // it.
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
        refuse_fault(
            std::string("a ") + quote + " is opened and never closed in the fault '" +
            std::string(spec) + "'"
        );
    }
    if (inside) out.push_back(std::move(word));
    return out;
}

fault_time duration(std::string_view word, std::string_view value)
{
    auto const one = [word](std::string_view text) {
        std::int64_t unit = 1;
        if (text.ends_with("ms")) {
            text.remove_suffix(2);
        } else if (text.ends_with('s')) {
            text.remove_suffix(1);
            unit = 1000;
        }
        return fault_milliseconds(word, fault_number(word, text), unit);
    };
    auto const dots = value.find("..");
    if (dots == value.npos) return fault_range(word, one(value), one(value));
    return fault_range(word, one(value.substr(0, dots)), one(value.substr(dots + 2)));
}

json::value parsed_json(std::string_view text, std::string_view word)
{
    boost::system::error_code error;
    json::value v = json::parse(text, error);
    if (error) {
        refuse_fault(
            "'" + std::string(word) + "' needs JSON, and '" + std::string(text) +
            "' is none; 'body' sends any bytes"
        );
    }
    return v;
}

std::pair<std::string, std::string> name_and_value(std::string_view word)
{
    auto const equals = word.find('=');
    std::string_view const key = word.substr(0, equals);
    std::string_view const value = equals == word.npos ? "" : word.substr(equals + 1);
    auto const colon = value.find(':');
    if (colon == value.npos || colon == 0) {
        refuse_fault(
            "'" + std::string(key) + "' is written " + std::string(key) +
            "=\"Name: value\", not '" + std::string(word) + "'"
        );
    }
    return {std::string(value.substr(0, colon)), std::string(trim(value.substr(colon + 1)))};
}

double chance_of(std::string_view value)
{
    boost::system::error_code error;
    json::value const v = json::parse(value, error);
    return fault_chance(!error && v.is_number() ? v.to_number<double>() : -1);
}

std::string number_text(double n)
{
    char text[40];
    std::snprintf(text, sizeof text, "%.6g", n);
    return text;
}

// @return false when the word is no condition
bool read_condition(fault_condition& when, std::string_view word)
{
    auto const equals = word.find('=');
    std::string_view const key = word.substr(0, equals);
    std::string_view const value = equals == word.npos ? "" : word.substr(equals + 1);
    if (!key.starts_with("when-")) return false;
    if (key == "when-header") {
        auto [name, text] = name_and_value(word);
        when.headers.emplace_back(std::move(name), std::move(text));
        return true;
    }
    if (value.empty()) refuse_fault("'" + std::string(key) + "' needs a value");
    if (key == "when-args") {
        check_condition_is_new(when.args.has_value(), key);
        when.args = fault_args(key, parsed_json(value, key));
    } else if (key == "when-no-header") {
        when.headers.emplace_back(value, std::nullopt);
    } else if (key == "when-key") {
        check_condition_is_new(when.key.has_value(), key);
        when.key = value;
    } else if (key == "when-caller") {
        check_condition_is_new(when.caller.has_value(), key);
        when.caller = value;
    } else {
        return false;
    }
    return true;
}

void read_word(fault_plan& plan, std::string_view word)
{
    fault& f = plan.steps.back();
    auto const equals = word.find('=');
    std::string_view const key = word.substr(0, equals);
    bool const has_value = equals != word.npos;
    std::string_view const value = has_value ? word.substr(equals + 1) : std::string_view();
    auto const flag = [&] {
        if (has_value) refuse_fault("'" + std::string(key) + "' takes no value");
        return true;
    };
    bool const may_repeat = key == "header" || key == "no-header";
    if (!may_repeat) note_part(plan, key);
    if (key == "status") {
        f.status = fault_status(fault_number(key, value));
    } else if (key == "header") {
        f.headers.push_back(name_and_value(word));
    } else if (key == "no-header") {
        if (value.empty()) refuse_fault("'no-header' needs a name");
        f.without_headers.emplace_back(value);
    } else if (key == "websocket") {
        f.websocket = read_websocket_plan(parsed_json(value, key));
    } else if (key == "body") {
        f.body = value;
    } else if (key == "json" || key == "result") {
        parsed_json(value, key);
        f.json = value;
    } else if (key == "error") {
        f.json = fault_error_answer(value);
    } else if (key == "delay") {
        f.delay = duration(key, value);
    } else if (key == "stall") {
        f.stall = duration(key, value);
    } else if (key == "hold") {
        f.hold = flag();
    } else if (key == "drip") {
        auto const slash = value.find('/');
        if (slash == value.npos) refuse_fault("'drip' is written drip=BYTES/MS, say drip=10/50");
        fault_time const pause = duration(key, value.substr(slash + 1));
        set_drip(f, fault_number(key, value.substr(0, slash)), pause.most);
    } else if (key == "chance") {
        f.chance = chance_of(value);
    } else if (key == "close") {
        set_fault_end(f, false, key, value);
    } else if (key == "reset") {
        set_fault_end(f, true, key, value);
    } else if (key == "abrupt") {
        f.close_notify = !flag();
    } else if (key == "no-subscriber") {
        f.no_subscriber = flag();
    } else if (key == "bridge-timeout") {
        f.bridge_timeout = flag();
    } else if (key == "effect") {
        f.effect = flag();
    } else if (key == "times") {
        f.times = fault_number(key, value);
        if (f.times == 0) refuse_fault("'times' begins at 1; 'forever' has no end");
    } else if (key == "forever") {
        flag();
        f.times = 0;
    } else if (key == "ok") {
        f.ok = flag();
    } else {
        refuse_fault(
            "'" + std::string(word) +
            "' is no part of a fault; there are: " + std::string(known_words)
        );
    }
}

}  // namespace

std::string fault_time::text() const
{
    std::string const end = std::to_string(most.count()) + "ms";
    return least == most ? end : std::to_string(least.count()) + ".." + end;
}

bool fault::empty() const
{
    return !replaces_answer() && headers.empty() && without_headers.empty() && !websocket &&
           !delay.is_set() && !stall.is_set() && !hold && drip_bytes == 0 && end == place::none &&
           !bridge_timeout && !effect && close_notify;
}

std::string fault::text() const
{
    std::string out;
    auto const word = [&out](std::string const& w) { out += (out.empty() ? "" : " ") + w; };
    if (status) word("status=" + std::to_string(*status));
    for (auto const& [name, value] : headers)
        word("header=" + in_fault_quotes(name + ": " + value));
    for (std::string const& name : without_headers) word("no-header=" + in_fault_quotes(name));
    if (body) word("body=" + in_fault_quotes(*body));
    if (json) word("json=" + in_fault_quotes(*json));
    if (delay.is_set()) word("delay=" + delay.text());
    if (stall.is_set()) word("stall=" + stall.text());
    if (hold) word("hold");
    if (drip_bytes > 0) {
        word(
            "drip=" + std::to_string(drip_bytes) + "/" + std::to_string(drip_every.count()) + "ms"
        );
    }
    if (no_subscriber) word("no-subscriber");
    if (bridge_timeout) word("bridge-timeout");
    if (effect) word("effect");
    if (websocket)
        word("websocket=" + in_fault_quotes(json::serialize(write_websocket_plan(*websocket))));
    std::string const verb = end_is_reset ? "reset" : "close";
    if (end == place::before) word(verb);
    if (end == place::after) word(verb + "=after");
    if (end == place::after_bytes) word(verb + "=" + std::to_string(end_bytes));
    if (!close_notify) word("abrupt");
    if (out.empty()) word("ok");
    if (chance < 1) word("chance=" + number_text(chance));
    if (times == 0) word("forever");
    if (times > 1) word("times=" + std::to_string(times));
    return out;
}

void check_plan(fault_plan const& plan)
{
    std::string const where = "in the fault for '" + plan.pattern + "': ";
    if (plan.pattern.empty() || plan.pattern.find('=') != plan.pattern.npos) {
        refuse_fault(
            "a fault begins with what it applies to: a method (system.ping), a path "
            "(/api/conat/hub) or '*', not '" +
            plan.pattern + "'"
        );
    }
    check_names_a_call(plan.pattern);
    if (plan.steps.empty()) refuse_fault(where + "there is no step");
    for (fault const& f : plan.steps) {
        if (!f.ok && f.empty()) {
            refuse_fault(
                where + "a step says nothing; 'ok' lets a call through. There are: " +
                std::string(known_words)
            );
        }
        check_step(f, where);
    }
}

fault_plan parse_fault_text(std::string_view spec)
{
    std::vector<std::string> const parts = lex(spec);
    fault_plan plan;
    if (parts.empty()) refuse_fault("an empty fault; write, say, 'system.ping status=503 then ok'");
    plan.pattern = parts[0];
    add_step(plan);
    for (std::size_t i = 1; i < parts.size(); ++i) {
        if (parts[i] == "then") {
            add_step(plan);
        } else if (!read_condition(plan.when, parts[i])) {
            read_word(plan, parts[i]);
        }
    }
    check_plan(plan);
    return plan;
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
  stall=MS..MS          ... a time from this range, another one for each call; also delay=MS..MS
  hold                  ... until POST /__fake__/release
  close reset           close the connection (or send a TCP reset) instead of answering
  close=BYTES reset=BYTES   ... after so many bytes of the answer
  close=after           ... after the whole answer
  abrupt                the close comes without TLS close_notify
  no-subscriber         the hub's 503 text
  bridge-timeout        the hub's 408 text, at once; the function runs all the same
  effect                run the function although the answer is replaced
  websocket=JSON        play this list on a stream, after its upgrade
  drip=BYTES/MS         send the answer so many bytes at a time, with this pause between
  chance=P              use the step for this part of the calls, 0 to 1; the others pass it by
  times=N forever       use the step for N calls, or for all
  ok                    let the call through
  when-args=JSON        the whole fault is for calls with these arguments, more members allowed;
  when-header="N: v"    ... with this header (when-no-header=N: without), when-key=KEY,
  when-caller=ID        ... of this account or project
Values with blanks are quoted: body="not JSON" or json='{"a":1}'. Times are in ms; 2s works, too.
Example: 'system.userSearch status=503 header="Retry-After: 1" times=2 then ok')";
}

}  // namespace cohub::inline abi_0_2::fake::detail
