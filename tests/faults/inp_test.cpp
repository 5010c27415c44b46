#include <boost/asio/ip/tcp.hpp>
#include <boost/json.hpp>

#include <cmath>
#include <limits>

#include "harness.hpp"

namespace cohub::faults {
namespace {

using FaultInp = fault_test;
using boost::asio::ip::tcp;

/// Asserts that no client can be made with these options.
/// @return the text of the refusal
std::string expect_refused(options const& o, std::string const& what)
{
    SCOPED_TRACE(what);
    boost::asio::io_context io;
    try {
        hub const h(io, o);
        ADD_FAILURE() << "accepted";
    } catch (error const& e) {
        EXPECT_EQ(e.code(), errc::invalid_argument) << e.what();
        EXPECT_FALSE(e.why().detail.empty());
        expect_no_key(e.what(), "what()");
        return e.why().detail;
    }
    return {};
}

void expect_accepted(options const& o, std::string const& what)
{
    SCOPED_TRACE(what);
    boost::asio::io_context io;
    EXPECT_NO_THROW(hub(io, o));
}

options usual() { return options_for("http://127.0.0.1:1"); }

/// A call that must fail without any I/O.
void expect_refused_call(
    std::string const& what, std::string_view name, boost::json::value const& args, options o
)
{
    SCOPED_TRACE(what);
    subject s(std::move(o));
    std::optional<result<boost::json::value>> r;
    auto pending = s.client().call(name, args, as_result);
    std::move(pending)([&](result<boost::json::value> x) { r.emplace(std::move(x)); });
    ASSERT_TRUE(s.run_until([&] { return r.has_value(); }));
    ASSERT_TRUE(r->has_error()) << boost::json::serialize(r->value());
    EXPECT_EQ(r->error().code, errc::invalid_argument) << r->error().message();
    EXPECT_FALSE(r->error().maybe_sent);
    EXPECT_EQ(r->error().attempts, 0);
    EXPECT_EQ(s.stats().opened, 0U);
}

TEST_F(FaultInp, INP_01_ApiKey)
{
    case_counter cases("INP-01");
    std::vector<std::string> const keys = {
        "sk-a\rb",
        "sk-a\nb",
        std::string("sk-a\0b", 6),
        "sk-a\x01"
        "b",
        "sk-\xc3\xa9",
        "sk-a b",
        "",
        "sk-" + std::string(4096, 'x')};
    for (std::string const& key : keys) {
        options o = usual();
        o.api_key = secret(key);
        expect_refused(o, "key of " + std::to_string(key.size()) + " bytes");
        ++cases;
    }
}

TEST_F(FaultInp, INP_02_HeaderValues)
{
    for (std::string const& value :
         {std::string("a\rb"),
          std::string("a\nb"),
          std::string("a\0b", 3),
          std::string(9000, 'x')}) {
        options field = usual();
        field.headers.emplace_back("X-Field", value);
        expect_refused(field, "header value");
        options agent = usual();
        agent.user_agent = value;
        expect_refused(agent, "user agent");
    }
    for (char const* name : {"X Field", ""}) {
        options o = usual();
        o.headers.emplace_back(name, "x");
        expect_refused(o, "header name");
    }
    covers("INP-02", 6);
}

TEST_F(FaultInp, INP_03_HeadersThatFrame)
{
    case_counter cases("INP-03");
    for (char const* name :
         {"Host", "content-length", "Transfer-Encoding", "CONNECTION", "Authorization"}) {
        options o = usual();
        o.headers.emplace_back(name, "x");
        expect_refused(o, name);
        ++cases;
    }
}

TEST_F(FaultInp, INP_05_NameBodyAndDepth)
{
    expect_refused_call("empty name", "", nullptr, usual());
    for (char const* name : {"system.ping\r\nX: y", "system/ping"})
        expect_refused_call(name, name, nullptr, usual());
    options o = usual();
    o.limits.max_request = 1000;
    expect_refused_call(
        "over max_request", "system.ping", boost::json::array{std::string(2000, 'x')}, o
    );
    boost::json::value deep = boost::json::array();
    for (int i = 0; i < 100; ++i) deep = boost::json::array({deep});
    expect_refused_call("too deep", "system.ping", deep, usual());
    covers("INP-05", 4);
}

TEST_F(FaultInp, INP_06_Strings)
{
    expect_refused_call(
        "not UTF-8", "system.ping", boost::json::array{std::string("\xc3\x28")}, usual()
    );
    case_counter cases("INP-06");
    ++cases;
    for (std::string const& text :
         {std::string("a\0b", 3), std::string("quo\"te\\"), std::string("line\xe2\x80\xa8")}) {
        tcp_peer().script(healthy());
        subject s(tcp_peer());
        call_ptr const c = s.start(kind::once, {}, text);
        ASSERT_TRUE(s.finish(c));
        expect_ok(c);
        auto const requests = tcp_peer().requests();
        ASSERT_EQ(requests.size(), 1U);
        auto const sent = boost::json::parse(requests[0].body);
        EXPECT_EQ(sent.at("args").at(1).as_string(), text);
        ++cases;
    }
}

TEST_F(FaultInp, INP_07_NotNumbers)
{
    using limits = std::numeric_limits<double>;
    for (double const x : {limits::quiet_NaN(), limits::infinity(), -limits::infinity()})
        expect_refused_call("NaN or infinity", "system.ping", boost::json::array{x}, usual());
    covers("INP-07", 3);
}

TEST_F(FaultInp, INP_08_BaseUrl)
{
    case_counter cases("INP-08");
    std::string long_name;
    for (int i = 0; i < 64; ++i) long_name += "abc.";
    std::vector<std::string> const urls = {
        "",
        "cocalc.com",
        "ftp://cocalc.com",
        "https://",
        "https://co calc.com",
        "https://cocalc.com\r\nX: y",
        "https://user:word@cocalc.com",
        "https://cocalc.com/#x",
        "https://cocalc.com/?x",
        "https://cocalc.com\\x",
        "https://cocalc.com/%zz",
        "https://" + std::string(64, 'a') + ".com",
        "https://" + long_name + "com",
        "https://[::1"};
    for (std::string const& url : urls) {
        options o = usual();
        o.host = url;
        expect_refused(o, url);
        ++cases;
    }
}

TEST_F(FaultInp, INP_09_Port)
{
    case_counter cases("INP-09");
    for (char const* port : {"0", "65536", "-1", "80a", ""}) {
        options o = usual();
        o.host = std::string("https://cocalc.com:") + port;
        expect_refused(o, o.host);
        ++cases;
    }
}

TEST_F(FaultInp, INP_10_PlainHttpWithAKey)
{
    case_counter cases("INP-10");
    for (char const* host :
         {"example.com",
          "127.0.0.1.evil.test",
          "localhost.evil.test",
          "0x7f.1",
          "2130706433",
          "127.1"}) {
        options o = usual();
        o.host = std::string("http://") + host;
        expect_refused(o, o.host);
        ++cases;
    }
    for (char const* host : {"127.0.0.1", "[::1]"}) {
        options o = usual();
        o.host = std::string("http://") + host;
        expect_accepted(o, o.host);
        ++cases;
    }
    // A resolver may give any address for a name, so every address is tested.
    auto const at = [](char const* address) {
        return tcp::endpoint(boost::asio::ip::make_address(address), tcp_peer().port());
    };
    for (bool const honest : {true, false}) {
        tcp_peer().script(healthy());
        options o = options_for("http://localhost:" + std::to_string(tcp_peer().port()));
        o.hooks.resolve = [&, honest](auto const&, auto, hooks::resolve_callback done) {
            std::vector<tcp::endpoint> found{at("127.0.0.1")};
            if (!honest) found.push_back(at("192.0.2.1"));
            done({}, found);
        };
        subject s(o);
        call_ptr const c = s.run(kind::once);
        s.expect_sound(c);
        if (honest) {
            expect_ok(c);
        } else {
            expect_failed(c, {errc::invalid_argument, errc::resolve_failed, errc::connect_failed});
            EXPECT_EQ(tcp_peer().accepted(), 0U);
        }
    }
    ++cases;
}

TEST_F(FaultInp, INP_11_OptionsOutOfRange)
{
    case_counter cases("INP-11");
    auto const refused = [&](char const* what, auto change) {
        options o = usual();
        change(o);
        expect_refused(o, what);
        ++cases;
    };
    refused("max_connections 0", [](options& o) { o.pool.max_connections = 0; });
    refused("negative timeout", [](options& o) { o.timeouts.connect = -1ms; });
    refused("no attempts", [](options& o) { o.retry.max_attempts = 0; });
    refused("10^9 attempts", [](options& o) { o.retry.max_attempts = 1'000'000'000; });
    refused("max_body 0", [](options& o) { o.limits.max_body = 0; });
    refused("empty trust store", [](options& o) {
        o.host = "https://cocalc.com";
        o.tls.ca_pem = "not a certificate";
    });
}

// Report D12.
TEST_F(FaultInp, INP_12_DamagedCertificate)
{
    case_counter cases("INP-12");
    for (std::size_t const at : {0U, 1U, 2U}) {
        std::string pem;
        for (std::size_t i = 0; i != 3; ++i) {
            std::string one = fake::authority("authority " + std::to_string(i)).pem();
            if (i == at) one.replace(one.size() / 2, 4, "!!!!");
            pem += one;
        }
        options o = usual();
        o.host = "https://cocalc.com";
        o.tls.ca_pem = pem;
        std::string const number = "number " + std::to_string(at + 1);
        std::string const said = expect_refused(o, number);
        EXPECT_NE(said.find(number), std::string::npos) << said;
        ++cases;
    }
}

}  // namespace
}  // namespace cohub::faults
