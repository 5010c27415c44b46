#ifndef COHUB_TRANSPORT_IMPL_CLIENT_READS_IPP
#define COHUB_TRANSPORT_IMPL_CLIENT_READS_IPP

// Part of the client: its support for reads that are shared or hedged. Only the code that carries
// such reads includes this file.

#include <cohub/transport/client.hpp>

#include <memory>

namespace cohub::inline abi_0_2::transport {

COHUB_DECL client::hedge client::start_hedge(operation& op, operation const& first)
{
    core_lock lock(*this);
    auto const came_of_it = begin_hedge(op, first);
    lock.dispatch(core_lock::from::elsewhere);
    return came_of_it;
}

COHUB_DECL client::hedge client::begin_hedge(operation& op, operation const& first)
{
    bool const has_answer = first.answered && !first.in_preparation;
    if (closed_ || first.finished || has_answer) return hedge::never;
    auto const* const c = static_cast<connection const*>(first.connection);
    bool const is_waiting =
        c != nullptr && !first.answered && c->life().request_sent() && !c->life().answer_began();
    std::size_t const open = pool_.idle() + pool_.busy() + pool_.connecting();
    bool const has_room = pool_.idle() != 0 || open < options_.pool.max_connections;
    bool const held_back = hold_until_ > now_ || service_.is_silent() || pool_.waiting() != 0;
    if (!is_waiting || !has_room || held_back) return hedge::later;
    if (!has_no_budget() && !budget_.take(now_)) {
        ++counters_.over_budget;
        return hedge::never;
    }
    op.order = next_order_++;
    first_key(op);
    op.since = now_;
    op.at = stage::queued;
    op.deadline = first.deadline;
    op.tells_timeout = first.tells_timeout;
    // It counts as the attempt after the one under way, and has no further attempts.
    op.attempts = first.attempts + 1;
    op.max_attempts = op.attempts + 1;
    calls_.push_back(op);
    try {
        if (first.extras) {
            op.extras = std::make_unique<call::attempt_extras>();
            op.extras->trace_id = first.extras->trace_id;
        }
        timers_.set(op, op.deadline);
        begin_attempt(op);
    } catch (...) {
        discard(op);
        throw;
    }
    ++counters_.hedged;
    return hedge::sent;
}

COHUB_DECL void client::hide_secrets(failure& f, operation const& of)
{
    core_lock const lock(*this);
    if (masks_key_of(of)) {
        for (auto* const text : {&f.server_message, &f.detail, &f.path}) mask(*text, of);
        return;
    }
    // It is not known any more what was secret.
    f.server_message.clear();
    f.detail.clear();
    f.path.clear();
}

}  // namespace cohub::inline abi_0_2::transport

#endif
