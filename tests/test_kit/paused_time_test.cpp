#include <cohub/cohub.hpp>
#include <cohub/fake/fixture.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <optional>
#include <utility>
#include <vector>

namespace cohub {
namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;

class PausedTime : public fake::paused_hub_test
{
public:
    static void SetUpTestSuite() { start_server(fake_server_options().users(10).spend_time()); }

protected:
    void rest()
    {
        for (int i = 0; i != 1000; ++i) {
            if (io.stopped()) io.restart();
            io.poll();
        }
    }
};

TEST_F(PausedTime, ADelayThatIsLongerThanTheTimeoutEndsByTheTimeout)
{
    server().script("system.ping").stall(30s);
    hub const h(io, usual_options());
    auto const got = run(h.system().ping(call_options().timeout(10s).retries(0), as_result));
    ASSERT_FALSE(got.has_value());
    EXPECT_EQ(got.error().code, errc::timeout);
    EXPECT_EQ(elapsed(), 10s);
}

TEST_F(PausedTime, ADelayThatIsShorterEndsByTheAnswer)
{
    server().script("system.ping").stall(4s);
    hub const h(io, usual_options());
    run(h.system().ping(call_options().timeout(10s)));
    EXPECT_EQ(elapsed(), 4s);
}

TEST_F(PausedTime, AFunctionThatTakesLongerThanTheHubWaits)
{
    server().script("system.ping").delay(20s);
    hub const h(io, usual_options());
    auto const got = run(h.system().ping(call_options().retries(0), as_result));
    ASSERT_FALSE(got.has_value());
    EXPECT_EQ(got.error().http_status, 200) << "the hub itself said so";
    EXPECT_EQ(elapsed(), 15s);
}

TEST_F(PausedTime, AColdStartIsSpent)
{
    std::string const id = "6a1b5ea6-3a38-4d0d-8f0e-6f6d1c8e7b11";
    server().add_project(fake::project(id).owner(server().users().at(0).account_id).starts_in(9s));
    server().add_api_key(
        fake::api_key(server().users().at(0).account_id).secret("sk-ColdStart0000001")
    );
    options o = usual_options();
    o.api_key = secret("sk-ColdStart0000001");
    hub const h(io, std::move(o));
    run(h.projects().start(id, call_options().timeout(60s).retries(0)));
    EXPECT_EQ(elapsed(), 9s);
}

TEST_F(PausedTime, AnAttemptIsGivenUpAndTheNextOneIsAnswered)
{
    server().script("system.ping").stall(60s).then_ok();
    options o = usual_options();
    o.timeouts.attempt = 5s;
    hub const h(io, std::move(o));
    run(h.system().ping());
    EXPECT_GE(elapsed(), 5s);
    EXPECT_LT(elapsed(), 10s);
    EXPECT_EQ(server().journal().count("system.ping"), 2u);
}

TEST_F(PausedTime, StandsStillWhileOneExchangeOfSeveralIsWorkedAt)
{
    server().script("system.ping").stall(30s);
    server().script("system.test").delay_until_released();
    hub const h(io, usual_options());
    std::optional<result<server_now>> late;
    std::optional<result<key_owner>> held;
    h.system().ping(call_options().timeout(10s).retries(0), as_result)([&](auto r) {
        late.emplace(std::move(r));
    });
    h.system().test(call_options().timeout(5s), as_result)([&](auto r) {
        held.emplace(std::move(r));
    });
    run_until([] { return server().journal().count() == 2; });
    rest();
    EXPECT_EQ(elapsed(), 0s);
    server().release();
    run_until([&] { return late && held; });
    EXPECT_TRUE(held->has_value()) << held->error();
    ASSERT_FALSE(late->has_value());
    EXPECT_EQ(late->error().code, errc::timeout);
    EXPECT_EQ(elapsed(), 10s);
}

TEST_F(PausedTime, AnAnswerThatNobodyWaitsForDoesNotStandForAnother)
{
    server().script("system.ping").stall(30s);
    server().script("system.getCustomize").delay_until_released();
    server().script("system.test").delay_until_released();
    hub const h(io, usual_options());
    asio::cancellation_signal cancel;
    std::optional<result<server_now>> given_up;
    std::optional<result<boost::json::object>> first;
    std::optional<result<key_owner>> second;
    h.system().ping(as_result
    )(asio::bind_cancellation_slot(cancel.slot(), [&](auto r) { given_up.emplace(std::move(r)); }));
    // As long as the other answer is held back, this call keeps time from moving.
    h.system().get_customize(as_result)([&](auto r) {
        first.emplace(std::move(r));
        h.system().test(call_options().timeout(5s), as_result)([&](auto r2) {
            second.emplace(std::move(r2));
        });
    });
    run_until([] { return server().journal().count() == 2; });
    cancel.emit(asio::cancellation_type::terminal);
    server().release();
    run_until([] { return server().journal().count("system.test") == 1; });
    rest();
    EXPECT_EQ(elapsed(), 0s);
    EXPECT_TRUE(given_up.has_value());
    EXPECT_FALSE(second.has_value());

    server().release();
    run_until([&] { return second.has_value(); });
    EXPECT_TRUE(first->has_value()) << first->error();
    EXPECT_TRUE(second->has_value()) << second->error();
}

TEST_F(PausedTime, ManyAtOnceEndAsTheyWouldInRealTime)
{
    constexpr int calls = 60;
    server().script("system.ping").stall(7s).times(calls);
    asio::thread_pool pool(3);
    hub const h(pool, usual_options());
    std::vector<std::future<result<server_now>>> all;
    for (int i = 0; i != calls; ++i) {
        auto const limit = i % 2 == 0 ? 5s : 10s;
        call_options const how = call_options().timeout(limit).retries(0);
        all.push_back(h.system().ping(how, as_result(asio::use_future)));
    }
    for (int i = 0; i != calls; ++i) {
        auto& f = all[static_cast<std::size_t>(i)];
        ASSERT_EQ(f.wait_for(patience), std::future_status::ready) << i;
        auto const r = f.get();
        if (i % 2 == 0) {
            EXPECT_EQ(r.has_error() ? r.error().code : error_code(), errc::timeout) << i;
        } else {
            EXPECT_TRUE(r.has_value()) << i << ": " << r.error();
        }
    }
    EXPECT_GE(elapsed(), 7s);
}

TEST_F(PausedTime, AClientInRealTimeIsServedInRealTime)
{
    server().script("system.ping").stall(20ms);
    hub const h(io, hub_test::usual_options());
    run(h.system().ping());
    EXPECT_EQ(elapsed(), 0s);
}

TEST_F(PausedTime, AdvancesByHand)
{
    server().script("system.ping").stall(30s);
    server().script("system.test").delay_until_released();
    hub const h(io, usual_options());
    std::optional<result<server_now>> got;
    bool other = false;
    auto const now = server().now();
    h.system().ping(call_options().timeout(10s).retries(0), as_result)([&](auto r) {
        got.emplace(std::move(r));
    });
    h.system().test(call_options().timeout(1h), as_result)([&](auto) { other = true; });
    run_until([] { return server().journal().count() == 2; });
    advance(10s);
    run_until([&] { return got.has_value(); });
    EXPECT_EQ(got->error().code, errc::timeout);
    EXPECT_EQ(server().now() - now, 10'000);
    server().release();
    run_until([&] { return other; });
}

}  // namespace
}  // namespace cohub
