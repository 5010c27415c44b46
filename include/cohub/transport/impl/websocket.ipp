#ifndef COHUB_TRANSPORT_IMPL_WEBSOCKET_IPP
#define COHUB_TRANSPORT_IMPL_WEBSOCKET_IPP

#include <cohub/call/answer.hpp>
#include <cohub/http/retry_after.hpp>
#include <cohub/transport/websocket.hpp>

#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>

#include <openssl/err.h>
#include <openssl/rand.h>

#include <algorithm>
#include <cstring>

namespace cohub::transport {

using detail::core_lock;

/// What a caller of `relocate` holds: it may be called back long after the stream is gone.
template <class Once>
struct websocket<Once>::relocation_ticket
{
    std::mutex mutex;
    websocket* owner = nullptr;
    std::string base_url;
};

/// Asks the user's function: without the lock, on the executor.
template <class Once>
struct websocket<Once>::relocation_task
{
    std::shared_ptr<relocation_ticket> ticket;
    std::function<void(std::function<void(std::string)>)> relocate;

    void operator()()
    {
        auto tell = [to = ticket](std::string base_url) {
            std::lock_guard lock(to->mutex);
            if (to->owner == nullptr) return;
            to->base_url = std::move(base_url);
            to->owner->post([](io_core& c) { static_cast<websocket&>(c).on_relocated(); });
        };
        try {
            relocate(std::move(tell));
        } catch (...) {
            // One that cannot look, for want of file descriptors say, has found nothing.
        }
    }
};

namespace detail {

/// @throws std::bad_alloc if OpenSSL has no random bytes: nothing weaker is sent
inline void fill_random(void* to, std::size_t size)
{
    if (RAND_bytes(static_cast<unsigned char*>(to), static_cast<int>(size)) == 1) return;
    ERR_clear_error();
    throw std::bad_alloc();
}

inline std::uint32_t ws_mask_key()
{
    std::uint32_t key = 0;
    fill_random(&key, sizeof key);
    return key;
}

}  // namespace detail

template <class Once>
call::stream_channel* websocket<Once>::make(call::channel& from, call::stream_request&& how)
{
    boost::intrusive_ptr<websocket> self(
        new websocket(static_cast<client const&>(from), std::move(how))
    );
    self->attach();
    return self.detach();
}

template <class Once>
websocket<Once>::websocket(client const& from, call::stream_request&& how)
    : io_core(
          *this,
          from.executor_,
          cohub::options(from.options_),
          http::origin(from.origin_),
          from.tls_
      ),
      how_(std::move(how)),
      reader_(how_.max_message),
      leaving_reader_(how_.max_message)
{
    own_thread_ = from.own_thread_;
    how_.max_queued = std::max<std::size_t>(how_.max_queued, 1);
    how_.max_message = std::max<std::size_t>(how_.max_message, 1);
    // A time to which a century can be added is a time still.
    constexpr std::chrono::milliseconds none{0}, century = std::chrono::hours(24 * 36525);
    for (auto* const t :
         {&how_.backoff_base, &how_.backoff_cap, &how_.ping_interval, &how_.close_timeout})
        *t = std::clamp(*t, none, century);
}

// ---- receives ----------------------------------------------------------------------------------

template <class Once>
void websocket<Once>::start(call::operation& op)
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
        if (!op.finished && state_ == state::idle && queue_.empty() && !pending_failure_) open();
    } catch (...) {
        timers_.remove(op);
        if (op_list::holds(op) && !op.finished) {
            calls_.erase(op);
            throw;
        }
    }
    lock.dispatch(core_lock::from::elsewhere);
}

template <class Once>
void websocket<Once>::cancel(call::operation& op, boost::asio::cancellation_type) noexcept
{
    // A receive that is given up has taken nothing, so any kind of cancellation will do. One that
    // has its message is beyond that.
    core_lock lock(*this);
    if (!op.finished && !op.answered) fail_call(op, errc::cancelled);
    lock.dispatch(core_lock::from::elsewhere);
}

template <class Once>
void websocket<Once>::fail_call(operation& op, errc why) noexcept
{
    try {
        auto f = std::make_unique<failure>(why);
        f->at = now_at();
        finish(op, std::move(f));
    } catch (...) {
        finish(op, make_error_code(why));
    }
}

