#ifndef COHUB_STREAMS_DETAIL_RECONNECT_HPP
#define COHUB_STREAMS_DETAIL_RECONNECT_HPP

#include <cohub/call/retry.hpp>
#include <cohub/core/clock.hpp>
#include <cohub/core/config.hpp>
#include <cohub/core/error.hpp>
#include <cohub/streams/stream.hpp>

#include <cstddef>
#include <cstdint>

namespace cohub::inline abi_0_2::streams::detail {

/// @brief The states of a stream.
enum class reconnect_state : std::uint8_t
{
    /// No connection is tried until a receive begins.
    idle,
    connecting,
    open,
    /// The stream was lost. Another connection follows after a while.
    backing_off,
    ended,
};
inline constexpr std::size_t reconnect_state_count = 5;

/// @brief What happens to a stream.
struct reconnect_event
{
    enum class kind : std::uint8_t
    {
        /// A receive has begun, and there is no message for it.
        receive,
        /// The connection has become a stream.
        upgraded,
        /// Bytes were received.
        heard,
        /// A message was received.
        message,
        /// The connection ended, or could not be made, for the reason `why`; in any state.
        failed,
        /// The time of the last `wait` or `ping` has come.
        timer,
        /// The server may have another address now.
        relocated,
        /// The connection was dropped, which is not a failure.
        dropped,
        close,
    };
    static constexpr std::size_t kind_count = 9;

    kind what{};
    failure const* why = nullptr;
    /// For `failed`: a random number in [0, 1).
    double uniform = 0;
    /// For `timer`: the stream does not read now, so that it cannot receive anything.
    bool deaf = false;
};

/// @brief The next step of a stream.
struct reconnect_action
{
    enum class kind : std::uint8_t
    {
        none,
        /// Open a connection: `upgraded` or `failed` follows.
        connect,
        /// `timer` is due at `until`, and no earlier timer is.
        wait,
        /// Send a ping, and then do the same as for `wait`.
        ping,
        /// The server has not answered a ping: drop the connection, then report `failed`.
        silent,
        /// The receivers get the failure.
        give_up,
    };

    kind what = kind::none;
    clock::time_point until = clock::time_point::max();
    /// With `wait`: also search for the server's new address.
    bool relocate = false;
};

/// @brief How a stream is kept open, without I/O: when it connects, waits, sends a ping, searches
/// for the server's new address, and gives up.
///
/// Each state accepts each event; an event without a meaning in a state is ignored. The class has
/// no clock.
class reconnect
{
public:
    using state = reconnect_state;
    using event = reconnect_event;
    using action = reconnect_action;

    /// @param how outlives this
    /// @param first outlives this; it limits the attempts of a stream that was never established
    reconnect(stream_request const& how, retry_options const& first) noexcept
        : how_(how), first_(first)
    {
    }

    COHUB_DECL action resume(event const& e, clock::time_point now) noexcept;

    state now_in() const noexcept { return state_; }
    /// @brief Number of failures in a row.
    int failures() const noexcept { return failures_; }

    /// Number of refusals in a row before the stream searches for the server's new address.
    static constexpr int max_refusals = 3;

private:
    using kind = reconnect_event::kind;
    using step = reconnect_action::kind;

    action connect() noexcept;
    action stands(clock::time_point now) noexcept;
    action look(bool deaf, clock::time_point now) noexcept;
    action failed(event const& e, clock::time_point now) noexcept;
    bool is_worth_another(failure const& f) const noexcept;

    stream_request const& how_;
    retry_options const& first_;
    state state_ = state::idle;
    bool ever_stood_ = false;
    bool had_message_ = false;
    bool pinged_ = false;
    int failures_ = 0;
    int refusals_ = 0;
    clock::time_point stood_;  // when the stream was established
    clock::time_point heard_;  // when the server last sent something
};

}  // namespace cohub::inline abi_0_2::streams::detail

#if !defined(COHUB_SEPARATE_COMPILATION)
#include <cohub/streams/detail/impl/reconnect.ipp>
#endif

#endif
