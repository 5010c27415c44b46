// A rare bug in a service, found by running the service in many simulated networks. No real time
// passes. See docs/simulation.md.

#include <cohub/cohub.hpp>
#include <cohub/sim.hpp>

#include <chrono>
#include <iostream>
#include <stdexcept>
#include <string>

namespace asio = boost::asio;
namespace sim = cohub::sim;

// The service: it gives each new user a project. `careful` is the version in which the bug is
// fixed.
asio::awaitable<void> welcome(cohub::hub const& hub, std::string title, bool careful)
{
    for (int i = 0; i != 3; ++i) try {
            co_await hub.projects().create_project(title);
            co_return;
        } catch (cohub::error const& e) {
            // The first version tried again after every failure.
            if (careful && e.why().maybe_sent) co_return;  // a person has to check
        }
}

asio::awaitable<sim::response> make_project(int& projects)
{
    ++projects;
    sim::response id("\"2a7ee5a3-36d5-4a9b-8ad4-20a1b2c3d4e5\"");
    co_return id;
}

// One world: a hub that counts the projects that it creates, and a network that sometimes fails.
void live(sim::world& world, bool careful)
{
    int projects = 0;
    world.usual_conditions().reset = 0.01;
    world.serve_http("127.0.0.1:80", [&](sim::request const&) { return make_project(projects); });
    cohub::hub const hub(world, world.client_options());
    world.spawn(welcome(hub, "A first project", careful));
    world.run();
    if (projects > 1) throw std::runtime_error("a newcomer got two projects");
}

int main()
try {
    try {
        sim::explore(1'000, [](sim::world& w) { live(w, false); });
        std::cout << "FAILED: the bug was not found\n";
        return 1;
    } catch (std::runtime_error const& found) {
        std::cout << "found: " << found.what() << '\n';
    }
    std::cout << "mended: " << sim::explore(1'000, [](sim::world& w) { live(w, true); })
              << " worlds, one project at most\n";
} catch (std::exception const& e) {
    std::cerr << "error: " << e.what() << '\n';
    return 1;
}
