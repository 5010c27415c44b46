#include <openssl/bio.h>
#include <openssl/crypto.h>

#include "harness.hpp"

namespace cohub::faults {
namespace {

using FaultTls = fault_test;
using fake::certificate_request;
using fake::identity;
using fake::tls_version;
using again = fault::again;

constexpr std::chrono::seconds day{24 * 60 * 60};

/// A call to a peer with an invalid certificate is refused at once, and no byte of HTTP is sent.
void expect_untrusted(tls_settings const& settings, std::string const& host = "localhost")
{
    raw_peer peer(settings);
    for (kind const k : {kind::safe, kind::once}) {
        peer.script(healthy());
        subject s(options_for(peer.url(host)));
        call_ptr const c = s.run(k);
        s.expect_sound(c);
        expect_failed(c, errc::tls_untrusted, stage::handshaking);
        ASSERT_TRUE(c->why);
        EXPECT_FALSE(c->why->maybe_sent);
        EXPECT_FALSE(c->why->detail.empty());
        ASSERT_TRUE(peer.wait_all_ended());
        EXPECT_EQ(peer.accepted(), 1U) << "tried again";
        EXPECT_EQ(peer.connection(0).application_in, 0U) << "I9";
    }
}

void expect_trusted(tls_settings const& settings, std::string const& host = "localhost")
{
    raw_peer peer(settings);
    peer.script(healthy());
    subject s(options_for(peer.url(host)));
    s.expect_healthy();
    s.expect_healthy();
    EXPECT_EQ(peer.accepted(), 1U);
}

certificate_request loopback() { return fake::loopback_request(); }

TEST_F(FaultTls, TLS_01_OutsideItsDates)
{
    expect_untrusted(tls_settings(ca().issue(loopback().not_before(-2 * day).not_after(-day))));
    expect_untrusted(tls_settings(ca().issue(loopback().not_before(day).not_after(2 * day))));
    covers("TLS-01", 2);
    covers("SEC-03", 4);
}

TEST_F(FaultTls, TLS_02_ForAnotherName)
{
    expect_untrusted(tls_settings(ca().issue(certificate_request("localhost").dns("other.test"))));
    expect_untrusted(
        tls_settings(ca().issue(certificate_request("127.0.0.1").dns("127.0.0.1").ip("127.0.0.2"))),
        "127.0.0.1"
    );
    covers("TLS-02", 2);
    covers("SEC-03", 4);
}

TEST_F(FaultTls, TLS_03_VouchedForByNobody)
{
    expect_untrusted(tls_settings(fake::self_signed(loopback())));
    expect_untrusted(tls_settings(fake::authority("somebody else").issue(loopback())));
    identity const deep = ca().intermediate("in between").issue(loopback());
    expect_untrusted(tls_settings(deep).without_chain());
    expect_trusted(tls_settings(deep));
    covers("TLS-03", 3);
    covers("SEC-03", 6);
}

// D7: a certificate that is named as trusted is trusted, even without a root above it.
TEST_F(FaultTls, TLS_20_IntermediateOrLeafIsTrustedByName)
{
    auto const between = ca().intermediate("in between");
    identity const leaf = between.issue(loopback());
    for (std::string const& trusted : {between.pem(), leaf.certificate_pem}) {
        raw_peer peer(tls_settings(leaf).without_chain());
        peer.script(healthy());
        options o = options_for(peer.url("localhost"));
        o.tls.ca_pem = trusted;
        subject s(std::move(o));
        s.expect_healthy();
        // Other certificates are not trusted.
        options other = options_for(peer.url("127.0.0.1"));
        other.tls.ca_pem = fake::self_signed(certificate_request("x")).certificate_pem;
        subject stranger(std::move(other));
        expect_failed(stranger.run(kind::safe), {errc::tls_untrusted});
    }
    covers("TLS-20", 2);
}

TEST_F(FaultTls, TLS_03_RightCertificateWrongKey)
{
    for (tls_version const version : {tls_version::v1_2, tls_version::v1_3}) {
        raw_peer peer(tls_settings(ca().issue(loopback()).with_foreign_key()).only(version));
        subject s(peer);
        call_ptr const c = s.run(kind::safe);
        s.expect_sound(c);
        expect_failed(c, {errc::tls_untrusted});
        ASSERT_TRUE(peer.wait_all_ended());
        EXPECT_EQ(peer.accepted(), 1U);
        EXPECT_EQ(peer.connection(0).application_in, 0U);
    }
    covers("TLS-03", 1);
    covers("SEC-03", 2);
}

void expect_no_handshake(raw_peer& peer)
{
    subject s(peer);
    for (kind const k : {kind::safe, kind::once}) {
        std::size_t const before = peer.accepted();
        call_ptr const c = s.run(k);
        s.expect_sound(c);
        expect_failed(c, errc::tls_failed, stage::handshaking);
        EXPECT_EQ(peer.accepted(), before + 1) << "tried again";
        ASSERT_TRUE(c->why);
        EXPECT_FALSE(c->why->maybe_sent);
        EXPECT_FALSE(c->why->detail.empty());
    }
}

TEST_F(FaultTls, TLS_04_OldVersions)
{
    for (tls_version const version : {tls_version::v1_0, tls_version::v1_1}) {
        raw_peer peer(good_tls().only(version).security_level(0));
        expect_no_handshake(peer);
    }
    covers("TLS-04", 2);
}

TEST_F(FaultTls, TLS_05_NoCommonGround)
{
    // CBC suites with a static RSA key exchange. An ECDSA certificate cannot be used with them.
    raw_peer ciphers(good_tls().only(tls_version::v1_2).ciphers("AES128-SHA"));
    expect_no_handshake(ciphers);
    raw_peer alert(good_tls());
    alert.script(raw_script()
                     .plain()
                     .wait_bytes(1)
                     .send(std::string("\x15\x03\x03\x00\x02\x02\x28", 7))
                     .half_close(tls_end::none));
    expect_no_handshake(alert);
    covers("TLS-05", 2);
}

/// Cuts the server's side of the handshake at every `step`th byte.
void cut_handshakes(tls_settings const& settings, std::size_t step, case_counter& cases)
{
    raw_peer peer(settings);
    peer.script(healthy());
    {
        subject s(peer);
        s.expect_healthy();
    }
    ASSERT_TRUE(peer.wait_all_ended());
    // The length of an ECDSA signature differs by a few bytes from handshake to handshake.
    std::size_t const flight = peer.connection(0).handshake_out - 8;
    subject s(peer);
    for (std::size_t cut = 0; cut < flight && !::testing::Test::HasFailure(); cut += step)
        for (bool const reset : {false, true}) {
            SCOPED_TRACE("cut at byte " + std::to_string(cut) + (reset ? ", RST" : ", FIN"));
            raw_script bad;
            bad.cut_handshake(cut).mark("cut");
            if (reset)
                bad.reset();
            else
                bad.half_close(tls_end::none);
            peer.script(bad);
            call_ptr const c = s.run(kind::once, call_options().retries(0));
            s.expect_sound(c);
            expect_failed(c, {errc::tls_failed, errc::connection_lost});
            ASSERT_TRUE(c->why);
            EXPECT_FALSE(c->why->maybe_sent);
            ASSERT_TRUE(peer.wait_all_ended());
            EXPECT_EQ(peer.connection(0).application_in, 0U) << "I9";
            // After a broken handshake, the next one may succeed, because nothing was sent.
            peer.scripts({bad}, healthy_once_then_close());
            call_ptr const next = s.run(kind::once);
            s.expect_sound(next);
            expect_ok(next);
            EXPECT_EQ(peer.accepted(), 2U);
            ++cases;
        }
}

TEST_F(FaultTls, TLS_06_HandshakeCutAtEveryOffset)
{
    case_counter cases("TLS-06");
    cut_handshakes(good_tls().without_resumption().only(tls_version::v1_3), 6, cases);
    cut_handshakes(good_tls().without_resumption().only(tls_version::v1_2), 6, cases);
}

TEST_F(FaultTls, TLS_07_HandshakeStallsOrDrips)
{
    raw_peer peer(good_tls());
    options o = with_manual_clock(options_for(peer));
    o.timeouts.handshake = 4s;
    for (int const attempts : {1, 3}) {
        peer.script(raw_script().cut_handshake(300).stall());
        subject s(o);
        call_ptr const c = s.start(kind::once, call_options().timeout(attempts == 1 ? 3s : 60s));
        ASSERT_TRUE(s.finish_by_clock(c, 20s));
        expect_failed(c, errc::timeout, stage::handshaking);
        ASSERT_TRUE(c->why);
        EXPECT_EQ(c->why->attempts, attempts);
        s.expect_sound(c);
    }
    peer.script(raw_script().drip_handshake(100us).forever().respond(echo));
    options slow = options_for(peer);
    slow.timeouts.handshake = *slow.timeouts.call;
    subject s(slow);
    s.expect_healthy();
    s.expect_healthy();
    EXPECT_EQ(peer.accepted(), 1U);
    covers("TLS-07", 2);
}

TEST_F(FaultTls, TLS_08_NoTlsOnThePort)
{
    for (std::string const& answer :
         {raw_answer("The plain HTTP request was sent to HTTPS port")
              .status(400, "Bad Request")
              .str(),
          std::string("\x8f\x01\xd3\x77\x00\x13\xee\x42\x90\x0a\xbc\x55", 12) +
              std::string(64, '\xa5'),
          std::string("SSH-2.0-OpenSSH_9.2\r\n")}) {
        tls_peer().script(raw_script().plain().wait_bytes(1).send(answer));
        expect_no_handshake(tls_peer());
    }
    covers("TLS-08", 3);
}

TEST_F(FaultTls, TLS_09_ClientCertificateDemanded)
{
    raw_peer peer(good_tls().only(tls_version::v1_3).client_certificate(ca().pem()));
    peer.script(healthy());
    for (kind const k : {kind::safe, kind::once}) {
        subject s(peer);
        call_ptr const c = s.run(k);
        s.expect_sound(c);
        expect_failed(c, {errc::tls_failed});
    }
    covers("TLS-09", 1);
}

TEST_F(FaultTls, TLS_10_NoCloseNotifyAfterTheAnswer)
{
    for (char const* const form : {"length", "chunked"}) {
        fault f(form, [form](std::string const& id) {
            raw_answer answer(body_for(id));
            if (form == std::string_view("chunked")) answer.chunked(4);
            return raw_script().respond(answer).close(tls_end::none);
        });
        f.play(tls_peer());
    }
    fault nothing("204", [](std::string const&) {
        return raw_script().respond("HTTP/1.1 204 No Content\r\n\r\n").close(tls_end::none);
    });
    nothing.fails({errc::http_status, errc::bad_json}).play(tls_peer());
    covers("TLS-10", 3);
}

TEST_F(FaultTls, TLS_11_NoCloseNotifyInABodyThatEndsAtClose)
{
    for (bool const reset : {false, true}) {
        fault f(reset ? "RST" : "FIN", [reset](std::string const& id) {
            raw_script s;
            s.respond(raw_answer(body_for(id)).until_close());
            return reset ? s.reset() : s.close(tls_end::none);
        });
        f.fails({errc::truncated, errc::connection_lost}).repeats(again::safe_only);
        if (!reset) f.fails(errc::truncated);
        f.play(tls_peer());
    }
    covers("TLS-11", 2);
}

TEST_F(FaultTls, TLS_12_CloseNotify)
{
    fault after("right after the answer", [](std::string const& id) {
        return raw_script().respond(raw_answer(body_for(id))).close_notify();
    });
    after.play(tls_peer());
    fault inside("inside the body", [](std::string const& id) {
        std::string const all = raw_answer(body_for(id));
        return raw_script().respond(all.substr(0, all.size() - 3)).close_notify();
    });
    inside.fails(errc::truncated).repeats(again::safe_only).play(tls_peer());
    covers("TLS-12", 2);
}

TEST_F(FaultTls, TLS_13_OurCloseNotifyIsNeverAnswered)
{
    // The raw peer never answers a close_notify, and it does not close the connection.
    tls_peer().script(raw_script().respond([](raw_request const& r) {
        return raw_answer(body_for(id_in(r))).header("Connection", "close").str();
    }));
    options o = options_for(tls_peer());
    o.pool.max_connections = 1;
    subject s(o);
    call_ptr const one = s.run(kind::once);
    expect_ok(one);
    call_ptr const two = s.run(kind::once);
    expect_ok(two);
    EXPECT_TRUE(tls_peer().wait_ended(0));
    EXPECT_TRUE(tls_peer().wait_ended(1));
    s.expect_sound(two);
    covers("TLS-13", 1);
}

TEST_F(FaultTls, TLS_14_KeyUpdate)
{
    raw_peer peer(good_tls().only(tls_version::v1_3));
    fault inside("in mid-body", [](std::string const& id) {
        std::string const all = raw_answer(body_for(id));
        return raw_script()
            .respond(all.substr(0, all.size() - 5))
            .key_update()
            .send(all.substr(all.size() - 5));
    });
    inside.keeps().play(peer);

    peer.script(raw_script().respond(echo).key_update().mark("updated").forever().respond(echo));
    subject s(peer);
    s.expect_healthy();
    ASSERT_TRUE(peer.wait_mark("updated"));
    s.drain();
    s.expect_healthy();
    s.expect_healthy();
    EXPECT_EQ(peer.accepted(), 1U);
    covers("TLS-14", 2);
}

TEST_F(FaultTls, TLS_15_Renegotiation)
{
    raw_peer peer(good_tls().only(tls_version::v1_2));
    std::string const id = subject::next_id();
    std::string const all = raw_answer(body_for(id));
    peer.scripts(
        {raw_script().respond(all.substr(0, 10)).renegotiate().send(all.substr(10))}, healthy()
    );
    subject s(peer);
    call_ptr const c = s.run_as(id, kind::once);
    s.expect_sound(c);
    if (!c->ok()) expect_failed(c, {errc::tls_failed});
    // The peer ends the connection because of the refusal. The next call has to see that.
    ASSERT_TRUE(peer.wait([](auto const& log) { return !log[0].detail.empty(); }));
    s.expect_healthy();
    EXPECT_EQ(peer.accepted(), 2U);
    covers("TLS-15", 1);
}

TEST_F(FaultTls, TLS_16_TicketRefused)
{
    options const o = [] {
        options each_call_connects = options_for(tls_peer());
        each_call_connects.pool.max_idle = 0;
        return each_call_connects;
    }();

    // Keys rotated.
    raw_peer peer(good_tls());
    peer.script(healthy());
    options here = o;
    here.host = peer.url();
    subject s(here);
    s.expect_healthy();
    s.expect_healthy();
    peer.rotate_ticket_keys();
    s.expect_healthy();
    s.expect_healthy();
    ASSERT_TRUE(peer.wait_all_ended());
    EXPECT_FALSE(peer.connection(0).session_reused);
    EXPECT_TRUE(peer.connection(1).session_reused);
    EXPECT_FALSE(peer.connection(2).session_reused);
    EXPECT_TRUE(peer.connection(3).session_reused);

    // Resumption is turned off, first at the peer and then at the client.
    peer.tls(good_tls().without_resumption());
    peer.script(healthy());
    s.expect_healthy();
    s.expect_healthy();
    ASSERT_TRUE(peer.wait_all_ended());
    EXPECT_FALSE(peer.connection(0).session_reused);
    EXPECT_FALSE(peer.connection(1).session_reused);
    peer.tls(good_tls());
    peer.script(healthy());
    here.tls.resume_sessions = false;
    subject t(here);
    t.expect_healthy();
    t.expect_healthy();
    ASSERT_TRUE(peer.wait_all_ended());
    EXPECT_FALSE(peer.connection(1).session_reused);

    // A ticket does not replace the verification of a certificate that has changed in the meantime.
    peer.script(healthy());
    s.expect_healthy();
    peer.tls(tls_settings(fake::self_signed(loopback())));
    call_ptr const c = s.run(kind::once);
    s.expect_sound(c);
    expect_failed(c, errc::tls_untrusted, stage::handshaking);
    covers("TLS-16", 3);
}

TEST_F(FaultTls, TLS_16_TicketThatThePeerChokesOn)
{
    for (tls_version const version : {tls_version::v1_2, tls_version::v1_3}) {
        raw_peer peer(good_tls().only(version).alert_on_resumption());
        peer.script(healthy());
        options each_call_connects = options_for(peer.url());
        each_call_connects.pool.max_idle = 0;
        subject s(each_call_connects);
        s.expect_healthy();
        call_ptr const c = s.run(kind::safe);
        s.expect_sound(c);
        expect_failed(c, errc::tls_failed, stage::handshaking);
        s.expect_healthy();  // with a full handshake: such a peer is not offered a session again
    }
}

TEST_F(FaultTls, TLS_16_SessionTakenInVain)
{
    // The session is resumed, and then nothing is answered. The next handshake is a full one.
    raw_peer peer(good_tls().only(tls_version::v1_2));
    peer.script(healthy());
    options each_call_connects = options_for(peer.url());
    each_call_connects.pool.max_idle = 0;
    each_call_connects.retry.max_attempts = 1;
    subject s(each_call_connects);
    s.expect_healthy();
    ASSERT_TRUE(peer.wait_all_ended());
    peer.script(raw_script().read_request().close(fake::tls_end::none));
    call_ptr const c = s.run(kind::safe);
    s.expect_sound(c);
    expect_failed(c, {errc::connection_lost});
    ASSERT_TRUE(peer.wait_all_ended());
    EXPECT_TRUE(peer.connection(0).session_reused);
    peer.script(healthy());
    s.expect_healthy();
    ASSERT_TRUE(peer.wait_all_ended());
    EXPECT_FALSE(peer.connection(0).session_reused);
}

TEST_F(FaultTls, TLS_16_SessionThatMeetsSilence)
{
    // A session is offered and the handshake never ends. The next handshake is a full one, no
    // matter whether the timeout of the handshake or that of the call has expired.
    for (auto const limit : {1s, 60s}) {
        raw_peer peer(good_tls().only(tls_version::v1_2));
        peer.script(healthy());
        options each_call_connects = with_manual_clock(options_for(peer));
        each_call_connects.pool.max_idle = 0;
        each_call_connects.retry.max_attempts = 1;
        each_call_connects.timeouts.handshake = limit;
        subject s(each_call_connects);
        s.expect_healthy();
        ASSERT_TRUE(peer.wait_all_ended());
        peer.script(raw_script().cut_handshake(0).stall());
        call_ptr const c = s.start(kind::safe);
        ASSERT_TRUE(s.finish_by_clock(c, 60s));
        expect_failed(c, errc::timeout, stage::handshaking);
        s.expect_sound(c);
        ASSERT_TRUE(peer.wait_accepted(1));
        ASSERT_TRUE(peer.wait_all_ended());
        EXPECT_TRUE(peer.connection(0).session_reused);
        peer.script(healthy());
        s.expect_healthy();
        ASSERT_TRUE(peer.wait_all_ended());
        EXPECT_FALSE(peer.connection(0).session_reused);
    }
}

TEST_F(FaultTls, TLS_17_ServerName)
{
    identity const wrong = ca().issue(certificate_request("other.test").dns("other.test"));
    raw_peer by_name(tls_settings(wrong).for_name("localhost", ca().issue(loopback())));
    by_name.script(healthy());
    {
        subject s(by_name);
        s.expect_healthy();
        s.expect_healthy();
    }
    ASSERT_TRUE(by_name.wait_all_ended());
    EXPECT_EQ(by_name.connection(0).server_name, "localhost");
    EXPECT_EQ(by_name.accepted(), 1U);

    tls_peer().script(healthy());
    {
        subject s(options_for(tls_peer().url("127.0.0.1")));
        s.expect_healthy();
        s.expect_healthy();
    }
    ASSERT_TRUE(tls_peer().wait_all_ended());
    EXPECT_EQ(tls_peer().connection(0).server_name, "");
    EXPECT_EQ(tls_peer().accepted(), 1U);
    covers("TLS-17", 2);
}

TEST_F(FaultTls, TLS_18_DamagedRecord)
{
    fault flipped("flipped byte", [](std::string const& id) {
        return raw_script().read_request().send_changed(
            raw_answer(body_for(id)), fake::flip_byte(0)
        );
    });
    flipped.fails(errc::tls_failed).repeats(again::safe_only).play(tls_peer());
    fault overlong("record over the limit", [](std::string const&) {
        return raw_script().read_request().send_raw(
            std::string("\x17\x03\x03\x48\x01", 5) + std::string(0x4801, 'x')
        );
    });
    overlong.fails(errc::tls_failed).repeats(again::safe_only).play(tls_peer());
    covers("TLS-18", 2);
}

TEST_F(FaultTls, TLS_19_VersionsAndKeys)
{
    identity const rsa = ca().issue(loopback().rsa());
    identity const ecdsa = ca().issue(loopback());
    for (tls_version const version : {tls_version::v1_2, tls_version::v1_3})
        for (identity const* who : {&rsa, &ecdsa}) expect_trusted(tls_settings(*who).only(version));
    covers("TLS-19", 4);
}

// Report D13.
TEST_F(FaultTls, TLS_21_RenegotiationBehindHalfARequest)
{
    raw_peer peer(
        fake::raw_peer_options().tls(good_tls().only(tls_version::v1_2)).receive_buffer(4096)
    );
    std::string const id = subject::next_id();
    std::string const large(12 << 20, 'x');
    // The bytes that do not fit into the socket's buffers are still unsent when the client is
    // asked.
    peer.scripts(
        {raw_script()
             .wait_bytes(1)
             .stop_reading()
             .renegotiate()
             .mark("asked")
             .wait_for_release("go on")
             .start_reading()
             .respond(echo)},
        healthy()
    );
    options o = options_for(peer);
    o.limits.max_request = 2 * large.size();
    subject s(o);
    call_ptr const c = s.start_as(id, kind::once, {}, large);
    ASSERT_TRUE(s.run_until([&] { return c->done() || peer.wait_mark("asked", 0ms); }));
    s.rest();
    EXPECT_FALSE(c->done()) << (c->why ? c->why->message() : "answered");
    peer.release("go on");
    ASSERT_TRUE(s.finish(c));
    s.expect_sound(c);
    if (!c->ok()) expect_failed(c, {errc::tls_failed});
    s.expect_healthy();
    std::size_t sent = 0;
    for (raw_request const& r : peer.requests()) sent += id_in(r) == id ? 1 : 0;
    EXPECT_LE(sent, 1U);
    covers("TLS-21", 1);
}

}  // namespace
}  // namespace cohub::faults
