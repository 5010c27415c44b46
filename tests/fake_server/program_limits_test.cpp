// E6, E13 to E16: how the program behaves at the limits of the machine, and with descriptors that
// are closed or passed to it.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/resource.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>

#include "program.hpp"
#include "support.hpp"

#if defined(__has_feature)
#if __has_feature(undefined_behavior_sanitizer)
#define COHUB_TESTS_WITH_UBSAN
#endif
#endif

namespace cohub::tests {

namespace {

std::uint16_t port_of(json::value const& line)
{
    std::string const url(line.at("url").as_string());
    return static_cast<std::uint16_t>(std::stoi(url.substr(url.rfind(':') + 1)));
}

/// The value of a line such as `VmHWM:  1234 kB` of /proc/PID/status.
long long status_number(pid_t pid, std::string const& name)
{
    std::ifstream in("/proc/" + std::to_string(pid) + "/status");
    for (std::string line; std::getline(in, line);) {
        if (line.starts_with(name + ":")) return std::stoll(line.substr(name.size() + 1));
    }
    return -1;
}

void limit_descriptors(rlim_t soft, rlim_t hard)
{
    rlimit const l{soft, hard};
    ::setrlimit(RLIMIT_NOFILE, &l);
}

TEST(FakeServerProgramE6, ReportsAnOutputThatCannotBeWritten)
{
    auto const full = [] { ::dup2(::open("/dev/full", O_WRONLY), 1); };
    auto const closed = [] { ::close(1); };
    for (std::string const option : {"--plain", "--help", "--version"}) {
        for (auto const& prepare : {std::function<void()>(full), std::function<void()>(closed)}) {
            program p({option}, prepare);
            EXPECT_NE(p.errors().find("error: cannot write to standard output"), std::string::npos)
                << option;
            EXPECT_EQ(p.status(), 1) << option;
        }
    }
}

TEST(FakeServerProgramE14, KeepsTheAnnouncementOutOfTheLog)
{
    program p({"--plain", "--log", "log"}, [] {
        for (int const standard : {0, 1, 2}) ::close(standard);
    });
    EXPECT_EQ(p.status(), 1);
    EXPECT_EQ(p.file("log"), "");
}

TEST(FakeServerProgramE14, RaisesItsLimitOfDescriptors)
{
    program p({"--plain", "--users", "0"}, [] { limit_descriptors(64, 256); });
    json::value const line = json::parse(p.line());
    std::vector<raw_client> clients;
    for (int i = 0; i < 150; ++i) {
        clients.emplace_back(port_of(line));
        clients.back().send(ping_request(std::string(line.at("api_key").as_string())));
        EXPECT_NE(clients.back().receive_until("\"now\"").find("200 OK"), std::string::npos) << i;
    }
    p.signal(SIGTERM);
    EXPECT_EQ(p.errors(), "");
}

// UBSan opens a pipe to check an object. If there are no descriptors left, it reports a bad object.
#if !defined(COHUB_TESTS_WITH_UBSAN)
TEST(FakeServerProgramE14, SaysThatItIsOutOfDescriptorsAndGoesOn)
{
    program p({"--plain", "--users", "0"}, [] { limit_descriptors(32, 32); });
    json::value const line = json::parse(p.line());
    std::vector<raw_client> clients;
    for (int i = 0; i < 40; ++i) clients.emplace_back(port_of(line));
    std::string const warning = p.error_line();
    EXPECT_NE(warning.find("out of file descriptors"), std::string::npos) << warning;
    while (clients.size() > 5) clients.pop_back();
    raw_client late(port_of(line));
    late.send(ping_request(std::string(line.at("api_key").as_string())));
    EXPECT_NE(late.receive_until("\"now\"").find("200 OK"), std::string::npos);
    p.signal(SIGTERM);
    EXPECT_EQ(p.errors(), "");
    EXPECT_EQ(p.status(), 0);
}
#endif

TEST(FakeServerProgramE14, TwoInOneFolderDoNotShareTheirCertificate)
{
    program p({"--users", "0"});
    program q({"--users", "0"}, [&p] {
        if (::chdir(p.folder.c_str()) != 0) ::_exit(126);
    });
    std::string const one(json::parse(p.line()).at("ca_file").as_string());
    std::string const other(json::parse(q.line()).at("ca_file").as_string());
    EXPECT_NE(p.folder / one, p.folder / other);
    p.signal(SIGTERM);
    EXPECT_EQ(p.status(), 0);
    EXPECT_NE(p.file(other), "");
}

TEST(FakeServerE15, FaultsOfTheStartComeBackByAReset)
{
    fake_server server(plain_options().users(0).fault("system.ping status=503 forever"));
    http_client client(server);
    server.add_fault("system.test status=500 forever");
    EXPECT_EQ(client.call("system.ping").status, 503);
    ASSERT_EQ(client.send("POST", "/__fake__/reset", {}, "").status, 200);
    EXPECT_EQ(client.call("system.ping").status, 503);
    EXPECT_EQ(client.call("system.test").status, 200);
    server.reset();
    EXPECT_EQ(client.call("system.ping").status, 503);
}

TEST(FakeServerE15, RefusesAFaultForACallThatDoesNotExist)
{
    fake_server server(plain_options().users(0));
    http_client client(server);
    for (auto const& [wrong, nearest] :
         {std::pair("system.pingg", "'system.ping'"),
          {"system.user_search", "'system.userSearch'"},
          {"v1.user_serch", "'v1.user_search'"},
          {"v2.accounts.serch", "'v2.accounts.search'"},
          {"pieces.user_snapshots", "'pieces.user_snapshot'"},
          {"sistem.*", "'system."}}) {
        answer const a = client.send(
            "PUT", "/__fake__/faults", {}, "[\"" + std::string(wrong) + " status=503\"]"
        );
        EXPECT_EQ(a.status, 400) << wrong;
        EXPECT_NE(a.body.find(nearest), std::string::npos) << a.body;
    }
    for (std::string const right :
         {"*", "system.*", "v1.ping", "/no/such/path", "/api/conat/hub#system.future"}) {
        server.add_fault(right + " status=503");
    }
}

/// Whether a server's certificate is for `host` and was issued by `ca_pem`.
bool is_trusted(std::string const& host, std::uint16_t port, std::string const& ca_pem)
{
    struct owner
    {
        SSL_CTX* context = SSL_CTX_new(TLS_client_method());
        BIO* connection = BIO_new_ssl_connect(context);
        BIO* text = nullptr;
        X509* issuer = nullptr;
        ~owner()
        {
            X509_free(issuer);
            BIO_free(text);
            BIO_free_all(connection);
            SSL_CTX_free(context);
        }
    } o;
    o.text = BIO_new_mem_buf(ca_pem.data(), static_cast<int>(ca_pem.size()));
    o.issuer = PEM_read_bio_X509(o.text, nullptr, nullptr, nullptr);
    X509_STORE_add_cert(SSL_CTX_get_cert_store(o.context), o.issuer);
    SSL* ssl = nullptr;
    BIO_get_ssl(o.connection, &ssl);
    SSL_set_verify(ssl, SSL_VERIFY_PEER, nullptr);
    // A minimal machine may have no hosts file.
    bool const is_name = host == "localhost";
    if (is_name)
        SSL_set1_host(ssl, host.c_str());
    else
        X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), host.c_str());
    std::string const at = is_name ? "127.0.0.1" : "[" + host + "]";
    BIO_set_conn_hostname(o.connection, (at + ":" + std::to_string(port)).c_str());
    return BIO_do_connect(o.connection) == 1 && BIO_do_handshake(o.connection) == 1;
}

