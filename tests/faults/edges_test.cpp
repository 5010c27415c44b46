#include "stages.hpp"

namespace cohub::faults {
namespace {

using FaultTls = fault_test;
using FaultHttp = fault_test;
using FaultJson = fault_test;
using FaultPool = fault_test;
using FaultCan = fault_test;
using FaultNet = fault_test;

TEST_F(FaultNet, NET_03_AnswerAfterTheIoContextIsGone)
{
    // A resolver with its own thread may answer at any time, also when the caller is gone.
    hooks::resolve_callback late;
    options o = options_for(tls_peer());
    o.hooks.resolve = [&](std::string const&, std::uint16_t, hooks::resolve_callback done) {
        late = std::move(done);
    };
    {
        subject s(o);
        call_ptr const c = s.start(kind::safe);
        s.drain();
        s.destroy_client();
    }
    ASSERT_TRUE(late);
    late({}, {});
}

TEST_F(FaultTls, TLS_02_CommonNameAlone)
{
    // A subject's common name does not count for the server's identity (RFC 9110, 4.3.4).
    raw_peer peer(tls_settings(ca().issue(fake::certificate_request("localhost"))));
    peer.script(healthy());
    subject s(peer);
    call_ptr const c = s.run(kind::once);
    s.expect_sound(c);
    expect_failed(c, errc::tls_untrusted, stage::handshaking);
    ASSERT_TRUE(peer.wait_all_ended());
    EXPECT_EQ(peer.connection(0).application_in, 0U) << "I9";
    covers("TLS-02", 1);
}

TEST_F(FaultHttp, HTTP_15_TotalOverTheLimitInOneSegment)
{
    std::string total;
    for (int i = 0; i < 100; ++i) total += "X-Field: " + std::string(50, 'v') + "\r\n";
    fault f(
        "6 KB of fields, limit 4 KB", "HTTP/1.1 200 OK\r\n" + total + "Content-Length: 2\r\n\r\n{}"
    );
    f.fails(errc::too_large).with([](options& o) { o.limits.max_header = 4096; });
    f.play(tcp_peer());
    f.play(tls_peer());
    covers("HTTP-15", 1);
}

TEST_F(FaultJson, JSON_03_NumberBeyondAnyDouble)
{
    tcp_peer().script(raw_script().forever().respond(raw_answer(R"({"n":1e400})")));
    subject s(tcp_peer());
    call_ptr const c = s.run(kind::once);
    s.expect_sound(c);
    expect_failed(c, {errc::bad_json, errc::bad_shape});
    covers("JSON-03", 1);
}

TEST_F(FaultPool, POOL_20_KeepAliveOfOneSecond)
{
    tls_peer().script(raw_script().forever().respond([](raw_request const& r) {
        return raw_answer(body_for(id_in(r))).header("Keep-Alive", "timeout=1").str();
    }));
    subject s(with_manual_clock(options_for(tls_peer())));
    s.expect_healthy();
    // With a margin, because the server's clock began earlier.
    s.clock().advance(1s - 1ms);
    s.expect_healthy();
    EXPECT_EQ(tls_peer().accepted(), 2U);
    covers("POOL-20", 1);
}

TEST_F(FaultCan, CAN_01_LoopComesLateToBackoffAndDeadline)
{
    for (bool const reused : {false, true}) {
        call_in_stage c({stage::backing_off, reused});
        ASSERT_TRUE(c.ready());
        std::size_t const requests = c.peer().request_count();
        c.client().clock().advance(call_in_stage::deadline);
        c.client().drain();
        ASSERT_TRUE(c.client().finish(c.call()));
        EXPECT_EQ(c.peer().request_count(), requests) << "sent after the deadline";
        expect_failed(c.call(), errc::timeout, stage::backing_off);
        c.client().expect_sound(c.call());
        c.expect_recovered();
    }
    covers("CAN-01", 2);
}

}  // namespace
}  // namespace cohub::faults
