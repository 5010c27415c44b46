#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace cli {

/// A text as JSON has it, with quotes; DEL and C1 controls escaped too, since they steer terminals.
std::string to_json_text(std::string_view text);

/// A JSON text as one of YAML in double quotes. Half of a surrogate pair, which YAML does not
/// allow, becomes U+FFFD; nothing else is lost.
std::string to_yaml_text(std::string_view json);

/// One line of a text that is JSON: numbers, escapes and the order stay as they are.
std::string to_json_line(std::string_view json);

/// What a terminal shows in one place of a table.
struct cell
{
    std::string text;
    /// In columns of the terminal.
    std::size_t width = 0;
    bool number = false;
};

/// What could steer a terminal or turn the writing's direction is escaped.
cell make_cell(std::string_view text);

/// Makes it fit into so many columns, at least one, by an ellipsis at its end.
void cut(cell& c, std::size_t width);

/// Controls are escaped, but not tabs and line ends; on a terminal a carriage return is, too.
std::string without_controls(std::string_view text, bool on_terminal);

}  // namespace cli
