#pragma once

#include <cohub/hub.hpp>

#include <boost/asio/awaitable.hpp>

#include <string>

namespace people {

/// What the service answers: an HTTP status and a line of text.
struct answer
{
    answer(unsigned http_status, std::string line) : status(http_status), text(std::move(line)) {}

    unsigned status;
    std::string text;
};

/// Says who that is, within five seconds.
boost::asio::awaitable<answer> who_is(cohub::hub const& hub, std::string name);

}  // namespace people
