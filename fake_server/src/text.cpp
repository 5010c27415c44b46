#include "text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <cstring>

namespace cohub::inline abi_0_2::fake {

namespace {

constexpr char lower_ascii(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

// Reads one code point. An invalid sequence gives U+FFFD and consumes at least one byte.
char32_t next_code_point(std::string_view s, std::size_t& i, bool* valid = nullptr)
{
    auto const bad = [&](std::size_t used) {
        i += used;
        if (valid) *valid = false;
        return char32_t{0xFFFD};
    };
    auto const byte = [&](std::size_t k) { return static_cast<unsigned char>(s[k]); };
    unsigned char const b = byte(i);
    if (b < 0x80) {
        ++i;
        return b;
    }
    std::size_t const length = b >= 0xC2 && b < 0xE0   ? 2
                               : b >= 0xE0 && b < 0xF0 ? 3
                               : b >= 0xF0 && b < 0xF5 ? 4
                                                       : 0;
    if (length == 0) return bad(1);
    char32_t c = b & (0x7F >> length);
    for (std::size_t k = 1; k < length; ++k) {
        if (i + k >= s.size() || (byte(i + k) & 0xC0) != 0x80) return bad(k);
        // the second byte shows overlong forms, surrogates, and code points beyond U+10FFFF
        if (k == 1 && ((b == 0xE0 && byte(i + 1) < 0xA0) || (b == 0xED && byte(i + 1) > 0x9F) ||
                       (b == 0xF0 && byte(i + 1) < 0x90) || (b == 0xF4 && byte(i + 1) > 0x8F))) {
            return bad(1);
        }
        c = (c << 6) | (byte(i + k) & 0x3F);
    }
    i += length;
    return c;
}

void append_utf8(std::string& to, char32_t c)
{
    auto const put = [&to](char32_t b) { to += static_cast<char>(b); };
    if (c < 0x80) {
        put(c);
    } else if (c < 0x800) {
        put(0xC0 | (c >> 6)), put(0x80 | (c & 0x3F));
    } else if (c < 0x10000) {
        put(0xE0 | (c >> 12)), put(0x80 | ((c >> 6) & 0x3F)), put(0x80 | (c & 0x3F));
    } else {
        put(0xF0 | (c >> 18)), put(0x80 | ((c >> 12) & 0x3F));
        put(0x80 | ((c >> 6) & 0x3F)), put(0x80 | (c & 0x3F));
    }
}

char32_t lower(char32_t c)
{
    if (c < 0x80) return static_cast<unsigned char>(lower_ascii(static_cast<char>(c)));
    if (c >= 0xC0 && c <= 0xDE && c != 0xD7) return c + 32;
    // Latin Extended-A: capitals are even up to U+0137 and from U+014A, and odd in between and at
    // the end. U+0130 and U+0178 map elsewhere.
    if (c == 0x130) return 'i';
    if (c == 0x178) return 0xFF;
    if ((c >= 0x100 && c <= 0x137) || (c >= 0x14A && c <= 0x177)) return c | 1;
    if ((c >= 0x139 && c <= 0x148) || (c >= 0x179 && c <= 0x17E)) return c + (c & 1);
    if (c >= 0x391 && c <= 0x3A9 && c != 0x3A2) return c + 32;
    if (c == 0x386) return 0x3AC;
    if (c >= 0x388 && c <= 0x38A) return c + 37;
    if (c == 0x38C) return 0x3CC;
    if (c == 0x38E || c == 0x38F) return c + 63;
    if (c >= 0x410 && c <= 0x42F) return c + 32;
    if (c >= 0x400 && c <= 0x40F) return c + 80;
    if (c >= 0x460 && c <= 0x481) return c | 1;
    if (c >= 0x48A && c <= 0x4BF) return c | 1;
    if (c >= 0x531 && c <= 0x556) return c + 48;
    if (c >= 0x1E00 && c <= 0x1E95) return c | 1;
    if (c >= 0x1EA0 && c <= 0x1EFF) return c | 1;
    return c;
}

bool is_hex(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

bool is_atom(std::string_view s)
{
    if (s.empty()) return false;
    static constexpr std::string_view special = "\"(),.:;<>@[\\]";
    for (std::size_t i = 0; i < s.size();) {
        char32_t const c = next_code_point(s, i);
        if (c <= 0x20 || (c >= 0x7F && c <= 0xFF)) return false;
        if (c < 0x80 && special.find(static_cast<char>(c)) != special.npos) return false;
    }
    return true;
}

// Whether s, without its delimiters, only has characters that a quoted string or a domain literal
// may have: anything except CR, the delimiters, a single backslash, and U+0080 to U+00FF.
bool is_quotable(std::string_view s, std::string_view forbidden)
{
    for (std::size_t i = 0; i < s.size();) {
        char32_t const c = next_code_point(s, i);
        if (c == '\\') {
            if (i == s.size() || static_cast<unsigned char>(s[i]) > 0x7F) return false;
            ++i;
            continue;
        }
        if (c == '\r' || (c >= 0x80 && c <= 0xFF)) return false;
        if (c < 0x80 && forbidden.find(static_cast<char>(c)) != forbidden.npos) return false;
    }
    return true;
}

// Splits at dots outside of quotes and brackets, and calls `ok` with each part.
template <class Ok>
bool all_parts(std::string_view s, char open, char close, Ok ok)
{
    std::size_t start = 0;
    bool inside = false;
    for (std::size_t i = 0; i <= s.size(); ++i) {
        if (i < s.size()) {
            if (inside && s[i] == '\\') {
                ++i;
                continue;
            }
            if (inside ? s[i] == close : (s[i] == open && i == start)) inside = !inside;
            if (inside || s[i] != '.') continue;
        }
        if (inside || !ok(s.substr(start, i - start))) return false;
        start = i + 1;
    }
    return true;
}

bool glob(std::string_view pattern, std::string_view text)
{
    if (pattern.ends_with('*')) return text.starts_with(pattern.substr(0, pattern.size() - 1));
    return pattern == text;
}

}  // namespace

bool equal_ignoring_case(std::string_view a, std::string_view b)
{
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
        return lower_ascii(x) == lower_ascii(y);
    });
}

std::string_view trim(std::string_view s)
{
    static constexpr std::string_view blank = " \t\r\n\f\v";
    auto const first = s.find_first_not_of(blank);
    if (first == s.npos) return {};
    return s.substr(first, s.find_last_not_of(blank) - first + 1);
}

std::vector<std::string_view> split(std::string_view s, std::string_view separators)
{
    std::vector<std::string_view> parts;
    for (;;) {
        auto const end = s.find_first_of(separators);
        parts.push_back(s.substr(0, end));
        if (end == s.npos) return parts;
        s.remove_prefix(end + 1);
    }
}

std::vector<std::string_view> words(std::string_view s)
{
    std::vector<std::string_view> parts;
    for (std::string_view const word : split(s, " \t\r\n\f\v")) {
        if (!word.empty()) parts.push_back(word);
    }
    return parts;
}

std::string to_lower(std::string_view utf8)
{
    std::string out;
    out.reserve(utf8.size());
    for (std::size_t i = 0; i < utf8.size();) {
        if (static_cast<unsigned char>(utf8[i]) < 0x80) {
            out += lower_ascii(utf8[i++]);
        } else {
            append_utf8(out, lower(next_code_point(utf8, i)));
        }
    }
    return out;
}

bool is_utf8(std::string_view s)
{
    bool valid = true;
    for (std::size_t i = 0; i < s.size() && valid;) next_code_point(s, i, &valid);
    return valid;
}

std::string repair_utf8(std::string_view s)
{
    std::string out;
    for (std::size_t i = 0; i < s.size();) append_utf8(out, next_code_point(s, i));
    return out;
}

std::size_t utf16_length(std::string_view utf8)
{
    std::size_t n = 0;
    for (std::size_t i = 0; i < utf8.size();) n += next_code_point(utf8, i) > 0xFFFF ? 2 : 1;
    return n;
}

std::optional<std::string> uuid_text(std::string_view s)
{
    if (s.size() != 36) return {};
    for (std::size_t i = 0; i < s.size(); ++i) {
        bool const hyphen = i == 8 || i == 13 || i == 18 || i == 23;
        if (hyphen ? s[i] != '-' : !is_hex(s[i])) return {};
    }
    return to_lower(s);
}

std::optional<std::string> postgres_uuid(std::string_view s)
{
    if (s.size() > 1 && s.front() == '{' && s.back() == '}') s = s.substr(1, s.size() - 2);
    std::string digits;
    bool after_hyphen = false;
    for (char const c : s) {
        if (c == '-') {
            // one hyphen may stand after each group of four digits
            if (after_hyphen || digits.empty() || digits.size() % 4 != 0) return {};
            after_hyphen = true;
            continue;
        }
        if (!is_hex(c)) return {};
        digits += lower_ascii(c);
        after_hyphen = false;
    }
    if (digits.size() != 32 || after_hyphen) return {};
    for (std::size_t const at : {20u, 16u, 12u, 8u}) digits.insert(at, 1, '-');
    return digits;
}

bool is_email_address(std::string_view s)
{
    // The last @ outside of quotes separates the two parts. A quoted local part may have more of
    // them.
    std::size_t at = s.npos;
    bool quoted = false;
    for (std::size_t i = 0; i < s.size(); ++i) {
        if (quoted && s[i] == '\\') {
            ++i;
        } else if (s[i] == '"') {
            quoted = !quoted;
        } else if (s[i] == '@' && !quoted) {
            if (at != s.npos) return false;
            at = i;
        }
    }
    if (at == s.npos || at == 0) return false;
    return all_parts(
               s.substr(0, at),
               '"',
               '"',
               [](std::string_view part) {
                   if (part.size() >= 2 && part.front() == '"' && part.back() == '"') {
                       return is_quotable(part.substr(1, part.size() - 2), "\"");
                   }
                   return is_atom(part);
               }
           ) &&
           all_parts(s.substr(at + 1), '[', ']', [](std::string_view part) {
               if (part.size() >= 2 && part.front() == '[' && part.back() == ']') {
                   return is_quotable(part.substr(1, part.size() - 2), "[]");
               }
               return is_atom(part);
           });
}

like_pattern::like_pattern(std::string_view term, bool prefix) : literal_(term), prefix_(prefix)
{
    if (term.find_first_of("%_\\") == term.npos) return;
    std::string const pattern = (prefix ? "" : "%") + literal_ + "%";
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        if (pattern[i] == '%') {
            tokens_.push_back({kind::any_run, 0});
        } else if (pattern[i] == '_') {
            tokens_.push_back({kind::any_one, 0});
        } else {
            // A backslash at the end of a term escapes the `%` that is added after it, so that one
            // more character follows.
            if (pattern[i] == '\\') ++i;
            tokens_.push_back({kind::exactly, pattern[i]});
        }
    }
}

