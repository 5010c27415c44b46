#ifndef COHUB_SIM_WORLD_HPP
#define COHUB_SIM_WORLD_HPP

#include <cohub/core/clock.hpp>
#include <cohub/core/platform.hpp>
#include <cohub/core/secret.hpp>
#include <cohub/sim/conditions.hpp>
#include <cohub/sim/detail/client_socket.hpp>
#include <cohub/sim/detail/core.hpp>
#include <cohub/sim/http_server.hpp>
#include <cohub/sim/random.hpp>
#include <cohub/sim/script.hpp>
#include <cohub/sim/socket.hpp>
#include <cohub/sim/timer.hpp>
#include <cohub/transport/options.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/address.hpp>

#include <charconv>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cohub::inline abi_0_2::sim {

/// @brief A network in memory with its own time. A seed decides everything in it. Clients of cohub,
/// coroutines and servers run in it, and the same seed repeats the same run.
///
///     sim::world world(seed);
///     world.serve_http("127.0.0.1:80", answer);
///     hub hub(world, world.client_options());
///     world.spawn(service(hub));
///     world.run();
///
/// Time stands still while code runs. When nothing is left to do, it moves to the next point in
/// time at which something is due. So a deadline of 30 s costs no real time, and is exact.
/// @par Thread safety
/// One thread alone uses a world and everything in it. The seed does not repeat what comes from the
/// real clock, from a thread, or from OpenSSL's random bytes: a TLS handshake has the same outcome
/// at the same time, but other bytes.
/// @par Lifetime
/// Clients must be destroyed before their world, unless a coroutine of the world owns them.
/// Coroutines that still wait are destroyed with the world.
class world
{
public:
    /// An address with a port.
    using endpoint = boost::asio::ip::tcp::endpoint;
    /// The executor type of Asio's io_context.
    using executor_type = boost::asio::io_context::executor_type;
    /// The function that serves one connection: a coroutine that gets the server's end of it.
    using stream_handler = std::function<boost::asio::awaitable<void>(socket)>;

    /// @param seed decides everything that is random
    explicit world(std::uint64_t seed) : seed_(seed), core_(std::make_shared<detail::core>(seed))
    {
        boost::asio::make_service<detail::core_service>(io_, core_);
    }
    world(world const&) = delete;
    world& operator=(world const&) = delete;
    ~world() { servers_.clear(); }

    /// @brief The seed of this world.
    std::uint64_t seed() const noexcept { return seed_; }
    /// @brief The executor of everything in this world.
    executor_type get_executor() noexcept { return io_.get_executor(); }
    /// @brief The io_context behind the executor. The world runs it.
    boost::asio::io_context& context() noexcept { return io_; }
    /// @brief The time in this world.
    clock::time_point now() const noexcept { return core_->time->now(); }
    /// @brief How long this world has run, in its own time.
    clock::duration elapsed() const noexcept { return now() - detail::timeline::start; }
    /// @brief Random numbers for the test itself.
    sim::random& random() noexcept { return core_->chance; }
    /// @brief A number that is the same for two runs that were the same.
    std::uint64_t digest() const noexcept { return core_->digest; }

    // ---- clients and servers --------------------------------------------------------------------

    /// @brief Options of a client in this world. All other options are as in production.
    /// @param host as in `options`: plain `http` leads to a loopback address, any of 127.0.0.0/8 or
    /// `localhost`; for `https` see `serve` and `name`
    cohub::options client_options(
        std::string host = "http://127.0.0.1", secret key = secret("sk-simulated")
    )
    {
        cohub::options o(std::move(host), std::move(key));
        o.clock = core_->time;
        o.network = std::make_shared<detail::client_network>(core_);
        o.retry.seed = core_->chance.next() | 1;
        o.hooks.resolve = [world = core_](
                              std::string const& name,
                              std::uint16_t port,
                              hooks::resolve_callback const& callback
                          ) {
            auto const& c = world->usual;
            auto const late = world->chance.between(c.min_latency, c.max_latency);
            world->time->at(world->time->now() + late, [world, name, port, callback](error_code) {
                auto found = world->names[name];
                if (found.empty() && name == "localhost")
                    found.emplace_back(boost::asio::ip::address_v4::loopback(), port);
                callback(
                    found.empty() ? error_code(boost::asio::error::host_not_found) : error_code(),
                    found
                );
            });
        };
        return o;
    }

