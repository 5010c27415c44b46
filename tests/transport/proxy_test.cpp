#include "support/proxy.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/thread_pool.hpp>

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "support/environment.hpp"
#include "support/live_hub.hpp"

// Calls through proxies.

namespace cohub::tests {
namespace {

using namespace std::chrono_literals;

class Proxies : public LiveHub
{
protected:
    std::unique_ptr<test_proxy> proxy(test_proxy::behaviour b = {}) const
    {
        b.leads_to = server.port();
        return std::make_unique<test_proxy>(std::move(b));
    }
    options through(proxy_options p) const
    {
        options o = usual_options();
        o.proxy = std::move(p);
        return o;
    }
    failure failed(options o)
    {
        hub const h(io, std::move(o));
        auto r = run_call(io, h.system().ping(as_result));
        EXPECT_TRUE(r.has_error());
        return r.has_error() ? r.error() : failure();
    }
    std::string asked_for() const { return "CONNECT localhost:" + std::to_string(server.port()); }
};

TEST_F(Proxies, ACallGoesThroughATunnelAndChecksTheServersCertificate)
{
    auto const p = proxy();
    hub const h(io, through(proxy_options(p->url())));
    for (int i = 0; i != 3; ++i) EXPECT_TRUE(run_call(io, h.system().ping(as_result)).has_value());
    EXPECT_EQ(p->asked(), std::vector{asked_for()}) << "one tunnel, kept";
    EXPECT_EQ(server.journal().requests().at(0).header("Proxy-Authorization"), "");

    options o = through(proxy_options(p->url()));
    o.host = "https://another.example";
    EXPECT_EQ(failed(o).code, errc::tls_untrusted) << "the name is the server's";
    EXPECT_EQ(p->asked().back(), "CONNECT another.example:443") << "looked up by the proxy";
}

TEST_F(Proxies, LargeAnswersInSmallPieces)
{
    test_proxy::behaviour b;
    b.piece = 7;
    auto const p = proxy(std::move(b));
    hub const h(io, through(proxy_options(p->url())));
    auto const r = run_call(io, h.system().user_search("a", as_result));
    ASSERT_TRUE(r.has_value()) << r.error();
    EXPECT_FALSE(r->empty());
}

TEST_F(Proxies, CredentialsAndTheirRefusal)
{
    test_proxy::behaviour b;
    b.credentials = "dXNlcjpwYTpzcw==";  // user:pa:ss
    auto const p = proxy(std::move(b));
    {
        hub const h(io, through(proxy_options(p->url()).credentials("user", "pa:ss")));
        EXPECT_TRUE(run_call(io, h.system().ping(as_result)).has_value());
    }
    {
        hub const h(io, through(proxy_options(p->url("http", "user:pa%3Ass@127.0.0.1"))));
        EXPECT_TRUE(run_call(io, h.system().ping(as_result)).has_value());
    }
    auto const f = failed(through(proxy_options(p->url()).credentials("user", "canary")));
    EXPECT_EQ(f.code, errc::proxy_unauthorized);
    EXPECT_EQ(f.http_status, 407);
    EXPECT_EQ(f.attempts, 1) << "nothing will change by itself";
    EXPECT_FALSE(f.maybe_sent);
    EXPECT_EQ(f.message().find("canary"), std::string::npos);
    EXPECT_EQ(failed(through(proxy_options(p->url()))).code, errc::proxy_unauthorized);
    EXPECT_EQ(server.journal().count(), 2u);
}

TEST_F(Proxies, WhatMayPassIsTriedAgain)
{
    test_proxy::behaviour b;
    b.answers = {"HTTP/1.1 503 Busy\r\n\r\n", "", "HTTP/1.1 504 Late\r\n\r\n"};
    auto const p = proxy(std::move(b));
    options o = through(proxy_options(p->url()));
    o.retry.max_attempts = 4;
    hub const h(io, o);
    auto const r = run_call(io, h.system().ping(as_result));
    EXPECT_TRUE(r.has_value()) << r.error();
    EXPECT_EQ(p->asked().size(), 4u);
}

TEST_F(Proxies, WhatWillNotPassIsNot)
{
    for (auto const* const answer : {"HTTP/1.1 403 Forbidden\r\n\r\n", "SSH-2.0-x\r\n"}) {
        test_proxy::behaviour b;
        b.answers = {answer};
        auto const p = proxy(std::move(b));
        auto const f = failed(through(proxy_options(p->url())));
        EXPECT_EQ(f.code, errc::proxy_refused) << f;
        EXPECT_TRUE(f.code == condition::transport);
        EXPECT_EQ(f.attempts, 1);
        EXPECT_EQ(f.at, stage::connecting);
        EXPECT_FALSE(f.maybe_sent);
    }
}

TEST_F(Proxies, ASilentOneIsATimeoutOfTheConnect)
{
    test_proxy::behaviour b;
    b.answers = {test_proxy::silence};
    auto const p = proxy(std::move(b));
    options o = through(proxy_options(p->url()));
    o.timeouts.connect = 50ms;
    o.retry.max_attempts = 1;
    auto const f = failed(o);
    EXPECT_EQ(f.code, errc::timeout);
    EXPECT_EQ(f.at, stage::connecting);
    EXPECT_NE(f.detail.find("proxy"), std::string::npos) << f.detail;
}

TEST_F(Proxies, OneThatIsNotThereIsNamed)
{
    auto const f = failed(through(proxy_options("http://127.0.0.1:1")));
    EXPECT_EQ(f.code, errc::connect_failed);
    EXPECT_NE(f.detail.find("proxy"), std::string::npos) << f.detail;
}

TEST_F(Proxies, OneThatBreaksInsideAnAnswer)
{
    test_proxy::behaviour b;
    b.breaks_after = 3000;  // after the handshake
    auto const p = proxy(std::move(b));
    hub const h(io, through(proxy_options(p->url())));
    std::size_t answered = 0;
    for (int i = 0; i != 20; ++i)
        answered += run_call(io, h.system().ping(as_result)).has_value() ? 1u : 0u;
    EXPECT_EQ(answered, 20u) << "each is repeated through another tunnel";
    EXPECT_GT(p->asked().size(), 1u);
}

TEST_F(Proxies, Socks)
{
    test_proxy::behaviour b;
    b.socks = true;
    b.credentials = "user:pass";
    auto const p = proxy(std::move(b));
    {
        hub const h(io, through(proxy_options(p->url("socks5h")).credentials("user", "pass")));
        EXPECT_TRUE(run_call(io, h.system().ping(as_result)).has_value());
    }
    EXPECT_EQ(
        p->asked().at(0), "SOCKS localhost:" + std::to_string(server.port()) + " with user:pass"
    );
    EXPECT_EQ(
        failed(through(proxy_options(p->url("socks5h")).credentials("user", "wrong"))).code,
        errc::proxy_unauthorized
    );
    test_proxy::behaviour open_socks;
    open_socks.socks = true;
    auto const open = proxy(open_socks);
    hub const h(io, through(proxy_options(open->url("socks5h"))));
    EXPECT_TRUE(run_call(io, h.system().ping(as_result)).has_value());
}

TEST_F(Proxies, NameThemselvesInTheEnvironmentButNotForThisMachine)
{
    auto const p = proxy();
    environment_variable const name("HTTPS_PROXY", p->url().c_str());
    environment_variable const small("https_proxy", nullptr);
    environment_variable const none("NO_PROXY", nullptr), small_none("no_proxy", nullptr);
    {
        hub const h(io, through(proxy_options::from_env()));
        EXPECT_TRUE(run_call(io, h.system().ping(as_result)).has_value());
    }
    EXPECT_TRUE(p->asked().empty());
    options o = through(proxy_options::from_env());
    o.host = "https://another.example";
    EXPECT_EQ(failed(o).code, errc::tls_untrusted);
    EXPECT_EQ(p->asked().size(), 1u);
}

TEST_F(Proxies, AreLeftOutForThoseThatNoProxyNames)
{
    auto const p = proxy();
    hub const h(io, through(proxy_options(p->url()).no_proxy("localhost")));
    EXPECT_TRUE(run_call(io, h.system().ping(as_result)).has_value());
    EXPECT_TRUE(p->asked().empty());
}

TEST_F(Proxies, AreLookedUpByTheHook)
{
    auto const p = proxy();
    options o = through(proxy_options("http://proxy.corp:" + std::to_string(p->port())));
    std::string asked;
    o.hooks.resolve = [&](std::string const& host, std::uint16_t port, auto done) {
        asked = host;
        done({}, {{boost::asio::ip::address_v4::loopback(), port}});
    };
    hub const h(io, o);
    EXPECT_TRUE(run_call(io, h.system().ping(as_result)).has_value());
    EXPECT_EQ(asked, "proxy.corp");
}

TEST_F(Proxies, WrongWordsAreRefusedWhenTheClientIsMade)
{
    EXPECT_THROW(hub(io, through(proxy_options("ftp://proxy"))), error);
    options o = through(proxy_options("http://proxy"));
    o.socket_path = "/tmp/x";
    EXPECT_THROW(hub(io, o), error);
}

// ---- TLS to the proxy --------------------------------------------------------------------------

class TlsProxies : public Proxies
{
protected:
    fake::authority const authority_{"proxy's issuer"};
    std::unique_ptr<test_proxy> tls_proxy(test_proxy::behaviour b = {}) const
    {
        b.identity = authority_.issue(fake::certificate_request("proxy").dns("localhost"));
        return proxy(std::move(b));
    }
    options through(proxy_options p) const
    {
        options o = Proxies::through(std::move(p));
        o.tls.ca_pem += authority_.pem();
        return o;
    }
};

TEST_F(TlsProxies, CarryTlsInTls)
{
    for (std::size_t const piece : {std::size_t(1), std::size_t(1000), std::size_t(60'000)}) {
        test_proxy::behaviour b;
        b.piece = piece;
        b.credentials = "dTpw";
        auto const p = tls_proxy(std::move(b));
        hub const h(io, through(proxy_options(p->url("https", "localhost")).credentials("u", "p")));
        for (int i = 0; i != 3; ++i) {
            auto const r = run_call(io, h.system().user_search("a", as_result));
            ASSERT_TRUE(r.has_value()) << r.error();
            EXPECT_FALSE(r->empty());
        }
        EXPECT_EQ(p->asked(), std::vector{asked_for() + " with dTpw"});
    }
}

TEST_F(TlsProxies, ManyCallsAtOnce)
{
    auto const p = tls_proxy();
    options o = through(proxy_options(p->url("https", "localhost")));
    o.pool.max_connections = 8;
    hub const h(io, o);
    int answered = 0;
    for (int i = 0; i != 200; ++i)
        h.system().ping(as_result)([&](result<server_now> const& r) { answered += r.has_value(); });
    run();
    EXPECT_EQ(answered, 200);
}

TEST_F(TlsProxies, OnFourThreads)
{
    auto const p = tls_proxy();
    options o = through(proxy_options(p->url("https", "localhost")));
    o.pool.max_connections = 8;
    boost::asio::thread_pool pool(4);
    std::atomic<int> answered{0};
    {
        hub const h(pool, o);
        for (int i = 0; i != 400; ++i)
            h.system().ping(as_result
            )([&](result<server_now> const& r) { answered += r.has_value(); });
        for (int i = 0; i != 5; ++i) {
            h.reload_tls();
            h.stats();
        }
        wait(h.async_close());
    }
    pool.join();
    EXPECT_EQ(answered, 400);
}

TEST_F(TlsProxies, AreCheckedByName)
{
    auto const p = tls_proxy();
    auto const f = failed(through(proxy_options(p->url("https", "127.0.0.1"))));
    EXPECT_EQ(f.code, errc::tls_untrusted);
    EXPECT_NE(f.detail.find("of the proxy"), std::string::npos) << f.detail;
    options o = through(proxy_options(p->url("https", "localhost")));
    o.tls.ca_pem = server.ca_pem();
    EXPECT_EQ(failed(o).code, errc::tls_untrusted) << "its issuer is not trusted";
    EXPECT_TRUE(p->asked().empty());
}

TEST_F(TlsProxies, OneThatSpeaksNoTls)
{
    auto const p = proxy();
    options o = through(proxy_options(p->url("https", "localhost")));
    o.timeouts.connect = 100ms;
    o.retry.max_attempts = 1;
    auto const f = failed(o);
    EXPECT_EQ(f.code, errc::timeout) << "it waits for the end of a head: " << f;
}

TEST_F(TlsProxies, AClientThatGoesLeavesNothingBehind)
{
    auto const p = tls_proxy();
    std::size_t const before = open_files();
    for (int i = 0; i != 20; ++i) {
        hub h(io, through(proxy_options(p->url("https", "localhost"))));
        int told = 0;
        h.system().ping(as_result)([&](auto const&) { ++told; });
        io.restart();
        for (int n = 0; n != i; ++n) io.poll_one();
        h.close();
        run();
        EXPECT_EQ(told, 1);
    }
    EXPECT_TRUE(run_until([&] { return open_files() <= before + 40; }));
}

}  // namespace
}  // namespace cohub::tests
