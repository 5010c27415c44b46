#ifndef COHUB_TRANSPORT_WEBSOCKET_HPP
#define COHUB_TRANSPORT_WEBSOCKET_HPP

#include <cohub/call/stream.hpp>
#include <cohub/core/config.hpp>
#include <cohub/transport/client.hpp>
#include <cohub/transport/detail/websocket_frames.hpp>
#include <cohub/transport/driver.hpp>

#include <boost/smart_ptr/intrusive_ptr.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace cohub::transport {

/// @brief A stream of messages over WebSocket (RFC 6455), reopened when it is lost.
///
/// Reads on its own, so that pings are answered while nobody receives, until `max_queued` messages
/// wait. Never sends data. A template, so that it is compiled where a stream is opened and nowhere
/// else.
template <class Once>
class websocket final : public call::stream_channel, public driver
{
public:
    using executor_type = call::channel::executor_type;

    /// @brief For `make_stream` of a client's channel: to the same server, with the same options.
    static call::stream_channel* make(call::channel& from, call::stream_request&& how);

    [[gnu::cold]] void start(call::operation& op) noexcept override;
    [[gnu::cold]] void cancel(
        call::operation& op, boost::asio::cancellation_type type
    ) noexcept override;
    executor_type executor() const noexcept override { return io_.get_executor(); }
    [[gnu::cold]] void close() noexcept override;
    [[gnu::cold]] call::stream_stats stats() noexcept override;

private:
    enum class state : std::uint8_t
    {
        /// Nothing is tried until somebody receives.
        idle,
        connecting,
        open,
        backing_off,
    };

    [[gnu::cold]] websocket(client const& from, call::stream_request&& how);

    // connection_owner
    [[gnu::cold]] void on_ready(connection& c) override;
    [[gnu::cold]] void on_connect_failed(connection& c, failure&& f) override;
    [[gnu::cold]] void on_answer(connection& c, bool reusable) override;
    [[gnu::cold]] void on_broken(connection& c, failure&& f) override;
    void on_idle_lost(connection&) override {}
    [[gnu::cold]] void on_upgraded(connection& c) override;
    [[gnu::cold]] void on_input(connection& c) override;
    void retain() noexcept override { intrusive_ptr_add_ref(static_cast<channel*>(this)); }
    void release() noexcept override { intrusive_ptr_release(static_cast<channel*>(this)); }

    // driver
    [[gnu::cold]] void shut(errc why) override;
    [[gnu::cold]] void timer_due(timer_node& node) override;
    [[gnu::cold]] void settle() override;

    [[gnu::cold]] void open();
    [[gnu::cold]] void read_input();
    [[gnu::cold]] void hear_leaving();
    [[gnu::cold]] void serve();
    [[gnu::cold]] void send_frame(
        connection& c, detail::ws_opcode opcode, std::string_view payload
    );
    [[gnu::cold]] void leave_politely(std::uint16_t code);
    bool is_full() const noexcept
    {
        return queue_.size() >= how_.max_queued || queued_bytes_ >= how_.max_message;
    }
    [[gnu::cold]] void let_go(connection_ptr& c);
    [[gnu::cold]] void lost(failure&& f);
    [[gnu::cold]] bool worth_another(failure const& f) const noexcept;
    [[gnu::cold]] void trace(failure const* f, std::optional<std::chrono::nanoseconds> next_in);
    [[gnu::cold]] void wake();
    [[gnu::cold]] stage now_at() const noexcept;
    [[gnu::cold]] void ask_where();
    [[gnu::cold]] void told_where();
    [[gnu::cold]] void close_begun();

    call::stream_request how_;
    state state_ = state::idle;
    bool ended_ = false;  // by the user

    connection_ptr conn_;
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

    connection_ptr leaving_;  // said goodbye; waits for the server's, but not for long
    detail::ws_reader leaving_reader_;
    timer_node leaving_timer_{timer_node::role::pool};

    std::vector<std::string> queue_;
    std::size_t queued_bytes_ = 0;
    std::optional<failure> untold_;  // what nobody was there to hear
    int failures_ = 0;               // in a row
    int refusals_ = 0;               // connects refused in a row
    call::stream_stats counters_;

    struct where_ticket;
    std::shared_ptr<where_ticket> where_;
};

#if defined(COHUB_SEPARATE_COMPILATION)
extern template class websocket<void>;
#endif

}  // namespace cohub::transport

#if !defined(COHUB_SEPARATE_COMPILATION)
#include <cohub/transport/impl/websocket.ipp>
#endif

#endif
