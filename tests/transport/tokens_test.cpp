#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_future.hpp>

#include <chrono>
#include <cstdint>
#include <future>
#include <memory>
#include <string>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

#include "transport/tokens_fixture.hpp"

namespace cohub::tests {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

// ---- coroutines --------------------------------------------------------------------------------

asio::awaitable<void> await_plainly(hub const* h, std::string* account)
{
    auto const owner = co_await h->system().test();
    *account = owner.account_id;
}

TEST_F(CompletionTokens, CoAwaitGivesTheValue)
{
    std::string account;
    run_coroutine(await_plainly(&h, &account));
    EXPECT_EQ(account.size(), 36u);
}

asio::awaitable<void> await_refusal(hub const* h, failure* why)
{
    try {
        co_await h->call("system.nope");
    } catch (cohub::error const& e) {
        *why = e.why();
    }
}

TEST_F(CompletionTokens, CoAwaitThrowsTheWholeFailure)
{
    failure why;
    run_coroutine(await_refusal(&h, &why));
    EXPECT_EQ(why.code, errc::not_found);
    EXPECT_EQ(why.where, "system.nope");
    EXPECT_EQ(why.server_message, "Error: unknown function 'system.nope'");
    EXPECT_EQ(why.attempts, 1);
}

asio::awaitable<void> await_nothing(hub const* h, bool* done)
{
    secret const token("unknown");
    co_await h->system().revoke_user_auth_token(token);
    *done = true;
}

TEST_F(CompletionTokens, CoAwaitWorksForCallsWithoutResult)
{
    bool done = false;
    run_coroutine(await_nothing(&h, &done));
    EXPECT_TRUE(done);
}

asio::awaitable<void> await_with_token(hub const* h, int* calls)
{
    co_await h->system().ping(asio::use_awaitable);
    ++*calls;
    co_await h->system().ping(call_options().timeout(5s), asio::use_awaitable);
    ++*calls;
    co_await h->system().ping(call_options().timeout(5s));
    ++*calls;
}

TEST_F(CompletionTokens, UseAwaitable)
{
    int calls = 0;
    run_coroutine(await_with_token(&h, &calls));
    EXPECT_EQ(calls, 3);
}

asio::awaitable<void> await_use_awaitable_refusal(hub const* h, failure* why)
{
    try {
        co_await h->call("system.nope", nullptr, asio::use_awaitable);
    } catch (cohub::error const& e) {
        *why = e.why();
    }
}

TEST_F(CompletionTokens, UseAwaitableKeepsTheWholeFailure)
{
    failure why;
    run_coroutine(await_use_awaitable_refusal(&h, &why));
    EXPECT_EQ(why.code, errc::not_found);
}

asio::awaitable<void> await_result(hub const* h, result<server_now>* good, errc* bad, bool* empty)
{
    auto r = co_await h->system().ping(as_result);
    *good = std::move(r);
    auto const refused = co_await h->call("system.nope", nullptr, as_result);
    *bad = to_errc(refused.error().code);
    secret const token("unknown");
    auto const nothing = co_await h->system().revoke_user_auth_token(token, as_result);
    *empty = nothing.has_value();
}

TEST_F(CompletionTokens, AsResultDoesNotThrow)
{
    result<server_now> good = failure(errc::cancelled);
    errc bad{};
    bool empty = false;
    run_coroutine(await_result(&h, &good, &bad, &empty));
    ASSERT_TRUE(good.has_value());
    EXPECT_EQ(good->now.time_since_epoch().count(), server.now());
    EXPECT_EQ(bad, errc::not_found);
    EXPECT_TRUE(empty);
}

asio::awaitable<void> await_tuple(hub const* h, error_code* ec, std::int64_t* now)
{
    auto const [code, answer] = co_await h->system().ping(asio::as_tuple(asio::use_awaitable));
    *ec = code;
    *now = answer.now.time_since_epoch().count();
}

TEST_F(CompletionTokens, AsTuple)
{
    error_code ec = errc::cancelled;
    std::int64_t now = 0;
    run_coroutine(await_tuple(&h, &ec, &now));
    EXPECT_FALSE(ec);
    EXPECT_EQ(now, server.now());
}

using concrete = asio::awaitable<void, asio::io_context::executor_type>;

concrete await_on_a_concrete_executor(hub const* h, int* calls)
{
    constexpr asio::use_awaitable_t<asio::io_context::executor_type> token;
    co_await h->system().ping();
    ++*calls;
    co_await h->system().ping(token);
    ++*calls;
    auto const r = co_await h->system().ping(as_result);
    *calls += r.has_value() ? 1 : 0;
}

TEST_F(CompletionTokens, AwaitablesWithAConcreteExecutor)
{
    int calls = 0;
    asio::co_spawn(io.get_executor(), await_on_a_concrete_executor(&h, &calls), asio::detached);
    run();
    EXPECT_EQ(calls, 3);
}

asio::awaitable<void> await_first(
    hub const* h, std::chrono::milliseconds limit, std::size_t* winner
)
{
    using namespace asio::experimental::awaitable_operators;
    asio::steady_timer timer(co_await asio::this_coro::executor, limit);
    auto const first =
        co_await (h->system().ping(asio::use_awaitable) || timer.async_wait(asio::use_awaitable));
    *winner = first.index();
}

TEST_F(CompletionTokens, ATimerMayWinARace)
{
    server.script("system.ping").delay_until_released();
    std::size_t winner = 9;
    run_coroutine(await_first(&h, 50ms, &winner));
    EXPECT_EQ(winner, 1u);
    EXPECT_EQ(h.stats().calls, 0u);
    EXPECT_EQ(h.stats().in_use, 0u);
}

TEST_F(CompletionTokens, ACallMayWinARace)
{
    std::size_t winner = 9;
    run_coroutine(await_first(&h, 1h, &winner));
    EXPECT_EQ(winner, 0u);
}

// ---- other tokens ------------------------------------------------------------------------------

TEST_F(CompletionTokens, Callback)
{
    error_code ec = errc::cancelled;
    std::size_t found = 99;
    h.system().user_search("xyznonexistentabc", [&](error_code e, std::vector<user> users) {
        ec = e;
        found = users.size();
    });
    run();
    EXPECT_FALSE(ec);
    EXPECT_EQ(found, 0u);
}

TEST_F(CompletionTokens, AMoveOnlyCallback)
{
    auto seen = std::make_unique<int>(0);
    int* const at = seen.get();
    int observed = 0;
    h.system().ping([seen = std::move(seen), at, &observed](error_code, server_now) {
        observed = seen.get() == at ? 1 : 2;
    });
    run();
    EXPECT_EQ(observed, 1);
}

TEST_F(CompletionTokens, UseFuture)
{
    std::future<key_owner> good = h.system().test(asio::use_future);
    std::future<boost::json::value> bad = h.call("system.nope", nullptr, asio::use_future);
    run();
    EXPECT_EQ(good.get().account_id.size(), 36u);
    EXPECT_THROW(bad.get(), boost::system::system_error);
}

TEST_F(CompletionTokens, Deferred)
{
    auto operation = h.system().ping(asio::deferred);
    run();
    EXPECT_EQ(server.journal().count(), 0u);
    bool ok = false;
    std::move(operation)([&](error_code ec, server_now) { ok = !ec; });
    run();
    EXPECT_TRUE(ok);
}

TEST_F(CompletionTokens, Detached)
{
    h.system().ping(asio::detached);
    run();
    EXPECT_EQ(server.journal().count("system.ping"), 1u);
}

TEST_F(CompletionTokens, NeverCompletesInsideTheCall)
{
    bool called = false;
    h.system().user_search("\xff", [&](error_code, std::vector<user>) { called = true; });
    EXPECT_FALSE(called);
    run();
    EXPECT_TRUE(called);
}

// ---- as_result around or inside another token --------------------------------------------------

/// A refused call gives details that an error_code alone does not have.
template <class T>
void expect_refused(result<T> const& r)
{
    ASSERT_TRUE(r.has_error());
    EXPECT_EQ(r.error().code, errc::not_found);
    EXPECT_EQ(r.error().where, "system.nope");
    EXPECT_EQ(r.error().server_message, "Error: unknown function 'system.nope'");
}

using any_result = result<boost::json::value>;

TEST_F(CompletionTokens, AsResultOfACallback)
{
    any_result seen = boost::json::value();
    h.call("system.nope", nullptr, as_result([&](any_result r) { seen = std::move(r); }));
    run();
    expect_refused(seen);

    result<server_now> now = failure();
    auto const named = [&](result<server_now> r) { now = std::move(r); };
    h.system().ping(as_result(named));
    run();
    ASSERT_TRUE(now.has_value());
    EXPECT_EQ(now->now.time_since_epoch().count(), server.now());

    result<void> nothing = failure();
    secret const token("unknown");
    h.system().revoke_user_auth_token(token, as_result([&](result<void> r) { nothing = r; }));
    run();
    EXPECT_TRUE(nothing.has_value());
}

TEST_F(CompletionTokens, AsResultOfAMoveOnlyCallback)
{
    auto owned = std::make_unique<int>(1);
    bool called = false;
    h.system().ping(as_result([owned = std::move(owned), &called](result<server_now> r) {
        called = owned != nullptr && r.has_value();
    }));
    run();
    EXPECT_TRUE(called);
}

TEST_F(CompletionTokens, AsResultOfAFuture)
{
    std::future<any_result> bad = h.call("system.nope", nullptr, as_result(asio::use_future));
    run();
    expect_refused(bad.get());
}

TEST_F(CompletionTokens, AsResultWithinAnExecutorAndASlot)
{
    auto const strand = asio::make_strand(io);
    asio::cancellation_signal signal;
    any_result seen = boost::json::value();
    bool inside = false;
    h.call(
        "system.nope",
        nullptr,
        asio::bind_executor(
            strand, asio::bind_cancellation_slot(signal.slot(), as_result([&](any_result r) {
                                                     inside = strand.running_in_this_thread();
                                                     seen = std::move(r);
                                                 }))
        )
    );
    run();
    EXPECT_TRUE(inside);
    expect_refused(seen);

    server.script("system.ping").delay_until_released();
    result<server_now> ping = server_now();
    h.system().ping(asio::bind_cancellation_slot(
        signal.slot(), as_result([&](result<server_now> r) { ping = std::move(r); })
    ));
    run_until([&] { return server.journal().count("system.ping") == 1; });
    signal.emit(asio::cancellation_type::terminal);
    run_until([&] { return ping.has_error(); });
    EXPECT_EQ(ping.error().code, errc::cancelled);
    EXPECT_EQ(ping.error().at, stage::reading_head);
}

asio::awaitable<void> await_as_result(hub const* h, std::vector<any_result>* seen)
{
    seen->push_back(co_await h->call("system.nope", nullptr, as_result(asio::use_awaitable)));
    auto [one] =
        co_await h->call("system.nope", nullptr, as_result(asio::as_tuple(asio::use_awaitable)));
    seen->push_back(std::move(one));
    auto [two] =
        co_await h->call("system.nope", nullptr, asio::as_tuple(as_result(asio::use_awaitable)));
    seen->push_back(std::move(two));
    seen->push_back(co_await h->call("system.nope", nullptr, as_result(asio::deferred)));
    seen->push_back(co_await h->call("system.nope")(as_result(asio::use_awaitable)));
    call_options const options = call_options().timeout(5s);
    seen->push_back(
        co_await h->call("system.nope", nullptr, options, as_result(asio::use_awaitable))
    );
}

TEST_F(CompletionTokens, AsResultInACoroutine)
{
    std::vector<any_result> seen;
    run_coroutine(await_as_result(&h, &seen));
    ASSERT_EQ(seen.size(), 6u);
    for (auto const& r : seen) expect_refused(r);
}

asio::awaitable<void> await_a_race(hub const* h, std::size_t* winner, any_result* seen)
{
    using namespace asio::experimental::awaitable_operators;
    asio::steady_timer never(co_await asio::this_coro::executor, 1h);
    auto first = co_await (
        h->call("system.nope", nullptr, as_result(asio::use_awaitable)) ||
        never.async_wait(asio::use_awaitable)
    );
    *winner = first.index();
    if (auto* const r = std::get_if<0>(&first)) *seen = std::move(*r);
}

TEST_F(CompletionTokens, AFailureMayWinARaceAsAResult)
{
    std::size_t winner = 9;
    any_result seen = boost::json::value();
    run_coroutine(await_a_race(&h, &winner, &seen));
    EXPECT_EQ(winner, 0u);
    expect_refused(seen);
}

}  // namespace
}  // namespace cohub::tests
