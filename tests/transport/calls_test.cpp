#include <boost/asio/ip/tcp.hpp>
#include <boost/json/parse.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <future>
#include <limits>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "support/live_hub.hpp"

namespace cohub::tests {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

class Calls : public LiveHub
{
protected:
    boost::json::object sent_body(std::size_t i = 0) const
    {
        return boost::json::parse(server.journal().requests().at(i).body).as_object();
    }
};

// ---- the hub is told the time that is left -----------------------------------------------------

TEST_F(Calls, TheHubIsNotToldATimeoutThatNobodySet)
{
    hub const h(io, usual_options());
    EXPECT_TRUE(run_call(io, h.system().ping(as_result)).has_value());
    EXPECT_FALSE(sent_body().contains("timeout"));
}

class ToldTimeout : public Calls
{
protected:
    options usual_options() const
    {
        options o = LiveHub::usual_options();
        o.clock = clock;
        return o;
    }
    std::shared_ptr<manual_clock> clock = std::make_shared<manual_clock>();
};

TEST_F(ToldTimeout, OfTheCall)
{
    hub const h(io, usual_options());
    run_call(io, h.system().ping(call_options().timeout(2500ms), as_result)).value();
    EXPECT_EQ(sent_body().at("timeout").as_int64(), 2500);
}

TEST_F(ToldTimeout, OfTheClient)
{
    options o = usual_options();
    o.timeouts.call = 7000ms;
    hub const h(io, std::move(o));
    run_call(io, h.system().ping(as_result)).value();
    EXPECT_EQ(sent_body().at("timeout").as_int64(), 7000);
}

TEST_F(ToldTimeout, TheCallsOwnComesFirst)
{
    options o = usual_options();
    o.timeouts.call = 7000ms;
    hub const h(io, std::move(o));
    run_call(io, h.system().ping(call_options().timeout(9s), as_result)).value();
    EXPECT_EQ(sent_body().at("timeout").as_int64(), 9000);
}

TEST_F(ToldTimeout, OfADeadline)
{
    hub const h(io, usual_options());
    run_call(io, h.system().ping(call_options().deadline(clock->now() + 3s), as_result)).value();
    run_call(io, h.system().ping(call_options().deadline(clock->now() + 3s).timeout(1s), as_result))
        .value();
    run_call(io, h.system().ping(call_options().deadline(clock->now() + 3s).timeout(5s), as_result))
        .value();
    EXPECT_EQ(sent_body(0).at("timeout").as_int64(), 3000);
    EXPECT_EQ(sent_body(1).at("timeout").as_int64(), 1000);
    EXPECT_EQ(sent_body(2).at("timeout").as_int64(), 3000);
}

TEST_F(ToldTimeout, IsWhatIsLeftAfterWaiting)
{
    options o = usual_options();
    o.pool.max_connections = 1;
    hub const h(io, std::move(o));
    server.script("system.ping").delay_until_released();
    bool done = false;
    h.system().ping([](error_code, server_now) {});
    h.system().test(call_options().timeout(10s), [&](error_code, key_owner) { done = true; });
    run_until([&] { return server.journal().count() == 1; });
    clock->advance(4s);
    io.poll();
    server.release();
    run_until([&] { return done; });
    EXPECT_EQ(sent_body(1).at("timeout").as_int64(), 6000);
}

TEST_F(ToldTimeout, NoTimeLeftMeansNothingIsSent)
{
    hub const h(io, usual_options());
    for (auto const t : {0ms, -1ms}) {
        auto const r = run_call(io, h.system().ping(call_options().timeout(t), as_result));
        ASSERT_TRUE(r.has_error());
        EXPECT_EQ(r.error().code, errc::timeout);
        EXPECT_EQ(r.error().attempts, 0);
    }
    EXPECT_EQ(server.journal().connections(), 0u);
}

TEST_F(ToldTimeout, ExtremesAreHarmless)
{
    hub const h(io, usual_options());
    using limits = std::numeric_limits<std::int64_t>;
    for (call_options const& o :
         {call_options().timeout(std::chrono::nanoseconds(limits::max())),
          call_options().deadline(clock::time_point::max()),
          call_options().retries(std::numeric_limits<int>::max())})
        EXPECT_TRUE(run_call(io, h.system().ping(o, as_result)).has_value());
    for (call_options const& o :
         {call_options().timeout(std::chrono::nanoseconds(limits::min())),
          call_options().deadline(clock::time_point::min())})
        EXPECT_EQ(run_call(io, h.system().ping(o, as_result)).error().code, errc::timeout);
}

// ---- retries -----------------------------------------------------------------------------------

TEST_F(Calls, ASafeCallIsRepeated)
{
    hub const h(io, usual_options());
    server.script("system.ping").status(503).times(2).then_ok();
    EXPECT_TRUE(run_call(io, h.system().ping(as_result)).has_value());
    EXPECT_EQ(server.journal().count("system.ping"), 3u);
    EXPECT_EQ(server.report(), "");
}

TEST_F(ToldTimeout, ARepetitionWithoutAWaitEndsAtTheDeadlineToo)
{
    options o = usual_options();
    o.retry.base = 0ms;
    hub const h(io, std::move(o));
    server.script("system.ping").status(503);
    server.script("system.ping").delay_until_released();
    std::optional<failure> why;
    h.system().ping(call_options().timeout(1s), as_result)([&](result<server_now> r) {
        why = r.error();
    });
    run_until([&] { return server.journal().count() == 2; });
    clock->advance(1s);
    run_until([&] { return why.has_value(); });
    server.release();
    ASSERT_TRUE(why);
    EXPECT_EQ(why->code, errc::timeout);
    EXPECT_EQ(why->attempts, 2);
}

TEST_F(Calls, AFailureForEverIsToldAfterThreeAttempts)
{
    hub const h(io, usual_options());
    server.script("system.ping").status(503).forever();
    auto const r = run_call(io, h.system().ping(as_result));
    ASSERT_TRUE(r.has_error());
    EXPECT_EQ(r.error().code, errc::http_status);
    EXPECT_EQ(r.error().http_status, 503);
    EXPECT_EQ(r.error().attempts, 3);
    EXPECT_EQ(server.journal().count("system.ping"), 3u);
}

TEST_F(Calls, ACallMarkedNeverIsSentOnce)
{
    hub const h(io, usual_options());
    server.script("system.logClientError").status(503);
    auto const r = run_call(io, h.system().log_client_error("e", "x", as_result));
    ASSERT_TRUE(r.has_error());
    EXPECT_EQ(r.error().attempts, 1);
    EXPECT_EQ(server.journal().count(), 1u);
}

TEST_F(Calls, ACallMarkedNeverIsNotRepeatedWhenItsAnswerIsLost)
{
    hub const h(io, usual_options());
    server.script("system.logClientError").effect_then_drop();
    auto const r = run_call(io, h.system().log_client_error("e", "x", as_result));
    ASSERT_TRUE(r.has_error());
    EXPECT_EQ(r.error().code, errc::connection_lost);
    EXPECT_TRUE(r.error().maybe_sent);
    EXPECT_EQ(server.journal().count(), 1u);
}

TEST_F(Calls, TheCallerMayVouchForARawCall)
{
    hub const h(io, usual_options());
    server.script("system.ping").status(503).then_ok();
    auto const once = run_call(io, h.call("system.ping", nullptr, as_result));
    server.reset();
    server.script("system.ping").status(503).then_ok();
    auto const again =
        run_call(io, h.call("system.ping", nullptr, call_options().idempotent(), as_result));
    EXPECT_TRUE(once.has_error());
    EXPECT_TRUE(again.has_value());
}

TEST_F(Calls, RetriesMayBeTurnedOffForACall)
{
    hub const h(io, usual_options());
    server.script("system.ping").status(503);
    auto const r = run_call(io, h.system().ping(call_options().retries(0), as_result));
    EXPECT_EQ(r.error().attempts, 1);
}

TEST_F(Calls, ARawCallThatIsRefusedIsAFailure)
{
    hub const h(io, usual_options());
    boost::json::value const args = boost::json::array{1};
    auto const r = run_call(io, h.call("system.nope", args, as_result));
    ASSERT_TRUE(r.has_error());
    EXPECT_EQ(r.error().code, errc::not_found);
    EXPECT_EQ(r.error().server_message, "Error: unknown function 'system.nope'");
}

TEST_F(Calls, RawArgumentsMayBeAListOneObjectOrNothing)
{
    hub const h(io, usual_options());
    boost::json::value const list = boost::json::parse(R"([["siteName"]])");
    boost::json::value const object{{"query", "xyz"}};
    run_call(io, h.call("system.getCustomize", list, as_result)).value();
    run_call(io, h.call("system.userSearch", object, as_result)).value();
    run_call(io, h.call("system.ping", nullptr, as_result)).value();
    boost::json::array pushed;
    pushed.emplace_back(boost::json::array{"siteName"});
    run_call(io, h.call("system.getCustomize", pushed, as_result)).value();
    EXPECT_EQ(sent_body(0).at("args"), boost::json::parse(R"([["siteName"]])"));
    EXPECT_EQ(sent_body(1).at("args"), boost::json::parse(R"([{"query":"xyz"}])"));
    EXPECT_EQ(sent_body(2).at("args"), boost::json::array());
    EXPECT_EQ(sent_body(3).at("args"), list);
}

TEST_F(Calls, AnAttemptIsToldToTheHook)
{
    std::vector<attempt_event> events;
    options o = usual_options();
    o.hooks.on_attempt = [&](attempt_event const& e) { events.push_back(e); };
    hub const h(io, std::move(o));
    server.script("system.ping").status(503).then_ok();
    EXPECT_TRUE(run_call(io, h.system().ping(as_result)).has_value());
    ASSERT_EQ(events.size(), 2u);
    EXPECT_EQ(events[0].method, "system.ping");
    EXPECT_EQ(events[0].attempt, 1);
    EXPECT_EQ(events[0].error, errc::http_status);
    EXPECT_EQ(events[0].http_status, 503);
    EXPECT_FALSE(events[0].reused_connection);
    EXPECT_TRUE(events[0].next_in.has_value());
    EXPECT_EQ(events[1].attempt, 2);
    EXPECT_FALSE(events[1].error);
    EXPECT_TRUE(events[1].reused_connection);
    EXPECT_EQ(events[1].connection, events[0].connection);
}

TEST_F(Calls, AResolverThatNeverAnswersIsAskedAnew)
{
    auto const clock = std::make_shared<manual_clock>();
    int asked = 0;
    options o = usual_options();
    o.clock = clock;
    o.hooks.resolve = [&](std::string const&, std::uint16_t port, hooks::resolve_callback answer) {
        if (++asked == 1) return;
        answer({}, {asio::ip::tcp::endpoint(asio::ip::address_v4::loopback(), port)});
    };
    hub const h(io, std::move(o));
    std::optional<result<server_now>> got;
    h.system().ping(as_result)([&](result<server_now> r) { got.emplace(std::move(r)); });
    run_until([&] { return asked == 1; });
    clock->advance(10s);
    run_until([&] {
        clock->advance(1ms);
        return got.has_value();
    });
    EXPECT_TRUE(got->has_value());
    EXPECT_EQ(asked, 2);
}

// ---- many calls --------------------------------------------------------------------------------

class Lookups : public Calls
{
protected:
    void next(hub const& h, int total)
    {
        if (begun == total) return;
        user_query const query("none" + std::to_string(begun++));
        h.system().user_search(query, [this, &h, total](error_code ec, std::vector<user> found) {
            ++ended;
            errors += ec ? 1 : 0;
            surprises += found.empty() ? 0 : 1;
            next(h, total);
        });
    }
    int begun = 0, ended = 0, errors = 0, surprises = 0;
};

TEST_F(Lookups, TenThousandAtAConcurrencyOf64)
{
    constexpr int total = 10'000;
    hub const h(io, usual_options());
    for (int i = 0; i != 64; ++i) next(h, total);
    io.run_for(250s);

    EXPECT_EQ(ended, total);
    EXPECT_EQ(errors, 0);
    EXPECT_EQ(surprises, 0);
    EXPECT_LE(server.journal().connections(), 64u);
    std::set<std::string> bodies;
    for (auto const& r : server.journal().requests()) bodies.insert(r.body);
    EXPECT_EQ(bodies.size(), static_cast<std::size_t>(total)) << "each exactly once";
    EXPECT_EQ(server.journal().count(), static_cast<std::size_t>(total));
    EXPECT_EQ(h.stats().calls, 0u);
}

TEST_F(Lookups, FewConnectionsServeManyCalls)
{
    options o = usual_options();
    o.pool.max_connections = 4;
    hub const h(io, std::move(o));
    for (int i = 0; i != 200; ++i) next(h, 200);
    run();
    EXPECT_EQ(ended, 200);
    EXPECT_EQ(errors, 0);
    EXPECT_LE(server.journal().connections(), 4u);
}

TEST_F(Lookups, OneThreadMayBePromised)
{
    options o = usual_options();
    o.threads = threading::single;
    hub const h(io, std::move(o));
    for (int i = 0; i != 8; ++i) next(h, 200);
    run();
    EXPECT_EQ(ended, 200);
    EXPECT_EQ(errors, 0);
}

TEST_F(Calls, ManyThreadsMayShareAHub)
{
    constexpr int per_thread = 300;
    options o = usual_options();
    o.pool.max_connections = 8;
    hub const h(io, std::move(o));
    std::atomic<int> good = 0, ended = 0;
    std::promise<void> all;
    auto const work = asio::make_work_guard(io);
    std::vector<std::thread> runners, callers;
    for (int t = 0; t != 2; ++t) runners.emplace_back([this] { io.run_for(100s); });
    for (int t = 0; t != 4; ++t)
        callers.emplace_back([&] {
            for (int i = 0; i != per_thread; ++i)
                h.system().ping([&](error_code ec, server_now) {
                    good += ec ? 0 : 1;
                    if (++ended == 4 * per_thread) all.set_value();
                });
            (void)h.stats();
        });
    for (auto& t : callers) t.join();
    EXPECT_TRUE(server.journal().wait_for("system.ping", 4 * per_thread, 60s));
    h.close(true);
    EXPECT_EQ(all.get_future().wait_for(60s), std::future_status::ready);
    io.stop();
    for (auto& t : runners) t.join();
    EXPECT_EQ(good, 4 * per_thread);
    EXPECT_EQ(server.journal().count(), static_cast<std::size_t>(4 * per_thread));
    EXPECT_LE(server.journal().connections(), 8u);
}

TEST_F(Calls, CloseMayComeFromAnotherThreadInMidFlight)
{
    for (int round = 0; round != 10; ++round) {
        asio::io_context many;
        hub const h(many, usual_options());
        std::atomic<int> ended = 0;
        for (int i = 0; i != 50; ++i) h.system().ping([&](error_code, server_now) { ++ended; });
        std::thread closer([&] { h.close(); });
        std::thread runner([&] { many.run_for(20s); });
        many.run_for(20s);
        closer.join();
        runner.join();
        many.restart();
        many.run_for(20s);
        EXPECT_TRUE(many.stopped());
        EXPECT_EQ(ended, 50);
    }
}

}  // namespace
}  // namespace cohub::tests
