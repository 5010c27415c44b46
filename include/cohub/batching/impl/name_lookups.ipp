#ifndef COHUB_BATCHING_IMPL_NAME_LOOKUPS_IPP
#define COHUB_BATCHING_IMPL_NAME_LOOKUPS_IPP

#include <cohub/batching/detail/name_lookups.hpp>
#include <cohub/batching/name_lookups.hpp>

namespace cohub::batching {

COHUB_DECL call::channel_ptr name_lookups_of(
    boost::intrusive_ptr<transport::client_base> const& client
)
{
    // All that a handle holds are clients.
    boost::intrusive_ptr<transport::client> const to(static_cast<transport::client*>(client.get()));
    if (to->coalesce().window <= std::chrono::milliseconds(0)) return nullptr;
    boost::intrusive_ptr<detail::name_lookups> const self(new detail::name_lookups(to));
    self->begin_life();
    return self;
}

}  // namespace cohub::batching

#endif
