#pragma once

#include "arguments.hpp"

namespace bench {

enum status
{
    done = 0,
    failed = 1,
    usage = 2,
    signalled = 128,  // and the signal's number
};

/// @name What the program does
/// @return the exit status
/// @throws usage_error before anything is sent
/// @throws cohub::error
/// @{
int run_lookup(arguments const& a);
int run_merge(arguments const& a);
int run_soak(arguments const& a);
/// @}

/// @brief `error: text` on standard error.
void complain(std::string const& text);

/// @brief Runs `write`, and says what went wrong; the other parts of a report are written all the
/// same.
template <class Write>
bool written(Write const& write)
try {
    write();
    return true;
} catch (std::exception const& e) {
    complain(e.what());
    return false;
}

}  // namespace bench
