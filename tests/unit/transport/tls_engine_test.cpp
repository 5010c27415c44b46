#include <cohub/transport/detail/tls_engine.hpp>

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>

#include "memory_tls.hpp"

namespace cohub::transport::detail {
namespace {

using namespace cohub::tests;
using status = tls_engine::status;

/// A client's end and a server's end, which pass whole flights to each other.
struct two_ends
{
    boost::intrusive_ptr<tls_context> context;
    std::string output;
    tls_engine client;
    tls_server_end server;
    std::string in_client;  // the bytes that the client reads in place

    explicit two_ends(server_tls const& shared) : two_ends(shared, client_tls()) {}
    two_ends(server_tls const& shared, boost::intrusive_ptr<tls_context> c)
        : context(std::move(c)), client(context->make_client(), output), server(shared)
    {
    }

    void give_output()
    {
        server.receive(output);
        output.clear();
    }
    void feed(std::string bytes)
    {
        in_client = std::move(bytes);
        client.feed(in_client.data(), in_client.size());
    }
    void feed_output_of_server() { feed(server.take_output()); }

    status shake_hands()
    {
        status s = client.handshake();
        for (int flights = 0; s == status::want_input && flights != 4; ++flights) {
            give_output();
            feed_output_of_server();
            s = client.handshake();
        }
        give_output();
        return s;
    }
    /// Reads everything that is there.
    std::string read_all(status& last)
    {
        std::string text;
        char part[512];
        std::size_t n = 0;
        while ((last = client.read(part, sizeof part, n)) == status::done) text.append(part, n);
        return text;
    }
    void read_tickets()
    {
        feed_output_of_server();
        status last{};
        EXPECT_EQ(read_all(last), "");
        EXPECT_EQ(last, status::want_input);
    }
};

server_tls_options of_version(int v)
{
    server_tls_options o;
    o.min_version = o.max_version = v;
    return o;
}

class TlsEngineOfVersion : public testing::TestWithParam<int>
{
};

TEST_P(TlsEngineOfVersion, ShakesHandsAndCarriesTextBothWays)
{
    server_tls const shared(of_version(GetParam()));
    two_ends e(shared);
    ASSERT_EQ(e.shake_hands(), status::done);
    EXPECT_TRUE(e.server.is_shaken());
    EXPECT_FALSE(e.client.session_reused());

    EXPECT_EQ(e.client.write("a question"), status::done);
    e.give_output();
    EXPECT_EQ(e.server.text(), "a question");

    e.server.send("an answer");
    e.feed_output_of_server();
    status last{};
    EXPECT_EQ(e.read_all(last), "an answer");
    EXPECT_EQ(last, status::want_input);
    EXPECT_EQ(e.client.input_left(), 0U);
}

TEST_P(TlsEngineOfVersion, ShakesHandsByteByByte)
{
    server_tls const shared(of_version(GetParam()));
    two_ends e(shared);
    status s = e.client.handshake();
    while (s == status::want_input) {
        e.give_output();
        std::string const flight = e.server.take_output();
        ASSERT_FALSE(flight.empty());
        for (char const& c : flight) {
            ASSERT_EQ(s, status::want_input);
            e.client.feed(&c, 1);
            s = e.client.handshake();
            EXPECT_EQ(e.client.input_left(), 0U);
        }
    }
    EXPECT_EQ(s, status::done);
    e.give_output();
    EXPECT_TRUE(e.server.is_shaken());
}

TEST_P(TlsEngineOfVersion, ResumesASession)
{
    server_tls const shared(of_version(GetParam()));
    auto const context = client_tls();
    two_ends first(shared, context);
    ASSERT_EQ(first.shake_hands(), status::done);
    first.read_tickets();

    two_ends second(shared, context);
    ASSERT_EQ(second.shake_hands(), status::done);
    EXPECT_TRUE(second.client.session_reused());
    EXPECT_TRUE(second.server.is_resumed());

    context->forget_sessions();
    two_ends third(shared, context);
    ASSERT_EQ(third.shake_hands(), status::done);
    EXPECT_FALSE(third.client.session_reused());
}

INSTANTIATE_TEST_SUITE_P(
    All,
    TlsEngineOfVersion,
    testing::Values(TLS1_2_VERSION, TLS1_3_VERSION),
    [](auto const& version) { return version.param == TLS1_2_VERSION ? "Tls12" : "Tls13"; }
);

TEST(TlsEngine, ResumesNothingIfNotAskedTo)
{
    server_tls const shared;
    tls_options o;
    o.resume_sessions = false;
    auto const context = client_tls(o);
    for (int i = 0; i != 2; ++i) {
        two_ends e(shared, context);
        ASSERT_EQ(e.shake_hands(), status::done);
        e.read_tickets();
        EXPECT_FALSE(e.client.session_reused());
    }
}

TEST(TlsEngine, AppendsItsOutput)
{
    server_tls const shared;
    two_ends e(shared);
    ASSERT_EQ(e.shake_hands(), status::done);
    ASSERT_EQ(e.client.write("one "), status::done);
    std::string const first = e.output;
    ASSERT_EQ(e.client.write("two"), status::done);
    EXPECT_TRUE(e.output.starts_with(first));
    EXPECT_GT(e.output.size(), first.size());
    e.give_output();
    EXPECT_EQ(e.server.text(), "one two");
}

TEST(TlsEngine, WritesAllOfALongText)
{
    server_tls const shared;
    two_ends e(shared);
    ASSERT_EQ(e.shake_hands(), status::done);
    std::string const text(1'000'000, 'q');
    ASSERT_EQ(e.client.write(text), status::done);
    EXPECT_GT(e.output.size(), text.size());
    for (auto const& record : tls_records(e.output)) ASSERT_LE(record.size(), 2048U + 256U + 5U);
    e.give_output();
    EXPECT_EQ(e.server.text(), text);
}

TEST(TlsEngine, WritesNothingOfAnEmptyText)
{
    server_tls const shared;
    two_ends e(shared);
    ASSERT_EQ(e.shake_hands(), status::done);
    EXPECT_EQ(e.client.write(""), status::done);
    EXPECT_EQ(e.output, "");
}

/// The server's session ticket comes in several records. After the first of them, OpenSSL writes
/// nothing before it has read the others.
struct cut_ticket
{
    server_tls shared;
    two_ends ends;
    std::vector<std::string> records;

