#ifndef COHUB_TRANSPORT_DETAIL_IMPL_SYSTEM_SOCKET_IPP
#define COHUB_TRANSPORT_DETAIL_IMPL_SYSTEM_SOCKET_IPP

#include <cohub/transport/detail/system_socket.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>

#include <cstring>
#include <utility>

namespace cohub::inline abi_0_2::transport::detail {

COHUB_DECL error_code system_socket::async_connect(endpoint const& to, socket_handler done)
{
    protocol::endpoint address = to;
#if defined(BOOST_ASIO_HAS_LOCAL_SOCKETS)
    if (!path_.empty()) address = boost::asio::local::stream_protocol::endpoint(path_);
#endif
    error_code ec;
    socket_.close(ec);
    socket_.open(address.protocol(), ec);
    if (!ec) socket_.non_blocking(true, ec);
    if (!ec && path_.empty()) socket_.set_option(boost::asio::ip::tcp::no_delay(true), ec);
    if (!ec) socket_.async_connect(address, std::move(done));
    return ec;
}

inline std::uint16_t port_of(system_socket::protocol::endpoint const& e)
{
    boost::asio::ip::tcp::endpoint ip;
    int const family = e.protocol().family();
    if (family != ip.protocol().family() && family != boost::asio::ip::tcp::v6().family()) return 0;
    std::memcpy(ip.data(), e.data(), e.size());
    return ip.port();
}

COHUB_DECL std::pair<std::uint16_t, std::uint16_t> system_socket::ports() const
{
    error_code ec;
    auto const here = socket_.local_endpoint(ec);
    if (ec) return {};
    auto const there = socket_.remote_endpoint(ec);
    return {port_of(here), ec ? std::uint16_t(0) : port_of(there)};
}

COHUB_DECL char const* system_socket::path_problem(std::string const& path)
{
#if defined(BOOST_ASIO_HAS_LOCAL_SOCKETS)
    if (path.find('\0') != std::string::npos) return "it has a zero byte";
    // The size of the path in <sys/un.h>.
    if (path.size() >= sizeof(boost::asio::detail::sockaddr_un_type().sun_path))
        return "it is longer than a Unix socket's path may be";
    return nullptr;
#else
    return path.empty() ? nullptr : "this system has no Unix sockets";
#endif
}

COHUB_DECL std::size_t system_socket::read_some(char* buffer, std::size_t size, error_code& ec)
{
    return socket_.read_some(boost::asio::buffer(buffer, size), ec);
}

COHUB_DECL std::size_t system_socket::write_some(std::string_view bytes, error_code& ec)
{
    return socket_.write_some(boost::asio::buffer(bytes), ec);
}

COHUB_DECL void system_socket::async_read_some(char* buffer, std::size_t size, socket_handler done)
{
    socket_.async_read_some(boost::asio::buffer(buffer, size), std::move(done));
}

COHUB_DECL void system_socket::async_wait_writable(socket_handler done)
{
    socket_.async_wait(boost::asio::socket_base::wait_write, std::move(done));
}

COHUB_DECL void system_socket::cancel() noexcept
{
    error_code ignored;
    socket_.cancel(ignored);
}

COHUB_DECL void system_socket::close() noexcept
{
    error_code ignored;
    socket_.close(ignored);
}

}  // namespace cohub::inline abi_0_2::transport::detail

#endif
