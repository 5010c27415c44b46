// Every front door, and a call through each of them with several tokens. run.sh only compiles this
// file.

#include <cohub/cohub.hpp>
#include <cohub/hub.hpp>
#include <cohub/pieces.hpp>
#include <cohub/project.hpp>
#include <cohub/v1.hpp>
#include <cohub/v2.hpp>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/version.hpp>

#if BOOST_VERSION >= 108600
#include <boost/asio/cancel_after.hpp>
#endif

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

namespace {

namespace asio = boost::asio;
using users = std::vector<cohub::user>;

asio::awaitable<std::size_t> look_up(cohub::hub const& hub)
{
    users const thrown = co_await hub.system().user_search("ada");
    users const asked = co_await hub.system().user_search("ada", asio::use_awaitable);
    cohub::result<users> const kept = co_await hub.system().user_search("ada", cohub::as_result);
    auto const [ec, told] =
        co_await hub.system().user_search("ada", asio::as_tuple(asio::use_awaitable));
    cohub::error_code redirected;
    co_await hub.system().ping(asio::redirect_error(asio::use_awaitable, redirected));
    auto const later = co_await hub.system().user_search("ada", asio::deferred);
#if BOOST_VERSION >= 108600
    co_await hub.system().ping(asio::cancel_after(std::chrono::seconds(5)));
    co_await hub.system().ping(asio::cancel_after(std::chrono::seconds(5), asio::use_awaitable));
#endif
    users const by_v2 = co_await hub.v2().accounts().search("ada");
    co_await hub.v2().call("accounts/search");
    co_return by_v2.size() + thrown.size() + asked.size() + (kept ? kept->size() : 0) +
        told.size() + later.size();
}

asio::awaitable<void> others(
    cohub::project_api const& project, cohub::v1 const& v1, cohub::pieces::client const& pieces
)
{
    co_await project.system().ping();
    co_await v1.user_search("ada");
    co_await pieces.user().user_snapshot();
    auto const stream = pieces.user().stream_user(cohub::pieces::stream_options().rediscover());
    while (auto const event = co_await stream.next())
        if (!event->user) break;
}

}  // namespace

int main()
{
    asio::io_context io;
    cohub::hub const hub(io, cohub::options::from_env());
    cohub::hub const own(cohub::options::from_env());
    asio::thread_pool pool(2);
    cohub::hub const pooled(pool, cohub::options::from_env());
    cohub::hub const ordered(asio::make_strand(pool), cohub::options::from_env());
    cohub::v1 const v1(io, cohub::options::from_env());
    cohub::pieces::client const pieces(io, cohub::pieces::options::from_env());
    char const* const id = "10000000-0000-4000-8000-000000000001";
    cohub::project const alone(io, cohub::options::from_env(), id);
    cohub::project_api const project = hub.project(id);

    asio::co_spawn(io, look_up(hub), asio::detached);
    asio::co_spawn(io, others(project, v1, pieces), asio::detached);
    auto future = pooled.system().user_search("ada", asio::use_future);
    ordered.system().user_search(
        "ada", asio::bind_executor(io.get_executor(), [](cohub::error_code, users) {})
    );
    ordered.system().user_search("ada", cohub::as_result([](cohub::result<users>) {}));
    io.run();
    return static_cast<int>(
        future.get().size() + cohub::wait(own.system().user_search("ada")).size()
    );
}
