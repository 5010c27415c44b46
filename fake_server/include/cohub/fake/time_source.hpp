#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>

namespace cohub::inline abi_0_2::fake {

/// @brief Time for what a fake server keeps back (`delay`, `stall`, `spend_time`), in place of the
/// real one: so that a test which moves time need not wait for it.
///
/// @par Thread safety
/// All members may be called from any thread.
class time_source
{
public:
    virtual ~time_source() = default;

    /// @brief An answer is kept back for so long.
    /// @param server_port the port of its connection at the server's end
    /// @param client_port the port at the client's end
    /// @param over is called when the time is over, by any thread; it must not call this
    /// @return a number for `let_go`; nothing: this connection lives by the real clock
    virtual std::optional<std::uint64_t> keep_back(
        std::uint16_t server_port,
        std::uint16_t client_port,
        std::chrono::milliseconds time,
        std::function<void()> over
    ) = 0;
    /// @brief Nobody waits for it any more; `over` is not called after this returns.
    virtual void let_go(std::uint64_t number) noexcept = 0;
};

}  // namespace cohub::inline abi_0_2::fake
