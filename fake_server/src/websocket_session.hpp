#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "http_stream.hpp"
#include "message.hpp"
#include "websocket_frame.hpp"
#include "websocket_script.hpp"

namespace cohub::inline abi_0_2::fake {

class websocket_session;

/// What a session needs from the server. Called from the connection's thread.
struct websocket_hooks
{
    std::function<void(client_frame const&)> received;
    std::function<void(std::string what)> problem;
    /// The text with which an ordinary stream would begin now.
    std::function<std::string()> present;
    /// Makes the stream an ordinary one: it gets the present state and all changes.
    std::function<void(websocket_session&)> go_live;
    std::function<std::uint64_t()> releases;
    std::function<void(websocket_session&)> begun;
    std::function<void(websocket_session&)> ended;
};

/// The server's side of one WebSocket connection. A connection's thread runs it. What other threads
/// push waits in a queue with a limit. A client that reads too slowly for it is closed with 1008.
class websocket_session : public upgrade
{
public:
    using encoded = std::shared_ptr<std::string const>;

    /// @param script null for an ordinary stream
    websocket_session(
        std::shared_ptr<detail::websocket_plan const> script,
        bool close_notify,
        websocket_hooks hooks
    );
    ~websocket_session() override;
    websocket_session(websocket_session const&) = delete;

    // From any thread.
    void push(encoded frame);
    void close(int code, std::string_view reason);
    void drop(bool reset);
    void stop() override;
    void wake() override;

    ending run(http_stream& stream, std::string head) override;

private:
    using clock = std::chrono::steady_clock;
    using action = detail::websocket_action;

    struct order
    {
        enum class kind
        {
            push,
            close,
            fin,
            reset
        };
        kind what = kind::push;
        encoded bytes;
    };
    struct piece
    {
        encoded whole;
        std::size_t begin, end;
        std::chrono::milliseconds after{0};  ///< a pause before it
    };

    void give(order o);
    std::optional<order> take_order();
    void take_orders();
    void play();
    void release_head();
    bool is_playing() const;
    bool play_one(action const& a);
    bool play_expectation(action const& a);
    bool wait_until(clock::time_point when);
    void put(encoded bytes);
    void put_frame(websocket_frame const& f);
    void put_close(int code, std::string_view reason);
    void write();
    void read();
    void parse();
    void on_frame(client_frame f);
    void on_close(client_frame const& f);
    void finish(std::chrono::milliseconds patience);
    void half_close();
    void leave();
    void end(ending how);
    void wait();
    void report_what_is_left();

    std::shared_ptr<detail::websocket_plan const> const script_;
    bool const close_notify_;
    websocket_hooks const hooks_;
    int event_;

    std::mutex mutex_;
    std::deque<order> orders_;
    std::size_t ordered_bytes_ = 0;
    bool overflowed_ = false;
    bool stopping_ = false;

    // Only for the connection's thread.
    http_stream* stream_ = nullptr;
    std::deque<piece> out_;
    std::optional<clock::time_point> paced_until_;
    std::string held_head_;
    frame_reader reader_;
    std::deque<client_frame> seen_;  ///< and not expected yet; only for a script
    std::size_t at_ = 0;             ///< position in the script
    std::optional<clock::time_point> script_wake_;
    std::optional<std::uint64_t> held_since_;
    std::size_t pace_bytes_ = 0;
    std::chrono::milliseconds pace_every_{0};
    std::optional<clock::time_point> deadline_;
    bool answers_close_ = true;
    bool answers_pings_ = true;
    bool reading_ = true;
    bool parsing_ = true;
    bool close_sent_ = false;
    bool close_received_ = false;
    bool finishing_ = false;  ///< there is nothing to send after what is queued
    bool half_closed_ = false;
    bool left_ = false;
    bool overflow_seen_ = false;
    bool stop_seen_ = false;
    bool over_ = false;
    bool again_ = false;  ///< something has changed that other parts look at
    ending how_ = ending::close;
};

}  // namespace cohub::inline abi_0_2::fake
