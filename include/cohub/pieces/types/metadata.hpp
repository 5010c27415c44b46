#ifndef COHUB_PIECES_TYPES_METADATA_HPP
#define COHUB_PIECES_TYPES_METADATA_HPP

#include <cohub/core/secret.hpp>
#include <cohub/json/wire.hpp>
#include <cohub/pieces/types/schema.hpp>

#include <boost/describe/class.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace cohub::inline abi_0_2::pieces {

/// @brief The place where a user's cloud runs.
/// @source pieces_os_client 5.0.1, models/auth0_user_allocation_metadata.py
struct auth0_user_allocation_metadata
{
    auth0_user_allocation_metadata() = default;

    /// The project and the region at the hosting provider.
    std::string project, region;
};
BOOST_DESCRIBE_STRUCT(auth0_user_allocation_metadata, (), (project, region))

/// @brief A user's own access to OpenAI.
/// @source pieces_os_client 5.0.1, models/auth0_open_ai_user_metadata.py
struct auth0_open_ai_user_metadata
{
    auth0_open_ai_user_metadata() = default;

    /// The user's key, and the key of an organization.
    std::optional<secret> api_key, organization_key;
    /// The name that the user has given to the key.
    std::optional<std::string> api_key_name;
    /// Version of the model.
    std::optional<embedded_model_schema> schema;
};
BOOST_DESCRIBE_STRUCT(
    auth0_open_ai_user_metadata, (), (api_key, organization_key, api_key_name, schema)
)

/// @brief The metadata that Auth0 stores for a user.
/// @source pieces_os_client 5.0.1, models/auth0_user_metadata.py
struct auth0_user_metadata
{
    auth0_user_metadata() = default;

    /// Id of the user, the same at all identity providers.
    std::string global_id;
    /// The key of the user's cloud.
    std::optional<secret> cloud_key;
    /// The user's id at the payment service, and the vanity name in the address of the cloud.
    std::optional<std::string> stripe_customer_id, vanityname;
    /// The place where the user's cloud runs.
    std::optional<auth0_user_allocation_metadata> allocation;
    /// The user's own access to OpenAI.
    std::optional<auth0_open_ai_user_metadata> open_ai;
    /// The time range in which the user may take part in trials.
    std::optional<anonymous_temporal_range> beta;
    /// Version of the model.
    std::optional<embedded_model_schema> schema;
};
BOOST_DESCRIBE_STRUCT(
    auth0_user_metadata,
    (),
    (global_id, cloud_key, stripe_customer_id, vanityname, allocation, open_ai, beta, schema)
)
constexpr json::wire wire_of(auth0_user_metadata const*, std::string_view member)
{
    json::wire w;
    if (member == "open_ai") w.name = "open_AI";
    return w;
}

/// @brief The metadata that Descope stores for a user.
/// @source pieces_os_client 5.0.1, models/descope_user_metadata.py
struct descope_user_metadata
{
    descope_user_metadata() = default;

    /// The ids of the user: the id at Descope, and the id that is the same at all identity
    /// providers.
    std::string descope_id, global_id;
    /// The vanity name in the address of the cloud.
    std::optional<std::string> vanityname;
    /// The place where the user's cloud runs.
    std::optional<auth0_user_allocation_metadata> allocation;
    /// The user's own access to OpenAI.
    std::optional<auth0_open_ai_user_metadata> open_ai;
    /// The time range in which the user may take part in trials.
    std::optional<anonymous_temporal_range> beta;
    /// Version of the model.
    std::optional<embedded_model_schema> schema;
};
BOOST_DESCRIBE_STRUCT(
    descope_user_metadata,
    (),
    (descope_id, global_id, vanityname, allocation, open_ai, beta, schema)
)
constexpr json::wire wire_of(descope_user_metadata const*, std::string_view member)
{
    json::wire w;
    if (member == "open_ai") w.name = "open_AI";
    return w;
}

}  // namespace cohub::inline abi_0_2::pieces

#endif
