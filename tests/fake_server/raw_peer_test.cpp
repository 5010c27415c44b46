#include "cohub/fake/raw_peer.hpp"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <future>
#include <memory>
#include <string>
#include <vector>

#include "tcp_client.hpp"

namespace cohub::tests {
namespace {

using namespace std::chrono_literals;
using namespace cohub::fake;

TEST(RawAnswerTest, LengthChunksAndClose)
{
    EXPECT_EQ(
        raw_answer("{}").str(),
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
    );
    EXPECT_EQ(
        raw_answer("abcde").content_type("").chunked(3).str(),
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
    );
    EXPECT_EQ(
        raw_answer("x").content_type("text/plain").until_close().http_1_0().status(404, "No").str(),
        "HTTP/1.0 404 No\r\nContent-Type: text/plain\r\n\r\nx"
    );
}

TEST(RawPeerTest, AnswersAndRemembersTheRequest)
{
    raw_peer peer;
    peer.script(raw_script().read_request().send(raw_answer("pong")).close());
    tcp_client client(peer.port());
    client.write(request.substr(0, 20));
    client.write(request.substr(20));
    EXPECT_EQ(client.read_to_end(), raw_answer("pong").str());
    EXPECT_EQ(client.error, 0);
    ASSERT_TRUE(peer.wait_all_ended());
    raw_record const seen = peer.connection(0);
    EXPECT_EQ(seen.how, raw_ending::closed);
    ASSERT_EQ(seen.requests.size(), 1U);
    EXPECT_EQ(seen.requests[0].method(), "POST");
    EXPECT_EQ(seen.requests[0].target(), "/api/conat/hub");
    EXPECT_EQ(seen.requests[0].header("Content-Length"), "4");
    EXPECT_EQ(seen.requests[0].body, "ping");
    EXPECT_EQ(seen.bytes_in, request.size());
    EXPECT_EQ(seen.bytes_out, raw_answer("pong").str().size());
    EXPECT_EQ(seen.unfinished, "");
}

TEST(RawPeerTest, ServesForEverAndComputesAnswers)
{
    raw_peer peer;
    peer.script(raw_script().respond("first").forever().respond([](raw_request const& r) {
        return "<" + r.body + ">";
    }));
    tcp_client client(peer.port());
    client.write(request);
    EXPECT_EQ(client.read_exactly(5), "first");
    for (int i = 0; i < 3; ++i) {
        client.write(request);
        EXPECT_EQ(client.read_exactly(6), "<ping>");
    }
    EXPECT_EQ(peer.request_count(), 4U);
    EXPECT_EQ(peer.accepted(), 1U);
    EXPECT_EQ(peer.open(), 1U);
}

TEST(RawPeerTest, ScriptsGoByOrderOfAccept)
{
    raw_peer peer;
    peer.scripts(
        {raw_script().send("a").close(), raw_script().send("b").close()},
        raw_script().send("rest").close()
    );
    for (char const* expected : {"a", "b", "rest", "rest"}) {
        EXPECT_EQ(tcp_client(peer.port()).read_to_end(), expected);
    }
    EXPECT_EQ(peer.accepted(), 4U);
    peer.script(raw_script().send("anew").close());
    EXPECT_EQ(peer.accepted(), 0U);
    EXPECT_EQ(tcp_client(peer.port()).read_to_end(), "anew");
}

TEST(RawPeerTest, ResetIsAReset)
{
    raw_peer peer;
    peer.script(raw_script().read_request().reset());
    tcp_client client(peer.port());
    client.write(request);
    EXPECT_EQ(client.read_to_end(), "");
    EXPECT_EQ(client.error, ECONNRESET);
    EXPECT_EQ(peer.connection(0).how, raw_ending::reset);
}

TEST(RawPeerTest, CloseIsNoResetThoughBytesWereUnread)
{
    raw_peer peer;
    peer.script(raw_script().wait_for_release("go").close());
    tcp_client client(peer.port());
    client.write(request);
    ASSERT_TRUE(peer.wait_requests(1));
    peer.release("go");
    EXPECT_EQ(client.read_to_end(), "");
    EXPECT_EQ(client.error, 0);
}

TEST(RawPeerTest, HalfCloseGoesOnReading)
{
    raw_peer peer;
    peer.script(raw_script().send("bye").half_close().mark("closed"));
    {
        tcp_client client(peer.port());
        EXPECT_EQ(client.read_to_end(), "bye");
        ASSERT_TRUE(peer.wait_mark("closed"));
        client.write(request);
        ASSERT_TRUE(peer.wait_requests(1));
        EXPECT_EQ(peer.connection(0).how, raw_ending::open);
    }
    ASSERT_TRUE(peer.wait_all_ended());
    EXPECT_EQ(peer.connection(0).how, raw_ending::peer_closed);
}

TEST(RawPeerTest, SplitsAndDribbles)
{
    auto const begun = std::chrono::steady_clock::now();
    raw_peer peer;
    peer.script(
        raw_script().send_split_at("abcdef", 2, 20ms).send_split("uvwxyz", 3).dribble("123", 1ms)
    );
    tcp_client client(peer.port());
    EXPECT_EQ(client.read_exactly(15), "abcdefuvwxyz123");
    EXPECT_GE(std::chrono::steady_clock::now() - begun, 22ms);
}

TEST(RawPeerTest, SendsThePiecesApart)
{
    raw_peer peer;
    peer.script(raw_script().send_split_at("abcdef", 2, 1h));
    tcp_client split(peer.port());
    EXPECT_EQ(split.read_some(), "ab");
    peer.script(raw_script().dribble("123", 1h));
    tcp_client dribbled(peer.port());
    EXPECT_EQ(dribbled.read_some(), "1");
}

TEST(RawPeerTest, WaitsForBytesAndForTheTest)
{
    raw_peer peer;
    peer.script(
        raw_script().wait_bytes(3).send("3").wait_bytes(2).mark("five").wait_for_release("x").send(
            "5"
        )
    );
    tcp_client client(peer.port());
    client.write("abc");
    EXPECT_EQ(client.read_exactly(1), "3");
    client.write("de");
    ASSERT_TRUE(peer.wait_mark("five"));
    EXPECT_FALSE(peer.wait_mark("never", 1ms));
    peer.release("x");
    EXPECT_EQ(client.read_exactly(1), "5");
    EXPECT_EQ(peer.connection(0).unfinished, "abcde");
}

TEST(RawPeerTest, FloodIsEndedByTheReader)
{
    raw_peer peer;
    peer.script(raw_script().send_repeated("0123456789", 1'000'000'000));
    {
        tcp_client client(peer.port());
        EXPECT_EQ(client.read_exactly(1'000'000).substr(0, 12), "012345678901");
    }
    ASSERT_TRUE(peer.wait_all_ended());
    EXPECT_EQ(peer.connection(0).how, raw_ending::peer_reset);
}

TEST(RawPeerTest, NotReadingFillsTheBuffers)
{
    raw_peer peer(raw_peer_options().receive_buffer(4096));
    peer.script(raw_script().stop_reading().mark("deaf").wait_for_release("listen").start_reading()
    );
    auto client = std::make_unique<tcp_client>(peer.port());
    ASSERT_TRUE(peer.wait_mark("deaf"));
    std::string const much(1 << 20, 'x');
    std::size_t sent = 0;
    while (true) {
        ssize_t const n =
            ::send(client->socket(), much.data(), much.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
        pollfd writable{client->socket(), POLLOUT, 0};
        if (n < 0 && ::poll(&writable, 1, 100) == 0) {
            break;
        }
        sent += n > 0 ? static_cast<std::size_t>(n) : 0;
        ASSERT_LT(sent, std::size_t{64} << 20);
    }
    EXPECT_EQ(peer.connection(0).bytes_in, 0U);
    peer.release("listen");
    EXPECT_TRUE(peer.wait([&](auto const& log) { return log[0].bytes_in == sent; }));
    client.reset();
    EXPECT_TRUE(peer.wait_all_ended());
}

TEST(RawPeerTest, CountsNoConnectionFromBeforeTheScript)
{
    raw_peer peer;
    peer.script(raw_script().stall());
    for (int round = 0; round < 50; ++round) {
        // This client is connected. Whether it is accepted is a matter of chance.
        tcp_client before(peer.port());
        peer.script(raw_script().stall());
        EXPECT_EQ(peer.accepted(), 0U);
        tcp_client one(peer.port());
        tcp_client two(peer.port());
        EXPECT_EQ(peer.accepted(), 2U);
        EXPECT_EQ(peer.peak_open(), 2U);
    }
}

TEST(RawPeerTest, CountsConnectionsOneAfterTheOtherAsOne)
{
    raw_peer peer;
    peer.script(raw_script().stall());
    for (int i = 0; i < 200; ++i) tcp_client(peer.port());
    EXPECT_EQ(peer.accepted(), 200U);
    EXPECT_TRUE(peer.wait_all_ended());
    EXPECT_EQ(peer.peak_open(), 1U);
}

TEST(RawPeerTest, StalledConnectionsEndWithTheirPeer)
{
    auto peer = std::make_unique<raw_peer>();
    peer->script(raw_script().stall());
    tcp_client one(peer->port());
    tcp_client two(peer->port());
    ASSERT_TRUE(peer->wait_accepted(2));
    EXPECT_EQ(peer->peak_open(), 2U);
    peer->drop_all();
    EXPECT_TRUE(peer->wait_all_ended());
    EXPECT_EQ(peer->connection(1).how, raw_ending::stopped);
    tcp_client three(peer->port());
    ASSERT_TRUE(peer->wait_accepted(3));
    peer.reset();
    EXPECT_EQ(three.read_to_end(), "");
    EXPECT_EQ(three.error, ECONNRESET) << "not yet at an end";
}

TEST(RawPeerTest, PauseRefusesAndKeepsThePort)
{
    raw_peer peer;
    peer.script(raw_script().send("x").close());
    std::uint16_t const port = peer.port();
    peer.pause_listening();
    EXPECT_FALSE(tcp_client(port).connected());
    peer.resume_listening();
    EXPECT_EQ(tcp_client(port).read_to_end(), "x");
    EXPECT_EQ(peer.port(), port);
}

TEST(RawPeerTest, RefusingAndSilentPorts)
{
    refusing_port const refusing;
    EXPECT_FALSE(tcp_client(refusing.port()).connected());

    silent_port const silent;
    int const s = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(silent.port());
    ASSERT_EQ(::connect(s, reinterpret_cast<sockaddr*>(&address), sizeof address), -1);
    EXPECT_EQ(errno, EINPROGRESS);
    pollfd connected{s, POLLOUT, 0};
    EXPECT_EQ(::poll(&connected, 1, 100), 0);
    ::close(s);
}

TEST(RawPeerTest, ListensOnIpv6WhenAsked)
{
    raw_peer peer(raw_peer_options().ipv6());
    peer.script(raw_script().send("six"));
    int const s = ::socket(AF_INET6, SOCK_STREAM, 0);
    sockaddr_in6 address{};
    address.sin6_family = AF_INET6;
    address.sin6_addr = in6addr_loopback;
    address.sin6_port = htons(peer.port());
    ASSERT_EQ(::connect(s, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    char buffer[4] = {};
    EXPECT_EQ(::recv(s, buffer, 3, MSG_WAITALL), 3);
    EXPECT_STREQ(buffer, "six");
    ::close(s);
}

TEST(RawPeerTest, ManyThreadsManyConnections)
{
    raw_peer peer;
    peer.script(raw_script().forever().respond("ok"));
    std::vector<std::future<int>> done;
    for (int t = 0; t < 4; ++t) {
        done.push_back(std::async(std::launch::async, [&peer] {
            int right = 0;
            for (int i = 0; i < 50; ++i) {
                tcp_client client(peer.port());
                client.write(request);
                right += client.read_exactly(2) == "ok" ? 1 : 0;
            }
            return right;
        }));
    }
    int right = 0;
    for (auto& one : done) {
        right += one.get();
    }
    EXPECT_EQ(right, 200);
    EXPECT_EQ(peer.accepted(), 200U);
    EXPECT_EQ(peer.request_count(), 200U);
    EXPECT_TRUE(peer.wait_all_ended());
}

}  // namespace
}  // namespace cohub::tests
