#pragma once

#include <cohub/http/url.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/system/error_code.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace cli::probe {

using endpoint = boost::asio::generic::stream_protocol::endpoint;

struct addresses
{
    boost::system::error_code failed;
    std::vector<boost::asio::ip::tcp::endpoint> found;
};

/// Looks a name up, by the system.
boost::asio::awaitable<addresses> resolve(std::string host, std::uint16_t port);

struct reached
{
    /// Timed out, refused …; empty: it accepts connections.
    boost::system::error_code failed;
    std::chrono::nanoseconds took{};
};

/// Connects, and closes the connection.
boost::asio::awaitable<reached> reach(endpoint to, std::chrono::milliseconds limit);

/// What a server says of itself without a key.
struct glance
{
    /// Empty if there was no TLS.
    std::string tls_version;
    /// Names and addresses that its certificate is for.
    std::vector<std::string> names;
    std::string issuer;
    std::optional<std::chrono::sys_seconds> valid_from, valid_until;
    /// By its Date header, and this machine's clock at that moment.
    std::optional<std::chrono::sys_seconds> date;
    std::chrono::sys_seconds clock{};
};

/// Sends a HEAD request, without a key. The certificate is not judged: what it says is to be seen
/// above all where it is refused, and nothing that it protects is sent or believed.
boost::asio::awaitable<glance> look_at(
    endpoint at, cohub::http::origin server, std::chrono::milliseconds limit
);

/// `Sun, 06 Nov 1994 08:49:37 GMT`.
std::optional<std::chrono::sys_seconds> read_date(std::string const& text);

}  // namespace cli::probe
