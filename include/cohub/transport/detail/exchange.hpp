#ifndef COHUB_TRANSPORT_DETAIL_EXCHANGE_HPP
#define COHUB_TRANSPORT_DETAIL_EXCHANGE_HPP

#include <cohub/core/config.hpp>
#include <cohub/core/error.hpp>
#include <cohub/http/response_parser.hpp>
#include <cohub/transport/detail/answer_buffer.hpp>
#include <cohub/transport/detail/tls_context.hpp>
#include <cohub/transport/detail/tls_engine.hpp>
#include <cohub/transport/detail/tunnel.hpp>
#include <cohub/transport/options.hpp>

#include <boost/smart_ptr/intrusive_ptr.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace cohub::inline abi_0_2::transport::detail {

/// @brief The states of a connection.
enum class exchange_state : std::uint8_t
{
    /// The addresses of the host are not known yet.
    resolving,
    connecting,
    /// A proxy is asked to connect to the server. Without a proxy, this state is skipped.
    tunnelling,
    /// TLS handshake. A connection without TLS skips it.
    handshaking,
    /// Ready for a request. Nothing is pending.
    idle,
    /// Input since the last answer is checked before the request is sent.
    looking,
    /// A part of the request has not been sent yet.
    writing,
    /// The request has been passed to the socket.
    reading,
    /// The answer is complete; its bytes stay here until `release` or `close`.
    answered,
    /// A stream of bytes in both directions.
    upgraded,
    closed,
};
inline constexpr std::size_t exchange_state_count = 11;

/// @brief What happens to a connection.
struct exchange_event
{
    enum class kind : std::uint8_t
    {
        /// `n` addresses are known.
        resolved,
        /// The addresses could not be found, for the reason `why`.
        resolve_failed,
        connected,
        /// One of the pending connects failed, for the reason `ec`, or `why` if it is set.
        connect_failed,
        /// It is time to try the next address in parallel to this one, or instead of the older of
        /// two.
        address_over,
        /// The time limit of this stage has passed.
        time_over,
        /// `n` bytes are in the buffer of the last `look` or `wait`.
        received,
        /// The look found nothing, or the wait was cancelled.
        nothing_there,
        /// The peer has ended its side.
        ended,
        receive_failed,
        /// The socket took `n` bytes of the last `write`, possibly none.
        wrote,
        write_failed,
        writable,
        /// The request `bytes`, or more bytes of a stream, have to be sent.
        send,
        /// The same for a request that asks for a stream of bytes instead of an answer.
        send_upgrade,
        /// Checks whether the idle connection can still be used.
        check,
        /// The answer is not needed any more.
        release,
        /// The owner of the stream wants more bytes.
        read_on,
        /// The connection has to end; if `n` is not 0, TLS tells the peer (close_notify).
        close,
    };
    static constexpr std::size_t kind_count = 19;

    kind what;
    std::size_t n = 0;
    error_code ec = {};
    std::string_view bytes = {};
    failure* why = nullptr;
};

/// @brief The next step of the connection.
struct exchange_action
{
    enum class kind : std::uint8_t
    {
        /// Nothing: an event will come, or the connection has ended.
        none,
        /// Connect to the address number `n`, with a new socket. An earlier connect continues. If
        /// two are pending, the older one is given up.
        connect,
        /// Receive into `buffer` what is there, without waiting. Then report `received`,
        /// `nothing_there`, `ended` or `receive_failed`.
        look,
        /// Pass `bytes` to the socket, without waiting. Then report `wrote` or `write_failed`.
        write,
        /// Receive into `buffer` when something arrives. If `buffer` is null, an earlier `wait`
        /// continues, or nothing has to be received. If `until_writable`, also wait until the
        /// socket takes more.
        wait,
        /// The connection can carry a request.
        ready,
        /// The answer is complete; if `n` is not 0, the connection may be used again.
        answer,
        /// The peer has switched protocols. Continue with `read_on`.
        upgraded,
        /// There are bytes of the stream. Continue with `read_on`.
        input,
        /// An idle connection cannot be used any more, and nothing was sent.
        stale,
        /// The exchange, or the attempt to connect, has failed: `exchange::take_failure`.
        broken,
        /// Close the socket. Before that, pass `bytes` to it, as many as it takes.
        close,
    };

