// Reads that callers share: which requests reach the server, and that callers do not affect each
// other.

#include <cohub/cohub.hpp>

#include <gtest/gtest.h>

#include <cstddef>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "library.hpp"

namespace cohub::tests {
namespace {

namespace asio = boost::asio;

call_options shared() { return call_options().shared(); }

void expect_answer(library::reader const& r, std::int64_t number)
{
    EXPECT_EQ(r.completions, 1);
    EXPECT_FALSE(r.why) << r.why->message();
    EXPECT_EQ(r.number, number);
}
void expect_failure(library::reader const& r, errc why)
{
    EXPECT_EQ(r.completions, 1);
    ASSERT_TRUE(r.why);
    EXPECT_EQ(r.why->kind(), why) << r.why->message();
}

TEST(SimSharedReads, AThousandCallersAreOneRequest)
{
    library l;
    hub const h(l.world, l.settings);
    for (int i = 0; i != 1000; ++i) l.read(h, shared());
    l.world.run();
    EXPECT_EQ(l.requests.size(), 1U);
    for (auto const& r : l.readers) expect_answer(r, 0);
    EXPECT_EQ(h.stats().shared, 999U);
    ASSERT_EQ(l.told.size(), 1000U);
    for (auto const& e : l.told) {
        EXPECT_EQ(e.method, "test.read");
        EXPECT_EQ(e.attempts, 1);
        EXPECT_EQ(e.http_status, 200);
        EXPECT_FALSE(e.error);
    }
    // An answer is not kept for later calls.
    l.read(h, shared());
    l.world.run();
    expect_answer(l.readers.back(), 1);
}

TEST(SimSharedReads, OneMayJoinUntilTheAnswerIsThere)
{
    library l;
    l.takes = [](std::size_t) { return 100ms; };
    hub const h(l.world, l.settings);
    for (int i = 0; i != 9; ++i) {
        l.read(h, shared());
        l.world.run_for(10ms);
    }
    l.world.run();
    EXPECT_EQ(l.requests.size(), 1U);
    for (auto const& r : l.readers) expect_answer(r, 0);
}

TEST(SimSharedReads, WhatIsNotTheSameIsNotShared)
{
    library l;
    hub const h(l.world, l.settings);
    l.read(h, shared(), "x");
    l.read(h, shared(), "y");
    l.read(h, shared().idempotent(), "x", "test.other");
    l.read(h, call_options());
    l.read(h, shared().header("X-Request-Id", "mine"));
    l.read(h, shared().retries(0));
    l.world.run();
    EXPECT_EQ(l.requests.size(), 6U);
    std::set<std::int64_t> numbers;
    for (auto const& r : l.readers) {
        EXPECT_EQ(r.completions, 1);
        numbers.insert(r.number);
    }
    EXPECT_EQ(numbers.size(), 6U);
    EXPECT_EQ(h.stats().shared, 0U);
}

TEST(SimSharedReads, EachHasAResultOfItsOwnType)
{
    library l;
    l.answers = [](std::size_t) { return sim::response(R"([{"account_id":"a"}])"); };
    hub const h(l.world, l.settings);
    std::size_t users = 0, keys = 0, refused = 0;
    h.system().user_search("ada", shared(), [&](error_code, std::vector<user> const& found) {
        users = found.size();
    });
    auto const args = boost::json::parse(R"([{"query":"ada"}])");
    auto const how = shared().idempotent();
    h.call("system.userSearch", args, how, [&](error_code, boost::json::value const& v) {
        keys = v.at(0).as_object().size();
    });
    l.world.run();
    EXPECT_EQ(l.requests.size(), 1U);
    EXPECT_EQ(users, 1U);
    EXPECT_EQ(keys, 1U);
    // If one caller cannot read the answer, the others do not fail.
    l.answers = [](std::size_t) { return sim::response("7"); };
    h.system().user_search("ada", shared(), [&](error_code ec, std::vector<user> const&) {
        refused += ec == errc::bad_shape ? 1 : 0;
    });
    h.call("system.userSearch", args, how, [&](error_code, boost::json::value const& v) {
        keys = static_cast<std::size_t>(v.as_int64());
    });
    l.world.run();
    EXPECT_EQ(l.requests.size(), 2U);
    EXPECT_EQ(refused, 1U);
    EXPECT_EQ(keys, 7U);
}

TEST(SimSharedReads, WhatMayChangeSomethingIsRefused)
{
    library l;
    hub const h(l.world, l.settings);
    auto const& r = l.read(h, shared(), "x", "test.write");
    l.world.run();
    expect_failure(r, errc::invalid_argument);
    EXPECT_NE(r.why->detail.find("\"test.write\" may change something"), std::string::npos);
    EXPECT_FALSE(r.why->maybe_sent);
    EXPECT_TRUE(l.requests.empty());
}

TEST(SimSharedReads, TheFirstOnesCancellationEndsNobodyElses)
{
    library l;
    hub const h(l.world, l.settings);
    for (int i = 0; i != 10; ++i) l.read(h, shared());
    l.world.run_for(2ms);
    l.readers[0].stop.emit(asio::cancellation_type::terminal);
    l.readers[4].stop.emit(asio::cancellation_type::total);
    l.world.run();
    EXPECT_EQ(l.requests.size(), 1U);
    for (std::size_t i = 0; i != 10; ++i)
        if (i == 0 || i == 4)
            expect_failure(l.readers[i], errc::cancelled);
        else
            expect_answer(l.readers[i], 0);
}

TEST(SimSharedReads, WhatNobodyWaitsForIsGivenUpAndNotJoined)
{
    library l;
    l.takes = [](std::size_t n) -> clock::duration { return n == 0 ? 1h : 10ms; };
    hub const h(l.world, l.settings);
    for (int i = 0; i != 3; ++i) l.read(h, shared());
    l.world.run_for(1s);
    for (auto& r : l.readers) r.stop.emit(asio::cancellation_type::total);
    l.read(h, shared());
    l.world.run_for(1s);
    expect_answer(l.readers.back(), 1);
    EXPECT_EQ(h.stats().calls, 0U);
    EXPECT_EQ(h.stats().in_use, 0U);
    // All callers leave at once.
    for (int i = 0; i != 3; ++i) l.read(h, shared()).stop.emit(asio::cancellation_type::total);
    l.world.run_for(1s);
    for (auto const& r : l.readers) EXPECT_EQ(r.completions, 1);
    EXPECT_EQ(h.stats().calls, 0U);
}

TEST(SimSharedReads, EachHasADeadlineOfItsOwn)
{
    library l;
    l.takes = [](std::size_t) { return 1s; };
    hub const h(l.world, l.settings);
    auto const& patient = l.read(h, shared().timeout(5s));
    auto const& brief = l.read(h, shared().timeout(100ms));
    auto const& none = l.read(h, shared().timeout(0s));
    l.world.run();
    expect_failure(brief, errc::timeout);
    EXPECT_EQ(brief.took, 100ms);
    expect_failure(none, errc::timeout);
    expect_answer(patient, 0);
    EXPECT_EQ(l.requests.size(), 1U);
}

// The server was told how long the first caller waits.
TEST(SimSharedReads, WhoHasMoreTimeThanTheRequestIsAskedForAnew)
{
    library l;
    l.takes = [](std::size_t) { return 1s; };
    hub const h(l.world, l.settings);
    auto const& brief = l.read(h, shared().timeout(100ms));
    l.world.run_for(50ms);
    auto const& patient = l.read(h, shared().timeout(5s));
    auto const& other = l.read(h, shared().timeout(120ms));
    l.world.run();
    expect_failure(brief, errc::timeout);
    EXPECT_EQ(brief.took, 100ms);
    expect_failure(other, errc::timeout);
    EXPECT_EQ(other.took, 120ms);
    expect_answer(patient, 1);
    ASSERT_EQ(l.requests.size(), 2U);
    auto const told = boost::json::parse(l.requests[0].body).at("timeout").as_int64();
    EXPECT_GT(told, 90);
    EXPECT_LE(told, 100);
    EXPECT_EQ(h.stats().calls, 0U);
}

TEST(SimSharedReads, WithoutATimeOfItsOwnTheServerIsToldNone)
{
    library l;
    hub const h(l.world, l.settings);
    l.read(h, shared());
    l.read(h, call_options());
    l.world.run();
    ASSERT_EQ(l.requests.size(), 2U);
    EXPECT_EQ(l.requests[0].body, l.requests[1].body);
}

TEST(SimSharedReads, ACallAfterARotationJoinsNoneBeforeIt)
{
    library l;
    l.takes = [](std::size_t) { return 100ms; };
    hub const h(l.world, l.settings);
    l.read(h, shared());
    l.world.run_for(50ms);
    h.set_api_key("sk-new");
    l.read(h, shared());
    l.read(h, shared());
    l.world.run();
    ASSERT_EQ(l.requests.size(), 2U);
    EXPECT_NE(l.requests[0].header("Authorization"), l.requests[1].header("Authorization"));
    expect_answer(l.readers[0], 0);
    expect_answer(l.readers[1], 1);
    expect_answer(l.readers[2], 1);
}

TEST(SimSharedReads, NorAfterAnotherKeyOfAHook)
{
    library l;
    int keys = 0;
    l.settings.api_key = {};
    l.settings.hooks.api_key = [&keys](hooks::key_callback const& take) {
        take({}, secret("sk-" + std::to_string(++keys)));
    };
    l.answers = [](std::size_t n) {
        return n == 0 ? sim::response(401, "no such key") : sim::response(library::numbered(n));
    };
    hub const h(l.world, l.settings);
    l.read(h, shared());
    l.world.run_for(15ms);  // the second key is sent now
    ASSERT_EQ(l.requests.size(), 2U);
    l.read(h, shared());
    l.world.run();
    ASSERT_EQ(l.requests.size(), 3U);
    EXPECT_EQ(l.requests[1].header("Authorization"), l.requests[2].header("Authorization"));
    expect_answer(l.readers[0], 1);
    expect_answer(l.readers[1], 2);
}

TEST(SimSharedReads, AFailureIsEverybodys)
{
    library l;
    l.world.stop(library::place);
    l.settings.retry.max_attempts = 2;
    hub const h(l.world, l.settings);
    for (int i = 0; i != 20; ++i) l.read(h, shared());
    l.world.run();
    for (auto const& r : l.readers) {
        expect_failure(r, errc::connect_failed);
        EXPECT_EQ(r.why->attempts, 2);
        EXPECT_EQ(r.why->where, "test.read");
        EXPECT_FALSE(r.why->maybe_sent);
    }
    ASSERT_EQ(l.told.size(), 20U);
    EXPECT_EQ(l.told[7].error, errc::connect_failed);
    EXPECT_EQ(h.stats().calls, 0U);
}

TEST(SimSharedReads, WhatTheServerRefusesEachIsToldInItsWords)
{
    struct row
    {
        sim::response answer;
        errc code;
        int attempts;
        std::size_t requests;
    };
    std::vector<row> const rows{
        {sim::response(R"({"error":"Error: no such thing"})"), errc::api_error, 1, 1},
        {sim::response(404, "no such thing"), errc::not_found, 1, 1},
        {sim::response(503, "no such thing"), errc::http_status, 3, 3},
        {sim::response(R"({"error":"You may use at most no such thing"})"),
         errc::rate_limited,
         3,
         3}};
    for (auto const& row : rows) {
        library l;
        l.answers = [&row](std::size_t) { return row.answer; };
        hub const h(l.world, l.settings);
        for (int i = 0; i != 5; ++i) l.read(h, shared());
        l.world.run();
        EXPECT_EQ(l.requests.size(), row.requests);
        for (auto const& r : l.readers) {
            expect_failure(r, row.code);
            EXPECT_EQ(r.why->attempts, row.attempts);
            EXPECT_NE(r.why->server_message.find("no such thing"), std::string::npos);
            EXPECT_TRUE(r.why->maybe_sent);
        }
    }
}

// For `org().find` a refusal is an answer, for `hub.call` it is not.
TEST(SimSharedReads, ARefusalIsAnAnswerToWhomItIsOne)
{
    for (bool const finder_first : {true, false}) {
        library l;
        l.answers = [](std::size_t) {
            return sim::response(R"({"error":"Error: no org named 'acme'"})");
        };
        hub const h(l.world, l.settings);
        int found = 0, refused = 0;
        auto const find = [&] {
            h.org().find("acme", shared(), as_result([&](auto const& r) { found += r ? 1 : 0; }));
        };
        auto const call = [&] {
            auto const args = boost::json::parse(R"([{"name":"acme"}])");
            h.call("org.get", args, shared().idempotent(), [&](error_code ec, auto const&) {
                refused += ec ? 1 : 0;
            });
        };
        if (finder_first) find();
        call();
        if (!finder_first) find();
        l.world.run();
        EXPECT_EQ(l.requests.size(), 1U);
        EXPECT_EQ(found, 1);
        EXPECT_EQ(refused, 1);
    }
}

// The waiting room itself has no key to mask.
TEST(SimSharedReads, NoFailureShowsAKey)
{
    for (bool const rotates : {false, true}) {
        library l;
        l.settings = l.world.client_options("http://127.0.0.1", "sk-very-secret");
        l.answers = [](std::size_t) { return sim::response(R"({"sk-very-secret":7})"); };
        hub const h(l.world, l.settings);
        std::vector<failure> seen;
        for (int i = 0; i != 2; ++i)
            h.system().get_names({"a"}, shared(), as_result([&](result<names_by_account> const& r) {
                                     seen.push_back(r.error());
                                 }));
        l.world.run_for(5ms);
        if (rotates) h.set_api_key("sk-another-one");
        l.world.run();
        ASSERT_EQ(seen.size(), 2U);
        for (auto const& f : seen) {
            EXPECT_EQ(f.kind(), errc::bad_shape);
            EXPECT_EQ(f.message().find("very-secret"), std::string::npos) << f.message();
        }
    }
}

TEST(SimSharedReads, ALookUpOfANameThatIsSharedGoesPastTheWindow)
{
    library l;
    std::string const id = "00000000-0000-4000-8000-000000000002";
    l.settings.coalesce.window = 1s;
    l.answers = [&id](std::size_t) {
        return sim::response(
            "{\"" + id + R"(":{"first_name":"Ada","last_name":"L","profile":null}})"
        );
    };
    hub const h(l.world, l.settings);
    int named = 0;
    for (int i = 0; i != 3; ++i)
        h.system().get_name(id, shared(), [&](error_code, account_names const& n) {
            named += n.first_name == "Ada" ? 1 : 0;
        });
    l.world.run_for(500ms);
    EXPECT_EQ(named, 3);
    EXPECT_EQ(l.requests.size(), 1U);
}

