#ifndef COHUB_COHUB_HPP
#define COHUB_COHUB_HPP

/// Includes all of cohub except `prometheus.hpp` and `sim.hpp`. Defines nothing itself. A source
/// file that needs only one of the clients compiles faster if it includes only the header of that
/// client.

#include <cohub/batching.hpp>
#include <cohub/call/gather.hpp>
#include <cohub/hub.hpp>
#include <cohub/pieces.hpp>
#include <cohub/project.hpp>
#include <cohub/sharded_hub.hpp>
#include <cohub/v1.hpp>
#include <cohub/v2.hpp>

#endif
