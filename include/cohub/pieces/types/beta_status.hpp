#ifndef COHUB_PIECES_TYPES_BETA_STATUS_HPP
#define COHUB_PIECES_TYPES_BETA_STATUS_HPP

#include <cohub/pieces/types/schema.hpp>

#include <boost/describe/class.hpp>

#include <optional>
#include <string>
#include <utility>

namespace cohub::pieces {

/// @source pieces_os_client 5.0.1, models/auth0_user_beta_status.py
struct auth0_user_beta_status
{
    auth0_user_beta_status() = default;

    std::optional<anonymous_temporal_range> vision;
    std::optional<embedded_model_schema> schema;
};
BOOST_DESCRIBE_STRUCT(auth0_user_beta_status, (), (vision, schema))

/// @brief Which trials a user takes part in.
/// @source pieces_os_client 5.0.1, models/user_beta_status.py
struct user_beta_status
{
    user_beta_status() = default;
    explicit user_beta_status(std::string user_id) : user(std::move(user_id)) {}

    /// Id of the user.
    std::string user;
    std::optional<auth0_user_beta_status> auth0, descope;
    std::optional<embedded_model_schema> schema;
};
BOOST_DESCRIBE_STRUCT(user_beta_status, (), (user, auth0, descope, schema))

}  // namespace cohub::pieces

#endif
