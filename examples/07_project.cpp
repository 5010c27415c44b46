// The life of a project: create it, find it again by its title, run a command in it, read a file,
// delete it.

#include <cohub/cohub.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include <exception>
#include <iostream>
#include <string>

namespace asio = boost::asio;
using namespace std::chrono_literals;

// The client never repeats the creation of a project by itself: the first call may have taken
// effect although its answer was lost. If the title is unique, the project can be looked for.
asio::awaitable<std::string> make_project(cohub::hub const& hub, std::string title)
{
    auto const made = co_await hub.projects().create_project(title, cohub::as_result);
    if (made) co_return *made;
    if (made.error().maybe_sent) {
        auto const found = co_await hub.projects().find_by_title(title);
        if (!found.empty()) co_return found.front().project_id;
    }
    throw cohub::error(made.error());
}

asio::awaitable<void> work(cohub::options o)
{
    cohub::hub const hub(co_await asio::this_coro::executor, std::move(o));
    std::string const id = co_await make_project(hub, "Nightly figures");
    co_await hub.projects().start(id);

    auto const project = hub.project(id);  // its calls share the hub's connections
    auto const out = co_await project.system().exec(
        cohub::exec_options("echo 6 times 7 is 42 > figures.txt; cat figures.txt").timeout(20s)
    );
    std::cout << out.stdout_text;
    std::cout << co_await project.system().read_text_file("figures.txt");

    auto const failed = co_await project.system().exec("exit 3", cohub::as_result);
    if (!failed)
        std::cout << "exit code " << cohub::exit_code_of(failed.error()).value_or(0) << '\n';

    co_await hub.projects().delete_(id);
}

int main()
try {
    asio::io_context io;
    asio::co_spawn(io, work(cohub::options::from_env()), [](std::exception_ptr e) {
        if (e) std::rethrow_exception(e);
    });
    io.run();
    return 0;
} catch (std::exception const& e) {
    std::cerr << "error: " << e.what() << '\n';
    return 1;
}

// Prints:
//   6 times 7 is 42
//   6 times 7 is 42
//   exit code 3
