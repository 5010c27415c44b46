#ifndef COHUB_TRANSPORT_DETAIL_ADDRESS_ORDER_HPP
#define COHUB_TRANSPORT_DETAIL_ADDRESS_ORDER_HPP

#include <cohub/core/clock.hpp>
#include <cohub/core/config.hpp>
#include <cohub/transport/options.hpp>

#include <boost/asio/ip/tcp.hpp>

#include <cstddef>

namespace cohub::inline abi_0_2::transport::detail {

/// @brief The order in which the addresses of a name are tried (RFC 8305), and the memory of
/// earlier connections: an address that had to be replaced by another one comes last for a while.
///
/// An address that worked is not moved to the front: several healthy addresses share the load, as
/// their order says.
class address_order
{
public:
    using endpoints = hooks::endpoints;

    static constexpr clock::duration memory = std::chrono::minutes(5);
    static constexpr std::size_t most_remembered = 16;

    /// @brief IPv6 and IPv4 alternate, beginning with the protocol of the first address.
    /// @throws std::bad_alloc if there is no memory
    COHUB_DECL static void interleave(endpoints& addresses);

    /// @brief Moves addresses that failed to the end.
    /// @throws std::bad_alloc if there is no memory
    COHUB_DECL void apply(endpoints& addresses, clock::time_point now);

    /// @brief The address number `winner` is connected. Those before it were begun earlier and are
    /// not.
    COHUB_DECL void connected(
        endpoints const& addresses, std::size_t winner, clock::time_point now
    ) noexcept;

private:
    struct entry
    {
        boost::asio::ip::tcp::endpoint address;
        clock::time_point until;
    };
    bool failed(boost::asio::ip::tcp::endpoint const& e, clock::time_point now) const noexcept;
    void forget(boost::asio::ip::tcp::endpoint const& e) noexcept;

    entry failed_[most_remembered];  // oldest first
    std::size_t failed_count_ = 0;
};

}  // namespace cohub::inline abi_0_2::transport::detail

#if !defined(COHUB_SEPARATE_COMPILATION)
#include <cohub/transport/detail/impl/address_order.ipp>
#endif

#endif
