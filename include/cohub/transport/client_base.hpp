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

/// @brief Whether a client works without an API key.
enum class key_use : std::uint8_t
{
    required,
    optional,
};

/// @brief What carries the calls of one client, in the form that its front door sees.
///
/// The sources of a program need to know nothing else of the transport. With `cohub::compiled` they
/// include no header for sockets, TLS or HTTP.
class client_base : public call::channel
{
public:
    /// @brief New calls fail with `client_closed`. If `gracefully`, calls that have begun are
    /// completed first; otherwise they fail, too.
    virtual void close(bool gracefully) noexcept = 0;
    /// @brief Begins connections until `n` are open or being made.
    virtual void warm_up(std::size_t n) noexcept = 0;
    virtual connection_stats stats() noexcept = 0;
    /// @brief One line for a log. Holds no secret.
    virtual std::string describe() = 0;
    /// @brief Attempts from now on use this key.
    /// @throws cohub::error errc::invalid_argument if it is not a valid key; the old one stays in
    /// use
    virtual void set_api_key(secret key) = 0;
    /// @brief Reads the files of `tls_options` again, for connections from now on.
    /// @throws cohub::error errc::invalid_argument if they cannot be used; then nothing changes
    virtual void reload_tls() = 0;
};

}  // namespace cohub::inline abi_0_2::transport

#endif