bool like_pattern::matches(std::string_view text) const
{
    if (tokens_.empty() && prefix_) return text.starts_with(literal_);
    if (tokens_.empty()) return text.find(literal_) != text.npos;
    std::size_t t = 0, k = 0;
    std::size_t run = tokens_.size(), resume = 0;
    for (;;) {
        if (k == tokens_.size() && t == text.size()) return true;
        if (k < tokens_.size()) {
            auto const [what, c] = tokens_[k];
            if (what == kind::any_run) {
                run = k++;
                resume = t;
                continue;
            }
            if (t < text.size() && (what == kind::any_one || text[t] == c)) {
                if (what == kind::any_one) {
                    next_code_point(text, t);
                } else {
                    ++t;
                }
                ++k;
                continue;
            }
        }
        // No match this way: the latest `%` takes one more character.
        if (run == tokens_.size() || resume >= text.size()) return false;
        next_code_point(text, resume);
        t = resume;
        k = run + 1;
    }
}

std::string base64_decode(std::string_view s)
{
    // As tolerant as Node: URL-safe letters count, other characters are skipped, `=` ends it.
    std::string out;
    out.reserve(s.size() * 3 / 4);
    std::uint32_t bits = 0;
    int count = 0;
    for (char const c : s) {
        int v = 0;
        if (c >= 'A' && c <= 'Z')
            v = c - 'A';
        else if (c >= 'a' && c <= 'z')
            v = c - 'a' + 26;
        else if (c >= '0' && c <= '9')
            v = c - '0' + 52;
        else if (c == '+' || c == '-')
            v = 62;
        else if (c == '/' || c == '_')
            v = 63;
        else if (c == '=')
            break;
        else
            continue;
        bits = (bits << 6) | static_cast<std::uint32_t>(v);
        if (++count == 4) {
            out += static_cast<char>(bits >> 16);
            out += static_cast<char>(bits >> 8);
            out += static_cast<char>(bits);
            bits = 0;
            count = 0;
        }
    }
    if (count == 2) out += static_cast<char>(bits >> 4);
    if (count == 3) {
        out += static_cast<char>(bits >> 10);
        out += static_cast<char>(bits >> 2);
    }
    return out;
}

