#include "fault_parts.hpp"

#include <boost/json/value.hpp>

#include <algorithm>
#include <charconv>
#include <stdexcept>

#include "text.hpp"

namespace cohub::inline abi_0_2::fake::detail {

void refuse_fault(std::string const& what) { throw std::invalid_argument(what); }

std::size_t fault_number(std::string_view word, std::string_view value)
{
    std::size_t n = 0;
    auto const [end, error] = std::from_chars(value.data(), value.data() + value.size(), n);
    if (error != std::errc() || end != value.data() + value.size() || value.empty()) {
        refuse_fault(
            "'" + std::string(word) + "' needs a whole number, not '" + std::string(value) + "'"
        );
    }
    return n;
}

int fault_status(std::size_t n)
{
    if (n < 100 || n > 999) refuse_fault("a status has three digits, not " + std::to_string(n));
    return static_cast<int>(n);
}

std::chrono::milliseconds fault_milliseconds(
    std::string_view word, std::size_t n, std::int64_t unit
)
{
    constexpr std::int64_t most = std::int64_t{366} * 24 * 60 * 60 * 1000;
    if (n > static_cast<std::size_t>(most / unit)) {
        refuse_fault("'" + std::string(word) + "' is a year at most");
    }
    return std::chrono::milliseconds(static_cast<std::int64_t>(n) * unit);
}

fault_time fault_range(
    std::string_view word, std::chrono::milliseconds least, std::chrono::milliseconds most
)
{
    if (least.count() < 0) refuse_fault("'" + std::string(word) + "' needs a time from 0 on");
    if (least > most) {
        refuse_fault("'" + std::string(word) + "' needs a range that begins before its end");
    }
    return {least, most};
}

double fault_chance(double p)
{
    if (!(p > 0 && p <= 1)) refuse_fault("'chance' needs a number above 0, 1 at most, say 0.25");
    return p;
}

void set_fault_end(fault& f, bool reset, std::string_view word, std::string_view value)
{
    f.end_is_reset = reset;
    if (value.empty() || value == "before") {
        f.end = fault::place::before;
    } else if (value == "after" && !reset) {
        f.end = fault::place::after;
    } else {
        f.end = fault::place::after_bytes;
        f.end_bytes = fault_number(word, value);
    }
}

void set_drip(fault& f, std::size_t bytes, std::chrono::milliseconds every)
{
    if (bytes == 0) refuse_fault("'drip' begins at 1 byte");
    f.drip_bytes = bytes;
    f.drip_every = every;
}

std::string fault_error_answer(std::string_view text)
{
    std::string out = "{\"error\":";
    append_json_string(out, text);
    return out + "}";
}

boost::json::array fault_args(std::string_view word, boost::json::value const& v)
{
    if (!v.is_array()) {
        refuse_fault(
            "'" + std::string(word) + "' needs a list of arguments, such as [{\"query\":\"ada\"}]"
        );
    }
    return v.get_array();
}

fault& add_step(fault_plan& plan)
{
    plan.parts.clear();
    return plan.steps.emplace_back();
}

void note_part(fault_plan& plan, std::string_view word)
{
    // Words of one group set the same members of a step.
    auto const group = [](std::string_view w) -> std::string_view {
        if (w == "result" || w == "error") return "json";
        if (w == "reset") return "close";
        if (w == "forever") return "times";
        return w;
    };
    for (std::string const& other : plan.parts) {
        if (group(other) != group(word)) continue;
        std::string const repair =
            "; leave one out, or begin another step with 'then' (in a JSON object: \"steps\")";
        if (other == word) {
            refuse_fault("'" + other + "' may stand only once in a step" + repair);
        }
        refuse_fault(
            "'" + other + "' and '" + std::string(word) + "' in one step exclude each other" +
            repair
        );
    }
    plan.parts.emplace_back(word);
}

void check_condition_is_new(bool is_there, std::string_view word)
{
    if (!is_there) return;
    refuse_fault("'" + std::string(word) + "' may stand only once in a fault; leave one out");
}

namespace {

void check_headers(fault const& f, std::string const& where)
{
    for (auto h = f.headers.begin(); h != f.headers.end(); ++h) {
        if (h->first.find_first_of("\r\n") != h->first.npos ||
            h->second.find_first_of("\r\n") != h->second.npos) {
            refuse_fault(where + "a header holds no line end");
        }
        auto const is_same = [&h](std::string_view name) {
            return equal_ignoring_case(name, h->first);
        };
        if (std::any_of(f.headers.begin(), h, [&](auto const& o) { return is_same(o.first); })) {
            refuse_fault(
                where + "the header '" + h->first + "' is given twice, and an answer gets it once"
            );
        }
        if (std::any_of(f.without_headers.begin(), f.without_headers.end(), is_same)) {
            refuse_fault(
                where + "one part adds the header '" + h->first + "' and another one leaves it out"
            );
        }
    }
}

}  // namespace

void check_step(fault const& f, std::string const& where)
{
    struct part
    {
        std::string_view name;
        bool is_there;
    };
    auto const refuse_with = [&where](std::string_view one, part const& other, char const* why) {
        if (!other.is_there) return;
        refuse_fault(
            where + "'" + std::string(one) + "' and '" + std::string(other.name) +
            "' exclude each other: " + why
        );
    };
    if (f.ok && !f.empty()) refuse_fault(where + "'ok' stands alone in its step");
    bool const ends_first = f.end == fault::place::before;
    std::string_view const end = f.end_is_reset ? "reset" : "close";
    part const answers[] = {
        {"status", f.status.has_value()},
        {"body", f.body.has_value()},
        {"json", f.json.has_value()},
        {"no-subscriber", f.no_subscriber},
        {"bridge-timeout", f.bridge_timeout}};
    part const drip{"drip", f.drip_bytes > 0};
    if (f.body) refuse_with("body", {"json", f.json.has_value()}, "an answer has one body");
    for (part const& answer : answers) {
        if (f.websocket) refuse_with("websocket", answer, "an answer of its own upgrades nothing");
        if (ends_first) refuse_with(end, answer, "the connection ends before an answer");
        if (f.no_subscriber && answer.name != "no-subscriber") {
            refuse_with("no-subscriber", answer, "each of them is the whole answer");
        }
        if (f.bridge_timeout && answer.name != "bridge-timeout") {
            refuse_with("bridge-timeout", answer, "each of them is the whole answer");
        }
    }
    if (f.websocket) {
        refuse_with("websocket", {end, f.end != fault::place::none}, "the script says how it ends");
        refuse_with("websocket", drip, "'paced' in the script sends it in pieces");
        refuse_with("websocket", {"effect", f.effect}, "an upgrade runs no function");
    }
    if (ends_first) {
        char const* const why = "the connection ends before an answer";
        refuse_with(end, drip, why);
        refuse_with(end, {"header", !f.headers.empty()}, why);
        refuse_with(end, {"no-header", !f.without_headers.empty()}, why);
    }
    if (f.status == 304) {
        refuse_with("status=304", {"body", f.body.has_value()}, "a 304 has no body");
        refuse_with("status=304", {"json", f.json.has_value()}, "a 304 has no body");
    }
    check_headers(f, where);
}

std::string in_fault_quotes(std::string_view s)
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

}  // namespace cohub::inline abi_0_2::fake::detail
