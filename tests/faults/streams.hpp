#pragma once

#include <cohub/streams/stream.hpp>
#include <cohub/transport/client_handle.hpp>

#include <boost/json/value.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness.hpp"
#include "support/websocket.hpp"

namespace cohub::faults {

/// One receive and its result.
class receive_state
{
public:
    receive_state() = default;

    bool done() const { return completions > 0; }
    /// The stream was closed by its user.
    bool ended() const { return done() && !why && message.is_null(); }
    errc code() const { return why ? to_errc(why->code) : errc{}; }

    int completions = 0;
    std::optional<failure> why;
    boost::json::value message;
    boost::asio::cancellation_signal cancel;
};
using receive_ptr = std::shared_ptr<receive_state>;

/// A stream of JSON messages under test.
class stream_subject : public runner
{
public:
    explicit stream_subject(options o, streams::stream_request how = once());
    explicit stream_subject(raw_peer const& peer, streams::stream_request how = once())
        : stream_subject(options_for(peer), std::move(how))
    {
    }
    ~stream_subject();
    stream_subject(stream_subject const&) = delete;
    stream_subject& operator=(stream_subject const&) = delete;

    /// Not opened again when it is lost.
    static streams::stream_request once();
    /// Always opened again, after short waits.
    static streams::stream_request again();

    receive_ptr start(call_options o = {});
    bool finish(receive_ptr const& r, std::chrono::milliseconds limit = patience);
    /// Begins a receive and runs until it is complete.
    receive_ptr next(std::chrono::milliseconds limit = patience);

    streams::stream_channel& stream() { return *stream_; }
    streams::stream_stats stats() { return stream_->stats(); }
    /// Destroys the stream and the client, with receives in flight.
    void destroy();
    /// Destroys the io_context, which owns both at this point.
    void destroy_io();

    /// Asserts I4 and I3: the next receive from a healthy peer gets its message, and after `close`
    /// nothing is left for which `io_context::run` would wait.
    void expect_healthy();
    void expect_ends();

private:
    std::unique_ptr<transport::client_handle> client_;
    streams::stream_ptr stream_;
};

/// @name What peers do
/// @{
std::string switch_to_websocket(raw_request const& request);
/// Switches to WebSocket.
raw_script upgrade();
/// Switches to WebSocket and sends `bytes`.
raw_script upgrade_and(std::string bytes);
/// Switches to WebSocket and sends a message.
raw_script healthy_stream();
/// A text frame with the JSON string `text`.
std::string message(std::string const& text);
/// @}

/// The whole frames that a client sent on one connection.
std::vector<tests::ws_client_frame> frames_in(fake::raw_record const& record);
/// Waits until `n` frames have come on connection `index`.
bool wait_frames(raw_peer const& peer, std::size_t index, std::size_t n);
/// Asserts that the client closes connection `index` with exactly one close frame, which has this
/// code. Any number of other frames may come before it. All frames must be masked.
void expect_closed_with(raw_peer const& peer, std::size_t index, unsigned code);

/// Asserts that a receive got this JSON string, once.
void expect_message(receive_ptr const& r, std::string const& text);
/// Asserts that a receive failed with this code, once, and that its texts do not have the key.
void expect_failed(receive_ptr const& r, errc code);
void expect_failed(receive_ptr const& r, errc code, stage at);

/// The TCP and the TLS peer.
std::vector<raw_peer*> both_peers();

}  // namespace cohub::faults
