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

/// Types for the entities and subscriptions of a profile. Pieces OS 5 introduced these trees. They
/// are deep, contain each other, and their format still grows. So a profile stores them as text,
/// and these types read the parts that most callers need.

namespace cohub::inline abi_0_2::pieces {

/// @brief The type of an entity.
/// @source pieces_os_client 5.0.1, models/entity_type_enum.py
enum class entity_type : std::uint8_t
{
    /// On the wire `UNKNOWN`; also for a word that this version does not know.
    unknown,
    /// On the wire `ORGANIZATION`.
    organization,
    /// On the wire `TEAM`.
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

    /// The id and the name.
    std::string id, name;
    /// The type of the entity.
    json::open_enum<entity_type> type;
    /// Its ids at the identity provider.
    std::optional<std::string> org_identifier, team_identifier;
    /// When the entity was created, changed and deleted.
    std::optional<grouped_timestamp> created, updated, deleted;
};
BOOST_DESCRIBE_STRUCT(
    flattened_entity,
    (),
    (id, name, type, org_identifier, team_identifier, created, updated, deleted)
)

/// @brief The id of an entity, and the entity itself if the server sent it.
/// @source pieces_os_client 5.0.1, models/referenced_entity.py
struct referenced_entity
{
    referenced_entity() = default;

    /// Id of the entity.
    std::string id;
    /// The entity itself.
    std::optional<flattened_entity> reference;
};
BOOST_DESCRIBE_STRUCT(referenced_entity, (), (id, reference))

/// @brief The entities that a user belongs to.
/// @source pieces_os_client 5.0.1, models/flattened_entities.py
struct flattened_entities
{
    flattened_entities() = default;

    /// The elements, in the server's order.
    std::vector<referenced_entity> iterable;
};
BOOST_DESCRIBE_STRUCT(flattened_entities, (), (iterable))

/// @brief The billing period of a subscription.
/// @source pieces_os_client 5.0.1, models/subscription_term_enum.py
enum class subscription_term : std::uint8_t
{
    /// On the wire `UNKNOWN`; also for a word that this version does not know.
    unknown,
    /// On the wire `month`.
    month,
    /// On the wire `year`.
    year,
    /// On the wire `quarter`.
    quarter,
};
constexpr auto words_of(subscription_term const*)
{
    return std::array<std::string_view, 4>{"UNKNOWN", "month", "year", "quarter"};
}

/// @brief A subscription of a user.
/// @source pieces_os_client 5.0.1, models/flattened_subscription.py
struct flattened_subscription
{
    flattened_subscription() = default;

    /// The id, and the name that people see.
    std::string id, name;
    /// Whether the subscription is active.
    bool active = false;
    /// The billing period.
    json::open_enum<subscription_term> term;
    /// The number of seats.
    std::optional<std::int64_t> quantity;
    /// The ids at the payment service.
    std::optional<std::string> price_id, product_id, subscription_id;
    /// When the subscription was created and changed, when it is billed next, and when it was
    /// cancelled or paused.
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

/// @brief The id of a subscription, and the subscription itself if the server sent it.
/// @source pieces_os_client 5.0.1, models/referenced_subscription.py
struct referenced_subscription
{
    referenced_subscription() = default;

    /// Id of the subscription.
    std::string id;
    /// The subscription itself.
    std::optional<flattened_subscription> reference;
};
BOOST_DESCRIBE_STRUCT(referenced_subscription, (), (id, reference))

/// @brief The subscriptions of a user.
/// @source pieces_os_client 5.0.1, models/flattened_subscriptions.py
struct flattened_subscriptions
{
    flattened_subscriptions() = default;

    /// The elements, in the server's order.
    std::vector<referenced_subscription> iterable;
};
BOOST_DESCRIBE_STRUCT(flattened_subscriptions, (), (iterable))

/// @brief A user, as entities and subscriptions contain it.
/// @source pieces_os_client 5.0.1, models/flattened_user_profile.py
struct flattened_user_profile
{
    flattened_user_profile() = default;

    /// Id of the user.
    std::string id;
    /// As in `user_profile`.
    std::optional<std::string> name, email, picture, username, vanityname;
    /// The organizations and teams of the user.
    std::optional<flattened_entities> entities;
    /// The subscriptions of the user.
    std::optional<flattened_subscriptions> subscriptions;
    /// Version of the model.
    std::optional<embedded_model_schema> schema;
};
BOOST_DESCRIBE_STRUCT(
    flattened_user_profile,
    (),
    (id, name, email, picture, username, vanityname, entities, subscriptions, schema)
)

}  // namespace cohub::inline abi_0_2::pieces

#endif
