// A span for each call and for each of its attempts, through examples/adapters/opentelemetry.hpp.
// Copy this file into your project. It works with the types of opentelemetry-cpp. Here it works
// with a tracer of the same form that keeps its spans in memory.

#include <cohub/hub.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <exception>
#include <iostream>
#include <memory>

#include "adapters/memory_tracer.hpp"
#include "adapters/opentelemetry.hpp"

namespace asio = boost::asio;
namespace trace = adapters::memory;  // for opentelemetry-cpp see adapters/opentelemetry.hpp

asio::awaitable<void> ask(cohub::hub const& hub)
{
    co_await hub.system().ping();
    co_await hub.call("system.noSuchThing", nullptr, cohub::as_result);
}

int main()
try {
    auto const tracer = std::make_shared<trace::Tracer>();
    asio::io_context io;
    auto options = cohub::options::from_env();
    adapters::spans<trace::api>(tracer).install(options);
    cohub::hub const hub(io, options);
    asio::co_spawn(io, ask(hub), [](std::exception_ptr e) {
        if (e) std::rethrow_exception(e);
    });
    io.run();

    for (auto const& span : tracer->ended()) {
        bool const is_attempt = span.kind == trace::SpanKind::kClient;
        std::cout << (is_attempt ? "  " : "") << span.name;
        for (auto const* name : {"http.response.status_code", "error.type", "cohub.attempts"})
            if (auto const found = span.attributes.find(name); found != span.attributes.end())
                std::cout << ' ' << name << '=' << found->second;
        std::cout << '\n';
    }
} catch (std::exception const& e) {
    std::cerr << "error: " << e.what() << '\n';
    return 1;
}

// Prints:
//     POST http.response.status_code=200
//   system.ping http.response.status_code=200 cohub.attempts=1
//     POST http.response.status_code=200 error.type=not_found
//   system.noSuchThing http.response.status_code=200 error.type=not_found cohub.attempts=1
