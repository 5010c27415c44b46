// 500 coroutines look up one name after the other, over TLS against the fake server. Measures how
// many requests this makes, how long a lookup takes, and what it costs the client.

#include <cohub/batching.hpp>
#include <cohub/fake_server.hpp>
#include <cohub/hub.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <exception>
#include <memory>
#include <random>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

namespace asio = boost::asio;
using std::chrono::steady_clock;
using milliseconds = std::chrono::duration<double, std::milli>;

/// User and system time of the calling thread. This is the client's time, because the server has
/// its own threads.
milliseconds cpu_of_thread()
{
    rusage u{};
    if (getrusage(RUSAGE_THREAD, &u) != 0) throw std::runtime_error("getrusage failed");
    auto const of = [](timeval const& t) {
        return milliseconds(
            static_cast<double>(t.tv_sec) * 1e3 + static_cast<double>(t.tv_usec) / 1e3
        );
    };
    return of(u.ru_utime) + of(u.ru_stime);
}

struct plan
{
    std::string name;
    cohub::coalesce_options coalesce;
    double bad = 0;        // share of invalid ids
    double cancelled = 0;  // share of lookups that are cancelled while they are under way
};

struct outcome
{
    std::size_t requests = 0;
    milliseconds wall{}, cpu{};
    std::vector<double> took;  // ms, for each lookup that was answered
    std::size_t refused = 0, cancelled = 0;
};

class run
{
public:
    run(cohub::fake_server& server, plan const& p, std::size_t lookups) : plan_(p)
    {
        for (auto const& u : server.users())
            if (!u.deleted) ids_.push_back(u.account_id);
        cohub::options o(server.url(), cohub::secret(server.api_key()));
        o.tls.ca_pem = server.ca_pem();
        o.coalesce = p.coalesce;
        o.threads = cohub::threading::single;
        hub_ = std::make_unique<cohub::hub>(io_, o);
        hub_->warm_up(16);
        io_.run_for(std::chrono::milliseconds(500));
        io_.restart();
        auto const before = server.journal().count("system.getNames");
        constexpr std::size_t coroutines = 500;
        auto const began = steady_clock::now();
        auto const cpu = cpu_of_thread();
        for (std::size_t c = 0; c != coroutines; ++c)
            asio::co_spawn(io_, life(c, lookups / coroutines), [](std::exception_ptr e) {
                if (e) std::rethrow_exception(e);
            });
        io_.run();
        result_.cpu = cpu_of_thread() - cpu;
        result_.wall = steady_clock::now() - began;
        result_.requests = server.journal().count("system.getNames") - before;
        std::sort(result_.took.begin(), result_.took.end());
    }

    outcome const& result() const { return result_; }

private:
    asio::awaitable<void> life(std::size_t number, std::size_t lookups)
    {
        std::mt19937 random(static_cast<unsigned>(number));
        std::uniform_real_distribution<double> chance(0, 1);
        asio::steady_timer soon(io_);
        for (std::size_t i = 0; i != lookups; ++i) {
            bool const is_bad = chance(random) < plan_.bad;
            bool const leaves = chance(random) < plan_.cancelled;
            std::string const id = is_bad ? "no id at all" : ids_[random() % ids_.size()];
            auto const began = steady_clock::now();
            if (leaves) {
                asio::cancellation_signal stop;
                soon.expires_after(std::chrono::milliseconds(1));
                soon.async_wait([&stop](boost::system::error_code ec) {
                    if (!ec) stop.emit(asio::cancellation_type::total);
                });
                auto const r = co_await hub_->system().get_name(
                    id,
                    cohub::as_result(asio::bind_cancellation_slot(stop.slot(), asio::use_awaitable))
                );
                soon.cancel();
                check(r, is_bad, true);
                // The timer's handler refers to `stop`.
                co_await asio::post(io_, asio::use_awaitable);
            } else {
                auto const r = co_await hub_->system().get_name(id, cohub::as_result);
                check(r, is_bad, false);
                if (r) result_.took.push_back(milliseconds(steady_clock::now() - began).count());
            }
        }
    }

