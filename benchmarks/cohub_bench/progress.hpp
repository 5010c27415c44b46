#pragma once

#include <chrono>
#include <string>

#include "arguments.hpp"
#include "load.hpp"
#include "soak.hpp"

namespace bench {

/// @brief Whether a line is to be shown while a run goes on.
bool tells_progress(arguments const& a);
/// @brief What such a line says, without the line's end.
std::string progress_text(outcome const& o, std::chrono::nanoseconds elapsed);
/// @brief Shows such a line; empty if none is wanted.
progress progress_line(arguments const& a);
void show_progress(soak_outcome const& now);
/// @brief Takes the line away.
void end_progress(arguments const& a);

}  // namespace bench
