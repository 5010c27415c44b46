// How long it takes to compile a user's translation unit with one call; measure.sh compiles it. One
// variant needs only the headers, the other one the macros of cohub::compiled.

#include <cohub/hub.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include <cstdio>
#include <exception>

boost::asio::awaitable<void> look_up(cohub::hub const& hub)
{
    try {
        for (auto const& user : co_await hub.system().user_search("ada"))
            std::printf("%s\n", user.account_id.c_str());
    } catch (std::exception const& e) {
        std::fprintf(stderr, "error: %s\n", e.what());
    }
}

int main()
{
    boost::asio::io_context io;
    cohub::hub const hub(io, cohub::options::from_env());
    boost::asio::co_spawn(io, look_up(hub), boost::asio::detached);
    io.run();
}
