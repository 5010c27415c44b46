#include "print.hpp"

#if !defined(_WIN32)
#include <fcntl.h>
#include <unistd.h>
#endif

#include <cerrno>
#include <cstdio>
#include <cstring>

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

bool confirmed(std::string const& what)
{
    if (!is_terminal(stdin) || !is_terminal(stderr)) return true;
    std::fprintf(stderr, "%s. Go on? [y/N] ", what.c_str());
    int const first = std::getchar();
    for (int c = first; c != '\n' && c != EOF;) c = std::getchar();
    return first == 'y' || first == 'Y';
}

void complain(std::string const& text)
{
    std::string const word = styled("error:", style::red, has_colours(stderr));
    std::fprintf(stderr, "%s %s\n", word.c_str(), text.c_str());
}

void warn(std::string const& text)
{
    std::string const word = styled("warning:", style::yellow, has_colours(stderr));
    std::fprintf(stderr, "%s %s\n", word.c_str(), text.c_str());
}

}  // namespace cli
