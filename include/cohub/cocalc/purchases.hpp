#ifndef COHUB_COCALC_PURCHASES_HPP
#define COHUB_COCALC_PURCHASES_HPP

#include <cohub/cocalc/rpc.hpp>

namespace cohub::inline abi_0_2 {

/// @brief The account's money; `hub.purchases()`.
class purchases_api : public cocalc::group
{
public:
    using cocalc::group::group;

    /// @brief Tells the account's balance; below zero it owes.
    /// @errors errc::unauthorized; transport errors
    /// @retry safe
    /// @source cocalc packages/conat/hub/api/purchases.ts, getBalance
    template <class... Args>
    requires call_args<Args...>
    auto get_balance(Args&&... args) const
    {
        return rpc_plain<double>("purchases.getBalance", retry::safe, std::forward<Args>(args)...);
    }

    /// @brief Tells the least that the balance may be; 0 unless the site set another.
    /// @errors errc::unauthorized; transport errors
    /// @retry safe
    /// @source cocalc packages/conat/hub/api/purchases.ts, getMinBalance
    template <class... Args>
    requires call_args<Args...>
    auto get_min_balance(Args&&... args) const
    {
        return rpc_plain<double>(
            "purchases.getMinBalance", retry::safe, std::forward<Args>(args)...
        );
    }
};

}  // namespace cohub::inline abi_0_2

#endif
