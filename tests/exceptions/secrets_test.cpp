#include <boost/asio/io_context.hpp>

#include <string>
#include <string_view>
#include <vector>

#include "support/run_call.hpp"
#include "trial.hpp"

namespace cohub::tests {
namespace {

/// Long enough to be in its own block of memory. The bytes after "sk-" begin a group of base64.
constexpr char const* key = "sk-A-key-that-is-longer-than-any-small-string-0123456789";
constexpr char const* basic = "c2stQS1rZXktdGhhdC1pcy1sb25nZXItdGhhbi1hbnktc21hbGwtc3RyaW5n";

/// Uses the parts of the client that handle the key: options, requests, masking of answers, TLS.
void make_calls(raw_peer const& peer, std::string const& ca_pem, errc expected)
{
    boost::asio::io_context io;
    options o(peer.url("localhost"), secret(key));
    o.tls.ca_pem = ca_pem;
    o.retry.base = 1ms;
    for (int i = 0; i != 20; ++i)
        o.headers.emplace_back("X-Field-" + std::to_string(i), std::string(100, 'v'));
    hub const h(io, std::move(o));
    for (std::size_t const size : {10U, 200'000U}) {
        boost::json::value const args{std::string(size, 'x')};
        auto const r = run_call(io, h.call("fault.case", args, as_result));
        EXPECT_EQ(r ? errc() : r.error().kind(), expected);
    }
}

void expect_wiped(raw_peer const& peer, std::string const& ca_pem, errc expected = errc())
{
    // Other libraries of the machine keep memory from their first use, which the client cannot
    // wipe.
    make_calls(peer, ca_pem, expected);
    std::vector<std::string_view> const forms{key, basic};
    allocation::watch const w(forms);
    make_calls(peer, ca_pem, expected);
    EXPECT_EQ(w.found(), 0);
}

TEST(KeyInMemory, IsFoundInABlockThatIsGivenBack)
{
    std::vector<std::string_view> const forms{key, basic};
    allocation::watch const w(forms);
    {
        std::string const plain = std::string("Basic ") + basic;
        EXPECT_FALSE(plain.empty());
    }
    EXPECT_EQ(w.found(), 1);
}

TEST(KeyInMemory, IsWipedWithTheClient)
{
    raw_peer peer;
    peer.script(raw_script().forever().respond(raw_answer("{}")));
    expect_wiped(peer, {});
    ASSERT_FALSE(peer.requests().empty());
    EXPECT_NE(peer.requests().back().head.find(basic), std::string::npos);
}

TEST(KeyInMemory, IsWipedOverTls)
{
    fake::authority const ca("key in memory");
    raw_peer peer{fake::tls_settings(ca.issue(fake::loopback_request()))};
    peer.script(raw_script().forever().respond(raw_answer("{}")));
    expect_wiped(peer, ca.pem());
}

TEST(KeyInMemory, IsWipedAfterCallsThatFailed)
{
    raw_peer peer;
    peer.script(raw_script().forever().respond(raw_answer("busy").status(503)));
    expect_wiped(peer, {}, errc::http_status);
    peer.script(raw_script().read_request().reset());
    expect_wiped(peer, {}, errc::connection_lost);
}

}  // namespace
}  // namespace cohub::tests
