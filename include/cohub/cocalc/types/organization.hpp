#ifndef COHUB_COCALC_TYPES_ORGANIZATION_HPP
#define COHUB_COCALC_TYPES_ORGANIZATION_HPP

#include <cohub/core/secret.hpp>
#include <cohub/json/decode.hpp>
#include <cohub/json/timestamp.hpp>
#include <cohub/json/wire.hpp>

#include <boost/describe/class.hpp>
#include <boost/json/object.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace cohub::inline abi_0_2 {

namespace detail {

/// Changes only A to Z. The server's own lookups expect that all other letters stay unchanged.
constexpr char lower_case(char c) noexcept
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

}  // namespace detail

/// @brief An organization in the list of `org().get_all`.
/// @source cocalc packages/server/conat/api/org.ts, getAll
struct organization_entry
{
    organization_entry() = default;

    /// The name; not set: another client made the organization without a name, and no method can
    /// address it.
    std::optional<std::string> name;
    /// The title that people see.
    std::optional<std::string> title;
    /// The account ids of the admins; empty until there is an admin.
    json::list_or_null<std::string> admin_account_ids;
    /// Members that this version does not know.
    boost::json::object extra;
};
BOOST_DESCRIBE_STRUCT(organization_entry, (), (name, title, admin_account_ids))
constexpr json::wire wire_of(organization_entry const*, std::string_view member)
{
    json::wire w;
    w.may_be_absent = member == "admin_account_ids";
    return w;
}

/// @brief The data of one organization. The server does not return an id of it here: methods
/// identify an organization by its name.
/// @source cocalc packages/server/conat/api/org.ts, get
struct organization
{
    organization() = default;

    /// The name that methods take.
    std::string name;
    /// Texts for people.
    std::optional<std::string> title, description, link, email_address;
    /// The account ids of the admins; empty until there is an admin.
    json::list_or_null<std::string> admin_account_ids;
    /// Members that this version does not know.
    boost::json::object extra;
};
BOOST_DESCRIBE_STRUCT(
    organization, (), (name, title, description, link, email_address, admin_account_ids)
)
constexpr json::wire wire_of(organization const*, std::string_view member)
{
    json::wire w;
    w.may_be_absent = member == "admin_account_ids";
    return w;
}

/// @brief A member of an organization.
/// @source cocalc packages/server/conat/api/org.ts, getUsers
struct organization_user
{
    organization_user() = default;

    /// First and last name; not set: the account has none.
    std::optional<std::string> first_name, last_name;
    /// UUID of the account.
    std::string account_id;
    /// E-mail address; not set if the account has none or is deleted.
    std::optional<std::string> email_address;
    /// When the account was last active; not set: never.
    std::optional<sys_ms> last_active;
    /// Members that this version does not know.
    boost::json::object extra;
};
BOOST_DESCRIBE_STRUCT(
    organization_user, (), (first_name, last_name, account_id, email_address, last_active)
)
// Here the time is a text. In `user_search`, it is in milliseconds.
constexpr json::wire wire_of(organization_user const*, std::string_view member)
{
    json::wire w;
    w.iso_time = member == "last_active";
    return w;
}

/// @brief A token that signs in a member without a password. It is not an API key.
/// @source cocalc packages/server/conat/api/org.ts, createToken
struct sign_in_token
{
    sign_in_token() = default;

    /// The token itself: 24 letters and digits.
    secret token;
    /// A URL that contains the token. It signs in everybody who opens it. Its host is the site's
    /// configured name. This may be another name than the one that the client connects to.
    secret url;
};
BOOST_DESCRIBE_STRUCT(sign_in_token, (), (token, url))

/// @brief Changes to an organization. A text that is not set does not change; an empty text removes
/// the old one. Each text has at most 254 characters.
class org_settings
{
public:
    /// @param name the name of the organization
    explicit org_settings(std::string name) : name_(std::move(name)) {}

    /// @brief Sets the title that people see.
    org_settings& title(std::string text)
    {
        title_ = std::move(text);
        return *this;
    }
    /// @brief Sets a description for people.
    org_settings& description(std::string text)
    {
        description_ = std::move(text);
        return *this;
    }
    /// @brief Sets the e-mail address of the organization.
    org_settings& email_address(std::string text)
    {
        email_address_ = std::move(text);
        return *this;
    }
    /// @brief Sets the link to a page about the organization.
    org_settings& link(std::string text)
    {
        link_ = std::move(text);
        return *this;
    }

    /// @brief Whether there is nothing to change.
    bool sets_nothing() const noexcept
    {
        return !title_ && !description_ && !email_address_ && !link_;
    }

private:
    std::string name_;
    std::optional<std::string> title_;
    std::optional<std::string> description_;
    std::optional<std::string> email_address_;
    std::optional<std::string> link_;

    BOOST_DESCRIBE_CLASS(
        org_settings, (), (), (), (name_, title_, description_, email_address_, link_)
    )
};

/// @brief An account to make for an organization.
class new_org_user
{
public:
    /// @param name the name of the organization
    /// @param email the account's e-mail address; empty: an account without an address. The letters
    /// A to Z are sent in lower case. The server would store upper case letters, and then
    /// `user_search` and sign-in would never find the account, because both search in lower case.
    /// `keep_email_case` sends the address unchanged.
    new_org_user(std::string name, std::string email)
        : name_(std::move(name)), given_(std::move(email)), email_(given_)
    {
        for (char& c : email_) c = detail::lower_case(c);
    }

    /// @brief Sets the first name.
    new_org_user& first_name(std::string text)
    {
        first_name_ = std::move(text);
        return *this;
    }
    /// @brief Sets the last name.
    new_org_user& last_name(std::string text)
    {
        last_name_ = std::move(text);
        return *this;
    }
    /// @brief Sets the password. Not set: a random password that nobody knows; empty: no password.
    new_org_user& password(secret text)
    {
        password_ = std::move(text);
        return *this;
    }
    /// @brief Sends the address unchanged, with upper case letters.
    new_org_user& keep_email_case()
    {
        email_ = given_;
        return *this;
    }

    /// @brief The address that is sent.
    std::string const& email() const noexcept { return email_; }

private:
    std::string name_;
    std::string given_;
    std::string email_;
    std::optional<std::string> first_name_;
    std::optional<std::string> last_name_;
    std::optional<secret> password_;

    BOOST_DESCRIBE_CLASS(
        new_org_user, (), (), (), (name_, email_, first_name_, last_name_, password_)
    )
};
// This is the only function of the API that uses camelCase.
constexpr json::wire wire_of(new_org_user const*, std::string_view member)
{
    json::wire w;
    if (member == "first_name_") w.name = "firstName";
    if (member == "last_name_") w.name = "lastName";
    return w;
}

/// @brief The user for whom to make a sign-in token, and the time when the token expires.
class token_request
{
public:
    /// @param user the account's UUID, or its e-mail address
    token_request(std::string user) : user_(std::move(user)) {}
    /// @param user as above
    token_request(std::string_view user) : user_(user) {}
    /// @param user as above
    token_request(char const* user) : user_(user) {}

    /// @brief Sets when the token expires. The server's default is in 24 hours.
    token_request& expire(sys_ms when)
    {
        expire_ = when;
        return *this;
    }

private:
    std::string user_;
    std::optional<sys_ms> expire_;

    BOOST_DESCRIBE_CLASS(token_request, (), (), (), (user_, expire_))
};

}  // namespace cohub::inline abi_0_2

#endif
