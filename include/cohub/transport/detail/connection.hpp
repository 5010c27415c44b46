#ifndef COHUB_TRANSPORT_DETAIL_CONNECTION_HPP
#define COHUB_TRANSPORT_DETAIL_CONNECTION_HPP

#include <cohub/core/config.hpp>
#include <cohub/core/error.hpp>
#include <cohub/core/linked_list.hpp>
#include <cohub/core/timer_queue.hpp>
#include <cohub/transport/detail/exchange.hpp>
#include <cohub/transport/detail/pool_state.hpp>
#include <cohub/transport/detail/tls_context.hpp>
#include <cohub/transport/options.hpp>
#include <cohub/transport/socket.hpp>

#include <boost/asio/ip/tcp.hpp>
#include <boost/smart_ptr/intrusive_ptr.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace cohub::inline abi_0_2::call {
class operation;
}

namespace cohub::inline abi_0_2::transport::detail {

class connection;
class io_core;

/// @brief Callbacks of a connection to its owner. They are called with the owner's lock held.
class connection_owner
{
public:
    /// A stage with a time limit begins.
    virtual void on_stage(connection& c, stage s) = 0;
    /// The address number `winner` is connected; those before it were begun earlier.
    virtual void on_connected(endpoints const& addresses, std::size_t winner) noexcept = 0;
    /// The connection is established and can carry a request.
    virtual void on_ready(connection& c) = 0;
    /// The connection could not be established.
    virtual void on_connect_failed(connection& c, failure&& f) = 0;
    /// The answer is complete. It stays in the connection's buffer until `release` or `close`.
    virtual void on_answer(connection& c, bool reusable) = 0;
    /// The exchange failed. The connection cannot be used any more.
    virtual void on_broken(connection& c, failure&& f) = 0;
    /// The server switched protocols as requested; `unread` may contain bytes already.
    virtual void on_upgraded(connection&) {}
    /// There are more bytes in `unread`. If all of them are used, this is called again when more
    /// are received.
    virtual void on_input(connection&) {}

protected:
    ~connection_owner() = default;
};

/// @brief Carries out on a socket what an `exchange` decides.
///
/// Reads and writes are tried immediately and never block. An idle connection has nothing pending.
class connection final : public socket_user,
                         public pool_member,
                         public timer_node,
                         public cohub::detail::list_node<connection>
{
public:
    using state = exchange_state;

    /// @param owner lives at least as long as the connection
    /// @param output see `exchange`
    COHUB_DECL connection(
        io_core& owner,
        limit_options const& limits,
        boost::intrusive_ptr<tls_context> tls,
        std::string& output,
        std::uint64_t id
    );
    COHUB_DECL ~connection() override;

    // socket_user
    COHUB_DECL void on_ended(operation what, error_code ec, std::size_t n) override;

    /// @brief Tries the addresses in their order, at most two at once, and then does the handshake.
    COHUB_DECL void connect(endpoints const& addresses);
    /// @brief There are no addresses to try.
    COHUB_DECL void resolve_failed(failure&& f);
    /// @brief It is time for the next address.
    COHUB_DECL void next_address();
    /// @brief The time for the current stage is over.
    COHUB_DECL void time_over();

    /// @brief Checks what was received since the last answer, then sends the request `text`. The
    /// answer is reported by `on_answer` or `on_broken`.
    /// @return false if no byte of it was sent and the connection cannot be used any more
    COHUB_DECL bool request(std::string_view text);
    /// @brief The same. If the server switches protocols, the connection is then a stream of bytes.
    COHUB_DECL bool request_upgrade(std::string_view text);
    /// @brief False if an idle connection cannot be used any more. Costs one system call.
    COHUB_DECL bool is_alive();
    /// @brief The answer has been used; the connection becomes idle.
    COHUB_DECL void release();

    /// @brief For a stream: receives more. Without it, TCP slows the server down.
    COHUB_DECL void read_on();
    /// @brief For a stream: receives what is there, without waiting. Some reactors do not try a
    /// read before they wait. There, a read that is cancelled immediately would never find
    /// anything.
    COHUB_DECL void look_on();
    /// @brief For a stream: cancels a pending read, so that nothing keeps the context running.
    /// `read_on` continues.
    COHUB_DECL void pause() noexcept;
    /// @brief For a stream: sends bytes. A failure is reported when the stream is read.
    COHUB_DECL void send_more(std::string_view bytes);

    /// @brief Closes immediately; the owner is not called any more.
    /// @param politely whether TLS sends close_notify to the peer
    COHUB_DECL void close(bool politely) noexcept;

    /// @brief Gives the connection up because of an error in the library, not in the peer.
    COHUB_DECL void fail(failure&& f);

    exchange& life() noexcept { return exchange_; }
    exchange const& life() const noexcept { return exchange_; }
    state now_in() const noexcept { return exchange_.now_in(); }
    std::uint64_t id() const noexcept { return id_; }

    call::operation* call = nullptr;             // the call of the present exchange
    std::optional<clock::time_point> stage_end;  // when the connection is given up
    /// When it began to resolve, to connect and to do the handshake, as far as it reached these
    /// stages.
    std::array<clock::time_point, 3> stage_begins{};

private:
    class driving;
    using event = exchange_event;

    bool drive(event e);
    void resume_call(event e);
    void tell_of_input(bool first);
    error_code begin_connect(std::size_t address);
    error_code connect_to(socket& s, std::size_t number);
    event look(char* buffer, std::size_t size);
    event write(std::string_view bytes);
    void start_read(char* buffer, std::size_t size);
    void start_wait_writable();
    void on_connected(error_code ec, std::size_t number);
    void on_received(error_code ec, std::size_t n);
    void on_writable(error_code ec);
    static event input_event(error_code ec, std::size_t n);

    io_core& owner_;
    exchange exchange_;
    std::unique_ptr<socket> socket_;
    std::unique_ptr<socket> rival_;  // while two addresses are tried at once
    endpoints addresses_;
    std::uint64_t id_;
    // The addresses that are being tried, counted from 1; 0: none.
    std::size_t trying_ = 0;
    std::size_t rival_trying_ = 0;
    int depth_ = 0;
    bool stands_ = false;
    bool reading_ = false;
    bool only_looking_ = false;
    bool pausing_ = false;    // the pending read has been cancelled
    bool read_next_ = false;  // after that, reading begins again
    bool waiting_writable_ = false;
};

using connection_ptr = boost::intrusive_ptr<connection>;

}  // namespace cohub::inline abi_0_2::transport::detail

// The definitions are in io_core.hpp. A connection needs io_core, and io_core needs a connection.

#endif
