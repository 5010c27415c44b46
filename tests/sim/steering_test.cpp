// A client that is controlled while calls are under way: a new API key, and the end.

#include <cohub/call/wait.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/errc.hpp>

#include <gtest/gtest.h>
#include <openssl/evp.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "ledger.hpp"

namespace cohub::tests {
namespace {

namespace asio = boost::asio;

constexpr char const* place = "127.0.0.1:80";

std::string basic(std::string_view key)
{
    std::string const plain = std::string(key) + ":";
    std::string coded(4 * (plain.size() / 3 + 1) + 1, '\0');
    int const size = EVP_EncodeBlock(
        reinterpret_cast<unsigned char*>(coded.data()),
        reinterpret_cast<unsigned char const*>(plain.data()),
        static_cast<int>(plain.size())
    );
    coded.resize(static_cast<std::size_t>(size));
    return "Basic " + coded;
}

/// A server that knows some keys and takes its time.
class keyed
{
public:
    explicit keyed(clock::duration takes)
    {
        world.serve_http(place, [this, takes](sim::request r) -> asio::awaitable<sim::response> {
            std::string const key(r.header("Authorization"));
            used.push_back(key);
            sim::timer t(world.get_executor(), takes);
            co_await t.async_wait(asio::use_awaitable);
            if (!valid.contains(key)) {
                sim::response refused(status, "no such key: " + echo);
                co_return refused;
            }
            sim::response a(calls.seen(r));
            co_return a;
        });
    }
    ~keyed()
    {
        EXPECT_NO_THROW(calls.check());
        EXPECT_EQ(calls.pending(), 0U);
    }

    options with_key(secret key)
    {
        return world.client_options("http://127.0.0.1", std::move(key));
    }

