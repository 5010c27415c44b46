#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "unit/transport/exchange_links.hpp"

namespace cohub::tests {
namespace {

INSTANTIATE_TEST_SUITE_P(All, ExchangeOverTls, testing::Values(over::tls12, over::tls13), name_of);

/// The messages that the server sends in a handshake.
std::size_t size_of_handshake(over o)
{
    exchange_link l(o);
    l.connect();
    std::size_t size = 0;
    do {
        l.pass_on();
        size += l.not_received();
        l.run();
    } while (l.now_in() != exchange_state::idle);
    return size;
}

TEST_P(ExchangeOverTls, TellsThatTheHandshakeIsCutOff)
{
    std::size_t const size = size_of_handshake(GetParam());
    ASSERT_GT(size, 500U);
    // The length of a signature differs by a few bytes.
    for (std::size_t cut = 0; cut + 8 <= size; cut += 8) {
        for (bool const fails : {false, true}) {
            exchange_link l(GetParam());
            l.connect();
            std::size_t left = cut;
            while (left != 0) {
                l.pass_on();
                l.gives = left;
                left -= std::min(left, l.not_received());
                ASSERT_TRUE(l.step());
            }
            ASSERT_EQ(l.now_in(), exchange_state::handshaking) << cut;
            l.arrives({});
            exchange_event const end{
                .what = fails ? event_kind::receive_failed : event_kind::ended,
                .ec = fails ? error_code(error::connection_reset) : error_code()};
            l.on(end);
            ASSERT_EQ(broken(l).code, errc::connection_lost) << cut;
            ASSERT_EQ(broken(l).at, stage::handshaking);
            ASSERT_EQ(broken(l).cause, end.ec);
            ASSERT_EQ(broken(l).detail, "the server ended the connection inside the TLS handshake");
        }
    }
}

TEST(ExchangeTls, TellsOfAnAlert)
{
    server_tls_options o;
    o.max_version = TLS1_2_VERSION;
    tls_options wants;
    wants.min_version = tls::version::v1_3;
    wants.ca_pem = trusted_identity().pem;
    exchange_link l(over::tls13, o, client_tls(wants));
    l.connect();
    l.run_both();
    EXPECT_EQ(broken(l).code, errc::tls_failed);
    EXPECT_EQ(broken(l).at, stage::handshaking);
    EXPECT_EQ(broken(l).detail, "tlsv1 alert protocol version");
}

TEST(ExchangeTls, TellsTheServerThatItIsNotTrusted)
{
    tls_identity const stranger;
    server_tls_options o;
    o.identity = &stranger;
    exchange_link l(over::tls13, o);
    l.connect();
    l.run_both();
    EXPECT_EQ(broken(l).code, errc::tls_untrusted);
    EXPECT_EQ(
        broken(l).detail,
        "self-signed certificate; no trusted issuer has signed it; if the server is yours, name "
        "its "
        "issuer, or its own certificate, in tls.ca_file"
    );
    EXPECT_NE(l.server->error().find("alert"), std::string::npos) << l.server->error();
}

TEST(ExchangeTls, TrustsNoCertificateOfAnotherHost)
{
    tls_identity const other("DNS:example.com");
    server_tls_options o;
    o.identity = &other;
    tls_options trusts;
    trusts.ca_pem = other.pem;
    for (char const* const url : {"https://127.0.0.1", "https://localhost"}) {
        exchange_link l(over::tls13, o, client_tls(trusts, url));
        l.connect();
        l.run_both();
        EXPECT_EQ(broken(l).code, errc::tls_untrusted);
        EXPECT_NE(broken(l).detail.find("mismatch"), std::string::npos) << broken(l).detail;
    }
    exchange_link l(over::tls13, o, client_tls(trusts, "https://example.com"));
    l.connect();
    l.run_both();
    EXPECT_EQ(l.told, told{action_kind::ready});
}

TEST(ExchangeTls, TrustsNoCertificateThatHasExpired)
{
    tls_identity const old("IP:127.0.0.1", -86'400);
    server_tls_options o;
    o.identity = &old;
    tls_options trusts;
    trusts.ca_pem = old.pem;
    exchange_link l(over::tls13, o, client_tls(trusts));
    l.connect();
    l.run_both();
    EXPECT_EQ(broken(l).code, errc::tls_untrusted);
    EXPECT_NE(broken(l).detail.find("expired"), std::string::npos) << broken(l).detail;
}

TEST(ExchangeTls, AsksWhetherThePortSpeaksTls)
{
    for (std::string_view const words :
         {"HTTP/1.1 400 Bad Request\r\n\r\n", "SSH-2.0-OpenSSH_9.2p1\r\n", "220 smtp ready\r\n"}) {
        exchange_link l(over::tls13);
        l.connect();
        l.arrives(words);
        l.run();
        EXPECT_EQ(broken(l).code, errc::tls_failed);
        EXPECT_TRUE(broken(l).detail.ends_with("; does this port speak TLS at all?"))
            << broken(l).detail;
    }
}

TEST(ExchangeTls, TellsThatARecordIsDamaged)
{
    reading_link l(over::tls13);
    l.says_damaged(ok("hello"));
    l.run();
    EXPECT_EQ(broken(l).code, errc::tls_failed);
    EXPECT_EQ(broken(l).detail, "decryption failed or bad record mac");
    EXPECT_EQ(broken(l).at, stage::reading_head);
}

TEST_P(ExchangeOverTls, TakesNoEndWithoutAGoodbyeForTheEndOfAnAnswer)
{
    reading_link l(GetParam());
    l.says("HTTP/1.1 200 OK\r\n\r\nall of it?");
    l.ends = true;
    l.run();
    EXPECT_EQ(broken(l).code, errc::truncated);
}

TEST_P(ExchangeOverTls, IsReadyWithNothingPendingIfTheHandshakesLastWordsWereHardToSend)
{
    exchange_link l(GetParam());
    l.connect();
    l.pass_on();
    l.room = 10;
    l.run();
    ASSERT_EQ(l.now_in(), exchange_state::handshaking);
    ASSERT_TRUE(l.wants_writable);
    while (l.now_in() == exchange_state::handshaking) {
        l.room = 10;
        l.pass_on();
        ASSERT_TRUE(l.step());
    }
    EXPECT_EQ(l.now_in(), exchange_state::idle);
    EXPECT_FALSE(l.is_reading());
    l.room = exchange_driver::all;
    l.exchange_once(a_request, ok("1"));
}

TEST_P(ExchangeOverTls, SaysNoGoodbyeBeforeTheHandshakeIsDone)
{
    exchange_link l(GetParam());
    l.connect();
    l.out.clear();
    l.close(true);
    EXPECT_EQ(l.out, "");
    EXPECT_EQ(l.told, told{action_kind::close});
}

// ---- B8 ----------------------------------------------------------------------------------------

/// A TLS 1.2 server that sends an answer together with the end of the handshake.
std::string finished_and(std::string_view text, exchange_link& l)
{
    l.connect();
    l.pass_on();
    l.run();
    l.server->receive(std::exchange(l.out, {}));
    EXPECT_TRUE(l.server->is_shaken());
    l.server->send(text);
    return l.server->take_output();
}

TEST(ExchangeTls, B8RefusesDataThatComeWithTheEndOfTheHandshake)
{
    exchange_link l(over::tls12);
    l.arrives(finished_and(ok("of nobody"), l));
    l.run();
    EXPECT_EQ(broken(l).code, errc::protocol_error);
    EXPECT_EQ(broken(l).detail, "the server spoke before it was asked");
    EXPECT_EQ(broken(l).at, stage::handshaking);
    EXPECT_EQ(l.told, told{action_kind::broken});
}

TEST(ExchangeTls, B8RefusesThemWhereverTheyAreCut)
{
    exchange_link measured(over::tls12);
    std::string const whole = finished_and(ok("of nobody"), measured);
    std::size_t const size = whole.size();
    std::size_t const data = size - tls_records(whole).back().size();
    std::size_t ready = 0;
    for (std::size_t cut = 1; cut != size; ++cut) {
        // Between two records the client cannot know that more was sent.
        if (cut == data) continue;
        exchange_link l(over::tls12);
        std::string const bytes = finished_and(ok("of nobody"), l);
        ASSERT_EQ(bytes.size(), size);
        l.arrives(bytes.substr(0, cut));
        l.run();
        if (l.now_in() == exchange_state::idle) {
            ++ready;
            l.send(a_request);
            ASSERT_EQ(l.now_in(), exchange_state::looking) << cut;
        }
        // Only the handshake was sent so far. The rest of the bytes breaks the connection.
        l.arrives(bytes.substr(cut));
        l.run();
        ASSERT_EQ(broken(l).code, errc::protocol_error) << cut;
        ASSERT_FALSE(l.x->request_sent()) << cut;
    }
    EXPECT_EQ(ready, size - data - 1);
}

// ---- sessions ----------------------------------------------------------------------------------

/// Connections of one client to one server.
struct session_test
{
    over how;
    std::shared_ptr<server_tls> shared;
    boost::intrusive_ptr<tls_context> context = client_tls();

    explicit session_test(over o) : how(o), shared(std::make_shared<server_tls>(server_options(o)))
    {
    }
    std::unique_ptr<exchange_link> link()
    {
        return std::make_unique<exchange_link>(how, shared, context);
    }
    /// Gets a session from the server.
    void learn()
    {
        auto const l = link();
        l->stand();
        l->exchange_once(a_request, ok("1"));
        EXPECT_FALSE(l->x->session_reused());
    }
    bool resumes()
    {
        auto const l = link();
        l->stand();
        return l->x->session_reused();
    }
};

TEST_P(ExchangeOverTls, ResumesASession)
{
    session_test s(GetParam());
    s.learn();
    EXPECT_TRUE(s.resumes());
}

TEST_P(ExchangeOverTls, ForgetsSessionsAfterAHandshakeThatTookTooLong)
{
    session_test s(GetParam());
    s.learn();
    auto const l = s.link();
    l->connect();
    l->on({.what = event_kind::time_over});
    EXPECT_EQ(broken(*l).code, errc::timeout);
    EXPECT_FALSE(s.resumes());
}

TEST_P(ExchangeOverTls, ForgetsSessionsAfterAHandshakeThatFailed)
{
    session_test s(GetParam());
    s.learn();
    auto const l = s.link();
    l->connect();
    l->ends = true;
    l->run();
    EXPECT_EQ(broken(*l).code, errc::connection_lost);
    EXPECT_FALSE(s.resumes());
}

TEST_P(ExchangeOverTls, ForgetsSessionsIfOneWasTakenInVain)
{
    session_test s(GetParam());
    s.learn();
    auto const l = s.link();
    l->stand();
    ASSERT_TRUE(l->x->session_reused());
    l->send(a_request);
    l->ends = true;
    l->run();
    EXPECT_EQ(broken(*l).code, errc::connection_lost);
    EXPECT_FALSE(s.resumes());
}

TEST_P(ExchangeOverTls, KeepsSessionsIfTheServerEndsAUsedConnection)
{
    session_test s(GetParam());
    s.learn();
    auto const l = s.link();
    l->stand();
    l->exchange_once(a_request, ok("1"));
    l->send(a_request);
    l->ends = true;
    l->run();
    EXPECT_EQ(broken(*l).code, errc::connection_lost);
    EXPECT_TRUE(s.resumes());
}

}  // namespace
}  // namespace cohub::tests
