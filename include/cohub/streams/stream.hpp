#ifndef COHUB_STREAMS_STREAM_HPP
#define COHUB_STREAMS_STREAM_HPP

#include <cohub/call/operation.hpp>

#include <boost/smart_ptr/intrusive_ptr.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

namespace cohub::inline abi_0_2::streams {

/// @brief How a stream of messages is opened and kept open, as owned values.
/// @internal
struct stream_request
{
    stream_request() {}

    /// Path below the base path.
    std::string target;
    /// The method's name on the wire, for messages.
    std::string name;
    /// Further header lines, each with its line ending. They are checked where they are written.
    std::string fields;
    /// What HTTP status 404 means.
    std::string not_found_hint;

    /// Whether a lost stream is opened again automatically.
    bool reconnect = true;
    /// How many failures in a row may happen before a receive fails; 0: no limit. For a stream that
    /// was never established, `retry_options::max_attempts` counts instead.
    int max_attempts = 0;
    // Times below zero count as zero, and no time is longer than a century.
    std::chrono::milliseconds backoff_base{500};
    std::chrono::milliseconds backoff_cap{30'000};
    /// If nothing was received for this long, a ping is sent. If nothing is received for the same
    /// time again, the stream is lost. 0: no pings.
    std::chrono::milliseconds ping_interval{30'000};
    /// How long to wait for the server's answer to the client's close.
    std::chrono::milliseconds close_timeout{1'000};
    /// Maximum number of bytes of one message.
    std::size_t max_message = 16 * 1024 * 1024;
    /// Maximum number of messages that are kept while nobody receives; together they may also reach
    /// `max_message` bytes. Then the stream stops reading, and TCP slows the server down.
    std::size_t max_queued = 64;
    /// Called without any lock held, after three failed attempts in a row in which the connect was
    /// refused, or the server answered the handshake with an HTTP error. The function may find out
    /// where the server is now, and call back with its base URL, from any thread, once, or never.
    /// An exception counts as never. Only a server on this machine is followed.
    std::function<void(std::function<void(std::string base_url)>)> relocate;
};

/// @brief Counters of a stream.
struct stream_stats
{
    stream_stats() = default;

    /// Connections that became a stream, since the stream was made.
    std::uint64_t opened = 0;
    /// Attempts that failed.
    std::uint64_t failed = 0;
    /// Messages received.
    std::uint64_t messages = 0;
    /// Messages that wait to be received.
    std::size_t queued = 0;
    /// Whether the stream is open now.
    bool open = false;
};

/// @brief Messages from the server, as a channel: each `start` takes the next message, in order.
/// The first one opens the connection.
/// @internal
class stream_channel : public call::channel
{
public:
    /// @brief Sends a close frame and ends. Receives, including later ones, get an empty value.
    virtual void close() noexcept = 0;
    virtual stream_stats stats() noexcept = 0;
};

/// @internal
using stream_ptr = boost::intrusive_ptr<stream_channel>;

}  // namespace cohub::inline abi_0_2::streams

#endif
