#include "server.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>

#include <chrono>
#include <exception>
#include <string>
#include <utility>

#include "people.hpp"

namespace people {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;
using namespace std::chrono_literals;

server::server(asio::any_io_executor executor, cohub::hub const& hub, std::uint16_t port)
    : hub_(hub),
      acceptor_(executor, tcp::endpoint(asio::ip::address_v4::loopback(), port)),
      nobody_left_(executor)
{
}

// [listen]
asio::awaitable<void> server::listen()
{
    asio::steady_timer pause(acceptor_.get_executor());
    while (acceptor_.is_open()) {
        auto [ec, socket] = co_await acceptor_.async_accept(asio::as_tuple(asio::use_awaitable));
        if (ec) {  // closed, or the system has no descriptor left
            pause.expires_after(50ms);
            co_await pause.async_wait(asio::use_awaitable);
            continue;
        }
        ++connections_;
        asio::co_spawn(
            acceptor_.get_executor(),
            serve(std::move(socket)),
            [this](std::exception_ptr) {
                // A client that goes away in the middle is no problem of the service.
                if (--connections_ == 0) nobody_left_.cancel();
            }
        );
    }
}
// [end]

// [serve]
asio::awaitable<void> server::serve(tcp::socket socket)
{
    beast::tcp_stream stream(std::move(socket));
    beast::flat_buffer buffer;
    http::request<http::empty_body> request;
    stream.expires_after(10s);
    co_await http::async_read(stream, buffer, request, asio::use_awaitable);

    std::string const name(request.target().substr(1));
    answer const told = co_await who_is(hub_, name);

    http::response<http::string_body> response(http::int_to_status(told.status), 11);
    response.keep_alive(false);
    response.set(http::field::content_type, "text/plain; charset=utf-8");
    response.body() = told.text + '\n';
    response.prepare_payload();
    stream.expires_after(10s);
    co_await http::async_write(stream, response, asio::use_awaitable);
    stream.socket().shutdown(tcp::socket::shutdown_send);
}
// [end]

// [drain]
asio::awaitable<void> server::drain()
{
    acceptor_.close();
    nobody_left_.expires_after(10s);
    if (connections_ != 0) co_await nobody_left_.async_wait(asio::as_tuple(asio::use_awaitable));
    co_await hub_.async_close(2s);
}
// [end]

}  // namespace people
