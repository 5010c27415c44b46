#include <boost/json.hpp>

#include <gtest/gtest-spi.h>

#include <sstream>

#include "harness.hpp"

namespace cohub::faults {
namespace {

using FaultSec = fault_test;

// The rows TLS-01 to TLS-03 count SEC-03. STAT-12 counts ten cases of SEC-04.

TEST_F(FaultSec, SEC_01_TheKeyIsFoundInEachOfItsForms)
{
    // Every test of this suite looks for the key (`expect_no_key`). This test shows that the key
    // would be found.
    for (std::string const& form :
         {std::string(canary),
          std::string("c2stQ2FuYXJ5KzcveD1+JTQxIlxr"),
          std::string("sk-Canary%2B7%2Fx%3D~%2541%22%5Ck"),
          std::string("736B2D43616E6172792B372F783D7E253431225C6B")}) {
        ::testing::TestPartResultArray found;
        {
            ::testing::ScopedFakeTestPartResultReporter const reporter(
                ::testing::ScopedFakeTestPartResultReporter::INTERCEPT_ONLY_CURRENT_THREAD, &found
            );
            expect_no_key("a text with " + form + " in it", "a text");
        }
        EXPECT_GE(found.size(), 1) << form;
    }
    covers("SEC-01", 1);
}

TEST_F(FaultSec, SEC_01_AServerThatEchoesTheKey)
{
    // A failure shows the server's text, but without the secrets that were sent to the server.
    std::string const basic = "Basic c2stQ2FuYXJ5KzcveD1+JTQxIlxrOg==";
    for (std::string const& words : {std::string(canary), basic})
        for (int const status : {200, 401, 404}) {
            boost::json::object error;
            error["error"] = "bad credentials: " + words;
            tcp_peer().script(raw_script().forever().respond(
                raw_answer(boost::json::serialize(error)).status(status)
            ));
            subject s(tcp_peer());
            call_ptr const c = s.run(kind::once);
            ASSERT_TRUE(c->why);
            s.expect_sound(c);
        }
    for (std::string const& page : {std::string(canary), "<html>" + basic}) {
        tcp_peer().script(raw_script().forever().respond(raw_answer(page)));
        subject s(tcp_peer());
        call_ptr const c = s.run(kind::once);
        ASSERT_TRUE(c->why);
        s.expect_sound(c);
    }
}

TEST_F(FaultSec, SEC_02_MaskedWhenPrinted)
{
    std::ostringstream out;
    options const o = options_for(tcp_peer());
    out << o.api_key;
    expect_no_key(out.str(), "a printed key");
    EXPECT_EQ(out.str(), "***");
    covers("SEC-02", 1);
}

TEST_F(FaultSec, SEC_04_KeyToNoOtherOrigin)
{
    // In addition to the redirects of STAT-12: other header fields name a downgrade and another
    // port.
    raw_peer trap;
    trap.script(healthy());
    for (char const* field : {"Refresh", "Alt-Svc"}) {
        std::string const where = "127.0.0.1:" + std::to_string(trap.port());
        std::string const value = std::string(field) == "Refresh"
                                      ? "0; url=http://" + where + "/api/conat/hub"
                                      : "http/1.1=\"" + where + "\"; persist=1";
        tls_peer().script(raw_script().forever().respond([&](raw_request const& r) {
            return raw_answer(body_for(id_in(r))).header(field, value).str();
        }));
        subject s(tls_peer());
        s.expect_healthy();
        s.expect_healthy();
        EXPECT_EQ(tls_peer().accepted(), 1U);
    }
    EXPECT_EQ(trap.accepted(), 0U);
    covers("SEC-04", 2);
}

TEST_F(FaultSec, SEC_05_KeyInOneFieldAlone)
{
    tls_peer().script(healthy());
    options o = options_for(tls_peer());
    o.user_agent = "fault-tests/1";
    subject s(o);
    s.expect_healthy();
    auto const requests = tls_peer().requests();
    ASSERT_EQ(requests.size(), 1U);
    std::string head = requests[0].head;
    std::size_t const field = head.find("Authorization: Basic ");
    ASSERT_NE(field, std::string::npos);
    head.erase(field, head.find("\r\n", field) - field);
    expect_no_key(head, "the rest of the header");
    expect_no_key(requests[0].body, "the body");
    EXPECT_EQ(requests[0].target().find('?'), std::string_view::npos);
    covers("SEC-05", 1);
}

TEST_F(FaultSec, SEC_07_KeyOverwritten)
{
    // The bytes are read while the memory still belongs to the secret. KeyInMemory in
    // tests/exceptions searches the memory of a whole client.
    alignas(secret) unsigned char memory[sizeof(secret)];
    // Short enough to be inside of the string object itself.
    auto* const s = new (memory) secret("sk-short");
    s->~secret();
    std::string const left(reinterpret_cast<char const*>(memory), sizeof memory);
    EXPECT_EQ(left.find("sk-short"), std::string::npos);
    covers("SEC-07", 1);
}

// Report D10: people read a server's text, and it is written into logs.
TEST_F(FaultSec, SEC_08_MarksThatNobodySees)
{
    for (char const* mark : {"\u202e", "\u200b", "\u2066", "\xc2\x85", "\xc2\x9b"}) {
        boost::json::object error;
        error["error"] = std::string("no ") + mark + "such user";
        tcp_peer().script(raw_script().forever().respond(raw_answer(boost::json::serialize(error)))
        );
        subject s(tcp_peer());
        call_ptr const c = s.run(kind::once);
        ASSERT_TRUE(c->why);
        s.expect_sound(c);
        EXPECT_EQ(c->why->message().find(mark), std::string::npos) << c->why->message();
        EXPECT_NE(c->why->message().find("such user"), std::string::npos) << c->why->message();
    }
    covers("SEC-08", 5);
}

}  // namespace
}  // namespace cohub::faults
