#include <cohub/call/call_options.hpp>
#include <cohub/call/retry.hpp>

#include <gtest/gtest.h>

#include <limits>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace cohub::call {
namespace {

using namespace std::chrono_literals;

constexpr clock::time_point now{1000h};
constexpr clock::time_point late = now + 24h;

attempt made_once(cohub::retry declared, bool sent = true)
{
    attempt a;
    a.declared = declared;
    a.sent = sent;
    a.made = 1;
    return a;
}

retry_options rules(int max_attempts = 3)
{
    retry_options o;
    o.max_attempts = max_attempts;
    return o;
}

bool again(errc e, attempt const& a, int http_status = 0)
{
    failure f(e);
    f.http_status = http_status;
    return decide(rules(), a, f, now, late, 0.5).again;
}

std::vector<errc> all_codes()
{
    std::vector<errc> codes;
    for (int i = 1; i <= static_cast<int>(errc::unavailable); ++i)
        codes.push_back(static_cast<errc>(i));
    return codes;
}

std::set<errc> repeated(cohub::retry declared, bool sent)
{
    std::set<errc> out;
    for (errc const e : all_codes())
        if (again(e, made_once(declared, sent))) out.insert(e);
    return out;
}

TEST(RetryTest, ASafeCallIsRepeatedAfterWhatMayPass)
{
    std::set<errc> const expected{
        errc::connect_failed,
        errc::connection_lost,
        errc::truncated,
        errc::tls_failed,
        errc::rate_limited,
        errc::unavailable};
    EXPECT_EQ(repeated(retry::safe, true), expected);
}

TEST(RetryTest, ASafeCallThatWasNotSentIsRepeatedUnlessTlsItselfIsRefused)
{
    std::set<errc> const expected{
        errc::connect_failed,
        errc::connection_lost,
        errc::truncated,
        errc::rate_limited,
        errc::unavailable};
    EXPECT_EQ(repeated(retry::safe, false), expected);
}

TEST(RetryTest, NeverRepeatsACallMarkedNeverOnceItWasSent)
{
    EXPECT_EQ(repeated(retry::never, true), std::set<errc>{});
}

TEST(RetryTest, ACallMarkedNeverIsRepeatedWhileNothingWasSent)
{
    std::set<errc> const expected{errc::connect_failed, errc::connection_lost};
    EXPECT_EQ(repeated(retry::never, false), expected);
}

TEST(RetryTest, ATimeoutIsRepeatedOnlyIfItWasOneStages)
{
    attempt a = made_once(retry::safe);
    EXPECT_FALSE(again(errc::timeout, a));
    a.stage_limit = true;
    EXPECT_TRUE(again(errc::timeout, a));
    a.declared = retry::never;
    EXPECT_FALSE(again(errc::timeout, a));
    a.sent = false;
    EXPECT_TRUE(again(errc::timeout, a));
}

TEST(RetryTest, AMissingNameIsFinalUnlessTheNameServiceSaysOtherwise)
{
    attempt a = made_once(retry::safe, false);
    EXPECT_FALSE(again(errc::resolve_failed, a));
    a.temporary = true;
    EXPECT_TRUE(again(errc::resolve_failed, a));
    a.declared = retry::never;
    EXPECT_TRUE(again(errc::resolve_failed, a));
}

TEST(RetryTest, SomeStatusesMayPass)
{
    std::set<int> passing;
    for (int status = 100; status != 600; ++status)
        if (again(errc::http_status, made_once(retry::safe), status)) passing.insert(status);
    EXPECT_EQ(passing, (std::set<int>{408, 500, 502, 503, 504}));
    EXPECT_FALSE(again(errc::http_status, made_once(retry::never), 503));
}

TEST(RetryTest, StopsAtTheLastAttempt)
{
    attempt a = made_once(retry::safe);
    failure const f(errc::connection_lost);
    a.made = 2;
    EXPECT_TRUE(decide(rules(3), a, f, now, late, 0.5).again);
    a.made = 3;
    EXPECT_FALSE(decide(rules(3), a, f, now, late, 0.5).again);
    a.made = 1;
    EXPECT_FALSE(decide(rules(1), a, f, now, late, 0.5).again);
}

TEST(RetryTest, AStalePooledConnectionCostsNoAttemptAndNoWait)
{
    attempt a = made_once(retry::never, false);
    a.reused = true;
    a.made = 3;
    auto const next = decide(rules(3), a, failure(errc::connection_lost), now, late, 0.9);
    EXPECT_TRUE(next.again);
    EXPECT_TRUE(next.free);
    EXPECT_EQ(next.wait, 0ns);
}

TEST(RetryTest, AConnectionClosedUnderASafeCallCostsAnAttemptButNoWait)
{
    attempt a = made_once(retry::safe, true);
    a.reused = true;
    auto const next = decide(rules(3), a, failure(errc::connection_lost), now, late, 0.9);
    EXPECT_TRUE(next.again);
    EXPECT_FALSE(next.free);
    EXPECT_EQ(next.wait, 0ns);
    EXPECT_FALSE(decide(rules(3), a, failure(errc::connection_lost), now, now, 0.9).again);
    a.made = 3;
    EXPECT_FALSE(decide(rules(3), a, failure(errc::connection_lost), now, late, 0.9).again);
}

TEST(RetryTest, AFreshConnectionThatIsLostWaits)
{
    auto const next =
        decide(rules(), made_once(retry::safe), failure(errc::connection_lost), now, late, 0.5);
    EXPECT_TRUE(next.again);
    EXPECT_EQ(next.wait, 50ms);
}

TEST(BackoffTest, DoublesUpToTheCap)
{
    retry_options o = rules(100);
    o.base = 100ms;
    o.cap = 1000ms;
    attempt a = made_once(retry::safe);
    std::vector<std::chrono::nanoseconds> waits;
    for (a.made = 1; a.made != 8; ++a.made)
        waits.push_back(decide(o, a, failure(errc::unavailable), now, late, 1.0).wait);
    EXPECT_EQ(
        waits,
        (std::vector<std::chrono::nanoseconds>{100ms, 200ms, 400ms, 800ms, 1000ms, 1000ms, 1000ms})
    );
}

TEST(BackoffTest, JitterIsFull)
{
    attempt const a = made_once(retry::safe);
    for (double const u : {0.0, 0.25, 0.5, 0.999}) {
        auto const next = decide(rules(), a, failure(errc::unavailable), now, late, u);
        EXPECT_EQ(next.wait, std::chrono::nanoseconds(static_cast<std::int64_t>(1e8 * u)));
    }
}

TEST(BackoffTest, ANonsenseRandomNumberIsHarmless)
{
    attempt const a = made_once(retry::safe);
    EXPECT_EQ(decide(rules(), a, failure(errc::unavailable), now, late, -3.0).wait, 0ns);
    EXPECT_EQ(decide(rules(), a, failure(errc::unavailable), now, late, 7.0).wait, 100ms);
}

TEST(BackoffTest, NeverReachesBeyondTheDeadline)
{
    attempt const a = made_once(retry::safe);
    failure const f(errc::unavailable);
    EXPECT_FALSE(decide(rules(), a, f, now, now + 100ms, 1.0).again);
    EXPECT_TRUE(decide(rules(), a, f, now, now + 101ms, 1.0).again);
    EXPECT_FALSE(decide(rules(), a, f, now, now - 1s, 0.0).again);
}

TEST(BackoffTest, GreatNumbersDoNotOverflow)
{
    retry_options o = rules(100);
    o.base = std::chrono::hours(24 * 36525);
    o.cap = std::chrono::hours(24 * 36525);
    attempt a = made_once(retry::safe);
    a.made = 99;
    auto const next = decide(o, a, failure(errc::unavailable), now, late, 1.0);
    EXPECT_FALSE(next.again);
}

TEST(RetryAfterRuleTest, TheServersWaitComesBeforeTheJitter)
{
    failure f(errc::rate_limited);
    f.retry_after = 2s;
    auto const next = decide(rules(), made_once(retry::safe), f, now, late, 0.5);
    EXPECT_TRUE(next.again);
    EXPECT_EQ(next.wait, 2050ms);
}

TEST(RetryAfterRuleTest, ALongWaitIsNotWaitedFor)
{
    failure f(errc::rate_limited);
    f.retry_after = 60s;
    EXPECT_TRUE(decide(rules(), made_once(retry::safe), f, now, late, 0).again);
    f.retry_after = 61s;
    EXPECT_FALSE(decide(rules(), made_once(retry::safe), f, now, late, 0).again);
    f.retry_after = std::chrono::hours(24 * 3650);
    EXPECT_FALSE(decide(rules(), made_once(retry::safe), f, now, late, 0).again);
}

TEST(RetryAfterRuleTest, AWaitBeyondTheDeadlineFailsAtOnce)
{
    failure f(errc::rate_limited);
    f.retry_after = 5s;
    EXPECT_FALSE(decide(rules(), made_once(retry::safe), f, now, now + 5s, 0).again);
}

TEST(RetryAfterRuleTest, ACallMarkedNeverIsNotRepeatedForIt)
{
    failure f(errc::rate_limited);
    f.retry_after = 1s;
    EXPECT_FALSE(decide(rules(), made_once(retry::never), f, now, late, 0).again);
}

TEST(CallOptionsTest, SayOnlyWhatWasSet)
{
    call_options const none;
    EXPECT_FALSE(none.has_timeout());
    EXPECT_FALSE(none.has_deadline());
    EXPECT_LT(none.retries(), 0);
    EXPECT_FALSE(none.idempotent());

    call_options const all = call_options().timeout(2s).deadline(now).retries(0).idempotent();
    EXPECT_EQ(all.timeout(), 2s);
    EXPECT_EQ(all.deadline(), now);
    EXPECT_EQ(all.retries(), 0);
    EXPECT_TRUE(all.idempotent());
}

}  // namespace
}  // namespace cohub::call
