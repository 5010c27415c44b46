#ifndef COHUB_SHARDED_HUB_HPP
#define COHUB_SHARDED_HUB_HPP

#include <cohub/core/error.hpp>
#include <cohub/hub.hpp>

#include <boost/asio/awaitable.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <thread>
#include <utility>
#include <vector>

namespace cohub::inline abi_0_2 {

/// @brief Several hubs behind one handle, for more calls than one can carry.
///
///     cohub::sharded_hub const hubs(options);      // a hub and a thread for each of the machine's
///     auto const users = cohub::wait(hubs.any().system().user_search("ada"));
///
/// A hub's lock is held for most of what a call costs, so that one hub keeps little more than one
/// core busy, whatever threads run its executor (benchmarks/README.md, "Several threads"). Each of
/// these has a lock, a pool and a thread of its own.
///
/// `pool.max_connections`, `pool.max_idle`, `pool.max_waiting` and `retry.budget_reserve` are for
/// all hubs together: each has its share, and at least one. What hubs know of the server (how long
/// it takes, that it has fallen silent, a `Retry-After`) and what calls share (`coalesce`) is a
/// matter of one hub.
/// @par Thread safety, lifetime, cancellation
/// Those of `hub`.
class sharded_hub
{
public:
    /// @brief `n` hubs with a thread each; 0: as many as the machine has threads.
    /// @throws cohub::error as `hub` does
    explicit sharded_hub(options const& o, std::size_t n = 0)
    {
        if (n == 0) n = std::max(1u, std::thread::hardware_concurrency());
        auto const each = share_of(o, n);
        hubs_.reserve(n);
        for (std::size_t i = 0; i != n; ++i) hubs_.emplace_back(each);
    }
    /// @brief A hub for each of `sources`, in their order: executors, or what has one, as pointers
    /// (`std::vector<asio::io_context*>`).
    /// @throws cohub::error as `hub` does, and for no source at all
    template <class Sources>
    sharded_hub(Sources const& sources, options const& o)
    {
        std::size_t const n = std::size(sources);
        if (n == 0)
            throw error(failure(errc::invalid_argument, "sharded_hub: there is no executor"));
        auto const each = share_of(o, n);
        hubs_.reserve(n);
        for (auto const& s : sources) {
            if constexpr (requires { s->get_executor(); })
                hubs_.emplace_back(*s, each);
            else
                hubs_.emplace_back(s, each);
        }
    }

    /// @brief How many hubs there are.
    std::size_t size() const noexcept { return hubs_.size(); }
    /// @brief The hub number `i`: that of the caller's own executor or thread, where it has one.
    hub const& operator[](std::size_t i) const noexcept { return hubs_[i]; }
    /// @brief The next one in turn.
    hub const& any() const noexcept
    {
        return hubs_[next_.fetch_add(1, std::memory_order_relaxed) % hubs_.size()];
    }

    /// @brief `hub::set_api_key` of each.
    /// @throws cohub::error errc::invalid_argument if it cannot be a key; the old one stays
    void set_api_key(secret const& key) const
    {
        for (auto const& h : hubs_) h.set_api_key(key);
    }
    /// @brief `hub::reload_tls` of each; with an error some may have read the files already.
    void reload_tls() const
    {
        for (auto const& h : hubs_) h.reload_tls();
    }
    /// @brief `n` connections among all.
    void warm_up(std::size_t n) const
    {
        for (auto const& h : hubs_) h.warm_up((n + hubs_.size() - 1) / hubs_.size());
    }
    /// @brief `hub::close` of each.
    void close(bool gracefully = false) const
    {
        for (auto const& h : hubs_) h.close(gracefully);
    }
    /// @brief `hub::async_close` of all at once.
    /// @param within as there; for all together
    boost::asio::awaitable<void> async_close(std::chrono::nanoseconds within) const
    {
        auto const end = std::chrono::steady_clock::now() + within;
        close(true);
        for (auto const& h : hubs_) {
            auto const left = end - std::chrono::steady_clock::now();
            co_await h.async_close(std::max(left, std::chrono::steady_clock::duration(1)));
        }
    }
    /// @brief The same without a limit: each call has its own deadline.
    boost::asio::awaitable<void> async_close() const
    {
        close(true);
        for (auto const& h : hubs_) co_await h.async_close();
    }

    /// @brief The counters of all, added up.
    connection_stats stats() const
    {
        connection_stats all;
        for (auto const& h : hubs_) {
            auto const s = h.stats();
            all.opened += s.opened;
            all.established += s.established;
            all.resumed += s.resumed;
            all.closed += s.closed;
            all.reused += s.reused;
            all.failed_connects += s.failed_connects;
            all.suspects += s.suspects;
            all.refused += s.refused;
            all.repeated += s.repeated;
            all.over_budget += s.over_budget;
            all.shared += s.shared;
            all.hedged += s.hedged;
            all.hedges_won += s.hedges_won;
            all.cached += s.cached;
            all.connecting += s.connecting;
            all.in_use += s.in_use;
            all.idle += s.idle;
            all.waiting += s.waiting;
            all.calls += s.calls;
            all.retry_budget += s.retry_budget;
        }
        return all;
    }

private:
    static options share_of(options o, std::size_t n)
    {
        for (auto* const limit : {&o.pool.max_connections, &o.pool.max_idle, &o.pool.max_waiting})
            if (*limit != 0) *limit = (*limit - 1) / n + 1;
        o.retry.budget_reserve /= static_cast<double>(n);
        return o;
    }

    std::vector<hub> hubs_;
    mutable std::atomic<std::size_t> next_{0};
};

}  // namespace cohub::inline abi_0_2

#endif
