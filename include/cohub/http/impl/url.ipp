#ifndef COHUB_HTTP_IMPL_URL_IPP
#define COHUB_HTTP_IMPL_URL_IPP

#include <cohub/core/text.hpp>
#include <cohub/http/url.hpp>

#include <boost/asio/ip/address.hpp>

#include <algorithm>
#include <charconv>

namespace cohub::inline abi_0_2::http {

namespace detail {

inline bool is_host_char(char c) noexcept
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

inline bool is_path_char(char c) noexcept
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("-._~!$&'()*+,;=:@/%").find(c) != std::string_view::npos;
}

inline bool has_good_escapes(std::string_view path) noexcept
{
    auto const hex = [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    };
    for (std::size_t i = 0; i < path.size(); ++i)
        if (path[i] == '%' && (i + 2 >= path.size() || !hex(path[i + 1]) || !hex(path[i + 2])))
            return false;
    return true;
}

inline error bad_url(std::string_view url, char const* why)
{
    // The part before an `@` contains a password, and a query often contains a key.
    std::string_view const shown = url.substr(0, url.find_first_of("?#"));
    std::string text = "host";
    if (url.find('@') == std::string_view::npos)
        cohub::detail::append(text, {" \"", cohub::detail::escaped(shown, 100), "\""});
    cohub::detail::append(
        text, {": ", why, "; write for example https://cocalc.com or http://127.0.0.1:8080"}
    );
    return error(failure(errc::invalid_argument, std::move(text)));
}

inline bool is_v6_char(char c) noexcept
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view(":.%-_").find(c) != std::string_view::npos;
}

/// Reads an IPv4 address in the only notation that has the same meaning on every system. Windows
/// also accepts `127.1`, `0x7f.1` and `127.0.0.01`.
inline bool read_v4(std::string const& text, bool& is_loopback)
{
    error_code ec;
    auto const address = boost::asio::ip::make_address_v4(text, ec);
    is_loopback = address.is_loopback();
    return !ec && address.to_string() == text;
}

/// Reads an IPv6 address with an optional zone, and writes it in the shortest form (RFC 5952).
inline bool read_v6(std::string const& text, origin& into)
{
    std::size_t const percent = std::min(text.find('%'), text.size());
    if (percent + 1 == text.size()) return false;
    std::string const groups = text.substr(0, percent);
    bool const mixed = groups.find('.') != std::string::npos;
    bool ignored = false;
    if (mixed && !read_v4(groups.substr(groups.rfind(':') + 1), ignored)) return false;
    error_code ec;
    auto const address = boost::asio::ip::make_address_v6(groups, ec);
    if (ec) return false;
    into.host = address.to_string();
    // For other addresses a zone has no meaning, and the system refuses it.
    if (address.is_link_local() || address.is_multicast_link_local())
        into.host.append(text, percent);
    into.is_address = true;
    into.is_loopback_address = address.is_loopback();
    return true;
}

/// A name must not look like an address in another notation (`0x7f.1`, `2130706433`, `127.1`): the
/// system's resolver may read it as another address than a person does.
inline char const* why_not_a_name(std::string_view host) noexcept
{
    if (host.empty()) return "the host is missing";
    if (host.size() > 253) return "the host name is longer than 253 characters";
    std::string_view rest = host;
    if (rest.back() == '.') rest.remove_suffix(1);
    std::string_view last;
    while (true) {
        std::size_t const dot = rest.find('.');
        last = rest.substr(0, dot);
        if (last.empty()) return "the host name has an empty label";
        if (last.size() > 63) return "a label of the host name is longer than 63 characters";
        if (!std::all_of(last.begin(), last.end(), is_host_char))
            return "the host name has a character that no name may have";
        if (dot == std::string_view::npos) break;
        rest.remove_prefix(dot + 1);
    }
    bool const numeric =
        last.find_first_not_of("0123456789") == std::string_view::npos || last.starts_with("0x");
    if (numeric) return "the host looks like an IPv4 address but is none (four decimal numbers)";
    return nullptr;
}

}  // namespace detail

