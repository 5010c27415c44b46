#pragma once

#include <cstdint>
#include <string>

namespace cohub::inline abi_0_2::fake {

/// A listening socket.
class server_socket
{
public:
    /// @param address `localhost` is 127.0.0.1, as on a machine without a hosts file; `::` accepts
    /// IPv4, too
    /// @param port 0: the system chooses one
    /// @throws std::runtime_error when it cannot listen there
    server_socket(std::string const& address, std::uint16_t port);
    server_socket(server_socket const&) = delete;
    server_socket& operator=(server_socket const&) = delete;
    ~server_socket();

    std::uint16_t port() const { return port_; }
    /// @return the descriptor, or -1 with the reason in `errno`
    int accept();
    /// Makes this and every later call of `accept` fail. Any thread may call it.
    void wake();

private:
    int socket_ = -1;
    std::uint16_t port_ = 0;
};

/// Whether this stands for all addresses of the machine: `::`, `0.0.0.0`, `*`.
/// @throws std::runtime_error as `server_socket`, when it is no address
bool is_every_address(std::string const& address, std::uint16_t port);

/// Whether this is a numeric address of IPv4 or IPv6, not a name.
bool is_numeric_address(std::string const& address);

}  // namespace cohub::inline abi_0_2::fake
