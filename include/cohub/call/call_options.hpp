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

/// @brief Header fields, name and value each. Values are never shown and overwritten when they go,
/// since they may be credentials.
using header_list = std::vector<std::pair<std::string, secret>>;

namespace call {

class channel;
/// @brief Makes what stands in front of a client's channel.
using channel_maker = boost::intrusive_ptr<channel> (*)(channel&);

}  // namespace call

namespace batching {

class read_room;

}  // namespace batching

/// @brief Settings of one call; what is not set comes from the client's `options`.
///
/// Stands before the completion token: `hub.system().ping(cohub::call_options().timeout(2s))`.
class call_options
{
public:
    call_options() {}

    /// @brief The whole call, waiting, connecting and retries included, takes at most this long.
    /// The hub is told too (`timeout` in the request), so that it stops waiting as well.
    call_options& timeout(std::chrono::nanoseconds t)
    {
        timeout_ = t;
        has_timeout_ = true;
        return *this;
    }
    /// @brief The same as a point in time of `std::chrono::steady_clock` (or of `options::clock`).
    call_options& deadline(clock::time_point at)
    {
        deadline_ = at;
        has_deadline_ = true;
        return *this;
    }
    /// @brief How often the call may be repeated after it failed; 0: never.
    call_options& retries(int n)
    {
        retries_ = n;
        return *this;
    }
    /// @brief The caller vouches that sending this call twice does no harm. For `hub.call`, whose
    /// methods the library does not know; typed calls know it themselves.
    call_options& idempotent(bool yes = true)
    {
        idempotent_ = yes;
        return *this;
    }

    /// @brief One more header, with each attempt of this call; in place of the client's own of that
    /// name (`options::headers`). One that would break the request is refused before anything is
    /// sent: the call fails with `errc::invalid_argument`.
    call_options& header(std::string name, secret value)
    {
        headers_.emplace_back(std::move(name), std::move(value));
        return *this;
    }

    /// @brief Joins a request that is under way if it asks for the same, in place of a request of
    /// its own; others may join this one. Needs `<cohub/batching.hpp>`.
    ///
    /// The same are origin, API key, method and arguments. Each caller has a deadline, a
    /// cancellation and a result of their own. For reads: a call that may change something is
    /// refused with `errc::invalid_argument`. The answer may have been made before this call began,
    /// though no longer ago than a request takes: not for a read that has to see what was just
    /// written. A call with headers or `retries` of its own joins nobody.
    template <class Room = batching::read_room>
    call_options& shared()
    {
        read_carrier_ = carrier<Room>();
        is_shared_ = true;
        return *this;
    }
    /// @brief Without an answer after `delay`, the same request is sent once more, on another
    /// connection; the first answer counts, and the other attempt is cancelled (gRPC's
    /// `hedgingDelay`). Needs `<cohub/batching.hpp>`.
    ///
    /// For reads: a call that may change something is refused with `errc::invalid_argument`. The
    /// hedge is one attempt, within the client's retry budget and beside the call's `retries`. None
    /// is sent while the call waits for a connection, others do, or a `Retry-After` holds back the
    /// client: that is looked at again after the same time.
    /// @param delay since the call began; 0: as soon as the first attempt is on its way
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
    /// @brief What `timeout` was told; 0 if it was not called.
    std::chrono::nanoseconds timeout() const noexcept { return timeout_; }
    /// @brief What `deadline` was told.
    clock::time_point deadline() const noexcept { return deadline_; }
    /// @brief Negative: not set.
    int retries() const noexcept { return retries_; }
    /// @brief What `idempotent` was told; false if it was not called.
    bool idempotent() const noexcept { return idempotent_; }
    /// @brief The headers of this call, in the order in which they were given.
    header_list const& headers() const noexcept { return headers_; }
    /// @brief Whether `shared` was called.
    bool is_shared() const noexcept { return is_shared_; }
    /// @brief Negative: not set.
    std::chrono::nanoseconds hedge_delay() const noexcept { return hedge_delay_; }
    /// @brief What carries a read that is shared or hedged; null: it is neither.
    /// @internal
    call::channel_maker read_carrier() const noexcept { return read_carrier_; }

private:
    /// Who calls neither `shared` nor `hedge_after` compiles nothing of what carries them.
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
