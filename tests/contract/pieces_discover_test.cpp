#include <cohub/fake/raw_peer.hpp>
#include <cohub/fake_server.hpp>
#include <cohub/pieces/discover.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <list>
#include <string>
#include <vector>

#include "support/run_call.hpp"

namespace cohub::tests {
namespace {

using namespace std::chrono_literals;
using boost::asio::ip::tcp;

class DiscoverTest : public testing::Test
{
protected:
    DiscoverTest()
    {
        std::string name = (std::filesystem::temp_directory_path() / "cohub-XXXXXX").string();
        folder = ::mkdtemp(name.data());
        // The io_context opens its own descriptors with its first socket.
        tcp::socket(io, tcp::v4());
    }
    ~DiscoverTest() override { std::filesystem::remove_all(folder); }

    std::string file(std::string const& name, std::string const& content)
    {
        std::ofstream(folder / name) << content;
        return (folder / name).string();
    }
    /// No files and no ports except those that the test gives.
    pieces::discover_options nowhere() const
    {
        return pieces::discover_options().port_files({}).ports({}).old_ports({});
    }
    result<pieces::discovered> search(pieces::discover_options const& o)
    {
        auto const begin = std::chrono::steady_clock::now();
        auto r = run_call(io, pieces::discover(io, o, as_result));  // waits for at most 20 s
        took = std::chrono::steady_clock::now() - begin;
        return r;
    }
    static std::uint16_t port_of(fake_server const& s)
    {
        return static_cast<std::uint16_t>(std::stoi(s.url().substr(s.url().rfind(':') + 1)));
    }
    /// A port on which nobody listens, and that no other program gets during the test.
    std::uint16_t closed_port() { return closed_.emplace_back().port(); }

