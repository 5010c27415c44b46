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

/// @brief What to look for among the accounts with API v1; `v1.user_search`.
///
/// A query is a list of e-mail addresses and strings, by commas apart. An address must match
/// exactly. A string of one word finds accounts whose first or last name begins with it; of two,
/// those whose one name begins with the one and the other with the other, in either order.
class v1_user_query
{
public:
    /// @param query addresses and strings
    v1_user_query(std::string query) : query_(std::move(query)) {}
    /// @param query addresses and strings
    v1_user_query(std::string_view query) : query_(query) {}
    /// @param query addresses and strings
    v1_user_query(char const* query) : query_(query) {}
    /// @param items addresses and strings; one with a comma in it is two
    v1_user_query(std::vector<std::string> const& items) : query_(detail::joined(items, ',')) {}
    /// @brief The same in braces; GCC 12 needs it made on a line before the `co_await`.
    v1_user_query(std::initializer_list<std::string_view> items)
        : query_(detail::joined(items, ','))
    {
    }

    /// @brief Search as a site admin.
    v1_user_query& admin(bool yes = true)
    {
        admin_ = yes;
        return *this;
    }
    /// @brief Only accounts that were active within this time, e.g. `1 month`; to site admins it
    /// makes no difference.
    v1_user_query& active(std::string interval)
    {
        active_ = std::move(interval);
        return *this;
    }
    /// @brief How many results at most; the server's default is 20, its cap 50.
    v1_user_query& limit(std::int64_t n)
    {
        limit_ = n;
        return *this;
    }
    /// @brief A UUID that the answer repeats; without one the server makes one up.
    v1_user_query& id(std::string uuid)
    {
        id_ = std::move(uuid);
        return *this;
    }
    /// @brief Send it as a web form would and not as JSON. The server means the same by it; a
    /// `admin(false)` is left out, since any text is true to it.
    v1_user_query& as_form(bool yes = true)
    {
        as_form_ = yes;
        return *this;
    }

    /// @brief Whether it is sent as a web form.
    bool is_form() const noexcept { return as_form_; }
    /// @brief As it is sent in a form. Bytes that are not UTF-8 are encoded as they are.
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

/// @brief An account as API v1 shows it. The manual knows ids, names and an address; servers of
/// 2020 send more.
/// @source cocalc of 2020, src/smc-hub/postgres-server-queries.coffee, user_search
struct v1_user
{
    v1_user() = default;

    /// UUID of the account.
    std::string account_id;
    /// Not set: the account has none.
    std::optional<std::string> first_name, last_name;
    /// Only if found by it, or for `admin`.
    std::optional<std::string> email_address;
    /// When it was used last, and when it was made.
    std::optional<sys_ms> last_active, created;
    /// Whether the account is banned.
    std::optional<bool> banned;
    /// When which address was verified, as the server keeps it.
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

/// @brief What `v1.user_search` found; to be used like a list of users.
struct v1_user_list
{
    v1_user_list() = default;

    /// By the first and last name; may hold an account twice if it matches twice.
    std::vector<v1_user> results;
    /// The id of the query, or the server's.
    std::string id;
    /// `user_search_results`
    std::string event;

    /// As a container has it.
    using value_type = v1_user;
    /// As a container has it.
    using const_iterator = std::vector<v1_user>::const_iterator;

    /// @brief The first user.
    const_iterator begin() const noexcept { return results.begin(); }
    /// @brief Behind the last user.
    const_iterator end() const noexcept { return results.end(); }
    /// @brief How many users there are.
    std::size_t size() const noexcept { return results.size(); }
    /// @brief Whether nobody was found.
    bool empty() const noexcept { return results.empty(); }
    /// @brief The user number `i`, from 0.
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
