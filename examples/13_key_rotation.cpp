// A new API key while calls are under way; no call fails.

#include <cohub/hub.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include <exception>
#include <iostream>

namespace asio = boost::asio;

struct tally
{
    int answered = 0, failed = 0;
    bool rotated = false;
};

asio::awaitable<void> worker(cohub::hub const& hub, tally& t)
{
    while (!t.rotated || t.answered < 500) {
        auto const r = co_await hub.system().ping(cohub::as_result);
        ++(r ? t.answered : t.failed);
        if (!r && t.failed == 1) std::cerr << "error: " << r.error().message() << '\n';
    }
}

asio::awaitable<void> rotate(cohub::hub const& hub, tally& t)
{
    auto const before = co_await hub.system().manage_api_keys(cohub::api_key_action::get());
    auto const made =
        co_await hub.system().manage_api_keys(cohub::api_key_action::create("rotated"));
    hub.set_api_key(made.at(0)->secret.value());
    for (auto const& old : before)
        co_await hub.system().manage_api_keys(cohub::api_key_action::remove(old->id));
    t.rotated = true;
}

int main()
try {
    asio::io_context io;
    auto options = cohub::options::from_env();
    options.pool.max_connections = 8;
    cohub::hub const hub(io, options);
    tally t;
    for (int i = 0; i < 32; ++i) asio::co_spawn(io, worker(hub, t), asio::detached);
    asio::co_spawn(io, rotate(hub, t), [](std::exception_ptr e) {
        if (e) std::rethrow_exception(e);
    });
    io.run();
    std::cout << (t.answered >= 500 ? "at least 500" : "too few") << " calls answered, " << t.failed
              << " failed\n";
    return t.failed == 0 ? 0 : 1;
} catch (std::exception const& e) {
    std::cerr << "error: " << e.what() << '\n';
    return 1;
}

// Prints:
//   at least 500 calls answered, 0 failed
