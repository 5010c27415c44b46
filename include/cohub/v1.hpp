#ifndef COHUB_V1_HPP
#define COHUB_V1_HPP

/// The client of CoCalc's API v1: `cohub::v1` and `cohub::wait`. Defines nothing itself.

#include <cohub/call/wait.hpp>
#include <cohub/cocalc/v1.hpp>
#include <cohub/version.hpp>

#endif
