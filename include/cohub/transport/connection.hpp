#ifndef COHUB_TRANSPORT_CONNECTION_HPP
#define COHUB_TRANSPORT_CONNECTION_HPP

#include <cohub/core/config.hpp>
#include <cohub/core/error.hpp>
#include <cohub/core/timer_queue.hpp>
#include <cohub/http/response_parser.hpp>
#include <cohub/transport/detail/pool_state.hpp>
#include <cohub/transport/endpoints.hpp>
#include <cohub/transport/options.hpp>
#include <cohub/transport/tls.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <boost/smart_ptr/intrusive_ref_counter.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace cohub::transport {

class connection;

/// @brief What a connection tells its owner. Called with the owner's lock held.
class connection_owner
{
public:
    /// TCP stands; the TLS handshake begins.
    virtual void on_tcp_ready(connection& c) = 0;
    /// The connection stands and can carry a request.
    virtual void on_ready(connection& c) = 0;
    /// It never came to stand.
    virtual void on_connect_failed(connection& c, failure&& f) = 0;
    /// The answer is complete; it lies in the connection's buffer until `next_exchange` or `close`.
    virtual void on_answer(connection& c, bool reusable) = 0;
    /// The exchange broke. The connection is of no more use.
    virtual void on_broken(connection& c, failure&& f) = 0;
    /// An idle connection is of no more use.
    virtual void on_idle_lost(connection& c) = 0;
    /// The server switched protocols as asked; `unread` may hold something already.
    virtual void on_upgraded(connection&) {}
    /// There is more in `unread`. Comes again when more was received, if `read_on` is called.
    virtual void on_input(connection&) {}

    /// Brackets every handler: lock and read the clock; unlock and deliver.
    virtual void enter() = 0;
    virtual void leave() = 0;
    virtual clock::time_point now() const noexcept = 0;

    /// A connection keeps its owner for as long as one of its handlers may still run.
    virtual void retain() noexcept = 0;
    virtual void release() noexcept = 0;

protected:
    ~connection_owner() = default;
};

/// @brief Memory for a connection's pending operations, so that they cost no allocation.
class handler_memory
{
public:
    handler_memory() = default;
    handler_memory(handler_memory const&) = delete;
    handler_memory& operator=(handler_memory const&) = delete;

    void* allocate(std::size_t size)
    {
        if (!used_ && size <= sizeof storage_) {
            used_ = true;
            return storage_;
        }
        return ::operator new(size);
    }
    void deallocate(void* p) noexcept
    {
        if (p == storage_)
            used_ = false;
        else
            ::operator delete(p);
    }

private:
    alignas(std::max_align_t) unsigned char storage_[256];
    bool used_ = false;
};

