// Two ways to stop waiting: a deadline for the whole call, and cancellation from outside.

#include <cohub/cohub.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <iostream>

namespace asio = boost::asio;
using namespace asio::experimental::awaitable_operators;
using namespace std::chrono_literals;

asio::awaitable<void> ask(cohub::hub const& hub)
{
    // A deadline covers everything: queueing, connecting, retries. Here it is too short on purpose.
    auto const late =
        co_await hub.system().ping(cohub::call_options().timeout(1us).retries(0), cohub::as_result);
    if (!late && late.error().code == cohub::errc::timeout) std::cout << "timed out\n";

    // Every form of cancellation in Asio works. Here the first call that ends cancels the other
    // one. With as_result, a failure also ends the race. If it were thrown, the race would wait for
    // the other call.
    asio::steady_timer patience(co_await asio::this_coro::executor, 10s);
    auto const first = co_await (
        hub.call("system.nope", nullptr, cohub::as_result(asio::use_awaitable)) ||
        patience.async_wait(asio::use_awaitable)
    );
    if (auto const* const answer = std::get_if<0>(&first))
        std::cout << (*answer ? "answered in time\n" : answer->error().message() + '\n');
    else
        std::cout << "gave up waiting\n";

    // Cancelled calls leave nothing behind: the next call works.
    auto const after = co_await hub.system().ping(cohub::as_result);
    std::cout << (after ? "still fine\n" : after.error().message() + "\n");
}

int main()
try {
    asio::io_context io;
    cohub::hub const hub(io, cohub::options::from_env());
    asio::co_spawn(io, ask(hub), [](std::exception_ptr e) {
        if (e) std::rethrow_exception(e);
    });
    io.run();
} catch (std::exception const& e) {
    std::cerr << "error: " << e.what() << '\n';
    return 1;
}

// Prints:
//   timed out
//   system.nope: not found: Error: unknown function 'system.nope' [https://localhost:44855]
//   still fine
