#ifndef COHUB_TRANSPORT_CLIENT_HPP
#define COHUB_TRANSPORT_CLIENT_HPP

/// @file
/// @internal What carries the calls of a front door.

#include <cohub/call/operation.hpp>
#include <cohub/call/retry_budget.hpp>
#include <cohub/core/config.hpp>
#include <cohub/transport/client_base.hpp>
#include <cohub/transport/detail/companions.hpp>
#include <cohub/transport/detail/io_core.hpp>
#include <cohub/transport/detail/pool_state.hpp>
#include <cohub/transport/detail/service_time.hpp>
#include <cohub/transport/options.hpp>

#include <boost/asio/any_io_executor.hpp>

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace cohub::inline abi_0_2::transport {

/// @brief What carries the calls of one client: pool, deadlines, retries.
class client final : public client_base, public detail::io_core
{
public:
    using executor_type = client_base::executor_type;
    using connection = detail::connection;

    /// @brief Checks the options.
    /// @throws cohub::error errc::invalid_argument, whose text says what to correct
    COHUB_DECL static boost::intrusive_ptr<client> make(
        executor_type const& executor, cohub::options&& o, key_use use = key_use::required
    );

    COHUB_DECL ~client() override;

    COHUB_DECL void start(call::operation& op) override;
    COHUB_DECL void cancel(
        call::operation& op, boost::asio::cancellation_type type
    ) noexcept override;
    executor_type executor() const noexcept override { return executor_; }
    bool has_executor(executor_type const& e) const noexcept override { return executor_ == e; }
    bool runs_here() const noexcept override { return is_own_thread(); }
    COHUB_DECL call::channel_ptr shared_by_callers(call::room which, call::channel_maker make_it)
        override;
    COHUB_DECL void forget(std::string_view subject) override;
    /// @brief Ends the call with this subject, if it is still under way.
    COHUB_DECL void give_up(std::string_view subject) noexcept;
    bool takes_calls() const noexcept { return !refuses_calls_; }
    /// @brief Whether callers share a call that has still to begin, or to begin again. The client
    /// stays until that call has ended. Takes no lock.
    void hold_open(call::room which, bool yes) noexcept
    {
        unsigned const bit = 1U << static_cast<unsigned>(which);
        if (yes)
            held_open_ |= bit;
        else
            held_open_ &= ~bit;
        if (!yes && refuses_calls_) come_back();
    }
    /// @brief Counts the keys that the client has used. Takes no lock.
    unsigned key_number() const noexcept { return latest_key(); }
    /// @brief The counters of the rooms; `stats` returns them.
    struct room_counts
    {
        std::atomic<std::uint64_t> joined{0}, hedges_won{0}, cached{0};
    };
    room_counts& counts() noexcept { return room_counts_; }

    /// @brief The outcome of a request for a hedge.
    enum class hedge : std::uint8_t
    {
        sent,
        later,  // a later request may succeed
        never,
    };
    /// @brief Sends `op`, one attempt, if three conditions are true: `first` has been sent and has
    /// no answer yet, the client is not held back, and its retry budget has one repetition left.
    /// @return the client owns `op` only if it was sent
    COHUB_DECL hedge start_hedge(operation& op, operation const& first);
    /// @brief Removes from a failure what must not be shown of the call `of`, which has ended.
    COHUB_DECL void hide_secrets(failure& f, operation const& of);
    /// @brief Adds something that `async_close` waits for, in addition to the calls. It has to be
    /// removed before it is destroyed.
    /// @return false if the client is being closed
    bool add(detail::companion& c) noexcept { return companions_.add(c); }
    /// @param context_goes true if the executor must not be used any more
    void remove(detail::companion& c, bool context_goes) noexcept
    {
        if (companions_.remove(c) && !context_goes) come_back();
    }
    /// @brief The only thread that runs the executor. Has to be set before the first call.
    void set_own_thread(std::thread::id id) noexcept { own_thread_ = id; }

    COHUB_DECL void close(bool gracefully) noexcept override;
    COHUB_DECL void warm_up(std::size_t n) noexcept override;
    COHUB_DECL connection_stats stats() noexcept override;
    COHUB_DECL std::string describe() override;
    COHUB_DECL void set_api_key(secret key) override;
    COHUB_DECL void reload_tls() override;

private:
    COHUB_DECL client(
        executor_type const& executor,
        cohub::options&& o,
        http::origin&& to,
        boost::intrusive_ptr<detail::tls_context> tls,
        key_use use
    );

    // connection_owner
    COHUB_DECL void on_ready(connection& c) override;
    COHUB_DECL void on_connect_failed(connection& c, failure&& f) override;
    COHUB_DECL void on_answer(connection& c, bool reusable) override;
    COHUB_DECL void on_broken(connection& c, failure&& f) override;

    // io_core
    COHUB_DECL void shutdown(failure const& why) noexcept override;
    COHUB_DECL void drop_all(failure const& why) noexcept override;
    COHUB_DECL void close_from_service() noexcept override { close(false); }
    COHUB_DECL void timer_due(timer_node& node) noexcept override;
    COHUB_DECL bool after_batch() noexcept override;
    COHUB_DECL clock::duration next_idle_tick() const noexcept override;
    bool is_active() const noexcept override
    {
        return calls_under_way() != 0 || pool_.connecting() != 0 || !closing_.empty();
    }
    clock::reason waits_for() const noexcept override
    {
        if (pool_.connecting() != 0 || key_slot_.is_busy()) return clock::reason::deadline;
        return pool_.busy() != 0 ? clock::reason::answer : clock::reason::pause;
    }
    COHUB_DECL std::optional<failure> decode(operation& op) override;
    COHUB_DECL void on_decoded(operation& op, std::unique_ptr<failure> f) noexcept override;

    COHUB_DECL void begin(operation& op);
    COHUB_DECL hedge begin_hedge(operation& op, operation const& first);
    COHUB_DECL void begin_close(operation& op);
    COHUB_DECL void close_now() noexcept;
    COHUB_DECL void tell_closed() noexcept;
    COHUB_DECL void take_key(secret&& key);
    bool may_renew_key(operation const& op, failure const& f) const noexcept;
    COHUB_DECL void renew_key(operation& op, failure&& f);
    COHUB_DECL void wait_for_key(operation& op);
    COHUB_DECL void look_at_keys() noexcept;
    COHUB_DECL void key_came(detail::answer_slot::answer&& a);
    COHUB_DECL void ask_for_key(std::uint64_t number) noexcept;
    COHUB_DECL void end_key_waiters(failure const& why) noexcept;
    COHUB_DECL void end_without_key(operation& op, failure const& why) noexcept;
    COHUB_DECL void begin_attempt(operation& op);
    COHUB_DECL void make_span(operation& op);
    COHUB_DECL void prepare(operation& op) noexcept;
    COHUB_DECL void prepared(operation& op, std::unique_ptr<failure> f) noexcept;
    COHUB_DECL std::optional<failure> ask_for_headers(operation& op) const;
    COHUB_DECL void book(operation& op, connection const& c) noexcept;
    COHUB_DECL static void book_connecting(operation& op, connection const& c) noexcept;
    COHUB_DECL void try_now(operation& op);
    COHUB_DECL void serve(call::waiter* w, connection& c) noexcept;
    COHUB_DECL bool send_on(operation& op, connection& c);
    COHUB_DECL void write_request(operation const& op);
    COHUB_DECL void make_connections() noexcept;
    COHUB_DECL void begin_connection() noexcept;
    COHUB_DECL void charge_waiters() noexcept;
    COHUB_DECL void end_calls_of_closed() noexcept;
    COHUB_DECL void close_unused() noexcept;
    COHUB_DECL void give_back(connection& c, bool reusable);
    COHUB_DECL void drop(connection& c, bool politely) noexcept;
    COHUB_DECL void attempt_failed(
        operation& op, failure&& f, connection const* c, bool stage_limit
    ) noexcept;
    COHUB_DECL void end_call(operation& op, failure const& why) noexcept;
    COHUB_DECL void refuse(operation& op, errc why, std::string text);
    COHUB_DECL void discard(operation& op) noexcept;
    COHUB_DECL void hold_back(operation const& op, call::next_try& next, failure& f);
    /// The outcome that is likely if a call is sent now.
    enum class prospect : std::uint8_t
    {
        good,
        waits,  // for the end of a silence
        none,   // the answer would come too late
    };
    prospect prospect_of(operation& op) noexcept;
    bool gives_way(operation const& op) noexcept;
    bool may_repeat(operation const& op, clock::duration needs) noexcept;
    bool has_no_budget() const noexcept { return options_.retry.budget_ratio >= 100; }
    clock::duration silence_interval() const noexcept;
    COHUB_DECL void set_probe_timer() noexcept;
    COHUB_DECL void look_at_held() noexcept;
    COHUB_DECL void hold(operation& op) noexcept;
    COHUB_DECL void end_late(operation& op) noexcept;
    void became_idle(connection& c) noexcept;
    clock::time_point attempt_end(operation const& op, clock::time_point sent) const noexcept;
    COHUB_DECL void call_due(operation& op);
    COHUB_DECL void not_answered(operation const& op) noexcept;
    COHUB_DECL connection* awaited_by(operation& op) noexcept;
    COHUB_DECL void set_pool_timer();
    COHUB_DECL void pool_due();
    void show_bodies(attempt_event& e, operation const& op, connection const* c) const;
    COHUB_DECL void trace_attempt(
        operation const& op,
        failure const* f,
        connection const* c,
        std::optional<std::chrono::nanoseconds> next_in
    );

    key_use key_use_;
    op_list closing_;  // operations that wait for the end
    detail::companions companions_;
    bool waits_for_companions_ = false;
    /// The index is `call::room`; null: not needed so far. Each room holds a reference to this
    /// client, until shutdown.
    call::channel_ptr rooms_[call::room_count];
    std::atomic<unsigned> held_open_{0};  // one bit per room
    room_counts room_counts_;
    std::atomic<bool> refuses_calls_{false};  // like draining_, for code without the lock
    detail::pool_state pool_;
    timer_node pool_timer_{timer_node::role::pool};
    timer_node connect_timer_{timer_node::role::connects};
    timer_node probe_timer_{timer_node::role::connects};
    std::uint64_t next_order_ = 0;
    std::uint64_t next_connection_ = 0;
    connection_stats counters_;
    detail::service_time service_;
    call::retry_budget budget_;
    clock::time_point last_probe_;  // a late call that was sent nevertheless
    clock::time_point last_answer_;
    clock::time_point hold_until_;  // no repetition before this time: the server asked for it
    detail::answer_slot key_slot_;
    cohub::detail::linked_list<call::waiter, call::waiter> awaiting_key_;
    clock::time_point key_asked_;
    std::unique_ptr<failure> no_key_;  // why the hook had no key the last time
    clock::time_point no_key_since_;
    bool lacks_key_;            // the hook has to supply the first key
    bool serving_key_ = false;  // a key has come, and too many calls wait for it for one turn
    bool starting_connects_ = false;
    bool serving_left_ = false;  // a connection has found too many late calls for one turn
    bool held_ = false;          // calls wait for the end of a silence
    bool ending_calls_ = false;  // closed, but not all of them have completed yet
    /// The failed connect that counts as an attempt of calls.
    struct charge
    {
        failure why;
        detail::connection_ptr from;  // null: there is none
        bool stage_limit = false;
    };
    charge charge_;
    std::string request_;  // the request that is being sent
};

}  // namespace cohub::inline abi_0_2::transport

#if !defined(COHUB_SEPARATE_COMPILATION)
#include <cohub/transport/impl/client.ipp>
#include <cohub/transport/impl/client_connections.ipp>
#include <cohub/transport/impl/client_key.ipp>
#include <cohub/transport/impl/client_load.ipp>
#include <cohub/transport/impl/client_seeing.ipp>
#include <cohub/transport/impl/client_setup.ipp>
#endif

#endif
