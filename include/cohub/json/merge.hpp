#ifndef COHUB_JSON_MERGE_HPP
#define COHUB_JSON_MERGE_HPP

#include <cohub/json/decode.hpp>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace cohub::json {

namespace detail {

/// Takes apart a text that is known to be JSON. A template, as is all here, so that who never
/// writes a value back does not compile it.
template <class Once>
class parts
{
public:
    /// A member or an element with the blanks around it; `name` and `value` lie inside `all`.
    struct part
    {
        std::string_view all, value;
        std::string name;
    };

    explicit parts(std::string_view text) : text_(text) {}

    /// The next one of an object or an array; there is none of any other value.
    bool next(part& p)
    {
        if (over_) return false;
        bool const first = at_ == 0;
        if (first) {
            skip_blanks();
            object_ = at() == '{';
            if (!object_ && at() != '[') return stop();
        }
        ++at_;  // the bracket, or the comma
        std::size_t const begin = at_;
        skip_blanks();
        if (first && (at() == '}' || at() == ']')) return stop();
        if (object_) {
            p.name = plain(skip_value());
            skip_blanks();
            ++at_;  // the colon
            skip_blanks();
        }
        p.value = skip_value();
        skip_blanks();
        p.all = text_.substr(begin, std::min(at_, text_.size()) - begin);
        over_ = at() != ',';
        return true;
    }

    /// All of them.
    std::vector<part> split()
    {
        std::vector<part> out;
        for (part p; next(p);) out.push_back(std::move(p));
        return out;
    }

    static std::string_view trimmed(std::string_view text)
    {
        auto const first = text.find_first_not_of(" \t\r\n");
        if (first == std::string_view::npos) return {};
        return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
    }

    /// A text without its quotes and escapes.
    static std::string plain(std::string_view quoted)
    {
        if (quoted.size() >= 2 && quoted.find('\\') == std::string_view::npos)
            return std::string(quoted.substr(1, quoted.size() - 2));
        std::string text;
        json::decode(quoted, text);
        return text;
    }

private:
    bool stop() noexcept
    {
        over_ = true;
        return false;
    }

    char at() const noexcept { return at_ < text_.size() ? text_[at_] : '\0'; }

    void skip_blanks() noexcept
    {
        while (at() == ' ' || at() == '\t' || at() == '\r' || at() == '\n') ++at_;
    }

    void skip_text() noexcept
    {
        for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_)
            if (text_[at_] == '\\') ++at_;
        ++at_;
    }

    std::string_view skip_value()
    {
        std::size_t const first = at_;
        std::size_t depth = 0;
        do {
            char const c = at();
            if (c == '"') {
                skip_text();
                continue;
            }
            if (c == '{' || c == '[')
                ++depth;
            else if (c == '}' || c == ']')
                --depth;
            else if (depth == 0) {
                at_ = std::min(text_.find_first_of(",]} \t\r\n", at_), text_.size());
                break;
            }
            ++at_;
        } while (depth != 0 && at_ < text_.size());
        at_ = std::min(at_, text_.size());
        return text_.substr(first, at_ - first);
    }

    std::string_view text_;
    std::size_t at_ = 0;
    bool object_ = false;
    bool over_ = false;
};

/// Three-way merge of JSON texts: what differs between `before` and `now` is carried over to `raw`.
template <class Once>
class merger
{
    using part = typename parts<Once>::part;
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

    static list split(std::string_view text) { return parts<Once>(text).split(); }

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
                // Of duplicates the last one counts: it alone is kept when the value changes.
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

    /// What an element is told by, among others like it; empty: nothing.
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
        // Each element of the raw text has been decoded to one.
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

    /// For each element the one that it was before, wherever that stood.
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
        // What stands in the place of another one, and came from nowhere, is that one changed.
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

    /// Pairs those with the same key, in their order; an empty key tells nothing.
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

    /// If as many are left on both sides, and nothing tells them apart, they kept their order.
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

/// @brief Carries what changed of a value over to the text that it was read from.
///
/// All that the decoder does not know, and all that is as it was, stays byte for byte: unknown
/// members and words, numbers beyond any type, blanks, the order.
/// @param raw what was read; valid JSON
/// @param before what was read, as our encoder writes it
/// @param now what it is now, as our encoder writes it
template <class Once = void>
std::string merge(std::string_view raw, std::string_view before, std::string_view now)
{
    std::string out;
    out.reserve(raw.size() + now.size());
    detail::merger<Once>(out).merge(detail::parts<Once>::trimmed(raw), before, now);
    return out;
}

/// @brief The text of a value inside valid JSON; empty if there is none.
/// @param pointer which one, by RFC 6901, e.g. `/user/name`; of duplicate members the last one
template <class Once = void>
std::string_view find(std::string_view text, std::string_view pointer)
{
    text = detail::parts<Once>::trimmed(text);
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
        // One at a time: a hostile text may have millions of them.
        detail::parts<Once> parts(text);
        for (typename detail::parts<Once>::part p; parts.next(p);)
            if (array ? std::to_string(index++) == step : p.name == step) found = p.value;
        if (found.empty()) return {};
        text = found;
    }
    return text;
}

}  // namespace cohub::json

#endif
