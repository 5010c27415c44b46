// What fork() does to a client: in the parent it goes on, and in the child it does not touch the
// parent's connections. Children report by their exit status. They run no assertion and end with
// _exit.
#include <cohub/batching.hpp>
#include <cohub/fake/raw_peer.hpp>

#include <boost/asio/execution_context.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "support/live_hub.hpp"

namespace cohub::tests {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using fork_event = asio::execution_context::fork_event;

// The exit statuses of a child.
constexpr int all_well = 0;
constexpr int call_not_told = 20;
constexpr int wrong_code = 21;
constexpr int not_maybe_sent = 22;
constexpr int new_call_failed = 23;
constexpr int new_call_reused = 24;
constexpr int still_idle = 25;
constexpr int threw = 26;
constexpr int hook_asked = 27;

class Forks : public testing::Test
{
protected:
    /// A peer with two special connections. The first two connections answer once, hold back the
    /// second answer until `go`, and then answer every request. All other connections just answer.
    static void play(fake::raw_peer& peer)
    {
        std::string const answer = fake::raw_answer(R"({"now":1760000000000})");
        fake::raw_script const on = fake::raw_script().forever().respond(answer);
        fake::raw_script held;
        held.respond(answer).read_request().wait_for_release("go").send(answer).append(on);
        peer.scripts({held, held}, on);
    }
    options options_for(fake::raw_peer const& to) const
    {
        options o(to.url(), secret("sk-abcdefQWERTY0909000001"));
        o.tls.ca_pem = authority.pem();
        return o;
    }
    static fake::raw_script silent() { return fake::raw_script().stall(); }

    bool run_until(std::function<bool()> const& done)
    {
        auto const end = std::chrono::steady_clock::now() + 20s;
        io.restart();
        while (!done() && std::chrono::steady_clock::now() < end) {
            io.run_one_for(20ms);
            if (io.stopped()) io.restart();
        }
        return done();
    }
    bool call(hub const& h, int n = 1)
    {
        int good = 0, ended = 0;
        for (int i = 0; i != n; ++i)
            h.system().ping([&](error_code ec, server_now) {
                ++ended;
                good += ec ? 0 : 1;
            });
        return run_until([&] { return ended == n; }) && good == n;
    }

    /// @param notify whether the context is told about the fork, as Asio requires
    /// @param child runs in the child; its result is the exit status
    pid_t fork_with(bool notify, std::function<int()> const& child)
    {
        if (notify) io.notify_fork(fork_event::fork_prepare);
        pid_t const pid = ::fork();
        if (pid != 0) {
            if (notify) io.notify_fork(fork_event::fork_parent);
            return pid;
        }
        int status = threw;
        try {
            if (notify) io.notify_fork(fork_event::fork_child);
            status = child();
        } catch (...) {
        }
        ::_exit(status);
    }
    /// Runs the parent's context while it waits.
    /// @return the exit status; negative if the child ended in another way, or never
    int status_of(pid_t pid)
    {
        int status = 0;
        bool over = false;
        run_until([&] { return over = over || ::waitpid(pid, &status, WNOHANG) == pid; });
        if (!over) {
            ::kill(pid, SIGKILL);
            ::waitpid(pid, &status, 0);
            return -1;
        }
        return WIFEXITED(status) ? WEXITSTATUS(status) : -1000 - status;
    }

    fake::authority authority{"cohub fork tests"};
    asio::io_context io;
};

/// Without TLS the peer sees each byte. With TLS it also sees a close_notify.
class ForksOfAClient : public Forks, public testing::WithParamInterface<bool>
{
protected:
    ForksOfAClient()
    {
        if (GetParam())
            peer.emplace(fake::tls_settings(authority.issue(fake::loopback_request())));
        else
            peer.emplace();
        play(*peer);
        h = std::make_unique<hub>(io, options_for(*peer));
    }

