#include <boost/asio/bind_executor.hpp>
#include <boost/asio/execution.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>

#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

#include "transport/executors_fixture.hpp"

namespace cohub::tests {
namespace {

using namespace std::chrono_literals;

// Mainly for ThreadSanitizer: the caller destroys its context as soon as run() has returned. At
// that moment the client's thread may not have returned from the call that handed the completion
// over.
TEST_F(Executors, NothingTouchesACallersContextAfterItsLastHandler)
{
    hub const h(io, few_connections());
    runners const threads(io, 1);
    int answered = 0;
    int refused = 0;
    for (int round = 0; round != 500; ++round) {
        auto local = std::make_unique<asio::io_context>(1);
        h.system().ping(asio::bind_executor(*local, [&](error_code ec, server_now) {
            answered += ec ? 0 : 1;
        }));
        local->run();
        local = std::make_unique<asio::io_context>(1);
        h.system()
            .user_search("\xff", asio::bind_executor(*local, [&](error_code ec, std::vector<user>) {
                             refused += ec == errc::invalid_argument ? 1 : 0;
                         }));
        local->run();
    }
    EXPECT_EQ(answered, 500);
    EXPECT_EQ(refused, 500);
}

TEST_F(Executors, NothingTouchesACallersThreadPoolAfterItsLastHandler)
{
    hub const h(io, few_connections());
    runners const threads(io, 1);
    int answered = 0;
    for (int round = 0; round != 500; ++round) {
        auto pool = std::make_unique<asio::thread_pool>(1);
        h.system().ping(asio::bind_executor(*pool, [&](error_code ec, server_now) {
            answered += ec ? 0 : 1;
        }));
        pool->join();
    }
    EXPECT_EQ(answered, 500);
}

TEST_F(Executors, ACallersContextWaitsForItsCalls)
{
    server.script("system.ping").delay_until_released();
    hub const h(io, usual_options());
    runners const threads(io, 1);
    asio::io_context local;
    bool called = false;
    h.system().ping(asio::bind_executor(local, [&](error_code, server_now) { called = true; }));
    ASSERT_TRUE(server.journal().wait_for("system.ping", 1));
    EXPECT_EQ(local.poll(), 0u);
    EXPECT_FALSE(local.stopped()) << "a call is under way";
    server.release();
    local.run_for(20s);
    EXPECT_TRUE(called);
    EXPECT_TRUE(local.stopped());
}

/// An executor that counts announced work, and runs functions at once or on demand.
class counting_executor
{
public:
    struct counts
    {
        bool at_once = true;
        std::function<void()> to_run;
        int work = 0;
        int work_in_handler = 0;
        int work_behind_handler = 0;
    };

    explicit counting_executor(counts& c) noexcept : counts_(&c) {}
    counting_executor(counting_executor const& other) noexcept
        : counting_executor(other, other.tracks_)
    {
    }
    counting_executor(counting_executor&& other) noexcept
        : counts_(other.counts_), tracks_(std::exchange(other.tracks_, false))
    {
    }
    ~counting_executor() { counts_->work -= tracks_ ? 1 : 0; }

    template <class Function>
    void execute(Function&& f) const
    {
        counts& c = *counts_;
        auto const kept = std::make_shared<std::decay_t<Function>>(std::forward<Function>(f));
        c.to_run = [kept] { (*kept)(); };
        if (!c.at_once) return;
        c.to_run();
        // A real executor still uses its context at this point, and only work keeps the context
        // alive.
        c.work_behind_handler = c.work;
    }
    counting_executor require(asio::execution::outstanding_work_t::tracked_t) const noexcept
    {
        return counting_executor(*this, true);
    }
    counting_executor require(asio::execution::outstanding_work_t::untracked_t) const noexcept
    {
        return counting_executor(*this, false);
    }
    bool operator==(counting_executor const& other) const noexcept
    {
        return counts_ == other.counts_;
    }
    bool operator!=(counting_executor const& other) const noexcept { return !(*this == other); }

private:
    counting_executor(counting_executor const& other, bool tracks) noexcept
        : counts_(other.counts_), tracks_(tracks)
    {
        counts_->work += tracks_ ? 1 : 0;
    }

