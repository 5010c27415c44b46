// The header-only flavour in two translation units of one program.

#include <cohub/cohub.hpp>

#include <string_view>

std::string_view version_in_the_other();

int main() { return version_in_the_other() == COHUB_VERSION_STRING ? 0 : 1; }
