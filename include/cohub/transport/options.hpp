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

/// @brief How many connections, and for how long.
struct pool_options
{
    pool_options() {}

    /// Connections open at once, those being made included; 1 to 65535.
    std::size_t max_connections = 64;
    /// Connections being made at once; at least 1.
    std::size_t max_connecting = 32;
    /// Idle connections kept; more are closed. 0: none is kept.
    std::size_t max_idle = 65535;
    /// An idle connection is closed after this long.
    std::chrono::milliseconds idle_timeout{60'000};
    /// A connection older than this is closed when its call is done, so that a changed DNS entry is
    /// followed.
    std::chrono::milliseconds max_age{600'000};
    /// A connection that is being made is given up this long after the last call of the client has
    /// ended; `run()` returns that much later at most. Before that, it serves the next call.
    std::chrono::milliseconds connect_linger{250};
    /// After a failed connect, the client as a whole waits before the next one: up to
    /// `retry.base`, doubled with each further failure, and up to this. Then it tries one
    /// connection at a time, until one has come to stand. Calls are served by the connections that
    /// stand meanwhile. A client with eight calls or fewer goes by their own backoffs.
    std::chrono::milliseconds connect_backoff_cap{1'000};
    /// Calls that may wait for a connection; further new ones fail with `errc::overloaded`, while a
    /// repetition may wait beyond that. At least 1.
    std::size_t max_waiting = 100'000;
    /// Of the calls that have waited for a connection to be free, those are not sent whose time
    /// left is shorter than the server takes for an answer now, if one behind them has more time:
    /// they fail with `errc::overloaded`, and the connection serves that one. Methods that declare
    /// a time of their own (`exec`) are always sent.
    bool refuse_late_calls = true;
};

/// @brief How long things may take. All count inside a call's own deadline.
struct timeout_options
{
    timeout_options() {}

    /// A whole call, waiting, connecting and retries included. Not set: 30 s, and the hub goes by
    /// its own 15 s; set: the hub is told what is left (`timeout` in the request). It also bounds
    /// methods that say their own time, as `exec` does: give such a call a longer
    /// `call_options().timeout()`.
    std::optional<std::chrono::milliseconds> call;
    /// One name look-up.
    std::chrono::milliseconds resolve{10'000};
    /// One TCP connect, all addresses together; with a proxy, its answer included.
    std::chrono::milliseconds connect{10'000};
    /// After this long the second address is tried beside the first (RFC 8305, "Connection Attempt
    /// Delay"); what connects first is taken, and an address that another one had to stand in for
    /// comes last for five minutes.
    std::chrono::milliseconds address_delay{250};
    /// One TLS handshake.
    std::chrono::milliseconds handshake{10'000};
    /// One attempt of a call that may be repeated, from sending to the whole answer; then it is
    /// repeated on another connection, if an attempt is left, with four times as long. The last
    /// attempt has the call's own time, and so has one that would leave less than this for another,
    /// or may not be repeated (`budget_ratio`, a `Retry-After`). Not set: the larger of 5 s
    /// and four times what an answer takes now; a method that declares a time of its own has at
    /// least that.
    std::optional<std::chrono::milliseconds> attempt;
};

/// @brief Single look-ups of names (`system().get_name`) that go together.
struct coalesce_options
{
    coalesce_options() {}

    /// So long the first look-up waits for others; 0: each goes alone.
    std::chrono::microseconds window{0};
    /// With so many ids they go at once; at least 1.
    std::size_t max_ids = 200;

    /// @brief Names that the server has told are kept, and given without asking again. Needs
    /// `<cohub/batching.hpp>`. Off unless called.
    ///
    /// An account that the server does not know is asked for each time: it may be made at any
    /// moment. Another API key, `system().forget_name(id)` and `forget_names()` empty it. A look-up
    /// with headers or retries of its own goes past it.
    /// @param ttl so old a name may be, by `options::clock`, counted from when the server was
    /// asked; more than 0
    /// @param max_entries names kept at most; the one that was asked for the longest ago goes
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

    /// @brief 0: no name is kept.
    std::chrono::milliseconds ttl() const noexcept { return ttl_; }
    /// @brief How many names are kept at most; 0: no name is kept.
    std::size_t max_entries() const noexcept { return max_entries_; }
    /// @brief What carries look-ups of a client with a cache; null: it has none.
    /// @internal
    call::channel_maker carrier() const noexcept { return carrier_; }

private:
    call::channel_maker carrier_ = nullptr;
    std::chrono::milliseconds ttl_{0};
    std::size_t max_entries_ = 0;
};

/// @brief How much is taken from a server, and sent to it.
struct limit_options
{
    limit_options() {}

    /// Bytes of a response's status line and headers together; 256 bytes at least.
    std::size_t max_header = 32 * 1024;
    /// Bytes of a response's body.
    std::size_t max_body = 64 * 1024 * 1024;
    /// Bytes of a request's body; the hub itself takes 1 MiB.
    std::size_t max_request = 1024 * 1024;
};

/// @brief What the library promises to do about threads.
enum class threading : std::uint8_t
{
    /// Calls, handlers and the executor may be on any threads.
    multi,
    /// The caller promises that the client and its executor are used by one thread at a time; then
    /// nothing is locked. The executor itself must take posts from other threads (names are looked
    /// up, and idle connections remembered, on threads of the library's), so the hint of an
    /// io_context may be 1, but not BOOST_ASIO_CONCURRENCY_HINT_UNSAFE.
    single,
};

/// @brief A call that has ended, as told to `hooks::on_call`. Holds no secret.
struct call_event
{
    call_event() {}

    /// The wire's name, e.g. `system.userSearch`.
    std::string method;
    /// Scheme, host and port, e.g. `https://cocalc.com:443`.
    std::string origin;
    /// 0 if none began.
    int attempts = 0;
    /// Empty if the call succeeded.
    error_code error;
    /// Of the last attempt's answer; 0 if there was none. Look-ups that share a call (see
    /// `coalesce_options`) know neither this nor the bytes.
    int http_status = 0;
    /// Time spent in each stage, over all attempts; index by `stage`.
    std::array<std::chrono::nanoseconds, stage_count> spent{};
    /// Of the HTTP messages of all attempts, as far as they were sent or came; what TLS adds is not
    /// counted.
    std::uint64_t bytes_sent = 0;
    /// The same of what came.
    std::uint64_t bytes_received = 0;
    /// The last attempt was the first on its connection.
    bool new_connection = false;
    /// What went along as `traceparent`; empty if nothing did.
    std::string traceparent;

    /// @brief All stages together.
    std::chrono::nanoseconds took() const noexcept
    {
        std::chrono::nanoseconds sum{};
        for (auto const t : spent) sum += t;
        return sum;
    }
};

/// @brief One attempt, as told to `hooks::on_attempt`. Holds no secret.
struct attempt_event
{
    attempt_event() {}

    /// The wire's name, e.g. `system.userSearch`.
    std::string method;
    /// Scheme, host and port, e.g. `https://cocalc.com:443`.
    std::string origin;
    /// Counts from 1.
    int attempt = 0;
    /// Which of the client's connections; 0 if it came to none.
    std::uint64_t connection = 0;
    /// Whether the connection had served a call before.
    bool reused_connection = false;
    /// Empty if the attempt came to an answer.
    error_code error;
    /// The stage in which the attempt ended.
    stage at = stage::none;
    /// Of the attempt's answer; 0 if there was none.
    int http_status = 0;
    /// Since the attempt began: waiting for a connection included, earlier attempts not.
    std::chrono::nanoseconds took{};
    /// Set if another attempt follows, after this wait.
    std::optional<std::chrono::nanoseconds> next_in;
    /// The beginnings of the request's and the answer's bodies, for as many bytes as
    /// `hooks::body_excerpt` says.
    std::string request_body, response_body;
    /// What went along as `traceparent`; empty if nothing did.
    std::string traceparent;
};

/// @brief An attempt that is about to begin, as shown to `hooks::add_headers`.
struct next_attempt
{
    /// The wire's name, e.g. `system.userSearch`.
    std::string_view method;
    /// Counts from 1.
    int attempt;
    /// What goes along as `traceparent`; empty if nothing does.
    std::string_view traceparent;
};

/// @brief Places where a program or a test can look in or take over.
struct hooks
{
    hooks() {}

    /// The addresses, with ports, that a name stands for, in the order in which they are tried: a
    /// vector of `asio::ip::tcp::endpoint`. A source that makes one includes
    /// `<boost/asio/ip/tcp.hpp>`.
    using endpoints = transport::endpoints;
    /// Takes the addresses, or the error that the look-up ended with.
    using resolve_callback = std::function<void(error_code, endpoints)>;

    /// Name look-up in place of the system's. The callback may be called once, from any thread, at
    /// once or later, or never.
    std::function<void(std::string const& host, std::uint16_t port, resolve_callback)> resolve;
    /// Takes the key, or the error for which there is none.
    using key_callback = std::function<void(error_code, secret)>;

    /// Where the API key comes from, if it may change or is not known yet. Asked, on the client's
    /// executor, when a call needs a key and `options::api_key` is empty, and when the server has
    /// refused the newest one: the calls that were refused wait and are sent once more with the new
    /// key. The callback may be called once, from any thread, at once or later; a call waits for it
    /// within its deadline. With an error, or the same key again, the calls fail with
    /// `errc::unauthorized`.
    std::function<void(key_callback)> api_key;
    /// Called after each attempt, on the client's executor. An exception goes on to `run()`, after
    /// the calls that are complete have been told.
    std::function<void(attempt_event const&)> on_attempt;
    /// So many bytes of each body are told to `on_attempt`; 0: none. What may be a credential is
    /// masked: keys, members with names such as `token`, the whole body of calls that are about
    /// secrets. Bodies may hold more that is private: for debugging, not for production.
    std::size_t body_excerpt = 0;
    /// Called once when a call has ended, before the caller is told; else as `on_attempt`. Calls
    /// that were refused are told too, receives of streams are not.
    std::function<void(call_event const&)> on_call;
    /// Called before each attempt of a call, on any thread that uses the client or runs its
    /// executor: appends to the headers of that attempt, a token say. It may be called by several
    /// threads at once. If it throws, or a header would break the request, the call ends with
    /// `errc::invalid_argument`.
    std::function<void(next_attempt const&, header_list&)> add_headers;
    /// Called once when the client's TLS context (`SSL_CTX`) has been made, and again for each one
    /// that `reload_tls()` makes, on the thread that makes it: for a key log, ciphers, pinned keys.
    /// What it throws is thrown on, and the context is not used. What the library relies on has to
    /// stay: the callbacks for sessions, the modes and options, the check of the certificate.
    std::function<void(ssl_ctx_st*)> on_ssl_context;
};

/// @brief How a client connects. Checked when the client is made.
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
    /// What connections to `https://` servers go through.
    proxy_options proxy;
    /// Connections lead to this Unix socket, in place of the address of `host`, which keeps its
    /// part in the Host header, in TLS, and in the rule that `http://` is for this machine alone.
    std::string socket_path;
    /// Whom to trust, and the client's own certificate.
    tls_options tls;
    /// How many connections, and for how long.
    pool_options pool;
    /// How long things may take.
    timeout_options timeouts;
    /// When and how often a failed call is repeated.
    retry_options retry;
    /// How much is taken from a server, and sent to it.
    limit_options limits;
    /// Whether single look-ups of names go together, and whether names are kept.
    coalesce_options coalesce;
    /// Where the program looks in or takes over.
    cohub::hooks hooks;
    /// What the library promises to do about threads.
    cohub::threading threads = cohub::threading::multi;
    /// Put before the library's own User-Agent, e.g. `my-service/1.2`.
    std::string user_agent;
    /// Each call without a `traceparent` header of its own has one made (W3C Trace Context): the
    /// trace is the call's, each attempt is a span of its own, sampled.
    bool make_traceparent = false;
    /// Further headers for every request; not those that frame or authorize it.
    std::vector<std::pair<std::string, std::string>> headers;
    /// Time in place of the steady clock; for tests.
    std::shared_ptr<cohub::clock> clock;
    /// Where connections lead in place of the system's TCP; for tests, see `cohub/sim.hpp`.
    std::shared_ptr<transport::network> network;

    /// @brief Reads `COCALC_HOST`, `COCALC_API_KEY`, `SSL_CERT_FILE` and what
    /// `proxy_options::from_env` reads; what is not set keeps its default.
    COHUB_DECL static options from_env();
};

/// @brief One line for a log: what is set, secrets as `***`.
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

    /// Connections that were begun, ever.
    std::uint64_t opened = 0;
    /// Connections that came to stand (TLS included), ever.
    std::uint64_t established = 0;
    /// Handshakes that resumed a session.
    std::uint64_t resumed = 0;
    /// Connections that are gone.
    std::uint64_t closed = 0;
    /// Calls that got a connection used before.
    std::uint64_t reused = 0;
    /// Connections that never came to stand, ever.
    std::uint64_t failed_connects = 0;
    /// Idle connections that were dropped because a sibling had fallen silent, ever.
    std::uint64_t suspects = 0;
    /// Calls that were refused unsent with `errc::overloaded`, ever.
    std::uint64_t refused = 0;
    /// Repetitions that were sent, or are about to be, ever.
    std::uint64_t repeated = 0;
    /// Repetitions that the retry budget refused, ever.
    std::uint64_t over_budget = 0;
    /// Calls that joined a request of another one (`call_options::shared`), ever.
    std::uint64_t shared = 0;
    /// Hedges that were sent (`call_options::hedge_after`), and those that answered first, ever.
    std::uint64_t hedged = 0;
    /// Hedges that answered first, ever.
    std::uint64_t hedges_won = 0;
    /// Look-ups of names that the cache answered (`coalesce_options::cache`), ever.
    std::uint64_t cached = 0;
    /// Connections that are being made.
    std::size_t connecting = 0;
    /// Connections with a call on them.
    std::size_t in_use = 0;
    /// Connections that wait for a call.
    std::size_t idle = 0;
    /// Calls waiting for a connection.
    std::size_t waiting = 0;
    /// Calls begun and not completed.
    std::size_t calls = 0;
    /// Repetitions that the retry budget would let pass at once.
    double retry_budget = 0;
};

}  // namespace cohub::inline abi_0_2

#if !defined(COHUB_SEPARATE_COMPILATION)
#include <cohub/transport/impl/options.ipp>
#endif

#endif
