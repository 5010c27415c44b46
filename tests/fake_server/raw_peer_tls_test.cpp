#include <gtest/gtest.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <future>
#include <memory>
#include <string>
#include <string_view>

#include "cohub/fake/raw_peer.hpp"
#include "tcp_client.hpp"

namespace cohub::tests {
namespace {

using namespace std::chrono_literals;
using namespace cohub::fake;

struct ssl_free
{
    void operator()(SSL* p) const { SSL_free(p); }
    void operator()(SSL_CTX* p) const { SSL_CTX_free(p); }
    void operator()(SSL_SESSION* p) const { SSL_SESSION_free(p); }
};

/// A blocking TLS client that verifies the peer.
class tls_client
{
public:
    tls_client(
        std::uint16_t port,
        std::string const& root,
        std::string const& name = "localhost",
        SSL_SESSION* resume = nullptr
    )
        : tcp_(port), context_(SSL_CTX_new(TLS_client_method()))
    {
        std::shared_ptr<BIO> const bio(
            BIO_new_mem_buf(root.data(), static_cast<int>(root.size())), BIO_free_all
        );
        std::shared_ptr<X509> const certificate(
            PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr), X509_free
        );
        X509_STORE_add_cert(SSL_CTX_get_cert_store(context_.get()), certificate.get());
        SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER, nullptr);
        SSL_CTX_set_min_proto_version(context_.get(), TLS1_2_VERSION);
        ssl_.reset(SSL_new(context_.get()));
        SSL_set_tlsext_host_name(ssl_.get(), name.c_str());
        SSL_set1_host(ssl_.get(), name.c_str());
        SSL_set_fd(ssl_.get(), tcp_.socket());
        if (resume != nullptr) {
            SSL_set_session(ssl_.get(), resume);
        }
        ERR_clear_error();
        connected_ = SSL_connect(ssl_.get()) == 1;
        connect_error = connected_ ? 0 : ERR_GET_REASON(ERR_peek_error());
    }

    bool connected() const { return connected_; }
    void write(std::string_view bytes) const
    {
        SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size()));
    }
    std::string read_some()
    {
        char buffer[65536];
        ERR_clear_error();
        int const n = SSL_read(ssl_.get(), buffer, sizeof buffer);
        end = n > 0 ? SSL_ERROR_NONE : SSL_get_error(ssl_.get(), n);
        reason = n > 0 ? 0 : ERR_GET_REASON(ERR_peek_error());
        return {buffer, n > 0 ? static_cast<std::size_t>(n) : 0};
    }
    std::string read_to_end()
    {
        std::string all;
        for (std::string piece = read_some(); !piece.empty(); piece = read_some()) {
            all += piece;
        }
        return all;
    }
    std::string read_exactly(std::size_t n)
    {
        std::string all;
        while (all.size() < n) {
            std::string const piece = read_some();
            if (piece.empty()) {
                break;
            }
            all += piece;
        }
        return all;
    }
    /// Ends the connection. OpenSSL never resumes the session of a connection without a shutdown.
    std::unique_ptr<SSL_SESSION, ssl_free> session() const
    {
        SSL_shutdown(ssl_.get());
        return std::unique_ptr<SSL_SESSION, ssl_free>(SSL_get1_session(ssl_.get()));
    }
    int cipher_bits() const { return SSL_get_cipher_bits(ssl_.get(), nullptr); }

    int connect_error = 0;
    int end = SSL_ERROR_NONE;
    int reason = 0;

private:
    tcp_client tcp_;
    std::unique_ptr<SSL_CTX, ssl_free> context_;
    std::unique_ptr<SSL, ssl_free> ssl_;
    bool connected_ = false;
};

authority const& ca()
{
    static authority const one("cohub fake CA");
    return one;
}

tls_settings good_tls() { return tls_settings(ca().issue(loopback_request())); }

