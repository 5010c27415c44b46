// Page 2: what can go wrong, and what to do about each.

#include <cohub/hub.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <chrono>
#include <exception>
#include <iostream>

namespace asio = boost::asio;

// [thrown]
asio::awaitable<void> with_exceptions(cohub::hub const& hub)
{
    try {
        co_await hub.call("system.noSuchThing");
    } catch (cohub::error const& e) {
        std::cout << e.what() << '\n';
    }
}
// [end]

// [result]
asio::awaitable<void> with_results(cohub::hub const& hub)
{
    auto const found = co_await hub.system().user_search("foo", cohub::as_result);
    if (found)
        std::cout << found->size() << " people\n";
    else
        std::cout << found.error().message() << '\n';
}
// [end]

// [what-to-do]
std::string what_to_do(cohub::failure const& f)
{
    if (f.code == cohub::errc::unauthorized) return "give another API key";
    if (f.code == cohub::errc::not_found) return "there is no such thing: show that";
    if (f.is(cohub::condition::transient)) return "try again later";
    if (f.is(cohub::condition::refused)) return "do not try again: show f.server_message";
    if (f.is(cohub::condition::transport)) return "look at host, proxy and certificate";
    if (f.is(cohub::condition::bad_answer)) return "something else than a hub has answered";
    if (f.code == cohub::errc::cancelled || f.code == cohub::errc::client_closed)
        return "nothing: the program itself has ended the call";
    return "mend the program: " + f.detail;
}
// [end]

asio::awaitable<void> lessons(cohub::options options)
{
    auto const executor = co_await asio::this_coro::executor;
    cohub::hub const hub(executor, options);
    co_await with_exceptions(hub);
    co_await with_results(hub);

    auto wrong = options;
    wrong.api_key = "sk-nobody";
    cohub::hub const stranger(executor, wrong);
    auto const refused = co_await stranger.system().ping(cohub::as_result);
    if (!refused) std::cout << "wrong key: " << what_to_do(refused.error()) << '\n';

    auto nowhere = options;
    nowhere.host = "http://127.0.0.1:1";  // nobody listens there
    nowhere.retry.max_attempts = 2;
    cohub::hub const lost(executor, nowhere);
    auto const unanswered = co_await lost.system().ping(cohub::as_result);
    if (!unanswered) std::cout << "no server: " << what_to_do(unanswered.error()) << '\n';

    // [maybe-sent]
    auto const made = co_await hub.projects().create_project("Thesis", cohub::as_result);
    if (!made && made.error().maybe_sent) {
        auto const mine = co_await hub.projects().find_by_title("Thesis");
        std::cout << mine.size() << " projects of that title\n";
    }
    // [end]
    if (made) std::cout << "made: a project\n";
}

int main()
try {
    asio::io_context io;
    asio::co_spawn(io, lessons(cohub::options::from_env()), [](std::exception_ptr e) {
        if (e) std::rethrow_exception(e);
    });
    io.run();
} catch (std::exception const& e) {
    std::cerr << "error: " << e.what() << '\n';
    return 1;
}
