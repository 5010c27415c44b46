#pragma once

#include <cohub/cohub.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include <string>

#include "method_commands.hpp"
#include "settings.hpp"

namespace cli {

/// What is still to be printed.
using text_answer = cohub::result<std::string>;

/// A method of Pieces OS, which is looked for if the options name no host.
/// @throws cohub::error in the coroutine
boost::asio::awaitable<text_answer> ask_pieces(
    boost::asio::io_context& io, cohub::pieces::options o, format f, request r
);

}  // namespace cli