    cut_ticket() : shared(options()), ends(shared)
    {
        EXPECT_EQ(ends.shake_hands(), status::done);
        records = tls_records(ends.server.take_output());
    }
    static server_tls_options options()
    {
        server_tls_options o = of_version(TLS1_3_VERSION);
        o.tickets = 1;
        o.ticket_size = 2000;
        o.record_size = 512;
        return o;
    }
};

TEST(TlsEngine, WritesNothingInsideAMessageOfTheServer)
{
    cut_ticket t;
    ASSERT_GT(t.records.size(), 2U);
    auto& e = t.ends;
    e.feed(t.records.front());
    status last{};
    EXPECT_EQ(e.read_all(last), "");
    ASSERT_EQ(last, status::want_input);

    EXPECT_EQ(e.client.write("a question"), status::want_input);
    EXPECT_EQ(e.output, "");
    EXPECT_EQ(e.client.write("a question"), status::want_input);
    EXPECT_EQ(e.output, "");

    std::string rest;
    for (std::size_t i = 1; i != t.records.size(); ++i) rest += t.records[i];
    e.feed(rest);
    // From another address: a write may be repeated from a copy.
    EXPECT_EQ(e.client.write(std::string("a question")), status::done);
    e.give_output();
    EXPECT_EQ(e.server.text(), "a question");
}

TEST(TlsEngine, ReadsItsInputInPlace)
{
    server_tls const shared;
    two_ends e(shared);
    ASSERT_EQ(e.shake_hands(), status::done);
    e.read_tickets();
    for (int i = 0; i != 40; ++i) e.server.send(std::string(1000, 'a'));
    e.feed_output_of_server();
    char part[1000];
    std::size_t n = 0;
    ASSERT_EQ(e.client.read(part, sizeof part, n), status::done);
    // OpenSSL has copied the bytes that fit into its own buffer. The caller still has the rest.
    EXPECT_GT(e.client.input_left(), 1000U);
    EXPECT_LT(e.client.input_left(), e.in_client.size());
    status last{};
    EXPECT_EQ(n + e.read_all(last).size(), 40'000U);
    EXPECT_EQ(last, status::want_input);
    EXPECT_EQ(e.client.input_left(), 0U);
}

TEST(TlsEngine, TellsThatAPartOfARecordLiesHere)
{
    server_tls const shared;
    two_ends e(shared);
    ASSERT_EQ(e.shake_hands(), status::done);
    e.read_tickets();
    EXPECT_FALSE(e.client.holds_part_of_record());

    e.server.send("an answer");
    std::string const record = e.server.take_output();
    status last{};
    for (std::size_t at = 0; at != record.size() - 1; ++at) {
        e.feed(record.substr(at, 1));
        EXPECT_EQ(e.read_all(last), "");
        ASSERT_EQ(last, status::want_input);
        ASSERT_TRUE(e.client.holds_part_of_record()) << at;
    }
    e.feed(record.substr(record.size() - 1));
    EXPECT_EQ(e.read_all(last), "an answer");
    EXPECT_FALSE(e.client.holds_part_of_record());
}

TEST(TlsEngine, ReadsOnAfterItsBuffersWereGivenBack)
{
    server_tls const shared;
    two_ends e(shared);
    ASSERT_EQ(e.shake_hands(), status::done);
    e.read_tickets();
    for (int i = 0; i != 2; ++i) {
        e.client.free_buffers();
        ASSERT_EQ(e.client.write("?"), status::done);
        e.give_output();
        e.server.send("!");
        e.feed_output_of_server();
        status last{};
        EXPECT_EQ(e.read_all(last), "!");
    }
    EXPECT_EQ(e.server.text(), "??");
}

TEST(TlsEngine, TellsAnEndInOrder)
{
    server_tls const shared;
    two_ends e(shared);
    ASSERT_EQ(e.shake_hands(), status::done);
    e.server.send("last words");
    e.server.close_notify();
    e.feed_output_of_server();
    status last{};
    EXPECT_EQ(e.read_all(last), "last words");
    EXPECT_EQ(last, status::ended);
}

TEST(TlsEngine, FailsAtAnEndOutOfOrder)
{
    server_tls const shared;
    two_ends e(shared);
    ASSERT_EQ(e.shake_hands(), status::done);
    e.server.send("last words");
    e.feed_output_of_server();
    e.client.end_input();
    status last{};
    EXPECT_EQ(e.read_all(last), "last words");
    EXPECT_EQ(last, status::failed);
    unsigned long const code = e.client.error();
    EXPECT_TRUE(code == 0 || ERR_GET_REASON(code) == SSL_R_UNEXPECTED_EOF_WHILE_READING) << code;
}

TEST(TlsEngine, FailsIfTheInputEndsInsideTheHandshake)
{
    server_tls const shared;
    two_ends e(shared);
    ASSERT_EQ(e.client.handshake(), status::want_input);
    e.client.end_input();
    EXPECT_EQ(e.client.handshake(), status::failed);
}

TEST(TlsEngine, FailsAtADamagedRecordAndTellsTheServer)
{
    server_tls const shared;
    two_ends e(shared);
    ASSERT_EQ(e.shake_hands(), status::done);
    e.read_tickets();
    e.server.send("an answer");
    std::string record = e.server.take_output();
    record.back() = static_cast<char>(record.back() ^ 1);
    e.feed(record);
    status last{};
    EXPECT_EQ(e.read_all(last), "");
    EXPECT_EQ(last, status::failed);
    EXPECT_EQ(tls_error_text(e.client.error()), "decryption failed or bad record mac");
    EXPECT_EQ(ERR_peek_error(), 0UL);
    e.give_output();
    EXPECT_NE(e.server.error().find("bad record mac"), std::string::npos) << e.server.error();
}

TEST(TlsEngine, FailsAtAStrangersCertificateAndTellsTheServer)
{
    tls_identity const stranger;
    server_tls_options o;
    o.identity = &stranger;
    server_tls const shared(o);
    two_ends e(shared);
    EXPECT_EQ(e.shake_hands(), status::failed);
    EXPECT_EQ(ERR_GET_REASON(e.client.error()), SSL_R_CERTIFICATE_VERIFY_FAILED);
    EXPECT_NE(e.client.verdict(), X509_V_OK);
    EXPECT_NE(e.server.error().find("alert"), std::string::npos) << e.server.error();
}

TEST(TlsEngine, SaysGoodbye)
{
    server_tls const shared;
    two_ends e(shared);
    ASSERT_EQ(e.shake_hands(), status::done);
    EXPECT_FALSE(e.server.was_told_of_the_end());
    e.client.shutdown();
    EXPECT_FALSE(e.output.empty());
    e.give_output();
    EXPECT_TRUE(e.server.was_told_of_the_end());
    EXPECT_EQ(e.server.error(), "");
}

}  // namespace
}  // namespace cohub::transport::detail
