#pragma once

#include <cohub/cohub.hpp>
#include <cohub/fake/raw_peer.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <new>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "allocation.hpp"

namespace cohub::tests {

using namespace std::chrono_literals;
using fake::raw_answer;
using fake::raw_peer;
using fake::raw_request;
using fake::raw_script;

/// @brief The result of one call. Its handler may run on another thread.
class outcome
{
public:
    void took_handler() noexcept { count(alive_, 1); }
    void lost_handler() noexcept { count(alive_, -1); }
    template <class T>
    void completed(result<T>&& r)
    {
        allocation::exempt const own;
        std::lock_guard const lock(mutex_);
        ++completions_;
        if (r.has_error())
            why_.emplace(std::move(r).error());
        else if constexpr (std::is_same_v<T, boost::json::value>)
            value_ = boost::json::serialize(*r);
    }
    void refused() noexcept { count(refusals_, 1); }

    int completions() const noexcept { return read(completions_); }
    /// How many times the initiating function threw std::bad_alloc.
    int refusals() const noexcept { return read(refusals_); }
    /// The number of handler objects that exist.
    int alive() const noexcept { return read(alive_); }
    bool is_over() const noexcept { return completions() + refusals() != 0; }
    bool ok() const { return completions() == 1 && !why(); }
    std::optional<failure> why() const
    {
        std::lock_guard const lock(mutex_);
        return why_;
    }
    std::string value() const
    {
        std::lock_guard const lock(mutex_);
        return value_;
    }

private:
    void count(int& what, int by) noexcept
    {
        std::lock_guard const lock(mutex_);
        what += by;
    }
    int read(int const& what) const noexcept
    {
        std::lock_guard const lock(mutex_);
        return what;
    }

    mutable std::mutex mutex_;
    int completions_ = 0, refusals_ = 0, alive_ = 0;
    std::optional<failure> why_;
    std::string value_;
};
using outcome_ptr = std::shared_ptr<outcome>;

/// @brief A handler whose copies are counted. It allocates nothing.
class counted_handler
{
public:
    explicit counted_handler(outcome_ptr o) noexcept : outcome_(std::move(o))
    {
        outcome_->took_handler();
    }
    counted_handler(counted_handler&& other) noexcept : counted_handler(other.outcome_) {}
    ~counted_handler() { outcome_->lost_handler(); }

    template <class T>
    void operator()(result<T> r)
    {
        outcome_->completed(std::move(r));
    }

private:
    outcome_ptr outcome_;
};

/// @brief One run of a scenario in which one allocation fails.
class trial
{
public:
    using executor_function = std::function<boost::asio::any_io_executor(boost::asio::io_context&)>;

    trial(raw_peer& peer, options const& o, executor_function const& executor)
        : peer_(peer), hub_(std::in_place, executor(io_), o)
    {
    }

    /// Begins a call. `wrap` binds the handler to an executor or a slot.
    template <class Wrap>
    outcome_ptr call(call_options const& o, Wrap const& wrap)
    {
        std::optional<allocation::exempt> own(std::in_place);
        auto const made = std::make_shared<outcome>();
        outcomes_.push_back(made);
        boost::json::value const args{id_of(outcomes_.size())};
        counted_handler handler(made);
        own.reset();
        try {
            hub_->call("fault.case", args, o, as_result)(wrap(std::move(handler)));
        } catch (std::bad_alloc const&) {
            made->refused();
        }
        return made;
    }
    outcome_ptr call(call_options const& o = call_options().idempotent())
    {
        return call(o, [](counted_handler&& h) { return std::move(h); });
    }

    /// Begins another operation that takes a token.
    template <class Begin>
    outcome_ptr begin(Begin const& b)
    {
        std::optional<allocation::exempt> own(std::in_place);
        auto const made = std::make_shared<outcome>();
        others_.push_back(made);
        counted_handler handler(made);
        own.reset();
        try {
            b(as_result(std::move(handler)));
        } catch (std::bad_alloc const&) {
            made->refused();
        }
        return made;
    }

