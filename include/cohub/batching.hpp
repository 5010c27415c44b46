#ifndef COHUB_BATCHING_HPP
#define COHUB_BATCHING_HPP

/// For reads that need fewer requests or less time: `call_options::shared`,
/// `call_options::hedge_after` and `coalesce_options::cache`. A source file that uses one of these
/// includes this header as well. Other source files do not compile this code.

#include <cohub/batching/name_cache.hpp>
#include <cohub/batching/reads.hpp>

#endif
