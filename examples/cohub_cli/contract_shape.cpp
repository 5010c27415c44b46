#include "contract_shape.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "json_text.hpp"

namespace cli {

namespace {

using kind = json_node::kind;

std::string name_of(kind k)
{
    switch (k) {
        case kind::null:
            return "null";
        case kind::boolean:
            return "boolean";
        case kind::number:
            return "number";
        case kind::text:
            return "text";
        case kind::array:
            return "array";
        case kind::object:
            break;
    }
    return "object";
}

/// What a shape says of a value, in one word or several.
std::string types_of(json_node const& shape)
{
    return shape.is == kind::text ? shape.text() : name_of(shape.is);
}

/// What a shape knows of the members of an object.
struct known_member
{
    json_node const* shape = nullptr;
    bool may_be_absent = false;
};

known_member member_of(json_node const& shape, std::string const& name)
{
    if (auto const* const m = shape.member(name)) return {m, false};
    auto const* const m = shape.member(name + '?');
    return {m, m != nullptr};
}

class comparison
{
public:
    void compare(json_node const& shape, json_node const& seen, std::string const& path)
    {
        if (shape.is == kind::text) {
            std::string const types = shape.text();
            if (types != "any" && !is_among(name_of(seen.is), types, '|'))
                add_once(all_, {"type", path, types, name_of(seen.is)});
        } else if (shape.is != seen.is) {
            add_once(all_, {"type", path, name_of(shape.is), name_of(seen.is)});
        } else if (shape.is == kind::array) {
            for (auto const& item : seen.items) compare(shape.items.at(0), item, path + "/*");
        } else {
            compare_members(shape, seen, path);
        }
    }
    std::vector<difference> all() && { return std::move(all_); }

private:
    void compare_members(json_node const& shape, json_node const& seen, std::string const& path)
    {
        if (auto const* const any = shape.member("*")) {
            for (auto const& m : seen.items) compare(*any, m, path + "/*");
            return;
        }
        for (auto const& m : shape.items) {
            bool const optional = m.name.ends_with('?');
            std::string const name = m.name.substr(0, m.name.size() - (optional ? 1 : 0));
            if (auto const* const there = seen.member(name))
                compare(m, *there, path + '/' + name);
            else if (!optional)
                add_once(all_, {"missing", path + '/' + name, types_of(m), "nothing"});
        }
        for (auto const& m : seen.items)
            if (member_of(shape, m.name).shape == nullptr)
                add_once(all_, {"new", path + '/' + m.name, "nothing", name_of(m.is)});
    }

    std::vector<difference> all_;
};

/// What several answers have in one place.
struct seen_value
{
    /// With `|` between; null does not count.
    std::string types;
    std::size_t objects = 0;
    /// Members, and how many of the objects had each; `*` are elements, and members of any name.
    struct part;
    std::vector<part> parts;

