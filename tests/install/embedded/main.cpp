#include <cohub/cohub.hpp>

#include <string_view>

int main() { return std::string_view(COHUB_VERSION_STRING).empty() ? 1 : 0; }
