// An orderly end on SIGTERM: no new calls start, and running calls complete.

#include <cohub/hub.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/system/error_code.hpp>

#include <chrono>
#include <csignal>
#include <exception>
#include <iostream>

namespace asio = boost::asio;

struct tally
{
    int answered = 0, refused = 0, failed = 0;
};

asio::awaitable<void> worker(cohub::hub const& hub, tally& t)
{
    for (;;) {
        auto const r = co_await hub.system().ping(cohub::as_result);
        if (!r && r.error().kind() == cohub::errc::client_closed) {
            ++t.refused;
            co_return;
        }
        ++(r ? t.answered : t.failed);
        if (t.answered == 200) std::raise(SIGTERM);  // as an operator does
    }
}

int main()
try {
    asio::io_context io;
    cohub::hub const hub(io, cohub::options::from_env());
    asio::signal_set signals(io, SIGTERM, SIGINT);
    tally t;
    for (int i = 0; i < 16; ++i) asio::co_spawn(io, worker(hub, t), asio::detached);
    signals.async_wait([&](boost::system::error_code ec, int) {
        if (ec) return;
        hub.async_close(std::chrono::seconds(10), [&](boost::system::error_code) {
            std::cout << hub.stats().calls << " calls are left\n";
        });
    });
    io.run();
    std::cout << (t.answered >= 200 ? "at least 200" : "too few") << " answered, " << t.refused
              << " told that it is over, " << t.failed << " failed\n";
} catch (std::exception const& e) {
    std::cerr << "error: " << e.what() << '\n';
    return 1;
}

// Prints:
//   0 calls are left
//   at least 200 answered, 16 told that it is over, 0 failed
