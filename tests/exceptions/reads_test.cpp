// Reads that are shared, hedged or answered from the cache, when there is no memory.

#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "trial.hpp"

namespace cohub::tests {
namespace {

/// How long a call may wait if its hedge had no memory and its first attempt is never answered.
constexpr auto patience = 300ms;

void read(trial& t, call_options const& how)
{
    t.begin([&](auto&& token) {
        boost::json::value args;
        {
            allocation::exempt const own;
            args = boost::json::array{"a shared one"};
        }
        t.client().call("fault.case", args, how, std::forward<decltype(token)>(token));
    });
}

call_options shared() { return call_options().idempotent().shared(); }

TEST(FailedAllocation, OfSharedReadsTellsAllHandlers)
{
    scenario(
        "5 shared reads",
        [](trial& t) {
            for (int i = 0; i != 5; ++i) read(t, shared());
            t.run();
        }
    )
        .script(healthy())
        .with([](options& o) { o.hooks.on_call = [](call_event const&) {}; })
        .play(tcp_peer());
}

TEST(FailedAllocation, OfSharedReadsThatAreRefusedTellsAllHandlers)
{
    scenario(
        "5 shared reads that are refused",
        [](trial& t) {
            for (int i = 0; i != 5; ++i) read(t, shared());
            t.run();
        }
    )
        .script(raw_script().forever().respond([](raw_request const& r) {
            if (r.body.find("a shared one") == std::string::npos) return right_answer(r);
            return raw_answer(R"({"error":"Error: no"})").str();
        }))
        .play(tcp_peer());
}

TEST(FailedAllocation, OfSharedReadsOfAHubThatEndsTellsAllHandlers)
{
    scenario(
        "the end of a hub with shared reads",
        [](trial& t) {
            for (int i = 0; i != 3; ++i) read(t, shared());
            t.destroy_client();
            t.run();
        }
    )
        .script(held())
        .play(tcp_peer());
}

TEST(FailedAllocation, OfAHedgeLosesNoCall)
{
    scenario(
        "a hedged read",
        [](trial& t) {
            read(t, call_options().idempotent().hedge_after(1ms).timeout(patience));
            t.run();
        }
    )
        .scripts({held()}, healthy())
        .with([](options& o) {
            o.make_traceparent = true;
            o.hooks.on_attempt = [](attempt_event const&) {};
        })
        .play(tcp_peer());
}

TEST(FailedAllocation, OfTheCacheLosesNoLookUp)
{
    std::string const ada = "6f1c2a3e-9b54-4d0e-8a77-2f5d1c0b9e41";
    scenario(
        "lookups with a cache",
        [ada](trial& t) {
            for (int i = 0; i != 2; ++i) {
                t.begin([&](auto&& token) {
                    t.client().system().get_name(ada, std::forward<decltype(token)>(token));
                });
                t.run();
                try {
                    t.client().system().forget_name("nobody");
                } catch (std::bad_alloc const&) {
                    // The name is not kept in any case.
                }
            }
        }
    )
        .script(raw_script().forever().respond([ada](raw_request const& r) {
            if (r.body.find("getNames") == std::string::npos) return right_answer(r);
            std::string const name = R"({"first_name":"Ada","last_name":"L","profile":null})";
            return raw_answer("{\"" + ada + "\":" + name + "}").str();
        }))
        .with([](options& o) { o.coalesce.cache(1h); })
        .play(tcp_peer());
}

}  // namespace
}  // namespace cohub::tests
