#ifndef COHUB_JSON_IMPL_MERGE_IPP
#define COHUB_JSON_IMPL_MERGE_IPP

#include <cohub/json/detail/scanner.hpp>
#include <cohub/json/merge.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace cohub::inline abi_0_2::json {

namespace detail {

inline constexpr char const* blanks = " \t\r\n";

/// A member or an element with the blanks around it; `name` and `value` are inside `all`.
struct part
{
    std::string_view all, value;
    std::string name;
};

/// Splits the outermost object or array into parts while the scanner reads it.
template <class Visitor>
class part_reader
{
public:
    part_reader(std::string_view text, Visitor& visit)
        : text_(text), visit_(visit), scanner_(text, *this, max_depth)
    {
    }

    /// @return false if the text is not JSON, or is nested too deep
    bool run() { return scanner_.run(); }

    // The scanner's handler
    std::size_t expect_key(char const*, char const*) const noexcept { return 0; }
    void on_key(std::string_view name)
    {
        if (depth_ != 1) return;
        name_ = name;
        value_ = text_.find_first_not_of(blanks, text_.find(':', scanner_.position()) + 1);
    }
    void on_object_begin() { begin(); }
    void on_object_end(std::size_t) { end(); }
    void on_array_begin() { begin(); }
    void on_array_end(std::size_t) { end(); }
    void on_string(std::string_view) { on_value(); }
    void on_int64(std::int64_t) { on_value(); }
    void on_uint64(std::uint64_t) { on_value(); }
    void on_double(double) { on_value(); }
    void on_bool(bool) { on_value(); }
    void on_null() { on_value(); }

private:
    void begin()
    {
        if (depth_++ == 0) {
            all_ = scanner_.position() + 1;
            value_ = text_.find_first_not_of(blanks, all_);
        }
    }
    void end()
    {
        --depth_;
        on_value();
    }
    /// A value ends here.
    void on_value()
    {
        if (depth_ != 1) return;
        std::size_t const value_end = scanner_.position();
        std::size_t const all_end =
            std::min(text_.find_first_not_of(blanks, value_end), text_.size());
        part p;
        p.value = text_.substr(value_, value_end - value_);
        p.all = text_.substr(all_, all_end - all_);
        p.name = std::move(name_);
        all_ = std::min(all_end + 1, text_.size());  // after the comma
        value_ = std::min(text_.find_first_not_of(blanks, all_), text_.size());
        visit_(std::move(p));
    }

    std::string_view text_;
    Visitor& visit_;
    scanner<part_reader> scanner_;
    std::size_t depth_ = 0;
    std::size_t all_ = 0;    // where the next part begins
    std::size_t value_ = 0;  // where its value begins
    std::string name_;
};

/// @param text valid JSON; only objects and arrays have parts
/// @param visit gets one part at a time: a hostile text may have millions of them
/// @return false if the text is not JSON, or is nested too deep: then some parts are missing
template <class Visitor>
bool for_each_part(std::string_view text, Visitor& visit)
{
    return part_reader<Visitor>(text, visit).run();
}

inline bool is_json(std::string_view text)
{
    auto const ignore = [](part&&) {};
    return for_each_part(text, ignore);
}

/// Three-way merge of JSON texts: applies the differences between `before` and `now` to `raw`.
class merger
{
    using list = std::vector<part>;

public:
    explicit merger(std::string& out) : out_(out) {}

    void merge(std::string_view raw, std::string_view before, std::string_view now)
    {
        if (before == now)
            out_ += raw;
        else if (all_begin_with('{', raw, before, now))
            objects(raw, split(before), split(now));
        else if (all_begin_with('[', raw, before, now))
            arrays(split(raw), split(before), split(now), now);
        else
            out_ += now;
    }

private:
    static constexpr std::size_t nowhere = static_cast<std::size_t>(-1);

    static list split(std::string_view text)
    {
        list all;
        auto const keep = [&all](part&& p) { all.push_back(std::move(p)); };
        for_each_part(text, keep);
        return all;
    }

    static bool all_begin_with(
        char c, std::string_view raw, std::string_view before, std::string_view now
    )
    {
        return raw.starts_with(c) && before.starts_with(c) && now.starts_with(c);
    }

    static part const* find(list const& all, std::string_view name)
    {
        for (auto p = all.rbegin(); p != all.rend(); ++p)
            if (p->name == name) return &*p;
        return nullptr;
    }

    void separate(bool& first)
    {
        if (!first) out_ += ',';
        first = false;
    }

    void around(part const& p, auto write)
    {
        auto const head = static_cast<std::size_t>(p.value.data() - p.all.data());
        out_ += p.all.substr(0, head);
        write();
        out_ += p.all.substr(head + p.value.size());
    }

    void objects(std::string_view raw, list const& before, list const& now)
    {
        list const members = split(raw);
        bool first = true;
        out_ += '{';
        for (part const& m : members) {
            part const* const b = find(before, m.name);
            part const* const n = find(now, m.name);
            std::string_view const was = b != nullptr ? b->value : std::string_view();
            std::string_view const is = n != nullptr ? n->value : std::string_view();
            if (was == is) {
                separate(first);
                out_ += m.all;
            } else if (n != nullptr && find(members, m.name) == &m) {
                // Of duplicate members, the last one counts: only this one is kept when the value
                // changes.
                separate(first);
                around(m, [&] {
                    if (b != nullptr)
                        merge(m.value, was, is);
                    else
                        out_ += is;
                });
            }
        }
        for (part const& n : now) {
            part const* const b = find(before, n.name);
            if (find(members, n.name) != nullptr || (b != nullptr && b->value == n.value)) continue;
            separate(first);
            out_ += n.all;
        }
        out_ += '}';
    }

