#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cohub/fake/pki.hpp"

namespace cohub::inline abi_0_2::fake {

/// A version of TLS, old ones included.
enum class tls_version
{
    /// TLS 1.0
    v1_0,
    /// TLS 1.1
    v1_1,
    /// TLS 1.2
    v1_2,
    /// TLS 1.3
    v1_3
};

/// @brief How a `raw_peer` uses TLS. By default TLS 1.2 and 1.3, with OpenSSL's default ciphers.
class tls_settings
{
public:
    /// @param who the certificate that the peer shows
    explicit tls_settings(identity who);

    /// @brief Oldest and newest version that is offered. Versions below 1.2 need
    /// `security_level(0)`.
    tls_settings& versions(tls_version oldest, tls_version newest);
    /// @brief This version alone.
    tls_settings& only(tls_version version) { return versions(version, version); }
    /// @brief Ciphers for TLS 1.2 and older: a list in OpenSSL's syntax.
    tls_settings& ciphers(std::string list);
    /// @brief Ciphers for TLS 1.3: a list in OpenSSL's syntax.
    tls_settings& ciphersuites(std::string list);
    /// @brief OpenSSL's security level, 0 to 5. If it is not called, OpenSSL's default.
    tls_settings& security_level(int level);
    /// @brief Sends the leaf without its intermediates.
    tls_settings& without_chain();
    /// @brief Another identity for a name that the client sends by SNI. The names must be equal.
    tls_settings& for_name(std::string name, identity who);
    /// @brief Requires a client certificate that this authority issued.
    tls_settings& client_certificate(std::string authority_pem);
    /// @brief No tickets and no session cache: each handshake is complete.
    tls_settings& without_resumption();
    /// @brief Gives out tickets. If a client comes back with one, a fatal alert ends the handshake.
    tls_settings& alert_on_resumption();

private:
    friend class raw_tls_context;

    identity identity_;
    std::vector<std::pair<std::string, identity>> by_name_;
    tls_version oldest_ = tls_version::v1_2;
    tls_version newest_ = tls_version::v1_3;
    std::string ciphers_;
    std::string ciphersuites_;
    std::string client_authority_;
    int security_level_ = -1;
    bool chain_ = true;
    bool resumption_ = true;
    bool alert_on_resumption_ = false;
};

/// @brief A request as it was received, byte for byte.
class raw_request
{
public:
    raw_request() = default;
    /// @param head_text for `head`
    /// @param body_text for `body`
    raw_request(std::string head_text, std::string body_text)
        : head(std::move(head_text)), body(std::move(body_text))
    {
    }

    std::string head;  ///< request line and header, with the empty line that ends it
    /// The body; its length is that of Content-Length.
    std::string body;

    /// @brief The first word of the request line.
    std::string_view method() const;
    /// @brief The second word of the request line.
    std::string_view target() const;
    /// @brief First value of a header field, in any case of letters; empty if it is absent.
    std::string_view header(std::string_view name) const;
};

/// @brief Builds the bytes of a correct response: 200, `application/json`, Content-Length.
class raw_answer
{
public:
    /// @param body the body's bytes
    explicit raw_answer(std::string body = {});

    /// @brief Another status line.
    /// @param code e.g. 503
    /// @param reason the words after it
    raw_answer& status(int code, std::string reason = "Status");
    /// @brief One more header field.
    raw_answer& header(std::string name, std::string value);
    /// @param value replaces the content type; empty leaves the field out
    raw_answer& content_type(std::string value);
    /// @brief Chunked instead of Content-Length, `chunk` bytes at a time; 0: one chunk.
    raw_answer& chunked(std::size_t chunk = 0);
    /// @brief Neither Content-Length nor chunked: the body ends with the connection.
    raw_answer& until_close();
    /// @brief Status line of HTTP/1.0.
    raw_answer& http_1_0();

    /// @brief Status line and header fields, with the empty line after them.
    std::string head() const;
    /// @brief The whole answer.
    std::string str() const;
    /// @brief The same as `str`.
    operator std::string() const { return str(); }

private:
    enum class framing
    {
        length,
        chunks,
        close
    };

    std::string encoded_body() const;

