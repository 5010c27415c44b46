#pragma once

#include <cohub/call/completion.hpp>
#include <cohub/fake/paused_time.hpp>
#include <cohub/fake_server.hpp>
#include <cohub/transport/options.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <utility>

namespace cohub::inline abi_0_2::fake {

/// @brief A GoogleTest fixture for code that uses a hub: a fake server for each suite, as new for
/// each test, an `io_context`, and options that fit.
///
///     using People = cohub::fake::hub_test;
///     TEST_F(People, ComesBackAfterA503)
///     {
///         server().script("system.ping").status(503).then_ok();
///         cohub::hub const hub(io, usual_options());
///         run(hub.system().ping());
///     }
///
/// A test also fails if it leaves a scripted step unused, or asked for what the server does not
/// have.
class hub_test : public testing::Test
{
public:
    /// @brief Starts the suite's server. A suite with a server of another kind has its own, which
    /// calls `start_server`.
    static void SetUpTestSuite() { start_server(); }
    /// @brief Ends the suite's server.
    static void TearDownTestSuite() { kept().server.reset(); }

protected:
    /// @brief For a `SetUpTestSuite` of one's own, if the server is to be another one.
    static void start_server(fake_server_options const& o = fake_server_options())
    {
        kept().server = std::make_unique<fake_server>(o);
    }
    /// @throws std::logic_error when a `SetUpTestSuite` of one's own has started none
    static fake_server& server()
    {
        if (!kept().server)
            throw std::logic_error("no fake server: SetUpTestSuite is to call start_server()");
        return *kept().server;
    }

    /// @brief Makes the server as new. An override calls it first.
    void SetUp() override
    {
        // What the last test has sent and not waited for is not this one's.
        server().journal().wait_for_open(0, std::chrono::seconds(1));
        server().reset();
    }
    /// @brief Fails the test if the server has something to report. An override calls it last.
    void TearDown() override { EXPECT_EQ(server().report(), ""); }

    /// @brief The server's address, certificate and key (an ordinary account's), and the same
    /// backoffs in each run.
    options usual_options() const
    {
        options o(server().url(), secret(server().api_key()));
        o.tls.ca_pem = server().ca_pem();
        o.retry.seed = 1;
        return o;
    }

    /// @brief Runs `io` until the call has completed.
    /// @return its value
    /// @throws cohub::error when the call fails
    /// @throws std::runtime_error when it does not complete within `patience`
    template <class T>
    T run(call::pending<T>&& call)
    {
        std::optional<result<T>> got;
        std::move(call)(as_result([&got](result<T> r) { got.emplace(std::move(r)); }));
        run_until([&got] { return got.has_value(); });
        return std::move(*got).value();
    }
    /// @brief The same of a call with `as_result`.
    template <class T>
    result<T> run(call::pending_result<T>&& call)
    {
        std::optional<result<T>> got;
        std::move(call)([&got](result<T> r) { got.emplace(std::move(r)); });
        run_until([&got] { return got.has_value(); });
        return std::move(*got);
    }
    /// @brief The same of a coroutine.
    /// @throws what the coroutine throws
    template <class T>
    T run(boost::asio::awaitable<T> task)
    {
        std::exception_ptr thrown;
        bool done = false;
        if constexpr (std::is_void_v<T>) {
            boost::asio::co_spawn(io, std::move(task), [&](std::exception_ptr x) {
                thrown = std::move(x);
                done = true;
            });
            run_until([&done] { return done; });
            if (thrown) std::rethrow_exception(thrown);
        } else {
            // By way of a coroutine without a value: Asio's co_spawn makes a `T()` if one throws.
            std::optional<T> got;
            boost::asio::co_spawn(io, keep(std::move(task), got), [&](std::exception_ptr x) {
                thrown = std::move(x);
                done = true;
            });
            run_until([&done] { return done; });
            if (thrown) std::rethrow_exception(thrown);
            return std::move(*got);
        }
    }
    /// @brief Runs `io` until `done` says so.
    /// @throws std::runtime_error when it does not within `patience`
    void run_until(std::function<bool()> const& done)
    {
        auto const end = std::chrono::steady_clock::now() + patience;
        while (!done()) {
            if (std::chrono::steady_clock::now() > end)
                throw std::runtime_error("what the test waits for does not come");
            if (io.stopped()) io.restart();
            io.run_one_for(std::chrono::milliseconds(100));
        }
    }
    /// Of the real clock; a bound for what never comes.
    static constexpr std::chrono::seconds patience{30};

    /// What the test's calls run on.
    boost::asio::io_context io;

private:
    friend class paused_hub_test;
    struct of_suite
    {
        std::unique_ptr<fake_server> server;
        paused_time time;
    };
    static of_suite& kept()
    {
        static of_suite it;
        return it;
    }
    template <class T>
    static boost::asio::awaitable<void> keep(boost::asio::awaitable<T> task, std::optional<T>& got)
    {
        got.emplace(co_await std::move(task));
    }
};

/// @brief The same in a time that stands still, and moves to what is due when nothing else can
/// happen: `paused_time`, which says when that is. Backoffs, delays and timeouts cost a test no
/// time.
class paused_hub_test : public hub_test
{
public:
    /// @brief As that of `hub_test`; the server shares the test's time.
    static void SetUpTestSuite() { start_server(); }

protected:
    /// @brief As that of `hub_test`; the server shares the test's time.
    static void start_server(fake_server_options o = fake_server_options())
    {
        hub_test::start_server(o.time_source(kept().time.source()));
    }

    /// @brief As that of `hub_test`; `elapsed` counts from here.
    void SetUp() override
    {
        hub_test::SetUp();
        began_ = kept().time.elapsed();
    }

    /// @brief As those of `hub_test`, by the test's time.
    options usual_options() const
    {
        options o = hub_test::usual_options();
        kept().time.apply(o);
        return o;
    }
    /// @brief Moves the clients' time and the server's, by hand.
    void advance(std::chrono::milliseconds by)
    {
        server().advance(by);
        kept().time.advance(by);
    }
    /// @brief How long the test has taken by that time.
    std::chrono::nanoseconds elapsed() const { return kept().time.elapsed() - began_; }

private:
    std::chrono::nanoseconds began_{};
};

}  // namespace cohub::inline abi_0_2::fake
