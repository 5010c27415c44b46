#ifndef COHUB_TRANSPORT_DETAIL_IMPL_IO_CORE_IPP
#define COHUB_TRANSPORT_DETAIL_IMPL_IO_CORE_IPP

#include <cohub/core/platform.hpp>
#include <cohub/core/text.hpp>
#include <cohub/transport/detail/io_core.hpp>
#include <cohub/transport/detail/system_socket.hpp>

#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>

#include <openssl/rand.h>

#include <algorithm>
#include <cstring>
#include <exception>
#include <new>
#include <utility>

namespace cohub::inline abi_0_2::transport::detail {

COHUB_DECL failure current_failure() noexcept
{
    failure f(errc::connection_lost);
    try {
        throw;
    } catch (std::bad_alloc const&) {
        f.cause = make_error_code(boost::system::errc::not_enough_memory);
    } catch (boost::system::system_error const& e) {
        f.cause = e.code();
    } catch (...) {
        f.cause = make_error_code(boost::system::errc::state_not_recoverable);
    }
    return f;
}

/// A task that is posted to the executor.
struct io_core::posted_task
{
    core_ref core;
    void (*with_lock)(io_core&);
    void (*without_lock)(io_core&, std::uint64_t) = nullptr;
    std::uint64_t number = 0;

    void operator()()
    {
        if (without_lock != nullptr) return without_lock(*core, number);
        core_lock lock(*core);
        try {
            with_lock(*core);
        } catch (...) {
            // The answer for which connections wait could not be read.
            core->fail_resolving(current_failure());
        }
        lock.dispatch(core_lock::from::own_handler);
    }
};

struct io_core::timer_handler
{
    core_ref core;

