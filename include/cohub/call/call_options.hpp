#ifndef COHUB_CALL_CALL_OPTIONS_HPP
#define COHUB_CALL_CALL_OPTIONS_HPP

#include <cohub/core/clock.hpp>
#include <cohub/core/secret.hpp>

#include <boost/smart_ptr/intrusive_ptr.hpp>

#include <chrono>
#include <string>
#include <utility>
#include <vector>

namespace cohub::inline abi_0_2 {

/// @brief Header fields, each with a name and a value. Values are never shown, and are overwritten
/// when they are destroyed, since they may be credentials.
using header_list = std::vector<std::pair<std::string, secret>>;

namespace call {

class channel;
/// @brief Makes a channel in front of a client's channel.
using channel_maker = boost::intrusive_ptr<channel> (*)(channel&);

}  // namespace call

namespace batching {

class read_room;

}  // namespace batching

/// @brief Settings of one call. Settings that are not made come from the client's `options`.
///
/// The argument comes before the completion token:
/// `hub.system().ping(cohub::call_options().timeout(2s))`.
class call_options
{
public:
    call_options() {}

    /// @brief The whole call takes at most this long, including waiting, connecting and retries.
    /// The time is also sent to the hub (`timeout` in the request), so that the hub stops waiting,
    /// too.
    call_options& timeout(std::chrono::nanoseconds t)
    {
        timeout_ = t;
        has_timeout_ = true;
        return *this;
    }
    /// @brief The same, as a point in time of `std::chrono::steady_clock` (or of `options::clock`).
    call_options& deadline(clock::time_point at)
    {
        deadline_ = at;
        has_deadline_ = true;
        return *this;
    }
    /// @brief How often the call may be repeated after a failure; 0 means never.
    call_options& retries(int n)
    {
        retries_ = n;
        return *this;
    }
    /// @brief The caller guarantees that it does no harm to send this call twice. For `hub.call`,
    /// since the library does not know its methods. Typed calls know it themselves.
    call_options& idempotent(bool yes = true)
    {
        idempotent_ = yes;
        return *this;
    }

    /// @brief Adds a header to each attempt of this call. It replaces the client's header of that
    /// name (`options::headers`). If a header would break the request, nothing is sent, and the
    /// call fails with `errc::invalid_argument`.
    call_options& header(std::string name, secret value)
    {
        headers_.emplace_back(std::move(name), std::move(value));
        return *this;
    }

    /// @brief If a request for the same is under way, the call joins it instead of sending another
    /// request. Other calls may join this one. Needs `<cohub/batching.hpp>`.
    ///
    /// Two requests are the same if their origin, API key, method and arguments are the same. Each
    /// caller still has its own deadline, cancellation and result. For reads: a call that may
    /// change something is refused with `errc::invalid_argument`. The server may have made the
    /// answer before this call began, but no longer ago than a request takes. So do not use it for
    /// a read that has to see what was just written. A call with its own headers or its own
    /// `retries` never joins another call.
    template <class Room = batching::read_room>
    call_options& shared()
    {
        read_carrier_ = carrier<Room>();
        is_shared_ = true;
        return *this;
    }
    /// @brief If there is no answer after `delay`, the same request is sent once more, on another
    /// connection. The first answer counts, and the other attempt is cancelled (gRPC's
    /// `hedgingDelay`). Needs `<cohub/batching.hpp>`.
    ///
    /// For reads: a call that may change something is refused with `errc::invalid_argument`. The
    /// hedge is one attempt. It counts against the client's retry budget, but not against the
    /// call's `retries`. No hedge is sent while the call or other calls wait for a connection,
    /// while the client has no connection for it, while the server is silent, or while a
    /// `Retry-After` holds the client back. The client then checks again after the same delay.
    /// @param delay counted from the start of the call; 0: as soon as the first attempt has been
    /// sent
    template <class Room = batching::read_room>
    call_options& hedge_after(std::chrono::nanoseconds delay)
    {
        read_carrier_ = carrier<Room>();
        hedge_delay_ = delay.count() < 0 ? std::chrono::nanoseconds(0) : delay;
        return *this;
    }

    /// @brief Whether `timeout` was called.
    bool has_timeout() const noexcept { return has_timeout_; }
    /// @brief Whether `deadline` was called.
    bool has_deadline() const noexcept { return has_deadline_; }
    /// @brief The time that was passed to `timeout`; 0 if it was not called.
    std::chrono::nanoseconds timeout() const noexcept { return timeout_; }
    /// @brief The point in time that was passed to `deadline`.
    clock::time_point deadline() const noexcept { return deadline_; }
    /// @brief The number that was passed to `retries`; negative if it was not called.
    int retries() const noexcept { return retries_; }
    /// @brief The value that was passed to `idempotent`; false if it was not called.
    bool idempotent() const noexcept { return idempotent_; }
    /// @brief The headers of this call, in the order in which they were added.
    header_list const& headers() const noexcept { return headers_; }
    /// @brief Whether `shared` was called.
    bool is_shared() const noexcept { return is_shared_; }
    /// @brief The time that was passed to `hedge_after`; negative if it was not called.
    std::chrono::nanoseconds hedge_delay() const noexcept { return hedge_delay_; }
    /// @brief The channel for a read that is shared or hedged; null if it is neither.
    /// @internal
    call::channel_maker read_carrier() const noexcept { return read_carrier_; }

private:
    /// A program that calls neither `shared` nor `hedge_after` does not compile the code for them.
    template <class Room>
    static call::channel_maker carrier() noexcept
    {
        static_assert(
            requires { sizeof(Room); },
            "cohub: #include <cohub/batching.hpp> for shared() and hedge_after()"
        );
        return &Room::make;
    }

    std::chrono::nanoseconds timeout_{};
    clock::time_point deadline_{};
    header_list headers_;
    call::channel_maker read_carrier_ = nullptr;
    std::chrono::nanoseconds hedge_delay_{-1};
    int retries_ = -1;
    bool has_timeout_ = false;
    bool has_deadline_ = false;
    bool idempotent_ = false;
    bool is_shared_ = false;
};

}  // namespace cohub::inline abi_0_2

#endif
