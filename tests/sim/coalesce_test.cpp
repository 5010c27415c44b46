// Lookups of names that share calls: which requests reach the server, and that callers do not
// affect each other.

#include <cohub/cohub.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "ledger.hpp"
#include "support/fault_rows.hpp"

namespace cohub::tests {
namespace {

namespace asio = boost::asio;

constexpr char const* place = "127.0.0.1:80";

std::string id_of(int n)
{
    std::string digits = std::to_string(n);
    return "00000000-0000-4000-8000-" + std::string(12 - digits.size(), '0') + digits;
}

/// A server that knows the names of the accounts with even numbers, and a client that coalesces
/// lookups.
class town
{
public:
    explicit town(std::uint64_t seed = 1) : world(seed)
    {
        world.serve_http(place, [this](sim::request r) -> asio::awaitable<sim::response> {
            requests.push_back(r);
            sim::timer t(world.get_executor(), takes);
            co_await t.async_wait(asio::use_awaitable);
            sim::response a = answer(r);
            co_return a;
        });
        settings = world.client_options();
        settings.coalesce.window = 2ms;
        settings.hooks.on_call = [this](call_event const&) { ++told; };
    }

    /// One lookup and its result.
    struct look_up
    {
        int number = 0;
        int completions = 0;
        std::optional<failure> why;
        account_names name;
        clock::duration took{};
        asio::cancellation_signal stop;
    };

    look_up& ask(hub const& h, std::string const& id, call_options const& how = {})
    {
        auto& l = look_ups.emplace_back();
        auto const begin = world.now();
        h.system().get_name(
            id,
            how,
            as_result(asio::bind_cancellation_slot(
                l.stop.slot(),
                [this, &l, begin](result<account_names> r) {
                    ++l.completions;
                    l.took = world.now() - begin;
                    if (r)
                        l.name = *r;
                    else
                        l.why = r.error();
                }
            ))
        );
        return l;
    }
    look_up& ask(hub const& h, int number, call_options const& how = {})
    {
        auto& l = ask(h, id_of(number), how);
        l.number = number;
        return l;
    }

    std::vector<std::string> asked(std::size_t request) const
    {
        auto const args = boost::json::parse(requests.at(request).body).at("args").at(0);
        std::vector<std::string> ids;
        for (auto const& one : args.as_array()) ids.emplace_back(one.as_string());
        return ids;
    }

