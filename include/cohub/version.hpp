#ifndef COHUB_VERSION_HPP
#define COHUB_VERSION_HPP

#define COHUB_VERSION_MAJOR 0
#define COHUB_VERSION_MINOR 2
#define COHUB_VERSION_PATCH 0
/// @brief The version as text; also what the User-Agent header carries.
#define COHUB_VERSION_STRING "0.2.0"

#endif