    /// @brief Starts a coroutine. `run` throws its exceptions.
    void spawn(boost::asio::awaitable<void> what)
    {
        boost::asio::co_spawn(io_, std::move(what), [this](std::exception_ptr const& e) {
            if (e && !problem_) problem_ = e;
        });
    }

    /// @brief Calls `handler` for each connection to `address`, for example `"127.0.0.1:80"`. The
    /// handler may wrap the connection in an `ssl::stream`.
    /// @throws boost::system::system_error if something listens there already
    void serve(std::string_view address, stream_handler handler)
    {
        endpoint const at = endpoint_of(address);
        auto const a = std::make_shared<acceptor>(get_executor(), at);
        servers_[at] = a;
        spawn(accept_all(*this, a, std::make_shared<stream_handler>(std::move(handler))));
    }
    /// @brief Runs this script on each connection to `address`.
    void serve(std::string_view address, script what)
    {
        serve(address, [what = std::move(what)](socket s) {
            return script::play(what, std::move(s));
        });
    }
    /// @brief The same for HTTP/1.1 in plain text.
    void serve_http(std::string_view address, http_handler answer)
    {
        serve(address, [answer = std::move(answer)](socket s) {
            return serve_one(std::move(s), answer);
        });
    }
    /// @brief Stops listening at `address`. Existing connections go on.
    void stop(std::string_view address)
    {
        if (auto const one = servers_.extract(endpoint_of(address))) one.mapped()->close();
    }

    // ---- the network ---------------------------------------------------------------------------

    /// @brief The conditions for addresses that are used for the first time from now on.
    conditions& usual_conditions() noexcept { return core_->usual; }
    /// @brief The conditions on the way to this address.
    conditions& conditions_of(std::string_view address)
    {
        return core_->way_to(endpoint_of(address))->now;
    }
    /// @brief Nothing passes between clients and this address, until `heal`.
    void part(std::string_view address) { core_->part(endpoint_of(address)); }
    /// @brief What was held back arrives now.
    void heal(std::string_view address) { core_->heal(endpoint_of(address)); }
    /// @brief Resets all connections to this address; both sides get the reset.
    void reset_connections(std::string_view address)
    {
        core_->for_each_wire(endpoint_of(address), [](detail::wire& w) { w.break_now(); });
    }
    /// @brief Nothing passes any more on existing connections to this address, and neither side is
    /// notified, as if the other machine had disappeared. New connections are not affected.
    void cut_connections(std::string_view address)
    {
        core_->for_each_wire(endpoint_of(address), [](detail::wire& w) { w.cut(); });
    }
    /// @brief Sets the addresses of a host name, each with its port. An empty list: the name does
    /// not exist.
    void name(std::string host, std::vector<std::string> const& addresses)
    {
        auto& known = core_->names[std::move(host)];
        known.clear();
        for (auto const& a : addresses) known.push_back(endpoint_of(a));
    }

    /// @brief The operation number `n` of clients' sockets (connects, reads, writes, waits) fails
    /// with `how`. The count begins now, with 1.
    void fail_operation(std::uint64_t n, error_code how) noexcept
    {
        core_->failing = n;
        core_->fails_with = how;
    }
    /// @brief The number of operations of clients' sockets so far.
    std::uint64_t operations() const noexcept { return core_->operations; }
    /// @brief The number of connections to this address that no client has closed.
    std::size_t open_connections(std::string_view address)
    {
        std::size_t n = 0;
        core_->for_each_wire(endpoint_of(address), [&](detail::wire& w) { n += w.is_held(); });
        return n;
    }

    // ---- time ----------------------------------------------------------------------------------

    /// @brief Runs one handler that is ready. If there is none, it runs what is due next.
    /// @return false if there is neither
    bool run_one()
    {
        io_.restart();
        if (io_.poll_one() != 0) return rethrow();
        auto const due = core_->time->next();
        return due && advance(*due) && rethrow();
    }
    /// @brief Runs until nothing is left that could happen. Idle connections do not count.
    /// @throws what a coroutine of `spawn` has thrown
    void run()
    {
        settle();
        while (auto const due = core_->time->next()) step(*due);
    }
    /// @brief Runs for this time, whether something happens or not.
    void run_for(clock::duration time)
    {
        auto const end = now() + time;
        settle();
        while (step(end)) {
        }
    }
    /// @brief Runs until `done` returns true, for this time at most.
    /// @return the last result of `done`
    bool run_until(std::function<bool()> const& done, clock::duration at_most)
    {
        auto const end = now() + at_most;
        settle();
        while (!done())
            if (!step(end)) return done();
        return true;
    }

