// Many lookups with a limit on how many run at once: a fixed number of workers takes the queries
// from one list and shares the connections of the pool.

#include <cohub/cohub.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include <array>
#include <cstddef>
#include <exception>
#include <iostream>

namespace asio = boost::asio;

struct tally
{
    int next = 0, answered = 0, failed = 0;
};

asio::awaitable<void> worker(cohub::hub const& hub, tally& t)
{
    static constexpr std::array queries{"a", "b", "c", "d", "e", "m", "s"};
    while (t.next < 1000) {
        cohub::user_query const query(queries[static_cast<std::size_t>(t.next++) % queries.size()]);
        auto const found = co_await hub.system().user_search(query, cohub::as_result);
        ++(found ? t.answered : t.failed);
        if (!found && t.failed == 1) std::cerr << "error: " << found.error().message() << '\n';
    }
}

int main()
try {
    asio::io_context io;
    auto options = cohub::options::from_env();
    options.pool.max_connections = 16;
    options.threads = cohub::threading::single;  // only one thread runs io, so no locks are needed
    cohub::hub const hub(io, options);

    tally t;
    for (int i = 0; i < 32; ++i) asio::co_spawn(io, worker(hub, t), asio::detached);
    io.run();

    auto const s = hub.stats();
    std::cout << t.answered << " answered, " << t.failed << " failed\n";
    std::cout << (s.opened <= 16 ? "at most 16" : "more than 16") << " connections, "
              << (s.reused >= 900 ? "reused all the time\n" : "hardly reused\n");
    return t.failed == 0 ? 0 : 1;
} catch (std::exception const& e) {
    std::cerr << "error: " << e.what() << '\n';
    return 1;
}

// Prints:
//   1000 answered, 0 failed
//   at most 16 connections, reused all the time
