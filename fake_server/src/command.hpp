#pragma once

#include <signal.h>
#include <sys/types.h>

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace cohub::inline abi_0_2::fake {

/// The signals that `run_command` passes on, and SIGCHLD.
void add_forwarded_signals(sigset_t& to);

/// Waits for one of these signals, which are blocked.
/// @param parent is watched if given; its end is reported once, as a SIGTERM
/// @return the signal; 0 when the wait was interrupted
int next_signal(sigset_t const& awaited, std::optional<pid_t>& parent, siginfo_t& got);

/// Runs a command to its end. Signals that would end this process are passed on to the command. The
/// command gets the signals of a terminal from the terminal itself.
/// @param variables replace those of this process's environment
/// @param awaited `add_forwarded_signals`, blocked since before the first thread began
/// @param parent the process whose end also ends the command, if any
/// @param when_started is called once the command runs, for changes that it must not inherit
/// @return its status as a shell reports it: 128 plus the signal that ended it, 127 when there is
/// no such command, 126 when it cannot be run
int run_command(
    std::vector<std::string> const& command,
    std::vector<std::pair<std::string, std::string>> const& variables,
    sigset_t const& awaited,
    std::optional<pid_t> parent,
    std::function<void()> const& when_started
);

}  // namespace cohub::inline abi_0_2::fake
