#pragma once

#include <CLI/CLI.hpp>

#include <string>
#include <vector>

namespace cli {

/// The commands below one, without those that are for the completions alone.
std::vector<CLI::App const*> commands_for_people(CLI::App const& app);

/// What completions have to know of an option.
struct option_entry
{
    /// With their dashes.
    std::vector<std::string> names;
    /// One line.
    std::string about;
    bool is_flag = false;
    /// Words with blanks between, `FILE`, `PROFILE` (a profile of the config file), or nothing if
    /// anything may follow.
    std::string values;
    /// The place among the arguments that need no name, from 1; 0: it needs its name.
    int place = 0;
};

struct command_entry
{
    /// Without the program's name: "", "system", "system ping"; aliases have entries of their own.
    std::string path;
    std::string about;
    /// Names and aliases of the commands below.
    struct child
    {
        std::string name, about;
    };
    std::vector<child> commands;
    std::vector<option_entry> options;
    /// Options of the commands above, but for those of the program itself.
    std::vector<option_entry> inherited;

    /// The arguments that need no name and are one of a few words.
    std::vector<option_entry> word_arguments() const;
};

/// All commands, those above before those below; the first is the program.
std::vector<command_entry> command_tree(CLI::App const& app);

/// In single quotes, for shells.
std::string shell_quoted(std::string const& text);

/// Functions that bash and zsh read alike: `_cohub_values "COMMAND --option"` prints what the
/// option takes: words, FILE or PROFILE. `_cohub_words_at "COMMAND PLACE"` prints the words for the
/// argument at that place, from 1. `_cohub_is_flag --option` succeeds if the option takes nothing.
std::string option_functions(std::vector<command_entry> const& tree);

/// Names of options that take nothing, over all commands.
std::vector<std::string> flags_of(std::vector<command_entry> const& tree);

}  // namespace cli
