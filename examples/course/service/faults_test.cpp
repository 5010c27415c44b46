#include <cohub/fake/fixture.hpp>
#include <cohub/hub.hpp>

#include <gtest/gtest.h>

#include <chrono>

#include "people.hpp"

using namespace std::chrono_literals;

// [faults]
using PeopleInPausedTime = cohub::fake::paused_hub_test;

TEST_F(PeopleInPausedTime, AreFoundAfterA503AndABrokenConnection)
{
    server().script("system.userSearch").status(503).then().reset().then_ok();
    cohub::hub const hub(io, usual_options());
    EXPECT_EQ(run(people::who_is(hub, "foo")).status, 200u);
    EXPECT_EQ(server().journal().count("system.userSearch"), 3u);
}

TEST_F(PeopleInPausedTime, AreToBeAskedForLaterIfThe503Stays)
{
    server().script("system.userSearch").status(503).forever();
    cohub::hub const hub(io, usual_options());
    EXPECT_EQ(run(people::who_is(hub, "foo")).status, 503u);
    EXPECT_EQ(server().journal().count("system.userSearch"), 3u);
}

TEST_F(PeopleInPausedTime, AreNotWaitedForLongerThanFiveSeconds)
{
    server().script("system.userSearch").stall(10min).forever();
    cohub::hub const hub(io, usual_options());
    EXPECT_EQ(run(people::who_is(hub, "foo")).status, 503u);
    EXPECT_EQ(elapsed(), 5s);
}
// [end]

// [some-calls]
TEST_F(PeopleInPausedTime, AreFoundWhileAnotherNameFails)
{
    server()
        .script("system.userSearch")
        .when_args(R"([{"query": "ada"}])")
        .error("the database is down")
        .forever();
    cohub::hub const hub(io, usual_options());
    EXPECT_EQ(run(people::who_is(hub, "ada")).status, 502u);
    EXPECT_EQ(run(people::who_is(hub, "foo")).status, 200u);
}
// [end]
