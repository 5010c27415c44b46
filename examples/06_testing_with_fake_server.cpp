// A test of your own code against cohub::fake_server: it scripts a fault and then reads in the
// journal what was sent. It needs no account, no network and no test framework.

#include <cohub/cohub.hpp>
#include <cohub/fake_server.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

#include <exception>
#include <iostream>
#include <stdexcept>
#include <string>

namespace asio = boost::asio;

// The code under test: a function that uses cohub.
asio::awaitable<std::size_t> count_people(cohub::hub const& hub, std::string name)
{
    auto const found = co_await hub.system().user_search(name);
    co_return found.size();
}

void expect(bool ok, char const* what)
{
    std::cout << (ok ? "ok: " : "FAILED: ") << what << '\n';
    if (!ok) throw std::runtime_error(what);
}

int main()
try {
    cohub::fake_server server;  // real sockets, real TLS, ready when constructed
    server.add_account(cohub::fake::account("Zaphod", "Beeblebrox"));
    server.script("system.userSearch").status(503).then_ok();

    cohub::options options(server.url(), server.api_key());
    options.tls.ca_pem = server.ca_pem();
    asio::io_context io;
    cohub::hub const hub(io, options);
    auto people = asio::co_spawn(io, count_people(hub, "zaphod"), asio::use_future);
    io.run();

    expect(people.get() == 1, "finds the one that is there");
    expect(server.journal().count("system.userSearch") == 2, "comes back after a 503");
    expect(server.journal().connections() == 1, "needs one connection");
    server.verify();  // throws if a scripted fault was not used
} catch (std::exception const& e) {
    std::cerr << "error: " << e.what() << '\n';
    return 1;
}

// Prints:
//   ok: finds the one that is there
//   ok: comes back after a 503
//   ok: needs one connection
