#include <cohub/cohub.hpp>

#include <boost/asio/io_context.hpp>

// Makes a client, whose code needs all that the package brings, and calls nobody.
int main()
{
    boost::asio::io_context io;
    cohub::hub const hub(io, cohub::options("https://localhost", cohub::secret("sk-any")));
    io.run();
    return hub.stats().opened == 0 ? 0 : 1;
}
