// User queries: their forms, options, filters and refusals. After
// packages/database/postgres/user-queries.

#include "user_query.hpp"

#include <algorithm>
#include <cmath>

#include "text.hpp"

namespace cohub::inline abi_0_2::fake {

namespace json = boost::json;

namespace {

bool has_null_leaf(json::value const& v)
{
    if (v.is_null()) return true;
    if (v.is_array()) {
        auto const& a = v.get_array();
        return std::any_of(a.begin(), a.end(), has_null_leaf);
    }
    if (!v.is_object()) return false;
    auto const& o = v.get_object();
    return std::any_of(o.begin(), o.end(), [](auto const& m) { return has_null_leaf(m.value()); });
}

// Placeholders that stand for the caller and the time.
void substitute(json::value& v, call const& c)
{
    if (v.is_object()) {
        for (auto& member : v.get_object()) substitute(member.value(), c);
    } else if (v.is_array()) {
        for (json::value& e : v.get_array()) substitute(e, c);
    } else if (v.is_string()) {
        if (v.get_string() == "{account_id}") v = c.account_id;
        if (v.is_string() && v.get_string() == "{now}") v = iso_time(c.world.now);
    }
}

bool contains(std::span<std::string_view const> fields, std::string_view name)
{
    return std::find(fields.begin(), fields.end(), name) != fields.end();
}

std::optional<int> compare(json::value const& a, json::value const& b)
{
    if (a.is_number() && b.is_number()) {
        double const x = js_number(a), y = js_number(b);
        return x < y ? -1 : x > y ? 1 : 0;
    }
    if (a.is_string() && b.is_string()) {
        return std::string_view(a.get_string()).compare(std::string_view(b.get_string()));
    }
    if (a == b) return 0;
    return {};
}

bool holds(json::value const& stored, std::string_view op, json::value const& wanted)
{
    if (op == "IS" || op == "is") return stored.is_null() == wanted.is_null();
    if (op == "IS NOT" || op == "is not") return stored.is_null() != wanted.is_null();
    // In SQL no comparison with null is true.
    if (stored.is_null() || wanted.is_null()) return false;
    auto const order = compare(stored, wanted);
    if (op == "==" || op == "=") return order == 0;
    if (op == "!=" || op == "<>") return order != 0;
    if (!order) return false;
    if (op == "<") return *order < 0;
    if (op == "<=") return *order <= 0;
    if (op == ">") return *order > 0;
    if (op == ">=") return *order >= 0;
    return false;
}

bool matches(json::object const& row, json::object const& query)
{
    static json::value const null;
    for (auto const& [name, wanted] : query) {
        if (wanted.is_null()) continue;
        json::value const* const found = row.if_contains(name);
        json::value const& stored = found ? *found : null;
        if (wanted.is_object() && wanted.get_object().size() == 1) {
            auto const& [op, operand] = *wanted.get_object().begin();
            if (!holds(stored, op, operand)) return false;
        } else if (!holds(stored, "==", wanted)) {
            return false;
        }
    }
    return true;
}

struct get_options
{
    std::int64_t limit;
    std::vector<std::pair<std::string, bool>> order;  ///< field, descending
};

get_options read_options(table const& t, json::array const& options)
{
    get_options out{t.limit, {}};
    for (json::value const& option : options) {
        if (!option.is_object()) continue;
        for (auto const& [name, value] : option.get_object()) {
            if (name == "limit") {
                double const n = js_number(value);
                if (std::isfinite(n)) {
                    out.limit = static_cast<std::int64_t>(std::min(std::trunc(n), 100'000.0));
                }
            } else if (name == "order_by") {
                std::string field = js_string(&value);
                bool const down = field.starts_with('-');
                out.order.emplace_back(down ? field.substr(1) : field, down);
            } else if (name != "set" && name != "delete" && name != "slice" &&
                       name != "only_changes" && name != "heartbeat") {
                throw call_error("unknown option '" + std::string(name) + "'");
            }
        }
    }
    if (out.limit < 0) database_error("LIMIT must not be negative");
    if (out.order.empty() && !t.order_by.empty()) {
        bool const down = t.order_by.starts_with('-');
        out.order.emplace_back(t.order_by.substr(down ? 1 : 0), down);
    }
    return out;
}

json::value get(call& c, table const& t, json::object query, json::array const& options, bool many)
{
    if (t.get_fields.empty()) {
        fatal("get queries not allowed for table '" + std::string(t.name) + "'");
    }
    for (auto const& member : query) {
        if (!contains(t.get_fields, member.key())) {
            fatal(
                "user get query not allowed for " + std::string(t.name) + "." +
                std::string(member.key())
            );
        }
    }
    get_options const o = read_options(t, options);
    if (t.for_admins && !c.world.is_admin(c.account_id)) fatal("user must be an admin");
    std::vector<json::object> rows = t.rows(c, query);
    std::erase_if(rows, [&](json::object const& row) { return !matches(row, query); });
    for (auto at = o.order.rbegin(); at != o.order.rend(); ++at) {
        auto const& [field, down] = *at;
        if (!contains(t.get_fields, field)) {
            database_error("column \"" + field + "\" does not exist");
        }
        std::stable_sort(rows.begin(), rows.end(), [&](auto const& x, auto const& y) {
            static json::value const null;
            auto const* const a = x.if_contains(field);
            auto const* const b = y.if_contains(field);
            // For PostgreSQL, null is the largest value.
            bool const no_a = !a || a->is_null(), no_b = !b || b->is_null();
            int const order = no_a || no_b ? static_cast<int>(no_a) - static_cast<int>(no_b)
                                           : compare(*a, *b).value_or(0);
            return down ? order > 0 : order < 0;
        });
    }
    if (rows.size() > static_cast<std::size_t>(o.limit)) {
        rows.resize(static_cast<std::size_t>(o.limit));
    }
    json::array out;
    for (json::object const& row : rows) {
        json::object shown;
        for (auto const& member : query) {
            json::value const* const v = row.if_contains(member.key());
            // Members that are null in the database are left out of the answer.
            if (v && !v->is_null()) shown[member.key()] = *v;
        }
        out.push_back(std::move(shown));
    }
    json::object result;
    if (many) {
        result[t.name] = std::move(out);
    } else if (!out.empty()) {
        result[t.name] = std::move(out[0]);
    }
    return result;
}

json::value set(call& c, table const& t, json::object query, bool remove)
{
    if (t.set_fields.empty()) {
        fatal("user set queries not allowed for table '" + std::string(t.name) + "'");
    }
    for (auto const& member : query) {
        if (member.key() != t.primary_key && !contains(t.set_fields, member.key())) {
            fatal(
                "changing " + std::string(t.name) + "." + std::string(member.key()) + " not allowed"
            );
        }
    }
    if (remove && !t.may_delete) fatal("delete from " + std::string(t.name) + " not allowed");
    json::object given;
    for (auto const& member : query) {
        if (!member.value().is_null()) given[member.key()] = member.value();
    }
    t.set(c, given, remove);
    return json::object();
}

json::value run_one(call& c, json::value const* query, json::value const* options)
{
    if (!query || !query->is_object()) fatal("query must be an object");
    json::object const& whole = query->get_object();
    if (whole.size() > 1) fatal("must specify exactly one key in the query");
    std::string const name = whole.empty() ? "undefined" : std::string(whole.begin()->key());
    json::value spec = whole.empty() ? json::value() : whole.begin()->value();
    bool many = false;
    if (spec.is_array()) {
        if (spec.get_array().size() > 1) fatal("array of length > 1 not yet implemented");
        many = true;
        json::value inner = spec.get_array().empty() ? json::value() : spec.get_array()[0];
        spec = std::move(inner);
    }
    static json::array const no_options;
    json::array const* list = &no_options;
    std::optional<bool> is_set;
    bool remove = false;
    if (!is_nullish(options)) {
        if (!options->is_array()) {
            fatal("options (=" + js_json(*options) + ") must be an array");
        }
        list = &options->get_array();
        for (json::value const& o : *list) {
            if (!o.is_object()) continue;
            auto const* const wants_set = o.get_object().if_contains("set");
            if (!is_nullish(wants_set)) is_set = is_truthy(wants_set);
            if (is_truthy(o.get_object().if_contains("delete"))) remove = true;
        }
    }
    if (!spec.is_object()) {
        fatal("invalid user_query of '" + name + "' -- query must be an object");
    }
    substitute(spec, c);
    bool const setting = is_set.value_or(!has_null_leaf(spec));
    auto const all = tables();
    auto const t =
        std::find_if(all.begin(), all.end(), [&](table const& x) { return x.name == name; });
    if (t == all.end()) {
        if (setting) fatal("table '" + name + "' does not exist");
        fatal("get queries not allowed for table '" + name + "'");
    }
    if (setting) return set(c, *t, std::move(spec.get_object()), remove);
    return get(c, *t, std::move(spec.get_object()), *list, many);
}

}  // namespace

json::value user_query(call& c, json::value const* query, json::value const* options)
{
    if (!query || !query->is_array()) return run_one(c, query, options);
    json::array out;
    for (json::value const& one : query->get_array()) out.push_back(run_one(c, &one, options));
    return out;
}

}  // namespace cohub::inline abi_0_2::fake
