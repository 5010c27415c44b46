#ifndef COHUB_JSON_IMPL_DECODE_IPP
#define COHUB_JSON_IMPL_DECODE_IPP

#include <cohub/core/error.hpp>
#include <cohub/json/decode.hpp>
#include <cohub/json/detail/reader.hpp>
#include <cohub/json/encode.hpp>

#include <boost/json/basic_parser_impl.hpp>

#include <exception>

namespace cohub::json {

namespace detail {

inline outcome not_json(std::string_view text, std::string why)
{
    outcome o;
    o.is = outcome::status::bad_json;
    o.text = std::move(why);
    if (!text.empty()) o.text += "; it begins \"" + cohub::detail::escaped(text, 256) + "\"";
    return o;
}

}  // namespace detail

COHUB_DECL outcome
decode(std::string_view text, detail::type_info const& type, void* target, envelope e) noexcept
try {
    if (text.find_first_not_of(" \t\r\n") == std::string_view::npos)
        return detail::not_json({}, "the body is empty");
    boost::json::parse_options options;
    options.max_depth = detail::max_depth;
    boost::json::basic_parser<detail::reader> parser(options, type, target, e, text.size());
    boost::system::error_code ec;
    std::size_t const used = parser.write_some(false, text.data(), text.size(), ec);
    if (ec) return detail::not_json(text, ec.message() + " at byte " + std::to_string(used));
    if (used != text.size())
        return detail::not_json(text, "something follows the JSON at byte " + std::to_string(used));
    return parser.handler().finish();
} catch (std::exception const& x) {
    // Memory, and nothing else, can run out here.
    return detail::not_json({}, x.what());
}

}  // namespace cohub::json

#endif
