// Page 3: how long a call may take, how it is given up, how often it is tried.

#include <cohub/hub.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <exception>
#include <iostream>

namespace asio = boost::asio;
using namespace std::chrono_literals;

asio::awaitable<void> deadline(cohub::hub const& hub)
{
    // [deadline]
    auto const how = cohub::call_options().timeout(2s).retries(1);
    auto const found = co_await hub.system().user_search("foo", how, cohub::as_result);
    // [end]
    std::cout << (found ? "in time\n" : found.error().message() + '\n');

    // [too-short]
    auto const short_time = cohub::call_options().timeout(1us);
    auto const late = co_await hub.system().ping(short_time, cohub::as_result);
    if (!late && late.error().code == cohub::errc::timeout)
        std::cout << "too late, while " << to_string(late.error().at) << '\n';
    // [end]
}

// [cancel]
void call_and_cancel(asio::io_context& io, cohub::hub const& hub)
{
    asio::cancellation_signal stop;
    auto const told = [](cohub::result<std::vector<cohub::user>> r) {
        if (!r && r.error().code == cohub::errc::cancelled) std::cout << "cancelled\n";
    };
    hub.system().user_search(
        "foo", asio::bind_cancellation_slot(stop.slot(), cohub::as_result(told))
    );
    stop.emit(asio::cancellation_type::terminal);
    io.run();
}
// [end]

// [options]
cohub::options with_other_defaults()
{
    cohub::options o = cohub::options::from_env();
    o.timeouts.call = 5s;      // each call, unless it says otherwise
    o.timeouts.connect = 1s;   // one TCP connection
    o.retry.max_attempts = 4;  // the first one included
    o.retry.base = 50ms;       // the longest first pause; doubled each time
    return o;
}
// [end]

int main()
try {
    asio::io_context io;
    cohub::hub const hub(io, with_other_defaults());
    asio::co_spawn(io, deadline(hub), [](std::exception_ptr e) {
        if (e) std::rethrow_exception(e);
    });
    io.run();
    io.restart();
    call_and_cancel(io, hub);
} catch (std::exception const& e) {
    std::cerr << "error: " << e.what() << '\n';
    return 1;
}
