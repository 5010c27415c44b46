#ifndef COHUB_COCALC_TYPES_ACCOUNT_PROFILE_HPP
#define COHUB_COCALC_TYPES_ACCOUNT_PROFILE_HPP

#include <cohub/json/wire.hpp>

#include <boost/describe/class.hpp>
#include <boost/json/object.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace cohub::inline abi_0_2 {

/// @brief An account as API v2 shows it to callers who know its id. The owner sees more members.
/// @source cocalc packages/server/accounts/profile/get.ts and private.ts
struct account_profile
{
    account_profile() = default;

    /// UUID of the account.
    std::string account_id;
    /// First and last name; `Anonymous` and `User` if the account has none.
    std::string first_name, last_name;
    /// The avatar: the source of an HTML image, and the colour behind the letter.
    std::optional<std::string> image, color;
    /// User name, without the `@`.
    std::optional<std::string> name;
    /// Whether the account is a site admin. This and the next members are set only for the caller's
    /// own account.
    std::optional<bool> is_admin;
    /// Whether the account belongs to the partners, who may read the e-mail address of every
    /// account.
    std::optional<bool> is_partner;
    /// Whether the account has neither an e-mail address nor another way to sign in.
    std::optional<bool> is_anonymous;
    /// The account's e-mail address.
    std::optional<std::string> email_address;
    /// Members that this version does not know.
    boost::json::object extra;
};
BOOST_DESCRIBE_STRUCT(
    account_profile,
    (),
    (account_id,
     first_name,
     last_name,
     image,
     color,
     name,
     is_admin,
     is_partner,
     is_anonymous,
     email_address)
)

// A caller that the server does not know gets an empty profile.
constexpr json::wire wire_of(account_profile const*, std::string_view member)
{
    json::wire w;
    w.may_be_absent = member == "account_id" || member == "first_name" || member == "last_name";
    return w;
}

/// @brief Which profile to return; `hub.v2().accounts().profile`.
class profile_query
{
public:
    /// @brief The caller's own profile.
    profile_query() = default;
    /// @param account_id UUID of the account
    profile_query(std::string account_id) : account_id_(std::move(account_id)) {}
    /// @param account_id UUID of the account
    profile_query(std::string_view account_id) : account_id_(account_id) {}
    /// @param account_id UUID of the account
    profile_query(char const* account_id) : account_id_(account_id) {}

    /// @brief Makes the server read the profile again. Otherwise the answer may be up to 30 seconds
    /// old.
    profile_query& no_cache(bool yes = true)
    {
        no_cache_ = yes;
        return *this;
    }

    /// @brief The account of the profile; not set: the caller's own account.
    std::optional<std::string> const& account() const noexcept { return account_id_; }

private:
    std::optional<std::string> account_id_;
    std::optional<bool> no_cache_;

    BOOST_DESCRIBE_CLASS(profile_query, (), (), (), (account_id_, no_cache_))
};
constexpr json::wire wire_of(profile_query const*, std::string_view member)
{
    json::wire w;
    if (member == "no_cache_") w.name = "noCache";
    return w;
}

/// @brief The new names of an account. A name that is not set does not change.
///
/// A name cannot be removed, because the server ignores empty names.
class name_change
{
public:
    name_change() = default;

    /// @brief Sets the user name, without the `@`: 1 to 39 characters.
    ///
    /// Letters a to z in upper or lower case, digits and single hyphens are allowed; a hyphen must
    /// not be at the beginning or the end. Two accounts or organizations cannot have the same name.
    name_change& username(std::string text)
    {
        username_ = std::move(text);
        return *this;
    }
    /// @brief Sets the first name. The server cuts the first name and the last name to 254
    /// characters.
    name_change& first_name(std::string text)
    {
        first_name_ = std::move(text);
        return *this;
    }
    /// @brief Sets the last name.
    name_change& last_name(std::string text)
    {
        last_name_ = std::move(text);
        return *this;
    }
    /// @brief Changes this account and not the caller's account. For site admins.
    name_change& account_id(std::string uuid)
    {
        account_id_ = std::move(uuid);
        return *this;
    }

    /// @brief The account to change; not set: the caller's own account.
    std::optional<std::string> const& account() const noexcept { return account_id_; }
    /// @brief Whether no name is set.
    bool sets_nothing() const noexcept { return !username_ && !first_name_ && !last_name_; }
    /// @brief Whether a name is set to an empty text.
    bool sets_empty() const noexcept
    {
        for (auto const* const text : {&username_, &first_name_, &last_name_})
            if (*text && (*text)->empty()) return true;
        return false;
    }

private:
    std::optional<std::string> username_, first_name_, last_name_;
    std::optional<std::string> account_id_;

    BOOST_DESCRIBE_CLASS(name_change, (), (), (), (username_, first_name_, last_name_, account_id_))
};

}  // namespace cohub::inline abi_0_2

#endif
