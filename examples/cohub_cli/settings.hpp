#pragma once

#include <cohub/cohub.hpp>

#include <CLI/CLI.hpp>

#include <cstddef>
#include <string>
#include <vector>

#include "config_file.hpp"
#include "formats.hpp"

namespace cli {

/// Where a setting came from; what stands further down counts more, but for a profile that is named
/// on the command line: it counts more than the environment.
enum class origin
{
    standard,
    file,
    environment,
    option,
};
char const* to_string(origin o);

/// One setting, as it counts.
struct setting
{
    std::string name;
    /// Empty: not set, and there is no default.
    std::string value;
    cli::origin from = cli::origin::standard;
    /// The option, the variable or the file with its profile.
    std::string where;
    /// Of those from the file; empty: before the first profile.
    std::string profile;
    bool secret = false;
};

/// The global options, as given.
struct settings
{
    std::string host, api_key, api_key_file, ca_file, timeout, output = "json", columns;
    std::string proxy, unix_socket, cert, key, profile;
    std::string pieces_host, pieces_access_token, pieces_application_id;
    int retries = -1;
    int concurrency = 8;
    bool verbose = false, yes = false;
    /// `output` is not the default: an option or the config file says it.
    bool has_output = false;
    /// Connections at once.
    std::size_t connections = 1;

    /// Puts in what the command line does not say and the config file does, and sees where all of
    /// it comes from. After parsing.
    /// @throws usage_error
    void complete(CLI::App const& app);
    /// All, after `complete`.
    std::vector<setting> const& sources() const { return sources_; }
    setting const& source_of(std::string const& name) const;
    config_file const& file() const { return file_; }
    /// What to do where there is no key.
    std::string why_no_key() const;
    /// The server of the hub's calls.
    std::string host_in_use() const { return source_of("host").value; }

    cli::layout layout() const;
    /// From the environment, then from the command line and the config file.
    /// @throws usage_error
    cohub::options client_options() const;
    /// The same, with an empty key where there is none.
    cohub::options options_without_key() const;
    /// The same for Pieces OS, which has keys and hosts of its own; `host` may stay empty.
    /// @throws usage_error
    cohub::pieces::options pieces_options() const;

private:
    void apply(cohub::options& o) const;
    void apply_key(cohub::options& o) const;
    void choose_profile(CLI::App const& app);
    std::string where_in_file(std::string const& section) const;
    void hold_back_key();
    void take_from_file();

    config_file file_;
    std::vector<setting> sources_;
    /// Why there is no key although the file has one.
    std::string key_is_held_back_;
};

/// @param what where it is from, for messages
/// @throws usage_error
std::chrono::milliseconds duration_of(std::string const& what, std::string const& text);

/// The profiles of the user's config file.
/// @throws usage_error if it cannot be read, or has an error
std::vector<std::string> profiles_of_user();

void add_global_options(CLI::App& app, settings& s);

/// Refuses global options that were given without a value, as by a variable that is not set.
/// @throws usage_error
void refuse_empty_options(CLI::App const& app);

}  // namespace cli
