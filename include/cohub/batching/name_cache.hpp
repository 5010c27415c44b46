#ifndef COHUB_BATCHING_NAME_CACHE_HPP
#define COHUB_BATCHING_NAME_CACHE_HPP

/// @file
/// @internal Names for the rooms of batching; callers use call_options and options::coalesce.

#include <cohub/call/operation.hpp>
#include <cohub/core/config.hpp>

namespace cohub::inline abi_0_2::batching {

/// @brief What carries `get_name` of a client with `coalesce_options::cache`, which names it.
class name_cache
{
public:
    /// @param client a `transport::client`, which makes it for itself; see
    /// `channel::shared_by_callers`
    COHUB_DECL static call::channel_ptr make(call::channel& client);
};

}  // namespace cohub::inline abi_0_2::batching

#if !defined(COHUB_SEPARATE_COMPILATION)
#include <cohub/batching/impl/name_cache.ipp>
#endif

#endif
