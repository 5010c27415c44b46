#ifndef COHUB_TRANSPORT_DETAIL_IMPL_CLIENT_SERVICE_IPP
#define COHUB_TRANSPORT_DETAIL_IMPL_CLIENT_SERVICE_IPP

#include <cohub/transport/detail/client_service.hpp>
#include <cohub/transport/detail/io_core.hpp>

#include <thread>

namespace cohub::transport::detail {

COHUB_DECL void client_service::add(io_core& c)
{
    std::lock_guard lock(mutex_);
    clients_.push_back(c);
}

COHUB_DECL void client_service::remove(io_core& c) noexcept
{
    std::lock_guard lock(mutex_);
    if (clients_.holds(c)) clients_.erase(c);
}

COHUB_DECL void client_service::shutdown()
{
    for (;;) {
        std::unique_lock lock(mutex_);
        if (clients_.empty()) return;
        io_core& last = clients_.back();
        if (!last.self().add_ref_unless_last()) {
            // Another thread destroys it, and takes it out of the list.
            lock.unlock();
            std::this_thread::yield();
            continue;
        }
        core_ref const c(last, core_ref::adopt());
        clients_.erase(last);
        lock.unlock();
        c->abandon();
    }
}

COHUB_DECL void client_service::notify_fork(boost::asio::execution_context::fork_event e)
{
    if (e != boost::asio::execution_context::fork_child) return;
    for (auto const& c : all()) core_lock(*c).dispatch(core_lock::from::elsewhere);
}

COHUB_DECL void client_service::close_all()
{
    for (auto const& c : all()) c->close_from_service();
}

COHUB_DECL std::vector<core_ref> client_service::all()
{
    std::vector<core_ref> found;
    std::lock_guard lock(mutex_);
    found.reserve(clients_.size());
    for (auto* c = clients_.first(); c != nullptr; c = clients_.after(*c))
        if (c->self().add_ref_unless_last()) found.emplace_back(*c, core_ref::adopt());
    return found;
}

}  // namespace cohub::transport::detail

#endif
