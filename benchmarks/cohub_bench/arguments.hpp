#pragma once

#include <CLI/CLI.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "assertion.hpp"
#include "load.hpp"
#include "soak.hpp"

namespace bench {

/// In seconds: a day.
constexpr double longest_run = 86'400;

/// What was given on the command line cannot be done; nothing was sent.
class usage_error : public std::runtime_error
{
public:
    using std::runtime_error::runtime_error;
};

enum class command
{
    lookup,
    merge,
    soak
};

struct arguments
{
    command what = command::lookup;
    std::string host, api_key, api_key_file, ca_file, duration = "10s", warm_up = "1s";
    std::string rate, stages, start_at, timeout, mixed, queries, ids;
    std::string percentiles = "50,90,95,99,99.9", compared, json, html;
    std::string progress = "auto";
    std::vector<std::string> asserted, files;
    std::size_t concurrency = 64, connections = 64, threads = 1;
    std::uint64_t requests = 0;
    soak_plan soak;
};

/// @brief Gives the program its options, which write to `a`.
void describe(CLI::App& app, arguments& a);

/// @brief The list of arguments without the program's name; the key in `argv` itself, which every
/// user of the machine can read, is overwritten.
std::vector<std::string> take_arguments(int argc, char** argv);

/// @throws usage_error
load load_of(arguments const& a);
/// @throws usage_error
std::vector<assertion> assertions_of(arguments const& a);
/// @return ascending
/// @throws usage_error
std::vector<double> percentiles_of(arguments const& a);
/// @brief What the key file has; empty if none was given.
/// @throws usage_error
std::string key_of(arguments const& a);

/// @brief Nothing is to be read twice from standard input, and nothing is to be written to a file
/// that is read, or twice.
/// @throws usage_error
void refuse_shared_files(arguments const& a);

/// @name Reading text
/// @{
std::string_view trimmed(std::string_view text);
/// @brief The number that the text begins with, if it does, and what follows.
std::pair<std::optional<double>, std::string_view> read_number(std::string_view text);
/// @param option for the error's text
/// @throws usage_error if it is not between 0 and `longest_seconds`
std::chrono::nanoseconds parse_time(
    std::string const& option, std::string_view text, double longest_seconds
);
/// @}

}  // namespace bench
