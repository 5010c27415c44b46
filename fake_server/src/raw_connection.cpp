#include "raw_connection.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <utility>

namespace cohub::inline abi_0_2::fake {
namespace {

constexpr std::size_t flood_piece = 64 * 1024;
constexpr std::size_t excerpt = 4096;

std::size_t body_length(raw_request const& request)
{
    std::string_view const text = request.header("content-length");
    std::size_t length = 0;
    std::from_chars(text.data(), text.data() + text.size(), length);
    return length;
}

}  // namespace

raw_connection::raw_connection(
    int socket,
    std::shared_ptr<raw_script const> script,
    std::shared_ptr<raw_tls_context const> tls,
    std::shared_ptr<raw_events> events,
    std::shared_ptr<raw_record> record
)
    : socket_(socket),
      script_(std::move(script)),
      events_(std::move(events)),
      record_(std::move(record))
{
    if (tls != nullptr && !script_->plain_) {
        tls_ = std::make_unique<raw_tls_layer>(std::move(tls));
        record_->tls = true;
    }
}

raw_connection::~raw_connection() { end(raw_ending::stopped); }

short raw_connection::wanted() const
{
    // A connection that does not read still needs to know when the other side has left.
    int events = reading_ ? POLLIN : POLLRDHUP;
    if (blocked_on_write_) {
        events |= POLLOUT;
    }
    return static_cast<short>(events);
}

void raw_connection::end(raw_ending how, std::string detail)
{
    if (over()) {
        return;
    }
    record_->how = how;
    record_->ended = clock::now();
    if (record_->detail.empty()) {
        record_->detail = std::move(detail);
    }
    if (tls_ != nullptr) {
        tls_->describe(*record_);
        record_->handshake_done = handshake_done_;
    }
    if (how == raw_ending::reset || how == raw_ending::stopped) {
        reset_socket();
    } else {
        ::close(socket_);
    }
    wake_.reset();
}

void raw_connection::reset_socket()
{
    linger const abort{1, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &abort, sizeof abort);
    ::close(socket_);
}

void raw_connection::on_readable()
{
    if (over()) {
        return;
    }
    if (reading_) {
        receive(true);
    } else {
        end(raw_ending::peer_closed);
    }
}

// Without `and_react` the bytes are only read from the kernel and noted, because a close with
// unread bytes would be an RST.
void raw_connection::receive(bool and_react)
{
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-member-init): written first
    std::array<char, 32768> buffer;
    while (true) {
        ssize_t const n = ::recv(socket_, buffer.data(), buffer.size(), MSG_DONTWAIT);
        if (n > 0) {
            take(buffer.data(), static_cast<std::size_t>(n));
            if (over()) {
                return;
            }
            if (static_cast<std::size_t>(n) == buffer.size()) {
                continue;
            }
            return;
        }
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
            return;
        }
        if (and_react) {
            // Bytes from before the end may still move the script a few steps.
            advance();
            if (discarding_) {
                end(raw_ending::tls_failed);
            } else {
                end(n == 0 ? raw_ending::peer_closed : raw_ending::peer_reset);
            }
        }
        return;
    }
}

void raw_connection::take(char const* data, std::size_t size)
{
    record_->bytes_in += size;
    if (discarding_) {
        return;
    }
    if (tls_ == nullptr) {
        record_->application_in += size;
        in_.append(data, size);
        note_input();
        return;
    }
    tls_->feed(data, size);
    if (handshaking()) {
        shake_hands();
        if (handshaking() || over() || discarding_) {
            return;
        }
    }
    std::size_t const before = in_.size();
    bool const intact = tls_->read(in_);
    record_->application_in += in_.size() - before;
    emit_tls_output();
    tls_->describe(*record_);
    note_input();
    if (!intact) {
        fail_tls();
    }
}

