#include "json_members.hpp"

#include <boost/json/parse.hpp>

#include <stdexcept>
#include <utility>

#include "text.hpp"

namespace cohub::inline abi_0_2::fake {

namespace json = boost::json;

namespace {

json::value parsed(std::string_view body, bool& failed)
{
    boost::system::error_code error;
    json::parse_options options;
    options.max_depth = 256;
    json::value v = json::parse(body, error, {}, options);
    failed = static_cast<bool>(error);
    return v;
}

std::string quoted(std::string_view name) { return "'" + std::string(name) + "'"; }

}  // namespace

void refuse(std::string const& what) { throw std::invalid_argument(what); }

void refuse_member(std::string_view what, std::string_view name, std::string_view known)
{
    refuse(std::string(what) + " has no " + quoted(name) + "; it has: " + std::string(known));
}

void refuse_twice(std::set<std::string>& given, std::string_view what, std::string const& name)
{
    if (given.insert(name).second) return;
    refuse("the list has the " + std::string(what) + ' ' + name + " twice; leave one out");
}

std::string text_of(std::string_view name, json::value const& v)
{
    if (!v.is_string()) refuse(quoted(name) + " needs a text");
    return std::string(v.get_string());
}

std::string base64_of(std::string_view name, json::value const& v)
{
    std::string const text = text_of(name, v);
    if (!is_base64(text)) refuse(quoted(name) + " is no valid base64");
    return base64_decode(text);
}

std::optional<std::string> optional_text(std::string_view name, json::value const& v)
{
    return v.is_null() ? std::nullopt : std::optional(text_of(name, v));
}

bool flag_of(std::string_view name, json::value const& v)
{
    if (!v.is_bool()) refuse(quoted(name) + " needs true or false");
    return v.get_bool();
}

std::uint64_t count_of(std::string_view name, json::value const& v)
{
    boost::system::error_code error;
    auto const n = v.to_number<std::uint64_t>(error);
    if (error) refuse(quoted(name) + " needs a whole number");
    return n;
}

double amount_of(std::string_view name, json::value const& v)
{
    if (!v.is_number()) refuse(quoted(name) + " needs a number");
    return v.to_number<double>();
}

std::int64_t time_of(std::string_view name, json::value const& v)
{
    if (!v.is_int64()) refuse(quoted(name) + " needs milliseconds since 1970");
    return v.get_int64();
}

std::optional<std::int64_t> optional_time(std::string_view name, json::value const& v)
{
    if (v.is_null()) return {};
    if (!v.is_int64()) refuse(quoted(name) + " needs milliseconds since 1970, or null");
    return v.get_int64();
}

std::string id_of(std::string_view name, json::value const& v)
{
    auto const id = uuid_text(text_of(name, v));
    if (!id) refuse(quoted(name) + " needs a UUID");
    return *id;
}

std::vector<std::string> ids_of(std::string_view name, json::value const& v)
{
    std::vector<std::string> out;
    for (json::value const& one : list_of(name, v)) out.push_back(id_of(name, one));
    return out;
}

json::array const& list_of(std::string_view name, json::value const& v)
{
    if (!v.is_array()) refuse(quoted(name) + " needs a list");
    return v.get_array();
}

json::object const& object_of(std::string_view name, json::value const& v)
{
    if (!v.is_object()) refuse(quoted(name) + " needs an object");
    return v.get_object();
}

json::object body_object(std::string_view body, bool may_be_empty)
{
    if (may_be_empty && trim(body).empty()) return {};
    bool failed = false;
    json::value v = parsed(body, failed);
    if (failed || !v.is_object()) refuse("this takes a JSON object");
    return std::move(v.get_object());
}

std::vector<json::object> body_objects(std::string_view body)
{
    bool failed = false;
    json::value v = parsed(body, failed);
    std::vector<json::object> out;
    if (!failed && v.is_object()) {
        out.push_back(std::move(v.get_object()));
    } else if (!failed && v.is_array()) {
        for (json::value& one : v.get_array()) {
            if (!one.is_object()) refuse("the list needs JSON objects");
            out.push_back(std::move(one.get_object()));
        }
    } else {
        refuse("this takes a JSON object, or a list of them");
    }
    return out;
}

}  // namespace cohub::inline abi_0_2::fake
