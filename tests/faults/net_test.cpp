#include <boost/asio/error.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <utility>

#include "harness.hpp"

namespace cohub::faults {
namespace {

using FaultNet = fault_test;
using boost::asio::ip::tcp;
using answer_callback = hooks::resolve_callback;

tcp::endpoint at(std::uint16_t port, char const* address = "127.0.0.1")
{
    return {boost::asio::ip::make_address(address), port};
}

/// When it is asked for a name, it gives the answers in turn, and then always the last one.
class scripted_resolver
{
public:
    struct answer
    {
        answer(error_code e, std::vector<tcp::endpoint> a = {}) : error(e), addresses(std::move(a))
        {
        }
        answer(std::vector<tcp::endpoint> a) : addresses(std::move(a)) {}

        error_code error;
        std::vector<tcp::endpoint> addresses;
    };

    explicit scripted_resolver(std::vector<answer> answers)
        : state_(std::make_shared<state>(std::move(answers)))
    {
    }

    options install(options o) const
    {
        o.hooks.resolve = [s = state_](std::string const&, std::uint16_t, answer_callback done) {
            answer const& a = s->answers[std::min(s->asked, s->answers.size() - 1)];
            ++s->asked;
            done(a.error, a.addresses);
        };
        return o;
    }
    std::size_t asked() const { return state_->asked; }
    void say_from_now_on(answer a) { state_->answers.assign(state_->answers.size() + 99, a); }

private:
    struct state
    {
        explicit state(std::vector<answer> a) : answers(std::move(a)) {}

