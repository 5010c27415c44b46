#ifndef COHUB_JSON_IMPL_DECODE_IPP
#define COHUB_JSON_IMPL_DECODE_IPP

#include <cohub/core/error.hpp>
#include <cohub/core/text.hpp>
#include <cohub/json/decode.hpp>
#include <cohub/json/detail/reader.hpp>
#include <cohub/json/encode.hpp>

#include <exception>

namespace cohub::inline abi_0_2::json {

namespace detail {

/// Whether a value of this type may hold a secret. A type may contain itself.
inline bool tells_secrets(type_info const& type, int depth = 0) noexcept
{
    if (type.confidential) return true;
    if (depth == 8) return false;
    if (type.inner != nullptr && tells_secrets(*type.inner, depth + 1)) return true;
    for (auto const* m = type.members; m != type.members + type.member_count; ++m)
        if (tells_secrets(*m->type, depth + 1)) return true;
    return false;
}

inline outcome not_json(std::string_view text, std::string why)
{
    outcome o;
    o.status = outcome::code::bad_json;
    o.text = std::move(why);
    if (!text.empty())
        cohub::detail::append(o.text, {"; it begins \"", cohub::detail::escaped(text, 256), "\""});
    return o;
}

}  // namespace detail

COHUB_DECL outcome decode(
    std::string_view text, detail::type_info const& type, void* target, envelope e, rules const& r
) noexcept
try {
    if (text.find_first_not_of(" \t\r\n") == std::string_view::npos)
        return detail::not_json({}, "the body is empty");
    detail::reader reader(type, target, e, text.size(), r.plain_integers);
    detail::scanner<detail::reader> scanner(text, reader, r.max_depth);
    if (!scanner.run())
        return detail::not_json(
            detail::tells_secrets(type) ? std::string_view() : text,
            cohub::detail::concat(
                {scanner.problem(), " at byte ", std::to_string(scanner.position())}
            )
        );
    return reader.finish();
} catch (std::exception const& x) {
    // Only memory can run out here.
    return detail::not_json({}, x.what());
}

}  // namespace cohub::inline abi_0_2::json

#endif
