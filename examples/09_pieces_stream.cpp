// Pieces OS: the user now and at each change, over a stream that reconnects. The variable
// PIECES_HOST gives its address. Without it, the client looks for it on this machine.

#include <cohub/cohub.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <exception>
#include <iostream>

namespace asio = boost::asio;
namespace pieces = cohub::pieces;

asio::awaitable<void> follow(asio::io_context& io)
{
    auto options = pieces::options::from_env();
    if (options.host.empty()) options.host = (co_await pieces::discover(io)).base_url;
    pieces::client const client(io, options);
    pieces::user_api const user = client.user();

    // The stream usually begins with the present state, but the server does not promise that.
    auto const now = co_await user.user_snapshot();
    std::cout << "signed in: " << (now.user ? "yes" : "no") << '\n';

    auto const stream = user.stream_user(pieces::stream_options().rediscover());
    int seen = 0;
    while (auto const event = co_await stream.next()) {
        if (event->user)
            std::cout << event->user->name.value_or("somebody") << ", "
                      << event->user->aesthetics.font.size << " points\n";
        else
            std::cout << "nobody\n";
        if (++seen == 3 || !event->user) break;
        // Makes a change that the stream shows, and reverts it.
        pieces::user_profile me = *event->user;
        me.aesthetics.font.size += seen == 1 ? 1 : -1;
        co_await user.update_user(me);
    }
    stream.close();
}

int main()
try {
    asio::io_context io;
    asio::co_spawn(io, follow(io), [](std::exception_ptr e) {
        if (e) std::rethrow_exception(e);  // io.run() throws it
    });
    io.run();
} catch (std::exception const& e) {
    std::cerr << "error: " << e.what() << '\n';
    return 1;
}

// Prints:
//   signed in: yes
//   Robin Piece, 14 points
//   Robin Piece, 15 points
//   Robin Piece, 14 points
