#include "print.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <vector>

namespace cli {

namespace json = boost::json;

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
constexpr std::array<range, 8> hostile{
    {{0x00, 0x1F},
     {0x7F, 0x9F},
     {0x061C, 0x061C},
     {0x200B, 0x200F},
     {0x2028, 0x202E},
     {0x2060, 0x206F},
     {0xFEFF, 0xFEFF},
     {0xE0000, 0xE007F}}};
constexpr std::array<range, 4> combining{
    {{0x0300, 0x036F}, {0x1AB0, 0x1AFF}, {0x20D0, 0x20FF}, {0xFE00, 0xFE0F}}};
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

void append_text(std::string& out, std::string_view s)
{
    out += '"';
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
}

template <class Number>
void append_number(std::string& out, Number n)
{
    char text[64];
    auto const end = std::to_chars(text, text + sizeof text, n).ptr;
    out.append(text, end);
}

void append_json(std::string& out, json::value const& v)
{
    switch (v.kind()) {
        case json::kind::null:
            out += "null";
            break;
        case json::kind::bool_:
            out += v.get_bool() ? "true" : "false";
            break;
        case json::kind::int64:
            append_number(out, v.get_int64());
            break;
        case json::kind::uint64:
            append_number(out, v.get_uint64());
            break;
        case json::kind::double_:
            // 1e999 is JSON, and infinity here; the largest number that can be told comes next.
            if (std::isfinite(v.get_double()))
                append_number(out, v.get_double());
            else
                out += v.get_double() > 0 ? "1e999" : "-1e999";
            break;
        case json::kind::string:
            append_text(out, v.get_string());
            break;
        case json::kind::array: {
            char before = '[';
            for (auto const& element : v.get_array()) {
                out += before;
                append_json(out, element);
                before = ',';
            }
            out += before == '[' ? "[]" : "]";
            break;
        }
        case json::kind::object: {
            char before = '{';
            for (auto const& member : v.get_object()) {
                out += before;
                append_text(out, member.key());
                out += ':';
                append_json(out, member.value());
                before = ',';
            }
            out += before == '{' ? "{}" : "}";
            break;
        }
    }
}

struct cell
{
    std::string text;
    std::size_t width = 0;
    bool number = false;
};

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
            if (!within(combining, p.value)) c.width += within(wide, p.value) ? 2 : 1;
        }
        s.remove_prefix(n);
    }
    return c;
}

cell make_cell(json::value const& v)
{
    if (v.is_null()) return {};
    if (v.is_string()) return make_cell(std::string_view(v.get_string()));
    cell c = make_cell(std::string_view(to_json(v)));
    c.number = v.is_number();
    return c;
}

using row = std::vector<cell>;

std::string lay_out(std::vector<row> const& rows)
{
    std::vector<std::size_t> widths;
    for (auto const& r : rows) {
        widths.resize(std::max(widths.size(), r.size()));
        for (std::size_t i = 0; i < r.size(); ++i) widths[i] = std::max(widths[i], r[i].width);
    }
    std::string out;
    for (auto const& r : rows) {
        std::string line;
        for (std::size_t i = 0; i < r.size(); ++i) {
            std::string const pad(widths[i] - r[i].width, ' ');
            if (i != 0) line += "  ";
            line += r[i].number ? pad + r[i].text : r[i].text + pad;
        }
        line.erase(line.find_last_not_of(' ') + 1);
        out += line + '\n';
    }
    return out;
}

bool all_objects(json::array const& a)
{
    return !a.empty() &&
           std::all_of(a.begin(), a.end(), [](json::value const& v) { return v.is_object(); });
}
bool all_objects(json::object const& o)
{
    return !o.empty() &&
           std::all_of(o.begin(), o.end(), [](auto const& m) { return m.value().is_object(); });
}

// Keys in the order in which they come up.
void collect(std::vector<std::string_view>& columns, json::object const& o)
{
    for (auto const& m : o) {
        std::string_view const key = m.key();
        if (std::find(columns.begin(), columns.end(), key) == columns.end()) columns.push_back(key);
    }
}

void append_cells(row& r, std::vector<std::string_view> const& columns, json::object const& o)
{
    for (auto const key : columns) {
        auto const* const v = o.if_contains(key);
        r.push_back(v != nullptr ? make_cell(*v) : cell());
    }
}

}  // namespace

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

std::string to_json(json::value const& v)
{
    std::string out;
    append_json(out, v);
    return out;
}

std::string to_table(json::value const& v)
{
    std::vector<row> rows;
    std::vector<std::string_view> columns;
    if (auto const* const a = v.if_array(); a != nullptr && all_objects(*a)) {
        for (auto const& o : *a) collect(columns, o.get_object());
        rows.emplace_back();
        for (auto const key : columns) rows.back().push_back(make_cell(key));
        for (auto const& o : *a) append_cells(rows.emplace_back(), columns, o.get_object());
    } else if (a != nullptr) {
        for (auto const& element : *a) rows.push_back({make_cell(element)});
    } else if (auto const* const o = v.if_object(); o != nullptr && all_objects(*o)) {
        for (auto const& m : *o) collect(columns, m.value().get_object());
        rows.push_back({cell()});
        for (auto const key : columns) rows.back().push_back(make_cell(key));
        for (auto const& m : *o) {
            row& r = rows.emplace_back();
            r.push_back(make_cell(std::string_view(m.key())));
            append_cells(r, columns, m.value().get_object());
        }
    } else if (o != nullptr) {
        for (auto const& m : *o)
            rows.push_back({make_cell(std::string_view(m.key())), make_cell(m.value())});
    } else {
        rows.push_back({make_cell(v)});
    }
    return lay_out(rows);
}

bool print(std::string const& text)
{
    if (std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0)
        return true;
    std::fprintf(stderr, "error: standard output: %s\n", std::strerror(errno));
    return false;
}

}  // namespace cli
