#ifndef COHUB_TRANSPORT_DETAIL_IMPL_EXCHANGE_IPP
#define COHUB_TRANSPORT_DETAIL_IMPL_EXCHANGE_IPP

#include <cohub/core/secret.hpp>
#include <cohub/transport/detail/exchange.hpp>

#include <algorithm>
#include <utility>

namespace cohub::inline abi_0_2::transport::detail {

inline constexpr int max_informational = 16;
/// Maximum number of session tickets and key updates between two requests.
inline constexpr std::uint8_t max_looks = 16;

COHUB_DECL exchange::~exchange()
{
    cohub::detail::wipe(unsent_);
    cohub::detail::wipe(unencrypted_);
}

COHUB_DECL exchange::action exchange::resume(event const& e)
{
    if (e.what == kind::close) return close(e.n != 0);
    if (e.what == kind::received || e.what == kind::nothing_there || e.what == kind::ended ||
        e.what == kind::receive_failed)
        waiting_ = false;
    switch (state_) {
        case state::resolving:
            return in_resolving(e);
        case state::connecting:
            return in_connecting(e);
        case state::tunnelling:
            return in_tunnelling(e);
        case state::handshaking:
            return in_handshaking(e);
        case state::idle:
            return in_idle(e);
        case state::looking:
            return in_looking(e);
        case state::writing:
        case state::reading:
            return in_exchange(e);
        case state::answered:
            return in_answered(e);
        case state::upgraded:
            return in_upgraded(e);
        case state::closed:
            output_.clear();  // the last output has been sent, or will never be
            break;
    }
    return {};
}

COHUB_DECL stage exchange::current_stage() const noexcept
{
    switch (state_) {
        case state::resolving:
            return stage::resolving;
        case state::connecting:
        case state::tunnelling:
            return stage::connecting;
        case state::handshaking:
            return stage::handshaking;
        case state::looking:
        case state::writing:
            return stage::writing;
        case state::reading:
            return parser_ && parser_->is_header_done() ? stage::reading_body : stage::reading_head;
        case state::answered:
            return stage::reading_body;
        case state::idle:
        case state::upgraded:
        case state::closed:
            break;
    }
    return stage::none;
}

// ---- a request ---------------------------------------------------------------------------------

inline exchange::action exchange::in_idle(event const& e)
{
    switch (e.what) {
        case kind::send:
        case kind::send_upgrade:
            request_ = e.bytes;
            upgrading_ = e.what == kind::send_upgrade;
            checking_ = false;
            looks_ = 0;
            request_sent_ = false;
            state_ = state::looking;
            return look();
        case kind::check:
            request_ = {};
            checking_ = true;
            looks_ = 0;
            state_ = state::looking;
            return look();
        case kind::received:
        case kind::ended:
        case kind::receive_failed:
            // Nothing was requested.
            state_ = state::closed;
            return {.what = step::stale};
        default:
            return {};
    }
}

inline exchange::action exchange::look()
{
    // The answer before this request is not needed any more.
    input_.clear();
    action a{.what = step::look};
    a.buffer = receive_buffer(a.buffer_size);
    return a;
}

inline exchange::action exchange::in_looking(event const& e)
{
    switch (e.what) {
        case kind::received: {
            if (!tls_) return unfit(failure(errc::protocol_error));
            bool const filled = e.n == raw_capacity_;
            take_input(e.n);
            if (!is_harmless()) return unfit(failure(errc::protocol_error));
            if (!filled) return no_more_to_see();
            if (++looks_ == max_looks) return unfit(failure(errc::protocol_error));
            return look();
        }
        case kind::nothing_there:
            return no_more_to_see();
        case kind::ended:
        case kind::receive_failed: {
            receive_error_ = e.ec;
            failure f(errc::connection_lost);
            f.cause = e.ec;
            return unfit(std::move(f));
        }
        case kind::time_over:
            return broken(timed_out());
        default:
            return {};
    }
}

inline exchange::action exchange::no_more_to_see()
{
    if (holds_part_) {
        // The content of this data is not known yet. A new connection's session ticket may come in
        // pieces, so the exchange waits for the rest.
        if (checking_ || exchanges_ != 0) return unfit(failure(errc::protocol_error));
        unencrypted_.assign(request_);
        request_ = unencrypted_;
        return wait();
    }
    if (!checking_) return begin_request();
    state_ = state::idle;
    return {};
}

/// The look found something that makes the connection useless.
inline exchange::action exchange::unfit(failure&& f)
{
    output_.clear();
    if (checking_ || exchanges_ != 0) {
        state_ = state::closed;
        return {.what = step::stale};
    }
    if (failure_) return broken(std::move(*failure_));
    if (f.code == errc::protocol_error) f.detail = "the server spoke before it was asked";
    f.at = stage::writing;
    return broken(std::move(f));
}

inline exchange::action exchange::begin_request()
{
    state_ = state::writing;
    ++exchanges_;
    informational_ = 0;
    request_size_ = request_.size();
    bytes_received_ = 0;
    received_any_ = write_failed_ = ended_cleanly_ = holds_part_ = false;
    parser_.emplace(limits_.max_header, limits_.max_body);
    if (upgrading_) parser_->want_excerpt();  // without a switch, the body is only for a message
    if (!tls_) return write(request_);
    auto const s = tls_->write(request_);
    if (s == tls_engine::status::want_input && request_.data() != unencrypted_.data())
        unencrypted_.assign(request_);
    return encrypted(s);
}

inline exchange::action exchange::encrypted(tls_engine::status s)
{
    if (s == tls_engine::status::want_input) return write_output();
    if (!unencrypted_.empty()) cohub::detail::wipe(unencrypted_);
    if (s == tls_engine::status::done) return write_output();
    return broken(tls_failure(false));
}

// ---- writing -----------------------------------------------------------------------------------

inline exchange::action exchange::write(std::string_view bytes)
{
    writing_ = bytes;
    return {.what = step::write, .bytes = bytes};
}

/// Sends the output of TLS, after what the socket did not take before.
inline exchange::action exchange::write_output()
{
    if (unsent() == 0) {
        if (!output_.empty()) return write(output_);
        return after_write();
    }
    keep_output();
    return write(std::string_view(unsent_).substr(unsent_at_));
}

inline exchange::action exchange::wrote(std::size_t n)
{
    if (n != 0 && state_ != state::tunnelling && state_ != state::handshaking) request_sent_ = true;
    if (!unsent_.empty())
        unsent_at_ += n;
    else if (n != writing_.size())
        unsent_.assign(writing_.substr(n));
    writing_ = {};
    if (state_ == state::tunnelling) cohub::detail::wipe(output_);  // it may contain a password
    output_.clear();
    if (output_.capacity() > answer_buffer::large_size) std::string().swap(output_);
    if (unsent_.empty()) return after_write();
    if (unsent() == 0) {
        cohub::detail::wipe(unsent_);
        unsent_at_ = 0;
    } else if (unsent_at_ > answer_buffer::small_size) {
        unsent_.erase(0, unsent_at_);
        unsent_at_ = 0;
    }
    return after_write();
}

inline exchange::action exchange::write_failed(error_code ec)
{
    send_error_ = ec;
    write_failed_ = true;
    writing_ = {};
    output_.clear();
    cohub::detail::wipe(unsent_);
    unsent_at_ = 0;
    if (state_ == state::writing && !request_sent()) {
        if (exchanges_ > 1) {
            state_ = state::closed;
            return {.what = step::stale};
        }
        return broken(lost());
    }
    // The reading side reports what a failed write means: an early answer or the end.
    return after_write();
}

inline exchange::action exchange::after_write()
{
    if (state_ == state::handshaking) {
        if (failure_) return broken(std::move(*failure_));
        if (shaken_ && unsent() == 0) return handshake_done();
    }
    if (std::exchange(answer_waits_, false)) return {.what = step::answer, .n = !write_failed_};
    if (std::exchange(read_again_, false)) return read_answer();
    if (state_ == state::writing && unsent() == 0 && unencrypted_.empty()) state_ = state::reading;
    return wait();
}

inline exchange::action exchange::wait()
{
    action a{.what = step::wait, .until_writable = unsent() != 0};
    // To complete the handshake, only the last output has to be sent. After that nothing is
    // pending: an idle connection does not read.
    if (waiting_ || (state_ == state::handshaking && shaken_)) return a;
    if (state_ == state::upgraded) {
        // While the owner has the input, nothing is received: TCP slows the server down, and TLS
        // may still have something to read in the buffer.
        if (handed_on_) return a;
        input_.clear();
    }
    waiting_ = true;
    a.buffer = receive_buffer(a.buffer_size);
    return a;
}

// ---- reading -----------------------------------------------------------------------------------

inline exchange::action exchange::in_exchange(event const& e)
{
    switch (e.what) {
        case kind::received:
            take_input(e.n);
            break;
        case kind::ended:
        case kind::receive_failed:
            input_over_ = true;
            receive_error_ = e.ec;
            if (tls_) tls_->end_input();
            break;
        case kind::wrote:
            return wrote(e.n);
        case kind::write_failed:
            return write_failed(e.ec);
        case kind::writable:
            return write_output();
        case kind::time_over:
            return broken(timed_out());
        default:
            return {};
    }
    if (!unencrypted_.empty()) {
        auto const s = tls_->write(unencrypted_);
        if (s == tls_engine::status::want_input && input_over_) return broken(lost());
        read_again_ = s == tls_engine::status::done;
        return encrypted(s);
    }
    return read_answer();
}

inline exchange::action exchange::read_answer()
{
    for (;;) {
        switch (read_some()) {
            case reading::bytes:
                received_any_ = true;
                if (auto a = parse()) return *a;
                break;
            case reading::nothing:
                // Replies that TLS makes by itself are sent now.
                return write_output();
            case reading::ended:
                return input_ended();
        }
    }
}

/// Passes new bytes to the parser. Returns nothing if more has to be read.
inline std::optional<exchange::action> exchange::parse()
{
    while (!input_.is_read()) {
        error_code ec;
        input_.feed(*parser_, ec);
        if (ec) {
            failure f = parser_->failure_for(ec);
            f.at = current_stage();
            f.http_status = parser_->status();
            return broken(std::move(f));
        }
        if (parser_->cut()) return answer_done(false);
        if (!parser_->is_done()) {
            // Chunk framing that was read leaves room for the next one.
            if (input_.is_read() && parser_->is_header_done() && parser_->body_end() != 0)
                input_.keep_body(*parser_);
            return std::nullopt;
        }
        if (parser_->status() / 100 != 1) return answer_done(true);
        if (auto a = informational()) return a;
    }
    return std::nullopt;
}

/// A 1xx head is complete.
inline std::optional<exchange::action> exchange::informational()
{
    auto const refused = [this](failure&& f) {
        f.at = stage::reading_head;
        f.http_status = parser_->status();
        return broken(std::move(f));
    };
    if (parser_->status() == 101 && upgrading_) {
        keep_output();
        state_ = state::upgraded;
        handed_on_ = true;
        return action{.what = step::upgraded};
    }
    if (parser_->status() == 101)
        return refused(failure(errc::protocol_error, "the server switched protocols unasked"));
    if (++informational_ > max_informational)
        return refused(failure(errc::protocol_error, "too many 1xx responses before the answer"));
    if (input_.parsed() > limits_.max_header)
        return refused(failure(errc::too_large, "the 1xx responses pass limits.max_header"));
    input_.begin_next();
    parser_.emplace(limits_.max_header, limits_.max_body);
    if (upgrading_) parser_->want_excerpt();
    return std::nullopt;
}

inline exchange::action exchange::answer_done(bool may_reuse)
{
    bool reusable = may_reuse && parser_->keep_alive() && input_.is_read() && unsent() == 0 &&
                    unencrypted_.empty() && !write_failed_ && !input_over_;
    // A session ticket may arrive with the answer. Data must not.
    if (reusable && tls_ && (tls_->input_left() != 0 || tls_->holds_part_of_record()))
        reusable = is_harmless();
    keep_output();
    state_ = state::answered;
    if (!reusable || unsent() == 0) return {.what = step::answer, .n = reusable};
    // The peer waits for the output of TLS, for example after a request to renegotiate.
    answer_waits_ = true;
    return write(unsent_);
}

inline exchange::action exchange::input_ended()
{
    bool const header_done = parser_->is_header_done();
    // An error's body may be incomplete. A body without a length is complete at a clean end.
    if (header_done && (parser_->status() >= 300 || (ended_cleanly_ && parser_->need_eof())))
        return answer_done(false);
    failure f = failure_ ? std::move(*failure_) : lost();
    f.http_status = parser_->status();
    f.at = current_stage();
    return broken(std::move(f));
}

inline exchange::action exchange::in_answered(event const& e)
{
    if (answer_waits_ && e.what == kind::wrote) return wrote(e.n);
    if (answer_waits_ && e.what == kind::write_failed) return write_failed(e.ec);
    if (e.what != kind::release) return {};
    state_ = state::idle;
    request_sent_ = false;
    bytes_received_ = 0;
    input_.clear_large();
    if (raw_capacity_ > 4 * answer_buffer::small_size) {
        raw_.reset();
        raw_capacity_ = 0;
    }
    return {};
}

// ---- bytes -------------------------------------------------------------------------------------

/// Where the next received bytes go.
inline char* exchange::receive_buffer(std::size_t& size)
{
    if (!tls_) {
        make_room();
        size = std::min(input_.free_size(), answer_buffer::large_size);
        return input_.free_space();
    }
    if (!raw_) {
        raw_capacity_ = std::max(raw_capacity_, first_receive);
        raw_ = std::make_unique_for_overwrite<char[]>(raw_capacity_);
    }
    size = raw_capacity_;
    return raw_.get();
}

/// `n` bytes were received into the buffer.
inline void exchange::take_input(std::size_t n)
{
    if (!tls_) {
        input_.received(n);
        bytes_received_ += n;
        plain_input_ = true;
        return;
    }
    raw_filled_ = n == raw_capacity_;
    tls_->feed(raw_.get(), n);
}

/// Makes received bytes readable at the end of `input_`.
inline exchange::reading exchange::read_some()
{
    if (!tls_) {
        if (std::exchange(plain_input_, false)) return reading::bytes;
        if (!input_over_) return reading::nothing;
        ended_cleanly_ = !receive_error_;
        return reading::ended;
    }
    make_room();
    std::size_t n = 0;
    switch (tls_->read(input_.free_space(), input_.free_size(), n)) {
        case tls_engine::status::done:
            input_.received(n);
            bytes_received_ += n;
            return reading::bytes;
        case tls_engine::status::want_input:
            // The socket holds more than was requested: request more from now on.
            if (raw_capacity_ < answer_buffer::large_size && raw_filled_) {
                raw_capacity_ = std::min(raw_capacity_ * 4, answer_buffer::large_size);
                raw_.reset();
            }
            if (!input_over_) return reading::nothing;
            break;
        case tls_engine::status::ended:
            ended_cleanly_ = true;
            return reading::ended;
        case tls_engine::status::failed:
            break;
    }
    failure_ = std::make_unique<failure>(tls_failure(false));
    return reading::ended;
}

/// Reads session tickets and key updates. False: there are data, an alert or the end.
inline bool exchange::is_harmless()
{
    if (!tls_) return true;
    make_room();
    std::size_t n = 0;
    switch (tls_->read(input_.free_space(), input_.free_size(), n)) {
        case tls_engine::status::want_input:
            keep_output();
            holds_part_ = tls_->holds_part_of_record();
            return true;
        case tls_engine::status::failed:
            failure_ = std::make_unique<failure>(tls_failure(false));
            return false;
        case tls_engine::status::ended:
            failure_ = std::make_unique<failure>(lost());
            return false;
        case tls_engine::status::done:
            break;
    }
    return false;
}

/// Replies that TLS makes by itself, for example to a key update, are sent before the next bytes.
inline void exchange::keep_output()
{
    if (output_.empty()) return;
    unsent_.append(output_);
    output_.clear();
}

inline void exchange::make_room()
{
    // TLS knows how much of the input is left to decrypt, even if it is nothing.
    input_.make_room(parser_, tls_ ? std::max<std::size_t>(tls_->input_left(), 1) : 0);
}

COHUB_DECL void exchange::shrink_buffers() noexcept
{
    input_.release();
    raw_.reset();
    raw_capacity_ = 0;
    parser_.reset();
    if (tls_) tls_->free_buffers();
}

// ---- the end -----------------------------------------------------------------------------------

inline exchange::action exchange::close(bool politely)
{
    action a{.what = step::close};
    bool const stands = state_ == state::idle || state_ == state::looking ||
                        state_ == state::writing || state_ == state::reading ||
                        state_ == state::answered || state_ == state::upgraded;
    output_.clear();  // from a step that threw
    // After a record that was cut, a close_notify would be a damaged record.
    if (politely && stands && tls_ && unsent() == 0) {
        tls_->shutdown();
        a.bytes = output_;
    }
    state_ = state::closed;
    cohub::detail::wipe(unsent_);
    cohub::detail::wipe(unencrypted_);
    unsent_at_ = 0;
    return a;
}

}  // namespace cohub::inline abi_0_2::transport::detail

#endif
