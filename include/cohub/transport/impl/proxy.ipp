#ifndef COHUB_TRANSPORT_IMPL_PROXY_IPP
#define COHUB_TRANSPORT_IMPL_PROXY_IPP

#include <cohub/core/error.hpp>
#include <cohub/core/text.hpp>
#include <cohub/http/url.hpp>
#include <cohub/transport/detail/connect_tunnel.hpp>
#include <cohub/transport/detail/no_proxy.hpp>
#include <cohub/transport/detail/secure_socket.hpp>
#include <cohub/transport/detail/socks_tunnel.hpp>
#include <cohub/transport/proxy.hpp>
#include <cohub/transport/tls_options.hpp>

#include <cstdlib>
#include <memory>
#include <string_view>

namespace cohub::inline abi_0_2 {

namespace transport::detail {

[[noreturn]] inline void refuse_proxy(std::initializer_list<std::string_view> why)
{
    std::string text = "proxy: ";
    cohub::detail::append(text, why);
    throw error(failure(errc::invalid_argument, std::move(text)));
}

inline int hex_digit(char c) noexcept
{
    if (c >= '0' && c <= '9') return c - '0';
    char const small = cohub::detail::ascii_lower(c);
    return small >= 'a' && small <= 'f' ? small - 'a' + 10 : -1;
}

/// The text with its %-escapes replaced.
inline std::string unescaped(std::string_view text)
{
    std::string plain;
    plain.reserve(text.size());  // a string that grows does not overwrite its old memory
    for (std::size_t i = 0; i != text.size(); ++i) {
        if (text[i] != '%') {
            plain += text[i];
            continue;
        }
        int const high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
        int const low = i + 2 < text.size() ? hex_digit(text[i + 2]) : -1;
        if (high < 0 || low < 0)
            refuse_proxy({"a %-escape in its name or password is broken; write % as %25"});
        plain += static_cast<char>(high * 16 + low);
        i += 2;
    }
    return plain;
}

/// What a program sets about its proxy.
struct proxy_words
{
    secret url;  // it may contain a password
    std::string user;
    secret password;
    std::string direct;  // the list of servers that are reached without it
    bool is_from_env = false;
};

class named_proxy final : public proxy
{
public:
    enum class kind : std::uint8_t
    {
        http,
        https,
        socks,
    };

    explicit named_proxy(proxy_words w) : words_(std::move(w)) {}

    proxy_words const& words() const noexcept { return words_; }
    // Inline here: a key function of this class would add its code to every program.
    COHUB_DECL ptr way_to(http::origin const& server, tls_options const& tls) const override;
    http::origin const& address() const noexcept override { return at_; }
    std::unique_ptr<tunnel> open() const override
    {
        if (kind_ == kind::socks)
            return std::unique_ptr<tunnel>(new socks_tunnel(server_, words_.user, words_.password));
        return std::unique_ptr<tunnel>(new connect_tunnel(server_, basic_));
    }
    std::unique_ptr<socket> connection_on(std::unique_ptr<socket> plain) const override
    {
        if (kind_ != kind::https) return plain;
        return std::unique_ptr<socket>(new secure_socket(std::move(plain), tls_));
    }
    std::string text() const override
    {
        std::string_view const shown = words_.url.reveal();
        std::size_t const at = shown.rfind('@');
        std::size_t const scheme = shown.find("://");
        if (at == std::string_view::npos) return std::string(shown);
        return cohub::detail::concat(
            {scheme < at ? shown.substr(0, scheme + 3) : "", "***", shown.substr(at)}
        );
    }

private:
    void read_url();
    void check_credentials();

