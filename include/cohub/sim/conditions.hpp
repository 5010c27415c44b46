#ifndef COHUB_SIM_CONDITIONS_HPP
#define COHUB_SIM_CONDITIONS_HPP

#include <cohub/core/clock.hpp>

#include <chrono>
#include <cstddef>

namespace cohub::inline abi_0_2::sim {

/// @brief What may happen on the way to an address. All probabilities are 0 by default: the network
/// is healthy.
///
/// A segment or a connect is decided by the conditions at the time when it begins. A change affects
/// only what follows.
struct conditions
{
    conditions() {}

    /// The shortest latency, one way. A segment never overtakes an earlier one of its connection.
    clock::duration min_latency = std::chrono::microseconds(100);
    /// The longest latency. Each segment takes a time between the two.
    clock::duration max_latency = std::chrono::milliseconds(1);
    /// Probability that a segment is lost. It then arrives `retransmit` later.
    double loss = 0;
    /// How much later a lost segment comes.
    clock::duration retransmit = std::chrono::milliseconds(200);
    /// Probability that a connect is refused.
    double refuse = 0;
    /// Probability that a connect is never answered.
    double hang = 0;
    /// Probability that both sides get a reset instead of a segment.
    double reset = 0;
    /// Probability that the connection dies when a segment is sent: nothing arrives any more, in
    /// either direction, not even what is under way, and neither side is notified.
    double cut = 0;
    /// Probability that a read or a write moves only a part of what it could.
    double split = 0;
    /// Maximum number of bytes of one segment.
    std::size_t segment = 1400;
    /// Maximum number of bytes that are on their way or unread, for each direction.
    std::size_t window = 64 * 1024;
};

}  // namespace cohub::inline abi_0_2::sim

#endif
