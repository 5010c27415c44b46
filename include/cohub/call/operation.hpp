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

/// @brief What a method changes about an answer before its caller sees it: `projects.get` sorts,
/// `org.find` accepts a refusal as an answer. `value` is the result, of the call's own type.
class result_adapter : public boost::intrusive_ref_counter<result_adapter>
{
public:
    virtual ~result_adapter() = default;

    /// @brief Reads a body, if the answer has another type than the result.
    virtual json::outcome decode(
        std::string_view body, json::detail::type_info const& type, void* value, json::envelope e
    ) const noexcept
    {
        return json::decode(body, type, value, e);
    }
    /// @brief Changes the decoded value.
    virtual void apply(void*) const noexcept {}
    /// @brief Whether the decoded value means that the call has failed.
    virtual std::optional<failure> judge(void const* /*value*/) const { return std::nullopt; }
    /// @brief Whether the server's refusal is also a result: none, or empty.
    virtual bool accepts_error(errc, std::string_view /*server_message*/) const noexcept
    {
        return false;
    }
};

/// @brief What a call sends, as owned values. They are encoded before the call expression ends.
struct request
{
    request() {}

    /// HTTP method, and path below the base path; of static storage.
    std::string_view verb = "POST";
    std::string_view target = "/api/conat/hub";
    /// The end of the path after `target`, if it is known only at run time.
    std::string target_end;
    std::string_view content_type = "application/json";
    /// The method's name on the wire, for messages.
    std::string name;
    /// The body. For the hub's envelope, the closing brace is missing.
    std::string body;
    /// Further header lines, each with its line ending. They are checked where they are written.
    std::string fields;
    /// Whether the client's key is sent.
    bool with_key = true;
    /// The key is sent as `Authorization: Bearer`.
    bool bearer = false;
    /// For a channel that lets callers share a call: the subject of the call.
    std::string subject;
    /// The call is sent for calls that began before the client's drain.
    bool sent_while_draining = false;
    /// This is not a request: the client has to drain, and completes this when it has.
    bool is_close = false;
    /// An argument is a secret: the body must never be shown.
    bool holds_secret = false;
    /// The body is a `{name,args}` envelope, to which a `timeout` member and the closing brace are
    /// added.
    bool is_rpc = true;
    retry declared = retry::never;
    call_options options;
    /// How long the method itself may take; 0 if that is not known. It is sent to the server. A
    /// call without its own time limit waits that long and somewhat longer.
    std::chrono::milliseconds expected_duration{};
    /// Set if the arguments cannot be sent. The call then fails without any I/O.
    std::string problem;
    json::envelope answer = json::envelope::error_member;
    /// An object with this member is a result, even if it also has an `error`. Empty: there is no
    /// such member.
    std::string_view result_member;
    /// What HTTP status 404 means; of static storage.
    std::string_view not_found_hint;
    /// Null: the result is not changed.
    boost::intrusive_ptr<result_adapter const> adapter;
    /// The code for a refused call, from the server's own text.
    errc (*classify)(std::string_view server_message) = nullptr;
    /// The part of the server's text that may be shown; null: all.
    std::string_view (*redact_message)(std::string_view server_message) = nullptr;
};

/// @brief Additional data of a call's attempts. Most calls have none.
struct attempt_extras
{
    attempt_extras() {}

    /// What `hooks::add_headers` added to the last attempt.
    header_list headers;
    /// W3C Trace Context, made for the call. The second half belongs to the last attempt.
    std::array<std::uint64_t, 2> trace_id{};
    std::string traceparent;
};

class channel;
class operation;

/// @brief Channels that may be placed in front of a client, for calls that callers share.
enum class room : std::uint8_t
{
    /// Single lookups of names, of which many are sent as one call.
    names,
    /// Reads that several callers share, or that are hedged.
    reads,
};
inline constexpr std::size_t room_count = 2;

/// @brief A place in the queue for connections, in the order in which calls began.
struct waiter : cohub::detail::list_node<waiter>
{
    enum class place : std::uint8_t
    {
        outside,
        /// Among those that were queued in order.
        in_line,
        /// Among those that were queued again and are older than others in the line.
        again,
    };

    std::uint64_t order = 0;
    std::uint32_t round = 0;  // for the queue: in which of its lines the waiter is
    place queued = place::outside;
};

/// @brief One call from its start to its completion. The channel owns it in between.
///
/// `deliver` passes the outcome to the caller's handler. `abandon` drops the outcome, when the
/// executor's context is being destroyed. Both destroy the operation.
class operation : public waiter, public timer_node, public cohub::detail::list_node<operation>
{
public:
    operation(request&& r, json::detail::type_info const& of, void* to)
        : timer_node(timer_node::role::call), req(std::move(r)), type(&of), value(to)
    {
    }
    operation(operation const&) = delete;
    operation& operator=(operation const&) = delete;

    /// @param may_run_now false inside the initiating function, and everywhere else where the
    /// caller's code must not run yet
    /// @return false if there is no memory to pass it to the caller's executor; the channel has to
    /// try again
    /// @throws what the caller's handler throws
    virtual bool deliver(bool may_run_now) = 0;
    virtual void abandon() noexcept = 0;

    /// Enters another stage, and adds the time since the last change to the stage that ends.
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
    bool answered = false;      // not decoded yet
    bool reusable = false;      // the connection, after this answer
    bool is_probe = false;      // sent to find out whether the server answers
    bool had_room = false;      // it waited for a new connection, not for a free one
    bool is_cancelled = false;  // while its answer was decoded: it is not repeated
    bool coalesced = false;     // it shares a call of another channel
    bool awaits_key = false;
    bool key_renewed = false;  // another key has been requested for it
    bool is_told = false;      // its end was reported to `hooks::on_call`
    bool is_prepared = false;  // `hooks::add_headers` has been called
    bool in_preparation = false;
    bool new_connection = false;  // that of the last attempt, if it is reported
    int http_status = 0;          // of the last answer
    std::uint64_t bytes_sent = 0, bytes_received = 0;
    std::unique_ptr<attempt_extras> extras;
    int given_up = 0;  // attempts that exceeded their limit
    unsigned key = 0;  // which of the client's keys its last attempt used
    /// The code of a failure that could not be described for lack of memory.
    error_code bare_error;
    void* connection = nullptr;  // used by the channel alone, while the call has one

protected:
    ~operation() = default;
};

/// @brief The interface between calls and what carries them.
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

    /// @brief Takes over `op`, which completes exactly once, and not before this function returns.
    /// @throws std::bad_alloc the caller still owns `op`
    virtual void start(operation& op) = 0;
    virtual void cancel(operation& op, boost::asio::cancellation_type type) noexcept = 0;
    virtual executor_type executor() const noexcept = 0;
    virtual bool has_executor(executor_type const& e) const noexcept { return executor() == e; }
    /// @brief Whether this thread runs the channel's own context, so that nothing can complete
    /// while the thread blocks.
    virtual bool runs_here() const noexcept { return false; }
    /// @brief The channel for calls that several callers may share; this channel itself if no calls
    /// are shared.
    ///
    /// The second argument makes it for this channel, once. Only callers that share calls name this
    /// function, so that other programs do not contain its code.
    /// @throws std::bad_alloc if there is no memory
    virtual boost::intrusive_ptr<channel> shared_by_callers(room /*which*/, channel_maker /*make*/)
    {
        return boost::intrusive_ptr<channel>(this);
    }
    /// @brief Kept answers about this subject must not be returned any more; empty: all answers.
    virtual void forget(std::string_view /*subject*/) {}

    /// @brief False if the last reference has been released: another thread is destroying this
    /// object.
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