    proxy_words words_;
    secret basic_;  // user:password
    kind kind_ = kind::http;
    http::origin at_;
    http::origin server_;
    boost::intrusive_ptr<tls_context> tls_;
};

inline void named_proxy::read_url()
{
    std::string_view rest = words_.url.reveal();
    std::size_t const colon = rest.find("://");
    // The values of the variables often have no scheme.
    std::string scheme = "http";
    if (colon != std::string_view::npos) {
        scheme.assign(rest.substr(0, colon));
        for (char& c : scheme) c = cohub::detail::ascii_lower(c);
        rest.remove_prefix(colon + 3);
    }
    if (scheme == "https")
        kind_ = kind::https;
    else if (scheme == "socks5h" || scheme == "socks5")
        kind_ = kind::socks;
    else if (scheme != "http")
        refuse_proxy(
            {"the scheme \"",
             cohub::detail::escaped(scheme, 20),
             "\" is none of http, https and socks5h"}
        );
    std::size_t const at = rest.rfind('@');
    if (at != std::string_view::npos) {
        std::string_view const of_user = rest.substr(0, at);
        std::size_t const end = std::min(of_user.find(':'), of_user.size());
        if (words_.user.empty() && words_.password.empty()) {
            words_.user = unescaped(of_user.substr(0, end));
            if (end != of_user.size()) words_.password = unescaped(of_user.substr(end + 1));
        }
        rest.remove_prefix(at + 1);
    }
    try {
        at_ = http::parse_origin(
            cohub::detail::concat({kind_ == kind::https ? "https://" : "http://", rest})
        );
    } catch (error const& e) {
        std::string_view why = e.why().detail;
        if (why.starts_with("host")) why.remove_prefix(4);
        refuse_proxy({"its address", why});
    }
    if (!at_.base_path.empty()) refuse_proxy({"its address has a path, which means nothing"});
    rest = rest.substr(0, rest.find('/'));
    if (kind_ == kind::socks && at_.port == 80 && !rest.ends_with(":80")) at_.port = 1080;
}

inline void named_proxy::check_credentials()
{
    auto const& user = words_.user;
    std::string_view const password = words_.password.reveal();
    if (user.empty() && password.empty()) return;
    for (std::string_view const text : {std::string_view(user), password})
        for (char const c : text)
            if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F)
                refuse_proxy({"its name or password has a control character"});
    if (kind_ == kind::socks) {
        if (user.empty() || user.size() > 255)
            refuse_proxy({"the name for a SOCKS proxy must have 1 to 255 bytes"});
        if (password.empty() || password.size() > 255)
            refuse_proxy({"the password for a SOCKS proxy must have 1 to 255 bytes"});
        return;
    }
    if (user.find(':') != std::string::npos)
        refuse_proxy({"the name for an HTTP proxy must have no colon"});
    std::string both;
    both.reserve(user.size() + password.size() + 1);
    cohub::detail::append(both, {user, ":", password});
    basic_ = secret(std::move(both));
}

COHUB_DECL proxy::ptr named_proxy::way_to(http::origin const& server, tls_options const& tls) const
{
    bool const is_here = server.is_loopback_address || server.host == "localhost";
    bool const is_used = server.tls && !(words_.is_from_env && is_here) &&
                         !is_reached_directly(words_.direct, server);
    // A value from the environment is not checked if the proxy is not used.
    if (!is_used && words_.is_from_env) return nullptr;
    boost::intrusive_ptr<named_proxy> way(new named_proxy(words_));
    way->read_url();
    way->check_credentials();
    if (!is_used) return nullptr;
    way->server_ = server;
    if (way->kind_ == kind::https) {
        tls_options of_proxy = tls;
        // The client certificate is only for the server.
        of_proxy.client_cert_file = of_proxy.client_key_file = of_proxy.client_cert_pem = {};
        of_proxy.client_key_pem = {};
        way->tls_ = tls_context::make(of_proxy, way->at_, {});
    }
    return way;
}

/// A copy that may be changed: other options may share the existing proxy.
inline proxy_words words_of(proxy::ptr const& p)
{
    return static_cast<named_proxy const&>(*p).words();
}

}  // namespace transport::detail

COHUB_DECL proxy_options::proxy_options(std::string url)
{
    if (url.empty()) return;
    transport::detail::proxy_words w;
    w.url = secret(std::move(url));
    way_.reset(new transport::detail::named_proxy(std::move(w)));
}

COHUB_DECL proxy_options& proxy_options::credentials(std::string user, secret password)
{
    if (!way_)
        transport::detail::refuse_proxy({"credentials, but no address; write proxy_options(url)"});
    auto w = transport::detail::words_of(way_);
    w.user = std::move(user);
    w.password = std::move(password);
    way_.reset(new transport::detail::named_proxy(std::move(w)));
    return *this;
}

COHUB_DECL proxy_options& proxy_options::no_proxy(std::string list)
{
    if (!way_) return *this;
    auto w = transport::detail::words_of(way_);
    w.direct = std::move(list);
    way_.reset(new transport::detail::named_proxy(std::move(w)));
    return *this;
}

COHUB_DECL proxy_options proxy_options::from_env()
{
    auto const read = [](std::initializer_list<char const*> names) -> std::string {
        for (char const* const name : names)
            if (char const* const value = std::getenv(name); value != nullptr && *value != '\0')
                return value;
        return {};
    };
    proxy_options o(read({"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"}));
    if (!o) return o;
    auto w = transport::detail::words_of(o.way_);
    w.direct = read({"no_proxy", "NO_PROXY"});
    w.is_from_env = true;
    o.way_.reset(new transport::detail::named_proxy(std::move(w)));
    return o;
}

}  // namespace cohub::inline abi_0_2

#endif
