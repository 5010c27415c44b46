#pragma once

// The tables that `db.userQuery` shows, and the rules for every query.

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "call.hpp"

namespace cohub::inline abi_0_2::fake {

/// A refusal of a query: only the text, without `Error: `.
[[noreturn]] inline void fatal(std::string const& text) { throw call_error("FATAL: " + text); }

struct table
{
    using rows_function = std::vector<boost::json::object> (*)(call&, boost::json::object const&);
    using set_function = void (*)(call&, boost::json::object const&, bool remove);

    std::string_view name;
    std::string_view primary_key;
    std::span<std::string_view const> get_fields;  ///< none: cannot be read
    std::span<std::string_view const> set_fields;  ///< none: cannot be written
    /// All rows that the caller may see. The query is only used for refusals that depend on it.
    rows_function rows;
    set_function set;
    bool for_admins = false;
    bool may_delete = false;
    std::int64_t limit = 100'000;
    std::string_view order_by = {};
};

std::span<table const> tables();

/// Answers one query or a list of them. @return the result as JSON
boost::json::value user_query(
    call& c, boost::json::value const* query, boost::json::value const* options
);

}  // namespace cohub::inline abi_0_2::fake
