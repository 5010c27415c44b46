#ifndef COHUB_TRANSPORT_PROXY_HPP
#define COHUB_TRANSPORT_PROXY_HPP

#include <cohub/core/config.hpp>
#include <cohub/core/secret.hpp>

#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <boost/smart_ptr/intrusive_ref_counter.hpp>

#include <memory>
#include <string>
#include <utility>

namespace cohub::inline abi_0_2 {

namespace http {
struct origin;
}

struct tls_options;

namespace transport {

namespace detail {
class tunnel;
}

class socket;

/// @brief How connections reach a server through a proxy. `proxy_options` makes it, so that only a
/// program that uses a proxy contains its code.
/// @internal
class proxy : public boost::intrusive_ref_counter<proxy>
{
public:
    using ptr = boost::intrusive_ptr<proxy const>;

    proxy(proxy const&) = delete;
    proxy& operator=(proxy const&) = delete;
    virtual ~proxy() = default;

    /// @brief Itself, in the form that a client to `server` uses; null: that server is reached
    /// directly.
    /// @throws cohub::error errc::invalid_argument, whose text says what to correct
    virtual ptr way_to(http::origin const& server, tls_options const& tls) const = 0;
    /// @brief The address of the proxy. Only for the result of `way_to`.
    virtual http::origin const& address() const noexcept = 0;
    /// @brief The dialogue of a new connection with the proxy. Only for the result of `way_to`.
    virtual std::unique_ptr<detail::tunnel> open() const = 0;
    /// @brief The connection to the proxy: `plain`, or TLS on it. Only for the result of `way_to`.
    virtual std::unique_ptr<socket> connection_on(std::unique_ptr<socket> plain) const = 0;
    /// @brief For a log: the proxy's address, without credentials.
    virtual std::string text() const = 0;

protected:
    proxy() = default;
};

}  // namespace transport

/// @brief The proxy for connections, and the servers that are reached without it.
///
///     options.proxy = proxy_options("http://proxy:3128").no_proxy("localhost,.corp,10.0.0.0/8");
///
/// Connections to `https://` servers are tunnels through the proxy (HTTP CONNECT, or SOCKS5). The
/// proxy sees only the server's name and port, since TLS begins behind it, and the certificate is
/// checked there. `http://` servers are on this machine, and are reached directly. The proxy looks
/// up the server's name. `timeouts.connect` includes the proxy's answer.
/// @par Errors of calls
/// `errc::proxy_unauthorized` if the proxy refuses the credentials (407); `errc::proxy_refused` if
/// it refuses the tunnel; `errc::connect_failed`, after which the call is tried again, if the proxy
/// cannot be reached or cannot reach the server.
class proxy_options
{
public:
    /// @brief No proxy.
    proxy_options() = default;

    /// @param url `http://[user:password@]host[:port]` (port 80 if none is given), `https://…`
    /// (443; TLS to the proxy, too, whose certificate is checked like the server's), `socks5h://…`
    /// (1080). `socks5://` means the same as `socks5h://`. The part before the `@` may have
    /// %-escapes. Empty: no proxy. Checked when the client is made.
    COHUB_DECL explicit proxy_options(std::string url);

    /// @brief Name and password for the proxy: Basic authentication (RFC 7617), or the
    /// authentication of SOCKS5 (RFC 1929).
    COHUB_DECL proxy_options& credentials(std::string user, secret password);

    /// @brief Servers that are reached directly: a list, separated by commas or blanks. An entry is
    /// a name (`corp.example` or `.corp.example`: with all names below it), an address, a block of
    /// addresses (`10.0.0.0/8`), each with an optional port (`corp.example:8443`), or `*` for all.
    /// A block matches only servers that are given by address: no name is looked up for it.
    COHUB_DECL proxy_options& no_proxy(std::string list);

    /// @brief Reads `https_proxy` or `HTTPS_PROXY`, otherwise `all_proxy` or `ALL_PROXY`, with
    /// `no_proxy` or `NO_PROXY`. This machine itself (localhost and its addresses) is never reached
    /// through a proxy from the environment.
    COHUB_DECL static proxy_options from_env();

    /// @brief False if there is no proxy.
    explicit operator bool() const noexcept { return way_ != nullptr; }
    /// @internal
    transport::proxy::ptr const& get() const noexcept { return way_; }
    /// @brief In the form that a client to `server` uses; see `transport::proxy::way_to`.
    /// @internal
    proxy_options to(http::origin const& server, tls_options const& tls) const
    {
        proxy_options o;
        o.way_ = way_->way_to(server, tls);
        return o;
    }

private:
    transport::proxy::ptr way_;
};

}  // namespace cohub::inline abi_0_2

#if !defined(COHUB_SEPARATE_COMPILATION)
#include <cohub/transport/impl/proxy.ipp>
#endif

#endif
