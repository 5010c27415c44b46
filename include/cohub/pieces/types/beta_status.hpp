#ifndef COHUB_PIECES_TYPES_BETA_STATUS_HPP
#define COHUB_PIECES_TYPES_BETA_STATUS_HPP

#include <cohub/pieces/types/schema.hpp>

#include <boost/describe/class.hpp>

#include <optional>
#include <string>
#include <utility>

namespace cohub::inline abi_0_2::pieces {

/// @brief Which trials a user takes part in, as one identity provider keeps it.
/// @source pieces_os_client 5.0.1, models/auth0_user_beta_status.py
struct auth0_user_beta_status
{
    auth0_user_beta_status() = default;

    /// Since when, and until when, the trial of that name is open to the user.
    std::optional<anonymous_temporal_range> vision;
    /// Version of the model.
    std::optional<embedded_model_schema> schema;
};
BOOST_DESCRIBE_STRUCT(auth0_user_beta_status, (), (vision, schema))

/// @brief Which trials a user takes part in.
/// @source pieces_os_client 5.0.1, models/user_beta_status.py
struct user_beta_status
{
    user_beta_status() = default;
    /// @param user_id id of the user
    explicit user_beta_status(std::string user_id) : user(std::move(user_id)) {}

    /// Id of the user.
    std::string user;
    /// As Auth0 and Descope keep it.
    std::optional<auth0_user_beta_status> auth0, descope;
    /// Version of the model.
    std::optional<embedded_model_schema> schema;
};
BOOST_DESCRIBE_STRUCT(user_beta_status, (), (user, auth0, descope, schema))

}  // namespace cohub::inline abi_0_2::pieces

#endif
