#ifndef COHUB_PROJECT_HPP
#define COHUB_PROJECT_HPP

/// A CoCalc project by its own key: `cohub::project` and `cohub::wait`. Defines nothing itself.

#include <cohub/call/wait.hpp>
#include <cohub/cocalc/project.hpp>
#include <cohub/version.hpp>

#endif
