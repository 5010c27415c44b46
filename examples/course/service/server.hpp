#pragma once

#include <cohub/hub.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cstdint>

namespace people {

/// Answers `GET /ada` over HTTP, one request for each connection. One thread runs all of it.
class server
{
public:
    /// @param port on 127.0.0.1; 0 lets the system choose one
    server(boost::asio::any_io_executor executor, cohub::hub const& hub, std::uint16_t port);

    std::uint16_t port() const { return acceptor_.local_endpoint().port(); }

    /// Takes connections until `drain` is called.
    boost::asio::awaitable<void> listen();

    /// Takes no new connections, lets those that are there come to their ends, and closes the hub.
    boost::asio::awaitable<void> drain();

private:
    boost::asio::awaitable<void> serve(boost::asio::ip::tcp::socket socket);

    cohub::hub const& hub_;
    boost::asio::ip::tcp::acceptor acceptor_;
    boost::asio::steady_timer nobody_left_;
    int connections_ = 0;
};

}  // namespace people
