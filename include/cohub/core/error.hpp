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

/// @brief What went wrong, grouped by what a caller can do about it. New values are only appended.
enum class errc
{
    /// An argument or option is wrong: nothing was sent, or the server says so in its
    /// `server_message`. Correct the call.
    invalid_argument = 1,
    /// The host name has no address. Correct `host`, or the name service.
    resolve_failed,
    /// No address of the host accepted a connection. Check whether the service runs.
    connect_failed,
    /// The server's certificate is not for this host, or not from a trusted issuer. No request was
    /// sent.
    tls_untrusted,
    /// TLS failed: no common version or cipher, a fatal alert, a damaged record.
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
    /// The answer was not valid HTTP/1.1.
    protocol_error,
    /// A limit of `options::limits` was exceeded, or the server refused the size of the request
    /// (413).
    too_large,
    /// The body was compressed although the client did not ask for it.
    unexpected_encoding,
    /// The body was not JSON.
    bad_json,
    /// The body was JSON of another shape; `failure::path` says where.
    bad_shape,
    /// The server carried out the call and answered with an error, which is in
    /// `failure::server_message`.
    api_error,
    /// The API key is missing, unknown, expired or of the wrong kind (or HTTP 401).
    unauthorized,
    /// The account is not allowed to do that (or HTTP 403).
    forbidden,
    /// What the call names does not exist (or HTTP 404).
    not_found,
    /// It exists already, or conflicts with something else (or HTTP 409).
    conflict,
    /// HTTP 429; `failure::retry_after` may say when to try again.
    rate_limited,
    /// Another HTTP status that is not a success; `failure::http_status` has it. 408, 500, 502, 503
    /// and 504 may go away: `failure::is(condition::transient)`.
    http_status,
    /// The server sent a redirect. Redirects are never followed, since the key would be sent with
    /// them.
    redirect_refused,
    /// The client was closed or destroyed.
    client_closed,
    /// The server is there, but nothing serves the call now: the hub's text is `request -- no
    /// subscribers matching …`. The call did not run.
    unavailable,
    /// The server does not have this function, and waiting does not change that (HTTP 501).
    not_implemented,
    /// Nobody is signed in to Pieces OS, or it is not connected to its cloud (HTTP 511): the user
    /// has to do something there first.
    sign_in_required,
    /// The server did not switch to WebSocket; `failure::http_status` says what it answered.
    ws_refused,
    /// The server broke the WebSocket protocol (RFC 6455).
    ws_protocol,
    /// The WebSocket stream broke, or the server was silent for too long.
    ws_lost,
    /// The server closed the WebSocket stream; `failure::close_code` says why.
    ws_closed,
    /// The client itself refused: `pool.max_waiting` calls wait already, or the time left to this
    /// call is too short for an answer. Nothing was sent. Send fewer calls at once, or give calls
    /// more time.
    overloaded,
    /// The proxy wants a name and password, or does not accept those that were sent (HTTP 407): see
    /// `proxy_options::credentials`. Nothing was sent to the server.
    proxy_unauthorized,
    /// The proxy did not open a tunnel to the server; `failure::http_status` and `detail` say what
    /// it answered. Nothing was sent to the server.
    proxy_refused,
};

