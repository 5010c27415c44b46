#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <atomic>
#include <filesystem>
#include <iterator>
#include <string>
#include <thread>

#include "support.hpp"

namespace cohub::tests {

namespace {

// Each client connection needs two descriptors here, one for each side, and the usual limit is
// 1,024.
bool allow_descriptors(rlim_t n)
{
    rlimit limit{};
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = std::min(limit.rlim_max, std::max(limit.rlim_cur, n));
    return setrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur >= n;
}

std::size_t open_descriptors()
{
    auto const folder = std::filesystem::directory_iterator("/proc/self/fd");
    return static_cast<std::size_t>(std::distance(begin(folder), end(folder)));
}

/// How many connections may wait to be accepted at `port`. Linux reports it for a listening socket.
unsigned backlog_of(std::uint16_t port)
{
    for (auto const& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
        int const fd = std::stoi(entry.path().filename());
        int listens = 0;
        socklen_t size = sizeof listens;
        if (::getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) != 0 || listens == 0)
            continue;
        sockaddr_in at{};
        size = sizeof at;
        ::getsockname(fd, reinterpret_cast<sockaddr*>(&at), &size);
        if (ntohs(at.sin_port) != port) continue;
        tcp_info info{};
        size = sizeof info;
        if (::getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size) == 0) return info.tcpi_sacked;
    }
    return 0;
}

std::unique_ptr<SSL_CTX, void (*)(SSL_CTX*)> client_context()
{
    return {SSL_CTX_new(TLS_client_method()), SSL_CTX_free};
}

/// A TLS client that keeps its session for the next connection.
class tls_client
{
public:
    tls_client(std::uint16_t port, SSL_CTX* context, SSL_SESSION* session) : raw_(port)
    {
        ssl_ = SSL_new(context);
        if (session) SSL_set_session(ssl_, session);
        SSL_set_fd(ssl_, raw_.descriptor());
        connected = SSL_connect(ssl_) == 1;
    }
    tls_client(tls_client const&) = delete;
    ~tls_client()
    {
        SSL_shutdown(ssl_);
        SSL_free(ssl_);
    }
    std::string exchange(std::string const& request)
    {
        SSL_write(ssl_, request.data(), static_cast<int>(request.size()));
        char buffer[4096];
        int const n = SSL_read(ssl_, buffer, sizeof buffer);
        return std::string(buffer, n > 0 ? static_cast<std::size_t>(n) : 0);
    }
    SSL* get() const { return ssl_; }

    bool connected = false;

private:
    raw_client raw_;
    SSL* ssl_;
};

TEST(FakeServerConnections, ServesManyRequestsOnOne)
{
    fake_server server;
    http_client client(server);
    for (int i = 0; i < 50; ++i) ASSERT_EQ(client.call("system.ping").status, 200);
    EXPECT_EQ(server.journal().connections(), 1u);
    EXPECT_EQ(server.journal().count("system.ping"), 50u);
}

TEST(FakeServerConnections, KeepsAThousandOpenAndEndsAtOnce)
{
    ASSERT_TRUE(allow_descriptors(2300));
    auto server = std::make_unique<fake_server>(plain_options());
    std::string const request = ping_request(server->api_key());
    std::vector<raw_client> clients;
    // With httplib's own backlog of 5, each dropped SYN costs a second.
    EXPECT_GE(backlog_of(server->port()), 1000u);
    for (int i = 0; i < 1000; ++i) clients.emplace_back(server->port());
    for (raw_client& c : clients) c.send(request);
    for (raw_client& c : clients) {
        ASSERT_NE(c.receive_until("{\"now\":1760000000000}").find("200 OK"), std::string::npos);
    }
    EXPECT_EQ(server->journal().open(), 1000u);
    EXPECT_EQ(server->journal().connections(), 1000u);
    for (raw_client& c : clients) {
        c.received.clear();
        c.send(request);
    }
    for (raw_client& c : clients) {
        ASSERT_NE(c.receive_until("{\"now\":1760000000000}").find("200 OK"), std::string::npos);
    }
    EXPECT_EQ(server->journal().count(), 2000u);
    server.reset();  // no client leaves, so a server that waits for them never ends
}

