#ifndef COHUB_BATCHING_READS_HPP
#define COHUB_BATCHING_READS_HPP

/// @file
/// @internal Names for the rooms of batching; callers use call_options and options::coalesce.

#include <cohub/call/operation.hpp>
#include <cohub/core/config.hpp>

namespace cohub::inline abi_0_2::batching {

/// @brief What carries calls with `call_options::shared` or `hedge_after`, which name it.
class read_room
{
public:
    /// @param client a `transport::client`, which makes it for itself; see
    /// `channel::shared_by_callers`
    COHUB_DECL static call::channel_ptr make(call::channel& client);
};

}  // namespace cohub::inline abi_0_2::batching

#if !defined(COHUB_SEPARATE_COMPILATION)
#include <cohub/batching/impl/reads.ipp>
#endif

#endif
