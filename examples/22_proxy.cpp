// Calls through an HTTP proxy. The example has a proxy of thirty lines, so that it runs anywhere.

#include <cohub/hub.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>

#include <array>
#include <exception>
#include <iostream>
#include <string>

namespace asio = boost::asio;
using asio::ip::tcp;

asio::awaitable<void> hand_on(tcp::socket& from, tcp::socket& to)
{
    std::array<char, 4096> bytes;
    while (true) {
        auto const n = co_await from.async_read_some(asio::buffer(bytes), asio::use_awaitable);
        co_await asio::async_write(to, asio::buffer(bytes.data(), n), asio::use_awaitable);
    }
}

asio::awaitable<void> serve(tcp::socket client)
{
    std::string head;  // CONNECT host:port HTTP/1.1
    co_await asio::async_read_until(
        client, asio::dynamic_buffer(head), "\r\n\r\n", asio::use_awaitable
    );
    std::string const to = head.substr(8, head.find(' ', 8) - 8);
    std::cout << "the proxy opens a way to " << to.substr(0, to.rfind(':')) << '\n';
    tcp::resolver resolver(client.get_executor());
    auto const found = co_await resolver.async_resolve(
        to.substr(0, to.rfind(':')), to.substr(to.rfind(':') + 1), asio::use_awaitable
    );
    tcp::socket server(client.get_executor());
    co_await asio::async_connect(server, found, asio::use_awaitable);
    std::string const answer = "HTTP/1.1 200 Connection established\r\n\r\n";
    co_await asio::async_write(client, asio::buffer(answer), asio::use_awaitable);
    using namespace asio::experimental::awaitable_operators;
    co_await (hand_on(client, server) || hand_on(server, client));
}

asio::awaitable<void> run_proxy(tcp::acceptor& acceptor)
{
    while (true)
        asio::co_spawn(
            acceptor.get_executor(),
            serve(co_await acceptor.async_accept(asio::use_awaitable)),
            asio::detached
        );
}

asio::awaitable<void> look_up(cohub::hub const& hub, tcp::acceptor& acceptor)
{
    for (int i = 0; i < 3; ++i) {
        auto const users = co_await hub.system().user_search("a");
        std::cout << (users.empty() ? "nobody" : "somebody") << " was found\n";
    }
    co_await hub.async_close();
    acceptor.close();
}

int main()
try {
    asio::io_context io;
    tcp::acceptor acceptor(io, {asio::ip::address_v4::loopback(), 0});
    asio::co_spawn(io, run_proxy(acceptor), asio::detached);

    auto options = cohub::options::from_env();
    options.proxy = cohub::proxy_options(
        "http://127.0.0.1:" + std::to_string(acceptor.local_endpoint().port())
    );
    cohub::hub const hub(io, options);
    asio::co_spawn(io, look_up(hub, acceptor), [](std::exception_ptr e) {
        if (e) std::rethrow_exception(e);
    });
    io.run();
} catch (std::exception const& e) {
    std::cerr << "error: " << e.what() << '\n';
    return 1;
}

// Prints:
//   the proxy opens a way to localhost
//   somebody was found
//   somebody was found
//   somebody was found
