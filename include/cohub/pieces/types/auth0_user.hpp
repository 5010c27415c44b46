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

/// @brief One of the accounts by which Auth0 knows a user.
/// @source pieces_os_client 5.0.1, models/auth0_identity.py
struct auth0_identity
{
    auth0_identity() = default;

    /// Auth0's name for the way in, e.g. `google-oauth2`.
    std::optional<std::string> connection;
    /// Whether it is an account of a social network.
    std::optional<bool> is_social;
    /// Who keeps the account, and its id there.
    std::optional<std::string> provider, user_id;
    /// What opens the account there.
    std::optional<secret> access_token;
    /// How long the token is good, in seconds.
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

/// @brief A user as Auth0 knows them; what `select_user` makes the current one.
/// @source pieces_os_client 5.0.1, models/auth0_user.py
struct auth0_user
{
    auth0_user() = default;

    /// The full name.
    std::optional<std::string> name;
    /// When Auth0 first met the user.
    std::optional<date_time> created_at;
    /// The address.
    std::optional<std::string> email;
    /// Whether the address was verified.
    std::optional<bool> email_verified;
    /// The names apart.
    std::optional<std::string> family_name, given_name;
    /// The accounts that the user signs in with.
    std::optional<std::vector<auth0_identity>> identities;
    /// A short name, and the URL of a picture.
    std::optional<std::string> nickname, picture;
    /// When this was changed last.
    std::optional<date_time> updated_at;
    /// The name to sign in with.
    std::optional<std::string> username;
    /// What Pieces has Auth0 keep.
    std::optional<auth0_user_metadata> user_metadata;
    /// Language; Auth0's id of the user; the address of the last sign-in.
    std::optional<std::string> locale, user_id, last_ip;
    /// When the user signed in last.
    std::optional<date_time> last_login;
    /// How often the user has signed in.
    std::optional<std::int64_t> logins_count;
    /// What the user is kept out of, and the second factors.
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