    std::string body_;
    std::string reason_ = "OK";
    std::string content_type_ = "application/json";
    std::string fields_;
    std::size_t chunk_ = 0;
    int status_ = 200;
    framing framing_ = framing::length;
    bool old_ = false;
};

/// How a side of a TLS connection ends.
enum class tls_end
{
    /// With the alert close_notify.
    close_notify,
    /// Without an alert.
    none
};

/// @brief What a `raw_peer` does with one connection: a list of steps, played in order.
///
/// The peer reads all the time, in every step, unless `stop_reading` was played. After the last
/// step the connection stays open and silent until the other side closes it. On a TLS peer, the
/// handshake comes before the first step.
class raw_script
{
public:
    /// How long a step takes.
    using duration = std::chrono::microseconds;
    /// Gets bytes and returns those that are sent instead.
    using bytes_function = std::function<std::string(std::string)>;
    /// Gets a request and returns the bytes of the answer.
    using answer_function = std::function<std::string(raw_request const&)>;

    raw_script() = default;

    /// @name How the connection starts
    /// @{

    /// No TLS on this connection, even at a TLS peer: the steps see and send bare bytes.
    raw_script& plain();
    /// Sends the first `bytes` of the handshake, then goes on with the steps, which send bare
    /// bytes.
    raw_script& cut_handshake(std::size_t bytes);
    /// Sends the handshake `bytes` at a time.
    raw_script& drip_handshake(duration interval, std::size_t bytes = 1);
    /// @}

    /// @name Sending
    /// @{

    /// @brief Sends these bytes.
    raw_script& send(std::string bytes);
    /// Sends the bytes in `pieces` segments (and TLS records) of about the same length.
    raw_script& send_split(std::string bytes, std::size_t pieces, duration pause = {});
    /// Sends the bytes in two segments (and TLS records): [0, offset) and the rest.
    raw_script& send_split_at(std::string bytes, std::size_t offset, duration pause = {});
    /// Sends one byte at a time.
    raw_script& dribble(std::string bytes, duration interval);
    /// Sends `bytes` again and again, for floods that nobody wants to hold in memory.
    raw_script& send_repeated(std::string bytes, std::size_t times);
    /// Bypasses TLS: the bytes go on the wire unchanged.
    raw_script& send_raw(std::string bytes);
    /// `change` rewrites what would go on the wire: TLS records, or the bytes themselves.
    raw_script& send_changed(std::string bytes, bytes_function change);
    /// Waits for the next request and sends what `answer` returns for it.
    raw_script& respond(answer_function answer);
    /// @brief Waits for the next request and sends these bytes.
    raw_script& respond(std::string bytes);
    /// @}

    /// @name Waiting
    /// @{

    /// Waits for one more request (header and Content-Length body).
    raw_script& read_request();
    /// Waits for `n` more bytes; on TLS, decrypted ones.
    raw_script& wait_bytes(std::size_t n);
    /// Waits until the test calls `raw_peer::release(event)`.
    raw_script& wait_for_release(std::string event);
    /// @brief Waits this long.
    raw_script& delay(duration time);
    /// Waits until the other side closes, or the peer is stopped.
    raw_script& stall();
    /// Reports to the test, which waits with `raw_peer::wait_mark`, that the script has reached
    /// this point.
    raw_script& mark(std::string name);
    /// Stops reading: the other side can write until its buffers and those of this side are full.
    raw_script& stop_reading();
    /// @brief Reads again.
    raw_script& start_reading();
    /// @}

    /// @name Ending
    /// @{

    /// Sends FIN, on TLS after a close_notify unless `end` says otherwise; goes on reading.
    raw_script& half_close(tls_end end = tls_end::close_notify);
    /// The same, and stops reading: bytes that arrive later are answered by RST.
    raw_script& close(tls_end end = tls_end::close_notify);
    /// Sends RST; bytes that are still on the way are lost.
    raw_script& reset();
    /// @}

    /// @name TLS
    /// @{

    /// @brief Sends the alert that ends TLS; the connection stays open.
    raw_script& close_notify();
    /// TLS 1.3: new keys for this side, and also for the other side if `request_back`.
    raw_script& key_update(bool request_back = true);
    /// TLS 1.2: HelloRequest.
    raw_script& renegotiate();
    /// A fatal alert, encrypted as TLS requires.
    raw_script& fatal_alert();
    /// @}

    /// @brief The steps from here on are repeated as long as the connection lives.
    raw_script& forever();

    /// @brief Adds the other script's steps after those of this one.
    raw_script& append(raw_script const& other);

