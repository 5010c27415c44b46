#pragma once

#include <signal.h>
#include <sys/types.h>

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace cohub::fake {

/// The signals that `run_command` passes on, and SIGCHLD.
void add_forwarded_signals(sigset_t& to);

/// Waits for one of these signals, which are blocked.
/// @param parent is looked after if given: its end counts as a SIGTERM, once
/// @return the signal; 0 when the wait was interrupted
int next_signal(sigset_t const& awaited, std::optional<pid_t>& parent, siginfo_t& got);

/// Runs a command to its end. Signals that would end this process go to it instead; those of a
/// terminal it gets from there.
/// @param variables replace those of this process's environment
/// @param awaited `add_forwarded_signals`, blocked since before the first thread began
/// @param parent the process whose end is the command's, if any
/// @param when_started what the command does not inherit
/// @return its status as a shell tells it: 128 and the signal that ended it, 127 when there is no
/// such command, 126 when it cannot be run
int run_command(
    std::vector<std::string> const& command,
    std::vector<std::pair<std::string, std::string>> const& variables,
    sigset_t const& awaited,
    std::optional<pid_t> parent,
    std::function<void()> const& when_started
);

}  // namespace cohub::fake
