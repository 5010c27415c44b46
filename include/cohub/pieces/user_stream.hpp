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

/// @brief How `stream_user` keeps its stream; see `streams::stream_request` for the defaults.
class stream_options
{
public:
    stream_options() {}

    /// @brief Whether a stream that was lost is opened again by itself; it is, unless told so.
    stream_options& reconnect(bool yes)
    {
        request_.reconnect = yes;
        return *this;
    }
    /// @brief Failures in a row before `next()` fails; 0: as many as it takes.
    stream_options& max_attempts(int n)
    {
        request_.max_attempts = n;
        return *this;
    }
    /// @brief Waits between the attempts: the upper bound of the first, and of all.
    stream_options& backoff(std::chrono::milliseconds base, std::chrono::milliseconds cap)
    {
        request_.backoff_base = base;
        request_.backoff_cap = cap;
        return *this;
    }
    /// @brief A ping is sent after this long without a word, and the stream is lost after as long
    /// again; 0: never.
    stream_options& ping_interval(std::chrono::milliseconds t)
    {
        request_.ping_interval = t;
        return *this;
    }
    /// @brief Bytes of one message.
    stream_options& max_message(std::size_t bytes)
    {
        request_.max_message = bytes;
        return *this;
    }
    /// @brief Messages kept while nobody asks for them.
    stream_options& max_queued(std::size_t n)
    {
        request_.max_queued = n;
        return *this;
    }
    /// @brief Look for Pieces OS anew when it refuses connections: it takes another port when it is
    /// started again.
    /// @param o where to look
    stream_options& rediscover(discover_options o = discover_options())
    {
        rediscover_ = std::move(o);
        return *this;
    }

    /// @internal
    streams::stream_request const& request() const noexcept { return request_; }
    /// @brief What `rediscover` was told; not set: Pieces OS is not looked for anew.
    std::optional<discover_options> const& rediscovers() const noexcept { return rediscover_; }

private:
    streams::stream_request request_;
    std::optional<discover_options> rediscover_;
};

/// @brief What the server pushed.
struct user_event
{
    user_event() = default;

    /// Empty: nobody is signed in any more.
    std::optional<user_profile> user;
};
BOOST_DESCRIBE_STRUCT(user_event, (), (user))

/// @brief Makes a stream, which connects when somebody first receives: `pieces::client` says over
/// what. Never gives null; may be called from any thread.
/// @param how what is opened, and how it is kept
/// @param rediscover where to look for Pieces OS anew; empty: nowhere
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
/// @brief What asks a stream for its next event.
COHUB_DECL call::request next_user_event();

}  // namespace detail

/// @brief The user of Pieces OS as pushed by the server; from `user_api::stream_user`.
///
/// Usually the first event is the present state, but the server does not promise one before
/// something changes: who needs the state asks `user_snapshot` too. The server's closing, or a
/// loss, is followed by a new stream if `stream_options::reconnect`; events may then repeat what is
/// known.
/// @par Thread safety
/// Distinct objects: safe. Shared: const members are.
/// @par Lifetime
/// The destructor closes the stream; it does not wait. A `next()` under way then gives an empty
/// value.
/// @par Cancellation
/// A cancelled `next()` takes no event; the stream stays.
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

    /// @brief Waits for the next event, without a limit unless `call_options` has one.
    /// @return empty after `close()`, and then alone
    /// @errors errc::ws_refused, errc::ws_closed, errc::ws_lost, errc::ws_protocol as far as they
    /// are not followed by a new stream; errc::bad_json, errc::bad_shape for one message that is no
    /// profile, whereafter the stream goes on; transport errors
    /// @retry safe: a cancelled or failed one takes no event
    /// @source pieces_os_client 5.0.1, api/user_api.py, UserApi.stream_user
    template <class... Args>
    auto next(Args&&... args) const
    {
        using event = std::optional<user_event>;
        return call::initiate<event>(
            call::bound_call<event>(stream_, detail::next_user_event()), std::forward<Args>(args)...
        );
    }

    /// @brief Says goodbye. `next()` gives an empty value from now on.
    void close() const noexcept
    {
        if (stream_) stream_->close();
    }

    /// @brief Counters of the stream.
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
