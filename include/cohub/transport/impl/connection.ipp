#ifndef COHUB_TRANSPORT_IMPL_CONNECTION_IPP
#define COHUB_TRANSPORT_IMPL_CONNECTION_IPP

#include <cohub/transport/connection.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/sslerr.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace cohub::transport {

namespace asio = boost::asio;

namespace detail {

inline constexpr std::size_t small_buffer = 4096;
inline constexpr std::size_t large_buffer = 64 * 1024;
inline constexpr int max_informational = 16;

template <class T>
struct memory_allocator
{
    using value_type = T;

    explicit memory_allocator(handler_memory& m) noexcept : memory(&m) {}
    template <class U>
    memory_allocator(memory_allocator<U> const& other) noexcept : memory(other.memory)
    {
    }
    T* allocate(std::size_t n) { return static_cast<T*>(memory->allocate(n * sizeof(T))); }
    void deallocate(T* p, std::size_t) noexcept { memory->deallocate(p); }
    friend bool operator==(memory_allocator a, memory_allocator b) noexcept
    {
        return a.memory == b.memory;
    }

    handler_memory* memory;
};

/// OpenSSL wants an empty queue before each operation. Clearing an empty one costs ten times a
/// look.
inline void clear_tls_errors() noexcept
{
    if (ERR_peek_error() != 0) ERR_clear_error();
}

inline error_code system_code(int value) noexcept
{
    return error_code(value, boost::system::system_category());
}

}  // namespace detail

/// What Asio calls: takes the owner's lock around the member. One type, since Asio's operations are
/// compiled anew for each.
struct connection::handler
{
    using allocator_type = detail::memory_allocator<void>;

    connection_ptr self;
    handler_memory* memory;
    void (connection::*member)(error_code, std::size_t);

    allocator_type get_allocator() const noexcept { return allocator_type(*memory); }
    void operator()(error_code ec, std::size_t n = 0)
    {
        self->owner_.enter();
        ((*self).*member)(ec, n);
        self->owner_.leave();
    }
};

COHUB_INNER_DECL connection::connection(
    executor_type const& executor,
    connection_owner& owner,
    limit_options const& limits,
    tls_context* tls,
    std::uint64_t id
)
    : timer_node(timer_node::role::connection),
      executor_(executor),
      owner_(owner),
      limits_(limits),
      tls_(tls),
      socket_(executor),
      id_(id)
{
    owner_.retain();
}

COHUB_INNER_DECL connection::~connection()
{
    cohub::detail::wipe(unsent_);
    owner_.release();
}

COHUB_INNER_DECL stage connection::current_stage() const noexcept
{
    switch (phase_) {
        case phase::resolving:
            return stage::resolving;
        case phase::connecting:
            return stage::connecting;
        case phase::handshaking:
            return stage::handshaking;
        case phase::exchanging:
            if (unsent_at_ != unsent_.size()) return stage::writing;
            return parser_ && parser_->is_header_done() ? stage::reading_body : stage::reading_head;
        default:
            return stage::none;
    }
}

COHUB_INNER_DECL void connection::connect(endpoint_list addresses)
{
    addresses_ = std::move(addresses);
    phase_ = phase::connecting;
    connect_next(asio::error::host_not_found);
}

COHUB_INNER_DECL void connection::give_up_address()
{
    gave_up_address_ = true;
    error_code ignored;
    socket_.close(ignored);  // the pending connect ends with an error and goes on to the next
}

COHUB_INNER_DECL void connection::connect_next(error_code last)
{
    while (next_address_ != addresses_.size()) {
        last = begin_to_connect(addresses_[next_address_++]);
        if (!last) return await_connected();
    }
    failure f(errc::connect_failed, "is the service running there, and is the port right?");
    f.cause = last;
    f.at = stage::connecting;
    owner_.on_connect_failed(*this, std::move(f));
}

COHUB_INNER_DECL error_code connection::begin_to_connect(detail::socket_address const& to)
{
    error_code ec;
    socket_.close(ec);
    int const fd =
        ::socket(to.any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP);
    if (fd == -1) return detail::system_code(errno);
    int const at_once = 1;
    // Connected before Asio waits for it: one that is not would be reported as hung up.
    if (::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &at_once, sizeof at_once) != 0 ||
        (::connect(fd, &to.any, to.size()) != 0 && errno != EINPROGRESS))
        ec = detail::system_code(errno);
    else
        socket_.assign(fd, ec);
    if (ec) ::close(fd);
    return ec;
}

