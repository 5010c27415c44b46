#ifndef COHUB_SIM_DETAIL_CLIENT_SOCKET_HPP
#define COHUB_SIM_DETAIL_CLIENT_SOCKET_HPP

#include <cohub/core/error.hpp>
#include <cohub/sim/detail/core.hpp>
#include <cohub/transport/socket.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>

#include <cstddef>
#include <memory>
#include <string_view>
#include <utility>

namespace cohub::inline abi_0_2::sim::detail {

/// @brief What a client of cohub uses in place of a TCP socket.
class client_socket final : public transport::socket
{
public:
    client_socket(boost::asio::any_io_executor const& executor, std::shared_ptr<core> world)
        : executor_(executor), world_(std::move(world))
    {
    }
    client_socket(client_socket const&) = delete;
    client_socket& operator=(client_socket const&) = delete;
    ~client_socket() override { close(); }

    error_code async_connect(endpoint const& to, transport::socket_handler done) override
    {
        close();
        if (error_code const ec = world_->next_operation()) return ec;
        attempt_ = std::make_shared<attempt>(attempt{this, std::move(done)});
        world_->connect(to, [a = attempt_](error_code ec, std::shared_ptr<wire> const& w) {
            if (a->of == nullptr) {
                if (w) w->close(0);
                return;
            }
            auto& self = *std::exchange(a->of, nullptr);
            self.attempt_.reset();
            self.wire_ = w;
            post(self.executor_, a->done, ec, std::nullopt);
        });
        return {};
    }

    std::size_t read_some(char* buffer, std::size_t size, error_code& ec) override
    {
        ec = next();
        return ec ? 0 : wire_->read_some(0, buffer, size, ec);
    }
    std::size_t write_some(std::string_view bytes, error_code& ec) override
    {
        ec = next();
        return ec ? 0 : wire_->write_some(0, bytes, ec);
    }

    void async_read_some(char* buffer, std::size_t size, transport::socket_handler done) override
    {
        if (error_code const ec = next()) return post(executor_, done, ec, 0);
        wire_->wait_readable(0, [e = executor_, w = wire_, buffer, size, done](error_code ec) {
            std::size_t n = 0;
            if (!ec) n = w->read_some(0, buffer, size, ec);
            post(e, done, ec, n);
        });
    }
    void async_wait_writable(transport::socket_handler done) override
    {
        if (error_code const ec = next()) return post(executor_, done, ec, 0);
        wire_->wait_writable(0, [e = executor_, done](error_code ec) { post(e, done, ec, 0); });
    }

    // NOLINTNEXTLINE(bugprone-exception-escape): a world without memory ends
    void cancel() noexcept override
    {
        if (attempt_) {
            attempt_->of = nullptr;
            post(executor_, attempt_->done, boost::asio::error::operation_aborted, std::nullopt);
            attempt_.reset();
        }
        if (wire_) wire_->cancel(0);
    }
    // NOLINTNEXTLINE(bugprone-exception-escape): the same
    void close() noexcept override
    {
        cancel();
        if (wire_) std::exchange(wire_, nullptr)->close(0);
    }

private:
    struct attempt
    {
        client_socket* of;  // null once it is given up
        transport::socket_handler done;
    };

    error_code next() noexcept
    {
        if (!wire_) return boost::asio::error::bad_descriptor;
        return world_->next_operation();
    }
    /// @param n nothing: the handler has its own number
    static void post(
        boost::asio::any_io_executor const& e,
        transport::socket_handler done,
        error_code ec,
        std::optional<std::size_t> n
    )
    {
        boost::asio::post(e, [done = std::move(done), ec, n]() mutable {
            n ? done(ec, *n) : done(ec);
        });
    }

    boost::asio::any_io_executor executor_;
    std::shared_ptr<core> world_;
    std::shared_ptr<wire> wire_;
    std::shared_ptr<attempt> attempt_;
};

class client_network final : public transport::network
{
public:
    explicit client_network(std::shared_ptr<core> world) : world_(std::move(world)) {}

    std::unique_ptr<transport::socket> make_socket(boost::asio::any_io_executor const& executor
    ) override
    {
        return std::make_unique<client_socket>(executor, world_);
    }

private:
    std::shared_ptr<core> world_;
};

}  // namespace cohub::inline abi_0_2::sim::detail

#endif