TEST(FakeServerE15, ListensWhereItIsToldAndItsUrlAnswers)
{
    for (std::string const address : {"localhost", "127.0.0.2", "0.0.0.0", "::1", "::"}) {
        fake_server server(fake_server_options().users(0).bind(address));
        std::string const url = server.url();
        httplib::Client client(url);
        client.set_hostname_addr_map({{"localhost", "127.0.0.1"}});
        // httplib 0.11 reads beyond an IPv4 address in the certificate when it looks for an IPv6
        // address.
        client.enable_server_certificate_verification(false);
        auto const got = client.Get("/__fake__/clock");
        EXPECT_TRUE(got) << url << ' ' << httplib::to_string(got.error());
        std::string host = url.substr(8, url.rfind(':') - 8);
        if (host.front() == '[') host = host.substr(1, host.size() - 2);
        EXPECT_TRUE(is_trusted(host, server.port(), server.ca_pem())) << url;
        EXPECT_FALSE(is_trusted("127.0.0.77", server.port(), server.ca_pem())) << url;
    }
}

TEST(FakeServerE15, SaysWhereItCannotListen)
{
    try {
        fake_server server(plain_options().users(0).bind("192.0.2.1"));
        FAIL();
    } catch (std::runtime_error const& error) {
        EXPECT_NE(std::string(error.what()).find("192.0.2.1"), std::string::npos) << error.what();
    }
}

