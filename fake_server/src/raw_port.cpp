#include "raw_port.hpp"

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <string>
#include <system_error>

#include "cohub/fake/raw_peer.hpp"

namespace cohub::inline abi_0_2::fake {
namespace {

std::uint16_t port_of(int socket)
{
    sockaddr_in address{};
    socklen_t size = sizeof address;
    check_errno(::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size), "getsockname");
    return ntohs(address.sin_port);
}

}  // namespace

void throw_errno(char const* what)
{
    throw std::system_error(errno, std::generic_category(), std::string("raw_peer: ") + what);
}

int check_errno(int r, char const* what)
{
    if (r < 0) {
        throw_errno(what);
    }
    return r;
}

void set_option(int socket, int level, int name, int value)
{
    ::setsockopt(socket, level, name, &value, sizeof value);
}

int new_socket(int family)
{
    int const s =
        check_errno(::socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), "socket");
    if (family == AF_INET6) {
        set_option(s, IPPROTO_IPV6, IPV6_V6ONLY, 1);
    }
    return s;
}

bool bind_to(int socket, int family, std::uint16_t port)
{
    if (family == AF_INET6) {
        sockaddr_in6 address{};
        address.sin6_family = AF_INET6;
        address.sin6_addr = in6addr_loopback;
        address.sin6_port = htons(port);
        return ::bind(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
    }
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    return ::bind(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
}

port_reservation::port_reservation() : socket_(new_socket(AF_INET))
{
    set_option(socket_, SOL_SOCKET, SO_REUSEPORT, 1);
    if (!bind_to(socket_, AF_INET, 0)) {
        ::close(socket_);
        throw_errno("bind");
    }
    port_ = port_of(socket_);
}

port_reservation::~port_reservation() { ::close(socket_); }

refusing_port::refusing_port() : socket_(new_socket(AF_INET))
{
    if (!bind_to(socket_, AF_INET, 0)) {
        ::close(socket_);
        throw_errno("bind");
    }
    port_ = port_of(socket_);
}

refusing_port::~refusing_port() { ::close(socket_); }

silent_port::silent_port() : socket_(new_socket(AF_INET))
{
    if (!bind_to(socket_, AF_INET, 0) || ::listen(socket_, 0) != 0) {
        ::close(socket_);
        throw_errno("listen");
    }
    port_ = port_of(socket_);

    // With a backlog of 0 the kernel still accepts a connection or two. Connections that succeed at
    // once fill the backlog. The first one that does not succeed at once proves that it is full.
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port_);
    constexpr int at_once_ms = 50;
    constexpr std::size_t enough = 16;
    while (fillers_.size() < enough) {
        int const s = new_socket(AF_INET);
        fillers_.push_back(s);
        static_cast<void>(::connect(s, reinterpret_cast<sockaddr*>(&address), sizeof address));
        pollfd connected{s, POLLOUT, 0};
        if (::poll(&connected, 1, at_once_ms) == 0) {
            break;
        }
    }
}

silent_port::~silent_port()
{
    for (int const s : fillers_) {
        ::close(s);
    }
    ::close(socket_);
}

}  // namespace cohub::inline abi_0_2::fake