    kind what = kind::none;
    bool until_writable = false;
    /// The stage whose time limit begins now; `stage::none`: no new one.
    stage begins = stage::none;
    std::size_t n = 0;
    std::string_view bytes = {};
    char* buffer = nullptr;
    std::size_t buffer_size = 0;
};

/// @brief One connection without I/O: it connects, asks a proxy, does the handshake, writes a
/// request, and reads its answer.
///
/// `resume` takes an event and returns the next step. The driver carries the step out, and reports
/// what happened as the next event. This class has no socket, no lock and no clock. Each state
/// accepts each event: an event that comes too late is ignored, and a harmful one ends the
/// connection.
class exchange
{
public:
    using state = exchange_state;
    using event = exchange_event;
    using action = exchange_action;

    /// How many bytes are first requested from the socket, over TLS. Each connection in use has a
    /// buffer of this size.
    static constexpr std::size_t first_receive = 2048;

    /// @param tls null for plain TCP
    /// @param output TLS writes into it; empty between two calls of `resume`
    /// @param way null: the server is reached directly
    exchange(
        limit_options const& limits,
        boost::intrusive_ptr<tls_context> tls,
        std::string& output,
        std::unique_ptr<tunnel> way = nullptr
    )
        : limits_(limits), context_(std::move(tls)), output_(output), tunnel_(std::move(way))
    {
    }
    exchange(exchange const&) = delete;
    exchange& operator=(exchange const&) = delete;
    COHUB_DECL ~exchange();

    /// @throws std::bad_alloc; then only `close` may follow
    COHUB_DECL action resume(event const& e);

    state now_in() const noexcept { return state_; }
    COHUB_DECL stage current_stage() const noexcept;
    /// @brief The failure, after `broken`.
    failure take_failure() { return std::move(*failure_); }

    std::size_t addresses_left() const noexcept { return addresses_ - next_address_; }
    /// @brief Whether two addresses are being tried.
    bool is_racing() const noexcept { return connects_ > 1; }
    http::response_parser const& answer() const noexcept { return *parser_; }
    /// @brief Joins the pieces of a long body. Before that, `answer().body()` is the last piece. It
    /// may take long, but needs no lock while the answer is complete.
    /// @throws std::bad_alloc if there is no memory
    void join_body() { input_.join(*parser_); }
    /// @brief True if the socket has taken a byte since the request was passed.
    bool request_sent() const noexcept { return request_sent_; }
    bool answer_began() const noexcept { return received_any_; }
    /// @brief Of the last exchange: how many bytes of the request the socket took, and how many
    /// bytes of the answer arrived. Over TLS, the whole request counts once a part of it was taken.
    std::uint64_t bytes_sent() const noexcept
    {
        if (!request_sent_) return 0;
        return tls_ ? request_size_
                    : request_size_ - std::min<std::uint64_t>(unsent(), request_size_);
    }
    std::uint64_t bytes_received() const noexcept { return bytes_received_; }
    bool session_reused() const noexcept { return tls_ && tls_->session_reused(); }
    /// @brief Number of requests on this connection.
    std::uint64_t exchanges() const noexcept { return exchanges_; }

    /// @brief Of a stream: received bytes that are not used yet; `used` consumes them.
    std::string_view unread() const noexcept { return input_.unread(); }
    void used(std::size_t n) noexcept { input_.used(n); }
    /// @brief Number of bytes that the socket has not taken yet.
    std::size_t unsent() const noexcept { return unsent_.size() - unsent_at_; }

    /// @brief Frees the memory that only an exchange needs. For an idle connection.
    COHUB_DECL void shrink_buffers() noexcept;
    bool is_shrunk() const noexcept { return input_.is_released() && !raw_; }

private:
    using kind = exchange_event::kind;
    using step = exchange_action::kind;

