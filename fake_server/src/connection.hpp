#pragma once

#include <cstdint>
#include <memory>
#include <vector>

namespace cohub::inline abi_0_2::fake {

class service;

/// What the journal knows about a connection. The connection's thread owns it. The members below
/// the line belong to the journal, which reads and writes them under its lock.
struct connection_record
{
    bool secure = false;  ///< a TLS handshake was completed
    bool resumed = false;

    /// What the journal of a session knows about the same connection.
    struct visit
    {
        std::shared_ptr<service> session;  ///< stays alive until the connection has left it
        std::unique_ptr<connection_record> record;
    };
    std::vector<visit> visits;
    // ---
    bool counted = false;       ///< as an accepted one
    bool counted_open = false;  ///< as an open one
    std::uint64_t epoch = 0;    ///< the epoch of the journal when `number` was given
    std::uint64_t number = 0;   ///< 0: no request was sent yet
};

}  // namespace cohub::inline abi_0_2::fake
