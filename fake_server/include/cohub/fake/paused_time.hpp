#pragma once

#include <cohub/core/auto_advance_clock.hpp>
#include <cohub/fake/time_source.hpp>
#include <cohub/transport/options.hpp>
#include <cohub/transport/watched_tcp.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

namespace cohub::inline abi_0_2::fake {

namespace detail {

/// One clock for clients, which report what they wait for, and for a server, which reports which
/// answers it keeps back.
class paused_clock final : public auto_advance_clock,
                           public transport::tcp_watcher,
                           public time_source
{
public:
    // tcp_watcher
    std::uint64_t opened(std::uint16_t local_port, std::uint16_t remote_port) override
    {
        std::lock_guard const lock(mutex_);
        connections_[++last_] = {local_port, remote_port, 0};
        return last_;
    }
    void waits(std::uint64_t c) override
    {
        std::lock_guard const lock(mutex_);
        if (auto const found = connections_.find(c); found != connections_.end())
            ++found->second.waiting;
    }
    void waited(std::uint64_t c) noexcept override
    {
        std::lock_guard const lock(mutex_);
        if (auto const found = connections_.find(c); found != connections_.end())
            --found->second.waiting;
    }
    void closed(std::uint64_t c) noexcept override
    {
        std::lock_guard const lock(mutex_);
        connections_.erase(c);
        // The part of the server that keeps the answer back sees the end of the connection.
        std::erase_if(kept_, [c](kept const& k) { return k.connection == c; });
    }
    void begins_work() noexcept override
    {
        std::lock_guard const lock(mutex_);
        ++working_;
        begin_anew();
    }
    void ends_work() noexcept override
    {
        std::lock_guard const lock(mutex_);
        --working_;
        look();
    }

    // time_source
    std::optional<std::uint64_t> keep_back(
        std::uint16_t server_port,
        std::uint16_t client_port,
        std::chrono::milliseconds time,
        std::function<void()> over
    ) override
    {
        std::lock_guard const lock(mutex_);
        for (auto const& [c, state] : connections_) {
            if (state.local_port != client_port || state.remote_port != server_port) continue;
            kept_.push_back({++last_, c, now_ + time, std::move(over)});
            begin_anew();
            look();
            return last_;
        }
        return std::nullopt;
    }
    void let_go(std::uint64_t number) noexcept override
    {
        std::lock_guard const lock(mutex_);
        std::erase_if(kept_, [number](kept const& k) { return k.number == number; });
        look();
    }

private:
    struct connection
    {
        std::uint16_t local_port;
        std::uint16_t remote_port;
        int waiting;  // number of waiting operations
    };
    struct kept
    {
        std::uint64_t number;
        std::uint64_t connection;
        time_point due;
        std::function<void()> over;
    };

    bool is_busy() const noexcept override { return working_ != 0; }
    bool keeps_all_answers() const noexcept override
    {
        bool any = false;
        for (auto const& [c, state] : connections_) {
            if (state.waiting == 0) continue;
            any = true;
            bool const is_kept = std::any_of(kept_.begin(), kept_.end(), [id = c](kept const& k) {
                return k.connection == id;
            });
            if (!is_kept) return false;
        }
        return any;
    }
    time_point next_of_others() const noexcept override
    {
        auto next = time_point::max();
        for (auto const& k : kept_) next = std::min(next, k.due);
        return next;
    }
    void tell_others() noexcept override
    {
        std::erase_if(kept_, [this](kept const& k) {
            if (k.due > now_) return false;
            k.over();
            return true;
        });
    }

    std::map<std::uint64_t, connection> connections_;  // the established ones
    std::vector<kept> kept_;
    std::uint64_t last_ = 0;
    int working_ = 0;
};

}  // namespace detail

/// @brief The time of a test, which clients and a fake server share. It stands still while anything
/// can happen, and then moves to the next point in time at which something is due.
///
///     cohub::fake::paused_time time;
///     cohub::fake_server server(cohub::fake_server_options().time_source(time.source()));
///     cohub::options options(server.url(), server.api_key());
///     time.apply(options);
///
/// It behaves like `cohub::auto_advance_clock`, with one difference: it also moves while exchanges
/// are on the wire, if the server keeps back the answer to each of them (`delay`, `stall`,
/// `spend_time`). So a `delay(30s)` against a client's timeout of 10 s is decided immediately, with
/// the same result as in real time. The time does not move during an exchange that the server works
/// on, that `hold` keeps back, or that goes to any other server.
/// @par Thread safety
/// All members may be called from any thread.
/// @par Lifetime
/// Clients and servers keep the parts of it that they need.
class paused_time
{
public:
    paused_time() : clock_(std::make_shared<detail::paused_clock>()) {}

    /// @brief Makes a client with the options `o` use this time: sets `clock` and `network`.
    void apply(options& o) const
    {
        o.clock = clock_;
        o.network = std::make_shared<transport::watched_tcp>(clock_);
    }
    /// @brief For `fake_server_options::time_source`.
    std::shared_ptr<time_source> source() const { return clock_; }

    /// @brief Moves the time forward, whatever is under way.
    void advance(std::chrono::nanoseconds by) const { clock_->advance(by); }
    /// @brief How far the time has moved, by itself and by `advance`.
    std::chrono::nanoseconds elapsed() const { return clock_->elapsed(); }

private:
    std::shared_ptr<detail::paused_clock> clock_;
};

}  // namespace cohub::inline abi_0_2::fake