/// @brief One connection: connects, shakes hands, writes a request, reads its answer.
///
/// No composed operation and no coroutine: a small state machine over one pending receive, which is
/// left in place from one answer to the next, so that it also sees what comes while idle.
class connection final : public detail::pool_member,
                         public timer_node,
                         public boost::intrusive_ref_counter<connection>
{
public:
    using executor_type = boost::asio::io_context::executor_type;

    enum class phase : std::uint8_t
    {
        resolving,
        connecting,
        handshaking,
        idle,
        exchanging,
        upgraded,
        closed,
    };

    COHUB_COLD_DECL connection(
        executor_type const& executor,
        connection_owner& owner,
        limit_options const& limits,
        tls_context* tls,
        std::uint64_t id
    );
    COHUB_COLD_DECL ~connection();

    /// @brief Tries the addresses one after the other, then shakes hands.
    COHUB_COLD_DECL void connect(endpoint_list addresses);
    /// @brief The time for the current address is over: on to the next one, or fails.
    COHUB_COLD_DECL void give_up_address();
    std::size_t addresses_left() const noexcept { return addresses_.size() - next_address_; }

    /// @brief Looks for bytes or an end that came since the last answer. One system call.
    COHUB_INNER_DECL bool is_quiet();

    /// @brief Sends `request`; the answer comes by `on_answer` or `on_broken`.
    /// @return false if not a byte of it left and the connection is of no more use
    COHUB_INNER_DECL bool send(std::string_view request);

    /// @brief The request now sent, if answered with a switch of protocols, makes this a stream of
    /// bytes.
    void expect_upgrade() noexcept { upgrading_ = true; }
    /// @brief After the switch: what came and is not used yet, until `used`.
    std::string_view unread() const noexcept { return {plain_.get() + parsed_, end_ - parsed_}; }
    void used(std::size_t n) noexcept { parsed_ += n; }
    /// @brief Receives more; without it the server is held back by TCP.
    COHUB_COLD_DECL void read_on();
    /// @brief Sends bytes, after those that the socket would not take yet. What fails here shows
    /// where the stream is read.
    COHUB_COLD_DECL void send_more(std::string_view bytes);
    std::size_t unsent() const noexcept { return unsent_.size() - unsent_at_; }

    /// @brief Closes at once; no call to the owner follows.
    COHUB_COLD_DECL void close(bool politely);

    /// @brief Back to idle after an answer; drops what the answer left in the buffer.
    COHUB_INNER_DECL void rest();
    /// @brief Gives back the memory that only an exchange needs.
    COHUB_COLD_DECL void slim();

    http::response_parser const& answer() const noexcept { return *parser_; }
    phase now_in() const noexcept { return phase_; }
    COHUB_INNER_DECL stage current_stage() const noexcept;
    std::uint64_t id() const noexcept { return id_; }
    /// @brief True if a byte of this exchange's request was handed to the socket.
    bool request_sent() const noexcept { return wire_.bytes_out != bytes_out_before_; }
    /// @brief True if a byte of the answer has come.
    bool answer_began() const noexcept { return received_any_; }
    bool session_reused() const noexcept { return ssl_ && SSL_session_reused(ssl_.get()) == 1; }

    call::operation* call = nullptr;                 // whose exchange this is
    boost::intrusive_ptr<connection> next_awaiting;  // the next one that waits for addresses
    std::uint64_t exchanges = 0;
    bool slimmed = false;
    clock::time_point stage_end;   // when resolving, connecting or the handshake is given up
    clock::time_point last_quiet;  // when the wire was last seen empty

private:
    struct handler;

    COHUB_COLD_DECL void connect_next(error_code last);
    COHUB_COLD_DECL error_code begin_to_connect(detail::socket_address const& to);
    COHUB_COLD_DECL void await_connected();
    COHUB_COLD_DECL void on_connected(error_code ec, std::size_t);
    COHUB_COLD_DECL void shake_hands();
    COHUB_INNER_DECL void receive();
    COHUB_INNER_DECL void watch();
    COHUB_INNER_DECL void on_readable(error_code ec, std::size_t);
    COHUB_INNER_DECL void on_received(error_code ec, std::size_t n);
    COHUB_COLD_DECL void wait_writable();
    COHUB_COLD_DECL void on_writable(error_code ec, std::size_t);
    COHUB_COLD_DECL bool idle_input_is_harmless();
    COHUB_INNER_DECL void read_answer();
    COHUB_INNER_DECL bool parse();
    COHUB_INNER_DECL void answer_done(bool may_reuse);
    COHUB_COLD_DECL void upgrade();
    COHUB_COLD_DECL void read_stream();
    COHUB_COLD_DECL void input_ended();
    COHUB_INNER_DECL int read_some(char* to, std::size_t size);
    COHUB_INNER_DECL bool flush();
    COHUB_INNER_DECL void make_room();
    COHUB_COLD_DECL failure tls_failure(bool shaking);
    COHUB_COLD_DECL failure lost() const;
    COHUB_INNER_DECL void park(bool parked);

    executor_type executor_;
    connection_owner& owner_;
    limit_options const& limits_;
    tls_context* tls_;
    // A descriptor, since a socket's services in Asio would cost every source that includes cohub.
    boost::asio::posix::basic_stream_descriptor<executor_type> socket_;
    ssl_ptr ssl_;
    tls_wire wire_;
    std::uint64_t id_;
    phase phase_ = phase::resolving;
    bool receiving_ = false;          // a receive or a watch is pending
    bool giving_up_receive_ = false;  // a receive was cancelled so that its buffer can go
    bool waiting_writable_ = false;
    bool parked_ = false;
    bool gave_up_address_ = false;
    bool received_any_ = false;
    bool write_failed_ = false;
    bool ended_cleanly_ = false;
    bool upgrading_ = false;
    bool reading_on_ = false;
    error_code receive_error_;
    std::uint64_t bytes_out_before_ = 0;
    std::optional<failure> read_failure_;

    endpoint_list addresses_;
    std::size_t next_address_ = 0;

    // What came off the wire and is not yet decrypted (or not yet copied, without TLS).
    std::unique_ptr<char[]> raw_;
    std::size_t raw_capacity_ = 0;
    // What has been decrypted: [begin_, parsed_) is used up by the parser, [parsed_, end_) is new.
    std::unique_ptr<char[]> plain_;
    std::size_t plain_capacity_ = 0;
    std::size_t begin_ = 0, parsed_ = 0, end_ = 0;
    std::optional<http::response_parser> parser_;
    int informational_ = 0;

    std::string unsent_;  // what the socket would not take yet
    std::size_t unsent_at_ = 0;

    handler_memory read_memory_, write_memory_;
};

using connection_ptr = boost::intrusive_ptr<connection>;

}  // namespace cohub::transport

#if !defined(COHUB_SEPARATE_COMPILATION)
#include <cohub/transport/impl/connection.ipp>
#endif

#endif
