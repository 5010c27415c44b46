#include "command.hpp"

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <iostream>
#include <iterator>

extern char** environ;

namespace cohub::inline abi_0_2::fake {

namespace {

std::vector<std::string> environment_with(
    std::vector<std::pair<std::string, std::string>> const& variables
)
{
    std::vector<std::string> all;
    all.reserve(variables.size());
    for (auto const& [name, value] : variables) all.push_back(name + "=" + value);
    std::size_t const ours = all.size();
    for (char** at = environ; *at; ++at) {
        std::string const line = *at;
        auto const end = all.begin() + static_cast<std::ptrdiff_t>(ours);
        bool const replaced = std::any_of(all.begin(), end, [&](std::string const& mine) {
            return line.compare(0, line.find('=') + 1, mine, 0, mine.find('=') + 1) == 0;
        });
        if (!replaced) all.push_back(line);
    }
    return all;
}

std::vector<char*> pointers(std::vector<std::string>& texts)
{
    std::vector<char*> out;
    out.reserve(texts.size() + 1);
    for (std::string& text : texts) out.push_back(text.data());
    out.push_back(nullptr);
    return out;
}

}  // namespace

void add_forwarded_signals(sigset_t& to)
{
    for (int const s : {SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGCHLD}) {
        sigaddset(&to, s);
    }
}

int next_signal(sigset_t const& awaited, std::optional<pid_t>& parent, siginfo_t& got)
{
    got = siginfo_t{};
    if (!parent) return std::max(::sigwaitinfo(&awaited, &got), 0);
    // The system reports the end of a parent only if the thread that started this process ends. So
    // this looks again and again: a child that has lost its parent has another one.
    for (;;) {
        timespec const turn{0, 100'000'000};
        int const signal = ::sigtimedwait(&awaited, &got, &turn);
        if (signal > 0) return signal;
        if (errno != EAGAIN) return 0;
        if (::getppid() == *parent) continue;
        parent.reset();
        return SIGTERM;
    }
}

int run_command(
    std::vector<std::string> const& command,
    std::vector<std::pair<std::string, std::string>> const& variables,
    sigset_t const& awaited,
    std::optional<pid_t> parent,
    std::function<void()> const& when_started
)
{
    ::signal(SIGCHLD, SIG_DFL);  // the parent may have ignored it
    sigset_t none, defaults;
    sigemptyset(&none);
    sigemptyset(&defaults);
    sigaddset(&defaults, SIGPIPE);
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &defaults);

    std::vector<std::string> words = command;
    std::vector<std::string> lines = environment_with(variables);
    pid_t child = -1;
    int const error = ::posix_spawnp(
        &child,
        words[0].c_str(),
        nullptr,
        &attributes,
        pointers(words).data(),
        pointers(lines).data()
    );
    posix_spawnattr_destroy(&attributes);
    if (error != 0) {
        std::cerr << "error: cannot run '" << command[0] << "' (" << std::strerror(error) << ")\n";
        return error == ENOENT ? 127 : 126;
    }
    when_started();
    for (;;) {
        siginfo_t got{};
        int const signal = next_signal(awaited, parent, got);
        int status = 0;
        // One signal may stand for the end of several children, and it may be about another child.
        if (::waitpid(child, &status, WNOHANG) == child) {
            return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
        }
        bool const by_terminal = got.si_code == SI_KERNEL;
        if (signal > 0 && signal != SIGCHLD && !by_terminal) ::kill(child, signal);
    }
}

}  // namespace cohub::inline abi_0_2::fake
