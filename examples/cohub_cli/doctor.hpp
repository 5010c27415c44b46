#pragma once

#include "settings.hpp"

namespace cli {

/// Looks at one thing after the other that a call needs, and says what is wrong and what to do.
/// @return 0 if nothing is wrong, else by what was wrong first: 2 the settings, 3 the way to the
/// server, 1 the key or the clock; 128 and the signal that ended it
/// @param problem why the settings are not complete; empty: they are
int run_doctor(settings const& s, std::string const& problem);

/// The same of Pieces OS: where it is, which version, and whether its stream stands.
int run_pieces_doctor(settings const& s, std::string const& problem);

}  // namespace cli
