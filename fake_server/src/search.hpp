#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "world.hpp"

namespace cohub::fake {

struct parsed_search
{
    std::vector<std::vector<std::string>> strings;  ///< OR of ANDs
    std::vector<std::string> addresses;
};

/// Today's rules: separators are comma, semicolon and line feed.
parsed_search parse_search(std::string_view query);

/// `system.userSearch` behind its permission checks.
/// @param limit as JavaScript's number; NaN and fractions reach the database, which refuses them
/// @return JSON text
std::string search_accounts(
    world& w, std::string_view query, double limit, bool admin, bool only_email
);

}  // namespace cohub::fake