    /// One connection has a call that waits for its answer. The other one is idle.
    void begin()
    {
        h->warm_up(2);  // otherwise one connection might serve both calls
        ASSERT_TRUE(run_until([this] { return h->stats().idle == 2; }));
        ASSERT_TRUE(call(*h, 2));
        h->system().ping(as_result)([this](result<server_now> r) { in_flight = std::move(r); });
        ASSERT_TRUE(run_until([&] { return peer->request_count() == 3; }));
        before = peer->connections();
        ASSERT_EQ(before.size(), 2u);
    }
    /// The child did not touch the parent's connections.
    void check_untouched()
    {
        for (std::size_t i = 0; i != 2; ++i) {
            auto const now = peer->connection(i);
            EXPECT_EQ(now.bytes_in, before[i].bytes_in) << "a byte of the child";
            EXPECT_FALSE(now.close_notify_seen);
            EXPECT_EQ(now.how, fake::raw_ending::open);
        }
        EXPECT_FALSE(in_flight.has_value());
    }
    /// The parent's call is answered, and both of its connections still work.
    void check_parent_goes_on()
    {
        std::size_t const accepted = peer->accepted();
        peer->release("go");
        ASSERT_TRUE(run_until([&] { return in_flight.has_value(); }));
        EXPECT_TRUE(in_flight->has_value()) << in_flight->error().message();
        EXPECT_TRUE(call(*h, 2));
        EXPECT_EQ(h->stats().opened, 2u);
        EXPECT_EQ(h->stats().idle, 2u);
        EXPECT_EQ(peer->accepted(), accepted);
    }

