#ifndef COHUB_SIM_CONDITIONS_HPP
#define COHUB_SIM_CONDITIONS_HPP

#include <cohub/core/clock.hpp>

#include <chrono>
#include <cstddef>

namespace cohub::inline abi_0_2::sim {

/// @brief What may happen on the way to an address. All probabilities are 0 by default: a healthy
/// network.
///
/// What holds when a segment is sent, or a connect begins, is decided then: a change concerns what
/// follows.
struct conditions
{
    conditions() {}

    /// One way. A segment never overtakes an earlier one of its connection.
    clock::duration min_latency = std::chrono::microseconds(100);
    /// At most; a segment takes a time between the two.
    clock::duration max_latency = std::chrono::milliseconds(1);
    /// A segment is lost, and comes `retransmit` later.
    double loss = 0;
    /// How much later a lost segment comes.
    clock::duration retransmit = std::chrono::milliseconds(200);
    /// A connect is refused.
    double refuse = 0;
    /// A connect is never answered.
    double hang = 0;
    /// In the place of a segment both sides get a reset.
    double reset = 0;
    /// When this segment is sent, its connection dies: nothing comes through any more, in either
    /// direction, what is under way included, and nobody is told.
    double cut = 0;
    /// A read or a write moves a part of what it could.
    double split = 0;
    /// Bytes of one segment at most.
    std::size_t segment = 1400;
    /// Bytes that may be on their way or unread, for each direction.
    std::size_t window = 64 * 1024;
};

}  // namespace cohub::inline abi_0_2::sim

#endif
