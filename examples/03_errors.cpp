// Errors without exceptions: with cohub::as_result a call gives a value or a failure. The failure
// says what happened, and conditions say what to do about it.

#include <cohub/cohub.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include <exception>
#include <iostream>
#include <string>

namespace asio = boost::asio;

void explain(std::string const& what, cohub::failure const& f)
{
    std::cout << what << ": " << f.code.message();
    if (f.is(cohub::condition::transient)) std::cout << " (worth another try later)";
    if (f.is(cohub::condition::refused)) std::cout << " (the server's word: stop asking)";
    std::cout << '\n';
}

asio::awaitable<void> ask(cohub::options good)
{
    auto const executor = co_await asio::this_coro::executor;

    cohub::hub const hub(executor, good);
    auto const names = co_await hub.call("system.noSuchThing", nullptr, cohub::as_result);
    if (!names) explain("unknown method", names.error());

    cohub::options wrong_key = good;
    wrong_key.api_key = "sk-not-a-key-at-all";
    cohub::hub const stranger(executor, wrong_key);
    auto const pong = co_await stranger.system().ping(cohub::as_result);
    if (!pong && pong.error().code == cohub::errc::unauthorized) explain("wrong key", pong.error());

    cohub::options nobody = good;
    nobody.host = "http://localhost:1";
    nobody.retry.max_attempts = 2;
    cohub::hub const lost(executor, nobody);
    auto const reply = co_await lost.system().ping(cohub::as_result);
    if (!reply) explain(std::to_string(reply.error().attempts) + " attempts", reply.error());
}

int main()
try {
    asio::io_context io;
    asio::co_spawn(io, ask(cohub::options::from_env()), asio::detached);
    io.run();
    return 0;
} catch (std::exception const& e) {
    std::cerr << "error: " << e.what() << '\n';
    return 1;
}

// Prints:
//   unknown method: not found (the server's word: stop asking)
//   wrong key: not authorized (the server's word: stop asking)
//   2 attempts: could not connect (worth another try later)
