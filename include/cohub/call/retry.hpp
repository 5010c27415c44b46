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
/// declares it; the HTTP method (always POST) says nothing.
enum class retry : std::uint8_t
{
    /// Reads only, or has the same effect however often it is done.
    safe,
    /// Each sending may have an effect: never sent again once a byte may have left.
    never,
};

/// @brief When and how often a failed call is repeated.
struct retry_options
{
    retry_options() {}

    /// Attempts in all, the first one included; 1 to 100.
    int max_attempts = 3;
    /// Upper bound of the wait before the first repetition; it doubles with each further one.
    std::chrono::milliseconds base{100};
    /// No wait is longer than this.
    std::chrono::milliseconds cap{10'000};
    /// A `Retry-After` above this is not waited for: the call fails and reports it.
    std::chrono::seconds retry_after_cap{60};
    /// Repetitions that a client may send for each call that it begins, so that repetitions never
    /// multiply the load of a server that fails. What a call earns is worth nothing any more after
    /// ten seconds. 0 to 100; 100 switches the budget off. A call that may not be repeated ends
    /// with its failure. Repetitions of what was never sent cost nothing.
    double budget_ratio = 0.2;
    /// Repetitions a second beside that, saved up for ten seconds at most, so that a client with
    /// few calls never meets the budget; 0 to 1,000,000.
    double budget_reserve = 10;
    /// Seed of the jitter; 0: a fresh one for each client.
    std::uint64_t seed = 0;
};

namespace call {

/// @brief What is known when an attempt has failed.
/// @internal
struct attempt
{
    cohub::retry declared = cohub::retry::never;
    /// Request bytes may have left in any attempt so far.
    bool sent = false;
    /// Attempts that count, this one included.
    int made = 0;
    /// The connection had served a call before.
    bool reused = false;
    /// What ended it was a limit of one stage and not the call's own deadline.
    bool stage_limit = false;
    /// A name service that may know better later.
    bool temporary = false;
};

/// @brief What to do next.
/// @internal
struct next_try
{
    bool again = false;
    /// The failed attempt does not count: a pooled connection had gone stale before a byte was
    /// sent.
    bool free = false;
    std::chrono::nanoseconds wait{0};
};

namespace detail {

/// May this failure go away by itself, and does the call bear a repetition?
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
        // Inside the handshake a repetition meets the same refusal; later a record was damaged.
        case errc::tls_failed:
            return safe && a.sent;
        case errc::rate_limited:
        case errc::unavailable:
            return safe;
        case errc::http_status:
            return safe && (f.http_status == 408 || f.http_status == 500 || f.http_status == 502 ||
                            f.http_status == 503 || f.http_status == 504);
        default:
            return false;
    }
}

}  // namespace detail

/// @brief Decides on a repetition: exponential backoff with full jitter, a cap, and never beyond
/// the deadline. `uniform` is a random number in [0, 1).
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
        // The server closed an idle connection just as it was used: no sign of trouble, no backoff.
        next.again = true;
        return next;
    }
    next.wait = backoff(o.base, o.cap, a.made, uniform);
    if (f.retry_after) {
        if (*f.retry_after > o.retry_after_cap) return {};
        // Everybody was told the same time: the jitter goes on top, not into it.
        next.wait += *f.retry_after;
    }
    if (deadline - now <= next.wait) return {};
    next.again = true;
    return next;
}

}  // namespace call
}  // namespace cohub::inline abi_0_2

#endif