void raw_connection::note_input()
{
    while (true) {
        std::size_t const end_of_head = in_.find("\r\n\r\n");
        if (end_of_head == std::string::npos) {
            break;
        }
        raw_request request(in_.substr(0, end_of_head + 4), {});
        std::size_t const total = request.head.size() + body_length(request);
        if (in_.size() < total) {
            break;
        }
        request.body = in_.substr(request.head.size(), total - request.head.size());
        in_.erase(0, total);
        record_->requests.push_back(std::move(request));
    }
    record_->unfinished = in_.substr(0, excerpt);
}

void raw_connection::shake_hands()
{
    raw_tls_layer::progress const p = tls_->handshake();
    emit_tls_output();
    tls_->describe(*record_);
    record_->handshake_done = false;
    if (p == raw_tls_layer::progress::failed) {
        fail_tls();
    } else if (p == raw_tls_layer::progress::done) {
        handshake_done_ = true;
        record_->handshake_done = true;
    }
}

// The alert must reach the other side. So the socket stays open while bytes may arrive: closing it
// with unread bytes would cause an RST, which overtakes what was sent.
void raw_connection::fail_tls()
{
    if (tls_dead_) {
        return;  // cut on purpose: the script goes on
    }
    record_->detail = tls_->error();
    discarding_ = true;
    flush();
    if (!over()) {
        ::shutdown(socket_, SHUT_WR);
    }
}

void raw_connection::emit_tls_output()
{
    std::string bytes = tls_->take_output();
    if (bytes.empty() || tls_dead_) {
        return;
    }
    if (!handshake_done_) {
        std::size_t const left = script_->handshake_limit_ - record_->handshake_out;
        if (script_->handshake_limit_ != raw_script::npos && bytes.size() >= left) {
            bytes.resize(left);
            tls_dead_ = true;
        }
        record_->handshake_out += bytes.size();
    }
    out_ += bytes;
    flush();
}

void raw_connection::put(std::string const& bytes)
{
    if (tls_ == nullptr || tls_dead_) {
        out_ += bytes;
    } else if (tls_->write(bytes)) {
        out_ += tls_->take_output();
    }
}

