#include <cohub/streams/detail/reconnect.hpp>

#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <iostream>
#include <map>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

// How a stream stays connected, without a socket and with no clock except the given numbers.

namespace cohub::streams::detail {
namespace {

using namespace std::chrono_literals;
using event = reconnect_event;
using kind = reconnect_event::kind;
using state = reconnect_state;
using step = reconnect_action::kind;

constexpr std::array<std::string_view, reconnect_state_count> state_names{
    "idle", "connecting", "open", "backing_off", "ended"};
constexpr std::array<std::string_view, event::kind_count> event_names{
    "receive", "upgraded", "heard", "message", "failed", "timer", "relocated", "dropped", "close"};
constexpr std::array<std::string_view, 6> step_names{
    "-", "connect", "wait", "ping", "silent", "give_up"};

std::string_view name(state s) { return state_names.at(static_cast<std::size_t>(s)); }
std::string_view name(step s) { return step_names.at(static_cast<std::size_t>(s)); }

/// A stream, the time, and what the stream's owner is told.
class driver
{
public:
    explicit driver(stream_request how = defaults()) : how_(std::move(how)) {}

    static stream_request defaults()
    {
        stream_request how;
        how.backoff_base = 100ms;
        how.backoff_cap = 1000ms;
        how.ping_interval = 30s;
        return how;
    }

    reconnect_action tell(kind what, bool deaf = false)
    {
        return life.resume({.what = what, .deaf = deaf}, now);
    }
    reconnect_action fail(failure const& why, double uniform = 0.5)
    {
        return life.resume({.what = kind::failed, .why = &why, .uniform = uniform}, now);
    }
    reconnect_action fail(errc why, double uniform = 0.5) { return fail(failure(why), uniform); }

