// Page 8: what a client does, seen from outside.

#include <cohub/hub.hpp>
#include <cohub/prometheus.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <chrono>
#include <exception>
#include <iostream>
#include <string>

namespace asio = boost::asio;
using namespace std::chrono_literals;

// [hooks]
void watch(cohub::options& o)
{
    o.hooks.on_call = [](cohub::call_event const& e) {
        std::cout << e.method << ": " << (e.error ? to_string(cohub::to_errc(e.error)) : "ok")
                  << ", " << e.attempts << " attempts, " << e.took() / 1us << " us\n";
    };
    o.hooks.on_attempt = [](cohub::attempt_event const& e) {
        if (e.error) std::cout << "  attempt " << e.attempt << ": " << e.error.message() << '\n';
    };
}
// [end]

// [stages]
void show_stages(cohub::call_event const& e)
{
    for (std::size_t i = 0; i != e.spent.size(); ++i)
        if (e.spent[i] > 0us)
            std::cout << "  " << to_string(static_cast<cohub::stage>(i)) << ' ' << e.spent[i] / 1us
                      << " us\n";
}
// [end]

asio::awaitable<void> ask(cohub::hub const& hub)
{
    co_await hub.system().user_search("foo");
    co_await hub.call("system.noSuchThing", nullptr, cohub::as_result);
    // [traceparent]
    std::string const caller = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    auto const how = cohub::call_options().header("traceparent", caller);
    co_await hub.system().user_search("bar", how);
    // [end]
}

int main()
try {
    asio::io_context io;
    auto options = cohub::options::from_env();
    watch(options);
    auto const first = options.hooks.on_call;
    options.hooks.on_call = [first](cohub::call_event const& e) {
        first(e);
        show_stages(e);
    };
    // [make-traceparent]
    options.make_traceparent = true;
    // [end]
    cohub::hub const hub(io, options);
    asio::co_spawn(io, ask(hub), [](std::exception_ptr e) {
        if (e) std::rethrow_exception(e);
    });
    io.run();

    // [prometheus]
    std::string const page = cohub::prometheus_text({{hub.stats(), {{"client", "people"}}}});
    // [end]
    std::cout << page;
} catch (std::exception const& e) {
    std::cerr << "error: " << e.what() << '\n';
    return 1;
}
