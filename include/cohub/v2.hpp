#ifndef COHUB_V2_HPP
#define COHUB_V2_HPP

/// The client of CoCalc's API v2: `hub.v2()`, with `cohub::hub` and `cohub::wait`. Defines nothing
/// itself.

#include <cohub/cocalc/v2.hpp>
#include <cohub/hub.hpp>
#include <cohub/version.hpp>

#endif
