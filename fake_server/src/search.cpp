#include "search.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "call.hpp"
#include "text.hpp"

namespace cohub::inline abi_0_2::fake {

namespace {

constexpr double user_cap = 250;
constexpr double admin_cap = 2500;

struct hit
{
    account_row const* row;
    bool by_address;
    std::size_t place = 0;  // the order in which equal hits were found
};

void append_optional(std::string& out, std::string_view member, std::optional<std::string> const& v)
{
    out += member;
    if (v) {
        append_json_string(out, *v);
    } else {
        out += "null";
    }
}

void append_optional(std::string& out, std::string_view member, std::optional<std::int64_t> v)
{
    out += member;
    out += v ? std::to_string(*v) : "null";
}

void append_verified(std::string& out, account const& a)
{
    out += ",\"email_address_verified\":";
    auto const& map = a.email_address_verified;
    if (!map) {
        out += "null";
    } else if (a.email_address && !a.email_address->empty()) {
        out += map->contains(*a.email_address) ? "true" : "false";
    } else {
        // Upstream reduces the map to a yes or no only when the account has an address at present.
        out += '{';
        for (bool first = true; auto const& [address, when] : *map) {
            if (!first) out += ',';
            first = false;
            append_json_string(out, address);
            out += ':';
            append_json_string(out, when);
        }
        out += '}';
    }
}

void append_account(std::string& out, account const& a, bool admin, bool show_address)
{
    out += "{\"account_id\":\"";
    out += a.account_id;
    out += '"';
    append_optional(out, ",\"first_name\":", a.first_name);
    append_optional(out, ",\"last_name\":", a.last_name);
    append_optional(out, ",\"name\":", a.name);
    if (show_address || admin) append_optional(out, ",\"email_address\":", a.email_address);
    append_optional(out, ",\"last_active\":", a.last_active);
    append_optional(out, ",\"created\":", a.created);
    if (admin) {
        out += ",\"banned\":";
        out += a.banned ? (*a.banned ? "true" : "false") : "null";
    }
    append_verified(out, a);
    out += '}';
}

std::string answer(std::vector<hit> const& hits, bool admin)
{
    std::string out = "[";
    out.reserve(2 + hits.size() * 240);
    for (bool first = true; hit const& h : hits) {
        if (!first) out += ',';
        first = false;
        append_account(out, h.row->a, admin, h.by_address);
    }
    out += ']';
    return out;
}

std::vector<std::vector<like_pattern>> compile(std::vector<std::vector<std::string>> const& items)
{
    std::vector<std::vector<like_pattern>> out;
    for (auto const& terms : items) {
        auto& patterns = out.emplace_back();
        for (std::string const& term : terms) patterns.emplace_back(term);
    }
    return out;
}

bool matches(account_row const& r, std::vector<std::vector<like_pattern>> const& items, bool admin)
{
    auto const has = [&](like_pattern const& term) {
        // NULL matches nothing, not even `%`.
        return (r.a.first_name && term.matches(r.lower_first)) ||
               (r.a.last_name && term.matches(r.lower_last)) ||
               (r.a.name && term.matches(r.lower_name)) ||
               (admin && r.a.email_address && term.matches(r.lower_email));
    };
    return std::any_of(items.begin(), items.end(), [&](auto const& terms) {
        return std::all_of(terms.begin(), terms.end(), has);
    });
}

std::vector<hit> by_addresses(world& w, std::vector<std::string> addresses)
{
    std::sort(addresses.begin(), addresses.end());
    addresses.erase(std::unique(addresses.begin(), addresses.end()), addresses.end());
    std::vector<hit> hits;
    for (std::string const& address : addresses) {
        account const* const a = w.find_by_email(address);
        if (a && !a->deleted) hits.push_back({w.row(a->account_id), true});
    }
    // The database returns them in no particular order. The fake server has to choose one.
    std::sort(hits.begin(), hits.end(), [](hit const& x, hit const& y) {
        return x.row->a.account_id < y.row->a.account_id;
    });
    return hits;
}

void by_strings(
    world& w,
    std::vector<std::vector<std::string>> const& items,
    double limit,
    bool admin,
    std::vector<hit>& hits
)
{
    if (items.empty() || limit <= 0) return;
    if (std::isnan(limit) || limit != std::floor(limit)) {
        char text[40];
        auto const end = std::to_chars(text, text + sizeof text, limit).ptr;
        database_error(
            "invalid input syntax for type integer: \"" +
            (std::isnan(limit) ? std::string("NaN") : std::string(text, end)) + "\""
        );
    }
    auto const patterns = compile(items);
    std::size_t seen = 0;
    auto const rows = w.by_recency();
    for (account_row const* const r : *rows) {
        if (++seen % rows_between_turns == 0) w.let_others_in();
        if (r->a.deleted || (r->a.unlisted && !admin) || !matches(*r, patterns, admin)) continue;
        hits.push_back({r, false});
        if (--limit <= 0) return;
    }
}

}  // namespace

parsed_search parse_search(std::string_view query, search_syntax syntax)
{
    parsed_search parsed;
    std::string const lower = to_lower(query);
    for (std::string_view item : split(lower, syntax.separators)) {
        item = trim(item);
        if (item.empty()) continue;
        bool const is_user_name = syntax.user_names && item.front() == '@';
        if (item.find('@') == item.npos || is_user_name) {
            auto& terms = parsed.strings.emplace_back();
            for (std::string_view const word : words(item)) terms.emplace_back(word);
            continue;
        }
        for (std::string_view word : words(item)) {
            if (word.front() == '<') {
                auto const end = word.rfind('>');
                if (end != word.npos) word = word.substr(1, end - 1);
            }
            if (is_email_address(word)) parsed.addresses.emplace_back(word);
        }
    }
    return parsed;
}

namespace {

std::string search(world& w, std::string_view query, double limit, bool admin, bool only_email)
{
    limit = std::isnan(limit) ? limit : std::min(limit, admin ? admin_cap : user_cap);
    if (auto const id = uuid_text(query)) {
        std::vector<hit> hits;
        if (account_row const* const r = w.row(*id)) {
            hits.push_back({r, false});
        } else if (project_row const* const p = admin ? w.project(*id) : nullptr) {
            for (project::user const& member : p->users) {
                if (auto const* const found = w.row(member.account_id))
                    hits.push_back({found, false});
            }
        }
        return answer(hits, admin);
    }
    if (is_email_address(query)) {
        account const* const a = w.find_by_email(to_lower(query));
        return answer(
            a ? std::vector<hit>{{w.row(a->account_id), true}} : std::vector<hit>(), admin
        );
    }

    parsed_search parsed = parse_search(query);
    if (admin) {
        for (std::string& address : parsed.addresses)
            parsed.strings.push_back({std::move(address)});
        parsed.addresses.clear();
    }
    std::vector<hit> hits;
    if (!(limit <= 0)) hits = by_addresses(w, std::move(parsed.addresses));
    if (!only_email) {
        by_strings(w, parsed.strings, limit - static_cast<double>(hits.size()), admin, hits);
    }
    for (std::size_t i = 0; i != hits.size(); ++i) hits[i].place = i;
    std::sort(hits.begin(), hits.end(), [](hit const& x, hit const& y) {
        auto const latest = [](account const& a) {
            return std::max(a.last_active.value_or(0), a.created.value_or(0));
        };
        auto const of_x = latest(x.row->a), of_y = latest(y.row->a);
        return of_x != of_y ? of_x > of_y : x.place < y.place;
    });
    return answer(hits, admin);
}

}  // namespace

std::string search_accounts(
    world& w, std::string_view query, double limit, bool admin, bool only_email
)
{
    std::string key(admin ? "a" : "u");
    key += only_email ? 'e' : 's';
    char number[40];
    key.append(number, std::to_chars(number, number + sizeof number, limit).ptr);
    key += ' ';
    key += query;
    if (std::string const* const known = w.remembered(key)) return *known;
    // The members of a project change without a change of an account, so this result is not kept.
    if (admin && uuid_text(query)) return search(w, query, limit, admin, only_email);
    auto [found, undisturbed] =
        search_in_turns(w, [&] { return search(w, query, limit, admin, only_email); });
    if (undisturbed) w.remember(std::move(key), found);
    return std::move(found);
}

}  // namespace cohub::inline abi_0_2::fake