    std::optional<fake::raw_peer> peer;
    std::unique_ptr<hub> h;
    std::optional<result<server_now>> in_flight;
    std::vector<fake::raw_record> before;
};

TEST_P(ForksOfAClient, ParentAndChildGoTheirOwnWays)
{
    ASSERT_NO_FATAL_FAILURE(begin());
    pid_t const pid = fork_with(true, [this] {
        if (!run_until([&] { return in_flight.has_value(); })) return call_not_told;
        if (!in_flight->has_error() || in_flight->error().code != errc::connection_lost)
            return wrong_code;
        if (!in_flight->error().maybe_sent) return not_maybe_sent;
        if (!call(*h)) return new_call_failed;
        if (h->stats().opened != 3) return new_call_reused;
        h.reset();
        return all_well;
    });
    EXPECT_EQ(status_of(pid), all_well);
    check_untouched();
    EXPECT_TRUE(peer->wait_ended(2));
    EXPECT_EQ(peer->connection(2).requests.size(), 1u);
    check_parent_goes_on();
}

TEST_P(ForksOfAClient, AChildThatOnlyDeletesItsHubDisturbsNobody)
{
    ASSERT_NO_FATAL_FAILURE(begin());
    pid_t const pid = fork_with(true, [this] {
        h.reset();
        return all_well;
    });
    EXPECT_EQ(status_of(pid), all_well);
    check_untouched();
    check_parent_goes_on();
}

// The context is not told about the fork. In this case the child can do nothing safely except
// destroy the client.
TEST_P(ForksOfAClient, NothingLeavesAChildWhoseContextWasNotTold)
{
    ASSERT_NO_FATAL_FAILURE(begin());
    pid_t const pid = fork_with(false, [this] {
        h.reset();
        return all_well;
    });
    EXPECT_EQ(status_of(pid), all_well);
    check_untouched();
    check_parent_goes_on();
}

TEST_P(ForksOfAClient, AChildMayForkAgain)
{
    ASSERT_NO_FATAL_FAILURE(begin());
    pid_t const pid = fork_with(true, [this] {
        if (!call(*h)) return new_call_failed;
        int const status = status_of(fork_with(true, [this] {
            if (!call(*h)) return new_call_failed;
            h.reset();
            return all_well;
        }));
        if (status != all_well) return status;
        if (!call(*h)) return new_call_failed;
        if (h->stats().opened != 3) return new_call_reused;  // the child reused its own connection
        h.reset();
        return all_well;
    });
    EXPECT_EQ(status_of(pid), all_well);
    check_untouched();
    check_parent_goes_on();
}

INSTANTIATE_TEST_SUITE_P(Peers, ForksOfAClient, testing::Bool(), [](auto const& p) {
    return p.param ? "Tls" : "Plain";
});

// Otherwise parent and child would share one timerfd, and the process that sets it last would wake
// the other one.
TEST_F(Forks, TheParentsDeadlinesFire)
{
    fake::raw_peer peer;
    std::string const answer = fake::raw_answer(R"({"now":1760000000000})");
    peer.scripts({silent()}, fake::raw_script().forever().respond(answer));
    options o = options_for(peer);
    // There are no idle connections, so that the child begins no thread. Such a thread might take
    // the place of the peer's thread, which ThreadSanitizer still believes to run.
    o.pool.max_idle = 0;
    auto h = std::make_unique<hub>(io, std::move(o));
    std::optional<result<server_now>> got;
    h->system().ping(call_options().timeout(1s), as_result)([&](result<server_now> r) {
        got = std::move(r);
    });
    ASSERT_TRUE(run_until([&] { return peer.request_count() == 1; }));
    pid_t const pid = fork_with(true, [&] {
        if (!run_until([&] { return got.has_value(); })) return call_not_told;
        if (got->error().code != errc::connection_lost) return wrong_code;
        if (!call(*h)) return new_call_failed;  // its deadline is far away
        h.reset();
        return all_well;
    });
    EXPECT_EQ(status_of(pid), all_well);
    ASSERT_TRUE(run_until([&] { return got.has_value(); }));
    ASSERT_TRUE(got->has_error());
    EXPECT_EQ(got->error().code, errc::timeout);
}

TEST_F(Forks, TheChildsDeadlinesFire)
{
    fake::raw_peer peer;
    std::string const answer = fake::raw_answer(R"({"now":1760000000000})");
    peer.scripts({fake::raw_script().forever().respond(answer)}, silent());
    auto h = std::make_unique<hub>(io, options_for(peer));
    ASSERT_TRUE(call(*h));
    pid_t const pid = fork_with(true, [&] {
        std::optional<result<server_now>> got;
        h->system().ping(call_options().timeout(50ms), as_result)([&](result<server_now> r) {
            got = std::move(r);
        });
        if (!run_until([&] { return got.has_value(); })) return call_not_told;
        return got->has_error() && got->error().code == errc::timeout ? all_well : wrong_code;
    });
    EXPECT_EQ(status_of(pid), all_well);
    EXPECT_TRUE(call(*h));
    EXPECT_EQ(h->stats().opened, 1u);
}

// The thread that watches idle connections is not in the child. The child begins another one.
TEST_F(Forks, IdleConnectionsEndAtTheirTimeOnBothSides)
{
    fake::raw_peer peer;
    std::string const answer = fake::raw_answer(R"({"now":1760000000000})");
    peer.script(fake::raw_script().forever().respond(answer));
    options o = options_for(peer);
    o.pool.idle_timeout = 50ms;
    hub const h(io, std::move(o));
    auto const other_work = asio::make_work_guard(io);
    ASSERT_TRUE(call(h));
    pid_t const pid = fork_with(true, [&] {
        if (!run_until([&] { return h.stats().idle == 0; })) return still_idle;
        for (int round = 0; round != 3; ++round) {
            if (!call(h)) return new_call_failed;
            if (!run_until([&] { return h.stats().idle == 0; })) return still_idle;
        }
        return all_well;
    });
    EXPECT_EQ(status_of(pid), all_well);
    EXPECT_TRUE(run_until([&] { return h.stats().idle == 0; }));
    EXPECT_TRUE(call(h));
    EXPECT_TRUE(run_until([&] { return h.stats().idle == 0; }));
}

TEST_F(Forks, SharedReadsAreTheParents)
{
    fake::raw_peer peer;
    play(peer);
    auto h = std::make_unique<hub>(io, options_for(peer));
    ASSERT_TRUE(call(*h));
    std::vector<result<server_now>> got;
    auto const read = [&] {
        h->system().ping(call_options().shared(), as_result)([&](result<server_now> r) {
            got.push_back(std::move(r));
        });
    };
    for (int i = 0; i != 3; ++i) read();
    ASSERT_TRUE(run_until([&] { return peer.request_count() == 2; }));
    pid_t const pid = fork_with(true, [&] {
        if (!run_until([&] { return got.size() == 3; })) return call_not_told;
        for (auto const& r : got) {
            if (!r.has_error() || r.error().code != errc::connection_lost) return wrong_code;
            if (!r.error().maybe_sent) return not_maybe_sent;
        }
        read();
        if (!run_until([&] { return got.size() == 4; })) return call_not_told;
        if (!got.back().has_value()) return new_call_failed;
        h.reset();
        return all_well;
    });
    // The child's connection is the second one. It holds back only its second answer.
    EXPECT_EQ(status_of(pid), all_well);
    EXPECT_TRUE(got.empty());
    peer.release("go");
    ASSERT_TRUE(run_until([&] { return got.size() == 3; }));
    for (auto const& r : got) EXPECT_TRUE(r.has_value()) << r.error().message();
}

TEST_F(Forks, ACallThatConnectsIsTheParents)
{
    fake::silent_port const nowhere;
    options o(
        "http://127.0.0.1:" + std::to_string(nowhere.port()), secret("sk-abcdefQWERTY0909000001")
    );
    auto h = std::make_unique<hub>(io, std::move(o));
    std::optional<result<server_now>> got;
    h->system().ping(call_options().timeout(1s), as_result)([&](result<server_now> r) {
        got = std::move(r);
    });
    io.poll();
    pid_t const pid = fork_with(true, [&] {
        if (!run_until([&] { return got.has_value(); })) return call_not_told;
        return got->has_error() && got->error().code == errc::connection_lost ? all_well
                                                                              : wrong_code;
    });
    EXPECT_EQ(status_of(pid), all_well);
    ASSERT_TRUE(run_until([&] { return got.has_value(); }));
    EXPECT_EQ(got->error().code, errc::timeout);
}

// The process forks just before the hook is called: the lookup belongs to the parent.
TEST_F(Forks, ALookUpByAHookIsTheParents)
{
    fake::raw_peer peer;
    play(peer);
    int asked = 0;
    options o = options_for(peer);
    o.host = peer.url("localhost");
    // Without an idle connection the child begins no thread. If a thread of the child got the stack
    // of the peer's thread, ThreadSanitizer would take it for that thread.
    o.pool.max_idle = 0;
    o.hooks.resolve = [&](std::string const&, std::uint16_t port, hooks::resolve_callback done) {
        ++asked;
        done({}, {asio::ip::tcp::endpoint(asio::ip::address_v4::loopback(), port)});
    };
    auto h = std::make_unique<hub>(io, std::move(o));
    std::optional<result<server_now>> got;
    h->system().ping(as_result)([&](result<server_now> r) { got = std::move(r); });
    pid_t const pid = fork_with(true, [&] {
        if (!run_until([&] { return got.has_value(); })) return call_not_told;
        if (!got->has_error() || got->error().code != errc::connection_lost) return wrong_code;
        if (asked != 0) return hook_asked;
        if (!call(*h)) return new_call_failed;
        h.reset();
        return all_well;
    });
    EXPECT_EQ(status_of(pid), all_well);
    ASSERT_TRUE(run_until([&] { return got.has_value(); }));
    EXPECT_TRUE(got->has_value());
    EXPECT_EQ(asked, 1);
}

// The client's own thread is not in the child. The destructor must not wait for it.
TEST_F(Forks, AChildMayDeleteAHubThatHasAThreadOfItsOwn)
{
    fake::raw_peer peer;
    play(peer);
    std::promise<error_code> told;
    auto t = told.get_future();
    auto h = std::make_unique<hub>(options_for(peer));
    ASSERT_TRUE(wait(h->system().ping(as_result)).has_value());
    h->system().ping([&](error_code ec, server_now) { told.set_value(ec); });
    ASSERT_TRUE(peer.wait_requests(2));
    auto const before = peer.connection(0);
    pid_t const pid = fork_with(false, [&] {
        h.reset();
        return all_well;
    });
    EXPECT_EQ(status_of(pid), all_well);
    EXPECT_EQ(peer.connection(0).bytes_in, before.bytes_in);
    EXPECT_EQ(peer.connection(0).how, fake::raw_ending::open);
    peer.release("go");
    ASSERT_EQ(t.wait_for(20s), std::future_status::ready);
    EXPECT_FALSE(t.get());
    EXPECT_TRUE(wait(h->system().ping(as_result)).has_value());
    EXPECT_EQ(h->stats().opened, 1u);
}

TEST_F(Forks, AStreamStaysWithTheParent)
{
    fake_server server{fake_server_options().users(0)};
    pieces::options o(server.url());
    o.tls.ca_pem = server.ca_pem();
    auto os = std::make_unique<pieces::client>(io, std::move(o));
    auto stream = std::make_unique<pieces::user_stream>(os->user().stream_user());
    int events = 0;
    std::optional<result<std::optional<pieces::user_event>>> got;
    auto const next = [&] {
        stream->next(as_result)([&](result<std::optional<pieces::user_event>> r) {
            ++events;
            got = std::move(r);
        });
    };
    next();
    ASSERT_TRUE(run_until([&] { return events == 1; }));
    next();
    pid_t const pid = fork_with(true, [&] {
        if (!run_until([&] { return events == 2; })) return call_not_told;
        if (!got->has_error() || got->error().code != errc::connection_lost) return wrong_code;
        stream.reset();
        os.reset();
        return all_well;
    });
    EXPECT_EQ(status_of(pid), all_well);
    EXPECT_EQ(events, 1);
    EXPECT_TRUE(stream->stats().open);
    EXPECT_TRUE(server.journal().frames("close").empty());
    server.pieces().push_text("{}");
    EXPECT_TRUE(run_until([&] { return events == 2; }));
    EXPECT_EQ(stream->stats().opened, 1u);
}

}  // namespace
}  // namespace cohub::tests
