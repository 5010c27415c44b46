// A user search with further arguments, and how to read the result.

#include <cohub/cohub.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <exception>
#include <iostream>
#include <string>
#include <vector>

namespace asio = boost::asio;

asio::awaitable<void> search(cohub::hub const& hub)
{
    auto const found = co_await hub.system().user_search(cohub::user_query("a").limit(3));

    // Values that the server may leave out are optional.
    std::vector<std::string> ids;
    for (cohub::user const& u : found) {
        std::cout << u.first_name.value_or("?") << ' ' << u.last_name.value_or("?");
        if (u.last_active) std::cout << ", seen " << cohub::json::format_iso8601(*u.last_active);
        std::cout << '\n';
        ids.push_back(u.account_id);
    }

    // Gets many names for their ids in one call.
    auto const names = co_await hub.system().get_names(ids);
    std::cout << "names of " << names.size() << " accounts\n";
}

int main()
try {
    asio::io_context io;
    cohub::hub const hub(io, cohub::options::from_env());
    asio::co_spawn(io, search(hub), [](std::exception_ptr e) {
        if (e) std::rethrow_exception(e);
    });
    io.run();
    return 0;
} catch (std::exception const& e) {
    std::cerr << "error: " << e.what() << '\n';
    return 1;
}

// Prints:
//   Orla Keeper, seen 2025-10-09T07:53:20.000Z
//   Sage Operator, seen 2025-10-09T07:53:20.000Z
//   Julia Fischer, seen 2025-10-09T07:28:18.310Z
//   names of 3 accounts
