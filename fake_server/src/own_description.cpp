// The server's own routes, described for programs.

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "own_exchange.hpp"
#include "text.hpp"

namespace cohub::inline abi_0_2::fake {

namespace json = boost::json;

namespace {

json::object parameter(std::string_view name, std::string_view where)
{
    bool const is_text = name == "call" || name == "kind" || name == "name";
    std::string_view const type = is_text ? "string" : name == "ids" ? "boolean" : "integer";
    json::object out = {{"name", name}, {"in", where}, {"schema", {{"type", type}}}};
    if (name == "call") out["example"] = "system.*";
    return out;
}

json::object schema_of(std::string_view type)
{
    if (auto const bar = type.find('|'); bar != type.npos) {
        return {{"anyOf", {schema_of(type.substr(0, bar)), schema_of(type.substr(bar + 1))}}};
    }
    if (type.ends_with("[]")) {
        return {{"type", "array"}, {"items", schema_of(type.substr(0, type.size() - 2))}};
    }
    if (type == "string") return {{"type", type}};
    return {{"$ref", "#/components/schemas/" + std::string(type)}};
}

json::object content(std::string_view media_type, json::object schema)
{
    return {{media_type, {{"schema", std::move(schema)}}}};
}

json::object refusal(std::string_view description)
{
    return {{"description", description}, {"content", content("text/plain", schema_of("string"))}};
}

// The method and the words of the path: getRequestsCount, deleteFaultsId.
std::string operation_id(own_route const& route)
{
    std::string id = to_lower(route.method);
    bool begins = true;
    for (char const c : route.path.empty() ? "page" : route.path) {
        bool const small = c >= 'a' && c <= 'z';
        bool const letter = small || (c >= 'A' && c <= 'Z');
        if (letter) id += begins && small ? static_cast<char>(c - 'a' + 'A') : c;
        begins = !letter;
    }
    return id;
}

json::object operation_of(own_route const& route, std::string const& account)
{
    json::object operation = {{"operationId", operation_id(route)}, {"summary", route.summary}};
    json::object answers;
    answers["200"] = {
        {"description", "done"},
        {"content",
         route.gives.empty() ? content("text/html", schema_of("string"))
                             : content("application/json", schema_of(route.gives))}};
    json::array parameters;
    bool const about_sessions = route.path.starts_with("sessions");
    if (!about_sessions && route.path != "openapi.json") {
        parameters.emplace_back(json::object{{"$ref", "#/components/parameters/session"}});
        answers["404"] = refusal("there is no such session");
    }
    for (std::string_view const name : words(route.query)) {
        parameters.emplace_back(parameter(name, "query"));
    }
    bool const numbered = route.path.ends_with("{id}") && !about_sessions;
    if (route.path.ends_with('}')) {
        json::object last = parameter(numbered ? "id" : "name", "path");
        last["name"] = route.path.substr(
            route.path.find('{') + 1, route.path.size() - route.path.find('{') - 2
        );
        last["required"] = true;
        parameters.emplace_back(std::move(last));
        answers["404"] = refusal("there is no such thing, or no such session");
    }
    if (!route.example.empty()) {
        std::string example(route.example);
        constexpr std::string_view placeholder = "$account";
        for (auto at = example.find(placeholder); at != example.npos;
             at = example.find(placeholder, at)) {
            example.replace(at, placeholder.size(), account);
        }
        json::object body = content("application/json", schema_of(route.takes));
        body.at("application/json").get_object()["example"] = json::parse(example);
        operation["requestBody"] = {{"required", route.needs_body}, {"content", std::move(body)}};
    }
    answers["400"] = refusal("makes no sense; the text says what to send");
    if (!parameters.empty()) operation["parameters"] = std::move(parameters);
    operation["responses"] = std::move(answers);
    return operation;
}

}  // namespace

std::string describe_own_routes(own_route const* begin, own_route const* end, std::string account)
{
    json::object paths;
    for (own_route const* route = begin; route != end; ++route) {
        json::value& at = paths[std::string(own_prefix) + std::string(route->path)];
        if (!at.is_object()) at.emplace_object();
        at.get_object()[to_lower(route->method)] = operation_of(*route, account);
    }
    return json::serialize(json::object{
        {"openapi", "3.0.3"},
        {"info", {{"title", "The fake server about itself"}, {"version", "1"}}},
        {"components",
         {{"parameters",
           {{"session",
             {{"name", "X-Fake-Session"},
              {"in", "header"},
              {"description",
               "the id of a session: the request is about its world, faults, clock and journal"},
              {"schema", {{"type", "string"}}}}}}},
          {"schemas", own_schemas()}}},
        {"paths", std::move(paths)}});
}

}  // namespace cohub::inline abi_0_2::fake
