#pragma once

#include <cohub/cohub.hpp>

#include <CLI/CLI.hpp>

#include <string>

namespace cli {

enum class format
{
    json,
    table,
};

/// The global options, as given.
struct settings
{
    std::string host, api_key, api_key_file, ca_file, timeout, output = "json";
    int retries = -1;
    bool verbose = false;

    /// @throws usage_error
    void apply(cohub::options& o) const;
    cli::format format() const { return output == "table" ? format::table : format::json; }
    /// From the environment, then from the command line.
    /// @throws usage_error
    cohub::options client_options() const;
    /// The same for Pieces OS, which has keys and hosts of its own; `host` may stay empty.
    /// @throws usage_error
    cohub::pieces::options pieces_options() const;
};

void add_global_options(CLI::App& app, settings& s);

}  // namespace cli
