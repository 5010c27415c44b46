#ifndef COHUB_TRANSPORT_DETAIL_IMPL_IO_CORE_OUTCOMES_IPP
#define COHUB_TRANSPORT_DETAIL_IMPL_IO_CORE_OUTCOMES_IPP

// Part of io_core: the outcome of a call that has ended, and what must not be visible in it.

#include <cohub/core/text.hpp>
#include <cohub/transport/detail/io_core.hpp>

#include <algorithm>
#include <iterator>
#include <utility>

namespace cohub::inline abi_0_2::transport::detail {

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
            // Only the code is kept; nothing without masks may be shown.
            op.bare_error = op.error->code;
            op.error.reset();
        }
    if (went_with_old_key) leave_key(op);
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
    for (std::string* const text : {&f.where, &f.server_message, &f.detail, &f.path})
        mask(*text, op);
}

COHUB_DECL void io_core::mask(std::string& text, operation const& op) const
{
    if (text.empty()) return;
    for (auto const& k : keys_) k.masks.mask(text);
    for (auto const& [name, value] : options_.headers) mask_header(text, name, value);
    auto const mask_all = [&text](header_list const& headers) {
        for (auto const& [name, value] : headers) mask_header(text, name, value.reveal());
    };
    mask_all(op.req.options.headers());
    if (op.extras) mask_all(op.extras->headers);
}

// ---- keys --------------------------------------------------------------------------------------

COHUB_DECL void io_core::change_key(secret&& key)
{
    std::list<known_key> added;
    added.emplace_front(latest_key() + 1, key);
    head_.set_key(std::move(key));
    auto& old = keys_.front();
    old.calls = calls_under_way();
    for (auto k = std::next(keys_.begin()); k != keys_.end(); ++k) old.calls -= k->calls;
    if (old.calls == 0) keys_.pop_front();
    keys_.splice(keys_.begin(), added);
    key_number_.store(latest_key() + 1, std::memory_order_relaxed);
}

COHUB_DECL void io_core::leave_key(operation const& op) noexcept
{
    for (auto k = keys_.begin(); k != keys_.end(); ++k)
        if (k->number == op.key) {
            if (--k->calls == 0) keys_.erase(k);
            return;
        }
}

COHUB_DECL bool io_core::masks_key_of(operation const& op) const noexcept
{
    for (auto const& k : keys_)
        if (k.number == op.key) return true;
    return false;
}

COHUB_DECL void io_core::trace(attempt_event&& e) noexcept
{
    try {
        events_.push_back(std::move(e));
    } catch (...) {
        // Losing an event is better than losing a call.
    }
}

/// Reports a call that is about to be delivered to the hook. Runs without the lock.
COHUB_DECL void io_core::tell_of_call(operation& op, std::exception_ptr& problem) noexcept
{
    auto const& hook = options_.hooks.on_call;
    if (!hook || op.is_told || op.req.is_close || op.req.sent_while_draining) return;
    op.is_told = true;
    call_event e;
    try {
        e.method = op.req.name;
        e.origin = origin_text_;
        e.traceparent = traceparent_of(op);
    } catch (...) {
        return;  // losing an event is better than losing a call
    }
    e.attempts = op.attempts;
    e.error = op.error ? op.error->code : op.bare_error;
    e.http_status = op.error ? op.error->http_status : op.http_status;
    e.spent = op.spent;
    e.bytes_sent = op.bytes_sent;
    e.bytes_received = op.bytes_received;
    e.new_connection = op.new_connection;
    try {
        hook(e);
    } catch (...) {
        // `run()` throws it, after the calls have been reported.
        if (!problem) problem = std::current_exception();
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

}  // namespace cohub::inline abi_0_2::transport::detail

#endif