TEST(RawPeerTlsTest, AnswersInEachVersionWithEachKey)
{
    raw_peer peer(good_tls());
    for (tls_version const version : {tls_version::v1_2, tls_version::v1_3}) {
        for (bool const rsa : {false, true}) {
            certificate_request wanted = loopback_request();
            peer.tls(tls_settings(ca().issue(rsa ? wanted.rsa() : wanted)).only(version));
            peer.script(raw_script().respond(raw_answer("pong")).close());
            tls_client client(peer.port(), ca().pem());
            ASSERT_TRUE(client.connected());
            client.write(request);
            EXPECT_EQ(client.read_to_end(), raw_answer("pong").str());
            EXPECT_EQ(client.end, SSL_ERROR_ZERO_RETURN);
            ASSERT_TRUE(peer.wait_all_ended());
            raw_record const seen = peer.connection(0);
            EXPECT_EQ(seen.how, raw_ending::closed);
            EXPECT_EQ(seen.tls_version, version == tls_version::v1_2 ? "TLSv1.2" : "TLSv1.3");
            EXPECT_EQ(seen.server_name, "localhost");
            EXPECT_EQ(seen.application_in, request.size());
            EXPECT_TRUE(seen.handshake_done);
            EXPECT_FALSE(seen.session_reused);
            EXPECT_EQ(seen.requests.size(), 1U);
        }
    }
}

TEST(RawPeerTlsTest, OldVersionsNeedALowLevel)
{
    raw_peer peer(good_tls().only(tls_version::v1_0).security_level(0));
    peer.script(raw_script());
    tls_client client(peer.port(), ca().pem());
    EXPECT_FALSE(client.connected());
    EXPECT_EQ(client.connect_error, SSL_R_TLSV1_ALERT_PROTOCOL_VERSION);
}

TEST(RawPeerTlsTest, UntrustedPeerSeesNoApplicationByte)
{
    raw_peer peer(tls_settings(self_signed(loopback_request())));
    peer.script(raw_script().respond(raw_answer("never")));
    {
        tls_client client(peer.port(), ca().pem());
        EXPECT_FALSE(client.connected());
        EXPECT_EQ(client.connect_error, SSL_R_CERTIFICATE_VERIFY_FAILED);
    }
    ASSERT_TRUE(peer.wait_all_ended());
    EXPECT_EQ(peer.connection(0).application_in, 0U);
    EXPECT_EQ(peer.connection(0).how, raw_ending::tls_failed);
    EXPECT_EQ(peer.connection(0).alert_seen, "unknown CA");
}

TEST(RawPeerTlsTest, ForeignKeyBreaksTheHandshake)
{
    for (tls_version const version : {tls_version::v1_2, tls_version::v1_3}) {
        identity const wrong = ca().issue(loopback_request()).with_foreign_key();
        raw_peer peer(tls_settings(wrong).only(version));
        EXPECT_FALSE(tls_client(peer.port(), ca().pem()).connected());
        ASSERT_TRUE(peer.wait_all_ended());
        EXPECT_EQ(peer.connection(0).alert_seen, "decrypt error");
    }
}

TEST(RawPeerTlsTest, ChainCanBeLeftOut)
{
    identity const id = ca().intermediate("middle").issue(loopback_request());
    raw_peer peer(tls_settings{id});
    EXPECT_TRUE(tls_client(peer.port(), ca().pem()).connected());
    peer.tls(tls_settings(id).without_chain());
    EXPECT_FALSE(tls_client(peer.port(), ca().pem()).connected());
}

TEST(RawPeerTlsTest, CertificateBySni)
{
    identity const other = ca().issue(certificate_request("other.test").dns("other.test"));
    raw_peer peer(good_tls().for_name("other.test", other));
    EXPECT_TRUE(tls_client(peer.port(), ca().pem(), "other.test").connected());
    EXPECT_TRUE(tls_client(peer.port(), ca().pem(), "localhost").connected());
    EXPECT_FALSE(tls_client(peer.port(), ca().pem(), "third.test").connected());
    ASSERT_TRUE(peer.wait_all_ended());
    EXPECT_EQ(peer.connection(0).server_name, "other.test");
}

