#pragma once

#include <cstdint>

namespace cohub::fake {

/// What the journal knows of a connection. Owned by the connection's thread; the members below
/// the line are the journal's, read and written under its lock.
struct connection_record
{
    bool resumed = false;
    // ---
    bool counted = false;       ///< among the accepted ones
    bool counted_open = false;  ///< among the open ones
    std::uint64_t epoch = 0;    ///< of the journal when `number` was given
    std::uint64_t number = 0;   ///< 0: has sent no request yet
};

}  // namespace cohub::fake
