#ifndef COHUB_TRANSPORT_DETAIL_IMPL_REQUEST_RULES_IPP
#define COHUB_TRANSPORT_DETAIL_IMPL_REQUEST_RULES_IPP

#include <cohub/core/error.hpp>
#include <cohub/core/text.hpp>
#include <cohub/http/response_parser.hpp>
#include <cohub/transport/detail/request_rules.hpp>

#include <algorithm>
#include <cstddef>

namespace cohub::inline abi_0_2::transport::detail {

COHUB_DECL std::string header_problem(std::string_view name, std::string_view value)
{
    static constexpr std::string_view ours[] = {
        "host",
        "content-length",
        "transfer-encoding",
        "connection",
        "authorization",
        "content-type",
        "accept-encoding",
        "expect",
        "upgrade",
        "te",
        "trailer",
        "user-agent"};
    auto const because = [name](std::string_view why) {
        return cohub::detail::concat({"header \"", cohub::detail::escaped(name, 60), "\": ", why});
    };
    if (name.empty() || !std::all_of(name.begin(), name.end(), http::is_token_char))
        return because("the name must be a token (RFC 9110)");
    if (name.size() + value.size() > 8192) return because("longer than 8192 bytes");
    constexpr std::string_view handshake = "sec-websocket-";
    if (cohub::detail::iequals(name.substr(0, handshake.size()), handshake))
        return because("the library sets it itself");
    for (auto const& o : ours)
        if (cohub::detail::iequals(name, o)) return because("the library sets it itself");
    for (char const c : value)
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F)
            return because("the value has a control character");
    return {};
}

COHUB_DECL std::string key_problem(std::string_view key)
{
    if (key.size() > 4096) return "api_key is longer than 4096 bytes";
    for (char const c : key) {
        auto const u = static_cast<unsigned char>(c);
        if (u == '\r' || u == '\n')
            return "api_key has a line break; was it read from a file with its last line's end?";
        if (u <= 0x20 || u >= 0x7F) return "api_key has a blank, control or non-ASCII character";
        if (u == ':') return "api_key has a colon, which no key may have";
    }
    return {};
}

COHUB_DECL bool is_confidential(std::string_view name) noexcept
{
    constexpr std::string_view parts[] = {
        "auth",
        "token",
        "secret",
        "key",
        "password",
        "session",
        "cookie",
        "credential",
        "signature",
        "baggage"};
    for (auto const part : parts)
        for (std::size_t at = 0; at + part.size() <= name.size(); ++at)
            if (cohub::detail::iequals(name.substr(at, part.size()), part)) return true;
    return false;
}

}  // namespace cohub::inline abi_0_2::transport::detail

#endif
