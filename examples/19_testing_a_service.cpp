// A service's GoogleTest with the fixture, the matchers, and time that advances by itself, so that
// thirty seconds of waiting take no real time. Link cohub::fake_server, GTest::gmock and
// GTest::gtest_main.

#include <cohub/fake/fixture.hpp>
#include <cohub/fake/matchers.hpp>
#include <cohub/hub.hpp>

#include <boost/asio/awaitable.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>

using namespace std::chrono_literals;
using namespace cohub::fake;
using testing::Each;
using testing::SizeIs;

// The code under test: it finds the user, or gives up when there is no answer in time.
boost::asio::awaitable<std::string> greet(cohub::hub const& hub, std::string name)
{
    auto const how = cohub::call_options().timeout(40s).header("X-Service", "greeter");
    auto const found = co_await hub.system().user_search(name, how, cohub::as_result);
    if (!found) co_return "Hello, stranger!";
    co_return found->empty() ? "Hello, stranger!" : "Hello, " + *found->front().first_name + '!';
}

using Greeting = paused_hub_test;

TEST_F(Greeting, ComesAlsoWhenTheServerAsksToComeAgainInHalfAMinute)
{
    server().add_account(account("Zaphod", "Beeblebrox"));
    server().script("system.userSearch").status(503).header("Retry-After", "30").then_ok();
    cohub::hub const hub(io, usual_options());
    EXPECT_EQ(run(greet(hub, "zaphod")), "Hello, Zaphod!");
    EXPECT_GE(elapsed(), 30s);
    EXPECT_THAT(server().journal().requests(), SizeIs(2));
    EXPECT_THAT(server().journal().requests(), Each(CallTo("system.userSearch")));
    EXPECT_THAT(server().journal().requests(), Each(WithHeader("X-Service", "greeter")));
}

TEST_F(Greeting, DoesNotWaitForAServerThatIsStuck)
{
    server().script("system.userSearch").stall(10min).forever();
    cohub::hub const hub(io, usual_options());
    EXPECT_EQ(run(greet(hub, "zaphod")), "Hello, stranger!");
    EXPECT_EQ(elapsed(), 40s);
}

// Prints what GoogleTest prints, and ends with
//   [  PASSED  ] 2 tests.
