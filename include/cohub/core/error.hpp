#ifndef COHUB_CORE_ERROR_HPP
#define COHUB_CORE_ERROR_HPP

#include <cohub/core/config.hpp>

#include <boost/asio/error.hpp>
#include <boost/system/error_category.hpp>
#include <boost/system/error_code.hpp>
#include <boost/system/result.hpp>
#include <boost/system/system_error.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <version>
#if defined(__cpp_lib_format)
#include <format>
#endif

namespace cohub::inline abi_0_2 {

using boost::system::error_code;

/// @brief What went wrong, told by what a caller can do about it. Values are only ever appended.
enum class errc
{
    /// An argument or option that cannot be right: nothing was sent, or the server says so in its
    /// `server_message`. Mend the call.
    invalid_argument = 1,
    /// The host name has no address. Mend `host`, or the name service.
    resolve_failed,
    /// No address of the host accepted a connection. Is the service up?
    connect_failed,
    /// The server's certificate is not for this host, or not from a trusted issuer. No request
    /// left.
    tls_untrusted,
    /// TLS broke: no common version or cipher, a fatal alert, a damaged record.
    tls_failed,
    /// A deadline or a stage's limit passed; `failure::at` says in which stage.
    timeout,
    /// The caller cancelled; `failure::at` says in which stage. Equals
    /// `asio::error::operation_aborted`.
    cancelled,
    /// The connection ended before an answer began. `failure::maybe_sent` says whether the call may
    /// have taken effect.
    connection_lost,
    /// The connection ended inside an answer.
    truncated,
    /// The answer was not HTTP/1.1 as it should be.
    protocol_error,
    /// A limit of `options::limits` was passed, or the server refused the size of the request
    /// (413).
    too_large,
    /// The body came compressed although nobody asked for it.
    unexpected_encoding,
    /// The body was not JSON.
    bad_json,
    /// The body was JSON of another shape; `failure::path` says where.
    bad_shape,
    /// The server carried out the call and answered with an error; `failure::server_message` has
    /// it.
    api_error,
    /// The API key is missing, unknown, expired or of the wrong kind (or HTTP 401).
    unauthorized,
    /// The account may not do that (or HTTP 403).
    forbidden,
    /// There is no such thing (or HTTP 404).
    not_found,
    /// It exists already, or is in the way of something else (or HTTP 409).
    conflict,
    /// HTTP 429; `failure::retry_after` may say when to come again.
    rate_limited,
    /// Another HTTP status that is no success.
    http_status,
    /// The server sent a redirect; they are never followed, since a key would travel along.
    redirect_refused,
    /// The client was closed or destroyed.
    client_closed,
    /// The server is there but nobody serves the call now; it did not run.
    unavailable,
    /// The server does not have this function and will not get it by itself (HTTP 501).
    not_implemented,
    /// Nobody is signed in to Pieces OS, or it is not connected to its cloud (HTTP 511): the user
    /// has to do something there first.
    sign_in_required,
    /// The server did not switch to WebSocket; `failure::http_status` says what it answered.
    ws_refused,
    /// The server broke the WebSocket protocol (RFC 6455).
    ws_protocol,
    /// The WebSocket stream ended without a close frame, or nothing was heard of the server.
    ws_lost,
    /// The server closed the WebSocket stream; `failure::close_code` says why.
    ws_closed,
    /// The client itself refused: `pool.max_waiting` calls wait already, or the time left to this
    /// one is too short for an answer. Nothing was sent. Ask for less at once, or give calls more
    /// time.
    overloaded,
    /// The proxy wants a name and password, or others than it was given (HTTP 407): see
    /// `proxy_options::credentials`. Nothing was sent to the server.
    proxy_unauthorized,
    /// The proxy did not open the way to the server; `failure::http_status` and `detail` say what
    /// it answered. Nothing was sent to the server.
    proxy_refused,
};

/// @brief Groups of codes for callers who want one question answered.
enum class condition
{
    /// The same call may work later: timeouts, lost connections, HTTP 429, unavailable, overloaded.
    transient = 1,
    /// The failure is of the way there: DNS, connect, TLS, HTTP framing.
    transport,
    /// The server answered, and its answer is an error.
    refused,
    /// The server answered with something that is not an answer of this API.
    bad_answer,
};

/// @brief Where a call was when it ended.
enum class stage : std::uint8_t
{
    /// No stage: the call has not begun.
    none,
    /// Waiting for a connection.
    queued,
    /// Looking up the host's addresses.
    resolving,
    /// Connecting, to the server or to a proxy; the proxy's answer is part of it.
    connecting,
    /// In the TLS handshake.
    handshaking,
    /// Sending the request.
    writing,
    /// Waiting for the answer, up to the end of its headers.
    reading_head,
    /// Reading the answer's body.
    reading_body,
    /// Waiting between two attempts.
    backing_off,
};
/// How many stages there are, `none` included: the size of arrays that are indexed by `stage`.
inline constexpr std::size_t stage_count = 9;

/// @brief A short name for labels, `reading_head` say; `none` for what is no stage.
COHUB_DECL std::string_view to_string(stage s) noexcept;
/// @brief A short name for labels, `http_status` say; `unknown` for what is none of ours. What it
/// means in words is `make_error_code(e).message()`.
COHUB_DECL std::string_view to_string(errc e) noexcept;

/// @brief The category of `errc`; its name is `cohub`.
COHUB_DECL boost::system::error_category const& error_category() noexcept;
/// @brief The category of `condition`.
COHUB_DECL boost::system::error_category const& condition_category() noexcept;

/// @brief `errc::cancelled` is Asio's own `operation_aborted`, so that one comparison does for all
/// that a coroutine awaits. All others are of `error_category`.
inline error_code make_error_code(errc e) noexcept
{
    if (e == errc::cancelled) return boost::asio::error::operation_aborted;
    return error_code(static_cast<int>(e), error_category());
}
/// @brief For a `switch`: which of ours a code is; `errc()` if it is none.
inline errc to_errc(error_code const& ec) noexcept
{
    if (ec == boost::asio::error::operation_aborted) return errc::cancelled;
    return ec.category() == error_category() ? static_cast<errc>(ec.value()) : errc();
}
/// @brief For comparisons: `code == cohub::condition::transient`.
inline boost::system::error_condition make_error_condition(condition c) noexcept
{
    return boost::system::error_condition(static_cast<int>(c), condition_category());
}

/// @brief All that is known of a failed call. Holds no secret.
struct failure
{
    failure() {}
    /// @param e what went wrong
    /// @param detail_text for `detail`
    failure(errc e, std::string detail_text = {})
        : code(make_error_code(e)), detail(std::move(detail_text))
    {
    }

