#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

namespace cohub::tests {

/// @brief One exchange of tests/data/cocalc-vectors.json or cocalc-v2-vectors.json.
struct contract_vector
{
    std::string id;
    boost::json::object const* all;

    std::string_view method() const { return all->at("call").at("method").as_string(); }
    boost::json::object const& params() const { return all->at("call").at("params").as_object(); }
    boost::json::object const& request() const { return all->at("request").as_object(); }
    boost::json::object const& response() const { return all->at("response").as_object(); }
    /// The result of the call, or null if it fails.
    boost::json::value const* result() const
    {
        return all->at("expect").as_object().if_contains("result");
    }
    std::string error() const
    {
        auto const* const e = all->at("expect").as_object().if_contains("error");
        return e == nullptr ? std::string() : std::string(e->as_string());
    }
    /// The contract's note; empty if there is none.
    std::string note() const
    {
        auto const* const n = all->if_contains("note");
        return n == nullptr ? std::string() : std::string(n->as_string());
    }
    /// `name` in the request's body, or the event in a path of API v1, or the part after API v2's
    /// root; empty if there is none.
    std::string wire_name() const;
    /// The key in the Authorization header, if this client could have sent it.
    std::optional<std::string> key() const;
    /// The bytes of the response's body.
    std::string response_body() const;
};

inline void PrintTo(contract_vector const& v, std::ostream* out) { *out << v.id; }

/// @brief The vectors whose id begins with one of these texts.
std::vector<contract_vector> load_vectors(std::vector<std::string_view> const& prefixes);

/// @brief Makes `SystemGetNamesOk` of `system.get_names.ok`, for the names of tests.
std::string camel_case(std::string_view id);

/// @brief The same without members that are null, at any depth: for this client, absent and null
/// are the same.
boost::json::value without_nulls(boost::json::value const& v);

}  // namespace cohub::tests
