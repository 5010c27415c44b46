#pragma once

#include <string>

#include "settings.hpp"

namespace cli {

struct contract_options
{
    /// A file with recorded answers; empty: the host is asked.
    std::string recorded;
    /// The host is asked although there is a recording, and is compared with that too.
    bool live = false;
};

/// Asks a host, or a recording, for all that this release knows of it and that changes nothing, and
/// prints what differs.
/// @return 0 if nothing does, 1 if something does, else as for any call
/// @throws usage_error
int run_contract(settings const& s, contract_options const& o);

}  // namespace cli
