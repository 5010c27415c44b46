#ifndef COHUB_TRANSPORT_DETAIL_IMPL_IO_CORE_OUTCOMES_IPP
#define COHUB_TRANSPORT_DETAIL_IMPL_IO_CORE_OUTCOMES_IPP

// Of what clients and streams have in common: what is told of a call that has ended, and what is
// not to be read in it.

#include <cohub/core/text.hpp>
#include <cohub/transport/detail/io_core.hpp>

#include <algorithm>
#include <iterator>
#include <utility>

namespace cohub::transport::detail {

// ---- outcomes ----------------------------------------------------------------------------------

COHUB_DECL void io_core::finish(operation& op, std::unique_ptr<failure> f) noexcept
{
    timers_.remove(op);
    op.finished = true;
    bool const went_with_old_key = !op.req.is_close && is_old_key(op);
    op.enter(stage::none, now_);
    if (op_list::holds(op)) calls_.erase(op);
    op.error = std::move(f);
    if (op.error) try {
            fill_in(*op.error, op);
        } catch (...) {
            // What is known already has to do; nothing unmasked may be shown.
            op.bare_error = op.error->code;
            op.error.reset();
        }
    if (went_with_old_key) leave_key(op);
    trace_call(op);
    done_.push_back(op);
}

COHUB_DECL void io_core::finish(operation& op, error_code why) noexcept
{
    try {
        auto f = std::make_unique<failure>();
        f->code = why;
        finish(op, std::move(f));
    } catch (...) {
        op.bare_error = why;
        finish(op, std::unique_ptr<failure>());
    }
}

COHUB_DECL void io_core::fill_in(failure& f, operation& op)
{
    f.where = op.req.name;
    f.origin = origin_text_;
    f.attempts = op.attempts;
    f.maybe_sent = op.sent;
    f.spent = op.spent;
    mask_all(f, op);
}

COHUB_DECL void io_core::mask(std::string& text, operation const& op) const { mask_all(text, op); }

template <class Text>
void io_core::mask_all(Text& text, operation const& op) const
{
    for (auto const& k : keys_) k.masks.mask(text);
    for (auto const& m : header_masks_) m.mask(text);
    std::list<redaction> of_call;
    for (auto const& [name, value] : op.req.options.headers())
        add_masks(of_call, name, value.reveal());
    if (op.extras)
        for (auto const& [name, value] : op.extras->headers)
            add_masks(of_call, name, value.reveal());
    for (auto const& m : of_call) m.mask(text);
}

// ---- keys --------------------------------------------------------------------------------------

COHUB_DECL void io_core::change_key(secret&& key)
{
    std::list<known_key> added;
    added.emplace_front(key_number_ + 1, key);
    head_.set_key(std::move(key));
    auto& old = keys_.front();
    old.calls = calls_under_way();
    for (auto k = std::next(keys_.begin()); k != keys_.end(); ++k) old.calls -= k->calls;
    if (old.calls == 0) keys_.pop_front();
    keys_.splice(keys_.begin(), added);
    ++key_number_;
}

COHUB_DECL void io_core::leave_key(operation const& op) noexcept
{
    auto const k = std::find_if(keys_.begin(), keys_.end(), [&](known_key const& one) {
        return one.number == op.key;
    });
    if (k != keys_.end() && --k->calls == 0) keys_.erase(k);
}

COHUB_DECL void io_core::trace(attempt_event&& e) noexcept
{
    try {
        events_.attempts.push_back(std::move(e));
    } catch (...) {
        // An event less is better than a call less.
    }
}

COHUB_DECL void io_core::trace_call(operation const& op) noexcept
{
    if (!options_.hooks.on_call || op.req.is_close || op.req.sent_while_draining) return;
    try {
        call_event e;
        e.method = op.req.name;
        e.origin = origin_text_;
        e.attempts = op.attempts;
        e.error = op.error ? op.error->code : op.bare_error;
        e.http_status = op.error ? op.error->http_status : op.http_status;
        e.spent = op.spent;
        e.bytes_sent = op.bytes_sent;
        e.bytes_received = op.bytes_received;
        e.new_connection = op.new_connection;
        e.traceparent = traceparent_of(op);
        events_.calls.push_back(std::move(e));
    } catch (...) {
        // An event less is better than a call less.
    }
}

COHUB_DECL std::string_view io_core::traceparent_of(operation const& op) const noexcept
{
    auto const in = [](header_list const& list) -> std::string_view {
        for (auto const& [name, value] : list)
            if (cohub::detail::iequals(name, "traceparent")) return value.reveal();
        return {};
    };
    if (op.extras) {
        if (auto const own = in(op.extras->headers); !own.empty()) return own;
        if (!op.extras->traceparent.empty()) return op.extras->traceparent;
    }
    if (auto const own = in(op.req.options.headers()); !own.empty()) return own;
    for (auto const& [name, value] : options_.headers)
        if (cohub::detail::iequals(name, "traceparent")) return value;
    return {};
}

}  // namespace cohub::transport::detail

#endif