        std::vector<answer> answers;
        std::size_t asked = 0;
    };
    std::shared_ptr<state> state_;
};

TEST_F(FaultNet, NET_01_NameWithoutAnAddress)
{
    for (auto const& answer :
         {scripted_resolver::answer(boost::asio::error::host_not_found),
          scripted_resolver::answer(std::vector<tcp::endpoint>())}) {
        scripted_resolver const names({answer});
        tls_peer().script(healthy());
        subject s(names.install(options_for(tls_peer())));
        for (kind const k : {kind::safe, kind::once}) {
            call_ptr const c = s.run(k);
            s.expect_sound(c);
            expect_failed(c, errc::resolve_failed, stage::resolving);
            ASSERT_TRUE(c->why);
            EXPECT_EQ(c->why->attempts, 1);
            EXPECT_FALSE(c->why->maybe_sent);
        }
        EXPECT_EQ(names.asked(), 2U);
        EXPECT_EQ(tls_peer().accepted(), 0U);
    }
    covers("NET-01", 2);
}

TEST_F(FaultNet, NET_02_TemporaryFailure)
{
    error_code const later = boost::asio::error::host_not_found_try_again;
    for (kind const k : {kind::safe, kind::once}) {
        scripted_resolver const names({later, std::vector<tcp::endpoint>{at(tls_peer().port())}});
        tls_peer().script(healthy());
        subject s(names.install(options_for(tls_peer())));
        call_ptr const c = s.run(k);
        s.expect_sound(c);
        expect_ok(c);
        EXPECT_EQ(names.asked(), 2U);

        scripted_resolver const never({later});
        subject t(never.install(options_for(tls_peer())));
        call_ptr const d = t.run(k);
        t.expect_sound(d);
        expect_failed(d, errc::resolve_failed, stage::resolving);
        EXPECT_EQ(never.asked(), 3U);
        ASSERT_TRUE(d->why);
        EXPECT_EQ(d->why->attempts, 3);
    }
    covers("NET-02", 2);
}

TEST_F(FaultNet, NET_03_ResolverPastTheDeadline)
{
    for (bool const answers_late : {true, false}) {
        answer_callback late;
        options o = with_manual_clock(options_for(tls_peer()));
        o.hooks.resolve = [&](std::string const&, std::uint16_t, answer_callback done) {
            late = std::move(done);
        };
        tls_peer().script(healthy());
        std::vector<tcp::endpoint> const answer{at(tls_peer().port())};
        subject s(o);
        call_ptr const c = s.start(kind::safe, call_options().timeout(5s));
        s.drain();
        s.clock().advance(5s - 1ns);
        s.drain();
        EXPECT_FALSE(c->done());
        s.clock().advance(1ns);
        s.drain();
        expect_failed(c, errc::timeout, stage::resolving);
        s.expect_sound(c);
        // A late answer has no effect, and neither has an answer to a client that is gone.
        ASSERT_TRUE(late);
        if (!answers_late) s.destroy_client();
        std::exchange(late, nullptr)({}, answer);
        s.drain();
        EXPECT_EQ(c->completions, 1);
        EXPECT_EQ(tls_peer().accepted(), 0U);
    }
    covers("NET-03", 2);
}

TEST_F(FaultNet, NET_04_TwoAddresses)
{
    fake::refusing_port const nobody;
    auto const good = at(tls_peer().port());
    for (auto const& first : {at(nobody.port()), at(9, "2001:db8::1")}) {
        scripted_resolver const names({std::vector<tcp::endpoint>{first, good}});
        options o = names.install(options_for(tls_peer()));
        o.timeouts.connect = 4s;  // in case this machine has a route to the first address
        tls_peer().script(healthy());
        subject s(o);
        call_ptr const c = s.run(kind::once);
        s.expect_sound(c);
        expect_ok(c);
        EXPECT_EQ(tls_peer().request_count(), 1U);
        EXPECT_EQ(s.attempts().size(), 1U);
    }
    fake::refusing_port const nobody_either;
    scripted_resolver const names({std::vector<tcp::endpoint>{
        at(nobody.port()), at(nobody_either.port())}});
    subject s(names.install(options_for(tls_peer())));
    call_ptr const c = s.run(kind::once);
    s.expect_sound(c);
    expect_failed(c, errc::connect_failed, stage::connecting);
    ASSERT_TRUE(c->why);
    EXPECT_EQ(c->why->attempts, 3);
    covers("NET-04", 3);
}

TEST_F(FaultNet, NET_05_PortClosed)
{
    fake::refusing_port const nobody;
    options o = with_manual_clock(options_for("http://127.0.0.1:" + std::to_string(nobody.port())));
    o.retry.base = 8s;
    o.retry.cap = 8s;
    for (kind const k : {kind::safe, kind::once}) {
        subject s(o);
        call_ptr const c = s.start(k, call_options().timeout(60s));
        // Nothing happens between the attempts until the clock moves: there is no busy loop.
        for (std::size_t attempt = 1; attempt < 3; ++attempt) {
            ASSERT_TRUE(s.run_until([&] { return s.attempts().size() == attempt; }));
            s.drain();
            EXPECT_EQ(s.attempts().size(), attempt);
            ASSERT_TRUE(s.attempts().back().next_in.has_value());
            s.clock().advance(*s.attempts().back().next_in);
        }
        ASSERT_TRUE(s.finish(c));
        s.expect_sound(c);
        expect_failed(c, errc::connect_failed, stage::connecting);
        ASSERT_TRUE(c->why);
        EXPECT_EQ(c->why->attempts, 3);
        EXPECT_FALSE(c->why->maybe_sent);
    }
    covers("NET-05", 1);
}

TEST_F(FaultNet, NET_06_ConnectNeverCompletes)
{
    fake::silent_port const silent;
    options o = with_manual_clock(options_for("http://127.0.0.1:" + std::to_string(silent.port())));
    o.timeouts.connect = 4s;
    for (kind const k : {kind::safe, kind::once}) {
        subject s(o);
        call_ptr const c = s.start(k, call_options().timeout(60s));
        ASSERT_TRUE(s.finish_by_clock(c, 20s));
        s.expect_sound(c);
        expect_failed(c, errc::timeout, stage::connecting);
        ASSERT_TRUE(c->why);
        EXPECT_EQ(c->why->attempts, 3);
    }
    covers("NET-06", 1);
}

TEST_F(FaultNet, NET_07_AcceptedThenGone)
{
    case_counter cases("NET-07");
    for (bool const after_reading : {false, true})
        for (bool const reset : {false, true})
            for (bool const tls : {false, true}) {
                SCOPED_TRACE(
                    std::string(after_reading ? "after" : "before") + " reading, " +
                    (reset ? "RST" : "FIN") + (tls ? ", TLS" : ", TCP")
                );
                raw_peer& peer = tls ? tls_peer() : tcp_peer();
                raw_script bad;
                if (after_reading) bad.read_request();
                if (reset)
                    bad.reset();
                else
                    bad.close(tls_end::none);

                peer.scripts({bad}, healthy());
                subject s(peer);
                call_ptr const safe = s.run(kind::safe);
                s.expect_sound(safe);
                expect_ok(safe);

                peer.scripts({bad}, healthy());
                subject t(peer);
                call_ptr const once = t.run(kind::once);
                t.expect_sound(once);
                // If the peer did not read the request, it is a race whether a byte was sent before
                // the client saw the end. The call is never sent twice.
                if (after_reading || !once->ok()) {
                    expect_failed(once, {errc::connection_lost});
                    ASSERT_TRUE(once->why);
                    EXPECT_TRUE(once->why->maybe_sent);
                }
                EXPECT_LE(peer.request_count(), 1U);

                peer.script(bad);
                subject u(peer);
                call_ptr const thrice = u.run(kind::safe);
                u.expect_sound(thrice);
                // An RST can come so early that the kernel reports it as the result of the connect.
                if (!after_reading && reset)
                    expect_failed(thrice, {errc::connection_lost, errc::connect_failed});
                else
                    expect_failed(thrice, {errc::connection_lost});
                EXPECT_EQ(peer.accepted(), 3U);
                if (!tls) ++cases;
            }
}

TEST_F(FaultNet, NET_08_AcceptedThenSilent)
{
    auto const run = [](raw_peer& peer, stage at, std::chrono::seconds limit, int attempts) {
        peer.script(raw_script().plain().stall());
        options o = with_manual_clock(options_for(peer));
        o.timeouts.handshake = 4s;
        subject s(o);
        call_ptr const c = s.start(kind::safe, call_options().timeout(limit));
        ASSERT_TRUE(s.finish_by_clock(c, 20s));
        expect_failed(c, errc::timeout, at);
        ASSERT_TRUE(c->why);
        EXPECT_EQ(c->why->attempts, attempts);
        s.expect_sound(c);
    };
    // After the timeout of a stage, a call may be tried again. After its deadline, it may not.
    run(tls_peer(), stage::handshaking, 60s, 3);
    run(tls_peer(), stage::handshaking, 3s, 1);
    run(tcp_peer(), stage::reading_head, 3s, 1);
    covers("NET-08", 2);
}

TEST_F(FaultNet, NET_09_GoneAndBack)
{
    for (kind const k : {kind::safe, kind::once}) {
        raw_peer peer(good_tls());
        peer.script(healthy());
        options o = with_manual_clock(options_for(peer));
        o.retry.base = 300ms;
        subject s(o);
        peer.pause_listening();
        call_ptr const c = s.start(k);
        ASSERT_TRUE(s.run_until([&] { return !s.attempts().empty(); }));
        peer.resume_listening();
        s.clock().advance(300ms);
        ASSERT_TRUE(s.finish(c));
        expect_ok(c);
        s.expect_sound(c);
        EXPECT_EQ(peer.request_count(), 1U);
    }
    covers("NET-09", 2);
}

TEST_F(FaultNet, NET_10_NameMovesElsewhere)
{
    raw_peer old_home(good_tls());
    raw_peer new_home(good_tls());
    std::string const busy = subject::next_id();
    old_home.script(raw_script()
                        .respond(echo)
                        .respond(echo)
                        .read_request()
                        .wait_for_release("go on")
                        .send(raw_answer(body_for(busy)))
                        .forever()
                        .respond(echo));
    new_home.script(healthy());
    scripted_resolver names({std::vector<tcp::endpoint>{at(old_home.port())}});
    options o = with_manual_clock(names.install(options_for(old_home)));
    o.pool.max_age = 60s;
    o.pool.idle_timeout = 120s;
    subject s(o);
    s.expect_healthy();
    names.say_from_now_on(std::vector<tcp::endpoint>{at(new_home.port())});
    s.expect_healthy();
    EXPECT_EQ(old_home.accepted(), 1U);
    EXPECT_EQ(old_home.request_count(), 2U);

    // While the first connection is busy, a second one goes to the present address of the name.
    call_ptr const one = s.start_as(busy, kind::once);
    call_ptr const two = s.run(kind::once);
    expect_ok(two);
    old_home.release("go on");
    ASSERT_TRUE(s.finish(one));
    expect_ok(one);
    EXPECT_EQ(old_home.accepted(), 1U);
    EXPECT_EQ(new_home.accepted(), 1U);

    s.clock().advance(60s);
    s.drain();
    EXPECT_TRUE(old_home.wait_all_ended());
    std::size_t const before = old_home.request_count();
    s.expect_healthy();
    EXPECT_EQ(old_home.request_count(), before);
    covers("NET-10", 2);
}

}  // namespace
}  // namespace cohub::faults
