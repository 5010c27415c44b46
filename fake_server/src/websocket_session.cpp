#include "websocket_session.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>

namespace cohub::inline abi_0_2::fake {

using namespace std::chrono_literals;
using detail::websocket_action;

namespace {

// The limit for what waits for a reader, in addition to the buffers of the socket. A push that is
// larger than this is still sent if nothing else waits.
constexpr std::size_t queue_bytes = std::size_t{4} << 20;
constexpr std::size_t queue_length = 4096;
// The time for the other side to do its part of a closing handshake.
constexpr auto close_patience = 5s;
constexpr auto linger = 1s;
constexpr auto stop_patience = 200ms;
constexpr auto expect_patience = 10s;

std::string inside_quotes(std::string_view bytes) { return "'" + std::string(bytes) + "'"; }

}  // namespace

websocket_session::websocket_session(
    std::shared_ptr<detail::websocket_plan const> script, bool close_notify, websocket_hooks hooks
)
    : script_(std::move(script)),
      close_notify_(close_notify),
      hooks_(std::move(hooks)),
      event_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK))
{
    if (event_ < 0) throw std::runtime_error("no file descriptor is left for a stream");
}

websocket_session::~websocket_session() { ::close(event_); }

// ---- from any thread ----------------------------------------------------------------------------

void websocket_session::wake()
{
    std::uint64_t const one = 1;
    [[maybe_unused]] auto const n = ::write(event_, &one, sizeof one);
}

void websocket_session::give(order o)
{
    {
        std::lock_guard lock(mutex_);
        if (overflowed_) return;
        std::size_t const size = o.bytes ? o.bytes->size() : 0;
        bool const full = ordered_bytes_ + size > queue_bytes || orders_.size() >= queue_length;
        if (full && !orders_.empty()) {
            overflowed_ = true;
            orders_.clear();
            ordered_bytes_ = 0;
        } else {
            ordered_bytes_ += size;
            orders_.push_back(std::move(o));
        }
    }
    wake();
}

void websocket_session::push(encoded frame) { give({order::kind::push, std::move(frame)}); }

void websocket_session::close(int code, std::string_view reason)
{
    give({order::kind::close, std::make_shared<std::string>(close_payload(code, reason))});
}

void websocket_session::drop(bool reset)
{
    give({reset ? order::kind::reset : order::kind::fin, nullptr});
}

