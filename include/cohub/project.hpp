#ifndef COHUB_PROJECT_HPP
#define COHUB_PROJECT_HPP

/// The client of one CoCalc project, with a project's key or an account's key: `cohub::project` and
/// `cohub::wait`. Defines nothing itself.

#include <cohub/call/wait.hpp>
#include <cohub/cocalc/project.hpp>
#include <cohub/version.hpp>

#endif
