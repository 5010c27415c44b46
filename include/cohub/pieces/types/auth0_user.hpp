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

namespace cohub::pieces {

/// @source pieces_os_client 5.0.1, models/auth0_identity.py
struct auth0_identity
{
    auth0_identity() = default;

    std::optional<std::string> connection;
    std::optional<bool> is_social;
    std::optional<std::string> provider, user_id;
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

    std::optional<std::string> name;
    std::optional<date_time> created_at;
    std::optional<std::string> email;
    std::optional<bool> email_verified;
    std::optional<std::string> family_name, given_name;
    std::optional<std::vector<auth0_identity>> identities;
    std::optional<std::string> nickname, picture;
    std::optional<date_time> updated_at;
    std::optional<std::string> username;
    std::optional<auth0_user_metadata> user_metadata;
    std::optional<std::string> locale, user_id, last_ip;
    std::optional<date_time> last_login;
    std::optional<std::int64_t> logins_count;
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

}  // namespace cohub::pieces

#endif
