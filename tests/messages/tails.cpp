// Several calls, one of which is compiled, selected by CASE. check.sh reads the compiler's
// messages.

#include <cohub/call/gather.hpp>
#include <cohub/hub.hpp>

#include <boost/asio/use_awaitable.hpp>

#include <chrono>
#include <string>
#include <vector>

namespace {

using names = std::vector<cohub::user>;

[[maybe_unused]] void call(cohub::hub const& hub)
{
    auto const s = hub.system();
    cohub::call_options const settings;
    std::vector<std::string> const ids;
    [[maybe_unused]] auto const handler = [](cohub::error_code, names const&) {};
#if CASE == 0  // right tails
    (void)s.user_search("a");
    (void)s.user_search("a", settings);
    s.user_search("a", handler);
    (void)s.user_search("a", cohub::call_options(), cohub::as_result);
    s.user_search("a", settings, handler);
    (void)hub.async_close(std::chrono::seconds(1), boost::asio::use_awaitable);
    (void)cohub::gather(ids, [&](std::string const& id) { return s.get_name(id); });
#elif CASE == 1  // tails that are neither
    s.user_search("a", std::chrono::seconds(5));
#elif CASE == 2
    s.user_search("a", [](names const&) {});
#elif CASE == 3
    s.user_search("a", cohub::as_result(handler));
#elif CASE == 4
    s.user_search("a", settings, 5);
#elif CASE == 5
    s.user_search("a", handler, settings);
#elif CASE == 6
    s.user_search("a", settings, settings);
#elif CASE == 7
    hub.async_close(5);
#elif CASE == 8  // no overload accepts these
    s.user_search("a", settings, handler, 5);
#elif CASE == 9
    s.user_search("a", "b");
#elif CASE == 10  // calls that need another header
    (void)s.user_search("a", cohub::call_options().shared());
#elif CASE == 11
    cohub::coalesce_options().cache(std::chrono::seconds(1));
#elif CASE == 12  // functions that gather has no use for
    (void)cohub::gather(ids, [&](std::string const& id) { (void)s.get_name(id); });
#elif CASE == 13
    (void)cohub::gather(ids, [&](std::string const& id) { return id; });
#elif CASE == 14
    (void)cohub::gather(ids, [&](int id) { return s.get_name(std::to_string(id)); });
#endif
}

}  // namespace
