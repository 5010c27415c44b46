#pragma once

#include <CLI/CLI.hpp>

#include <string>
#include <vector>

namespace cli {

/// A page for man(1), section 1.
struct manual_page
{
    /// `cohub`, `cohub-system` …
    std::string name;
    std::string text;
};

/// The pages: one of the program, and one of each group of commands.
/// @param app before or after parsing; commands and options are read off it, so that the pages
/// have what the help has
std::vector<manual_page> manual(CLI::App const& app);

}  // namespace cli
