#pragma once

#include <cohub/fake/v1_profile.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "world.hpp"

namespace cohub::inline abi_0_2::fake {

struct parsed_search
{
    std::vector<std::vector<std::string>> strings;  ///< OR of ANDs
    std::vector<std::string> addresses;
};

/// How a query is divided into items.
struct search_syntax
{
    std::string_view separators;
    bool user_names;  ///< an item that begins with @ is a search term; otherwise it is a malformed
                      ///< address
};
/// The syntax of today's hub.
inline constexpr search_syntax hub_syntax{",;\n", true};

parsed_search parse_search(std::string_view query, search_syntax syntax = hub_syntax);

/// The number of rows after which a search lets others use the world.
inline constexpr std::size_t rows_between_turns = 256;

/// Runs a search that lets others in. Repeats it if a reset interrupts it.
/// @return the search result, and whether no account has changed in the meantime
template <class Search>
std::pair<std::string, bool> search_in_turns(world& w, Search search)
{
    for (;;) {
        std::uint64_t const before = w.changes();
        try {
            std::string found = search();
            return {std::move(found), w.changes() == before};
        } catch (world_replaced const&) {
            // The search starts again in the new world.
        }
    }
}

/// `system.userSearch` after its permission checks.
/// @param limit JavaScript's number; NaN and fractions reach the database, which refuses them
/// @return JSON text
std::string search_accounts(
    world& w, std::string_view query, double limit, bool admin, bool only_email
);

/// The criteria of a search in API v1.
struct v1_search
{
    std::string_view query;
    std::optional<std::int64_t> limit;  ///< the caller's; not yet reduced to the allowed one
    bool admin = false;
    std::string_view active;  ///< PostgreSQL's interval; empty: all accounts
    v1_profile profile{};
};

/// `user_search` of API v1 after its permission check, in one of its two dialects.
/// @return JSON text of the list
std::string search_accounts_v1(world& w, v1_search const& s);

}  // namespace cohub::inline abi_0_2::fake
