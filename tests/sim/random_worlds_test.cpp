// CAN-13: random worlds. Chance decides on the client's options, the conditions of the network, the
// behaviour of servers, when servers go and come back, when which calls are made, and which calls
// are cancelled.

#include <gtest/gtest.h>

#include <set>

#include "ledger.hpp"
#include "support/fault_rows.hpp"

namespace cohub::tests {
namespace {

namespace asio = boost::asio;

constexpr char const* places[] = {"127.0.0.1:80", "127.0.0.2:80", "[::1]:80"};

/// One of them. All have the same probability.
template <class T, std::size_t N>
T any_of(sim::random& r, T const (&all)[N])
{
    return all[r.below(N)];
}

/// Totals over all worlds, to show that something happened in them.
struct totals
{
    std::size_t calls = 0, succeeded = 0, cancelled = 0, repeated = 0, refused = 0;
};

class random_world
{
public:
    random_world(sim::world& w, totals& all) : world_(w), r_(w.random()), all_(all), ledger_(w) {}

    void live()
    {
        make_network();
        make_client();
        std::uint64_t const calls = 1 + r_.below(30);
        for (std::uint64_t i = 0; i != calls; ++i) at(within(1s), [this] { begin_call(); });
        std::uint64_t const blows = r_.below(4);
        for (std::uint64_t i = 0; i != blows; ++i) at(within(1s), [this] { strike(); });
        if (r_.chance(0.2)) at(within(2s), [this] { end_client(); });
        world_.run();
        ledger_.check();
        count();
        if (!ended_) check_afterwards();
        hub_.reset();
        world_.run();
        ledger_.check();
        for (auto const* place : places)
            require(
                world_.open_connections(place) == 0,
                std::string("a connection to ") + place + " stays open (I3)"
            );
    }

private:
    /// An event that the world causes after a while.
    void at(clock::duration after, std::function<void()> what)
    {
        world_.spawn(wait_and(world_.get_executor(), after, std::move(what)));
    }
    static asio::awaitable<void> wait_and(
        asio::any_io_executor e, clock::duration after, std::function<void()> what
    )
    {
        sim::timer t(e, after);
        co_await t.async_wait(asio::use_awaitable);
        what();
    }
    clock::duration within(clock::duration most) { return r_.between(0ms, most); }

    void make_network()
    {
        double const often[] = {0, 0, 0, 0, 0.01, 0.05, 0.3};
        sim::conditions c;
        c.max_latency = any_of<clock::duration>(r_, {0ms, 1ms, 30ms});
        c.min_latency = std::min(c.min_latency, c.max_latency);
        c.loss = any_of(r_, often);
        c.refuse = any_of(r_, often);
        c.hang = any_of(r_, often);
        c.reset = any_of(r_, often);
        c.cut = any_of(r_, {0., 0., 0.01, 0.1});
        c.split = any_of(r_, {0., 0., 0.5});
        c.segment = any_of<std::size_t>(r_, {1, 20, 1400});
        c.window = any_of<std::size_t>(r_, {64, 1000, 64 * 1024});
        world_.usual_conditions() = c;
        std::vector<std::string> names;
        for (auto const* place : places)
            if (r_.chance(0.5)) names.emplace_back(place);
        if (names.empty() && r_.chance(0.9)) names.emplace_back(places[0]);
        if (!names.empty()) world_.name("localhost", names);
        for (auto const* place : places)
            if (r_.chance(0.95)) begin_server(place);
    }

