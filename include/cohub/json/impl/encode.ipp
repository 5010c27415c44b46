#ifndef COHUB_JSON_IMPL_ENCODE_IPP
#define COHUB_JSON_IMPL_ENCODE_IPP

#include <cohub/core/error.hpp>
#include <cohub/core/text.hpp>
#include <cohub/json/encode.hpp>

#include <charconv>
#include <cmath>

namespace cohub::inline abi_0_2::json {

COHUB_DECL void writer::text(std::string_view utf8)
{
    static constexpr char hex[] = "0123456789abcdef";
    out_ += '"';
    std::size_t clean = 0;
    std::size_t i = 0;
    while (i < utf8.size()) {
        auto const c = static_cast<unsigned char>(utf8[i]);
        if (c >= 0x20 && c < 0x80 && c != '"' && c != '\\') {
            ++i;
            continue;
        }
        if (c >= 0x80) {
            std::size_t const n = cohub::detail::utf8_length(utf8.substr(i));
            if (n == 0) {
                if (problem_.empty())
                    problem_ = cohub::detail::concat(
                        {"text is not UTF-8 at byte ",
                         std::to_string(i),
                         " of \"",
                         cohub::detail::escaped(utf8, 40),
                         "\"; convert it first"}
                    );
                ++i;
            }
            i += n;
            continue;
        }
        out_.append(utf8.substr(clean, i - clean));
        switch (c) {
            case '"':
                out_ += "\\\"";
                break;
            case '\\':
                out_ += "\\\\";
                break;
            case '\n':
                out_ += "\\n";
                break;
            case '\r':
                out_ += "\\r";
                break;
            case '\t':
                out_ += "\\t";
                break;
            default:
                out_ += "\\u00";
                out_ += hex[c >> 4];
                out_ += hex[c & 15];
        }
        clean = ++i;
    }
    out_.append(utf8.substr(clean));
    out_ += '"';
}

COHUB_DECL void writer::number(std::uint64_t value)
{
    char text[20];
    out_.append(text, std::to_chars(text, text + sizeof text, value).ptr);
}

COHUB_DECL void writer::number(std::int64_t value)
{
    char text[20];
    out_.append(text, std::to_chars(text, text + sizeof text, value).ptr);
}

COHUB_DECL void writer::number(double value)
{
    if (!std::isfinite(value)) {
        if (problem_.empty()) problem_ = "JSON has no number for NaN or infinity";
        value = 0;
    }
    char text[32];
    auto const done = std::to_chars(text, text + sizeof text, value);
    out_.append(text, done.ptr);
}

COHUB_DECL void writer::value(boost::json::value const& v) { nested(v, 0); }

COHUB_DECL void writer::nested(boost::json::value const& v, int depth)
{
    // The parsers of the servers and of the library have a maximum depth; 32 is the lowest of them.
    constexpr int max_depth = 32;
    if (depth > max_depth) {
        if (problem_.empty()) problem_ = "the argument is nested more than 32 levels deep";
        return;
    }
    switch (v.kind()) {
        case boost::json::kind::null:
            raw("null");
            break;
        case boost::json::kind::bool_:
            raw(v.get_bool() ? "true" : "false");
            break;
        case boost::json::kind::int64:
            number(v.get_int64());
            break;
        case boost::json::kind::uint64:
            number(v.get_uint64());
            break;
        case boost::json::kind::double_:
            number(v.get_double());
            break;
        case boost::json::kind::string:
            text(std::string_view(v.get_string().data(), v.get_string().size()));
            break;
        case boost::json::kind::array: {
            bool first = true;
            raw("[");
            for (auto const& item : v.get_array()) {
                if (!first) raw(",");
                first = false;
                nested(item, depth + 1);
            }
            raw("]");
            break;
        }
        case boost::json::kind::object: {
            bool first = true;
            raw("{");
            for (auto const& [key, item] : v.get_object()) {
                if (!first) raw(",");
                first = false;
                text(std::string_view(key.data(), key.size()));
                raw(":");
                nested(item, depth + 1);
            }
            raw("}");
            break;
        }
    }
}

}  // namespace cohub::inline abi_0_2::json

#endif