    void operator()(error_code ec)
    {
        if (ec) return;  // set again, or nothing is under way any more
        core_lock lock(*core);
        core->armed_for_ = clock::time_point::max();
        core->run_timers();
        lock.dispatch(core_lock::from::own_handler);
    }
};

COHUB_DECL io_core::io_core(
    call::channel& self,
    executor_type const& executor,
    cohub::options&& o,
    http::origin&& to,
    boost::intrusive_ptr<tls_context> tls
)
    : self_(self),
      executor_(executor),
      options_(std::move(o)),
      origin_(std::move(to)),
      origin_text_(origin_.text()),
      mutex_(options_.threads == threading::multi),
      tls_(std::move(tls)),
      proxy_(options_.proxy),
      head_(options_, origin_, std::exchange(options_.api_key, {})),
      timer_(std::make_unique<boost::asio::steady_timer>(executor_)),
      random_state_(options_.retry.seed),
      fork_count_(platform::fork_count()),
      resolver_(*this)
{
    keys_.emplace_front(latest_key(), head_.key());
    if (random_state_ == 0) {
        unsigned char seed[sizeof random_state_];
        // Without random bytes, the clock is used: jitter needs different values, not secret ones.
        if (RAND_bytes(seed, sizeof seed) == 1)
            std::memcpy(&random_state_, seed, sizeof seed);
        else
            random_state_ = static_cast<std::uint64_t>(
                std::chrono::steady_clock::now().time_since_epoch().count()
            );
    }
}

COHUB_DECL io_core::io_core(call::channel& self, io_core const& beside)
    : io_core(
          self,
          beside.executor_,
          cohub::options(beside.options_),
          http::origin(beside.origin_),
          beside.tls_
      )
{
    own_thread_ = beside.own_thread_;
    proxy_ = beside.proxy_;
}

COHUB_DECL io_core::~io_core()
{
    detach();
    if (service_ != nullptr) service_->remove(*this);
}

COHUB_DECL std::unique_ptr<socket> io_core::make_socket()
{
    std::unique_ptr<socket> s(
        options_.network
            ? options_.network->make_socket(executor_)
            : std::unique_ptr<socket>(new system_socket(executor_, options_.socket_path))
    );
    if (!proxy_) return s;
    return proxy_.get()->connection_on(std::move(s));
}

COHUB_DECL std::unique_ptr<tunnel> io_core::open_tunnel() const
{
    return proxy_ ? proxy_.get()->open() : nullptr;
}

COHUB_DECL void io_core::attach()
{
    platform::count_forks();
    if (options_.clock) options_.clock->subscribe(*this);
    service_ = &boost::asio::use_service<client_service>(
        boost::asio::query(executor_, boost::asio::execution::context)
    );
    service_->add(*this);
}

COHUB_DECL void io_core::detach() noexcept
{
    resolver_.stop();
    idle_ticker::forget(*this);
    if (options_.clock) options_.clock->unsubscribe(*this);
}

// ---- the lock ----------------------------------------------------------------------------------

COHUB_DECL core_lock::core_lock(io_core& core) : core_(core), lock_(core.mutex_)
{
    core.now_ = core.read_clock();
    if (core.fork_count_ != platform::fork_count()) core.leave_to_parent();
}

COHUB_DECL void core_lock::dispatch(from where)
{
    io_core& c = core_;
    for (;;) {
        bool const more = c.after_batch() || c.timers_left_;
        if (more && c.decoding_.empty()) {
            if (where == from::elsewhere) {
                c.post_turn();  // the caller must not do this work
                break;
            }
            c.mutex_.hand_round();
            c.now_ = c.read_clock();
            if (c.timers_left_) c.run_timers();
            continue;
        }
        if (c.decoding_.empty()) break;
        io_core::op_list answers;
        answers.take(c.decoding_);
        c.in_decoding_ += answers.size();
        bool const takes_long = c.decodes_long_;
        c.decodes_long_ = false;
        lock_.unlock();
        c.decode_all(answers);
        lock_.lock();
        if (takes_long) c.now_ = c.read_clock();
        while (!answers.empty()) {
            auto& op = answers.pop_front();
            --c.in_decoding_;
            c.on_decoded(op, std::move(op.error));
        }
    }
    bool const quiet = !c.is_active();
    if (!quiet) c.arm_timer();
    c.is_active_hint_.store(!quiet, std::memory_order_relaxed);
    if (where == from::elsewhere) {
        io_core::op_list unheard;
        if (c.abandoned_)
            unheard.take(c.done_);  // the context is destroyed, and its executor must not be used
        else if (!c.done_.empty() || !c.events_.empty())
            c.post_delivery();
        lock_.unlock();
        if (quiet) c.go_quiet();
        while (!unheard.empty()) unheard.pop_front().abandon();
        return;
    }
    io_core::op_list batch;
    batch.take(c.done_);
    std::vector<attempt_event> events;
    events.swap(c.events_);
    lock_.unlock();
    deliver(batch, events);
    // A caller that got its result has often begun the next call.
    if (quiet && !c.is_active_hint_.load(std::memory_order_relaxed)) c.go_quiet();
}

inline void core_lock::deliver(io_core::op_list& batch, std::vector<attempt_event> const& events)
{
    std::exception_ptr problem;
    for (auto const& e : events) try {
            core_.options_.hooks.on_attempt(e);
        } catch (...) {
            // `run()` throws it, after the calls have been reported.
            if (!problem) problem = std::current_exception();
        }
    bool stuck = false;
    while (!batch.empty() && !stuck) {
        auto& op = batch.pop_front();
        core_.tell_of_call(op, problem);
        try {
            // If there is no memory to pass it on, this is tried again later.
            stuck = !op.deliver(true);
            if (stuck) batch.push_back(op);
        } catch (...) {
            if (!problem) problem = std::current_exception();
            break;
        }
    }
    if (!batch.empty()) {
        std::lock_guard again(core_.mutex_);
        batch.take(core_.done_);
        core_.done_.take(batch);
        if (stuck)
            idle_ticker::remind(core_, std::chrono::steady_clock::now());
        else
            core_.post_delivery();
    }
    if (!problem) return;
    core_.go_quiet();
    std::rethrow_exception(problem);
}

COHUB_DECL void io_core::decode_all(op_list& answers) noexcept
{
    for (auto* op = answers.first(); op != nullptr; op = answers.after(*op)) try {
            if (auto f = decode(*op)) op->error = std::make_unique<failure>(std::move(*f));
        } catch (...) {
            op->error.reset();
            op->bare_error = make_error_code(boost::system::errc::not_enough_memory);
        }
}

/// Makes the executor deliver the outcomes.
COHUB_DECL void io_core::post_delivery() noexcept
{
    if (std::exchange(delivery_posted_, true)) return;
    try {
        post([](io_core& c) { c.delivery_posted_ = false; });
    } catch (...) {
        delivery_posted_ = false;
        // A call that waits keeps its client. An event alone does not, and is not worth a reminder.
        if (done_.empty()) {
            events_.clear();
            return;
        }
        arm_timer();  // the context runs until then
        idle_ticker::remind(*this, std::chrono::steady_clock::now());
    }
}

/// Makes the executor do the rest of the work after this turn.
COHUB_DECL void io_core::post_turn() noexcept
{
    if (abandoned_ || std::exchange(turn_posted_, true)) return;
    try {
        post([](io_core& c) {
            c.turn_posted_ = false;
            if (c.timers_left_) c.run_timers();
        });
    } catch (...) {
        turn_posted_ = false;
        idle_ticker::remind(*this, std::chrono::steady_clock::now());
    }
}

COHUB_DECL void io_core::post(void (*what)(io_core&))
{
    boost::asio::post(executor_, posted_task{core_ref(*this), what});
}

COHUB_DECL void io_core::post_without_lock(
    void (*what)(io_core&, std::uint64_t), std::uint64_t number
)
{
    boost::asio::post(executor_, posted_task{core_ref(*this), nullptr, what, number});
}

// ---- time --------------------------------------------------------------------------------------

COHUB_DECL void io_core::set_deadline(operation& op)
{
    auto const& o = op.req.options;
    // Longer than anybody needs, and without any overflow.
    constexpr clock::duration longest = std::chrono::hours(24 * 365);
    constexpr std::chrono::milliseconds longest_expected = std::chrono::hours(24);
    constexpr clock::duration spare = std::chrono::seconds(15);
    clock::duration timeout = std::chrono::seconds(30);
    clock::duration const expected = std::min(op.req.expected_duration, longest_expected);
    if (options_.timeouts.call)
        timeout = *options_.timeouts.call;
    else if (expected.count() != 0)
        timeout = std::max(timeout, expected + spare);
    if (o.has_timeout()) timeout = o.timeout();
    op.deadline = now_ + std::min(timeout, longest);
    if (o.has_deadline() && (!o.has_timeout() || o.deadline() < op.deadline))
        op.deadline = std::min(o.deadline(), now_ + longest);
    op.tells_timeout = o.has_timeout() || o.has_deadline() || options_.timeouts.call.has_value() ||
                       expected.count() != 0;
}

// ---- what is under way -------------------------------------------------------------------------

COHUB_DECL void io_core::arm_timer() noexcept
{
    if (abandoned_) return;
    if (!work_) try {
            work_ = tracked(executor_);
        } catch (...) {
            // No memory for it; the tick calls this again.
            idle_ticker::remind(*this, std::chrono::steady_clock::now());
        }
    auto const due = timers_.empty() ? clock::time_point::max() : timers_.earliest().due();
    if (options_.clock) {
        auto const why = in_decoding_ != 0 ? clock::reason::deadline : waits_for();
        options_.clock->expect(*this, due, why);
        return;
    }
    if (due >= armed_for_) return;
    // From here on no timer is set, until there is memory for it.
    armed_for_ = clock::time_point::max();
    try {
        timer_->expires_at(due);
        timer_->async_wait(timer_handler{core_ref(*this)});
        armed_for_ = due;
    } catch (...) {
        // If there is no memory for the timer, the ticker replaces it.
        idle_ticker::remind(*this, due);
    }
}

/// Nothing is under way, and nothing stays pending, so that run() can return.
COHUB_DECL void io_core::go_quiet() noexcept
{
    executor_type last;  // released after the lock
    std::lock_guard lock(mutex_);
    if (is_active() || !done_.empty()) return;
    if (timer_ && armed_for_ != clock::time_point::max()) {
        armed_for_ = clock::time_point::max();
        try {
            timer_->cancel();
        } catch (...) {
            // It fires without any effect.
        }
    }
    on_quiet();
    if (!closed_) expect_idle_tick();
    last = std::move(work_);
    work_ = {};
}

COHUB_DECL void io_core::expect_idle_tick() noexcept
{
    auto const after = next_idle_tick();
    auto const due = after != for_ever ? now_ + after : clock::time_point::max();
    if (options_.clock && options_.clock->expect(*this, due, clock::reason::idle)) return;
    if (after != for_ever) idle_ticker::remind(*this, std::chrono::steady_clock::now() + after);
}

COHUB_DECL bool io_core::tick() noexcept
{
    try {
        post([](io_core& c) {
            c.take_addresses();
            c.run_timers();
            c.on_tick();
        });
        return true;
    } catch (...) {
        return false;
    }
}

COHUB_DECL void io_core::time_moved() noexcept
{
    if (!tick()) idle_ticker::remind(*this, std::chrono::steady_clock::now());
}

COHUB_DECL void io_core::run_timers() noexcept
{
    int turns = calls_a_turn;
    timers_left_ = false;
    while (!timers_.empty() && timers_.earliest().due() <= now_) {
        if (turns-- == 0) {
            timers_left_ = true;
            return;
        }
        timer_node& node = timers_.earliest();
        timers_.remove(node);
        timer_due(node);
    }
}

COHUB_DECL clock::time_point io_core::read_clock() const noexcept
{
    return options_.clock ? options_.clock->now() : std::chrono::steady_clock::now();
}

COHUB_DECL std::chrono::system_clock::time_point io_core::read_wall_clock() const noexcept
{
    return options_.clock ? options_.clock->wall() : std::chrono::system_clock::now();
}

COHUB_DECL double io_core::random() noexcept
{
    return static_cast<double>(random_bits() >> 11) * 0x1.0p-53;
}

COHUB_DECL std::uint64_t io_core::random_bits() noexcept
{
    // splitmix64: jitter needs different values, not secret ones.
    std::uint64_t z = (random_state_ += 0x9E3779B97F4A7C15u);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    z ^= z >> 31;
    return z;
}

// ---- the end -----------------------------------------------------------------------------------

COHUB_DECL void io_core::leave_to_parent() noexcept
{
    fork_count_ = platform::fork_count();
    mutex_.forget_others();
    random_state_ ^= fork_count_ * 0xD1342543DE82EF95u;
    resolver_.begin_anew();
    failure why(errc::connection_lost);
    try {
        why.detail = "the process was forked: the call goes on in the parent, and not here";
    } catch (...) {
        // The failure then has no text.
    }
    drop_all(why);
}

COHUB_DECL void io_core::abandon() noexcept
{
    op_list unheard;
    {
        std::lock_guard lock(mutex_);
        service_ = nullptr;
        abandoned_ = true;
        if (!closed_ || is_active()) shutdown(failure(errc::client_closed));
        unheard.take(done_);
        timer_.reset();
        work_ = {};
        events_.clear();
    }
    while (!unheard.empty()) unheard.pop_front().abandon();
}

}  // namespace cohub::inline abi_0_2::transport::detail

#endif
