#ifndef COHUB_PIECES_TYPES_PROVIDER_HPP
#define COHUB_PIECES_TYPES_PROVIDER_HPP

#include <cohub/core/secret.hpp>
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

namespace cohub::inline abi_0_2::pieces {

/// @brief The provider of an account that a user signs in with.
/// @source pieces_os_client 5.0.1 and 4.2, models/external_provider_type_enum.py
enum class external_provider_type : std::uint8_t
{
    /// On the wire `github`.
    github,
    /// On the wire `auth0`.
    auth0,
    /// On the wire `google-oauth2`.
    google_oauth2,
    /// On the wire `bitbucket`.
    bitbucket,
    /// On the wire `linkedin`.
    linkedin,
    /// On the wire `twitter`.
    twitter,
    /// On the wire `facebook`.
    facebook,
    /// On the wire `waad`.
    waad,
    /// On the wire `UNKNOWN`; also for a word that this version does not know.
    unknown,
    /// On the wire `discord`.
    discord,
    /// On the wire `gitlab`.
    gitlab,
    /// On the wire `apple`.
    apple,
    /// On the wire `username_email`.
    username_email,
    /// On the wire `slack`.
    slack,
    /// On the wire `microsoft`.
    microsoft,
};
constexpr auto words_of(external_provider_type const*)
{
    return std::array<std::string_view, 15>{
        "github",
        "auth0",
        "google-oauth2",
        "bitbucket",
        "linkedin",
        "twitter",
        "facebook",
        "waad",
        "UNKNOWN",
        "discord",
        "gitlab",
        "apple",
        "username_email",
        "slack",
        "microsoft"};
}

/// @brief The data of a provider about its user. Most members are GitHub's, unchanged.
/// @source pieces_os_client 5.0.1, models/external_provider_profile_data.py
struct external_provider_profile_data
{
    external_provider_profile_data() = default;

    /// The name, the picture, the nickname and the e-mail address.
    std::optional<std::string> name, picture, nickname, email;
    /// Whether the e-mail address was verified.
    std::optional<bool> email_verified;
    /// As GitHub returns it.
    std::optional<std::string> node_id, gravatar_id, url, html_url, followers_url, following_url,
        gists_url, starred_url, subscriptions_url, organizations_url, repos_url, events_url,
        received_events_url, type;
    /// Whether the user is a site admin (an employee) of the provider.
    std::optional<bool> site_admin;
    /// Text that the user has written.
    std::optional<std::string> company, blog, anchor;
    /// Whether the user is looking for a job.
    std::optional<bool> hireable;
    /// Text that the user has written.
    std::optional<std::string> bio, twitter_username;
    /// How many of each there are.
    std::optional<std::int64_t> public_repos, public_gists, followers, following;
    /// When the account was created, and when it was last changed.
    std::optional<std::string> created_at, updated_at;
    /// How many of each there are.
    std::optional<std::int64_t> private_gists, total_private_repos, owned_private_repos;
    /// Disk use in kilobytes.
    std::optional<std::int64_t> disk_usage;
    /// The number of collaborators.
    std::optional<std::int64_t> collaborators;
    /// Whether the account uses a second factor.
    std::optional<bool> two_factor_authentication;
};
BOOST_DESCRIBE_STRUCT(
    external_provider_profile_data,
    (),
    (name,
     picture,
     nickname,
     email,
     email_verified,
     node_id,
     gravatar_id,
     url,
     html_url,
     followers_url,
     following_url,
     gists_url,
     starred_url,
     subscriptions_url,
     organizations_url,
     repos_url,
     events_url,
     received_events_url,
     type,
     site_admin,
     company,
     blog,
     anchor,
     hireable,
     bio,
     twitter_username,
     public_repos,
     public_gists,
     followers,
     following,
     created_at,
     updated_at,
     private_gists,
     total_private_repos,
     owned_private_repos,
     disk_usage,
     collaborators,
     two_factor_authentication)
)

/// @brief An external account that the user signs in with.
/// @source pieces_os_client 5.0.1, models/external_provider.py
struct external_provider
{
    external_provider() = default;

    /// The provider of the account.
    json::open_enum<external_provider_type> type;
    /// The user's id at the provider.
    std::string user_id;
    /// The access token for the account.
    std::optional<secret> access_token;
    /// How long the token is valid, in seconds.
    std::optional<std::int64_t> expires_in;
    /// When the account was connected, and when the connection was last changed.
    grouped_timestamp created, updated;
    /// The data of the provider about the user.
    std::optional<external_provider_profile_data> profile_data;
    /// The identity provider's name for the way to sign in.
    std::optional<std::string> connection;
    /// Whether it is an account of a social network.
    std::optional<bool> is_social;
    /// Version of the model.
    std::optional<embedded_model_schema> schema;
};
BOOST_DESCRIBE_STRUCT(
    external_provider,
    (),
    (type,
     user_id,
     access_token,
     expires_in,
     created,
     updated,
     profile_data,
     connection,
     is_social,
     schema)
)
constexpr json::wire wire_of(external_provider const*, std::string_view member)
{
    json::wire w;
    if (member == "profile_data") w.name = "profileData";
    if (member == "is_social") w.name = "isSocial";
    return w;
}

/// @brief The external accounts that a user signs in with.
/// @source pieces_os_client 5.0.1, models/external_providers.py
struct external_providers
{
    external_providers() = default;

    /// The accounts, in the server's order.
    std::vector<external_provider> iterable;
    /// Version of the model.
    std::optional<embedded_model_schema> schema;
};
BOOST_DESCRIBE_STRUCT(external_providers, (), (iterable, schema))

}  // namespace cohub::inline abi_0_2::pieces

#endif
