#ifndef COHUB_TRANSPORT_IMPL_ENDPOINTS_IPP
#define COHUB_TRANSPORT_IMPL_ENDPOINTS_IPP

#include <cohub/transport/endpoints.hpp>

#include <boost/asio/error.hpp>

#include <netdb.h>

#include <cerrno>
#include <cstring>

namespace cohub {

COHUB_DECL bool transport::detail::socket_address::is_loopback() const noexcept
{
    if (any.sa_family == AF_INET) return ntohl(v4.sin_addr.s_addr) >> 24 == IN_LOOPBACKNET;
    return IN6_IS_ADDR_LOOPBACK(&v6.sin6_addr);
}

COHUB_DECL transport::detail::socket_address endpoint_list::operator[](std::size_t at
) const noexcept
{
    transport::detail::socket_address a;
    std::memcpy(&a, bytes_.data() + at * sizeof a, sizeof a);
    return a;
}

COHUB_DECL void endpoint_list::add(sockaddr const* address)
{
    transport::detail::socket_address a{};
    if (address->sa_family == AF_INET)
        std::memcpy(&a.v4, address, sizeof a.v4);
    else if (address->sa_family == AF_INET6)
        std::memcpy(&a.v6, address, sizeof a.v6);
    else
        return;
    bytes_.append(reinterpret_cast<char const*>(&a), sizeof a);
}

namespace transport::detail {

/// What getaddrinfo(3) returned, in Asio's words.
inline error_code look_up_error(int status) noexcept
{
    namespace error = boost::asio::error;
    switch (status) {
        case 0:
            return {};
        case EAI_SYSTEM:
            return error_code(errno, boost::system::system_category());
        case EAI_MEMORY:
            return error::no_memory;
        case EAI_AGAIN:
            return error::host_not_found_try_again;
        case EAI_FAIL:
            return error::no_recovery;
        default:
            return error::host_not_found;
    }
}

COHUB_DECL error_code look_up(char const* host, std::uint16_t port, int flags, endpoint_list& found)
{
    addrinfo wanted{};
    wanted.ai_flags = flags | AI_NUMERICSERV;
    wanted.ai_socktype = SOCK_STREAM;
    wanted.ai_protocol = IPPROTO_TCP;
    addrinfo* first = nullptr;
    if (int const status = ::getaddrinfo(host, std::to_string(port).c_str(), &wanted, &first))
        return look_up_error(status);
    for (addrinfo const* a = first; a != nullptr; a = a->ai_next) found.add(a->ai_addr);
    ::freeaddrinfo(first);
    return {};
}

}  // namespace transport::detail

}  // namespace cohub

#endif
