#ifndef COHUB_TRANSPORT_DETAIL_IMPL_CLIENT_SERVICE_IPP
#define COHUB_TRANSPORT_DETAIL_IMPL_CLIENT_SERVICE_IPP

#include <cohub/transport/detail/client_service.hpp>
#include <cohub/transport/detail/io_core.hpp>

#include <thread>

namespace cohub::inline abi_0_2::transport::detail {

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
            // Another thread destroys it, and removes it from the list.
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
    for_each([](io_core& c) { core_lock(c).dispatch(core_lock::from::elsewhere); });
}

COHUB_DECL void client_service::close_all() noexcept
{
    for_each([](io_core& c) { c.close_from_service(); });
}

/// Runs without the service's lock. A client that has been visited moves to the end of the list. A
/// client that is added meanwhile is not visited. If one is removed meanwhile, another one may be
/// visited twice.
COHUB_DECL void client_service::for_each(void (*what)(io_core&)) noexcept
{
    std::unique_lock lock(mutex_);
    for (std::size_t left = clients_.size(); left != 0 && !clients_.empty(); --left) {
        io_core& next = clients_.pop_front();
        clients_.push_back(next);
        if (!next.self().add_ref_unless_last()) continue;  // another thread is destroying it
        lock.unlock();
        what(*core_ref(next, core_ref::adopt()));
        lock.lock();
    }
}

}  // namespace cohub::inline abi_0_2::transport::detail

#endif