    part& part_called(std::string const& name);
    part const* find(std::string const& name) const;
};

struct seen_value::part
{
    std::string name;
    std::size_t times = 0;
    seen_value value;
};

seen_value::part const* seen_value::find(std::string const& name) const
{
    auto const found =
        std::find_if(parts.begin(), parts.end(), [&](part const& p) { return p.name == name; });
    return found == parts.end() ? nullptr : &*found;
}

seen_value::part& seen_value::part_called(std::string const& name)
{
    if (auto const* const p = find(name)) return parts[static_cast<std::size_t>(p - parts.data())];
    parts.emplace_back();
    parts.back().name = name;
    return parts.back();
}

/// Whether the release knows the type of a value and nothing of what is inside.
bool is_opaque(json_node const* known) { return known != nullptr && known->is == kind::text; }

/// The shape of elements, or of members of any name; null if there is none.
json_node const* shape_of_all(json_node const* known)
{
    if (known == nullptr) return nullptr;
    if (known->is == kind::array) return &known->items.at(0);
    return known->member("*");
}

/// An object whose members have names like ids.
bool is_map(json_node const* known) { return known != nullptr && known->member("*") != nullptr; }

/// What the release knows of a member; nothing where it knows nothing of the object.
known_member member_of(json_node const* known, std::string const& name)
{
    if (known == nullptr) return {};
    return member_of(*known, name);
}

void learn(seen_value& to, json_node const& seen, json_node const* known)
{
    if (seen.is == kind::null) return;
    std::string const type = name_of(seen.is);
    if (!is_among(type, to.types, '|')) to.types += (to.types.empty() ? "" : "|") + type;
    if (is_opaque(known)) return;
    if (seen.is == kind::array || (seen.is == kind::object && is_map(known))) {
        for (auto const& item : seen.items)
            learn(to.part_called("*").value, item, shape_of_all(known));
    } else if (seen.is == kind::object) {
        ++to.objects;
        for (auto const& m : seen.items) {
            auto& part = to.part_called(m.name);
            ++part.times;
            learn(part.value, m, member_of(known, m.name).shape);
        }
    }
}

class drift
{
public:
    void compare(
        seen_value const& then,
        json_node const& now,
        json_node const* known,
        std::string const& path
    )
    {
        if (now.is == kind::null || then.types.empty()) return;
        std::string const type = name_of(now.is);
        if (!is_among(type, then.types, '|')) {
            bool const varies = is_opaque(known) && is_among(type, known->text(), '|');
            bool const is_any = is_opaque(known) && known->text() == "any";
            if (!varies && !is_any) add({"type", path, then.types, type});
            return;
        }
        if (is_opaque(known)) return;
        if (now.is == kind::array || (now.is == kind::object && is_map(known))) {
            auto const* const all = then.find("*");
            if (all == nullptr) return;
            for (auto const& item : now.items)
                compare(all->value, item, shape_of_all(known), path + "/*");
        } else if (now.is == kind::object) {
            compare_members(then, now, known, path);
        }
    }
    std::vector<difference> all() && { return std::move(all_); }

private:
    void compare_members(
        seen_value const& then,
        json_node const& now,
        json_node const* known,
        std::string const& path
    )
    {
        for (auto const& part : then.parts) {
            bool const always = part.times == then.objects;
            if (always && now.member(part.name) == nullptr &&
                !member_of(known, part.name).may_be_absent)
                add(
                    {"missing",
                     path + '/' + part.name,
                     part.value.types.empty() ? "null" : part.value.types,
                     "nothing"}
                );
        }
        for (auto const& m : now.items) {
            known_member const k = member_of(known, m.name);
            if (auto const* const part = then.find(m.name))
                compare(part->value, m, k.shape, path + '/' + m.name);
            else if (!k.may_be_absent)
                add({"new", path + '/' + m.name, "nothing", name_of(m.is)});
        }
    }
    void add(difference d)
    {
        d.against = "recording";
        add_once(all_, std::move(d));
    }

    std::vector<difference> all_;
};

}  // namespace

void add_once(std::vector<difference>& all, difference d)
{
    if (std::find(all.begin(), all.end(), d) == all.end()) all.push_back(std::move(d));
}

bool is_among(std::string_view word, std::string_view all, char separator)
{
    while (!all.empty()) {
        auto const end = std::min(all.find(separator), all.size());
        if (all.substr(0, end) == word) return true;
        all.remove_prefix(std::min(end + 1, all.size()));
    }
    return false;
}

std::vector<difference> differences_between(std::string_view shape, std::string_view json)
{
    comparison c;
    json_node const known = read_tree(shape);
    json_node const seen = read_tree(json);
    c.compare(known, seen, "");
    return std::move(c).all();
}

std::vector<difference> drift_between(
    std::string_view shape, std::vector<std::string> const& recorded, std::string_view json
)
{
    json_node const known = read_tree(shape);
    seen_value then;
    for (auto const& text : recorded) learn(then, read_tree(text), &known);
    drift d;
    json_node const now = read_tree(json);
    d.compare(then, now, &known, "");
    return std::move(d).all();
}

}  // namespace cli
