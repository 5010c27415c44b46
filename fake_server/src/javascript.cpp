#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <charconv>
#include <cmath>
#include <limits>

#include "call.hpp"
#include "text.hpp"

namespace cohub::inline abi_0_2::fake {

namespace json = boost::json;

namespace {

std::string number_text(double d)
{
    if (std::isnan(d)) return "NaN";
    if (std::isinf(d)) return d < 0 ? "-Infinity" : "Infinity";
    if (d == 0) return "0";
    bool const plain = std::abs(d) >= 1e-6 && std::abs(d) < 1e21;
    char text[40];
    auto const end = std::to_chars(
                         text,
                         text + sizeof text,
                         d,
                         plain ? std::chars_format::fixed : std::chars_format::scientific
    )
                         .ptr;
    return std::string(text, end);
}

}  // namespace

json::value const* call::arg(std::size_t i) const { return i < args.size() ? &args[i] : nullptr; }

json::value const* call::option(std::string_view member) const
{
    if (args.empty() || !args[0].is_object()) return nullptr;
    return args[0].get_object().if_contains(member);
}

bool is_nullish(json::value const* v) { return !v || v->is_null(); }

bool is_truthy(json::value const* v)
{
    if (is_nullish(v)) return false;
    if (v->is_bool()) return v->get_bool();
    if (v->is_string()) return !v->get_string().empty();
    if (v->is_number()) {
        double const d = js_number(*v);
        return d != 0 && !std::isnan(d);
    }
    return true;
}

double js_number(json::value const& v)
{
    switch (v.kind()) {
        case json::kind::int64:
            return static_cast<double>(v.get_int64());
        case json::kind::uint64:
            return static_cast<double>(v.get_uint64());
        case json::kind::double_:
            return v.get_double();
        case json::kind::bool_:
            return v.get_bool() ? 1 : 0;
        case json::kind::null:
            return 0;
        case json::kind::string: {
            std::string_view const s = trim(v.get_string());
            if (s.empty()) return 0;
            double d = 0;
            auto const [end, error] = std::from_chars(s.data(), s.data() + s.size(), d);
            bool const whole = error == std::errc() && end == s.data() + s.size();
            return whole ? d : std::numeric_limits<double>::quiet_NaN();
        }
        default:
            return std::numeric_limits<double>::quiet_NaN();
    }
}

std::string js_string(json::value const* v)
{
    if (!v) return "undefined";
    switch (v->kind()) {
        case json::kind::string:
            return std::string(v->get_string());
        case json::kind::object:
            return "[object Object]";
        case json::kind::array: {
            std::string out;
            bool first = true;
            for (json::value const& e : v->get_array()) {
                if (!first) out += ',';
                first = false;
                if (!e.is_null()) out += js_string(&e);
            }
            return out;
        }
        case json::kind::double_:
            return number_text(v->get_double());
        default:
            return json::serialize(*v);
    }
}

/// A text with bytes that are not UTF-8. A half of a surrogate pair, which was cut, is written as
/// an escape. Any other such byte becomes U+FFFD.
static std::string js_text(std::string_view text)
{
    std::string out = "\"";
    auto const append = [&out](std::string_view piece) {
        std::string const quoted = json::serialize(json::value(repair_utf8(piece)));
        out.append(quoted, 1, quoted.size() - 2);
    };
    std::size_t begin = 0;
    auto const byte = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    for (std::size_t i = 0; i + 2 < text.size(); ++i) {
        if (byte(i) != 0xED || byte(i + 1) < 0xA0 || (byte(i + 2) & 0xC0) != 0x80) continue;
        append(text.substr(begin, i - begin));
        unsigned const half = 0xD000u | (byte(i + 1) & 0x3Fu) << 6 | (byte(i + 2) & 0x3Fu);
        constexpr std::string_view digits = "0123456789abcdef";
        out += "\\u";
        for (int shift = 12; shift >= 0; shift -= 4) out += digits[half >> shift & 15];
        begin = i + 3;
        i += 2;
    }
    append(text.substr(begin));
    return out + '"';
}

std::string js_json(json::value const& v)
{
    switch (v.kind()) {
        case json::kind::object: {
            std::string out = "{";
            for (auto const& [name, member] : v.get_object()) {
                if (out.size() > 1) out += ',';
                append_json_string(out, repair_utf8(name));
                out += ':' + js_json(member);
            }
            return out + '}';
        }
        case json::kind::array: {
            std::string out = "[";
            for (json::value const& e : v.get_array()) {
                if (out.size() > 1) out += ',';
                out += js_json(e);
            }
            return out + ']';
        }
        case json::kind::string: {
            std::string_view const text = v.get_string();
            return is_utf8(text) ? json::serialize(v) : js_text(text);
        }
        case json::kind::double_:
            return std::isfinite(v.get_double()) ? number_text(v.get_double()) : "null";
        default:
            return json::serialize(v);
    }
}

std::optional<std::string_view> text_option(call const& c, std::string_view member)
{
    json::value const* const v = c.option(member);
    if (!v || !v->is_string()) return {};
    return std::string_view(v->get_string());
}

}  // namespace cohub::inline abi_0_2::fake
