#pragma once

#include <boost/json/value.hpp>

#include <string>
#include <string_view>

namespace cli {

/// One line of JSON: numbers as short as they can be told, DEL and C1 controls escaped too, since
/// they steer terminals.
std::string to_json(boost::json::value const& v);

/// The same of a text that is JSON: numbers, escapes and the order stay as they are.
std::string to_json_line(std::string_view text);

/// Columns for the eye: an array of objects or an object of objects becomes rows, an object rows of
/// name and value, anything else its text. What could steer a terminal or turn the writing's
/// direction is escaped.
std::string to_table(boost::json::value const& v);

/// To standard output, at once.
/// @return false if that failed; standard error then says why
bool print(std::string const& text);

}  // namespace cli
