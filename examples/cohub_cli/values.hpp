#pragma once

#include <chrono>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>

namespace cli {

/// Wrong usage: exit status 2.
class usage_error : public std::runtime_error
{
public:
    using std::runtime_error::runtime_error;
};

/// This machine does not do what it has to: exit status 3.
class system_failure : public std::runtime_error
{
public:
    using std::runtime_error::runtime_error;
};

/// What to try against an error of the system; empty if nobody knows.
char const* advice(std::error_code const& e);

/// `10s`, `500ms`, `2m`, `1.5h`.
/// @throws usage_error
std::chrono::milliseconds parse_duration(std::string_view text);

/// What an argument stands for: itself, the content of `@FILE`, or with `-` standard input, which
/// can be read once.
/// @param what the argument's name, for messages
/// @throws usage_error
std::string read_argument(std::string const& what, std::string const& given);

/// The same, of JSON: the text that it is, without blanks and a byte order mark around it.
/// @param depth containers in one another that the server takes
std::string read_json(std::string const& what, std::string const& given, std::size_t depth = 32);

/// The same, of a secret: blanks, line ends and a byte order mark around it are dropped.
std::string read_secret(std::string const& what, std::string const& given);

/// A file, or with `-` standard input, without a byte order mark.
std::string read_text(std::string const& what, std::string const& file);

/// An API key from a file, or with `-` standard input, as `read_secret`.
std::string read_key_file(std::string const& what, std::string const& file);

/// Refuses what is no key but what keys come in: quotes, `NAME=key`, several words or lines.
/// @param what where it comes from, for messages, which never have the key
/// @throws usage_error
void check_key(std::string const& what, std::string_view key);

/// Without the blanks around it.
std::string trimmed(std::string_view text);

}  // namespace cli
