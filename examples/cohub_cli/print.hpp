#pragma once

#include <string>

namespace cli {

/// Gives closed standard descriptors a place of their own, which fails like a closed one: else the
/// first socket would get their number, and the output.
void keep_standard_descriptors();

/// To standard output, at once.
/// @throws system_failure if that failed
void print(std::string const& text);

/// Whether a person says yes. The question goes to the terminal, even if one of standard input and
/// standard error leads elsewhere. If both do, a program has decided already, and nobody is asked.
bool confirmed(std::string const& what);

/// To standard error: `error: ` and the text.
void complain(std::string const& text);
/// The same: `warning: ` and the text.
void warn(std::string const& text);

}  // namespace cli
