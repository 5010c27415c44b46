#pragma once

#include <cohub/core/error.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include <functional>
#include <string>

namespace cli {

/// What is still to be printed.
using text_answer = cohub::result<std::string>;

/// What becomes of a text, and of a signal that came; gives the exit status.
using finish = std::function<int(std::string const& text, int signal)>;

int print_all(std::string const& text, int signal);

/// Runs a task to its end, or to SIGINT or SIGTERM, and tells a failure.
/// @param what the task's name, for messages
/// @return the exit status
int conduct(
    boost::asio::io_context& io,
    std::string const& what,
    boost::asio::awaitable<text_answer> task,
    finish const& end = print_all
);

}  // namespace cli
