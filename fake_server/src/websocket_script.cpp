#include "websocket_script.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <array>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "text.hpp"
#include "websocket_frame.hpp"

namespace cohub::inline abi_0_2::fake {

namespace json = boost::json;
using detail::websocket_action;
using kind = websocket_action::kind;

// ---- in C++ -------------------------------------------------------------------------------------

websocket_script::websocket_script() : plan_(std::make_shared<detail::websocket_plan>()) {}

// Scripts can be copied. A copy that is changed gets a plan of its own.
detail::websocket_plan& websocket_script::own()
{
    if (plan_.use_count() > 1) plan_ = std::make_shared<detail::websocket_plan>(*plan_);
    return *plan_;
}

namespace {

websocket_action action(kind what)
{
    websocket_action a;
    a.what = what;
    return a;
}

websocket_action frame_action(int code, std::string payload)
{
    websocket_action a;
    a.frame.opcode = code;
    a.frame.payload = std::move(payload);
    return a;
}

void check_frame(websocket_frame const& f)
{
    bool const bits =
        f.length_bits == 0 || f.length_bits == 7 || f.length_bits == 16 || f.length_bits == 64;
    if (f.opcode < 0 || f.opcode > 15) throw std::invalid_argument("an opcode is 0 to 15");
    if (f.rsv < 0 || f.rsv > 7) throw std::invalid_argument("the reserved bits are 0 to 7");
    if (!bits) throw std::invalid_argument("a frame's length has 7, 16 or 64 bits");
}

void check_close_code(int code)
{
    if (code < 0 || code > 65535) throw std::invalid_argument("a close code is 0 to 65535");
}

// One text in frames with these sizes, and a last frame with the rest.
std::vector<websocket_action> fragment_actions(
    std::string_view text,
    std::vector<std::size_t> const& sizes,
    std::optional<std::string> const& ping_between
)
{
    std::vector<websocket_action> out;
    std::size_t at = 0;
    for (std::size_t i = 0;; ++i) {
        std::size_t const left = text.size() - at;
        std::size_t const size = i < sizes.size() ? std::min(sizes[i], left) : left;
        websocket_action& a = out.emplace_back(frame_action(
            i == 0 ? opcode::text : opcode::continuation, std::string(text.substr(at, size))
        ));
        at += size;
        a.frame.fin = at == text.size() && i + 1 >= sizes.size();
        if (a.frame.fin) return out;
        if (ping_between) out.push_back(frame_action(opcode::ping, *ping_between));
    }
}

std::vector<std::size_t> equal_sizes(std::size_t total, std::size_t size)
{
    if (size == 0) throw std::invalid_argument("a fragment has at least one byte");
    return std::vector<std::size_t>((total + size - 1) / size, size);
}

}  // namespace

websocket_script& websocket_script::text(std::string payload)
{
    own().actions.push_back(frame_action(opcode::text, std::move(payload)));
    return *this;
}

websocket_script& websocket_script::binary(std::string payload)
{
    own().actions.push_back(frame_action(opcode::binary, std::move(payload)));
    return *this;
}

websocket_script& websocket_script::ping(std::string payload)
{
    own().actions.push_back(frame_action(opcode::ping, std::move(payload)));
    return *this;
}

websocket_script& websocket_script::pong(std::string payload)
{
    own().actions.push_back(frame_action(opcode::pong, std::move(payload)));
    return *this;
}

websocket_script& websocket_script::close(int code, std::string reason)
{
    check_close_code(code);
    std::string payload;
    payload += static_cast<char>(code >> 8);
    payload += static_cast<char>(code & 0xff);
    own().actions.push_back(frame_action(opcode::close, payload + reason));
    return *this;
}

websocket_script& websocket_script::close_without_code()
{
    own().actions.push_back(frame_action(opcode::close, {}));
    return *this;
}

websocket_script& websocket_script::frame(websocket_frame f)
{
    check_frame(f);
    websocket_action a;
    a.frame = std::move(f);
    own().actions.push_back(std::move(a));
    return *this;
}

websocket_script& websocket_script::fragments(std::string text, std::vector<std::size_t> sizes)
{
    for (websocket_action& a : fragment_actions(text, sizes, {})) {
        own().actions.push_back(std::move(a));
    }
    return *this;
}

websocket_script& websocket_script::fragments(
    std::string text, std::size_t size, std::optional<std::string> ping_between
)
{
    for (websocket_action& a :
         fragment_actions(text, equal_sizes(text.size(), size), ping_between)) {
        own().actions.push_back(std::move(a));
    }
    return *this;
}

websocket_script& websocket_script::raw(std::string bytes)
{
    websocket_action a = action(kind::raw);
    a.bytes = std::move(bytes);
    own().actions.push_back(std::move(a));
    return *this;
}

websocket_script& websocket_script::profile()
{
    own().actions.push_back(action(kind::profile));
    return *this;
}

websocket_script& websocket_script::paced(std::size_t bytes, std::chrono::milliseconds every)
{
    websocket_action a = action(kind::pace);
    a.count = bytes;
    a.time = every;
    own().actions.push_back(std::move(a));
    return *this;
}

websocket_script& websocket_script::with_handshake()
{
    own().actions.push_back(action(kind::with_handshake));
    return *this;
}

websocket_script& websocket_script::delay(std::chrono::milliseconds time)
{
    websocket_action a = action(kind::delay);
    a.time = time;
    own().actions.push_back(std::move(a));
    return *this;
}

websocket_script& websocket_script::hold()
{
    own().actions.push_back(action(kind::hold));
    return *this;
}

websocket_script& websocket_script::expect(int code, std::optional<std::string> payload)
{
    websocket_action a = action(kind::expect);
    a.frame.opcode = code;
    a.payload = std::move(payload);
    own().actions.push_back(std::move(a));
    return *this;
}

websocket_script& websocket_script::expect_pong(std::string payload)
{
    return expect(opcode::pong, std::move(payload));
}

websocket_script& websocket_script::expect_ping(std::optional<std::string> payload)
{
    return expect(opcode::ping, std::move(payload));
}

websocket_script& websocket_script::expect_close(int code)
{
    expect(opcode::close);
    own().actions.back().code = code;
    return *this;
}

websocket_script& websocket_script::ignore_close()
{
    own().actions.push_back(action(kind::ignore_close));
    return *this;
}

websocket_script& websocket_script::ignore_pings()
{
    own().actions.push_back(action(kind::ignore_pings));
    return *this;
}

websocket_script& websocket_script::stop_reading()
{
    own().actions.push_back(action(kind::stop_reading));
    return *this;
}

websocket_script& websocket_script::fin()
{
    own().actions.push_back(action(kind::fin));
    return *this;
}

websocket_script& websocket_script::reset()
{
    own().actions.push_back(action(kind::reset));
    return *this;
}

websocket_script& websocket_script::live()
{
    own().actions.push_back(action(kind::live));
    return *this;
}

// ---- as JSON ------------------------------------------------------------------------------------

namespace detail {

std::shared_ptr<websocket_plan const> websocket_script_access::plan(websocket_script s)
{
    s.own();
    return std::move(s.plan_);
}

namespace {

constexpr std::string_view known_actions =
    "text, binary, continuation, ping, pong, close, frame, fragments, raw, profile, paced, "
    "with_handshake, delay_ms, hold, expect, ignore, stop_reading, end, live";

// Actions that consist of one word.
constexpr std::array<std::pair<std::string_view, kind>, 5> flags = {
    {{"profile", kind::profile},
     {"with_handshake", kind::with_handshake},
     {"hold", kind::hold},
     {"stop_reading", kind::stop_reading},
     {"live", kind::live}}};

[[noreturn]] void refuse(std::string const& what)
{
    throw std::invalid_argument("in a websocket script: " + what);
}

// Takes the members of an object one by one, and reports those that are left.
class members
{
public:
    explicit members(json::object const& o) : object_(o) {}