    sim::world world{1};
    ledger calls{world};
    std::set<std::string> valid;
    std::vector<std::string> used;
    std::string echo;
    int status = 401;
};

TEST(SimKeys, ARotationUnderLoadFailsNoCall)
{
    keyed c(20ms);
    c.valid = {basic("sk-old"), basic("sk-new")};
    options o = c.with_key("sk-old");
    o.pool.max_connections = 4;
    hub const h(c.world, o);
    for (int i = 0; i != 200; ++i) {
        if (i == 100) h.set_api_key("sk-new");
        // Some calls with the old key are still at the server. Others wait for a connection.
        if (i == 101) c.valid.erase(basic("sk-old"));
        c.calls.call(h, i % 2 == 0, 30s);
        c.world.run_for(1ms);
    }
    c.world.run();
    EXPECT_EQ(c.calls.succeeded(), 200U);
    auto const last_old = std::find(c.used.rbegin(), c.used.rend(), basic("sk-old"));
    ASSERT_NE(last_old, c.used.rend());
    // Four calls were refused with the old key and sent again with the new one.
    EXPECT_EQ(c.used.size(), 204U);
    EXPECT_EQ(std::count(last_old, c.used.rend(), basic("sk-new")), 0);
    EXPECT_EQ(h.stats().opened, 4U);
    EXPECT_EQ(h.stats().over_budget + h.stats().repeated, 0U);
}

TEST(SimKeys, ARefusedKeyThatIsTheNewestIsNotTriedAgain)
{
    keyed c(20ms);
    hub const h(c.world, c.with_key("sk-unknown"));
    auto const& refused = c.calls.call(h, true, 30s);
    c.world.run();
    EXPECT_EQ(refused.why.kind(), errc::unauthorized);
    EXPECT_EQ(c.used.size(), 1U);
}

TEST(SimKeys, EachNewKeyIsTriedOnce)
{
    keyed c(20ms);
    hub const h(c.world, c.with_key("sk-first"));
    auto const& refused = c.calls.call(h, false, 30s);
    c.world.run_for(10ms);
    h.set_api_key("sk-second");
    c.world.run_for(20ms);
    h.set_api_key("sk-third");
    c.world.run();
    EXPECT_EQ(refused.why.kind(), errc::unauthorized);
    std::vector<std::string> const expected{
        basic("sk-first"), basic("sk-second"), basic("sk-third")};
    EXPECT_EQ(c.used, expected);
}

TEST(SimKeys, TheOldKeyIsMaskedForAsLongAsACallHasIt)
{
    keyed c(20ms);
    c.echo = "sk-old-secret and sk-new-secret";
    c.status = 400;
    hub const h(c.world, c.with_key("sk-old-secret"));
    auto const& sent = c.calls.call(h, true, 30s);
    c.world.run_for(10ms);
    h.set_api_key("sk-new-secret");
    c.calls.call(h, true, 30s);
    c.world.run();
    EXPECT_EQ(sent.why.http_status, 400);
    EXPECT_EQ(sent.why.message().find("-secret"), std::string::npos) << sent.why.message();
    // No call has the old key any more, and the client keeps no copy of it for masking.
    auto const& last = c.calls.call(h, true, 30s);
    c.world.run();
    EXPECT_NE(last.why.message().find("sk-old-secret"), std::string::npos) << last.why.message();
    EXPECT_EQ(last.why.message().find("sk-new-secret"), std::string::npos) << last.why.message();
}

TEST(SimKeys, ACancelledEndLeavesTheOldKeyMasked)
{
    keyed c(20ms);
    c.echo = "sk-old-secret";
    c.status = 400;
    hub const h(c.world, c.with_key("sk-old-secret"));
    auto const& sent = c.calls.call(h, true, 30s);
    c.world.run_for(10ms);
    asio::cancellation_signal stop;
    h.async_close(asio::bind_cancellation_slot(stop.slot(), [](error_code) {}));
    h.set_api_key("sk-new-secret");
    stop.emit(asio::cancellation_type::total);
    c.world.run();
    EXPECT_EQ(sent.why.http_status, 400);
    EXPECT_EQ(sent.why.message().find("-secret"), std::string::npos) << sent.why.message();
}

TEST(SimKeys, WhatCannotBeAKeyIsRefusedAndTheOldOneStays)
{
    keyed c(1ms);
    c.valid = {basic("sk-old")};
    hub const h(c.world, c.with_key("sk-old"));
    for (char const* const wrong : {"", "sk new", "sk-new\n", "sk:new"}) try {
            h.set_api_key(wrong);
            FAIL() << wrong;
        } catch (error const& e) {
            EXPECT_EQ(e.why().kind(), errc::invalid_argument);
            EXPECT_NE(e.why().detail.find("api_key"), std::string::npos);
        }
    auto const& good = c.calls.call(h, true, 30s);
    c.world.run();
    EXPECT_TRUE(good.ok) << good.why.message();
}

// ---- keys from a hook --------------------------------------------------------------------------

/// A hook that gives one key after the other, each after a while.
struct provider
{
    explicit provider(keyed& to) : c(to) {}

    options watched(secret first = {})
    {
        options o = c.with_key(std::move(first));
        o.hooks.api_key = [this](hooks::key_callback const& told) {
            ++asked;
            if (keys.empty()) return;  // never
            std::string const key = keys.front();
            keys.erase(keys.begin());
            auto const t = std::make_shared<sim::timer>(c.world.get_executor(), takes);
            t->async_wait([t, key, told](error_code) {
                if (key.empty())
                    told(make_error_code(boost::system::errc::permission_denied), {});
                else
                    told({}, secret(key));
            });
        };
        return o;
    }

