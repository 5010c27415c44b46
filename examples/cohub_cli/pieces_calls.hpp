#pragma once

#include <cohub/cohub.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include <string>

#include "conduct.hpp"
#include "formats.hpp"
#include "method_commands.hpp"
#include "settings.hpp"

namespace cli {

/// A method of Pieces OS, which is looked for if the options name no host. A message of the stream
/// that cannot be read is told on standard error, and the stream goes on.
/// @throws cohub::error in the coroutine
boost::asio::awaitable<text_answer> ask_pieces(
    boost::asio::io_context& io, cohub::pieces::options o, layout how, request r
);

}  // namespace cli
