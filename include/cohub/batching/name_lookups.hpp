#ifndef COHUB_BATCHING_NAME_LOOKUPS_HPP
#define COHUB_BATCHING_NAME_LOOKUPS_HPP

#include <cohub/call/operation.hpp>
#include <cohub/core/config.hpp>
#include <cohub/transport/client_base.hpp>

#include <boost/smart_ptr/intrusive_ptr.hpp>

namespace cohub::batching {

/// @brief What carries `get_name` of a client whose `options::coalesce` is set: single look-ups of
/// all callers that come within the window go together as one `system.getNames`.
/// @return null if it is not set
COHUB_DECL call::channel_ptr name_lookups_of(
    boost::intrusive_ptr<transport::client_base> const& client
);

}  // namespace cohub::batching

#if !defined(COHUB_SEPARATE_COMPILATION)
#include <cohub/batching/impl/name_lookups.ipp>
#endif

#endif
