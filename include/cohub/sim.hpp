#ifndef COHUB_SIM_HPP
#define COHUB_SIM_HPP

/// @file
/// @brief Worlds for tests: a network in memory, time of its own, everything decided by a seed.
/// See docs/simulation.md.

#include <cohub/sim/conditions.hpp>
#include <cohub/sim/http_server.hpp>
#include <cohub/sim/random.hpp>
#include <cohub/sim/script.hpp>
#include <cohub/sim/socket.hpp>
#include <cohub/sim/timer.hpp>
#include <cohub/sim/world.hpp>

#endif
