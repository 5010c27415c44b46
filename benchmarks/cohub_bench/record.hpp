#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "assertion.hpp"
#include "comparison.hpp"
#include "load.hpp"
#include "outcome.hpp"

namespace bench {

/// What was measured with what.
struct setting
{
    /// `lookup`, or `merge`.
    std::string command = "lookup";
    std::string target;  ///< the server's URL
    std::string machine, build, when;
    std::size_t concurrency = 0, connections = 0, threads = 1;
    /// Calls a second; 0: closed loop, or stages.
    double rate = 0;
    /// As `--stages` and `--mix` take them.
    std::string stages, mix;
    /// Of a sum whose loads are not of one kind: the kinds, `closed loop; open loop`. Else empty.
    std::string kinds;
    /// 0: the client's own.
    std::int64_t timeout_ms = 0;
};

/// A run, or several that were added: what `--json` writes.
struct record
{
    setting with;
    outcome what;
    std::vector<double> percentiles{50, 90, 95, 99, 99.9};
    std::vector<verdict> verdicts;
    std::optional<comparison> compared;
    /// What the embedded server saw; -1: it is not ours.
    long long seen_requests = -1, seen_connections = -1;
};

/// @brief This machine, this program, now; and the load.
setting describe_setting(load const& work);
/// @brief For `part::id`.
std::string new_run_id();
/// @brief For `part::machine`.
std::string host_name();

/// @brief The sum of runs; the settings are those that they share, or all of them.
/// @param names of the files, for the error's text
/// @throws usage_error if one run is there twice
record merged(std::vector<record> const& runs, std::vector<std::string> const& names);

/// @brief In what the loads of a sum differ, a line each; empty: they do not.
std::vector<std::string> mixture(setting const& sum);

/// @brief How the second load differs from the first one, a line each; empty: not at all.
std::vector<std::string> differences(setting const& before, setting const& now);

/// @brief `p99.9`, `p50`.
std::string percentile_name(double percent);

}  // namespace bench
