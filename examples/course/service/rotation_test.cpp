#include <cohub/fake/fixture.hpp>
#include <cohub/hub.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "people.hpp"

using namespace std::chrono_literals;

// [rotation]
using PeopleWithAnotherKey = cohub::fake::hub_test;

TEST_F(PeopleWithAnotherKey, AreToldWhenTheFirstKeyHasExpired)
{
    using namespace cohub::fake;
    std::string const robot = server().add_account(account("People", "Service"));
    std::string const first =
        server().add_api_key(api_key(robot).expires_at(server().now() + 60'000));
    std::string const second = server().add_api_key(api_key(robot));

    int asked = 0;
    cohub::options options = usual_options();
    options.api_key = first;
    options.hooks.api_key = [&](cohub::hooks::key_callback told) {
        ++asked;
        told(cohub::error_code(), cohub::secret(second));
    };
    cohub::hub const hub(io, options);

    EXPECT_EQ(run(people::who_is(hub, "foo")).status, 200u);
    server().advance(2min);  // now the server refuses the first key
    EXPECT_EQ(run(people::who_is(hub, "foo")).status, 200u);
    EXPECT_EQ(asked, 1);
}
// [end]
