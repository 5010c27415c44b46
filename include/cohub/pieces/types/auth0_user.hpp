#ifndef COHUB_PIECES_TYPES_AUTH0_USER_HPP
#define COHUB_PIECES_TYPES_AUTH0_USER_HPP

#include <cohub/core/secret.hpp>
#include <cohub/json/wire.hpp>
#include <cohub/pieces/types/date_time.hpp>
#include <cohub/pieces/types/metadata.hpp>

#include <boost/describe/class.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cohub::inline abi_0_2::pieces {

/// @brief One of the accounts of a user that are linked in Auth0.
/// @source pieces_os_client 5.0.1, models/auth0_identity.py
struct auth0_identity
{
    auth0_identity() = default;

    /// Auth0's name for the way to sign in, for example `google-oauth2`.
    std::optional<std::string> connection;
    /// Whether it is an account of a social network.
    std::optional<bool> is_social;
    /// The provider of the account, and the user's id at that provider.
    std::optional<std::string> provider, user_id;
    /// The access token for that account.
    std::optional<secret> access_token;
    /// How long the token is valid, in seconds.
    std::optional<std::int64_t> expires_in;
};
BOOST_DESCRIBE_STRUCT(
    auth0_identity, (), (connection, is_social, provider, user_id, access_token, expires_in)
)
constexpr json::wire wire_of(auth0_identity const*, std::string_view member)
{
    json::wire w;
    if (member == "is_social") w.name = "isSocial";
    return w;
}

/// @brief A user as described by Auth0. `select_user` makes such a user the current one.
/// @source pieces_os_client 5.0.1, models/auth0_user.py
struct auth0_user
{
    auth0_user() = default;

    /// The full name.
    std::optional<std::string> name;
    /// When the user was created at Auth0.
    std::optional<date_time> created_at;
    /// The e-mail address.
    std::optional<std::string> email;
    /// Whether the e-mail address was verified.
    std::optional<bool> email_verified;
    /// The family name and the given name.
    std::optional<std::string> family_name, given_name;
    /// The accounts that the user signs in with.
    std::optional<std::vector<auth0_identity>> identities;
    /// The nickname, and the URL of a picture.
    std::optional<std::string> nickname, picture;
    /// When the user's data was last changed.
    std::optional<date_time> updated_at;
    /// The user name for sign-in.
    std::optional<std::string> username;
    /// The metadata that Pieces stores at Auth0.
    std::optional<auth0_user_metadata> user_metadata;
    /// The language, Auth0's id of the user, and the IP address of the last sign-in.
    std::optional<std::string> locale, user_id, last_ip;
    /// When the user last signed in.
    std::optional<date_time> last_login;
    /// How often the user has signed in.
    std::optional<std::int64_t> logins_count;
    /// What the user is blocked for, and the second factors.
    std::optional<std::vector<std::string>> blocked_for, guardian_authenticators;
};
BOOST_DESCRIBE_STRUCT(
    auth0_user,
    (),
    (name,
     created_at,
     email,
     email_verified,
     family_name,
     given_name,
     identities,
     nickname,
     picture,
     updated_at,
     username,
     user_metadata,
     locale,
     user_id,
     last_ip,
     last_login,
     logins_count,
     blocked_for,
     guardian_authenticators)
)

}  // namespace cohub::inline abi_0_2::pieces

#endif