TEST(RawPeerTlsTest, ResumesUntilTheKeysChange)
{
    raw_peer peer(good_tls());
    peer.script(raw_script().forever().respond(raw_answer("pong")));
    std::unique_ptr<SSL_SESSION, ssl_free> session;
    {
        tls_client client(peer.port(), ca().pem());
        client.write(request);
        client.read_exactly(1);
        session = client.session();
    }
    tls_client again(peer.port(), ca().pem(), "localhost", session.get());
    peer.rotate_ticket_keys();
    tls_client refused(peer.port(), ca().pem(), "localhost", session.get());
    peer.tls(good_tls().without_resumption());
    tls_client off(peer.port(), ca().pem(), "localhost", session.get());
    EXPECT_TRUE(again.connected() && refused.connected() && off.connected());
    off.write(request);
    off.read_exactly(1);
    EXPECT_FALSE(peer.connection(0).session_reused);
    EXPECT_TRUE(peer.connection(1).session_reused);
    EXPECT_FALSE(peer.connection(2).session_reused);
    EXPECT_FALSE(peer.connection(3).session_reused);
}

TEST(RawPeerTlsTest, EndsWithAndWithoutCloseNotify)
{
    raw_peer peer(good_tls());
    peer.script(raw_script().send("x").half_close(tls_end::none));
    tls_client torn(peer.port(), ca().pem());
    EXPECT_EQ(torn.read_to_end(), "x");
    EXPECT_EQ(torn.end, SSL_ERROR_SSL);
    EXPECT_EQ(torn.reason, SSL_R_UNEXPECTED_EOF_WHILE_READING);

    peer.script(raw_script().send("x").close_notify().stall());
    tls_client told(peer.port(), ca().pem());
    EXPECT_EQ(told.read_to_end(), "x");
    EXPECT_EQ(told.end, SSL_ERROR_ZERO_RETURN);
    EXPECT_EQ(peer.connection(0).how, raw_ending::open);
}

TEST(RawPeerTlsTest, CutsTheHandshakeAnywhere)
{
    raw_peer peer(good_tls().without_resumption());
    peer.script(raw_script());
    {
        tls_client client(peer.port(), ca().pem());
        ASSERT_TRUE(client.connected());
    }
    ASSERT_TRUE(peer.wait_all_ended());
    std::size_t const flight = peer.connection(0).handshake_out;
    ASSERT_GT(flight, 500U);
    for (std::size_t cut = 0; cut < flight; cut += 50) {
        peer.script(raw_script().cut_handshake(cut).close(tls_end::none));
        tls_client client(peer.port(), ca().pem());
        EXPECT_FALSE(client.connected()) << cut;
        ASSERT_TRUE(peer.wait_all_ended());
        EXPECT_EQ(peer.connection(0).bytes_out, cut);
        EXPECT_EQ(peer.connection(0).handshake_out, cut);
        EXPECT_EQ(peer.connection(0).application_in, 0U);
    }
}

TEST(RawPeerTlsTest, DripsTheHandshake)
{
    raw_peer peer(good_tls());
    peer.script(raw_script().drip_handshake(100us, 8).respond("ok"));
    tls_client client(peer.port(), ca().pem());
    ASSERT_TRUE(client.connected());
    client.write(request);
    EXPECT_EQ(client.read_exactly(2), "ok");
    EXPECT_TRUE(peer.connection(0).handshake_done);
}

TEST(RawPeerTlsTest, PlainBytesOnTheTlsPort)
{
    raw_peer peer(good_tls());
    peer.script(raw_script().plain().wait_bytes(1).send("SSH-2.0-x\r\n").half_close());
    tls_client client(peer.port(), ca().pem());
    EXPECT_FALSE(client.connected());
    EXPECT_EQ(client.connect_error, SSL_R_WRONG_VERSION_NUMBER);
}