    /// @brief The number of steps so far; compare it with `raw_record::steps_played`.
    std::size_t size() const { return steps_.size(); }

private:
    friend class raw_peer;
    friend class raw_connection;

    enum class kind
    {
        send,
        pieces,
        repeated,
        raw,
        changed,
        respond,
        read_request,
        wait_bytes,
        wait_for_release,
        delay,
        stall,
        mark,
        stop_reading,
        start_reading,
        half_close,
        close,
        reset,
        close_notify,
        key_update,
        renegotiate,
        fatal_alert
    };

    struct step
    {
        kind what = kind::stall;
        std::string text;
        std::vector<std::size_t> ends;  // where the pieces of `text` end
        std::size_t count = 0;
        duration time{};
        bytes_function change;
        answer_function answer;
    };

    step& add(kind what);

    std::vector<step> steps_;
    std::size_t repeat_from_ = npos;
    std::size_t handshake_limit_ = npos;
    std::size_t handshake_piece_ = npos;
    duration handshake_interval_{};
    bool plain_ = false;

    static constexpr std::size_t npos = static_cast<std::size_t>(-1);
};

/// @brief Helpers for `raw_script::send_changed`.
raw_script::bytes_function flip_byte(std::size_t from_end);
/// @brief Keeps only the first `n` bytes.
raw_script::bytes_function keep_first(std::size_t n);

/// @brief How a connection ended, as the peer saw it.
enum class raw_ending
{
    open,         ///< not yet
    closed,       ///< the script closed it
    reset,        ///< the script reset it
    peer_closed,  ///< the other side sent FIN
    peer_reset,   ///< the other side sent RST, or closed with bytes unread
    tls_failed,   ///< the handshake or a record failed; see `detail`
    stopped       ///< `drop_all`, `stop` or the destructor
};

/// @brief The enumerator's name.
std::string_view to_string(raw_ending how);

/// @brief What happened on one connection.
class raw_record
{
public:
    /// In real time.
    using time_point = std::chrono::steady_clock::time_point;

    raw_record() = default;

    std::size_t index = 0;  ///< in the order of accept, from 0
    /// When the connection was accepted.
    time_point accepted{};
    time_point ended{};                ///< only when `how` is not `open`
    std::uint64_t bytes_in = 0;        ///< on the wire
    std::uint64_t bytes_out = 0;       ///< on the wire
    std::uint64_t application_in = 0;  ///< after TLS; equal to `bytes_in` without it
    /// The complete requests, in order.
    std::vector<raw_request> requests;
    std::string unfinished;  ///< received, but not (yet) a complete request
    /// Whether it began with TLS.
    bool tls = false;
    /// Whether the handshake was completed.
    bool handshake_done = false;
    /// Whether the handshake resumed a session.
    bool session_reused = false;
    /// Whether the other side ended TLS properly.
    bool close_notify_seen = false;
    std::uint64_t handshake_out = 0;  ///< bytes of this side's handshake, tickets included
    /// For example `TLSv1.3`; empty without TLS.
    std::string tls_version;
    std::string server_name;  ///< SNI; empty if there was none
    std::string alert_seen;   ///< OpenSSL's name of the last alert received
    /// How many steps of the script were played.
    std::size_t steps_played = 0;
    /// How the connection ended.
    raw_ending how = raw_ending::open;
    /// More about the end, as text for people.
    std::string detail;
};

/// How a `raw_peer` listens. By default without TLS, on 127.0.0.1.
class raw_peer_options
{
public:
    raw_peer_options() = default;

    /// @brief Speaks TLS.
    raw_peer_options& tls(tls_settings settings);
    /// @brief Also listens on ::1, on the same port.
    raw_peer_options& ipv6();
    /// @brief SO_RCVBUF of the accepted sockets, for tests that fill it.
    raw_peer_options& receive_buffer(int bytes);

private:
    friend class raw_peer;

    std::shared_ptr<tls_settings const> tls_;
    int receive_buffer_ = 0;
    bool ipv6_ = false;
};

/// @brief A listener on 127.0.0.1 that misbehaves byte by byte, as its script says.
///
/// It knows nothing of HTTP except where a request ends. One thread plays all connections. The peer
/// is ready after its construction. Its destructor ends every connection and joins the thread
/// without waiting for clients.
///
/// @par Thread safety
/// All functions may be called from any thread. Functions inside a script run on the peer's thread,
/// or on one that calls the peer, and must not call it.
class raw_peer
{
public:
    /// How long a wait may take.
    using duration = std::chrono::milliseconds;

