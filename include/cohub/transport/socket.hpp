#ifndef COHUB_TRANSPORT_SOCKET_HPP
#define COHUB_TRANSPORT_SOCKET_HPP

#include <cohub/core/error.hpp>
#include <cohub/transport/endpoints.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <boost/smart_ptr/intrusive_ref_counter.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>

namespace cohub::inline abi_0_2::transport {

/// @brief The user of a socket: a connection of a client.
class socket_user : public boost::intrusive_ref_counter<socket_user>
{
public:
    /// The operations of a socket. At most one of each kind is pending.
    enum class operation : std::uint8_t
    {
        /// `socket::async_connect`
        connect,
        /// `socket::async_read_some`
        receive,
        /// `socket::async_wait_writable`
        wait_writable,
    };

    virtual ~socket_user() = default;
    /// @brief An operation has ended. The executor calls this, with no lock held.
    /// @param n bytes received, or the number that was passed to the connect
    virtual void on_ended(operation what, error_code ec, std::size_t n) = 0;

protected:
    socket_user() = default;
};

/// @brief The handler of one operation of a socket. There is one small type for all handlers:
/// posting one needs no memory of its own.
class socket_handler
{
public:
    /// @brief An empty handler.
    socket_handler() = default;
    /// @param user whose `on_ended` is called
    /// @param what the operation of this handler
    /// @param number a connect passes it on to `on_ended`
    socket_handler(
        boost::intrusive_ptr<socket_user> user, socket_user::operation what, std::size_t number = 0
    ) noexcept
        : user_(std::move(user)), what_(what), number_(number)
    {
    }

    /// @brief The operation has ended; for connects and waits.
    void operator()(error_code ec) { (*this)(ec, number_); }
    /// @brief The operation has ended; for reads.
    /// @param n bytes received
    void operator()(error_code ec, std::size_t n)
    {
        // The user may be destroyed after its last operation.
        boost::intrusive_ptr<socket_user> const keep = std::move(user_);
        keep->on_ended(what_, ec, n);
    }
    /// @brief Whether there is a user.
    explicit operator bool() const noexcept { return user_ != nullptr; }

private:
    boost::intrusive_ptr<socket_user> user_;
    socket_user::operation what_ = socket_user::operation::connect;
    std::size_t number_ = 0;
};

/// @brief A connection's way to its peer: TCP, or what a `network` replaces it with.
///
/// At most one operation of each kind is pending. A function never calls the handler that was
/// passed to it before it returns. The destructor closes the socket: pending operations end with
/// `operation_aborted`, or never. A socket is destroyed before its network.
class socket
{
public:
    socket() = default;
    socket(socket const&) = delete;
    socket& operator=(socket const&) = delete;
    virtual ~socket() = default;

    /// @brief Drops the old connection, and connects to `to`.
    /// @return an error if the connect cannot begin; then `done` is not called
    virtual error_code async_connect(endpoint const& to, socket_handler done) = 0;
    /// @brief Why the connect failed, if more than its code is known.
    virtual std::unique_ptr<failure> take_connect_failure() noexcept { return nullptr; }
    /// @brief Reads the available bytes. `would_block`: there are none; `eof`: the peer has ended.
    virtual std::size_t read_some(char* buffer, std::size_t size, error_code& ec) = 0;
    /// @brief Sends as much as there is room for. `would_block`: there is no room.
    virtual std::size_t write_some(std::string_view bytes, error_code& ec) = 0;
    /// @brief Whether this object may hold bytes that were received with others. If so, `read_some`
    /// has to be tried before `async_read_some`, which waits for the peer.
    virtual bool holds_input() const noexcept { return false; }
    /// @brief Receives into `buffer`; `done` gets the number of bytes. `eof`: the peer has ended.
    virtual void async_read_some(char* buffer, std::size_t size, socket_handler done) = 0;
    /// @brief Calls `done` when there is room to send.
    virtual void async_wait_writable(socket_handler done) = 0;
    /// @brief Pending operations end with `operation_aborted`.
    virtual void cancel() noexcept = 0;
    /// @brief The same, and the peer is notified that the connection ends.
    virtual void close() noexcept = 0;
};

/// @brief Makes the sockets of a client, in place of the system's TCP; for `options::network`.
class network
{
public:
    network() = default;
    network(network const&) = delete;
    network& operator=(network const&) = delete;
    virtual ~network() = default;

    /// @param executor the client's own, which calls the handlers
    virtual std::unique_ptr<socket> make_socket(boost::asio::any_io_executor const& executor) = 0;
};

}  // namespace cohub::inline abi_0_2::transport

#endif