bool is_base64(std::string_view s)
{
    std::string_view const digits = s.substr(0, s.find('='));
    std::size_t const padding = s.size() - digits.size();
    bool const ends =
        padding == 0 || (padding <= 2 && s.ends_with(std::string_view("==").substr(0, padding)) &&
                         s.size() % 4 == 0);
    return ends && digits.size() % 4 != 1 && std::all_of(digits.begin(), digits.end(), [](char c) {
               return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                      c == '+' || c == '/' || c == '-' || c == '_';
           });
}

std::string base64_encode(std::string_view s)
{
    static constexpr char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string out;
    for (std::size_t at = 0; at < s.size(); at += 3) {
        std::size_t const count = std::min<std::size_t>(s.size() - at, 3);
        std::uint32_t bits = 0;
        for (std::size_t i = 0; i < 3; ++i) {
            bits = bits << 8 | (i < count ? static_cast<unsigned char>(s[at + i]) : 0u);
        }
        for (std::size_t i = 0; i < 4; ++i) {
            out += i <= count ? letters[bits >> (18 - 6 * i) & 63] : '=';
        }
    }
    return out;
}

std::string base62(std::uint64_t n, std::size_t width)
{
    static constexpr char digits[] =
        "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    std::string out;
    for (; n > 0; n /= 62) out.insert(out.begin(), digits[n % 62]);
    if (out.size() < width) out.insert(0, width - out.size(), '0');
    return out;
}

