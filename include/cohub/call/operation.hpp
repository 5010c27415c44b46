#ifndef COHUB_CALL_OPERATION_HPP
#define COHUB_CALL_OPERATION_HPP

/// @file
/// @internal How a call is carried out.

#include <cohub/call/call_options.hpp>
#include <cohub/call/retry.hpp>
#include <cohub/core/error.hpp>
#include <cohub/core/linked_list.hpp>
#include <cohub/core/timer_queue.hpp>
#include <cohub/json/decode.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/cancellation_type.hpp>
#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <boost/smart_ptr/intrusive_ref_counter.hpp>

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace cohub::inline abi_0_2::call {

/// @brief What a method makes of an answer before its caller sees it: `projects.get` sorts,
/// `org.find` takes a refusal for an answer. `value` is the result, of the call's own type.
class result_adapter : public boost::intrusive_ref_counter<result_adapter>
{
public:
    virtual ~result_adapter() = default;

    /// @brief Reads a body; for answers of another type than the result's.
    virtual json::outcome decode(
        std::string_view body, json::detail::type_info const& type, void* value, json::envelope e
    ) const noexcept
    {
        return json::decode(body, type, value, e);
    }
    /// @brief Changes what was decoded.
    virtual void apply(void*) const noexcept {}
    /// @brief Whether what was decoded means that the call has failed.
    virtual std::optional<failure> judge(void const* /*value*/) const { return std::nullopt; }
    /// @brief Whether the server's refusal is a result too: none, or empty.
    virtual bool accepts_error(errc, std::string_view /*server_message*/) const noexcept
    {
        return false;
    }
};

/// @brief What a call sends, as owned values, encoded before the call expression ends.
struct request
{
    request() {}

    /// HTTP method and path below the base path; of static storage.
    std::string_view verb = "POST";
    std::string_view target = "/api/conat/hub";
    /// What follows `target`, where it is not known before.
    std::string target_end;
    std::string_view content_type = "application/json";
    /// The wire's name of the method, for messages.
    std::string name;
    /// The body; for the hub's envelope without the closing brace.
    std::string body;
    /// Further header lines, each with its line's end; checked where they are written.
    std::string fields;
    /// Whether the client's key goes along.
    bool with_key = true;
    /// The key goes as `Authorization: Bearer`.
    bool bearer = false;
    /// For a channel that lets callers share a call: what is asked for.
    std::string subject;
    /// On behalf of calls that have begun before the client was told to drain.
    bool sent_while_draining = false;
    /// No request at all: the client is to drain, and says when it has.
    bool is_close = false;
    /// An argument is a secret: the body is never shown.
    bool holds_secret = false;
    /// The body is a `{name,args}` envelope that takes a `timeout` member and the closing brace.
    bool is_rpc = true;
    retry declared = retry::never;
    call_options options;
    /// What the method itself may take; 0: not known. The server is told, and a call without a time
    /// of its own waits that long and somewhat longer.
    std::chrono::milliseconds expected_duration{};
    /// Set if the arguments cannot be sent; the call then fails without any I/O.
    std::string problem;
    json::envelope answer = json::envelope::error_member;
    /// An object with this member is a result, though it may have an `error` too; empty: none is.
    std::string_view result_member;
    /// What HTTP status 404 means; of static storage.
    std::string_view not_found_hint;
    /// Null: the result is left as it is.
    boost::intrusive_ptr<result_adapter const> adapter;
    /// What the server's own words on a refused call come to.
    errc (*classify)(std::string_view server_message) = nullptr;
    /// What of them may be shown; null: all.
    std::string_view (*redact_message)(std::string_view server_message) = nullptr;
};

/// @brief What goes along with the attempts of a call, beyond what the call is; most have none.
struct attempt_extras
{
    attempt_extras() {}

    /// What `hooks::add_headers` gave to the last attempt.
    header_list headers;
    /// W3C Trace Context, made for the call; the second half is of the last attempt.
    std::array<std::uint64_t, 2> trace_id{};
    std::string traceparent;
};

class channel;
class operation;

/// @brief What may stand in front of a client, for calls that callers share.
enum class room : std::uint8_t
{
    /// Single look-ups of names, many of which go as one call.
    names,
    /// Reads of which several callers share one, or which are hedged.
    reads,
};
inline constexpr std::size_t room_count = 2;

/// @brief A place in the queue for connections, in order of start.
struct waiter : cohub::detail::list_node<waiter>
{
    enum class place : std::uint8_t
    {
        outside,
        /// Among those that came in order.
        in_line,
        /// Among those that came back, older than others in line.
        again,
    };

    std::uint64_t order = 0;
    std::uint32_t round = 0;  // the queue's own: which of its lines it stands in
    place queued = place::outside;
};

/// @brief One call from its start to its completion. The channel owns it in between.
///
/// `deliver` hands the outcome to the caller's handler; `abandon` drops it unheard, when the
/// executor's context is being destroyed. Either destroys the operation.
class operation : public waiter, public timer_node, public cohub::detail::list_node<operation>
{
public:
    operation(request&& r, json::detail::type_info const& of, void* to)
        : timer_node(timer_node::role::call), req(std::move(r)), type(&of), value(to)
    {
    }
    operation(operation const&) = delete;
    operation& operator=(operation const&) = delete;

    /// @param may_run_now false inside the initiating function, and wherever the caller's code must
    /// not run yet
    /// @return false if there is no memory to hand it to the caller's executor: to be tried again
    /// @throws what the caller's handler throws
    virtual bool deliver(bool may_run_now) = 0;
    virtual void abandon() noexcept = 0;

    /// Moves on to another stage and books the time of the last one.
    void enter(stage s, clock::time_point now) noexcept
    {
        spent[static_cast<std::size_t>(at)] += now - since;
        since = now;
        at = s;
    }

    bool safe() const noexcept { return req.declared == retry::safe || req.options.idempotent(); }

    request req;
    json::detail::type_info const* type;
    void* value;
    std::unique_ptr<failure> error;

    clock::time_point deadline;
    clock::time_point since;
    clock::time_point attempt_began;
    std::array<std::chrono::nanoseconds, stage_count> spent{};
    int attempts = 0;
    int max_attempts = 0;
    stage at = stage::none;
    bool sent = false;  // in any attempt
    bool finished = false;
    bool backing_off = false;
    bool tells_timeout = false;
    bool answered = false;      // and not decoded yet
    bool reusable = false;      // the connection, after this answer
    bool is_probe = false;      // sent to see whether the server answers
    bool had_room = false;      // it waited for a connection to be made, not for one to be free
    bool is_cancelled = false;  // while its answer was decoded: it is not repeated
    bool coalesced = false;     // it shares a call of another channel's
    bool awaits_key = false;
    bool key_renewed = false;  // another key has been asked for on its behalf
    bool is_told = false;      // `hooks::on_call` knows that it has ended
    bool is_prepared = false;  // `hooks::add_headers` has been asked
    bool in_preparation = false;
    bool new_connection = false;  // that of the last attempt, if it is told
    int http_status = 0;          // of the last answer
    std::uint64_t bytes_sent = 0, bytes_received = 0;
    std::unique_ptr<attempt_extras> extras;
    int given_up = 0;  // attempts that passed their limit
    unsigned key = 0;  // which of the client's keys its last attempt went with
    /// A failure for whose description there was no memory.
    error_code bare_error;
    void* connection = nullptr;  // the channel's own, while the call holds one

protected:
    ~operation() = default;
};

/// @brief The seam between calls and what carries them.
/// @par Thread safety
/// Every member may be called from any thread.
class channel
{
public:
    channel() = default;
    channel(channel const&) = delete;
    channel& operator=(channel const&) = delete;
    using executor_type = boost::asio::any_io_executor;

    virtual ~channel() = default;

    /// @brief Takes over `op`, which completes exactly once, and not before this returns.
    /// @throws std::bad_alloc `op` is the caller's still
    virtual void start(operation& op) = 0;
    virtual void cancel(operation& op, boost::asio::cancellation_type type) noexcept = 0;
    virtual executor_type executor() const noexcept = 0;
    virtual bool has_executor(executor_type const& e) const noexcept { return executor() == e; }
    /// @brief Whether this thread runs the channel's own context, so that nothing completes while
    /// it blocks.
    virtual bool runs_here() const noexcept { return false; }
    /// @brief What carries calls that several callers may share; this, if none are shared.
    ///
    /// The second argument makes it for this channel, once. That a caller names it, and nobody
    /// else, keeps its code out of programs that share no calls.
    /// @throws std::bad_alloc if there is no memory
    virtual boost::intrusive_ptr<channel> shared_by_callers(room /*which*/, channel_maker /*make*/)
    {
        return boost::intrusive_ptr<channel>(this);
    }
    /// @brief What is kept of answers about this subject is not given any more; empty: of all.
    virtual void forget(std::string_view /*subject*/) {}

    /// @brief False if the last reference has been given up: another thread destroys this.
    bool add_ref_unless_last() const noexcept
    {
        unsigned n = references_.load(std::memory_order_relaxed);
        while (n != 0)
            if (references_.compare_exchange_weak(n, n + 1, std::memory_order_relaxed)) return true;
        return false;
    }
    friend void intrusive_ptr_add_ref(channel const* c) noexcept
    {
        c->references_.fetch_add(1, std::memory_order_relaxed);
    }
    friend void intrusive_ptr_release(channel const* c) noexcept
    {
        if (c->references_.fetch_sub(1, std::memory_order_acq_rel) == 1) delete c;
    }

private:
    mutable std::atomic<unsigned> references_{0};
};

using channel_ptr = boost::intrusive_ptr<channel>;

}  // namespace cohub::inline abi_0_2::call

#endif
