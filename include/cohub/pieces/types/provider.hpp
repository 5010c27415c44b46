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

namespace cohub::pieces {

/// @source pieces_os_client 5.0.1 and 4.2, models/external_provider_type_enum.py
enum class external_provider_type : std::uint8_t
{
    github,
    auth0,
    google_oauth2,
    bitbucket,
    linkedin,
    twitter,
    facebook,
    waad,
    unknown,
    discord,
    gitlab,
    apple,
    username_email,
    slack,
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

/// @brief What a provider tells about its user; mostly GitHub's own words, as they came.
/// @source pieces_os_client 5.0.1, models/external_provider_profile_data.py
struct external_provider_profile_data
{
    external_provider_profile_data() = default;

    std::optional<std::string> name, picture, nickname, email;
    std::optional<bool> email_verified;
    std::optional<std::string> node_id, gravatar_id, url, html_url, followers_url, following_url,
        gists_url, starred_url, subscriptions_url, organizations_url, repos_url, events_url,
        received_events_url, type;
    std::optional<bool> site_admin;
    std::optional<std::string> company, blog, anchor;
    std::optional<bool> hireable;
    std::optional<std::string> bio, twitter_username;
    std::optional<std::int64_t> public_repos, public_gists, followers, following;
    std::optional<std::string> created_at, updated_at;
    std::optional<std::int64_t> private_gists, total_private_repos, owned_private_repos;
    /// In kilobytes.
    std::optional<std::int64_t> disk_usage;
    std::optional<std::int64_t> collaborators;
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

/// @brief An account elsewhere that the user signs in with.
/// @source pieces_os_client 5.0.1, models/external_provider.py
struct external_provider
{
    external_provider() = default;

    json::open_enum<external_provider_type> type;
    std::string user_id;
    std::optional<secret> access_token;
    /// How long the token is good, in seconds.
    std::optional<std::int64_t> expires_in;
    grouped_timestamp created, updated;
    std::optional<external_provider_profile_data> profile_data;
    std::optional<std::string> connection;
    std::optional<bool> is_social;
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

/// @source pieces_os_client 5.0.1, models/external_providers.py
struct external_providers
{
    external_providers() = default;

    std::vector<external_provider> iterable;
    std::optional<embedded_model_schema> schema;
};
BOOST_DESCRIBE_STRUCT(external_providers, (), (iterable, schema))

}  // namespace cohub::pieces

#endif
