#pragma once

#include <cstdint>
#include <memory>
#include <vector>

namespace cohub::fake {

class service;

/// What the journal knows of a connection. Owned by the connection's thread; the members below
/// the line are the journal's, read and written under its lock.
struct connection_record
{
    bool secure = false;  ///< a TLS handshake was completed
    bool resumed = false;

    /// What a session's journal knows of the same connection.
    struct visit
    {
        std::shared_ptr<service> session;  ///< lives on until the connection has left it
        std::unique_ptr<connection_record> record;
    };
    std::vector<visit> visits;
    // ---
    bool counted = false;       ///< among the accepted ones
    bool counted_open = false;  ///< among the open ones
    std::uint64_t epoch = 0;    ///< of the journal when `number` was given
    std::uint64_t number = 0;   ///< 0: has sent no request yet
};

}  // namespace cohub::fake
