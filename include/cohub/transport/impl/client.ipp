#ifndef COHUB_TRANSPORT_IMPL_CLIENT_IPP
#define COHUB_TRANSPORT_IMPL_CLIENT_IPP

#include <cohub/call/answer.hpp>
#include <cohub/transport/client.hpp>
#include <cohub/transport/impl/client_setup.ipp>

#include <boost/asio/error.hpp>

#include <algorithm>

namespace cohub::transport {

// ---- calls -------------------------------------------------------------------------------------

COHUB_INNER_DECL void client::start(operation& op) noexcept
{
    enter();
    begin(op);
    pump();
    unlock_and_deliver(false);
}

COHUB_INNER_DECL void client::begin(operation& op)
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
            "the request has " + std::to_string(op.req.body.size()) +
                " bytes, limits.max_request is " + std::to_string(options_.limits.max_request) +
                "; ask for less at once"
        );
    if (closed_ || draining_) return refuse(op, errc::client_closed, {});

    auto const& o = op.req.options;
    // Far enough for anybody, and never an overflow.
    constexpr std::chrono::nanoseconds longest = std::chrono::hours(24 * 365);
    std::chrono::nanoseconds timeout =
        options_.timeouts.call ? *options_.timeouts.call : std::chrono::milliseconds(30'000);
    if (!options_.timeouts.call && op.req.takes.count() != 0)
        timeout = std::max<std::chrono::nanoseconds>(
            timeout,
            std::min<std::chrono::milliseconds>(op.req.takes, std::chrono::hours(24)) +
                std::chrono::seconds(15)
        );
    if (o.has_timeout()) timeout = o.timeout();
    op.deadline = now_ + std::min(timeout, longest);
    if (o.has_deadline() && (!o.has_timeout() || o.deadline() < op.deadline))
        op.deadline = std::min(o.deadline(), now_ + longest);
    op.tells_timeout = o.has_timeout() || o.has_deadline() || options_.timeouts.call.has_value() ||
                       op.req.takes.count() != 0;
    op.max_attempts = options_.retry.max_attempts;
    if (o.retries() >= 0) op.max_attempts = std::min(o.retries(), 1'000'000) + 1;
    if (op.deadline <= now_) return end_call(op, errc::timeout);
    timers_.set(op, op.deadline);
    try_now(op);
}

COHUB_INNER_DECL void client::try_now(operation& op)
{
    op.enter(stage::queued, now_);
    while (auto* const m = pool_.acquire(op, now_))
        if (send(op, static_cast<connection&>(*m))) return;
}

COHUB_INNER_DECL void client::serve(call::waiter* w, connection& c)
{
    auto& op = static_cast<operation&>(*w);
    if (!send(op, c)) try_now(op);
}

/// @return false if the connection had gone stale: it is dropped, and the call is still to be
/// served
COHUB_INNER_DECL bool client::send(operation& op, connection& c)
{
    bool const reused = c.exchanges != 0;
    // What is sent on a connection that the server has closed is lost, and what a server pushed
    // unasked would be taken for the answer. So look first, unless the wire was seen empty just
    // now.
    bool const look = now_ - c.last_quiet > std::chrono::milliseconds(1) ||
                      (reused && (!op.safe() || options_.clock));
    if (look && !c.is_quiet()) {
        drop(c, false);
        return false;
    }
    build_request(op);
    c.call = &op;
    op.connection = &c;
    op.enter(stage::writing, now_);
    if (reused) ++counters_.reused;
    if (c.send(scratch_)) {
        op.sent = op.sent || c.request_sent();
        op.enter(c.current_stage(), now_);
        return true;
    }
    c.call = nullptr;
    op.connection = nullptr;
    if (!reused) {
        failure f(errc::connection_lost);
        f.at = stage::writing;
        connection_ptr const keep(&c);
        drop(c, false);
        attempt_failed(op, std::move(f), &c, false);
        return true;
    }
    drop(c, false);
    return false;
}

COHUB_INNER_DECL void client::cancel(operation& op, boost::asio::cancellation_type type) noexcept
{
    using boost::asio::cancellation_type;
    enter();
    if (!op.finished) {
        auto* const c = static_cast<connection*>(op.connection);
        bool const sent = op.sent || (c != nullptr && c->request_sent());
        bool const at_any_price = (type & (cancellation_type::terminal | cancellation_type::partial)
                                  ) != cancellation_type::none;
        // "total" promises that nothing has happened: true of what was not sent and of what only
        // reads.
        if (at_any_price || !sent || op.safe()) end_call(op, errc::cancelled);
        pump();
    }
    unlock_and_deliver(false);
}

COHUB_INNER_DECL void client::refuse(operation& op, errc why, std::string text)
{
    finish(op, std::make_unique<failure>(why, std::move(text)));
}

