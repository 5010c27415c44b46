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

/// @brief Several hubs behind one handle, for more calls than one hub can carry.
///
///     cohub::sharded_hub const hubs(options);      // a hub and a thread for each hardware thread
///     auto const users = cohub::wait(hubs.any().system().user_search("ada"));
///
/// A hub holds its lock for most of the work of a call. So one hub keeps little more than one core
/// busy, no matter how many threads run its executor (benchmarks/README.md, "Several threads"). In
/// a `sharded_hub`, each hub has its own lock, its own pool, and its own thread or executor.
///
/// `pool.max_connections`, `pool.max_idle`, `pool.max_waiting` and `retry.budget_reserve` apply to
/// all hubs together: each hub gets an equal share, rounded up for the three limits of the pool.
/// Hubs do not share what they know about the server (how long it takes, that it no longer answers,
/// a `Retry-After`). Calls share requests (`coalesce`) only with other calls of the same hub.
/// @par Thread safety, lifetime, cancellation
/// The same as for `hub`.
class sharded_hub
{
public:
    /// @brief Makes `n` hubs, each with its own thread. With 0, it makes as many as the machine has
    /// threads.
    /// @throws cohub::error as the constructor of `hub` does
    explicit sharded_hub(options const& o, std::size_t n = 0)
    {
        if (n == 0) n = std::max(1u, std::thread::hardware_concurrency());
        auto const each = share_of(o, n);
        hubs_.reserve(n);
        for (std::size_t i = 0; i != n; ++i) hubs_.emplace_back(each);
    }
    /// @brief Makes one hub for each element of `sources`, in their order.
    ///
    /// An element is an executor, or a pointer to an object that has one (as in
    /// `std::vector<asio::io_context*>`).
    /// @throws cohub::error as the constructor of `hub` does; errc::invalid_argument if `sources`
    /// is empty
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

    /// @brief The number of hubs.
    std::size_t size() const noexcept { return hubs_.size(); }
    /// @brief The hub with the index `i`. A caller that runs on the executor of one of the hubs can
    /// choose that hub.
    hub const& operator[](std::size_t i) const noexcept { return hubs_[i]; }
    /// @brief The next hub, in turn.
    hub const& any() const noexcept
    {
        return hubs_[next_.fetch_add(1, std::memory_order_relaxed) % hubs_.size()];
    }

    /// @brief Calls `hub::set_api_key` of each hub.
    /// @throws cohub::error errc::invalid_argument if `key` cannot be a key; the old key stays in
    /// use
    void set_api_key(secret const& key) const
    {
        for (auto const& h : hubs_) h.set_api_key(key);
    }
    /// @brief Calls `hub::reload_tls` of each hub. If it throws, some hubs may already use the new
    /// files.
    void reload_tls() const
    {
        for (auto const& h : hubs_) h.reload_tls();
    }
    /// @brief Calls `hub::warm_up` of each hub, with `n` divided by the number of hubs and rounded
    /// up.
    void warm_up(std::size_t n) const
    {
        for (auto const& h : hubs_) h.warm_up((n + hubs_.size() - 1) / hubs_.size());
    }
    /// @brief Calls `hub::close` of each hub.
    void close(bool gracefully = false) const
    {
        for (auto const& h : hubs_) h.close(gracefully);
    }
    /// @brief Closes all hubs at the same time, as `hub::async_close` does.
    /// @param within as for `hub::async_close`; one limit for all hubs together
    boost::asio::awaitable<void> async_close(std::chrono::nanoseconds within) const
    {
        auto const end = std::chrono::steady_clock::now() + within;
        close(true);
        for (auto const& h : hubs_) {
            auto const left = end - std::chrono::steady_clock::now();
            co_await h.async_close(std::max(left, std::chrono::steady_clock::duration(1)));
        }
    }
    /// @brief The same without a limit. Each call still has its own deadline.
    boost::asio::awaitable<void> async_close() const
    {
        close(true);
        for (auto const& h : hubs_) co_await h.async_close();
    }

    /// @brief The sums of the counters of all hubs.
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
