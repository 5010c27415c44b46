#ifndef COHUB_BATCHING_HPP
#define COHUB_BATCHING_HPP

/// Reads that cost fewer requests, or less time: `call_options::shared` and `hedge_after`, and
/// `coalesce_options::cache`. A source that calls one of these includes this beside its front door;
/// others compile nothing of it.

#include <cohub/batching/name_cache.hpp>
#include <cohub/batching/reads.hpp>

#endif
