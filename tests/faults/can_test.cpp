#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "stages.hpp"

namespace cohub::faults {
namespace {

using FaultCan = fault_test;
using boost::asio::cancellation_type;

class FaultCanDeadline : public fault_test, public ::testing::WithParamInterface<stage_case>
{
};
class FaultCanStage : public fault_test, public ::testing::WithParamInterface<stage_case>
{
};

std::string stage_name(::testing::TestParamInfo<stage_case> const& i)
{
    std::string name;
    for (char const c : std::string(to_string(i.param.at)))
        if (std::isalpha(static_cast<unsigned char>(c)) != 0) name += c;
    return name + (i.param.reused ? "Reused" : "");
}

TEST_P(FaultCanDeadline, CAN_01_DeadlineInEachStage)
{
    call_in_stage c(GetParam());
    ASSERT_TRUE(c.ready());
    ASSERT_FALSE(c.call()->done());
    c.client().clock().advance(call_in_stage::deadline - 1ns);
    c.client().drain();
    EXPECT_FALSE(c.call()->done());
    c.client().clock().advance(1ns);
    c.client().drain();
    expect_failed(c.call(), errc::timeout, GetParam().at);
    if (c.blocker()) {
        EXPECT_FALSE(c.blocker()->done());
        c.blocker()->cancel.emit(cancellation_type::terminal);
    }
    c.client().expect_sound(c.call());
    c.expect_recovered();
    covers("CAN-01", 1);
}

std::vector<stage_case> stages_with_a_deadline()
{
    // A wait between two attempts never begins if it would end after the deadline.
    std::vector<stage_case> all = all_stages(true);
    std::erase_if(all, [](stage_case const& c) { return c.at == stage::backing_off; });
    return all;
}

INSTANTIATE_TEST_SUITE_P(
    Can, FaultCanDeadline, ::testing::ValuesIn(stages_with_a_deadline()), stage_name
);

TEST_P(FaultCanStage, CAN_02_CancelledInEachStage)
{
    call_in_stage c(GetParam());
    ASSERT_TRUE(c.ready());
    ASSERT_FALSE(c.call()->done());
    c.call()->cancel.emit(cancellation_type::terminal);
    c.client().io().restart();
    c.client().io().poll();
    ASSERT_TRUE(c.call()->done()) << "not within one turn of the loop";
    expect_failed(c.call(), errc::cancelled, GetParam().at);
    if (c.blocker()) {
        EXPECT_FALSE(c.blocker()->done());
        c.blocker()->cancel.emit(cancellation_type::terminal);
    }
    c.client().expect_sound(c.call());
    c.expect_recovered();
    covers("CAN-02", 1);
}

INSTANTIATE_TEST_SUITE_P(Can, FaultCanStage, ::testing::ValuesIn(all_stages(true)), stage_name);

TEST_F(FaultCan, CAN_05_BeforeAfterTwice)
{
    tcp_peer().script(healthy());
    {
        // Nothing has been sent between the start and the first turn of the loop.
        subject s(tcp_peer());
        call_ptr const c = s.start(kind::once);
        c->cancel.emit(cancellation_type::terminal);
        c->cancel.emit(cancellation_type::terminal);
        ASSERT_TRUE(s.finish(c));
        s.expect_sound(c);
        expect_failed(c, {errc::cancelled});
        EXPECT_EQ(tcp_peer().request_count(), 0U);

        call_ptr const whole = s.run(kind::once);
        expect_ok(whole);
        whole->cancel.emit(cancellation_type::terminal);
        s.expect_sound(whole);
        expect_ok(whole);
    }
    call_in_stage twice({stage::reading_head});
    twice.call()->cancel.emit(cancellation_type::terminal);
    twice.call()->cancel.emit(cancellation_type::terminal);
    twice.client().expect_sound(twice.call());
    expect_failed(twice.call(), errc::cancelled, stage::reading_head);
    covers("CAN-05", 3);
}

TEST_F(FaultCan, CAN_06_CancelAndCompletionInOneTick)
{
    for (bool const cancel_first : {true, false}) {
        tcp_peer().script(
            raw_script().wait_for_release("answer").respond(echo).mark("sent").forever().respond(
                echo
            )
        );
        subject s(tcp_peer());
        call_ptr const c = s.start(kind::once);
        ASSERT_TRUE(s.run_until([&] { return tcp_peer().request_count() == 1; }));
        s.drain();
        tcp_peer().release("answer");
        ASSERT_TRUE(tcp_peer().wait_mark("sent"));
        if (cancel_first)
            c->cancel.emit(cancellation_type::terminal);
        else
            boost::asio::post(s.io(), [c] { c->cancel.emit(cancellation_type::terminal); });
        ASSERT_TRUE(s.finish(c));
        s.expect_sound(c);
        bool const cancelled = !c->ok();
        if (cancelled) expect_failed(c, {errc::cancelled});
        s.expect_healthy();
        EXPECT_EQ(tcp_peer().accepted(), cancelled ? 2U : 1U);
    }
    covers("CAN-06", 2);
}

TEST_F(FaultCan, CAN_07_CancelledAfterSending)
{
    call_in_stage c({stage::reading_head}, kind::once);
    ASSERT_TRUE(c.ready());
    c.call()->cancel.emit(cancellation_type::terminal);
    c.client().expect_sound(c.call());
    expect_failed(c.call(), {errc::cancelled});
    ASSERT_TRUE(c.call()->why);
    EXPECT_TRUE(c.call()->why->maybe_sent);
    EXPECT_EQ(c.peer().request_count(), 1U);
    c.expect_recovered();
    covers("CAN-07", 1);
}

TEST_F(FaultCan, CAN_08_OneOfMany)
{
    tcp_peer().script(raw_script().wait_for_release("answer").forever().respond(echo));
    subject s(tcp_peer());
    std::vector<call_ptr> all;
    for (int i = 0; i < 50; ++i) all.push_back(s.start(kind::once));
    ASSERT_TRUE(s.run_until([&] { return tcp_peer().request_count() == 50; }));
    all[17]->cancel.emit(cancellation_type::terminal);
    tcp_peer().release("answer");
    ASSERT_TRUE(s.run_until([&] {
        return std::all_of(all.begin(), all.end(), [](auto const& c) { return c->done(); });
    }));
    for (std::size_t i = 0; i < all.size(); ++i) {
        s.expect_sound(all[i]);
        if (i == 17)
            expect_failed(all[i], {errc::cancelled});
        else
            expect_ok(all[i]);
    }
    covers("CAN-08", 1);
}

TEST_F(FaultCan, CAN_09_DeadlineAlreadyPast)
{
    tcp_peer().script(healthy());
    for (auto const limit : {-1s, 0s}) {
        subject s(with_manual_clock(options_for(tcp_peer())));
        call_ptr const c = s.run(kind::safe, call_options().timeout(limit));
        s.expect_sound(c);
        expect_failed(c, errc::timeout, stage::queued);
        EXPECT_EQ(s.stats().opened, 0U);
    }
    subject s(with_manual_clock(options_for(tcp_peer())));
    call_ptr const c = s.run(kind::safe, call_options().deadline(s.clock().now() - 1s));
    s.expect_sound(c);
    expect_failed(c, errc::timeout, stage::queued);
    EXPECT_EQ(tcp_peer().accepted(), 0U);
    covers("CAN-09", 2);
}

TEST_F(FaultCan, CAN_10_OneDeadlineOverAllAttempts)
{
    // Each attempt takes 4 s, and a wait of at most 1 s follows. So the third attempt meets the
    // deadline.
    tcp_peer().script(raw_script()
                          .wait_for_release("1")
                          .respond(raw_answer().status(503))
                          .wait_for_release("2")
                          .respond(raw_answer().status(503))
                          .wait_for_release("3")
                          .respond(echo));
    options o = with_manual_clock(options_for(tcp_peer()));
    o.retry.base = o.retry.cap = 1s;
    subject s(o);
    call_ptr const c = s.start(kind::safe, call_options().timeout(11s));
    for (std::size_t n = 1; n <= 2; ++n) {
        ASSERT_TRUE(s.run_until([&] { return tcp_peer().request_count() == n; }));
        s.clock().advance(4s);
        s.drain();
        tcp_peer().release(std::to_string(n));
        ASSERT_TRUE(s.run_until([&] { return s.attempts().size() == n; }));
        s.clock().advance(1s);
        s.drain();
    }
    ASSERT_TRUE(s.run_until([&] { return tcp_peer().request_count() == 3; }));
    EXPECT_FALSE(c->done());
    s.clock().advance(1s);
    s.drain();
    expect_failed(c, errc::timeout, stage::reading_head);
    ASSERT_TRUE(c->why);
    EXPECT_EQ(c->why->attempts, 3);
    s.expect_sound(c);
    covers("CAN-10", 1);
}

TEST_F(FaultCan, CAN_11_KindsOfCancellation)
{
    for (auto const type :
         {cancellation_type::terminal, cancellation_type::partial, cancellation_type::total})
        for (kind const k : {kind::safe, kind::once}) {
            call_in_stage c({stage::reading_head}, k);
            ASSERT_TRUE(c.ready());
            c.call()->cancel.emit(type);
            c.client().drain();
            // "total" promises that nothing has happened. At this point nobody can know that of a U
            // call.
            if (type == cancellation_type::total && k == kind::once) {
                EXPECT_FALSE(c.call()->done());
                c.call()->cancel.emit(cancellation_type::terminal);
                c.client().drain();
            }
            expect_failed(c.call(), errc::cancelled, stage::reading_head);
            c.client().expect_sound(c.call());
        }
    covers("CAN-11", 3);
}

boost::asio::awaitable<void> hold(hub& h, bool& began)
{
    auto call = h.call("fault.case");
    began = true;
    co_await std::move(call);
}

TEST_F(FaultCan, CAN_12_AwaitableDropped)
{
    tcp_peer().script(raw_script().read_request().stall());
    {
        subject s(tcp_peer());
        {
            auto const never = s.client().call("fault.case");
            bool began = false;
            auto const never_either = hold(s.client(), began);
            EXPECT_FALSE(began);
        }
        s.drain();
        EXPECT_EQ(s.stats().calls, 0U);
        EXPECT_EQ(tcp_peer().accepted(), 0U);
        s.expect_sound(s.run(kind::once, call_options().timeout(1ms)));
    }
    subject s(tcp_peer());
    bool began = false;
    boost::asio::co_spawn(s.io(), hold(s.client(), began), boost::asio::detached);
    ASSERT_TRUE(s.run_until([&] { return s.stats().in_use == 1; }));
    EXPECT_TRUE(began);
    s.destroy_io();
    EXPECT_TRUE(tcp_peer().wait_all_ended());
    covers("CAN-12", 2);
}

}  // namespace
}  // namespace cohub::faults
