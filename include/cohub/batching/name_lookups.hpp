#ifndef COHUB_BATCHING_NAME_LOOKUPS_HPP
#define COHUB_BATCHING_NAME_LOOKUPS_HPP

/// @file
/// @internal Names for the rooms of batching; callers use call_options and options::coalesce.

#include <cohub/call/operation.hpp>
#include <cohub/core/config.hpp>

namespace cohub::inline abi_0_2::batching {

/// @brief What carries `get_name` of a client whose `options::coalesce` is set: single lookups of
/// all callers that come within the window go together as one `system.getNames`.
/// @param client a `transport::client`, which makes it for itself; see
/// `channel::shared_by_callers`
COHUB_DECL call::channel_ptr make_name_lookups(call::channel& client);

}  // namespace cohub::inline abi_0_2::batching

#if !defined(COHUB_SEPARATE_COMPILATION)
#include <cohub/batching/impl/name_lookups.ipp>
#endif

#endif
