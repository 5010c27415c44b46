#ifndef COHUB_PIECES_TYPES_BETA_STATUS_HPP
#define COHUB_PIECES_TYPES_BETA_STATUS_HPP

#include <cohub/pieces/types/schema.hpp>

#include <boost/describe/class.hpp>

#include <optional>
#include <string>
#include <utility>

namespace cohub::inline abi_0_2::pieces {

/// @brief The trials of a user, as one identity provider stores them.
/// @source pieces_os_client 5.0.1, models/auth0_user_beta_status.py
struct auth0_user_beta_status
{
    auth0_user_beta_status() = default;

    /// The time range in which the user may take part in the trial `vision`.
    std::optional<anonymous_temporal_range> vision;
    /// Version of the model.
    std::optional<embedded_model_schema> schema;
};
BOOST_DESCRIBE_STRUCT(auth0_user_beta_status, (), (vision, schema))

/// @brief The trials of a user.
/// @source pieces_os_client 5.0.1, models/user_beta_status.py
struct user_beta_status
{
    user_beta_status() = default;
    /// @param user_id id of the user
    explicit user_beta_status(std::string user_id) : user(std::move(user_id)) {}

    /// Id of the user.
    std::string user;
    /// The trials as Auth0 and Descope store them.
    std::optional<auth0_user_beta_status> auth0, descope;
    /// Version of the model.
    std::optional<embedded_model_schema> schema;
};
BOOST_DESCRIBE_STRUCT(user_beta_status, (), (user, auth0, descope, schema))

}  // namespace cohub::inline abi_0_2::pieces

#endif
