#pragma once

#include <CLI/CLI.hpp>

#include <string>

namespace cli {

/// A script that completes groups, methods, options, their words, and files after `@`.
/// @param app before or after parsing; commands and options are read off it
std::string bash_completion(CLI::App const& app);
/// The same, with what commands and options are for; to be sourced, or as `_cohub` in `$fpath`.
std::string zsh_completion(CLI::App const& app);
/// The same, without files after `@`.
std::string fish_completion(CLI::App const& app);

}  // namespace cli
