#include "print.hpp"

#if !defined(_WIN32)
#include <fcntl.h>
#include <unistd.h>
#endif

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string_view>

#include "escaping.hpp"
#include "terminal.hpp"
#include "values.hpp"

namespace cli {

void keep_standard_descriptors()
{
#if !defined(_WIN32)
    // The lowest free number is taken: those below are not free any more. What may not be read, or
    // not written, fails with the error of a closed descriptor.
    for (int const descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
        if (::fcntl(descriptor, F_GETFD) == -1 && errno == EBADF)
            ::open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY);
#endif
}

void print(std::string const& text)
{
    if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() || std::fflush(stdout) != 0)
        throw system_failure(std::string("standard output: ") + std::strerror(errno));
}

namespace {

/// Words of the command line may be part of a message; they must not steer the terminal.
std::string harmless(std::string const& text)
{
    std::string lines;
    for (std::size_t at = 0; at <= text.size();) {
        std::size_t const end = std::min(text.find('\n', at), text.size());
        if (at != 0) lines += '\n';
        lines += make_cell(std::string_view(text).substr(at, end - at)).text;
        at = end + 1;
    }
    return lines;
}

using file = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

file opened(char const* name, char const* how) { return {std::fopen(name, how), std::fclose}; }

}  // namespace

bool confirmed(std::string const& what)
{
    if (!is_terminal(stdin) && !is_terminal(stderr)) return true;
    std::FILE* in = stdin;
    std::FILE* out = stderr;
    // The streams may lead to files or pipes; the terminal is there all the same.
#if defined(_WIN32)
    file const from = opened("CONIN$", "r"), to = opened("CONOUT$", "w");
    if (from && to) {
        in = from.get();
        out = to.get();
    }
#else
    file const own = opened("/dev/tty", "r+");
    if (own) in = out = own.get();
#endif
    if (!is_terminal(in) || !is_terminal(out)) return false;
    std::fprintf(out, "%s. Go on? [y/N] ", harmless(what).c_str());
    std::fflush(out);
    std::string word;
    for (int c = std::getc(in); c != '\n' && c != EOF; c = std::getc(in))
        word += static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    word = trimmed(word);
    return word == "y" || word == "yes";
}

void complain(std::string const& text)
{
    std::string const word = styled("error:", style::red, has_colours(stderr));
    std::fprintf(stderr, "%s %s\n", word.c_str(), harmless(text).c_str());
}

void warn(std::string const& text)
{
    std::string const word = styled("warning:", style::yellow, has_colours(stderr));
    std::fprintf(stderr, "%s %s\n", word.c_str(), harmless(text).c_str());
}

}  // namespace cli
