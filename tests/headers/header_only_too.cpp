#include <cohub/cohub.hpp>

#include <string_view>

std::string_view version_in_the_other();
std::string_view version_in_the_other() { return COHUB_VERSION_STRING; }
