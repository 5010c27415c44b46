// The smallest program: is the server there, and whose key is it?
// COCALC_HOST, COCALC_API_KEY and SSL_CERT_FILE say where and who.

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
{
    asio::io_context io;
    int status = 0;
    try {
        cohub::hub const hub(io, cohub::options::from_env());
        asio::co_spawn(io, ask(hub), [&](std::exception_ptr e) {
            if (e) std::rethrow_exception(e);  // out of io.run()
        });
        io.run();
    } catch (std::exception const& e) {
        std::cerr << "error: " << e.what() << '\n';
        status = 1;
    }
    return status;
}

// Prints:
//   server time: 2025-10-09T08:53:20.000Z
//   the key is 532426d4-5efe-467c-a5d7-08951015f735's