    std::filesystem::path folder;
    boost::asio::io_context io;
    fake_server server{fake_server_options().plain().users(0)};
    std::chrono::steady_clock::duration took{};

private:
    std::list<fake::refusing_port> closed_;
};

TEST_F(DiscoverTest, FollowsThePortFile)
{
    std::string const path = file("port", " " + std::to_string(port_of(server)) + "\r\n");
    auto const r = search(nowhere().port_files({(folder / "none").string(), path}));
    ASSERT_TRUE(r) << r.error().message();
    EXPECT_EQ(r->port, port_of(server));
    EXPECT_EQ(r->base_url, "http://127.0.0.1:" + std::to_string(r->port));
    EXPECT_EQ(r->how, "port file " + path);
}

TEST_F(DiscoverTest, LooksIntoTheHomeFolder)
{
#if defined(__APPLE__)
    auto const config = folder / "Library/com.pieces.os/production/Config";
#else
    auto const config = folder / "Documents/com.pieces.os/production/Config";
#endif
    std::filesystem::create_directories(config);
    std::ofstream(config / ".port.txt") << port_of(server);
    auto const r = search(pieces::discover_options().home(folder.string()).ports({}).old_ports({}));
    ASSERT_TRUE(r) << r.error().message();
    EXPECT_EQ(r->port, port_of(server));
}

TEST_F(DiscoverTest, ScansThePortsAtOnce)
{
    std::vector<std::uint16_t> ports;
    for (int i = 0; i != 20; ++i) ports.push_back(closed_port());
    ports.push_back(port_of(server));
    auto const r = search(nowhere().ports(ports));
    ASSERT_TRUE(r) << r.error().message();
    EXPECT_EQ(r->port, port_of(server));
    EXPECT_EQ(r->how, "scan");
}

TEST_F(DiscoverTest, TriesOldPortsAtLast)
{
    auto const r = search(nowhere().ports({closed_port()}).old_ports({port_of(server)}));
    ASSERT_TRUE(r) << r.error().message();
    EXPECT_EQ(r->how, "old port");
    ASSERT_EQ(r->tried.size(), 1u);
    EXPECT_NE(r->tried[0].find("nobody listens"), std::string::npos);
}

TEST_F(DiscoverTest, FilesThatHoldNoPortAreNoHindrance)
{
    std::vector<std::string> const files = {
        file("large", std::string(4'000'000, '7')),
        file("empty", ""),
        file("words", "hello"),
        file("range", "65536"),
        file("zero", "0"),
        file("minus", "-1"),
        file("more", "80 81"),
        file(
            "bytes",
            std::string(
                "8\0"
                "0",
                3
            )
        ),
        file("stale", std::to_string(closed_port())),
        folder.string(),
        (folder / "pipe").string()};
    ASSERT_EQ(::mkfifo(files.back().c_str(), 0600), 0);
    auto const r = search(nowhere().port_files(files).ports({port_of(server)}));
    ASSERT_TRUE(r) << r.error().message();
    EXPECT_EQ(r->how, "scan");
    EXPECT_EQ(r->tried.size(), files.size());
}

TEST_F(DiscoverTest, TellsOtherServersAndSilentOnes)
{
    fake_server other(fake_server_options().plain().users(0));
    other.script("pieces.health").status(200).body("hello").forever();
    tcp::acceptor silent(io, tcp::endpoint(boost::asio::ip::address_v4::loopback(), 0));
    std::uint16_t const silent_port = silent.local_endpoint().port();
    auto const wanted = nowhere().timeout(60s).probe_timeout(1s);

    auto o = wanted;
    auto const none = search(o.ports({port_of(other), silent_port, closed_port()}));
    ASSERT_FALSE(none);
    EXPECT_EQ(none.error().code, errc::connect_failed);
    std::string const text = none.error().message();
    EXPECT_NE(text.find(std::to_string(port_of(other)) + ": somebody else"), std::string::npos)
        << text;
    EXPECT_NE(text.find(std::to_string(silent_port) + ": no answer in time"), std::string::npos)
        << text;
    EXPECT_NE(text.find("PIECES_HOST"), std::string::npos) << text;
    EXPECT_GE(took, 1s);

    o = wanted;
    auto const r = search(o.ports({port_of(other), silent_port, port_of(server)}));
    ASSERT_TRUE(r) << r.error().message();
    EXPECT_EQ(r->port, port_of(server));
}

TEST_F(DiscoverTest, AnsweringStatusesOtherThan200AreNoPieces)
{
    fake_server other(fake_server_options().plain().users(0));
    for (int const status : {204, 302, 404, 500}) {
        other.script("pieces.health")
            .status(status)
            .header("Location", "/x")
            .body(status == 204 ? "" : "ok");
        EXPECT_FALSE(search(nowhere().ports({port_of(other)}))) << status;
    }
    other.script("pieces.health").status(200).body("Ok:1");
    EXPECT_TRUE(search(nowhere().ports({port_of(other)})));
}

TEST_F(DiscoverTest, EndsInTimeWhateverItMeets)
{
    tcp::acceptor silent(io, tcp::endpoint(boost::asio::ip::address_v4::loopback(), 0));
    std::uint16_t const port = silent.local_endpoint().port();
    auto o = nowhere().timeout(300ms).probe_timeout(60s);
    auto const r = search(o.ports({port}).old_ports({port_of(server)}));
    ASSERT_FALSE(r);
    EXPECT_NE(r.error().message().find("no time left"), std::string::npos) << r.error().message();
    EXPECT_GE(took, 290ms);
}

TEST_F(DiscoverTest, TheCallersLimitIsATimeout)
{
    tcp::acceptor silent(io, tcp::endpoint(boost::asio::ip::address_v4::loopback(), 0));
    std::uint16_t const port = silent.local_endpoint().port();
    auto const o = nowhere().timeout(60s).probe_timeout(60s).ports({port});
    for (bool const as_deadline : {false, true}) {
        call_options limit;
        if (as_deadline)
            limit.deadline(std::chrono::steady_clock::now() + 100ms);
        else
            limit.timeout(100ms);
        auto const r = run_call(io, pieces::discover(io, o, limit, as_result));
        ASSERT_FALSE(r);
        EXPECT_EQ(r.error().code, errc::timeout);
        std::string const text = r.error().message();
        EXPECT_NE(text.find(std::to_string(port) + ": no answer in time"), std::string::npos)
            << text;
    }
    auto own = nowhere().timeout(100ms).probe_timeout(60s).ports({port});
    auto const r = run_call(io, pieces::discover(io, own, call_options().timeout(60s), as_result));
    ASSERT_FALSE(r);
    EXPECT_EQ(r.error().code, errc::connect_failed);
}

TEST_F(DiscoverTest, LimitsMayBeOfAnySize)
{
    auto const most = std::chrono::milliseconds::max();
    auto o = nowhere().timeout(most).probe_timeout(most).ports({port_of(server)});
    EXPECT_TRUE(search(o));
    EXPECT_TRUE(run_call(
        io,
        pieces::discover(io, o, call_options().timeout(std::chrono::nanoseconds::max()), as_result)
    ));
    EXPECT_FALSE(search(o.timeout(0ms)));
    EXPECT_FALSE(search(o.timeout(std::chrono::milliseconds::min())));
}

// UBSan opens a pipe to check an object. Without descriptors it reports errors that are none. GCC
// and clang have different macros that show that sanitizers are on.
#if defined(__SANITIZE_ADDRESS__)
#define COHUB_SANITIZED 1
#elif defined(__has_feature)
#define COHUB_SANITIZED __has_feature(address_sanitizer)
#else
#define COHUB_SANITIZED 0
#endif

#if !COHUB_SANITIZED

/// Leaves this many file descriptors to the process until it is destroyed.
class few_files
{
public:
    explicit few_files(std::size_t left)
    {
        ::getrlimit(RLIMIT_NOFILE, &before_);
        rlimit few = before_;
        few.rlim_cur = 400;
        ::setrlimit(RLIMIT_NOFILE, &few);
        for (int fd = ::dup(2); fd != -1; fd = ::dup(2)) taken_.push_back(fd);
        for (; left != 0 && !taken_.empty(); --left) give_back();
    }
    few_files(few_files const&) = delete;
    few_files& operator=(few_files const&) = delete;
    ~few_files()
    {
        while (!taken_.empty()) give_back();
        ::setrlimit(RLIMIT_NOFILE, &before_);
    }

private:
    void give_back()
    {
        ::close(taken_.back());
        taken_.pop_back();
    }

