#ifndef COHUB_VERSION_HPP
#define COHUB_VERSION_HPP

/// @brief The version, as numbers.
#define COHUB_VERSION_MAJOR 0
/// @brief The same.
#define COHUB_VERSION_MINOR 1
/// @brief The same.
#define COHUB_VERSION_PATCH 0
/// @brief The version as text; also what the User-Agent header carries.
#define COHUB_VERSION_STRING "0.1.0"

#endif
