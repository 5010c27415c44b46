#include <cohub/transport/detail/connect_tunnel.hpp>
#include <cohub/transport/detail/no_proxy.hpp>
#include <cohub/transport/detail/socks_tunnel.hpp>
#include <cohub/transport/options.hpp>

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "support/environment.hpp"

// The messages to proxies, tested on strings.

namespace cohub::tests {
namespace {

using transport::detail::connect_tunnel;
using transport::detail::is_reached_directly;
using transport::detail::socks_tunnel;
using transport::detail::tunnel;
using namespace std::string_view_literals;

http::origin at(std::string_view url) { return http::parse_origin(url); }

/// What a tunnel makes of a proxy's answer, one byte at a time.
struct played
{
    tunnel::status status = tunnel::status::waits;
    std::string said;    // what it sends after its first message
    std::string unused;  // the rest of the proxy's bytes
    failure why;
};

played play(tunnel& t, std::string_view words, std::size_t piece = 1)
{
    played p;
    while (p.status == tunnel::status::waits && !words.empty()) {
        std::size_t used = 0;
        std::string_view const in = words.substr(0, piece);
        p.status = t.take(in, used, p.said, p.why);
        if (p.status == tunnel::status::waits) {
            EXPECT_EQ(used, in.size());
        }
        words.remove_prefix(used);
    }
    p.unused = words;
    return p;
}

std::string first_words(tunnel& t)
{
    std::string out;
    t.begin(out);
    return out;
}

// ---- CONNECT -----------------------------------------------------------------------------------

TEST(ConnectTunnel, NamesTheServerWithItsPort)
{
    connect_tunnel t(at("https://Cocalc.com/base"), {});
    std::string const words = first_words(t);
    EXPECT_TRUE(words.starts_with("CONNECT cocalc.com:443 HTTP/1.1\r\nHost: cocalc.com:443\r\n"))
        << words;
    EXPECT_TRUE(words.ends_with("\r\n\r\n"));
    EXPECT_EQ(words.find("Proxy-Authorization"), std::string::npos);
    connect_tunnel v6(at("https://[fe80::1%eth0]:8443"), {});
    EXPECT_TRUE(first_words(v6).starts_with("CONNECT [fe80::1]:8443 HTTP/1.1\r\n"));
}

TEST(ConnectTunnel, SendsBasicCredentials)
{
    connect_tunnel t(at("https://cocalc.com"), "Aladdin:open sesame");  // RFC 7617, 2
    EXPECT_NE(
        first_words(t).find("\r\nProxy-Authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==\r\n"),
        std::string::npos
    );
}

TEST(ConnectTunnel, StandsAfterAnySuccessWhateverItsHeadersSay)
{
    for (auto const* const head :
         {"HTTP/1.1 200 Connection established\r\n\r\n",
          "HTTP/1.0 200 OK\r\nProxy-Agent: x\r\n\r\n",
          "HTTP/1.1 204\r\n\r\n",
          "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
          "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 200 OK\r\n\r\n"})
        for (std::size_t const piece : {std::size_t(1), std::size_t(7), std::size_t(1000)}) {
            connect_tunnel t(at("https://cocalc.com"), {});
            auto const p = play(t, std::string(head) + "bytes", piece);
            EXPECT_EQ(p.status, tunnel::status::stands) << head;
            EXPECT_EQ(p.unused, "bytes") << head;
            EXPECT_EQ(p.said, "");
        }
}

TEST(ConnectTunnel, AskedForCredentialsSaysSo)
{
    constexpr auto answer =
        "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Negotiate\r\n"
        "proxy-authenticate:  NTLM realm=\"x\"\r\nContent-Length: 10000\r\n\r\n"sv;
    connect_tunnel without(at("https://cocalc.com"), {});
    auto const p = play(without, answer);
    EXPECT_EQ(p.status, tunnel::status::refused);
    EXPECT_EQ(p.why.code, errc::proxy_unauthorized);
    EXPECT_EQ(p.why.http_status, 407);
    EXPECT_EQ(p.why.server_message, "Proxy Authentication Required");
    EXPECT_NE(p.why.detail.find("credentials(...)"), std::string::npos) << p.why.detail;
    EXPECT_NE(
        p.why.detail.find("It takes Negotiate, NTLM, and cohub knows Basic alone"),
        std::string::npos
    ) << p.why.detail;
    connect_tunnel with(at("https://cocalc.com"), "u:pw");
    EXPECT_NE(
        play(with, answer).why.detail.find("is the name and password right?"), std::string::npos
    );
}

TEST(ConnectTunnel, TellsRefusalsFromWhatMayPass)
{
    auto const code_of = [](std::string_view status) {
        connect_tunnel t(at("https://cocalc.com"), {});
        auto const p = play(t, std::string("HTTP/1.1 ").append(status).append("\r\n\r\n"));
        EXPECT_EQ(p.status, tunnel::status::refused);
        return p.why.kind();
    };
    EXPECT_EQ(code_of("403 Forbidden"), errc::proxy_refused);
    EXPECT_EQ(code_of("302 Found"), errc::proxy_refused);
    EXPECT_EQ(code_of("501 Not Implemented"), errc::proxy_refused);
    EXPECT_EQ(code_of("401 Unauthorized"), errc::proxy_unauthorized) << "as tinyproxy says it";
    EXPECT_EQ(code_of("500 Unable to connect"), errc::connect_failed) << "as tinyproxy says it";
    EXPECT_EQ(code_of("502 Bad Gateway"), errc::connect_failed);
    EXPECT_EQ(code_of("503 Service Unavailable"), errc::connect_failed);
    EXPECT_EQ(code_of("504 Gateway Timeout"), errc::connect_failed);
    EXPECT_EQ(code_of("101 Switching Protocols"), errc::proxy_refused);
}

TEST(ConnectTunnel, RefusesWhatIsNoAnswer)
{
    for (auto const words :
         {"SSH-2.0-OpenSSH_9.2\r\n"sv,
          "\x15\x03\x03\0\x02\x02\x28"sv,
          "HTTP/2 200\r\n\r\n"sv,
          "HTTP/1.1 2oo OK\r\n\r\n"sv,
          "\r\n\r\n"sv,
          "HTTP/1.1\r\n\r\n"sv})
        for (std::size_t const piece : {std::size_t(1), std::size_t(1000)}) {
            connect_tunnel t(at("https://cocalc.com"), {});
            auto const p = play(t, words, piece);
            EXPECT_EQ(p.status, tunnel::status::refused) << words;
            EXPECT_EQ(p.why.code, errc::proxy_refused) << words;
        }
}

TEST(ConnectTunnel, BoundsAHeadWithoutEnd)
{
    for (auto const* const line : {"HTTP/1.1 200 OK\r\nX: ", "HTTP/1.1 100 Continue\r\n\r\n"}) {
        connect_tunnel t(at("https://cocalc.com"), {});
        std::string words;
        while (words.size() < 2 * connect_tunnel::max_head) words += line;
        auto const p = play(t, words, 1000);
        EXPECT_EQ(p.status, tunnel::status::refused);
        EXPECT_GE(p.unused.size(), connect_tunnel::max_head - 1000);
    }
}

TEST(ConnectTunnel, DoesNotTellCredentialsThatTheProxyRepeats)
{
    connect_tunnel t(at("https://cocalc.com"), "user:a-long-password");
    auto const p =
        play(t, "HTTP/1.1 407 dXNlcjphLWxvbmctcGFzc3dvcmQ= is wrong, user:a-long-password\r\n\r\n");
    EXPECT_EQ(p.why.message().find("a-long-password"), std::string::npos) << p.why.message();
    EXPECT_EQ(p.why.message().find("dXNlcjph"), std::string::npos) << p.why.message();
}

// ---- SOCKS5 ------------------------------------------------------------------------------------

TEST(SocksTunnel, LeavesTheNameToTheProxy)
{
    socks_tunnel t(at("https://cocalc.com"), "", {});
    EXPECT_EQ(first_words(t), "\x05\x01\x00"sv);
    auto const p = play(t, "\x05\x00\x05\x00\x00\x01\x7f\x00\x00\x01\x1f\x90rest"sv);
    EXPECT_EQ(
        p.said,
        "\x05\x01\x00\x03\x0a"
        "cocalc.com\x01\xbb"sv
    );
    EXPECT_EQ(p.status, tunnel::status::stands);
    EXPECT_EQ(p.unused, "rest");
}

TEST(SocksTunnel, TakesEachKindOfAddress)
{
    socks_tunnel v4(at("https://192.0.2.7:8443"), "", {});
    auto p = play(v4, "\x05\x00\x05\x00\x00\x03\x02hi\x00\x50!"sv, 1000);
    EXPECT_EQ(p.said, "\x05\x01\x00\x01\xc0\x00\x02\x07\x20\xfb"sv);
    EXPECT_EQ(p.status, tunnel::status::stands);
    EXPECT_EQ(p.unused, "!");
    socks_tunnel v6(at("https://[2001:db8::7]"), "", {});
    p = play(
        v6,
        "\x05\x00\x05\x00\x00\x04"
        "0123456789abcdef\x00\x50"sv,
        3
    );
    EXPECT_EQ(p.said, "\x05\x01\x00\x04\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x07\x01\xbb"sv);
    EXPECT_EQ(p.status, tunnel::status::stands);
}

TEST(SocksTunnel, SendsNameAndPasswordIfTheProxyWantsThem)
{
    socks_tunnel t(at("https://a.b"), "user", "pass");
    EXPECT_EQ(first_words(t), "\x05\x02\x00\x02"sv);
    auto const p = play(t, "\x05\x02\x01\x00\x05\x00\x00\x01\0\0\0\0\0\0"sv);
    EXPECT_EQ(
        p.said,
        "\x01\x04user\x04pass\x05\x01\x00\x03\x03"
        "a.b\x01\xbb"sv
    );
    EXPECT_EQ(p.status, tunnel::status::stands);
    socks_tunnel open(at("https://a.b"), "user", "pass");
    EXPECT_EQ(play(open, "\x05\x00"sv).said.find("pass"), std::string::npos);
}

TEST(SocksTunnel, TellsRefusalsApart)
{
    auto const code_of = [](std::string_view words, std::string const& user = {}) {
        socks_tunnel t(at("https://a.b"), user, user.empty() ? secret() : secret("pass"));
        auto const p = play(t, words);
        EXPECT_EQ(p.status, tunnel::status::refused);
        return p.why.kind();
    };
    EXPECT_EQ(code_of("\x05\xff"sv), errc::proxy_unauthorized);
    EXPECT_EQ(code_of("\x05\x02"sv), errc::proxy_unauthorized) << "nothing was offered for it";
    EXPECT_EQ(code_of("\x05\x02\x01\x01"sv, "user"), errc::proxy_unauthorized);
    EXPECT_EQ(code_of("\x05\x00\x05\x02"sv), errc::proxy_refused) << "its rules";
    EXPECT_EQ(code_of("\x05\x00\x05\x05"sv), errc::connect_failed) << "refused by the server";
    EXPECT_EQ(code_of("\x05\x00\x05\x04"sv), errc::connect_failed);
    EXPECT_EQ(code_of("\x05\x00\x05\xee"sv), errc::proxy_refused);
    EXPECT_EQ(code_of("H"sv), errc::proxy_refused) << "no SOCKS5";
    EXPECT_EQ(code_of("\x04"sv), errc::proxy_refused) << "SOCKS4";
    EXPECT_EQ(code_of("\x05\x02\x05"sv, "user"), errc::proxy_refused);
}

// ---- hosts that are reached directly -----------------------------------------------------------

TEST(NoProxy, NamesServers)
{
    struct row
    {
        std::string_view list, url;
        bool direct;
    };
    row const rows[] = {
        {"", "https://cocalc.com", false},
        {"*", "https://cocalc.com", true},
        {"cocalc.com", "https://cocalc.com", true},
        {"cocalc.com", "https://www.cocalc.com", true},
        {"cocalc.com", "https://notcocalc.com", false},
        {".cocalc.com", "https://www.cocalc.com", true},
        {".cocalc.com", "https://cocalc.com", true},
        {"*.cocalc.com", "https://www.cocalc.com", true},
        {"CoCalc.COM", "https://cocalc.com", true},
        {"cocalc.com.", "https://cocalc.com", true},
        {"cocalc.com", "https://cocalc.com.", true},
        {"a.example, cocalc.com", "https://cocalc.com", true},
        {"a.example\tcocalc.com", "https://cocalc.com", true},
        {"cocalc.com:443", "https://cocalc.com", true},
        {"cocalc.com:8443", "https://cocalc.com", false},
        {"cocalc.com:8443", "https://cocalc.com:8443", true},
        {"10.0.0.0/8", "https://10.1.2.3", true},
        {"10.0.0.0/8", "https://11.1.2.3", false},
        {"10.0.0.0/8", "https://ten.example", false},
        {"10.1.2.3/8", "https://10.9.9.9", true},
        {"0.0.0.0/0", "https://192.0.2.1", true},
        {"192.0.2.1", "https://192.0.2.1", true},
        {"192.0.2.1:443", "https://192.0.2.1", true},
        {"192.0.2.1:444", "https://192.0.2.1", false},
        {"2001:db8::/32", "https://[2001:db8::1]", true},
        {"2001:db8::/32", "https://[2001:db9::1]", false},
        {"10.0.0.0/8", "https://[2001:db8::1]", false},
        {"[2001:db8::1]", "https://[2001:db8::1]", true},
        {"[2001:db8::1]:443", "https://[2001:db8::1]", true},
        {"[2001:db8::1]:444", "https://[2001:db8::1]", false},
        {"2001:db8::1", "https://[2001:db8:0:0::1]", true},
        {"10.0.0.0/99 10.0.0/8 [::1 : . .. *. ,, /8", "https://10.1.2.3", false},
        {"10.0.0.0/99 10.0.0/8 [::1 : . .. *. ,, /8", "https://cocalc.com", false},
    };
    for (auto const& r : rows)
        EXPECT_EQ(is_reached_directly(r.list, at(r.url)), r.direct) << r.list << " | " << r.url;
}

// ---- the proxy in the options ------------------------------------------------------------------

std::string problem_of(proxy_options const& o, char const* server = "https://cocalc.com")
{
    try {
        o.to(at(server), {});
        return "";
    } catch (error const& e) {
        EXPECT_EQ(e.code(), errc::invalid_argument);
        return e.why().detail;
    }
}

http::origin address_of(std::string url)
{
    return proxy_options(std::move(url)).to(at("https://cocalc.com"), {}).get()->address();
}

TEST(ProxyOptions, ReadTheAddress)
{
    EXPECT_FALSE(proxy_options());
    EXPECT_FALSE(proxy_options(""));
    EXPECT_EQ(address_of("http://proxy").port, 80);
    EXPECT_EQ(address_of("https://proxy").port, 443);
    EXPECT_EQ(address_of("socks5h://proxy").port, 1080);
    EXPECT_EQ(address_of("socks5://proxy").port, 1080);
    EXPECT_EQ(address_of("socks5h://proxy:80/").port, 80);
    EXPECT_EQ(address_of("SOCKS5H://[::1]").port, 1080);
    EXPECT_EQ(address_of("socks5h://[::1]:80").port, 80);
    EXPECT_EQ(address_of("proxy:3128").port, 3128);
    EXPECT_EQ(address_of("user:pa%40ss@proxy:3128").host, "proxy");
    EXPECT_EQ(address_of("http://127.0.0.1:3128/").host, "127.0.0.1");
}

TEST(ProxyOptions, RefuseWhatCannotBeRight)
{
    EXPECT_NE(problem_of(proxy_options("ftp://proxy")).find("scheme"), std::string::npos);
    EXPECT_NE(problem_of(proxy_options("http://proxy/path")).find("path"), std::string::npos);
    EXPECT_NE(problem_of(proxy_options("http://")).find("missing"), std::string::npos);
    EXPECT_NE(problem_of(proxy_options("http://proxy:0")).find("port"), std::string::npos);
    EXPECT_NE(problem_of(proxy_options("http://a%zz:b@proxy")).find("%25"), std::string::npos);
    EXPECT_NE(problem_of(proxy_options("http://a%0Ab:c@proxy")).find("control"), std::string::npos);
    EXPECT_NE(
        problem_of(proxy_options("http://proxy").credentials("a:b", "c")).find("colon"),
        std::string::npos
    );
    EXPECT_NE(
        problem_of(proxy_options("socks5h://proxy").credentials("a", "")).find("255"),
        std::string::npos
    );
    EXPECT_EQ(problem_of(proxy_options("http://proxy").credentials("a", "b:c")), "");
    EXPECT_THROW(proxy_options().credentials("a", "b"), error);
    // A wrong value is reported even where the proxy is not used.
    EXPECT_NE(problem_of(proxy_options("ftp://proxy"), "http://127.0.0.1"), "");
}

TEST(ProxyOptions, TellNoPassword)
{
    options o("https://cocalc.com", "sk-1");
    o.proxy = proxy_options("http://canary-user:canary-pw@proxy:3128");
    EXPECT_NE(to_string(o).find("http://***@proxy:3128"), std::string::npos) << to_string(o);
    EXPECT_EQ(to_string(o).find("canary"), std::string::npos);
    o.proxy = proxy_options("http://proxy:3128").credentials("canary-user", "canary-pw");
    EXPECT_EQ(to_string(o).find("canary"), std::string::npos);
    EXPECT_EQ(
        problem_of(proxy_options("http://canary:canary@pro xy")).find("canary"), std::string::npos
    );
}

TEST(ProxyOptions, CopiesAreTheirOwn)
{
    proxy_options const one("http://proxy");
    proxy_options two = one;
    two.no_proxy("*");
    EXPECT_TRUE(one.to(at("https://cocalc.com"), {}));
    EXPECT_FALSE(two.to(at("https://cocalc.com"), {}));
}

TEST(ProxyOptions, LeadToTlsServersAlone)
{
    EXPECT_FALSE(proxy_options("http://proxy").to(at("http://127.0.0.1"), {}));
    EXPECT_TRUE(proxy_options("http://proxy").to(at("https://127.0.0.1"), {}));
    EXPECT_TRUE(proxy_options("http://proxy").to(at("https://localhost"), {}));
}

/// None of the variables is set.
struct no_proxy_variables
{
    environment_variable const of[6] = {
        {"HTTPS_PROXY", nullptr},
        {"ALL_PROXY", nullptr},
        {"NO_PROXY", nullptr},
        {"https_proxy", nullptr},
        {"all_proxy", nullptr},
        {"no_proxy", nullptr}};
};

std::string way_by_environment(char const* server = "https://cocalc.com")
{
    auto const o = proxy_options::from_env();
    auto const way = o ? o.to(at(server), {}) : o;
    return way ? way.get()->address().host : "";
}

TEST(ProxyOptions, OfTheEnvironment)
{
    no_proxy_variables const none;
    EXPECT_FALSE(proxy_options::from_env());
    environment_variable const all("ALL_PROXY", "socks5h://all");
    EXPECT_EQ(way_by_environment(), "all");
    environment_variable const https("HTTPS_PROXY", "large:3128");
    EXPECT_EQ(way_by_environment(), "large");
    EXPECT_EQ(way_by_environment("https://localhost"), "") << "this machine itself";
    EXPECT_EQ(way_by_environment("https://127.8.8.8"), "");
    EXPECT_EQ(way_by_environment("https://[::1]"), "");
    EXPECT_TRUE(options::from_env().proxy);
    environment_variable const odd("HTTPS_PROXY", "gopher://x");
    EXPECT_EQ(way_by_environment("https://localhost"), "") << "no harm to who does without it";
    EXPECT_THROW(way_by_environment(), error);
    environment_variable const good("HTTPS_PROXY", "large:3128");
    environment_variable const but("NO_PROXY", ".com");
    EXPECT_EQ(way_by_environment(), "");
    EXPECT_EQ(way_by_environment("https://cocalc.org"), "large");
}

#if !defined(_WIN32)  // there, the case of a variable's name does not matter
TEST(ProxyOptions, TheSmallVariablesOfTheEnvironmentAreAskedFirst)
{
    no_proxy_variables const none;
    environment_variable const large("HTTPS_PROXY", "large");
    environment_variable const small("https_proxy", "small");
    EXPECT_EQ(way_by_environment(), "small");
    environment_variable const but("NO_PROXY", ".com");
    environment_variable const small_but("no_proxy", ".org");
    EXPECT_EQ(way_by_environment(), "small");
    environment_variable const is_empty("https_proxy", "");
    EXPECT_EQ(way_by_environment(), "large");
}
#endif

}  // namespace
}  // namespace cohub::tests
