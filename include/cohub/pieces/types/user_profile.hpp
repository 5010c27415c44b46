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

/// @brief How Pieces OS's JSON is read: integers are integers, and trees may be deep.
/// @internal
inline constexpr json::rules wire_rules{64, true};

/// @brief The user of Pieces OS, as it keeps them.
///
/// A profile that came from the server remembers the text that it came as. When it is sent back,
/// that text is sent, with what was changed here replaced in it: what this library does not know,
/// unknown words and members, stays as it was. A member set to `std::nullopt` is left out.
///
/// The server knows no partial updates and no versions: the last write wins.
/// @source pieces_os_client 5.0.1, models/user_profile.py
struct user_profile
{
    user_profile() = default;
    /// @brief A profile from nothing; `aesthetics` has to be filled in.
    explicit user_profile(std::string user_id) : id(std::move(user_id)) {}

    /// Id of the user.
    std::string id;
    /// Address, full name, name to sign in with, URL of a picture.
    std::optional<std::string> email, name, username, picture;
    /// How things are to look.
    pieces::aesthetics aesthetics;
    /// Part of the address of the user's cloud; `user_update_vanity` changes it.
    std::optional<std::string> vanityname;
    /// When the user came, and when the profile was changed last.
    std::optional<grouped_timestamp> created, updated;
    /// The user's own cloud.
    std::optional<allocation_cloud> allocation;
    /// The accounts that the user signs in with.
    std::optional<external_providers> providers;
    /// What Auth0 keeps about the user.
    std::optional<auth0_user_metadata> auth0;
    /// What Descope keeps about the user.
    std::optional<descope_user_metadata> descope;
    /// The user's keys.
    std::optional<std::vector<secret>> api_keys;
    /// Version of the model.
    std::optional<embedded_model_schema> schema;

    /// @brief Organizations and teams; empty if there are none, or of another shape than known.
    COHUB_DECL std::optional<flattened_entities> entities() const;
    /// @brief Subscriptions; empty if there are none, or of another shape than known.
    COHUB_DECL std::optional<flattened_subscriptions> subscriptions() const;

    /// @brief The JSON that the profile came as; empty if it did not come from a server. It holds
    /// secrets.
    std::string_view raw() const noexcept { return raw_.reveal(); }
    /// @brief The JSON of one value in it, known here or not; empty if there is none.
    /// @param pointer by RFC 6901, e.g. `/aesthetics/density`
    std::string_view raw(std::string_view pointer) const { return json::find(raw(), pointer); }

    /// @brief Reads a profile from a text, which it remembers as if it had come from a server.
    /// @errors errc::bad_json, errc::bad_shape
    COHUB_DECL static result<user_profile> from_json(std::string_view text);

    /// @brief What is sent of it. It holds secrets.
    /// @param problem what cannot be sent, in words; empty if all can
    COHUB_DECL std::string to_json(std::string& problem) const;

    /// For what reads profiles.
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

/// @brief An answer about the user, who may be nobody.
/// @source pieces_os_client 5.0.1, models/returned_user_profile.py
struct returned_user_profile
{
    returned_user_profile() = default;

    /// Empty: nobody is signed in.
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
