// openapi.json: each route, parameter, body and answer is as it is described.

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <string_view>

#include "support.hpp"
#include "websocket_client.hpp"

namespace cohub::tests {

namespace {

/// Compares JSON with the schemas of a description: the keywords that the description uses.
class schema_check
{
public:
    explicit schema_check(json::object schemas) : schemas_(std::move(schemas)) {}

    /// @return where the value does not fit, and why; empty if it fits
    std::string why_not(json::value const& type, json::value const& v, std::string const& at = "$")
    {
        json::object const& schema = resolved(type);
        for (auto const& [keyword, value] : schema) {
            if (!known_keywords.contains(keyword)) return at + ": unknown keyword " + text(keyword);
        }
        json::value const* const nullable = schema.if_contains("nullable");
        if (v.is_null() && nullable) return "";
        if (json::value const* const list = schema.if_contains("enum")) {
            json::array const& all = list->as_array();
            if (std::find(all.begin(), all.end(), v) == all.end()) return at + ": not of the enum";
        }
        for (char const* const choice : {"oneOf", "anyOf"}) {
            json::value const* const list = schema.if_contains(choice);
            if (!list) continue;
            std::size_t fits = 0;
            for (json::value const& one : list->as_array()) fits += why_not(one, v, at).empty();
            bool const exact = std::string_view(choice) == "oneOf";
            if (fits == 0 || (exact && fits != 1)) {
                return at + ": fits " + std::to_string(fits) + " of " + choice;
            }
        }
        json::value const* const kind = schema.if_contains("type");
        if (!kind) return "";
        std::string const name = text(kind->as_string());
        bool const number = v.is_int64() || v.is_uint64();
        bool const fits = name == "object"    ? v.is_object()
                          : name == "array"   ? v.is_array()
                          : name == "string"  ? v.is_string()
                          : name == "boolean" ? v.is_bool()
                          : name == "integer" ? number
                                              : name == "number" && v.is_number();
        if (!fits) return at + ": no " + name;
        if (v.is_array()) {
            std::size_t i = 0;
            for (json::value const& one : v.as_array()) {
                std::string const why =
                    why_not(schema.at("items"), one, at + "[" + std::to_string(i++) + "]");
                if (!why.empty()) return why;
            }
        }
        return v.is_object() ? why_no_object(schema, v.as_object(), at) : "";
    }

    /// The names of a schema's members.
    std::set<std::string> members(std::string_view name) const
    {
        std::set<std::string> out;
        for (auto const& [member, type] : schemas_.at(name).at("properties").as_object()) {
            out.emplace(member);
        }
        return out;
    }

private:
    static inline std::set<std::string_view> const known_keywords = {
        "$ref",
        "type",
        "format",
        "description",
        "nullable",
        "enum",
        "oneOf",
        "anyOf",
        "items",
        "properties",
        "additionalProperties",
        "required",
        "minimum",
        "maximum",
        "minItems",
        "maxItems"};

    static std::string text(std::string_view s) { return std::string(s); }

    json::object const& resolved(json::value const& type) const
    {
        json::value const* const ref = type.as_object().if_contains("$ref");
        if (!ref) return type.as_object();
        std::string_view const name = ref->as_string();
        return schemas_.at(name.substr(name.rfind('/') + 1)).as_object();
    }

    std::string why_no_object(
        json::object const& schema, json::object const& o, std::string const& at
    )
    {
        static json::object const none;
        json::value const* const listed = schema.if_contains("properties");
        json::object const& properties = listed ? listed->as_object() : none;
        json::value const* const rest = schema.if_contains("additionalProperties");
        for (auto const& [name, value] : o) {
            json::value const* type = properties.if_contains(name);
            if (!type && rest && rest->is_object()) type = rest;
            if (!type && rest && *rest == false) return at + ": has " + text(name);
            if (!type) continue;
            std::string const why = why_not(*type, value, at + "." + text(name));
            if (!why.empty()) return why;
        }
        json::array const no_names;
        json::value const* const required = schema.if_contains("required");
        for (json::value const& name : required ? required->as_array() : no_names) {
            if (!o.contains(name.as_string())) return at + ": lacks " + text(name.as_string());
        }
        return "";
    }

