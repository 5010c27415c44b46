#ifndef COHUB_TRANSPORT_ENDPOINTS_HPP
#define COHUB_TRANSPORT_ENDPOINTS_HPP

#include <cohub/core/asio_forward.hpp>

#include <boost/asio/ip/basic_endpoint.hpp>

#include <vector>

namespace cohub::inline abi_0_2::transport {

/// A source that makes an endpoint has to include `<boost/asio/ip/tcp.hpp>`.
using endpoint = boost::asio::ip::basic_endpoint<boost::asio::ip::tcp>;
/// Addresses in the order in which they are tried.
using endpoints = std::vector<endpoint>;

}  // namespace cohub::inline abi_0_2::transport

#endif
