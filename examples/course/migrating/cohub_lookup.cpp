// One lookup with cohub: TLS, kept connections, errors, deadline and retries are the library's.

#include <cohub/hub.hpp>

#include <exception>
#include <iostream>

int main()
try {
    // [cohub]
    cohub::hub const hub(cohub::options::from_env());
    auto const how = cohub::call_options().timeout(std::chrono::seconds(5)).retries(2);
    auto const found = cohub::wait(hub.system().user_search("foo", how, cohub::as_result));
    if (!found) {
        std::cerr << "error: " << found.error().message() << '\n';
        return 1;
    }
    for (cohub::user const& u : *found) std::cout << u.first_name.value_or("?") << '\n';
    // [end]
} catch (std::exception const& e) {
    std::cerr << "error: " << e.what() << '\n';
    return 1;
}
