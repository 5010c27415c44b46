#include "mix.hpp"

#include <algorithm>
#include <array>
#include <numeric>
#include <optional>

#include "arguments.hpp"

namespace bench {

namespace {

constexpr std::uint64_t heaviest = 1000;

struct known
{
    method what;
    std::string_view name, wire_name;
};
constexpr std::array methods{
    known{method::user_search, "user_search", "system.userSearch"},
    known{method::ping, "ping", "system.ping"},
    known{method::get_names, "get_names", "system.getNames"},
    known{method::get_customize, "get_customize", "system.getCustomize"}};

known const& description(method m)
{
    return *std::find_if(methods.begin(), methods.end(), [m](known const& k) {
        return k.what == m;
    });
}

std::optional<method> method_named(std::string_view name)
{
    for (auto const& k : methods)
        if (k.name == name) return k.what;
    return std::nullopt;
}

mix::entry read_entry(std::string_view text)
{
    auto const sign = text.find('=');
    auto const what = method_named(trimmed(text.substr(0, sign)));
    if (!what) {
        std::string names;
        for (auto const& k : methods) names += (names.empty() ? "" : ", ") + std::string(k.name);
        throw usage_error(
            "--mix: '" + std::string(text) + "' begins with no method; there are " + names
        );
    }
    mix::entry e{*what, 1};
    if (sign == std::string_view::npos) return e;
    auto const [number, rest] = read_number(trimmed(text.substr(sign + 1)));
    e.weight =
        number && *number >= 1 && *number <= heaviest ? static_cast<std::uint64_t>(*number) : 0;
    if (!rest.empty() || e.weight == 0 || static_cast<double>(e.weight) != *number)
        throw usage_error(
            "--mix: '" + std::string(text) +
            "' has no weight between 1 and 1000; write user_search=8,ping=1"
        );
    return e;
}

}  // namespace

std::string_view name_of(method m) { return description(m).name; }
std::string_view wire_name_of(method m) { return description(m).wire_name; }

mix::mix() : entries_(1) { spread(); }

mix::mix(std::string_view text)
{
    for (bool more = true; more;) {
        auto const comma = text.find(',');
        more = comma != std::string_view::npos;
        entry const e = read_entry(trimmed(text.substr(0, comma)));
        if (more) text.remove_prefix(comma + 1);
        if (has(e.what))
            throw usage_error("--mix: " + std::string(name_of(e.what)) + " is there twice");
        entries_.push_back(e);
    }
    spread();
}

bool mix::has(method m) const
{
    return std::any_of(entries_.begin(), entries_.end(), [m](entry const& e) {
        return e.what == m;
    });
}

// The method that is farthest behind its share is next.
void mix::spread()
{
    std::uint64_t common = 0, all = 0;
    for (auto const& e : entries_) common = std::gcd(common, e.weight);
    for (auto const& e : entries_) all += e.weight / common;
    std::vector<std::int64_t> credit(entries_.size());
    order_.reserve(all);
    for (std::uint64_t i = 0; i < all; ++i) {
        for (std::size_t k = 0; k < entries_.size(); ++k)
            credit[k] += static_cast<std::int64_t>(entries_[k].weight / common);
        auto const next = std::max_element(credit.begin(), credit.end());
        *next -= static_cast<std::int64_t>(all);
        order_.push_back(static_cast<unsigned char>(next - credit.begin()));
    }
}

std::string mix::text() const
{
    std::string all;
    for (auto const& e : entries_)
        all += (all.empty() ? "" : ",") + std::string(name_of(e.what)) + '=' +
               std::to_string(e.weight);
    return all;
}

}  // namespace bench