COHUB_INNER_DECL void connection::await_connected()
{
    socket_.async_wait(
        asio::posix::descriptor_base::wait_write,
        handler{this, &write_memory_, &connection::on_connected}
    );
}

COHUB_INNER_DECL void connection::on_connected(error_code ec, std::size_t)
{
    if (phase_ == phase::closed) return;
    if (std::exchange(gave_up_address_, false))
        ec = asio::error::timed_out;
    else if (!ec) {
        pollfd ready{socket_.native_handle(), POLLOUT, 0};
        if (::poll(&ready, 1, 0) <= 0) return await_connected();
        int status = 0;
        socklen_t size = sizeof status;
        if (::getsockopt(ready.fd, SOL_SOCKET, SO_ERROR, &status, &size) != 0) status = errno;
        ec = detail::system_code(status);
    }
    if (ec) return connect_next(ec);
    wire_.socket = socket_.native_handle();
    addresses_ = {};
    next_address_ = 0;
    if (tls_ == nullptr) {
        phase_ = phase::idle;
        owner_.on_ready(*this);
        return;
    }
    phase_ = phase::handshaking;
    ssl_ = tls_->connect(wire_);
    if (!ssl_) {
        owner_.on_connect_failed(*this, failure(errc::tls_failed, "OpenSSL could not be set up"));
        return;
    }
    owner_.on_tcp_ready(*this);
    shake_hands();
}

COHUB_INNER_DECL void connection::shake_hands()
{
    ERR_clear_error();
    int const done = SSL_do_handshake(ssl_.get());
    if (done == 1) {
        phase_ = phase::idle;
        // What came along with the end of the handshake, a session ticket say, is taken now: the
        // buffer it lies in is about to be used anew.
        if (wire_.in_left != 0 && (!idle_input_is_harmless() || wire_.in_left != 0)) {
            failure f(errc::protocol_error, "the server spoke before it was asked");
            f.at = stage::handshaking;
            return owner_.on_connect_failed(*this, std::move(f));
        }
        owner_.on_ready(*this);
        return;
    }
    int const why = SSL_get_error(ssl_.get(), done);
    if (why == SSL_ERROR_WANT_READ && !receive_error_) return receive();
    if (why == SSL_ERROR_WANT_WRITE) return wait_writable();
    owner_.on_connect_failed(*this, tls_failure(true));
}

COHUB_INNER_DECL failure connection::tls_failure(bool shaking)
{
    unsigned long const code = take_tls_error();
    int const reason = ERR_GET_REASON(code);
    bool const from_tls = code != 0 && ERR_GET_LIB(code) == ERR_LIB_SSL;
    bool const silent = code == 0 || (from_tls && reason == SSL_R_UNEXPECTED_EOF_WHILE_READING);
    bool const cut_off = silent || receive_error_ || wire_.send_error != 0;
    // A server that took a session, and then ended the connection without a word, may have no use
    // for it.
    bool const resumed_in_vain = session_reused() && exchanges <= 1 && !received_any_;
    if (shaking || !silent || resumed_in_vain) tls_->forget_sessions();
    failure f;
    f.at = shaking ? stage::handshaking : current_stage();
    if (cut_off) {
        f = lost();
        f.at = shaking ? stage::handshaking : current_stage();
        if (shaking) {
            f.code = errc::connection_lost;
            f.detail = "the server ended the connection inside the TLS handshake";
        }
        return f;
    }
    long const verdict = SSL_get_verify_result(ssl_.get());
    bool const untrusted =
        shaking && from_tls &&
        (reason == SSL_R_CERTIFICATE_VERIFY_FAILED || reason == SSL_R_BAD_SIGNATURE);
    f.code = untrusted ? errc::tls_untrusted : errc::tls_failed;
    if (untrusted && verdict != X509_V_OK)
        f.detail = std::string(X509_verify_cert_error_string(verdict)) +
                   "; if the server is yours, name its issuer in tls.ca_file";
    else
        f.detail = tls_error_text(code);
    if (!untrusted && shaking && from_tls &&
        (reason == SSL_R_WRONG_VERSION_NUMBER || reason == SSL_R_HTTP_REQUEST ||
         reason == SSL_R_PACKET_LENGTH_TOO_LONG || reason == SSL_R_UNKNOWN_PROTOCOL ||
         reason == SSL_R_UNEXPECTED_MESSAGE || reason == SSL_R_BAD_RECORD_TYPE))
        f.detail += "; does this port speak TLS at all?";
    return f;
}

