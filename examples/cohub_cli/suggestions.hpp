#pragma once

#include <CLI/CLI.hpp>

#include <string>
#include <vector>

namespace cli {

/// What is wrong with a command line that could not be parsed.
struct complaint
{
    /// Names the wrong word and what is near it; empty: it is not a word that is wrong.
    std::string text;
    /// The program and the commands that were understood; its `--help` helps.
    std::string command;
};

/// Looks for the first word that is no command, or option that nobody knows.
/// @param arguments without the program's name
complaint find_wrong_word(CLI::App const& app, std::vector<std::string> const& arguments);

/// `; did you mean …`, if one of those that are known is near; else nothing.
std::string did_you_mean(std::string const& word, std::vector<std::string> const& known);

}  // namespace cli
