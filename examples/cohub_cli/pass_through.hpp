#pragma once

#include <string_view>

namespace cli {

/// Writes a command's standard output and standard error to one's own.
/// @param answer of system.exec, JSON
/// @return its exit code, to be one's own; 1, and the reason on standard error, if there is none
/// @throws system_failure if standard output cannot be written
int pass_through(std::string_view answer);

}  // namespace cli