    counts* counts_;
    bool tracks_ = false;
};

class CallersExecutor : public Executors
{
protected:
    auto handler()
    {
        return asio::bind_executor(counting_executor(counts), [this](error_code ec, auto const&) {
            told = ec;
            counts.work_in_handler = counts.work;
        });
    }

    counting_executor::counts counts;
    std::optional<error_code> told;
};

TEST_F(CallersExecutor, HasWorkUntilItHasBeenLetGoOf)
{
    hub const h(io, usual_options());
    h.system().ping(handler());
    EXPECT_GT(counts.work, 0);
    run();
    EXPECT_EQ(told, error_code());
    EXPECT_GT(counts.work_behind_handler, 0);
    EXPECT_EQ(counts.work, 0);
}

TEST_F(CallersExecutor, HasWorkUntilItHasBeenLetGoOfIfTheCallIsRefused)
{
    hub const h(io, usual_options());
    h.system().user_search("\xff", handler());
    EXPECT_GT(counts.work, 0);
    run();
    EXPECT_EQ(told, errc::invalid_argument);
    EXPECT_GT(counts.work_behind_handler, 0);
    EXPECT_EQ(counts.work, 0);
}

// The result of a search is first posted to the search's own executor, and goes on from there.
TEST_F(CallersExecutor, HasWorkUntilItHasBeenLetGoOfAfterASearch)
{
    auto const nowhere = pieces::discover_options().port_files({}).ports({}).old_ports({});
    pieces::discover(io, nowhere, handler());
    EXPECT_GT(counts.work, 0);
    run();
    EXPECT_EQ(told, errc::connect_failed);
    EXPECT_GT(counts.work_behind_handler, 0);
    EXPECT_EQ(counts.work, 0);
}

TEST_F(CallersExecutor, HasWorkWhileTheHandlerRuns)
{
    counts.at_once = false;
    hub const h(io, usual_options());
    h.system().ping(handler());
    run();
    ASSERT_TRUE(counts.to_run);
    EXPECT_GT(counts.work, 0);
    EXPECT_FALSE(told);
    counts.to_run();
    EXPECT_EQ(told, error_code());
    EXPECT_GT(counts.work_in_handler, 0);
    EXPECT_EQ(counts.work, 0);
}

/// Returns when everything that was posted to `pool` before has run.
void drain(asio::thread_pool& pool)
{
    std::promise<void> ran;
    asio::post(pool, [&] { ran.set_value(); });
    ran.get_future().wait_for(20s);
}

// As with Asio's own operations, a completion reaches another executor through the hub's executor.
TEST_F(Executors, ARefusedCallLeavesTheHubsContextReadyToRun)
{
    hub const h(io, usual_options());
    asio::thread_pool pool(1);
    std::promise<error_code> refused;
    h.system().user_search("\xff", asio::bind_executor(pool, [&](error_code ec, std::vector<user>) {
                               refused.set_value(ec);
                           }));
    drain(pool);
    EXPECT_FALSE(io.stopped());

    bool answered = false;
    h.system().ping([&](error_code ec, server_now) { answered = !ec; });
    io.run_for(20s);  // without restart(), for which a user has no reason

    EXPECT_TRUE(answered);
    auto why = refused.get_future();
    ASSERT_EQ(why.wait_for(20s), std::future_status::ready);
    EXPECT_EQ(why.get(), errc::invalid_argument);
    pool.join();
}

TEST_F(Executors, ACallOfAClosedHubLeavesItsContextReadyToRun)
{
    hub const closed(io, usual_options());
    hub const h(io, usual_options());
    closed.close();
    asio::thread_pool pool(1);
    std::promise<error_code> refused;
    closed.system().ping(asio::bind_executor(pool, [&](error_code ec, server_now) {
        refused.set_value(ec);
    }));
    drain(pool);
    EXPECT_FALSE(io.stopped());

    bool answered = false;
    h.system().ping([&](error_code ec, server_now) { answered = !ec; });
    io.run_for(20s);

    EXPECT_TRUE(answered);
    auto why = refused.get_future();
    ASSERT_EQ(why.wait_for(20s), std::future_status::ready);
    EXPECT_EQ(why.get(), errc::client_closed);
    pool.join();
}

}  // namespace
}  // namespace cohub::tests
