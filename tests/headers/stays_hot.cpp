// What a user's own functions become beside calls of the client. GCC takes a function that calls a
// cold one for cold, and optimizes all of it for size: none of these may be (see core/config.hpp).

#include <cohub/cohub.hpp>

#include <boost/asio/awaitable.hpp>

#include <string>
#include <vector>

void stays_hot_calls(cohub::hub const& hub, float* a, int n)
{
    hub.system().user_search("ada", [](cohub::error_code, std::vector<cohub::user> const&) {});
    for (int i = 0; i < n; ++i) a[i] = a[i] * 3 + 1;
}

boost::asio::awaitable<void> stays_hot_waits(cohub::hub const& hub, float* a, int n)
{
    auto const users = co_await hub.system().user_search("ada");
    for (int i = 0; i < n; ++i) a[i] = a[i] * 3 + static_cast<float>(users.size());
}

void stays_hot_copies(cohub::user const& u, std::vector<cohub::user>& to, float* a, int n)
{
    to.push_back(u);
    for (int i = 0; i < n; ++i) a[i] = a[i] * 3 + 1;
}

void stays_hot_projects(cohub::hub const& hub, float* a, int n)
{
    hub.projects().get(cohub::project_query().limit(3), [](cohub::error_code, auto const&) {});
    for (int i = 0; i < n; ++i) a[i] = a[i] * 3 + 1;
}
