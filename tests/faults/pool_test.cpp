#include <boost/asio/post.hpp>

#include <algorithm>
#include <atomic>
#include <map>
#include <random>
#include <thread>

#include "stages.hpp"

namespace cohub::faults {
namespace {

using FaultPool = fault_test;
using again = fault::again;
using boost::asio::cancellation_type;

bool all_done(std::vector<call_ptr> const& calls)
{
    return std::all_of(calls.begin(), calls.end(), [](auto const& c) { return c->done(); });
}

std::vector<call_ptr> start_many(subject& s, std::size_t n, kind k = kind::once)
{
    std::vector<call_ptr> calls;
    for (std::size_t i = 0; i < n; ++i) calls.push_back(s.start(k));
    return calls;
}

void expect_all_ok(subject& s, std::vector<call_ptr> const& calls)
{
    ASSERT_TRUE(s.run_until([&] { return all_done(calls); }));
    for (auto const& c : calls) expect_ok(c);
    s.expect_sound(calls.back());
}

std::size_t times_sent(raw_peer const& peer, std::string const& id)
{
    std::size_t n = 0;
    for (raw_request const& r : peer.requests()) n += id_in(r) == id ? 1 : 0;
    return n;
}

TEST_F(FaultPool, POOL_01_IdleConnectionClosed)
{
    for (raw_peer* const peer : {&tcp_peer(), &tls_peer()})
        for (bool const reset : {false, true})
            for (kind const k : {kind::safe, kind::once})
                for (bool const seen_by_the_loop : {false, true}) {
                    SCOPED_TRACE(
                        std::string(peer->tls() ? "TLS" : "TCP") + (reset ? ", RST" : ", FIN") +
                        (k == kind::safe ? ", S" : ", U") + (seen_by_the_loop ? ", seen" : "")
                    );
                    raw_script dying;
                    dying.respond(echo).wait_for_release("die");
                    if (reset)
                        dying.reset();
                    else
                        dying.close();
                    peer->scripts({dying}, healthy());
                    subject s(*peer);
                    s.expect_healthy();
                    peer->release("die");
                    ASSERT_TRUE(peer->wait_ended(0));
                    if (seen_by_the_loop) s.drain();
                    call_ptr const c = s.run(k);
                    expect_ok(c);
                    s.expect_sound(c);
                    EXPECT_EQ(times_sent(*peer, c->id), 1U);
                    EXPECT_EQ(peer->accepted(), 2U);
                    // The stale connection does not count as an attempt.
                    ASSERT_FALSE(s.attempts().empty());
                    EXPECT_EQ(s.attempts().back().attempt, 1);
                }
    covers("POOL-01", 4);
}

TEST_F(FaultPool, POOL_02_ClosedWhileTheRequestIsWritten)
{
    case_counter cases("POOL-02");
    std::mt19937 random(2);
    for (raw_peer* const peer : {&tcp_peer(), &tls_peer()}) {
        constexpr int calls = 500;
        std::vector<raw_script> scripts;
        for (int i = 0; i <= calls; ++i) {
            raw_script s;
            s.respond(echo).delay(std::chrono::microseconds(random() % 150));
            if (random() % 2 == 0)
                s.reset();
            else
                s.close(tls_end::none);
            scripts.push_back(std::move(s));
        }
        // Each connection serves one call and then closes at any moment, mostly while the next call
        // is being written.
        peer->scripts(scripts, healthy());
        subject s(*peer);
        std::vector<call_ptr> all;
        for (int i = 0; i < calls && !HasFailure(); ++i) {
            kind const k = i % 2 == 0 ? kind::safe : kind::once;
            call_ptr const c = s.run(k);
            s.expect_sound(c);
            all.push_back(c);
            if (k == kind::safe || c->ok()) {
                expect_ok(c);
            } else {
                expect_failed(c, {errc::connection_lost, errc::truncated});
                ASSERT_TRUE(c->why);
                EXPECT_TRUE(c->why->maybe_sent);
                EXPECT_EQ(c->why->attempts, 1);
            }
            ++cases;
        }
        std::map<std::string, int> sent;
        for (raw_request const& r : peer->requests()) ++sent[id_in(r)];
        for (std::size_t i = 1; i < all.size(); i += 2) EXPECT_LE(sent[all[i]->id], 1) << "I5";
    }
}

TEST_F(FaultPool, POOL_03_AllIdleConnectionsStale)
{
    raw_script dying;
    dying.wait_for_release("answer").respond(echo).wait_for_release("die").close();
    tls_peer().scripts(std::vector<raw_script>(8, dying), healthy());
    subject s(tls_peer());
    auto const first = start_many(s, 8);
    ASSERT_TRUE(s.run_until([&] { return tls_peer().request_count() == 8; }));
    tls_peer().release("answer");
    expect_all_ok(s, first);
    EXPECT_EQ(s.stats().idle, 8U);
    tls_peer().release("die");
    ASSERT_TRUE(tls_peer().wait_all_ended());
    call_ptr const c = s.run(kind::once);
    expect_ok(c);
    s.expect_sound(c);
    EXPECT_EQ(s.attempts().back().attempt, 1);
    EXPECT_EQ(tls_peer().accepted(), 9U);
    covers("POOL-03", 1);
}

TEST_F(FaultPool, POOL_04_FreshConnectionClosed)
{
    // Once, and every time: `play` does both.
    fault f("closed after the request", [](std::string const&) {
        return raw_script().read_request().close();
    });
    f.fails(errc::connection_lost).repeats(again::safe_only);
    f.play(tcp_peer());
    f.play(tls_peer());
    covers("POOL-04", 2);
}

TEST_F(FaultPool, POOL_05_ExtraBytesBehindTheAnswer)
{
    std::vector<std::string> const extras = {"x", "\r\n", raw_answer(body_for("call-poison."))};
    for (std::string const& extra : extras) {
        fault f("extra bytes", [extra](std::string const& id) {
            return raw_script().respond(raw_answer(body_for(id)).str() + extra);
        });
        f.play(tcp_peer());
        f.play(tls_peer());
    }
    covers("POOL-05", extras.size());
}

TEST_F(FaultPool, POOL_06_BytesWhileIdle)
{
    std::vector<std::string> const pushes = {
        raw_answer("timeout").status(408).header("Connection", "close"),
        raw_answer(body_for("call-poison.")),
        "x",
        ""};  // instead of bytes: a TLS alert
    for (std::string const& bytes : pushes)
        for (raw_peer* const peer : {&tcp_peer(), &tls_peer()})
            for (bool const seen_by_the_loop : {false, true}) {
                if (bytes.empty() && !peer->tls()) continue;
                raw_script pushing;
                pushing.respond(echo).wait_for_release("push");
                if (bytes.empty())
                    pushing.fatal_alert();
                else
                    pushing.send(bytes);
                pushing.mark("pushed").forever().respond(echo);
                peer->scripts({pushing}, healthy());
                subject s(*peer);
                s.expect_healthy();
                peer->release("push");
                ASSERT_TRUE(peer->wait_mark("pushed"));
                if (seen_by_the_loop) s.drain();
                s.expect_healthy();
                EXPECT_EQ(peer->accepted(), 2U);
            }
    covers("POOL-06", pushes.size());
}

TEST_F(FaultPool, POOL_07_EveryAnswerSaysClose)
{
    tls_peer().script(healthy_once_then_close());
    options o = options_for(tls_peer());
    o.pool.max_connections = 8;
    subject s(o);
    expect_all_ok(s, start_many(s, 32));
    EXPECT_EQ(tls_peer().accepted(), 32U);
    EXPECT_LE(tls_peer().peak_open(), 8U);
    covers("POOL-07", 1);
}

TEST_F(FaultPool, POOL_08_NeverMoreThanTheMaximum)
{
    for (std::size_t const most : {1U, 4U, 16U}) {
        tls_peer().script(healthy());
        options o = options_for(tls_peer());
        o.pool.max_connections = most;
        subject s(o);
        expect_all_ok(s, start_many(s, 200));
        EXPECT_LE(tls_peer().peak_open(), most);
        EXPECT_LE(tls_peer().accepted(), most);
    }
    covers("POOL-08", 3);
}

options one_connection(raw_peer const& peer)
{
    options o = with_manual_clock(options_for(peer));
    o.pool.max_connections = 1;
    return o;
}

TEST_F(FaultPool, POOL_10_WaitersInOrder)
{
    tcp_peer().script(healthy());
    subject s(one_connection(tcp_peer()));
    std::vector<call_ptr> const calls = start_many(s, 1000);
    expect_all_ok(s, calls);
    std::vector<raw_request> const seen = tcp_peer().requests();
    ASSERT_EQ(seen.size(), calls.size());
    for (std::size_t i = 0; i < calls.size(); ++i) EXPECT_EQ(id_in(seen[i]), calls[i]->id);
    EXPECT_EQ(tcp_peer().accepted(), 1U);
    covers("POOL-10", 1);
}

/// The blocking call holds the only connection. Its answer waits for "answer".
raw_script answers_on_release()
{
    return raw_script().wait_for_release("answer").forever().respond(echo);
}

TEST_F(FaultPool, POOL_11_WaitersCancelled)
{
    for (std::size_t const who : {0U, 4U, 8U}) {
        tcp_peer().script(answers_on_release());
        subject s(one_connection(tcp_peer()));
        call_ptr const blocker = s.start(kind::once);
        ASSERT_TRUE(s.run_until([&] { return tcp_peer().request_count() == 1; }));
        auto waiters = start_many(s, 9);
        waiters[who]->cancel.emit(cancellation_type::terminal);
        s.drain();
        EXPECT_EQ(s.stats().waiting, 8U);
        expect_failed(waiters[who], errc::cancelled, stage::queued);
        ASSERT_TRUE(waiters[who]->why);
        EXPECT_FALSE(waiters[who]->why->maybe_sent);
        waiters.erase(waiters.begin() + static_cast<std::ptrdiff_t>(who));
        tcp_peer().release("answer");
        expect_all_ok(s, waiters);
        expect_ok(blocker);
        auto const seen = tcp_peer().requests();
        ASSERT_EQ(seen.size(), 9U);
        for (std::size_t i = 0; i < 8; ++i) EXPECT_EQ(id_in(seen[i + 1]), waiters[i]->id);
    }
    covers("POOL-11", 3);
}

TEST_F(FaultPool, POOL_12_WaitersDeadline)
{
    call_in_stage c({stage::queued}, kind::once);
    ASSERT_TRUE(c.ready());
    c.client().clock().advance(call_in_stage::deadline);
    c.client().drain();
    expect_failed(c.call(), errc::timeout, stage::queued);
    EXPECT_EQ(c.peer().request_count(), 1U);
    c.blocker()->cancel.emit(cancellation_type::terminal);
    c.client().expect_sound(c.call());
    covers("POOL-12", 1);
}

TEST_F(FaultPool, POOL_13_HandedOverAndCancelled)
{
    for (bool const cancel_first : {true, false}) {
        tcp_peer().script(
            raw_script().wait_for_release("answer").respond(echo).mark("sent").forever().respond(
                echo
            )
        );
        subject s(one_connection(tcp_peer()));
        call_ptr const blocker = s.start(kind::once);
        ASSERT_TRUE(s.run_until([&] { return tcp_peer().request_count() == 1; }));
        call_ptr const first = s.start(kind::once);
        call_ptr const second = s.start(kind::once);
        tcp_peer().release("answer");
        ASSERT_TRUE(tcp_peer().wait_mark("sent"));
        if (cancel_first) {
            // The connection is free, but the client does not know that yet.
            first->cancel.emit(cancellation_type::terminal);
        } else {
            // This is the turn in which the connection goes to `first`.
            ASSERT_TRUE(s.run_until([&] { return blocker->done(); }));
            first->cancel.emit(cancellation_type::terminal);
        }
        ASSERT_TRUE(s.finish(second));
        expect_ok(second);
        expect_ok(blocker);
        s.expect_sound(first);
        s.expect_sound(second);
        if (cancel_first) expect_failed(first, errc::cancelled, stage::queued);
        EXPECT_EQ(first->completions, 1);
        EXPECT_EQ(tcp_peer().accepted(), cancel_first || first->ok() ? 1U : 2U);
    }
    covers("POOL-13", 2);
}

TEST_F(FaultPool, POOL_14_ConnectsFailWhileOthersWait)
{
    fake::refusing_port const nobody;
    for (std::size_t const most : {1U, 4U}) {
        options o = options_for("http://127.0.0.1:" + std::to_string(nobody.port()));
        o.pool.max_connections = most;
        subject s(o);
        auto const calls = start_many(s, 20);
        ASSERT_TRUE(s.run_until([&] { return all_done(calls); }));
        for (auto const& c : calls) {
            expect_failed(c, {errc::connect_failed});
            ASSERT_TRUE(c->why);
            EXPECT_EQ(c->why->attempts, 3);
            EXPECT_EQ(c->completions, 1);
        }
        s.expect_sound(calls.back());
    }
    covers("POOL-14", 2);
}

TEST_F(FaultPool, POOL_15_CallerAbandonsTheAnswer)
{
    for (stage const at : {stage::reading_head, stage::reading_body}) {
        call_in_stage c({at}, kind::safe);
        ASSERT_TRUE(c.ready());
        c.call()->cancel.emit(cancellation_type::terminal);
        c.client().expect_sound(c.call());
        expect_failed(c.call(), errc::cancelled, at);
        EXPECT_EQ(c.peer().accepted(), 1U);
        c.expect_recovered();
    }
    covers("POOL-15", 2);
}

class FaultPoolStage : public fault_test, public ::testing::WithParamInterface<stage_case>
{
};

TEST_P(FaultPoolStage, POOL_16_ClientDestroyed)
{
    call_in_stage c(GetParam());
    ASSERT_TRUE(c.ready());
    c.client().destroy_client();  // it must not wait, because nobody runs the context
    c.client().drain();
    expect_failed(c.call(), {errc::client_closed});
    EXPECT_EQ(c.call()->completions, 1);
    if (c.blocker()) expect_failed(c.blocker(), {errc::client_closed});
    c.let_go();
    EXPECT_TRUE(c.peer().wait_quiet());
    covers("POOL-16", 1);
}

TEST_P(FaultPoolStage, POOL_18_IoContextDestroyed)
{
    call_in_stage c(GetParam());
    ASSERT_TRUE(c.ready());
    c.client().destroy_io();
    EXPECT_EQ(c.call()->completions, 0) << "called back by a dead io_context";
    c.let_go();
    EXPECT_TRUE(c.peer().wait_quiet());
    covers("POOL-18", 1);
}

INSTANTIATE_TEST_SUITE_P(
    Pool,
    FaultPoolStage,
    ::testing::ValuesIn(all_stages(false)),
    [](auto const& i) { return "Stage" + std::to_string(static_cast<int>(i.param.at)); }
);

TEST_F(FaultPool, POOL_17_CloseWithCallsInFlight)
{
    for (bool const gracefully : {true, false}) {
        tls_peer().script(answers_on_release());
        subject s(tls_peer());
        auto const calls = start_many(s, 8);
        ASSERT_TRUE(s.run_until([&] { return tls_peer().request_count() == 8; }));
        s.client().close(gracefully);
        expect_failed(s.run(kind::safe), {errc::client_closed});
        tls_peer().release("answer");
        ASSERT_TRUE(s.run_until([&] { return all_done(calls); }));
        for (auto const& c : calls) {
            if (gracefully)
                expect_ok(c);
            else
                expect_failed(c, {errc::client_closed});
            s.expect_sound(c);
        }
        EXPECT_TRUE(tls_peer().wait_all_ended());
        expect_failed(s.run(kind::safe), {errc::client_closed});
    }
    covers("POOL-17", 2);
}

TEST_F(FaultPool, POOL_19_IdleTimeoutAgeAndCount)
{
    // Idle timeout.
    {
        tls_peer().script(healthy());
        options o = with_manual_clock(options_for(tls_peer()));
        o.pool.idle_timeout = 20s;
        subject s(o);
        s.expect_healthy();
        s.clock().advance(20s - 1ms);
        s.drain();
        EXPECT_EQ(tls_peer().open(), 1U);
        s.clock().advance(1ms);
        s.drain();
        EXPECT_TRUE(tls_peer().wait_all_ended());
        EXPECT_EQ(s.stats().idle, 0U);
    }
    // Maximum age under constant use.
    {
        tls_peer().script(healthy());
        options o = with_manual_clock(options_for(tls_peer()));
        o.pool.max_age = 60s;
        subject s(o);
        for (int i = 0; i < 13; ++i) {
            s.expect_healthy();
            s.clock().advance(10s);
        }
        EXPECT_EQ(tls_peer().accepted(), 3U);
    }
    // Maximum number of idle ones.
    {
        tls_peer().script(answers_on_release());
        options o = options_for(tls_peer());
        o.pool.max_idle = 3;
        subject s(o);
        auto const calls = start_many(s, 8);
        ASSERT_TRUE(s.run_until([&] { return tls_peer().request_count() == 8; }));
        tls_peer().release("answer");
        expect_all_ok(s, calls);
        EXPECT_EQ(s.stats().idle, 3U);
        EXPECT_TRUE(tls_peer().wait([](auto const& log) {
            return std::count_if(log.begin(), log.end(), [](auto const& r) {
                       return r.how == raw_ending::open;
                   }) == 3;
        }));
    }
    covers("POOL-19", 3);
}

TEST_F(FaultPool, POOL_20_KeepAliveParameters)
{
    auto const keep_alive = [](std::string const& value) {
        return raw_script().forever().respond([value](raw_request const& r) {
            return raw_answer(body_for(id_in(r))).header("Keep-Alive", value).str();
        });
    };
    {
        tls_peer().script(keep_alive("timeout=10"));
        subject s(with_manual_clock(options_for(tls_peer())));
        s.expect_healthy();
        s.clock().advance(5s);
        s.expect_healthy();
        EXPECT_EQ(tls_peer().accepted(), 1U);
        // With a margin, because the server's clock began earlier.
        s.clock().advance(10s - 1ms);
        s.expect_healthy();
        EXPECT_EQ(tls_peer().accepted(), 2U);
    }
    {
        // Servers do not agree whether this answer counts.
        tls_peer().script(keep_alive("timeout=5, max=1"));
        subject s(tls_peer());
        s.expect_healthy();
        s.expect_healthy();
        EXPECT_EQ(tls_peer().accepted(), 2U);
    }
    {
        // cpp-httplib does this by default: five requests for each connection.
        raw_script five;
        for (int i = 0; i < 4; ++i) five.respond(echo);
        five.append(healthy_once_then_close());
        tls_peer().script(five);
        subject s(tls_peer());
        for (int i = 0; i < 10; ++i) s.expect_healthy();
        EXPECT_EQ(tls_peer().accepted(), 2U);
    }
    covers("POOL-20", 2);
}

TEST_F(FaultPool, POOL_21_ColdStart)
{
    tls_peer().script(healthy());
    options o = options_for(tls_peer());
    o.pool.max_connections = 8;
    subject s(o);
    expect_all_ok(s, start_many(s, 500));
    EXPECT_LE(tls_peer().accepted(), 8U);
    covers("POOL-21", 1);
}

TEST_F(FaultPool, POOL_23_DeadWhileIdle)
{
    tls_peer().scripts({raw_script().respond(echo)}, healthy());
    subject s(with_manual_clock(options_for(tls_peer())));
    s.expect_healthy();
    call_ptr const c = s.start(kind::safe, call_options().timeout(10s));
    ASSERT_TRUE(s.run_until([&] { return tls_peer().request_count() == 2; }));
    s.drain();
    s.clock().advance(10s);
    s.drain();
    expect_failed(c, errc::timeout, stage::reading_head);
    s.expect_sound(c);
    s.expect_healthy();
    EXPECT_EQ(tls_peer().accepted(), 2U);
    covers("POOL-23", 1);
}

TEST_F(FaultPool, POOL_24_ManyThreads)
{
    constexpr int calls_in_all = 100'000;
    constexpr int threads = 4;
    constexpr int chains = 64;
    tcp_peer().script(raw_script().forever().respond(raw_answer("1")));
    boost::asio::io_context io;
    hub h(io, options_for(tcp_peer()));
    std::atomic<int> left{calls_in_all};
    std::atomic<int> right{0};
    std::atomic<int> wrong{0};
    std::function<void()> next = [&] {
        if (left.fetch_sub(1) <= 0) return;
        auto one = h.call("fault.case", nullptr, as_result);
        std::move(one)([&](result<boost::json::value> r) {
            ++(r.has_value() && *r == 1 ? right : wrong);
            next();
        });
    };
    for (int i = 0; i < chains; ++i) boost::asio::post(io, next);
    std::vector<std::thread> pool;
    for (int i = 0; i < threads; ++i) pool.emplace_back([&] { io.run_for(600s); });
    for (auto& t : pool) t.join();
    EXPECT_EQ(right, calls_in_all);
    EXPECT_EQ(wrong, 0);
    EXPECT_EQ(tcp_peer().request_count(), static_cast<std::size_t>(calls_in_all));
    EXPECT_LE(tcp_peer().peak_open(), static_cast<std::size_t>(chains));
    connection_stats const s = h.stats();
    EXPECT_EQ(s.calls + s.in_use + s.waiting, 0U);
    covers("POOL-24", 1);
}

}  // namespace
}  // namespace cohub::faults
