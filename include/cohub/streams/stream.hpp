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

/// @brief How a stream of messages is opened and kept open; as owned values.
/// @internal
struct stream_request
{
    stream_request() {}

    /// Path below the base path.
    std::string target;
    /// The wire's name of the method, for messages.
    std::string name;
    /// Further header lines, each with its line's end; checked where they are written.
    std::string fields;
    /// What HTTP status 404 means.
    std::string not_found_hint;

    /// Whether a stream that was lost is opened again by itself.
    bool reconnect = true;
    /// Failures in a row before a receive is told; 0: as many as it takes. A stream that never
    /// stood goes by `retry_options::max_attempts` instead.
    int max_attempts = 0;
    // Of the times, what is below zero counts as zero, and none is longer than a century.
    std::chrono::milliseconds backoff_base{500};
    std::chrono::milliseconds backoff_cap{30'000};
    /// Sent when nothing was heard for this long; nothing heard for as long again: the stream is
    /// lost. 0: never.
    std::chrono::milliseconds ping_interval{30'000};
    /// How long the server's answer to our close is waited for.
    std::chrono::milliseconds close_timeout{1'000};
    /// Bytes of one message.
    std::size_t max_message = 16 * 1024 * 1024;
    /// Messages kept while nobody receives; then no more is read, and TCP holds the server back.
    std::size_t max_queued = 64;
    /// Called, without any lock held, after three refused connects in a row: may find out where the
    /// server is now and call back with its base URL, from any thread, once, or never; an exception
    /// counts as never. Only a server on this machine is followed.
    std::function<void(std::function<void(std::string base_url)>)> relocate;
};

/// @brief Counters of a stream.
struct stream_stats
{
    stream_stats() = default;

    /// Connections that became a stream, ever.
    std::uint64_t opened = 0;
    /// Attempts that came to nothing.
    std::uint64_t failed = 0;
    /// Messages received.
    std::uint64_t messages = 0;
    /// Messages that wait to be received.
    std::size_t queued = 0;
    /// Whether the stream stands now.
    bool open = false;
};

/// @brief Messages from the server, as a channel: each `start` takes the next one, in order. The
/// first one opens the connection.
/// @internal
class stream_channel : public call::channel
{
public:
    /// @brief Says goodbye and ends; receives, those to come too, get an empty value.
    virtual void close() noexcept = 0;
    virtual stream_stats stats() noexcept = 0;
};

/// @internal
using stream_ptr = boost::intrusive_ptr<stream_channel>;

}  // namespace cohub::inline abi_0_2::streams

#endif
