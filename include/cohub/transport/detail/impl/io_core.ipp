#ifndef COHUB_TRANSPORT_DETAIL_IMPL_IO_CORE_IPP
#define COHUB_TRANSPORT_DETAIL_IMPL_IO_CORE_IPP

#include <cohub/core/platform.hpp>
#include <cohub/core/text.hpp>
#include <cohub/transport/detail/io_core.hpp>
#include <cohub/transport/detail/tcp_socket.hpp>

#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>

#include <openssl/rand.h>

#include <algorithm>
#include <cstring>
#include <exception>
#include <new>
#include <utility>

namespace cohub::transport::detail {

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

/// What is posted to the executor.
struct io_core::posted_task
{
    core_ref core;
    void (*what)(io_core&);

    void operator()()
    {
        core_lock lock(*core);
        try {
            what(*core);
        } catch (...) {
            // What could not be read is the answer that connections wait for.
            core->fail_resolving(current_failure());
        }
        lock.dispatch(core_lock::from::own_handler);
    }
};

/// Asks the user's hook: without the lock, on the executor.
struct io_core::hook_task
{
    core_ref core;
    std::uint64_t round;
    std::string host;
    std::uint16_t port;

    void operator()() { core->resolver_.ask_hook(core->options_.hooks, host, port, round); }
};

struct io_core::timer_handler
{
    core_ref core;

