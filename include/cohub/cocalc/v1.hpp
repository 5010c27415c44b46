#ifndef COHUB_COCALC_V1_HPP
#define COHUB_COCALC_V1_HPP

#include <cohub/cocalc/v1_api.hpp>
#include <cohub/transport/front_door.hpp>
#include <cohub/transport/options.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/json/object.hpp>

#include <cstddef>
#include <string_view>
#include <utility>

namespace cohub::inline abi_0_2 {

/// @brief API v1 of CoCalc: `POST {host}/api/v1/<event>`, with an account's API key. cocalc.com
/// removed this API in 2025; older installations still have it.
///
///     cohub::v1 api(io, cohub::options("https://cocalc.example", key));
///     auto const users = co_await api.user_search("ada lov,jd@example.com");
///
/// @par Thread safety
/// Any thread may make calls. A call completes on the caller's executor. With `threading::single`,
/// only one thread at a time may use the object.
/// @par Lifetime
/// When the object is destroyed, the calls under way complete with `errc::client_closed`. The
/// destructor does not wait for them. The object must be destroyed before the executor's context,
/// unless a coroutine that the context owns holds the object. `io_context::run()` can return while
/// there are idle connections.
/// @par Cancellation
/// `terminal` and `partial` end a call at any stage. If bytes were sent, the connection of the call
/// is closed. `total` ends a call only if nothing was sent yet, or if the call only reads.
class v1 : public transport::front_door
{
public:
    /// @brief Makes the client; it does not connect yet.
    /// @throws cohub::error errc::invalid_argument if an option is wrong; the text says which
    /// option, and why
    v1(boost::asio::any_io_executor const& executor, options o) : front_door(executor, std::move(o))
    {
    }
    /// @brief The same for an object that has an executor, for example `asio::io_context` or
    /// `asio::thread_pool`.
    template <executor_source Source>
    v1(Source& source, options o) : v1(source.get_executor(), std::move(o))
    {
    }
    /// @brief Makes a client with its own thread; see `hub`.
    explicit v1(options o) : front_door(std::move(o)) {}

    /// @brief Finds accounts; see `v1_api::user_search`.
    /// @param query what to look for; a plain string is enough
    /// @return `v1_user_list`: the accounts
    /// @errors as for `v1_api::user_search`
    /// @retry safe
    /// @source cocalc-doc source/api/user_search.rst
    template <class... Args>
    requires call_args<Args...>
    auto user_search(v1_user_query const& query, Args&&... args) const
    {
        return v1_api(client_.channel()).user_search(query, std::forward<Args>(args)...);
    }

    /// @brief Sends any message by its name; see `v1_api::call`.
    /// @param event the name of the message; it is part of the path
    /// @param fields the fields of the message
    /// @return the answer's JSON object
    /// @errors as for `v1_api::call`
    /// @retry never, unless `call_options().idempotent()` is set
    /// @source cocalc of 2020, src/smc-hub/api/handler.coffee
    template <class... Args>
    requires call_args<Args...>
    auto call(std::string_view event, boost::json::object const& fields = {}, Args&&... args) const
    {
        return v1_api(client_.channel()).call(event, fields, std::forward<Args>(args)...);
    }
};

}  // namespace cohub::inline abi_0_2

#endif
