#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cost/work.hpp"

/// The request and the answer of a user search, as people write them with Boost.JSON's values. The
/// naive clients share them.
namespace naive {

inline constexpr char const* authorization = "Basic c2stYWJjZGVmUVdFUlRZMDkwOTAwMDAwMTo=";

inline std::string request_body()
{
    boost::json::object query{{"query", bench::query_text}, {"limit", bench::query_limit}};
    boost::json::array args;
    args.push_back(std::move(query));
    boost::json::object body{{"name", "system.userSearch"}};
    body["args"] = std::move(args);
    return boost::json::serialize(body);
}

// The same members as in cohub::user.
struct user
{
    std::string account_id;
    std::optional<std::string> first_name, last_name, name, email_address;
    std::optional<std::int64_t> last_active, created;
    std::optional<bool> banned, email_address_verified;
};

inline std::optional<std::string> text(boost::json::object const& o, char const* key)
{
    auto const* const v = o.if_contains(key);
    if (v == nullptr || !v->is_string()) return std::nullopt;
    return std::string(v->get_string());
}
inline std::optional<std::int64_t> number(boost::json::object const& o, char const* key)
{
    auto const* const v = o.if_contains(key);
    if (v == nullptr || !v->is_int64()) return std::nullopt;
    return v->get_int64();
}
inline std::optional<bool> boolean(boost::json::object const& o, char const* key)
{
    auto const* const v = o.if_contains(key);
    if (v == nullptr || !v->is_bool()) return std::nullopt;
    return v->get_bool();
}

inline std::vector<user> users_of(std::string const& answer)
{
    std::vector<user> users;
    auto const v = boost::json::parse(answer);
    for (auto const& element : v.as_array()) {
        auto const& o = element.as_object();
        user& u = users.emplace_back();
        u.account_id = o.at("account_id").as_string();
        u.first_name = text(o, "first_name");
        u.last_name = text(o, "last_name");
        u.name = text(o, "name");
        u.email_address = text(o, "email_address");
        u.last_active = number(o, "last_active");
        u.created = number(o, "created");
        u.banned = boolean(o, "banned");
        u.email_address_verified = boolean(o, "email_address_verified");
    }
    return users;
}

}  // namespace naive
