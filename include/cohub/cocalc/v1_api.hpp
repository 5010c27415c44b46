#ifndef COHUB_COCALC_V1_API_HPP
#define COHUB_COCALC_V1_API_HPP

#include <cohub/cocalc/rpc.hpp>
#include <cohub/cocalc/types/v1_user.hpp>

#include <boost/json/object.hpp>

#include <string_view>
#include <utility>

namespace cohub::inline abi_0_2 {

/// @brief The messages of API v1, over any channel. Users call them through `cohub::v1`.
class v1_api : public cocalc::group
{
public:
    using cocalc::group::group;

    /// @brief Finds accounts by the beginning of a name or by the exact e-mail address.
    /// @param query what to look for; a plain string is enough
    /// @errors errc::not_found if the server does not have API v1 (any more); errc::forbidden if
    /// `admin` is set and the account is not a site admin; errc::unauthorized; transport errors
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

    /// @brief Sends any message by its name, for example `call("ping")`.
    ///
    /// A request that may have reached the server is not repeated, unless
    /// `call_options().idempotent()` is set.
    /// @param event the name of the message; it is part of the path
    /// @param fields the fields of the message, and `id` if you want it. A field that is null
    /// counts as absent
    /// @return the answer, with its `event` and `id`
    /// @errors errc::not_found (the server does not have this message, or no API v1 at all),
    /// errc::invalid_argument (a field is missing, or there is an unknown field; the server says
    /// which), errc::forbidden, errc::unauthorized, errc::api_error (any other `error` that the
    /// answer contains); transport errors
    /// @retry never, unless `call_options().idempotent()` is set
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
