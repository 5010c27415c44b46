#pragma once

#include <chrono>
#include <string>

#include "record.hpp"

namespace bench {

/// For a terminal.
std::string as_text(record const& r);
/// One page without anything from elsewhere, for light and dark screens: figures, distribution and
/// percentiles of the latency, the rate, latencies and errors over time, the comparison.
std::string as_html(record const& r, outcome const* before);

/// @name What both say
/// @{
/// @brief `64 in flight on at most 64 connections, closed loop`.
std::string shape(setting const& s);
/// @brief The figures, a row each, without the comparison.
std::string figures(record const& r);
std::string rehearsal_note(outcome const& o);
double millis(std::chrono::nanoseconds t);
double seconds(std::chrono::nanoseconds t);
/// @brief `1.23 ms`, `20.4 s`.
std::string duration_text(double ns);
/// @brief A handful a second is told to a hundredth.
std::string rate_text(double per_second);
/// @brief The figure of a change, before or now, with its unit.
std::string figure_text(change const& c, double figure);
/// @brief Appends as printf would.
__attribute__((format(printf, 2, 3))) void put(std::string& to, char const* format, ...);
/// @}

}  // namespace bench