class FakeServerE16 : public testing::Test
{
protected:
    json::array requests(std::string const& query)
    {
        answer const a = client.get("/__fake__/requests" + query);
        EXPECT_EQ(a.status, 200) << a.body;
        return a.value().at("requests").as_array();
    }
    static std::vector<std::int64_t> numbers(json::array const& requests)
    {
        std::vector<std::int64_t> out;
        for (json::value const& r : requests) out.push_back(r.at("number").as_int64());
        return out;
    }

    fake_server server{plain_options().users(0)};
    http_client client{server};
};

TEST_F(FakeServerE16, FiltersTheJournal)
{
    for (std::string const name : {"system.ping", "system.test", "system.ping", "system.ping"}) {
        client.call(name);
    }
    using list = std::vector<std::int64_t>;
    EXPECT_EQ(numbers(requests("")), (list{1, 2, 3, 4}));
    EXPECT_EQ(numbers(requests("?call=system.ping")), (list{1, 3, 4}));
    EXPECT_EQ(numbers(requests("?call=%2Fapi%2Fconat%2Fhub%23system.test")), (list{2}));
    EXPECT_EQ(numbers(requests("?since=2")), (list{3, 4}));
    EXPECT_EQ(numbers(requests("?since=4")), list());
    EXPECT_EQ(numbers(requests("?since=18446744073709551615")), list());
    EXPECT_EQ(numbers(requests("?limit=2")), (list{3, 4}));
    EXPECT_EQ(numbers(requests("?limit=0")), list());
    EXPECT_EQ(numbers(requests("?call=system.test&limit=5")), (list{2}));
    EXPECT_EQ(numbers(requests("?call=system.ping&since=1&limit=1")), (list{3}));
    for (std::string const wrong : {"?sinse=1", "?since=-1", "?limit=", "?limit=x"}) {
        EXPECT_EQ(client.get("/__fake__/requests" + wrong).status, 400) << wrong;
    }
}

TEST_F(FakeServerE16, AnswersOldClientsToo)
{
    client.call("system.ping");
    raw_client old(server.port());
    old.send("GET /__fake__/requests HTTP/1.0\r\n\r\n");
    std::string const all = old.receive_all();
    EXPECT_TRUE(old.was_closed);
    EXPECT_EQ(json::parse(all.substr(all.find("\r\n\r\n"))).at("requests").as_array().size(), 1u);
}

