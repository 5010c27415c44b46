// How PostgreSQL takes the values that JavaScript gives it, and how it refuses the others.

#include "database.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <charconv>

#include "call.hpp"
#include "text.hpp"

namespace cohub::inline abi_0_2::fake {

namespace json = boost::json;

std::optional<std::string> database_text(json::value const* v)
{
    if (is_nullish(v)) return {};
    std::string text = v->is_object() ? json::serialize(*v) : js_string(v);
    if (text.find('\0') != text.npos) {
        database_error("invalid byte sequence for encoding \"UTF8\": 0x00");
    }
    return text;
}

std::string bounded_text(std::string text, std::size_t limit)
{
    std::size_t characters = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        bool const begins = (static_cast<unsigned char>(text[i]) & 0xc0) != 0x80;
        if (!begins || ++characters <= limit) continue;
        if (text.find_first_not_of(' ', i) != text.npos) {
            database_error(
                "value too long for type character varying(" + std::to_string(limit) + ")"
            );
        }
        text.resize(i);
    }
    return text;
}

std::int64_t database_time(json::value const& v)
{
    std::string const text = js_string(&v);
    auto const ms = v.is_string() ? parse_iso_time(text) : std::nullopt;
    if (!ms) {
        database_error(
            (v.is_string() ? "invalid input syntax for type timestamp: \""
                           : "date/time field value out of range: \"") +
            text + "\""
        );
    }
    return *ms;
}

std::optional<std::int64_t> database_integer(json::value const* v)
{
    if (is_nullish(v)) return {};
    std::string const text = js_string(v);
    std::string_view const digits = trim(text);
    std::int64_t n = 0;
    auto const [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), n);
    if (error == std::errc::result_out_of_range) {
        database_error("value \"" + text + "\" is out of range for type bigint");
    }
    if (error != std::errc() || end != digits.data() + digits.size()) {
        database_error("invalid input syntax for type bigint: \"" + text + "\"");
    }
    return n;
}

void append_member(std::string& to, std::string_view member, std::optional<std::string> const& text)
{
    to += member;
    if (text) {
        append_json_string(to, *text);
    } else {
        to += "null";
    }
}

}  // namespace cohub::inline abi_0_2::fake
