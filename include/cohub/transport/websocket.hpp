#ifndef COHUB_TRANSPORT_WEBSOCKET_HPP
#define COHUB_TRANSPORT_WEBSOCKET_HPP

#include <cohub/call/stream.hpp>
#include <cohub/core/config.hpp>
#include <cohub/transport/client.hpp>
#include <cohub/transport/detail/io_core.hpp>
#include <cohub/transport/detail/websocket_frames.hpp>

#include <boost/smart_ptr/intrusive_ptr.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace cohub::transport {

/// @brief A stream of messages over WebSocket (RFC 6455), reopened when it is lost.
///
/// Reads on its own, so that pings are answered while nobody receives, until `max_queued` messages
/// wait: at once while somebody receives, else from time to time, so that the stream does not keep
/// `run()` from returning. Never sends data. A template, so that it is compiled where a stream is
/// opened and nowhere else.
template <class Once>
class websocket final : public call::stream_channel, public detail::io_core
{
public:
    using executor_type = call::channel::executor_type;
    using connection = detail::connection;

    /// @brief For `make_stream` of a client's channel: to the same server, with the same options.
    static call::stream_channel* make(call::channel& from, call::stream_request&& how);

    void start(call::operation& op) override;
    void cancel(call::operation& op, boost::asio::cancellation_type type) noexcept override;
    executor_type executor() const noexcept override { return executor_; }
    bool has_executor(executor_type const& e) const noexcept override { return executor_ == e; }
    bool runs_here() const noexcept override { return is_own_thread(); }
    void close() noexcept override;
    call::stream_stats stats() noexcept override;

private:
    enum class state : std::uint8_t
    {
        /// Nothing is tried until somebody receives.
        idle,
        connecting,
        open,
        backing_off,
    };

    websocket(client const& from, call::stream_request&& how);

    // connection_owner
    void on_ready(connection& c) override;
    void on_connect_failed(connection& c, failure&& f) override;
    void on_answer(connection& c, bool reusable) override;
    void on_broken(connection& c, failure&& f) override;
    void on_upgraded(connection& c) override;
    void on_input(connection& c) override;

    // io_core
    void shutdown(failure const& why) noexcept override;
    void drop_all(failure const& why) noexcept override;
    void close_from_service() noexcept override { close(); }
    void timer_due(timer_node& node) noexcept override;
    void after_batch() noexcept override;
    void on_tick() override;
    void on_quiet() noexcept override;
    std::optional<clock::duration> next_idle_tick() const noexcept override;
    bool is_active() const noexcept override
    {
        return calls_under_way() != 0 || state_ == state::connecting || leaving_;
    }
    std::optional<failure> decode(operation& op) override;
    void on_decoded(operation& op, std::unique_ptr<failure> f) noexcept override;

    void open();
    void read_input();
    void drain_closing();
    void serve();
    void send_frame(connection& c, detail::ws_opcode opcode, std::string_view payload);
    bool leave_politely(std::uint16_t code);
    bool is_full() const noexcept
    {
        return queue_.size() >= how_.max_queued || queued_bytes_ >= how_.max_message;
    }
    void detach_connection(detail::connection_ptr& c);
    void lost(failure&& f) noexcept;
    bool worth_another(failure const& f) const noexcept;
    void trace(failure const* f, std::optional<std::chrono::nanoseconds> next_in);
    void wake();
    stage now_at() const noexcept;
    void request_relocation();
    void on_relocated();
    void finish_all(failure const* why) noexcept;
    void fail_call(operation& op, errc why) noexcept;

    call::stream_request how_;
    state state_ = state::idle;
    bool ended_ = false;  // by the user

    detail::connection_ptr conn_;
    std::uint64_t next_connection_ = 0;
    std::uint64_t connection_id_ = 0;
    std::string accept_;  // what the server has to answer to our key
    detail::ws_reader reader_;
    clock::time_point begun_;  // this attempt
    clock::time_point stood_;  // since when the stream stands
    clock::time_point heard_;  // when the server was last heard
    bool had_message_ = false;
    bool pinged_ = false;
    /// When idle: nothing. When open: the next look whether the server lives. When backing off: its
    /// end.
    timer_node timer_node_{timer_node::role::pool};

    detail::connection_ptr leaving_;  // said goodbye; waits for the server's, but not for long
    detail::ws_reader leaving_reader_;
    timer_node leaving_timer_{timer_node::role::pool};

    std::vector<std::string> queue_;
    std::size_t queued_bytes_ = 0;
    std::optional<failure> pending_failure_;  // what nobody was there to hear
    int failures_ = 0;                        // in a row
    int refusals_ = 0;                        // connects refused in a row
    call::stream_stats counters_;

    struct relocation_task;
    struct relocation_ticket;
    std::shared_ptr<relocation_ticket> relocation_;
};

#if defined(COHUB_SEPARATE_COMPILATION)
extern template class websocket<void>;
#endif

}  // namespace cohub::transport

#if !defined(COHUB_SEPARATE_COMPILATION)
#include <cohub/transport/impl/websocket.ipp>
#endif

#endif
