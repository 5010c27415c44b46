#include <cohub/cohub.hpp>
#include <cohub/fake/pki.hpp>
#include <cohub/fake/raw_peer.hpp>
#include <cohub/transport/client.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <future>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "support/run_call.hpp"

namespace cohub::tests {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using fake::raw_answer;
using fake::raw_peer;
using fake::raw_request;
using fake::raw_script;

fake::authority const& ca()
{
    static fake::authority const one("cohub wire tests");
    return one;
}

fake::tls_settings loopback_tls()
{
    return fake::tls_settings(ca().issue(fake::loopback_request()));
}

options options_for(std::string const& url)
{
    options o(url, secret("sk-key"));
    o.tls.ca_pem = ca().pem();
    o.retry.base = 1ms;
    return o;
}

/// An answer with the body of the request.
std::string echo(raw_request const& r) { return raw_answer(r.body); }

raw_script echoing() { return raw_script().forever().respond(echo); }

result<boost::json::value> call(
    asio::io_context& io, hub const& h, std::string const& id, bool safe = true
)
{
    boost::json::value const args{id};
    call_options const o = call_options().idempotent(safe);
    return run_call(io, h.call("wire.case", args, o, as_result));
}

void expect_own_answer(result<boost::json::value> const& r, std::string const& id)
{
    ASSERT_TRUE(r.has_value()) << r.error().message();
    EXPECT_NE(boost::json::serialize(*r).find(id), std::string::npos);
}

// ---- bytes that nobody asked for ---------------------------------------------------------------

/// Sends an answer after the first one. The kernel has it when the next call begins.
void expect_pushed_answer_refused(raw_peer& peer, options o, bool safe, int rounds)
{
    for (int i = 0; i != rounds; ++i) {
        peer.scripts(
            {raw_script()
                 .respond(echo)
                 .wait_for_release("push")
                 .send(raw_answer("[\"pushed\"]"))
                 .mark("pushed")
                 .forever()
                 .respond(echo)},
            echoing()
        );
        asio::io_context io;
        hub const h(io, o);
        expect_own_answer(call(io, h, "first", safe), "first");
        peer.release("push");
        ASSERT_TRUE(peer.wait_mark("pushed"));
        expect_own_answer(call(io, h, "second", safe), "second");
        EXPECT_EQ(peer.accepted(), 2U) << "the connection is used on";
        EXPECT_EQ(peer.request_count(), 2U);
    }
}

TEST(PushedAnswer, IsNeverTheNextCallsAnswer)
{
    raw_peer peer;
    options o = options_for(peer.url());
    for (bool const safe : {true, false}) expect_pushed_answer_refused(peer, o, safe, 60);
    o.clock = std::make_shared<manual_clock>();
    for (bool const safe : {true, false}) expect_pushed_answer_refused(peer, o, safe, 60);
}

TEST(PushedAnswer, IsNeverTheNextCallsAnswerOverTls)
{
    raw_peer peer(loopback_tls());
    options o = options_for(peer.url());
    for (bool const safe : {true, false}) expect_pushed_answer_refused(peer, o, safe, 20);
    o.clock = std::make_shared<manual_clock>();
    for (bool const safe : {true, false}) expect_pushed_answer_refused(peer, o, safe, 20);
}

/// What a peer sends or does without a request, at a random time after its first answer.
std::vector<raw_script> const& unasked()
{
    static std::vector<raw_script> const all = {
        raw_script().send(raw_answer("[\"pushed\"]")),
        raw_script().send_raw("junk"),
        raw_script().half_close(),
        raw_script().half_close(fake::tls_end::none),
    };
    return all;
}

/// The client also calls at random times. Bytes from before a call never affect this call, and the
/// call is not sent on that connection. Later bytes may meet a call that has been sent. This is a
/// limit of HTTP/1.1 itself.
void expect_unasked_refused(raw_peer& peer, unsigned rounds)
{
    std::mt19937 random(6);
    auto const moment = [&random] { return std::chrono::microseconds(60 + random() % 1141); };
    int met_idle = 0;
    for (unsigned i = 0; i != rounds && !testing::Test::HasFailure(); ++i) {
        std::size_t const what = i % unasked().size();
        bool const ends = what >= 2;
        bool const safe = random() % 2 == 0;
        SCOPED_TRACE("round " + std::to_string(i) + (safe ? ", safe" : ""));
        peer.scripts(
            {raw_script()
                 .respond(echo)
                 .delay(moment())
                 .append(unasked()[what])
                 .mark("came")
                 .forever()
                 .respond(echo)},
            echoing()
        );
        asio::io_context io;
        hub const h(io, options_for(peer.url()));
        expect_own_answer(call(io, h, "first", safe), "first");
        std::this_thread::sleep_for(moment());
        bool const came = peer.wait_mark("came", 0ms);
        bool const idle = h.stats().idle == 1;
        auto const r = call(io, h, "second", safe);
        if (came || (ends && safe)) {
            expect_own_answer(r, "second");
        } else if (r.has_error()) {
            EXPECT_TRUE(r.error().maybe_sent) << r.error().message();
        } else if (boost::json::serialize(*r).find("second") == std::string::npos) {
            EXPECT_TRUE(peer.wait([](auto const& all) { return all[0].requests.size() == 2; }))
                << "an answer of a connection that the call was not sent on";
        }
        if (!came) continue;
        EXPECT_EQ(peer.accepted(), 2U);
        EXPECT_EQ(peer.connection(0).requests.size(), 1U) << "sent behind what had come";
        met_idle += idle ? 1 : 0;
    }
    EXPECT_GT(met_idle, 0) << "nothing ever came to an idle connection";
}

TEST(PushedAnswer, AtARandomMomentTouchesNoLaterCall)
{
    raw_peer peer;
    expect_unasked_refused(peer, 300);
}

TEST(PushedAnswer, AtARandomMomentTouchesNoLaterCallOverTls)
{
    raw_peer peer(loopback_tls());
    expect_unasked_refused(peer, 120);
}

TEST(PushedAnswer, BehindTheServersFinishedIsNotTheFirstCallsAnswer)
{
    raw_peer peer(loopback_tls().only(fake::tls_version::v1_2));
    peer.scripts({raw_script().send(raw_answer("[\"pushed\"]")).mark("pushed")}, echoing());
    asio::io_context io;
    hub const h(io, options_for(peer.url()));
    std::optional<result<boost::json::value>> got;
    boost::json::value const args{"first"};
    h.call("wire.case", args, as_result)([&](result<boost::json::value> r) { got.emplace(r); });
    // The client rests after each of its steps, so that the answer has arrived when the client
    // reads the server's last handshake message.
    for (int i = 0; i != 10 && !got && !peer.wait_mark("pushed", 300ms); ++i) io.run_one_for(1s);
    ASSERT_TRUE(peer.wait_mark("pushed"));
    io.run_for(10s);
    ASSERT_TRUE(got);
    ASSERT_TRUE(got->has_error()) << boost::json::serialize(**got);
    EXPECT_EQ(got->error().code, errc::protocol_error) << got->error().message();
    EXPECT_FALSE(got->error().maybe_sent);
    EXPECT_EQ(peer.request_count(), 0U);
    expect_own_answer(call(io, h, "second"), "second");
}

// ---- a socket that accepts no bytes ------------------------------------------------------------

/// Fills the kernel's buffers of the client's connection to `port`, bypassing the client.
void fill_socket_to(std::uint16_t port)
{
    std::string const piece(64 * 1024, 'x');
    for (int s = 0; s != 1024; ++s) {
        sockaddr_in at{};
        socklen_t size = sizeof at;
        if (getpeername(s, reinterpret_cast<sockaddr*>(&at), &size) != 0) continue;
        if (at.sin_family != AF_INET || ntohs(at.sin_port) != port) continue;
        // When the peer's kernel has taken some bytes, there is room here again a little later.
        for (int full = 0; full != 3; ++full) {
            while (send(s, piece.data(), piece.size(), MSG_DONTWAIT | MSG_NOSIGNAL) > 0) full = 0;
            std::this_thread::sleep_for(2ms);
        }
    }
}

TEST(FullSocket, ThatIsResetBeforeItTookAByteCostsTheCallNothing)
{
    raw_peer peer(fake::raw_peer_options().receive_buffer(4096));
    peer.scripts(
        {raw_script().respond(echo).stop_reading().mark("deaf").wait_for_release("end").reset()},
        echoing()
    );
    asio::io_context io;
    hub const h(io, options_for(peer.url()));
    expect_own_answer(call(io, h, "first"), "first");
    ASSERT_TRUE(peer.wait_mark("deaf"));
    fill_socket_to(peer.port());

    std::optional<result<boost::json::value>> got;
    boost::json::value const args{"second"};
    h.call("wire.case", args, as_result)([&](result<boost::json::value> r) { got.emplace(r); });
    EXPECT_EQ(h.stats().reused, 1U) << "the call does not wait for the socket";
    peer.release("end");
    ASSERT_TRUE(peer.wait_ended(0));
    io.restart();
    io.run_for(10s);
    ASSERT_TRUE(got) << "the call waits for its deadline";
    expect_own_answer(*got, "second");
    EXPECT_EQ(peer.accepted(), 2U);
}

// ---- a session ticket in pieces ----------------------------------------------------------------

/// A TLS 1.3 server whose session ticket spans many records. It sends the first record, and the
/// others when it is told to. It serves one connection with one request.
class slow_ticket_server
{
public:
    slow_ticket_server()
    {
        fake::identity const id = ca().issue(fake::loopback_request());
        context_.reset(SSL_CTX_new(TLS_server_method()));
        SSL_CTX_set_min_proto_version(context_.get(), TLS1_3_VERSION);
        std::unique_ptr<BIO, void (*)(BIO*)> cert(text(id.certificate_pem), &BIO_free_all);
        std::unique_ptr<X509, void (*)(X509*)> x(
            PEM_read_bio_X509(cert.get(), nullptr, nullptr, nullptr), &X509_free
        );
        std::unique_ptr<BIO, void (*)(BIO*)> key(text(id.key_pem), &BIO_free_all);
        std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> k(
            PEM_read_bio_PrivateKey(key.get(), nullptr, nullptr, nullptr), &EVP_PKEY_free
        );
        SSL_CTX_use_certificate(context_.get(), x.get());
        SSL_CTX_use_PrivateKey(context_.get(), k.get());
        SSL_CTX_set_num_tickets(context_.get(), 1);
        SSL_CTX_set_max_send_fragment(context_.get(), 512);
        SSL_CTX_set_session_ticket_cb(context_.get(), &fill_ticket, &take_ticket, nullptr);
        listener_ = socket(AF_INET, SOCK_STREAM, 0);
        sockaddr_in at{};
        at.sin_family = AF_INET;
        at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof at;
        bind(listener_, reinterpret_cast<sockaddr*>(&at), size);
        listen(listener_, 1);
        getsockname(listener_, reinterpret_cast<sockaddr*>(&at), &size);
        port_ = ntohs(at.sin_port);
        thread_ = std::thread([this] { serve(); });
    }
    slow_ticket_server(slow_ticket_server const&) = delete;
    slow_ticket_server& operator=(slow_ticket_server const&) = delete;
    ~slow_ticket_server()
    {
        send_rest();
        shutdown(listener_, SHUT_RDWR);
        if (int const s = socket_.load(); s >= 0) shutdown(s, SHUT_RDWR);
        thread_.join();
        close(listener_);
    }

