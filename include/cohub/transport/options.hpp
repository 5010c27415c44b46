#ifndef COHUB_TRANSPORT_OPTIONS_HPP
#define COHUB_TRANSPORT_OPTIONS_HPP

#include <cohub/call/call_options.hpp>
#include <cohub/call/retry.hpp>
#include <cohub/core/clock.hpp>
#include <cohub/core/config.hpp>
#include <cohub/core/error.hpp>
#include <cohub/core/secret.hpp>
#include <cohub/transport/endpoints.hpp>
#include <cohub/transport/proxy.hpp>
#include <cohub/transport/tls_options.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <iosfwd>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

struct ssl_ctx_st;  // OpenSSL's SSL_CTX

namespace cohub::inline abi_0_2 {

namespace transport {
class network;
}
namespace batching {
class name_cache;
}

/// @brief How many connections a client has, and how long it keeps them.
struct pool_options
{
    pool_options() {}

    /// Maximum number of open connections, including those that are being made; 1 to 65535.
    std::size_t max_connections = 64;
    /// Maximum number of connections that are being made; at least 1.
    std::size_t max_connecting = 32;
    /// Maximum number of idle connections. Further ones are closed. 0: none is kept.
    std::size_t max_idle = 65535;
    /// An idle connection is closed after this time.
    std::chrono::milliseconds idle_timeout{60'000};
    /// A connection older than this is closed when its call is done, so that the client follows
    /// changed DNS entries.
    std::chrono::milliseconds max_age{600'000};
    /// How long a connection may still be in the making after the last call of the client has
    /// ended. Then the client gives it up. `run()` therefore returns that much later at most. A
    /// call that begins before that uses the connection.
    std::chrono::milliseconds connect_linger{250};
    /// After a failed connect, the client as a whole waits before the next one: up to `retry.base`,
    /// doubled with each further failure, but at most this long. Then it tries one connection at a
    /// time, until one is established. Meanwhile, the established connections serve the calls. If a
    /// client has eight calls or fewer, only the backoff of each call counts.
    std::chrono::milliseconds connect_backoff_cap{1'000};
    /// How many calls may wait for a connection. Further new ones fail with `errc::overloaded`; a
    /// repetition may always wait. At least 1.
    std::size_t max_waiting = 100'000;
    /// Of the calls that have waited for a free connection, some have less time left than the
    /// server takes for an answer now. Such a call is not sent if a call behind it has more time:
    /// it fails with `errc::overloaded`, and the connection serves the other call. Methods that
    /// declare their own time (`exec`) are always sent.
    bool refuse_late_calls = true;
};

/// @brief Time limits. All of them are within a call's own deadline.
struct timeout_options
{
    timeout_options() {}

    /// A whole call, including waiting, connecting and retries. If it is not set, it is 30 s, and
    /// the hub applies its own 15 s. If it is set, the client sends the remaining time to the hub
    /// (`timeout` in the request). It also bounds methods that declare their own time, like `exec`:
    /// pass a longer `call_options().timeout()` to such a call.
    std::optional<std::chrono::milliseconds> call;
    /// One name lookup.
    std::chrono::milliseconds resolve{10'000};
    /// One TCP connect, over all addresses. With a proxy, its answer is included.
    std::chrono::milliseconds connect{10'000};
    /// After this time the client tries the second address in parallel to the first (RFC 8305,
    /// "Connection Attempt Delay"). It uses the connection that is established first. An address
    /// that had to be replaced by another one is tried last for five minutes.
    std::chrono::milliseconds address_delay{250};
    /// One TLS handshake.
    std::chrono::milliseconds handshake{10'000};
    /// One attempt of a call that may be repeated, from sending to the complete answer. After this
    /// time, the call is repeated on another connection, if an attempt is left, with a limit four
    /// times as long. The last attempt may take the rest of the call's time. This also holds for an
    /// attempt that would leave less than its own limit for another one, or that may not be
    /// repeated (`budget_ratio`, a `Retry-After`). If it is not set, it is the larger of 5 s and
    /// four times what an answer takes now. For a method that declares its own time, the limit is
    /// at least that time.
    std::optional<std::chrono::milliseconds> attempt;
};

/// @brief How single lookups of names (`system().get_name`) are combined into one call.
struct coalesce_options
{
    coalesce_options() {}

    /// How long the first lookup waits for others; 0: each lookup is sent alone.
    std::chrono::microseconds window{0};
    /// With this number of ids, the lookups are sent immediately; at least 1.
    std::size_t max_ids = 200;

    /// @brief Keeps names that the server has returned, and gives them without asking the server
    /// again. Needs `<cohub/batching.hpp>`. Off by default.
    ///
    /// An account that the server does not know is looked up each time, because it may be made at
    /// any moment. Another API key, `system().forget_name(id)` and `forget_names()` remove names
    /// from the cache. A lookup with its own headers or retries does not use it.
    /// @param ttl maximum age of a name, by `options::clock`, counted from the time of the request;
    /// more than 0
    /// @param max_entries maximum number of names; the one that was used least recently is removed
    /// first. 1 to 10,000,000
    template <class Cache = batching::name_cache>
    coalesce_options& cache(std::chrono::milliseconds ttl, std::size_t max_entries = 10'000)
    {
        static_assert(
            requires { sizeof(Cache); },
            "cohub: #include <cohub/batching.hpp> for the cache of names"
        );
        carrier_ = &Cache::make;
        ttl_ = ttl;
        max_entries_ = max_entries;
        return *this;
    }

    /// @brief Maximum age of a name; 0: no name is kept.
    std::chrono::milliseconds ttl() const noexcept { return ttl_; }
    /// @brief Maximum number of names; 0: no name is kept.
    std::size_t max_entries() const noexcept { return max_entries_; }
    /// @brief The channel for lookups of a client with a cache; null: it has none.
    /// @internal
    call::channel_maker carrier() const noexcept { return carrier_; }

private:
    call::channel_maker carrier_ = nullptr;
    std::chrono::milliseconds ttl_{0};
    std::size_t max_entries_ = 0;
};

/// @brief How much the client accepts from a server, and sends to it.
struct limit_options
{
    limit_options() {}

    /// Bytes of a response's status line and headers together; at least 256.
    std::size_t max_header = 32 * 1024;
    /// Bytes of a response's body.
    std::size_t max_body = 64 * 1024 * 1024;
    /// Bytes of a request's body. The hub itself accepts 1 MiB.
    std::size_t max_request = 1024 * 1024;
};

/// @brief What the library guarantees about threads.
enum class threading : std::uint8_t
{
    /// Calls, handlers and the executor may be on any threads.
    multi,
    /// The caller guarantees that one thread at a time uses the client and its executor; then the
    /// client takes no locks. The executor itself must accept posts from other threads, because
    /// threads of the library look up names and send reminders about idle connections. So the
    /// concurrency hint of an io_context may be 1, but not BOOST_ASIO_CONCURRENCY_HINT_UNSAFE.
    single,
};

/// @brief A call that has ended, as `hooks::on_call` gets it. Holds no secret.
struct call_event
{
    call_event() {}

    /// The method's name on the wire, e.g. `system.userSearch`.
    std::string method;
    /// Scheme, host and port, e.g. `https://cocalc.com:443`.
    std::string origin;
    /// Number of attempts; 0 if none began.
    int attempts = 0;
    /// Empty if the call succeeded.
    error_code error;
    /// HTTP status of the last attempt's answer; 0 if there was none. Lookups that share a call
    /// (see `coalesce_options`) have neither this nor the numbers of bytes.
    int http_status = 0;
    /// Time spent in each stage, over all attempts; the index is `stage`.
    std::array<std::chrono::nanoseconds, stage_count> spent{};
    /// Bytes of the requests of all attempts that were sent. What TLS adds is not counted.
    std::uint64_t bytes_sent = 0;
    /// The same for the bytes of the answers that came.
    std::uint64_t bytes_received = 0;
    /// The last attempt was the first on its connection.
    bool new_connection = false;
    /// The `traceparent` header that was sent; empty if there was none.
    std::string traceparent;

    /// @brief Whether the call's error belongs to a group; as `failure::is`, with the HTTP status.
    bool is(condition c) const noexcept { return cohub::detail::is_in(error, http_status, c); }

    /// @brief The sum of all stages.
    std::chrono::nanoseconds took() const noexcept
    {
        std::chrono::nanoseconds sum{};
        for (auto const t : spent) sum += t;
        return sum;
    }
};

/// @brief One attempt, as `hooks::on_attempt` gets it. Holds no secret.
struct attempt_event
{
    attempt_event() {}

    /// The method's name on the wire, e.g. `system.userSearch`.
    std::string method;
    /// Scheme, host and port, e.g. `https://cocalc.com:443`.
    std::string origin;
    /// Counts from 1.
    int attempt = 0;
    /// Number of the client's connection; 0 if the attempt got none.
    std::uint64_t connection = 0;
    /// Whether the connection had served a call before.
    bool reused_connection = false;
    /// Empty if the attempt got an answer.
    error_code error;
    /// The stage in which the attempt ended.
    stage at = stage::none;
    /// HTTP status of the attempt's answer; 0 if there was none.
    int http_status = 0;
    /// Time since the attempt began. It includes the wait for a connection, but no earlier
    /// attempts.
    std::chrono::nanoseconds took{};
    /// If another attempt follows: the wait before it.
    std::optional<std::chrono::nanoseconds> next_in;
    /// The first bytes of the bodies of request and answer; `hooks::body_excerpt` says how many.
    std::string request_body, response_body;
    /// The `traceparent` header that was sent; empty if there was none.
    std::string traceparent;

    /// @brief Whether the attempt's error belongs to a group; as `failure::is`, with the HTTP
    /// status.
    bool is(condition c) const noexcept { return cohub::detail::is_in(error, http_status, c); }
};

/// @brief An attempt that is about to begin, as `hooks::add_headers` gets it.
struct next_attempt
{
    /// The method's name on the wire, e.g. `system.userSearch`.
    std::string_view method;
    /// Counts from 1.
    int attempt;
    /// The `traceparent` header that is sent; empty if there is none.
    std::string_view traceparent;
};

/// @brief Functions with which a program or a test observes a client, or replaces parts of it.
struct hooks
{
    hooks() {}

    /// The addresses of a name, with ports, in the order in which they are tried: a vector of
    /// `asio::ip::tcp::endpoint`. A source that makes one has to include `<boost/asio/ip/tcp.hpp>`.
    using endpoints = transport::endpoints;
    /// Takes the addresses, or the error of the lookup.
    using resolve_callback = std::function<void(error_code, endpoints)>;

    /// Name lookup that replaces the system's. The function may call the callback once, from any
    /// thread, immediately or later, or never. If it throws, the calls fail with
    /// `errc::resolve_failed`, and the error has the text of the exception.
    std::function<void(std::string const& host, std::uint16_t port, resolve_callback)> resolve;
    /// Takes the key, or the error that says why there is none.
    using key_callback = std::function<void(error_code, secret)>;

    /// The source of the API key, if the key may change or is not known yet. The client calls the
    /// function, on its executor, when a call needs a key and `options::api_key` is empty, and when
    /// the server has refused the newest key. In the second case, the refused calls wait and are
    /// sent once more with the new key. The function may call the callback once, from any thread,
    /// immediately or later. A call waits for it within its deadline. If the callback gets an
    /// error, or the same key again, or if the function throws, the calls fail with
    /// `errc::unauthorized`, and the error has the text of the exception.
    std::function<void(key_callback)> api_key;
    /// Called after each attempt, on the client's executor. `run()` throws its exceptions, after
    /// the calls that are complete have been reported.
    std::function<void(attempt_event const&)> on_attempt;
    /// How many bytes of each body `on_attempt` gets; 0: none. Possible credentials are masked:
    /// keys, members with names such as `token`, the whole body of calls about secrets. Bodies may
    /// hold other private data. So use this for debugging, not in production.
    std::size_t body_excerpt = 0;
    /// Called once when a call has ended, before its caller gets the result; otherwise like
    /// `on_attempt`. Refused calls are reported, too, but receives of streams are not.
    std::function<void(call_event const&)> on_call;
    /// Called before each attempt of a call, on any thread that uses the client or runs its
    /// executor. The function appends to the headers of that attempt, for example a token. Several
    /// threads may call it at once. If it throws, or if a header would break the request, the call
    /// ends with `errc::invalid_argument`.
    std::function<void(next_attempt const&, header_list&)> add_headers;
    /// Called once when the client's TLS context (`SSL_CTX`) has been made, and again for each
    /// context that `reload_tls()` makes, on the thread that makes it. Use it for a key log,
    /// ciphers, or pinned keys. If it throws, the exception is passed on and the context is not
    /// used. It must not change what the library relies on: the callbacks for sessions, the modes
    /// and options, the check of the certificate.
    std::function<void(ssl_ctx_st*)> on_ssl_context;
};

/// @brief How a client connects. The values are checked when the client is made.
struct options
{
    options() {}
    /// @param host_url for `host`
    /// @param key for `api_key`
    explicit options(std::string host_url, secret key = {})
        : host(std::move(host_url)), api_key(std::move(key))
    {
    }

    /// Base URL: `https://name[:port][/base]`, or `http://` for this machine itself.
    std::string host = "https://cocalc.com";
    /// The CoCalc API key (`sk-…`).
    secret api_key;
    /// The proxy for connections to `https://` servers.
    proxy_options proxy;
    /// If set, connections lead to this Unix socket, and not to the address of `host`. `host` still
    /// counts for the Host header, for TLS, and for the rule that `http://` is for this machine
    /// alone.
    std::string socket_path;
    /// Which issuers to trust, and the client's own certificate.
    tls_options tls;
    /// How many connections the client has, and how long it keeps them.
    pool_options pool;
    /// Time limits.
    timeout_options timeouts;
    /// When and how often a failed call is repeated.
    retry_options retry;
    /// How much the client accepts from a server, and sends to it.
    limit_options limits;
    /// Whether single lookups of names are combined, and whether names are kept.
    coalesce_options coalesce;
    /// Functions with which the program observes the client, or replaces parts of it.
    cohub::hooks hooks;
    /// What the library guarantees about threads.
    cohub::threading threads = cohub::threading::multi;
    /// Text before the library's own User-Agent, e.g. `my-service/1.2`.
    std::string user_agent;
    /// If true, each call without its own `traceparent` header gets one (W3C Trace Context). All
    /// attempts of the call share a trace; each attempt is a span, sampled.
    bool make_traceparent = false;
    /// Further headers for every request, except those that frame or authorize it.
    std::vector<std::pair<std::string, std::string>> headers;
    /// A clock that replaces the steady clock; for tests.
    std::shared_ptr<cohub::clock> clock;
    /// A network that replaces the system's TCP; for tests, see `cohub/sim.hpp`.
    std::shared_ptr<transport::network> network;

    /// @brief Reads `COCALC_HOST`, `COCALC_API_KEY`, `SSL_CERT_FILE`, and the variables that
    /// `proxy_options::from_env` reads. Options whose variable is not set, or is empty, keep their
    /// default.
    COHUB_DECL static options from_env();
};

/// @brief One line for a log: the options that are set, with secrets as `***`.
COHUB_DECL std::string to_string(options const& o);
/// @brief Writes `to_string(o)`.
template <class Traits>
std::basic_ostream<char, Traits>& operator<<(
    std::basic_ostream<char, Traits>& out, options const& o
)
{
    return out << to_string(o);
}

/// @brief Counters of a client's connections.
struct connection_stats
{
    connection_stats() = default;

    /// Connections that were begun, since the client was made.
    std::uint64_t opened = 0;
    /// Connections that were established (TLS included), since the client was made.
    std::uint64_t established = 0;
    /// Handshakes that resumed a session.
    std::uint64_t resumed = 0;
    /// Connections that were closed, for whatever reason.
    std::uint64_t closed = 0;
    /// Calls that got a connection that had been used before.
    std::uint64_t reused = 0;
    /// Connections that were never established, since the client was made.
    std::uint64_t failed_connects = 0;
    /// Idle connections that were dropped because another one had fallen silent, since the client
    /// was made.
    std::uint64_t suspects = 0;
    /// Calls that were refused unsent with `errc::overloaded`, since the client was made.
    std::uint64_t refused = 0;
    /// Repetitions that were sent, or are about to be, since the client was made.
    std::uint64_t repeated = 0;
    /// Repetitions that the retry budget refused, since the client was made.
    std::uint64_t over_budget = 0;
    /// Calls that joined the request of another one (`call_options::shared`), since the client was
    /// made.
    std::uint64_t shared = 0;
    /// Hedges that were sent (`call_options::hedge_after`), since the client was made.
    std::uint64_t hedged = 0;
    /// Hedges that answered first, since the client was made.
    std::uint64_t hedges_won = 0;
    /// Lookups of names that the cache answered (`coalesce_options::cache`), since the client was
    /// made.
    std::uint64_t cached = 0;
    /// Connections that are being made.
    std::size_t connecting = 0;
    /// Connections that carry a call.
    std::size_t in_use = 0;
    /// Connections that wait for a call.
    std::size_t idle = 0;
    /// Calls that wait for a connection.
    std::size_t waiting = 0;
    /// Calls that have begun and are not completed.
    std::size_t calls = 0;
    /// Number of repetitions that the retry budget would allow now.
    double retry_budget = 0;
};

}  // namespace cohub::inline abi_0_2

#if !defined(COHUB_SEPARATE_COMPILATION)
#include <cohub/transport/impl/options.ipp>
#endif

#endif
