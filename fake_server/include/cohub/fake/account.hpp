#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace cohub::inline abi_0_2::fake {

/// @brief An account of the fake hub: what `add_account` takes and `users` gives back.
///
/// Times are milliseconds since the epoch. An empty optional is the database's NULL, which is not
/// the same as an empty string.
class account
{
public:
    account() = default;
    /// @param first the first name
    /// @param last the last name
    account(std::string first, std::string last)
        : first_name(std::move(first)), last_name(std::move(last))
    {
    }

    /// @brief Lower-case UUID; when left empty the server draws one.
    account& id(std::string value) { return set(account_id, std::move(value)); }
    /// @brief The names; one that is not set is NULL.
    account& names(std::optional<std::string> first, std::optional<std::string> last)
    {
        first_name = std::move(first);
        last_name = std::move(last);
        return *this;
    }
    /// @brief The `@name`, without the `@`.
    account& user_name(std::string value) { return set(name, std::move(value)); }
    /// @brief The present e-mail address.
    account& email(std::string value) { return set(email_address, std::move(value)); }
    /// @brief Marks the present e-mail address as verified.
    account& verified()
    {
        email_address_verified.emplace();
        (*email_address_verified)[email_address.value_or("")] = "2025-10-09T08:53:20.000Z";
        return *this;
    }
    /// @brief Some other address was verified once, the present one was not.
    account& verified_address(std::string address, std::string when = "2025-10-09T08:53:20.000Z")
    {
        if (!email_address_verified) email_address_verified.emplace();
        (*email_address_verified)[std::move(address)] = std::move(when);
        return *this;
    }
    /// @brief When it was made.
    account& created_at(std::optional<std::int64_t> ms) { return set(created, ms); }
    /// @brief When it was used last; not set: never seen.
    account& active_at(std::optional<std::int64_t> ms) { return set(last_active, ms); }
    /// @brief Keeps it out of searches, but those of site admins.
    account& make_unlisted(bool value = true) { return set(unlisted, value); }
    /// @brief Marks it as deleted.
    account& make_deleted(bool value = true) { return set(deleted, value); }
    /// @brief Bans it.
    account& make_banned(bool value = true) { return set(banned, value); }
    /// @brief Makes it a site admin.
    account& make_admin(bool value = true) { return set(admin, value); }
    /// @brief Of the group whose members, as site admins, may ask API v2 for anybody's address.
    account& make_partner(bool value = true) { return set(partner, value); }
    /// @brief Makes it a member of the organization with this name.
    account& in_organization(std::string value) { return set(organization, std::move(value)); }
    /// @brief The colour of its avatar.
    account& profile_color(std::string value)
    {
        has_profile = true;
        return set(color, std::move(value));
    }
    /// @brief The image of its avatar.
    account& profile_image(std::string value)
    {
        has_profile = true;
        return set(image, std::move(value));
    }
    /// @brief Gives it a password.
    account& with_password(std::string value) { return set(password, std::move(value)); }
    /// @brief What `purchases.getBalance` and `getMinBalance` tell this account; 0 otherwise.
    account& with_balance(double amount, double least = 0)
    {
        min_balance = least;
        return set(balance, amount);
    }
    /// @brief One more way to sign in.
    /// @param strategy e.g. `google`
    /// @param passport_id the user's id there
    account& with_passport(std::string strategy, std::string passport_id)
    {
        passports.emplace_back(std::move(strategy), std::move(passport_id));
        return *this;
    }

    /// UUID in lower case; empty: the server draws one.
    std::string account_id;
    /// The first name.
    std::optional<std::string> first_name;
    /// The last name.
    std::optional<std::string> last_name;
    /// The `@name`, without the `@`.
    std::optional<std::string> name;
    /// The present address.
    std::optional<std::string> email_address;
    /// Address to time of verification (ISO 8601); the hub keeps it when the address changes.
    std::optional<std::map<std::string, std::string>> email_address_verified;
    /// When it was made.
    std::optional<std::int64_t> created;
    /// When it was used last; not set: never seen.
    std::optional<std::int64_t> last_active;
    /// Whether it is banned; its keys are refused then.
    std::optional<bool> banned;
    /// Not in searches, but those of site admins.
    bool unlisted = false;
    /// Marked as deleted: nobody finds it, and its name is `Deleted User`.
    bool deleted = false;
    /// A site admin.
    bool admin = false;
    /// Of the group that may ask API v2 for addresses.
    bool partner = false;
    /// The name of the organization that it is a member of.
    std::optional<std::string> organization;
    /// Whether it has a profile, be that empty.
    bool has_profile = false;
    /// The profile's colour.
    std::optional<std::string> color;
    /// The profile's image.
    std::optional<std::string> image;
    /// Empty: it has none.
    std::string password;
    /// Other ways to sign in: strategy and id.
    std::vector<std::pair<std::string, std::string>> passports;
    /// What `purchases.getBalance` tells.
    double balance = 0;
    /// What `purchases.getMinBalance` tells.
    double min_balance = 0;

private:
    template <class Member, class Value>
    account& set(Member& member, Value&& value)
    {
        member = std::forward<Value>(value);
        return *this;
    }
};

/// @brief An API key of the fake hub: an account's, or, with `project`, a project's.
class api_key
{
public:
    /// @param owner account id of the owner; for a project key, of the collaborator who made it
    explicit api_key(std::string owner) : account_id(std::move(owner)) {}

    /// @brief The key itself; when left empty the server draws one of the usual shape.
    api_key& secret(std::string value)
    {
        text = std::move(value);
        return *this;
    }
    /// @brief Makes it the key of the project with this UUID.
    api_key& project(std::string value)
    {
        project_id = std::move(value);
        return *this;
    }
    /// @brief What people see it by.
    api_key& named(std::string value)
    {
        name = std::move(value);
        return *this;
    }
    /// @brief The database id, which a key of the usual shape carries in its last six characters.
    api_key& numbered(std::int64_t value)
    {
        id = value;
        return *this;
    }
    /// @brief When it ends, in milliseconds since the epoch.
    api_key& expires_at(std::int64_t ms)
    {
        expire = ms;
        return *this;
    }
    /// @brief A key of the old kind: kept with the account, in no list of keys.
    api_key& make_legacy(bool value = true)
    {
        legacy = value;
        return *this;
    }

    /// UUID of its owner.
    std::string account_id;
    /// The key itself; empty: the server draws one.
    std::string text;
    /// UUID of the project whose key it is; not set: an account's.
    std::optional<std::string> project_id;
    /// What people see it by.
    std::optional<std::string> name;
    /// The database id; not set: the next one.
    std::optional<std::int64_t> id;
    /// When it ends, in milliseconds since the epoch; not set: never.
    std::optional<std::int64_t> expire;
    /// Of the old kind.
    bool legacy = false;
};

/// @brief What signs somebody in without a password, until it expires.
struct auth_token
{
    /// The token itself.
    std::string token;
    std::string account_id;   ///< who is signed in by it
    std::string created_by;   ///< account id of who made it
    std::int64_t expire = 0;  ///< in milliseconds since the epoch
};

/// @brief One key of each kind, as seeded.
struct api_keys
{
    std::string user;       ///< an ordinary account
    std::string admin;      ///< a site admin
    std::string org_admin;  ///< an admin of the organization `acme`
    std::string project;    ///< a project of the ordinary account
    std::string expired;    ///< was the ordinary account's until it expired
    std::string banned;     ///< its owner is banned
};

}  // namespace cohub::inline abi_0_2::fake