TEST(SimSharedReads, ADrainedHubAnswersThoseWhoWait)
{
    library l;
    l.takes = [](std::size_t) { return 1s; };
    hub const h(l.world, l.settings);
    for (int i = 0; i != 10; ++i) l.read(h, shared());
    bool over = false;
    h.async_close([&](error_code) {
        over = true;
        for (auto const& r : l.readers) EXPECT_EQ(r.completions, 1);
    });
    l.world.run_for(500ms);
    EXPECT_FALSE(over);
    auto const& late = l.read(h, shared());
    l.world.run();
    EXPECT_TRUE(over);
    for (std::size_t i = 0; i != 10; ++i) expect_answer(l.readers[i], 0);
    expect_failure(late, errc::client_closed);
    EXPECT_EQ(l.requests.size(), 1U);
}

// A caller with more time has come after the request began.
TEST(SimSharedReads, ADrainedHubAsksAnewForThoseWhoWait)
{
    library l;
    l.takes = [](std::size_t n) -> clock::duration { return n == 0 ? 1h : 10ms; };
    hub const h(l.world, l.settings);
    l.read(h, shared().timeout(100ms));
    l.world.run_for(10ms);
    l.read(h, shared().timeout(5s));
    bool over = false;
    h.async_close([&](error_code) { over = true; });
    l.world.run();
    EXPECT_TRUE(over);
    expect_failure(l.readers[0], errc::timeout);
    expect_answer(l.readers[1], 1);
}

