#pragma once

#include <string>
#include <string_view>

#include "methods.hpp"

namespace cli {

/// A command line that calls the method, for its help: what it needs, with values that such
/// arguments have.
std::string example_of(method const& m);

/// The same, of the commands that are no method: `call`, `project call` …; empty if there is none.
std::string example_of(std::string_view command);

}  // namespace cli
