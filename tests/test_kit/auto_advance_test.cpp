#include <cohub/cohub.hpp>
#include <cohub/core/auto_advance_clock.hpp>
#include <cohub/fake/fixture.hpp>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <future>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace cohub {
namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;

/// Clients with a clock that moves by itself, and a server in real time.
class AutoAdvance : public fake::hub_test
{
public:
    static void SetUpTestSuite() { start_server(fake_server_options().users(10)); }

protected:
    options usual_options() const
    {
        options o = hub_test::usual_options();
        o.clock = clock;
        o.timeouts.call = 60s;
        return o;
    }
    static void refuse_once(char const* method)
    {
        server().script(method).status(503).header("Retry-After", "30").then_ok();
    }
    /// Runs everything that is ready or becomes ready, for much longer than the clock waits.
    void rest()
    {
        for (int i = 0; i != 1000; ++i) {
            if (io.stopped()) io.restart();
            io.poll();
        }
    }

    std::shared_ptr<auto_advance_clock> clock = std::make_shared<auto_advance_clock>();
};

TEST_F(AutoAdvance, AThirtySecondBackoffTakesNoTime)
{
    refuse_once("system.ping");
    hub const h(io, usual_options());
    run(h.system().ping());
    EXPECT_EQ(server().journal().count("system.ping"), 2u);
    EXPECT_GE(clock->elapsed(), 30s);
    EXPECT_LT(clock->elapsed(), 60s);
}

TEST_F(AutoAdvance, ACallsDeadlineInABackoffIsReached)
{
    server().script("system.ping").status(503).forever();
    options o = usual_options();
    o.retry.base = o.retry.cap = 4s;
    o.retry.max_attempts = 100;
    o.retry.budget_ratio = 100;
    hub const h(io, std::move(o));
    auto const got = run(h.system().ping(as_result));
    ASSERT_FALSE(got.has_value());
    EXPECT_GT(server().journal().count(), 5u);
    EXPECT_LE(clock->elapsed(), 60s);
}

TEST_F(AutoAdvance, NoDeadlinePassesWhileAnAnswerIsAwaited)
{
    refuse_once("system.ping");
    server().script("system.getCustomize").delay_until_released();
    options o = usual_options();
    bool is_refused = false;
    o.hooks.on_attempt = [&](attempt_event const& e) { is_refused = is_refused || e.next_in; };
    hub const h(io, std::move(o));
    std::optional<result<boost::json::object>> slow;
    std::optional<result<server_now>> repeated;
    h.system().get_customize(call_options().timeout(10s), as_result)([&](auto r) {
        slow.emplace(std::move(r));
    });
    h.system().ping(as_result)([&](auto r) { repeated.emplace(std::move(r)); });
    run_until([&] { return is_refused && server().journal().count() == 2; });

    rest();
    EXPECT_EQ(clock->elapsed(), 0s);
    EXPECT_FALSE(slow.has_value());

    server().release();
    run_until([&] { return slow && repeated; });
    EXPECT_TRUE(slow->has_value()) << slow->error();
    EXPECT_TRUE(repeated->has_value()) << repeated->error();
    EXPECT_GE(clock->elapsed(), 30s);
}

TEST_F(AutoAdvance, StandsStillWhileAnotherClientConnects)
{
    refuse_once("system.ping");
    bool is_refused = false;
    options first = usual_options();
    first.hooks.on_attempt = [&](attempt_event const& e) { is_refused = is_refused || e.next_in; };
    options second = usual_options();
    std::optional<hooks::resolve_callback> asked;
    second.hooks.resolve = [&](std::string const&, std::uint16_t, hooks::resolve_callback answer) {
        asked.emplace(std::move(answer));
    };
    hub const h(io, std::move(first)), other(io, std::move(second));
    int done = 0;
    other.system().test(call_options().timeout(10s), as_result)([&](auto r) {
        EXPECT_TRUE(r.has_value()) << r.error();
        ++done;
    });
    h.system().ping(as_result)([&](auto r) {
        EXPECT_TRUE(r.has_value()) << r.error();
        ++done;
    });
    run_until([&] { return is_refused && asked; });
    rest();
    EXPECT_EQ(clock->elapsed(), 0s);

    (*asked)({}, {asio::ip::tcp::endpoint(asio::ip::address_v4::loopback(), server().port())});
    run_until([&] { return done == 2; });
    EXPECT_GE(clock->elapsed(), 30s);
}

