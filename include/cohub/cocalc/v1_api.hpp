#ifndef COHUB_COCALC_V1_API_HPP
#define COHUB_COCALC_V1_API_HPP

#include <cohub/cocalc/rpc.hpp>
#include <cohub/cocalc/types/v1_user.hpp>

#include <boost/json/object.hpp>

#include <string_view>
#include <utility>

namespace cohub::inline abi_0_2 {

/// @brief The messages of API v1, over any channel; `cohub::v1` is the front door.
class v1_api : public cocalc::group
{
public:
    using cocalc::group::group;

    /// @brief Finds accounts by beginnings of their names or by exact e-mail address.
    /// @param query what to look for; a plain string will do
    /// @errors errc::not_found if the server has no API v1 (any more); errc::forbidden for `admin`
    /// without being one; errc::unauthorized; transport errors
    /// @retry safe
    /// @source cocalc-doc source/api/user_search.rst; cocalc of 2020, src/smc-hub/client.coffee
    template <class... Args>
    requires call_args<Args...>
    auto user_search(v1_user_query const& query, Args&&... args) const
    {
        return call::initiate<v1_user_list>(
            call::bound_call<v1_user_list>(channel_, search_request(query)),
            std::forward<Args>(args)...
        );
    }

    /// @brief Any message by its name, e.g. `call("ping")`.
    ///
    /// Not repeated once it may have reached the server, unless `call_options().idempotent()`.
    /// @param event the message; it is part of the path
    /// @param fields those of the message, and `id` if wanted; a null is as if absent
    /// @return the answer, its `event` and `id` included
    /// @errors errc::not_found (no such message, or no API v1 at all), errc::invalid_argument (a
    /// field is missing or too much: the server says which), errc::forbidden, errc::unauthorized,
    /// errc::api_error (whatever else the message's `error` says); transport errors
    /// @retry never, unless told otherwise
    /// @source cocalc of 2020, src/smc-hub/api/handler.coffee
    template <class... Args>
    requires call_args<Args...>
    auto call(std::string_view event, boost::json::object const& fields = {}, Args&&... args) const
    {
        return call::initiate<boost::json::object>(
            call::bound_call<boost::json::object>(channel_, event_request(event, fields)),
            std::forward<Args>(args)...
        );
    }

private:
    template <class Query>
    static call::request search_request(Query const& query);
    template <class Object>
    static call::request event_request(std::string_view event, Object const& fields);
};

}  // namespace cohub::inline abi_0_2

#if !defined(COHUB_SEPARATE_COMPILATION)
#include <cohub/cocalc/impl/v1_api.ipp>
#endif

#endif
