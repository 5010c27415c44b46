#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace cohub::inline abi_0_2::fake {

/// @brief An account of the fake hub: `add_account` takes it, and `users` returns it.
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

    /// @brief Lower-case UUID. If it is left empty, the server chooses one at random.
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
    /// @brief Another address was verified once, but the present one was not.
    account& verified_address(std::string address, std::string when = "2025-10-09T08:53:20.000Z")
    {
        if (!email_address_verified) email_address_verified.emplace();
        (*email_address_verified)[std::move(address)] = std::move(when);
        return *this;
    }
    /// @brief When it was made.
    account& created_at(std::optional<std::int64_t> ms) { return set(created, ms); }
    /// @brief When it was last active; not set: never.
    account& active_at(std::optional<std::int64_t> ms) { return set(last_active, ms); }
    /// @brief Keeps it out of searches, except those of site admins.
    account& make_unlisted(bool value = true) { return set(unlisted, value); }
    /// @brief Marks it as deleted.
    account& make_deleted(bool value = true) { return set(deleted, value); }
    /// @brief Bans it.
    account& make_banned(bool value = true) { return set(banned, value); }
    /// @brief Makes it a site admin.
    account& make_admin(bool value = true) { return set(admin, value); }
    /// @brief Adds it to the group whose members may ask API v2 for anybody's address, as site
    /// admins may.
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
    /// @brief The values of `purchases.getBalance` and `getMinBalance` for this account; 0 by
    /// default.
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

    /// UUID in lower case; empty: the server chooses one at random.
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
    /// When it was last active; not set: never.
    std::optional<std::int64_t> last_active;
    /// Whether it is banned; the server then refuses its keys.
    std::optional<bool> banned;
    /// Not in searches, except those of site admins.
    bool unlisted = false;
    /// Marked as deleted: no search finds it, and its name is `Deleted User`.
    bool deleted = false;
    /// A site admin.
    bool admin = false;
    /// Member of the group that may ask API v2 for addresses.
    bool partner = false;
    /// The name of the organization that it is a member of.
    std::optional<std::string> organization;
    /// Whether it has a profile, even an empty one.
    bool has_profile = false;
    /// The profile's colour.
    std::optional<std::string> color;
    /// The profile's image.
    std::optional<std::string> image;
    /// The password; empty: it has none.
    std::string password;
    /// Other ways to sign in: strategy and id.
    std::vector<std::pair<std::string, std::string>> passports;
    /// The value of `purchases.getBalance`.
    double balance = 0;
    /// The value of `purchases.getMinBalance`.
    double min_balance = 0;

private:
    template <class Member, class Value>
    account& set(Member& member, Value&& value)
    {
        member = std::forward<Value>(value);
        return *this;
    }
};

/// @brief An API key of the fake hub: it belongs to an account, or, with `project`, to a project.
class api_key
{
public:
    /// @param owner account id of the owner; for a project key, of the collaborator who made it
    explicit api_key(std::string owner) : account_id(std::move(owner)) {}

    /// @brief The key itself. If it is left empty, the server makes one in the usual format.
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
    /// @brief The name that people see.
    api_key& named(std::string value)
    {
        name = std::move(value);
        return *this;
    }
    /// @brief The database id. A key in the usual format has it in its last six characters.
    api_key& numbered(std::int64_t value)
    {
        id = value;
        return *this;
    }
    /// @brief When it expires, in milliseconds since the epoch.
    api_key& expires_at(std::int64_t ms)
    {
        expire = ms;
        return *this;
    }
    /// @brief Makes it a key of the old kind, which is kept with the account and is in no list of
    /// keys.
    api_key& make_legacy(bool value = true)
    {
        legacy = value;
        return *this;
    }

    /// UUID of its owner.
    std::string account_id;
    /// The key itself; empty: the server makes one.
    std::string text;
    /// UUID of the project that the key belongs to; not set: the key belongs to an account.
    std::optional<std::string> project_id;
    /// The name that people see.
    std::optional<std::string> name;
    /// The database id; not set: the next one.
    std::optional<std::int64_t> id;
    /// When it expires, in milliseconds since the epoch; not set: never.
    std::optional<std::int64_t> expire;
    /// Whether it is a key of the old kind.
    bool legacy = false;
};

/// @brief A token that signs somebody in without a password, until it expires.
struct auth_token
{
    /// The token itself.
    std::string token;
    std::string account_id;   ///< the account that it signs in
    std::string created_by;   ///< account id of its maker
    std::int64_t expire = 0;  ///< in milliseconds since the epoch
};

/// @brief One key of each kind, as the server makes them at its start.
struct api_keys
{
    std::string user;       ///< an ordinary account
    std::string admin;      ///< a site admin
    std::string org_admin;  ///< an admin of the organization `acme`
    std::string project;    ///< a project of the ordinary account
    std::string expired;    ///< a key of the ordinary account, but expired
    std::string banned;     ///< its owner is banned
};

}  // namespace cohub::inline abi_0_2::fake
