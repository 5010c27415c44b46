// The smallest program: it checks that the server answers, and whose API key it uses. The variables
// COCALC_HOST, COCALC_API_KEY and SSL_CERT_FILE give the server and the key.

#include <cohub/cohub.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <exception>
#include <iostream>

namespace asio = boost::asio;

asio::awaitable<void> ask(cohub::hub const& hub)
{
    auto const answer = co_await hub.system().ping();
    std::cout << "server time: " << cohub::json::format_iso8601(answer.now) << '\n';

    auto const owner = co_await hub.system().test();
    std::cout << "the key is " << owner.account_id << "'s\n";
}

int main()
try {
    asio::io_context io;
    cohub::hub const hub(io, cohub::options::from_env());
    asio::co_spawn(io, ask(hub), [](std::exception_ptr e) {
        if (e) std::rethrow_exception(e);  // io.run() throws it
    });
    io.run();
    return 0;
} catch (std::exception const& e) {
    std::cerr << "error: " << e.what() << '\n';
    return 1;
}

// Prints:
//   server time: 2025-10-09T08:53:20.000Z
//   the key is 532426d4-5efe-467c-a5d7-08951015f735's
