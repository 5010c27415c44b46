// A room below the front doors, by itself: headers that need one another must not need an order.
#include <cohub/transport/client.hpp>
#include <cohub/version.hpp>

#include <string_view>

std::string_view version_in_the_other();
std::string_view version_in_the_other() { return COHUB_VERSION_STRING; }
