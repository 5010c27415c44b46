#pragma once

#include <cohub/fake/v1_profile.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "world.hpp"

namespace cohub::fake {

struct parsed_search
{
    std::vector<std::vector<std::string>> strings;  ///< OR of ANDs
    std::vector<std::string> addresses;
};

/// How a query falls into items.
struct search_syntax
{
    std::string_view separators;
    bool user_names;  ///< an item that begins with @ is a term; otherwise a malformed address
};
/// Today's.
inline constexpr search_syntax hub_syntax{",;\n", true};

parsed_search parse_search(std::string_view query, search_syntax syntax = hub_syntax);

/// How many rows a search looks at before it lets others use the world.
inline constexpr std::size_t rows_between_turns = 256;

/// Runs a search that lets others in, until no reset interrupts it.
/// @return what it finds, and whether no account has changed meanwhile
template <class Search>
std::pair<std::string, bool> search_in_turns(world& w, Search search)
{
    for (;;) {
        std::uint64_t const before = w.changes();
        try {
            std::string found = search();
            return {std::move(found), w.changes() == before};
        } catch (world_replaced const&) {
            // Once more, in the new world.
        }
    }
}

/// `system.userSearch` behind its permission checks.
/// @param limit as JavaScript's number; NaN and fractions reach the database, which refuses them
/// @return JSON text
std::string search_accounts(
    world& w, std::string_view query, double limit, bool admin, bool only_email
);

/// What API v1 searches by.
struct v1_search
{
    std::string_view query;
    std::optional<std::int64_t> limit;  ///< of the caller's, not yet cut to what is allowed
    bool admin = false;
    std::string_view active;  ///< PostgreSQL's interval; all accounts when empty
    v1_profile profile{};
};

/// `user_search` of API v1 behind its permission check, in one of its two dialects.
/// @return JSON text of the list
std::string search_accounts_v1(world& w, v1_search const& s);

}  // namespace cohub::fake
