#ifndef COHUB_TRANSPORT_DETAIL_STREAM_PROTOCOL_HPP
#define COHUB_TRANSPORT_DETAIL_STREAM_PROTOCOL_HPP

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/basic_endpoint.hpp>
#include <boost/asio/ip/basic_resolver.hpp>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

namespace cohub::transport::detail {

/// TCP for Asio, without `asio::ip::tcp`, whose header brings acceptors and iostreams into every
/// source that includes cohub.
class stream_protocol
{
public:
    using endpoint = boost::asio::ip::basic_endpoint<stream_protocol>;
    using socket =
        boost::asio::basic_stream_socket<stream_protocol, boost::asio::io_context::executor_type>;
    using resolver =
        boost::asio::ip::basic_resolver<stream_protocol, boost::asio::io_context::executor_type>;

    static stream_protocol v4() noexcept { return stream_protocol(AF_INET); }
    static stream_protocol v6() noexcept { return stream_protocol(AF_INET6); }
    int type() const noexcept { return SOCK_STREAM; }
    int protocol() const noexcept { return IPPROTO_TCP; }
    int family() const noexcept { return family_; }

    friend bool operator==(stream_protocol a, stream_protocol b) noexcept = default;

private:
    explicit stream_protocol(int family) noexcept : family_(family) {}

    int family_;
};

}  // namespace cohub::transport::detail

#endif
