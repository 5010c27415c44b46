#ifndef COHUB_TRANSPORT_DETAIL_TCP_SOCKET_HPP
#define COHUB_TRANSPORT_DETAIL_TCP_SOCKET_HPP

#include <cohub/core/config.hpp>
#include <cohub/transport/socket.hpp>

#include <boost/asio/ip/tcp.hpp>

namespace cohub::transport::detail {

/// @brief A socket of the system. Reads and writes are tried at once and never block; handlers wait
/// for the reactor alone.
class tcp_socket final : public socket
{
public:
    explicit tcp_socket(boost::asio::any_io_executor const& executor) : socket_(executor) {}

    COHUB_DECL error_code
    async_connect(boost::asio::ip::tcp::endpoint const& to, socket_handler done) override;
    COHUB_DECL std::size_t read_some(char* buffer, std::size_t size, error_code& ec) override;
    COHUB_DECL std::size_t write_some(std::string_view bytes, error_code& ec) override;
    COHUB_DECL void async_read_some(char* buffer, std::size_t size, socket_handler done) override;
    COHUB_DECL void async_wait_writable(socket_handler done) override;
    COHUB_DECL void cancel() noexcept override;
    COHUB_DECL void close() noexcept override;

private:
    boost::asio::ip::tcp::socket socket_;
};

}  // namespace cohub::transport::detail

#if !defined(COHUB_SEPARATE_COMPILATION)
#include <cohub/transport/detail/impl/tcp_socket.ipp>
#endif

#endif
