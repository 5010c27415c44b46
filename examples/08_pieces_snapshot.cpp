// Pieces OS: who is signed in, and how to change a profile without losing unknown members. The
// variable PIECES_HOST gives its address. Without it, the client looks for it on this machine.

#include <cohub/cohub.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <exception>
#include <iostream>

namespace asio = boost::asio;
namespace pieces = cohub::pieces;

asio::awaitable<void> ask(asio::io_context& io)
{
    auto options = pieces::options::from_env();
    if (options.host.empty()) options.host = (co_await pieces::discover(io)).base_url;
    pieces::client const client(io, options);

    auto const now = co_await client.user().user_snapshot();
    if (!now.user) {
        std::cout << "nobody is signed in\n";
        co_return;
    }
    pieces::user_profile me = *now.user;
    std::cout << me.name.value_or("somebody") << " likes it "
              << (me.aesthetics.theme.dark ? "dark" : "bright") << '\n';

    // The profile is sent back as it came, with the changed members replaced.
    me.aesthetics.font.size += 1;
    auto after = (co_await client.user().update_user(me)).value();
    std::cout << "a font of " << after.aesthetics.font.size << " points\n";
    after.aesthetics.font.size -= 1;  // based on the last answer
    co_await client.user().update_user(after);

    auto const mine = co_await client.user().user_providers(cohub::as_result);
    if (!mine && mine.error().code == cohub::errc::not_implemented)
        std::cout << "providers are known in the cloud alone\n";
}

int main()
try {
    asio::io_context io;
    asio::co_spawn(io, ask(io), [](std::exception_ptr e) {
        if (e) std::rethrow_exception(e);  // io.run() throws it
    });
    io.run();
} catch (std::exception const& e) {
    std::cerr << "error: " << e.what() << '\n';
    return 1;
}

// Prints:
//   Robin Piece likes it dark
//   a font of 15 points
//   providers are known in the cloud alone
