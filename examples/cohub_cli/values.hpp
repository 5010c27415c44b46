#pragma once

#include <boost/json/value.hpp>

#include <chrono>
#include <stdexcept>
#include <string>
#include <string_view>

namespace cli {

/// Wrong usage: exit status 2.
class usage_error : public std::runtime_error
{
public:
    using std::runtime_error::runtime_error;
};

/// `10s`, `500ms`, `2m`, `1.5h`.
/// @throws usage_error
std::chrono::milliseconds parse_duration(std::string_view text);

/// What an argument stands for: itself, the content of `@FILE`, or with `-` standard input, which
/// can be read once.
/// @param what the argument's name, for messages
/// @throws usage_error
std::string read_argument(std::string const& what, std::string const& given);

/// The same, and the JSON in it.
boost::json::value read_json(std::string const& what, std::string const& given);

/// The same, as the text that it is.
std::string read_json_text(std::string const& what, std::string const& given);

/// A secret from a file, or with `-` standard input; blanks and line ends around it are dropped.
std::string read_secret(std::string const& what, std::string const& file);

/// Without the blanks around it.
std::string trimmed(std::string_view text);

}  // namespace cli
