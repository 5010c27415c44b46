#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_allocator.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>

#include <chrono>
#include <future>
#include <memory>
#include <stdexcept>
#include <thread>

#include "transport/tokens_fixture.hpp"

namespace cohub::tests {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

// ---- executors ---------------------------------------------------------------------------------

TEST_F(CompletionTokens, CompletesOnAStrand)
{
    auto const strand = asio::make_strand(io);
    bool inside = false;
    h.system().ping(asio::bind_executor(strand, [&](error_code, server_now) {
        inside = strand.running_in_this_thread();
    }));
    run();
    EXPECT_TRUE(inside);
}

TEST_F(CompletionTokens, CompletesOnAnotherIoContext)
{
    asio::io_context other;
    bool called = false;
    h.system().ping(asio::bind_executor(other, [&](error_code, server_now) { called = true; }));
    run();
    EXPECT_FALSE(called);
    run_until(other, [&] { return called; });
}

TEST_F(CompletionTokens, CompletesOnAThreadPool)
{
    asio::thread_pool pool(1);
    std::promise<std::thread::id> where;
    h.system().ping(asio::bind_executor(pool, [&](error_code, server_now) {
        where.set_value(std::this_thread::get_id());
    }));
    run();
    auto id = where.get_future();
    ASSERT_EQ(id.wait_for(20s), std::future_status::ready);
    EXPECT_NE(id.get(), std::this_thread::get_id());
    pool.join();
}

asio::awaitable<void> await_elsewhere(hub const* h, std::thread::id* before, std::thread::id* after)
{
    *before = std::this_thread::get_id();
    co_await h->system().ping();
    *after = std::this_thread::get_id();
}

TEST_F(CompletionTokens, ACoroutineStaysOnItsOwnExecutor)
{
    asio::thread_pool pool(1);
    std::thread::id before, after;
    auto done = asio::co_spawn(pool, await_elsewhere(&h, &before, &after), asio::use_future);
    ASSERT_TRUE(run_until([&] { return done.wait_for(0s) == std::future_status::ready; }));
    EXPECT_EQ(before, after);
    EXPECT_NE(after, std::this_thread::get_id());
    pool.join();
}

// For the other ways to make a hub, see executors_test.
TEST_F(CompletionTokens, AHubMayBeMadeFromAnyExecutor)
{
    hub const on_strand(asio::any_io_executor(asio::make_strand(io)), usual_options());
    EXPECT_TRUE(run_call(io, on_strand.system().ping(as_result)).has_value());
    asio::thread_pool pool(1);
    hub const on_pool(asio::any_io_executor(pool.get_executor()), usual_options());
    auto answer = on_pool.system().ping(asio::use_future);
    ASSERT_EQ(answer.wait_for(10s), std::future_status::ready);
    EXPECT_EQ(answer.get().now.time_since_epoch().count(), server.now());
    pool.join();
}

// ---- allocators --------------------------------------------------------------------------------

struct allocations
{
    int now = 0;
    int ever = 0;
};

template <class T>
struct counting_allocator
{
    using value_type = T;

    explicit counting_allocator(allocations& a) : counts(&a) {}
    template <class U>
    counting_allocator(counting_allocator<U> const& other) : counts(other.counts)
    {
    }
    T* allocate(std::size_t n)
    {
        ++counts->now;
        ++counts->ever;
        return std::allocator<T>().allocate(n);
    }
    void deallocate(T* p, std::size_t n)
    {
        --counts->now;
        std::allocator<T>().deallocate(p, n);
    }
    template <class U>
    friend bool operator==(counting_allocator a, counting_allocator<U> b)
    {
        return a.counts == b.counts;
    }

