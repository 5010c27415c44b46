#include "names.hpp"

#include <algorithm>
#include <numeric>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "cocalc.hpp"
#include "pieces.hpp"
#include "text.hpp"
#include "v1.hpp"
#include "v2.hpp"

namespace cohub::inline abi_0_2::fake {

namespace {

std::vector<std::string> const& call_names()
{
    static std::vector<std::string> const names = [] {
        std::vector<std::string> all;
        cocalc_call::add_names(all);
        v1_call::add_names(all);
        v2_call::add_names(all);
        pieces_call::add_names(all);
        std::sort(all.begin(), all.end());
        return all;
    }();
    return names;
}

// How many letters have to be added, left out or replaced.
std::size_t distance(std::string_view a, std::string_view b)
{
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = std::exchange(row[0], i);
        for (std::size_t k = 1; k <= b.size(); ++k) {
            std::size_t const replaced = diagonal + (a[i - 1] != b[k - 1]);
            diagonal = row[k];
            row[k] = std::min({diagonal + 1, row[k - 1] + 1, replaced});
        }
    }
    return row.back();
}

}  // namespace

void check_names_a_call(std::string_view pattern)
{
    if (pattern == "*" || pattern.starts_with('/')) return;
    std::vector<std::string> const& names = call_names();
    bool const known = std::any_of(names.begin(), names.end(), [pattern](std::string const& name) {
        return pattern_matches(pattern, "", name);
    });
    if (known) return;
    std::string const lower = to_lower(pattern);
    auto const nearest = std::min_element(names.begin(), names.end(), [&](auto& a, auto& b) {
        return distance(lower, to_lower(a)) < distance(lower, to_lower(b));
    });
    throw std::invalid_argument(
        "there is no call '" + std::string(pattern) + "'; the nearest is '" + *nearest +
        "'. With a path before it (/api/conat/hub#" + std::string(pattern) + ") any name is taken"
    );
}

}  // namespace cohub::inline abi_0_2::fake
