#ifndef COHUB_BATCHING_IMPL_NAME_LOOKUPS_IPP
#define COHUB_BATCHING_IMPL_NAME_LOOKUPS_IPP

#include <cohub/batching/detail/name_lookups.hpp>
#include <cohub/batching/name_lookups.hpp>

namespace cohub::inline abi_0_2::batching {

COHUB_DECL call::channel_ptr make_name_lookups(call::channel& client)
{
    // No other channel asks for it.
    boost::intrusive_ptr<detail::name_lookups> const self(
        new detail::name_lookups(&static_cast<transport::client&>(client))
    );
    self->begin_life();
    return self;
}

}  // namespace cohub::inline abi_0_2::batching

#endif
