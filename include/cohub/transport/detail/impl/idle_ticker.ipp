#ifndef COHUB_TRANSPORT_DETAIL_IMPL_IDLE_TICKER_IPP
#define COHUB_TRANSPORT_DETAIL_IMPL_IDLE_TICKER_IPP

#include <cohub/transport/detail/idle_ticker.hpp>

#include <algorithm>
#include <memory>
#include <new>

namespace cohub::inline abi_0_2::transport::detail {

COHUB_DECL idle_ticker* idle_ticker::current() noexcept
{
    static std::atomic<idle_ticker*> ticker{nullptr};
    idle_ticker* t = ticker.load(std::memory_order_acquire);
    if (t != nullptr && t->fork_count_ == platform::fork_count()) return t;
    auto* const made = new (std::nothrow) idle_ticker;
    if (made == nullptr) return nullptr;
    if (ticker.compare_exchange_strong(t, made, std::memory_order_acq_rel)) return made;
    delete made;  // another thread was faster
    return t;
}

COHUB_DECL void idle_ticker::begin(time_point due) noexcept
{
    if (running_) {
        if (due < wakes_at_) changed_.notify_one();
        return;
    }
    try {
        // The ticker is never destroyed.
        platform::start_thread([](void* t) { static_cast<idle_ticker*>(t)->run(); }, this).detach();
        running_ = true;
        wakes_at_ = due;
    } catch (...) {
        // There is no thread, or no memory for one. Idle connections then end before their next
        // use.
    }
}

COHUB_DECL void idle_ticker::run() noexcept
{
    std::unique_lock lock(mutex_);
    while (!listeners_.empty()) {
        auto const now = std::chrono::steady_clock::now();
        wakes_at_ = time_point::max();
        for (listener *l = listeners_.first(), *next = nullptr; l != nullptr; l = next) {
            next = listeners_.after(*l);
            if (l->remind_at > now) {
                wakes_at_ = std::min(wakes_at_, l->remind_at);
                continue;
            }
            if (l->tick()) {
                listeners_.erase(*l);
                l->set_in = nullptr;
                continue;
            }
            constexpr time_point::duration again = std::chrono::milliseconds(100);
            l->remind_at = now + again;
            wakes_at_ = std::min(wakes_at_, l->remind_at);
        }
        if (!listeners_.empty()) changed_.wait_until(lock, wakes_at_);
    }
    running_ = false;
}

}  // namespace cohub::inline abi_0_2::transport::detail

#endif
