// The worlds themselves: time, network, servers.

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

#include <gtest/gtest.h>

#include <set>

#include "ledger.hpp"
#include "support/environment.hpp"

namespace cohub::tests {
namespace {

namespace asio = boost::asio;
using asio::use_awaitable;

constexpr char const* place = "127.0.0.1:80";

sim::world::endpoint at(char const* address) { return sim::world::endpoint_of(address); }

// ---- time --------------------------------------------------------------------------------------

asio::awaitable<void> wait_for(clock::duration time, std::vector<int>& order, int number)
{
    sim::timer t(co_await asio::this_coro::executor, time);
    co_await t.async_wait(use_awaitable);
    order.push_back(number);
}

TEST(SimTime, MovesFromOneEventToTheNext)
{
    sim::world w(1);
    std::vector<int> order;
    w.spawn(wait_for(3h, order, 3));
    w.spawn(wait_for(1ms, order, 1));
    w.spawn(wait_for(2s, order, 2));
    w.run_for(2s);
    EXPECT_EQ(w.elapsed(), 2s);
    EXPECT_EQ(order, (std::vector{1, 2}));
    w.run();
    EXPECT_EQ(w.elapsed(), 3h);
    EXPECT_EQ(order, (std::vector{1, 2, 3}));
    EXPECT_FALSE(w.run_one());
    w.run_for(1s);
    EXPECT_EQ(w.elapsed(), 3h + 1s);
}

TEST(SimTime, WhatIsDueAtOnceComesInAnyOrder)
{
    std::set<std::vector<int>> seen;
    for (std::uint64_t seed = 1; seed != 30; ++seed) {
        sim::world w(seed);
        std::vector<int> order;
        for (int i : {1, 2, 3}) w.spawn(wait_for(1s, order, i));
        w.run();
        seen.insert(order);
    }
    EXPECT_EQ(seen.size(), 6U);
}

TEST(SimTime, WaitsAreCancelled)
{
    sim::world w(1);
    sim::timer t(w.get_executor(), 1h);
    asio::cancellation_signal signal;
    std::vector<error_code> told;
    t.async_wait([&](error_code ec) { told.push_back(ec); });
    t.async_wait(asio::bind_cancellation_slot(signal.slot(), [&](error_code ec) {
        told.push_back(ec);
    }));
    signal.emit(asio::cancellation_type::terminal);
    w.run_for(1s);
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0], asio::error::operation_aborted);
    EXPECT_EQ(t.expires_after(1s), 1U);
    w.run();
    ASSERT_EQ(told.size(), 2U);
    EXPECT_EQ(told[1], asio::error::operation_aborted);
    EXPECT_EQ(w.elapsed(), 1s);
}

TEST(SimTime, NeverIsNever)
{
    sim::world w(1);
    sim::timer t(w.get_executor());
    std::vector<error_code> told;
    for (auto const after : {clock::duration::max(), clock::duration::max() - 1000h}) {
        t.expires_after(after);
        t.async_wait([&](error_code ec) { told.push_back(ec); });
        w.run();
        EXPECT_EQ(w.elapsed(), clock::duration(0));
    }
    t.cancel();
    w.run();
    ASSERT_EQ(told.size(), 2U);
    for (auto const& ec : told) EXPECT_EQ(ec, asio::error::operation_aborted);
}

TEST(SimTime, ACoroutinesExceptionComesOutOfRun)
{
    sim::world w(1);
    w.spawn([]() -> asio::awaitable<void> {
        throw std::runtime_error("broken");
        co_return;
    }());
    EXPECT_THROW(w.run(), std::runtime_error);
    w.run();
}

TEST(SimTime, AWorldThatNeverRestsIsTold)
{
    sim::world w(1);
    std::function<void()> again = [&] { asio::post(w.get_executor(), again); };
    again();
    EXPECT_THROW(w.run(), std::runtime_error);
}

TEST(SimTime, ForeignExecutorsAreRefused)
{
    asio::io_context io;
    EXPECT_THROW(sim::timer(io.get_executor()), std::logic_error);
}

TEST(SimTime, ExploreTellsTheSeed)
{
    environment_variable const no_seed("COHUB_SEED", nullptr);
    environment_variable const no_worlds("COHUB_WORLDS", nullptr);
    int worlds = 0;
    try {
        sim::explore(
            20,
            [&](sim::world& w) {
                ++worlds;
                if (w.seed() == 107) throw std::runtime_error("found");
            },
            100
        );
        FAIL();
    } catch (std::runtime_error const& e) {
        EXPECT_STREQ(e.what(), "found [COHUB_SEED=107 repeats it]");
    }
    EXPECT_EQ(worlds, 8);
}

