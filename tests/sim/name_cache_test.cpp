// Cached names: for how long they are kept, how many are kept, and when they are removed.

#include <cohub/cohub.hpp>

#include <gtest/gtest.h>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "library.hpp"

namespace cohub::tests {
namespace {

std::string id_of(int n) { return "00000000-0000-4000-8000-00000000000" + std::to_string(n); }

/// A server that knows all accounts except those with odd numbers. The names that it gives tell how
/// often it was asked.
class registry
{
public:
    registry()
    {
        world.serve_http(
            library::place,
            [this](sim::request r) -> boost::asio::awaitable<sim::response> {
                requests.push_back(r);
                std::string const number = std::to_string(requests.size());
                sim::timer t(world.get_executor(), 10ms);
                co_await t.async_wait(boost::asio::use_awaitable);
                boost::json::object names;
                auto const body = boost::json::parse(r.body);
                for (auto const& one : body.at("args").at(0).as_array()) {
                    std::string const id(one.as_string());
                    bool const known = (id.back() - '0') % 2 == 0;
                    auto& n = names[id].emplace_object();
                    n["first_name"] = known ? "No" : "Deleted";
                    n["last_name"] = known ? number : "User";
                    if (known) n["profile"] = nullptr;
                }
                sim::response a(boost::json::serialize(names));
                co_return a;
            }
        );
        settings = world.client_options();
        settings.coalesce.cache(1min, 3);
        settings.hooks.on_call = [this](call_event const& e) { told.push_back(e); };
    }

    /// @return the number of the request that gave the name; 0: no request did
    int look_up(hub const& h, int n)
    {
        std::optional<result<account_names>> came;
        h.system().get_name(id_of(n), as_result([&](result<account_names> r) { came = r; }));
        world.run();
        EXPECT_TRUE(came.has_value());
        return *came ? std::stoi((*came)->last_name) : 0;
    }

