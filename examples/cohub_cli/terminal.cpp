#include "terminal.hpp"

#if defined(_WIN32)
#include <io.h>
#else
#include <sys/ioctl.h>
#include <unistd.h>
#endif

#include <cstdlib>
#include <string_view>

namespace cli {

bool is_terminal(std::FILE* f)
{
#if defined(_WIN32)
    return ::_isatty(::_fileno(f)) != 0;
#else
    return ::isatty(::fileno(f)) != 0;
#endif
}

std::size_t terminal_width()
{
    if (!is_terminal(stdout)) return 0;
#if !defined(_WIN32)
    winsize size{};
    if (::ioctl(::fileno(stdout), TIOCGWINSZ, &size) == 0) return size.ws_col;
#endif
    return 0;
}

bool has_colours(std::FILE* f)
{
#if defined(_WIN32)
    // A console shows the escapes themselves, unless it was told otherwise.
    (void)f;
    return false;
#else
    auto const is_set = [](char const* name) {
        char const* const value = std::getenv(name);
        return value != nullptr && *value != '\0';
    };
    char const* const kind = std::getenv("TERM");
    bool const knows = kind != nullptr && *kind != '\0' && std::string_view(kind) != "dumb";
    return knows && !is_set("NO_COLOR") && is_terminal(f);
#endif
}

std::string styled(std::string const& text, style s, bool wanted)
{
    if (!wanted) return text;
    char const* const code = s == style::bold    ? "1"
                             : s == style::red   ? "1;31"
                             : s == style::green ? "32"
                                                 : "33";
    return "\x1b[" + std::string(code) + 'm' + text + "\x1b[0m";
}

}  // namespace cli