COHUB_DECL std::string origin::authority() const
{
    std::string out = host_and_port();
    if (port == (tls ? 443 : 80)) out.erase(out.rfind(':'));
    return out;
}

COHUB_DECL std::string origin::host_and_port() const
{
    // A zone is only for this machine (RFC 6874, 3).
    std::string const shown = host.substr(0, host.find('%'));
    bool const v6 = shown.find(':') != std::string::npos;
    return cohub::detail::concat({v6 ? "[" : "", shown, v6 ? "]:" : ":", std::to_string(port)});
}

COHUB_DECL std::string origin::text() const
{
    bool const v6 = host.find(':') != std::string::npos;
    return cohub::detail::concat(
        {tls ? "https://" : "http://",
         v6 ? "[" : "",
         host,
         v6 ? "]" : "",
         ":",
         std::to_string(port)}
    );
}

COHUB_DECL origin parse_origin(std::string_view url)
{
    origin o;
    auto const bad = [&](char const* why) { return detail::bad_url(url, why); };
    using cohub::detail::ascii_lower;

    std::size_t const colon = url.find("://");
    if (colon == std::string_view::npos) throw bad("the scheme is missing");
    std::string scheme(url.substr(0, colon));
    std::transform(scheme.begin(), scheme.end(), scheme.begin(), ascii_lower);
    if (scheme == "http")
        o.tls = false;
    else if (scheme != "https")
        throw bad("the scheme must be https or http");
    o.port = o.tls ? 443 : 80;

    std::string_view rest = url.substr(colon + 3);
    std::size_t const slash = rest.find('/');
    std::string_view authority = rest.substr(0, slash);
    std::string_view path = slash == std::string_view::npos ? "" : rest.substr(slash);
    if (rest.find('\\') != std::string_view::npos) throw bad("it has a backslash");
    if (rest.find('#') != std::string_view::npos) throw bad("it has a fragment");
    if (rest.find('?') != std::string_view::npos) throw bad("it has a query");
    if (authority.find('@') != std::string_view::npos)
        throw error(failure(
            errc::invalid_argument,
            "host: it holds a user name or password; give the key as api_key instead"
        ));

    std::string_view host = authority;
    std::string_view port;
    bool has_port = false;
    if (authority.starts_with('[')) {
        std::size_t const close = authority.find(']');
        if (close == std::string_view::npos) throw bad("a bracket is not closed");
        host = authority.substr(1, close - 1);
        std::string_view const after = authority.substr(close + 1);
        if (!after.empty() && after.front() != ':') throw bad("something follows the bracket");
        has_port = !after.empty();
        if (has_port) port = after.substr(1);
        // The system's function stops at a null character and accepts any bytes as a zone.
        if (!std::all_of(host.begin(), host.end(), detail::is_v6_char) ||
            !detail::read_v6(std::string(host), o))
            throw bad("what is between the brackets is no IPv6 address");
    } else {
        std::size_t const at = authority.find(':');
        has_port = at != std::string_view::npos;
        if (has_port) {
            host = authority.substr(0, at);
            port = authority.substr(at + 1);
        }
        o.host.assign(host);
        std::transform(o.host.begin(), o.host.end(), o.host.begin(), ascii_lower);
        if (detail::read_v4(o.host, o.is_loopback_address))
            o.is_address = true;
        else if (char const* why = detail::why_not_a_name(o.host))
            throw bad(why);
    }
    if (has_port) {
        char const* const end = port.data() + port.size();
        auto const [stop, ec] = std::from_chars(port.data(), end, o.port);
        if (ec != std::errc() || stop != end || port.size() > 5 || o.port == 0)
            throw bad("the port must be 1 to 65535");
    }
    if (!std::all_of(path.begin(), path.end(), detail::is_path_char))
        throw bad("the path has a character that must be escaped");
    if (!detail::has_good_escapes(path)) throw bad("the path has a broken %-escape");
    while (!path.empty() && path.back() == '/') path.remove_suffix(1);
    o.base_path.assign(path);
    return o;
}

}  // namespace cohub::inline abi_0_2::http

#endif