    action in_resolving(event const& e);
    action in_connecting(event const& e);
    action in_tunnelling(event const& e);
    action in_handshaking(event const& e);
    action in_idle(event const& e);
    action in_looking(event const& e);
    action in_exchange(event const& e);
    action in_answered(event const& e);
    action in_upgraded(event const& e);

    action connect_next(event const& last);
    action begin_tunnel();
    action read_tunnel();
    action no_way(error_code ec);
    action way_stands();
    action shake_hands();
    action handshake_done();
    action look();
    action looked_at_input();
    action no_more_to_see();
    action unfit(failure&& f);
    action begin_request();
    action encrypted(tls_engine::status s);
    action write(std::string_view bytes);
    action write_output();
    action wrote(std::size_t n);
    action after_write();
    action write_failed(error_code ec);
    action wait();
    void take_input(std::size_t n);
    action read_answer();
    std::optional<action> parse();
    std::optional<action> informational();
    action answer_done(bool may_reuse);
    action input_ended();
    action read_stream();
    action close(bool politely);

    /// The result of one step of reading.
    enum class reading : std::uint8_t
    {
        bytes,
        nothing,
        ended,
    };
    reading read_some();
    bool is_harmless();
    void keep_output();
    void make_room();
    char* receive_buffer(std::size_t& size);
    action broken(failure&& f);
    failure lost() const;
    failure tls_failure(bool shaking);
    failure timed_out() const;

    limit_options const& limits_;
    boost::intrusive_ptr<tls_context> const context_;
    std::string& output_;
    std::unique_ptr<tunnel> const tunnel_;
    std::optional<tls_engine> tls_;

    state state_ = state::resolving;
    bool received_any_ = false;
    bool request_sent_ = false;
    bool input_over_ = false;     // the peer ended its side, or receiving failed
    bool ended_cleanly_ = false;  // in a way that the protocol below HTTP allows
    bool write_failed_ = false;
    bool shaken_ = false;
    bool upgrading_ = false;
    bool checking_ = false;      // a look without a request
    bool holds_part_ = false;    // of a record, after the last look or answer
    bool answer_waits_ = false;  // until the output of TLS has been written
    bool raw_filled_ = false;    // the last receive filled its buffer: there may be more
    bool plain_input_ = false;   // without TLS: received bytes that the parser has not seen
    bool waiting_ = false;       // the driver has a buffer
    bool read_again_ = false;    // the read that came with the input for which a write waited
    bool handed_on_ = false;     // the owner of the stream has the input, until `read_on`
    std::uint8_t looks_ = 0;
    int informational_ = 0;
    std::size_t addresses_ = 0;
    std::size_t next_address_ = 0;
    int connects_ = 0;  // pending, 2 at most
    std::uint64_t exchanges_ = 0;
    std::uint64_t request_size_ = 0;
    std::uint64_t bytes_received_ = 0;
    error_code receive_error_;
    error_code send_error_;
    std::unique_ptr<failure> failure_;  // why reading failed, or what broke the exchange

    // Received bytes that are not decrypted yet. Without TLS, they go directly into `input_`.
    std::unique_ptr<char[]> raw_;
    std::size_t raw_capacity_ = 0;
    answer_buffer input_;
    std::optional<http::response_parser> parser_;

    std::string_view request_;  // during a look
    std::string_view writing_;  // what was passed to the socket
    std::string unsent_;        // what the socket did not take
    std::size_t unsent_at_ = 0;
    std::string unencrypted_;  // a request that TLS cannot encrypt before more input
};

}  // namespace cohub::inline abi_0_2::transport::detail

#if !defined(COHUB_SEPARATE_COMPILATION)
#include <cohub/transport/detail/impl/exchange.ipp>
#include <cohub/transport/detail/impl/exchange_failure.ipp>
#include <cohub/transport/detail/impl/exchange_setup.ipp>
#include <cohub/transport/detail/impl/exchange_stream.ipp>
#endif

#endif
