#pragma once

#include <boost/json/value.hpp>

#include <string>
#include <string_view>

namespace cli {

/// One line of JSON: numbers as short as they can be told, DEL and C1 controls escaped too, since
/// they steer terminals.
std::string to_json(boost::json::value const& v);

/// Columns for the eye: an array of objects or an object of objects becomes rows, an object rows of
/// name and value, anything else its text. What could steer a terminal or turn the writing's
/// direction is escaped.
std::string to_table(boost::json::value const& v);

}  // namespace cli
