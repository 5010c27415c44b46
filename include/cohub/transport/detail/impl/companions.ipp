#ifndef COHUB_TRANSPORT_DETAIL_IMPL_COMPANIONS_IPP
#define COHUB_TRANSPORT_DETAIL_IMPL_COMPANIONS_IPP

#include <cohub/transport/detail/companions.hpp>

namespace cohub::inline abi_0_2::transport::detail {

COHUB_DECL bool companions::add(companion& c) noexcept
{
    std::lock_guard lock(mutex_);
    if (leaving_) return false;
    list_.push_back(c);
    return true;
}

COHUB_DECL bool companions::remove(companion& c) noexcept
{
    std::lock_guard lock(mutex_);
    if (!list_.holds(c)) return false;
    list_.erase(c);
    return leaving_;
}

COHUB_DECL bool companions::empty() const noexcept
{
    std::lock_guard lock(mutex_);
    return list_.empty();
}

COHUB_DECL void companions::refuse_more() noexcept
{
    std::lock_guard lock(mutex_);
    leaving_ = true;
}

COHUB_DECL void companions::send_away() noexcept
{
    std::unique_lock lock(mutex_);
    // A companion that has left is behind those that have not, until it is destroyed.
    for (std::size_t left = list_.size(); left != 0 && !list_.empty(); --left) {
        companion& c = list_.pop_front();
        list_.push_back(c);
        if (!c.kept_by().add_ref_unless_last()) continue;  // it ends by itself
        lock.unlock();
        c.leave();
        intrusive_ptr_release(&c.kept_by());
        lock.lock();
    }
}

}  // namespace cohub::inline abi_0_2::transport::detail

#endif
