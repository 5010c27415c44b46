// Counters, a histogram and gauges through examples/adapters/prometheus.hpp, for prometheus-cpp.
// Copy this file into your project. A service registers both collectables with its
// prometheus::Exposer. This example prints the page instead.

#include <cohub/hub.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <exception>
#include <iostream>
#include <sstream>
#include <string>

#include "adapters/prometheus.hpp"

namespace asio = boost::asio;

asio::awaitable<void> ask(cohub::hub const& hub)
{
    for (int i = 0; i != 3; ++i) co_await hub.system().ping();
    co_await hub.call("system.noSuchThing", nullptr, cohub::as_result);
}

int main()
try {
    prometheus::Registry registry;
    asio::io_context io;
    auto options = cohub::options::from_env();
    // [adapter]
    adapters::prometheus_calls(registry).install(options.hooks);
    // [end]
    cohub::hub const hub(io, options);
    adapters::client_gauges const gauges("hub", [&hub] { return hub.stats(); });
    asio::co_spawn(io, ask(hub), [](std::exception_ptr e) {
        if (e) std::rethrow_exception(e);
    });
    io.run();

    prometheus::TextSerializer const serializer;
    std::istringstream page(
        serializer.Serialize(registry.Collect()) + serializer.Serialize(gauges.Collect())
    );
    for (std::string line; std::getline(page, line);)
        if (line.starts_with("cohub_calls_total") || line.starts_with("cohub_connections_idle"))
            std::cout << line << '\n';
} catch (std::exception const& e) {
    std::cerr << "error: " << e.what() << '\n';
    return 1;
}

// Prints:
//   cohub_calls_total{method="system.noSuchThing",outcome="not_found"} 1
//   cohub_calls_total{method="system.ping",outcome="ok"} 3
//   cohub_connections_idle{client="hub"} 1
