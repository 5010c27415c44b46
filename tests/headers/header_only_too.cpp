// Includes single headers of the rooms below the front doors. Headers that need each other must not
// depend on their order.
#include <cohub/transport/client.hpp>
#include <cohub/version.hpp>

#include <string_view>

std::string_view version_in_the_other();
std::string_view version_in_the_other() { return COHUB_VERSION_STRING; }