    /// The members that identify an element among similar ones; empty: none.
    static std::string identity(std::string_view element)
    {
        std::string id;
        if (!element.starts_with('{')) return id;
        for (part const& m : split(element))
            if (m.name == "id" || m.name == "user_id" || m.name == "type" || m.name == "provider")
                id += m.all;
        return id;
    }

    void arrays(list const& raw, list const& before, list const& now, std::string_view whole)
    {
        // Each element of the raw text has been decoded to one element of the value.
        if (raw.size() != before.size()) {
            out_ += whole;
            return;
        }
        std::vector<std::size_t> const from = origins(before, now);
        bool first = true;
        out_ += '[';
        for (std::size_t i = 0; i != now.size(); ++i) {
            separate(first);
            if (from[i] == nowhere)
                out_ += now[i].all;
            else
                around(raw[from[i]], [&] {
                    merge(raw[from[i]].value, before[from[i]].value, now[i].value);
                });
        }
        out_ += ']';
    }

    /// For each element, the index of the element that it was before, wherever that was.
    static std::vector<std::size_t> origins(list const& before, list const& now)
    {
        std::vector<std::size_t> from(now.size(), nowhere);
        std::vector<bool> used(before.size(), false);
        auto const match = [&](std::size_t n, std::size_t b) {
            from[n] = b;
            used[b] = true;
        };
        std::size_t const most = std::min(before.size(), now.size());
        std::size_t head = 0, tail = 0;
        for (; head != most && before[head].value == now[head].value; ++head) match(head, head);
        for (; tail != most - head; ++tail) {
            std::size_t const b = before.size() - 1 - tail, n = now.size() - 1 - tail;
            if (before[b].value != now[n].value) break;
            match(n, b);
        }
        pair_up(from, used, [&](bool is_now, std::size_t i) {
            return std::string((is_now ? now : before)[i].value);
        });
        pair_up(from, used, [&](bool is_now, std::size_t i) {
            return identity((is_now ? now : before)[i].value);
        });
        pair_rest(from, used, before, now);
        // An element in the place of another one, without any origin, is the other one after a
        // change.
        if (before.size() == now.size())
            for (std::size_t i = 0; i != now.size(); ++i)
                if (from[i] == nowhere && !used[i]) from[i] = i;
        return from;
    }

    struct key
    {
        std::string text;
        std::size_t at;
        bool operator<(key const& k) const { return text != k.text ? text < k.text : at < k.at; }
    };

    /// Pairs elements with the same key, in their order; an empty key identifies nothing.
    static void pair_up(std::vector<std::size_t>& from, std::vector<bool>& used, auto key_of)
    {
        std::vector<key> free;
        for (std::size_t b = 0; b != used.size(); ++b)
            if (!used[b])
                if (std::string k = key_of(false, b); !k.empty()) free.push_back({std::move(k), b});
        std::sort(free.begin(), free.end());
        for (std::size_t n = 0; n != from.size(); ++n) {
            if (from[n] != nowhere) continue;
            std::string k = key_of(true, n);
            if (k.empty()) continue;
            auto at = std::lower_bound(free.begin(), free.end(), key{k, 0});
            while (at != free.end() && at->text == k && used[at->at]) ++at;
            if (at == free.end() || at->text != k) continue;
            from[n] = at->at;
            used[at->at] = true;
        }
    }

    /// If the same number is left on both sides, and nothing identifies them, they kept their
    /// order.
    static void pair_rest(
        std::vector<std::size_t>& from, std::vector<bool>& used, list const& before, list const& now
    )
    {
        std::vector<std::size_t> old, fresh;
        for (std::size_t b = 0; b != used.size(); ++b)
            if (!used[b] && identity(before[b].value).empty()) old.push_back(b);
        for (std::size_t n = 0; n != from.size(); ++n)
            if (from[n] == nowhere && identity(now[n].value).empty()) fresh.push_back(n);
        if (old.size() != fresh.size()) return;
        for (std::size_t i = 0; i != old.size(); ++i) {
            from[fresh[i]] = old[i];
            used[old[i]] = true;
        }
    }

    std::string& out_;
};

}  // namespace detail

COHUB_DECL std::string_view trimmed(std::string_view text) noexcept
{
    auto const first = text.find_first_not_of(detail::blanks);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(detail::blanks) - first + 1);
}

COHUB_DECL std::string merge(std::string_view raw, std::string_view before, std::string_view now)
{
    // Nothing can be kept of a text that cannot be read.
    if (!detail::is_json(raw) || !detail::is_json(before)) return std::string(now);
    std::string out;
    out.reserve(raw.size() + now.size());
    detail::merger(out).merge(trimmed(raw), before, now);
    return out;
}

COHUB_DECL std::string_view find(std::string_view text, std::string_view pointer)
{
    text = trimmed(text);
    while (!pointer.empty()) {
        if (pointer[0] != '/') return {};
        pointer.remove_prefix(1);
        std::string_view const escaped = pointer.substr(0, pointer.find('/'));
        pointer.remove_prefix(escaped.size());
        std::string step;
        for (std::size_t i = 0; i < escaped.size(); ++i) {
            bool const mark = escaped[i] == '~' && i + 1 < escaped.size();
            if (mark) ++i;
            step += mark ? (escaped[i] == '1' ? '/' : '~') : escaped[i];
        }
        bool const array = text.starts_with('[');
        std::size_t index = 0;
        std::string_view found;
        auto const look = [&](detail::part const& p) {
            if (array ? std::to_string(index++) == step : p.name == step) found = p.value;
        };
        if (!detail::for_each_part(text, look) || found.empty()) return {};
        text = found;
    }
    return text;
}

}  // namespace cohub::inline abi_0_2::json

#endif