// ---- the network -------------------------------------------------------------------------------

/// Sends text, reads the answer until the end, and returns what it has read and how it ended.
asio::awaitable<void> talk(std::string text, std::string& got, error_code& how)
{
    auto ex = co_await asio::this_coro::executor;
    sim::socket s =
        co_await sim::async_connect(ex, at(place), asio::redirect_error(use_awaitable, how));
    if (how) co_return;
    co_await asio::async_write(s, asio::buffer(text), asio::redirect_error(use_awaitable, how));
    char buffer[64];
    while (!how) {
        std::size_t const n = co_await s.async_read_some(
            asio::buffer(buffer), asio::redirect_error(use_awaitable, how)
        );
        got.append(buffer, n);
    }
}

asio::awaitable<void> echo(sim::socket s)
{
    char buffer[100];
    for (;;) {
        error_code ec;
        std::size_t const n = co_await s.async_read_some(
            asio::buffer(buffer), asio::redirect_error(use_awaitable, ec)
        );
        if (ec) co_return;
        co_await asio::async_write(s, asio::buffer(buffer, n), use_awaitable);
        if (std::string_view(buffer, n).ends_with('.')) co_return;
    }
}

TEST(SimNetwork, CarriesBytesInTheirOrder)
{
    for (std::uint64_t seed = 1; seed != 50; ++seed) {
        sim::world w(seed);
        auto& c = w.usual_conditions();
        c.split = 0.5;
        c.loss = 0.1;
        c.segment = 7;
        c.window = 1100;  // with less, both sides would wait for the other one to read
        std::string const text = std::string(500, 'a') + std::string(500, 'b') + ".";
        w.serve(place, echo);
        std::string got;
        error_code how;
        w.spawn(talk(text, got, how));
        w.run();
        EXPECT_EQ(got, text);
        EXPECT_EQ(how, asio::error::eof);
    }
}

TEST(SimNetwork, NobodyListens)
{
    sim::world w(1);
    std::string got;
    error_code how;
    w.spawn(talk("a.", got, how));
    w.run();
    EXPECT_EQ(how, asio::error::connection_refused);
    w.serve(place, echo);
    EXPECT_THROW(w.serve(place, echo), boost::system::system_error);
    w.stop(place);
    w.serve(place, echo);
    w.spawn(talk("a.", got, how));
    w.run();
    EXPECT_EQ(got, "a.");
}

TEST(SimNetwork, AConnectMayNeverBeAnswered)
{
    sim::world w(1);
    w.serve(place, echo);
    w.conditions_of(place).hang = 1;
    std::string got;
    error_code how = asio::error::in_progress;
    w.spawn(talk("a.", got, how));
    bool given_up = false;
    w.spawn([](bool& done) -> asio::awaitable<void> {
        using namespace asio::experimental::awaitable_operators;
        auto ex = co_await asio::this_coro::executor;
        sim::timer t(ex, 1s);
        auto connect = sim::async_connect(ex, at(place), use_awaitable);
        auto const which = co_await (std::move(connect) || t.async_wait(use_awaitable));
        done = which.index() == 1;
    }(given_up));
    w.run();
    EXPECT_EQ(how, asio::error::in_progress);
    EXPECT_TRUE(given_up);
}

TEST(SimNetwork, AHandlerIsThereUntilItsConnectionsEnd)
{
    sim::world w(1);
    auto const word = std::make_shared<std::string>("mine.");
    w.serve(place, [word](sim::socket s) -> asio::awaitable<void> {
        char c[1];
        co_await s.async_read_some(asio::buffer(c), use_awaitable);
        co_await asio::async_write(s, asio::buffer(*word), use_awaitable);
    });
    w.conditions_of(place).min_latency = w.conditions_of(place).max_latency = 1s;
    std::string got;
    error_code how;
    w.spawn(talk("a", got, how));
    w.run_for(1500ms);
    w.stop(place);
    w.run();
    EXPECT_EQ(got, "mine.");
}

TEST(SimNetwork, AWriterThatFindsNoRoomWaitsOn)
{
    sim::world w(1);
    w.conditions_of(place).window = 100;
    std::string const text(1000, 'x');
    w.serve(place, sim::script().send(text));
    std::string got;
    error_code how;
    w.spawn(talk("", got, how));
    while (got.empty()) ASSERT_TRUE(w.run_one());
    w.conditions_of(place).window = 10;
    w.run();
    EXPECT_EQ(got, text);
    EXPECT_EQ(how, asio::error::eof);
}

