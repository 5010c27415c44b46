#ifndef COHUB_TRANSPORT_DETAIL_IMPL_CONNECT_TUNNEL_IPP
#define COHUB_TRANSPORT_DETAIL_IMPL_CONNECT_TUNNEL_IPP

#include <cohub/core/text.hpp>
#include <cohub/http/response_parser.hpp>
#include <cohub/transport/detail/connect_tunnel.hpp>
#include <cohub/transport/detail/redaction.hpp>
#include <cohub/version.hpp>

#include <algorithm>

namespace cohub::inline abi_0_2::transport::detail {

COHUB_DECL void connect_tunnel::begin(std::string& out)
{
    std::string const authority = to_.host_and_port();
    cohub::detail::append(
        out,
        {"CONNECT ",
         authority,
         " HTTP/1.1\r\nHost: ",
         authority,
         "\r\nUser-Agent: cohub/",
         COHUB_VERSION_STRING,
         "\r\n"}
    );
    if (!credentials_.empty()) {
        std::string coded = base64(credentials_.reveal());
        cohub::detail::append(out, {"Proxy-Authorization: Basic ", coded, "\r\n"});
        cohub::detail::wipe(coded);
    }
    out.append("\r\n");
}

/// The schemes in all Proxy-Authenticate fields of a head.
inline std::string schemes_in(std::string_view head)
{
    constexpr std::string_view name = "proxy-authenticate:";
    std::string schemes;
    for (std::size_t line = head.find('\n'); line != std::string_view::npos;
         line = head.find('\n', line + 1)) {
        std::string_view field = head.substr(line + 1);
        if (!cohub::detail::iequals(field.substr(0, name.size()), name)) continue;
        field.remove_prefix(name.size());
        field = field.substr(0, field.find_first_of("\r\n"));
        field.remove_prefix(std::min(field.find_first_not_of(" \t"), field.size()));
        field = field.substr(0, field.find_first_of(" \t,"));
        if (!field.empty())
            cohub::detail::append(
                schemes, {schemes.empty() ? "" : ", ", cohub::detail::escaped(field, 40)}
            );
    }
    return schemes;
}

/// The text after the status in the first line of a head.
inline std::string reason_in(std::string_view head)
{
    std::string_view line = head.substr(0, head.find_first_of("\r\n"));
    for (int word = 0; word != 2; ++word) {
        std::size_t const blank = line.find(' ');
        if (blank == std::string_view::npos) return {};
        line.remove_prefix(blank + 1);
    }
    return cohub::detail::escaped(line, 100);
}

inline failure connect_tunnel::refusal(int code) const
{
    std::string_view const head = std::string_view(head_).substr(interim_);
    // With these codes the proxy has tried, and another attempt may succeed. (tinyproxy sends 500,
    // and 401 instead of 407.)
    bool const may_pass = code == 408 || code == 429 || code == 500 || (code >= 502 && code <= 504);
    bool const wants_credentials = code == 407 || code == 401;
    failure f(
        wants_credentials ? errc::proxy_unauthorized
        : may_pass        ? errc::connect_failed
                          : errc::proxy_refused
    );
    f.http_status = code;
    f.server_message = reason_in(head);
    redaction(credentials_).mask(f.server_message);
    f.detail = cohub::detail::concat(
        {"the proxy answered CONNECT ", to_.host_and_port(), " with ", std::to_string(code)}
    );
    if (!wants_credentials) return f;
    std::string const schemes = schemes_in(head);
    f.detail += credentials_.empty()
                    ? "; give it a name and password: proxy_options(...).credentials(...)"
                    : "; is the name and password right?";
    if (!schemes.empty() && schemes.find("Basic") == std::string::npos)
        cohub::detail::append(f.detail, {" It takes ", schemes, ", and cohub knows Basic alone"});
    return f;
}

COHUB_DECL tunnel::status connect_tunnel::take(
    std::string_view in, std::size_t& used, std::string&, failure& why
)
{
    std::size_t const before = head_.size();
    head_.append(in.substr(0, max_head - before));
    used = head_.size() - before;
    std::size_t searched = before > interim_ + 3 ? before - 3 : interim_;
    error_code ec;
    for (;;) {
        std::string_view const head = std::string_view(head_).substr(interim_);
        constexpr std::string_view beginning = "HTTP/1.";
        if (head.substr(0, beginning.size()) != beginning.substr(0, head.size())) break;
        std::size_t const end = head_.find("\r\n\r\n", searched);
        if (end == std::string::npos) {
            if (head_.size() < max_head) return status::waits;
            break;
        }
        // The answer to CONNECT is a head: its fields about a body have no meaning (RFC 9110,
        // 9.3.6).
        http::response_parser parser(max_head, 0);
        parser.feed(head_.data() + interim_, 0, end + 4 - interim_, ec);
        int const code = parser.status();
        if (code / 100 == 2) {
            used = end + 4 - before;
            return status::stands;
        }
        if (code >= 300) {
            why = refusal(code);
            return status::refused;
        }
        if (ec || code / 100 != 1 || code == 101) break;
        interim_ = searched = end + 4;
    }
    why = failure(
        errc::proxy_refused, "what it answers to CONNECT is not HTTP/1.1; is it an HTTP proxy?"
    );
    why.cause = ec;
    return status::refused;
}

}  // namespace cohub::inline abi_0_2::transport::detail

#endif