    json::value const* find(std::string_view name)
    {
        auto const at = object_.find(name);
        if (at == object_.end()) return nullptr;
        seen_.push_back(at->key());
        return &at->value();
    }
    std::optional<std::int64_t> number(std::string_view name)
    {
        json::value const* const v = find(name);
        if (!v) return {};
        if (!v->is_int64() || v->get_int64() < 0) {
            refuse("'" + std::string(name) + "' needs a whole number");
        }
        return v->get_int64();
    }
    bool flag(std::string_view name, bool otherwise)
    {
        json::value const* const v = find(name);
        if (!v) return otherwise;
        if (!v->is_bool()) refuse("'" + std::string(name) + "' needs true or false");
        return v->get_bool();
    }
    void end() const
    {
        for (auto const& [name, value] : object_) {
            std::string_view const n = name;
            if (std::find(seen_.begin(), seen_.end(), n) == seen_.end()) {
                refuse(
                    "'" + std::string(n) + "' does not belong to " + json::serialize(object_) +
                    "; the actions are: " + std::string(known_actions)
                );
            }
        }
    }

private:
    json::object const& object_;
    std::vector<std::string_view> seen_;
};

std::string bytes_of(std::string_view name, json::value const& v)
{
    if (v.is_string()) return std::string(v.get_string());
    if (v.is_object() && v.get_object().size() == 1) {
        auto const* const coded = v.get_object().if_contains("base64");
        if (coded && coded->is_string()) {
            std::string_view const text = coded->get_string();
            if (is_base64(text)) return base64_decode(text);
            refuse("the base64 of '" + std::string(name) + "' is not valid");
        }
    }
    refuse("'" + std::string(name) + "' needs a text, or {\"base64\": a text}");
}

void read_frame_options(members& m, websocket_frame& f)
{
    f.fin = m.flag("fin", true);
    f.masked = m.flag("masked", false);
    f.rsv = static_cast<int>(m.number("rsv").value_or(0));
    f.length_bits = static_cast<int>(m.number("length_bits").value_or(0));
    if (auto const* const v = m.find("length")) {
        boost::system::error_code error;
        f.length = v->to_number<std::uint64_t>(error);
        if (error) refuse("'length' needs a whole number");
    }
}

bool read_frame(members& m, websocket_plan& plan)
{
    for (int const code :
         {opcode::continuation, opcode::text, opcode::binary, opcode::ping, opcode::pong}) {
        std::string const name = opcode_name(code);
        json::value const* const v = m.find(name);
        if (!v) continue;
        websocket_action& a = plan.actions.emplace_back(frame_action(code, bytes_of(name, *v)));
        read_frame_options(m, a.frame);
        return true;
    }
    if (auto const code = m.number("frame")) {
        websocket_action& a = plan.actions.emplace_back();
        a.frame.opcode = static_cast<int>(*code);
        if (auto const* const v = m.find("payload")) a.frame.payload = bytes_of("payload", *v);
        read_frame_options(m, a.frame);
        return true;
    }
    if (json::value const* const v = m.find("close")) {
        std::string payload;
        if (v->is_int64()) {
            check_close_code(static_cast<int>(v->get_int64()));
            payload += static_cast<char>(v->get_int64() >> 8);
            payload += static_cast<char>(v->get_int64() & 0xff);
        } else if (!v->is_null()) {
            refuse("'close' needs a code, or null for none");
        }
        if (auto const* const reason = m.find("reason")) payload += bytes_of("reason", *reason);
        websocket_action& a = plan.actions.emplace_back(frame_action(opcode::close, payload));
        read_frame_options(m, a.frame);
        return true;
    }
    return false;
}

bool read_fragments(members& m, websocket_plan& plan)
{
    json::value const* const text = m.find("fragments");
    if (!text) return false;
    std::string const whole = bytes_of("fragments", *text);
    std::optional<std::string> ping;
    if (auto const* const v = m.find("ping_between")) ping = bytes_of("ping_between", *v);
    std::vector<std::size_t> sizes;
    if (auto const size = m.number("size")) {
        sizes = equal_sizes(whole.size(), static_cast<std::size_t>(*size));
    } else if (auto const* const list = m.find("sizes"); list && list->is_array()) {
        for (json::value const& v : list->get_array()) {
            if (!v.is_int64() || v.get_int64() < 0) refuse("'sizes' needs a list of numbers");
            sizes.push_back(static_cast<std::size_t>(v.get_int64()));
        }
    } else {
        refuse("'fragments' needs 'size' or a list 'sizes'");
    }
    for (websocket_action& a : fragment_actions(whole, sizes, ping)) {
        plan.actions.push_back(std::move(a));
    }
    return true;
}

bool read_expectation(members& m, websocket_plan& plan)
{
    json::value const* const v = m.find("expect");
    if (!v) return false;
    websocket_action a = action(kind::expect);
    a.frame.opcode = v->is_string() ? opcode_named(v->get_string()) : -1;
    if (a.frame.opcode < 0) {
        refuse("'expect' needs one of continuation, text, binary, close, ping, pong");
    }
    if (auto const* const payload = m.find("payload")) a.payload = bytes_of("payload", *payload);
    if (auto const code = m.number("code")) a.code = static_cast<int>(*code);
    plan.actions.push_back(std::move(a));
    return true;
}

bool read_word(
    members& m,
    websocket_plan& plan,
    std::string_view name,
    std::initializer_list<std::pair<std::string_view, kind>> words
)
{
    json::value const* const v = m.find(name);
    if (!v) return false;
    std::string choice;
    for (auto const& [word, what] : words) {
        if (v->is_string() && std::string_view(v->get_string()) == word) {
            plan.actions.push_back(action(what));
            return true;
        }
        choice.append(choice.empty() ? "\"" : " or \"").append(word).append("\"");
    }
    refuse("'" + std::string(name) + "' needs " + choice);
}

void read_action(json::object const& o, websocket_plan& plan)
{
    members m(o);
    bool known =
        read_frame(m, plan) || read_fragments(m, plan) || read_expectation(m, plan) ||
        read_word(m, plan, "end", {{"fin", kind::fin}, {"reset", kind::reset}}) ||
        read_word(
            m, plan, "ignore", {{"close", kind::ignore_close}, {"pings", kind::ignore_pings}}
        );
    if (!known) {
        websocket_action a;
        if (auto const* const bytes = m.find("raw")) {
            a.what = kind::raw;
            a.bytes = bytes_of("raw", *bytes);
            known = true;
        } else if (auto const pace = m.number("paced")) {
            a.what = kind::pace;
            a.count = static_cast<std::size_t>(*pace);
            a.time = std::chrono::milliseconds(m.number("every_ms").value_or(0));
            known = true;
        } else if (auto const time = m.number("delay_ms")) {
            a.what = kind::delay;
            a.time = std::chrono::milliseconds(*time);
            known = true;
        }
        for (auto const& [word, what] : flags) {
            if (known || !m.flag(word, false)) continue;
            a.what = what;
            known = true;
        }
        if (known) plan.actions.push_back(std::move(a));
    }
    m.end();
    if (!known) {
        refuse(
            json::serialize(o) + " says nothing; the actions are: " + std::string(known_actions)
        );
    }
    if (plan.actions.back().what == kind::frame) check_frame(plan.actions.back().frame);
}

json::value bytes_value(std::string_view bytes)
{
    if (is_utf8(bytes)) return json::value(json::string(bytes));
    return json::object{{"base64", base64_encode(bytes)}};
}

json::object write_frame(websocket_frame const& f)
{
    json::object o;
    std::string const name = opcode_name(f.opcode);
    if (f.opcode == opcode::close && f.payload.size() != 1) {
        if (f.payload.empty()) {
            o["close"] = nullptr;
        } else {
            o["close"] = close_code(f.payload);
            if (f.payload.size() > 2) o["reason"] = bytes_value(f.payload.substr(2));
        }
    } else if (f.opcode != opcode::close && opcode_named(name) == f.opcode) {
        o[name] = bytes_value(f.payload);
    } else {
        o["frame"] = f.opcode;
        o["payload"] = bytes_value(f.payload);
    }
    if (!f.fin) o["fin"] = false;
    if (f.rsv != 0) o["rsv"] = f.rsv;
    if (f.masked) o["masked"] = true;
    if (f.length_bits != 0) o["length_bits"] = f.length_bits;
    if (f.length) o["length"] = *f.length;
    return o;
}

json::object write_action(websocket_action const& a)
{
    for (auto const& [word, what] : flags) {
        if (a.what == what) return {{word, true}};
    }
    switch (a.what) {
        case kind::raw:
            return {{"raw", bytes_value(a.bytes)}};
        case kind::pace:
            return {{"paced", a.count}, {"every_ms", a.time.count()}};
        case kind::delay:
            return {{"delay_ms", a.time.count()}};
        case kind::expect: {
            json::object o{{"expect", opcode_name(a.frame.opcode)}};
            if (a.payload) o["payload"] = bytes_value(*a.payload);
            if (a.code >= 0) o["code"] = a.code;
            return o;
        }
        case kind::ignore_close:
            return {{"ignore", "close"}};
        case kind::ignore_pings:
            return {{"ignore", "pings"}};
        case kind::fin:
            return {{"end", "fin"}};
        case kind::reset:
            return {{"end", "reset"}};
        default:
            return write_frame(a.frame);
    }
}

}  // namespace

std::shared_ptr<websocket_plan const> read_websocket_plan(json::value const& list)
{
    if (!list.is_array()) refuse("it is a list of actions, such as [{\"text\":\"{}\"}]");
    auto plan = std::make_shared<websocket_plan>();
    for (json::value const& v : list.get_array()) {
        if (!v.is_object()) refuse("an action is an object, not " + json::serialize(v));
        read_action(v.get_object(), *plan);
    }
    return plan;
}

json::value write_websocket_plan(websocket_plan const& plan)
{
    json::array list;
    for (websocket_action const& a : plan.actions) list.push_back(write_action(a));
    return list;
}

}  // namespace detail

}  // namespace cohub::inline abi_0_2::fake