// True when the kernel has taken everything.
bool raw_connection::flush()
{
    if (over()) {
        return false;
    }
    blocked_on_write_ = false;
    bool const pacing = tls_ != nullptr && !handshake_done_ && !tls_dead_ &&
                        script_->handshake_piece_ != raw_script::npos;
    while (!out_.empty()) {
        std::size_t size = out_.size();
        if (pacing) {
            if (paced_ == 0) {
                if (!wait_until(pace_until_)) {
                    return false;
                }
                paced_ = script_->handshake_piece_;
            }
            size = std::min(size, paced_);
        }
        ssize_t const n = ::send(socket_, out_.data(), size, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (n < 0) {
            if (errno == EINTR) {
                continue;
            }
            if (errno == EAGAIN || errno == EWOULDBLOCK) {
                blocked_on_write_ = true;
                return false;
            }
            end(raw_ending::peer_reset, std::strerror(errno));
            return false;
        }
        record_->bytes_out += static_cast<std::uint64_t>(n);
        out_.erase(0, static_cast<std::size_t>(n));
        if (pacing) {
            paced_ -= static_cast<std::size_t>(n);
            if (paced_ == 0) {
                pace_until_ = clock::now() + script_->handshake_interval_;
            }
        }
    }
    return true;
}

bool raw_connection::wait_until(clock::time_point when)
{
    if (clock::now() >= when) {
        return true;
    }
    wake_ = when;
    return false;
}

void raw_connection::advance()
{
    // If the script still has to wait for a point in time, this is set again below.
    wake_.reset();
    if (over() || !flush() || discarding_ || (handshaking() && !tls_dead_)) {
        return;
    }
    while (!over()) {
        if (step_ == script_->steps_.size()) {
            // A script without a repeated part does nothing from here on.
            if (script_->repeat_from_ >= script_->steps_.size()) {
                return;
            }
            step_ = script_->repeat_from_;
        }
        if (play(script_->steps_[step_]) == outcome::blocked) {
            return;
        }
        ++step_;
        ++record_->steps_played;
        phase_ = 0;
        step_time_.reset();
    }
}

raw_connection::outcome raw_connection::play_pieces(raw_script::step const& step)
{
    while (flush() && phase_ < step.ends.size()) {
        if (phase_ > 0 && step.time.count() > 0 && !wait_until(*step_time_ + step.time)) {
            return outcome::blocked;
        }
        std::size_t const from = phase_ == 0 ? 0 : step.ends[phase_ - 1];
        put(step.text.substr(from, step.ends[phase_] - from));
        ++phase_;
        step_time_ = clock::now();
    }
    return out_.empty() && !over() ? outcome::done : outcome::blocked;
}

raw_connection::outcome raw_connection::play_repeated(raw_script::step const& step)
{
    while (flush() && phase_ < step.count) {
        std::string piece;
        while (phase_ < step.count && piece.size() < flood_piece) {
            piece += step.text;
            ++phase_;
        }
        put(piece);
    }
    return out_.empty() && !over() ? outcome::done : outcome::blocked;
}

raw_connection::outcome raw_connection::play(raw_script::step const& step)
{
    using kind = raw_script::kind;
    auto const when = [](bool ready) { return ready ? outcome::done : outcome::blocked; };
    auto const once = [this](auto&& action) {
        if (phase_ == 0) {
            phase_ = 1;
            action();
        }
        return flush() ? outcome::done : outcome::blocked;
    };
    auto const on_tls = [this, &once](auto&& action) {
        return once([this, &action] {
            if (tls_ != nullptr && !tls_dead_) {
                action();
                out_ += tls_->take_output();
            }
        });
    };

    switch (step.what) {
        case kind::send:
            return once([&] { put(step.text); });
        case kind::pieces:
            return play_pieces(step);
        case kind::repeated:
            return play_repeated(step);
        case kind::raw:
            return once([&] { out_ += step.text; });
        case kind::changed:
            return once([&] {
                std::string const before = std::exchange(out_, {});
                put(step.text);
                out_ = before + step.change(out_);
            });
        case kind::respond:
            if (phase_ == 0 && record_->requests.size() <= requests_taken_) {
                return outcome::blocked;
            }
            return once([&] {
                put(step.answer(record_->requests[requests_taken_++]));
                bytes_taken_ = record_->application_in - in_.size();
            });
        case kind::read_request:
            if (record_->requests.size() <= requests_taken_) {
                return outcome::blocked;
            }
            ++requests_taken_;
            bytes_taken_ = record_->application_in - in_.size();
            return outcome::done;
        case kind::wait_bytes:
            if (record_->application_in < bytes_taken_ + step.count) {
                return outcome::blocked;
            }
            bytes_taken_ += step.count;
            return outcome::done;
        case kind::wait_for_release:
            return when(events_->released.contains(step.text));
        case kind::delay:
            if (!step_time_) {
                step_time_ = clock::now();
            }
            return when(wait_until(*step_time_ + step.time));
        case kind::stall:
            return outcome::blocked;
        case kind::mark:
            events_->marks.insert(step.text);
            return outcome::done;
        case kind::stop_reading:
            reading_ = false;
            return outcome::done;
        case kind::start_reading:
            reading_ = true;
            return outcome::done;
        case kind::half_close:
            if (!flush()) {
                return outcome::blocked;
            }
            ::shutdown(socket_, SHUT_WR);
            return outcome::done;
        case kind::close:
            if (!flush()) {
                return outcome::blocked;
            }
            if (reading_) {
                receive(false);
            }
            end(raw_ending::closed);
            return outcome::blocked;
        case kind::reset:
            end(raw_ending::reset);
            return outcome::blocked;
        case kind::close_notify:
            return on_tls([&] { tls_->close_notify(); });
        case kind::key_update:
            return on_tls([&] { tls_->key_update(step.count != 0); });
        case kind::renegotiate:
            return on_tls([&] { tls_->renegotiate(); });
        case kind::fatal_alert:
            return on_tls([&] { tls_->fatal_alert(); });
    }
    return outcome::blocked;
}

}  // namespace cohub::inline abi_0_2::fake
