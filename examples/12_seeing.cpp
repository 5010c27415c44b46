// Observing a client: a log line for each call, a trace context, a page for Prometheus.

#include <cohub/hub.hpp>
#include <cohub/prometheus.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <exception>
#include <iostream>
#include <string>

namespace asio = boost::asio;

asio::awaitable<void> ask(cohub::hub const& hub)
{
    // For this call only. It replaces the traceparent that the client would make.
    std::string const trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    co_await hub.system().ping(cohub::call_options().header("traceparent", trace));
    co_await hub.call("system.noSuchThing", nullptr, cohub::as_result);
}

int main()
try {
    asio::io_context io;
    auto options = cohub::options::from_env();
    options.make_traceparent = true;
    options.hooks.on_call = [](cohub::call_event const& e) {
        auto const outcome = e.error ? to_string(cohub::to_errc(e.error)) : "ok";
        std::cout << e.method << ": " << outcome << " after " << e.attempts << " attempt, "
                  << (e.new_connection ? "new" : "old") << " connection, trace "
                  << (e.traceparent.starts_with("00-4bf92f35") ? "of the caller" : "made") << '\n';
    };
    cohub::hub const hub(io, options);
    asio::co_spawn(io, ask(hub), [](std::exception_ptr e) {
        if (e) std::rethrow_exception(e);
    });
    io.run();

    // A service gives this answer to GET /metrics.
    std::string const page = cohub::prometheus_text({{hub.stats(), {{"client", "hub"}}}});
    auto const line = page.find("\ncohub_connections_established_total") + 1;
    std::cout << page.substr(line, page.find('\n', line) - line + 1);
} catch (std::exception const& e) {
    std::cerr << "error: " << e.what() << '\n';
    return 1;
}

// Prints:
//   system.ping: ok after 1 attempt, new connection, trace of the caller
//   system.noSuchThing: not_found after 1 attempt, old connection, trace made
//   cohub_connections_established_total{client="hub"} 1
