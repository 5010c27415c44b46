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

/// @brief How connections get to a server through a proxy. `proxy_options` makes it, so that only a
/// program that names one holds its code.
/// @internal
class proxy : public boost::intrusive_ref_counter<proxy>
{
public:
    using ptr = boost::intrusive_ptr<proxy const>;

    proxy(proxy const&) = delete;
    proxy& operator=(proxy const&) = delete;
    virtual ~proxy() = default;

    /// @brief Itself, as a client to `server` uses it; null: that server is reached directly.
    /// @throws cohub::error errc::invalid_argument, with what to mend
    virtual ptr way_to(http::origin const& server, tls_options const& tls) const = 0;
    /// @brief Where the proxy is. Of a way to a server.
    virtual http::origin const& address() const noexcept = 0;
    /// @brief What a new connection says to the proxy. Of a way to a server.
    virtual std::unique_ptr<detail::tunnel> open() const = 0;
    /// @brief The connection to the proxy: `plain`, or TLS on it. Of a way to a server.
    virtual std::unique_ptr<socket> connection_on(std::unique_ptr<socket> plain) const = 0;
    /// @brief For a log: where it is, without credentials.
    virtual std::string text() const = 0;

protected:
    proxy() = default;
};

}  // namespace transport

/// @brief The proxy that connections go through, and who is reached without it.
///
///     options.proxy = proxy_options("http://proxy:3128").no_proxy("localhost,.corp,10.0.0.0/8");
///
/// Connections to `https://` servers are tunnels through the proxy (HTTP CONNECT, or SOCKS5): it
/// sees the server's name and port, and no more, since TLS begins and the certificate is checked
/// behind it. `http://` servers are on this machine, and are reached directly. The proxy looks up
/// the server's name. `timeouts.connect` covers its answer.
/// @par Errors of calls
/// `errc::proxy_unauthorized` if the proxy refuses the credentials (407), `errc::proxy_refused` if
/// it refuses the way; `errc::connect_failed`, which is tried again, if the proxy cannot be reached
/// or cannot reach the server.
class proxy_options
{
public:
    /// @brief No proxy.
    proxy_options() = default;

    /// @param url `http://[user:password@]host[:port]` (port 80 if none is given), `https://…`
    /// (443; TLS to the proxy as well, whose certificate is checked as the server's is),
    /// `socks5h://…` (1080). `socks5://` means the same as `socks5h://`. What stands before the `@`
    /// may have
    /// %-escapes. Empty: no proxy. Checked when the client is made.
    COHUB_DECL explicit proxy_options(std::string url);

    /// @brief Name and password for the proxy: Basic authentication (RFC 7617), or that of SOCKS5
    /// (RFC 1929).
    COHUB_DECL proxy_options& credentials(std::string user, secret password);

    /// @brief Servers that are reached directly: a list, by commas or blanks, of names
    /// (`corp.example` or `.corp.example`: with all names below it), addresses, blocks of addresses
    /// (`10.0.0.0/8`), each maybe with a port (`corp.example:8443`), or `*` for all. A block
    /// holds a server that is given by its address alone: no name is looked up for it.
    COHUB_DECL proxy_options& no_proxy(std::string list);

    /// @brief `https_proxy` or `HTTPS_PROXY`, else `all_proxy` or `ALL_PROXY`, with `no_proxy` or
    /// `NO_PROXY`. This machine itself (localhost and its addresses) is never reached through a
    /// proxy that the environment names.
    COHUB_DECL static proxy_options from_env();

    /// @brief False if there is no proxy.
    explicit operator bool() const noexcept { return way_ != nullptr; }
    /// @internal
    transport::proxy::ptr const& get() const noexcept { return way_; }
    /// @brief As a client to `server` uses it; see `transport::proxy::way_to`.
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