    rlimit before_{};
    std::vector<int> taken_;
};

TEST_F(DiscoverTest, WithoutFileDescriptorsItSaysSo)
{
    std::string const path = file("port", "80");
    auto const o = nowhere().port_files({path}).ports({port_of(server), closed_port()});
    {
        few_files const few(0);  // a probe needs one for its socket
        auto const r = search(o);
        ASSERT_FALSE(r);
        EXPECT_EQ(r.error().code, errc::connect_failed);
        EXPECT_EQ(r.error().cause, boost::system::errc::too_many_files_open);
        std::string const text = r.error().message();
        EXPECT_NE(text.find("no file descriptors left"), std::string::npos) << text;
        EXPECT_NE(text.find(std::to_string(port_of(server)) + ": no file"), std::string::npos)
            << text;
    }
    EXPECT_TRUE(search(o));
}

TEST_F(DiscoverTest, FewFileDescriptorsDo)
{
    std::vector<std::uint16_t> ports;
    for (int i = 0; i != 20; ++i) ports.push_back(closed_port());
    ports.push_back(port_of(server));
    // The server needs a descriptor, too.
    for (std::size_t const left : {3u, 4u, 5u, 10u}) {
        few_files const few(left);
        auto const r = search(nowhere().ports(ports));
        ASSERT_TRUE(r) << left << r.error().message();
        EXPECT_EQ(r->port, port_of(server));
    }
}

TEST_F(DiscoverTest, AsksNoMoreThanSixteenAtATime)
{
    std::vector<tcp::acceptor> silent;
    std::vector<std::uint16_t> ports;
    for (int i = 0; i != 34; ++i) {
        silent.emplace_back(io, tcp::endpoint(boost::asio::ip::address_v4::loopback(), 0));
        ports.push_back(silent.back().local_endpoint().port());
    }
    few_files const few(36);
    auto const r = search(nowhere().ports(ports).timeout(600s).probe_timeout(1s));
    ASSERT_FALSE(r);
    std::string const text = r.error().message();
    EXPECT_EQ(text.find("descriptor"), std::string::npos) << text;
    EXPECT_EQ(text.find("not tried"), std::string::npos) << text;
    // A port that refuses frees its place at once.
    EXPECT_GE(took, 2s);
    EXPECT_LT(took, 30s) << "one after the other, they take 34 seconds";
}

#endif

TEST_F(DiscoverTest, CanBeCancelled)
{
    tcp::acceptor silent(io, tcp::endpoint(boost::asio::ip::address_v4::loopback(), 0));
    auto o = nowhere().timeout(60s).probe_timeout(60s);
    boost::asio::cancellation_signal stop;
    error_code got;
    pieces::discover(
        io,
        o.ports({silent.local_endpoint().port()}),
        boost::asio::bind_cancellation_slot(
            stop.slot(), [&](error_code ec, pieces::discovered) { got = ec; }
        )
    );
    io.run_for(50ms);
    stop.emit(boost::asio::cancellation_type::terminal);
    io.restart();
    io.run_for(10s);
    EXPECT_TRUE(io.stopped());
    EXPECT_EQ(got, errc::cancelled);
}

TEST_F(DiscoverTest, MayBeDroppedWithItsContext)
{
    tcp::acceptor silent(io, tcp::endpoint(boost::asio::ip::address_v4::loopback(), 0));
    auto o = nowhere().timeout(60s).probe_timeout(60s);
    boost::asio::io_context other;
    int calls = 0;
    pieces::discover(
        other,
        o.ports({silent.local_endpoint().port()}),
        [&](error_code, pieces::discovered) { ++calls; }
    );
    other.run_for(20ms);
    EXPECT_EQ(calls, 0);
}

TEST_F(DiscoverTest, RunsOnAnExecutorToo)
{
    boost::asio::any_io_executor const executor = io.get_executor();
    auto const r =
        run_call(io, pieces::discover(executor, nowhere().ports({port_of(server)}), as_result));
    EXPECT_TRUE(r);
}

}  // namespace
}  // namespace cohub::tests
