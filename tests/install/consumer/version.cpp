#include <cohub/cohub.hpp>

static_assert(COHUB_VERSION_MAJOR == 0);
