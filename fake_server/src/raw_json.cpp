#include "raw_json.hpp"

#include <algorithm>

namespace cohub::inline abi_0_2::fake {

namespace {

constexpr std::string_view blanks = " \t\r\n";

std::size_t skip_blanks(std::string_view s, std::size_t at)
{
    return std::min(s.find_first_not_of(blanks, at), s.size());
}

std::size_t text_end(std::string_view s, std::size_t at)
{
    for (++at; at < s.size() && s[at] != '"'; ++at) {
        if (s[at] == '\\') ++at;
    }
    return std::min(at + 1, s.size());
}

std::size_t value_end(std::string_view s, std::size_t at)
{
    int depth = 0;
    while (at < s.size()) {
        char const c = s[at];
        if (c == '"') {
            at = text_end(s, at);
            if (depth == 0) return at;
            continue;
        }
        bool const opens = c == '{' || c == '[';
        bool const closes = c == '}' || c == ']';
        if (depth == 0 && (closes || c == ',' || blanks.find(c) != blanks.npos)) return at;
        depth += opens - closes;
        ++at;
        if (closes && depth == 0) return at;
    }
    return at;
}

}  // namespace

std::optional<raw_span> find_member(std::string_view object, std::string_view name)
{
    std::optional<raw_span> found;
    std::size_t at = skip_blanks(object, 0);
    if (at >= object.size() || object[at] != '{') return {};
    for (;;) {
        at = skip_blanks(object, at + 1);
        if (at >= object.size() || object[at] != '"') return found;
        std::size_t const key_end = text_end(object, at);
        std::string_view const key = object.substr(at + 1, key_end - at - 2);
        std::size_t const value = skip_blanks(object, skip_blanks(object, key_end) + 1);
        std::size_t const end = value_end(object, value);
        if (key == name) found = raw_span{value, end};
        at = skip_blanks(object, end);
        if (at >= object.size() || object[at] != ',') return found;
    }
}

std::string_view raw_member(std::string_view object, std::string_view name)
{
    auto const at = find_member(object, name);
    return at ? object.substr(at->begin, at->end - at->begin) : std::string_view();
}

std::optional<std::string_view> raw_text_member(std::string_view object, std::string_view name)
{
    std::string_view const value = raw_member(object, name);
    if (value.size() < 2 || value.front() != '"') return {};
    return value.substr(1, value.size() - 2);
}

std::string with_member(std::string_view object, std::string_view name, std::string_view value)
{
    std::string out(object);
    if (auto const at = find_member(object, name)) {
        return out.replace(at->begin, at->end - at->begin, value);
    }
    std::size_t const close = object.rfind('}');
    std::size_t const last = object.find_last_not_of(blanks, close - 1);
    std::string member = object[last] == '{' ? "\"" : ",\"";
    member.append(name).append("\":").append(value);
    return out.insert(last + 1, member);
}

}  // namespace cohub::inline abi_0_2::fake
