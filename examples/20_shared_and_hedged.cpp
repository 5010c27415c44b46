// Reads that share one request, and a read that is sent a second time if no answer comes.

#include <cohub/batching.hpp>
#include <cohub/hub.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include <chrono>
#include <exception>
#include <iostream>

namespace asio = boost::asio;

asio::awaitable<void> read_settings(cohub::hub const& hub, int& good)
{
    auto const how = cohub::call_options().shared().hedge_after(std::chrono::milliseconds(200));
    auto const settings = co_await hub.system().get_customize(how, cohub::as_result);
    if (settings && !settings->empty()) ++good;
}

int main()
try {
    asio::io_context io;
    int requests = 0;
    auto options = cohub::options::from_env();
    options.hooks.on_attempt = [&requests](cohub::attempt_event const&) { ++requests; };
    cohub::hub const hub(io, options);
    int good = 0;
    for (int i = 0; i != 100; ++i) asio::co_spawn(io, read_settings(hub, good), asio::detached);
    io.run();
    auto const counts = hub.stats();
    std::cout << good << " of 100 callers have the settings, " << counts.shared
              << " of them by another one's request\n";
    return requests == 1 || counts.hedged != 0 ? 0 : 1;
} catch (std::exception const& e) {
    std::cerr << "error: " << e.what() << '\n';
    return 1;
}

// Prints:
//   100 of 100 callers have the settings, 99 of them by another one's request
