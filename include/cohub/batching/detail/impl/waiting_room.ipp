#ifndef COHUB_BATCHING_DETAIL_IMPL_WAITING_ROOM_IPP
#define COHUB_BATCHING_DETAIL_IMPL_WAITING_ROOM_IPP

#include <cohub/batching/detail/waiting_room.hpp>

#include <utility>

namespace cohub::inline abi_0_2::batching::detail {

COHUB_DECL waiting_room::waiting_room(
    boost::intrusive_ptr<transport::client> client, call::room which
)
    : io_core(*this, *client), client_(std::move(client)), which_(which)
{
}

COHUB_DECL waiting_room::~waiting_room() = default;

// ---- callers -----------------------------------------------------------------------------------

COHUB_DECL void waiting_room::admit(operation& op)
{
    op.since = now_;
    op.at = stage::queued;
    op.coalesced = true;
    set_deadline(op);
    calls_.push_back(op);
    try {
        if (closed_ || !client_->takes_calls())
            end(op, errc::client_closed);
        else if (calls_.size() > options_.pool.max_waiting)
            end(op, errc::overloaded);
        else if (op.deadline <= now_)
            end(op, errc::timeout);
        else {
            timers_.set(op, op.deadline);
            hold_client();
            join(op);
        }
    } catch (...) {
        if (!op.finished) {
            timers_.remove(op);
            leave(op);
            calls_.erase(op);
            op.coalesced = false;
            throw;
        }
    }
}

COHUB_DECL void waiting_room::cancel(
    call::operation& op, boost::asio::cancellation_type type
) noexcept
{
    if (!op.coalesced) return client_->cancel(op, type);
    core_lock lock(*this);
    // It only reads, so that any kind of cancellation will do. What is being decoded has come.
    if (!op.finished && !op.answered) end(op, errc::cancelled);
    lock.dispatch(core_lock::from::elsewhere);
}

COHUB_DECL void waiting_room::end(operation& op, errc why) noexcept
{
    leave(op);
    try {
        auto f = std::make_unique<failure>(why);
        f->at = op.at;
        finish(op, std::move(f));
    } catch (...) {
        finish(op, make_error_code(why));
    }
}

COHUB_DECL void waiting_room::fail(operation& op, failure const& why) noexcept
{
    op.attempts = why.attempts;
    op.sent = op.sent || why.maybe_sent;
    try {
        finish(op, std::make_unique<failure>(why));
    } catch (...) {
        finish(op, why.code);
    }
}

// ---- time, and the end -------------------------------------------------------------------------

COHUB_DECL void waiting_room::timer_due(timer_node& node) noexcept
{
    if (node.what() == timer_node::role::call)
        return end(static_cast<operation&>(node), errc::timeout);
    own_timer_due(node);
}

COHUB_DECL void waiting_room::close_from_service() noexcept
{
    core_lock lock(*this);
    shutdown(failure(errc::client_closed));
    lock.dispatch(core_lock::from::elsewhere);
}

COHUB_DECL void waiting_room::shutdown(failure const& why) noexcept
{
    closed_ = true;
    drop_all(why);
    detach();
}

COHUB_DECL void waiting_room::drop_all(failure const& why) noexcept
{
    forget_all();
    while (!calls_.empty()) fail(calls_.front(), why);
    if (!abandoned_) hold_client();
}

}  // namespace cohub::inline abi_0_2::batching::detail

#endif
