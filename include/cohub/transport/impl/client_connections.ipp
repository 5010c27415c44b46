#ifndef COHUB_TRANSPORT_IMPL_CLIENT_CONNECTIONS_IPP
#define COHUB_TRANSPORT_IMPL_CLIENT_CONNECTIONS_IPP

// Part of the client: its connections, its timers, and its end.

#include <cohub/transport/client.hpp>

#include <algorithm>
#include <utility>

namespace cohub::inline abi_0_2::transport {

using detail::core_lock;

// ---- connections -------------------------------------------------------------------------------

COHUB_DECL bool client::after_batch() noexcept
{
    if (ending_calls_) end_calls_of_closed();
    if (charge_.from) charge_waiters();
    if (key_slot_.is_busy() || serving_key_) look_at_keys();
    look_at_held();
    if (std::exchange(serving_left_, false))
        while (!serving_left_ && !held_) {
            auto const next = pool_.take_match(now_);
            if (next.who == nullptr) break;
            serve(next.who, static_cast<connection&>(*next.with));
        }
    if (draining_ && !closed_ && calls_under_way() == 0 && !held_open_)
        shutdown(failure(errc::client_closed));
    if (!closing_.empty() && closed_ && calls_under_way() == 0 && !held_open_ &&
        (!waits_for_companions_ || companions_.empty()))
        tell_closed();
    if (!closed_ && !starting_connects_ && (pool_.has_connects() || connect_timer_.waiting()))
        make_connections();
    return charge_.from != nullptr || ending_calls_ || serving_left_ ||
           serving_key_;  // a connect may have failed immediately
}

/// Begins the connections that the pool needs, and ends those that it does not need any more. Not
/// reentrant: the loop, and not recursion, handles connects that fail immediately.
COHUB_DECL void client::make_connections() noexcept
{
    starting_connects_ = true;
    while (!closed_ && pool_.connects_due(now_) != 0) begin_connection();
    starting_connects_ = false;
    while (auto* const m = pool_.take_unwanted(calls_under_way() != 0, now_))
        drop(static_cast<connection&>(*m), false);
    auto due = pool_.next_connect();
    if (auto const end = pool_.linger_end(); end && (!due || *end < *due)) due = end;
    if (!due) return timers_.remove(connect_timer_);
    if (connect_timer_.waiting() && connect_timer_.due() == *due) return;
    try {
        timers_.set(connect_timer_, *due);
    } catch (...) {
        // Without memory for it, the ticker calls this again.
        detail::idle_ticker::remind(*this, std::chrono::steady_clock::now());
    }
}

/// A connect has failed, and nothing else can serve the waiters: it counts as an attempt of theirs.
COHUB_DECL void client::charge_waiters() noexcept
{
    if (closed_) return charge_.from.reset();  // they end with the client
    for (int i = 0; i != detail::calls_a_turn; ++i) {
        auto* const w = pool_.take_charged();
        if (w == nullptr) return charge_.from.reset();
        auto& op = static_cast<operation&>(*w);
        book_connecting(op, *charge_.from);
        try {
            attempt_failed(op, failure(charge_.why), charge_.from.get(), charge_.stage_limit);
        } catch (...) {
            // Without memory for the whole failure, the call gets only the code.
            discard(op);
            finish(op, charge_.why.code);
        }
    }
}

COHUB_DECL void client::begin_connection() noexcept
{
    detail::connection_ptr c;
    try {
        c = new connection(*this, options_.limits, tls_, tls_output_, ++next_connection_);
    } catch (...) {
        // The first waiter's attempt fails, so that the loop above ends.
        if (auto* const w = pool_.connect_refused())
            attempt_failed(static_cast<operation&>(*w), detail::current_failure(), nullptr, false);
        return;
    }
    intrusive_ptr_add_ref(c.get());  // the reference of the pool; drop() releases it
    ++counters_.opened;
    pool_.connect_began(*c, now_);
    try {
        resolve(*c);
    } catch (...) {
        c->fail(detail::current_failure());
    }
}

COHUB_DECL void client::on_ready(connection& c)
{
    timers_.remove(c);
    ++counters_.established;
    if (c.life().session_reused()) ++counters_.resumed;
    if (auto* const w = pool_.connected(c, now_)) return serve(w, c);
    c.life().shrink_buffers();
    became_idle(c);
}

COHUB_DECL void client::on_connect_failed(connection& c, failure&& f)
{
    bool const stage_limit = f.code == errc::timeout;
    detail::connection_ptr const keep(&c);
    ++counters_.failed_connects;
    bool const charged = pool_.connect_failed(c, now_, random());
    drop(c, false);
    if (!charged) return;
    // The backoffs of a few calls are enough. They need not wait for the client's backoff as well.
    constexpr std::size_t few_calls = 8;
    if (calls_under_way() <= few_calls) pool_.connect_at_once();
    error_code const code = f.code;
    try {
        charge_ = {std::move(f), keep, stage_limit};
    } catch (...) {
        while (auto* const w = pool_.take_charged()) {
            discard(static_cast<operation&>(*w));
            finish(static_cast<operation&>(*w), code);
        }
    }
}

COHUB_DECL void client::on_answer(connection& c, bool reusable)
{
    operation& op = *c.call;
    c.call = nullptr;
    op.sent = true;
    op.answered = true;
    op.reusable = reusable;
    last_answer_ = now_;
    if (op.req.expected_duration.count() == 0) service_.answered(c.asked, now_);
    op.enter(stage::reading_body, now_);
    answered(op, c.life().answer().body_size());
}

/// Runs without the lock: only this call uses the connection until `on_decoded`.
COHUB_DECL std::optional<failure> client::decode(operation& op)
{
    if (op.in_preparation) return ask_for_headers(op);
    auto& c = *static_cast<connection*>(op.connection);
    c.life().join_body();
    return call::read_answer(op, c.life().answer(), read_wall_clock());
}

COHUB_DECL void client::on_decoded(operation& op, std::unique_ptr<failure> f) noexcept
{
    if (op.in_preparation) return prepared(op, std::move(f));
    auto& c = *static_cast<connection*>(op.connection);
    op.connection = nullptr;
    op.answered = false;
    bool reusable = op.reusable;
    auto const& answer = c.life().answer();
    op.http_status = answer.status();
    book(op, c);
    if (auto const t = answer.idle_timeout()) {
        constexpr clock::duration most_early = std::chrono::seconds(1);
        clock::duration const promised = *t;
        c.use_until = now_ + promised - std::min(promised / 2, most_early);
    }
    if (answer.requests_left() <= 1) reusable = false;
    if (op.bare_error)
        finish(op, nullptr);
    else if (f) {
        f->at = stage::reading_body;
        calls_.push_back(op);
        attempt_failed(op, std::move(*f), &c, false);
    } else {
        ++op.attempts;
        if (options_.hooks.on_attempt) try {
                trace_attempt(op, nullptr, &c, std::nullopt);
            } catch (...) {
                // Losing an event is better than losing a call.
            }
        finish(op, nullptr);
    }
    try {
        give_back(c, reusable);
    } catch (...) {
        drop(c, false);
    }
}

COHUB_DECL void client::give_back(connection& c, bool reusable)
{
    if (!reusable || closed_) return drop(c, true);
    c.release();
    auto const r = pool_.released(c, now_);
    if (r.close) return drop(c, true);
    serve(r.next, c);
}

COHUB_DECL void client::on_broken(connection& c, failure&& f)
{
    detail::connection_ptr const keep(&c);
    operation* const op = std::exchange(c.call, nullptr);
    if (op != nullptr) {
        op->connection = nullptr;
        op->sent = op->sent || c.life().request_sent();
        book(*op, c);
    }
    drop(c, false);
    if (op != nullptr) attempt_failed(*op, std::move(f), &c, f.code == errc::timeout);
}

/// Removes the connection from the pool and closes it. It may be destroyed afterwards.
COHUB_DECL void client::drop(connection& c, bool politely) noexcept
{
    timers_.remove(c);
    forget_resolving(c);
    pool_.removed(c);
    ++counters_.closed;
    c.close(politely);
    intrusive_ptr_release(&c);
}

COHUB_DECL void client::warm_up(std::size_t n) noexcept
{
    core_lock lock(*this);
    if (!closed_ && !draining_) pool_.want_spares(n);
    lock.dispatch(core_lock::from::elsewhere);
}

COHUB_DECL connection_stats client::stats() noexcept
{
    core_lock lock(*this);
    connection_stats s = counters_;
    s.connecting = pool_.connecting();
    s.in_use = pool_.busy();
    s.idle = pool_.idle();
    s.waiting = pool_.waiting();
    s.calls = calls_under_way();
    s.retry_budget = budget_.balance(now_);
    s.shared = room_counts_.joined;
    s.hedges_won = room_counts_.hedges_won;
    s.cached = room_counts_.cached;
    lock.dispatch(core_lock::from::elsewhere);
    return s;
}

// ---- time --------------------------------------------------------------------------------------

inline constexpr clock::duration idle_tick = std::chrono::seconds(1);
/// Each check is a system call with the client's lock held.
inline constexpr int looks_a_tick = 64;

COHUB_DECL void client::set_pool_timer()
{
    auto* const m = pool_.any_idle();
    if (m == nullptr) return;
    auto const due = std::min(pool_.expiry(*m), now_ + idle_tick);
    if (!pool_timer_.waiting() || due < pool_timer_.due()) timers_.set(pool_timer_, due);
}

COHUB_DECL clock::duration client::next_idle_tick() const noexcept
{
    clock::duration next = for_ever;
    for (auto const* t : {&pool_timer_, &connect_timer_})
        if (t->waiting()) next = std::min(next, std::max(t->due() - now_, clock::duration(0)));
    return next;
}

COHUB_DECL void client::timer_due(timer_node& node) noexcept
{
    switch (node.what()) {
        case timer_node::role::call: {
            auto& op = static_cast<operation&>(node);
            try {
                call_due(op);
            } catch (...) {
                discard(op);
                finish(op, detail::current_failure().code);
            }
            return;
        }
        case timer_node::role::connection: {
            auto& c = static_cast<connection&>(node);
            try {
                stage_over(c);
            } catch (...) {
                c.fail(detail::current_failure());
            }
            return;
        }
        case timer_node::role::connects:
            return;  // after_batch checks what is due
        case timer_node::role::pool:
            try {
                pool_due();
            } catch (...) {
                // The next connection that becomes idle sets the timer again.
            }
    }
}

/// The time of a call is over: its deadline, its backoff, or the limit of its attempt.
COHUB_DECL void client::call_due(operation& op)
{
    if (op.req.is_close) return close_now();
    if (closed_) return end_call(op, failure(errc::client_closed));
    if (now_ >= op.deadline) return end_call(op, failure(errc::timeout));
    if (std::exchange(op.backing_off, false)) {
        timers_.set(op, op.deadline);
        return begin_attempt(op);
    }
    auto* const c = static_cast<connection*>(op.connection);
    auto const end = c != nullptr ? attempt_end(op, c->asked) : op.deadline;
    if (now_ < end) return timers_.set(op, end);
    // A long answer that is being received is worth more than another attempt.
    constexpr std::size_t much = 16 * 1024;
    if (c->life().current_stage() == stage::reading_body && c->life().answer().body_size() >= much)
        return timers_.set(op, op.deadline);
    // The attempt goes on if the call may not be repeated, or if there is no time left for that.
    if (!may_repeat(op, end - c->asked)) return timers_.set(op, op.deadline);
    not_answered(op);
    ++op.given_up;
    failure f(errc::timeout, "the attempt's limit passed (timeouts.attempt)");
    f.at = c->life().current_stage();
    on_broken(*c, std::move(f));
}

/// The idle tick: expired and dead connections are closed, and memory is released.
COHUB_DECL void client::pool_due()
{
    // The rest of the work follows immediately.
    for (int i = 0; i != looks_a_tick; ++i) {
        auto* const m = pool_.take_expired(now_);
        if (m == nullptr) break;
        drop(static_cast<connection&>(*m), true);
    }
    for (int i = 0; i != looks_a_tick; ++i) {
        auto* const m = pool_.least_looked_at(now_ - idle_tick + clock::duration(1));
        if (m == nullptr) break;
        auto& c = static_cast<connection&>(*m);
        m->last_look = now_;
        bool alive = false;
        try {
            alive = c.is_alive();
        } catch (...) {
            // If there is no memory to check it, it is not used any more.
        }
        if (!alive)
            drop(c, false);
        else
            c.life().shrink_buffers();
    }
    auto const next = pool_.next_expiry();
    if (!next) return;
    constexpr clock::duration least = std::chrono::milliseconds(1);
    timers_.set(pool_timer_, std::max(now_ + least, std::min(*next, now_ + idle_tick)));
}

// ---- the end -----------------------------------------------------------------------------------

COHUB_DECL void client::close(bool gracefully) noexcept
{
    core_lock lock(*this);
    draining_ = refuses_calls_ = true;
    if (!gracefully) close_now();
    lock.dispatch(core_lock::from::elsewhere);
}

/// From now on, no call waits any more.
COHUB_DECL void client::close_now() noexcept
{
    waits_for_companions_ = false;  // they have been notified, and their own time is short
    if (closed_) return;
    closed_ = ending_calls_ = true;
    close_unused();
}

/// `async_close`: like `close(true)`, and completes when everything has ended.
COHUB_DECL void client::begin_close(operation& op)
{
    op.since = now_;
    auto const& o = op.req.options;
    // A time that is too long for the clock is not a limit.
    constexpr std::chrono::nanoseconds longest = std::chrono::hours(24 * 365);
    if (o.has_timeout() && o.timeout() < longest) timers_.set(op, now_ + o.timeout());
    closing_.push_back(op);
    draining_ = refuses_calls_ = true;
    companions_.refuse_more();
    if (abandoned_ || companions_.empty()) return;
    waits_for_companions_ = true;
    try {
        // Streams have their own locks, and are notified without this client's lock.
        post_without_lock([](io_core& c, std::uint64_t) {
            static_cast<client&>(c).companions_.send_away();
        });
    } catch (...) {
        closing_.erase(op);
        throw;
    }
}

/// Everything has ended.
COHUB_DECL void client::tell_closed() noexcept
{
    while (!closing_.empty()) finish(closing_.pop_front(), nullptr);
}

COHUB_DECL void client::end_calls_of_closed() noexcept
{
    failure const why(errc::client_closed);
    for (int i = 0; i != detail::calls_a_turn && !calls_.empty(); ++i)
        end_call(calls_.front(), why);
    if (!calls_.empty()) return;
    ending_calls_ = false;
    shutdown(why);
}

COHUB_DECL void client::shutdown(failure const& why) noexcept
{
    closed_ = true;
    draining_ = true;
    held_ = false;
    for (auto& r : rooms_) r.reset();
    pool_.forget_spares();
    charge_.from.reset();
    while (!calls_.empty()) end_call(calls_.front(), why);
    close_unused();
    timers_.remove(pool_timer_);
    timers_.remove(connect_timer_);
    timers_.remove(probe_timer_);
    if (abandoned_) tell_closed();
    key_slot_.stop();
    detach();
}

/// From now on, no call is sent.
COHUB_DECL void client::close_unused() noexcept
{
    while (auto* const m = pool_.any_connecting()) drop(static_cast<connection&>(*m), false);
    while (auto* const m = pool_.any_idle()) drop(static_cast<connection&>(*m), true);
}

COHUB_DECL void client::drop_all(failure const& why) noexcept
{
    pool_.forget_spares();
    charge_.from.reset();
    while (!calls_.empty()) {
        auto& op = calls_.front();
        op.sent = true;  // by the parent, now or later
        end_call(op, why);
    }
    while (!closing_.empty()) finish(closing_.pop_front(), why.code);
    held_open_ = 0;
    key_slot_.begin_anew();
    while (auto* const m = pool_.any_connecting()) drop(static_cast<connection&>(*m), false);
    while (auto* const m = pool_.any_idle()) drop(static_cast<connection&>(*m), false);
    timers_.remove(pool_timer_);
    timers_.remove(connect_timer_);
    timers_.remove(probe_timer_);
}

}  // namespace cohub::inline abi_0_2::transport

#endif