    keyed& c;
    std::vector<std::string> keys;
    clock::duration takes = 100ms;
    int asked = 0;
};

TEST(SimKeyHook, GivesTheFirstKey)
{
    keyed c(1ms);
    c.valid = {basic("sk-a")};
    provider p(c);
    p.keys = {"sk-a"};
    hub const h(c.world, p.watched());
    for (int i = 0; i != 600; ++i) c.calls.call(h, false, 30s);
    c.world.run();
    EXPECT_EQ(c.calls.succeeded(), 600U);
    EXPECT_EQ(p.asked, 1);
    EXPECT_EQ(c.used.size(), 600U);
}

TEST(SimKeyHook, GivesAnotherKeyWhenOneIsRefused)
{
    keyed c(20ms);
    c.valid = {basic("sk-a")};
    provider p(c);
    p.keys = {"sk-b"};
    hub const h(c.world, p.watched("sk-a"));
    c.calls.call(h, true, 30s);
    c.world.run();
    c.valid = {basic("sk-b")};
    for (int i = 0; i != 20; ++i) {
        c.calls.call(h, i % 2 == 0, 30s);
        c.world.run_for(3ms);
    }
    c.world.run();
    EXPECT_EQ(c.calls.succeeded(), 21U);
    EXPECT_EQ(p.asked, 1);
    EXPECT_EQ(h.stats().repeated, 0U);
    for (std::size_t i = 1; i != c.calls.size(); ++i) EXPECT_EQ(c.calls.entry_of(i).at_servers, 1);
}

TEST(SimKeyHook, TheSameKeyAgainIsTheEnd)
{
    keyed c(20ms);
    provider p(c);
    p.keys = {"sk-a", "sk-a"};
    hub const h(c.world, p.watched("sk-a"));
    auto const& first = c.calls.call(h, true, 30s);
    c.world.run_for(200ms);
    EXPECT_EQ(first.why.kind(), errc::unauthorized);
    EXPECT_EQ(first.why.http_status, 401);
    EXPECT_EQ(first.why.detail, "hooks.api_key: it gave the same key again");
    // The hook was asked a moment ago.
    auto const& second = c.calls.call(h, true, 30s);
    c.world.run_for(2s);
    EXPECT_EQ(second.why.kind(), errc::unauthorized);
    EXPECT_EQ(p.asked, 1);
    c.calls.call(h, true, 30s);
    c.world.run();
    EXPECT_EQ(p.asked, 2);
    EXPECT_EQ(c.used.size(), 3U);
}

TEST(SimKeyHook, AnErrorIsTold)
{
    keyed c(20ms);
    provider p(c);
    p.keys = {"", "sk with blanks"};
    hub const h(c.world, p.watched());
    auto const& first = c.calls.call(h, true, 30s);
    c.world.run();
    EXPECT_EQ(first.why.kind(), errc::unauthorized);
    EXPECT_EQ(first.why.cause, boost::system::errc::permission_denied);
    EXPECT_FALSE(first.why.maybe_sent);
    c.world.run_for(1s);
    auto const& second = c.calls.call(h, true, 30s);
    c.world.run();
    EXPECT_NE(second.why.detail.find("api_key has a blank"), std::string::npos)
        << second.why.detail;
    EXPECT_TRUE(c.used.empty());
    options o = c.with_key({});
    o.hooks.api_key = [](hooks::key_callback const&) { throw std::runtime_error("it is sealed"); };
    hub const throwing(c.world, o);
    auto const& third = c.calls.call(throwing, true, 30s);
    c.world.run();
    EXPECT_EQ(third.why.kind(), errc::unauthorized);
    EXPECT_EQ(third.why.detail, "hooks.api_key: it threw: it is sealed");
    EXPECT_FALSE(third.why.cause);
}

TEST(SimKeyHook, OneThatNeverAnswersIsAskedAnew)
{
    keyed c(20ms);
    c.valid = {basic("sk-a")};
    provider p(c);
    hub const h(c.world, p.watched());
    auto const& first = c.calls.call(h, true, 2s);
    auto& cancelled = c.calls.call(h, true, 30s);
    c.world.run_for(1s);
    cancelled.cancel.emit(asio::cancellation_type::total);
    c.world.run();
    EXPECT_EQ(first.why.kind(), errc::timeout);
    EXPECT_EQ(first.why.at, stage::queued);
    EXPECT_EQ(cancelled.why.kind(), errc::cancelled);
    EXPECT_EQ(p.asked, 1);
    c.world.run_for(10s);
    p.keys = {"sk-a"};
    auto const& next = c.calls.call(h, true, 30s);
    c.world.run();
    EXPECT_TRUE(next.ok) << next.why.message();
    EXPECT_EQ(p.asked, 2);
}

TEST(SimKeyHook, AKeyThatComesTooLateIsTheNextCalls)
{
    keyed c(20ms);
    c.valid = {basic("sk-a")};
    provider p(c);
    p.keys = {"sk-a"};
    p.takes = 3s;
    hub const h(c.world, p.watched());
    for (int i = 0; i != 5; ++i) {
        c.calls.call(h, true, 1s);
        c.world.run_for(1s);
    }
    c.world.run();
    EXPECT_EQ(p.asked, 1);
    EXPECT_EQ(c.calls.succeeded(), 2U);
}

TEST(SimKeyHook, IsLeftAloneForASecondAfterItHadNoKey)
{
    keyed c(20ms);
    provider p(c);
    p.takes = 0s;
    p.keys = {"", "", "", "", ""};
    hub const h(c.world, p.watched());
    for (int i = 0; i != 5; ++i) {
        c.calls.call(h, true, 30s);
        c.world.run_for(100ms);
    }
    EXPECT_EQ(p.asked, 1);
    for (std::size_t i = 0; i != 5; ++i)
        EXPECT_EQ(c.calls.entry_of(i).why.kind(), errc::unauthorized);
    c.world.run_for(1s);
    c.calls.call(h, true, 30s);
    c.world.run();
    EXPECT_EQ(p.asked, 2);
}

TEST(SimKeyHook, AKeyThatIsSetMeanwhileServesThoseWhoWait)
{
    keyed c(20ms);
    c.valid = {basic("sk-a")};
    provider p(c);
    hub const h(c.world, p.watched());
    for (int i = 0; i != 300; ++i) c.calls.call(h, false, 30s);
    c.world.run_for(1s);
    h.set_api_key("sk-a");
    c.world.run();
    EXPECT_EQ(c.calls.succeeded(), 300U);
}

TEST(SimKeyHook, AClosedClientWaitsForNoKey)
{
    keyed c(20ms);
    provider p(c);
    auto h = std::make_unique<hub const>(c.world, p.watched());
    auto const& first = c.calls.call(*h, true, 30s);
    c.world.run_for(1s);
    h->close();
    c.world.run();
    EXPECT_EQ(first.why.kind(), errc::client_closed);
    // The hook's answer may come after the end of the client.
    h = std::make_unique<hub const>(c.world, p.watched());
    p.keys = {"sk-a"};
    c.calls.call(*h, true, 30s);
    c.world.run_for(50ms);
    h.reset();
    c.world.run();
}

// ---- the end -----------------------------------------------------------------------------------

/// When an `async_close` completed, and with which result.
struct end
{
    explicit end(sim::world& w) : world(&w) {}
    auto handler()
    {
        return [this](error_code ec) {
            EXPECT_FALSE(at) << "twice";
            at = world->elapsed();
            code = ec;
        };
    }

