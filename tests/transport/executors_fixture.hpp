#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <condition_variable>
#include <functional>
#include <future>
#include <mutex>
#include <thread>
#include <vector>

#include "support/live_hub.hpp"

namespace cohub::tests {

namespace asio = boost::asio;

/// Counts completions, which may come on any thread.
class tally
{
public:
    void add(bool good, bool in_place)
    {
        std::lock_guard lock(mutex_);
        ++done_;
        good_ += good ? 1 : 0;
        in_place_ += in_place ? 1 : 0;
        changed_.notify_all();
    }
    bool wait_for(int n)
    {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, std::chrono::seconds(30), [&] { return done_ >= n; });
    }
    int good() const { return good_; }
    int in_place() const { return in_place_; }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    int done_ = 0;
    int good_ = 0;
    int in_place_ = 0;
};

/// Threads that run an io_context until it has nothing left to do.
class runners
{
public:
    runners(asio::io_context& io, int n) : guard_(asio::make_work_guard(io))
    {
        for (int i = 0; i != n; ++i) threads_.emplace_back([&io] { io.run(); });
    }
    ~runners() { join(); }
    void join()
    {
        guard_.reset();
        for (auto& t : threads_)
            if (t.joinable()) t.join();
    }

private:
    asio::executor_work_guard<asio::io_context::executor_type> guard_;
    std::vector<std::thread> threads_;
};

inline asio::awaitable<void> call_in_turn(
    hub const* h, int n, tally* counts, std::function<bool()> runs_here
)
{
    for (int i = 0; i != n; ++i) {
        auto const r = co_await h->system().ping(as_result);
        counts->add(r.has_value(), runs_here());
    }
}

/// A hub on an executor of any kind, called in many ways.
class Executors : public LiveHub
{
protected:
    options few_connections() const
    {
        options o = usual_options();
        o.pool.max_connections = 4;
        return o;
    }

    /// Makes 200 calls at once with coroutines, callbacks and futures, all on the hub's executor.
    /// Other threads run this executor. `runs_here` says whether this thread is running one of its
    /// handlers.
    static void call_from_all_sides(
        hub const& h, asio::any_io_executor const& on, std::function<bool()> const& runs_here
    )
    {
        tally counts;
        std::vector<std::future<server_now>> futures;
        for (int i = 0; i != 8; ++i)
            asio::co_spawn(on, call_in_turn(&h, 10, &counts, runs_here), asio::detached);
        for (int i = 0; i != 60; ++i) {
            h.system().ping([&](error_code ec, server_now) { counts.add(!ec, runs_here()); });
            futures.push_back(h.system().ping(asio::use_future));
        }
        ASSERT_TRUE(counts.wait_for(140));
        EXPECT_EQ(counts.good(), 140);
        EXPECT_EQ(counts.in_place(), 140);
        for (auto& f : futures) {
            ASSERT_EQ(f.wait_for(std::chrono::seconds(30)), std::future_status::ready);
            EXPECT_NO_THROW(f.get());
        }
        EXPECT_LE(h.stats().opened, 4u);
        EXPECT_EQ(h.stats().calls, 0u);
        EXPECT_EQ(h.stats().in_use, 0u);
    }

    /// The same for an executor that knows on which threads it runs.
    template <class Executor>
    void works_on(Executor const& on)
    {
        hub const h(on, few_connections());
        call_from_all_sides(h, on, [on] { return on.running_in_this_thread(); });
        EXPECT_EQ(server.journal().count("system.ping"), 200u);
    }
};

}  // namespace cohub::tests
