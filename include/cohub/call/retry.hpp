#ifndef COHUB_CALL_RETRY_HPP
#define COHUB_CALL_RETRY_HPP

#include <cohub/call/backoff.hpp>
#include <cohub/core/clock.hpp>
#include <cohub/core/error.hpp>

#include <chrono>
#include <cstdint>
#include <optional>

namespace cohub::inline abi_0_2 {

/// @brief Whether a call may be sent again after it may have reached the server. Each method
/// declares it, since the HTTP method (always POST) does not say it.
enum class retry : std::uint8_t
{
    /// The method only reads, or has the same effect however often it runs.
    safe,
    /// Each request may have an effect. The call is never sent again once a byte may have been
    /// sent.
    never,
};

/// @brief When and how often a failed call is repeated.
struct retry_options
{
    retry_options() {}

    /// Number of attempts, the first one included; 1 to 100.
    int max_attempts = 3;
    /// Upper bound of the wait before the first repetition. The bound doubles with each further
    /// one.
    std::chrono::milliseconds base{100};
    /// No wait is longer than this.
    std::chrono::milliseconds cap{10'000};
    /// The client does not wait for a `Retry-After` above this: the call fails and reports it.
    std::chrono::seconds retry_after_cap{60};
    /// How many repetitions a client may send for each call that it begins, so that repetitions
    /// never multiply the load of a server that fails. What a call has earned expires after ten
    /// seconds. 0 to 100; 100 switches the budget off. A call that may not be repeated ends with
    /// its failure. Repetitions of requests that were never sent cost nothing.
    double budget_ratio = 0.2;
    /// How many further repetitions a client may send in a second. They are saved for ten seconds
    /// at most, so that the budget never limits a client with few calls. 0 to 1,000,000.
    double budget_reserve = 10;
    /// Seed of the jitter; 0: each client gets a new one.
    std::uint64_t seed = 0;
};

namespace call {

/// @brief What is known about an attempt that has failed.
/// @internal
struct attempt
{
    cohub::retry declared = cohub::retry::never;
    /// Request bytes may have been sent in any attempt so far.
    bool sent = false;
    /// Number of attempts that count, this one included.
    int made = 0;
    /// The connection had served a call before.
    bool reused = false;
    /// The attempt was ended by the limit of a stage and not by the call's own deadline.
    bool stage_limit = false;
    /// The name service may have an answer later.
    bool temporary = false;
};

/// @brief What to do next.
/// @internal
struct next_try
{
    bool again = false;
    /// The failed attempt does not count: a pooled connection had been closed before a byte was
    /// sent.
    bool free = false;
    std::chrono::nanoseconds wait{0};
};

namespace detail {

/// Whether this failure may go away by itself, and the call may be repeated.
inline bool worth_another(failure const& f, attempt const& a) noexcept
{
    bool const safe = a.declared == retry::safe;
    bool const unsent_or_safe = safe || !a.sent;
    switch (to_errc(f.code)) {
        case errc::resolve_failed:
            return a.temporary && unsent_or_safe;
        case errc::connect_failed:
            return unsent_or_safe;
        case errc::timeout:
            return a.stage_limit && unsent_or_safe;
        case errc::connection_lost:
            return unsent_or_safe;
        case errc::truncated:
            return safe;
        // During the handshake, a repetition meets the same refusal. After it, a record was
        // damaged.
        case errc::tls_failed:
            return safe && a.sent;
        case errc::rate_limited:
        case errc::unavailable:
            return safe;
        case errc::http_status:
            return safe && cohub::detail::is_passing_status(f.http_status);
        default:
            return false;
    }
}

}  // namespace detail

/// @brief Decides whether a call is repeated: exponential backoff with full jitter, with a cap, and
/// never beyond the deadline. `uniform` is a random number in [0, 1).
/// @internal
inline next_try decide(
    retry_options const& o,
    attempt const& a,
    failure const& f,
    clock::time_point now,
    clock::time_point deadline,
    double uniform
) noexcept
{
    next_try next;
    if (!detail::worth_another(f, a)) return next;
    if (!a.sent && a.reused) {
        next.again = next.free = true;
        return next;
    }
    if (a.made >= o.max_attempts) return next;
    if (a.reused && f.code == errc::connection_lost && deadline > now) {
        // The server closed an idle connection just when it was used: not a fault, so no backoff.
        next.again = true;
        return next;
    }
    next.wait = backoff(o.base, o.cap, a.made, uniform);
    if (f.retry_after) {
        if (*f.retry_after > o.retry_after_cap) return {};
        // All clients got the same time: so the jitter is added to it.
        next.wait += *f.retry_after;
    }
    if (deadline - now <= next.wait) return {};
    next.again = true;
    return next;
}

}  // namespace call
}  // namespace cohub::inline abi_0_2

#endif