/// Ends a call from outside: deadline, cancellation, close.
COHUB_INNER_DECL void client::end_call(operation& op, errc why)
{
    auto f = std::make_unique<failure>(why);
    f->at = op.at;
    if (auto* const c = static_cast<connection*>(op.connection))
        f->at = c->current_stage();
    else if (op.at == stage::queued)
        f->at = stage_of_waiting(op);
    if (f->at != op.at) op.enter(f->at, now_);
    // As in stage_over: it may be the session offered that the server has no answer to.
    if (why == errc::timeout && f->at == stage::handshaking && tls_) tls_->forget_sessions();
    let_go(op);
    if (f->at != stage::queued && f->at != stage::backing_off) ++op.attempts;
    trace(op, f.get(), nullptr, std::nullopt);
    finish(op, std::move(f));
}

/// Takes from a call what it holds: its connection, which is then of no more use, or its place.
COHUB_INNER_DECL void client::let_go(operation& op)
{
    if (auto* const c = static_cast<connection*>(op.connection)) {
        op.sent = op.sent || c->request_sent();
        op.connection = nullptr;
        c->call = nullptr;
        drop(*c, false);
        return;
    }
    if (!pool_.is_waiting(op)) return;
    pool_.leave(op);
    // A connection being made for this call alone is not kept: nobody asked for it any more.
    while (pool_.surplus_connecting() != 0)
        drop(static_cast<connection&>(pool_.newest_connecting()), false);
}

COHUB_INNER_DECL stage client::stage_of_waiting(operation& op)
{
    if (!pool_.is_waiting(op)) return stage::queued;
    std::size_t const place = pool_.position(op, pool_.connecting());
    auto* const m = pool_.connecting_at(place);
    return m != nullptr ? static_cast<connection*>(m)->current_stage() : stage::queued;
}

COHUB_INNER_DECL void client::attempt_failed(
    operation& op, failure&& f, connection const* c, bool stage_limit
)
{
    ++op.attempts;
    call::attempt a;
    a.declared = op.safe() ? retry::safe : retry::never;
    a.sent = op.sent;
    a.made = op.attempts;
    a.reused = c != nullptr && c->exchanges > 1;
    a.stage_limit = stage_limit;
    a.temporary = f.cause == boost::asio::error::host_not_found_try_again;
    retry_options rules = options_.retry;
    rules.max_attempts = op.max_attempts;
    call::next_try next;
    if (!closed_) next = call::decide(rules, a, f, now_, op.deadline, random());
    trace(
        op, &f, c, next.again ? std::optional<std::chrono::nanoseconds>(next.wait) : std::nullopt
    );
    if (!next.again) return finish(op, std::make_unique<failure>(std::move(f)));
    if (next.free) --op.attempts;
    if (next.wait.count() == 0) return try_now(op);
    op.enter(stage::backing_off, now_);
    op.backing_off = true;
    timers_.set(op, now_ + next.wait);
}

COHUB_INNER_DECL void client::trace(
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
        e.reused_connection = c->exchanges > 1;
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
    events_.push_back(std::move(e));
}

// ---- connections -------------------------------------------------------------------------------

/// Begins the connections that the pool wants. Not reentrant: what fails at once is taken up by the
/// loop and not by recursion.
COHUB_INNER_DECL void client::pump()
{
    if (pumping_ || closed_) return;
    pumping_ = true;
    while (!closed_ && pool_.connects_due() != 0) begin_connection();
    pumping_ = false;
}

COHUB_INNER_DECL void client::begin_connection()
{
    connection_ptr const c(
        new connection(io_.get_executor(), *this, options_.limits, tls_.get(), ++next_connection_)
    );
    intrusive_ptr_add_ref(c.get());  // the pool's; given up in drop()
    ++counters_.opened;
    pool_.connect_began(*c, now_);
    seek_addresses(*c);
}

COHUB_INNER_DECL void client::on_ready(connection& c)
{
    timers_.remove(c);
    ++counters_.established;
    if (c.session_reused()) ++counters_.resumed;
    c.last_quiet = now_;
    if (auto* const w = pool_.connected(c, now_))
        serve(w, c);
    else {
        c.rest();
        c.slim();
        set_pool_timer();
    }
    pump();
}

COHUB_INNER_DECL void client::on_connect_failed(connection& c, failure&& f)
{
    bool const stage_limit = f.code == errc::timeout;
    connection_ptr const keep(&c);
    auto* const w = pool_.connect_failed(c);
    drop(c, false);
    if (w != nullptr) attempt_failed(static_cast<operation&>(*w), std::move(f), &c, stage_limit);
    pump();
}

COHUB_INNER_DECL void client::on_answer(connection& c, bool reusable)
{
    operation& op = *c.call;
    c.call = nullptr;
    op.connection = nullptr;
    op.sent = true;
    op.enter(stage::reading_body, now_);
    auto const& answer = c.answer();
    if (auto const t = answer.idle_timeout())
        c.use_until =
            now_ + *t - std::min<clock::duration>(clock::duration(*t) / 2, std::chrono::seconds(1));
    if (auto const n = answer.requests_left(); n && *n <= 1) reusable = false;
    auto const wall = options_.clock ? options_.clock->wall() : std::chrono::system_clock::now();
    std::optional<failure> f = call::read_answer(op, answer, wall);
    if (f) {
        f->at = stage::reading_body;
        attempt_failed(op, std::move(*f), &c, false);
    } else {
        ++op.attempts;
        trace(op, nullptr, &c, std::nullopt);
        finish(op, nullptr);
    }
    give_back(c, reusable);
    pump();
}

