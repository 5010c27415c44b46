// Partial failures, and more load than the server can handle.

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "harness.hpp"

namespace cohub::faults {
namespace {

using boost::asio::ip::tcp;

class FaultLoad : public fault_test
{
};

tcp::endpoint at(std::uint16_t port)
{
    return tcp::endpoint(boost::asio::ip::make_address("127.0.0.1"), port);
}

std::vector<call_ptr> start_many(subject& s, int n, call_options const& o = {})
{
    std::vector<call_ptr> all;
    all.reserve(static_cast<std::size_t>(n));
    for (int i = 0; i != n; ++i) all.push_back(s.start(kind::safe, o));
    return all;
}

bool all_done(std::vector<call_ptr> const& calls)
{
    return std::all_of(calls.begin(), calls.end(), [](auto const& c) { return c->done(); });
}

/// The first two requests have the ids "call-1." and "call-2.". They are answered when the test
/// releases them.
raw_script two_held_answers()
{
    return raw_script()
        .read_request()
        .wait_for_release("first")
        .send(raw_answer(body_for("call-1.")))
        .read_request()
        .wait_for_release("second")
        .send(raw_answer(body_for("call-2.")))
        .forever()
        .respond(echo);
}

// A1: the clock stands still, so that no failed connect is tried again.
TEST_F(FaultLoad, LOAD_01_ConnectsFailWhileConnectionsServe)
{
    raw_peer peer;
    peer.script(healthy());
    subject s(with_manual_clock(options_for(peer)));
    s.client().warm_up(8);
    ASSERT_TRUE(s.run_until([&] { return s.stats().idle == 8; }));
    peer.pause_listening();
    auto const calls = start_many(s, 2'000);
    ASSERT_TRUE(s.run_until([&] { return all_done(calls); }));
    for (auto const& c : calls) {
        expect_ok(c);
        s.expect_sound(c);
    }
    EXPECT_EQ(peer.request_count(), 2'000U);
    auto const stats = s.stats();
    EXPECT_GE(stats.failed_connects, 1U);
    EXPECT_LE(stats.failed_connects, 32U);  // attempts that began before the first one failed
    EXPECT_EQ(stats.idle, 8U);
    covers("LOAD-01", 1);
}

// The server accepts connections again: one connect finds that out, and the others follow.
TEST_F(FaultLoad, LOAD_02_ConnectsAreTriedAgainOneAtATime)
{
    raw_peer peer;
    peer.scripts({raw_script().read_request().stall()}, healthy());
    options o = with_manual_clock(options_for(peer));
    o.retry.base = 100ms;
    o.pool.connect_backoff_cap = 100ms;
    subject s(std::move(o));
    auto const busy = s.start(kind::once);
    ASSERT_TRUE(s.run_until([&] { return peer.request_count() == 1; }));
    peer.pause_listening();
    auto const calls = start_many(s, 20);
    std::uint64_t failed = 20;
    ASSERT_TRUE(s.run_until([&] { return s.stats().failed_connects == failed; }));
    for (int round = 0; round != 3; ++round) {
        s.drain();
        EXPECT_EQ(s.stats().failed_connects, failed);
        EXPECT_EQ(s.stats().connecting, 0U);
        s.clock().advance(100ms);
        ++failed;
        ASSERT_TRUE(s.run_until([&] { return s.stats().failed_connects == failed; }));
    }
    peer.resume_listening();
    s.clock().advance(100ms);
    ASSERT_TRUE(s.run_until([&] { return all_done(calls); }));
    for (auto const& c : calls) expect_ok(c);
    EXPECT_FALSE(busy->done());
    EXPECT_EQ(s.stats().failed_connects, failed);
    busy->cancel.emit(boost::asio::cancellation_type::terminal);
    ASSERT_TRUE(s.finish(busy));
    covers("LOAD-02", 1);
}

// A2: a call that has waited is sent only if its answer can come in time.
TEST_F(FaultLoad, LOAD_03_WhatCannotBeAnsweredInTimeIsNotSent)
{
    raw_peer peer;
    peer.script(two_held_answers());
    options o = with_manual_clock(options_for(peer));
    o.pool.max_connections = 1;
    subject s(std::move(o));
    auto const until_sent = [&](std::size_t n) {
        return s.run_until([&] { return peer.request_count() == n; });
    };
    auto const first = s.start_as("call-1.", kind::once);
    ASSERT_TRUE(until_sent(1));
    s.clock().advance(100ms);  // the time for an answer
    peer.release("first");
    ASSERT_TRUE(s.finish(first));
    auto const second = s.start_as("call-2.", kind::once);
    ASSERT_TRUE(until_sent(2));
    s.clock().advance(50ms);
    auto const probe = s.start(kind::once, call_options().timeout(150ms));
    auto const late = s.start(kind::once, call_options().timeout(150ms));
    auto const expired = s.start(kind::once, call_options().timeout(10ms));
    auto const in_time = s.start(kind::once, call_options().timeout(10s));
    s.clock().advance(60ms);
    ASSERT_TRUE(s.finish(expired));
    expect_failed(expired, errc::timeout, stage::queued);
    peer.release("second");
    for (auto const& c : {second, probe, late, in_time}) ASSERT_TRUE(s.finish(c));
    expect_ok(second);
    expect_ok(probe);  // one call per second is sent in any case
    expect_failed(late, errc::overloaded, stage::queued);
    EXPECT_EQ(late->why->attempts, 0);
    EXPECT_FALSE(late->why->maybe_sent);
    EXPECT_NE(late->why->detail.find("90 ms are left"), std::string::npos) << late->why->detail;
    expect_ok(in_time);
    EXPECT_EQ(peer.request_count(), 4U);
    EXPECT_EQ(s.stats().refused, 1U);
    EXPECT_EQ(peer.accepted(), 1U);
    covers("LOAD-03", 4);
}

// There are more late calls than the client looks at in one turn.
TEST_F(FaultLoad, LOAD_03_ManyLateCallsInFrontOfOneInTime)
{
    raw_peer peer;
    peer.script(two_held_answers());
    options o = with_manual_clock(options_for(peer));
    o.pool.max_connections = 1;
    subject s(std::move(o));
    auto const first = s.start_as("call-1.", kind::once);
    ASSERT_TRUE(s.run_until([&] { return peer.request_count() == 1; }));
    s.clock().advance(100ms);
    peer.release("first");
    ASSERT_TRUE(s.finish(first));
    auto const second = s.start_as("call-2.", kind::once);
    ASSERT_TRUE(s.run_until([&] { return peer.request_count() == 2; }));
    auto const late = start_many(s, 1'000, call_options().timeout(150ms));
    auto const in_time = s.start(kind::once, call_options().timeout(10s));
    s.clock().advance(100ms);
    peer.release("second");
    ASSERT_TRUE(s.finish(in_time));
    expect_ok(in_time);
    ASSERT_TRUE(s.run_until([&] { return all_done(late); }));
    auto const refused = std::count_if(late.begin(), late.end(), [](auto const& c) {
        return c->code() == errc::overloaded;
    });
    EXPECT_EQ(refused, 999);
    EXPECT_EQ(s.stats().refused, 999U);
    EXPECT_EQ(peer.request_count(), 4U);
    s.expect_sound(in_time);
}

TEST_F(FaultLoad, LOAD_04_NoMoreWaitThanMay)
{
    raw_peer peer;
    peer.script(raw_script()
                    .read_request()
                    .wait_for_release("go")
                    .send(raw_answer(body_for("call-1.")))
                    .forever()
                    .respond(echo));
    options o = options_for(peer);
    o.pool.max_connections = 1;
    o.pool.max_waiting = 2;
    subject s(std::move(o));
    auto const first = s.start_as("call-1.", kind::once);
    ASSERT_TRUE(s.run_until([&] { return peer.request_count() == 1; }));
    auto const waiting = start_many(s, 2);
    auto const over = s.run(kind::safe);
    expect_failed(over, errc::overloaded, stage::queued);
    EXPECT_NE(over->why->detail.find("pool.max_waiting"), std::string::npos);
    peer.release("go");
    for (auto const& c : waiting) {
        ASSERT_TRUE(s.finish(c));
        expect_ok(c);
    }
    ASSERT_TRUE(s.finish(first));
    EXPECT_EQ(s.stats().refused, 1U);
    covers("LOAD-04", 1);
}

// A3: no call waits as long as a connection takes.
TEST_F(FaultLoad, LOAD_05_AConnectionBeingMadeOutlivesItsCall)
{
    raw_peer peer;
    peer.script(healthy());
    hooks::resolve_callback answer;
    int asked = 0;
    options o = with_manual_clock(options_for(peer.url("localhost")));
    o.hooks.resolve = [&](std::string const&, std::uint16_t, hooks::resolve_callback done) {
        ++asked;
        answer = std::move(done);
    };
    subject s(std::move(o));
    for (int i = 0; i != 3; ++i) {
        auto const c = s.start(kind::safe, call_options().timeout(100ms));
        s.drain();
        s.clock().advance(100ms);
        ASSERT_TRUE(s.finish(c));
        expect_failed(c, errc::timeout, stage::resolving);
    }
    auto const last = s.start(kind::safe, call_options().timeout(100ms));
    s.drain();
    answer({}, {at(peer.port())});
    ASSERT_TRUE(s.finish(last));
    expect_ok(last);
    EXPECT_EQ(asked, 1);
    EXPECT_EQ(peer.accepted(), 1U);
    covers("LOAD-05", 1);
}

// It does not keep run() running for longer than the linger time.
TEST_F(FaultLoad, LOAD_06_AConnectionBeingMadeLingersForAWhileOnly)
{
    options o = with_manual_clock(options_for("http://localhost:9"));
    o.hooks.resolve = [](std::string const&, std::uint16_t, hooks::resolve_callback const&) {};
    o.pool.connect_linger = 250ms;
    subject s(std::move(o));
    auto const c = s.start(kind::safe, call_options().timeout(100ms));
    s.drain();
    s.clock().advance(100ms);
    ASSERT_TRUE(s.finish(c));
    s.drain();
    EXPECT_EQ(s.stats().connecting, 1U);
    s.clock().advance(249ms);
    s.drain();
    EXPECT_EQ(s.stats().connecting, 1U);
    s.clock().advance(1ms);
    ASSERT_TRUE(s.run_until([&] { return s.stats().connecting == 0; }));
    EXPECT_EQ(s.stats().closed, 1U);
    covers("LOAD-06", 1);
}

// A4
TEST_F(FaultLoad, LOAD_07_SiblingsOfADeadConnectionAreNotTried)
{
    constexpr int stood = 8;
    raw_peer peer;
    peer.scripts(
        std::vector<raw_script>(stood, raw_script().respond(echo).read_request().stall()), healthy()
    );
    options o = with_manual_clock(options_for(peer));
    o.pool.max_connections = stood;
    subject s(std::move(o));
    s.client().warm_up(stood);
    ASSERT_TRUE(s.run_until([&] { return s.stats().idle == stood; }));
    auto const before = start_many(s, stood);
    ASSERT_TRUE(s.run_until([&] { return all_done(before); }));
    s.clock().advance(1s);
    int failed = 0;
    for (int i = 0; i != 10; ++i) {
        auto const c = s.start(kind::safe, call_options().timeout(2s));
        ASSERT_TRUE(s.finish_by_clock(c, 3s));
        failed += c->ok() ? 0 : 1;
        s.expect_sound(c);
    }
    EXPECT_EQ(failed, 1);
    EXPECT_EQ(s.stats().suspects, static_cast<std::uint64_t>(stood - 1));
    covers("LOAD-07", 1);
}

TEST_F(FaultLoad, LOAD_08_ASafeCallLeavesADeadConnectionInTime)
{
    for (auto const limit : {std::optional<std::chrono::milliseconds>(), {200ms}}) {
        raw_peer peer;
        peer.scripts({raw_script().respond(echo).read_request().stall()}, healthy());
        options o = with_manual_clock(options_for(peer));
        o.timeouts.attempt = limit;
        subject s(std::move(o));
        s.expect_healthy();
        auto const safe = s.start(kind::safe);
        ASSERT_TRUE(s.run_until([&] { return peer.request_count() == 2; }));
        s.clock().advance(limit.value_or(5s) - 1ms);
        s.drain();
        EXPECT_FALSE(safe->done());
        ASSERT_TRUE(s.finish_by_clock(safe, 1s));
        expect_ok(safe);
        EXPECT_EQ(s.attempts()[1].error, errc::timeout);
        EXPECT_EQ(s.attempts()[1].at, stage::reading_head);
        EXPECT_EQ(s.stats().repeated, 1U);
        s.expect_sound(safe);
    }
    // A call that changes something may use all of its time and is sent once.
    raw_peer peer;
    peer.scripts({raw_script().respond(echo).read_request().stall()}, healthy());
    subject s(with_manual_clock(options_for(peer)));
    s.expect_healthy();
    auto const once = s.start(kind::once, call_options().timeout(20s));
    ASSERT_TRUE(s.run_until([&] { return peer.request_count() == 2; }));
    s.clock().advance(19s);
    s.drain();
    EXPECT_FALSE(once->done());
    s.clock().advance(1s);
    ASSERT_TRUE(s.finish(once));
    expect_failed(once, errc::timeout, stage::reading_head);
    s.expect_sound(once);
    covers("LOAD-08", 3);
}

// A5
TEST_F(FaultLoad, LOAD_09_ManyCallsWithoutAServer)
{
    fake::refusing_port const nobody;
    options o = options_for("http://127.0.0.1:" + std::to_string(nobody.port()));
    o.pool.max_connecting = 4;
    subject s(std::move(o));
    auto const calls = start_many(s, 5'000);
    ASSERT_TRUE(s.run_until([&] { return all_done(calls); }));
    for (auto const& c : calls) {
        ASSERT_EQ(c->code(), errc::connect_failed);
        ASSERT_EQ(c->why->attempts, 3);
    }
    // Each of the calls is charged with each connect, except while it is backing off itself.
    EXPECT_LE(s.stats().opened, 100U);
    covers("LOAD-09", 1);
}

// A8
TEST_F(FaultLoad, LOAD_10_SparesArePaidOff)
{
    raw_peer peer;
    peer.script(healthy());
    options o = options_for(peer);
    o.pool.max_connections = 64;
    subject s(std::move(o));
    s.client().warm_up(64);
    auto const calls = start_many(s, 32);
    ASSERT_TRUE(s.run_until([&] { return all_done(calls) && s.stats().idle == 64; }));
    EXPECT_EQ(s.stats().opened, 64U);
    // The client may be done with a connection that the peer has not accepted yet.
    ASSERT_TRUE(peer.wait_accepted(64));
    peer.drop_all();
    ASSERT_TRUE(s.run_until([&] { return s.stats().idle == 0; }));
    s.rest();
    EXPECT_EQ(s.stats().opened, 64U);
    EXPECT_EQ(s.stats().connecting, 0U);
    covers("LOAD-10", 1);
}

// A9: the second address is tried in parallel with the first, and goes first from then on.
TEST_F(FaultLoad, LOAD_11_TheFirstAddressIsSilent)
{
    fake::silent_port const silent;
    raw_peer peer;
    peer.script(healthy());
    options o = with_manual_clock(options_for(peer.url("localhost")));
    o.hooks.resolve = [&](std::string const&, std::uint16_t, hooks::resolve_callback const& done) {
        done({}, {at(silent.port()), at(peer.port())});
    };
    subject s(std::move(o));
    auto const first = s.start(kind::once);
    ASSERT_TRUE(s.run_until([&] { return s.stats().connecting == 1; }));
    s.drain();
    s.clock().advance(249ms);
    s.drain();
    EXPECT_EQ(peer.accepted(), 0U);
    s.clock().advance(1ms);
    ASSERT_TRUE(s.finish(first));
    expect_ok(first);
    EXPECT_EQ(s.attempts().size(), 1U);
    EXPECT_EQ(s.stats().opened, 1U);
    // The clock stands still from here on.
    auto const more = start_many(s, 5);
    ASSERT_TRUE(s.run_until([&] { return all_done(more); }));
    for (auto const& c : more) expect_ok(c);
    EXPECT_GE(peer.accepted(), 2U);
    covers("LOAD-11", 1);
}

TEST_F(FaultLoad, LOAD_12_RepetitionsStayWithinTheBudget)
{
    raw_peer peer;
    peer.script(raw_script().forever().respond(raw_answer("{}").status(500)));
    options o = with_manual_clock(options_for(peer));
    o.retry.budget_ratio = 0;
    o.retry.budget_reserve = 0.3;  // three in a row
    o.retry.max_attempts = 2;
    subject s(std::move(o));
    int unrepeated = 0;
    for (int i = 0; i != 10; ++i) {
        auto const c = s.start(kind::safe);
        ASSERT_TRUE(s.finish_by_clock(c, 1s));
        expect_failed(c, {errc::http_status});
        if (c->why->detail.find("retry budget") != std::string::npos) {
            ++unrepeated;
            EXPECT_EQ(c->why->attempts, 1);
        }
    }
    EXPECT_EQ(unrepeated, 7);
    EXPECT_EQ(peer.request_count(), 13U);
    EXPECT_EQ(s.stats().over_budget, 7U);
    EXPECT_EQ(s.stats().repeated, 3U);
    covers("LOAD-12", 1);
}

// An attempt that was never sent costs nothing.
TEST_F(FaultLoad, LOAD_13_TheBudgetIsForWhatWasSent)
{
    fake::refusing_port const nobody;
    options o = options_for("http://127.0.0.1:" + std::to_string(nobody.port()));
    o.retry.budget_ratio = 0;
    o.retry.budget_reserve = 0;
    subject s(std::move(o));
    auto const c = s.run(kind::once);
    expect_failed(c, errc::connect_failed, stage::connecting);
    EXPECT_EQ(c->why->attempts, 3);
    EXPECT_EQ(s.stats().over_budget, 0U);
    covers("LOAD-13", 1);
}

TEST_F(FaultLoad, LOAD_14_RetryAfterIsForTheWholeClient)
{
    raw_peer peer;
    peer.scripts(
        {raw_script()
             .respond(raw_answer("{}").status(503).header("Retry-After", "7"))
             .forever()
             .respond(echo),
         raw_script().respond(raw_answer("{}").status(500)).forever().respond(echo)},
        healthy()
    );
    subject s(with_manual_clock(options_for(peer)));
    auto const told = s.start(kind::safe, call_options().timeout(20s));
    ASSERT_TRUE(s.run_until([&] { return s.attempts().size() == 1; }));
    // The first connection is idle and serves this call at once. It is not a repetition.
    auto const fresh = s.run(kind::safe);
    expect_ok(fresh);
    s.client().warm_up(2);
    ASSERT_TRUE(s.run_until([&] { return s.stats().idle == 2; }));
    auto const other = s.start(kind::safe, call_options().timeout(20s));
    ASSERT_TRUE(s.run_until([&] { return s.attempts().size() == 3; }));
    EXPECT_EQ(s.attempts()[2].http_status, 500);
    ASSERT_TRUE(s.attempts()[2].next_in.has_value());
    EXPECT_GE(*s.attempts()[2].next_in, 7s);
    auto const short_of_time = s.start(kind::safe, call_options().timeout(20s));
    ASSERT_TRUE(s.finish(short_of_time));
    s.clock().advance(6s);
    s.drain();
    EXPECT_FALSE(told->done());
    EXPECT_FALSE(other->done());
    ASSERT_TRUE(s.finish_by_clock(told, 3s));
    ASSERT_TRUE(s.finish_by_clock(other, 3s));
    expect_ok(told);
    expect_ok(other);
    covers("LOAD-14", 2);
}

}  // namespace
}  // namespace cohub::faults
