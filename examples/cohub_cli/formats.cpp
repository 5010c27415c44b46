#include "formats.hpp"

#include <cohub/json/timestamp.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <iterator>
#include <utility>

#include "escaping.hpp"
#include "json_text.hpp"
#include "print.hpp"
#include "suggestions.hpp"
#include "terminal.hpp"

namespace cli {

namespace {

using kind = json_node::kind;

bool is_container(json_node const& n) { return n.is == kind::array || n.is == kind::object; }

bool has_objects_alone(json_node const& n)
{
    return is_container(n) && !n.items.empty() &&
           std::all_of(n.items.begin(), n.items.end(), [](json_node const& item) {
               return item.is == kind::object;
           });
}

json_node picked(json_node const& object, std::vector<std::string> const& columns)
{
    json_node some = object;
    some.items.clear();
    for (auto const& name : columns)
        if (auto const* const m = object.member(name); m != nullptr && some.member(name) == nullptr)
            some.items.push_back(*m);
    return some;
}

/// The result with those members alone that were asked for.
json_node picked_everywhere(json_node all, std::vector<std::string> const& columns)
{
    if (columns.empty()) return all;
    if (has_objects_alone(all))
        for (auto& item : all.items) item = picked(item, columns);
    else if (all.is == kind::object)
        all = picked(all, columns);
    return all;
}

/// The names of members in the order in which they come up.
std::vector<std::string> columns_of(json_node const& rows)
{
    std::vector<std::string> columns;
    for (auto const& row : rows.items)
        for (auto const& m : row.items)
            if (std::find(columns.begin(), columns.end(), m.name) == columns.end())
                columns.push_back(m.name);
    return columns;
}

/// The name of the column for the names of members; empty if each row is an element of an array.
/// No member of a row has this name.
std::string key_column(json_node const& rows, std::string name)
{
    if (rows.is != kind::object) return {};
    auto const taken = columns_of(rows);
    while (std::find(taken.begin(), taken.end(), name) != taken.end()) name += '_';
    return name;
}

void append_json(std::string& out, json_node const& n)
{
    if (!is_container(n)) {
        out += to_json_line(n.raw);
        return;
    }
    bool const object = n.is == kind::object;
    out += object ? '{' : '[';
    bool first = true;
    for (auto const& item : n.items) {
        if (!first) out += ',';
        first = false;
        if (object) out += to_json_text(item.name) + ':';
        append_json(out, item);
    }
    out += object ? '}' : ']';
}

std::string json_of(json_node const& n)
{
    std::string out;
    append_json(out, n);
    return out;
}

/// What is cut first where a table is too wide.
enum class worth
{
    text,
    time,
    /// An id or a number is of no use if it is cut.
    whole,
};

struct place
{
    std::string text;
    bool number = false;
    cli::worth worth = cli::worth::text;
};

/// Of a null nothing, of a text the text itself, else JSON.
place place_of(json_node const& n)
{
    if (n.is == kind::null) return {};
    if (n.is == kind::text) return {n.text()};
    return {json_of(n), n.is == kind::number};
}

/// Members that are points in time: those that the services have, and what is called likewise.
bool is_called_like_a_time(std::string_view name)
{
    constexpr std::string_view known[] = {
        "now", "time", "created", "expire", "sent", "wall", "start", "timestamp", "cutoff"};
    constexpr std::string_view ends[] = {"_time", "_active", "_edited", "_at", "_ts"};
    return std::find(std::begin(known), std::end(known), name) != std::end(known) ||
           std::any_of(std::begin(ends), std::end(ends), [name](auto end) {
               return name.ends_with(end);
           });
}

/// `2025-10-09 08:53:20Z` for ms since 1970, and for what ISO 8601 has with a T; else nothing.
std::string readable_time(json_node const& n)
{
    std::string text = n.text();
    if (n.is == kind::number) {
        // From 1973 to 5138: other numbers are no times, or have another unit.
        bool const digits = text.find_first_not_of("0123456789") == std::string::npos;
        if (!digits || text.size() < 12 || text.size() > 14) return {};
        text =
            cohub::json::format_iso8601(cohub::sys_ms(std::chrono::milliseconds(std::stoll(text))));
    } else if (n.is != kind::text || !cohub::json::parse_iso8601(text)) {
        return {};
    }
    return text.substr(0, 10) + ' ' + text.substr(11, 8) + 'Z';
}

place place_of(json_node const& n, std::string_view name, bool readable)
{
    place p = place_of(n);
    if (p.number || name.ends_with("id")) p.worth = worth::whole;
    if (!readable || !is_called_like_a_time(name)) return p;
    if (std::string time = readable_time(n); !time.empty())
        return {std::move(time), false, worth::time};
    return p;
}

using row = std::vector<place>;

struct row_rules
{
    /// Whether a single object is a row, or each of its members is.
    bool lone_row = false;
    bool readable_times = false;
    /// The name of the column for the names of members; empty: an object is no list of rows.
    std::string key = {};
};

void append_places(
    row& r, std::vector<std::string> const& columns, json_node const& object, row_rules const& rules
)
{
    for (auto const& name : columns) {
        if (!rules.key.empty() && name == rules.key) {
            r.push_back({object.name, false, worth::whole});
            continue;
        }
        auto const* const m = object.member(name);
        r.push_back(m != nullptr ? place_of(*m, name, rules.readable_times) : place());
    }
}

std::vector<row> rows_of(
    json_node const& all, std::vector<std::string> columns, row_rules const& rules
)
{
    std::vector<row> rows;
    bool const named = all.is == kind::object;
    bool const is_row = named && rules.key.empty();
    if (is_row && rules.lone_row) {
        json_node list;
        list.is = kind::array;
        list.items.push_back(all);
        return rows_of(list, std::move(columns), rules);
    }
    if (!is_row && has_objects_alone(all)) {
        if (columns.empty()) columns = columns_of(all);
        if (named && std::find(columns.begin(), columns.end(), rules.key) == columns.end())
            columns.insert(columns.begin(), rules.key);
        rows.emplace_back();
        for (auto const& name : columns) rows[0].push_back({name});
        for (auto const& item : all.items) {
            row& r = rows.emplace_back();
            append_places(r, columns, item, rules);
        }
    } else if (named) {
        for (auto const& m : all.items)
            rows.push_back({{m.name}, place_of(m, m.name, rules.readable_times)});
    } else if (all.is == kind::array) {
        for (auto const& item : all.items) rows.push_back({place_of(item)});
    } else {
        rows.push_back({place_of(all)});
    }
    return rows;
}

/// Takes from the widest columns what is too much; from those that are worth most last.
void fit(std::vector<std::size_t>& widths, std::vector<worth> const& worths, std::size_t into)
{
    std::size_t all = 2 * (widths.size() - 1);
    for (std::size_t const w : widths) all += w;
    auto const widest_above = [&](std::size_t least, worth of) {
        std::size_t* widest = nullptr;
        for (std::size_t i = 0; i != widths.size(); ++i)
            if (worths[i] == of && widths[i] > least && (widest == nullptr || widths[i] > *widest))
                widest = &widths[i];
        return widest;
    };
    // Narrower than the first of these, a text tells little; narrower than the second, nothing.
    for (std::size_t const least : {8U, 3U, 1U})
        for (worth const of : {worth::text, worth::time, worth::whole})
            while (all > into) {
                std::size_t* const widest = widest_above(least, of);
                if (widest == nullptr) break;
                --*widest;
                --all;
            }
}

std::string to_table(std::vector<row> const& rows, layout const& how, bool has_names)
{
    std::vector<std::vector<cell>> cells;
    std::vector<std::size_t> widths;
    std::vector<worth> worths;
    for (auto const& r : rows) {
        auto& line = cells.emplace_back();
        widths.resize(std::max(widths.size(), r.size()));
        worths.resize(widths.size());
        for (auto const& p : r) {
            line.push_back(make_cell(p.text));
            line.back().number = p.number;
            auto& width = widths[line.size() - 1];
            width = std::max(width, line.back().width);
            auto& most = worths[line.size() - 1];
            most = std::max(most, p.worth);
        }
    }
    if (how.width != 0 && !widths.empty()) fit(widths, worths, how.width);
    std::string out;
    for (auto& r : cells) {
        std::string line;
        for (std::size_t i = 0; i < r.size(); ++i) {
            cut(r[i], widths[i]);
            std::string const pad(widths[i] - r[i].width, ' ');
            if (i != 0) line += "  ";
            line += r[i].number ? pad + r[i].text : r[i].text + pad;
        }
        line.erase(line.find_last_not_of(' ') + 1);
        bool const is_head = has_names && &r == &cells.front();
        out += styled(line, style::bold, is_head && how.colours) + '\n';
    }
    return out;
}

std::string to_csv(std::vector<row> const& rows, bool on_terminal)
{
    std::string out;
    for (auto const& r : rows) {
        bool first = true;
        for (auto const& p : r) {
            if (!first) out += ',';
            first = false;
            std::string const text = without_controls(p.text, on_terminal);
            // A line of one empty field would be no line.
            bool const bare = text.find_first_of(",\"\n\r") == std::string::npos &&
                              !(text.empty() && r.size() == 1);
            if (!bare) out += '"';
            for (char const c : text) out.append(c == '"' && !bare ? 2 : 1, c);
            if (!bare) out += '"';
        }
        out += '\n';
    }
    return out;
}

/// A name that YAML takes for text without quotes.
bool is_plain_name(std::string_view name)
{
    auto const letter = [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; };
    constexpr std::string_view words[] = {
        "null", "true", "false", "yes", "no", "on", "off", "y", "n"};
    return !name.empty() && letter(name[0]) && std::all_of(name.begin(), name.end(), [&](char c) {
        return letter(c) || (c >= '0' && c <= '9');
    }) && std::find(std::begin(words), std::end(words), name) == std::end(words);
}

/// @param margin the blanks before its lines; the place where it begins has them already
void append_yaml(std::string& out, json_node const& n, std::string const& margin)
{
    if (!is_container(n) || n.items.empty()) {
        out += (n.is == kind::text ? to_yaml_text(n.raw) : json_of(n)) + '\n';
        return;
    }
    bool first = true;
    for (auto const& item : n.items) {
        if (!first) out += margin;
        first = false;
        if (n.is == kind::array) {
            out += "- ";
            append_yaml(out, item, margin + "  ");
            continue;
        }
        out += (is_plain_name(item.name) ? item.name : to_yaml_text(to_json_text(item.name))) + ':';
        if (is_container(item) && !item.items.empty()) {
            out += '\n' + margin + "  ";
            append_yaml(out, item, margin + "  ");
        } else {
            out += ' ';
            append_yaml(out, item, margin);
        }
    }
}

}  // namespace

void warn_of_columns(std::string_view json, layout const& how)
{
    if (how.columns.empty()) return;
    json_node all = read_tree(json);
    if (all.is == kind::object && !has_objects_alone(all)) {
        json_node list;
        list.is = kind::array;
        list.items.push_back(std::move(all));
        all = std::move(list);
    }
    if (!has_objects_alone(all)) return;
    auto known = columns_of(all);
    if (all.is == kind::object) known.push_back(key_column(all, how.key));
    for (auto const& name : how.columns)
        if (std::find(known.begin(), known.end(), name) == known.end())
            warn("--columns: nothing in the result has '" + name + "'" + did_you_mean(name, known));
}

std::string render(std::string_view json, layout const& how)
{
    if (how.format == format::json && how.columns.empty()) return to_json_line(json) + '\n';
    json_node all = read_tree(json);
    bool const has_rows = has_objects_alone(all);
    std::string key = has_rows ? key_column(all, how.key) : std::string();
    all = picked_everywhere(std::move(all), how.columns);
    std::string out;
    switch (how.format) {
        case format::json:
            return json_of(all) + '\n';
        case format::jsonl:
            if (all.is != kind::array) return json_of(all) + '\n';
            for (auto const& item : all.items) out += json_of(item) + '\n';
            return out;
        case format::table:
            return to_table(
                rows_of(all, how.columns, {false, how.on_terminal, std::move(key)}), how, has_rows
            );
        case format::csv:
            return to_csv(
                rows_of(all, how.columns, {true, false, std::move(key)}), how.on_terminal
            );
        case format::yaml:
            append_yaml(out, all, "");
            return out;
    }
    return out;
}

}  // namespace cli
