#ifndef COHUB_COCALC_TYPES_V1_USER_HPP
#define COHUB_COCALC_TYPES_V1_USER_HPP

#include <cohub/core/config.hpp>
#include <cohub/core/text.hpp>
#include <cohub/json/timestamp.hpp>
#include <cohub/json/wire.hpp>

#include <boost/describe/class.hpp>
#include <boost/json/object.hpp>

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cohub::inline abi_0_2 {

/// @brief A search for accounts with API v1; `v1.user_search`.
///
/// A query is a list of e-mail addresses and strings, separated by commas. An address must match
/// exactly. A string of one word finds accounts whose first or last name begins with that word. A
/// string of two words finds accounts whose first name begins with one of the words, and whose last
/// name begins with the other word.
class v1_user_query
{
public:
    /// @param query addresses and strings
    v1_user_query(std::string query) : query_(std::move(query)) {}
    /// @param query addresses and strings
    v1_user_query(std::string_view query) : query_(query) {}
    /// @param query addresses and strings
    v1_user_query(char const* query) : query_(query) {}
    /// @param items addresses and strings; an item with a comma counts as two
    v1_user_query(std::vector<std::string> const& items) : query_(detail::joined(items, ',')) {}
    /// @brief The same with a list in braces. With GCC 12, construct the query in a statement
    /// before the `co_await`.
    v1_user_query(std::initializer_list<std::string_view> items)
        : query_(detail::joined(items, ','))
    {
    }

    /// @brief Searches as a site admin.
    v1_user_query& admin(bool yes = true)
    {
        admin_ = yes;
        return *this;
    }
    /// @brief Finds only accounts that were active within this time, for example `1 month`. It has
    /// no effect for site admins.
    v1_user_query& active(std::string interval)
    {
        active_ = std::move(interval);
        return *this;
    }
    /// @brief Sets the maximum number of results. The server's default is 20, its limit 50.
    v1_user_query& limit(std::int64_t n)
    {
        limit_ = n;
        return *this;
    }
    /// @brief Sets a UUID that the answer contains too. Without it, the server generates one.
    v1_user_query& id(std::string uuid)
    {
        id_ = std::move(uuid);
        return *this;
    }
    /// @brief Sends the query as a web form does, and not as JSON.
    ///
    /// The server treats both in the same way. In a form, `admin(false)` is left out, because for
    /// the server every text means true.
    v1_user_query& as_form(bool yes = true)
    {
        as_form_ = yes;
        return *this;
    }

    /// @brief Whether the query is sent as a web form.
    bool is_form() const noexcept { return as_form_; }
    /// @brief The text of the form. Bytes that are not UTF-8 are percent-encoded as they are.
    COHUB_DECL std::string form() const;

private:
    std::string query_;
    std::optional<bool> admin_;
    std::optional<std::string> active_;
    std::optional<std::int64_t> limit_;
    std::optional<std::string> id_;
    bool as_form_ = false;

    BOOST_DESCRIBE_CLASS(v1_user_query, (), (), (), (query_, admin_, active_, limit_, id_))
};

/// @brief An account as API v1 returns it. CoCalc's manual lists the id, the names and the address;
/// servers of 2020 send more.
/// @source cocalc of 2020, src/smc-hub/postgres-server-queries.coffee, user_search
struct v1_user
{
    v1_user() = default;

    /// UUID of the account.
    std::string account_id;
    /// First and last name; not set: the account has none.
    std::optional<std::string> first_name, last_name;
    /// Set only if the account was found by this address, or for `admin`.
    std::optional<std::string> email_address;
    /// When the account was last active, and when it was made.
    std::optional<sys_ms> last_active, created;
    /// Whether the account is banned.
    std::optional<bool> banned;
    /// Which addresses were verified, and when; in the server's format.
    std::optional<boost::json::object> email_address_verified;
    /// Members that this version does not know.
    boost::json::object extra;
};
BOOST_DESCRIBE_STRUCT(
    v1_user,
    (),
    (account_id,
     first_name,
     last_name,
     email_address,
     last_active,
     created,
     banned,
     email_address_verified)
)
constexpr json::wire wire_of(v1_user const*, std::string_view member)
{
    json::wire w;
    w.iso_time = member == "last_active" || member == "created";
    w.lenient = member == "email_address_verified";
    return w;
}

/// @brief The result of `v1.user_search`. It can be used like a list of users.
struct v1_user_list
{
    v1_user_list() = default;

    /// The accounts, sorted by first and last name. An account that matches twice may be in the
    /// list twice.
    std::vector<v1_user> results;
    /// The id of the query, or the id that the server generated.
    std::string id;
    /// The name of the answer, `user_search_results`.
    std::string event;

    /// As in standard containers.
    using value_type = v1_user;
    /// As in standard containers.
    using const_iterator = std::vector<v1_user>::const_iterator;

    /// @brief The first user.
    const_iterator begin() const noexcept { return results.begin(); }
    /// @brief The position after the last user.
    const_iterator end() const noexcept { return results.end(); }
    /// @brief The number of users.
    std::size_t size() const noexcept { return results.size(); }
    /// @brief Whether nobody was found.
    bool empty() const noexcept { return results.empty(); }
    /// @brief The user with the index `i`, counted from 0.
    v1_user const& operator[](std::size_t i) const noexcept { return results[i]; }
};
BOOST_DESCRIBE_STRUCT(v1_user_list, (), (results, id, event))
constexpr json::wire wire_of(v1_user_list const*, std::string_view member)
{
    json::wire w;
    w.may_be_absent = member != "results";
    return w;
}

}  // namespace cohub::inline abi_0_2

#if !defined(COHUB_SEPARATE_COMPILATION)
#include <cohub/cocalc/types/impl/v1_user.ipp>
#endif

#endif
