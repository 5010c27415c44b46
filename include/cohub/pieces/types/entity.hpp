#ifndef COHUB_PIECES_TYPES_ENTITY_HPP
#define COHUB_PIECES_TYPES_ENTITY_HPP

#include <cohub/json/open_enum.hpp>
#include <cohub/json/wire.hpp>
#include <cohub/pieces/types/schema.hpp>

#include <boost/describe/class.hpp>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What can be told of a profile's entities and subscriptions. These trees came with Pieces OS 5,
/// are deep, hold one another, and still grow: a profile keeps them as text, and these types read
/// what most callers ask for.

namespace cohub::pieces {

/// @brief What an entity is.
/// @source pieces_os_client 5.0.1, models/entity_type_enum.py
enum class entity_type : std::uint8_t
{
    unknown,
    organization,
    team,
};
constexpr auto words_of(entity_type const*)
{
    return std::array<std::string_view, 3>{"UNKNOWN", "ORGANIZATION", "TEAM"};
}

/// @brief An organization or a team.
/// @source pieces_os_client 5.0.1, models/flattened_entity.py
struct flattened_entity
{
    flattened_entity() = default;

    std::string id, name;
    json::open_enum<entity_type> type;
    std::optional<std::string> org_identifier, team_identifier;
    std::optional<grouped_timestamp> created, updated, deleted;
};
BOOST_DESCRIBE_STRUCT(
    flattened_entity,
    (),
    (id, name, type, org_identifier, team_identifier, created, updated, deleted)
)

/// @brief An entity by its id, and itself if the server sent it along.
/// @source pieces_os_client 5.0.1, models/referenced_entity.py
struct referenced_entity
{
    referenced_entity() = default;

    std::string id;
    std::optional<flattened_entity> reference;
};
BOOST_DESCRIBE_STRUCT(referenced_entity, (), (id, reference))

/// @brief The entities that a user belongs to.
/// @source pieces_os_client 5.0.1, models/flattened_entities.py
struct flattened_entities
{
    flattened_entities() = default;

    std::vector<referenced_entity> iterable;
};
BOOST_DESCRIBE_STRUCT(flattened_entities, (), (iterable))

/// @brief How often a subscription is paid for.
/// @source pieces_os_client 5.0.1, models/subscription_term_enum.py
enum class subscription_term : std::uint8_t
{
    unknown,
    month,
    year,
    quarter,
};
constexpr auto words_of(subscription_term const*)
{
    return std::array<std::string_view, 4>{"UNKNOWN", "month", "year", "quarter"};
}

/// @brief What a user has subscribed to, and until when.
/// @source pieces_os_client 5.0.1, models/flattened_subscription.py
struct flattened_subscription
{
    flattened_subscription() = default;

    std::string id, name;
    bool active = false;
    json::open_enum<subscription_term> term;
    std::optional<std::int64_t> quantity;
    std::optional<std::string> price_id, product_id, subscription_id;
    std::optional<grouped_timestamp> created, updated, next_billing_date, cancelled, paused;
};
BOOST_DESCRIBE_STRUCT(
    flattened_subscription,
    (),
    (id,
     name,
     active,
     term,
     quantity,
     price_id,
     product_id,
     subscription_id,
     created,
     updated,
     next_billing_date,
     cancelled,
     paused)
)

/// @brief A subscription by its id, and itself if the server sent it along.
/// @source pieces_os_client 5.0.1, models/referenced_subscription.py
struct referenced_subscription
{
    referenced_subscription() = default;

    std::string id;
    std::optional<flattened_subscription> reference;
};
BOOST_DESCRIBE_STRUCT(referenced_subscription, (), (id, reference))

/// @brief The subscriptions of a user.
/// @source pieces_os_client 5.0.1, models/flattened_subscriptions.py
struct flattened_subscriptions
{
    flattened_subscriptions() = default;

    std::vector<referenced_subscription> iterable;
};
BOOST_DESCRIBE_STRUCT(flattened_subscriptions, (), (iterable))

/// @brief A user as entities and subscriptions tell of one.
/// @source pieces_os_client 5.0.1, models/flattened_user_profile.py
struct flattened_user_profile
{
    flattened_user_profile() = default;

    std::string id;
    std::optional<std::string> name, email, picture, username, vanityname;
    std::optional<flattened_entities> entities;
    std::optional<flattened_subscriptions> subscriptions;
    std::optional<embedded_model_schema> schema;
};
BOOST_DESCRIBE_STRUCT(
    flattened_user_profile,
    (),
    (id, name, email, picture, username, vanityname, entities, subscriptions, schema)
)

}  // namespace cohub::pieces

#endif