    sim::world world;
    options settings;
    clock::duration takes = 10ms;
    std::set<std::string> poison;  // with one of these ids, the server refuses the whole call
    bool broken = false;           // it refuses everything
    std::vector<sim::request> requests;
    std::deque<look_up> look_ups;
    std::size_t told = 0;

private:
    sim::response answer(sim::request const& r) const
    {
        boost::json::object names;
        auto const body = boost::json::parse(r.body);
        for (auto const& one : body.at("args").at(0).as_array()) {
            std::string const id(one.as_string());
            if (broken || poison.contains(id)) {
                boost::json::object refused;
                refused["error"] = "Error: something is wrong" + (broken ? "" : " with " + id);
                return sim::response(boost::json::serialize(refused));
            }
            boost::json::object& n = names[id].emplace_object();
            bool const known = (id.back() - '0') % 2 == 0;
            n["first_name"] = known ? "No" : "Deleted";
            n["last_name"] = known ? id.substr(30) : "User";
            if (known) n["profile"] = nullptr;
        }
        return sim::response(boost::json::serialize(names));
    }
};

void expect_right(town::look_up const& l)
{
    EXPECT_EQ(l.completions, 1) << l.number;
    if (l.number % 2 == 0) {
        EXPECT_FALSE(l.why) << l.why->message();
        EXPECT_EQ(l.name.last_name, id_of(l.number).substr(30));
    } else {
        ASSERT_TRUE(l.why) << l.number;
        EXPECT_EQ(l.why->kind(), errc::not_found);
    }
}

TEST(SimCoalesce, LookUpsWithinTheWindowShareACall)
{
    town t;
    hub const h(t.world, t.settings);
    for (int i = 0; i != 50; ++i) t.ask(h, i % 10);
    t.world.run();
    ASSERT_EQ(t.requests.size(), 1U);
    EXPECT_EQ(t.asked(0).size(), 10U);
    for (auto const& l : t.look_ups) expect_right(l);
    EXPECT_EQ(t.told, 50U);
    // The next window makes another call.
    t.ask(h, 2);
    t.world.run_for(3ms);
    t.ask(h, 4);
    t.world.run();
    EXPECT_EQ(t.requests.size(), 3U);
}

TEST(SimCoalesce, EnoughIdsGoAtOnce)
{
    town t;
    t.settings.coalesce.window = 10s;
    t.settings.coalesce.max_ids = 20;
    hub const h(t.world, t.settings);
    for (int i = 0; i != 100; ++i) t.ask(h, i);
    t.world.run_for(1s);
    EXPECT_EQ(t.requests.size(), 5U);
    for (auto const& l : t.look_ups) expect_right(l);
}

TEST(SimCoalesce, UnlessAskedForEachGoesAlone)
{
    town t;
    t.settings.coalesce.window = 0us;
    hub const h(t.world, t.settings);
    for (int i = 0; i != 5; ++i) t.ask(h, i);
    t.world.run();
    EXPECT_EQ(t.requests.size(), 5U);
    for (auto const& l : t.look_ups) expect_right(l);
}

TEST(SimCoalesce, INP_04_AMalformedIdJoinsNobody)
{
    std::string const good = id_of(2);
    std::string const wrong[] = {
        "",
        good.substr(1),
        good + "0",
        "{" + good + "}",
        "g" + good.substr(1),
        " " + good.substr(1),
        good.substr(0, 35) + std::string(1, '\0'),
        good.substr(0, 8) + "0" + good.substr(9)};
    for (auto const window : {0us, 2000us}) {
        town t;
        t.settings.coalesce.window = window;
        hub const h(t.world, t.settings);
        for (auto const& id : wrong) t.ask(h, id);
        t.world.run();
        for (auto const& l : t.look_ups) {
            EXPECT_EQ(l.completions, 1);
            ASSERT_TRUE(l.why);
            EXPECT_EQ(l.why->kind(), errc::invalid_argument);
            EXPECT_NE(l.why->detail.find("is no account id"), std::string::npos);
            EXPECT_FALSE(l.why->maybe_sent);
        }
        EXPECT_TRUE(t.requests.empty());
        t.ask(h, "00000000-0000-4000-8000-00000000000A");
        t.ask(h, 2);
        t.world.run();
        EXPECT_FALSE(t.look_ups.back().why);
        EXPECT_EQ(t.requests.size(), window == 0us ? 2U : 1U);
        EXPECT_NE(t.requests[0].body.find("00000000000a"), std::string::npos);
    }
    faults::covers("INP-04", std::size(wrong));
}

TEST(SimCoalesce, ARefusalIsThatOfTheOneItIsFor)
{
    town t;
    t.poison = {id_of(14), id_of(62)};
    hub const h(t.world, t.settings);
    for (int i = 0; i != 200; ++i) t.ask(h, i % 100);
    t.world.run();
    for (auto const& l : t.look_ups) {
        if (l.number != 14 && l.number != 62) {
            expect_right(l);
            continue;
        }
        ASSERT_TRUE(l.why);
        EXPECT_EQ(l.completions, 1);
        EXPECT_EQ(l.why->kind(), errc::api_error);
        EXPECT_NE(l.why->server_message.find(id_of(l.number)), std::string::npos);
    }
    EXPECT_LE(t.requests.size(), 30U);  // not one request per lookup
}

TEST(SimCoalesce, AFailureOfTheWayIsThatOfAll)
{
    town t;
    t.world.stop(place);
    t.settings.retry.max_attempts = 2;
    hub const h(t.world, t.settings);
    for (int i = 0; i != 20; ++i) t.ask(h, i);
    t.world.run();
    for (auto const& l : t.look_ups) {
        EXPECT_EQ(l.completions, 1);
        ASSERT_TRUE(l.why);
        EXPECT_EQ(l.why->kind(), errc::connect_failed);
        EXPECT_EQ(l.why->attempts, 2);
        EXPECT_FALSE(l.why->maybe_sent);
    }
    EXPECT_EQ(h.stats().calls, 0U);
}

TEST(SimCoalesce, EachHasADeadlineOfItsOwn)
{
    town t;
    t.takes = 1s;
    hub const h(t.world, t.settings);
    auto& brief = t.ask(h, 2, call_options().timeout(100ms));
    auto& none = t.ask(h, 2, call_options().timeout(0s));
    auto& patient = t.ask(h, 2, call_options().timeout(5s));
    t.world.run();
    ASSERT_TRUE(brief.why && none.why);
    EXPECT_EQ(brief.why->kind(), errc::timeout);
    EXPECT_EQ(brief.took, 100ms);
    EXPECT_EQ(none.why->kind(), errc::timeout);
    EXPECT_FALSE(patient.why) << patient.why->message();
    EXPECT_EQ(t.requests.size(), 1U);
}

TEST(SimCoalesce, NobodyNoticesACancellation)
{
    town t;
    hub const h(t.world, t.settings);
    for (int i = 0; i != 30; ++i) t.ask(h, i);
    for (int i = 0; i < 30; i += 3)
        t.look_ups[static_cast<std::size_t>(i)].stop.emit(asio::cancellation_type::total);
    t.world.run_for(5ms);
    for (int i = 1; i < 30; i += 3)
        t.look_ups[static_cast<std::size_t>(i)].stop.emit(asio::cancellation_type::terminal);
    t.world.run();
    for (int i = 0; i != 30; ++i) {
        auto const& l = t.look_ups[static_cast<std::size_t>(i)];
        if (i % 3 == 2) {
            expect_right(l);
            continue;
        }
        ASSERT_TRUE(l.why);
        EXPECT_EQ(l.why->kind(), errc::cancelled);
        EXPECT_EQ(l.completions, 1);
    }
    ASSERT_EQ(t.requests.size(), 1U);
    EXPECT_EQ(t.asked(0).size(), 20U);  // without those who left before it was sent
}

TEST(SimCoalesce, ACallThatNobodyWaitsForIsGivenUp)
{
    town t;
    t.takes = 1h;
    hub const h(t.world, t.settings);
    for (int i = 0; i != 3; ++i) t.ask(h, i);
    t.world.run_for(1s);
    for (auto& l : t.look_ups) l.stop.emit(asio::cancellation_type::total);
    t.world.run_for(1s);
    EXPECT_EQ(h.stats().calls, 0U);
    EXPECT_EQ(h.stats().in_use, 0U);
    // If all callers leave within the window, nothing is sent.
    for (int i = 0; i != 3; ++i) t.ask(h, i).stop.emit(asio::cancellation_type::total);
    t.world.run_for(1s);
    EXPECT_EQ(t.requests.size(), 1U);
}

TEST(SimCoalesce, SettingsOfItsOwnLetALookUpGoAlone)
{
    town t;
    hub const h(t.world, t.settings);
    t.ask(h, 2);
    t.ask(h, 4, call_options().header("X-Request-Id", "mine"));
    t.ask(h, 6, call_options().retries(0));
    t.world.run();
    for (auto const& l : t.look_ups) expect_right(l);
    EXPECT_EQ(t.requests.size(), 3U);
    int marked = 0;
    for (auto const& r : t.requests) marked += r.header("X-Request-Id").empty() ? 0 : 1;
    EXPECT_EQ(marked, 1);
}

TEST(SimCoalesce, ANewKeyIsThatOfTheNextCall)
{
    town t;
    hub const h(t.world, t.settings);
    t.ask(h, 2);
    h.set_api_key("sk-new");
    t.world.run();
    t.ask(h, 4);
    t.world.run();
    ASSERT_EQ(t.requests.size(), 2U);
    EXPECT_EQ(t.requests[0].header("Authorization"), t.requests[1].header("Authorization"));
}

TEST(SimCoalesce, ADrainedHubAnswersThoseWhoWait)
{
    for (bool const with_refusals : {false, true}) {
        town t;
        t.settings.coalesce.window = 1s;
        if (with_refusals) t.poison = {id_of(4)};
        hub const h(t.world, t.settings);
        for (int i = 0; i != 10; ++i) t.ask(h, i);
        bool over = false;
        h.async_close([&](error_code) {
            over = true;
            for (auto const& l : t.look_ups) EXPECT_EQ(l.completions, 1);
        });
        t.world.run_for(500ms);
        EXPECT_FALSE(over);
        t.world.run();
        EXPECT_TRUE(over);
        for (auto const& l : t.look_ups)
            if (!with_refusals || l.number != 4) expect_right(l);
        auto const& late = t.ask(h, 2);
        t.world.run();
        ASSERT_TRUE(late.why);
        EXPECT_EQ(late.why->kind(), errc::client_closed);
    }
}

TEST(SimCoalesce, ALookUpThatEndsInItsWindowHoldsUpNoEnd)
{
    town t;
    t.settings.coalesce.window = 1h;
    hub const h(t.world, t.settings);
    t.ask(h, 2).stop.emit(asio::cancellation_type::total);
    t.ask(h, 4, call_options().timeout(10ms));
    t.world.run_for(1s);
    EXPECT_EQ(t.look_ups.back().completions, 1);
    bool over = false;
    h.async_close([&](error_code) { over = true; });
    t.world.run();
    EXPECT_TRUE(over);
    EXPECT_LT(t.world.elapsed(), 2s);
}

TEST(SimCoalesce, ADrainedHubTakesNoMore)
{
    town t;
    t.takes = 1s;
    hub const h(t.world, t.settings);
    t.ask(h, 2);
    t.world.run_for(100ms);
    bool over = false;
    h.async_close([&](error_code) { over = true; });
    for (int i = 0; i != 500; ++i) {
        t.ask(h, 4);
        t.world.run_for(10ms);
    }
    EXPECT_TRUE(over);
    EXPECT_EQ(t.requests.size(), 1U);
    expect_right(t.look_ups[0]);
}

TEST(SimCoalesce, AHookMayLookUpANameItself)
{
    town t;
    hub* to = nullptr;
    int asked = 0;
    t.settings.hooks.add_headers = [&](next_attempt const&, header_list&) {
        if (++asked == 1) t.ask(*to, 4);
    };
    hub h(t.world, t.settings);
    to = &h;
    t.ask(h, 2);
    t.world.run();
    ASSERT_EQ(t.look_ups.size(), 2U);
    for (auto const& l : t.look_ups) expect_right(l);
}

TEST(SimCoalesce, WhatFailsForAllIsNotAskedForEach)
{
    town t;
    t.broken = true;
    hub const h(t.world, t.settings);
    for (int i = 0; i != 200; ++i) t.ask(h, i);
    t.world.run();
    for (auto const& l : t.look_ups) {
        EXPECT_EQ(l.completions, 1);
        ASSERT_TRUE(l.why);
        EXPECT_EQ(l.why->kind(), errc::api_error);
    }
    EXPECT_LE(t.requests.size(), 40U);
    // If a hook fails, nothing is sent. No id is the reason for that.
    t.settings.hooks.add_headers = [](next_attempt const&, header_list&) { throw 1; };
    hub const failing(t.world, t.settings);
    t.requests.clear();
    t.told = 0;
    for (int i = 0; i != 200; ++i) t.ask(failing, i);
    t.world.run();
    EXPECT_EQ(t.told, 200U);
    EXPECT_TRUE(t.requests.empty());
}

TEST(SimCoalesce, AClosedOrDestroyedHubFailsThoseWhoWait)
{
    for (bool const destroyed : {false, true}) {
        town t;
        auto h = std::make_unique<hub const>(t.world, t.settings);
        for (int i = 0; i != 10; ++i) t.ask(*h, i);
        if (destroyed)
            h.reset();
        else
            h->close();
        t.world.run();
        for (auto const& l : t.look_ups) {
            EXPECT_EQ(l.completions, 1);
            ASSERT_TRUE(l.why);
            EXPECT_EQ(l.why->kind(), errc::client_closed);
        }
        EXPECT_TRUE(t.requests.empty());
    }
}

TEST(SimCoalesce, AContextThatGoesDropsThem)
{
    int completions = 0;
    {
        sim::world w(1);
        options o = w.client_options();
        o.coalesce.window = 1s;
        hub const h(w, o);
        h.system().get_name(id_of(2), [&](error_code, account_names const&) { ++completions; });
        w.run_for(10ms);
    }
    EXPECT_EQ(completions, 0);
}

// The object that carries the lookups refers to its client, and the client refers to it.
TEST(SimCoalesce, NothingIsLeftOfAHubThatHasEnded)
{
    enum class end
    {
        drained,
        closed,
        destroyed,
        with_its_context,
    };
    for (auto const how : {end::drained, end::closed, end::destroyed, end::with_its_context}) {
        std::weak_ptr<int> trace;
        {
            std::unique_ptr<hub> outlives;
            town t;
            auto const token = std::make_shared<int>(0);
            trace = token;
            t.settings.hooks.on_call = [token](call_event const&) {};
            auto h = std::make_unique<hub>(t.world, std::exchange(t.settings, {}));
            t.ask(*h, 2);
            t.world.run();
            if (how == end::drained) h->async_close([](error_code) {});
            if (how == end::closed) h->close();
            if (how == end::with_its_context)
                outlives = std::move(h);
            else
                t.world.run();
        }
        EXPECT_TRUE(trace.expired()) << static_cast<int>(how);
    }
}

// As many lookups as a service makes; then with ids that the server refuses and with callers that
// leave.
TEST(SimCoalesce, TenThousandOfFiveHundredCoroutines)
{
    for (bool const disturbed : {false, true}) {
        town t(7);
        hub const h(t.world, t.settings);
        constexpr int coroutines = 500, each = 20;
        int good = 0, refused = 0;
        std::vector<clock::duration> took;
        if (disturbed)
            for (int n = 0; n < 10'000; n += 200) t.poison.insert(id_of(n));  // one in a hundred
        auto const life = [&](int first) -> asio::awaitable<void> {
            for (int i = 0; i != each; ++i) {
                int const n = 2 * ((first * each + i) % 5000);
                std::string const id = id_of(n);
                if (disturbed && t.world.random().chance(0.05)) {
                    auto& leaves = t.ask(h, n);
                    auto const soon = std::make_shared<sim::timer>(t.world.get_executor(), 1ms);
                    soon->async_wait([soon, &leaves](error_code) {
                        leaves.stop.emit(asio::cancellation_type::total);
                    });
                }
                auto const begin = t.world.now();
                auto const r = co_await h.system().get_name(id, as_result);
                took.push_back(t.world.now() - begin);
                if (r) {
                    EXPECT_EQ(r->last_name, id.substr(30));
                    EXPECT_FALSE(t.poison.contains(id));
                    ++good;
                } else {
                    EXPECT_EQ(r.error().kind(), errc::api_error);
                    EXPECT_TRUE(t.poison.contains(id));
                    ++refused;
                }
            }
        };
        for (int c = 0; c != coroutines; ++c) t.world.spawn(life(c));
        t.world.run();
        EXPECT_EQ(good + refused, coroutines * each);
        EXPECT_EQ(refused, disturbed ? coroutines * each / 100 : 0);
        for (auto const& l : t.look_ups) {
            EXPECT_EQ(l.completions, 1);
            ASSERT_TRUE(l.why);
            EXPECT_EQ(l.why->kind(), errc::cancelled);
        }
        if (disturbed) continue;
        EXPECT_LE(t.requests.size(), 60U);
        std::nth_element(took.begin(), took.begin() + 5000, took.end());
        EXPECT_LE(took[5000], 2ms + (12ms + 12ms / 5));
    }
}

}  // namespace
}  // namespace cohub::tests