    void make_client()
    {
        options o = world_.client_options("http://localhost", secret(ledger::canary));
        o.pool.max_connections = 1 + r_.below(4);
        o.pool.max_connecting = 1 + r_.below(3);
        o.pool.max_idle = r_.below(3);
        o.pool.idle_timeout = any_of(r_, {20ms, 500ms, 60'000ms});
        o.pool.max_age = any_of(r_, {50ms, 600'000ms});
        o.pool.connect_linger = any_of(r_, {0ms, 10ms, 250ms});
        o.pool.connect_backoff_cap = any_of(r_, {0ms, 50ms, 5000ms});
        o.pool.max_waiting = 1 + r_.below(20);
        o.pool.refuse_late_calls = r_.chance(0.7);
        o.timeouts.connect = any_of(r_, {20ms, 300ms, 10'000ms});
        o.timeouts.address_delay = any_of(r_, {0ms, 10ms, 250ms});
        if (r_.chance(0.5)) o.timeouts.attempt = any_of(r_, {10ms, 100ms, 1000ms});
        o.retry.max_attempts = 1 + static_cast<int>(r_.below(4));
        o.retry.base = any_of(r_, {0ms, 5ms, 100ms});
        o.retry.budget_reserve = any_of(r_, {0., 1., 100.});
        max_connections_ = o.pool.max_connections;
        max_attempts_ = o.retry.max_attempts;
        hub_.emplace(world_, std::move(o));
        if (r_.chance(0.2)) hub_->warm_up(r_.below(4));
    }

    void begin_server(std::string const& place)
    {
        double const rude = any_of(r_, {0., 0., 0.1, 0.5});
        clock::duration const slow = any_of<clock::duration>(r_, {0ms, 1ms, 50ms, 400ms});
        world_.serve_http(place, [this, rude, slow](sim::request r) {
            return answer(std::move(r), rude, slow);
        });
    }

    asio::awaitable<sim::response> answer(sim::request r, double rude, clock::duration slow)
    {
        sim::response a(ledger_.seen(r));
        bool const misbehaves = r_.chance(rude);
        auto wait = within(slow);
        std::string const key = ledger::canary;
        if (misbehaves) switch (r_.below(9)) {
                case 7:
                    a.body = "{\"error\":\"no such key: " + key + "\"}";
                    break;
                case 8:
                    a = sim::response(400, std::string(4000, 'x') + key.substr(0, r_.below(12)));
                    break;
                case 0:
                    a = sim::response(503, "{}");
                    break;
                case 1:
                    a = sim::response(503, "{}");
                    a.headers.emplace_back("Retry-After", std::to_string(r_.below(3)));
                    break;
                case 2:
                    a = sim::response(429, "{}");
                    break;
                case 3:
                    a.body = "{\"error\":\"no\"}";
                    break;
                case 4:
                    a.body.pop_back();
                    break;
                case 5:
                    wait += 5s;
                    break;
                default:
                    a.close = true;
            }
        if (wait != clock::duration::zero()) {
            sim::timer t(world_.get_executor(), wait);
            co_await t.async_wait(asio::use_awaitable);
        }
        co_return a;
    }

    void begin_call()
    {
        if (!hub_) return;
        auto const now = hub_->stats();
        require(now.connecting + now.in_use + now.idle <= max_connections_, "too many connections");
        auto const timeout = any_of<clock::duration>(r_, {10ms, 300ms, 1000ms, 10'000ms});
        auto& e = ledger_.call(*hub_, r_.chance(0.5), timeout);
        if (r_.chance(0.25))
            at(within(timeout), [this, &e] {
                auto const type = any_of(
                    r_,
                    {asio::cancellation_type::terminal,
                     asio::cancellation_type::partial,
                     asio::cancellation_type::total}
                );
                if (e.completions == 0)
                    e.cancelled_in_total = type == asio::cancellation_type::total;
                e.cancel.emit(type);
            });
    }

    /// Something happens to a server or to the network on the way to it.
    void strike()
    {
        std::string const place = any_of(r_, places);
        switch (r_.below(6)) {
            case 0:
                world_.stop(place);
                if (r_.chance(0.7)) at(within(1s), [this, place] { restart(place); });
                break;
            case 1:
                world_.reset_connections(place);
                break;
            case 2:
                world_.cut_connections(place);
                break;
            case 3:
                world_.part(place);
                at(within(2s), [this, place] { world_.heal(place); });
                break;
            case 4:
                world_.name("localhost", {place});
                break;
            default:
                world_.fail_operation(1 + r_.below(20), boost::asio::error::connection_reset);
        }
    }
    void restart(std::string const& place)
    {
        world_.stop(place);
        begin_server(place);
    }

    void end_client()
    {
        ended_ = true;
        if (r_.chance(0.5))
            hub_.reset();
        else
            hub_->close(r_.chance(0.5));
    }

    void count()
    {
        all_.calls += ledger_.size();
        all_.succeeded += ledger_.succeeded();
        for (std::size_t i = 0; i != ledger_.size(); ++i) {
            auto const& e = ledger_.entry_of(i);
            all_.cancelled += e.why.code == errc::cancelled;
            require(e.at_servers <= max_attempts_, e.id + ": more attempts than allowed");
        }
        if (!hub_) return;
        all_.repeated += hub_->stats().repeated;
        all_.refused += hub_->stats().refused;
    }

    /// Everything is healthy again: the client works, and nothing is left over (I3, I4).
    void check_afterwards()
    {
        ledger_.check(*hub_);
        world_.fail_operation(0, {});
        world_.usual_conditions() = sim::conditions();
        for (auto const* place : places) {
            world_.heal(place);
            world_.conditions_of(place) = sim::conditions();
            world_.stop(place);
        }
        world_.name("localhost", {places[0]});
        world_.serve_http(places[0], ledger_.healthy());
        // Connections that were cut look healthy until they are used. Otherwise they end when they
        // have been idle long enough.
        world_.run_for(61s);
        auto const& further = ledger_.call(*hub_, true, 30s);
        world_.run();
        ledger_.check();
        require(further.ok, "afterwards: " + further.why.message() + " (I4)");
        ledger_.check(*hub_);
    }

    sim::world& world_;
    sim::random& r_;
    totals& all_;
    ledger ledger_;
    std::optional<hub> hub_;
    std::size_t max_connections_ = 0;
    int max_attempts_ = 0;
    bool ended_ = false;
};

TEST(RandomWorlds, CAN_13_KeepTheInvariants)
{
    totals all;
    std::size_t const worlds =
        sim::explore(10'000, [&](sim::world& w) { random_world(w, all).live(); });
    std::printf(
        "%zu random worlds: %zu calls, %zu succeeded, %zu cancelled, %zu repeated, %zu refused "
        "unsent\n",
        worlds,
        all.calls,
        all.succeeded,
        all.cancelled,
        all.repeated,
        all.refused
    );
    // A client that gives up early would also keep all invariants.
    if (worlds >= 1000) {
        EXPECT_GT(all.succeeded, all.calls / 6);
        EXPECT_GT(all.cancelled, all.calls / 20);
        EXPECT_GT(all.repeated, all.calls / 10);
        EXPECT_GT(all.refused, 0U);
    }
    faults::covers("CAN-13", worlds);
}

TEST(RandomWorlds, AreRepeatedByTheirSeed)
{
    std::set<std::uint64_t> different;
    for (std::uint64_t seed = 1; seed != 50; ++seed) {
        std::uint64_t digests[2];
        for (auto& d : digests) {
            sim::world w(seed);
            totals ignored;
            random_world(w, ignored).live();
            d = w.digest();
        }
        EXPECT_EQ(digests[0], digests[1]) << "seed " << seed;
        different.insert(digests[0]);
    }
    EXPECT_EQ(different.size(), 49U);
}

}  // namespace
}  // namespace cohub::tests