    void connect() { EXPECT_EQ(tell(kind::receive).what, step::connect); }
    void open()
    {
        connect();
        tell(kind::upgraded);
        EXPECT_EQ(life.now_in(), state::open);
    }
    /// The wait is over and another connection is opened.
    void connect_again()
    {
        now += 1000s;
        EXPECT_EQ(tell(kind::timer).what, step::connect);
    }
    std::chrono::nanoseconds until(reconnect_action const& a) const { return a.until - now; }

private:
    stream_request how_;

public:
    retry_options first;
    clock::time_point now{100s};
    reconnect life{how_, first};
};

void bring_to(driver& d, state s)
{
    switch (s) {
        case state::idle:
            break;
        case state::connecting:
            d.connect();
            break;
        case state::open:
            d.open();
            break;
        case state::backing_off:
            d.open();
            EXPECT_EQ(d.fail(errc::ws_lost).what, step::wait);
            break;
        case state::ended:
            d.tell(kind::close);
            break;
    }
    EXPECT_EQ(d.life.now_in(), s);
}

// A cell has the action and, after a `>`, the state if it changes. For `failed`, the error is
// `ws_lost`. The timer comes in time.
constexpr std::string_view table = R"(
event      idle               connecting       open             backing_off        ended
receive    connect>connecting -                -                -                  -
upgraded   -                  wait>open        -                -                  -
heard      -                  -                -                -                  -
message    -                  -                -                -                  -
failed     wait>backing_off   wait>backing_off wait>backing_off wait               -
timer      -                  -                ping             connect>connecting -
relocated  -                  -                -                connect>connecting -
dropped    -                  ->idle           ->idle           ->idle             -
close      ->ended            ->ended          ->ended          ->ended            -
)";

TEST(ReconnectTest, EachStateTakesEachEvent)
{
    std::istringstream lines{std::string(table)};
    std::string line, word;
    std::getline(lines, line);
    std::getline(lines, line);
    std::size_t played = 0;
    for (std::size_t e = 0; std::getline(lines, line); ++e) {
        std::istringstream words(line);
        words >> word;
        ASSERT_EQ(word, event_names.at(e));
        for (std::size_t s = 0; s != reconnect_state_count; ++s) {
            ASSERT_TRUE(words >> word) << line;
            driver d;
            bring_to(d, static_cast<state>(s));
            d.now += 31s;
            auto const what = static_cast<kind>(e);
            auto const a = what == kind::failed ? d.fail(errc::ws_lost) : d.tell(what);
            std::string got(name(a.what));
            if (d.life.now_in() != static_cast<state>(s))
                got.append(">").append(name(d.life.now_in()));
            EXPECT_EQ(got, word) << event_names.at(e) << " in " << state_names.at(s);
            ++played;
        }
    }
    EXPECT_EQ(played, event::kind_count * reconnect_state_count);
    std::cout << table;
}

TEST(ReconnectTest, WaitsLongerAfterEachFailure)
{
    driver d;
    d.open();
    for (auto const wait : {50ms, 100ms, 200ms, 400ms, 500ms, 500ms}) {
        auto const a = d.fail(errc::ws_lost);
        ASSERT_EQ(a.what, step::wait);
        EXPECT_EQ(d.until(a), wait);
        d.connect_again();
    }
    EXPECT_EQ(d.life.failures(), 6);
}

TEST(ReconnectTest, NeverConnectsAtOnce)
{
    driver d;
    d.open();
    EXPECT_EQ(d.until(d.fail(errc::ws_lost, 0)), 1ms);
}

TEST(ReconnectTest, CountsAnewOnceTheStreamHasProvedItself)
{
    driver d;
    d.open();
    d.fail(errc::ws_lost);
    d.connect_again();
    d.tell(kind::upgraded);
    d.now += 100ms;  // long enough if it had brought a message, but it did not
    EXPECT_EQ(d.until(d.fail(errc::ws_lost)), 100ms);
    d.connect_again();
    d.tell(kind::upgraded);
    d.tell(kind::message);
    d.now += 100ms;
    EXPECT_EQ(d.until(d.fail(errc::ws_lost)), 50ms);
    d.connect_again();
    d.tell(kind::upgraded);
    d.now += 1000ms;
    EXPECT_EQ(d.until(d.fail(errc::ws_lost)), 50ms);
}

TEST(ReconnectTest, GivesUpAFirstConnectionAsACallDoes)
{
    driver d;
    d.first.max_attempts = 3;
    d.connect();
    EXPECT_EQ(d.fail(errc::connect_failed).what, step::wait);
    d.connect_again();
    EXPECT_EQ(d.fail(errc::connect_failed).what, step::wait);
    d.connect_again();
    EXPECT_EQ(d.fail(errc::connect_failed).what, step::give_up);
    EXPECT_EQ(d.life.now_in(), state::idle);
    EXPECT_EQ(d.life.failures(), 3);
    d.connect();
    EXPECT_EQ(d.fail(errc::connect_failed).what, step::wait);
    EXPECT_EQ(d.life.failures(), 1);
}

TEST(ReconnectTest, GoesOnForEverOnceItStood)
{
    driver d;
    d.first.max_attempts = 1;
    d.open();
    for (int i = 0; i != 1000; ++i) {
        ASSERT_EQ(d.fail(errc::connect_failed).what, step::wait);
        d.connect_again();
    }
}

TEST(ReconnectTest, GivesUpAfterMaxAttempts)
{
    auto how = driver::defaults();
    how.max_attempts = 2;
    driver d(how);
    d.open();
    EXPECT_EQ(d.fail(errc::ws_lost).what, step::wait);
    d.connect_again();
    EXPECT_EQ(d.fail(errc::connect_failed).what, step::give_up);
}

TEST(ReconnectTest, DoesNotComeBackUnlessAskedTo)
{
    auto how = driver::defaults();
    how.reconnect = false;
    driver d(how);
    d.open();
    EXPECT_EQ(d.fail(errc::ws_lost).what, step::give_up);
}

TEST(ReconnectTest, KnowsWhatATryCanMend)
{
    for (errc const e :
         {errc::resolve_failed,
          errc::connect_failed,
          errc::connection_lost,
          errc::timeout,
          errc::ws_lost,
          errc::ws_closed}) {
        driver d;
        d.open();
        EXPECT_EQ(d.fail(e).what, step::wait) << make_error_code(e).message();
    }
    for (errc const e :
         {errc::ws_protocol,
          errc::too_large,
          errc::tls_untrusted,
          errc::tls_failed,
          errc::truncated,
          errc::cancelled}) {
        driver d;
        d.open();
        EXPECT_EQ(d.fail(e).what, step::give_up) << make_error_code(e).message();
    }
}

// D9: Pieces OS answers like this while it starts or migrates.
TEST(ReconnectTest, ARefusalIsTriedAgainIfTheServiceMayBeStarting)
{
    stream_request looks = driver::defaults();
    looks.relocate = [](auto const&) {};
    for (int const status : {400, 401, 403, 404, 408, 429, 500, 501, 502, 503, 504, 511}) {
        failure f(errc::ws_refused);
        f.http_status = status;
        bool const may_pass =
            status == 408 || status == 429 || status == 500 || (status >= 502 && status <= 504);
        bool const starts = may_pass || status == 404 || status >= 500;
        driver stood, never, looking(looks);
        stood.open();
        never.connect();
        looking.connect();
        EXPECT_EQ(stood.fail(f).what, starts ? step::wait : step::give_up) << status;
        EXPECT_EQ(looking.fail(f).what, starts ? step::wait : step::give_up) << status;
        EXPECT_EQ(never.fail(f).what, may_pass ? step::wait : step::give_up) << status;
    }
}

TEST(ReconnectTest, WaitsAsLongAsTheServerSays)
{
    driver d;
    d.open();
    failure f(errc::ws_refused);
    f.http_status = 503;
    f.retry_after = 7s;
    EXPECT_EQ(d.until(d.fail(f)), 7s + 50ms);
    d.connect_again();
    f.retry_after = 61s;
    EXPECT_EQ(d.fail(f).what, step::give_up);
}

TEST(ReconnectTest, LooksElsewhereAfterThreeRefusalsInARow)
{
    driver d;
    d.open();
    EXPECT_FALSE(d.fail(errc::connect_failed).relocate);  // it was connected, not refused
    std::vector<bool> asked;
    for (errc const e :
         {errc::connect_failed,
          errc::connect_failed,
          errc::ws_lost,
          errc::connect_failed,
          errc::connect_failed,
          errc::connect_failed,
          errc::connect_failed}) {
        d.connect_again();
        asked.push_back(d.fail(e).relocate);
    }
    EXPECT_EQ(asked, (std::vector<bool>{false, false, false, false, false, true, false}));
}

TEST(ReconnectTest, AsksASilentServerOnceAndThenLetsGo)
{
    driver d;
    d.connect();
    EXPECT_EQ(d.until(d.tell(kind::upgraded)), 30s);
    d.now += 20s;
    d.tell(kind::heard);
    d.now += 10s;
    auto a = d.tell(kind::timer);
    ASSERT_EQ(a.what, step::wait);
    EXPECT_EQ(d.until(a), 20s);
    d.now += 20s;
    a = d.tell(kind::timer);
    ASSERT_EQ(a.what, step::ping);
    EXPECT_EQ(d.until(a), 30s);
    d.now += 29s;
    d.tell(kind::heard);
    d.now += 30s;
    EXPECT_EQ(d.tell(kind::timer).what, step::ping);
    d.now += 30s;
    EXPECT_EQ(d.tell(kind::timer).what, step::silent);
}

TEST(ReconnectTest, DoesNotBlameAServerThatIsNotRead)
{
    driver d;
    d.open();
    d.now += 30s;
    EXPECT_EQ(d.tell(kind::timer).what, step::ping);
    d.now += 30s;
    auto const a = d.tell(kind::timer, true);
    ASSERT_EQ(a.what, step::wait);
    EXPECT_EQ(d.until(a), 30s);
}

TEST(ReconnectTest, DoesNotPingWithoutAnInterval)
{
    auto how = driver::defaults();
    how.ping_interval = 0ms;
    driver d(how);
    d.connect();
    EXPECT_EQ(d.tell(kind::upgraded).what, step::none);
    d.now += 1000s;
    EXPECT_EQ(d.tell(kind::timer).what, step::none);
}

}  // namespace
}  // namespace cohub::streams::detail
