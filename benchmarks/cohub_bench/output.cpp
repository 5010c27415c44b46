#include "output.hpp"

#include <cohub/core/error.hpp>
#include <cohub/core/text.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iostream>
#include <limits>
#include <stdexcept>
#include <utility>

#include "arguments.hpp"

namespace bench {

namespace {

// A device file would never end.
constexpr std::size_t largest_input = 64u << 20;

void write_all(int descriptor, std::string_view text, std::string const& where)
{
    while (!text.empty()) {
        ssize_t const n = ::write(descriptor, text.data(), text.size());
        if (n >= 0)
            text.remove_prefix(static_cast<std::size_t>(n));
        else if (errno != EINTR)
            throw std::runtime_error("cannot write to " + where + ": " + std::strerror(errno));
    }
}

int open_for_writing(std::string const& name, int further_flags)
{
    return ::open(name.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | further_flags, 0666);
}

std::string read_all(std::string const& option, std::istream& in)
{
    std::string text;
    char chunk[16 * 1024];
    while (in.read(chunk, sizeof chunk), in.gcount() > 0) {
        text.append(chunk, static_cast<std::size_t>(in.gcount()));
        if (text.size() > largest_input) throw usage_error(option + ": that is more than 64 MiB");
    }
    return text;
}

}  // namespace

void occupy_standard_descriptors()
{
    for (int const d : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
        if (::fcntl(d, F_GETFD) == -1 && errno == EBADF)
            // The lowest free number is this one. It is opened the wrong way round.
            (void)::open("/dev/null", d == STDIN_FILENO ? O_WRONLY : O_RDONLY);
}

void print(std::string_view text, stream to)
{
    if (to == stream::output)
        write_all(STDOUT_FILENO, text, "standard output");
    else
        write_all(STDERR_FILENO, text, "standard error");
}

std::string printable(std::string_view text)
{
    return cohub::detail::escaped(text, std::numeric_limits<std::size_t>::max() - 3);
}

std::string valid_utf8(std::string_view text)
{
    std::string valid;
    valid.reserve(text.size());
    while (!text.empty()) {
        std::size_t const n = cohub::detail::utf8_length(text);
        valid += n == 0 ? "\xEF\xBF\xBD" : text.substr(0, n);
        text.remove_prefix(std::max<std::size_t>(n, 1));
    }
    return valid;
}

std::string read_file(std::string const& option, std::string const& name)
{
    if (name == "-") return read_all(option, std::cin);
    errno = 0;
    std::ifstream in(name, std::ios::binary);
    if (!in) throw usage_error(option + ": cannot read '" + name + "': " + std::strerror(errno));
    std::string text = read_all(option, in);
    if (in.bad()) throw usage_error(option + ": cannot read '" + name + "' to its end");
    return text;
}

output_file::output_file(std::string const& option, std::string name) : name_(std::move(name))
{
    if (is_standard_output()) return;
    descriptor_ = open_for_writing(name_, O_EXCL);
    created_ = descriptor_ >= 0;
    if (!created_ && errno == EEXIST) descriptor_ = open_for_writing(name_, 0);
    if (descriptor_ < 0)
        throw usage_error(
            option + ": cannot write '" + name_ + "': " + std::strerror(errno) +
            "; name another place"
        );
}

output_file::~output_file()
{
    if (descriptor_ < 0) return;
    ::close(descriptor_);
    if (created_) ::unlink(name_.c_str());
}

void output_file::write(std::string_view text)
{
    if (is_standard_output()) return print(text);
    created_ = false;
    // Pipes and devices have no length to be cut.
    if (::ftruncate(descriptor_, 0) != 0 && errno != EINVAL)
        throw std::runtime_error("cannot write to '" + name_ + "': " + std::strerror(errno));
    write_all(descriptor_, text, "'" + name_ + "'");
    if (::close(std::exchange(descriptor_, -1)) != 0)
        throw std::runtime_error("cannot write to '" + name_ + "': " + std::strerror(errno));
}

}  // namespace bench