COHUB_INNER_DECL failure connection::lost() const
{
    failure f(received_any_ ? errc::truncated : errc::connection_lost);
    f.at = current_stage();
    if (receive_error_)
        f.cause = receive_error_;
    else if (wire_.send_error != 0)
        f.cause = detail::system_code(wire_.send_error);
    return f;
}

COHUB_INNER_DECL void connection::receive()
{
    if (receiving_) return;
    receiving_ = true;
    if (raw_capacity_ == 0) {
        raw_capacity_ = detail::small_buffer;
        raw_ = std::make_unique_for_overwrite<char[]>(raw_capacity_);
    }
    socket_.async_read_some(
        asio::buffer(raw_.get(), raw_capacity_),
        handler{this, &read_memory_, &connection::on_received}
    );
}

/// Waits as receive() does, but without a buffer: for a connection that has been idle for a while.
COHUB_INNER_DECL void connection::watch()
{
    raw_.reset();
    raw_capacity_ = 0;
    receiving_ = true;
    socket_.async_wait(
        asio::posix::descriptor_base::wait_read,
        handler{this, &read_memory_, &connection::on_readable}
    );
}

COHUB_INNER_DECL void connection::on_readable(error_code ec, std::size_t)
{
    receiving_ = false;
    park(false);
    if (phase_ == phase::closed) return;
    if (ec) receive_error_ = ec;
    receive();
    park(phase_ == phase::idle);
}

COHUB_INNER_DECL void connection::park(bool parked)
{
    // An idle connection listens, yet must not keep io_context::run() from returning: its pending
    // receive does not count as work. Every way out of idleness counts it again first.
    if (parked == parked_) return;
    parked_ = parked;
    if (parked)
        executor_.on_work_finished();
    else
        executor_.on_work_started();
}

COHUB_INNER_DECL void connection::on_received(error_code ec, std::size_t n)
{
    receiving_ = false;
    park(false);
    if (phase_ == phase::closed) return;
    if (std::exchange(giving_up_receive_, false) && ec == asio::error::operation_aborted) {
        // An exchange may have begun meanwhile.
        if (phase_ != phase::idle) return receive();
        watch();
        return park(true);
    }
    if (ec == asio::error::eof)
        wire_.in_ended = true;
    else if (ec)
        receive_error_ = ec;
    wire_.in = raw_.get();
    wire_.in_left = n;
    bool const filled = n == raw_capacity_;
    switch (phase_) {
        case phase::handshaking:
            shake_hands();
            break;
        case phase::exchanging:
            read_answer();
            break;
        case phase::upgraded:
            read_stream();
            break;
        case phase::idle:
            if (!idle_input_is_harmless() || wire_.in_left != 0)
                owner_.on_idle_lost(*this);
            else {
                slimmed ? watch() : receive();
                park(true);
            }
            break;
        default:
            break;
    }
    // More lies in the socket than was asked for: ask for more from now on.
    if (filled && !receiving_ && wire_.in_left == 0 && phase_ != phase::closed &&
        raw_capacity_ < detail::large_buffer) {
        raw_capacity_ *= 4;
        raw_ = std::make_unique_for_overwrite<char[]>(raw_capacity_);
    }
}

COHUB_INNER_DECL bool connection::idle_input_is_harmless()
{
    if (!ssl_) return false;  // in plain HTTP nothing may come uninvited
    char unexpected = 0;
    // Session tickets and key updates are handled inside; any other byte, alert or end is not for
    // us.
    return read_some(&unexpected, 1) == 0;
}