    /// What went wrong (`errc`).
    error_code code;
    /// The system's, resolver's, TLS' or parser's own code, if one was behind it.
    error_code cause;
    /// The stage the call was in.
    stage at = stage::none;
    /// Attempts made, the last one included; 0 if none began.
    int attempts = 0;
    /// HTTP status of the last answer, be it a proxy's; 0 if there was none.
    int http_status = 0;
    /// Code of the close frame for `ws_closed` (RFC 6455, 7.4); 0 otherwise.
    int close_code = 0;
    /// True if request bytes may have reached the server in some attempt: a call that changes
    /// something may have taken effect.
    bool maybe_sent = false;
    /// How long the server asked to wait, if it did.
    std::optional<std::chrono::seconds> retry_after;
    /// The wire's name of the call, e.g. `system.userSearch`.
    std::string where;
    /// Scheme, host and port, e.g. `https://cocalc.com:443`.
    std::string origin;
    /// The server's own words, escaped and cut; untrusted text, to be shown and never branched on.
    std::string server_message;
    /// JSON path inside the answer for `bad_shape`, e.g. `/3/account_id`.
    std::string path;
    /// Our own words on what happened and what to try.
    std::string detail;
    /// Time spent in each stage, over all attempts; index by `stage`.
    std::array<std::chrono::nanoseconds, stage_count> spent{};

    /// @brief `code` as one of ours, for a `switch`; `errc()` if it is none.
    errc kind() const noexcept { return to_errc(code); }

    /// @brief One line: what happened, where, and what to try.
    COHUB_DECL std::string message() const;
};

/// @brief Writes `failure::message()`. `std::format("{}", f)` gives the same text where the standard
/// library has `<format>`.
template <class Traits>
std::basic_ostream<char, Traits>& operator<<(
    std::basic_ostream<char, Traits>& out, failure const& f
)
{
    return out << f.message();
}

/// @brief What is thrown; carries the whole `failure`.
class error : public boost::system::system_error
{
public:
    /// @param f what is known of the failed call
    COHUB_DECL explicit error(failure f);

    /// @brief `failure::message()`
    char const* what() const noexcept override { return text_.c_str(); }

    /// @brief All that is known of the failed call.
    failure const& why() const noexcept { return failure_; }
    /// @brief The call's name on the wire.
    std::string const& method() const noexcept { return failure_.where; }
    /// @brief `failure::attempts`
    int attempts() const noexcept { return failure_.attempts; }
    /// @brief `failure::http_status`
    int http_status() const noexcept { return failure_.http_status; }
    /// @brief `failure::server_message`: untrusted text, to be shown and never branched on.
    std::string const& server_message() const noexcept { return failure_.server_message; }

private:
    std::string text_;
    failure failure_;
};

/// @brief A value or a `failure`; `.value()` throws `cohub::error`.
template <class T>
using result = boost::system::result<T, failure>;

/// Found by argument-dependent lookup when `.value()` is asked of a failed `result`.
[[noreturn]] inline void throw_exception_from_error(
    failure const& f, boost::source_location const& = {}
)
{
    throw error(f);
}

namespace detail {

/// Untrusted text for messages: control characters and bytes that are not UTF-8 escaped, cut at
/// `max` bytes.
COHUB_DECL std::string escaped(std::string_view text, std::size_t max);

}  // namespace detail

}  // namespace cohub::inline abi_0_2

namespace boost::system {
template <>
struct is_error_code_enum<cohub::errc> : std::true_type
{
};
template <>
struct is_error_condition_enum<cohub::condition> : std::true_type
{
};
}  // namespace boost::system

#if defined(__cpp_lib_format)
/// @brief Formats `failure::message()`, with the format of a string.
template <>
struct std::formatter<cohub::failure> : std::formatter<std::string_view>
{
    template <class Context>
    auto format(cohub::failure const& f, Context& out) const
    {
        return std::formatter<std::string_view>::format(f.message(), out);
    }
};
#endif

#if !defined(COHUB_SEPARATE_COMPILATION)
#include <cohub/core/impl/error.ipp>
#endif

#endif
