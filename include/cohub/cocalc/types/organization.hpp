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

/// A to Z; the rest of the world's letters are left alone, as the server's own look-ups expect.
constexpr char lower_case(char c) noexcept
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

}  // namespace detail

/// @brief An organization as `org().get_all` lists it.
/// @source cocalc packages/server/conat/api/org.ts, getAll
struct organization_entry
{
    organization_entry() = default;

    /// Not set: made without a name, by somebody else's client; nothing can address it.
    std::optional<std::string> name;
    /// What people see it by.
    std::optional<std::string> title;
    /// Account ids; none before the first admin.
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

/// @brief What there is to know of one organization. It has no id that the server would tell: the
/// name is what it is called by.
/// @source cocalc packages/server/conat/api/org.ts, get
struct organization
{
    organization() = default;

    /// What it is called by in calls.
    std::string name;
    /// For people.
    std::optional<std::string> title, description, link, email_address;
    /// Account ids; none before the first admin.
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

    /// Not set: the account has none.
    std::optional<std::string> first_name, last_name;
    /// UUID of the account.
    std::string account_id;
    /// Not set: an account without, or a deleted one.
    std::optional<std::string> email_address;
    /// Not set: never seen.
    std::optional<sys_ms> last_active;
    /// Members that this version does not know.
    boost::json::object extra;
};
BOOST_DESCRIBE_STRUCT(
    organization_user, (), (first_name, last_name, account_id, email_address, last_active)
)
// Text here, while `user_search` tells milliseconds.
constexpr json::wire wire_of(organization_user const*, std::string_view member)
{
    json::wire w;
    w.iso_time = member == "last_active";
    return w;
}

/// @brief What somebody can be signed in with, without a password. Not an API key.
/// @source cocalc packages/server/conat/api/org.ts, createToken
struct sign_in_token
{
    sign_in_token() = default;

    /// The token itself: 24 letters and digits.
    secret token;
    /// Signs in anybody who opens it: it holds the token. Its host is the site's own name for
    /// itself, which need not be the one that was called.
    secret url;
};
BOOST_DESCRIBE_STRUCT(sign_in_token, (), (token, url))

/// @brief What to change about an organization. What is not set stays as it is; an empty text
/// empties. At most 254 characters each.
class org_settings
{
public:
    /// @param name the organization's name
    explicit org_settings(std::string name) : name_(std::move(name)) {}

    /// @brief What people see the organization by.
    org_settings& title(std::string text)
    {
        title_ = std::move(text);
        return *this;
    }
    /// @brief More about it, for people.
    org_settings& description(std::string text)
    {
        description_ = std::move(text);
        return *this;
    }
    /// @brief Where people reach it.
    org_settings& email_address(std::string text)
    {
        email_address_ = std::move(text);
        return *this;
    }
    /// @brief A page about it.
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

/// @brief An account to be made for an organization.
class new_org_user
{
public:
    /// @param name the organization's
    /// @param email its letters A to Z are sent in lower case. The server would keep capitals, and
    /// then neither `user_search` nor signing in would ever find the account, since both look for
    /// lower case. `keep_email_case` sends it as it stands. Empty: an account without an address.
    new_org_user(std::string name, std::string email)
        : name_(std::move(name)), given_(std::move(email)), email_(given_)
    {
        for (char& c : email_) c = detail::lower_case(c);
    }

    /// @brief The first name.
    new_org_user& first_name(std::string text)
    {
        first_name_ = std::move(text);
        return *this;
    }
    /// @brief The last name.
    new_org_user& last_name(std::string text)
    {
        last_name_ = std::move(text);
        return *this;
    }
    /// @brief Not set: a random one that nobody is told; empty: none.
    new_org_user& password(secret text)
    {
        password_ = std::move(text);
        return *this;
    }
    /// @brief Sends the address as it stands, capital letters included.
    new_org_user& keep_email_case()
    {
        email_ = given_;
        return *this;
    }

    /// @brief The address as it is sent.
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
// The one function of the API that takes camelCase.
constexpr json::wire wire_of(new_org_user const*, std::string_view member)
{
    json::wire w;
    if (member == "first_name_") w.name = "firstName";
    if (member == "last_name_") w.name = "lastName";
    return w;
}

/// @brief For whom to make a sign-in token, and until when.
class token_request
{
public:
    /// @param user the account's UUID, or its e-mail address
    token_request(std::string user) : user_(std::move(user)) {}
    /// @param user as above
    token_request(std::string_view user) : user_(user) {}
    /// @param user as above
    token_request(char const* user) : user_(user) {}

    /// @brief When it stops working; the server's default is 24 hours from now.
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
