#pragma once

#include <CLI/CLI.hpp>

#include <string>

namespace cli {

/// A script for bash that completes groups, methods, options, their words, and files after `@`.
/// @param app before or after parsing; commands and options are read off it
std::string bash_completion(CLI::App const& app);

}  // namespace cli