std::string entity_tag(std::string_view body)
{
    // FNV-1a with 64 bits over UTF-16 units, folded to 52 of them, both numbers in base 36.
    constexpr std::uint64_t prime = 0x100000001b3u;
    std::uint64_t hash = 0xcbf29ce484222325u;
    std::size_t units = 0;
    auto const take = [&](char32_t unit) {
        hash = (hash ^ unit) * prime;
        ++units;
    };
    for (std::size_t i = 0; i < body.size();) {
        // Most of an answer is ASCII, and each answer passes through here. So it takes eight bytes
        // at a time.
        std::size_t const begin = i;
        for (std::uint64_t eight = 0; i + sizeof eight <= body.size(); i += sizeof eight) {
            std::memcpy(&eight, body.data() + i, sizeof eight);
            if ((eight & 0x8080808080808080u) != 0) break;
            for (std::size_t k = 0; k < sizeof eight; ++k) {
                hash = (hash ^ static_cast<unsigned char>(body[i + k])) * prime;
            }
        }
        while (i < body.size() && static_cast<unsigned char>(body[i]) < 0x80) {
            hash = (hash ^ static_cast<unsigned char>(body[i++])) * prime;
        }
        units += i - begin;
        if (i == body.size()) break;
        char32_t const c = next_code_point(body, i);
        if (c > 0xFFFF) {
            take(0xD800 + ((c - 0x10000) >> 10));
            take(0xDC00 + ((c - 0x10000) & 0x3FF));
        } else {
            take(c);
        }
    }
    std::uint64_t const folded = (hash & 0x000FFFFFFFFFFFFFu) ^ (hash >> 52);
    std::array<char, 40> text{};
    char* end = std::to_chars(text.data(), text.data() + 16, folded, 36).ptr;
    end = std::to_chars(end, text.data() + text.size(), units, 36).ptr;
    std::string tag = "\"";
    tag.append(text.data(), end);
    tag += '"';
    return tag;
}

bool pattern_matches(std::string_view pattern, std::string_view path, std::string_view name)
{
    if (pattern == "*") return true;
    if (!pattern.starts_with('/')) return !name.empty() && glob(pattern, name);
    if (auto const hash = pattern.find('#'); hash != pattern.npos) {
        return glob(pattern.substr(0, hash), path) && glob(pattern.substr(hash + 1), name);
    }
    return glob(pattern, path);
}

void append_json_string(std::string& to, std::string_view text)
{
    to += '"';
    for (char const c : text) {
        switch (c) {
            case '"':
                to += "\\\"";
                break;
            case '\\':
                to += "\\\\";
                break;
            case '\n':
                to += "\\n";
                break;
            case '\r':
                to += "\\r";
                break;
            case '\t':
                to += "\\t";
                break;
            case '\b':
                to += "\\b";
                break;
            case '\f':
                to += "\\f";
                break;
            default:
                if (static_cast<unsigned char>(c) < 0x20) {
                    char buffer[8];
                    std::snprintf(buffer, sizeof buffer, "\\u%04x", static_cast<unsigned>(c));
                    to += buffer;
                } else {
                    to += c;
                }
        }
    }
    to += '"';
}

}  // namespace cohub::inline abi_0_2::fake
