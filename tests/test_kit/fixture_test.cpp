#include <cohub/cohub.hpp>
#include <cohub/fake/fixture.hpp>

#include <boost/asio/awaitable.hpp>

#include <gtest/gtest-spi.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <utility>

namespace cohub {
namespace {

namespace asio = boost::asio;

class Fixture : public fake::hub_test
{
protected:
    /// Makes the check that the fixture makes at the end of a test.
    void end_early() { TearDown(); }
};

TEST_F(Fixture, RunsACallToItsValue)
{
    hub const h(io, usual_options());
    EXPECT_GT(run(h.system().ping()).now.time_since_epoch().count(), 0);
    EXPECT_EQ(server().journal().count("system.ping"), 1u);
}

TEST_F(Fixture, ThrowsWhatACallFailsWith)
{
    server().script("system.ping").error("Error: no");
    hub const h(io, usual_options());
    EXPECT_THROW(run(h.system().ping()), error);
}

TEST_F(Fixture, GivesTheResultOfACallThatAsksForIt)
{
    options o = usual_options();
    o.api_key = secret("sk-wrong-key-0000001");
    hub const h(io, std::move(o));
    auto const got = run(h.system().test(as_result));
    ASSERT_FALSE(got.has_value());
    EXPECT_EQ(got.error().code, errc::unauthorized);
}

TEST_F(Fixture, ACallThatWasGivenUpDisturbsNoLaterOne)
{
    hub const h(io, usual_options());
    auto const ping = [](hub const& on) -> asio::awaitable<std::int64_t> {
        co_return (co_await on.system().ping()).now.time_since_epoch().count();
    };
    run(h.system().ping());
    server().script("system.ping").delay_until_released().times(3);
    auto const usual = std::exchange(run_limit, std::chrono::milliseconds(50));
    try {
        run(h.system().ping());
        ADD_FAILURE() << "an answer that is held back came";
    } catch (std::runtime_error const& e) {
        EXPECT_NE(std::string(e.what()).find("within 50 ms; the last of "), std::string::npos)
            << e.what();
        EXPECT_NE(std::string(e.what()).find("system.ping"), std::string::npos) << e.what();
    }
    EXPECT_THROW(run(h.system().ping(as_result)), std::runtime_error);
    EXPECT_THROW(run(ping(h)), std::runtime_error);
    run_limit = usual;
    run_until([&] { return server().journal().count("system.ping") == 4; });
    server().release();
    EXPECT_EQ(run(h.system().test(as_result)).has_value(), true);
    run_until([&] { return h.stats().calls == 0; });
}

TEST_F(Fixture, SaysThatNothingIsLeftToRun)
{
    run_limit = std::chrono::milliseconds(20);
    try {
        run_until([] { return false; });
        ADD_FAILURE() << "false became true";
    } catch (std::runtime_error const& e) {
        EXPECT_EQ(
            std::string(e.what()),
            "what the test waits for does not come within 20 ms; io has nothing left to run; "
            "the server has received no request"
        );
    }
}

asio::awaitable<std::size_t> count_people(hub const& h, std::string name)
{
    auto const found = co_await h.system().user_search(name);
    co_return found.size();
}
asio::awaitable<void> fail()
{
    throw std::runtime_error("as it should");
    co_return;
}

TEST_F(Fixture, RunsCoroutines)
{
    server().add_account(fake::account("Zaphod", "Beeblebrox"));
    hub const h(io, usual_options());
    EXPECT_EQ(run(count_people(h, "zaphod")), 1u);
    EXPECT_THROW(run(fail()), std::runtime_error);
}

struct greeting
{
    explicit greeting(std::string words) : text(std::move(words)) {}
    std::string text;
};
asio::awaitable<greeting> greet() { co_return greeting("Hello"); }

TEST_F(Fixture, RunsCoroutinesWhoseValueHasNoDefault) { EXPECT_EQ(run(greet()).text, "Hello"); }

TEST_F(Fixture, BeginsEachTestAnew)
{
    // No requests of the tests before this one are left, whatever the order of the tests.
    EXPECT_EQ(server().journal().count(), 0u);
    hub const h(io, usual_options());
    EXPECT_EQ(run(count_people(h, "zaphod")), 0u);
}

TEST_F(Fixture, FailsWhenAStepIsLeftUnused)
{
    server().script("system.ping").status(503);
    EXPECT_NONFATAL_FAILURE(end_early(), "system.ping");
    server().reset();
}

TEST_F(Fixture, FailsWhenSomethingUnknownIsAskedFor)
{
    hub const h(io, usual_options());
    EXPECT_FALSE(run(h.call("system.noSuchThing", nullptr, as_result)).has_value());
    EXPECT_EQ(server().report(), "") << "the hub knows how to answer that";
    EXPECT_NO_FATAL_FAILURE(end_early());
}

class OwnServer : public fake::hub_test
{
public:
    static void SetUpTestSuite() { start_server(fake_server_options().users(3).plain()); }
};

TEST_F(OwnServer, IsStartedByTheSuite)
{
    EXPECT_TRUE(server().url().starts_with("http://"));
    hub const h(io, usual_options());
    run(h.system().ping());
}

class NoServer : public fake::hub_test
{
public:
    static void SetUpTestSuite() {}

protected:
    void SetUp() override {}
    void TearDown() override {}
};

TEST_F(NoServer, SaysWhatIsMissing)
{
    TearDownTestSuite();
    EXPECT_THROW(server(), std::logic_error);
}

using PausedFixture = fake::paused_hub_test;

TEST_F(PausedFixture, AThirtySecondBackoffIsOneLine)
{
    server().script("system.ping").status(503).header("Retry-After", "30").then_ok();
    hub const h(io, usual_options());
    run(h.system().ping(call_options().timeout(std::chrono::minutes(1))));
    EXPECT_GE(elapsed(), std::chrono::seconds(30));
}

TEST_F(PausedFixture, CountsTimeFromTheTestsBeginning) { EXPECT_EQ(elapsed().count(), 0); }

}  // namespace
}  // namespace cohub
