#ifndef COHUB_CALL_BACKOFF_HPP
#define COHUB_CALL_BACKOFF_HPP

/// @file
/// @internal How a call is carried out.

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace cohub::inline abi_0_2::call {

/// @brief How long to wait after `failures` failures in a row (1 or more): exponential backoff with
/// full jitter.
/// @param base upper bound of the first wait; the bound doubles with each further failure
/// @param cap upper bound of all waits
/// @param uniform a random number in [0, 1)
inline std::chrono::nanoseconds backoff(
    std::chrono::milliseconds base, std::chrono::milliseconds cap, int failures, double uniform
) noexcept
{
    constexpr double nanoseconds = 1e6;  // in a millisecond
    double bound = nanoseconds * static_cast<double>(base.count());
    double const most = nanoseconds * static_cast<double>(cap.count());
    for (int i = 1; i < failures && bound < most; ++i) bound *= 2;
    return std::chrono::nanoseconds(
        static_cast<std::int64_t>(std::min(bound, most) * std::clamp(uniform, 0.0, 1.0))
    );
}

}  // namespace cohub::inline abi_0_2::call

#endif
