#include "escaping.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <system_error>

namespace cli {

namespace {

struct code_point
{
    char32_t value = 0;
    std::size_t bytes = 0;  // 0: no UTF-8
};

code_point first_of(std::string_view s)
{
    auto const b = static_cast<unsigned char>(s[0]);
    std::size_t const n = b < 0x80                ? 1
                          : b >= 0xC2 && b < 0xE0 ? 2
                          : b >= 0xE0 && b < 0xF0 ? 3
                          : b >= 0xF0 && b < 0xF5 ? 4
                                                  : 0;
    if (n == 0 || s.size() < n) return {b, 0};
    char32_t c = n == 1 ? b : char32_t(b & (0x7F >> n));
    for (std::size_t i = 1; i < n; ++i) {
        auto const t = static_cast<unsigned char>(s[i]);
        if ((t & 0xC0) != 0x80) return {b, 0};
        c = (c << 6) | (t & 0x3F);
    }
    return {c, n};
}

struct range
{
    char32_t first, last;
};
template <std::size_t N>
bool within(std::array<range, N> const& ranges, char32_t c)
{
    return std::any_of(ranges.begin(), ranges.end(), [c](range const& r) {
        return r.first <= c && c <= r.last;
    });
}

// Controls, and what turns or hides the text around it.
// 200C and 200D belong to the spelling of Persian, of Indian languages and of emoji.
constexpr std::array<range, 9> hostile{
    {{0x00, 0x1F},
     {0x7F, 0x9F},
     {0x061C, 0x061C},
     {0x200B, 0x200B},
     {0x200E, 0x200F},
     {0x2028, 0x202E},
     {0x2060, 0x206F},
     {0xFEFF, 0xFEFF},
     {0xE0000, 0xE007F}}};
constexpr std::array<range, 2> controls{{{0x00, 0x1F}, {0x7F, 0x9F}}};
constexpr std::array<range, 5> combining{
    {{0x0300, 0x036F}, {0x1AB0, 0x1AFF}, {0x200C, 0x200D}, {0x20D0, 0x20FF}, {0xFE00, 0xFE0F}}};
// What YAML has no raw place for, or (version 1.1) takes for the end of a line.
constexpr std::array<range, 4> not_in_yaml{
    {{0x00, 0x1F}, {0x7F, 0x9F}, {0x2028, 0x2029}, {0xFFFE, 0xFFFF}}};
constexpr std::array<range, 9> wide{
    {{0x1100, 0x115F},
     {0x2E80, 0xA4CF},
     {0xAC00, 0xD7A3},
     {0xF900, 0xFAFF},
     {0xFE30, 0xFE6F},
     {0xFF00, 0xFF60},
     {0xFFE0, 0xFFE6},
     {0x1F300, 0x1FAFF},
     {0x20000, 0x3FFFD}}};

void append_escape(std::string& out, char32_t c)
{
    char text[16];
    // JSON has no escape above FFFF but for surrogates; those never need one here but tags.
    if (c > 0xFFFF) {
        c -= 0x10000;
        std::snprintf(
            text,
            sizeof text,
            "\\u%04x\\u%04x",
            static_cast<unsigned>(0xD800 + (c >> 10)),
            static_cast<unsigned>(0xDC00 + (c & 0x3FF))
        );
    } else {
        std::snprintf(text, sizeof text, "\\u%04x", static_cast<unsigned>(c));
    }
    out += text;
}

}  // namespace

std::string to_json_text(std::string_view s)
{
    std::string out = "\"";
    while (!s.empty()) {
        code_point const c = first_of(s);
        std::size_t const n = std::max<std::size_t>(c.bytes, 1);
        if (c.value == '"' || c.value == '\\') {
            out += '\\';
            out += s[0];
        } else if (c.value == '\n') {
            out += "\\n";
        } else if (c.value == '\t') {
            out += "\\t";
        } else if (c.value == '\r') {
            out += "\\r";
        } else if (c.value < 0x20 || (c.value >= 0x7F && c.value < 0xA0)) {
            append_escape(out, c.value);
        } else {
            out.append(s.substr(0, n));
        }
        s.remove_prefix(n);
    }
    out += '"';
    return out;
}

namespace {

/// In columns of the terminal.
std::size_t width_of(char32_t c)
{
    if (within(combining, c)) return 0;
    return within(wide, c) ? 2 : 1;
}

}  // namespace

void cut(cell& c, std::size_t width)
{
    if (c.width <= width) return;
    std::size_t bytes = 0;
    std::size_t columns = 1;  // the ellipsis
    while (bytes != c.text.size()) {
        code_point const p = first_of(std::string_view(c.text).substr(bytes));
        if (columns + width_of(p.value) > width) break;
        columns += width_of(p.value);
        bytes += std::max<std::size_t>(p.bytes, 1);
    }
    c.text.resize(bytes);
    c.text += "\u2026";
    c.width = columns;
}

cell make_cell(std::string_view s)
{
    cell c;
    while (!s.empty()) {
        code_point const p = first_of(s);
        std::size_t const n = std::max<std::size_t>(p.bytes, 1);
        if (p.bytes == 0 || within(hostile, p.value)) {
            std::size_t const before = c.text.size();
            append_escape(c.text, p.value);
            c.width += c.text.size() - before;
        } else {
            c.text.append(s.substr(0, n));
            c.width += width_of(p.value);
        }
        s.remove_prefix(n);
    }
    return c;
}

std::string without_controls(std::string_view text, bool on_terminal)
{
    std::string out;
    while (!text.empty()) {
        code_point const c = first_of(text);
        std::size_t const n = std::max<std::size_t>(c.bytes, 1);
        bool const layout = c.value == '\n' || c.value == '\t' || (c.value == '\r' && !on_terminal);
        if (c.bytes == 0 || (within(controls, c.value) && !layout))
            append_escape(out, c.value);
        else
            out.append(text.substr(0, n));
        text.remove_prefix(n);
    }
    return out;
}

namespace {

/// Of an escape such as \u00e9 at the begin of a text; nothing: there is none.
std::optional<char32_t> escaped_unit(std::string_view s)
{
    if (s.size() < 6 || !s.starts_with("\\u")) return {};
    std::uint32_t unit = 0;
    char const* const end = s.data() + 6;
    auto const read = std::from_chars(s.data() + 2, end, unit, 16);
    if (read.ec != std::errc() || read.ptr != end) return {};
    return unit;
}

bool is_first_half(char32_t unit) { return unit >= 0xD800 && unit < 0xDC00; }
bool is_second_half(char32_t unit) { return unit >= 0xDC00 && unit < 0xE000; }

void append_utf8(std::string& out, char32_t c)
{
    int const more = c < 0x80 ? 0 : c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
    constexpr unsigned char lead[] = {0x00, 0xC0, 0xE0, 0xF0};
    out += static_cast<char>(lead[more] | (c >> (6 * more)));
    for (int i = more - 1; i >= 0; --i) out += static_cast<char>(0x80 | ((c >> (6 * i)) & 0x3F));
}

}  // namespace

std::string to_yaml_text(std::string_view json)
{
    std::string out;
    while (!json.empty()) {
        std::size_t n = 1;
        if (auto const unit = escaped_unit(json)) {
            n = 6;
            char32_t c = *unit;
            // Two escapes for one character are two characters to YAML.
            auto const second = is_first_half(c) ? escaped_unit(json.substr(n)) : std::nullopt;
            if (second && is_second_half(*second)) {
                n = 12;
                c = 0x10000 + ((c - 0xD800) << 10) + (*second - 0xDC00);
            }
            // libyaml refuses a document with an escape of half a pair.
            if (is_first_half(c) || is_second_half(c)) c = 0xFFFD;
            if (within(not_in_yaml, c) || c == '"' || c == '\\')
                out.append(json.substr(0, n));
            else
                append_utf8(out, c);
        } else if (json[0] == '\\') {
            n = std::min<std::size_t>(2, json.size());
            // YAML 1.1 does not know this escape.
            out.append(json.starts_with("\\/") ? "/" : json.substr(0, n));
        } else {
            code_point const c = first_of(json);
            n = std::max<std::size_t>(c.bytes, 1);
            if (c.bytes != 0 && within(not_in_yaml, c.value))
                append_escape(out, c.value);
            else
                out.append(json.substr(0, n));
        }
        json.remove_prefix(n);
    }
    return out;
}

std::string to_json_line(std::string_view text)
{
    std::string out;
    out.reserve(text.size());
    bool inside = false;
    while (!text.empty()) {
        code_point const c = first_of(text);
        std::size_t n = std::max<std::size_t>(c.bytes, 1);
        bool const blank = c.value == ' ' || c.value == '\n' || c.value == '\t' || c.value == '\r';
        if (inside && c.value == '\\')
            n = std::min<std::size_t>(2, text.size());
        else if (c.value == '"')
            inside = !inside;
        if (c.value >= 0x7F && c.value < 0xA0)
            append_escape(out, c.value);
        else if (inside || !blank)
            out.append(text.substr(0, n));
        text.remove_prefix(n);
    }
    return out;
}

}  // namespace cli
