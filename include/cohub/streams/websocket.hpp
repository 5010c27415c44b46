#ifndef COHUB_STREAMS_WEBSOCKET_HPP
#define COHUB_STREAMS_WEBSOCKET_HPP

/// @file
/// @internal What carries a stream.

#include <cohub/core/config.hpp>
#include <cohub/streams/detail/frames.hpp>
#include <cohub/streams/detail/handshake.hpp>
#include <cohub/streams/detail/reconnect.hpp>
#include <cohub/streams/detail/relocation.hpp>
#include <cohub/streams/stream.hpp>
#include <cohub/transport/client.hpp>
#include <cohub/transport/detail/io_core.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cohub::inline abi_0_2::streams {

/// @brief A stream of messages over WebSocket (RFC 6455), which is reopened when it is lost.
///
/// It reads by itself, until `max_queued` messages wait, so that pings are answered while nobody
/// receives. It reads immediately while somebody receives, and otherwise from time to time, so that
/// the stream does not keep `run()` from returning. It never sends data. `detail::reconnect`
/// decides when to connect, wait and give up; this class carries that out.
class websocket final : public stream_channel,
                        public transport::detail::io_core,
                        public transport::detail::companion
{
public:
    using executor_type = call::channel::executor_type;
    using connection = transport::detail::connection;

    /// @brief Makes a stream from the server of a client, with the client's options. Nothing is
    /// opened yet. The stream must be closed before it is released.
    /// @param beside the client that a `client_handle` holds
    COHUB_DECL static stream_ptr make(transport::client_base& beside, stream_request&& how);
    COHUB_DECL ~websocket() override;

    COHUB_DECL void start(call::operation& op) override;
    COHUB_DECL void cancel(
        call::operation& op, boost::asio::cancellation_type type
    ) noexcept override;
    executor_type executor() const noexcept override { return executor_; }
    bool has_executor(executor_type const& e) const noexcept override { return executor_ == e; }
    bool runs_here() const noexcept override { return is_own_thread(); }
    COHUB_DECL void close() noexcept override;
    COHUB_DECL stream_stats stats() noexcept override;

private:
    using core_lock = transport::detail::core_lock;
    using state = detail::reconnect_state;
    using event = detail::reconnect_event::kind;

    websocket(transport::client& beside, stream_request&& how);

    // companion
    void leave() noexcept override { close(); }
    call::channel& kept_by() noexcept override { return *this; }

    // connection_owner
    COHUB_DECL void on_ready(connection& c) override;
    COHUB_DECL void on_connect_failed(connection& c, failure&& f) override;
    COHUB_DECL void on_answer(connection& c, bool reusable) override;
    COHUB_DECL void on_broken(connection& c, failure&& f) override;
    COHUB_DECL void on_upgraded(connection& c) override;
    COHUB_DECL void on_input(connection& c) override;

    // io_core
    COHUB_DECL void shutdown(failure const& why) noexcept override;
    COHUB_DECL void drop_all(failure const& why) noexcept override;
    void close_from_service() noexcept override { close(); }
    COHUB_DECL void timer_due(timer_node& node) noexcept override;
    COHUB_DECL bool after_batch() noexcept override;
    COHUB_DECL void on_tick() override;
    COHUB_DECL void on_quiet() noexcept override;
    COHUB_DECL clock::duration next_idle_tick() const noexcept override;
    bool is_active() const noexcept override
    {
        return calls_under_way() != 0 || life_.now_in() == state::connecting || leaving_;
    }
    clock::reason waits_for() const noexcept override
    {
        bool const backs_off = life_.now_in() == state::backing_off && !leaving_ && !relocation_;
        return backs_off ? clock::reason::pause : clock::reason::deadline;
    }
    COHUB_DECL std::optional<failure> decode(operation& op) override;
    COHUB_DECL void on_decoded(operation& op, std::unique_ptr<failure> f) noexcept override;

    // receivers
    void serve();
    void finish_all(failure const* why) noexcept;
    void fail_call(operation& op, errc why) noexcept;
    stage now_at() const noexcept;

    // carries out the decisions of the state machine
    void resume(detail::reconnect_event const& e);
    void open();
    void lost(failure&& f) noexcept;
    void trace(failure const* f, std::optional<std::chrono::nanoseconds> next_in);
    void request_relocation();
    void on_relocated();

    // one connection
    bool is_open() const noexcept { return life_.now_in() == state::open; }
    void read_input();
    void send_frame(connection& c, detail::ws_opcode opcode, std::string_view payload);
    bool leave_politely(std::uint16_t code);
    void drain_closing();
    void detach_connection(transport::detail::connection_ptr& c);
    bool is_full() const noexcept
    {
        return queue_.size() >= how_.max_queued || queued_bytes_ >= how_.max_message;
    }

    boost::intrusive_ptr<transport::client> beside_;
    stream_request how_;
    detail::reconnect life_;
    bool ended_ = false;  // true: the user has ended it

    transport::detail::connection_ptr conn_;
    std::uint64_t next_connection_ = 0;
    std::uint64_t connection_id_ = 0;
    detail::handshake_key key_;
    detail::ws_reader reader_;
    clock::time_point begun_;  // when this attempt began
    /// The timer of the state machine.
    timer_node timer_node_{timer_node::role::pool};

    // A connection that has sent its close frame, and waits for the server's for a short time.
    transport::detail::connection_ptr leaving_;
    detail::ws_reader leaving_reader_;
    timer_node leaving_timer_{timer_node::role::pool};

    std::vector<std::string> queue_;
    std::size_t queued_bytes_ = 0;
    std::optional<failure> pending_failure_;  // a failure that no receiver has got yet
    stream_stats counters_;

    std::optional<detail::relocation> relocation_;  // set once the user's function was called
};

}  // namespace cohub::inline abi_0_2::streams

#if !defined(COHUB_SEPARATE_COMPILATION)
#include <cohub/streams/impl/websocket.ipp>
#endif

#endif