COHUB_INNER_DECL void client::give_back(connection& c, bool reusable)
{
    if (closed_ && c.now_in() == connection::phase::closed) return;
    c.last_quiet = now_;
    if (!reusable || closed_) return drop(c, true);
    auto const r = pool_.released(c, now_);
    if (r.close) return drop(c, true);
    if (r.next != nullptr) return serve(r.next, c);
    c.rest();
    set_pool_timer();
}

COHUB_INNER_DECL void client::on_broken(connection& c, failure&& f)
{
    operation& op = *c.call;
    c.call = nullptr;
    op.connection = nullptr;
    op.sent = op.sent || c.request_sent();
    connection_ptr const keep(&c);
    drop(c, false);
    if (c.exchanges > 1 && f.code == errc::connection_lost) drop_dead_idle();
    attempt_failed(op, std::move(f), &c, false);
    pump();
}

/// One pooled connection was closed by the server; its like often are too, all at once.
COHUB_INNER_DECL void client::drop_dead_idle()
{
    pool_.each_idle([&](detail::pool_member& m) {
        auto& c = static_cast<connection&>(m);
        if (!c.is_quiet()) drop(c, false);
    });
}

COHUB_INNER_DECL void client::on_idle_lost(connection& c) { drop(c, false); }

/// Out of the pool and closed. The connection may be gone afterwards.
COHUB_INNER_DECL void client::drop(connection& c, bool politely)
{
    timers_.remove(c);
    pool_.removed(c);
    ++counters_.closed;
    c.close(politely);
    intrusive_ptr_release(&c);
}

COHUB_INNER_DECL void client::warm_up(std::size_t n) noexcept
{
    enter();
    if (!closed_ && !draining_) {
        pool_.want_spares(n);
        pump();
    }
    unlock_and_deliver(false);
}

COHUB_INNER_DECL connection_stats client::stats() noexcept
{
    enter();
    connection_stats s = counters_;
    s.connecting = pool_.connecting();
    s.in_use = pool_.busy();
    s.idle = pool_.idle();
    s.waiting = pool_.waiting();
    s.calls = calls_.size();
    mutex_.unlock();
    return s;
}

// ---- time --------------------------------------------------------------------------------------

COHUB_INNER_DECL void client::set_pool_timer()
{
    // Every second while somebody is fresh in the pool: that one is slimmed, or its time is over.
    auto* const m = pool_.any_idle();
    if (m == nullptr) return;
    auto const due = std::min(pool_.expiry(*m), now_ + std::chrono::seconds(1));
    if (!pool_timer_.waiting() || due < pool_timer_.due()) timers_.set(pool_timer_, due);
}

COHUB_INNER_DECL void client::timer_due(timer_node& node)
{
    switch (node.what()) {
        case timer_node::role::call: {
            auto& op = static_cast<operation&>(node);
            if (!op.backing_off || now_ >= op.deadline) return end_call(op, errc::timeout);
            op.backing_off = false;
            timers_.set(op, op.deadline);
            return try_now(op);
        }
        case timer_node::role::connection:
            return stage_over(static_cast<connection&>(node));
        case timer_node::role::pool:
            return pool_due();
    }
}

COHUB_INNER_DECL void client::pool_due()
{
    while (auto* const m = pool_.take_expired(now_)) drop(static_cast<connection&>(*m), true);
    bool all_slim = true;
    pool_.each_idle([&](detail::pool_member& m) {
        auto& c = static_cast<connection&>(m);
        if (c.slimmed) return;
        if (now_ - c.idle_since >= std::chrono::seconds(1))
            c.slim();
        else
            all_slim = false;
    });
    auto const next = pool_.next_expiry();
    if (!next) return;
    timers_.set(
        pool_timer_,
        std::max(
            now_ + std::chrono::milliseconds(1),
            all_slim ? *next : std::min(*next, now_ + std::chrono::seconds(1))
        )
    );
}

// ---- the end -----------------------------------------------------------------------------------

COHUB_INNER_DECL void client::close(bool gracefully) noexcept
{
    enter();
    if (!closed_) {
        draining_ = true;
        if (!gracefully || calls_.empty()) shut(errc::client_closed);
    }
    unlock_and_deliver(false);
}

/// Ends all calls with `why` and closes all connections.
COHUB_INNER_DECL void client::shut(errc why)
{
    closed_ = true;
    draining_ = true;
    pool_.forget_spares();
    while (!calls_.empty()) end_call(calls_.front(), why);
    while (auto* const m = pool_.any_connecting()) drop(static_cast<connection&>(*m), false);
    while (auto* const m = pool_.any_idle()) drop(static_cast<connection&>(*m), true);
    timers_.remove(pool_timer_);
    stop();
}

}  // namespace cohub::transport

#endif
