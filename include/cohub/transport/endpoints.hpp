#ifndef COHUB_TRANSPORT_ENDPOINTS_HPP
#define COHUB_TRANSPORT_ENDPOINTS_HPP

#include <cohub/core/config.hpp>
#include <cohub/core/error.hpp>

#include <netinet/in.h>
#include <sys/socket.h>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <utility>

namespace cohub {

namespace transport::detail {

/// What connect(2) takes: an IPv4 or IPv6 address and a port.
union socket_address
{
    sockaddr any;
    sockaddr_in v4;
    sockaddr_in6 v6;

    socklen_t size() const noexcept { return any.sa_family == AF_INET ? sizeof v4 : sizeof v6; }
    COHUB_COLD_DECL bool is_loopback() const noexcept;
};

template <class T>
concept asio_endpoint =
    std::convertible_to<decltype(std::declval<T const&>().data()), sockaddr const*>;
/// What a resolver's results hold.
template <class T>
concept asio_entry = asio_endpoint<decltype(std::declval<T const&>().endpoint())>;
template <class T>
using item_of = decltype(*std::declval<T const&>().begin());

}  // namespace transport::detail

/// @brief The addresses, with ports, that a name stands for, in the order in which they are tried.
///
/// Made of Asio's: `{tcp::endpoint(...)}`, a vector of them, or what a resolver came to. It is not
/// such a vector itself, since Asio's addresses cost every source that includes cohub.
class endpoint_list
{
public:
    endpoint_list() = default;
    template <transport::detail::asio_endpoint Endpoint>
    endpoint_list(std::initializer_list<Endpoint> all)
    {
        for (auto const& e : all) add(e.data());
    }
    /// @param all a container of Asio's endpoints
    template <class Range>
    requires transport::detail::asio_endpoint<transport::detail::item_of<Range>> endpoint_list(
        Range const& all
    )
    {
        for (auto const& e : all) add(e.data());
    }
    /// @param all what Asio's resolver came to
    template <class Range>
    requires transport::detail::asio_entry<transport::detail::item_of<Range>> endpoint_list(
        Range const& all
    )
    {
        for (auto const& e : all) {
            auto const endpoint = e.endpoint();
            add(endpoint.data());
        }
    }

    bool empty() const noexcept { return bytes_.empty(); }
    std::size_t size() const noexcept
    {
        return bytes_.size() / sizeof(transport::detail::socket_address);
    }
    COHUB_COLD_DECL transport::detail::socket_address operator[](std::size_t at) const noexcept;
    /// @brief Adds an address; one that is neither IPv4 nor IPv6 is none that we could use.
    COHUB_COLD_DECL void add(sockaddr const* address);

private:
    std::string bytes_;
};

namespace transport::detail {

/// Adds what `host` stands for. Blocks, unless `host` is an address in numbers and `flags` says so
/// with AI_NUMERICHOST.
COHUB_COLD_DECL error_code
look_up(char const* host, std::uint16_t port, int flags, endpoint_list& found);

}  // namespace transport::detail

}  // namespace cohub

#if !defined(COHUB_SEPARATE_COMPILATION)
#include <cohub/transport/impl/endpoints.ipp>
#endif

#endif
