#ifndef COHUB_COHUB_HPP
#define COHUB_COHUB_HPP

/// The façade: all of cohub. Defines nothing itself.

#include <cohub/call/wait.hpp>
#include <cohub/cocalc/hub.hpp>
#include <cohub/cocalc/project.hpp>
#include <cohub/cocalc/v1.hpp>
#include <cohub/pieces/client.hpp>
#include <cohub/pieces/discover.hpp>
#include <cohub/version.hpp>

#endif
