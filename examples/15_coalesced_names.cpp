// Lookups of single names from many coroutines that share one request.

#include <cohub/hub.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include <chrono>
#include <exception>
#include <iostream>
#include <string>
#include <utility>

namespace asio = boost::asio;

struct tally
{
    int found = 0, unknown = 0, failed = 0;
};

asio::awaitable<void> look_up(cohub::hub const& hub, std::string account_id, tally& t)
{
    auto const name = co_await hub.system().get_name(account_id, cohub::as_result);
    if (name)
        ++t.found;
    else
        ++(name.error().kind() == cohub::errc::not_found ? t.unknown : t.failed);
}

asio::awaitable<void> look_up_all(cohub::hub const& hub, tally& t)
{
    auto const executor = co_await asio::this_coro::executor;
    cohub::user_query const somebody("a");
    for (auto const& u : co_await hub.system().user_search(somebody))
        for (int i = 0; i != 10; ++i)
            asio::co_spawn(executor, look_up(hub, u.account_id, t), asio::detached);
    std::string const nobody = "00000000-0000-4000-8000-000000000000";
    asio::co_spawn(executor, look_up(hub, nobody, t), asio::detached);
}

int main()
try {
    asio::io_context io;
    auto options = cohub::options::from_env();
    options.coalesce.window = std::chrono::milliseconds(2);
    int calls = 0;
    options.hooks.on_attempt = [&calls](cohub::attempt_event const&) { ++calls; };
    cohub::hub const hub(io, options);
    tally t;
    asio::co_spawn(io, look_up_all(hub, t), [](std::exception_ptr e) {
        if (e) std::rethrow_exception(e);
    });
    io.run();
    std::cout << (t.found >= 10 ? "many" : "few") << " names found, " << t.unknown << " unknown, "
              << t.failed << " failed, in " << calls - 1 << " call\n";
} catch (std::exception const& e) {
    std::cerr << "error: " << e.what() << '\n';
    return 1;
}

// Prints:
//   many names found, 1 unknown, 0 failed, in 1 call
