#ifndef COHUB_TRANSPORT_DETAIL_IO_CORE_HPP
#define COHUB_TRANSPORT_DETAIL_IO_CORE_HPP

#include <cohub/call/operation.hpp>
#include <cohub/core/clock.hpp>
#include <cohub/core/config.hpp>
#include <cohub/core/linked_list.hpp>
#include <cohub/core/timer_queue.hpp>
#include <cohub/http/url.hpp>
#include <cohub/transport/detail/address_order.hpp>
#include <cohub/transport/detail/answer_slot.hpp>
#include <cohub/transport/detail/client_service.hpp>
#include <cohub/transport/detail/connection.hpp>
#include <cohub/transport/detail/idle_ticker.hpp>
#include <cohub/transport/detail/redaction.hpp>
#include <cohub/transport/detail/request_head.hpp>
#include <cohub/transport/detail/resolver.hpp>
#include <cohub/transport/detail/tls_context.hpp>
#include <cohub/transport/options.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/smart_ptr/intrusive_ptr.hpp>

#include <atomic>
#include <cstdint>
#include <exception>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace cohub::inline abi_0_2::transport::detail {

/// @brief A mutex, unless the user guaranteed one thread.
///
/// A plain mutex is usually taken again by the thread that released it, before another thread has
/// woken up. A thread that cancels 50,000 calls would then exclude all others until it is done.
/// With this class, a waiting thread is passed by 256 times at most.
class maybe_mutex
{
public:
    explicit maybe_mutex(bool real) noexcept : real_(real) {}
    void lock()
    {
        if (!real_ || mutex_.try_lock()) return;
        ++wanted_;
        mutex_.lock();
        --wanted_;
        passed_by_ = 0;
        ++handed_;
    }
    void unlock() noexcept
    {
        if (!real_) return;
        if (wanted_.load(std::memory_order_relaxed) > 0 && ++passed_by_ == most_passed_by)
            hand_over();
        else
            mutex_.unlock();
    }
    /// @brief In a child process: waiting threads do not exist there.
    void forget_others() noexcept { wanted_ = 0; }
    /// @brief Releases the mutex until a waiting thread has had it, and takes it again.
    void hand_round()
    {
        if (!real_) return;
        hand_over();
        lock();
    }

private:
    static constexpr int most_passed_by = 256;

    /// Releases the mutex, and waits until a waiting thread has it. If the other thread wakes up
    /// slowly, this thread does not wait long.
    void hand_over() noexcept
    {
        passed_by_ = 0;
        auto const before = handed_.load();
        mutex_.unlock();
        constexpr int most_turns = 1000;
        for (int i = 0; i != most_turns && wanted_ > 0 && handed_ == before; ++i)
            std::this_thread::yield();
    }

    std::mutex mutex_;
    std::atomic<int> wanted_{0};
    /// How often a thread had to wait, and got the mutex.
    std::atomic<unsigned> handed_{0};
    /// How often the mutex was released while a thread waited.
    int passed_by_ = 0;
    bool real_;
};

/// @brief Maximum number of calls, or of similar steps, that are handled before others may have the
/// lock.
inline constexpr int calls_a_turn = 256;

/// @brief The same executor, in a form that keeps its context running as long as it lives.
inline boost::asio::any_io_executor tracked(boost::asio::any_io_executor const& e)
{
    return boost::asio::prefer(e, boost::asio::execution::outstanding_work.tracked);
}

/// @brief The failure for an exception of the library's own work; for use in an exception handler.
COHUB_DECL failure current_failure() noexcept;

