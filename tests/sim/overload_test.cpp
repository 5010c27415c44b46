// How many calls are answered in time when there are more than the server can answer, or when a
// part of it fails. All of this takes place in a world's time, so that the figures are the same on
// every machine.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <deque>
#include <fstream>
#include <numeric>

#include "ledger.hpp"

namespace cohub::tests {
namespace {

namespace asio = boost::asio;

constexpr char const* place = "127.0.0.1:80";
constexpr clock::duration deadline = 300ms;
constexpr clock::duration half_second = 500ms;

/// A server with this many workers. Each worker takes 10 ms for an answer.
class worker_server
{
public:
    worker_server(sim::world& w, std::size_t workers) : world_(w), free_(workers) {}

    asio::awaitable<sim::response> answer(sim::request)
    {
        ++received;
        co_await take();
        sim::timer t(world_.get_executor(), 10ms);
        co_await t.async_wait(asio::use_awaitable);
        t.expires_at(stalled_until);
        if (stalled_until > world_.now()) co_await t.async_wait(asio::use_awaitable);
        ++free_;
        if (!waiting_.empty()) {
            waiting_.front()->cancel();
            waiting_.pop_front();
        }
        sim::response a("{}");
        co_return a;
    }

    std::size_t received = 0;
    clock::time_point stalled_until{};

private:
    asio::awaitable<void> take()
    {
        while (free_ == 0) {
            auto const turn = std::make_shared<sim::timer>(world_.get_executor(), 1h);
            waiting_.push_back(turn);
            error_code ec;
            co_await turn->async_wait(asio::redirect_error(asio::use_awaitable, ec));
        }
        --free_;
        co_return;
    }

    sim::world& world_;
    std::size_t free_;
    std::deque<std::shared_ptr<sim::timer>> waiting_;
};

/// The results of calls that were made at a given rate, for each half second.
struct course
{
    std::vector<int> good;      // answered in time
    std::vector<int> sent;      // requests that the server has read
    std::uint64_t refused = 0;  // not sent
    int offered = 0;

    int least_good(std::size_t from, std::size_t to) const
    {
        return *std::min_element(
            good.begin() + static_cast<std::ptrdiff_t>(from),
            good.begin() + static_cast<std::ptrdiff_t>(to)
        );
    }
};

class load
{
public:
    explicit load(std::size_t connections, std::size_t workers = 4) : server_(world_, workers)
    {
        world_.usual_conditions().max_latency = 500us;
        world_.serve_http(place, [this](sim::request r) { return server_.answer(std::move(r)); });
        options_ = world_.client_options();
        options_.pool.max_connections = connections;
    }

    sim::world& world() noexcept { return world_; }
    cohub::options& options() noexcept { return options_; }
    worker_server& server() noexcept { return server_; }

    /// The answers per half second when as many callers as there are connections make one call
    /// after the other.
    double capacity()
    {
        hub const h(world_, options_);
        constexpr int seconds = 5;
        int answered = 0;
        auto const end = world_.now() + std::chrono::seconds(seconds);
        for (std::size_t i = 0; i != options_.pool.max_connections; ++i)
            world_.spawn(call_on(h, end, answered));
        world_.run();
        return answered / (2.0 * seconds);
    }

    /// Makes calls at random times, on average `rate` in each half second.
    course offer(double rate, std::size_t halves, std::function<void()> const& after_two = {})
    {
        hub const h(world_, options_);
        course c;
        c.good.resize(halves + 8);
        auto const begin = world_.now();
        clock::duration at{};
        auto const gap = [&] {
            double const u =
                (static_cast<double>(world_.random().below(1u << 30)) + 1) / (1u << 30);
            return clock::duration(
                static_cast<clock::duration::rep>(-std::log(u) * half_second.count() / rate)
            );
        };
        int pending = 0;
        std::size_t last = server_.received;
        for (std::size_t half = 0; half != halves; ++half) {
            auto const end = half_second * static_cast<int>(half + 1);
            if (half == 4 && after_two) after_two();
            while (at < end) {
                world_.run_for(begin + at - world_.now());
                ++pending;
                ++c.offered;
                call_once(h, begin, c, pending);
                at += gap();
            }
            world_.run_for(begin + end - world_.now());
            c.sent.push_back(static_cast<int>(server_.received - last));
            last = server_.received;
        }
        world_.run();
        EXPECT_EQ(pending, 0);
        c.refused = h.stats().refused;
        return c;
    }

private:
    static asio::awaitable<void> call_on(hub const& h, clock::time_point until, int& answered)
    {
        sim::timer t(co_await asio::this_coro::executor);
        call_options const o = call_options().idempotent();
        boost::json::value const none;
        while (t.expiry() < until) {
            co_await h.call("fault.case", none, o);
            ++answered;
            t = sim::timer(t.get_executor());
        }
    }

