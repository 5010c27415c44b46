#pragma once

#include <boost/json/value.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace cohub::inline abi_0_2::fake {

/// What PostgreSQL receives for a JavaScript value: text, or NULL for null and undefined.
std::optional<std::string> database_text(boost::json::value const* v);

/// Text for a `character varying(limit)`.
/// @throws call_error when it is too long; blanks at its end are cut off instead, as in SQL
std::string bounded_text(std::string text, std::size_t limit);

/// A time for a `timestamp`.
std::int64_t database_time(boost::json::value const& v);

/// A whole number for a `bigint`; nothing for null.
std::optional<std::int64_t> database_integer(boost::json::value const* v);

/// Appends `member` and then the text or null. `member` is `"name":`, with anything that stands
/// before it.
void append_member(
    std::string& to, std::string_view member, std::optional<std::string> const& text
);

}  // namespace cohub::inline abi_0_2::fake
