#ifndef COHUB_TRANSPORT_DETAIL_TCP_ENDPOINT_HPP
#define COHUB_TRANSPORT_DETAIL_TCP_ENDPOINT_HPP

#include <boost/asio/detail/config.hpp>
#include <boost/asio/ip/basic_endpoint.hpp>

// <boost/asio/ip/tcp.hpp> brings sockets, acceptors, iostreams and resolvers, a fifth of what a
// source compiles that uses cohub::compiled. An endpoint needs only the name of the protocol. Newer
// releases of Asio may wrap it in a version's namespace.
#if !defined(BOOST_ASIO_INLINE_NAMESPACE_BEGIN)
#define BOOST_ASIO_INLINE_NAMESPACE_BEGIN
#define BOOST_ASIO_INLINE_NAMESPACE_END
#endif

namespace boost::asio {
BOOST_ASIO_INLINE_NAMESPACE_BEGIN
namespace ip {
class tcp;
}
BOOST_ASIO_INLINE_NAMESPACE_END
}  // namespace boost::asio

namespace cohub::transport::detail {

/// @brief `boost::asio::ip::tcp::endpoint`
using tcp_endpoint = boost::asio::ip::basic_endpoint<boost::asio::ip::tcp>;

}  // namespace cohub::transport::detail

#endif
