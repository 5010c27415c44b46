#ifndef COHUB_V2_HPP
#define COHUB_V2_HPP

/// CoCalc's API v2: `hub.v2()`, and with it `cohub::hub` and `cohub::wait`. Defines nothing itself.

#include <cohub/cocalc/v2.hpp>
#include <cohub/hub.hpp>
#include <cohub/version.hpp>

#endif
