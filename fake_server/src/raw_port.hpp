#pragma once

#include <cstdint>

namespace cohub::inline abi_0_2::fake {

[[noreturn]] void throw_errno(char const* what);
/// @brief Returns `r`, or throws the error in errno if `r` is negative.
int check_errno(int r, char const* what);

void set_option(int socket, int level, int name, int value);
int new_socket(int family);
/// @brief Binds it to this port of the loopback address; false when that fails.
bool bind_to(int socket, int family, std::uint16_t port);

/// @brief Keeps a port reserved without listening on it, so that the listener can stop and start
/// again.
class port_reservation
{
public:
    port_reservation();
    ~port_reservation();
    port_reservation(port_reservation const&) = delete;
    port_reservation& operator=(port_reservation const&) = delete;

    std::uint16_t port() const { return port_; }

private:
    int socket_;
    std::uint16_t port_ = 0;
};

}  // namespace cohub::inline abi_0_2::fake