TEST(FakeServerConnections, KeepsAThousandOverTlsAndEndsAtOnce)
{
    ASSERT_TRUE(allow_descriptors(2300));
    auto server = std::make_unique<fake_server>();
    auto const context = client_context();
    std::string const request = ping_request(server->api_key());
    std::vector<std::unique_ptr<tls_client>> clients;
    for (int i = 0; i < 1000; ++i) {
        clients.push_back(std::make_unique<tls_client>(server->port(), context.get(), nullptr));
        ASSERT_NE(clients.back()->exchange(request).find("200 OK"), std::string::npos);
    }
    EXPECT_EQ(server->journal().open(), 1000u);
    server.reset();  // no client leaves, so a server that waits for them never ends
}

TEST(FakeServerConnections, EndsWhileClientsAreHalfWay)
{
    auto server = std::make_unique<fake_server>();
    raw_client silent(server->port());
    raw_client started(server->port());
    started.send("\x16\x03\x01");
    http_client held(*server);
    server->script("system.ping").delay_until_released();
    server->script("system.test").delay(1h);
    std::thread waiting([&] { EXPECT_EQ(held.call("system.ping").status, 0); });
    std::thread slow([&] {
        http_client c(*server);
        EXPECT_EQ(c.call("system.test").status, 0);
    });
    ASSERT_TRUE(server->journal().wait_for("system.ping", 1));
    ASSERT_TRUE(server->journal().wait_for("system.test", 1));
    server.reset();  // no client leaves, so a server that waits for them never ends
    waiting.join();
    slow.join();
}

TEST(FakeServerConnections, StartsAndEndsWithoutAClient)
{
    std::size_t const before = open_descriptors();
    for (int i = 0; i < 20; ++i) {
        fake_server const server(plain_options().users(0));
        EXPECT_NE(server.port(), 0);
        EXPECT_EQ(server.journal().connections(), 0u);
        EXPECT_GT(open_descriptors(), before);
    }
    EXPECT_LE(open_descriptors(), before);
}

TEST(FakeServerConnections, ServesClientsAtTheSameTime)
{
    fake_server server;
    std::atomic<int> good = 0;
    std::vector<std::thread> threads;
    for (int t = 0; t < 8; ++t) {
        threads.emplace_back([&] {
            http_client client(server);
            for (int i = 0; i < 50; ++i) {
                json::value const v = client.result("system.userSearch", R"({"query":"foo bar"})");
                if (v.is_array() && v.get_array().size() == 5) ++good;
            }
        });
    }
    for (std::thread& t : threads) t.join();
    EXPECT_EQ(good, 400);
    EXPECT_EQ(server.journal().connections(), 8u);
    EXPECT_EQ(server.journal().count("system.userSearch"), 400u);
}

TEST(FakeServerConnections, ResumesTlsSessions)
{
    fake_server server;
    auto const context = client_context();
    for (int const version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        server.journal().clear();
        SSL_CTX_set_min_proto_version(context.get(), version);
        SSL_CTX_set_max_proto_version(context.get(), version);
        SSL_SESSION* session = nullptr;
        {
            tls_client first(server.port(), context.get(), nullptr);
            ASSERT_TRUE(first.connected);
            // in TLS 1.3 the tickets come with the first answer
            EXPECT_NE(
                first.exchange(ping_request(server.api_key())).find("now"), std::string::npos
            );
            session = SSL_get1_session(first.get());
        }
        {
            tls_client second(server.port(), context.get(), session);
            ASSERT_TRUE(second.connected);
            EXPECT_NE(
                second.exchange(ping_request(server.api_key())).find("now"), std::string::npos
            );
            EXPECT_EQ(SSL_session_reused(second.get()), 1);
        }
        SSL_SESSION_free(session);
        EXPECT_EQ(server.journal().handshakes(), 2u);
        EXPECT_EQ(server.journal().resumed_handshakes(), 1u);
    }
}

TEST(FakeServerConnections, ServesACertificateOfOnesOwn)
{
    fake::authority const ca("another CA");
    fake_server server(fake_server_options().certificate(
        ca.issue(fake::certificate_request("127.0.0.1").ip("127.0.0.1")), ca.pem()
    ));
    EXPECT_EQ(http_client(server).call("system.ping").status, 200);
}

TEST(FakeServerConnections, IsNotTrustedUnlessItsCertificateIs)
{
    fake_server server;
    httplib::Client client("https://127.0.0.1:" + std::to_string(server.port()));
    EXPECT_FALSE(client.Get("/"));
}