    std::string url() const { return "https://localhost:" + std::to_string(port_); }
    /// Waits until the first record of the ticket has been sent.
    bool wait_first_record()
    {
        return first_sent_.get_future().wait_for(20s) == std::future_status::ready;
    }
    void send_rest()
    {
        if (!std::exchange(released_, true)) release_.set_value();
    }

private:
    static BIO* text(std::string const& pem)
    {
        return BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()));
    }
    static int fill_ticket(SSL* ssl, void*)
    {
        std::string const data(6000, 't');
        return SSL_SESSION_set1_ticket_appdata(SSL_get_session(ssl), data.data(), data.size());
    }
    static SSL_TICKET_RETURN
    take_ticket(SSL*, SSL_SESSION*, unsigned char const*, std::size_t, SSL_TICKET_STATUS, void*)
    {
        return SSL_TICKET_RETURN_IGNORE;
    }

    void put(std::string_view bytes) const
    {
        while (!bytes.empty()) {
            ssize_t const n = send(socket_.load(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (n <= 0) return;
            bytes.remove_prefix(static_cast<std::size_t>(n));
        }
    }
    std::string taken_from(BIO* out)
    {
        std::string bytes(static_cast<std::size_t>(BIO_ctrl_pending(out)), '\0');
        if (!bytes.empty()) BIO_read(out, bytes.data(), static_cast<int>(bytes.size()));
        return bytes;
    }
    bool get(BIO* in) const
    {
        std::array<char, 4096> buffer{};
        ssize_t const n = recv(socket_.load(), buffer.data(), buffer.size(), 0);
        return n > 0 && BIO_write(in, buffer.data(), static_cast<int>(n)) == n;
    }

    void serve()
    {
        socket_ = accept(listener_, nullptr, nullptr);
        if (socket_.load() < 0) return;
        std::unique_ptr<SSL, void (*)(SSL*)> ssl(SSL_new(context_.get()), &SSL_free);
        BIO* const in = BIO_new(BIO_s_mem());
        BIO* const out = BIO_new(BIO_s_mem());
        SSL_set_bio(ssl.get(), in, out);
        while (SSL_accept(ssl.get()) != 1) {
            put(taken_from(out));
            if (!get(in)) return end();
        }
        std::string const tickets = taken_from(out);
        std::size_t const first = 5 + static_cast<unsigned char>(tickets.at(3)) * 256U +
                                  static_cast<unsigned char>(tickets.at(4));
        put(std::string_view(tickets).substr(0, first));
        first_sent_.set_value();
        release_.get_future().wait_for(20s);
        put(std::string_view(tickets).substr(first));
        std::array<char, 4096> request{};
        while (SSL_read(ssl.get(), request.data(), static_cast<int>(request.size())) <= 0)
            if (!get(in)) return end();
        std::string const answer = raw_answer("[\"late\"]");
        SSL_write(ssl.get(), answer.data(), static_cast<int>(answer.size()));
        put(taken_from(out));
        while (get(in)) {
        }
        end();
    }
    void end() { close(socket_.exchange(-1)); }

    std::unique_ptr<SSL_CTX, void (*)(SSL_CTX*)> context_{nullptr, &SSL_CTX_free};
    int listener_ = -1;
    std::atomic<int> socket_ = -1;
    std::uint16_t port_ = 0;
    std::promise<void> first_sent_, release_;
    bool released_ = false;
    std::thread thread_;
};

TEST(SessionTicket, InPiecesIsWaitedForWithoutWork)
{
    slow_ticket_server server;
    asio::io_context io;
    hub const h(io, options_for(server.url()));
    h.warm_up(1);
    io.run();
    ASSERT_EQ(h.stats().idle, 1U);
    ASSERT_TRUE(server.wait_first_record());
    std::optional<result<boost::json::value>> got;
    boost::json::value const args{"first"};
    h.call("wire.case", args, as_result)([&](result<boost::json::value> r) { got.emplace(r); });
    io.restart();
    EXPECT_LT(io.run_for(100ms), 50U) << "handlers run while nothing happens";
    EXPECT_FALSE(got);
    server.send_rest();
    io.run_for(10s);
    ASSERT_TRUE(got);
    expect_own_answer(*got, "late");
}

// ---- large answers -----------------------------------------------------------------------------

/// A type whose decoding waits until the test lets it go on.
class slow_decoding final : public call::result_adapter
{
public:
    json::outcome decode(
        std::string_view body, json::detail::type_info const& type, void* value, json::envelope e
    ) const noexcept override
    {
        begun_.set_value();
        go_.wait_for(30s);
        return result_adapter::decode(body, type, value, e);
    }

    bool wait_begun() { return begun_.get_future().wait_for(20s) == std::future_status::ready; }
    void go() { let_go_.set_value(); }

private:
    mutable std::promise<void> begun_;
    std::promise<void> let_go_;
    std::shared_future<void> go_{let_go_.get_future().share()};
};

call::request decoded_by(boost::intrusive_ptr<slow_decoding> const& adapter)
{
    call::request r;
    r.name = "wire.case";
    r.body = "{\"name\":\"wire.case\",\"args\":[]";
    r.adapter = adapter;
    return r;
}

TEST(LargeAnswer, IsDecodedWithoutHoldingUpOtherThreads)
{
    raw_peer peer;
    peer.script(echoing());
    asio::io_context io;
    auto const client = transport::client::make(io.get_executor(), options_for(peer.url()));
    boost::intrusive_ptr<slow_decoding> const adapter(new slow_decoding);
    call::request r = decoded_by(adapter);
    bool done = false;
    using value = boost::json::value;
    call::initiate<value>(
        call::bound_call<value>(client, std::move(r)),
        [&](error_code ec, value const&) { done = !ec; }
    );
    std::thread runs([&] { io.run(); });
    EXPECT_TRUE(adapter->wait_begun());
    auto other = std::async(std::launch::async, [&] { return client->stats(); });
    EXPECT_EQ(other.wait_for(20s), std::future_status::ready) << "stats() waits for the decoding";
    adapter->go();
    EXPECT_EQ(other.get().calls, 1U);
    runs.join();
    EXPECT_TRUE(done);
    client->close(false);
    io.restart();
    io.run();
}

// The error that the decoding gives would be repeated again and again.
TEST(LargeAnswer, ACallThatIsCancelledWhileItIsDecodedIsNotRepeated)
{
    raw_peer peer;
    peer.script(raw_script().forever().respond(raw_answer("{\"error\":\"later\"}")));
    asio::io_context io;
    auto const client = transport::client::make(io.get_executor(), options_for(peer.url()));
    boost::intrusive_ptr<slow_decoding> const adapter(new slow_decoding);
    call::request r = decoded_by(adapter);
    r.declared = retry::safe;
    r.classify = [](std::string_view) { return errc::unavailable; };
    error_code got;
    asio::cancellation_signal signal;
    using value = boost::json::value;
    call::initiate<value>(
        call::bound_call<value>(client, std::move(r)),
        asio::bind_cancellation_slot(signal.slot(), [&](error_code ec, value const&) { got = ec; })
    );
    std::thread runs([&] { io.run(); });
    EXPECT_TRUE(adapter->wait_begun());
    signal.emit(asio::cancellation_type::terminal);
    adapter->go();
    runs.join();
    EXPECT_EQ(got, errc::cancelled);
    EXPECT_EQ(peer.request_count(), 1U);
}

std::size_t handlers_for_20_megabytes(raw_peer& peer)
{
    std::string const body = "\"" + std::string(20'000'000, 'x') + "\"";
    peer.script(raw_script().respond(raw_answer(body)));
    asio::io_context io;
    hub const h(io, options_for(peer.url()));
    std::size_t size = 0;
    h.call("wire.case", boost::json::value(), as_result)([&](result<boost::json::value> r) {
        if (r.has_value()) size = r->as_string().size();
    });
    std::size_t const handlers = io.run_for(30s);
    EXPECT_EQ(size, 20'000'000U);
    return handlers;
}

TEST(LargeAnswer, IsReadInLargePieces)
{
    raw_peer peer;
    EXPECT_LT(handlers_for_20_megabytes(peer), 1000U);
}

TEST(LargeAnswer, IsReadInLargePiecesOverTls)
{
    raw_peer peer(loopback_tls());
    // A record of 16 KB may take at most two reads. With a buffer of 4 KB it would take four.
    EXPECT_LT(handlers_for_20_megabytes(peer), 2500U);
}

}  // namespace
}  // namespace cohub::tests
