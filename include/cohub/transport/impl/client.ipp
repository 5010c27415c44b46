#ifndef COHUB_TRANSPORT_IMPL_CLIENT_IPP
#define COHUB_TRANSPORT_IMPL_CLIENT_IPP

#include <cohub/call/answer.hpp>
#include <cohub/core/text.hpp>
#include <cohub/transport/client.hpp>
#include <cohub/transport/detail/request_rules.hpp>

#include <boost/asio/error.hpp>

#include <algorithm>
#include <charconv>
#include <utility>

namespace cohub::inline abi_0_2::transport {

using detail::core_lock;

// ---- calls -------------------------------------------------------------------------------------

COHUB_DECL void client::start(operation& op)
{
    core_lock lock(*this);
    try {
        begin(op);
    } catch (...) {
        // Without memory to begin it, there is no call: the caller gets the exception.
        discard(op);
        throw;
    }
    lock.dispatch(core_lock::from::elsewhere);
}

COHUB_DECL call::channel_ptr client::shared_by_callers(
    call::room which, call::channel_maker make_it
)
{
    if (refuses_calls_) return this;
    if (which == call::room::names) {
        if (options_.coalesce.carrier() != nullptr)
            make_it = options_.coalesce.carrier();
        else if (options_.coalesce.window.count() <= 0)
            return this;
    }
    core_lock lock(*this);
    auto& r = rooms_[static_cast<std::size_t>(which)];
    if (!r && !draining_) r = make_it(*this);
    call::channel_ptr const found = r ? r : this;
    lock.dispatch(core_lock::from::elsewhere);
    return found;
}

COHUB_DECL void client::forget(std::string_view subject)
{
    call::channel_ptr names;
    {
        core_lock const lock(*this);
        names = rooms_[static_cast<std::size_t>(call::room::names)];
    }
    if (names) names->forget(subject);
}

COHUB_DECL void client::begin(operation& op)
{
    if (op.req.is_close) return begin_close(op);
    op.order = next_order_++;
    op.attempt_began = now_;
    first_key(op);
    op.since = now_;
    op.at = stage::queued;
    calls_.push_back(op);
    if (!op.req.problem.empty())
        return refuse(op, errc::invalid_argument, std::move(op.req.problem));
    if (op.req.body.size() + (op.req.is_rpc ? 1 : 0) > options_.limits.max_request)
        return refuse(
            op,
            errc::invalid_argument,
            cohub::detail::concat(
                {"the request has ",
                 std::to_string(op.req.body.size()),
                 " bytes, limits.max_request is ",
                 std::to_string(options_.limits.max_request),
                 "; ask for less at once"}
            )
        );
    if (closed_) return refuse(op, errc::client_closed, {});
    if (draining_ && !op.req.sent_while_draining)
        return refuse(
            op, errc::client_closed, "it takes no new calls, because it was asked to close"
        );
    set_deadline(op);
    op.max_attempts = options_.retry.max_attempts;
    int const retries = op.req.options.retries();
    if (retries >= 0) op.max_attempts = std::min(retries, 1'000'000) + 1;
    if (op.deadline <= now_)
        return end_call(
            op, failure(errc::timeout, "the deadline had passed before the call began")
        );
    if (pool_.waiting() >= options_.pool.max_waiting) {
        ++counters_.refused;
        return end_call(
            op,
            failure(
                errc::overloaded,
                cohub::detail::concat(
                    {std::to_string(pool_.waiting()), " calls wait already (pool.max_waiting)"}
                )
            )
        );
    }
    budget_.call_began(now_);
    if (calls_under_way() == 1) pool_.connect_at_once();  // the earlier failures were not its own
    for (auto const& [name, value] : op.req.options.headers())
        if (std::string why = detail::header_problem(name, value.reveal()); !why.empty())
            return refuse(op, errc::invalid_argument, std::move(why));
    timers_.set(op, attempt_end(op, now_));
    begin_attempt(op);
}

COHUB_DECL void client::try_now(operation& op)
{
    if (lacks_key_ && op.req.with_key) return wait_for_key(op);
    op.enter(stage::queued, now_);
    if (options_.hooks.add_headers && !op.is_prepared) return prepare(op);
    // A call that has not waited is sent, whatever the estimate is. But it is not sent during a
    // silence, nor before calls that wait for its end.
    if (service_.is_silent() && pool_.idle() != 0) {
        if (pool_.waiting() != 0) return hold(op);
        auto const outlook = prospect_of(op);
        if (outlook == prospect::none) return end_late(op);
        if (outlook == prospect::waits) return hold(op);
    }
    while (auto* const m = pool_.acquire(op, now_))
        if (send_on(op, static_cast<connection&>(*m))) return;
    op.had_room = pool_.has_room_for_all();
}

/// Gives the connection to this waiter, or to the next one that can still be answered in time.
COHUB_DECL void client::serve(call::waiter* w, connection& c) noexcept
{
    for (int late = 0; w != nullptr; w = pool_.pass_on(c, now_)) {
        auto& op = static_cast<operation&>(*w);
        auto const outlook = prospect_of(op);
        if (outlook == prospect::waits) {
            pool_.set_aside(c, now_);
            hold(op);
            break;
        }
        if (outlook == prospect::none) {
            end_late(op);
            if (++late != detail::calls_a_turn) continue;
            pool_.set_aside(c, now_);
            serving_left_ = true;
            break;
        }
        if (send_on(op, c)) return;
        try {
            try_now(op);
            // Its connection was dead: serve the next one now, and not only when a silence ends.
            if (pool_.is_waiting(op) && pool_.idle() != 0) {
                held_ = false;
                serving_left_ = true;
            }
        } catch (...) {
            // Without memory for a place in the queue, only this call ends.
            discard(op);
            finish(op, detail::current_failure().code);
        }
        return;
    }
    became_idle(c);
}

inline void client::became_idle(connection& c) noexcept
{
    try {
        set_pool_timer();
    } catch (...) {
        drop(c, false);
    }
}

/// @return false if the connection had been closed: it is dropped, and the call has not been served
COHUB_DECL bool client::send_on(operation& op, connection& c)
{
    bool const reused = c.life().exchanges() != 0;
    c.call = &op;
    c.asked = now_;
    op.connection = &c;
    use_key(op);
    if (!reused) book_connecting(op, c);
    op.enter(stage::writing, now_);
    bool stands = true;
    try {
        if (auto const end = attempt_end(op, now_); end < op.due()) timers_.set(op, end);
        write_request(op);
        stands = c.request(request_);
    } catch (...) {
        // An error of the library ends only this connection and this call.
        c.fail(detail::current_failure());
        return true;
    }
    if (!stands) {
        c.call = nullptr;
        op.connection = nullptr;
        drop(c, false);
        return false;
    }
    if (reused) ++counters_.reused;
    if (op.connection == &c) {
        op.sent = op.sent || c.life().request_sent();
        op.enter(c.life().current_stage(), now_);
    }
    return true;
}

COHUB_DECL void client::write_request(operation const& op)
{
    char digits[24];
    std::string_view timeout;
    if (op.req.is_rpc && op.tells_timeout) {
        auto left = std::chrono::ceil<std::chrono::milliseconds>(attempt_end(op, now_) - now_);
        if (op.req.expected_duration.count() != 0) left = std::min(left, op.req.expected_duration);
        auto const ms = std::max<std::int64_t>(1, left.count());
        auto const end = std::to_chars(digits, digits + sizeof digits, ms).ptr;
        timeout = {digits, static_cast<std::size_t>(end - digits)};
    }
    head_.write(op.req, timeout, op.extras.get(), request_);
}

COHUB_DECL void client::cancel(operation& op, boost::asio::cancellation_type type) noexcept
{
    using boost::asio::cancellation_type;
    core_lock lock(*this);
    if (op.req.is_close && !op.finished) {
        // Nobody waits any more, but the client closes nevertheless.
        closing_.erase(op);
        finish(op, make_error_code(errc::cancelled));
    }
    bool const at_any_price = (type & (cancellation_type::terminal | cancellation_type::partial)) !=
                              cancellation_type::none;
    // While an answer is being decoded, its consequences are not known yet.
    if (op.answered) op.is_cancelled = op.is_cancelled || at_any_price || op.safe();
    if (!op.finished && !op.answered) {
        auto* const c = static_cast<connection*>(op.connection);
        bool const sent = op.sent || (c != nullptr && c->life().request_sent());
        // "total" guarantees that nothing has happened. This is true if nothing was sent, or if the
        // call only reads.
        if (at_any_price || !sent || op.safe()) end_call(op, failure(errc::cancelled));
    }
    lock.dispatch(core_lock::from::elsewhere);
}

COHUB_DECL void client::give_up(std::string_view subject) noexcept
{
    core_lock lock(*this);
    auto* op = calls_.first();
    while (op != nullptr && op->req.subject != subject) op = calls_.after(*op);
    if (op != nullptr) end_call(*op, failure(errc::cancelled));
    lock.dispatch(core_lock::from::elsewhere);
}

COHUB_DECL void client::refuse(operation& op, errc why, std::string text)
{
    finish(op, std::make_unique<failure>(why, std::move(text)));
}

/// Ends a call from outside: deadline, cancellation, close.
COHUB_DECL void client::end_call(operation& op, failure const& why) noexcept
{
    stage at = op.at;
    detail::connection_ptr const c(static_cast<connection*>(op.connection));
    if (c)
        at = c->life().current_stage();
    else if (auto* const awaited = awaited_by(op)) {
        book_connecting(op, *awaited);
        at = awaited->life().current_stage();
    }
    if (at != op.at) op.enter(at, now_);
    // As in exchange: the server may be unable to handle the offered session.
    if (why.code == errc::timeout && at == stage::handshaking && tls_) tls_->forget_sessions();
    if (why.code == errc::timeout) not_answered(op);
    discard(op);
    if (at != stage::queued && at != stage::backing_off) ++op.attempts;
    // Between two attempts, the last one has been reported already.
    bool const was_told = at == stage::backing_off || op.error != nullptr;
    try {
        auto f = std::make_unique<failure>(why);
        f->at = at;
        if (!was_told) trace_attempt(op, f.get(), c.get(), std::nullopt);
        finish(op, std::move(f));
    } catch (...) {
        finish(op, why.code);
    }
}

/// Takes from a call what it has: its place, or its connection, which then cannot be used any more.
COHUB_DECL void client::discard(operation& op) noexcept
{
    timers_.remove(op);
    if (op_list::holds(op)) calls_.erase(op);
    if (auto* const c = static_cast<connection*>(op.connection)) {
        op.sent = op.sent || c->life().request_sent();
        book(op, *c);
        op.connection = nullptr;
        c->call = nullptr;
        drop(*c, false);
        return;
    }
    if (std::exchange(op.awaits_key, false)) return awaiting_key_.erase(op);
    pool_.detach(op);
}

/// The connection in the making that this call will probably get.
COHUB_DECL client::connection* client::awaited_by(operation& op) noexcept
{
    if (!pool_.is_waiting(op)) return nullptr;
    return static_cast<connection*>(pool_.connecting_at(pool_.position(op, pool_.connecting())));
}

COHUB_DECL void client::attempt_failed(
    operation& op, failure&& f, connection const* c, bool stage_limit
) noexcept
{
    ++op.attempts;
    call::attempt a;
    a.declared = op.safe() ? retry::safe : retry::never;
    a.sent = op.sent;
    a.made = op.attempts;
    a.reused = c != nullptr && c->life().exchanges() > 1;
    a.stage_limit = stage_limit;
    a.temporary = f.cause == boost::asio::error::host_not_found_try_again;
    retry_options rules = options_.retry;
    rules.max_attempts = op.max_attempts;
    call::next_try next;
    if (!closed_) next = call::decide(rules, a, f, now_, op.deadline, random());
    if (next.again && op.is_cancelled) {
        next = {};
        f.code = errc::cancelled;
    }
    error_code const code = f.code;
    try {
        if (op.sent && !next.free) hold_back(op, next, f);
        if (next.again && !next.free) ++counters_.repeated;
        bool const renews = !next.again && may_renew_key(op, f);
        trace_attempt(
            op,
            &f,
            c,
            next.again || renews ? std::optional<std::chrono::nanoseconds>(next.wait) : std::nullopt
        );
        if (renews) return renew_key(op, std::move(f));
        if (!next.again) return finish(op, std::make_unique<failure>(std::move(f)));
        if (next.free) --op.attempts;
        if (next.wait.count() == 0) {
            timers_.set(op, op.deadline);  // it was removed after the last answer
            return begin_attempt(op);
        }
        op.enter(stage::backing_off, now_);
        op.backing_off = true;
        timers_.set(op, now_ + next.wait);
    } catch (...) {
        discard(op);
        finish(op, code);
    }
}

}  // namespace cohub::inline abi_0_2::transport

#endif
