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

/// @brief What to look for among the accounts; `hub.system().user_search`.
///
/// Terms are separated by `,`, `;` or line ends. A term with an `@` inside is an e-mail address and
/// must match exactly; any other one matches an account if each of its words is part of the first
/// name, the last name or `@` + user name. `%` and `_` are wildcards.
class user_query
{
public:
    /// @param query one or several terms
    user_query(std::string query) : query_(std::move(query)) {}
    /// @param query one or several terms
    user_query(std::string_view query) : query_(query) {}
    /// @param query one or several terms
    user_query(char const* query) : query_(query) {}
    /// @param terms one with a separator in it is several
    user_query(std::vector<std::string> const& terms) : query_(detail::joined(terms, ',')) {}
    /// @brief The same in braces; GCC 12 needs it made on a line before the `co_await`.
    user_query(std::initializer_list<std::string_view> terms) : query_(detail::joined(terms, ','))
    {
    }

    /// @brief How many results at most; the server's default is 20, its cap 50 (2500 for `admin`).
    user_query& limit(std::int64_t n)
    {
        limit_ = n;
        return *this;
    }
    /// @brief Search as a site admin: unlisted accounts too, and e-mail addresses in the results.
    user_query& admin(bool yes = true)
    {
        admin_ = yes;
        return *this;
    }
    /// @brief Take the e-mail addresses of the query alone.
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

/// @brief An account as `user_search` shows it.
/// @source cocalc packages/server/accounts/search.ts
struct user
{
    user() = default;

    /// UUID of the account.
    std::string account_id;
    /// Not set: the account has none.
    std::optional<std::string> first_name, last_name;
    /// User name, without the `@`.
    std::optional<std::string> name;
    /// Only if found by this very address, or for `admin`.
    std::optional<std::string> email_address;
    /// Not set: never seen.
    std::optional<sys_ms> last_active;
    /// When the account was made.
    std::optional<sys_ms> created;
    /// Only for `admin`.
    std::optional<bool> banned;
    /// Not set if the server cannot tell.
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

// For an account with verified addresses but no current one the server lets the whole map through.
constexpr json::wire wire_of(user const*, std::string_view member)
{
    json::wire w;
    w.lenient = member == "email_address_verified";
    return w;
}

/// @brief How an account wants to be shown.
struct profile
{
    profile() = default;

    /// Of the avatar, as CSS writes colours.
    std::optional<std::string> color;
    /// Of the avatar: what an HTML image takes as its source.
    std::optional<std::string> image;
    /// Members that this version does not know.
    boost::json::object extra;
};
BOOST_DESCRIBE_STRUCT(profile, (), (color, image))

/// @brief The names of one account. `Deleted` `User` if there is none (any more), `No` `Name` if it
/// has none.
/// @source cocalc packages/server/accounts/get-name.ts
struct account_names
{
    account_names() = default;

    /// May be empty.
    std::string first_name, last_name;
    /// How it wants to be shown; not set if nothing is known.
    std::optional<cohub::profile> profile;
    /// Members that this version does not know.
    boost::json::object extra;
};
BOOST_DESCRIBE_STRUCT(account_names, (), (first_name, last_name, profile))

/// @brief Names by account id.
using names_by_account = std::map<std::string, account_names>;

}  // namespace cohub::inline abi_0_2

#endif
