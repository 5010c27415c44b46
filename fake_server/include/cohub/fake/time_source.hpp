#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>

namespace cohub::inline abi_0_2::fake {

/// @brief A time that replaces real time for what a fake server keeps back (`delay`, `stall`,
/// `spend_time`), so that a test that moves the time need not wait.
///
/// @par Thread safety
/// All members may be called from any thread.
class time_source
{
public:
    virtual ~time_source() = default;

    /// @brief An answer is kept back for `time`.
    /// @param server_port the port of its connection at the server's end
    /// @param client_port the port at the client's end
    /// @param over is called by any thread when the time is over; it must not call this object
    /// @return a number for `let_go`; nothing: real time counts for this connection
    virtual std::optional<std::uint64_t> keep_back(
        std::uint16_t server_port,
        std::uint16_t client_port,
        std::chrono::milliseconds time,
        std::function<void()> over
    ) = 0;
    /// @brief The server does not wait any more; `over` is not called after this returns.
    virtual void let_go(std::uint64_t number) noexcept = 0;
};

}  // namespace cohub::inline abi_0_2::fake
