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

/// @brief API v1 of CoCalc: `POST {host}/api/v1/<event>`, with an account's API key. Gone from
/// cocalc.com since 2025; older installations have it.
///
///     cohub::v1 api(io, cohub::options("https://cocalc.example", key));
///     auto const users = co_await api.user_search("ada lov,jd@example.com");
///
/// @par Thread safety
/// Calls may be made from any thread, and complete on the caller's executor. With
/// `threading::single` all use must be by one thread at a time.
/// @par Lifetime
/// When it is destroyed, calls that are under way complete with `errc::client_closed`; the
/// destructor does not wait. It must be destroyed before the executor's context, unless a coroutine
/// that the context owns holds it. Idle connections do not keep `io_context::run()` from returning.
/// @par Cancellation
/// `terminal` and `partial` end a call at any stage; its connection is closed if bytes were sent.
/// `total` does so only while nothing was sent or the call only reads.
class v1 : public transport::front_door
{
public:
    /// @brief Connects nowhere yet.
    /// @throws cohub::error errc::invalid_argument if an option is wrong; its text says which and
    /// why
    v1(boost::asio::any_io_executor const& executor, options o) : front_door(executor, std::move(o))
    {
    }
    /// @brief The same for what has an executor, `asio::io_context` or `asio::thread_pool` say.
    template <executor_source Source>
    v1(Source& source, options o) : v1(source.get_executor(), std::move(o))
    {
    }
    /// @brief With a thread of its own; see `hub`.
    explicit v1(options o) : front_door(std::move(o)) {}

    /// @brief Finds accounts; see `v1_api::user_search`.
    /// @param query what to look for; a plain string will do
    /// @return `v1_user_list`: the accounts
    /// @errors those of `v1_api::user_search`
    /// @retry safe
    /// @source cocalc-doc source/api/user_search.rst
    template <class... Args>
    requires call_args<Args...>
    auto user_search(v1_user_query const& query, Args&&... args) const
    {
        return v1_api(client_.channel()).user_search(query, std::forward<Args>(args)...);
    }

    /// @brief Any message by its name; see `v1_api::call`.
    /// @param event the message; it is part of the path
    /// @param fields those of the message
    /// @return the answer's JSON object
    /// @errors those of `v1_api::call`
    /// @retry never, unless told otherwise
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
