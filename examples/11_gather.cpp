// Many calls with a limit on how many run at once. cohub::gather gives one result for each item, in
// order.

#include <cohub/cohub.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <cstddef>
#include <exception>
#include <iostream>
#include <string>
#include <vector>

namespace asio = boost::asio;

asio::awaitable<void> look_up_all(cohub::hub const& hub, std::vector<std::string> const& methods)
{
    // g++ 12 needs the functions on lines of their own.
    auto const call = [&](std::string const& method) { return hub.call(method); };
    auto const tell = [](std::size_t done, std::size_t all) {
        if (done == all) std::cout << all << " calls are done\n";
    };
    auto const all =
        co_await cohub::gather(methods, call, cohub::gather_options().limit(8).on_progress(tell));

    std::size_t answered = 0;
    for (auto const& r : all) answered += r.has_value() ? 1 : 0;
    std::cout << answered << " answered\n";
    for (std::size_t i = 0; i != all.size(); ++i)
        if (!all[i]) std::cout << methods[i] << ": " << to_string(all[i].error().kind()) << '\n';
}

int main()
try {
    asio::io_context io;
    cohub::hub const hub(io, cohub::options::from_env());
    std::vector<std::string> methods(100, "system.ping");
    methods[41] = "system.noSuchThing";
    asio::co_spawn(io, look_up_all(hub, methods), [](std::exception_ptr e) {
        if (e) std::rethrow_exception(e);
    });
    io.run();
} catch (std::exception const& e) {
    std::cerr << "error: " << e.what() << '\n';
    return 1;
}

// Prints:
//   100 calls are done
//   99 answered
//   system.noSuchThing: not_found
