#include "masking.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "text.hpp"

namespace cohub::inline abi_0_2::fake {

namespace {

constexpr std::string_view mask = "***";

bool is_key_character(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           c == '-';
}

// Longer names of members are not looked at.
constexpr std::size_t longest_name = 64;

// Whether the value of this member is a secret, wherever it stands. The case of letters, `_` and
// `-` do not matter.
bool is_secret_member(std::string_view name)
{
    static constexpr std::array<std::string_view, 8> ends = {
        "password", "passwd", "passphrase", "secret", "token", "apikey", "privatekey", "jwt"};
    static constexpr std::array<std::string_view, 12> names = {
        "accesskey",
        "authorization",
        "cookie",
        "cookies",
        "passwordhash",
        "rememberme",
        "secretkey",
        "setcookie",
        "tokenid",
        // Pieces OS
        "apikeys",
        "cloudkey",
        "organizationkey"};
    if (name.size() > longest_name) name.remove_prefix(name.size() - longest_name);
    std::array<char, longest_name> letters{};
    std::size_t n = 0;
    for (char const c : name) {
        if (c == '_' || c == '-') continue;
        letters[n++] = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    std::string_view const bare(letters.data(), n);
    return std::find(names.begin(), names.end(), bare) != names.end() ||
           std::any_of(ends.begin(), ends.end(), [&](std::string_view end) {
               return bare.ends_with(end);
           });
}

// These values say whether there is a secret, and do not contain it.
bool is_no_secret(std::string_view value)
{
    return value == "null" || value == "true" || value == "false";
}

// A JSON text inside of a JSON string has a backslash before each quote; one more level inside, it
// has three. The number of backslashes that stand at s[at] if a quote follows them.
std::optional<std::size_t> escapes_of_quote(std::string_view s, std::size_t at)
{
    std::size_t const quote = s.find_first_not_of('\\', at);
    if (quote == s.npos || s[quote] != '"') return {};
    return quote - at;
}

// The position after the JSON string that begins at s[at] with `escapes` backslashes and a quote.
std::size_t string_end(std::string_view s, std::size_t at, std::size_t escapes = 0)
{
    std::size_t run = 0;  // of backslashes
    for (std::size_t i = at + escapes + 1; i < s.size(); ++i) {
        if (s[i] == '\\') {
            ++run;
            continue;
        }
        if (s[i] == '"') {
            // A backslash of the string itself is 2 * (escapes + 1) characters.
            std::size_t const rest = run % (2 * (escapes + 1));
            if (rest == escapes) return i + 1;
            // The string that has this one inside ends here: this one was cut.
            if (rest < escapes) return i - rest;
        }
        run = 0;
    }
    return s.size();
}

// If a form or a URL has the name of a secret at s[at], the position where its value begins;
// otherwise 0.
std::size_t form_value(std::string_view s, std::size_t at)
{
    std::size_t end = at;
    while (end < s.size() && is_key_character(s[end])) ++end;
    std::string_view const name = s.substr(at, end - at);
    // user[password]=abc
    for (std::string_view const bracket : {"]", "%5D", "%5d"})
        if (s.substr(end).starts_with(bracket)) end += bracket.size();
    bool const assigned = end < s.size() && s[end] == '=';
    return assigned && is_secret_member(name) ? end + 1 : 0;
}

// The position after the character at s[at], which may be an escaped one.
std::size_t next_character(std::string_view s, std::size_t at)
{
    return std::min(at + (s[at] == '\\' ? 2 : 1), s.size());
}

// If a quoted text begins at s[at] inside of a JSON string, the position after it.
std::optional<std::size_t> escaped_quotes_end(std::string_view s, std::size_t at)
{
    constexpr std::string_view quote = "\\\"";
    if (s.substr(at, 2) != quote) return {};
    for (std::size_t i = at + 2; i < s.size() && s[i] != '"'; i = next_character(s, i)) {
        if (s.substr(i, 2) == quote) return i + 2;
        // A backslash of the shell belongs to the character after it.
        if (s.substr(i, 2) == "\\\\" && i + 2 < s.size() && s[i + 2] != '"') i += 2;
    }
    return {};
}

// The position after a secret's value that begins at s[at], in a form, a URL or a command.
std::size_t form_value_end(std::string_view s, std::size_t at, bool in_json)
{
    if (in_json) {
        if (auto const end = escaped_quotes_end(s, at)) return *end;
    } else if (at < s.size() && s[at] == '"') {
        return string_end(s, at);
    }
    if (at < s.size() && s[at] == '\'') {
        if (auto const end = s.find_first_of("'\"", at + 1); end != s.npos && s[end] == '\'') {
            return end + 1;
        }
    }
    constexpr std::string_view delimiters = "& \t\r\n\"<>";
    while (at < s.size() && delimiters.find(s[at]) == delimiters.npos) {
        std::string_view const two = s.substr(at, 2);
        if (in_json && (two == "\\n" || two == "\\r" || two == "\\t")) break;
        at = in_json ? next_character(s, at) : at + 1;
    }
    return at;
}

// The position after the JSON value that begins at s[at], whose strings begin with `quote`.
std::size_t value_end(std::string_view s, std::size_t at, std::string_view quote)
{
    auto const is_string = [&] { return s.substr(at, quote.size()) == quote; };
    std::size_t const escapes = quote.size() - 1;
    if (is_string()) return string_end(s, at, escapes);
    if (s[at] != '[' && s[at] != '{') {
        return std::min(s.find_first_of(",]} \t\r\n\"\\", at), s.size());
    }
    std::size_t depth = 0;
    while (at < s.size()) {
        if (is_string()) {
            at = string_end(s, at, escapes);
            continue;
        }
        // As in `string_end`: the value was cut.
        if (escapes != 0 && s[at] == '"') return at;
        if (s[at] == '[' || s[at] == '{') ++depth;
        if ((s[at] == ']' || s[at] == '}') && --depth == 0) return at + 1;
        ++at;
    }
    return at;
}

std::size_t skip_blanks(std::string_view s, std::size_t at)
{
    while (at < s.size() && (s[at] == ' ' || s[at] == '\t' || s[at] == '\n' || s[at] == '\r')) ++at;
    return at;
}

struct secret_member
{
    std::size_t begin, end;  // of the value
    std::string_view quote;  // with the backslashes before it
};

// The secret member whose name begins with the quote at s[at]. This is called for every quote of a
// text, and reads up to the next one.
std::optional<secret_member> secret_value(std::string_view s, std::size_t at)
{
    if ((s[at] != '"' && s[at] != '\\') || (at != 0 && s[at - 1] == '\\')) return {};
    auto const escapes = escapes_of_quote(s, at);
    if (!escapes) return {};
    std::string_view const quote = s.substr(at, *escapes + 1);
    std::size_t const name = at + quote.size();
    std::size_t const end = std::min(s.find_first_of("\"\\", name), s.size());
    if (s.substr(end, quote.size()) != quote || !is_secret_member(s.substr(name, end - name)))
        return {};
    std::size_t const colon = skip_blanks(s, end + quote.size());
    if (colon >= s.size() || s[colon] != ':') return {};
    std::size_t const value = skip_blanks(s, colon + 1);
    if (value >= s.size()) return {};
    std::size_t const behind = value_end(s, value, quote);
    if (behind == value || is_no_secret(s.substr(value, behind - value))) return {};
    return secret_member{value, behind, quote};
}

}  // namespace

std::string masked_header(std::string_view name, std::string_view value)
{
    for (std::string_view const secret :
         {"Authorization", "Proxy-Authorization", "Cookie", "Set-Cookie", "X-Api-Key"}) {
        if (!equal_ignoring_case(name, secret)) continue;
        // The scheme is kept, because it is wrong most often.
        auto const blank = value.find(' ');
        if (secret.ends_with("Authorization") && blank != value.npos) {
            return std::string(value.substr(0, blank + 1)).append(mask);
        }
        return std::string(mask);
    }
    return is_secret_member(name) ? std::string(mask) : masked_text(value);
}

std::string masked_text(std::string_view text)
{
    auto const first = skip_blanks(text, 0);
    bool const in_json = first < text.size() && (text[first] == '{' || text[first] == '[');
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size();) {
        bool const word_begins = i == 0 || !is_key_character(text[i - 1]);
        if (word_begins && (text.substr(i, 3) == "sk-" || text.substr(i, 3) == "sk_")) {
            std::size_t end = i + 3;
            while (end < text.size() && is_key_character(text[end])) ++end;
            out.append(text.substr(i, 3)).append(mask);
            // What is masked already stays as it is.
            i = text.substr(end, mask.size()) == mask ? end + mask.size() : end;
        } else if (std::size_t const assigned = word_begins ? form_value(text, i) : 0) {
            std::size_t const end = form_value_end(text, assigned, in_json);
            std::string_view const value = text.substr(assigned, end - assigned);
            out.append(text.substr(i, assigned - i)).append(is_no_secret(value) ? value : mask);
            i = end;
        } else if (auto const secret = secret_value(text, i)) {
            out.append(text.substr(i, secret->begin - i)).append(secret->quote).append(mask);
            out.append(secret->quote);
            i = secret->end;
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

std::string masked_answer(std::string_view method_name, std::string_view body)
{
    bool const bare = method_name == "system.generateUserAuthToken" && body.starts_with('"');
    return bare ? "\"***\"" : masked_text(body);
}

}  // namespace cohub::inline abi_0_2::fake
