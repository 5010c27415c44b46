#include "people.hpp"

#include <chrono>

namespace people {

// [who-is]
boost::asio::awaitable<answer> who_is(cohub::hub const& hub, std::string name)
{
    auto const query = cohub::user_query(name).limit(1);
    auto const how = cohub::call_options().timeout(std::chrono::seconds(5));
    auto const found = co_await hub.system().user_search(query, how, cohub::as_result);
    if (!found && found.error().is(cohub::condition::transient))
        co_return answer(503, "Please try again later.");
    if (!found) co_return answer(502, "The directory cannot be asked.");
    if (found->empty()) co_return answer(404, "Nobody of that name.");
    cohub::user const& u = found->front();
    co_return answer(200, u.first_name.value_or("?") + ' ' + u.last_name.value_or("?"));
}
// [end]

}  // namespace people
