#ifndef COHUB_TRANSPORT_DETAIL_IMPL_ADDRESS_ORDER_IPP
#define COHUB_TRANSPORT_DETAIL_IMPL_ADDRESS_ORDER_IPP

#include <cohub/transport/detail/address_order.hpp>

#include <algorithm>
#include <utility>

namespace cohub::inline abi_0_2::transport::detail {

COHUB_DECL void address_order::interleave(endpoints& addresses)
{
    endpoints first, other;
    for (auto const& e : addresses)
        (e.protocol() == addresses.front().protocol() ? first : other).push_back(e);
    auto to = addresses.begin();
    for (std::size_t i = 0; i != std::max(first.size(), other.size()); ++i) {
        if (i < first.size()) *to++ = first[i];
        if (i < other.size()) *to++ = other[i];
    }
}

inline bool address_order::failed(boost::asio::ip::tcp::endpoint const& e, clock::time_point now)
    const noexcept
{
    for (std::size_t i = 0; i != failed_count_; ++i)
        if (failed_[i].until > now && failed_[i].address == e) return true;
    return false;
}

COHUB_DECL void address_order::apply(endpoints& addresses, clock::time_point now)
{
    if (failed_count_ == 0) return;
    endpoints healthy, last;
    for (auto const& e : addresses) (failed(e, now) ? last : healthy).push_back(e);
    for (auto const& e : last) healthy.push_back(e);
    addresses.swap(healthy);
}

COHUB_DECL void address_order::connected(
    endpoints const& addresses, std::size_t winner, clock::time_point now
) noexcept
{
    forget(addresses[winner]);
    for (std::size_t i = 0; i != winner; ++i) {
        forget(addresses[i]);
        if (failed_count_ == most_remembered) {
            auto const oldest = failed_[0].address;
            forget(oldest);
        }
        failed_[failed_count_++] = {addresses[i], now + memory};
    }
}

inline void address_order::forget(boost::asio::ip::tcp::endpoint const& e) noexcept
{
    std::size_t kept = 0;
    for (std::size_t i = 0; i != failed_count_; ++i)
        if (failed_[i].address != e) failed_[kept++] = failed_[i];
    failed_count_ = kept;
}

}  // namespace cohub::inline abi_0_2::transport::detail

#endif