    /// Default limit of a wait.
    static constexpr duration patience{20'000};

    raw_peer();
    explicit raw_peer(raw_peer_options const& options);
    /// @brief A peer that speaks TLS.
    explicit raw_peer(tls_settings settings);
    ~raw_peer();

    raw_peer(raw_peer const&) = delete;
    raw_peer& operator=(raw_peer const&) = delete;

    /// @brief The port that it listens on.
    std::uint16_t port() const;
    /// @brief Whether it speaks TLS.
    bool tls() const;
    /// @brief `http://127.0.0.1:port`, or `https://localhost:port` at a TLS peer.
    std::string url() const;
    /// @brief The same with another host name.
    std::string url(std::string_view host) const;

    /// @brief Sets the script of every connection accepted from now on, and starts an empty log.
    ///
    /// Events and marks start again. Connections that a client has open already continue with their
    /// old script. They are not in the log, and no counter counts them any more.
    void script(raw_script all);
    /// @brief Sets scripts in the order of accept, counted from now, then `rest` for all others.
    void scripts(std::vector<raw_script> first, raw_script rest);
    /// @brief Sets other TLS settings for the connections accepted from now on.
    void tls(tls_settings settings);
    /// @brief Makes new ticket keys: tickets given out before are refused.
    void rotate_ticket_keys();

    /// @brief Lets all scripts go on that wait for this event, now or later.
    void release(std::string event);
    /// @brief Waits until a script has reached this mark.
    /// @return false: not in time
    bool wait_mark(std::string const& name, duration limit = patience) const;

    /// @brief What happened on each connection, in the order of accept.
    std::vector<raw_record> connections() const;
    /// @brief What happened on the connection number `index`, from 0.
    raw_record connection(std::size_t index) const;
    /// @brief The requests of all connections, ordered by connection, then in order.
    std::vector<raw_request> requests() const;
    /// @brief How many connections clients have opened.
    std::size_t accepted() const;
    /// @brief How many connections are open.
    std::size_t open() const;
    /// @brief How many requests have come.
    std::size_t request_count() const;
    /// @brief The largest number of connections that were open at once, since the last `script`. If
    /// a client closed a connection before it opened the next one, the two do not count as open at
    /// once.
    std::size_t peak_open() const;

    /// @name Waits with a limit; they return true if the condition became true
    /// @{

    /// @brief Waits until `n` connections have been accepted.
    bool wait_accepted(std::size_t n, duration limit = patience) const;
    /// @brief Waits until `n` requests have come.
    bool wait_requests(std::size_t n, duration limit = patience) const;
    /// Waits until all connections in the log have ended.
    bool wait_all_ended(duration limit = patience) const;
    /// @brief Waits until the connection number `index` has ended.
    bool wait_ended(std::size_t index, duration limit = patience) const;
    /// Waits until no connection is open, including those from before the log.
    bool wait_quiet(duration limit = patience) const;
    /// @brief Waits until `predicate` is true for the log.
    bool wait(
        std::function<bool(std::vector<raw_record> const&)> const& predicate,
        duration limit = patience
    ) const;
    /// @}

    /// @brief Sends RST on every open connection.
    void drop_all();
    /// @brief Refuses connections, but keeps the port, until `resume_listening`.
    void pause_listening();
    /// @brief Accepts connections again.
    void resume_listening();

private:
    struct state;
    std::unique_ptr<state> state_;
};

/// @brief A port of 127.0.0.1 that refuses connections, and that nobody else can get meanwhile.
class refusing_port
{
public:
    refusing_port();
    ~refusing_port();
    refusing_port(refusing_port const&) = delete;
    refusing_port& operator=(refusing_port const&) = delete;

    /// @brief The port's number.
    std::uint16_t port() const { return port_; }

private:
    int socket_;
    std::uint16_t port_ = 0;
};

/// @brief A port of 127.0.0.1 where a connect neither succeeds nor fails: its backlog is full.
class silent_port
{
public:
    silent_port();
    ~silent_port();
    silent_port(silent_port const&) = delete;
    silent_port& operator=(silent_port const&) = delete;

    /// @brief The port's number.
    std::uint16_t port() const { return port_; }

private:
    int socket_;
    std::uint16_t port_ = 0;
    std::vector<int> fillers_;
};

}  // namespace cohub::inline abi_0_2::fake
