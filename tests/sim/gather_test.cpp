// cohub::gather with calls and with coroutines, in a world's time.

#include <cohub/call/gather.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <list>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "ledger.hpp"

namespace cohub::tests {
namespace {

namespace asio = boost::asio;

constexpr char const* place = "127.0.0.1:80";

class SimGather : public testing::Test
{
public:
    void SetUp() override
    {
        world.serve_http(place, [this](sim::request r) -> asio::awaitable<sim::response> {
            most = std::max(most, ++under_way);
            std::string const body = r.body;
            sim::timer t(world.get_executor(), takes);
            co_await t.async_wait(asio::use_awaitable);
            --under_way;
            ++answered;
            // Odd numbers are refused.
            bool const odd = body.find("odd") != std::string::npos;
            co_return sim::response(odd ? R"({"error":"odd"})" : R"({"n":1})");
        });
    }
    /// Runs it in a coroutine. An exception of the coroutine is thrown here.
    void live(asio::awaitable<void> what)
    {
        world.spawn(std::move(what));
        world.run();
    }

    auto caller()
    {
        return [this](int const& n) {
            return h.call("fault.case", boost::json::value{n % 2 == 0 ? "even" : "odd"}, options_);
        };
    }

    sim::world world{1};
    hub h{world, world.client_options()};
    call_options options_ = call_options().timeout(10s);
    clock::duration takes = 100ms;
    int under_way = 0, most = 0, answered = 0;
};

std::vector<int> numbers(int n)
{
    std::vector<int> all;
    for (int i = 0; i != n; ++i) all.push_back(i);
    return all;
}

TEST_F(SimGather, GivesAllResultsInOrder)
{
    live([](SimGather& t) -> asio::awaitable<void> {
        auto const call = t.caller();
        auto const all = co_await gather(numbers(200), call);
        EXPECT_EQ(all.size(), 200U);
        for (std::size_t i = 0; i != all.size(); ++i) {
            EXPECT_EQ(all[i].has_value(), i % 2 == 0) << i;
            if (!all[i]) {
                EXPECT_EQ(all[i].error().code, errc::api_error);
            }
        }
    }(*this));
    EXPECT_EQ(most, 64);
    EXPECT_EQ(answered, 200);
}

TEST_F(SimGather, NoMoreThanTheLimitAtOnce)
{
    live([](SimGather& t) -> asio::awaitable<void> {
        auto const call = t.caller();
        auto const began = t.world.now();
        co_await gather(numbers(30), call, gather_options().limit(3));
        // Ten rounds, one after the other.
        EXPECT_GE(t.world.now() - began, 1s);
        EXPECT_LE(t.world.now() - began, 1100ms);
    }(*this));
    EXPECT_EQ(most, 3);
}

TEST_F(SimGather, ACallsDeadlineBeginsWithTheCall)
{
    options_.timeout(150ms);
    live([](SimGather& t) -> asio::awaitable<void> {
        auto const call = t.caller();
        std::list<int> const items{0, 2, 4, 6};
        auto const all = co_await gather(items, call, gather_options().limit(1));
        for (auto const& r : all) EXPECT_TRUE(r.has_value());
    }(*this));
}

TEST_F(SimGather, StopsAtTheFirstError)
{
    live([](SimGather& t) -> asio::awaitable<void> {
        auto const call = t.caller();
        std::vector<int> const items{0, 2, 1, 4, 6, 8};
        auto const all = co_await gather(items, call, gather_options().limit(2).stop_on_error());
        EXPECT_TRUE(all[0].has_value());
        EXPECT_EQ(all[2].error().code, errc::api_error);
        EXPECT_TRUE(all[3].has_value()) << "what runs goes on";
        for (std::size_t const i : {4U, 5U}) {
            EXPECT_EQ(all[i].error().code, errc::cancelled);
            EXPECT_EQ(all[i].error().attempts, 0);
            EXPECT_FALSE(all[i].error().maybe_sent);
        }
    }(*this));
    EXPECT_EQ(answered, 4);
}

TEST_F(SimGather, TellsHowFarItIs)
{
    std::vector<std::size_t> told;
    live([](SimGather& t, std::vector<std::size_t>& to) -> asio::awaitable<void> {
        auto const call = t.caller();
        auto const tell = [&](std::size_t done, std::size_t all) {
            EXPECT_EQ(all, 10U);
            to.push_back(done);
        };
        co_await gather(numbers(10), call, gather_options().limit(4).on_progress(tell));
    }(*this, told));
    EXPECT_EQ(told, (std::vector<std::size_t>{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}));
}

TEST_F(SimGather, TakesCoroutinesOfAnyResult)
{
    live([](SimGather& t) -> asio::awaitable<void> {
        auto const text = [&](int n) -> asio::awaitable<std::string> {
            sim::timer wait(t.world.get_executor(), 10ms * (10 - n));
            co_await wait.async_wait(asio::use_awaitable);
            if (n == 3) throw cohub::error(failure(errc::not_found));
            if (n == 4) throw boost::system::system_error(asio::error::eof);
            co_return std::to_string(n);
        };
        auto const all = co_await gather(numbers(5), text);
        EXPECT_EQ(*all[0], "0");
        EXPECT_EQ(*all[2], "2");
        EXPECT_EQ(all[3].error().code, errc::not_found);
        EXPECT_EQ(all[4].error().code, asio::error::eof);
        auto const nothing = [&](int n) -> asio::awaitable<void> {
            if (n == 1) throw cohub::error(failure(errc::conflict));
            co_return;
        };
        std::vector<result<void>> const none = co_await gather(numbers(2), nothing);
        EXPECT_TRUE(none[0].has_value());
        EXPECT_EQ(none[1].error().code, errc::conflict);
        auto const whole = [&](int n) -> asio::awaitable<result<int>> {
            if (n == 1) co_return failure(errc::forbidden);
            co_return n;
        };
        std::vector<result<int>> const flat = co_await gather(numbers(2), whole);
        EXPECT_EQ(*flat[0], 0);
        EXPECT_EQ(flat[1].error().code, errc::forbidden);
    }(*this));
}

TEST_F(SimGather, AnotherExceptionComesOutWhenAllHaveEnded)
{
    int ended = 0;
    auto const run = [](SimGather& t, int& count) -> asio::awaitable<void> {
        auto const work = [&](int n) -> asio::awaitable<void> {
            if (n == 1) throw std::runtime_error("mine");
            sim::timer wait(t.world.get_executor(), 1s);
            co_await wait.async_wait(asio::use_awaitable);
            ++count;
        };
        co_await gather(numbers(10), work, gather_options().limit(4));
    };
    world.spawn(run(*this, ended));
    EXPECT_THROW(world.run(), std::runtime_error);
    EXPECT_EQ(ended, 3);
}

TEST_F(SimGather, AFunctionThatThrowsIsAnItemThatFails)
{
    live([](SimGather& t) -> asio::awaitable<void> {
        auto const call = [&](int n) {
            if (n == 0) throw cohub::error(failure(errc::invalid_argument));
            return t.caller()(2 * n);
        };
        auto const all = co_await gather(numbers(3), call);
        EXPECT_EQ(all[0].error().code, errc::invalid_argument);
        EXPECT_TRUE(all[1].has_value());
        auto const never = [](int) -> asio::awaitable<int> {
            throw cohub::error(failure(errc::invalid_argument));
        };
        auto const none = co_await gather(numbers(3), never);
        EXPECT_EQ(none.size(), 3U);
    }(*this));
}

// A coroutine that has moved to another executor and ends without waiting.
TEST_F(SimGather, ManyThatEndAtOnceNeedNoStack)
{
    live([](SimGather& t) -> asio::awaitable<void> {
        auto const quick = [&](int n) -> asio::awaitable<int> {
            co_await asio::dispatch(asio::bind_executor(t.world.get_executor(), asio::use_awaitable)
            );
            co_return n;
        };
        auto const all = co_await gather(numbers(100'000), quick, gather_options().limit(2));
        EXPECT_EQ(*all.back(), 99'999);
    }(*this));
}

TEST_F(SimGather, OfNothingIsNothing)
{
    live([](SimGather& t) -> asio::awaitable<void> {
        auto const call = t.caller();
        auto const all = co_await gather(std::vector<int>(), call);
        EXPECT_TRUE(all.empty());
    }(*this));
}

TEST_F(SimGather, ACancellationGoesOnToAllThatRun)
{
    takes = 1h;
    options_.timeout(2h);
    asio::cancellation_signal signal;
    std::optional<std::vector<result<boost::json::value>>> all;
    auto const items = numbers(10);
    gather(
        std::span<int const>(items),
        caller(),
        gather_options().limit(4),
        asio::bind_executor(
            world.get_executor(),
            asio::bind_cancellation_slot(
                signal.slot(),
                [&](std::exception_ptr const& thrown, auto got) {
                    EXPECT_FALSE(thrown);
                    if constexpr (requires { got.value; })
                        all = std::move(got.value);
                    else
                        all = std::move(got);
                }
            )
        )
    );
    world.run_for(1s);
    EXPECT_EQ(most, 4);
    signal.emit(asio::cancellation_type::terminal);
    world.run_for(1s);
    ASSERT_TRUE(all);
    for (std::size_t i = 0; i != all->size(); ++i) {
        EXPECT_EQ((*all)[i].error().code, errc::cancelled);
        EXPECT_EQ((*all)[i].error().attempts, i < 4 ? 1 : 0);
    }
    EXPECT_EQ(h.stats().calls, 0U);
}

TEST_F(SimGather, OneThatNobodyRunsAnyMoreLeavesNothing)
{
    auto const alive = std::make_shared<int>();
    {
        sim::world w(1);
        w.serve(place, sim::script().stall());
        hub const other(w, w.client_options());
        auto const call = [&other, alive](int) { return other.call("fault.case"); };
        auto const run = [&](std::shared_ptr<int>) -> asio::awaitable<void> {
            co_await gather(numbers(10), call);
        };
        w.spawn(run(alive));
        w.run_for(1s);
        EXPECT_GT(alive.use_count(), 2);
    }
    EXPECT_EQ(alive.use_count(), 1);
}

}  // namespace
}  // namespace cohub::tests
