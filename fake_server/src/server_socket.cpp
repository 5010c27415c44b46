#include "server_socket.hpp"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <stdexcept>

namespace cohub::inline abi_0_2::fake {

namespace {

struct free_addresses
{
    void operator()(addrinfo* a) const { ::freeaddrinfo(a); }
};

[[noreturn]] void fail(std::string const& address, std::uint16_t port, std::string const& why)
{
    throw std::runtime_error(
        "the fake server cannot listen on " + address + ", port " + std::to_string(port) + ": " +
        why
    );
}

using addresses = std::unique_ptr<addrinfo, free_addresses>;

addresses resolved(std::string const& address, std::uint16_t port)
{
    addrinfo wanted{};
    wanted.ai_family = AF_UNSPEC;
    wanted.ai_socktype = SOCK_STREAM;
    wanted.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
    std::string const host = address == "localhost" ? "127.0.0.1" : address;
    addrinfo* list = nullptr;
    int const code = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &wanted, &list);
    if (code != 0) fail(address, port, ::gai_strerror(code));
    return addresses(list);
}

}  // namespace

server_socket::server_socket(std::string const& address, std::uint16_t port)
{
    addresses const found = resolved(address, port);
    socket_ = ::socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (socket_ < 0) fail(address, port, std::strerror(errno));
    int const yes = 1, no = 0;
    // With SO_REUSEPORT two servers could share a port without an error.
    ::setsockopt(socket_, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (found->ai_family == AF_INET6) {
        ::setsockopt(socket_, IPPROTO_IPV6, IPV6_V6ONLY, &no, sizeof no);
    }
    sockaddr_storage bound{};
    socklen_t size = sizeof bound;
    // With a short backlog the last of many clients has to repeat its SYN after a second.
    if (::bind(socket_, found->ai_addr, found->ai_addrlen) != 0 || ::listen(socket_, 4096) != 0 ||
        ::getsockname(socket_, reinterpret_cast<sockaddr*>(&bound), &size) != 0) {
        int const error = errno;
        ::close(socket_);
        fail(address, port, std::strerror(error));
    }
    port_ = ntohs(
        bound.ss_family == AF_INET ? reinterpret_cast<sockaddr_in*>(&bound)->sin_port
                                   : reinterpret_cast<sockaddr_in6*>(&bound)->sin6_port
    );
}

server_socket::~server_socket() { ::close(socket_); }

int server_socket::accept() { return ::accept4(socket_, nullptr, nullptr, SOCK_CLOEXEC); }

void server_socket::wake() { ::shutdown(socket_, SHUT_RDWR); }

bool is_every_address(std::string const& address, std::uint16_t port)
{
    addresses const found = resolved(address, port);
    if (found->ai_family == AF_INET) {
        return reinterpret_cast<sockaddr_in const*>(found->ai_addr)->sin_addr.s_addr == INADDR_ANY;
    }
    in6_addr const& a = reinterpret_cast<sockaddr_in6 const*>(found->ai_addr)->sin6_addr;
    return IN6_IS_ADDR_UNSPECIFIED(&a);
}

bool is_numeric_address(std::string const& address)
{
    in6_addr any{};
    return ::inet_pton(AF_INET, address.c_str(), &any) == 1 ||
           ::inet_pton(AF_INET6, address.c_str(), &any) == 1;
}

}  // namespace cohub::inline abi_0_2::fake