/// Hands messages to those who wait for them, then what went wrong, if they are to hear of it.
template <class Once>
void websocket<Once>::serve()
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
    failure const told = std::move(*pending_failure_);
    pending_failure_.reset();
    for (auto* op = calls_.first(); op != nullptr; op = calls_.after(*op))
        op->attempts = std::max(1, failures_);
    finish_all(&told);
    failures_ = 0;
}

/// @param why null: they get an empty value
template <class Once>
void websocket<Once>::finish_all(failure const* why) noexcept
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

template <class Once>
std::optional<failure> websocket<Once>::decode(operation& op)
{
    return call::read_value(op, op.req.body, {});
}

template <class Once>
void websocket<Once>::on_decoded(operation& op, std::unique_ptr<failure> f) noexcept
{
    finish(op, std::move(f));
}

template <class Once>
void websocket<Once>::after_batch() noexcept
{
    try {
        serve();
        if (conn_ && state_ == state::open && !calls_.empty()) read_input();
    } catch (...) {
        if (conn_) conn_->fail(detail::current_failure());
    }
}

// ---- while nobody receives ---------------------------------------------------------------------

/// How often the connection is looked at.
inline constexpr std::chrono::milliseconds stream_tick{100};

template <class Once>
std::optional<clock::duration> websocket<Once>::next_idle_tick() const noexcept
{
    if (state_ == state::idle) return std::nullopt;
    return stream_tick;
}

template <class Once>
void websocket<Once>::on_tick()
{
    try {
        if (conn_ && state_ == state::open) read_input();
    } catch (...) {
        if (conn_) conn_->fail(detail::current_failure());
    }
}

template <class Once>
void websocket<Once>::on_quiet() noexcept
{
    if (conn_) conn_->pause();
}

template <class Once>
stage websocket<Once>::now_at() const noexcept
{
    if (state_ == state::backing_off) return stage::backing_off;
    if (state_ == state::open) return stage::reading_body;
    if (!conn_) return stage::queued;
    return conn_->life().exchanges() != 0 ? stage::handshaking : conn_->life().current_stage();
}

// ---- one connection ----------------------------------------------------------------------------

template <class Once>
void websocket<Once>::open()
{
    timers_.remove(timer_node_);
    begun_ = now_;
    connection_id_ = ++next_connection_;
    detail::connection_ptr const c(
        new connection(*this, executor_, options_.limits, tls_.get(), tls_output_, connection_id_)
    );
    conn_ = c;
    state_ = state::connecting;
    try {
        resolve(*c);
    } catch (...) {
        c->fail(detail::current_failure());
    }
}

template <class Once>
void websocket<Once>::on_ready(connection& c)
{
    unsigned char nonce[16] = {};
    detail::fill_random(nonce, sizeof nonce);
    std::string const key = detail::base64({reinterpret_cast<char const*>(nonce), sizeof nonce});
    accept_ = detail::ws_accept_for(key);
    call::request r;
    r.verb = "GET";
    r.target = how_.target;
    r.fields = how_.fields;
    r.with_key = false;
    std::string head = head_.begin(r);
    head.append("Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n");
    head.append("Sec-WebSocket-Key: ").append(key).append("\r\n\r\n");
    on_stage(c, stage::handshaking);
    if (!c.request_upgrade(head)) on_broken(c, failure(errc::connection_lost));
}

template <class Once>
void websocket<Once>::on_upgraded(connection& c)
{
    timers_.remove(c);
    std::string_view const accept = c.life().answer().websocket_accept();
    if (accept.empty() || accept != accept_ || !c.life().answer().upgrade()) {
        failure f(
            errc::ws_protocol,
            accept.empty() || accept == accept_
                ? "its answer to the upgrade lacks Upgrade, Connection or Sec-WebSocket-Accept, or "
                  "names what was not offered"
                : "its Sec-WebSocket-Accept does not fit our key: an answer from a cache?"
        );
        f.at = stage::handshaking;
        f.http_status = 101;
        detach_connection(conn_);
        return lost(std::move(f));
    }
    state_ = state::open;
    ++counters_.opened;
    refusals_ = 0;
    stood_ = heard_ = now_;
    had_message_ = pinged_ = false;
    reader_ = detail::ws_reader(how_.max_message);
    if (how_.ping_interval.count() != 0) timers_.set(timer_node_, now_ + how_.ping_interval);
    trace(nullptr, std::nullopt);
    read_input();
}

