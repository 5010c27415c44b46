#include <cohub/hub.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <exception>
#include <iostream>
#include <string>

namespace asio = boost::asio;

// [lookup]
asio::awaitable<void> look_up(cohub::hub const& hub, std::string name)
{
    auto const found = co_await hub.system().user_search(name);
    std::cout << found.size() << " people\n";
    for (cohub::user const& u : found)
        std::cout << u.first_name.value_or("?") << ' ' << u.last_name.value_or("?") << '\n';
}
// [end]

int main()
try {
    // [main]
    asio::io_context io;
    cohub::hub const hub(io, cohub::options::from_env());
    asio::co_spawn(io, look_up(hub, "foo"), [](std::exception_ptr e) {
        if (e) std::rethrow_exception(e);
    });
    io.run();
    // [end]
} catch (std::exception const& e) {
    std::cerr << "error: " << e.what() << '\n';
    return 1;
}
