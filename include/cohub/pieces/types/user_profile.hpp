#ifndef COHUB_PIECES_TYPES_USER_PROFILE_HPP
#define COHUB_PIECES_TYPES_USER_PROFILE_HPP

#include <cohub/core/error.hpp>
#include <cohub/core/secret.hpp>
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

namespace cohub::pieces {

/// @brief How Pieces OS's JSON is read: integers are integers, and trees may be deep.
inline constexpr json::rules wire_rules{64, true};

namespace detail {

template <class Profile>
struct profile_text;

}  // namespace detail

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

    std::string id;
    std::optional<std::string> email, name, username, picture;
    pieces::aesthetics aesthetics;
    /// Part of the address of the user's cloud; `user_update_vanity` changes it.
    std::optional<std::string> vanityname;
    std::optional<grouped_timestamp> created, updated;
    std::optional<allocation_cloud> allocation;
    std::optional<external_providers> providers;
    std::optional<auth0_user_metadata> auth0;
    std::optional<descope_user_metadata> descope;
    std::optional<std::vector<secret>> api_keys;
    std::optional<embedded_model_schema> schema;

    /// @brief Organizations and teams; empty if there are none, or of another shape than known.
    template <class Profile = user_profile>
    std::optional<flattened_entities> entities() const
    {
        return detail::profile_text<Profile>::template part<flattened_entities>(*this, "/entities");
    }
    /// @brief Subscriptions; empty if there are none, or of another shape than known.
    template <class Profile = user_profile>
    std::optional<flattened_subscriptions> subscriptions() const
    {
        return detail::profile_text<Profile>::template part<flattened_subscriptions>(
            *this, "/subscriptions"
        );
    }

    /// @brief The JSON that the profile came as; empty if it did not come from a server. It holds
    /// secrets.
    std::string_view raw() const noexcept { return raw_.reveal(); }
    /// @brief The JSON of one value in it, known here or not; empty if there is none.
    /// @param pointer by RFC 6901, e.g. `/aesthetics/density`
    template <class Profile = user_profile>
    std::string_view raw(std::string_view pointer) const
    {
        return json::find<Profile>(raw(), pointer);
    }

    /// @brief Reads a profile from a text, which it remembers as if it had come from a server.
    /// @errors errc::bad_json, errc::bad_shape
    template <class Profile = user_profile>
    static result<Profile> from_json(std::string_view text)
    {
        return detail::profile_text<Profile>::read(text);
    }

    /// @brief What is sent of it. It holds secrets.
    /// @param problem what cannot be sent, in words; empty if all can
    template <class Profile = user_profile>
    std::string to_json(std::string& problem) const
    {
        return detail::profile_text<Profile>::write(*this, problem);
    }

    /// For what reads profiles.
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

namespace detail {

/// A profile and its text; what the members of a profile do that need its description.
template <class Profile>
struct profile_text
{
    static json::outcome decode(std::string_view text, auto& into)
    {
        return json::decode(text, into, json::envelope::none, wire_rules);
    }

    template <class T>
    static std::optional<T> part(Profile const& p, std::string_view pointer)
    {
        std::optional<T> out;
        std::string_view const text = json::find<Profile>(p.raw(), pointer);
        if (text.empty() || decode(text, out).status != json::outcome::code::ok) out.reset();
        return out;
    }

    static result<Profile> read(std::string_view text)
    {
        Profile p;
        json::outcome o = decode(text, p);
        if (o.status == json::outcome::code::ok) {
            p.remember(json::find<Profile>(text, {}));
            return p;
        }
        bool const shape = o.status == json::outcome::code::bad_shape;
        failure f(shape ? errc::bad_shape : errc::bad_json, std::move(o.text));
        f.path = std::move(o.path);
        return f;
    }

    static std::string encoded(Profile const& p, std::string& problem)
    {
        std::string text;
        json::writer w(text);
        encode(w, p);
        problem = w.problem();
        return text;
    }

    static std::string write(Profile const& p, std::string& problem)
    {
        std::string now = encoded(p, problem);
        if (p.raw().empty()) return now;
        Profile first;
        std::string before = "{}", ignored;
        if (decode(p.raw(), first).status == json::outcome::code::ok)
            before = encoded(first, ignored);
        std::string out = json::merge<Profile>(p.raw(), before, now);
        cohub::detail::wipe(before);
        cohub::detail::wipe(now);
        return out;
    }
};

}  // namespace detail

/// @brief An answer about the user, who may be nobody.
/// @source pieces_os_client 5.0.1, models/returned_user_profile.py
struct returned_user_profile
{
    returned_user_profile() = default;

    /// Empty: nobody is signed in.
    std::optional<user_profile> user;
    std::optional<embedded_model_schema> schema;
};
BOOST_DESCRIBE_STRUCT(returned_user_profile, (), (user, schema))

}  // namespace cohub::pieces

#endif