    void operator()(error_code ec)
    {
        if (ec) return;  // armed anew, or nothing is under way any more
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
      head_(options_, origin_, std::exchange(options_.api_key, {})),
      timer_(std::make_unique<boost::asio::steady_timer>(executor_)),
      random_state_(options_.retry.seed),
      fork_count_(platform::fork_count()),
      resolver_(*this)
{
    for (auto const& [name, value] : options_.headers) add_masks(header_masks_, name, value);
    keys_.emplace_front(key_number_, head_.key());
    if (random_state_ == 0) {
        unsigned char seed[sizeof random_state_];
        // Without random bytes the clock has to do: jitter needs spread, not secrecy.
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
}

COHUB_DECL io_core::~io_core()
{
    detach();
    if (service_ != nullptr) service_->remove(*this);
}

COHUB_DECL std::unique_ptr<socket> io_core::make_socket()
{
    if (options_.network) return options_.network->make_socket(executor_);
    return std::make_unique<tcp_socket>(executor_);
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
                c.post_turn();  // it is not the caller's work
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
            unheard.take(c.done_);  // the context is gone, and the executor must not be touched
        else if (!c.done_.empty() || !c.events_.empty())
            c.post_delivery();
        lock_.unlock();
        if (quiet) c.go_quiet();
        while (!unheard.empty()) unheard.pop_front().abandon();
        return;
    }
    io_core::op_list batch;
    batch.take(c.done_);
    io_core::event_list events;
    if (!c.events_.empty()) std::swap(events, c.events_);
    lock_.unlock();
    deliver(batch, events);
    // A caller that was told has often begun the next call.
    if (quiet && !c.is_active_hint_.load(std::memory_order_relaxed)) c.go_quiet();
}

inline void core_lock::deliver(io_core::op_list& batch, io_core::event_list const& events)
{
    std::exception_ptr problem;
    auto const tell = [&problem](auto const& hook, auto const& list) {
        for (auto const& e : list) try {
                hook(e);
            } catch (...) {
                // It goes on to run(), once the calls have been told.
                if (!problem) problem = std::current_exception();
            }
    };
    tell(core_.options_.hooks.on_attempt, events.attempts);
    tell(core_.options_.hooks.on_call, events.calls);
    bool stuck = false;
    while (!batch.empty() && !stuck) {
        auto& op = batch.pop_front();
        try {
            // Without memory to hand it over, it is tried again later.
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

/// Has the outcomes delivered by the executor.
COHUB_DECL void io_core::post_delivery() noexcept
{
    if (std::exchange(delivery_posted_, true)) return;
    try {
        post([](io_core& c) { c.delivery_posted_ = false; });
    } catch (...) {
        delivery_posted_ = false;
        // A call that waits keeps its client; an event alone does not, and is not worth a reminder.
        if (done_.empty())
            events_ = {};
        else
            idle_ticker::remind(*this, std::chrono::steady_clock::now());
    }
}

/// Has what is left after this turn done by the executor.
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

// ---- time --------------------------------------------------------------------------------------

COHUB_DECL void io_core::set_deadline(operation& op)
{
    auto const& o = op.req.options;
    // Far enough for anybody, and never an overflow.
    constexpr std::chrono::nanoseconds longest = std::chrono::hours(24 * 365);
    std::chrono::milliseconds const expected = op.req.expected_duration;
    std::chrono::nanoseconds timeout =
        options_.timeouts.call ? *options_.timeouts.call : std::chrono::milliseconds(30'000);
    if (!options_.timeouts.call && expected.count() != 0)
        timeout = std::max<std::chrono::nanoseconds>(
            timeout,
            std::min<std::chrono::milliseconds>(expected, std::chrono::hours(24)) +
                std::chrono::seconds(15)
        );
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
            // No memory for it; the tick comes back here.
            idle_ticker::remind(*this, std::chrono::steady_clock::now());
        }
    auto const due = timers_.empty() ? clock::time_point::max() : timers_.earliest().due();
    if (options_.clock) {
        options_.clock->expect(*this, due, clock::reason::deadline);
        return;
    }
    if (due >= armed_for_) return;
    // From here nothing is armed, until there is memory for it.
    armed_for_ = clock::time_point::max();
    try {
        timer_->expires_at(due);
        timer_->async_wait(timer_handler{core_ref(*this)});
        armed_for_ = due;
    } catch (...) {
        // Without memory for the timer, the ticker stands in for it.
        idle_ticker::remind(*this, due);
    }
}

/// Nothing is under way: nothing stays pending, so that run() can return.
COHUB_DECL void io_core::go_quiet() noexcept
{
    executor_type last;  // let go of after the lock
    std::lock_guard lock(mutex_);
    if (is_active() || !done_.empty()) return;
    if (timer_ && armed_for_ != clock::time_point::max()) {
        armed_for_ = clock::time_point::max();
        try {
            timer_->cancel();
        } catch (...) {
            // It fires in vain.
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
    auto const due = after ? now_ + *after : clock::time_point::max();
    if (options_.clock && options_.clock->expect(*this, due, clock::reason::idle)) return;
    if (after) idle_ticker::remind(*this, std::chrono::steady_clock::now() + *after);
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

COHUB_DECL void io_core::address_answered() noexcept { time_moved(); }

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
    // splitmix64: jitter needs spread, not secrecy.
    std::uint64_t z = (random_state_ += 0x9E3779B97F4A7C15u);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    z ^= z >> 31;
    return z;
}

// ---- addresses ---------------------------------------------------------------------------------

COHUB_DECL void io_core::resolve(connection& c)
{
    on_stage(c, stage::resolving);
    if (origin_.is_address) {
        auto a = resolver::literal(origin_.host, origin_.port);
        return a.why ? c.resolve_failed(std::move(*a.why)) : c.connect(a.found);
    }
    begin_resolve();
    resolving_.push_back(c);
}

COHUB_DECL void io_core::begin_resolve()
{
    if (resolver_.is_busy()) return;
    // RFC 6761: the name service is never asked for localhost, which needs no hosts file either.
    if (origin_.host == "localhost" && !options_.hooks.resolve)
        return post([](io_core& self) { self.resolved(resolver::loopback(self.origin_.port)); });
    if (!options_.hooks.resolve) return resolver_.ask_system(origin_.host, origin_.port);
    std::uint64_t const round = resolver_.begin_round();
    try {
        boost::asio::post(executor_, hook_task{core_ref(*this), round, origin_.host, origin_.port});
    } catch (...) {
        resolver_.give_up();  // the next connection asks again
        throw;
    }
}

COHUB_DECL void io_core::take_addresses()
{
    resolve_answer a;
    if (resolver_.take_answer(a)) resolved(std::move(a));
}

COHUB_DECL void io_core::resolved(resolve_answer a)
{
    resolver::check(a, origin_);
    if (a.why) return fail_resolving(*a.why);
    if (!options_.hooks.resolve) address_order::interleave(a.found);
    address_order_.apply(a.found, now_);
    while (!resolving_.empty()) {
        connection_ptr const c(&resolving_.pop_front());
        try {
            c->connect(a.found);
        } catch (...) {
            c->fail(current_failure());
        }
    }
}

COHUB_DECL void io_core::fail_resolving(failure const& why)
{
    while (!resolving_.empty()) {
        connection_ptr const c(&resolving_.pop_front());
        try {
            c->resolve_failed(failure(why));
        } catch (...) {
            c->fail(current_failure());
        }
    }
}

COHUB_DECL void io_core::on_stage(connection& c, stage s)
{
    auto const& t = options_.timeouts;
    std::chrono::milliseconds const limit = s == stage::resolving    ? t.resolve
                                            : s == stage::connecting ? t.connect
                                                                     : t.handshake;
    c.stage_begins[s == stage::resolving ? 0 : s == stage::connecting ? 1 : 2] = now_;
    c.stage_end = now_ + limit;
    auto due = *c.stage_end;
    if (s == stage::connecting && c.life().addresses_left() != 0)
        due = std::min(due, now_ + options_.timeouts.address_delay);
    timers_.set(c, due);
}

/// The time for one step of connecting has passed.
COHUB_DECL void io_core::stage_over(connection& c)
{
    std::size_t const left = c.life().addresses_left();
    if (c.now_in() == connection::state::connecting && now_ < *c.stage_end) {
        if (left == 0) return timers_.set(c, *c.stage_end);
        // The first two race. Further ones come in the place of the older, once it has had its
        // share of the time.
        timers_.set(c, now_ + (*c.stage_end - now_) / left);
        return c.next_address();
    }
    if (c.now_in() == connection::state::resolving) {
        // A hook may never answer, so that the next connection asks anew. The system does, if late.
        if (options_.hooks.resolve) resolver_.give_up();
    }
    c.time_over();
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
        // It has to do without words.
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
        events_ = {};
    }
    while (!unheard.empty()) unheard.pop_front().abandon();
}

}  // namespace cohub::transport::detail

#endif
