#ifndef COHUB_PIECES_USER_STREAM_HPP
#define COHUB_PIECES_USER_STREAM_HPP

#include <cohub/call/completion.hpp>
#include <cohub/core/config.hpp>
#include <cohub/pieces/detail/user_requests.hpp>
#include <cohub/pieces/discover_options.hpp>
#include <cohub/pieces/types/user_profile.hpp>
#include <cohub/streams/stream.hpp>

#include <boost/describe/class.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <utility>

namespace cohub::inline abi_0_2::pieces {

/// @brief How `stream_user` opens its stream and keeps it open; see `streams::stream_request` for
/// the defaults.
class stream_options
{
public:
    stream_options() {}

    /// @brief Sets whether the library opens a lost stream again; true by default.
    stream_options& reconnect(bool yes)
    {
        request_.reconnect = yes;
        return *this;
    }
    /// @brief Sets how many failures in a row make `next()` fail; 0: no limit.
    ///
    /// This applies to a stream that was open before. For a stream that was never open,
    /// `retry_options::max_attempts` applies.
    stream_options& max_attempts(int n)
    {
        request_.max_attempts = n;
        return *this;
    }
    /// @brief Sets the waiting times between the attempts: the upper bound of the first wait, and
    /// the upper bound of all waits.
    stream_options& backoff(std::chrono::milliseconds base, std::chrono::milliseconds cap)
    {
        request_.backoff_base = base;
        request_.backoff_cap = cap;
        return *this;
    }
    /// @brief Sets the time without data after which the client sends a ping.
    ///
    /// If it receives nothing for the same time again, the stream is lost. 0: the client sends no
    /// pings.
    stream_options& ping_interval(std::chrono::milliseconds t)
    {
        request_.ping_interval = t;
        return *this;
    }
    /// @brief Sets the maximum size of one message in bytes.
    stream_options& max_message(std::size_t bytes)
    {
        request_.max_message = bytes;
        return *this;
    }
    /// @brief Sets how many received messages the stream keeps until `next()` takes them.
    stream_options& max_queued(std::size_t n)
    {
        request_.max_queued = n;
        return *this;
    }
    /// @brief Searches for Pieces OS again when it refuses connections, because it may use another
    /// port after a restart.
    /// @param o where to search
    stream_options& rediscover(discover_options o = discover_options())
    {
        rediscover_ = std::move(o);
        return *this;
    }

    /// @internal
    streams::stream_request const& request() const noexcept { return request_; }
    /// @brief The value that was set by `rediscover`; not set: the stream does not search for
    /// Pieces OS again.
    std::optional<discover_options> const& rediscovers() const noexcept { return rediscover_; }

private:
    streams::stream_request request_;
    std::optional<discover_options> rediscover_;
};

/// @brief One event from the server.
struct user_event
{
    user_event() = default;

    /// The user; empty: nobody is signed in.
    std::optional<user_profile> user;
};
BOOST_DESCRIBE_STRUCT(user_event, (), (user))

/// @brief Makes a stream, which connects at the first receive.
///
/// `pieces::client` provides this function. It never returns null, and any thread may call it.
/// @param how what to open, and how to keep it open
/// @param rediscover where to search for Pieces OS again; empty: no new search
/// @internal
using stream_opener = std::function<streams::stream_ptr(
    streams::stream_request&& how, std::optional<discover_options> const& rediscover
)>;

namespace detail {

/// @param fields the client's own header lines
/// @throws cohub::error errc::not_implemented if `open` is empty
COHUB_DECL streams::stream_ptr open_user_stream(
    stream_opener const& open, std::string const& fields, stream_options const& options
);
/// @brief The request that takes the next event from a stream.
COHUB_DECL call::request next_user_event();

}  // namespace detail

/// @brief The stream of events about the user of Pieces OS; from `user_api::stream_user`.
///
/// Usually the first event is the present state, but the server does not promise an event before
/// something changes. If you need the present state, call `user_snapshot` too. If the server closes
/// the stream, or if the stream is lost, the library opens a new stream, unless
/// `stream_options::reconnect` is false. Then events may repeat a known state.
/// @par Thread safety
/// Distinct objects: safe. Shared objects: const members are safe.
/// @par Lifetime
/// The destructor closes the stream and does not wait. A `next()` under way then returns an empty
/// value.
/// @par Cancellation
/// A cancelled `next()` takes no event, and the stream stays open.
class user_stream
{
public:
    /// @internal
    explicit user_stream(streams::stream_ptr s) : stream_(std::move(s)) {}
    user_stream(user_stream&&) noexcept = default;
    user_stream& operator=(user_stream&& other) noexcept
    {
        if (this != &other) {
            close();
            stream_ = std::move(other.stream_);
        }
        return *this;
    }
    ~user_stream() { close(); }

    /// @brief Waits for the next event. There is no time limit, unless `call_options` sets one.
    /// @return the event; empty only after `close()`
    /// @errors errc::ws_refused, errc::ws_closed, errc::ws_lost and errc::ws_protocol, if the
    /// library does not open a new stream; errc::bad_json and errc::bad_shape for a message that is
    /// not a profile (the stream continues after it); transport errors
    /// @retry safe: a cancelled or failed call takes no event
    /// @source pieces_os_client 5.0.1, api/user_api.py, UserApi.stream_user
    template <class... Args>
    auto next(Args&&... args) const
    {
        using event = std::optional<user_event>;
        return call::initiate<event>(
            call::bound_call<event>(stream_, detail::next_user_event()), std::forward<Args>(args)...
        );
    }

    /// @brief Closes the stream. From now on, `next()` returns an empty value.
    void close() const noexcept
    {
        if (stream_) stream_->close();
    }

    /// @brief The counters of the stream.
    streams::stream_stats stats() const
    {
        return stream_ ? stream_->stats() : streams::stream_stats();
    }

private:
    streams::stream_ptr stream_;
};

}  // namespace cohub::inline abi_0_2::pieces

#if !defined(COHUB_SEPARATE_COMPILATION)
#include <cohub/pieces/impl/user_stream.ipp>
#endif

#endif