    void call_once(hub const& h, clock::time_point begin, course& c, int& pending)
    {
        auto const born = world_.now();
        call_options const o = call_options().idempotent().timeout(300ms);
        h.call(
            "fault.case", nullptr, o, as_result
        )([this, born, begin, &c, &pending](result<boost::json::value> const& r) {
            --pending;
            EXPECT_LE(world_.now(), born + deadline);
            if (r) ++c.good[static_cast<std::size_t>((world_.now() - begin) / half_second)];
        });
    }

    sim::world world_{5};
    worker_server server_;
    cohub::options options_;
};

void print(std::string const& what, double capacity, course const& c)
{
    std::printf("%s; capacity %.0f a half second; answered in time:", what.c_str(), capacity);
    for (int const n : c.good) std::printf(" %d", n);
    std::printf("; refused unsent: %llu\n", static_cast<unsigned long long>(c.refused));
    // One line for each case, for the plot in the docs.
    if (char const* const path = std::getenv("COHUB_GOODPUT")) {
        std::ofstream out(path, std::ios::app);
        out << what << ';' << capacity;
        for (std::size_t i = 0; i != c.sent.size(); ++i) out << ';' << c.good[i];
        out << '\n';
    }
}

class Overload : public testing::TestWithParam<std::size_t>
{
};

TEST_P(Overload, GoodputStaysNearTheCapacity)
{
    load measured(GetParam());
    double const capacity = measured.capacity();
    // Four workers with 10 ms for an answer make 200 answers in a half second. If there are no more
    // calls than workers, the time on the network reduces this.
    EXPECT_GE(capacity, 0.9 * 200);
    for (double const times : {0.5, 1.0, 2.0, 10.0}) {
        load l(GetParam());
        constexpr std::size_t halves = 20;
        course const c = l.offer(times * capacity, halves);
        print(
            std::to_string(GetParam()) + " connections, offered " +
                std::to_string(static_cast<int>(times * 100)) + " % of the capacity",
            capacity,
            c
        );
        if (times >= 1) {
            EXPECT_GE(c.least_good(0, halves), 0.9 * capacity) << "offered " << times;
        } else {
            EXPECT_EQ(std::accumulate(c.good.begin(), c.good.end(), 0), c.offered);
            EXPECT_EQ(c.refused, 0U);
        }
        EXPECT_GT(*std::min_element(c.sent.begin(), c.sent.end()), 0);
    }
}

TEST_P(Overload, RecoversWithinASecondAfterAStall)
{
    load measured(GetParam());
    double const capacity = measured.capacity();
    for (double const times : {1.0, 2.0, 10.0}) {
        load l(GetParam());
        constexpr std::size_t halves = 16;
        course const c = l.offer(times * capacity, halves, [&] {
            l.server().stalled_until = l.world().now() + 2s;
        });
        print(
            std::to_string(GetParam()) + " connections, a stall of 2 s, offered " +
                std::to_string(static_cast<int>(times * 100)) + " %",
            capacity,
            c
        );
        // The server stalls from 2 s to 4 s, in the half seconds 4 to 7.
        EXPECT_GE(c.least_good(0, 4), 0.9 * capacity) << "offered " << times;
        EXPECT_GE(c.least_good(10, halves), 0.9 * capacity) << "offered " << times;
        for (std::size_t half = 1; half != halves; ++half)
            EXPECT_GT(c.sent[half - 1] + c.sent[half], 0) << "nothing sent up to " << half;
    }
}

// One call without an answer is no reason to refuse the next calls.
TEST(Silence, AfterOneTimeoutABurstIsServed)
{
    sim::world w(1);
    ledger l(w);
    int seen = 0;
    sim::http_handler const healthy = l.healthy(10ms), silent = l.healthy(1h);
    w.serve_http(place, [&](sim::request r) -> asio::awaitable<sim::response> {
        if (++seen > 1) return healthy(std::move(r));
        return silent(std::move(r));
    });
    hub const h(w, w.client_options());
    auto const& lost = l.call(h, false, 1s);
    w.run_for(2s);
    EXPECT_EQ(lost.why.code, errc::timeout);
    for (int i = 0; i != 10; ++i) l.call(h, false, 1s);
    w.run_for(2s);
    EXPECT_EQ(l.succeeded(), 10U);
    EXPECT_EQ(h.stats().refused, 0U);
}

// Calls that wait for the end of a silence are looked at again, and are sent when the silence is
// over.
TEST(Silence, WhoWaitsForItsEndIsServedThen)
{
    sim::world w(1);
    ledger l(w);
    w.serve_http(place, l.healthy(10ms));
    hub const h(w, w.client_options());
    l.call(h, false, 1s);
    w.run_for(1s);
    w.part(place);
    l.call(h, false, 300ms);
    w.run_for(500ms);
    for (int i = 0; i != 5; ++i) l.call(h, false, 550ms);
    w.run_for(250ms);
    EXPECT_EQ(l.pending(), 5U);
    w.heal(place);
    w.run_for(2s);
    EXPECT_EQ(l.pending(), 0U);
    // The probes that were sent during the silence arrived when it ended.
    EXPECT_EQ(l.succeeded(), 6U);
    EXPECT_EQ(h.stats().refused, 0U);
}

/// The load is nine tenths of the capacity. From 2 s on, something other than open connections
/// fails.
void fails_in_part(char const* what, load& l, double capacity, std::function<void()> const& begins)
{
    constexpr std::size_t halves = 16;
    course const c = l.offer(0.9 * capacity, halves, begins);
    print(what, capacity, c);
    for (std::size_t half = 1; half != halves; ++half)
        EXPECT_GE(c.good[half], 0.9 * 0.8 * capacity) << what << ", half second " << half;
}

TEST(PartialFailure, A1_ConnectsAreRefusedBesideOpenConnections)
{
    load measured(8, 8);
    double const capacity = measured.capacity();
    load l(8, 8);
    fails_in_part("connects refused", l, capacity, [&] { l.world().stop(place); });
}

TEST(PartialFailure, A1_ConnectsHangBesideOpenConnections)
{
    load measured(8, 8);
    double const capacity = measured.capacity();
    load l(8, 8);
    fails_in_part("connects hang", l, capacity, [&] { l.world().conditions_of(place).hang = 1; });
}

TEST(PartialFailure, A4_AllConnectionsDieAtOnce)
{
    load measured(8, 8);
    double const capacity = measured.capacity();
    load l(8, 8);
    constexpr std::size_t halves = 16;
    course const c = l.offer(0.9 * capacity, halves, [&] { l.world().cut_connections(place); });
    print("all connections die", capacity, c);
    // A call of 300 ms has no time for a second attempt. So the half second after the failure loses
    // the calls under way and those that were made before the first of these timed out.
    for (std::size_t half = 1; half != halves; ++half) {
        if (half != 4) {
            EXPECT_GE(c.good[half], 0.9 * 0.8 * capacity) << "half second " << half;
        }
    }
    EXPECT_GE(c.good[4], 0.2 * capacity);
}

TEST(PartialFailure, A4_OneOfTwoMachinesIsDead)
{
    load measured(8, 8);
    double const capacity = measured.capacity();
    load l(8, 8);
    l.options().host = "http://localhost";
    l.world().name("localhost", {"127.0.0.9:80", place});
    l.world().conditions_of("127.0.0.9:80").hang = 1;
    course const c = l.offer(0.9 * capacity, 16);
    print("the first address is dead", capacity, c);
    for (std::size_t half = 2; half != 16; ++half)
        EXPECT_GE(c.good[half], 0.9 * 0.8 * capacity) << "half second " << half;
}

INSTANTIATE_TEST_SUITE_P(Connections, Overload, testing::Values(4, 64), [](auto const& p) {
    return std::to_string(p.param);
});

}  // namespace
}  // namespace cohub::tests