void websocket_session::stop()
{
    {
        std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    wake();
}

// ---- the connection's thread --------------------------------------------------------------------

ending websocket_session::run(http_stream& stream, std::string head)
{
    stream_ = &stream;
    hooks_.begun(*this);
    if (!script_) hooks_.go_live(*this);
    reader_.feed(stream.take_input());
    stream.unblock();
    bool const joined = script_ && !script_->actions.empty() &&
                        script_->actions.front().what == action::kind::with_handshake;
    if (joined) {
        held_head_ = std::move(head);
    } else {
        put(std::make_shared<std::string>(std::move(head)));
    }
    parse();
    while (!over_) {
        again_ = false;
        take_orders();
        play();
        write();
        // A script looks at the received frames before it looks at the end of the connection.
        if (!over_ && !(again_ && is_playing())) read();
        if (!over_ && !again_) wait();
    }
    report_what_is_left();
    leave();
    return how_;
}

std::optional<websocket_session::order> websocket_session::take_order()
{
    std::lock_guard lock(mutex_);
    if (overflowed_) {
        if (std::exchange(overflow_seen_, true)) return {};
        return order{
            order::kind::close,
            std::make_shared<std::string>(close_payload(1008, "reads too slowly"))};
    }
    // One order at a time: those that are still in the queue count as waiting.
    if (orders_.empty() || !out_.empty()) return {};
    order next = std::move(orders_.front());
    orders_.pop_front();
    if (next.bytes) ordered_bytes_ -= next.bytes->size();
    return next;
}

void websocket_session::take_orders()
{
    bool stops = false;
    {
        std::lock_guard lock(mutex_);
        stops = stopping_ && !stop_seen_;
        stop_seen_ = stopping_;
    }
    if (stops) {
        // Nothing is read from this client, so its part of a closing handshake would not be seen.
        if (!reading_) return end(ending::close);
        put_close(1001, "shutting down");
        finishing_ = true;
        deadline_ = clock::now() + stop_patience;
        return;
    }
    while (!over_) {
        auto next = take_order();
        if (!next) return;
        if (next->what == order::kind::reset) return end(ending::reset);
        if (next->what == order::kind::fin) {
            half_close();
            deadline_ = clock::now() + close_patience;
        } else if (close_sent_) {
            continue;
        } else if (next->what == order::kind::push) {
            put(std::move(next->bytes));
        } else {
            put_frame({opcode::close, *next->bytes});
            deadline_ = clock::now() + close_patience;
        }
    }
}

void websocket_session::play()
{
    while (is_playing() && !over_) {
        action const& a = script_->actions[at_];
        // After the closing handshake the script can only look at what has come.
        if (finishing_ && a.what != action::kind::expect) return;
        if (!play_one(a)) return;
        ++at_;
        script_wake_.reset();
        held_since_.reset();
    }
    release_head();
}

bool websocket_session::is_playing() const { return script_ && at_ < script_->actions.size(); }

void websocket_session::release_head()
{
    if (!held_head_.empty()) put(std::make_shared<std::string>());
}

// @return whether the action is done
bool websocket_session::play_one(action const& a)
{
    using kind = action::kind;
    bool const sends = a.what == kind::frame || a.what == kind::raw || a.what == kind::profile ||
                       a.what == kind::pace || a.what == kind::with_handshake;
    if (!sends) {
        // The other actions begin when everything before them has been sent.
        release_head();
        if (!out_.empty()) return false;
    }
    switch (a.what) {
        case kind::frame:
            put_frame(a.frame);
            return true;
        case kind::raw:
            put(std::make_shared<std::string>(a.bytes));
            return true;
        case kind::profile:
            put_frame({opcode::text, hooks_.present()});
            return true;
        case kind::pace:
            pace_bytes_ = a.count;
            pace_every_ = a.time;
            return true;
        case kind::with_handshake:
            return true;
        case kind::delay:
            return wait_until(script_wake_.value_or(clock::now() + a.time));
        case kind::hold:
            if (!held_since_) held_since_ = hooks_.releases();
            return *held_since_ != hooks_.releases();
        case kind::expect:
            return play_expectation(a);
        case kind::ignore_close:
            answers_close_ = false;
            return true;
        case kind::ignore_pings:
            answers_pings_ = false;
            return true;
        case kind::stop_reading:
            reading_ = false;
            return true;
        case kind::fin:
            half_close();
            return true;
        case kind::reset:
            end(ending::reset);
            return true;
        case kind::live:
            hooks_.go_live(*this);
            again_ = true;
            return true;
    }
    return true;
}

bool websocket_session::play_expectation(action const& a)
{
    while (!seen_.empty()) {
        client_frame const f = std::move(seen_.front());
        seen_.pop_front();
        if (f.opcode != a.frame.opcode) continue;
        std::string const name = opcode_name(f.opcode);
        if (a.payload && *a.payload != f.payload) {
            hooks_.problem(
                "a stream's script expected a " + name + " with " + inside_quotes(*a.payload) +
                ", and got one with " + inside_quotes(f.payload)
            );
            end(ending::close);
        } else if (a.code >= 0 && close_code(f.payload) != a.code) {
            hooks_.problem(
                "a stream's script expected a close with " + std::to_string(a.code) +
                ", and got one with " + std::to_string(close_code(f.payload))
            );
            end(ending::close);
        }
        return true;
    }
    if (!wait_until(script_wake_.value_or(clock::now() + expect_patience))) return false;
    hooks_.problem(
        "a stream's script waited ten seconds for a " + opcode_name(a.frame.opcode) +
        ", and it did not come"
    );
    end(ending::close);
    return true;
}

bool websocket_session::wait_until(clock::time_point when)
{
    script_wake_ = when;
    return clock::now() >= when;
}

void websocket_session::report_what_is_left()
{
    if (!script_ || stop_seen_) return;
    for (; at_ < script_->actions.size(); ++at_) {
        action const& a = script_->actions[at_];
        if (a.what != action::kind::expect) continue;
        hooks_.problem(
            "a stream ended, and its script still expected a " + opcode_name(a.frame.opcode)
        );
        return;
    }
}

void websocket_session::put(encoded bytes)
{
    if (half_closed_) return;
    if (!held_head_.empty()) {
        bytes = std::make_shared<std::string>(std::exchange(held_head_, {}) + *bytes);
    }
    std::size_t const size = bytes->size();
    if (pace_bytes_ == 0) {
        out_.push_back({std::move(bytes), 0, size, 0ms});
        return;
    }
    for (std::size_t at = 0; at < size; at += pace_bytes_) {
        out_.push_back(
            {bytes,
             at,
             std::min(size, at + pace_bytes_),
             at == 0 && out_.empty() ? 0ms : pace_every_}
        );
    }
}

void websocket_session::put_frame(websocket_frame const& f)
{
    put(std::make_shared<std::string>(encode_frame(f)));
    if (f.opcode != opcode::close) return;
    close_sent_ = true;
    if (close_received_) finish(linger);
}

void websocket_session::put_close(int code, std::string_view reason)
{
    if (!close_sent_) put_frame({opcode::close, close_payload(code, reason)});
}

void websocket_session::write()
{
    while (!out_.empty() && !over_) {
        piece& p = out_.front();
        if (p.after > 0ms) {
            if (!paced_until_) paced_until_ = clock::now() + p.after;
            if (clock::now() < *paced_until_) return;
            paced_until_.reset();
            p.after = 0ms;
        }
        while (p.begin < p.end) {
            std::size_t sent = 0;
            auto const bytes = std::string_view(*p.whole).substr(p.begin, p.end - p.begin);
            switch (stream_->try_send(bytes, sent)) {
                case http_stream::progress::made:
                    p.begin += sent;
                    break;
                case http_stream::progress::none_now:
                    return;
                case http_stream::progress::ended:
                    return end(ending::close);
            }
        }
        out_.pop_front();
        if (out_.empty()) again_ = true;
    }
    // The script looks at what has come before the client learns about the end, because the client
    // may ask for the report next.
    if (out_.empty() && finishing_ && !half_closed_ && !(again_ && is_playing())) half_close();
}

void websocket_session::read()
{
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-member-init): written first
    std::array<char, 16384> buffer;
    while (reading_ && !over_) {
        std::size_t n = 0;
        switch (stream_->try_receive(buffer.data(), buffer.size(), n)) {
            case http_stream::progress::made:
                // After a violation or a close frame, nothing that comes is looked at.
                if (parsing_) reader_.feed({buffer.data(), n});
                parse();
                if (again_) return;
                break;
            case http_stream::progress::none_now:
                return;
            case http_stream::progress::ended:
                return end(ending::close);
        }
    }
}

