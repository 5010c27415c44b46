// The C++ side of docs/migrating/python.md.

#include <cohub/hub.hpp>
#include <cohub/project.hpp>

#include <chrono>
#include <exception>
#include <iostream>
#include <string>

int main()
try {
    // [hub]
    cohub::hub const hub(cohub::options::from_env());  // COCALC_HOST, COCALC_API_KEY
    for (auto const& person : cohub::wait(hub.system().user_search("foo")))
        std::cout << person.first_name.value_or("") << ' ' << person.last_name.value_or("") << '\n';
    // [end]

    // [error]
    try {
        cohub::wait(hub.call("system.noSuchThing"));
    } catch (cohub::error const& error) {  // one type for the server's errors and the way there
        std::cout << "refused: " << error.server_message() << '\n';
    }
    // [end]

    // [project]
    std::string const project_id = cohub::wait(hub.projects().create_project("Thesis"));
    auto const project = hub.project(project_id);  // over the hub's connections
    auto const command = cohub::exec_options("echo hello").timeout(std::chrono::seconds(10));
    auto const done = cohub::wait(project.system().exec(command));
    std::cout << done.stdout_text;
    // [end]
} catch (std::exception const& e) {
    std::cerr << "error: " << e.what() << '\n';
    return 1;
}
