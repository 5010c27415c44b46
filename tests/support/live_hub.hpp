#pragma once

#include <cohub/cohub.hpp>
#include <cohub/fake_server.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <exception>
#include <filesystem>
#include <functional>
#include <memory>
#include <utility>

#include "support/run_call.hpp"

namespace cohub::tests {

/// @brief A fake server over TLS, an io_context that the test runs, and matching options.
class LiveHub : public testing::Test
{
protected:
    options usual_options() const
    {
        options o(server.url(), secret(server.api_key()));
        o.tls.ca_pem = server.ca_pem();
        o.retry.base = std::chrono::milliseconds(1);
        o.retry.seed = 1;
        return o;
    }

    /// Runs the io_context until `done`, with a time limit. @return whether `done` became true
    bool run_until(std::function<bool()> const& done) { return run_until(io, done); }
    static bool run_until(boost::asio::io_context& on, std::function<bool()> const& done)
    {
        auto const end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
        on.restart();
        while (!done() && std::chrono::steady_clock::now() < end) {
            on.run_one_for(std::chrono::milliseconds(20));
            if (on.stopped()) on.restart();
        }
        bool const reached = done();
        EXPECT_TRUE(reached) << "waited in vain";
        return reached;
    }

    /// Runs what is ready now, without waiting.
    void run_ready()
    {
        io.restart();
        while (io.poll() != 0) {
        }
    }

    /// Runs everything until nothing is left.
    void run()
    {
        io.restart();
        io.run_for(std::chrono::seconds(20));
        EXPECT_TRUE(io.stopped()) << "something goes on for ever";
    }

    /// Runs a coroutine to its end. An exception of the coroutine is thrown here.
    void run_coroutine(boost::asio::awaitable<void> task)
    {
        std::exception_ptr thrown;
        boost::asio::co_spawn(io, std::move(task), [&thrown](std::exception_ptr x) { thrown = x; });
        run();
        if (thrown) std::rethrow_exception(thrown);
    }

    fake_server server{fake_server_options().users(50)};
    boost::asio::io_context io;
};

/// @brief The number of open file descriptors of this process.
inline std::size_t open_files()
{
    std::size_t n = 0;
    for (auto const& entry : std::filesystem::directory_iterator("/proc/self/fd"))
        n += entry.path().empty() ? 0 : 1;
    return n;
}

}  // namespace cohub::tests
