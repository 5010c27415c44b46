#ifndef COHUB_COCALC_TYPES_USER_HPP
#define COHUB_COCALC_TYPES_USER_HPP

#include <cohub/core/text.hpp>
#include <cohub/json/timestamp.hpp>
#include <cohub/json/wire.hpp>

#include <boost/describe/class.hpp>
#include <boost/json/object.hpp>

#include <cstdint>
#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cohub::inline abi_0_2 {

/// @brief A search for accounts; `hub.system().user_search`.
///
/// Terms are separated by `,`, `;` or line ends. A term with an `@` inside is an e-mail address and
/// must match exactly. Any other term matches an account if each of its words is part of the first
/// name, of the last name, or of the user name with `@` before it. `%` and `_` are wildcards.
class user_query
{
public:
    /// @param query one or more terms
    user_query(std::string query) : query_(std::move(query)) {}
    /// @param query one or more terms
    user_query(std::string_view query) : query_(query) {}
    /// @param query one or more terms
    user_query(char const* query) : query_(query) {}
    /// @param terms the terms; an element with a separator counts as several terms
    user_query(std::vector<std::string> const& terms) : query_(detail::joined(terms, ',')) {}
    /// @brief The same with a list in braces. With GCC 12, construct the query in a statement
    /// before the `co_await`.
    user_query(std::initializer_list<std::string_view> terms) : query_(detail::joined(terms, ','))
    {
    }

    /// @brief Sets the maximum number of results. The server's default is 20, its limit 50 (2500
    /// for `admin`).
    user_query& limit(std::int64_t n)
    {
        limit_ = n;
        return *this;
    }
    /// @brief Searches as a site admin. The search finds unlisted accounts too, and the results
    /// have e-mail addresses.
    user_query& admin(bool yes = true)
    {
        admin_ = yes;
        return *this;
    }
    /// @brief Uses only the e-mail addresses of the query.
    user_query& only_email(bool yes = true)
    {
        only_email_ = yes;
        return *this;
    }

private:
    std::string query_;
    std::optional<std::int64_t> limit_;
    std::optional<bool> admin_;
    std::optional<bool> only_email_;

    BOOST_DESCRIBE_CLASS(user_query, (), (), (), (query_, limit_, admin_, only_email_))
};

/// @brief An account as `user_search` returns it.
/// @source cocalc packages/server/accounts/search.ts
struct user
{
    user() = default;

    /// UUID of the account.
    std::string account_id;
    /// First and last name; not set: the account has none.
    std::optional<std::string> first_name, last_name;
    /// User name, without the `@`.
    std::optional<std::string> name;
    /// Set only if the account was found by this address, or for `admin`.
    std::optional<std::string> email_address;
    /// When the account was last active; not set: never.
    std::optional<sys_ms> last_active;
    /// When the account was made.
    std::optional<sys_ms> created;
    /// Whether the account is banned; set only for `admin`.
    std::optional<bool> banned;
    /// Whether the e-mail address is verified; not set if the server does not return this.
    std::optional<bool> email_address_verified;
    /// Members that this version does not know.
    boost::json::object extra;
};
BOOST_DESCRIBE_STRUCT(
    user,
    (),
    (account_id,
     first_name,
     last_name,
     name,
     email_address,
     last_active,
     created,
     banned,
     email_address_verified)
)

// For an account that has verified addresses but no current address, the server returns a map of
// them.
constexpr json::wire wire_of(user const*, std::string_view member)
{
    json::wire w;
    w.lenient = member == "email_address_verified";
    return w;
}

/// @brief How to display an account.
struct profile
{
    profile() = default;

    /// The colour of the avatar, in the syntax of CSS.
    std::optional<std::string> color;
    /// The picture of the avatar: the source of an HTML image.
    std::optional<std::string> image;
    /// Members that this version does not know.
    boost::json::object extra;
};
BOOST_DESCRIBE_STRUCT(profile, (), (color, image))

/// @brief The names of one account. They are `Deleted` and `User` if there is no such account (any
/// more), and `No` and `Name` if the account has no name.
/// @source cocalc packages/server/accounts/get-name.ts
struct account_names
{
    account_names() = default;

    /// First and last name; they may be empty.
    std::string first_name, last_name;
    /// How to display the account; not set if this is not known.
    std::optional<cohub::profile> profile;
    /// Members that this version does not know.
    boost::json::object extra;
};
BOOST_DESCRIBE_STRUCT(account_names, (), (first_name, last_name, profile))

/// @brief A map from account id to names.
using names_by_account = std::map<std::string, account_names>;

}  // namespace cohub::inline abi_0_2

#endif
