#pragma once

#include <boost/json/value.hpp>

#include <CLI/CLI.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "methods.hpp"

namespace cli {

enum class api
{
    hub,
    project,
    v1,
    pieces,
};

/// What the command line asks for.
struct request
{
    cli::api api = cli::api::hub;
    std::string wire;
    /// The array of arguments; of v1 the fields; of a typed call the arguments by name.
    boost::json::value args;
    typed_call* typed = nullptr;
    /// Sending it twice does no harm.
    bool idempotent = false;
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

private:
    struct command;
    struct free_call;
    struct state;

    std::unique_ptr<state> state_;
};

}  // namespace cli
