#ifndef COHUB_COCALC_PURCHASES_HPP
#define COHUB_COCALC_PURCHASES_HPP

#include <cohub/cocalc/rpc.hpp>

namespace cohub::inline abi_0_2 {

/// @brief The account's balance; `hub.purchases()`.
class purchases_api : public cocalc::group
{
public:
    using cocalc::group::group;

    /// @brief Returns the account's balance. If it is negative, the account owes money.
    /// @errors errc::unauthorized; transport errors
    /// @retry safe
    /// @source cocalc packages/conat/hub/api/purchases.ts, getBalance
    template <class... Args>
    requires call_args<Args...>
    auto get_balance(Args&&... args) const
    {
        return rpc_plain<double>("purchases.getBalance", retry::safe, std::forward<Args>(args)...);
    }

    /// @brief Returns the lowest balance that the account may have; 0 unless the site has set
    /// another value.
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
