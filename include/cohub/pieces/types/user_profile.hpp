#ifndef COHUB_PIECES_TYPES_USER_PROFILE_HPP
#define COHUB_PIECES_TYPES_USER_PROFILE_HPP

#include <cohub/core/config.hpp>
#include <cohub/core/error.hpp>
#include <cohub/core/secret.hpp>
#include <cohub/json/decode.hpp>
#include <cohub/json/encode.hpp>
#include <cohub/json/merge.hpp>
#include <cohub/json/wire.hpp>
#include <cohub/pieces/types/aesthetics.hpp>
#include <cohub/pieces/types/allocation.hpp>
#include <cohub/pieces/types/entity.hpp>
#include <cohub/pieces/types/metadata.hpp>
#include <cohub/pieces/types/provider.hpp>
#include <cohub/pieces/types/schema.hpp>

#include <boost/describe/class.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cohub::inline abi_0_2::pieces {

/// @brief The rules for reading the JSON of Pieces OS: an integer must have no fraction (14.0 is
/// refused), and containers may be nested 64 levels deep.
/// @internal
inline constexpr json::rules wire_rules{64, true};

/// @brief The profile of the user, as Pieces OS stores it.
///
/// A profile that came from the server keeps its original JSON text. When it is sent back, the
/// library sends that text, and replaces only the changed parts. So unknown words and members stay
/// unchanged. A member that is set to `std::nullopt` is left out.
///
/// The server does not support partial updates or versions, so the last write wins.
/// @source pieces_os_client 5.0.1, models/user_profile.py
struct user_profile
{
    user_profile() = default;
    /// @brief Makes a new profile. `aesthetics` must be set afterwards.
    explicit user_profile(std::string user_id) : id(std::move(user_id)) {}

    /// Id of the user.
    std::string id;
    /// The e-mail address, the full name, the user name for sign-in, and the URL of a picture.
    std::optional<std::string> email, name, username, picture;
    /// The preferred appearance.
    pieces::aesthetics aesthetics;
    /// The vanity name, a part of the address of the user's cloud. `user_update_vanity` changes it.
    std::optional<std::string> vanityname;
    /// When the user was created, and when the profile was last changed.
    std::optional<grouped_timestamp> created, updated;
    /// The user's own cloud.
    std::optional<allocation_cloud> allocation;
    /// The external accounts that the user signs in with.
    std::optional<external_providers> providers;
    /// The metadata that Auth0 stores for the user.
    std::optional<auth0_user_metadata> auth0;
    /// The metadata that Descope stores for the user.
    std::optional<descope_user_metadata> descope;
    /// The user's API keys.
    std::optional<std::vector<secret>> api_keys;
    /// Version of the model.
    std::optional<embedded_model_schema> schema;

    /// @brief The organizations and teams; empty if there are none, or if they have an unknown
    /// structure.
    COHUB_DECL std::optional<flattened_entities> entities() const;
    /// @brief The subscriptions; empty if there are none, or if they have an unknown structure.
    COHUB_DECL std::optional<flattened_subscriptions> subscriptions() const;

    /// @brief The original JSON text of the profile; empty if the profile did not come from a
    /// server. The text may contain secrets.
    std::string_view raw() const noexcept { return raw_.reveal(); }
    /// @brief The original JSON text of one value, known to this library or not; empty if there is
    /// no such value.
    /// @param pointer a JSON pointer (RFC 6901), for example `/aesthetics/density`
    std::string_view raw(std::string_view pointer) const { return json::find(raw(), pointer); }

    /// @brief Reads a profile from a text. The profile keeps this text, as if it had come from a
    /// server.
    /// @errors errc::bad_json, errc::bad_shape
    COHUB_DECL static result<user_profile> from_json(std::string_view text);

    /// @brief The JSON text to send. It may contain secrets.
    /// @param problem set to a text about what cannot be sent; empty if everything can be sent
    COHUB_DECL std::string to_json(std::string& problem) const;

    /// Sets the original text. For functions that read profiles.
    /// @internal
    void remember(std::string_view text) { raw_ = secret(text); }

private:
    secret raw_;
};
BOOST_DESCRIBE_STRUCT(
    user_profile,
    (),
    (id,
     email,
     name,
     username,
     picture,
     aesthetics,
     vanityname,
     created,
     updated,
     allocation,
     providers,
     auth0,
     descope,
     api_keys,
     schema)
)
constexpr json::wire wire_of(user_profile const*, std::string_view member)
{
    json::wire w;
    if (member == "api_keys") w.name = "apiKeys";
    return w;
}

/// @brief An answer about the user; there may be no user.
/// @source pieces_os_client 5.0.1, models/returned_user_profile.py
struct returned_user_profile
{
    returned_user_profile() = default;

    /// The user; empty: nobody is signed in.
    std::optional<user_profile> user;
    /// Version of the model.
    std::optional<embedded_model_schema> schema;
};
BOOST_DESCRIBE_STRUCT(returned_user_profile, (), (user, schema))

}  // namespace cohub::inline abi_0_2::pieces

#if !defined(COHUB_SEPARATE_COMPILATION)
#include <cohub/pieces/types/impl/user_profile.ipp>
#endif

#endif
