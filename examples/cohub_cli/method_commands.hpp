#pragma once

#include <boost/json/object.hpp>

#include <CLI/CLI.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "json_text.hpp"
#include "methods.hpp"

namespace cli {

enum class api
{
    hub,
    project,
    v1,
    v2,
    pieces,
};

/// What the command line asks for.
struct request
{
    cli::api api = cli::api::hub;
    std::string wire;
    /// JSON as it is sent: the array of arguments; of v1 and v2 the fields. Not of a typed call.
    std::string args;
    /// Of a typed call, and of Pieces OS, the arguments by name.
    boost::json::object named;
    /// What stands in them for numbers.
    exact_numbers numbers;
    typed_call* typed = nullptr;
    /// What the names of members are in the answer; null: not known.
    char const* key = nullptr;
    /// Sending it twice does no harm.
    bool idempotent = false;
    /// An argument is a secret.
    bool holds_secret = false;
    /// What it takes away does not come back by itself.
    bool deletes = false;
    /// Of a command that is run: its output and exit code become one's own.
    bool pass_through = false;
    /// What the application is called by Pieces OS.
    std::string application_id;
    /// Not set: the one that the key belongs to.
    std::optional<std::string> project_id;
    std::optional<std::int64_t> compute_server;
    /// The global option, where it stood among the method's own; else empty.
    std::string timeout;
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
    /// The file whose lines are one call each; empty: there is one call, which is all said.
    std::string from() const;
    /// The call of one such line.
    /// @throws usage_error
    request chosen_with(std::string const& line) const;

private:
    request finished(request r) const;

    struct command;
    struct free_call;
    struct state;

    std::unique_ptr<state> state_;
};

}  // namespace cli
