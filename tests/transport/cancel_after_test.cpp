// Asio's cancel_after and cancel_at, which Boost has from 1.86 on.
#include <boost/version.hpp>

#if BOOST_VERSION >= 108600

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/cancel_after.hpp>
#include <boost/asio/cancel_at.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_future.hpp>

#include <chrono>
#include <functional>
#include <future>
#include <vector>

#include "support/live_hub.hpp"

namespace cohub::tests {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

constexpr auto soon = 50ms;
std::chrono::steady_clock::time_point at_once() { return std::chrono::steady_clock::now() + soon; }

class CancelAfter : public LiveHub
{
protected:
    void TearDown() override { EXPECT_EQ(h.stats().in_use, 0u); }

    hub h{io, usual_options()};
};

asio::awaitable<void> catch_all(
    std::vector<std::function<asio::awaitable<server_now>()>> const* calls,
    std::vector<failure>* seen
)
{
    for (auto const& call : *calls) try {
            co_await call();
            seen->emplace_back();
        } catch (cohub::error const& e) {
            seen->push_back(e.why());
        }
}

asio::awaitable<server_now> partly(hub const* h)
{
    co_return co_await h->system().ping(asio::cancel_after(soon));
}
asio::awaitable<server_now> partly_at(hub const* h)
{
    co_return co_await h->system().ping(asio::cancel_at(at_once()));
}
asio::awaitable<server_now> partly_with_a_timer(hub const* h)
{
    asio::steady_timer timer(co_await asio::this_coro::executor);
    co_return co_await h->system().ping(asio::cancel_after(timer, soon));
}
asio::awaitable<server_now> partly_at_with_a_timer(hub const* h)
{
    asio::steady_timer timer(co_await asio::this_coro::executor);
    co_return co_await h->system().ping(asio::cancel_at(timer, at_once()));
}
asio::awaitable<server_now> partly_with_options(hub const* h)
{
    co_return co_await h->system().ping(call_options().timeout(1h), asio::cancel_after(soon));
}
asio::awaitable<server_now> wholly(hub const* h)
{
    co_return co_await h->system().ping(asio::cancel_after(soon, asio::use_awaitable));
}
asio::awaitable<server_now> wholly_with_a_timer(hub const* h)
{
    asio::steady_timer timer(co_await asio::this_coro::executor);
    co_return co_await h->system().ping(asio::cancel_after(timer, soon, asio::use_awaitable));
}
asio::awaitable<server_now> wholly_of_a_call_without_a_token(hub const* h)
{
    co_return co_await h->system().ping()(asio::cancel_after(soon, asio::use_awaitable));
}

TEST_F(CancelAfter, C4ThrowsTheWholeFailureInACoroutine)
{
    std::vector<std::function<asio::awaitable<server_now>()>> calls;
    for (auto* const f :
         {partly,
          partly_at,
          partly_with_a_timer,
          partly_at_with_a_timer,
          partly_with_options,
          wholly,
          wholly_with_a_timer,
          wholly_of_a_call_without_a_token})
        calls.emplace_back([this, f] { return f(&h); });
    server.script("system.ping").times(100).delay_until_released();
    std::vector<failure> seen;
    run_coroutine(catch_all(&calls, &seen));
    ASSERT_EQ(seen.size(), calls.size());
    for (auto const& f : seen) {
        EXPECT_EQ(f.code, errc::cancelled);
        EXPECT_EQ(f.code, boost::system::errc::operation_canceled);
        EXPECT_EQ(f.where, "system.ping");
        EXPECT_EQ(f.at, stage::reading_head);
    }
}

asio::awaitable<void> await_answers(hub const* h, std::vector<server_now>* seen)
{
    seen->push_back(co_await h->system().ping(asio::cancel_after(1h)));
    seen->push_back(co_await h->system().ping(asio::cancel_after(1h, asio::use_awaitable)));
    seen->push_back(co_await h->system().ping(asio::cancel_after(1h, asio::deferred)));
    auto const [ec, now] =
        co_await h->system().ping(asio::cancel_after(1h, asio::as_tuple(asio::use_awaitable)));
    EXPECT_FALSE(ec);
    seen->push_back(now);
    auto const r =
        co_await h->system().ping(asio::cancel_after(1h, as_result(asio::use_awaitable)));
    seen->push_back(r.value());
    secret const token("unknown");
    co_await h->system().revoke_user_auth_token(token, asio::cancel_after(1h));
}

TEST_F(CancelAfter, C4LetsAnAnswerThrough)
{
    std::vector<server_now> seen;
    run_coroutine(await_answers(&h, &seen));
    ASSERT_EQ(seen.size(), 5u);
    for (auto const& s : seen) EXPECT_EQ(s.now.time_since_epoch().count(), server.now());
    EXPECT_TRUE(io.stopped()) << "a timer is left";
}

TEST_F(CancelAfter, C4WithOtherTokens)
{
    server.script("system.ping").times(100).delay_until_released();
    error_code ec;
    h.system().ping(asio::cancel_after(soon, [&](error_code e, server_now) { ec = e; }));
    failure why;
    h.system().ping(asio::cancel_at(at_once(), as_result([&](result<server_now> const& r) {
                                        why = r.error();
                                    })));
    auto future = h.system().ping(asio::cancel_after(soon, asio::use_future));
    run();
    EXPECT_EQ(ec, errc::cancelled);
    EXPECT_EQ(why.code, errc::cancelled);
    EXPECT_EQ(why.where, "system.ping");
    EXPECT_THROW(future.get(), boost::system::system_error);
}

}  // namespace
}  // namespace cohub::tests

#endif