void websocket_session::parse()
{
    try {
        while (parsing_ && !over_) {
            auto f = reader_.next();
            if (!f) return;
            again_ = true;
            on_frame(*std::move(f));
        }
    } catch (websocket_violation const& v) {
        parsing_ = false;
        hooks_.problem("a client broke the WebSocket protocol: " + v.what);
        put_close(v.code, v.what);
        finish(linger);
    }
}

void websocket_session::on_frame(client_frame f)
{
    hooks_.received(f);
    if (f.opcode == opcode::ping && answers_pings_ && !close_sent_) {
        put_frame({opcode::pong, f.payload});
    }
    if (f.opcode == opcode::close) on_close(f);
    if (is_playing()) seen_.push_back(std::move(f));
}

void websocket_session::on_close(client_frame const& f)
{
    close_received_ = true;
    parsing_ = false;
    if (!close_sent_ && answers_close_) {
        put_frame({opcode::close, f.payload});
    } else if (close_sent_) {
        finish(linger);
    }
}

// There is nothing more to send. What is under way is still sent, and then the connection ends.
void websocket_session::finish(std::chrono::milliseconds patience)
{
    if (finishing_) return;
    finishing_ = true;
    deadline_ = clock::now() + patience;
    again_ = true;
}

void websocket_session::half_close()
{
    if (half_closed_) return;
    half_closed_ = true;
    leave();
    stream_->end_output(close_notify_);
}

// From here on nobody pushes to this session, and it is not counted.
void websocket_session::leave()
{
    if (!std::exchange(left_, true)) hooks_.ended(*this);
}

void websocket_session::end(ending how)
{
    over_ = true;
    how_ = how;
}

void websocket_session::wait()
{
    auto until = deadline_;
    auto const consider = [&until](std::optional<clock::time_point> const& t) {
        if (t && (!until || *t < *until)) until = t;
    };
    consider(script_wake_);
    consider(paced_until_);
    bool const sending = !out_.empty() && !paced_until_;
    pollfd p[2] = {
        {stream_->socket(), reading_ ? short{POLLIN} : short{POLLRDHUP}, 0}, {event_, POLLIN, 0}};
    auto const await = [&p](int events) { p[0].events = static_cast<short>(p[0].events | events); };
    if (sending) await(POLLOUT);
    if (sending || reading_) await(stream_->awaited());
    int timeout = -1;
    if (until) {
        auto const left = std::chrono::ceil<std::chrono::milliseconds>(*until - clock::now());
        timeout = static_cast<int>(std::max<std::int64_t>(left.count(), 0));
    }
    ::poll(p, 2, timeout);
    std::uint64_t ignored = 0;
    [[maybe_unused]] auto const n = ::read(event_, &ignored, sizeof ignored);
    if (deadline_ && clock::now() >= *deadline_) return end(ending::close);
    if (!reading_ && (p[0].revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0) end(ending::close);
}

}  // namespace cohub::inline abi_0_2::fake