/// @brief Groups of codes, for callers who want to decide by group. A code may be in several
/// groups.
///
/// `failure::is` compares a whole failure with a group. It also uses the HTTP status, which a code
/// alone does not have.
enum class condition
{
    /// The same call may work later: timeouts, lost connections, HTTP 429, unavailable, overloaded.
    /// With `failure::is` also the HTTP statuses 408, 500, 502, 503 and 504.
    transient = 1,
    /// The failure is on the way to the server: DNS, connect, TLS, HTTP framing.
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
    /// Connecting to the server or to a proxy. The proxy's answer is part of it.
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

/// @brief A short name for labels, for example `reading_head`; `none` for a value that is not a
/// stage.
COHUB_DECL std::string_view to_string(stage s) noexcept;
/// @brief A short name for labels, for example `http_status`; `unknown` for a value that is not an
/// `errc`. `make_error_code(e).message()` gives the meaning in words.
COHUB_DECL std::string_view to_string(errc e) noexcept;

/// @brief The category of `errc`; its name is `cohub`.
COHUB_DECL boost::system::error_category const& error_category() noexcept;
/// @brief The category of `condition`.
COHUB_DECL boost::system::error_category const& condition_category() noexcept;

/// @brief `errc::cancelled` is Asio's own `operation_aborted`, so that one comparison works for
/// everything that a coroutine awaits. All others have the category `error_category()`.
inline error_code make_error_code(errc e) noexcept
{
    if (e == errc::cancelled) return boost::asio::error::operation_aborted;
    return error_code(static_cast<int>(e), error_category());
}
/// @brief The `errc` that a code stands for, for a `switch`; `errc()` if it stands for none.
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

/// @brief All that is known about a failed call. Holds no secret.
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
    /// The original code of the system, the resolver, TLS or the parser, if there was one.
    error_code cause;
    /// The stage in which the call was when it ended.
    stage at = stage::none;
    /// How often the call was tried, the last attempt included; 0 if none began.
    int attempts = 0;
    /// HTTP status of the last answer, which may be a proxy's; 0 if there was none.
    int http_status = 0;
    /// Code of the close frame for `ws_closed` (RFC 6455, 7.4), 1006 if the server ended the
    /// connection between two messages without a close frame; 0 otherwise.
    int close_code = 0;
    /// True if request bytes may have reached the server in one of the attempts: a call that
    /// changes something may have taken effect.
    bool maybe_sent = false;
    /// How long the server asked the client to wait, if it did.
    std::optional<std::chrono::seconds> retry_after;
    /// The method's name on the wire, e.g. `system.userSearch`.
    std::string where;
    /// Scheme, host and port, e.g. `https://cocalc.com:443`.
    std::string origin;
    /// The server's own text, escaped and shortened. It is untrusted: show it, but never compare
    /// it.
    std::string server_message;
    /// JSON path inside the answer for `bad_shape`, e.g. `/3/account_id`.
    std::string path;
    /// The library's own text: what happened and what to try.
    std::string detail;
    /// Time spent in each stage, over all attempts; the index is `stage`.
    std::array<std::chrono::nanoseconds, stage_count> spent{};

    /// @brief Whether this failure belongs to a group.
    ///
    /// It is `code == c`, and one thing more: an `errc::http_status` with the status 408, 500, 502,
    /// 503 or 504 is `condition::transient`. If the method may be repeated, the client has repeated
    /// the call already.
    COHUB_DECL bool is(condition c) const noexcept;

    /// @brief `code` as an `errc`, for a `switch`; `errc()` if it is none.
    errc kind() const noexcept { return to_errc(code); }

    /// @brief One line: what happened, where, and what to try.
    COHUB_DECL std::string message() const;
};

/// @brief Writes `failure::message()`. `std::format("{}", f)` gives the same text where the
/// standard library has `<format>`.
template <class Traits>
std::basic_ostream<char, Traits>& operator<<(
    std::basic_ostream<char, Traits>& out, failure const& f
)
{
    return out << f.message();
}

/// @brief The exception that failed calls throw. It holds the whole `failure`.
class error : public boost::system::system_error
{
public:
    /// @param f what is known of the failed call
    COHUB_DECL explicit error(failure f);

    /// @brief `failure::message()`
    char const* what() const noexcept override { return text_.c_str(); }

    /// @brief All that is known about the failed call.
    failure const& why() const noexcept { return failure_; }
    /// @brief The method's name on the wire.
    std::string const& method() const noexcept { return failure_.where; }
    /// @brief `failure::attempts`
    int attempts() const noexcept { return failure_.attempts; }
    /// @brief `failure::http_status`
    int http_status() const noexcept { return failure_.http_status; }
    /// @brief `failure::server_message`: untrusted text. Show it, but never compare it.
    std::string const& server_message() const noexcept { return failure_.server_message; }

private:
    std::string text_;
    failure failure_;
};

/// @brief A value or a `failure`; `.value()` throws `cohub::error`.
template <class T>
using result = boost::system::result<T, failure>;

/// Found by argument-dependent lookup when `.value()` is called on a failed `result`.
[[noreturn]] inline void throw_exception_from_error(
    failure const& f, boost::source_location const& = {}
)
{
    throw error(f);
}

namespace detail {

/// Whether the same request may get another HTTP status a moment later.
constexpr bool is_passing_status(int status) noexcept
{
    return status == 408 || status == 500 || status == 502 || status == 503 || status == 504;
}

/// `failure::is`, of a code and a status.
COHUB_DECL bool is_in(error_code const& code, int http_status, condition c) noexcept;

/// Makes untrusted text safe for messages: control characters and bytes that are not UTF-8 are
/// escaped, and the text is cut at `max` bytes.
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
/// @brief Formats `failure::message()`. The format specification is that of a string.
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