COHUB_INNER_DECL bool connection::is_quiet()
{
    char byte = 0;
    ssize_t n = ::recv(wire_.socket, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return true;
    if (n <= 0 || !ssl_) return false;
    // A session ticket may have come. It is taken here; the receive that is pending waits on.
    char records[detail::small_buffer];
    n = ::recv(wire_.socket, records, sizeof records, MSG_DONTWAIT);
    if (n <= 0) return false;
    wire_.in = records;
    wire_.in_left = static_cast<std::size_t>(n);
    bool const harmless = idle_input_is_harmless();
    wire_.in_left = 0;
    return harmless && static_cast<std::size_t>(n) < sizeof records;
}

COHUB_INNER_DECL void connection::wait_writable()
{
    if (waiting_writable_) return;
    waiting_writable_ = true;
    socket_.async_wait(
        asio::posix::descriptor_base::wait_write,
        handler{this, &write_memory_, &connection::on_writable}
    );
}

COHUB_INNER_DECL void connection::on_writable(error_code ec, std::size_t)
{
    waiting_writable_ = false;
    if (phase_ == phase::closed) return;
    if (ec) write_failed_ = true;
    if (phase_ == phase::handshaking) return shake_hands();
    // Whatever a failed write means, the reading side tells it: an early answer or the end.
    bool const writing = phase_ == phase::exchanging || phase_ == phase::upgraded;
    if (writing && !write_failed_ && !flush()) write_failed_ = true;
}

COHUB_INNER_DECL bool connection::send(std::string_view request)
{
    park(false);
    phase_ = phase::exchanging;
    slimmed = false;
    ++exchanges;
    bytes_out_before_ = wire_.bytes_out;
    begin_ = parsed_ = end_ = 0;
    informational_ = 0;
    received_any_ = write_failed_ = ended_cleanly_ = false;
    unsent_.clear();
    unsent_at_ = 0;
    parser_.emplace(limits_.max_header, limits_.max_body);
    if (upgrading_) parser_->want_excerpt();  // what comes instead of a switch is only to be shown
    receive();

    bool sent_all = false;
    std::size_t used = 0;
    while (!sent_all) {
        std::string_view const rest = request.substr(used);
        ssize_t n = 0;
        if (ssl_) {
            detail::clear_tls_errors();
            int const size = static_cast<int>(std::min<std::size_t>(rest.size(), 1 << 30));
            n = SSL_write(ssl_.get(), rest.data(), size);
            if (n <= 0) {
                int const why = SSL_get_error(ssl_.get(), static_cast<int>(n));
                if (why == SSL_ERROR_WANT_WRITE || why == SSL_ERROR_WANT_READ) break;
                ERR_clear_error();
                write_failed_ = true;
                return request_sent();
            }
        } else {
            n = ::send(wire_.socket, rest.data(), rest.size(), MSG_NOSIGNAL);
            if (n < 0 && errno == EINTR) continue;
            if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) break;
            if (n < 0) {
                wire_.send_error = errno;
                write_failed_ = true;
                return request_sent();
            }
            wire_.bytes_out += static_cast<std::uint64_t>(n);
        }
        used += static_cast<std::size_t>(n);
        sent_all = used == request.size();
    }
    if (!sent_all) {
        unsent_.assign(request.substr(used));
        wait_writable();
    }
    return true;
}

/// Goes on with what the socket would not take. False: the connection is broken.
COHUB_INNER_DECL bool connection::flush()
{
    while (unsent_at_ != unsent_.size()) {
        char const* const data = unsent_.data() + unsent_at_;
        std::size_t const size = unsent_.size() - unsent_at_;
        ssize_t n = 0;
        if (ssl_) {
            ERR_clear_error();
            n = SSL_write(ssl_.get(), data, static_cast<int>(std::min<std::size_t>(size, 1 << 30)));
            if (n <= 0) {
                int const why = SSL_get_error(ssl_.get(), static_cast<int>(n));
                if (why != SSL_ERROR_WANT_WRITE && why != SSL_ERROR_WANT_READ) {
                    ERR_clear_error();
                    return false;
                }
                wait_writable();
                return true;
            }
        } else {
            n = ::send(wire_.socket, data, size, MSG_NOSIGNAL);
            if (n < 0 && errno == EINTR) continue;
            if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
                wait_writable();
                return true;
            }
            if (n < 0) {
                wire_.send_error = errno;
                return false;
            }
            wire_.bytes_out += static_cast<std::uint64_t>(n);
        }
        unsent_at_ += static_cast<std::size_t>(n);
    }
    cohub::detail::wipe(unsent_);
    unsent_at_ = 0;
    return true;
}