    /// @brief Reads `127.0.0.1:80` or `[::1]:80`.
    /// @throws std::invalid_argument for any other text
    static endpoint endpoint_of(std::string_view address)
    {
        auto const colon = address.rfind(':');
        std::string host(address.substr(0, colon));
        if (host.size() > 1 && host.front() == '[') host = host.substr(1, host.size() - 2);
        error_code ec;
        auto const ip = boost::asio::ip::make_address(host, ec);
        int const port =
            colon == address.npos ? 0 : std::atoi(std::string(address.substr(colon + 1)).c_str());
        if (ec || port < 1 || port > 65535)
            throw std::invalid_argument(
                "cohub::sim: an address is written as 127.0.0.1:80 or [::1]:80, and not as " +
                std::string(address)
            );
        return {ip, static_cast<std::uint16_t>(port)};
    }

private:
    static boost::asio::awaitable<void> accept_all(
        world& self, std::shared_ptr<acceptor> from, std::shared_ptr<stream_handler> handler
    )
    {
        for (;;) {
            error_code ec;
            socket s = co_await from->async_accept(
                boost::asio::redirect_error(boost::asio::use_awaitable, ec)
            );
            if (ec) co_return;
            self.spawn(run_one(handler, std::move(s)));
        }
    }
    /// Keeps the handler: the captures of a lambda live until its coroutine ends.
    static boost::asio::awaitable<void> run_one(std::shared_ptr<stream_handler> handler, socket s)
    {
        co_await (*handler)(std::move(s));
    }
    static boost::asio::awaitable<void> serve_one(socket s, http_handler answer)
    {
        co_await sim::serve_http(s, answer);
    }

    bool advance(clock::time_point until)
    {
        if (!core_->time->step(until)) return false;
        core_->note(core_->connections);
        return true;
    }
    bool step(clock::time_point until)
    {
        if (!advance(until)) return false;
        settle();
        return true;
    }
    bool rethrow()
    {
        if (problem_) std::rethrow_exception(std::exchange(problem_, nullptr));
        return true;
    }

    /// Runs everything that is ready.
    void settle()
    {
        constexpr int most = 10'000'000;
        io_.restart();
        int n = 0;
        while (io_.poll_one() != 0)
            if (++n == most)
                throw std::runtime_error("cohub::sim: this world does not come to rest");
        rethrow();
    }

    std::uint64_t seed_;
    std::shared_ptr<detail::core> core_;
    std::exception_ptr problem_;
    boost::asio::io_context io_{1};
    std::map<endpoint, std::shared_ptr<acceptor>> servers_;
};

/// @brief Runs `body` in `worlds` worlds, with the seeds `first`, `first` + 1 and so on.
///
/// If `COHUB_SEED` is set in the environment, only the world with that seed runs. `COHUB_WORLDS`
/// sets another number of worlds.
/// @return the number of worlds
/// @throws std::runtime_error with the seed that repeats the failure; the exception of `body` is
/// nested in it
/// @throws std::invalid_argument if one of these variables is not a number of at least 1
inline std::size_t explore(
    std::size_t worlds, std::function<void(world&)> const& body, std::uint64_t first = 1
)
{
    auto const number = [](char const* name) -> std::optional<std::uint64_t> {
        auto const text = platform::variable(name);
        if (text.empty()) return std::nullopt;
        std::string const digits(text.begin(), text.end());
        std::uint64_t n = 0;
        auto const r = std::from_chars(digits.data(), digits.data() + digits.size(), n);
        if (r.ec != std::errc() || r.ptr != digits.data() + digits.size() || n == 0)
            throw std::invalid_argument(
                std::string(name) + " must be a number from 1 on, and not " + digits
            );
        return n;
    };
    if (auto const n = number("COHUB_WORLDS")) worlds = static_cast<std::size_t>(*n);
    if (auto const seed = number("COHUB_SEED")) {
        first = *seed;
        worlds = 1;
    }
    auto const failed = [](std::string const& what, std::uint64_t seed) {
        std::throw_with_nested(
            std::runtime_error(what + " [COHUB_SEED=" + std::to_string(seed) + " repeats it]")
        );
    };
    for (std::size_t i = 0; i != worlds; ++i) {
        std::uint64_t const seed = first + i;
        try {
            world w(seed);
            body(w);
        } catch (std::exception const& e) {
            failed(e.what(), seed);
        } catch (...) {
            failed("something that is no std::exception", seed);
        }
    }
    return worlds;
}

}  // namespace cohub::inline abi_0_2::sim

#endif
