#include <cohub/cohub.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/json/parse.hpp>

int main()
{
    // Something of each archive, so that a missing one is a link error.
    boost::asio::io_context io;
    io.run();
    return boost::json::parse("[1]").as_array().size() == 1 ? 0 : 1;
}