TEST(FakeServerHttp, AnswersPipelinedRequestsInOrder)
{
    fake_server server(plain_options());
    raw_client client(server.port());
    std::string const ping = ping_request(server.api_key());
    client.send(ping + "GET /one HTTP/1.1\r\nHost: x\r\n\r\n" + ping);
    std::string got =
        client.receive_until("page could not be found.</p></body></html>HTTP/1.1 200");
    EXPECT_LT(got.find("200 OK"), got.find("404 Not Found"));
    client.receive_until("{\"now\":1760000000000}");
}

TEST(FakeServerHttp, AnswersByteForByteAsDocumented)
{
    fake_server server(plain_options());
    raw_client client(server.port());
    client.send(ping_request(server.api_key()));
    EXPECT_EQ(
        client.receive_until("{\"now\":1760000000000}"),
        "HTTP/1.1 200 OK\r\n"
        "Content-Type: application/json; charset=utf-8\r\n"
        "ETag: \"sop92hqav7l\"\r\n"
        "Content-Length: 21\r\n"
        "Date: Thu, 09 Oct 2025 08:53:20 GMT\r\n"
        "\r\n"
        "{\"now\":1760000000000}"
    );
}

TEST(FakeServerHttp, TakesARequestInPieces)
{
    fake_server server(plain_options());
    raw_client client(server.port());
    for (char const c : ping_request(server.api_key())) client.send(std::string(1, c));
    EXPECT_NE(client.receive_until("{\"now\":").find("200 OK"), std::string::npos);
}

TEST(FakeServerHttp, TakesAChunkedBody)
{
    fake_server server(plain_options());
    raw_client client(server.port());
    client.send(
        "POST /api/conat/hub HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + server.api_key() +
        "\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
        "8\r\n{\"name\":\r\nd\r\n\"system.ping\"\r\n1\r\n}\r\n0\r\n\r\n"
    );
    EXPECT_NE(client.receive_until("{\"now\":").find("200 OK"), std::string::npos);
    client.received.clear();
    client.send(ping_request(server.api_key()));
    EXPECT_NE(client.receive_until("{\"now\":").find("200 OK"), std::string::npos);
}

