#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <optional>
#include <string>

#include "cohub.hpp"

cohub::errc of_a_refused_connect();
cohub::errc of_a_refused_connect()
{
    boost::asio::io_context io;
    // A port that nothing listens on: it is free, and closed again.
    boost::asio::ip::tcp::acceptor taken(io, {boost::asio::ip::address_v4::loopback(), 0});
    auto const port = taken.local_endpoint().port();
    taken.close();

    cohub::options options("http://127.0.0.1:" + std::to_string(port), cohub::secret("sk-any"));
    cohub::hub hub(io, options);
    std::optional<cohub::failure> why;
    hub.system().ping(
        cohub::call_options().retries(0),
        cohub::as_result([&](cohub::result<cohub::server_now> got) {
            if (!got) why = got.error();
        })
    );
    io.run();
    return why.value().kind();
}