/// @return bytes read; 0: nothing there yet; -1: the end, with `read_failure_` or `ended_cleanly_`
/// set
COHUB_INNER_DECL int connection::read_some(char* to, std::size_t size)
{
    if (!ssl_) {
        if (wire_.in_left == 0) {
            if (wire_.in_ended)
                ended_cleanly_ = true;
            else if (!receive_error_)
                return 0;
            return -1;
        }
        std::size_t const n = std::min(size, wire_.in_left);
        std::memcpy(to, wire_.in, n);
        wire_.in += n;
        wire_.in_left -= n;
        return static_cast<int>(n);
    }
    detail::clear_tls_errors();
    int const n = SSL_read(ssl_.get(), to, static_cast<int>(std::min<std::size_t>(size, 1 << 30)));
    if (n > 0) return n;
    switch (SSL_get_error(ssl_.get(), n)) {
        case SSL_ERROR_WANT_READ:
            if (!receive_error_) return 0;
            break;
        case SSL_ERROR_WANT_WRITE:
            wait_writable();
            return 0;
        case SSL_ERROR_ZERO_RETURN:
            ended_cleanly_ = true;
            return -1;
        default:
            break;
    }
    read_failure_ = tls_failure(false);
    return -1;
}

COHUB_INNER_DECL void connection::make_room()
{
    std::size_t const step = 1024;
    if (plain_capacity_ - end_ >= step) return;
    std::size_t capacity = std::max(detail::small_buffer, plain_capacity_ * 2);
    // The first one holds what has come, which most often is the answer, and not much more.
    if (plain_capacity_ == 0)
        capacity = std::clamp((wire_.in_left + step - 1) / step * step, step, capacity);
    auto larger = std::make_unique_for_overwrite<char[]>(capacity);
    std::copy_n(plain_.get(), end_, larger.get());
    plain_ = std::move(larger);
    plain_capacity_ = capacity;
    // No more may come: an answer can end with the connection.
    if (parser_) parser_->moved_to(plain_.get() + begin_);
}

COHUB_INNER_DECL void connection::read_answer()
{
    for (;;) {
        make_room();
        int const n = read_some(plain_.get() + end_, plain_capacity_ - end_);
        if (n == 0) return receive();
        if (n < 0) return input_ended();
        end_ += static_cast<std::size_t>(n);
        received_any_ = true;
        if (parse()) return;
    }
}

/// @return true if the exchange is over, one way or the other
COHUB_INNER_DECL bool connection::parse()
{
    auto const broken = [this](failure&& f) {
        f.at = current_stage();
        f.http_status = parser_->status();
        owner_.on_broken(*this, std::move(f));
        return true;
    };
    while (parsed_ != end_) {
        error_code ec;
        parsed_ += parser_->feed(plain_.get() + begin_, parsed_ - begin_, end_ - parsed_, ec);
        if (ec) return broken(parser_->failure_for(ec));
        if (parser_->cut()) {
            answer_done(false);
            return true;
        }
        if (!parser_->is_done()) {
            // Chunk framing that has been read makes room for the next one.
            if (parsed_ == end_ && parser_->is_header_done() && parser_->body_end() != 0)
                parsed_ = end_ = begin_ + parser_->body_end();
            return false;
        }
        if (parser_->status() / 100 != 1) {
            answer_done(true);
            return true;
        }
        if (parser_->status() == 101 && upgrading_) {
            upgrade();
            return true;
        }
        if (parser_->status() == 101)
            return broken(failure(errc::protocol_error, "the server switched protocols unasked"));
        if (++informational_ > detail::max_informational)
            return broken(failure(errc::protocol_error, "too many 1xx responses before the answer")
            );
        if (parsed_ > limits_.max_header)
            return broken(failure(errc::too_large, "the 1xx responses pass limits.max_header"));
        begin_ = parsed_;
        parser_.emplace(limits_.max_header, limits_.max_body);
    }
    return false;
}

