#ifndef COHUB_PIECES_TYPES_METADATA_HPP
#define COHUB_PIECES_TYPES_METADATA_HPP

#include <cohub/core/secret.hpp>
#include <cohub/json/wire.hpp>
#include <cohub/pieces/types/schema.hpp>

#include <boost/describe/class.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace cohub::pieces {

/// @source pieces_os_client 5.0.1, models/auth0_user_allocation_metadata.py
struct auth0_user_allocation_metadata
{
    auth0_user_allocation_metadata() = default;

    std::string project, region;
};
BOOST_DESCRIBE_STRUCT(auth0_user_allocation_metadata, (), (project, region))

/// @source pieces_os_client 5.0.1, models/auth0_open_ai_user_metadata.py
struct auth0_open_ai_user_metadata
{
    auth0_open_ai_user_metadata() = default;

    std::optional<secret> api_key, organization_key;
    std::optional<std::string> api_key_name;
    std::optional<embedded_model_schema> schema;
};
BOOST_DESCRIBE_STRUCT(
    auth0_open_ai_user_metadata, (), (api_key, organization_key, api_key_name, schema)
)

/// @brief What Auth0 keeps about a user.
/// @source pieces_os_client 5.0.1, models/auth0_user_metadata.py
struct auth0_user_metadata
{
    auth0_user_metadata() = default;

    std::string global_id;
    std::optional<secret> cloud_key;
    std::optional<std::string> stripe_customer_id, vanityname;
    std::optional<auth0_user_allocation_metadata> allocation;
    std::optional<auth0_open_ai_user_metadata> open_ai;
    std::optional<anonymous_temporal_range> beta;
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

/// @brief What Descope keeps about a user.
/// @source pieces_os_client 5.0.1, models/descope_user_metadata.py
struct descope_user_metadata
{
    descope_user_metadata() = default;

    std::string descope_id, global_id;
    std::optional<std::string> vanityname;
    std::optional<auth0_user_allocation_metadata> allocation;
    std::optional<auth0_open_ai_user_metadata> open_ai;
    std::optional<anonymous_temporal_range> beta;
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

}  // namespace cohub::pieces

#endif
