#ifndef COHUB_BATCHING_IMPL_NAME_CACHE_IPP
#define COHUB_BATCHING_IMPL_NAME_CACHE_IPP

#include <cohub/batching/detail/cached_lookups.hpp>
#include <cohub/batching/name_cache.hpp>

namespace cohub::inline abi_0_2::batching {

COHUB_DECL call::channel_ptr name_cache::make(call::channel& client)
{
    // No other channel asks for it.
    boost::intrusive_ptr<detail::cached_lookups> const self(
        new detail::cached_lookups(&static_cast<transport::client&>(client))
    );
    self->begin_life();
    return self;
}

}  // namespace cohub::inline abi_0_2::batching

#endif
