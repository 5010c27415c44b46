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

/// @brief Where a stream is.
enum class reconnect_state : std::uint8_t
{
    /// Nothing is tried until somebody receives.
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
        /// Somebody receives, and there is nothing for them.
        receive,
        /// The connection has become a stream.
        upgraded,
        /// Bytes came.
        heard,
        /// A message came.
        message,
        /// The connection is gone, or could not be made, for the reason `why`; in any state.
        failed,
        /// The time of the last `wait` or `ping` has come.
        timer,
        /// The server may be in another place.
        relocated,
        /// The connection was dropped, and that is no failure.
        dropped,
        close,
    };
    static constexpr std::size_t kind_count = 9;

    kind what{};
    failure const* why = nullptr;
    /// Of `failed`: a random number in [0, 1).
    double uniform = 0;
    /// Of `timer`: nothing is read now, so that nothing can be heard.
    bool deaf = false;
};

/// @brief What a stream has to do next.
struct reconnect_action
{
    enum class kind : std::uint8_t
    {
        none,
        /// Open a connection: `upgraded` or `failed` follows.
        connect,
        /// `timer` is due at `until`, and no earlier timer is.
        wait,
        /// Send a ping; then as `wait`.
        ping,
        /// The server has not answered a ping: drop the connection, then tell `failed`.
        silent,
        /// The receivers are told of the failure.
        give_up,
    };

    kind what = kind::none;
    clock::time_point until = clock::time_point::max();
    /// With `wait`: look for the server in another place, too.
    bool relocate = false;
};

/// @brief How a stream is kept, without I/O: when it connects, waits, asks the server for a sign of
/// life, looks for it elsewhere, and gives up.
///
/// Each state takes each event; what cannot be meant is ignored. It has no clock of its own.
class reconnect
{
public:
    using state = reconnect_state;
    using event = reconnect_event;
    using action = reconnect_action;

    /// @param how outlives this
    /// @param first outlives this; it limits the attempts of a stream that never stood
    reconnect(stream_request const& how, retry_options const& first) noexcept
        : how_(how), first_(first)
    {
    }

    COHUB_DECL action resume(event const& e, clock::time_point now) noexcept;

    state now_in() const noexcept { return state_; }
    /// @brief In a row.
    int failures() const noexcept { return failures_; }

    /// Connects that are refused in a row before the server is looked for elsewhere.
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
    clock::time_point stood_;  // since when the stream stands
    clock::time_point heard_;  // when the server was last heard
};

}  // namespace cohub::inline abi_0_2::streams::detail

#if !defined(COHUB_SEPARATE_COMPILATION)
#include <cohub/streams/detail/impl/reconnect.ipp>
#endif

#endif
