#pragma once

#include <string>

#include "settings.hpp"

namespace cli {

/// What each setting is and where it came from, keys masked; a table, unless -o says otherwise.
std::string config_report(settings const& s);

/// The same value with what is secret in it masked.
std::string shown_value(setting const& s);

}  // namespace cli
