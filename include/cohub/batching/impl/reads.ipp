#ifndef COHUB_BATCHING_IMPL_READS_IPP
#define COHUB_BATCHING_IMPL_READS_IPP

#include <cohub/batching/detail/reads.hpp>
#include <cohub/batching/reads.hpp>

namespace cohub::inline abi_0_2::batching {

COHUB_DECL call::channel_ptr read_room::make(call::channel& client)
{
    // No other channel asks for it.
    boost::intrusive_ptr<detail::reads> const self(
        new detail::reads(&static_cast<transport::client&>(client))
    );
    self->begin_life();
    return self;
}

}  // namespace cohub::inline abi_0_2::batching

#endif
