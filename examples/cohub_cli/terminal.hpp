#pragma once

#include <cstddef>
#include <cstdio>
#include <string>

namespace cli {

bool is_terminal(std::FILE* f);

/// Columns of the terminal that standard output goes to; 0 if it goes elsewhere, or the terminal
/// does not tell.
std::size_t terminal_width();

enum class style
{
    bold,
    red,
    green,
    yellow,
};

/// Whether colours may be written: `f` is a terminal that knows them, and `NO_COLOR` is not set.
bool has_colours(std::FILE* f);

/// The text in that style, if `wanted`.
std::string styled(std::string const& text, style s, bool wanted);

}  // namespace cli