    json::object schemas_;
};

class FakeServerDescription : public testing::Test
{
protected:
    answer own(std::string const& method, std::string const& path, std::string const& body = "")
    {
        return client.send(method, "/__fake__/" + path, {}, body);
    }
    // The schema of the answer with status 200.
    static json::value const& given(json::value const& operation)
    {
        return operation.at("responses")
            .at("200")
            .at("content")
            .at("application/json")
            .at("schema");
    }
    static json::value const& taken(json::value const& operation)
    {
        return operation.at("requestBody").at("content").at("application/json").at("schema");
    }
    static json::value example_of(json::value const& operation)
    {
        return operation.at("requestBody").at("content").at("application/json").at("example");
    }
    static std::string in_capitals(std::string_view method)
    {
        std::string out(method);
        for (char& c : out) c = static_cast<char>(c - 'a' + 'A');
        return out;
    }
    // A path whose parameter names something that is there.
    std::string with_id(std::string_view path)
    {
        auto const brace = path.find('{');
        std::string const begin(path.substr(0, brace));
        if (brace == path.npos) return begin;
        if (begin.ends_with("sessions/")) {
            return begin + std::string(own("POST", "sessions").value().at("id").as_string());
        }
        if (begin.ends_with("faults/")) {
            answer const made = own("POST", "faults", R"("system.test status=503")");
            return begin + json::serialize(made.value().at("ids").at(0));
        }
        return begin + (begin.ends_with("organizations/") ? "math" : "77");
    }
    std::string why_not(std::string_view path, std::string_view method, answer const& a)
    {
        return schemas.why_not(given(api.at("paths").at(path).at(method)), a.value());
    }
    // The names that a refusal lists behind its colon.
    static std::set<std::string> listed_names(std::string const& refusal)
    {
        std::set<std::string> out;
        std::size_t at = refusal.rfind(": ") + 2;
        while (at < refusal.size()) {
            std::size_t const end = std::min(refusal.find_first_of(",\n", at), refusal.size());
            out.insert(refusal.substr(at, end - at));
            at = end + 2;
        }
        return out;
    }

