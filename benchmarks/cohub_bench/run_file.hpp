#pragma once

#include <string>
#include <string_view>

#include "record.hpp"

namespace bench {

/// Of the JSON that `as_json` writes; a change that breaks a reader counts it up.
constexpr int schema_version = 2;

/// @brief All of a record, so that `read_run` makes the same one of it.
std::string as_json(record const& r);

/// @brief What a run's JSON says.
/// @param option and
/// @param name of the file, for the error's text
/// @throws usage_error if it is none, of another schema or precision, or if its numbers don't add
/// up
record read_run(std::string const& option, std::string const& name, std::string_view text);

}  // namespace bench
