#ifndef COHUB_TRANSPORT_DETAIL_IMPL_TCP_SOCKET_IPP
#define COHUB_TRANSPORT_DETAIL_IMPL_TCP_SOCKET_IPP

#include <cohub/transport/detail/tcp_socket.hpp>

#include <boost/asio/buffer.hpp>

#include <utility>

namespace cohub::transport::detail {

COHUB_DECL error_code
tcp_socket::async_connect(boost::asio::ip::tcp::endpoint const& to, socket_handler done)
{
    error_code ec;
    socket_.close(ec);
    socket_.open(to.protocol(), ec);
    if (!ec) socket_.non_blocking(true, ec);
    if (!ec) socket_.set_option(boost::asio::ip::tcp::no_delay(true), ec);
    if (!ec) socket_.async_connect(to, std::move(done));
    return ec;
}

COHUB_DECL std::size_t tcp_socket::read_some(char* buffer, std::size_t size, error_code& ec)
{
    return socket_.read_some(boost::asio::buffer(buffer, size), ec);
}

COHUB_DECL std::size_t tcp_socket::write_some(std::string_view bytes, error_code& ec)
{
    return socket_.write_some(boost::asio::buffer(bytes), ec);
}

COHUB_DECL void tcp_socket::async_read_some(char* buffer, std::size_t size, socket_handler done)
{
    socket_.async_read_some(boost::asio::buffer(buffer, size), std::move(done));
}

COHUB_DECL void tcp_socket::async_wait_writable(socket_handler done)
{
    socket_.async_wait(boost::asio::ip::tcp::socket::wait_write, std::move(done));
}

COHUB_DECL void tcp_socket::cancel() noexcept
{
    error_code ignored;
    socket_.cancel(ignored);
}

COHUB_DECL void tcp_socket::close() noexcept
{
    error_code ignored;
    socket_.close(ignored);
}

}  // namespace cohub::transport::detail

#endif
