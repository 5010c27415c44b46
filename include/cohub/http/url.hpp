#ifndef COHUB_HTTP_URL_HPP
#define COHUB_HTTP_URL_HPP

/// @file
/// @internal HTTP as the transport reads it.

#include <cohub/core/config.hpp>
#include <cohub/core/error.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace cohub::inline abi_0_2::http {

/// @brief A server's base address, checked and split into its parts.
struct origin
{
    origin() = default;

    bool tls = true;
    /// In the form for DNS and TLS: lower case, no brackets around IPv6.
    std::string host;
    std::uint16_t port = 443;
    /// Base path without a trailing slash, e.g. `/base`; usually empty.
    std::string base_path;
    /// True if `host` is an IPv4 or IPv6 address and not a name.
    bool is_address = false;
    /// True if `host` is an address of this machine's loopback.
    bool is_loopback_address = false;

    /// @brief For the Host header: with brackets around IPv6, and with the port only if it is not
    /// the default.
    COHUB_DECL std::string authority() const;
    /// @brief For a proxy: with brackets around IPv6, and always with the port.
    COHUB_DECL std::string host_and_port() const;
    /// @brief Scheme, host and port, for messages.
    COHUB_DECL std::string text() const;
};

/// @brief Reads `https://host[:port][/base/path]` or `http://…`.
/// @throws cohub::error errc::invalid_argument, whose text says what to write instead
COHUB_DECL origin parse_origin(std::string_view url);

}  // namespace cohub::inline abi_0_2::http

#if !defined(COHUB_SEPARATE_COMPILATION)
#include <cohub/http/impl/url.ipp>
#endif

#endif