    allocations* counts;
};

TEST_F(CompletionTokens, UsesTheHandlersAllocatorAndGivesAllBack)
{
    allocations counts;
    int inside = -1;
    h.system().ping(asio::bind_allocator(
        counting_allocator<void>(counts), [&](error_code, server_now) { inside = counts.now; }
    ));
    EXPECT_GE(counts.now, 1);
    run();
    EXPECT_EQ(inside, 0) << "memory goes back before the handler runs";
    EXPECT_EQ(counts.now, 0);
    EXPECT_GE(counts.ever, 1);
}

// ---- cancellation ------------------------------------------------------------------------------

class Cancelling : public CompletionTokens
{
protected:
    void begin(asio::cancellation_signal& signal)
    {
        h.system()
            .ping(asio::bind_cancellation_slot(signal.slot(), [this](error_code e, server_now) {
                ec = e;
                done = true;
            }));
    }
    error_code ec;
    bool done = false;
};

TEST_F(Cancelling, EndsACallAtOnce)
{
    server.script("system.ping").delay_until_released();
    asio::cancellation_signal signal;
    begin(signal);
    run_until([&] { return server.journal().count() == 1; });
    signal.emit(asio::cancellation_type::terminal);
    run_until([&] { return done; });
    EXPECT_EQ(ec, errc::cancelled);
    EXPECT_EQ(ec, boost::system::errc::operation_canceled);
    EXPECT_EQ(h.stats().in_use, 0u);
}

TEST_F(Cancelling, EndsACallThatConnects)
{
    asio::cancellation_signal signal;
    begin(signal);
    signal.emit(asio::cancellation_type::total);
    run_until([&] { return done; });
    EXPECT_EQ(ec, errc::cancelled);
    // The connection may serve the next call. If none comes, it is closed (pool.connect_linger).
    run_until([&] { return h.stats().connecting == 0; });
    EXPECT_EQ(h.stats().calls, 0u);
}

TEST_F(Cancelling, NothingIsConnectedToTheSignalAfterwards)
{
    asio::cancellation_signal signal;
    begin(signal);
    run_until([&] { return done; });
    EXPECT_FALSE(ec);
    EXPECT_FALSE(signal.slot().has_handler());
    signal.emit(asio::cancellation_type::terminal);
}

TEST_F(Cancelling, TotalDoesNotEndWhatMayHaveTakenEffect)
{
    server.script("system.logClientError").delay_until_released();
    asio::cancellation_signal signal;
    h.system().log_client_error(
        "e",
        "x",
        asio::bind_cancellation_slot(
            signal.slot(),
            [this](error_code e) {
                ec = e;
                done = true;
            }
        )
    );
    run_until([&] { return server.journal().count() == 1; });
    signal.emit(asio::cancellation_type::total);
    server.release();
    run_until([&] { return done; });
    EXPECT_FALSE(ec);
}

// ---- exceptions --------------------------------------------------------------------------------

TEST_F(CompletionTokens, AHandlersExceptionLeavesRunAndNothingElseIsLost)
{
    int others = 0;
    for (int i = 0; i != 4; ++i) h.system().ping([&](error_code ec, server_now) { others += !ec; });
    h.system().ping([](error_code, server_now) { throw std::runtime_error("mine"); });
    for (int i = 0; i != 4; ++i) h.system().ping([&](error_code ec, server_now) { others += !ec; });

    int thrown = 0;
    for (int i = 0; i != 2; ++i) {
        try {
            run();
        } catch (std::runtime_error const&) {
            ++thrown;
        }
    }
    EXPECT_EQ(thrown, 1);
    EXPECT_EQ(others, 8);
    EXPECT_TRUE(run_call(io, h.system().ping(as_result)).has_value());
}

TEST_F(CompletionTokens, AHandlersExceptionDoesNotLoseTheOtherCallsOfAClose)
{
    server.script("*").delay_until_released().times(8);
    int closed = 0;
    auto const count = [&](error_code ec, server_now) { closed += ec == errc::client_closed; };
    h.system().ping([](error_code, server_now) { throw std::runtime_error("mine"); });
    for (int i = 0; i != 7; ++i) h.system().ping(count);
    run_until([&] { return server.journal().count() == 8; });
    h.close();
    EXPECT_THROW(run(), std::runtime_error);
    run();
    EXPECT_EQ(closed, 7);
    server.release();
}

}  // namespace
}  // namespace cohub::tests
