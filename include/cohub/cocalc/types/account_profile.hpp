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

/// @brief An account as API v2 shows it to those who know its id, and more of it to its owner.
/// @source cocalc packages/server/accounts/profile/get.ts and private.ts
struct account_profile
{
    account_profile() = default;

    /// UUID of the account.
    std::string account_id;
    /// `Anonymous` `User` where the account has none.
    std::string first_name, last_name;
    /// Of the avatar: what an HTML image takes as its source, and the colour behind the letter.
    std::optional<std::string> image, color;
    /// User name, without the `@`.
    std::optional<std::string> name;
    /// Only of the own account, as is what follows.
    std::optional<bool> is_admin;
    /// Belongs to the group whose members may ask for anybody's address.
    std::optional<bool> is_partner;
    /// Neither an e-mail address nor another way to sign in.
    std::optional<bool> is_anonymous;
    /// The account's own address.
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

// Whom the server does not know, it shows an empty profile.
constexpr json::wire wire_of(account_profile const*, std::string_view member)
{
    json::wire w;
    w.may_be_absent = member == "account_id" || member == "first_name" || member == "last_name";
    return w;
}

/// @brief Whose profile; `hub.v2().accounts().profile`.
class profile_query
{
public:
    /// @brief The caller's own.
    profile_query() = default;
    /// @param account_id a UUID
    profile_query(std::string account_id) : account_id_(std::move(account_id)) {}
    /// @param account_id a UUID
    profile_query(std::string_view account_id) : account_id_(account_id) {}
    /// @param account_id a UUID
    profile_query(char const* account_id) : account_id_(account_id) {}

    /// @brief Read it anew; otherwise the server may show what it was 30 seconds ago.
    profile_query& no_cache(bool yes = true)
    {
        no_cache_ = yes;
        return *this;
    }

    /// @brief The account that is asked for; not set: the caller's own.
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

/// @brief The names that an account is to have from now on; what is not set stays as it is.
///
/// None can be taken away: the server leaves out what is empty.
class name_change
{
public:
    name_change() = default;

    /// @brief The user name, without the `@`: 1 to 39 of the letters a to z in either case, digits
    /// and single hyphens, not at its beginning or end. No two accounts or organizations share one.
    name_change& username(std::string text)
    {
        username_ = std::move(text);
        return *this;
    }
    /// @brief The server cuts it to 254 characters, as it does the last name.
    name_change& first_name(std::string text)
    {
        first_name_ = std::move(text);
        return *this;
    }
    /// @brief The last name.
    name_change& last_name(std::string text)
    {
        last_name_ = std::move(text);
        return *this;
    }
    /// @brief Of this account and not of the caller's; for site admins.
    name_change& account_id(std::string uuid)
    {
        account_id_ = std::move(uuid);
        return *this;
    }

    /// @brief The account that changes; not set: the caller's own.
    std::optional<std::string> const& account() const noexcept { return account_id_; }
    /// @brief Whether no name is set at all.
    bool sets_nothing() const noexcept { return !username_ && !first_name_ && !last_name_; }
    /// @brief A name is set to nothing.
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
