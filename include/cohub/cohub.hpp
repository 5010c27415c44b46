#ifndef COHUB_COHUB_HPP
#define COHUB_COHUB_HPP

/// All of cohub. Defines nothing itself. A source that needs one front door compiles quicker with
/// that one.

#include <cohub/batching.hpp>
#include <cohub/call/gather.hpp>
#include <cohub/hub.hpp>
#include <cohub/pieces.hpp>
#include <cohub/project.hpp>
#include <cohub/sharded_hub.hpp>
#include <cohub/v1.hpp>
#include <cohub/v2.hpp>

#endif
