#ifndef COHUB_TRANSPORT_DETAIL_IMPL_ANSWER_SLOT_IPP
#define COHUB_TRANSPORT_DETAIL_IMPL_ANSWER_SLOT_IPP

#include <cohub/transport/detail/answer_slot.hpp>

#include <exception>
#include <utility>

namespace cohub::inline abi_0_2::transport::detail {

COHUB_DECL std::uint64_t answer_slot::begin()
{
    if (!ticket_) {
        ticket_.reset(new ticket);
        ticket_->to = &listener_;
    }
    std::lock_guard lock(ticket_->mutex);
    busy_ = true;
    ticket_->answered = false;
    ticket_->given = {};
    return ++ticket_->number;
}

COHUB_DECL void answer_slot::put(ticket_ptr const& to, std::uint64_t number, answer&& a) noexcept
{
    std::lock_guard lock(to->mutex);
    if (to->to == nullptr || number != to->number || to->answered) return;
    to->answered = true;
    to->given = std::move(a);
    to->to->answer_came();
}

COHUB_DECL void answer_slot::put_exception(
    ticket_ptr const& to, std::uint64_t number, error_code why
) noexcept
{
    answer a{why};
    try {
        try {
            throw;
        } catch (std::exception const& x) {
            a.thrown = cohub::detail::escaped(x.what(), 200);
        } catch (...) {
            a.thrown = "something that is no std::exception";
        }
        if (a.thrown.empty()) a.thrown = "an exception without a text";
    } catch (...) {
        // Without memory for the text, `why` alone remains.
        a.thrown.clear();
    }
    put(to, number, std::move(a));
}

COHUB_DECL bool answer_slot::take(answer& a)
{
    if (!ticket_) return false;
    std::lock_guard lock(ticket_->mutex);
    if (!std::exchange(ticket_->answered, false) || !std::exchange(busy_, false)) return false;
    a = std::move(ticket_->given);
    return true;
}

COHUB_DECL void answer_slot::stop() noexcept
{
    if (!ticket_) return;
    std::lock_guard lock(ticket_->mutex);
    ticket_->to = nullptr;
}

COHUB_DECL void answer_slot::begin_anew() noexcept
{
    // A thread that does not exist in this process may hold its lock forever.
    if (ticket_ && ticket_->mutex.try_lock()) {
        std::lock_guard const lock(ticket_->mutex, std::adopt_lock);
        ticket_->to = nullptr;
    }
    ticket_.reset();
    busy_ = false;
}

}  // namespace cohub::inline abi_0_2::transport::detail

#endif