TEST(FakeServerProgramE16, ReadsALargeJournalInBoundedMemory)
{
    // AddressSanitizer keeps freed memory. This limits how much.
    char const* const set = std::getenv("ASAN_OPTIONS");
    std::string const asan = std::string(set != nullptr ? set : "") + ":quarantine_size_mb=1";
    ::setenv("ASAN_OPTIONS", asan.c_str(), 1);
    program p({"--plain", "--users", "0"});
    json::value const line = json::parse(p.line());
    httplib::Client client("127.0.0.1", port_of(line));
    client.set_keep_alive(true);
    std::string const body(900'000, 'x');
    for (int i = 0; i < 60; ++i) ASSERT_TRUE(client.Post("/x", body, "text/plain"));
    long long const before = status_number(p.pid(), "VmHWM");
    std::size_t received = 0;
    client.Get("/__fake__/requests", [&](char const*, std::size_t n) {
        received += n;
        return true;
    });
    EXPECT_GT(received, std::size_t{50} << 20);
    // In kB. The list itself takes 54 MB. Only a body or two may be in memory a second time.
    EXPECT_LT(status_number(p.pid(), "VmHWM") - before, 32 * 1024);
}

TEST(FakeServerE13, AcknowledgesAHeadBeforeItsBodyComes)
{
    for (bool const tls : {false, true}) {
        fake_server server(fake_server_options().tls(tls).users(0));
        httplib::Client client(server.url());
        client.set_hostname_addr_map({{"localhost", "127.0.0.1"}});
        client.enable_server_certificate_verification(false);
        client.set_keep_alive(true);
        client.set_tcp_nodelay(false);
        // httplib writes head and body separately. The kernel delays an acknowledgement by at least
        // 40 ms. So even the fastest call would take that long without the server's own
        // acknowledgement.
        auto fastest = std::chrono::steady_clock::duration::max();
        for (int i = 0; i < 60; ++i) {
            auto const begun = std::chrono::steady_clock::now();
            ASSERT_TRUE(client.Post("/x", "body", "text/plain"));
            auto const took = std::chrono::steady_clock::now() - begun;
            // The kernel acknowledges the first segments of a connection at once in any case.
            if (i >= 40) fastest = std::min(fastest, took);
        }
        EXPECT_LT(fastest, 40ms) << tls;
    }
}

TEST(FakeServerCommand, RunsWithTheServersAddressAndEndsWithItsStatus)
{
    program p(
        {"--api-key",
         "sk-given-key",
         "--",
         "sh",
         "-c",
         "echo $COCALC_HOST $COHUB_FAKE_URL $COCALC_API_KEY; test -s $SSL_CERT_FILE || exit 1; "
         "test $NODE_EXTRA_CA_CERTS = $SSL_CERT_FILE || exit 2; "
         "test $REQUESTS_CA_BUNDLE = $SSL_CERT_FILE || exit 3; "
         "exit 7"}
    );
    std::string const line = p.line();
    EXPECT_TRUE(line.starts_with("https://localhost:")) << line;
    EXPECT_TRUE(line.ends_with(" sk-given-key")) << line;
    EXPECT_EQ(p.rest_of_output(), "");
    EXPECT_EQ(p.status(), 7);
}

TEST(FakeServerCommand, ForwardsSignals)
{
    program p(
        {"--plain", "--", "sh", "-c", "trap 'exit 9' TERM; echo ready; while :; do read x; done"},
        [] {
            int ends[2];
            if (::pipe(ends) == 0) ::dup2(ends[0], 0);
        }
    );
    EXPECT_EQ(p.line(), "ready");
    p.signal(SIGTERM);
    EXPECT_EQ(p.status(), 9);
    program q({"--plain", "--", "sh", "-c", "kill -KILL $$"});
    EXPECT_EQ(q.status(), 128 + SIGKILL);
}

TEST(FakeServerCommand, ForwardsEachOfTheSignals)
{
    for (auto const& [name, number] : std::vector<std::pair<std::string, int>>{
             {"TERM", SIGTERM},
             {"INT", SIGINT},
             {"HUP", SIGHUP},
             {"QUIT", SIGQUIT},
             {"USR1", SIGUSR1},
             {"USR2", SIGUSR2}}) {
        std::string const script =
            "trap 'kill $!; exit 9' " + name + "; sleep 60 >/dev/null 2>&1 & echo ready; wait";
        // A shell cannot trap a signal that was ignored when it started.
        program p({"--plain", "--users", "0", "--", "sh", "-c", script}, [which = number] {
            ::signal(which, SIG_DFL);
        });
        EXPECT_EQ(p.line(), "ready");
        p.signal(number);
        EXPECT_EQ(p.status(), 9) << name;
    }
}

TEST(FakeServerCommand, ReplacesVariablesAndKeepsTheOthers)
{
    program p({"--plain", "--users", "0", "--api-key", "sk-given-key", "--", "env"}, [] {
        ::setenv("COCALC_API_KEY", "sk-of-the-caller", 1);
        ::setenv("COCALC_API_KEY_2", "kept", 1);
    });
    std::string const all = "\n" + p.rest_of_output();
    EXPECT_NE(all.find("\nCOCALC_API_KEY=sk-given-key\n"), std::string::npos) << all;
    EXPECT_EQ(all.find("sk-of-the-caller"), std::string::npos) << all;
    EXPECT_NE(all.find("\nCOCALC_API_KEY_2=kept\n"), std::string::npos) << all;
    EXPECT_EQ(p.status(), 0);
}

TEST(FakeServerCommand, FindsTheCertificateFromAnyFolder)
{
    program p(
        {"--users", "0", "--ca-out", "ca.pem", "--", "sh", "-c", "cd / && test -s $SSL_CERT_FILE"}
    );
    EXPECT_EQ(p.status(), 0);
}

TEST(FakeServerCommand, KeepsItsOwnLimitOfDescriptors)
{
    program p({"--plain", "--", "sh", "-c", "ulimit -Sn"}, [] { limit_descriptors(64, 256); });
    EXPECT_EQ(p.line(), "64");
    EXPECT_EQ(p.status(), 0);
}

TEST(FakeServerCommand, SaysThatThereIsNoSuchCommand)
{
    program p({"--plain", "--", "no-such-command"});
    EXPECT_NE(p.errors().find("no-such-command"), std::string::npos);
    EXPECT_EQ(p.status(), 127);
}

}  // namespace

}  // namespace cohub::tests
