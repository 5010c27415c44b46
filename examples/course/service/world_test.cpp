#include <cohub/hub.hpp>
#include <cohub/sim.hpp>

#include <boost/asio/awaitable.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <stdexcept>
#include <string>

#include "people.hpp"

namespace asio = boost::asio;
namespace sim = cohub::sim;
using namespace std::chrono_literals;

// [world]
asio::awaitable<sim::response> directory(sim::request)
{
    sim::response ada(R"([{"account_id": "1", "first_name": "Ada", "last_name": "Lovelace"}])");
    co_return ada;
}

asio::awaitable<void> ask(sim::world& world, cohub::hub const& hub)
{
    auto const began = world.now();
    people::answer const told = co_await people::who_is(hub, "ada");
    if (told.status != 200 && told.status != 503) throw std::runtime_error(told.text);
    if (world.now() - began > 5s) throw std::runtime_error("an answer came too late");
}

TEST(PeopleInManyWorlds, AreToldInTimeOnABadNetwork)
{
    auto const live = [](sim::world& world) {
        world.usual_conditions().reset = 0.02;  // of the segments on the way
        world.usual_conditions().loss = 0.05;
        world.serve_http("127.0.0.1:80", directory);
        cohub::hub const hub(world, world.client_options());
        for (int i = 0; i != 3; ++i) world.spawn(ask(world, hub));
        world.run();
    };
    EXPECT_EQ(sim::explore(200, live), 200u);
}
// [end]