template <class Once>
void websocket<Once>::on_input(connection& c)
{
    if (&c == leaving_.get()) return drain_closing();
    heard_ = now_;
    pinged_ = false;
    read_input();
}

/// Reads frames until there is no more or the queue is full.
template <class Once>
void websocket<Once>::read_input()
{
    using event = detail::ws_reader::event;
    while (state_ == state::open) {
        serve();
        if (is_full()) return;
        std::string_view const bytes = conn_->life().unread();
        if (bytes.empty()) return conn_->read_on();
        std::size_t used = 0;
        event const e = reader_.feed(bytes.data(), bytes.size(), used);
        conn_->life().used(used);
        switch (e) {
            case event::more:
            case event::pong:
                break;
            case event::message:
                ++counters_.messages;
                had_message_ = true;
                queue_.push_back(reader_.take_message());
                queued_bytes_ += queue_.back().size();
                break;
            case event::ping:
                // A server that pings and does not read must not fill our memory with answers.
                if (conn_->life().unsent() < 64 * 1024)
                    send_frame(*conn_, detail::ws_opcode::pong, reader_.control());
                break;
            case event::close: {
                failure f(errc::ws_closed);
                f.close_code = reader_.close_code();
                f.server_message = cohub::detail::escaped(reader_.control(), 256);
                if (leave_politely(reader_.close_code())) lost(std::move(f));
                return;
            }
            case event::failed: {
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

template <class Once>
void websocket<Once>::send_frame(connection& c, detail::ws_opcode opcode, std::string_view payload)
{
    std::string frame;
    detail::ws_append_frame(frame, opcode, payload, detail::ws_mask_key());
    c.send_more(frame);
}

template <class Once>
void websocket<Once>::on_answer(connection& c, bool)
{
    auto const& answer = c.life().answer();
    failure f(errc::ws_refused);
    f.http_status = answer.status();
    f.at = stage::handshaking;
    f.server_message =
        cohub::detail::escaped(answer.body().substr(0, 4096), http::response_parser::max_excerpt);
    if (f.http_status == 404) f.detail = how_.not_found_hint;
    if (f.http_status / 100 == 3) f.detail = "a redirect, which is never followed";
    if (auto const text = answer.retry_after())
        f.retry_after = http::parse_retry_after(*text, read_wall_clock());
    detach_connection(conn_);
    lost(std::move(f));
}

template <class Once>
void websocket<Once>::on_connect_failed(connection& c, failure&& f)
{
    if (c.life().exchanges() != 0) f.at = stage::handshaking;
    refusals_ = f.code == errc::connect_failed ? refusals_ + 1 : 0;
    detach_connection(conn_);
    lost(std::move(f));
}

template <class Once>
void websocket<Once>::on_broken(connection& c, failure&& f)
{
    if (&c == leaving_.get()) return detach_connection(leaving_);
    if (state_ == state::open) {
        // An end between messages with nothing wrong on the way is a close without its frame.
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
    if (state_ == state::connecting) f.at = stage::handshaking;
    refusals_ = 0;
    detach_connection(conn_);
    lost(std::move(f));
}

/// Says goodbye and leaves the connection to its own end, which the server's goodbye brings.
/// @return false if the connection broke under it, which has been dealt with
template <class Once>
bool websocket<Once>::leave_politely(std::uint16_t code)
{
    detach_connection(leaving_);
    std::string frame;
    detail::ws_append_close(frame, code, {}, detail::ws_mask_key());
    timers_.set(leaving_timer_, now_ + how_.close_timeout);
    conn_->send_more(frame);
    if (!conn_) return false;
    leaving_ = std::move(conn_);
    leaving_reader_ = std::move(reader_);
    try {
        drain_closing();
        if (leaving_) leaving_->read_on();
    } catch (...) {
        // Goodbye has been said; without memory nobody waits for the server's.
        detach_connection(leaving_);
    }
    return true;
}

template <class Once>
void websocket<Once>::drain_closing()
{
    using event = detail::ws_reader::event;
    detail::connection_ptr const c = leaving_;
    for (;;) {
        std::string_view const bytes = c->life().unread();
        if (bytes.empty()) return;
        std::size_t used = bytes.size();
        event const e = leaving_reader_.failure_code() == 0
                            ? leaving_reader_.feed(bytes.data(), bytes.size(), used)
                            : event::more;
        c->life().used(e == event::failed ? bytes.size() : used);
        if (e == event::message) leaving_reader_.take_message();
        // Both have said it now.
        if (e == event::close) return detach_connection(leaving_);
    }
}

template <class Once>
void websocket<Once>::detach_connection(detail::connection_ptr& c)
{
    if (!c) return;
    detail::connection_ptr const gone = std::move(c);
    c.reset();
    timers_.remove(*gone);
    forget_resolving(*gone);
    timers_.remove(&c == &leaving_ ? leaving_timer_ : timer_node_);
    gone->close(true);
    if (ended_ && !conn_ && !leaving_ && !closed_) shutdown(failure(errc::client_closed));
}

// ---- what comes after --------------------------------------------------------------------------

template <class Once>
bool websocket<Once>::worth_another(failure const& f) const noexcept
{
    switch (static_cast<errc>(f.code.value())) {
        case errc::resolve_failed:
        case errc::connect_failed:
        case errc::connection_lost:
        case errc::timeout:
        case errc::ws_lost:
        case errc::ws_closed:
            return true;
        case errc::ws_refused:
            return f.http_status == 408 || f.http_status == 429 || f.http_status == 500 ||
                   f.http_status == 502 || f.http_status == 503 || f.http_status == 504;
        default:
            return false;
    }
}

/// The connection is gone: opens another one after a while, or tells why not.
template <class Once>
void websocket<Once>::lost(failure&& f) noexcept
{
    bool const stood = state_ == state::open;
    if (!stood) ++counters_.failed;
    // A stream that had time to prove itself begins to count anew; a silent one needs more of it.
    if (stood && now_ - stood_ >= (had_message_ ? how_.backoff_base : how_.backoff_cap))
        failures_ = 0;
    ++failures_;
    state_ = state::idle;
    timers_.remove(timer_node_);
    int const most = counters_.opened != 0 ? how_.max_attempts : options_.retry.max_attempts;
    bool again = how_.reconnect && !ended_ && !closed_ && worth_another(f) &&
                 (most == 0 || failures_ < most);
    std::chrono::nanoseconds wait{0};
    if (again) {
        auto bound = static_cast<double>(how_.backoff_base.count());
        auto const cap = static_cast<double>(how_.backoff_cap.count());
        for (int i = 1; i < failures_ && bound < cap; ++i) bound *= 2;
        // Never at once: an open that fails on the spot must leave the others their turn.
        wait = std::max<std::chrono::nanoseconds>(
            std::chrono::milliseconds(1),
            std::chrono::microseconds(
                static_cast<std::int64_t>(std::min(bound, cap) * random() * 1000)
            )
        );
        if (f.retry_after) {
            if (*f.retry_after > options_.retry.retry_after_cap) again = false;
            wait += *f.retry_after;
        }
    }
    try {
        trace(&f, again ? std::optional(wait) : std::nullopt);
        if (again) {
            timers_.set(timer_node_, now_ + wait);
            state_ = state::backing_off;
            if (how_.relocate && refusals_ >= 3) {
                refusals_ = 0;
                request_relocation();
            }
        }
    } catch (...) {
        // Without memory for the next attempt those who wait are told; else there is one event, or
        // one look for another place, less.
    }
    if (state_ == state::backing_off) return;
    if (!ended_) pending_failure_ = std::move(f);
    serve();
}

template <class Once>
void websocket<Once>::trace(failure const* f, std::optional<std::chrono::nanoseconds> next_in)
{
    if (!options_.hooks.on_attempt) return;
    attempt_event e;
    e.method = how_.name;
    e.origin = origin_text_;
    e.attempt = f == nullptr ? failures_ + 1 : failures_;
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

template <class Once>
void websocket<Once>::timer_due(timer_node& node) noexcept
{
    if (node.what() == timer_node::role::call)
        return fail_call(static_cast<operation&>(node), errc::timeout);
    detail::connection_ptr const c =
        node.what() == timer_node::role::connection ? &static_cast<connection&>(node) : conn_.get();
    try {
        if (node.what() == timer_node::role::connection)
            stage_over(*c);
        else if (&node == &leaving_timer_)
            detach_connection(leaving_);
        else
            wake();
    } catch (...) {
        failure f = detail::current_failure();
        if (c)
            c->fail(std::move(f));
        else
            lost(std::move(f));  // there was no memory for a connection
    }
}

template <class Once>
void websocket<Once>::wake()
{
    if (state_ == state::backing_off) return open();
    if (state_ != state::open) return;
    // While nobody receives, what the server says lies unread; that it is silent cannot be known.
    if (is_full()) heard_ = now_;
    auto const silent = now_ - heard_;
    if (pinged_ && silent >= how_.ping_interval) {
        failure f(errc::ws_lost, "nothing was heard of the server, not even an answer to a ping");
        f.cause = boost::asio::error::timed_out;
        detach_connection(conn_);
        return lost(std::move(f));
    }
    if (silent < how_.ping_interval) return timers_.set(timer_node_, heard_ + how_.ping_interval);
    send_frame(*conn_, detail::ws_opcode::ping, {});
    if (state_ != state::open) return;  // the connection broke under it
    pinged_ = true;
    timers_.set(timer_node_, now_ + how_.ping_interval);
}

// ---- another place -----------------------------------------------------------------------------

template <class Once>
void websocket<Once>::request_relocation()
{
    if (!relocation_) {
        relocation_ = std::make_shared<relocation_ticket>();
        relocation_->owner = this;
    }
    boost::asio::post(executor_, relocation_task{relocation_, how_.relocate});
}

template <class Once>
void websocket<Once>::on_relocated()
{
    std::unique_lock lock(relocation_->mutex);
    auto to = http::parse_origin(relocation_->base_url);
    lock.unlock();
    // In plain HTTP to this machine, as it was before: nowhere else is taken on somebody's word.
    if (!to || closed_ || origin_.tls || to->tls || !to->is_loopback_address) return;
    to->base_path = origin_.base_path;
    origin_ = std::move(*to);
    origin_text_ = origin_.text();
    if (state_ != state::backing_off) return;
    try {
        open();
    } catch (...) {
        // The node has just left the queue, so that there is room for it.
        state_ = state::backing_off;
        timers_.set(timer_node_, now_);
    }
}

// ---- the end -----------------------------------------------------------------------------------

template <class Once>
void websocket<Once>::close() noexcept
{
    core_lock lock(*this);
    if (!ended_ && !closed_) {
        ended_ = true;
        queue_.clear();
        queued_bytes_ = 0;
        pending_failure_.reset();
        finish_all(nullptr);
        try {
            if (state_ == state::open)
                leave_politely(1000);
            else
                detach_connection(conn_);
        } catch (...) {
            detach_connection(conn_);
        }
        state_ = state::idle;
        timers_.remove(timer_node_);
        if (!leaving_ && !closed_) shutdown(failure(errc::client_closed));
    }
    lock.dispatch(core_lock::from::elsewhere);
}

template <class Once>
call::stream_stats websocket<Once>::stats() noexcept
{
    core_lock lock(*this);
    call::stream_stats s = counters_;
    s.queued = queue_.size();
    s.open = state_ == state::open;
    lock.dispatch(core_lock::from::elsewhere);
    return s;
}

template <class Once>
void websocket<Once>::shutdown(failure const& why) noexcept
{
    closed_ = true;
    finish_all(ended_ ? nullptr : &why);
    state_ = state::idle;
    detach_connection(conn_);
    detach_connection(leaving_);
    timers_.remove(timer_node_);
    timers_.remove(leaving_timer_);
    if (relocation_) {
        std::lock_guard lock(relocation_->mutex);
        relocation_->owner = nullptr;
    }
    detach();
}

template <class Once>
void websocket<Once>::drop_all(failure const& why) noexcept
{
    finish_all(&why);
    state_ = state::idle;
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

#if defined(COHUB_SEPARATE_COMPILATION)
template class websocket<void>;
#endif

}  // namespace cohub::transport

#endif