TEST(SimSharedReads, AClosedOrDestroyedHubFailsThoseWhoWait)
{
    for (bool const destroyed : {false, true})
        for (bool const sent : {false, true}) {
            library l;
            auto h = std::make_unique<hub const>(l.world, l.settings);
            for (int i = 0; i != 10; ++i) l.read(*h, shared());
            if (sent) l.world.run_for(5ms);
            if (destroyed)
                h.reset();
            else
                h->close();
            l.world.run();
            for (auto const& r : l.readers) expect_failure(r, errc::client_closed);
        }
}

// The object that carries the reads refers to its client, and the client refers to it.
TEST(SimSharedReads, NothingIsLeftOfAHubThatHasEnded)
{
    enum class end
    {
        drained,
        closed,
        destroyed,
        with_its_context,
        with_its_context_under_way,
    };
    for (auto const how :
         {end::drained,
          end::closed,
          end::destroyed,
          end::with_its_context,
          end::with_its_context_under_way}) {
        std::weak_ptr<int> trace;
        int completions = 0;
        {
            std::unique_ptr<hub> outlives;
            library l;
            auto const token = std::make_shared<int>(0);
            trace = token;
            l.settings.hooks.on_call = [token](call_event const&) {};
            auto h = std::make_unique<hub>(l.world, std::exchange(l.settings, {}));
            for (int i = 0; i != 3; ++i)
                h->call(
                    "x",
                    boost::json::value(),
                    shared().idempotent().hedge_after(2ms),
                    [&completions, token](error_code, boost::json::value const&) { ++completions; }
                );
            if (how == end::with_its_context_under_way)
                l.world.run_for(5ms);
            else
                l.world.run();
            if (how == end::drained) h->async_close([](error_code) {});
            if (how == end::closed) h->close();
            if (how == end::with_its_context || how == end::with_its_context_under_way)
                outlives = std::move(h);
            else
                l.world.run();
        }
        EXPECT_TRUE(trace.expired()) << static_cast<int>(how);
        EXPECT_EQ(completions, how == end::with_its_context_under_way ? 0 : 3);
    }
}

