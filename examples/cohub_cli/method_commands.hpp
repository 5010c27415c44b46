#pragma once

#include <boost/json/value.hpp>

#include <CLI/CLI.hpp>

#include <optional>
#include <string>

namespace cli {

/// What the command line asks for.
struct request
{
    std::string wire;
    boost::json::value args;
    /// Sending it twice does no harm.
    bool idempotent = false;
};

/// The groups with their methods, and `call`.
class method_commands
{
public:
    explicit method_commands(CLI::App& app);
    ~method_commands();

    /// After parsing.
    /// @throws usage_error
    request chosen() const;

private:
    struct command;
    struct state;

    std::unique_ptr<state> state_;
};

}  // namespace cli
