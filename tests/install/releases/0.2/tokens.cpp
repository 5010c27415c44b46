// What no list of names can say: completion tokens, executors, functions that are templates.
// Written by hand; compiled and never run.

#include <cohub/cohub.hpp>
#include <cohub/prometheus.hpp>
#include <cohub/sim.hpp>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/system_executor.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>

#include <future>
#include <sstream>
#include <string>
#include <tuple>
#include <vector>

#include "any.hpp"

namespace {

namespace asio = boost::asio;
using released::any;
using users = std::vector<cohub::user>;

[[maybe_unused]] asio::awaitable<void> awaited(cohub::hub& hub)
{
    users const thrown = co_await hub.system().user_search("ada");
    cohub::result<users> const found = co_await hub.system().user_search("ada", cohub::as_result);
    cohub::call_options const options = cohub::call_options().timeout(std::chrono::seconds(1));
    users const in_time = co_await hub.system().user_search("ada", options);
    users const by_token = co_await hub.system().user_search("ada", asio::use_awaitable);
    cohub::result<users> const adapted =
        co_await hub.system().user_search("ada", cohub::as_result(asio::use_awaitable));
    auto const [ec, value] =
        co_await hub.system().user_search("ada", asio::as_tuple(asio::use_awaitable));
    cohub::error_code const& code = ec;
    users const& values = value;
    auto const [one] = co_await hub.system().user_search(
        "ada", cohub::as_result(asio::as_tuple(asio::use_awaitable))
    );
    cohub::result<users> const& result_of_tuple = one;
    cohub::error_code redirected;
    co_await hub.system().ping(asio::redirect_error(asio::use_awaitable, redirected));
    boost::json::value const untyped = co_await hub.call("system.getCustomize");
    bool const equal = code == cohub::errc::timeout || code == cohub::condition::transient;
    static_cast<void>(thrown.size() + found.has_value() + in_time.size() + by_token.size());
    static_cast<void>(adapted.has_value() + values.size() + result_of_tuple.has_value() + equal);
    static_cast<void>(untyped.is_null());
    co_await hub.async_close(asio::use_awaitable);
}

[[maybe_unused]] asio::awaitable<void> gathered(cohub::hub& hub, std::vector<std::string> names)
{
    auto const search = [&hub](std::string const& name) { return hub.system().user_search(name); };
    auto const limits = cohub::gather_options().limit(64).stop_on_error();
    std::vector<cohub::result<users>> const all = co_await cohub::gather(names, search, limits);
    static_cast<void>(all.size());
    static_cast<void>(cohub::gather(names, search, limits, asio::use_future));
}

[[maybe_unused]] void by_other_tokens(cohub::hub& hub, asio::io_context& io)
{
    asio::cancellation_signal signal;
    auto const handler = [](cohub::error_code, cohub::server_now) {};
    auto const rich = [](cohub::result<cohub::server_now>) {};
    hub.system().ping(handler);
    hub.system().ping(cohub::call_options().retries(0), handler);
    hub.system().ping(asio::bind_executor(io, handler));
    hub.system().ping(asio::bind_cancellation_slot(signal.slot(), handler));
    hub.system().ping(cohub::as_result(rich));
    hub.system().ping(asio::bind_executor(io, cohub::as_result(rich)));
    std::future<cohub::server_now> future = hub.system().ping(asio::use_future);
    std::future<cohub::result<cohub::server_now>> rich_future =
        hub.system().ping(cohub::as_result(asio::use_future));
    static_cast<void>(hub.system().ping(asio::deferred));
    hub.async_close([](cohub::error_code) {});
    hub.async_close(std::chrono::seconds(1), [](cohub::error_code) {});
    static_cast<void>(future.valid() && rich_future.valid());
}

[[maybe_unused]] void blocking(cohub::hub& hub)
{
    cohub::server_now const now = cohub::wait(hub.system().ping());
    cohub::result<cohub::server_now> const result =
        cohub::wait(hub.system().ping(cohub::as_result));
    cohub::wait(hub.async_close());
    static_cast<void>(now.now.time_since_epoch().count() + result.has_value());
}

// Each front door is made from all that executes.
template <class Door, class Options>
void made_from_any_executor(Options const& options)
{
    asio::io_context io;
    asio::thread_pool pool;
    static_cast<void>(Door(io, options));
    static_cast<void>(Door(pool, options));
    static_cast<void>(Door(io.get_executor(), options));
    static_cast<void>(Door(asio::make_strand(io), options));
    static_cast<void>(Door(asio::system_executor(), options));
    static_cast<void>(Door(asio::any_io_executor(io.get_executor()), options));
    static_cast<void>(Door(options));
}

[[maybe_unused]] void front_doors()
{
    made_from_any_executor<cohub::hub>(any<cohub::options const&>());
    made_from_any_executor<cohub::project>(any<cohub::options const&>());
    made_from_any_executor<cohub::v1>(any<cohub::options const&>());
    made_from_any_executor<cohub::pieces::client>(any<cohub::pieces::options const&>());
    std::vector<asio::any_io_executor> const executors;
    static_cast<void>(cohub::sharded_hub(executors, any<cohub::options const&>()));
    asio::io_context io;
    static_cast<void>(cohub::pieces::discover(io));
    static_cast<void>(cohub::pieces::discover(io, any<cohub::pieces::discover_options const&>()));
    static_cast<void>(cohub::pieces::discover(io.get_executor()));
}

[[maybe_unused]] void texts()
{
    std::ostringstream out;
    out << any<cohub::failure const&>() << any<cohub::options const&>();
    static_cast<void>(cohub::to_string(cohub::errc::timeout));
    static_cast<void>(cohub::to_string(cohub::stage::connecting));
    static_cast<void>(cohub::to_string(any<cohub::options const&>()));
    static_cast<void>(cohub::prometheus_text(any<std::vector<cohub::labelled_stats> const&>()));
}

[[maybe_unused]] void codes()
{
    cohub::error_code const code = cohub::errc::not_found;
    static_cast<void>(code == cohub::condition::refused);
    static_cast<void>(code.category() == cohub::error_category());
    static_cast<void>(cohub::condition_category().name());
    static_cast<void>(cohub::to_errc(code) == cohub::errc::not_found);
    static_cast<void>(cohub::exit_code_of(any<cohub::failure const&>()));
    static_cast<void>(cohub::stage_count);
}

[[maybe_unused]] void type_names()
{
    static_cast<void>(any<cohub::header_list*>());
    static_cast<void>(any<cohub::names_by_account*>());
    static_cast<void>(any<cohub::pieces::sys_us*>());
    static_cast<void>(any<cohub::project_list*>());
    static_cast<void>(any<cohub::result<int>*>());
    static_cast<void>(any<cohub::sim::http_handler*>());
    static_cast<void>(any<cohub::sys_ms*>());
    static_cast<void>(cohub::pieces::date_time(any<cohub::sys_ms>()));
}

[[maybe_unused]] asio::awaitable<void> simulated(cohub::sim::world& world)
{
    asio::any_io_executor const executor = co_await asio::this_coro::executor;
    cohub::sim::timer timer(executor, std::chrono::seconds(1));
    co_await timer.async_wait(asio::use_awaitable);
    cohub::sim::socket socket = co_await cohub::sim::async_connect(
        executor, any<cohub::sim::socket::endpoint const&>(), asio::use_awaitable
    );
    char bytes[8];
    std::size_t const n = co_await socket.async_read_some(asio::buffer(bytes), asio::use_awaitable);
    co_await socket.async_write_some(asio::buffer(bytes, n), asio::use_awaitable);
    cohub::sim::acceptor& acceptor = any<cohub::sim::acceptor&>();
    cohub::sim::socket const accepted = co_await acceptor.async_accept(asio::use_awaitable);
    co_await cohub::sim::serve_http(socket, any<cohub::sim::http_handler const&>());
    static_cast<void>(accepted.is_open());
    static_cast<void>(world);
    static_cast<void>(cohub::sim::explore(10, [](cohub::sim::world&) {}));
}

}  // namespace
