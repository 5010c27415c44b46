#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "cohub/fake/raw_peer.hpp"
#include "raw_tls.hpp"

namespace cohub::inline abi_0_2::fake {

/// @brief What the connections of a peer share with the threads of the test. Guarded by the peer's
/// mutex.
struct raw_events
{
    std::set<std::string> released;
    std::set<std::string> marks;
};

/// @brief One accepted socket and its position in the script. Only the peer's thread uses it.
class raw_connection
{
public:
    using clock = std::chrono::steady_clock;

    raw_connection(
        int socket,
        std::shared_ptr<raw_script const> script,
        std::shared_ptr<raw_tls_context const> tls,
        std::shared_ptr<raw_events> events,
        std::shared_ptr<raw_record> record
    );
    ~raw_connection();
    raw_connection(raw_connection const&) = delete;
    raw_connection& operator=(raw_connection const&) = delete;

    int socket() const { return socket_; }
    bool over() const { return record_->how != raw_ending::open; }
    /// @brief The poll events that this connection waits for.
    short wanted() const;
    std::optional<clock::time_point> wake() const { return wake_; }

    void on_readable();
    /// @brief Plays as many steps as are possible now.
    void advance();
    void end(raw_ending how, std::string detail = {});

private:
    enum class outcome
    {
        done,
        blocked
    };

    bool handshaking() const { return tls_ != nullptr && !handshake_done_; }
    void receive(bool and_react);
    void take(char const* data, std::size_t size);
    void note_input();
    void shake_hands();
    void fail_tls();
    void emit_tls_output();
    void put(std::string const& bytes);
    bool flush();
    bool wait_until(clock::time_point when);
    void reset_socket();
    outcome play(raw_script::step const& step);
    outcome play_pieces(raw_script::step const& step);
    outcome play_repeated(raw_script::step const& step);

    int socket_;
    std::shared_ptr<raw_script const> script_;
    std::shared_ptr<raw_events> events_;
    std::shared_ptr<raw_record> record_;
    std::unique_ptr<raw_tls_layer> tls_;

    bool handshake_done_ = false;
    bool tls_dead_ = false;  // from here on the steps send bytes without TLS
    bool reading_ = true;
    bool discarding_ = false;  // the script is over; it only waits for the other side's close
    bool blocked_on_write_ = false;

    std::string out_;        // on its way to the socket
    std::size_t paced_ = 0;  // how much of it may go before the next tick
    clock::time_point pace_until_{};
    std::optional<clock::time_point> wake_;

    std::string in_;  // application bytes that are not yet a whole request
    std::size_t requests_taken_ = 0;
    std::uint64_t bytes_taken_ = 0;

    std::size_t step_ = 0;
    std::size_t phase_ = 0;
    std::optional<clock::time_point> step_time_;
};

}  // namespace cohub::inline abi_0_2::fake