/// @brief What clients and streams have in common: the lock, the time, the lookup of addresses, and
/// how outcomes reach their callers.
///
/// One lock guards all members. It is held for a short time only, and never while the caller's code
/// runs or an answer is decoded.
///
/// While a call is under way, a guard keeps the executor's context running, and one timer waits for
/// the earliest deadline. Afterwards nothing is pending: `run()` returns.
class io_core : public connection_owner,
                public clock::listener,
                public idle_ticker::listener,
                public answer_slot::listener,
                public cohub::detail::list_node<client_service>
{
public:
    /// @brief The context is being destroyed: drops everything without notifying anybody.
    COHUB_DECL void abandon() noexcept;
    /// @brief In a child process: everything here belongs to the parent.
    COHUB_DECL void leave_to_parent() noexcept;
    /// @brief Accepts no more calls, and ends those under way.
    virtual void close_from_service() noexcept = 0;

    // connection_owner
    COHUB_DECL void on_stage(connection& c, stage s) override;
    void on_connected(endpoints const& addresses, std::size_t winner) noexcept override
    {
        address_order_.connected(addresses, winner, now_);
    }

    /// The client or stream that contains this object, and that outlives it. Connections and posted
    /// work hold a reference to it.
    call::channel& self() const noexcept { return self_; }
    COHUB_DECL std::unique_ptr<socket> make_socket();
    /// @brief The dialogue of a new connection with the proxy; null if there is none.
    COHUB_DECL std::unique_ptr<tunnel> open_tunnel() const;
    void retain() const noexcept { intrusive_ptr_add_ref(&self_); }
    void release() const noexcept { intrusive_ptr_release(&self_); }

protected:
    friend class core_lock;
    using executor_type = boost::asio::any_io_executor;
    using operation = call::operation;
    using op_list = cohub::detail::linked_list<operation, operation>;
    using connection_list = cohub::detail::linked_list<connection, connection>;

    COHUB_DECL io_core(
        call::channel& self,
        executor_type const& executor,
        cohub::options&& o,
        http::origin&& to,
        boost::intrusive_ptr<tls_context> tls
    );
    /// @brief Connects to the same server as `beside`, with its options, on its executor. Called
    /// with its lock held.
    COHUB_DECL io_core(call::channel& self, io_core const& beside);
    COHUB_DECL virtual ~io_core();

    /// @brief Has to be called when a reference to it exists.
    COHUB_DECL void attach();
    /// @brief Nothing calls back from now on.
    COHUB_DECL void detach() noexcept;

    /// @brief Ends all calls with `why`, closes all connections, and detaches.
    virtual void shutdown(failure const& why) noexcept = 0;
    /// @brief Ends all calls with `why` and closes all connections without notifying the peers.
    virtual void drop_all(failure const& why) noexcept = 0;
    virtual void timer_due(timer_node& node) noexcept = 0;
    /// @brief Called after every batch of events, with the lock still held.
    /// @return true if there is more work than one turn allows: it is called again after others
    /// have had the lock
    virtual bool after_batch() noexcept = 0;
    /// @brief How long there is no work, while nothing is under way; `for_ever`: until something
    /// happens.
    virtual clock::duration next_idle_tick() const noexcept = 0;
    static constexpr clock::duration for_ever = clock::duration::max();
    /// @brief The work at that time, in addition to the timers that are due.
    virtual void on_tick() {}
    /// @brief Nothing may stay pending on the executor.
    virtual void on_quiet() noexcept {}
    /// @brief Whether there is something for which a deadline or the context's work is needed.
    virtual bool is_active() const noexcept = 0;
    /// @brief What can end while it is active, for a clock of the user's. Answers that are being
    /// decoded do not count.
    virtual clock::reason waits_for() const noexcept = 0;
    /// @brief Turns an answer into the call's value. Without the lock.
    virtual std::optional<failure> decode(operation& op) = 0;
    /// @brief The answer of the call has been decoded, or could not be decoded.
    virtual void on_decoded(operation& op, std::unique_ptr<failure> f) noexcept = 0;

    /// @brief Sets when the call ends, by its own settings or the client's.
    COHUB_DECL void set_deadline(operation& op);
    COHUB_DECL clock::time_point read_clock() const noexcept;
    COHUB_DECL std::chrono::system_clock::time_point read_wall_clock() const noexcept;
    COHUB_DECL double random() noexcept;
    COHUB_DECL std::uint64_t random_bits() noexcept;

    /// @brief Finds the addresses for `c` and connects it.
    COHUB_DECL void resolve(connection& c);
    COHUB_DECL void stage_over(connection& c);
    /// @brief The connection does not wait for addresses any more, if it did.
    void forget_resolving(connection& c) noexcept
    {
        if (connection_list::holds(c)) resolving_.erase(c);
    }

    /// @brief The answer to this call is complete. It is decoded after the lock is released.
    void answered(operation& op, std::size_t bytes)
    {
        // Shorter answers take no time that matters for a deadline.
        decodes_long_ = decodes_long_ || bytes > 64 * 1024;
        timers_.remove(op);
        calls_.erase(op);
        decoding_.push_back(op);
    }
    /// @brief The outcome is delivered after the lock is released.
    /// @param f null: success
    COHUB_DECL void finish(operation& op, std::unique_ptr<failure> f) noexcept;
    /// @brief The same for a failure of which only the code is known, or can be stored.
    COHUB_DECL void finish(operation& op, error_code why) noexcept;
    COHUB_DECL void trace(attempt_event&& e) noexcept;
    /// @brief Masks keys and other secrets in a text about this call.
    COHUB_DECL void mask(std::string& text, operation const& op) const;
    /// @brief The `traceparent` header of the call.
    COHUB_DECL std::string_view traceparent_of(operation const& op) const noexcept;
    /// @brief Attempts use another key from now on. The old one is masked until all attempts with
    /// it have ended.
    /// @throws std::bad_alloc the key does not change
    COHUB_DECL void change_key(secret&& key);
    /// @brief `op` has to be sent with the present key.
    void use_key(operation& op) noexcept
    {
        unsigned const latest = latest_key();
        if (op.key == latest) return;
        leave_key(op);
        op.key = latest;
    }
    /// @brief `op` is a call that begins.
    void first_key(operation& op) noexcept { op.key = latest_key(); }
    bool is_old_key(operation const& op) const noexcept { return op.key != latest_key(); }
    unsigned latest_key() const noexcept { return key_number_.load(std::memory_order_relaxed); }
    /// @brief Whether the key of this call is still known, and masked.
    COHUB_DECL bool masks_key_of(operation const& op) const noexcept;
    /// @brief Makes `after_batch` run again, on the executor. For other threads; takes no lock.
    void come_back() noexcept { time_moved(); }
    /// @brief Runs `what` on the executor, with the lock held.
    COHUB_DECL void post(void (*what)(io_core&));
    /// @brief The same without the lock, for calls of the user's hooks. All use one type of
    /// function, since each type that is passed to an executor costs a program some forty
    /// instantiations.
    COHUB_DECL void post_without_lock(
        void (*what)(io_core&, std::uint64_t), std::uint64_t number = 0
    );
    std::size_t calls_under_way() const noexcept
    {
        return calls_.size() + decoding_.size() + in_decoding_;
    }

    bool is_own_thread() const noexcept { return own_thread_ == std::this_thread::get_id(); }

    call::channel& self_;
    executor_type executor_;
    std::thread::id own_thread_;  // the thread of a client without an executor
    cohub::options options_;
    http::origin origin_;
    std::string origin_text_;
    mutable maybe_mutex mutex_;
    clock::time_point now_;
    boost::intrusive_ptr<tls_context> tls_;  // it and the next may be replaced, with the lock held
    proxy_options proxy_;
    request_head head_;
    timer_queue timers_;
    op_list calls_;
    std::string tls_output_;  // one for all connections; see exchange
    bool closed_ = false;
    bool draining_ = false;
    bool abandoned_ = false;

private:
    struct posted_task;
    struct timer_handler;

    /// The host to which connections lead: the server, or the proxy before it.
    http::origin const& next_hop() const noexcept
    {
        return proxy_ ? proxy_.get()->address() : origin_;
    }
    COHUB_DECL void begin_resolve();
    COHUB_DECL void ask_resolve_hook(std::uint64_t round) noexcept;
    COHUB_DECL void take_addresses();
    COHUB_DECL void resolved(resolve_answer a);
    COHUB_DECL void fail_resolving(failure const& why);
    COHUB_DECL void run_timers() noexcept;
    COHUB_DECL void arm_timer() noexcept;
    COHUB_DECL void tell_of_call(operation& op, std::exception_ptr& problem) noexcept;
    COHUB_DECL void post_delivery() noexcept;
    COHUB_DECL void post_turn() noexcept;
    COHUB_DECL void go_quiet() noexcept;
    COHUB_DECL void expect_idle_tick() noexcept;
    COHUB_DECL void decode_all(op_list& answers) noexcept;
    COHUB_DECL void fill_in(failure& f, operation& op);
    COHUB_DECL void leave_key(operation const& op) noexcept;

    // idle_ticker::listener, clock::listener, answer_slot::listener
    COHUB_DECL bool tick() noexcept override;
    COHUB_DECL void time_moved() noexcept override;
    void answer_came() noexcept override { time_moved(); }

    // Reset with the context, so that nothing of Asio outlives it.
    std::unique_ptr<boost::asio::steady_timer> timer_;
    executor_type work_;  // while something is under way: keeps the context running
    clock::time_point armed_for_ = clock::time_point::max();
    op_list decoding_;  // complete answers that have to be decoded
    std::size_t in_decoding_ = 0;
    op_list done_;                       // complete calls that have to be delivered
    std::vector<attempt_event> events_;  // events for the user's hook
    bool decodes_long_ = false;
    bool timers_left_ = false;  // more were due than one turn allows
    bool delivery_posted_ = false;
    bool turn_posted_ = false;
    // Whether the last batch left something under way. It is read without the lock: code that
    // changes it also does the work that follows from the change.
    std::atomic<bool> is_active_hint_{false};
    std::uint64_t random_state_ = 0;
    unsigned fork_count_;
    /// A key that has to be masked, and the number of calls that used it last. They are not counted
    /// for the newest key.
    struct known_key
    {
        known_key(unsigned n, secret const& key) : number(n), masks(key) {}

        unsigned number;
        std::size_t calls = 0;
        redaction masks;
    };
    std::list<known_key> keys_;            // the newest first
    std::atomic<unsigned> key_number_{0};  // changes only with the lock held
    resolver resolver_;
    address_order address_order_;
    connection_list resolving_;  // those that wait for addresses
    client_service* service_ = nullptr;
};

