#include <cohub/fake/pki.hpp>

#include <boost/asio/ip/tcp.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "support/live_hub.hpp"

namespace cohub::tests {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

constexpr char const* canary = "sk-CanaryCanary0001";

/// The errors that a user meets.
class Mishaps : public LiveHub
{
protected:
    options canary_options() const
    {
        options o = usual_options();
        o.api_key = secret(canary);
        return o;
    }
    /// Makes a client and a call, and returns the failure. Checks what is true for all of these
    /// failures. None of them waits for the deadline of the call: `run_call` does not wait that
    /// long.
    failure mishap(options o, std::string query = "w")
    {
        failure f;
        try {
            hub const h(io, std::move(o));
            f = run_call(io, h.system().user_search(query, as_result)).error();
        } catch (cohub::error const& e) {
            f = e.why();
        }
        expect_presentable(f);
        return f;
    }
    static void expect_presentable(failure const& f)
    {
        EXPECT_EQ(f.message().find("Canary"), std::string::npos) << f.message();
        EXPECT_EQ(std::string(error(f).what()).find("Canary"), std::string::npos);
        EXPECT_LT(f.message().size(), 6000u);
    }
};

TEST_F(Mishaps, AQueryOfTwoMegabytes)
{
    failure const f = mishap(canary_options(), std::string(2 * 1024 * 1024, 'q'));
    EXPECT_EQ(f.code, errc::invalid_argument);
    EXPECT_NE(f.detail.find("max_request"), std::string::npos) << f.detail;
    EXPECT_EQ(server.journal().connections(), 0u);
}

TEST_F(Mishaps, AQueryOfTwoMegabytesThatTheServerRefuses)
{
    options o = canary_options();
    o.limits.max_request = 4 * 1024 * 1024;
    failure const f = mishap(std::move(o), std::string(2 * 1024 * 1024, 'q'));
    EXPECT_EQ(f.code, errc::too_large);
    EXPECT_EQ(f.http_status, 413);
}

TEST_F(Mishaps, AQueryThatIsNotUtf8)
{
    failure const f = mishap(canary_options(), "caf\xe9");
    EXPECT_EQ(f.code, errc::invalid_argument);
    EXPECT_NE(f.detail.find("UTF-8"), std::string::npos) << f.detail;
}

TEST_F(Mishaps, ALineBreakInTheKey)
{
    for (char const* const end : {"\r\n", "\n", "\r", "\nX-Evil: 1"}) {
        options o = canary_options();
        o.api_key = secret(std::string(canary) + end);
        failure const f = mishap(std::move(o));
        EXPECT_EQ(f.code, errc::invalid_argument);
        EXPECT_NE(f.detail.find("line break"), std::string::npos) << f.detail;
    }
}

TEST_F(Mishaps, AnyOtherKeyThatCannotTravel)
{
    using namespace std::string_literals;
    for (std::string const& key :
         {""s, "a b"s, "a\tb"s, "a\0b"s, "\xc3\xa4"s, "a:b"s, "\x7f"s, std::string(4097, 'k')}) {
        options o = canary_options();
        o.api_key = secret(key);
        EXPECT_EQ(mishap(std::move(o)).code, errc::invalid_argument) << key.substr(0, 10);
    }
}

TEST_F(Mishaps, AHeaderThatCannotTravel)
{
    using namespace std::string_literals;
    std::pair<std::string, std::string> const rows[] = {
        {"X-A", "a\r\nX-B: c"},
        {"X-A", "a\0b"s},
        {"X A", "a"},
        {"", "a"},
        {"X-A:", "a"},
        {"X-A", std::string(9000, 'a')},
        {"host", "evil"},
        {"Content-Length", "0"},
        {"TRANSFER-ENCODING", "chunked"},
        {"Connection", "close"},
        {"authorization", "x"}};
    for (auto const& row : rows) {
        options o = canary_options();
        o.headers.push_back(row);
        EXPECT_EQ(mishap(std::move(o)).code, errc::invalid_argument) << row.first;
    }
}

TEST_F(Mishaps, OptionsOutOfRange)
{
    std::vector<std::function<void(options&)>> const spoil = {
        [](options& o) { o.pool.max_connections = 0; },
        [](options& o) { o.pool.max_connecting = 0; },
        [](options& o) { o.pool.idle_timeout = 0ms; },
        [](options& o) { o.pool.max_age = -1ms; },
        [](options& o) { o.timeouts.call = -1ms; },
        [](options& o) { o.timeouts.connect = std::chrono::milliseconds::max(); },
        [](options& o) { o.timeouts.handshake = std::chrono::milliseconds::min(); },
        [](options& o) { o.retry.max_attempts = 0; },
        [](options& o) { o.retry.max_attempts = 1'000'000'000; },
        [](options& o) { o.retry.base = -1ms; },
        [](options& o) { o.retry.cap = std::chrono::milliseconds::max(); },
        [](options& o) { o.limits.max_body = 0; },
        [](options& o) { o.limits.max_request = 0; },
        [](options& o) { o.limits.max_header = 10; },
        [](options& o) { o.user_agent = "a\r\nb"; },
        [](options& o) { o.tls.ca_pem = "no certificate"; },
        [](options& o) { o.tls.ca_file = "/nonexistent/ca.pem"; },
        [](options& o) { o.host = "cocalc.com"; },
    };
    for (std::size_t i = 0; i != spoil.size(); ++i) {
        options o = canary_options();
        spoil[i](o);
        EXPECT_EQ(mishap(std::move(o)).code, errc::invalid_argument) << i;
    }
}

TEST_F(Mishaps, ClearTextToAnotherMachine)
{
    for (char const* const host :
         {"http://cocalc.com",
          "http://10.0.0.1",
          "http://127.0.0.1.evil.test",
          "http://localhost.evil.test",
          "http://0x7f.1",
          "http://2130706433",
          "http://127.1"}) {
        options o = canary_options();
        o.host = host;
        EXPECT_EQ(mishap(std::move(o)).code, errc::invalid_argument) << host;
    }
}

TEST_F(Mishaps, LocalhostThatIsAnotherMachine)
{
    options o = canary_options();
    o.host = "http://localhost:1";
    o.hooks.resolve = [](std::string const&, std::uint16_t port, hooks::resolve_callback answer) {
        answer({}, {asio::ip::tcp::endpoint(asio::ip::make_address("192.0.2.1"), port)});
    };
    EXPECT_EQ(mishap(std::move(o)).code, errc::invalid_argument);
}

TEST_F(Mishaps, AnInterfaceThatThisMachineDoesNotHave)
{
    options o = canary_options();
    o.host = "https://[fe80::1%nowhere7]:1";
    failure const f = mishap(std::move(o));
    EXPECT_EQ(f.code, errc::resolve_failed);
    EXPECT_EQ(f.at, stage::resolving);
    EXPECT_NE(f.detail.find("nowhere7"), std::string::npos) << f.detail;
}

TEST_F(Mishaps, AnIssuerThatNobodyKnows)
{
    options o = canary_options();
    o.tls.ca_pem = fake::authority("Another One").pem();
    failure const f = mishap(std::move(o));
    EXPECT_EQ(f.code, errc::tls_untrusted);
    EXPECT_FALSE(f.maybe_sent);
    EXPECT_EQ(server.journal().count(), 0u);
}

TEST_F(Mishaps, ACertificateForAnotherHost)
{
    fake::authority const root("Test Root");
    fake_server const other(fake_server_options().users(0).certificate(
        root.issue(fake::certificate_request("x").dns("elsewhere.example")), root.pem()
    ));
    options o = canary_options();
    o.host = other.url();
    o.tls.ca_pem = root.pem();
    failure const f = mishap(std::move(o));
    EXPECT_EQ(f.code, errc::tls_untrusted);
    EXPECT_NE(f.detail.find("ostname mismatch"), std::string::npos) << f.detail;
    EXPECT_EQ(other.journal().count(), 0u);
}

TEST_F(Mishaps, AClosedPort)
{
    std::uint16_t port = 0;
    {
        fake_server const gone(fake_server_options().plain().users(0));
        port = gone.port();
    }
    options o = canary_options();
    o.host = "https://127.0.0.1:" + std::to_string(port);
    failure const f = mishap(std::move(o));
    EXPECT_EQ(f.code, errc::connect_failed);
    EXPECT_EQ(f.at, stage::connecting);
    EXPECT_EQ(f.attempts, 3);
    EXPECT_FALSE(f.maybe_sent);
    EXPECT_TRUE(f.cause.failed());
}

TEST_F(Mishaps, AServerThatSaysNothing)
{
    server.script("*").delay_until_released().forever();
    auto const clock = std::make_shared<manual_clock>();
    options o = canary_options();
    o.clock = clock;
    o.timeouts.call = 300ms;
    hub const h(io, std::move(o));
    std::optional<failure> f;
    h.system().user_search("w", as_result)([&](result<std::vector<user>> r) { f = r.error(); });
    run_until([&] { return server.journal().count() == 1; });
    clock->advance(300ms);
    run_until([&] { return f.has_value(); });
    server.release();
    ASSERT_TRUE(f);
    expect_presentable(*f);
    EXPECT_EQ(f->code, errc::timeout);
    EXPECT_EQ(f->at, stage::reading_head);
    EXPECT_TRUE(f->maybe_sent);
}

TEST_F(Mishaps, AServerThatRepeatsTheKey)
{
    server.script("*").error(std::string("bad key ") + canary + " sent");
    failure const said = mishap(canary_options());
    EXPECT_EQ(said.server_message, "bad key *** sent");
    server.script("*").status(500).body(
        "Authorization: Basic c2stQ2FuYXJ5Q2FuYXJ5MDAwMTo= for sk-CanaryCanary0001"
    );
    options o = canary_options();
    o.retry.max_attempts = 1;
    failure const echoed = mishap(std::move(o));
    EXPECT_EQ(echoed.server_message.find("c2stQ2FuYXJ5"), std::string::npos)
        << echoed.server_message;
}

}  // namespace
}  // namespace cohub::tests
