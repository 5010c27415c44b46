#pragma once

#include "settings.hpp"

namespace cli {

/// Asks a host for all that this release knows of it and that changes nothing, and prints what
/// differs.
/// @return 0 if nothing does, 1 if something does, else as for any call
/// @throws usage_error
int run_contract(settings const& s);

}  // namespace cli