/// @brief A counted reference to an owner of connections.
class core_ref
{
public:
    explicit core_ref(io_core& c) noexcept : core_(&c) { core_->retain(); }
    struct adopt
    {
    };
    /// @param c whose reference the caller has already added
    core_ref(io_core& c, adopt) noexcept : core_(&c) {}
    core_ref(core_ref const& other) noexcept : core_ref(*other.core_) {}
    core_ref& operator=(core_ref const&) = delete;
    ~core_ref() { core_->release(); }

    io_core& operator*() const noexcept { return *core_; }
    io_core* operator->() const noexcept { return core_; }

private:
    io_core* core_;
};

/// @brief Holds the lock, and has read the clock.
///
/// Every function that enters a client or a stream begins with it. `dispatch` ends it: complete
/// calls are delivered after the lock is released. Without `dispatch`, it only releases the lock.
class core_lock
{
public:
    enum class from : std::uint8_t
    {
        /// A handler of the library on the executor: the callers' handlers may run now.
        own_handler,
        /// An initiating function or another thread: the handlers run later, on the executor.
        elsewhere,
    };

    COHUB_DECL explicit core_lock(io_core& core);
    core_lock(core_lock const&) = delete;
    core_lock& operator=(core_lock const&) = delete;

    /// @throws what a caller's handler or hook throws, if from `own_handler`
    COHUB_DECL void dispatch(from where);

private:
    void deliver(io_core::op_list& batch, std::vector<attempt_event> const& events);

    io_core& core_;
    std::unique_lock<maybe_mutex> lock_;
};

}  // namespace cohub::inline abi_0_2::transport::detail

#if !defined(COHUB_SEPARATE_COMPILATION)
#include <cohub/transport/detail/impl/client_service.ipp>
#include <cohub/transport/detail/impl/connection.ipp>
#include <cohub/transport/detail/impl/io_core.ipp>
#include <cohub/transport/detail/impl/io_core_addresses.ipp>
#include <cohub/transport/detail/impl/io_core_outcomes.ipp>
#endif

#endif