TEST(FakeServerHttp, AsksForTheBodyThatWaits)
{
    fake_server server(plain_options());
    raw_client client(server.port());
    std::string request = ping_request(server.api_key());
    auto const body = request.find("\r\n\r\n") + 4;
    client.send(
        std::string(request).insert(body - 2, "Expect: 100-continue\r\n").substr(0, body + 22)
    );
    EXPECT_EQ(client.receive_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
    client.send(request.substr(body));
    EXPECT_NE(client.receive_until("{\"now\":").find("200 OK"), std::string::npos);
}

TEST(FakeServerHttp, TakesAPostWithoutALengthForOneWithoutABody)
{
    fake_server server(plain_options());
    raw_client client(server.port());
    client.send(
        "POST /api/conat/hub HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + server.api_key() +
        "\r\n\r\n"
    );
    EXPECT_NE(client.receive_until("(reading 'split')\"}").find("200 OK"), std::string::npos);
}

TEST(FakeServerHttp, ClosesWhenAsked)
{
    fake_server server(plain_options());
    raw_client client(server.port());
    client.send("GET /x HTTP/1.1\r\nHost: x\r\nConnection: Keep-Alive, Close\r\n\r\n");
    EXPECT_NE(client.receive_all().find("Connection: close\r\n"), std::string::npos);
    EXPECT_TRUE(client.was_closed);

    raw_client old(server.port());
    old.send("GET /x HTTP/1.0\r\n\r\n");
    old.receive_all();
    EXPECT_TRUE(old.was_closed);
}

TEST(FakeServerHttp, ClosesAfterWhatIsNoHttp)
{
    fake_server server(plain_options());
    for (std::string const nonsense :
         {"\x16\x03\x01\x02 hello\r\n\r\n", "BREW /pot HTCPCP/1.0\r\n\r\n"}) {
        raw_client client(server.port());
        client.send(nonsense + ping_request(server.api_key()));
        EXPECT_EQ(client.receive_all().find("200 OK"), std::string::npos);
    }
    EXPECT_EQ(server.journal().count(), 0u);
}

TEST(FakeServerHttp, RefusesAHeadWithoutAnEnd)
{
    fake_server server(plain_options());
    raw_client client(server.port());
    client.send("GET / HTTP/1.1\r\nX: " + std::string(70 * 1024, 'x'));
    EXPECT_NE(client.receive_all().find("431"), std::string::npos);
}

TEST(FakeServerHttp, AnswersAHeadRequestWithoutABody)
{
    fake_server server(plain_options());
    raw_client client(server.port());
    client.send("HEAD /x HTTP/1.1\r\nHost: x\r\n\r\n" + ping_request(server.api_key()));
    std::string const got = client.receive_until("{\"now\":");
    EXPECT_NE(got.find("404 Not Found"), std::string::npos);
    EXPECT_EQ(got.find("could not be found"), std::string::npos);
}

TEST(FakeServerHttp, ReadsTheBodyBeforeItRefusesOneOverAMebibyte)
{
    fake_server server(plain_options());
    http_client client(server);
    std::string const frame = R"({"name":"system.ping","args":[""]})";
    auto const padded = [&](std::size_t size) {
        return std::string(frame).insert(frame.size() - 3, size - frame.size(), 'x');
    };
    EXPECT_EQ(client.post_hub(padded(1024 * 1024)).status, 200);
    answer const refused = client.post_hub(padded(1024 * 1024 + 1));
    EXPECT_EQ(refused.status, 413);
    EXPECT_EQ(refused.body, "Body exceeded 1mb limit");
    EXPECT_EQ(refused.header("Content-Type"), "");
    EXPECT_EQ(client.post_hub(padded(8 * 1024 * 1024)).status, 413);
    EXPECT_EQ(client.call("system.ping").status, 200);
    EXPECT_EQ(server.journal().connections(), 1u);
}

TEST(FakeServerHttp, ParsesByContentType)
{
    fake_server server(plain_options());
    http_client client(server);
    auto const send = [&](std::string const& type, std::string const& body) {
        return client.send(
            "POST",
            "/api/conat/hub",
            {{"Authorization", "Bearer " + server.api_key()}, {"Content-Type", type}},
            body
        );
    };
    std::string const ping = R"({"name":"system.ping"})";
    EXPECT_EQ(send("application/ld+json", ping).body, R"({"now":1760000000000})");
    EXPECT_EQ(send("Application/JSON; charset=\"UTF-8\"", ping).body, R"({"now":1760000000000})");
    EXPECT_EQ(send("application/json; charset=klingon", ping).status, 400);
    EXPECT_EQ(send("application/json; charset=klingon", ping).body, "Invalid body");
    EXPECT_EQ(
        send("application/octet-stream", ping).error(),
        "TypeError: Cannot read properties of undefined (reading 'split')"
    );
    EXPECT_EQ(
        send("application/json", "{\"name\":\"\xff\"}").error(), "Error: unknown function '\uFFFD'"
    );
    EXPECT_EQ(send("application/json", "{'name':1}").status, 400);
}

TEST(FakeServerHttp, ChecksTheBodyBeforeTheKey)
{
    fake_server server(plain_options());
    answer const a = http_client(server).as("nonsense").post_hub("{");
    EXPECT_EQ(a.status, 400);
    EXPECT_EQ(a.body, "Invalid JSON");
}

TEST(FakeServerHttp, ReadsTheAuthorizationAsTheHubDoes)
{
    fake_server server(plain_options());
    http_client client(server);
    auto const send = [&](std::string const& authorization) {
        return client
            .send(
                "POST",
                "/api/conat/hub",
                {{"Authorization", authorization}, {"Content-Type", "application/json"}},
                R"({"name":"system.ping"})"
            )
            .body;
    };
    std::string const good = R"({"now":1760000000000})";
    std::string const bad =
        R"--({"error":"must be signed in and MUST provide an api key (cookies are not allowed)"})--";
    EXPECT_EQ(send("  Bearer \t " + server.api_key() + "  "), good);
    EXPECT_EQ(send("Bearer " + server.api_key() + " more"), good);
    EXPECT_EQ(send("Bearer"), bad);
    EXPECT_EQ(send("Basic"), bad);
    EXPECT_EQ(send("basic x"), R"({"error":"Unknown authorization type 'basic'"})");
    EXPECT_EQ(send(" "), R"({"error":"Unknown authorization type 'undefined'"})");
}

TEST(FakeServerHttp, SendsNothingToWhoHasTheAnswer)
{
    fake_server server(plain_options());
    std::string const tag = "\"sop92hqav7l\"";
    raw_client client(server.port());
    auto const status = [&](std::string const& headers) {
        client.received.clear();
        std::string request = ping_request(server.api_key());
        client.send(request.insert(request.find("Host:"), headers));
        std::string const got = client.receive_until("GMT\r\n\r\n");
        if (got.find("200 OK") != got.npos) client.receive_until("}");
        return got.substr(9, 3);
    };
    EXPECT_EQ(status("If-None-Match: " + tag + "\r\n"), "304");
    EXPECT_EQ(status("If-None-Match: \"x\", W/" + tag + "\r\n"), "304");
    EXPECT_EQ(status("If-None-Match: " + tag + "\r\nCache-Control: no-cache\r\n"), "200");
    EXPECT_EQ(status("If-None-Match: \"x\"\r\n"), "200");
}

TEST(FakeServerHttp, RedirectsWhoWritesASlashTooMany)
{
    fake_server server(plain_options());
    http_client client(server);
    for (std::string const path : {"//api/conat/hub", "/api/conat/hub/"}) {
        answer const a = client.post(path, "{}");
        EXPECT_EQ(a.status, 308);
        EXPECT_EQ(a.header("Location"), "/api/conat/hub");
    }
}

// RFC 9112, 3.2.2: a server must accept it.
TEST(FakeServerHttp, TakesATargetInAbsoluteForm)
{
    fake_server server(plain_options().users(0));
    std::string ping = ping_request(server.api_key());
    ping.replace(ping.find("/api"), 4, "HTTP://elsewhere.example:8080/api");
    raw_client raw(server.port());
    raw.send(ping);
    EXPECT_NE(raw.receive_until("{\"now\":").find("200 OK"), std::string::npos) << raw.received;
    EXPECT_EQ(server.journal().requests().back().path, "/api/conat/hub");
    EXPECT_EQ(server.journal().count("/api/conat/hub#system.ping"), 1u);

    auto const get = [&server](std::string const& target) {
        raw_client client(server.port());
        client.send("GET " + target + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        return client.receive_all();
    };
    EXPECT_NE(get("https://x/__fake__/users?limit=1").find("\"account_id\""), std::string::npos);
    EXPECT_NE(get("http://[::1]:1/__fake__/clock").find("{\"now\":"), std::string::npos);
    for (std::string const target : {"http://x", "http://x/"}) {
        get(target);
        EXPECT_EQ(server.journal().requests().back().path, "/") << target;
    }
    get("http://x?a=b");
    EXPECT_EQ(server.journal().requests().back().path, "/?a=b");
    EXPECT_NE(get("http://x/api//conat").find("Location: /api/conat\r\n"), std::string::npos);
}

TEST(FakeServerHttp, TakesATargetInAbsoluteFormOverTls)
{
    fake_server server(fake_server_options().users(0));
    http_client client(server);
    EXPECT_EQ(
        client.post("https://elsewhere.example/api/conat/hub", R"({"name":"system.ping"})").status,
        200
    );
    EXPECT_EQ(server.journal().count("system.ping"), 1u);
}

TEST(FakeServerHttp, LeavesAPathThatContainsAUrlAsItIs)
{
    fake_server server(plain_options().users(0));
    http_client client(server);
    for (std::string const path : {"/http://x/y", "/a?b=http://x/y", "//x/http://y", "//x"}) {
        client.get(path);
        EXPECT_EQ(server.journal().requests().back().path, path);
    }
}

TEST(FakeServerHttp, CalculatesEntityTagsOverUtf16)
{
    fake_server server(plain_options().users(0));
    server.script("system.ping").json("\"é€\"").then().json("\"😀\"");
    http_client client(server);
    EXPECT_EQ(client.call("system.ping").header("ETag"), "\"1r6yirrdx4\"");
    EXPECT_EQ(client.call("system.ping").header("ETag"), "\"13bgapt05w24\"");
}

TEST(FakeServerOptions, RefusesWhatMakesNoSense)
{
    EXPECT_THROW(fake_server(plain_options().api_key("abc")), std::invalid_argument);
    EXPECT_THROW(fake_server(plain_options().api_key("sk-with blank")), std::invalid_argument);
    EXPECT_THROW(fake_server(plain_options().users(2'000'000)), std::invalid_argument);
    EXPECT_THROW(fake_server(plain_options().bind("192.0.2.1")), std::runtime_error);
    fake_server first(plain_options().users(0));
    EXPECT_NO_THROW(fake_server(plain_options().users(0).api_key("sk-mine-123")));
}

}  // namespace

}  // namespace cohub::tests