    void check(cohub::result<cohub::account_names> const& r, bool is_bad, bool may_leave)
    {
        if (r) {
            if (is_bad || (r->first_name + r->last_name).empty())
                throw std::runtime_error("a wrong answer");
            return;
        }
        auto const why = r.error().kind();
        if (is_bad && why == cohub::errc::invalid_argument)
            ++result_.refused;
        else if (may_leave && why == cohub::errc::cancelled)
            ++result_.cancelled;
        else
            throw cohub::error(r.error());
    }

    plan plan_;
    asio::io_context io_{1};
    std::vector<std::string> ids_;
    std::unique_ptr<cohub::hub> hub_;
    outcome result_;
};

double percentile(std::vector<double> const& sorted, double p)
{
    if (sorted.empty()) return 0;
    auto const at = static_cast<std::size_t>(p * static_cast<double>(sorted.size() - 1));
    return sorted[at];
}

std::size_t number_after(
    std::vector<std::string_view> const& args, std::string_view name, std::size_t otherwise
)
{
    auto const at = std::find(args.begin(), args.end(), name);
    if (at == args.end() || at + 1 == args.end()) return otherwise;
    return std::stoul(std::string(*(at + 1)));
}

}  // namespace

int main(int argc, char** argv)
try {
    using std::chrono::milliseconds;
    std::vector<std::string_view> const args(argv + 1, argv + argc);
    std::size_t const lookups = number_after(args, "--lookups", 10'000);
    std::size_t const rounds = number_after(args, "--rounds", 5);
    cohub::fake_server server(cohub::fake_server_options().users(5000));
    cohub::coalesce_options alone, together, kept;
    together.window = kept.window = milliseconds(2);
    kept.cache(std::chrono::minutes(1));
    std::vector<plan> const plans{
        {"each alone", alone},
        {"window of 2 ms", together},
        {"window and cache", kept},
        {"each alone, 1 % bad, 5 % cancelled", alone, 0.01, 0.05},
        {"window of 2 ms, 1 % bad, 5 % cancelled", together, 0.01, 0.05}};
    std::vector<std::vector<outcome>> all(plans.size());
    for (std::size_t round = 0; round != rounds; ++round)
        for (std::size_t i = 0; i != plans.size(); ++i)
            all[i].push_back(run(server, plans[i], lookups).result());
    std::printf(
        "%zu lookups from 500 coroutines, 200 ids a call at most; medians of %zu rounds\n\n"
        "| | requests | p50 ms | p99 ms | all ms | client's CPU ms | refused | cancelled |\n"
        "|---|---|---|---|---|---|---|---|\n",
        lookups,
        rounds
    );
    for (std::size_t i = 0; i != plans.size(); ++i) {
        auto const median = [&](auto const& of) {
            std::vector<double> v;
            for (auto const& o : all[i]) v.push_back(static_cast<double>(of(o)));
            std::sort(v.begin(), v.end());
            return v[v.size() / 2];
        };
        std::printf(
            "| %s | %.0f | %.1f | %.1f | %.0f | %.0f | %.0f | %.0f |\n",
            plans[i].name.c_str(),
            median([](outcome const& o) { return o.requests; }),
            median([](outcome const& o) { return percentile(o.took, 0.5); }),
            median([](outcome const& o) { return percentile(o.took, 0.99); }),
            median([](outcome const& o) { return o.wall.count(); }),
            median([](outcome const& o) { return o.cpu.count(); }),
            median([](outcome const& o) { return o.refused; }),
            median([](outcome const& o) { return o.cancelled; })
        );
    }
} catch (std::exception const& e) {
    std::fprintf(stderr, "error: %s\n", e.what());
    return 1;
}
