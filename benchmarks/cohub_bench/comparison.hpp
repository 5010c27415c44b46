#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "outcome.hpp"

namespace bench {

/// How one figure changed from the old run to the new one.
struct change
{
    enum class kind
    {
        latency,  ///< ns
        rate,     ///< answers a second
        errors    ///< percent of the calls
    };

    kind what = kind::latency;
    double percent = 0;  ///< for a latency; 0: the mean
    double before = 0, now = 0;
    /// What the change is likely to be, in percent of `before`; of errors: in percentage points.
    double by = 0, low = 0, high = 0;
    /// Why nothing can be said about it; empty: something can.
    std::string unknown;

    /// @brief `p99`, `mean`, `rate`, `errors`.
    std::string name() const;
    /// @brief The change is not within what happens by chance.
    bool is_told() const { return unknown.empty() && (low > 0 || high < 0); }
    /// @brief `slower by 8 % (6 to 10 %)`, `no change that can be distinguished from noise (-1 to
    /// +2 %)`.
    std::string text() const;
};

/// The new run beside the old one.
struct comparison
{
    /// Of the interval from `low` to `high`: a change of each figure lies in it so often.
    static constexpr double confidence = 99;

    std::string name, when;  ///< of the old run
    std::size_t intervals_before = 0, intervals_now = 0;
    std::vector<change> changes;
    /// What was not the same but for the program or the server that is to be compared.
    std::vector<std::string> differences;

    change const* find(change::kind what, double percent) const;
};

/// @brief Tells a change from noise.
///
/// Both runs are cut into intervals, of which the first and the last are left out. What the figures
/// of a run vary by is found by drawing blocks of neighbouring intervals again and again
/// (bootstrap): neighbours are alike, so that single intervals would promise too much. The interval
/// of confidence of the ratio comes from both variances, on a scale of logarithms, by Student's t.
/// @param percentiles of the latency, to be compared beside the mean, the rate and the errors
comparison compare(
    outcome const& before, outcome const& now, std::vector<double> const& percentiles
);

}  // namespace bench
