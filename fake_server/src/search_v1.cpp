// `user_search` of API v1: as its manual described it, and as smc-hub of 2020 implemented it.

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>
#include <iterator>
#include <unordered_set>

#include "call.hpp"
#include "database.hpp"
#include "search.hpp"
#include "text.hpp"

namespace cohub::inline abi_0_2::fake {

namespace {

constexpr std::int64_t default_limit = 20;
constexpr std::int64_t most = 50;

struct hit
{
    account_row const* row;
    bool by_address;
    std::string name;  ///< what the answer is sorted by
};

hit hit_of(account_row const& row, bool by_address)
{
    return {&row, by_address, row.lower_first + " " + row.lower_last};
}

std::optional<std::string> time_text(std::optional<std::int64_t> ms)
{
    return ms ? std::optional(iso_time(*ms)) : std::nullopt;
}

void append_verified(std::string& out, account const& a)
{
    out += ",\"email_address_verified\":";
    if (!a.email_address_verified) {
        out += "null";
        return;
    }
    out += '{';
    for (bool first = true; auto const& [address, when] : *a.email_address_verified) {
        if (!first) out += ',';
        first = false;
        append_json_string(out, address);
        out += ':';
        append_json_string(out, when);
    }
    out += '}';
}

void append_account(std::string& out, hit const& h, v1_search const& s)
{
    account const& a = h.row->a;
    append_member(out, "{\"account_id\":", a.account_id);
    append_member(out, ",\"first_name\":", a.first_name);
    append_member(out, ",\"last_name\":", a.last_name);
    if (h.by_address || s.admin) append_member(out, ",\"email_address\":", a.email_address);
    if (s.profile == v1_profile::code_2020) {
        append_member(out, ",\"last_active\":", time_text(a.last_active));
        append_member(out, ",\"created\":", time_text(a.created));
        if (h.by_address) {
            append_verified(out, a);
        } else if (s.admin) {
            out += ",\"banned\":";
            out += a.banned ? (*a.banned ? "true" : "false") : "null";
        }
    }
    out += '}';
}

// The time that is an interval such as `1 month 2 days` before now.
std::int64_t interval_before(std::string_view text, std::int64_t now)
{
    using namespace std::chrono;
    auto const refuse = [&] {
        database_error("invalid input syntax for type interval: \"" + std::string(text) + "\"");
    };
    auto const parts = words(text);
    if (parts.empty()) refuse();
    double calendar_months = 0;
    double rest = 0;  // in ms
    for (std::size_t i = 0; i < parts.size(); ++i) {
        double n = 0;
        std::string_view const number = parts[i];
        auto const [end, error] = std::from_chars(number.data(), number.data() + number.size(), n);
        if (error != std::errc() || !(std::abs(n) <= 1e9)) refuse();
        // The unit may follow without a blank. A number alone means seconds.
        std::string_view unit(end, static_cast<std::size_t>(number.data() + number.size() - end));
        if (unit.empty() && i + 1 < parts.size()) unit = parts[++i];
        std::string name = unit.empty() ? "second" : to_lower(unit);
        if (name.size() > 1 && name.back() == 's') name.pop_back();
        if (name == "year") {
            calendar_months += std::trunc(n * 12);
        } else if (name == "month" || name == "mon") {
            calendar_months += std::trunc(n);
        } else if (name == "week") {
            rest += std::trunc(n * 7 * 86'400'000);
        } else if (name == "day") {
            rest += std::trunc(n * 86'400'000);
        } else if (name == "hour") {
            rest += std::trunc(n * 3'600'000);
        } else if (name == "minute" || name == "min") {
            rest += std::trunc(n * 60'000);
        } else if (name == "second" || name == "sec") {
            rest += std::trunc(n * 1000);
        } else {
            refuse();
        }
    }
    // The database's time begins in 4713 BC.
    constexpr double most_months = 12 * 6700;
    constexpr double most_ms = most_months * 30 * 86'400'000;
    if (std::abs(calendar_months) > most_months || std::abs(rest) > most_ms) {
        database_error("timestamp out of range");
    }
    sys_time<milliseconds> const at{milliseconds(now)};
    auto const day = floor<days>(at);
    year_month_day date = year_month_day(day) - months(static_cast<int>(calendar_months));
    // If the target month has no such day, its last day is used.
    if (!date.ok()) date = date.year() / date.month() / last;
    auto const before = sys_days(date) + (at - day) - milliseconds(static_cast<std::int64_t>(rest));
    return before.time_since_epoch().count();
}

class matcher
{
public:
    matcher(std::vector<std::vector<std::string>> const& items, bool admin) : admin_(admin)
    {
        for (auto const& terms : items) {
            auto& patterns = items_.emplace_back();
            for (std::string const& term : terms) patterns.emplace_back(term, !admin);
        }
    }

    bool operator()(account_row const& r) const
    {
        auto const has = [&](like_pattern const& term) {
            return (r.a.first_name && term.matches(r.lower_first)) ||
                   (r.a.last_name && term.matches(r.lower_last)) ||
                   (admin_ && r.a.email_address && term.matches(r.lower_email));
        };
        return std::any_of(items_.begin(), items_.end(), [&](auto const& terms) {
            return std::all_of(terms.begin(), terms.end(), has);
        });
    }

private:
    bool admin_;
    std::vector<std::vector<like_pattern>> items_;
};

void by_addresses(world& w, std::vector<std::string> addresses, std::vector<hit>& hits)
{
    std::sort(addresses.begin(), addresses.end());
    addresses.erase(std::unique(addresses.begin(), addresses.end()), addresses.end());
    for (std::string const& address : addresses) {
        account const* const a = w.find_by_email(address);
        if (a && !a->deleted) hits.push_back(hit_of(*w.row(a->account_id), true));
    }
}

// The latest activity first, accounts without any last. Accounts with the same time, or without
// one, by id.
bool is_more_recent(account const& x, account const& y)
{
    if (x.last_active != y.last_active) {
        return x.last_active && (!y.last_active || *x.last_active > *y.last_active);
    }
    return x.account_id < y.account_id;
}

std::vector<account_row const*> by_strings(
    world& w, std::vector<std::vector<std::string>> const& items, v1_search const& s
)
{
    std::vector<account_row const*> found;
    if (items.empty()) return found;
    std::optional<std::int64_t> since;
    if (!s.admin && !s.active.empty()) since = interval_before(s.active, w.now);
    matcher const matches(items, s.admin);
    // By index, because accounts may be added while others use the world.
    for (std::size_t i = 0; i < w.accounts().size(); ++i) {
        if (i % rows_between_turns == 0) w.let_others_in();
        account_row const& r = w.accounts()[i];
        if (r.a.deleted) continue;
        if (since && r.a.last_active.value_or(*since - 1) < *since &&
            r.a.created.value_or(*since - 1) < *since) {
            continue;
        }
        if (matches(r)) found.push_back(&r);
    }
    std::sort(found.begin(), found.end(), [](auto const* x, auto const* y) {
        return is_more_recent(x->a, y->a);
    });
    return found;
}

std::string answer(std::vector<hit>& hits, v1_search const& s)
{
    std::stable_sort(hits.begin(), hits.end(), [](hit const& x, hit const& y) {
        return x.name != y.name ? x.name < y.name : is_more_recent(x.row->a, y.row->a);
    });
    if (s.profile == v1_profile::manual) {
        std::int64_t const limit = std::min(s.limit.value_or(default_limit), most);
        if (std::ssize(hits) > limit) hits.erase(hits.begin() + limit, hits.end());
    }
    std::string out = "[";
    for (hit const& h : hits) {
        if (out.size() > 1) out += ',';
        append_account(out, h, s);
    }
    return out + ']';
}

// If two parts of a query find the same account, it is listed once, with the data of the first
// part.
void drop_repeated(std::vector<hit>& hits)
{
    std::unordered_set<account_row const*> known;
    std::erase_if(hits, [&known](hit const& h) { return !known.insert(h.row).second; });
}

std::string search(world& w, v1_search const& s)
{
    bool const by_code = s.profile == v1_profile::code_2020;
    std::int64_t limit = s.limit.value_or(default_limit);
    if (limit < 0) database_error("LIMIT must not be negative");
    if (!s.admin) limit = std::min(limit, most);

    std::vector<hit> hits;
    if (s.admin && by_code) {
        if (auto const id = uuid_text(s.query)) {
            if (account_row const* const r = w.row(*id)) hits.push_back(hit_of(*r, false));
            return answer(hits, s);
        }
        if (is_email_address(s.query)) {
            account const* const a = w.find_by_email(to_lower(s.query));
            if (a) hits.push_back(hit_of(*w.row(a->account_id), false));
            return answer(hits, s);
        }
    }
    search_syntax const syntax{by_code ? std::string_view(",;\n") : std::string_view(","), false};
    parsed_search const parsed = parse_search(s.query, syntax);
    by_addresses(w, parsed.addresses, hits);
    for (account_row const* const r : by_strings(w, parsed.strings, s)) {
        if (by_code && limit-- == 0) break;
        hits.push_back(hit_of(*r, false));
    }
    if (!by_code) drop_repeated(hits);
    return answer(hits, s);
}

}  // namespace

std::string search_accounts_v1(world& w, v1_search const& s)
{
    // With `active` the result also depends on the clock, which moves without a change of an
    // account. So it is not kept.
    auto const look = [&] { return search(w, s); };
    if (!s.active.empty()) return search_in_turns(w, look).first;
    std::string key(s.profile == v1_profile::manual ? "v1m" : "v1c");
    key += s.admin ? 'a' : 'u';
    key += (s.limit ? std::to_string(*s.limit) : "") + ' ';
    key += s.query;
    if (std::string const* const known = w.remembered(key)) return *known;
    auto [found, undisturbed] = search_in_turns(w, look);
    if (undisturbed) w.remember(std::move(key), found);
    return std::move(found);
}

}  // namespace cohub::inline abi_0_2::fake