TEST_F(AutoAdvance, StandsStillWhileAKeyIsAskedFor)
{
    options o = usual_options();
    secret const key = std::exchange(o.api_key, {});
    std::optional<hooks::key_callback> asked;
    o.hooks.api_key = [&](hooks::key_callback answer) { asked.emplace(std::move(answer)); };
    hub const h(io, std::move(o));
    std::optional<result<server_now>> got;
    h.system().ping(as_result)([&](auto r) { got.emplace(std::move(r)); });
    run_until([&] { return asked.has_value(); });
    rest();
    EXPECT_EQ(clock->elapsed(), 0s);
    (*asked)({}, key);
    run_until([&] { return got.has_value(); });
    EXPECT_TRUE(got->has_value());
}

TEST_F(AutoAdvance, AWindowOfSharedLookUpsTakesNoTime)
{
    options o = usual_options();
    o.coalesce.window = 5s;
    hub const h(io, std::move(o));
    auto const who = server().users().at(0).account_id;
    run(h.system().get_name(who));
    EXPECT_EQ(clock->elapsed(), 5s);
}

TEST_F(AutoAdvance, SharedLookUpsThatAreSentStopIt)
{
    refuse_once("system.ping");
    server().script("system.getNames").delay_until_released();
    options o = usual_options();
    o.coalesce.window = 5s;
    bool is_refused = false;
    o.hooks.on_attempt = [&](attempt_event const& e) { is_refused = is_refused || e.next_in; };
    hub const h(io, std::move(o));
    int done = 0;
    h.system().get_name(server().users().at(0).account_id, as_result)([&](auto r) {
        EXPECT_TRUE(r.has_value()) << r.error();
        ++done;
    });
    run_until([&] { return server().journal().count("system.getNames") == 1; });
    h.system().ping(as_result)([&](auto r) {
        EXPECT_TRUE(r.has_value()) << r.error();
        ++done;
    });
    run_until([&] { return is_refused; });
    rest();
    EXPECT_EQ(clock->elapsed(), 5s);
    server().release();
    run_until([&] { return done == 2; });
}

TEST_F(AutoAdvance, OfAClientWithAThreadOfItsOwn)
{
    refuse_once("system.ping");
    hub const h(usual_options());
    wait(h.system().ping());
    EXPECT_GE(clock->elapsed(), 30s);
}

TEST_F(AutoAdvance, ManyCallsOnSeveralThreads)
{
    constexpr int calls = 200;
    server()
        .script("system.ping")
        .status(503)
        .header("Retry-After", "30")
        .times(calls / 2)
        .then_ok();
    asio::thread_pool pool(3);
    std::atomic<int> timeouts{0};
    options o = usual_options();
    o.retry.budget_ratio = 100;
    o.retry.max_attempts = 100;
    o.timeouts.call = 1h;
    o.hooks.on_attempt = [&timeouts](attempt_event const& e) {
        if (e.error == errc::timeout) ++timeouts;
    };
    hub const h(pool, std::move(o));
    std::vector<std::future<result<server_now>>> all;
    for (int i = 0; i != calls; ++i) all.push_back(h.system().ping(as_result(asio::use_future)));
    for (auto& f : all) {
        ASSERT_EQ(f.wait_for(patience), std::future_status::ready);
        auto const r = f.get();
        EXPECT_TRUE(r.has_value()) << r.error();
    }
    EXPECT_EQ(timeouts, 0) << "an attempt was given up, whose limit the clock had jumped over";
    EXPECT_GE(clock->elapsed(), 30s);
}

}  // namespace
}  // namespace cohub