TEST(RawPeerTlsTest, BrokenRecords)
{
    raw_peer peer(good_tls());
    peer.script(raw_script().respond("fine").read_request().send_changed("bad", flip_byte(0)));
    tls_client flipped(peer.port(), ca().pem());
    flipped.write(request);
    EXPECT_EQ(flipped.read_exactly(4), "fine");
    flipped.write(request);
    EXPECT_EQ(flipped.read_some(), "");
    EXPECT_EQ(flipped.reason, SSL_R_DECRYPTION_FAILED_OR_BAD_RECORD_MAC);

    std::string const huge_record =
        std::string("\x17\x03\x03\x48\x01", 5) + std::string(20000, 'x');
    peer.script(raw_script().read_request().send_raw(huge_record));
    tls_client overlong(peer.port(), ca().pem());
    overlong.write(request);
    EXPECT_EQ(overlong.read_some(), "");
    // OpenSSL 3.2 and newer report the second reason.
    EXPECT_TRUE(
        overlong.reason == SSL_R_PACKET_LENGTH_TOO_LONG ||
        overlong.reason == SSL_R_ENCRYPTED_LENGTH_TOO_LONG
    ) << overlong.reason;

    peer.script(
        raw_script().read_request().send_changed("cut", keep_first(7)).half_close(tls_end::none)
    );
    tls_client cut(peer.port(), ca().pem());
    cut.write(request);
    EXPECT_EQ(cut.read_some(), "");
    EXPECT_EQ(cut.reason, SSL_R_UNEXPECTED_EOF_WHILE_READING);
}

TEST(RawPeerTlsTest, FatalAlertIsEncrypted)
{
    raw_peer peer(good_tls());
    peer.script(raw_script().read_request().fatal_alert());
    tls_client client(peer.port(), ca().pem());
    client.write(request);
    EXPECT_EQ(client.read_some(), "");
    EXPECT_EQ(client.end, SSL_ERROR_SSL);
    EXPECT_EQ(client.reason, SSL_R_SSLV3_ALERT_BAD_RECORD_MAC);
}

TEST(RawPeerTlsTest, ClientCertificateAlertComesAfterTheHandshake)
{
    raw_peer peer(good_tls().only(tls_version::v1_3).client_certificate(ca().pem()));
    peer.script(raw_script().respond("never"));
    tls_client client(peer.port(), ca().pem());
    EXPECT_TRUE(client.connected());
    EXPECT_EQ(client.read_some(), "");
    EXPECT_EQ(client.reason, SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED);
}

TEST(RawPeerTlsTest, NewKeysBetweenTwoAnswers)
{
    raw_peer peer(good_tls().only(tls_version::v1_3));
    peer.script(raw_script().respond("one").key_update().forever().respond("two"));
    tls_client client(peer.port(), ca().pem());
    client.write(request);
    EXPECT_EQ(client.read_exactly(3), "one");
    for (int i = 0; i < 2; ++i) {
        client.write(request);
        EXPECT_EQ(client.read_exactly(3), "two");
    }
}

TEST(RawPeerTlsTest, RenegotiationRequestReachesTheClient)
{
    raw_peer peer(good_tls().only(tls_version::v1_2));
    peer.script(raw_script().respond("one").renegotiate());
    tls_client client(peer.port(), ca().pem());
    client.write(request);
    EXPECT_EQ(client.read_exactly(3), "one");
    // This is read before the client reads, because its second handshake may arrive before the next
    // line runs.
    std::uint64_t const before = peer.connection(0).bytes_in;
    auto const more = std::async(std::launch::async, [&] { return client.read_some(); });
    // OpenSSL's client accepts: a second handshake arrives, and then it waits for data.
    EXPECT_TRUE(peer.wait([&](auto const& log) { return log[0].bytes_in > before + 100; }));
    peer.drop_all();
}

}  // namespace
}  // namespace cohub::tests
