#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "support/canned_channel.hpp"
#include "support/run_call.hpp"

namespace cohub::tests {

/// @brief A group of methods with a canned channel: what a call would send, and how it reads a
/// canned answer.
class GroupTest : public testing::Test
{
protected:
    /// Runs a call and answers it with this body.
    template <class T>
    result<T> answered(std::string body, call::pending_result<T>&& pending)
    {
        channel->will_answer_json(std::move(body));
        return run_call(io, std::move(pending));
    }
    template <class T>
    result<T> run(call::pending_result<T>&& pending)
    {
        return run_call(io, std::move(pending));
    }
    static auto quietly()
    {
        return [](error_code, auto&&...) {};
    }

    call::request const& sent() const { return channel->requests.back(); }
    /// The first argument of the last call.
    boost::json::value argument() const
    {
        return boost::json::parse(sent().body + "}").at("args").at(0);
    }

    boost::asio::io_context io;
    boost::intrusive_ptr<canned_channel> channel{new canned_channel(io)};

    void TearDown() override
    {
        io.restart();
        io.run();
    }
};

}  // namespace cohub::tests
