#ifndef COHUB_COCALC_PURCHASES_HPP
#define COHUB_COCALC_PURCHASES_HPP

#include <cohub/cocalc/rpc.hpp>

namespace cohub {

/// @brief The account's money; `hub.purchases()`.
class purchases_api : public cocalc::group
{
public:
    using cocalc::group::group;

    /// @brief Tells the account's balance; below zero it owes.
    /// @errors errc::unauthorized; transport errors
    /// @retry safe
    /// @source cocalc packages/conat/hub/api/purchases.ts, getBalance
    template <class... Tail>
    requires call_tail<Tail...>
    auto get_balance(Tail&&... tail) const
    {
        return rpc_plain<double>("purchases.getBalance", retry::safe, std::forward<Tail>(tail)...);
    }

    /// @brief Tells the least that the balance may be; 0 unless the site set another.
    /// @errors errc::unauthorized; transport errors
    /// @retry safe
    /// @source cocalc packages/conat/hub/api/purchases.ts, getMinBalance
    template <class... Tail>
    requires call_tail<Tail...>
    auto get_min_balance(Tail&&... tail) const
    {
        return rpc_plain<double>(
            "purchases.getMinBalance", retry::safe, std::forward<Tail>(tail)...
        );
    }
};

}  // namespace cohub

#endif
