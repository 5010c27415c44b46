#pragma once

// Members of JSON bodies under /__fake__/. Anything wrong throws std::invalid_argument with a
// sentence that says what to send.

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace cohub::inline abi_0_2::fake {

[[noreturn]] void refuse(std::string const& what);
/// @param what the thing with its article: "a key"
[[noreturn]] void refuse_member(
    std::string_view what, std::string_view name, std::string_view known
);

std::string text_of(std::string_view name, boost::json::value const& v);
/// The bytes of which a text is the base64.
std::string base64_of(std::string_view name, boost::json::value const& v);
std::optional<std::string> optional_text(std::string_view name, boost::json::value const& v);
bool flag_of(std::string_view name, boost::json::value const& v);
std::uint64_t count_of(std::string_view name, boost::json::value const& v);
double amount_of(std::string_view name, boost::json::value const& v);
/// Milliseconds since 1970.
std::int64_t time_of(std::string_view name, boost::json::value const& v);
std::optional<std::int64_t> optional_time(std::string_view name, boost::json::value const& v);
/// A UUID in lower case.
std::string id_of(std::string_view name, boost::json::value const& v);
std::vector<std::string> ids_of(std::string_view name, boost::json::value const& v);
boost::json::array const& list_of(std::string_view name, boost::json::value const& v);
boost::json::object const& object_of(std::string_view name, boost::json::value const& v);

/// Refuses a list that has something twice.
/// @param given what the list had until now
/// @param what what has the name: "project"
void refuse_twice(std::set<std::string>& given, std::string_view what, std::string const& name);

/// A body that is an object. If `may_be_empty`, an empty body counts as an object without members.
boost::json::object body_object(std::string_view body, bool may_be_empty = false);
/// A body that is an object, or a list of them.
std::vector<boost::json::object> body_objects(std::string_view body);

}  // namespace cohub::inline abi_0_2::fake
