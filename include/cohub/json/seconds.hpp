#ifndef COHUB_JSON_SECONDS_HPP
#define COHUB_JSON_SECONDS_HPP

/// @file
/// @internal How values become JSON, and JSON becomes values.

#include <cohub/json/encode.hpp>

#include <chrono>

namespace cohub::inline abi_0_2::json {

/// @brief A duration that is a number of seconds on the wire.
struct seconds
{
    explicit constexpr seconds(std::chrono::nanoseconds t) : value(t) {}

    std::chrono::nanoseconds value;
};
inline void encode(writer& w, seconds s)
{
    w.number(std::chrono::duration<double>(s.value).count());
}

}  // namespace cohub::inline abi_0_2::json

#endif
