#ifndef COHUB_TRANSPORT_WATCHED_TCP_HPP
#define COHUB_TRANSPORT_WATCHED_TCP_HPP

#include <cohub/core/error.hpp>
#include <cohub/transport/detail/system_socket.hpp>
#include <cohub/transport/socket.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/smart_ptr/intrusive_ptr.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>

namespace cohub::inline abi_0_2::transport {

/// @brief Observes what the connections of a `watched_tcp` wait for. Any thread may call these
/// functions, with the client's lock held: they must not call the client.
class tcp_watcher
{
public:
    virtual ~tcp_watcher() = default;
    /// @brief A connection is established, and nothing has been sent on it yet.
    /// @return its number for the functions below; not 0
    virtual std::uint64_t opened(std::uint16_t local_port, std::uint16_t remote_port) = 0;
    /// @brief The connection waits for its peer: for bytes, or for room for what it sends.
    virtual void waits(std::uint64_t connection) = 0;
    /// @brief The connection received what it waited for, and the client has finished its immediate
    /// reaction. May be called after `closed`; then it does not count.
    virtual void waited(std::uint64_t connection) noexcept = 0;
    /// @brief The client has closed the connection, whatever it waited for.
    virtual void closed(std::uint64_t connection) noexcept = 0;
    /// @brief The client begins to react to an operation that has ended.
    virtual void begins_work() noexcept = 0;
    /// @brief The client has finished its reaction.
    virtual void ends_work() noexcept = 0;
};

namespace detail {

class watched_tcp_socket final : public socket
{
public:
    watched_tcp_socket(
        boost::asio::any_io_executor const& executor, std::shared_ptr<tcp_watcher> watcher
    )
        : inner_(executor), watcher_(std::move(watcher))
    {
    }
    ~watched_tcp_socket() override { forget(); }

    error_code async_connect(endpoint const& to, socket_handler done) override
    {
        forget();
        return inner_.async_connect(
            to, through_relay(socket_user::operation::connect, std::move(done))
        );
    }
    std::size_t read_some(char* buffer, std::size_t size, error_code& ec) override
    {
        return inner_.read_some(buffer, size, ec);
    }
    std::size_t write_some(std::string_view bytes, error_code& ec) override
    {
        introduce();
        return inner_.write_some(bytes, ec);
    }
    void async_read_some(char* buffer, std::size_t size, socket_handler done) override
    {
        auto handler = through_relay(socket_user::operation::receive, std::move(done));
        inner_.async_read_some(buffer, size, std::move(handler));
    }
    void async_wait_writable(socket_handler done) override
    {
        inner_.async_wait_writable(
            through_relay(socket_user::operation::wait_writable, std::move(done))
        );
    }
    void cancel() noexcept override { inner_.cancel(); }
    void close() noexcept override
    {
        forget();
        inner_.close();
    }

private:
    /// Stands between an operation of the system's socket and the connection. If `on_ended` is
    /// never called, the socket is being closed.
    class relay final : public socket_user
    {
    public:
        relay(std::shared_ptr<tcp_watcher> watcher, std::uint64_t connection, socket_handler done)
            : watcher_(std::move(watcher)), connection_(connection), done_(std::move(done))
        {
        }
        void on_ended(operation what, error_code ec, std::size_t n) override
        {
            work const now(*this);
            if (what == operation::connect)
                done_(ec);  // with the number of its handler
            else
                done_(ec, n);
        }

    private:
        class work
        {
        public:
            explicit work(relay& r) noexcept : relay_(r) { relay_.watcher_->begins_work(); }
            work(work const&) = delete;
            work& operator=(work const&) = delete;
            ~work()
            {
                if (relay_.connection_ != 0) relay_.watcher_->waited(relay_.connection_);
                relay_.watcher_->ends_work();
            }

        private:
            relay& relay_;
        };

        std::shared_ptr<tcp_watcher> watcher_;
        std::uint64_t connection_;  // 0: the relay of a connect
        socket_handler done_;
    };

    socket_handler through_relay(socket_user::operation what, socket_handler done)
    {
        if (what == socket_user::operation::connect)
            return socket_handler(new relay(watcher_, 0, std::move(done)), what);
        introduce();
        boost::intrusive_ptr<socket_user> const r(new relay(watcher_, connection_, std::move(done))
        );
        watcher_->waits(connection_);
        return socket_handler(r, what);
    }
    /// Called before the first byte of a connection.
    void introduce()
    {
        if (connection_ != 0) return;
        auto const [here, there] = inner_.ports();
        connection_ = watcher_->opened(here, there);
    }
    void forget() noexcept
    {
        if (auto const c = std::exchange(connection_, 0); c != 0) watcher_->closed(c);
    }

    system_socket inner_;
    std::shared_ptr<tcp_watcher> watcher_;
    std::uint64_t connection_ = 0;
};

}  // namespace detail

/// @brief The system's TCP, with a watcher; for `options::network` in tests.
class watched_tcp final : public network
{
public:
    /// @param watcher what observes the connections
    explicit watched_tcp(std::shared_ptr<tcp_watcher> watcher) : watcher_(std::move(watcher)) {}

    std::unique_ptr<socket> make_socket(boost::asio::any_io_executor const& executor) override
    {
        return std::make_unique<detail::watched_tcp_socket>(executor, watcher_);
    }

private:
    std::shared_ptr<tcp_watcher> watcher_;
};

}  // namespace cohub::inline abi_0_2::transport

#endif
