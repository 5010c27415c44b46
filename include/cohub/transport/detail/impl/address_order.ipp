#ifndef COHUB_TRANSPORT_DETAIL_IMPL_ADDRESS_ORDER_IPP
#define COHUB_TRANSPORT_DETAIL_IMPL_ADDRESS_ORDER_IPP

#include <cohub/transport/detail/address_order.hpp>

#include <algorithm>
#include <utility>

namespace cohub::transport::detail {

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

inline bool address_order::failed(boost::asio::ip::tcp::endpoint const& e) const noexcept
{
    return std::any_of(failed_.begin(), failed_.end(), [&](auto const& f) {
        return f.address == e;
    });
}

COHUB_DECL void address_order::apply(endpoints& addresses, clock::time_point now)
{
    std::erase_if(failed_, [&](auto const& f) { return f.until <= now; });
    if (failed_.empty()) return;
    // Not std::stable_partition: with clang that of libstdc++ 12 warns of a deprecated function.
    auto const all = addresses;
    auto const is_failed = [this](auto const& e) { return failed(e); };
    auto const end = std::remove_copy_if(all.begin(), all.end(), addresses.begin(), is_failed);
    std::copy_if(all.begin(), all.end(), end, is_failed);
}

COHUB_DECL void address_order::connected(
    endpoints const& addresses, std::size_t winner, clock::time_point now
) noexcept
{
    std::erase_if(failed_, [&](auto const& f) { return f.address == addresses[winner]; });
    for (std::size_t i = 0; i != winner; ++i) {
        std::erase_if(failed_, [&](auto const& f) { return f.address == addresses[i]; });
        if (failed_.size() == most_remembered) failed_.erase(failed_.begin());
        try {
            failed_.push_back({addresses[i], now + memory});
        } catch (...) {
            return;  // to remember less is no harm
        }
    }
}

}  // namespace cohub::transport::detail

#endif
