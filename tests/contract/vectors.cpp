#include "contract/vectors.hpp"

#include <boost/json/serialize.hpp>

#include <cctype>
#include <map>

#include "support/vector_file.hpp"

namespace cohub::tests {

namespace json = boost::json;

std::string contract_vector::wire_name() const
{
    auto const* const body = request().at("body").if_object();
    auto const* const name = body == nullptr ? nullptr : body->if_contains("name");
    if (name != nullptr) return std::string(name->as_string());
    std::string const path(request().at("path").as_string());
    for (std::string_view const root : {"/api/v1/", "/api/v2/"})
        if (path.starts_with(root)) return path.substr(root.size());
    return {};
}

std::optional<std::string> contract_vector::key() const
{
    static std::map<std::string, std::string> const keys = {
        {"Basic c2stYWJjZGVmUVdFUlRZMDkwOTAwMDAwMTo=", "sk-abcdefQWERTY0909000001"},
        {"Basic c2stc2l0ZWFkbWluU0lURTAwMTAwMDAwMjo=", "sk-siteadminSITE001000002"},
        {"Basic c2stb3JnYWRtaW5PUkdBRE0wMTAwMDAwMzo=", "sk-orgadminORGADM01000003"},
        {"Basic c2stcHJvamVjdGtleVBSSjAwMTAwMDAwNDo=", "sk-projectkeyPRJ001000004"},
        {"Basic aW52YWxpZF9rZXk6", "invalid_key"},
    };
    auto const* const header = request().at("headers").as_object().if_contains("Authorization");
    if (header == nullptr) return std::nullopt;
    auto const at = keys.find(std::string(header->as_string()));
    if (at == keys.end()) return std::nullopt;
    return at->second;
}

std::string contract_vector::response_body() const
{
    if (response().contains("encoding")) return std::string(response().at("body").as_string());
    return json::serialize(response().at("body"));
}

std::vector<contract_vector> load_vectors(std::vector<std::string_view> const& prefixes)
{
    std::vector<contract_vector> out;
    for (char const* const file : {"/cocalc-vectors.json", "/cocalc-v2-vectors.json"})
        for (json::value const& v : vector_file(std::string(COHUB_TEST_DATA_DIR) + file)) {
            std::string const id(v.at("id").as_string());
            for (std::string_view const p : prefixes)
                if (id.starts_with(p)) out.push_back({id, &v.as_object()});
        }
    return out;
}

std::string camel_case(std::string_view id)
{
    std::string out;
    bool up = true;
    for (char const c : id) {
        bool const joint = c == '.' || c == '_' || c == '/' || c == '-';
        if (!joint) out += up ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
        up = joint;
    }
    return out;
}

json::value without_nulls(json::value const& v)
{
    if (auto const* const list = v.if_array()) {
        json::array out;
        for (auto const& item : *list) out.push_back(without_nulls(item));
        return out;
    }
    auto const* const object = v.if_object();
    if (object == nullptr) return v;
    json::object out;
    for (auto const& [name, member] : *object)
        if (!member.is_null()) out[name] = without_nulls(member);
    return out;
}

}  // namespace cohub::tests
