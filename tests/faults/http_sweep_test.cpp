#include "harness.hpp"

namespace cohub::faults {
namespace {

/// A framing of an answer. The tests cut and split each of them at every byte.
struct framing
{
    std::string name;
    std::function<std::string(std::string const& body)> bytes;
    std::size_t interim = 0;  ///< bytes of a 1xx response before the answer

    friend void PrintTo(framing const& f, std::ostream* out) { *out << f.name; }
};

std::string const interim = "HTTP/1.1 100 Continue\r\n\r\n";

std::vector<framing> const framings = {
    {"Length", [](std::string const& b) { return raw_answer(b).str(); }},
    {"Chunked", [](std::string const& b) { return raw_answer(b).chunked(16).str(); }},
    {"AfterContinue",
     [](std::string const& b) { return interim + raw_answer(b).str(); },
     interim.size()},
};

/// How a connection ends.
struct ending
{
    std::string name;
    bool tls = false;
    tls_end notify = tls_end::none;
    bool reset = false;

    raw_peer& peer() const { return tls ? tls_peer() : tcp_peer(); }
    raw_script& apply(raw_script& s) const { return reset ? s.reset() : s.close(notify); }

    friend void PrintTo(ending const& e, std::ostream* out) { *out << e.name; }
};

std::vector<ending> const closes = {
    {"TcpFin", false, tls_end::none, false},
    {"TlsCloseNotify", true, tls_end::close_notify, false},
    {"TlsFinAlone", true, tls_end::none, false},
};
std::vector<ending> const resets = {
    {"TcpReset", false, tls_end::none, true},
    {"TlsReset", true, tls_end::none, true},
};

using cut_case = std::tuple<framing, ending>;

class FaultHttpCut : public fault_test, public ::testing::WithParamInterface<cut_case>
{
protected:
    /// Cuts at every `step`th offset. A U call fails and is not repeated. At every fourth offset,
    /// an S call meets the same cut and then a healthy connection.
    void sweep(std::string const& row, std::size_t step)
    {
        auto const& [framed, end] = GetParam();
        raw_peer& peer = end.peer();
        subject s(peer);
        case_counter cases(row);
        std::string const padding(120, 'x');
        std::size_t size = 1;
        for (std::size_t cut = 0; cut < size && !HasFailure(); cut += step) {
            SCOPED_TRACE("cut at byte " + std::to_string(cut));
            std::string const id = subject::next_id();
            std::string const answer =
                framed.bytes(R"({"padding":")" + padding + R"(","id":")" + id + R"("})");
            size = answer.size();
            raw_script bad;
            bad.read_request().send(answer.substr(0, cut));
            end.apply(bad);
            peer.scripts({bad, bad}, healthy_once_then_close());

            call_ptr const once = s.run_as(id, kind::once);
            if (end.reset)
                expect_failed(once, {errc::connection_lost, errc::truncated});
            else if (cut == 0)
                expect_failed(once, {errc::connection_lost});
            else
                expect_failed(once, {errc::truncated});
            EXPECT_EQ(peer.request_count(), 1U);
            if (once->why) {
                EXPECT_TRUE(once->why->maybe_sent);
                EXPECT_EQ(once->why->attempts, 1);
            }

            s.expect_sound(once);
            ++cases;
            // The retry is the same after every cut, so a sample is enough.
            if (cut / step % 4 != 0) continue;
            call_ptr const safe = s.run(kind::safe);
            expect_ok(safe);
            EXPECT_EQ(peer.accepted(), 3U);
            s.expect_sound(safe);
        }
    }
};

class FaultHttpCutFin : public FaultHttpCut
{
};
class FaultHttpCutReset : public FaultHttpCut
{
};

std::string case_name(::testing::TestParamInfo<cut_case> const& info)
{
    return std::get<0>(info.param).name + std::get<1>(info.param).name;
}

TEST_P(FaultHttpCutFin, HTTP_01_CutAtEveryOffset) { sweep("HTTP-01", 1); }

INSTANTIATE_TEST_SUITE_P(
    Http,
    FaultHttpCutFin,
    ::testing::Combine(::testing::ValuesIn(framings), ::testing::ValuesIn(closes)),
    case_name
);

TEST_P(FaultHttpCutReset, HTTP_02_ResetAtEveryOtherOffset) { sweep("HTTP-02", 2); }

INSTANTIATE_TEST_SUITE_P(
    Http,
    FaultHttpCutReset,
    ::testing::Combine(::testing::ValuesIn(framings), ::testing::ValuesIn(resets)),
    case_name
);

/// The rows in which the connection stays open, by framing and with or without TLS.
class FaultHttpOpen : public fault_test,
                      public ::testing::WithParamInterface<std::tuple<framing, bool>>
{
protected:
    framing const& framed() const { return std::get<0>(GetParam()); }
    raw_peer& peer() const { return std::get<1>(GetParam()) ? tls_peer() : tcp_peer(); }
};

TEST_P(FaultHttpOpen, HTTP_03_CutAndStalled)
{
    case_counter cases("HTTP-03");
    subject s(with_manual_clock(options_for(peer())));
    std::string const id = subject::next_id();
    std::string const answer = framed().bytes(body_for(id));
    std::size_t const head = answer.find("\r\n\r\n", framed().interim) + 4;
    for (std::size_t i = 0; i < 10; ++i) {
        std::size_t const cut = answer.size() * i / 10;
        SCOPED_TRACE("cut at byte " + std::to_string(cut));
        peer().script(raw_script().respond(answer.substr(0, cut)).mark("sent").stall());
        call_ptr const c = s.start_as(subject::next_id(), kind::safe, call_options().timeout(30s));
        ASSERT_TRUE(s.run_until([&] { return peer().wait_mark("sent", 0ms); }));
        s.drain();
        s.clock().advance(30s - 1ns);
        s.drain();
        EXPECT_FALSE(c->done());
        s.clock().advance(1ns);
        s.drain();
        expect_failed(c, errc::timeout, cut < head ? stage::reading_head : stage::reading_body);
        EXPECT_EQ(peer().request_count(), 1U);
        s.expect_sound(c);
        ++cases;
    }
}

TEST_P(FaultHttpOpen, HTTP_04_SplitAtEveryOffset)
{
    case_counter cases("HTTP-04");
    std::string const id = subject::next_id();
    std::string const answer =
        framed().bytes(R"({"padding":")" + std::string(120, 'x') + R"(","id":")" + id + R"("})");
    raw_script script;
    for (std::size_t offset = 1; offset < answer.size(); ++offset)
        script.read_request().send_split_at(answer, offset, 100us);
    script.read_request().dribble(answer, 0us).read_request().dribble(answer, 20us);
    peer().script(script);
    subject s(peer());
    for (std::size_t i = 1; i < answer.size() + 2 && !HasFailure(); ++i) {
        SCOPED_TRACE("split " + std::to_string(i));
        call_ptr const c = s.run_as(id, kind::once);
        expect_ok(c);
        EXPECT_EQ(c->completions, 1);
        ++cases;
    }
    EXPECT_EQ(peer().accepted(), 1U);
    EXPECT_EQ(s.stats().idle, 1U);
}

INSTANTIATE_TEST_SUITE_P(
    Http,
    FaultHttpOpen,
    ::testing::Combine(::testing::ValuesIn(framings), ::testing::Bool()),
    [](auto const& i) { return std::get<0>(i.param).name + (std::get<1>(i.param) ? "Tls" : "Tcp"); }
);

/// One byte per second, for ever. Each byte waits until the test advances the clock.
/// After the timeout of its attempt, a safe call tries another connection.
void drip(raw_peer& peer, std::string const& all, std::size_t from, stage at, kind k)
{
    constexpr int seconds = 10;
    raw_script script;
    script.respond(all.substr(0, from));
    for (int i = 0; i <= seconds; ++i)
        script.mark("sent " + std::to_string(i))
            .wait_for_release("tick " + std::to_string(i))
            .send(all.substr(from + static_cast<std::size_t>(i), 1));
    peer.scripts({script}, raw_script().stall());
    subject s(with_manual_clock(options_for(peer)));
    call_ptr const c = s.start(k, call_options().timeout(std::chrono::seconds(seconds)));
    int const heard = k == kind::safe ? 5 : seconds;
    for (int i = 0; i < heard; ++i) {
        std::string const sent = "sent " + std::to_string(i);
        ASSERT_TRUE(s.run_until([&] { return peer.wait_mark(sent, 0ms); }));
        s.drain();
        EXPECT_FALSE(c->done()) << "after " << i << " s";
        s.clock().advance(1s);
        peer.release("tick " + std::to_string(i));
    }
    ASSERT_TRUE(s.finish_by_clock(c, 10s));
    expect_failed(c, errc::timeout, k == kind::safe ? stage::reading_head : at);
    EXPECT_EQ(peer.request_count(), k == kind::safe ? 2U : 1U);
    s.expect_sound(c);
}

using FaultHttp = fault_test;

TEST_F(FaultHttp, HTTP_05_DripsForEver)
{
    std::string const answer = raw_answer(std::string(1000, ' ') + "{}");
    std::size_t const head = answer.find("\r\n\r\n") + 4;
    for (raw_peer* const peer : {&tcp_peer(), &tls_peer()}) {
        for (kind const k : {kind::once, kind::safe}) {
            drip(*peer, answer, 5, stage::reading_head, k);
            drip(*peer, answer, head + 5, stage::reading_body, k);
        }
    }
    covers("HTTP-05", 2);
}

// Report D14.
TEST_F(FaultHttp, HTTP_33_PlainCallToATlsPort)
{
    std::string const alert("\x15\x03\x03\x00\x02\x02\x0a", 7);
    for (kind const k : {kind::safe, kind::once}) {
        tcp_peer().script(raw_script().read_request().send(alert).close());
        subject s(tcp_peer());
        call_ptr const c = s.run(k);
        s.expect_sound(c);
        expect_failed(c, {errc::protocol_error});
        ASSERT_TRUE(c->why);
        EXPECT_NE(c->why->detail.find("https://"), std::string::npos) << c->why->detail;
        EXPECT_EQ(tcp_peer().accepted(), 1U) << "tried again";
    }
    // A server that sends nothing gives no reason, but the failure still has the advice.
    raw_peer peer(good_tls());
    subject s(options_for("http://127.0.0.1:" + std::to_string(peer.port())));
    call_ptr const c = s.run(kind::once);
    s.expect_sound(c);
    expect_failed(c, {errc::connection_lost, errc::protocol_error});
    ASSERT_TRUE(c->why);
    EXPECT_NE(c->why->detail.find("https://"), std::string::npos) << c->why->detail;
    covers("HTTP-33", 3);
}

}  // namespace
}  // namespace cohub::faults
