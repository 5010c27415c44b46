#ifndef COHUB_SIM_SOCKET_HPP
#define COHUB_SIM_SOCKET_HPP

#include <cohub/core/error.hpp>
#include <cohub/sim/detail/core.hpp>
#include <cohub/sim/detail/waiting.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/append.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>

namespace boost::beast {
enum class role_type;
}

namespace cohub::inline abi_0_2::sim {

class acceptor;

/// @brief One end of a connection in a world: a stream for Asio, Beast (including its WebSocket)
/// and `ssl::stream`. One read and one write at a time.
class socket
{
public:
    /// Asio requires this type of a stream.
    using executor_type = boost::asio::any_io_executor;
    /// `ssl::stream` requires this type of a stream.
    using lowest_layer_type = socket;
    /// An address with a port.
    using endpoint = boost::asio::ip::tcp::endpoint;

    /// @brief A socket that is not connected.
    /// @param executor one of a `sim::world`
    explicit socket(executor_type const& executor)
        : executor_(executor), world_(detail::core_service::of(executor))
    {
    }
    socket(socket&&) noexcept = default;
    socket& operator=(socket&& other) noexcept
    {
        if (this != &other) {
            close();
            executor_ = std::move(other.executor_);
            world_ = std::move(other.world_);
            wire_ = std::move(other.wire_);
            side_ = other.side_;
        }
        return *this;
    }
    ~socket() { close(); }

    /// @brief The executor of its world.
    executor_type const& get_executor() const noexcept { return executor_; }
    /// @brief Itself.
    lowest_layer_type& lowest_layer() noexcept { return *this; }
    /// @brief Itself.
    lowest_layer_type const& lowest_layer() const noexcept { return *this; }
    /// @brief Whether it is connected and this side has not closed it.
    bool is_open() const noexcept { return wire_ != nullptr; }
    /// @brief The number of the connection in the world, from 1; 0: not connected.
    std::uint64_t connection() const noexcept { return wire_ ? wire_->number() : 0; }

    /// @brief Completes with `void(error_code, std::size_t)`.
    template <class Buffers, class Token>
    // NOLINTNEXTLINE(cppcoreguidelines-missing-std-forward): Asio takes an lvalue
    auto async_read_some(Buffers const& buffers, Token&& token)
    {
        return boost::asio::async_initiate<Token, void(error_code, std::size_t)>(
            [this](auto handler, Buffers to) {
                auto const op = start(std::move(handler));
                if (!op) return;
                auto const b = first_of<boost::asio::mutable_buffer>(to);
                if (b.size() == 0) return op->finish(error_code(), std::size_t(0));
                wire_->wait_readable(side_, [op, b, w = wire_, side = side_](error_code ec) {
                    if (op->is_over()) return;
                    std::size_t n = 0;
                    if (!ec) n = w->read_some(side, static_cast<char*>(b.data()), b.size(), ec);
                    op->finish(ec, n);
                });
            },
            token,
            buffers
        );
    }

    /// @brief Completes with `void(error_code, std::size_t)`.
    template <class Buffers, class Token>
    // NOLINTNEXTLINE(cppcoreguidelines-missing-std-forward): Asio takes an lvalue
    auto async_write_some(Buffers const& buffers, Token&& token)
    {
        return boost::asio::async_initiate<Token, void(error_code, std::size_t)>(
            [this](auto handler, Buffers from) {
                auto const op = start(std::move(handler));
                if (!op) return;
                auto const b = first_of<boost::asio::const_buffer>(from);
                if (b.size() == 0) return op->finish(error_code(), std::size_t(0));
                write_when_there_is_room(op, b, wire_, side_);
            },
            token,
            buffers
        );
    }

    /// @brief Pending operations end with `operation_aborted`.
    void cancel()
    {
        if (wire_) wire_->cancel(side_);
    }
    /// @brief Ends the sending side; received bytes can still be read.
    void shutdown_send()
    {
        if (wire_) wire_->end(side_);
    }
    /// @brief Ends the connection. The peer reads what was sent, and then the end.
    void close()
    {
        if (wire_) std::exchange(wire_, nullptr)->close(side_);
    }
    /// @brief The peer gets a reset, after what was sent before.
    void reset()
    {
        if (wire_) std::exchange(wire_, nullptr)->reset(side_);
    }

    /// @name What Beast's WebSocket requires of a stream
    /// @{
    friend void beast_close_socket(socket& s) { s.close(); }
    friend void teardown(boost::beast::role_type, socket& s, error_code& ec)
    {
        s.shutdown_send();
        ec = {};
    }
    template <class Handler>
    friend void async_teardown(boost::beast::role_type, socket& s, Handler&& handler)
    {
        s.shutdown_send();
        boost::asio::post(
            s.executor_, boost::asio::append(std::forward<Handler>(handler), error_code())
        );
    }
    /// @}

private:
    friend class acceptor;
    template <class Token>
    // NOLINTNEXTLINE(cppcoreguidelines-missing-std-forward): Asio takes an lvalue
    friend auto async_connect(executor_type const& executor, endpoint const& to, Token&& token);

