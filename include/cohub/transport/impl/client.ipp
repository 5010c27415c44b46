#ifndef COHUB_TRANSPORT_IMPL_CLIENT_IPP
#define COHUB_TRANSPORT_IMPL_CLIENT_IPP

#include <cohub/call/answer.hpp>
#include <cohub/core/text.hpp>
#include <cohub/transport/client.hpp>

#include <boost/asio/error.hpp>

#include <algorithm>
#include <charconv>
#include <utility>

namespace cohub::transport {

using detail::core_lock;

// ---- calls -------------------------------------------------------------------------------------

COHUB_DECL void client::start(operation& op)
{
    core_lock lock(*this);
    try {
        begin(op);
    } catch (...) {
        // Without memory to begin it, there is no call: the caller learns it from the exception.
        discard(op);
        throw;
    }
    lock.dispatch(core_lock::from::elsewhere);
}

COHUB_DECL void client::begin(operation& op)
{
    op.order = next_order_++;
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
    if (closed_ || draining_) return refuse(op, errc::client_closed, {});
    set_deadline(op);
    op.max_attempts = options_.retry.max_attempts;
    int const retries = op.req.options.retries();
    if (retries >= 0) op.max_attempts = std::min(retries, 1'000'000) + 1;
    if (op.deadline <= now_) return end_call(op, failure(errc::timeout));
    timers_.set(op, op.deadline);
    try_now(op);
}

COHUB_DECL void client::set_deadline(operation& op)
{
    auto const& o = op.req.options;
    // Far enough for anybody, and never an overflow.
    constexpr std::chrono::nanoseconds longest = std::chrono::hours(24 * 365);
    std::chrono::milliseconds const expected = op.req.expected_duration;
    std::chrono::nanoseconds timeout =
        options_.timeouts.call ? *options_.timeouts.call : std::chrono::milliseconds(30'000);
    if (!options_.timeouts.call && expected.count() != 0)
        timeout = std::max<std::chrono::nanoseconds>(
            timeout,
            std::min<std::chrono::milliseconds>(expected, std::chrono::hours(24)) +
                std::chrono::seconds(15)
        );
    if (o.has_timeout()) timeout = o.timeout();
    op.deadline = now_ + std::min(timeout, longest);
    if (o.has_deadline() && (!o.has_timeout() || o.deadline() < op.deadline))
        op.deadline = std::min(o.deadline(), now_ + longest);
    op.tells_timeout = o.has_timeout() || o.has_deadline() || options_.timeouts.call.has_value() ||
                       expected.count() != 0;
}

COHUB_DECL void client::try_now(operation& op)
{
    op.enter(stage::queued, now_);
    while (auto* const m = pool_.acquire(op, now_))
        if (send_on(op, static_cast<connection&>(*m))) return;
}

COHUB_DECL void client::serve(call::waiter* w, connection& c)
{
    auto& op = static_cast<operation&>(*w);
    if (!send_on(op, c)) try_now(op);
}

/// @return false if the connection had gone stale: it is dropped, and the call is still to be
/// served
COHUB_DECL bool client::send_on(operation& op, connection& c)
{
    bool const reused = c.life().exchanges() != 0;
    c.call = &op;
    op.connection = &c;
    op.enter(stage::writing, now_);
    bool stands = true;
    try {
        write_request(op);
        stands = c.request(request_);
    } catch (...) {
        // An error of ours ends this connection and this call, and nobody else's.
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
        auto left = std::chrono::ceil<std::chrono::milliseconds>(op.deadline - now_);
        if (op.req.expected_duration.count() != 0) left = std::min(left, op.req.expected_duration);
        auto const ms = std::max<std::int64_t>(1, left.count());
        auto const end = std::to_chars(digits, digits + sizeof digits, ms).ptr;
        timeout = {digits, static_cast<std::size_t>(end - digits)};
    }
    head_.write(op.req, timeout, request_);
}

COHUB_DECL void client::cancel(operation& op, boost::asio::cancellation_type type) noexcept
{
    using boost::asio::cancellation_type;
    core_lock lock(*this);
    if (!op.finished && !op.answered) {
        auto* const c = static_cast<connection*>(op.connection);
        bool const sent = op.sent || (c != nullptr && c->life().request_sent());
        bool const at_any_price = (type & (cancellation_type::terminal | cancellation_type::partial)
                                  ) != cancellation_type::none;
        // "total" promises that nothing has happened: true of what was not sent and of what only
        // reads.
        if (at_any_price || !sent || op.safe()) end_call(op, failure(errc::cancelled));
    }
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
    if (auto* const c = static_cast<connection*>(op.connection))
        at = c->life().current_stage();
    else if (at == stage::queued)
        at = stage_of_waiting(op);
    if (at != op.at) op.enter(at, now_);
    // As in exchange: it may be the session offered that the server has no answer to.
    if (why.code == errc::timeout && at == stage::handshaking && tls_) tls_->forget_sessions();
    discard(op);
    if (at != stage::queued && at != stage::backing_off) ++op.attempts;
    try {
        auto f = std::make_unique<failure>(why);
        f->at = at;
        trace_attempt(op, f.get(), nullptr, std::nullopt);
        finish(op, std::move(f));
    } catch (...) {
        finish(op, why.code);
    }
}

/// Takes from a call what it holds: its connection, which is then of no more use, or its place.
COHUB_DECL void client::discard(operation& op) noexcept
{
    timers_.remove(op);
    if (op_list::holds(op)) calls_.erase(op);
    if (auto* const c = static_cast<connection*>(op.connection)) {
        op.sent = op.sent || c->life().request_sent();
        op.connection = nullptr;
        c->call = nullptr;
        drop(*c, false);
        return;
    }
    if (!pool_.is_waiting(op)) return;
    pool_.detach(op);
    // A connection being made for this call alone is not kept: nobody asked for it any more.
    while (pool_.surplus_connecting() != 0)
        drop(static_cast<connection&>(pool_.newest_connecting()), false);
}

COHUB_DECL stage client::stage_of_waiting(operation& op)
{
    if (!pool_.is_waiting(op)) return stage::queued;
    std::size_t const place = pool_.position(op, pool_.connecting());
    auto* const m = pool_.connecting_at(place);
    return m != nullptr ? static_cast<connection*>(m)->life().current_stage() : stage::queued;
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
    error_code const code = f.code;
    try {
        trace_attempt(
            op,
            &f,
            c,
            next.again ? std::optional<std::chrono::nanoseconds>(next.wait) : std::nullopt
        );
        if (!next.again) return finish(op, std::make_unique<failure>(std::move(f)));
        if (next.free) --op.attempts;
        if (next.wait.count() == 0) {
            timers_.set(op, op.deadline);  // off since its last answer
            return try_now(op);
        }
        op.enter(stage::backing_off, now_);
        op.backing_off = true;
        timers_.set(op, now_ + next.wait);
    } catch (...) {
        discard(op);
        finish(op, code);
    }
}

COHUB_DECL void client::trace_attempt(
    operation const& op,
    failure const* f,
    connection const* c,
    std::optional<std::chrono::nanoseconds> next_in
)
{
    if (!options_.hooks.on_attempt) return;
    attempt_event e;
    e.method = op.req.name;
    e.origin = origin_text_;
    e.attempt = op.attempts;
    if (c != nullptr) {
        e.connection = c->id();
        e.reused_connection = c->life().exchanges() > 1;
    }
    if (f != nullptr) {
        e.error = f->code;
        e.at = f->at;
        e.http_status = f->http_status;
    } else
        e.http_status = 200;
    for (auto const& t : op.spent) e.took += t;
    e.took += now_ - op.since;
    e.next_in = next_in;
    trace(std::move(e));
}

// ---- connections -------------------------------------------------------------------------------

/// Begins the connections that the pool wants. Not reentrant: what fails at once is taken up by the
/// loop and not by recursion.
COHUB_DECL void client::after_batch() noexcept
{
    if (draining_ && !closed_ && calls_under_way() == 0) shutdown(failure(errc::client_closed));
    if (starting_connects_ || closed_) return;
    starting_connects_ = true;
    while (!closed_ && pool_.connects_due() != 0) begin_connection();
    starting_connects_ = false;
}

COHUB_DECL void client::begin_connection() noexcept
{
    detail::connection_ptr c;
    try {
        c = new connection(
            *this, executor_, options_.limits, tls_.get(), tls_output_, ++next_connection_
        );
    } catch (...) {
        // The first waiter's attempt fails, so that the loop above comes to an end.
        if (auto* const w = pool_.connect_refused())
            attempt_failed(static_cast<operation&>(*w), detail::current_failure(), nullptr, false);
        return;
    }
    intrusive_ptr_add_ref(c.get());  // the pool's; given up in drop()
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
    set_pool_timer();
}

COHUB_DECL void client::on_connect_failed(connection& c, failure&& f)
{
    bool const stage_limit = f.code == errc::timeout;
    detail::connection_ptr const keep(&c);
    auto* const w = pool_.connect_failed(c);
    drop(c, false);
    if (w != nullptr) attempt_failed(static_cast<operation&>(*w), std::move(f), &c, stage_limit);
}

COHUB_DECL void client::on_answer(connection& c, bool reusable)
{
    operation& op = *c.call;
    c.call = nullptr;
    op.sent = true;
    op.answered = true;
    op.reusable = reusable;
    op.enter(stage::reading_body, now_);
    answered(op, c.life().answer().body_size());
}

/// Without the lock: the connection is this call's alone until `on_decoded`.
COHUB_DECL std::optional<failure> client::decode(operation& op)
{
    auto& c = *static_cast<connection*>(op.connection);
    c.life().join_body();
    return call::read_answer(op, c.life().answer(), read_wall_clock());
}

COHUB_DECL void client::on_decoded(operation& op, std::unique_ptr<failure> f) noexcept
{
    auto& c = *static_cast<connection*>(op.connection);
    op.connection = nullptr;
    op.answered = false;
    bool reusable = op.reusable;
    auto const& answer = c.life().answer();
    if (auto const t = answer.idle_timeout())
        c.use_until =
            now_ + *t - std::min<clock::duration>(clock::duration(*t) / 2, std::chrono::seconds(1));
    if (auto const n = answer.requests_left(); n && *n <= 1) reusable = false;
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
                // An event less is better than a call less.
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
    if (r.next != nullptr) return serve(r.next, c);
    set_pool_timer();
}

COHUB_DECL void client::on_broken(connection& c, failure&& f)
{
    detail::connection_ptr const keep(&c);
    operation* const op = std::exchange(c.call, nullptr);
    if (op != nullptr) {
        op->connection = nullptr;
        op->sent = op->sent || c.life().request_sent();
    }
    drop(c, false);
    if (op != nullptr) attempt_failed(*op, std::move(f), &c, f.code == errc::timeout);
}

/// Out of the pool and closed. The connection may be gone afterwards.
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
    lock.dispatch(core_lock::from::elsewhere);
    return s;
}

// ---- time --------------------------------------------------------------------------------------

inline constexpr std::chrono::seconds idle_tick{1};
/// Each look is a system call under the client's lock.
inline constexpr int looks_a_tick = 64;

COHUB_DECL void client::set_pool_timer()
{
    auto* const m = pool_.any_idle();
    if (m == nullptr) return;
    auto const due = std::min(pool_.expiry(*m), now_ + idle_tick);
    if (!pool_timer_.waiting() || due < pool_timer_.due()) timers_.set(pool_timer_, due);
}

COHUB_DECL std::optional<clock::duration> client::next_idle_tick() const noexcept
{
    if (!pool_timer_.waiting()) return std::nullopt;
    return std::max(pool_timer_.due() - now_, clock::duration(0));
}

COHUB_DECL void client::timer_due(timer_node& node) noexcept
{
    switch (node.what()) {
        case timer_node::role::call: {
            auto& op = static_cast<operation&>(node);
            if (!op.backing_off || now_ >= op.deadline) return end_call(op, failure(errc::timeout));
            op.backing_off = false;
            try {
                timers_.set(op, op.deadline);
                try_now(op);
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
        case timer_node::role::pool:
            try {
                pool_due();
            } catch (...) {
                // The next connection that becomes idle sets the timer anew.
            }
    }
}

/// The idle tick: connections end at their time, dead ones are noticed, memory is given back.
COHUB_DECL void client::pool_due()
{
    while (auto* const m = pool_.take_expired(now_)) drop(static_cast<connection&>(*m), true);
    for (int i = 0; i != looks_a_tick; ++i) {
        auto* const m = pool_.least_looked_at(now_ - idle_tick + std::chrono::nanoseconds(1));
        if (m == nullptr) break;
        auto& c = static_cast<connection&>(*m);
        m->last_look = now_;
        bool alive = false;
        try {
            alive = c.is_alive();
        } catch (...) {
            // Without memory to look at it, it is not used any more.
        }
        if (!alive)
            drop(c, false);
        else
            c.life().shrink_buffers();
    }
    auto const next = pool_.next_expiry();
    if (!next) return;
    timers_.set(
        pool_timer_,
        std::max(now_ + std::chrono::milliseconds(1), std::min(*next, now_ + idle_tick))
    );
}

// ---- the end -----------------------------------------------------------------------------------

COHUB_DECL void client::close(bool gracefully) noexcept
{
    core_lock lock(*this);
    draining_ = true;
    if (!closed_ && !gracefully) shutdown(failure(errc::client_closed));
    lock.dispatch(core_lock::from::elsewhere);
}

COHUB_DECL void client::shutdown(failure const& why) noexcept
{
    closed_ = true;
    draining_ = true;
    pool_.forget_spares();
    while (!calls_.empty()) end_call(calls_.front(), why);
    while (auto* const m = pool_.any_connecting()) drop(static_cast<connection&>(*m), false);
    while (auto* const m = pool_.any_idle()) drop(static_cast<connection&>(*m), true);
    timers_.remove(pool_timer_);
    detach();
}

COHUB_DECL void client::drop_all(failure const& why) noexcept
{
    pool_.forget_spares();
    while (!calls_.empty()) {
        auto& op = calls_.front();
        op.sent = true;  // by the parent, or it will be
        end_call(op, why);
    }
    while (auto* const m = pool_.any_connecting()) drop(static_cast<connection&>(*m), false);
    while (auto* const m = pool_.any_idle()) drop(static_cast<connection&>(*m), false);
    timers_.remove(pool_timer_);
}

}  // namespace cohub::transport

#endif
