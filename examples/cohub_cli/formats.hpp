#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace cli {

enum class format
{
    json,
    jsonl,
    table,
    csv,
    yaml,
};

/// How a result is to be shown.
struct layout
{
    cli::format format = cli::format::json;
    /// Of rows, and of a single object, these members alone and in this order; empty: all.
    std::vector<std::string> columns;
    /// The column for the names of members, where the rows are the members of an object.
    std::string key = "key";
    /// A table is for a person at a terminal: times are shown as such, and names in bold if
    /// `colours`.
    bool on_terminal = false;
    bool colours = false;
    /// Columns of that terminal, which the longest texts of a table are cut to; 0: as wide as it
    /// is.
    std::size_t width = 0;

    /// Whether rows are looked for in an answer that has more around them.
    bool wants_rows() const
    {
        return !columns.empty() || (format != cli::format::json && format != cli::format::yaml);
    }
};

/// Warns of columns that no row, or not the single object, has.
void warn_of_columns(std::string_view json, layout const& how);

/// @brief One result as it is printed. Rows are an array of objects, or an object of objects.
///
/// json: one line, with numbers and escapes as they came. jsonl: a line an element of an array.
/// table: columns for the eye; what is no terminal gets all of each text, and times as they came.
/// csv: the same by RFC 4180, for programs; a single object is a row.
/// yaml: 1.2, texts in quotes.
/// @param json is JSON
std::string render(std::string_view json, layout const& how);

}  // namespace cli