    sim::world* world;
    std::optional<clock::duration> at;
    error_code code;
};

TEST(SimClose, CompletesWhenTheLastCallHasEnded)
{
    keyed c(100ms);
    c.valid = {basic("sk-a")};
    hub const h(c.world, c.with_key("sk-a"));
    end first(c.world), second(c.world);
    for (int i = 0; i != 10; ++i) c.calls.call(h, true, 30s);
    c.world.run_for(50ms);
    h.async_close(first.handler());
    c.world.run_for(10ms);
    h.async_close(10s, second.handler());
    auto const& late = c.calls.call(h, true, 30s);
    c.world.run_for(10ms);
    EXPECT_FALSE(first.at);
    EXPECT_EQ(late.why.kind(), errc::client_closed);
    EXPECT_NE(late.why.detail.find("asked to close"), std::string::npos) << late.why.message();
    c.world.run();
    EXPECT_EQ(c.calls.succeeded(), 10U);
    ASSERT_TRUE(first.at && second.at);
    EXPECT_FALSE(first.code || second.code);
    EXPECT_LT(*first.at, 200ms);
    EXPECT_EQ(*first.at, *second.at);
    auto const s = h.stats();
    EXPECT_EQ(s.opened, s.closed);
    // After the end, a further close completes at once.
    end third(c.world);
    h.async_close(third.handler());
    c.world.run();
    EXPECT_TRUE(third.at);
}

TEST(SimClose, EndsWhatIsLeftWhenTheTimeIsOver)
{
    keyed c(1h);
    c.valid = {basic("sk-a")};
    hub const h(c.world, c.with_key("sk-a"));
    auto const& slow = c.calls.call(h, false, 2h);
    c.world.run_for(1s);
    end done(c.world);
    h.async_close(3s, done.handler());
    c.world.run();
    EXPECT_EQ(slow.why.kind(), errc::client_closed);
    EXPECT_TRUE(slow.why.maybe_sent);
    ASSERT_TRUE(done.at);
    EXPECT_EQ(*done.at, 4s);
    EXPECT_FALSE(done.code);
}

TEST(SimClose, WaitsForACallBetweenTwoAttempts)
{
    keyed c(10ms);
    c.valid = {basic("sk-a")};
    c.world.stop(place);
    hub const h(c.world, c.with_key("sk-a"));
    auto const& again = c.calls.call(h, true, 30s);
    c.world.run_for(5ms);
    end done(c.world);
    h.async_close(done.handler());
    c.world.run_for(1ms);
    EXPECT_FALSE(done.at);
    c.world.run();
    EXPECT_EQ(again.completions, 1);
    EXPECT_GT(again.why.attempts, 1);
    ASSERT_TRUE(done.at);
    EXPECT_GE(*done.at, again.over - (c.world.now() - c.world.elapsed()));
}

TEST(SimClose, ACancelledWaitClosesAllTheSame)
{
    keyed c(1s);
    c.valid = {basic("sk-a")};
    hub const h(c.world, c.with_key("sk-a"));
    c.calls.call(h, true, 30s);
    asio::cancellation_signal stop;
    end done(c.world);
    h.async_close(asio::bind_cancellation_slot(stop.slot(), done.handler()));
    c.world.run_for(100ms);
    stop.emit(asio::cancellation_type::total);
    c.world.run_for(100ms);
    ASSERT_TRUE(done.at);
    EXPECT_EQ(done.code, errc::cancelled);
    auto const& late = c.calls.call(h, true, 30s);
    c.world.run();
    EXPECT_EQ(late.why.kind(), errc::client_closed);
    EXPECT_EQ(c.calls.succeeded(), 1U);
}

TEST(SimClose, ADestroyedHubEndsTheWait)
{
    keyed c(1h);
    c.valid = {basic("sk-a")};
    end done(c.world);
    {
        hub const h(c.world, c.with_key("sk-a"));
        c.calls.call(h, true, 2h);
        h.async_close(done.handler());
        c.world.run_for(1s);
    }
    c.world.run();
    ASSERT_TRUE(done.at);
    EXPECT_FALSE(done.code);
}

TEST(SimClose, ADestroyedContextDropsTheWait)
{
    sim::world own(1);
    auto const told = std::make_shared<int>();
    std::optional<hub> h;
    h.emplace(own, own.client_options());
    own.serve(place, sim::script().stall());
    h->system().ping([told](error_code, server_now) { ++*told; });
    h->async_close([told](error_code) { ++*told; });
    own.run_for(1s);
    h.reset();
    EXPECT_EQ(*told, 0);
}

TEST(SimClose, InACoroutineAndWithAResult)
{
    keyed c(10ms);
    c.valid = {basic("sk-a")};
    hub const h(c.world, c.with_key("sk-a"));
    bool done = false;
    c.world.spawn([](hub const& to, bool& over) -> asio::awaitable<void> {
        co_await to.async_close();
        result<void> const again = co_await to.async_close(1s, as_result);
        EXPECT_TRUE(again);
        over = true;
    }(h, done));
    c.world.run();
    EXPECT_TRUE(done);
}

TEST(Close, OfAHubWithAThreadOfItsOwn)
{
    hub const h(options("https://127.0.0.1:1", "sk-a"));
    wait(h.async_close());
    result<void> const again = wait(h.async_close(as_result));
    EXPECT_TRUE(again);
    EXPECT_THROW(wait(h.system().ping()), error);
}

}  // namespace
}  // namespace cohub::tests