    fake_server server{plain_options().users(3)};
    http_client client{server};
    json::value const api = client.get("/__fake__/openapi.json").value();
    schema_check schemas{api.at("components").at("schemas").as_object()};
};

TEST_F(FakeServerDescription, IsDescribedAsItAnswers)
{
    ASSERT_TRUE(api.is_object());
    std::size_t described = 0;
    for (auto const& [path, operations] : api.at("paths").as_object()) {
        std::string target(path);
        if (auto const brace = target.find('{'); brace != target.npos) {
            target.replace(brace, target.npos, "77");
        }
        for (std::string const method : {"get", "post", "put", "delete", "patch"}) {
            std::string upper = method;
            for (char& c : upper) c = static_cast<char>(c - 'a' + 'A');
            answer const a = client.send(upper, target, {}, "");
            json::value const* const operation = operations.as_object().if_contains(method);
            bool const missing = a.body.starts_with("There is no " + upper);
            EXPECT_EQ(missing, operation == nullptr) << upper << ' ' << target << a.body;
            if (!operation) continue;
            ++described;
            EXPECT_TRUE(operation->at("responses").as_object().contains(std::to_string(a.status)))
                << upper << ' ' << target << ' ' << a.status << a.body;
            // An empty body counts as no body.
            json::value const* const body = operation->as_object().if_contains("requestBody");
            EXPECT_EQ(a.status == 400, body && body->at("required").as_bool()) << target;
        }
    }
    EXPECT_GT(described, 30u);
    std::string const list = client.get("/__fake__/nothing").body;
    EXPECT_EQ(static_cast<std::size_t>(std::count(list.begin(), list.end(), '\n')), described + 1);
    for (auto const& [path, operations] : api.at("paths").as_object()) {
        EXPECT_NE(list.find(path), std::string::npos) << path;
    }
    EXPECT_EQ(server.report(), "");
}

// The server accepts each body, query and header of the description, and nothing else.
TEST_F(FakeServerDescription, TakesWhatItsDescriptionShows)
{
    json::value const session = own("POST", "sessions").value();
    std::size_t bodies = 0, parameters = 0;
    for (auto const& [path, operations] : api.at("paths").as_object()) {
        for (auto const& [method, operation] : operations.as_object()) {
            std::string target(path);
            std::string upper(method);
            for (char& c : upper) c = static_cast<char>(c - 'a' + 'A');
            httplib::Headers headers;
            std::string query;
            std::ptrdiff_t queried = 0;
            json::value const none = json::array();
            json::value const* const listed = operation.as_object().if_contains("parameters");
            for (json::value const& parameter : (listed ? *listed : none).as_array()) {
                if (json::value const* const ref = parameter.as_object().if_contains("$ref")) {
                    ASSERT_EQ(*ref, "#/components/parameters/session");
                    headers.emplace("X-Fake-Session", session.at("id").as_string().c_str());
                    continue;
                }
                bool const number = parameter.at("schema").at("type") == "integer";
                bool const flag = parameter.at("schema").at("type") == "boolean";
                json::value const* const example = parameter.as_object().if_contains("example");
                std::string const value = number    ? "77"
                                          : flag    ? "true"
                                          : example ? std::string(example->as_string())
                                                    : "x";
                if (parameter.at("in") == "path") {
                    target.replace(target.find('{'), target.npos, value);
                } else {
                    query += (query.empty() ? "?" : "&") +
                             std::string(parameter.at("name").as_string()) + "=" + value;
                    ++parameters;
                    ++queried;
                }
            }
            std::string body;
            if (json::value const* const b = operation.as_object().if_contains("requestBody")) {
                body = json::serialize(b->at("content").at("application/json").at("example"));
                ++bodies;
            }
            answer const a = client.send(upper, target + query, headers, body);
            bool const named = target != std::string_view(path);
            bool const may_lack = named || path == "/__fake__/recording";
            EXPECT_TRUE(a.status == 200 || (may_lack && a.status == 404))
                << upper << ' ' << target << query << ' ' << body << ' ' << a.status << a.body;
            if (!query.empty() || !body.empty()) {
                answer const wrong = client.send(
                    upper,
                    target + (query.empty() ? "" : query + "&nonsense=1"),
                    headers,
                    body.empty() ? "" : R"({"nonsense":1})"
                );
                EXPECT_EQ(wrong.status, 400) << upper << ' ' << target << wrong.body;
                // The text lists all parameters, with commas between them.
                auto const commas = std::count(wrong.body.begin(), wrong.body.end(), ',');
                EXPECT_TRUE(query.empty() || commas + 1 == queried) << target << wrong.body;
            }
        }
    }
    EXPECT_GT(bodies, 10u);
    EXPECT_GT(parameters, 10u);
    // All of this belonged to another session.
    EXPECT_EQ(server.users().size(), 3u);
    EXPECT_EQ(server.report(), "");
}

TEST_F(FakeServerDescription, EachAnswerFitsItsSchema)
{
    std::size_t compared = 0;
    for (auto const& [path, operations] : api.at("paths").as_object()) {
        // A page, and what this server does not have.
        if (path == "/__fake__/" || path == "/__fake__/recording") continue;
        for (auto const& [method, operation] : operations.as_object()) {
            std::string const target = with_id(path);
            std::string body;
            if (operation.as_object().contains("requestBody")) {
                json::value const example = example_of(operation);
                EXPECT_EQ(schemas.why_not(taken(operation), example), "") << method << ' ' << path;
                body = json::serialize(example);
            }
            answer const a = client.send(in_capitals(method), target, {}, body);
            ASSERT_EQ(a.status, 200) << method << ' ' << target << ' ' << a.body;
            EXPECT_EQ(why_not(path, method, a), "") << method << ' ' << path << ' ' << a.body;
            ++compared;
        }
    }
    EXPECT_GT(compared, 38u);
    EXPECT_EQ(why_not("/__fake__/faults", "get", own("GET", "faults?ids=true")), "");
}

TEST_F(FakeServerDescription, WhatIsNotAlwaysThereFitsItsSchema)
{
    own("PUT", "faults", R"(["system.ping status=503 then delay=20s"])");
    client.call("system.ping");
    raw_client unanswered(server.port());
    std::string const call = R"({"name":"system.ping"})";
    unanswered.send(
        "POST /api/conat/hub HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        "Content-Length: " +
        std::to_string(call.size()) + "\r\n\r\n" + call
    );
    websocket_client stream(server);
    ASSERT_TRUE(stream.upgrade());
    stream.send(websocket_client::frame(1, "text"));
    stream.close(1000);
    answer const frames = own("GET", "frames?at_least=2&wait_ms=20000");
    EXPECT_EQ(frames.value().at("frames").as_array().size(), 2u) << frames.body;
    EXPECT_EQ(why_not("/__fake__/frames", "get", frames), "") << frames.body;
    ASSERT_TRUE(server.journal().wait_for("system.ping", 2));
    answer const requests = own("GET", "requests");
    EXPECT_NE(requests.body.find("\"took_ms\":null"), std::string::npos) << requests.body;
    EXPECT_NE(requests.body.find("\"fault_id\":"), std::string::npos) << requests.body;
    EXPECT_EQ(why_not("/__fake__/requests", "get", requests), "") << requests.body;
    EXPECT_EQ(why_not("/__fake__/clock", "put", own("PUT", "clock", R"({"running":true})")), "");
    answer const profile = own("PUT", "pieces", R"({"profile":{"id":"a"}})");
    EXPECT_EQ(why_not("/__fake__/pieces", "put", profile), "") << profile.body;
}

TEST_F(FakeServerDescription, ARefusalNamesTheMembersOfItsSchema)
{
    struct
    {
        char const *method, *path, *schema;
        std::string body = R"({"nonsense":1})";
    } const bodies[] = {
        {"POST", "accounts", "NewAccount"},
        {"POST", "accounts", "Passport", R"({"passports":[{"nonsense":1}]})"},
        {"POST", "keys", "NewKey"},
        {"POST", "projects", "NewProject"},
        {"POST", "projects", "File", R"({"files":{"a":{"nonsense":1}}})"},
        {"POST", "projects", "Edit", R"({"edits":[{"nonsense":1}]})"},
        {"POST", "projects", "OpenedFile", R"({"opened":[{"nonsense":1}]})"},
        {"POST", "projects", "LegacyHistory", R"({"legacy_history":[{"nonsense":1}]})"},
        {"POST", "projects", "Kernel", R"({"kernels":[{"nonsense":1}]})"},
        {"POST", "projects", "InviteToken", R"({"invite_tokens":[{"nonsense":1}]})"},
        {"POST", "organizations", "NewOrganization"},
        {"POST", "messages", "NewMessage"},
        {"PUT", "messages/1", "MessageMark"},
        {"PUT", "pieces", "PiecesChange"},
        {"POST", "pieces/streams", "StreamPush"},
        {"POST", "faults", "FaultObject", R"({"match":"*","nonsense":1})"},
        {"POST", "faults", "FaultConditions", R"({"match":{"nonsense":1}})"},
        {"PUT", "clock", "ClockChange"},
        {"PUT", "settings", "SettingsChange"},
        {"POST", "sessions", "NewSession"}};
    for (auto const& b : bodies) {
        answer const a = own(b.method, b.path, b.body);
        EXPECT_EQ(a.status, 400) << b.path << ' ' << a.body;
        EXPECT_EQ(listed_names(a.body), schemas.members(b.schema)) << b.path << ' ' << a.body;
    }
}

TEST_F(FakeServerDescription, WhatABodyNeedsIsRequired)
{
    std::size_t removed = 0;
    for (auto const& [path, operations] : api.at("paths").as_object()) {
        for (auto const& [method, operation] : operations.as_object()) {
            if (!operation.as_object().contains("requestBody")) continue;
            json::value const example = example_of(operation);
            if (!example.is_object()) continue;
            for (auto const& [member, value] : example.as_object()) {
                json::object less = example.as_object();
                less.erase(member);
                bool const fits = schemas.why_not(taken(operation), less).empty();
                // The value that a push and a clock need is one of several.
                if (less.empty()) continue;
                own("POST", "reset");
                answer const a =
                    client.send(in_capitals(method), with_id(path), {}, json::serialize(less));
                EXPECT_EQ(a.status != 400, fits) << path << ' ' << member << ' ' << a.body;
                removed += !fits;
            }
        }
    }
    // account_id, name, from, to, account_id, flag, match
    EXPECT_EQ(removed, 7u);
}

TEST_F(FakeServerDescription, EachOperationHasANameOfItsOwn)
{
    std::set<std::string> names;
    std::size_t operations_seen = 0;
    for (auto const& [path, operations] : api.at("paths").as_object()) {
        for (auto const& [method, operation] : operations.as_object()) {
            names.emplace(operation.at("operationId").as_string());
            ++operations_seen;
        }
    }
    EXPECT_EQ(names.size(), operations_seen);
    EXPECT_TRUE(names.contains("getRequestsCount"));
    EXPECT_TRUE(names.contains("deleteFaultsId"));
    EXPECT_TRUE(names.contains("getOpenapiJson"));
    EXPECT_TRUE(names.contains("getPage"));
}

TEST(SchemaCheck, FindsWhatDoesNotFit)
{
    schema_check check(json::parse(R"({"A":{"type":"object","additionalProperties":false,
        "required":["b"],"properties":{"b":{"type":"integer"},"c":{"type":"string"}}}})")
                           .as_object());
    json::value const type = json::parse(R"({"type":"array","items":{"$ref":"#/x/A"}})");
    auto const why_not = [&](char const* v) { return check.why_not(type, json::parse(v)); };
    EXPECT_EQ(why_not(R"([{"b":1},{"b":2,"c":"x"}])"), "");
    EXPECT_EQ(why_not(R"([{"b":1},{"c":"x"}])"), "$[1]: lacks b");
    EXPECT_EQ(why_not(R"([{"b":1,"d":2}])"), "$[0]: has d");
    EXPECT_EQ(why_not(R"([{"b":"1"}])"), "$[0].b: no integer");
    EXPECT_EQ(why_not(R"([{"b":null}])"), "$[0].b: no integer");
    EXPECT_EQ(why_not("{}"), "$: no array");
}

}  // namespace

}  // namespace cohub::tests
