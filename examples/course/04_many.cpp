// Page 4: many lookups at once.

#include <cohub/batching.hpp>
#include <cohub/call/gather.hpp>
#include <cohub/hub.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include <chrono>
#include <exception>
#include <iostream>
#include <string>
#include <vector>

namespace asio = boost::asio;
using namespace std::chrono_literals;

// [gather]
asio::awaitable<void> search_all(cohub::hub const& hub, std::vector<std::string> names)
{
    auto const search = [&](std::string const& name) { return hub.system().user_search(name); };
    auto const all = co_await cohub::gather(names, search, cohub::gather_options().limit(8));
    std::size_t answered = 0;
    for (auto const& r : all) answered += r.has_value() ? 1 : 0;
    std::cout << answered << " of " << names.size() << " searches answered\n";
}
// [end]

// [one-name]
asio::awaitable<void> show_name(cohub::hub const& hub, std::string account_id, int& shown)
{
    auto const name = co_await hub.system().get_name(account_id, cohub::as_result);
    if (name) ++shown;
}
// [end]

// [window]
cohub::options with_shared_look_ups()
{
    cohub::options o = cohub::options::from_env();
    o.coalesce.window = 2ms;
    o.coalesce.cache(5min, 10'000);
    return o;
}
// [end]

asio::awaitable<void> look_at_pages(cohub::hub const& hub, int& shown)
{
    auto const executor = co_await asio::this_coro::executor;
    cohub::user_query const somebody("a");
    for (auto const& u : co_await hub.system().user_search(somebody))
        for (int i = 0; i != 5; ++i)
            asio::co_spawn(executor, show_name(hub, u.account_id, shown), asio::detached);
}

// [shared]
asio::awaitable<void> read_settings(cohub::hub const& hub, int& good)
{
    auto const how = cohub::call_options().shared().hedge_after(200ms);
    auto const settings = co_await hub.system().get_customize(how, cohub::as_result);
    if (settings) ++good;
}
// [end]

void rethrow(std::exception_ptr e)
{
    if (e) std::rethrow_exception(e);
}

int main()
try {
    asio::io_context io;
    int requests = 0;
    auto options = with_shared_look_ups();
    options.hooks.on_attempt = [&requests](cohub::attempt_event const&) { ++requests; };
    cohub::hub const hub(io, options);

    std::vector<std::string> const names(100, "foo");
    asio::co_spawn(io, search_all(hub, names), rethrow);
    io.run();

    io.restart();
    requests = 0;
    int shown = 0;
    asio::co_spawn(io, look_at_pages(hub, shown), rethrow);
    io.run();
    std::cout << shown << " names shown, " << requests - 1 << " request\n";

    io.restart();
    requests = 0;
    int good = 0;
    for (int i = 0; i != 50; ++i) asio::co_spawn(io, read_settings(hub, good), asio::detached);
    io.run();
    std::cout << good << " readers of the settings, " << requests << " request\n";
} catch (std::exception const& e) {
    std::cerr << "error: " << e.what() << '\n';
    return 1;
}