TEST(SimSharedReads, WhatOneHandlerBeginsIsAnotherRequest)
{
    library l;
    hub const h(l.world, l.settings);
    std::vector<std::int64_t> numbers;
    std::function<void()> again = [&] {
        h.call(
            "test.read",
            boost::json::value(),
            shared().idempotent(),
            [&](error_code, boost::json::value const& v) {
                numbers.push_back(v.at("number").as_int64());
                if (numbers.size() < 5) again();
            }
        );
    };
    again();
    l.world.run();
    EXPECT_EQ(numbers, (std::vector<std::int64_t>{0, 1, 2, 3, 4}));
}

// Callers come, leave and run out of time at random, on a network with failures. Each of them is
// completed once, none waits beyond its deadline, and nothing is left over.
TEST(SimSharedReads, WhateverHappensEachIsToldOnce)
{
    for (std::uint64_t seed = 1; seed != 200; ++seed) {
        library l(seed);
        auto& chance = l.world.random();
        l.world.usual_conditions().reset = 0.02;
        l.world.usual_conditions().loss = 0.05;
        l.takes = [&chance](std::size_t) {
            return chance.chance(0.1) ? clock::duration(2s) : clock::duration(20ms);
        };
        l.answers = [&chance](std::size_t n) {
            if (chance.chance(0.1)) return sim::response(503, "busy");
            return sim::response(library::numbered(n));
        };
        l.settings.pool.max_connections = 3;
        hub const h(l.world, l.settings);
        for (int i = 0; i != 60; ++i) {
            call_options how = shared();
            if (chance.chance(0.5)) how.timeout(std::chrono::milliseconds(chance.below(500)));
            if (chance.chance(0.3)) how.hedge_after(std::chrono::milliseconds(chance.below(60)));
            l.read(h, how, chance.chance(0.5) ? "x" : "y");
            if (chance.chance(0.2))
                l.readers[chance.below(l.readers.size())].stop.emit(asio::cancellation_type::total);
            if (chance.chance(0.05)) h.set_api_key("sk-" + std::to_string(i));
            if (chance.chance(0.3)) l.world.run_for(std::chrono::milliseconds(chance.below(30)));
        }
        bool over = false;
        if (seed % 3 == 0) h.async_close([&](error_code) { over = true; });
        l.world.run();
        for (auto const& r : l.readers) {
            ASSERT_EQ(r.completions, 1) << "seed " << seed;
            ASSERT_LE(r.took, 30s);
        }
        ASSERT_EQ(over, seed % 3 == 0);
        auto const s = h.stats();
        ASSERT_EQ(s.calls + s.in_use + s.waiting, 0U) << "seed " << seed;
        ASSERT_EQ(l.told.size(), 60U);
    }
}

}  // namespace
}  // namespace cohub::tests
