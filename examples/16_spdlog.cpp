// Log lines about what a client does, through examples/adapters/spdlog.hpp. Copy this file into
// your project.

#include <cohub/hub.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <chrono>
#include <exception>
#include <iostream>
#include <memory>

#include "adapters/spdlog.hpp"

namespace asio = boost::asio;

asio::awaitable<void> ask(cohub::hub const& hub, cohub::hub const& nobody)
{
    co_await hub.system().ping();
    co_await hub.call("system.noSuchThing", nullptr, cohub::as_result);
    co_await nobody.system().ping(cohub::call_options().retries(1), cohub::as_result);
}

int main()
try {
    // [log]
    auto const log = std::make_shared<spdlog::logger>(
        "cohub", std::make_shared<spdlog::sinks::stdout_sink_mt>()
    );
    // [end]
    log->set_pattern("%^%l%$ %v");
    log->set_level(spdlog::level::debug);  // also calls that succeed

    asio::io_context io;
    auto options = cohub::options::from_env();
    options.make_traceparent = true;
    // [adapter]
    adapters::spdlog_lines(log).install(options.hooks);
    // [end]
    cohub::hub const hub(io, options);

    options.host = "http://127.0.0.1:1";  // nothing listens there
    options.retry.base = std::chrono::milliseconds(1);
    cohub::hub const nobody(io, options);

    asio::co_spawn(io, ask(hub, nobody), [](std::exception_ptr e) {
        if (e) std::rethrow_exception(e);
    });
    io.run();
} catch (std::exception const& e) {
    std::cerr << "error: " << e.what() << '\n';
    return 1;
}

// Prints, with other figures and shortened here:
//   debug event=call method=system.ping outcome=ok status=200 attempts=1 took_ms=3.164 ...
//   debug event=failed_attempt method=system.noSuchThing attempt=1 outcome=not_found ...
//   error event=call method=system.noSuchThing outcome=not_found status=200 attempts=1 ...
//   info event=failed_attempt method=system.ping attempt=1 outcome=connect_failed ...
//   debug event=failed_attempt method=system.ping attempt=2 outcome=connect_failed ...
//   warning event=call method=system.ping outcome=connect_failed attempts=2 took_ms=0.843 ...