COHUB_INNER_DECL void connection::answer_done(bool may_reuse)
{
    bool reusable = may_reuse && parser_->keep_alive() && parsed_ == end_ &&
                    unsent_at_ == unsent_.size() && !write_failed_ && !wire_.in_ended &&
                    !receive_error_;
    if (reusable && (wire_.in_left != 0 || (ssl_ && SSL_has_pending(ssl_.get()) == 1)))
        reusable = idle_input_is_harmless();
    owner_.on_answer(*this, reusable);
}

COHUB_INNER_DECL void connection::upgrade()
{
    phase_ = phase::upgraded;
    owner_.on_upgraded(*this);
}

COHUB_INNER_DECL void connection::read_on()
{
    if (reading_on_ || phase_ != phase::upgraded || receiving_) return;
    read_stream();
}

/// Hands on what came, until the owner has enough or there is no more.
COHUB_INNER_DECL void connection::read_stream()
{
    connection_ptr const keep(this);
    reading_on_ = true;
    int n = 0;
    do {
        if (parsed_ == end_) begin_ = parsed_ = end_ = 0;
        make_room();
        n = read_some(plain_.get() + end_, plain_capacity_ - end_);
        if (n < 0) break;
        end_ += static_cast<std::size_t>(n);
        if (n != 0) owner_.on_input(*this);
    } while (n != 0 && phase_ == phase::upgraded && parsed_ == end_);
    reading_on_ = false;
    if (phase_ != phase::upgraded) return;
    if (n < 0) {
        failure f = read_failure_ ? std::move(*read_failure_) : lost();
        return owner_.on_broken(*this, std::move(f));
    }
    // Whoever left something unread has enough, and asks by read_on() for more.
    if (parsed_ != end_) return;
    receive();
    park(true);
}

COHUB_INNER_DECL void connection::send_more(std::string_view bytes)
{
    if (phase_ != phase::upgraded || write_failed_) return;
    if (unsent_at_ > detail::small_buffer) {
        unsent_.erase(0, unsent_at_);
        unsent_at_ = 0;
    }
    unsent_.append(bytes);
    if (!waiting_writable_ && !flush()) write_failed_ = true;
}

COHUB_INNER_DECL void connection::input_ended()
{
    bool const header_done = parser_->is_header_done();
    if (header_done && (parser_->status() >= 300 || (ended_cleanly_ && parser_->need_eof()))) {
        // An error's body need not be whole; a body without a length is whole at a clean end.
        return answer_done(false);
    }
    failure f = read_failure_ ? std::move(*read_failure_) : lost();
    f.http_status = parser_->status();
    f.at = current_stage();
    owner_.on_broken(*this, std::move(f));
}

COHUB_INNER_DECL void connection::rest()
{
    phase_ = phase::idle;
    begin_ = parsed_ = end_ = 0;
    if (plain_capacity_ > detail::large_buffer) {
        plain_.reset();
        plain_capacity_ = 0;
    }
    if (raw_capacity_ > 4 * detail::small_buffer && !receiving_) {
        raw_.reset();
        raw_capacity_ = 0;
    }
    receive();
    park(true);
}

COHUB_INNER_DECL void connection::slim()
{
    slimmed = true;
    plain_.reset();
    plain_capacity_ = 0;
    parser_.reset();
    if (ssl_) SSL_free_buffers(ssl_.get());
    if (!receiving_ || !raw_ || waiting_writable_) return;
    giving_up_receive_ = true;
    error_code ignored;
    socket_.cancel(ignored);
}

COHUB_INNER_DECL void connection::close(bool politely)
{
    if (phase_ == phase::closed) return;
    bool const shaken =
        phase_ == phase::idle || phase_ == phase::exchanging || phase_ == phase::upgraded;
    phase_ = phase::closed;
    park(false);
    if (politely && shaken && ssl_) {
        ERR_clear_error();
        SSL_shutdown(ssl_.get());  // our close_notify; nobody waits for the peer's
        ERR_clear_error();
    }
    error_code ignored;
    socket_.close(ignored);
    cohub::detail::wipe(unsent_);
    unsent_at_ = 0;
}

}  // namespace cohub::transport

#endif
