#pragma once

#include <cohub/call/completion.hpp>

#include <boost/asio/io_context.hpp>

#include <chrono>
#include <optional>
#include <stdexcept>
#include <utility>

namespace cohub::tests {

/// @brief Runs a call that has `as_result` until it completes, with a time limit.
template <class T>
result<T> run_call(
    boost::asio::io_context& io,
    call::pending_result<T>&& call,
    std::chrono::seconds limit = std::chrono::seconds(20)
)
{
    std::optional<result<T>> got;
    std::move(call)([&got](result<T> r) { got.emplace(std::move(r)); });
    auto const end = std::chrono::steady_clock::now() + limit;
    io.restart();
    while (!got && std::chrono::steady_clock::now() < end && !io.stopped())
        io.run_one_for(std::chrono::milliseconds(100));
    if (!got) throw std::runtime_error("the call did not complete in time");
    return std::move(*got);
}

}  // namespace cohub::tests
