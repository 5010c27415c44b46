// After next/dist/server/api-utils/node/parse-body.js.

#include "next_body.hpp"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

#include <algorithm>
#include <array>

#include "text.hpp"

namespace cohub::inline abi_0_2::fake {

namespace json = boost::json;

namespace {

constexpr std::size_t body_limit = 1024 * 1024;

struct media_type
{
    std::string type;
    std::string charset = "utf-8";
};

media_type parse_media_type(std::string_view value)
{
    media_type m;
    auto const parts = split(value, ";");
    m.type = to_lower(trim(parts[0]));
    if (m.type.find('/') == m.type.npos) return {"text/plain"};
    for (std::size_t i = 1; i < parts.size(); ++i) {
        std::string_view const part = trim(parts[i]);
        auto const equals = part.find('=');
        if (equals == part.npos || !equal_ignoring_case(part.substr(0, equals), "charset"))
            continue;
        std::string_view charset = part.substr(equals + 1);
        if (charset.size() > 1 && charset.front() == '"' && charset.back() == '"') {
            charset = charset.substr(1, charset.size() - 2);
        }
        m.charset = to_lower(charset);
    }
    return m;
}

next_body refused(int status, std::string_view text)
{
    next_body b;
    b.refusal.status = status;
    b.refusal.body = text;
    return b;
}

}  // namespace

next_body read_next_body(request const& r)
{
    media_type const type = parse_media_type(r.header("Content-Type").value_or("text/plain"));
    static constexpr std::array charsets = std::to_array<std::string_view>(
        {"utf-8", "utf8", "us-ascii", "ascii", "latin1", "iso-8859-1", "windows-1252"}
    );
    if (std::find(charsets.begin(), charsets.end(), type.charset) == charsets.end())
        return refused(400, "Invalid body");
    if (r.body.size() > body_limit) return refused(413, "Body exceeded 1mb limit");
    next_body b;
    if (type.type != "application/json" && type.type != "application/ld+json") return b;

    // Only the parameters of a POST are used, but every body has to parse.
    if (r.body.empty()) {
        b.value = json::object();
    } else {
        json::parse_options options;
        options.max_depth = 512;
        boost::system::error_code error;
        b.value = json::parse(r.body, error, {}, options);
        if (error && !is_utf8(r.body)) {
            error.clear();
            b.value = json::parse(repair_utf8(r.body), error, {}, options);
        }
        if (error) return refused(400, "Invalid JSON");
    }
    b.has_members = r.method == "POST" && b.value.is_object();
    return b;
}

}  // namespace cohub::inline abi_0_2::fake