    sim::world world{1};
    options settings;
    std::vector<sim::request> requests;
    std::vector<call_event> told;
};

TEST(SimNameCache, ANameIsKeptForItsTime)
{
    for (auto const window : {0us, 2000us}) {
        registry r;
        r.settings.coalesce.window = window;
        hub const h(r.world, r.settings);
        EXPECT_EQ(r.look_up(h, 2), 1);
        EXPECT_EQ(r.look_up(h, 2), 1);
        r.world.run_for(59s);
        EXPECT_EQ(r.look_up(h, 2), 1);
        r.world.run_for(1s);
        EXPECT_EQ(r.look_up(h, 2), 2);
        EXPECT_EQ(r.look_up(h, 2), 2);
        EXPECT_EQ(r.requests.size(), 2U);
        EXPECT_EQ(h.stats().cached, 3U);
        ASSERT_EQ(r.told.size(), 5U);
        EXPECT_EQ(r.told[0].attempts, 1);
        EXPECT_EQ(r.told[1].attempts, 0);
        EXPECT_FALSE(r.told[1].error);
    }
}

TEST(SimNameCache, CapitalLettersAreTheSameAccount)
{
    registry r;
    hub const h(r.world, r.settings);
    std::string const id = "00000000-0000-4000-8000-0000000000a2",
                      capital = "00000000-0000-4000-8000-0000000000A2";
    int named = 0;
    auto const ask = [&](std::string const& of) {
        h.system().get_name(of, [&](error_code ec, account_names const&) { named += !ec; });
        r.world.run();
    };
    ask(id);
    ask(capital);
    EXPECT_EQ(r.requests.size(), 1U);
    h.system().forget_name(capital);
    ask(id);
    EXPECT_EQ(r.requests.size(), 2U);
    EXPECT_EQ(named, 3);
}

TEST(SimNameCache, WithoutItEachIsAsked)
{
    registry r;
    r.settings.coalesce = {};
    hub const h(r.world, r.settings);
    EXPECT_EQ(r.look_up(h, 2), 1);
    EXPECT_EQ(r.look_up(h, 2), 2);
    h.system().forget_names();
    EXPECT_EQ(h.stats().cached, 0U);
}

TEST(SimNameCache, TheOneAskedForTheLongestAgoGoesFirst)
{
    registry r;
    hub const h(r.world, r.settings);
    EXPECT_EQ(r.look_up(h, 0), 1);
    EXPECT_EQ(r.look_up(h, 2), 2);
    EXPECT_EQ(r.look_up(h, 4), 3);
    EXPECT_EQ(r.look_up(h, 0), 1);
    EXPECT_EQ(r.look_up(h, 6), 4);  // replaces 2
    EXPECT_EQ(r.look_up(h, 0), 1);
    EXPECT_EQ(r.look_up(h, 4), 3);
    EXPECT_EQ(r.look_up(h, 6), 4);
    EXPECT_EQ(r.look_up(h, 2), 5);
}

TEST(SimNameCache, MoreThanItHoldsAtOnce)
{
    registry r;
    r.settings.coalesce.window = 2ms;
    hub const h(r.world, r.settings);
    int named = 0;
    for (int i = 0; i != 10; i += 2)
        h.system().get_name(id_of(i), [&](error_code ec, account_names const&) { named += !ec; });
    r.world.run();
    EXPECT_EQ(named, 5);
    EXPECT_EQ(r.requests.size(), 1U);
}

TEST(SimNameCache, AnUnknownAccountIsAskedForEachTime)
{
    registry r;
    hub const h(r.world, r.settings);
    EXPECT_EQ(r.look_up(h, 1), 0);
    EXPECT_EQ(r.look_up(h, 1), 0);
    EXPECT_EQ(r.requests.size(), 2U);
}

TEST(SimNameCache, AnotherKeyEmptiesIt)
{
    registry r;
    hub const h(r.world, r.settings);
    EXPECT_EQ(r.look_up(h, 2), 1);
    h.set_api_key("sk-new");
    EXPECT_EQ(r.look_up(h, 2), 2);
    EXPECT_EQ(r.look_up(h, 2), 2);
    // An answer to the old key that comes in the meantime is not kept.
    h.system().get_name(id_of(4), [](error_code, account_names const&) {});
    r.world.run_for(5ms);
    h.set_api_key("sk-newer");
    r.world.run();
    EXPECT_EQ(r.look_up(h, 4), 4);
}

TEST(SimNameCache, WhatIsForgottenIsAskedForAnew)
{
    registry r;
    hub const h(r.world, r.settings);
    EXPECT_EQ(r.look_up(h, 2), 1);
    EXPECT_EQ(r.look_up(h, 4), 2);
    h.system().forget_name(id_of(2));
    EXPECT_EQ(r.look_up(h, 4), 2);
    EXPECT_EQ(r.look_up(h, 2), 3);
    h.system().forget_names();
    EXPECT_EQ(r.look_up(h, 4), 4);
    EXPECT_EQ(r.look_up(h, 2), 5);
    // The pending answer may be older than the change.
    h.system().get_name(id_of(6), [](error_code, account_names const&) {});
    r.world.run_for(5ms);
    h.system().forget_name(id_of(6));
    r.world.run();
    EXPECT_EQ(r.look_up(h, 6), 7);
}

TEST(SimNameCache, ALookUpWithSettingsOfItsOwnGoesPastIt)
{
    registry r;
    hub const h(r.world, r.settings);
    EXPECT_EQ(r.look_up(h, 2), 1);
    h.system().get_name(id_of(2), call_options().retries(0), [](error_code, account_names const&) {
    });
    r.world.run();
    EXPECT_EQ(r.requests.size(), 2U);
    EXPECT_EQ(r.look_up(h, 2), 1);
}

TEST(SimNameCache, IsCheckedWithTheOptions)
{
    sim::world w(1);
    for (auto const& [ttl, entries] :
         std::vector<std::pair<std::chrono::milliseconds, std::size_t>>{
             {0ms, 1}, {-1ms, 1}, {1ms, 0}, {1ms, 10'000'001}}) {
        options o = w.client_options();
        o.coalesce.cache(ttl, entries);
        EXPECT_THROW(hub(w, o), error);
    }
}

TEST(SimNameCache, IsGoneWithItsHub)
{
    registry r;
    auto h = std::make_unique<hub const>(r.world, r.settings);
    EXPECT_EQ(r.look_up(*h, 2), 1);
    h->close();
    r.world.run();
    std::optional<error_code> came;
    h->system().get_name(id_of(2), [&](error_code ec, account_names const&) { came = ec; });
    r.world.run();
    EXPECT_EQ(came, errc::client_closed);
    h->system().forget_names();
}

}  // namespace
}  // namespace cohub::tests
