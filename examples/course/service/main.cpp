#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include <csignal>
#include <cstdint>
#include <exception>
#include <iostream>
#include <string>

#include "server.hpp"

namespace asio = boost::asio;

int main(int argc, char** argv)
try {
    auto const port = static_cast<std::uint16_t>(argc > 1 ? std::stoi(argv[1]) : 8080);
    // [main]
    asio::io_context io(1);
    cohub::hub const hub(io, cohub::options::from_env());
    people::server server(io.get_executor(), hub, port);
    asio::co_spawn(io, server.listen(), asio::detached);

    asio::signal_set signals(io, SIGTERM, SIGINT);
    signals.async_wait([&](boost::system::error_code ec, int) {
        if (!ec) asio::co_spawn(io, server.drain(), asio::detached);
    });
    std::cout << "listening on port " << server.port() << '\n' << std::flush;
    io.run();
    std::cout << "drained" << '\n' << std::flush;
    // [end]
} catch (std::exception const& e) {
    std::cerr << "error: " << e.what() << '\n';
    return 1;
}