TEST(SimNetwork, LatencyIsThere)
{
    sim::world w(1);
    w.usual_conditions().min_latency = w.usual_conditions().max_latency = 10ms;
    w.serve(place, echo);
    std::string got;
    error_code how;
    w.spawn(talk("a.", got, how));
    w.run();
    EXPECT_EQ(got, "a.");
    EXPECT_GE(w.elapsed(), 40ms);
    EXPECT_LE(w.elapsed(), 60ms);
}

TEST(SimNetwork, ResetCutPartAndHeal)
{
    struct sight
    {
        std::string got;
        error_code how;
    };
    auto const live = [](std::function<void(sim::world&)> const& blow) {
        sim::world w(3);
        w.serve(place, sim::script().send("one").wait(1s).send("two"));
        sight s;
        s.how = asio::error::in_progress;
        w.spawn(talk("", s.got, s.how));
        w.run_for(500ms);
        EXPECT_EQ(s.got, "one");
        blow(w);
        w.run();
        return s;
    };
    sight s = live([](sim::world&) {});
    EXPECT_EQ(s.got, "onetwo");
    EXPECT_EQ(s.how, asio::error::eof);
    s = live([](sim::world& w) { w.reset_connections(place); });
    EXPECT_EQ(s.got, "one");
    EXPECT_EQ(s.how, asio::error::connection_reset);
    s = live([](sim::world& w) { w.cut_connections(place); });
    EXPECT_EQ(s.got, "one");
    EXPECT_EQ(s.how, error_code());  // still reading
    s = live([](sim::world& w) {
        w.part(place);
        w.run_for(10s);
        w.heal(place);
    });
    EXPECT_EQ(s.got, "onetwo");
    EXPECT_EQ(s.how, asio::error::eof);
}

TEST(SimNetwork, ScriptsPlay)
{
    auto const play = [](sim::script const& what) {
        sim::world w(1);
        w.serve(place, what);
        std::string got;
        error_code how;
        w.spawn(talk("GET / HTTP/1.1\r\n\r\n", got, how));
        w.run();
        return got + '|' + how.message();
    };
    auto const end = [](error_code ec) { return '|' + ec.message(); };
    EXPECT_EQ(play(sim::script().read_request().send("ab")), "ab" + end(asio::error::eof));
    EXPECT_EQ(
        play(sim::script().read_request().send("a").half_close().stall()),
        "a" + end(asio::error::eof)
    );
    EXPECT_EQ(
        play(sim::script().read_request().wait(1s).reset()), end(asio::error::connection_reset)
    );
    EXPECT_EQ(play(sim::script().read_request().stall()), end(error_code()));
    // The end is a reset because there are unread bytes.
    EXPECT_EQ(play(sim::script().wait(1s)), end(asio::error::connection_reset));
}

TEST(SimNetwork, OperationsAreCancelled)
{
    using namespace asio::experimental::awaitable_operators;
    sim::world w(1);
    w.serve(place, sim::script().stall());
    bool over = false;
    w.spawn([](bool& done) -> asio::awaitable<void> {
        auto ex = co_await asio::this_coro::executor;
        sim::socket s = co_await sim::async_connect(ex, at(place), use_awaitable);
        sim::timer t(ex, 1s);
        char buffer[10];
        auto read = s.async_read_some(asio::buffer(buffer), use_awaitable);
        auto which = co_await (std::move(read) || t.async_wait(use_awaitable));
        EXPECT_EQ(which.index(), 1U);
        done = true;
    }(over));
    w.run();
    EXPECT_TRUE(over);
    EXPECT_EQ(w.elapsed().count() / 1'000'000'000, 1);
}

TEST(SimNetwork, WhatStillWaitsEndsWithItsWorld)
{
    auto const alive = std::make_shared<int>();
    {
        sim::world w(1);
        auto const hold = [](std::shared_ptr<int> it, int what) -> asio::awaitable<void> {
            auto ex = co_await asio::this_coro::executor;
            sim::timer t(ex, 1h);
            if (what == 0) co_await t.async_wait(use_awaitable);
            if (what == 1) {
                sim::acceptor a(ex, at("127.0.0.1:81"));
                co_await a.async_accept(use_awaitable);
            }
            sim::socket s = co_await sim::async_connect(ex, at(place), use_awaitable);
            char buffer[1];
            co_await s.async_read_some(asio::buffer(buffer), use_awaitable);
            *it = 1;
        };
        w.serve(place, sim::script().stall());
        for (int what : {0, 1, 2}) w.spawn(hold(alive, what));
        w.run_for(1s);
        EXPECT_EQ(alive.use_count(), 4);
    }
    EXPECT_EQ(alive.use_count(), 1);
}

}  // namespace
}  // namespace cohub::tests