    socket(executor_type const& executor, std::shared_ptr<detail::wire> w, int side)
        : executor_(executor),
          world_(detail::core_service::of(executor)),
          wire_(std::move(w)),
          side_(side)
    {
    }

    /// Null, with the handler completed, if there is no connection.
    template <class Handler>
    std::shared_ptr<detail::waiting<Handler>> start(Handler handler)
    {
        auto op = detail::make_waiting(std::move(handler), executor_);
        if (!wire_) {
            op->finish(error_code(boost::asio::error::bad_descriptor), std::size_t(0));
            return nullptr;
        }
        op->cancel_by([](auto& self) {
            self.finish(error_code(boost::asio::error::operation_aborted), std::size_t(0));
        });
        return op;
    }

    template <class Operation>
    static void write_when_there_is_room(
        std::shared_ptr<Operation> const& op,
        boost::asio::const_buffer b,
        std::shared_ptr<detail::wire> const& w,
        int side
    )
    {
        w->wait_writable(side, [op, b, w, side](error_code ec) {
            if (op->is_over()) return;
            std::size_t n = 0;
            if (!ec) n = w->write_some(side, {static_cast<char const*>(b.data()), b.size()}, ec);
            op->finish(ec, n);
        });
    }

    template <class Buffer, class Buffers>
    static Buffer first_of(Buffers const& all)
    {
        auto const end = boost::asio::buffer_sequence_end(all);
        for (auto i = boost::asio::buffer_sequence_begin(all); i != end; ++i)
            if (Buffer const b(*i); b.size() != 0) return b;
        return Buffer();
    }

    executor_type executor_;
    std::shared_ptr<detail::core> world_;
    std::shared_ptr<detail::wire> wire_;
    int side_ = 0;
};

/// @brief Connects. Completes with `void(error_code, sim::socket)`.
template <class Token>
// NOLINTNEXTLINE(cppcoreguidelines-missing-std-forward): Asio takes an lvalue
auto async_connect(socket::executor_type const& executor, socket::endpoint const& to, Token&& token)
{
    return boost::asio::async_initiate<Token, void(error_code, socket)>(
        [](auto handler, socket::executor_type const& e, socket::endpoint const& where) {
            auto const op = detail::make_waiting(std::move(handler), e);
            op->cancel_by([e](auto& self) {
                self.finish(error_code(boost::asio::error::operation_aborted), socket(e));
            });
            detail::core_service::of(e)->connect(
                where,
                [op, e](error_code ec, std::shared_ptr<detail::wire> const& w) {
                    if (op->is_over() && w) w->close(0);
                    op->finish(ec, socket(e, w, 0));
                }
            );
        },
        token,
        executor,
        to
    );
}

/// @brief Listens at an address of a world. One accept at a time.
class acceptor
{
public:
    /// The type of a socket's executor.
    using executor_type = socket::executor_type;

    /// @throws boost::system::system_error address_in_use
    acceptor(executor_type const& executor, socket::endpoint const& at)
        : executor_(executor), world_(detail::core_service::of(executor)), at_(at)
    {
        if (!world_->listeners().try_emplace(at).second)
            throw boost::system::system_error(boost::asio::error::address_in_use);
    }
    acceptor(acceptor const&) = delete;
    acceptor& operator=(acceptor const&) = delete;
    ~acceptor() { close(); }

    /// @brief The executor of its world.
    executor_type const& get_executor() const noexcept { return executor_; }

    /// @brief Completes with `void(error_code, sim::socket)`.
    template <class Token>
    // NOLINTNEXTLINE(cppcoreguidelines-missing-std-forward): Asio takes an lvalue
    auto async_accept(Token&& token)
    {
        return boost::asio::async_initiate<Token, void(error_code, socket)>(
            [this](auto handler) {
                auto const op = detail::make_waiting(std::move(handler), executor_);
                auto const found = world_->listeners().find(at_);
                if (!open_ || found == world_->listeners().end())
                    return op->finish(
                        error_code(boost::asio::error::bad_descriptor), socket(executor_)
                    );
                op->cancel_by([e = executor_](auto& self) {
                    self.finish(error_code(boost::asio::error::operation_aborted), socket(e));
                });
                auto const take = [op, e = executor_, &from = found->second](error_code ec) {
                    if (op->is_over()) return;
                    if (ec) return op->finish(ec, socket(e));
                    auto const w = from.backlog.front();
                    from.backlog.pop_front();
                    op->finish(ec, socket(e, w, 1));
                };
                if (found->second.backlog.empty())
                    found->second.on_accept = take;
                else
                    take({});
            },
            token
        );
    }

    /// @brief Connections that were not accepted are reset; new ones are refused.
    void close()
    {
        if (!std::exchange(open_, false)) return;
        auto const mine = world_->listeners().extract(at_);
        if (!mine) return;
        for (auto const& w : mine.mapped().backlog) w->reset(1);
        if (auto const& callback = mine.mapped().on_accept)
            callback(boost::asio::error::operation_aborted);
    }

private:
    executor_type executor_;
    std::shared_ptr<detail::core> world_;
    socket::endpoint at_;
    bool open_ = true;
};

}  // namespace cohub::inline abi_0_2::sim

#endif
