#pragma once

#include <cohub/core/error.hpp>

namespace cli {

/// Exit statuses.
enum status
{
    done = 0,
    refused = 1,
    usage = 2,
    transport = 3,
    deadline = 4,
    internal = 70,  // a bug, as sysexits.h has it
    interrupted = 130,
};

int status_of(cohub::failure const& f);

/// What to try against it: `; try …`, or nothing.
char const* advice(cohub::failure const& f);

}  // namespace cli
