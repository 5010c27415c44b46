#ifndef COHUB_VERSION_HPP
#define COHUB_VERSION_HPP

/// @brief The major version. It is 0 until the interface is stable.
#define COHUB_VERSION_MAJOR 0
/// @brief The minor version. While the major version is 0, it changes when the interface does.
#define COHUB_VERSION_MINOR 2
/// @brief The patch version. It changes for releases with the same interface.
#define COHUB_VERSION_PATCH 0
/// @brief The version as text. The User-Agent header contains it.
#define COHUB_VERSION_STRING "0.2.0"

#endif
