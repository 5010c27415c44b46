#ifndef COHUB_TRANSPORT_DETAIL_ADDRESSES_HPP
#define COHUB_TRANSPORT_DETAIL_ADDRESSES_HPP

#include <cohub/core/config.hpp>
#include <cohub/core/error.hpp>

#include <netinet/in.h>
#include <sys/socket.h>

#include <cstddef>
#include <cstdint>
#include <string>

namespace cohub::transport::detail {

/// What connect(2) takes: an IPv4 or IPv6 address and a port.
union socket_address
{
    sockaddr any;
    sockaddr_in v4;
    sockaddr_in6 v6;

    socklen_t size() const noexcept { return any.sa_family == AF_INET ? sizeof v4 : sizeof v6; }
    COHUB_COLD_DECL bool is_loopback() const noexcept;
};

/// The addresses that a name stands for, in the order in which they are tried. Not Asio's resolver
/// and endpoints, and no vector, which cost every source that includes cohub.
class address_list
{
public:
    bool empty() const noexcept { return bytes_.empty(); }
    std::size_t size() const noexcept { return bytes_.size() / sizeof(socket_address); }
    COHUB_COLD_DECL socket_address operator[](std::size_t at) const noexcept;
    /// @brief Adds an address; one that is neither IPv4 nor IPv6 is none that we could use.
    COHUB_COLD_DECL void add(sockaddr const* address);
    /// @brief Adds what `host` stands for. Blocks, unless `host` is an address in numbers and
    /// `flags` says so with AI_NUMERICHOST.
    COHUB_COLD_DECL error_code look_up(char const* host, std::uint16_t port, int flags);

private:
    std::string bytes_;
};

}  // namespace cohub::transport::detail

#if !defined(COHUB_SEPARATE_COMPILATION)
#include <cohub/transport/impl/addresses.ipp>
#endif

#endif