    /// Runs the client's context until it has nothing left to do.
    void run() { run(io_); }
    void run(boost::asio::io_context& context);
    /// Runs it until `done`, with a time limit.
    void run_until(std::function<bool()> const& done);

    /// Checks what must be true afterwards, whatever has failed.
    void check();

    hub& client() { return *hub_; }
    void destroy_client() { hub_.reset(); }
    bool has_client() const { return hub_.has_value(); }
    raw_peer& peer() { return peer_; }
    boost::asio::io_context& io() { return io_; }
    std::vector<outcome_ptr> const& outcomes() const { return outcomes_; }
    void add(outcome_ptr o) { outcomes_.push_back(std::move(o)); }
    /// Exceptions that run() has thrown.
    std::vector<std::string> const& thrown() const { return thrown_; }

    static std::string id_of(std::size_t n) { return "call-" + std::to_string(n) + "."; }

private:
    raw_peer& peer_;
    boost::asio::io_context io_;
    std::optional<hub> hub_;
    std::vector<outcome_ptr> outcomes_, others_;
    std::vector<std::string> thrown_;
};

/// @brief A scenario and its permitted results.
class scenario
{
public:
    using act_function = std::function<void(trial&)>;

    scenario(std::string name, act_function act) : name_(std::move(name)), act_(std::move(act)) {}

    /// The scripts of all connections, or those of the first ones and that of the others.
    scenario& script(raw_script all) { return scripts({}, std::move(all)); }
    scenario& scripts(std::vector<raw_script> first, raw_script rest)
    {
        first_ = std::move(first);
        rest_ = std::move(rest);
        return *this;
    }
    scenario& with(std::function<void(options&)> change)
    {
        change_ = std::move(change);
        return *this;
    }
    /// The client's executor. If this is not called, it is the io_context's own.
    scenario& on(trial::executor_function executor)
    {
        executor_ = std::move(executor);
        return *this;
    }
    /// The result of the calls when nothing fails. If this is not called, they succeed.
    scenario& ends_with(errc e)
    {
        ends_with_ = e;
        return *this;
    }
    /// The caller's own code is a coroutine and may throw std::bad_alloc out of run().
    scenario& may_leave_run()
    {
        may_leave_run_ = true;
        return *this;
    }

    /// Asio's own allocations do not fail, because Asio cannot handle that here.
    scenario& asio_takes_none()
    {
        asio_takes_none_ = true;
        return *this;
    }

    /// Runs the scenario at each point.
    void play(raw_peer& peer) const;

private:
    std::string name_;
    act_function act_;
    std::vector<raw_script> first_;
    raw_script rest_;
    std::function<void(options&)> change_;
    trial::executor_function executor_ = [](boost::asio::io_context& io) {
        return io.get_executor();
    };
    std::optional<errc> ends_with_;
    bool may_leave_run_ = false;
    bool asio_takes_none_ = false;
};

/// @brief Ends the program if a point of a scenario takes too long, because of a deadlock or
/// because run() does not return.
class watchdog
{
public:
    static void begin(std::string const& what);
    static void end();
};

/// @brief A point is one allocation that fails. Calls `act` for each point: first the first
/// allocation fails, then the second one, until no allocation is left. `act` returns whether one
/// failed.
///
/// OpenSSL makes thousands of allocations, so only one in 29 of them fails, unless the environment
/// has COHUB_TEST_ALL_ALLOCATIONS.
void for_each_point(
    std::string const& name,
    std::vector<allocation::source> const& sources,
    std::function<bool(allocation::source, long)> const& act
);
/// All sources from which a call allocates, with or without TLS.
std::vector<allocation::source> sources_of(bool tls);

/// The right answer to a request. Its body has at least `size` bytes.
std::string right_answer(raw_request const& request, std::size_t size = 0);
/// Gives the right answer to every request.
raw_script healthy();
/// Answers nothing while the scenario runs. Afterwards it is healthy, because it may have accepted
/// a connection that outlives its call.
raw_script held();

raw_peer& tcp_peer();
raw_peer& tls_peer();
options options_for(raw_peer const& peer);
std::string const& ca_pem();

}  // namespace cohub::tests
