// The interface of cohub 0.2.0, as consumer.py found it: this source has to go on compiling.

#include <cohub/fake/fixture.hpp>
#include <cohub/fake/matchers.hpp>
#include <cohub/fake/paused_time.hpp>

#include "any.hpp"

namespace {

using cohub::error_code;
using released::any;
using released::member;

[[maybe_unused]] void use(cohub::fake::hub_test&)
{
    static_cast<void>(cohub::fake::hub_test::SetUpTestSuite());
    static_cast<void>(cohub::fake::hub_test::TearDownTestSuite());
}

[[maybe_unused]] void use(cohub::fake::paused_hub_test&)
{
    static_cast<void>(cohub::fake::paused_hub_test::SetUpTestSuite());
    static_cast<void>(cohub::fake::paused_hub_test::TearDownTestSuite());
}

[[maybe_unused]] void use(cohub::fake::paused_time& x)
{
    static_cast<void>(cohub::fake::paused_time());
    static_cast<void>(x.apply(any<cohub::options&>()));
    static_cast<void>(x.source());
    static_cast<void>(x.advance(any<std::chrono::nanoseconds>()));
    static_cast<void>(x.elapsed());
}

}  // namespace
