// cohub-cost: does a fixed amount of work, which callgrind, counters and clocks measure.

#include <cohub/cohub.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <exception>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "work.hpp"

namespace {

namespace asio = boost::asio;
using std::chrono_literals::operator""ms;

cohub::options options_for(bench::work const& w)
{
    cohub::options o(w.url() + std::string(w.base()), bench::api_key);
    o.tls.ca_file = w.ca_file;
    o.pool.max_connections = w.pool();
    o.timeouts.connect = o.timeouts.handshake = std::chrono::seconds(60);
    o.threads = w.multi ? cohub::threading::multi : cohub::threading::single;
    return o;
}

struct run
{
    explicit run(bench::work const& w) : users(w.users()) {}

    std::size_t users;
    long left = 0;
};

asio::awaitable<void> look_up(cohub::system_api system, run& r)
{
    cohub::user_query query(bench::query_text);
    query.limit(bench::query_limit);
    while (r.left > 0) {
        --r.left;
        auto const found = co_await system.user_search(query);
        if (found.size() != r.users || found.back().last_name != "Lovelace")
            throw std::runtime_error("the answer is wrong");
    }
}

void rethrow(std::exception_ptr e)
{
    if (e) std::rethrow_exception(e);
}

void many(asio::io_context& io, cohub::hub const& hub, run& r, std::size_t in_flight, long calls)
{
    r.left = calls;
    for (std::size_t i = 0; i < in_flight; ++i)
        asio::co_spawn(io, look_up(hub.system(), r), rethrow);
    io.restart();
    io.run();
}

void calls(bench::work const& w)
{
    asio::io_context io(1);
    cohub::hub const hub(io, options_for(w));
    run r(w);
    many(io, hub, r, w.in_flight, w.warm_up());
    bench::meter m;
    m.begin();
    many(io, hub, r, w.in_flight, w.count);
    m.end(w.count);
    auto const s = hub.stats();
    std::printf(
        " opened=%llu reused=%llu\n",
        static_cast<unsigned long long>(s.opened),
        static_cast<unsigned long long>(s.reused)
    );
}

// ---- several threads ---------------------------------------------------------------------------

/// The number of calls that are left, for all threads together.
using shared_count = std::atomic<long>;

asio::awaitable<void> look_up_shared(
    cohub::system_api system, std::size_t users, shared_count& left
)
{
    cohub::user_query query(bench::query_text);
    query.limit(bench::query_limit);
    while (left.fetch_sub(1) > 0)
        if ((co_await system.user_search(query)).size() != users)
            throw std::runtime_error("the answer is wrong");
}

/// One context with one hub, which all threads run; or a context and a hub for each thread.
struct lanes
{
    explicit lanes(bench::work const& w) : threads(w.threads)
    {
        std::size_t const n = w.a_hub_each ? w.threads : 1;
        auto o = options_for(w);
        o.pool.max_connections = std::max<std::size_t>(1, w.pool() / n);
        o.threads = n == 1 ? cohub::threading::multi : cohub::threading::single;
        for (std::size_t i = 0; i != n; ++i) {
            contexts.push_back(std::make_unique<asio::io_context>(static_cast<int>(w.threads / n)));
            hubs.emplace_back(*contexts.back(), o);
        }
    }

    void run(std::size_t in_flight, std::size_t users, long calls)
    {
        shared_count left{calls};
        for (std::size_t i = 0; i != in_flight; ++i) {
            std::size_t const lane = i % hubs.size();
            // Each coroutine is sequential, even if it changes the thread.
            asio::co_spawn(
                asio::make_strand(*contexts[lane]),
                look_up_shared(hubs[lane].system(), users, left),
                rethrow
            );
        }
        for (auto const& c : contexts) c->restart();
        std::vector<std::thread> running;
        for (std::size_t i = 0; i != threads; ++i)
            running.emplace_back([&context = *contexts[i % contexts.size()]] { context.run(); });
        for (auto& t : running) t.join();
    }

    std::size_t threads;
    std::vector<std::unique_ptr<asio::io_context>> contexts;
    std::vector<cohub::hub> hubs;
};

void on_threads(bench::work const& w)
{
    lanes l(w);
    l.run(w.in_flight, w.users(), w.warm_up());
    bench::meter m;
    m.begin();
    l.run(w.in_flight, w.users(), w.count);
    m.end(w.count);
    std::printf("\n");
}

asio::awaitable<void> until_idle(cohub::hub const& hub, std::size_t n)
{
    asio::steady_timer timer(co_await asio::this_coro::executor);
    for (int i = 0; hub.stats().idle < n; ++i) {
        if (i == 3000) throw std::runtime_error("the connections do not come to stand");
        timer.expires_after(10ms);
        co_await timer.async_wait(asio::use_awaitable);
    }
}

void idle(bench::work w)
{
    w.connections = static_cast<std::size_t>(w.count);
    asio::io_context io(1);
    cohub::hub const hub(io, options_for(w));
    hub.warm_up(w.connections);
    asio::co_spawn(io, until_idle(hub, w.connections), rethrow);
    io.run();
    // Every connection has carried calls, so that the memory that calls leave behind counts, too.
    run r(w);
    many(io, hub, r, w.connections, 4 * w.count);
    std::printf(
        "idle=%zu resident=%llu\n",
        hub.stats().idle,
        static_cast<unsigned long long>(bench::resident_bytes())
    );
}

void connect(bench::work const& w)
{
    auto o = options_for(w);
    o.tls.resume_sessions = w.what == "resumed";
    o.pool.max_idle = 0;
    asio::io_context io(1);
    cohub::hub const hub(io, o);
    run r(w);
    many(io, hub, r, 1, 20);
    auto const before = hub.stats();
    bench::meter m;
    m.begin();
    many(io, hub, r, 1, w.count);
    m.end(w.count);
    auto const after = hub.stats();
    std::printf(
        " opened=%llu resumed=%llu\n",
        static_cast<unsigned long long>(after.opened - before.opened),
        static_cast<unsigned long long>(after.resumed - before.resumed)
    );
}

}  // namespace

int main(int argc, char** argv)
try {
    bench::work const w = bench::read_arguments(argc, argv);
    if (w.mode == "calls")
        calls(w);
    else if (w.mode == "threads")
        on_threads(w);
    else if (w.mode == "idle")
        idle(w);
    else if (w.mode == "connect")
        connect(w);
    else
        throw std::runtime_error("'" + w.mode + "' is none of calls, threads, idle and connect");
    return 0;
} catch (std::exception const& e) {
    std::fprintf(stderr, "error: %s\n", e.what());
    return 1;
}
