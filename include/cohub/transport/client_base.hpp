#ifndef COHUB_TRANSPORT_CLIENT_BASE_HPP
#define COHUB_TRANSPORT_CLIENT_BASE_HPP

/// @file
/// @internal What carries the calls of a front door.

#include <cohub/call/operation.hpp>
#include <cohub/transport/options.hpp>

#include <cstddef>
#include <cstdint>
#include <string>

namespace cohub::inline abi_0_2::transport {

/// @brief Whether a client can do without an API key.
enum class key_use : std::uint8_t
{
    required,
    optional,
};

/// @brief What carries the calls of one client, as its front door sees it.
///
/// This is all that a program's sources have to know of the transport: with `cohub::compiled` no
/// socket, TLS or HTTP header reaches them.
class client_base : public call::channel
{
public:
    /// @brief New calls fail with `client_closed`. Those begun are completed first if `gracefully`,
    /// else they fail so too.
    virtual void close(bool gracefully) noexcept = 0;
    /// @brief Begins connections until `n` are open or being made.
    virtual void warm_up(std::size_t n) noexcept = 0;
    virtual connection_stats stats() noexcept = 0;
    /// @brief One line for a log. Holds no secret.
    virtual std::string describe() = 0;
    /// @brief Attempts from now on go with this key.
    /// @throws cohub::error errc::invalid_argument if it cannot be one; the old one stays
    virtual void set_api_key(secret key) = 0;
    /// @brief Reads the files of `tls_options` anew, for connections from now on.
    /// @throws cohub::error errc::invalid_argument if they are of no use; nothing changes
    virtual void reload_tls() = 0;
};

}  // namespace cohub::inline abi_0_2::transport

#endif
