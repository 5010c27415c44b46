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
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

namespace cohub::inline abi_0_2::fake {

namespace detail {

/// How a coroutine ended. Its handler owns it, too: it may be called after `run` has given up.
template <class T>
struct run_outcome
{
    std::optional<std::conditional_t<std::is_void_v<T>, bool, T>> value;
    std::exception_ptr thrown;
    bool done = false;
};

}  // namespace detail

/// @brief A GoogleTest fixture for code that uses a hub. It has a fake server for each suite, which
/// is reset for each test, an `io_context`, and matching options.
///
///     using People = cohub::fake::hub_test;
///     TEST_F(People, ComesBackAfterA503)
///     {
///         server().script("system.ping").status(503).then_ok();
///         cohub::hub const hub(io, usual_options());
///         run(hub.system().ping());
///     }
///
/// A test also fails if it does not use a scripted step, or requests something that the server does
/// not have.
class hub_test : public testing::Test
{
public:
    /// @brief Starts the suite's server. A suite with another kind of server defines its own
    /// function, which calls `start_server`.
    static void SetUpTestSuite() { start_server(); }
    /// @brief Ends the suite's server.
    static void TearDownTestSuite() { kept().server.reset(); }

protected:
    /// @brief For a suite's own `SetUpTestSuite`, if it needs another server.
    static void start_server(fake_server_options const& o = fake_server_options())
    {
        kept().server = std::make_unique<fake_server>(o);
    }
    /// @throws std::logic_error if a suite's own `SetUpTestSuite` did not start a server
    static fake_server& server()
    {
        if (!kept().server)
            throw std::logic_error("no fake server: SetUpTestSuite is to call start_server()");
        return *kept().server;
    }

    /// @brief Resets the server. An override has to call it first.
    void SetUp() override
    {
        // A request that the last test sent without waiting for its answer does not belong to this
        // test.
        server().journal().wait_for_open(0, std::chrono::seconds(1));
        server().reset();
    }
    /// @brief Fails the test if the server reports a problem. An override has to call it last.
    void TearDown() override { EXPECT_EQ(server().report(), ""); }

    /// @brief The server's address, certificate and key (that of an ordinary account), and the same
    /// backoffs in each run.
    options usual_options() const
    {
        options o(server().url(), secret(server().api_key()));
        o.tls.ca_pem = server().ca_pem();
        o.retry.seed = 1;
        return o;
    }

    /// @brief Runs `io` until the call has completed.
    /// @return the call's value
    /// @throws cohub::error if the call fails
    /// @throws std::runtime_error if it does not complete within `run_limit`
    template <class T>
    T run(call::pending<T>&& call)
    {
        auto const got = std::make_shared<std::optional<result<T>>>();
        std::move(call)(as_result([got](result<T> r) { got->emplace(std::move(r)); }));
        run_until([got] { return got->has_value(); });
        return std::move(**got).value();
    }
    /// @brief The same for a call with `as_result`.
    template <class T>
    result<T> run(call::pending_result<T>&& call)
    {
        auto const got = std::make_shared<std::optional<result<T>>>();
        std::move(call)([got](result<T> r) { got->emplace(std::move(r)); });
        run_until([got] { return got->has_value(); });
        return std::move(**got);
    }
    /// @brief The same for a coroutine.
    /// @throws what the coroutine throws
    template <class T>
    T run(boost::asio::awaitable<T> task)
    {
        auto const got = std::make_shared<detail::run_outcome<T>>();
        auto const ended = [got](std::exception_ptr x) {
            got->thrown = std::move(x);
            got->done = true;
        };
        if constexpr (std::is_void_v<T>) {
            boost::asio::co_spawn(io, std::move(task), ended);
        } else {
            // With a coroutine that has no value: Asio's co_spawn makes a `T()` if one throws.
            boost::asio::co_spawn(io, keep(std::move(task), got), ended);
        }
        run_until([got] { return got->done; });
        if (got->thrown) std::rethrow_exception(got->thrown);
        if constexpr (!std::is_void_v<T>) return std::move(*got->value);
    }
    /// @brief Runs `io` until `done` returns true.
    /// @throws std::runtime_error if it does not within `run_limit`
    void run_until(std::function<bool()> const& done)
    {
        auto const end = std::chrono::steady_clock::now() + run_limit;
        while (!done()) {
            if (std::chrono::steady_clock::now() > end) throw std::runtime_error(what_is_known());
            if (io.stopped()) io.restart();
            bool const is_idle = io.run_one_for(std::chrono::milliseconds(100)) == 0;
            // Another thread may still bring work.
            if (is_idle && io.stopped()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
    }
    /// In real time; a limit for what never happens.
    static constexpr std::chrono::seconds patience{30};
    /// How long `run` and `run_until` wait in this test; `patience` if it does not change it.
    std::chrono::milliseconds run_limit = patience;

    /// The context of the test's calls.
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
    static boost::asio::awaitable<void> keep(
        boost::asio::awaitable<T> task, std::shared_ptr<detail::run_outcome<T>> got
    )
    {
        got->value.emplace(co_await std::move(task));
    }

    // Why a test may wait in vain.
    std::string what_is_known() const
    {
        std::ostringstream text;
        text << "what the test waits for does not come within " << run_limit.count() << " ms; ";
        if (io.stopped()) text << "io has nothing left to run; ";
        auto const requests =
            kept().server ? kept().server->journal().requests() : std::vector<recorded_request>();
        if (requests.empty()) {
            text << "the server has received no request";
        } else {
            text << "the last of " << requests.size()
                 << " requests that the server has received: " << requests.back();
        }
        return std::move(text).str();
    }
};

/// @brief The same, with a time that stands still, and that moves to the next due point in time
/// when nothing else can happen. `paused_time` explains this. Backoffs, delays and timeouts take no
/// real time.
class paused_hub_test : public hub_test
{
public:
    /// @brief Like that of `hub_test`, but the server shares the test's time.
    static void SetUpTestSuite() { start_server(); }

protected:
    /// @brief Like that of `hub_test`, but the server shares the test's time.
    static void start_server(fake_server_options o = fake_server_options())
    {
        hub_test::start_server(o.time_source(kept().time.source()));
    }

    /// @brief Like that of `hub_test`; `elapsed` counts from here.
    void SetUp() override
    {
        hub_test::SetUp();
        began_ = kept().time.elapsed();
    }

    /// @brief Like those of `hub_test`, with the test's time.
    options usual_options() const
    {
        options o = hub_test::usual_options();
        kept().time.apply(o);
        return o;
    }
    /// @brief Moves the clients' and the server's time forward.
    void advance(std::chrono::milliseconds by)
    {
        server().advance(by);
        kept().time.advance(by);
    }
    /// @brief How long the test has taken in that time.
    std::chrono::nanoseconds elapsed() const { return kept().time.elapsed() - began_; }

private:
    std::chrono::nanoseconds began_{};
};

}  // namespace cohub::inline abi_0_2::fake
