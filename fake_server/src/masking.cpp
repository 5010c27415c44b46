#include "masking.hpp"

#include <algorithm>
#include <array>

#include "message.hpp"
#include "text.hpp"

namespace cohub::fake {

namespace {

constexpr std::string_view mask = "***";

bool is_key_character(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           c == '-';
}

// Members whose value is a secret wherever they stand.
bool is_secret_member(std::string_view name)
{
    static constexpr std::array<std::string_view, 9> names = {
        "password",
        "old_password",
        "new_password",
        "secret",
        "token",
        "auth_token",
        "api_key",
        "apiKey",
        "access_token"};
    return std::find(names.begin(), names.end(), name) != names.end();
}

// The position behind the JSON string that begins at s[at].
std::size_t string_end(std::string_view s, std::size_t at)
{
    for (std::size_t i = at + 1; i < s.size(); ++i) {
        if (s[i] == '\\') {
            ++i;
        } else if (s[i] == '"') {
            return i + 1;
        }
    }
    return s.size();
}

// Where the value of a secret begins that a form or a URL names at s[at]; 0 when there is none.
std::size_t form_value(std::string_view s, std::size_t at)
{
    std::size_t end = at;
    while (end < s.size() && is_key_character(s[end])) ++end;
    bool const assigned = end < s.size() && s[end] == '=';
    return assigned && is_secret_member(s.substr(at, end - at)) ? end + 1 : 0;
}

std::size_t skip_blanks(std::string_view s, std::size_t at)
{
    while (at < s.size() && (s[at] == ' ' || s[at] == '\t' || s[at] == '\n' || s[at] == '\r')) ++at;
    return at;
}

}  // namespace

std::string masked_header(std::string_view name, std::string_view value)
{
    for (std::string_view const secret :
         {"Authorization", "Proxy-Authorization", "Cookie", "Set-Cookie", "X-Api-Key"}) {
        if (!equal_ignoring_case(name, secret)) continue;
        // The scheme stays, as it is what goes wrong most often.
        auto const blank = value.find(' ');
        if (secret.ends_with("Authorization") && blank != value.npos) {
            return std::string(value.substr(0, blank + 1)).append(mask);
        }
        return std::string(mask);
    }
    return masked_text(value);
}

std::string masked_text(std::string_view text)
{
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size();) {
        bool const word_begins = i == 0 || !is_key_character(text[i - 1]);
        if (word_begins && (text.substr(i, 3) == "sk-" || text.substr(i, 3) == "sk_")) {
            std::size_t end = i + 3;
            while (end < text.size() && is_key_character(text[end])) ++end;
            out.append(text.substr(i, 3)).append(mask);
            i = end;
        } else if (std::size_t const assigned = word_begins ? form_value(text, i) : 0) {
            out.append(text.substr(i, assigned - i)).append(mask);
            i = std::min(text.find_first_of("& \t\r\n\"<>", assigned), text.size());
        } else if (text[i] == '"') {
            std::size_t const end = string_end(text, i);
            std::string_view const name = text.substr(i + 1, end - i >= 2 ? end - i - 2 : 0);
            std::size_t const colon = skip_blanks(text, end);
            if (colon < text.size() && text[colon] == ':' && is_secret_member(name)) {
                std::size_t const value = skip_blanks(text, colon + 1);
                if (value < text.size() && text[value] == '"') {
                    out.append(text.substr(i, value - i)).append("\"").append(mask).append("\"");
                    i = string_end(text, value);
                    continue;
                }
            }
            out += text[i++];
        } else {
            out += text[i++];
        }
    }
    return out;
}

std::string masked_body(std::string_view method_name, std::string_view body)
{
    std::string out = masked_text(body);
    if (method_name != "system.revokeUserAuthToken") return out;
    auto const args = out.find("\"args\"");
    if (args == out.npos) return out;
    auto const open = out.find('[', args);
    if (open == out.npos) return out;
    auto const first = skip_blanks(out, open + 1);
    if (first < out.size() && out[first] == '"') {
        out.replace(first, string_end(out, first) - first, std::string("\"").append(mask) + '"');
    }
    return out;
}

}  // namespace cohub::fake
