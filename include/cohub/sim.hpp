#ifndef COHUB_SIM_HPP
#define COHUB_SIM_HPP

/// @file
/// @brief Simulated worlds for tests: a network in memory and a virtual clock. A seed decides
/// everything that is random. See docs/simulation.md.

#include <cohub/sim/conditions.hpp>
#include <cohub/sim/http_server.hpp>
#include <cohub/sim/random.hpp>
#include <cohub/sim/script.hpp>
#include <cohub/sim/socket.hpp>
#include <cohub/sim/timer.hpp>
#include <cohub/sim/world.hpp>

#endif
