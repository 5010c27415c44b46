#pragma once

#include <CLI/CLI.hpp>

#include <functional>
#include <string>
#include <vector>

#include "contract_command.hpp"
#include "settings.hpp"

namespace cli {

/// The commands that are about the program itself, and no method of a server.
class own_commands
{
public:
    /// @param app is kept: completions and pages are read off it
    explicit own_commands(CLI::App& app);
    own_commands(own_commands const&) = delete;
    own_commands& operator=(own_commands const&) = delete;

    /// After parsing: whether one of them was chosen, which `run` runs.
    bool chosen() const;
    /// @return the exit status
    int run(settings& s) const;

private:
    using work = std::function<int(settings& s)>;

    CLI::App* add(
        CLI::App& to,
        char const* name,
        char const* about,
        char const* example,
        work does,
        char const* details = ""
    );
    void add_completions();
    void add_manual();
    void add_doctor();
    void add_contract();

    struct command
    {
        CLI::App* app;
        work does;
    };
    CLI::App& app_;
    std::vector<command> commands_;
    std::string page_, directory_;
    contract_options contract_;
    bool pieces_ = false;
};

}  // namespace cli
