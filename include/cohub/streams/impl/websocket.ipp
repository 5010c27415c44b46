#ifndef COHUB_STREAMS_IMPL_WEBSOCKET_IPP
#define COHUB_STREAMS_IMPL_WEBSOCKET_IPP

#include <cohub/call/answer.hpp>
#include <cohub/streams/websocket.hpp>

#include <boost/asio/error.hpp>
#include <boost/smart_ptr/intrusive_ptr.hpp>

#include <algorithm>
#include <chrono>
#include <utility>

namespace cohub::inline abi_0_2::streams {

COHUB_DECL stream_ptr websocket::make(transport::client_base& beside, stream_request&& how)
{
    // A handle always holds a client of this type.
    auto& from = static_cast<transport::client&>(beside);
    boost::intrusive_ptr<websocket> self;
    {
        core_lock const lock(from);
        self.reset(new websocket(from, std::move(how)));
    }
    self->attach();
    // If the client is being closed, every receive fails.
    if (!from.add(*self)) {
        core_lock lock(*self);
        self->closed_ = true;
        lock.dispatch(core_lock::from::elsewhere);
    }
    return self;
}

inline websocket::websocket(transport::client& beside, stream_request&& how)
    : io_core(*this, beside),
      beside_(&beside),
      how_(std::move(how)),
      life_(how_, options_.retry),
      reader_(how_.max_message),
      leaving_reader_(how_.max_message)
{
    options_.hooks.on_call = nullptr;  // a receive is not a call
    how_.max_queued = std::max<std::size_t>(how_.max_queued, 1);
    how_.max_message = std::max<std::size_t>(how_.max_message, 1);
    // A century can be added to any time without overflow.
    constexpr std::chrono::milliseconds none{0}, century = std::chrono::hours(24 * 36525);
    for (auto* const t :
         {&how_.backoff_base, &how_.backoff_cap, &how_.ping_interval, &how_.close_timeout})
        *t = std::clamp(*t, none, century);
}

COHUB_DECL websocket::~websocket() { beside_->remove(*this, abandoned_); }

// ---- receives ----------------------------------------------------------------------------------

COHUB_DECL void websocket::start(call::operation& op)
{
    core_lock lock(*this);
    op.since = now_;
    calls_.push_back(op);
    auto const& o = op.req.options;
    constexpr std::chrono::nanoseconds longest = std::chrono::hours(24 * 365);
    op.deadline = now_ + longest;
    if (o.has_timeout()) op.deadline = now_ + std::min(o.timeout(), longest);
    if (o.has_deadline()) op.deadline = std::min(op.deadline, o.deadline());
    try {
        if (ended_)
            finish(op, std::unique_ptr<failure>());
        else if (closed_)
            fail_call(op, errc::client_closed);
        else if (!op.req.problem.empty())
            finish(
                op, std::make_unique<failure>(errc::invalid_argument, std::move(op.req.problem))
            );
        else if (op.deadline <= now_)
            fail_call(op, errc::timeout);
        else if (o.has_timeout() || o.has_deadline())
            timers_.set(op, op.deadline);
        if (!op.finished && queue_.empty() && !pending_failure_) resume({.what = event::receive});
    } catch (...) {
        // There was no memory for a connection.
        if (life_.now_in() == state::connecting && !conn_)
            life_.resume({.what = event::dropped}, now_);
        timers_.remove(op);
        if (op_list::holds(op) && !op.finished) {
            calls_.erase(op);
            throw;
        }
    }
    lock.dispatch(core_lock::from::elsewhere);
}

COHUB_DECL void websocket::cancel(call::operation& op, boost::asio::cancellation_type) noexcept
{
    // A receive that is given up has taken nothing, so any kind of cancellation works. If a receive
    // has its message, it is too late to cancel it.
    core_lock lock(*this);
    if (!op.finished && !op.answered) fail_call(op, errc::cancelled);
    lock.dispatch(core_lock::from::elsewhere);
}

inline void websocket::fail_call(operation& op, errc why) noexcept
{
    try {
        auto f = std::make_unique<failure>(why);
        f->at = now_at();
        finish(op, std::move(f));
    } catch (...) {
        finish(op, make_error_code(why));
    }
}

/// Passes messages to the receives that wait, and then a failure, if there is one for them.
inline void websocket::serve()
{
    while (!calls_.empty() && !queue_.empty()) {
        operation& op = calls_.front();
        op.req.body = std::move(queue_.front());
        queue_.erase(queue_.begin());
        queued_bytes_ -= op.req.body.size();
        op.attempts = 1;
        op.answered = true;
        answered(op, op.req.body.size());
    }
    if (!pending_failure_ || calls_.empty()) return;
    failure const why = std::move(*pending_failure_);
    pending_failure_.reset();
    for (auto* op = calls_.first(); op != nullptr; op = calls_.after(*op))
        op->attempts = std::max(1, life_.failures());
    finish_all(&why);
}

/// @param why null: the receives get an empty value
inline void websocket::finish_all(failure const* why) noexcept
{
    while (!calls_.empty()) {
        operation& op = calls_.front();
        if (why == nullptr) {
            finish(op, std::unique_ptr<failure>());
            continue;
        }
        try {
            finish(op, std::make_unique<failure>(*why));
        } catch (...) {
            finish(op, why->code);
        }
    }
}

COHUB_DECL std::optional<failure> websocket::decode(operation& op)
{
    return call::read_value(op, op.req.body, {});
}

COHUB_DECL void websocket::on_decoded(operation& op, std::unique_ptr<failure> f) noexcept
{
    finish(op, std::move(f));
}

COHUB_DECL bool websocket::after_batch() noexcept
{
    try {
        serve();
        if (is_open() && !calls_.empty()) read_input();
    } catch (...) {
        if (conn_) conn_->fail(transport::detail::current_failure());
    }
    return false;
}

// ---- while nobody receives ---------------------------------------------------------------------

/// How often the connection is checked.
inline constexpr std::chrono::milliseconds stream_tick{100};

COHUB_DECL clock::duration websocket::next_idle_tick() const noexcept
{
    if (life_.now_in() == state::idle || life_.now_in() == state::ended) return for_ever;
    return stream_tick;
}

COHUB_DECL void websocket::on_tick()
{
    try {
        if (is_open()) read_input();
    } catch (...) {
        if (conn_) conn_->fail(transport::detail::current_failure());
    }
}

COHUB_DECL void websocket::on_quiet() noexcept
{
    if (conn_) conn_->pause();
}

inline stage websocket::now_at() const noexcept
{
    if (life_.now_in() == state::backing_off) return stage::backing_off;
    if (is_open()) return stage::reading_body;
    if (!conn_) return stage::queued;
    return conn_->life().exchanges() != 0 ? stage::handshaking : conn_->life().current_stage();
}

// ---- one connection ----------------------------------------------------------------------------

inline void websocket::open()
{
    timers_.remove(timer_node_);
    begun_ = now_;
    connection_id_ = ++next_connection_;
    transport::detail::connection_ptr const c(
        new connection(*this, options_.limits, tls_, tls_output_, connection_id_)
    );
    conn_ = c;
    try {
        resolve(*c);
    } catch (...) {
        c->fail(transport::detail::current_failure());
    }
}

COHUB_DECL void websocket::on_ready(connection& c)
{
    key_ = detail::make_handshake_key();
    call::request r;
    r.verb = "GET";
    r.target = how_.target;
    r.fields = how_.fields;
    r.with_key = false;
    std::string head = head_.begin(r);
    detail::append_upgrade_fields(head, key_);
    head.append("\r\n");
    on_stage(c, stage::handshaking);
    if (!c.request_upgrade(head)) on_broken(c, failure(errc::connection_lost));
}

COHUB_DECL void websocket::on_upgraded(connection& c)
{
    timers_.remove(c);
    if (auto wrong = detail::judge_upgrade(c.life().answer(), key_)) {
        detach_connection(conn_);
        return lost(std::move(*wrong));
    }
    ++counters_.opened;
    reader_ = detail::ws_reader(how_.max_message);
    resume({.what = event::upgraded});
    trace(nullptr, std::nullopt);
    read_input();
}

COHUB_DECL void websocket::on_input(connection& c)
{
    if (&c == leaving_.get()) return drain_closing();
    resume({.what = event::heard});
    read_input();
}

/// Reads frames until there are no more or the queue is full.
inline void websocket::read_input()
{
    using frame = detail::ws_reader::event;
    while (is_open()) {
        serve();
        if (is_full()) return;
        std::string_view const bytes = conn_->life().unread();
        if (bytes.empty()) return calls_.empty() ? conn_->look_on() : conn_->read_on();
        std::size_t used = 0;
        frame const e = reader_.feed(bytes.data(), bytes.size(), used);
        conn_->life().used(used);
        switch (e) {
            case frame::more:
            case frame::pong:
                break;
            case frame::message:
                ++counters_.messages;
                resume({.what = event::message});
                queue_.push_back(reader_.take_message());
                queued_bytes_ += queue_.back().size();
                break;
            case frame::ping:
                // A server that pings and does not read must not fill the memory with answers.
                if (conn_->life().unsent() < 64 * 1024)
                    send_frame(*conn_, detail::ws_opcode::pong, reader_.control());
                break;
            case frame::close: {
                failure f(errc::ws_closed);
                f.close_code = reader_.close_code();
                f.server_message = cohub::detail::escaped(reader_.control(), 256);
                if (leave_politely(reader_.close_code())) lost(std::move(f));
                return;
            }
            case frame::failed: {
                failure f(
                    reader_.failure_code() == 1009 ? errc::too_large : errc::ws_protocol,
                    reader_.problem()
                );
                if (f.code == errc::too_large)
                    f.detail += " (" + std::to_string(how_.max_message) + " bytes)";
                if (leave_politely(reader_.failure_code())) lost(std::move(f));
                return;
            }
        }
    }
}

inline void websocket::send_frame(connection& c, detail::ws_opcode opcode, std::string_view payload)
{
    std::string frame;
    detail::ws_append_frame(frame, opcode, payload, detail::make_mask_key());
    c.send_more(frame);
}

COHUB_DECL void websocket::on_answer(connection& c, bool)
{
    failure f = detail::refused_upgrade(c.life().answer(), how_.not_found_hint, read_wall_clock());
    detach_connection(conn_);
    lost(std::move(f));
}

COHUB_DECL void websocket::on_connect_failed(connection& c, failure&& f)
{
    if (c.life().exchanges() != 0) f.at = stage::handshaking;
    detach_connection(conn_);
    lost(std::move(f));
}

COHUB_DECL void websocket::on_broken(connection& c, failure&& f)
{
    if (&c == leaving_.get()) return detach_connection(leaving_);
    if (is_open()) {
        // An end between messages, without any error, counts as a close without its frame.
        bool const closed = !f.cause && f.code != errc::tls_failed &&
                            reader_.is_between_messages() && conn_->life().unread().empty();
        f.code = closed ? errc::ws_closed : errc::ws_lost;
        f.close_code = closed ? 1006 : 0;
    } else if (f.http_status != 0 && f.http_status != 101)
        f.code = errc::ws_refused;
    else if (f.code == errc::connection_lost || f.code == errc::truncated)
        f.code = errc::ws_lost;
    else if (f.code == errc::protocol_error)
        f.code = errc::ws_protocol;
    if (life_.now_in() == state::connecting) f.at = stage::handshaking;
    detach_connection(conn_);
    lost(std::move(f));
}

/// Sends a close frame. The server's close frame then ends the connection.
/// @return false if the connection failed meanwhile, which has been handled
inline bool websocket::leave_politely(std::uint16_t code)
{
    detach_connection(leaving_);
    std::string frame;
    detail::ws_append_close(frame, code, {}, detail::make_mask_key());
    timers_.set(leaving_timer_, now_ + how_.close_timeout);
    conn_->send_more(frame);
    if (!conn_) return false;
    leaving_ = std::move(conn_);
    leaving_reader_ = std::move(reader_);
    try {
        drain_closing();
        if (leaving_) leaving_->read_on();
    } catch (...) {
        // The close frame was sent; without memory, nobody waits for the server's.
        detach_connection(leaving_);
    }
    return true;
}

inline void websocket::drain_closing()
{
    using frame = detail::ws_reader::event;
    transport::detail::connection_ptr const c = leaving_;
    for (;;) {
        std::string_view const bytes = c->life().unread();
        if (bytes.empty()) return;
        std::size_t used = bytes.size();
        frame const e = leaving_reader_.failure_code() == 0
                            ? leaving_reader_.feed(bytes.data(), bytes.size(), used)
                            : frame::more;
        c->life().used(e == frame::failed ? bytes.size() : used);
        if (e == frame::message) leaving_reader_.take_message();
        // Both sides have sent a close frame now.
        if (e == frame::close) return detach_connection(leaving_);
    }
}

inline void websocket::detach_connection(transport::detail::connection_ptr& c)
{
    if (!c) return;
    transport::detail::connection_ptr gone;
    gone.swap(c);
    timers_.remove(*gone);
    forget_resolving(*gone);
    timers_.remove(&c == &leaving_ ? leaving_timer_ : timer_node_);
    gone->close(true);
    if (ended_ && !conn_ && !leaving_ && !closed_) shutdown(failure(errc::client_closed));
}

// ---- what comes after --------------------------------------------------------------------------

/// Carries out what the state machine decides about an event.
inline void websocket::resume(detail::reconnect_event const& e)
{
    detail::reconnect_action const next = life_.resume(e, now_);
    using step = detail::reconnect_action::kind;
    switch (next.what) {
        case step::connect:
            return open();
        case step::ping:
            send_frame(*conn_, detail::ws_opcode::ping, {});
            if (!is_open()) return;  // the connection failed meanwhile
            return timers_.set(timer_node_, next.until);
        case step::wait:
            return timers_.set(timer_node_, next.until);
        case step::silent: {
            failure f(errc::ws_lost, "the server sent nothing, not even an answer to a ping");
            f.cause = boost::asio::error::timed_out;
            detach_connection(conn_);
            return lost(std::move(f));
        }
        case step::give_up:  // only `lost` gets this
        case step::none:
            return;
    }
}

/// The connection has ended: opens another one after a while, or reports why not.
inline void websocket::lost(failure&& f) noexcept
{
    if (life_.now_in() == state::connecting) ++counters_.failed;
    timers_.remove(timer_node_);
    detail::reconnect_action const next =
        life_.resume({.what = event::failed, .why = &f, .uniform = random()}, now_);
    bool const again = next.what == detail::reconnect_action::kind::wait;
    bool armed = false;
    try {
        trace(&f, again ? std::optional(next.until - now_) : std::nullopt);
        if (again) {
            timers_.set(timer_node_, next.until);
            armed = true;
            if (next.relocate && how_.relocate) request_relocation();
        }
    } catch (...) {
        // Without memory for the next attempt, the receives that wait fail. Otherwise only one
        // event, or one search for the server, is missing.
    }
    if (armed) return;
    if (again) life_.resume({.what = event::dropped}, now_);
    if (!ended_) pending_failure_ = std::move(f);
    serve();
}

inline void websocket::trace(failure const* f, std::optional<std::chrono::nanoseconds> next_in)
{
    if (!options_.hooks.on_attempt) return;
    attempt_event e;
    e.method = how_.name;
    e.origin = origin_text_;
    e.attempt = f == nullptr ? life_.failures() + 1 : std::max(1, life_.failures());
    e.connection = connection_id_;
    if (f != nullptr) {
        e.error = f->code;
        e.at = f->at;
        e.http_status = f->http_status;
    } else
        e.http_status = 101;
    e.took = now_ - begun_;
    e.next_in = next_in;
    io_core::trace(std::move(e));
}

COHUB_DECL void websocket::timer_due(timer_node& node) noexcept
{
    if (node.what() == timer_node::role::call)
        return fail_call(static_cast<operation&>(node), errc::timeout);
    transport::detail::connection_ptr const c =
        node.what() == timer_node::role::connection ? &static_cast<connection&>(node) : conn_.get();
    try {
        if (node.what() == timer_node::role::connection)
            stage_over(*c);
        else if (&node == &leaving_timer_)
            detach_connection(leaving_);
        else
            resume({.what = event::timer, .deaf = is_full()});
    } catch (...) {
        failure f = transport::detail::current_failure();
        if (c)
            c->fail(std::move(f));
        else
            lost(std::move(f));  // there was no memory for a connection
    }
}

// ---- another place -----------------------------------------------------------------------------

inline void websocket::request_relocation()
{
    if (!relocation_)
        relocation_.emplace([this] {
            post([](io_core& c) { static_cast<websocket&>(c).on_relocated(); });
        });
    relocation_->ask(executor_, how_.relocate);
}

inline void websocket::on_relocated()
{
    http::origin to;
    try {
        to = http::parse_origin(relocation_->base_url());
    } catch (error const&) {
        return;
    }
    // Only plain HTTP to this machine, as before: no other address is accepted from the function.
    if (closed_ || origin_.tls || to.tls || !to.is_loopback_address) return;
    to.base_path = origin_.base_path;
    origin_ = std::move(to);
    origin_text_ = origin_.text();
    try {
        resume({.what = event::relocated});
    } catch (...) {
        // There was no memory for a connection: this is a failed attempt, like one at its own time.
        lost(transport::detail::current_failure());
    }
}

// ---- the end -----------------------------------------------------------------------------------

COHUB_DECL void websocket::close() noexcept
{
    core_lock lock(*this);
    if (!ended_ && !closed_) {
        ended_ = true;
        queue_.clear();
        queued_bytes_ = 0;
        pending_failure_.reset();
        finish_all(nullptr);
        bool const stands = is_open();
        life_.resume({.what = event::close}, now_);
        try {
            if (stands)
                leave_politely(1000);
            else
                detach_connection(conn_);
        } catch (...) {
            detach_connection(conn_);
        }
        timers_.remove(timer_node_);
        if (!leaving_ && !closed_) shutdown(failure(errc::client_closed));
    }
    lock.dispatch(core_lock::from::elsewhere);
}

COHUB_DECL stream_stats websocket::stats() noexcept
{
    core_lock lock(*this);
    stream_stats s = counters_;
    s.queued = queue_.size();
    s.open = is_open();
    lock.dispatch(core_lock::from::elsewhere);
    return s;
}

COHUB_DECL void websocket::shutdown(failure const& why) noexcept
{
    closed_ = true;
    finish_all(ended_ ? nullptr : &why);
    life_.resume({.what = event::close}, now_);
    detach_connection(conn_);
    detach_connection(leaving_);
    timers_.remove(timer_node_);
    timers_.remove(leaving_timer_);
    if (relocation_) relocation_->stop();
    beside_->remove(*this, abandoned_);
    detach();
}

COHUB_DECL void websocket::drop_all(failure const& why) noexcept
{
    finish_all(&why);
    life_.resume({.what = event::dropped}, now_);
    timers_.remove(timer_node_);
    timers_.remove(leaving_timer_);
    for (auto* const c : {&conn_, &leaving_}) {
        if (!*c) continue;
        timers_.remove(**c);
        forget_resolving(**c);
        (*c)->close(false);
        c->reset();
    }
}

}  // namespace cohub::inline abi_0_2::streams

#endif
