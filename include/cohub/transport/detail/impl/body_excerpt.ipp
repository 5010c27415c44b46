#ifndef COHUB_TRANSPORT_DETAIL_IMPL_BODY_EXCERPT_IPP
#define COHUB_TRANSPORT_DETAIL_IMPL_BODY_EXCERPT_IPP

#include <cohub/core/error.hpp>
#include <cohub/transport/detail/body_excerpt.hpp>
#include <cohub/transport/detail/request_rules.hpp>

#include <algorithm>

namespace cohub::inline abi_0_2::transport::detail {

/// The length of the string that begins here with its quotation mark; up to the end if none closes
/// it.
inline std::size_t string_size(std::string_view text) noexcept
{
    for (std::size_t i = 1; i < text.size(); ++i) {
        if (text[i] == '"') return i + 1;
        if (text[i] == '\\') ++i;
    }
    return text.size();
}

/// The length of the value that begins here; up to the end if it is not complete.
inline std::size_t value_size(std::string_view text) noexcept
{
    std::size_t depth = 0, i = 0;
    while (i < text.size()) {
        char const c = text[i];
        if (depth == 0 && (c == ',' || c == '}' || c == ']')) return i;
        if (c == '{' || c == '[') ++depth;
        if (c == '}' || c == ']') --depth;
        i += c == '"' ? string_size(text.substr(i)) : 1;
    }
    return text.size();
}

COHUB_DECL std::string body_excerpt(std::string_view body, std::size_t max)
{
    std::string shown;
    while (!body.empty() && shown.size() < max) {
        if (body.front() != '"') {
            shown += body.front();
            body.remove_prefix(1);
            continue;
        }
        auto const text = body.substr(0, string_size(body));
        shown += text;
        body.remove_prefix(text.size());
        auto const colon = std::min(body.find_first_not_of(" \t\r\n"), body.size());
        if (colon == body.size() || body[colon] != ':') continue;
        if (!is_confidential(text.substr(1, text.size() - 1))) continue;
        shown.append(body.substr(0, colon)).append(":\"***\"");
        body.remove_prefix(colon + 1);
        body.remove_prefix(value_size(body));
    }
    return cohub::detail::escaped(shown, max);
}

}  // namespace cohub::inline abi_0_2::transport::detail

#endif
