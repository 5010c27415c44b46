#include "load.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <signal.h>

#include <array>
#include <exception>
#include <limits>

namespace bench {

namespace {

namespace asio = boost::asio;
using asio::use_awaitable;
using steady = std::chrono::steady_clock;

// Few and many results, one word and two, an e-mail address, nobody.
constexpr std::array queries{
    "a", "an", "mar", "o", "s e", "ada@example.com", "nobody-by-that-name"};
constexpr std::chrono::minutes longest{10};

class runner
{
public:
    runner(cohub::options const& options, load const& work)
        : hub_(io_, options), system_(hub_.system()), work_(work)
    {
    }

    // One call of each kind, one after the other: does it work at all, and what is right?
    void rehearse()
    {
        std::exception_ptr failed;
        asio::co_spawn(io_, first_calls(), [&](std::exception_ptr e) { failed = e; });
        io_.run();
        if (failed) std::rethrow_exception(failed);
    }

    void warm_up(std::size_t connections)
    {
        if (work_.warm_up.count() == 0) return;
        hub_.warm_up(connections);
        turn(0, work_.warm_up, nullptr);
    }

    outcome measure(progress const& tell)
    {
        auto const before = hub_.stats();
        bool const counted = work_.requests != 0;
        turn(work_.requests, counted ? longest : work_.duration, &tell);
        now_.connections = hub_.stats();
        now_.connections.reused -= before.reused;
        return std::move(now_);
    }

private:
    asio::awaitable<void> first_calls()
    {
        for (std::size_t i = 0; i < queries.size(); ++i) {
            auto const found = co_await system_.user_search(queries[i]);
            expected_[i] = found.size();
        }
    }

    // Everybody at once, until enough calls were made or the time is over.
    void turn(std::uint64_t requests, std::chrono::nanoseconds time, progress const* tell)
    {
        now_ = outcome();
        most_ = requests != 0 ? requests : std::numeric_limits<std::uint64_t>::max();
        next_ = 0;
        start_ = steady::now();
        end_ = start_ + time;
        asio::signal_set signals(io_, SIGINT);
        signals.async_wait([this](boost::system::error_code ec, int) {
            if (ec) return;
            now_.interrupted = true;
            end_ = steady::now();
        });
        asio::steady_timer ticks(io_);
        if (tell != nullptr) asio::co_spawn(io_, report(ticks, *tell), asio::detached);
        working_ = work_.concurrency;
        for (std::size_t i = 0; i < work_.concurrency; ++i) {
            asio::co_spawn(io_, worker(), [&](std::exception_ptr e) {
                if (e) std::rethrow_exception(e);
                if (--working_ != 0) return;
                signals.cancel();
                ticks.cancel();
            });
        }
        io_.restart();
        io_.run();
        now_.took = steady::now() - start_;
        if (work_.rate > 0 && !now_.interrupted) count_unsent();
    }

    void count_unsent()
    {
        double const seconds = std::chrono::duration<double>(end_ - start_).count();
        auto const due =
            std::min<std::uint64_t>(most_, static_cast<std::uint64_t>(seconds * work_.rate));
        if (due > now_.sent) now_.unsent = due - now_.sent;
    }

    asio::awaitable<void> worker()
    {
        asio::steady_timer timer(io_);
        while (next_ < most_) {
            std::uint64_t const i = next_++;
            auto begin = steady::now();
            if (work_.rate > 0) {
                // When the call should have begun counts, and not when a stalled server left a
                // worker free to begin it: else a stall would hide the very calls it delays.
                auto const intended = intended_start(i);
                if (intended >= end_) co_return;
                if (intended > begin) {
                    boost::system::error_code ignored;
                    timer.expires_at(intended);
                    co_await timer.async_wait(asio::redirect_error(use_awaitable, ignored));
                }
                begin = intended;
            }
            if (steady::now() >= end_) co_return;
            ++now_.sent;
            std::size_t const which = static_cast<std::size_t>(i) % queries.size();
            auto const found = co_await system_.user_search(queries[which], cohub::as_result);
            if (!found)
                count_error(found.error());
            else if (work_.steady_data && found->size() != expected_[which])
                count_wrong(found->size(), which);
            else
                count_answer(found->size(), begin);
        }
    }

    steady::time_point intended_start(std::uint64_t i) const
    {
        std::chrono::duration<double> const after(static_cast<double>(i) / work_.rate);
        return start_ + std::chrono::duration_cast<steady::duration>(after);
    }

    void count_answer(std::size_t users, steady::time_point begin)
    {
        auto const end = steady::now();
        auto const latency = end - begin;
        ++now_.answered;
        now_.users += users;
        now_.latencies.record(latency);
        auto const at = static_cast<std::size_t>((end - start_) / slot::width);
        if (now_.over_time.size() <= at) now_.over_time.resize(at + 1);
        ++now_.over_time[at].answered;
        now_.over_time[at].slowest =
            std::max<std::chrono::nanoseconds>(now_.over_time[at].slowest, latency);
    }

    void count_error(cohub::failure const& f)
    {
        ++now_.failed;
        ++now_.errors[f.code.message()];
        if (now_.first_error.empty()) now_.first_error = f.message();
    }

    void count_wrong(std::size_t users, std::size_t which)
    {
        ++now_.failed;
        ++now_.errors["a wrong answer"];
        if (now_.first_error.empty())
            now_.first_error = "\"" + std::string(queries[which]) + "\" found " +
                               std::to_string(users) + " users, and " +
                               std::to_string(expected_[which]) + " at first";
    }

    asio::awaitable<void> report(asio::steady_timer& ticks, progress const& tell)
    {
        while (working_ != 0) {
            boost::system::error_code ec;
            ticks.expires_after(std::chrono::milliseconds(250));
            co_await ticks.async_wait(asio::redirect_error(use_awaitable, ec));
            if (ec) co_return;
            tell(now_, steady::now() - start_);
        }
    }

    asio::io_context io_{1};
    cohub::hub hub_;
    cohub::system_api system_;
    load work_;
    std::array<std::size_t, queries.size()> expected_{};
    outcome now_;
    std::uint64_t most_ = 0, next_ = 0;
    std::size_t working_ = 0;
    steady::time_point start_, end_;
};

}  // namespace

outcome run(
    cohub::options const& options,
    load const& work,
    std::function<void()> const& on_start,
    progress const& tell
)
{
    auto o = options;
    o.threads = cohub::threading::single;
    runner r(o, work);
    r.rehearse();
    r.warm_up(std::min(o.pool.max_connections, work.concurrency));
    on_start();
    return r.measure(tell);
}

}  // namespace bench
