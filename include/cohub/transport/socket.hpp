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

/// @brief What uses a socket: a connection of a client.
class socket_user : public boost::intrusive_ref_counter<socket_user>
{
public:
    /// What a socket does for its user, one of each kind at a time.
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
    /// @brief An operation has ended. Called by the executor, with no lock held.
    /// @param n bytes received, or the number that the connect was given
    virtual void on_ended(operation what, error_code ec, std::size_t n) = 0;

protected:
    socket_user() = default;
};

/// @brief The handler of one operation of a socket. One type for all, and small: what is posted
/// with it costs no memory of its own.
class socket_handler
{
public:
    /// @brief None.
    socket_handler() = default;
    /// @param user whom to tell
    /// @param what the operation that this is the handler of
    /// @param number what a connect is told
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
        // The user may end with its last operation.
        boost::intrusive_ptr<socket_user> const keep = std::move(user_);
        keep->on_ended(what_, ec, n);
    }
    /// @brief Whether there is somebody to tell.
    explicit operator bool() const noexcept { return user_ != nullptr; }

private:
    boost::intrusive_ptr<socket_user> user_;
    socket_user::operation what_ = socket_user::operation::connect;
    std::size_t number_ = 0;
};

/// @brief A connection's way to its peer: TCP, or what a `network` puts in its place.
///
/// One operation of each kind at a time. A handler is never called from inside the function that
/// took it. The destructor is a `close`: what is pending ends with `operation_aborted`, or never.
/// A socket is destroyed before its network.
class socket
{
public:
    socket() = default;
    socket(socket const&) = delete;
    socket& operator=(socket const&) = delete;
    virtual ~socket() = default;

    /// @brief Lets go of what it was, and connects to `to`.
    /// @return an error if it cannot begin; `done` is not called then
    virtual error_code async_connect(endpoint const& to, socket_handler done) = 0;
    /// @brief Why the connect failed, if there is more to say than its code.
    virtual std::unique_ptr<failure> take_connect_failure() noexcept { return nullptr; }
    /// @brief Takes what is there. `would_block`: nothing; `eof`: the peer has ended.
    virtual std::size_t read_some(char* buffer, std::size_t size, error_code& ec) = 0;
    /// @brief Sends as much as there is room for. `would_block`: there is none.
    virtual std::size_t write_some(std::string_view bytes, error_code& ec) = 0;
    /// @brief Whether bytes may lie here that came with others: `read_some` has to be tried before
    /// `async_read_some`, which waits for the peer.
    virtual bool holds_input() const noexcept { return false; }
    /// @brief Receives into `buffer`; `done` is told how many bytes. `eof`: the peer has ended.
    virtual void async_read_some(char* buffer, std::size_t size, socket_handler done) = 0;
    /// @brief `done` is told when there is room to send.
    virtual void async_wait_writable(socket_handler done) = 0;
    /// @brief What is pending ends with `operation_aborted`.
    virtual void cancel() noexcept = 0;
    /// @brief The same, and the peer is told of the end.
    virtual void close() noexcept = 0;
};

/// @brief Makes the sockets of a client in place of the system's TCP; for `options::network`.
class network
{
public:
    network() = default;
    network(network const&) = delete;
    network& operator=(network const&) = delete;
    virtual ~network() = default;

    /// @param executor the client's own, by which handlers are called
    virtual std::unique_ptr<socket> make_socket(boost::asio::any_io_executor const& executor) = 0;
};

}  // namespace cohub::inline abi_0_2::transport

#endif
