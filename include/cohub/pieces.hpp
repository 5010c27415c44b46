#ifndef COHUB_PIECES_HPP
#define COHUB_PIECES_HPP

/// The client of Pieces OS: `cohub::pieces::client`, its streams and discovery, and `cohub::wait`.
/// Defines nothing itself.

#include <cohub/call/wait.hpp>
#include <cohub/pieces/client.hpp>
#include <cohub/pieces/discover.hpp>
#include <cohub/version.hpp>

#endif
