#ifndef COHUB_HUB_HPP
#define COHUB_HUB_HPP

/// The client of a CoCalc hub: `cohub::hub` and `cohub::wait`. Defines nothing itself.

#include <cohub/call/wait.hpp>
#include <cohub/cocalc/hub.hpp>
#include <cohub/version.hpp>

#endif
