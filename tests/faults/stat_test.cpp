#include <algorithm>
#include <array>
#include <atomic>
#include <ctime>

#include "harness.hpp"

namespace cohub::faults {
namespace {

using FaultStat = fault_test;
using again = fault::again;

void play(std::string const& row, std::vector<fault> const& faults)
{
    for (fault const& f : faults) {
        f.play(tcp_peer());
        f.play(tls_peer());
    }
    covers(row, faults.size());
}

raw_answer status(int code, std::string const& body = "<html>no</html>")
{
    return raw_answer(body).status(code).content_type("text/html");
}

fault answered(int code)
{
    fault f(std::to_string(code), status(code).str());
    f.keeps().also([code](call_state const& c) { EXPECT_EQ(c.why->http_status, code); });
    return f;
}

TEST_F(FaultStat, STAT_01_NamedStatuses)
{
    play(
        "STAT-01",
        {answered(401).fails(errc::unauthorized),
         answered(403).fails(errc::forbidden),
         answered(404).fails(errc::not_found),
         answered(409).fails(errc::conflict)}
    );
}

TEST_F(FaultStat, STAT_02_RequestTimeoutAndTooLarge)
{
    // 408 usually comes with "close", and then the connection is closed.
    fault timeout("408", status(408).header("Connection", "close").str());
    timeout.fails(errc::http_status).repeats(again::safe_only);
    play("STAT-02", {timeout, answered(413).fails(errc::too_large)});
}

/// What a U call reports when it is told to come back later.
std::optional<std::chrono::seconds> reported(std::string const& fields, std::string const& value)
{
    raw_answer answer = status(429);
    for (std::size_t from = 0; from < fields.size(); ++from) answer.header("Retry-After", value);
    tcp_peer().script(raw_script().forever().respond(answer));
    subject s(with_manual_clock(options_for(tcp_peer())));
    call_ptr const c = s.run(kind::once);
    s.expect_sound(c);
    expect_failed(c, {errc::rate_limited});
    return c->why ? c->why->retry_after : std::nullopt;
}

TEST_F(FaultStat, STAT_03_RetryAfter)
{
    EXPECT_EQ(reported("x", "2"), std::optional(2s));

    tcp_peer().script(
        raw_script().respond(status(429).header("Retry-After", "2")).forever().respond(echo)
    );
    subject s(with_manual_clock(options_for(tcp_peer())));
    call_ptr const c = s.start(kind::safe);
    ASSERT_TRUE(s.run_until([&] { return !s.attempts().empty(); }));
    ASSERT_TRUE(s.attempts()[0].next_in.has_value());
    EXPECT_GE(*s.attempts()[0].next_in, 2s);
    s.clock().advance(2s - 1ns);
    s.drain();
    EXPECT_EQ(tcp_peer().request_count(), 1U);
    s.clock().advance(*s.attempts()[0].next_in - 2s + 1ns);
    ASSERT_TRUE(s.finish(c));
    expect_ok(c);
    s.expect_sound(c);
    EXPECT_EQ(tcp_peer().accepted(), 1U);
    covers("STAT-03", 2);
}

std::string date(char const* format, std::chrono::seconds from_now)
{
    std::time_t const t = std::chrono::system_clock::to_time_t(manual_clock().wall() + from_now);
    std::tm parts{};
    ::gmtime_r(&t, &parts);
    std::array<char, 64> text{};
    return {text.data(), std::strftime(text.data(), text.size(), format, &parts)};
}

TEST_F(FaultStat, STAT_04_RetryAfterAsADate)
{
    constexpr char const* imf = "%a, %d %b %Y %H:%M:%S GMT";
    for (char const* format : {imf, "%A, %d-%b-%y %H:%M:%S GMT", "%a %b %e %H:%M:%S %Y"})
        EXPECT_EQ(reported("x", date(format, 5s)), std::optional(5s)) << date(format, 5s);
    EXPECT_EQ(reported("x", date(imf, -3600s)), std::optional(0s));
    EXPECT_EQ(reported("x", date(imf, 3s)), std::optional(3s));
    covers("STAT-04", 5);
}

TEST_F(FaultStat, STAT_05_MalformedRetryAfter)
{
    case_counter cases("STAT-05");
    std::vector<std::string> const values = {
        "",
        "abc",
        "-5",
        "1.5",
        "inf",
        "1e9",
        "0x10",
        "100000000000000000000",
        "9223372036854775808",
        "Fri, 31 Dec 9999 23:59:59 GMT",
        "1, 2",
        std::string(8192, '1')};
    for (std::string const& value : values) {
        SCOPED_TRACE("Retry-After: " + value.substr(0, 40));
        // In addition to the malformed values: two well-formed fields that contradict each other.
        std::string const fields = value == "1, 2" ? "xx" : "x";
        auto const told = reported(fields, fields.size() == 2 ? "1" : value);
        if (told) {
            EXPECT_GT(*told, retry_options().retry_after_cap);
        }

        tcp_peer().script(
            raw_script().respond(status(429).header("Retry-After", value)).forever().respond(echo)
        );
        subject s(options_for(tcp_peer()));
        call_ptr const c = s.run(kind::safe);
        s.expect_sound(c);
        if (told) {
            expect_failed(c, {errc::rate_limited});
            EXPECT_EQ(tcp_peer().request_count(), 1U);
        } else {
            expect_ok(c);
            EXPECT_EQ(tcp_peer().request_count(), 2U);
        }
        ++cases;
    }
}

TEST_F(FaultStat, STAT_06_LongerThanTheTimeLeft)
{
    for (bool const asked : {true, false}) {
        raw_answer answer = status(asked ? 429 : 503);
        if (asked) answer.header("Retry-After", "10");
        tcp_peer().script(raw_script().forever().respond(answer));
        options o = with_manual_clock(options_for(tcp_peer()));
        o.retry.base = 3600s;
        o.retry.cap = 3600s;
        subject s(o);
        call_ptr const c = s.run(kind::safe, call_options().timeout(5s));
        s.expect_sound(c);
        expect_failed(c, {asked ? errc::rate_limited : errc::http_status});
        EXPECT_EQ(tcp_peer().request_count(), 1U);
    }
    covers("STAT-06", 2);
}

/// The waits between the attempts of a client with this seed.
std::vector<std::chrono::nanoseconds> waits(int code, std::uint64_t seed)
{
    tcp_peer().script(raw_script().forever().respond(status(code)));
    options o = with_manual_clock(options_for(tcp_peer()));
    o.retry.max_attempts = 6;
    o.retry.base = 100ms;
    o.retry.cap = 400ms;
    o.retry.seed = seed;
    subject s(o);
    call_ptr const c = s.start(kind::safe, call_options().timeout(60s));
    s.finish_by_clock(c, 10s);
    s.expect_sound(c);
    EXPECT_TRUE(c->why);
    EXPECT_EQ(tcp_peer().request_count(), 6U);
    EXPECT_EQ(tcp_peer().accepted(), 1U);
    std::vector<std::chrono::nanoseconds> all;
    for (attempt_event const& e : s.attempts())
        if (e.next_in) all.push_back(*e.next_in);
    return all;
}

TEST_F(FaultStat, STAT_07_BackoffWithFullJitter)
{
    for (int const code : {429, 503, 500}) {
        auto const first = waits(code, 1);
        ASSERT_EQ(first.size(), 5U);
        auto ceiling = 100ms;
        for (auto const wait : first) {
            EXPECT_GE(wait, 0ns);
            EXPECT_LE(wait, std::min(ceiling, 400ms));
            ceiling *= 2;
        }
        EXPECT_EQ(waits(code, 1), first);
        EXPECT_NE(waits(code, 2), first);
    }
    covers("STAT-07", 3);
}

TEST_F(FaultStat, STAT_08_OverloadedOnce)
{
    std::vector<fault> faults;
    for (int const code : {502, 503, 504}) {
        faults.push_back(answered(code));
        faults.back().fails(errc::http_status).repeats(again::safe_only);
    }
    play("STAT-08", faults);
}

TEST_F(FaultStat, STAT_09_OverloadedForEver)
{
    tls_peer().script(raw_script().forever().respond(status(503)));
    subject s(tls_peer());
    call_ptr const c = s.run(kind::safe);
    s.expect_sound(c);
    expect_failed(c, {errc::http_status});
    ASSERT_TRUE(c->why);
    EXPECT_EQ(c->why->attempts, 3);
    EXPECT_EQ(c->why->http_status, 503);
    EXPECT_EQ(tls_peer().request_count(), 3U);
    EXPECT_EQ(tls_peer().accepted(), 1U);
    covers("STAT-09", 1);
}

TEST_F(FaultStat, STAT_10_OtherStatuses)
{
    std::vector<fault> faults;
    for (int const code : {400, 405, 418}) {
        faults.push_back(answered(code));
        faults.back().fails(errc::http_status);
    }
    faults.push_back(answered(501).fails(errc::not_implemented));
    // D11: in front of CoCalc, this is the login page of a network.
    faults.push_back(answered(511).fails(errc::http_status).also([](call_state const& c) {
        EXPECT_NE(c.why->detail.find("network"), std::string::npos) << c.why->detail;
    }));
    play("STAT-10", faults);
}

TEST_F(FaultStat, STAT_11_UnknownStatuses)
{
    fault success("299", [](std::string const& id) {
        return raw_script().respond(raw_answer(body_for(id)).status(299));
    });
    success.keeps();
    play(
        "STAT-11",
        {success, answered(499).fails(errc::http_status), answered(599).fails(errc::http_status)}
    );
}

TEST_F(FaultStat, STAT_12_RedirectsElsewhere)
{
    case_counter cases("STAT-12");
    raw_peer trap;
    trap.script(healthy());
    raw_peer tls_trap(good_tls());
    tls_trap.script(healthy());
    std::size_t const before = trap.accepted() + tls_trap.accepted();
    for (int const code : {301, 302, 303, 307, 308})
        for (std::string const& target :
             {"http://127.0.0.1:" + std::to_string(trap.port()) + "/api/conat/hub",
              tls_trap.url() + "/api/conat/hub"}) {
            fault f("to " + target, status(code).header("Location", target).str());
            f.fails(errc::redirect_refused).keeps();
            f.play(tls_peer());
            ++cases;
        }
    EXPECT_EQ(trap.accepted() + tls_trap.accepted(), before);
    covers("SEC-04", 10);
}

TEST_F(FaultStat, STAT_13_RedirectsToNowhere)
{
    auto const redirect = [](std::string name, std::string fields) {
        fault f(std::move(name), "HTTP/1.1 302 Found\r\n" + fields + "Content-Length: 0\r\n\r\n");
        f.fails(errc::redirect_refused).keeps();
        return f;
    };
    play(
        "STAT-13",
        {redirect("without Location", ""),
         redirect("malformed", "Location: http://[::1/%zz \x01?\r\n")
             .keeps_or_drops()
             .fails({errc::redirect_refused, errc::protocol_error}),
         redirect("to itself", "Location: /api/conat/hub\r\n")}
    );
}

TEST_F(FaultStat, STAT_14_BrokenErrorBody)
{
    auto const excerpt = [](call_state const& c) {
        EXPECT_EQ(c.why->http_status, 404);
        EXPECT_LE(c.why->server_message.size(), 4096U);
    };
    fault cut("truncated", [](std::string const&) {
        return raw_script()
            .respond("HTTP/1.1 404 Not Found\r\nContent-Length: 100\r\n\r\nno such")
            .close();
    });
    fault huge("1 GiB", [](std::string const&) {
        return raw_script()
            .respond("HTTP/1.1 404 Not Found\r\nContent-Length: 1073741824\r\n\r\n")
            .send_repeated(std::string(1024, 'x'), 1024 * 1024);
    });
    play(
        "STAT-14",
        {cut.fails(errc::not_found).also(excerpt), huge.fails(errc::not_found).also(excerpt)}
    );
}

TEST_F(FaultStat, STAT_15_ManyCallsAgainstAnOutage)
{
    // Each call gets a 503 for the first second. This test moves the clock.
    constexpr std::size_t calls = 200;
    constexpr auto step = 1ms;
    raw_peer& peer = tcp_peer();
    auto const up = std::make_shared<std::atomic<bool>>(false);
    peer.script(raw_script().forever().respond([up](raw_request const& r) {
        return *up ? echo(r) : status(503).str();
    }));
    options o = with_manual_clock(options_for(peer));
    o.retry = retry_options();
    o.retry.seed = 7;
    o.retry.budget_ratio = 100;  // here only max_attempts limits the retries
    auto const clock = o.clock;
    std::vector<std::chrono::nanoseconds> retries;
    auto const start = clock->now();
    o.hooks.on_attempt = [&](attempt_event const& e) {
        if (e.next_in) retries.push_back(clock->now() - start + *e.next_in);
    };
    subject s(o);
    std::vector<call_ptr> all;
    for (std::size_t i = 0; i < calls; ++i)
        all.push_back(s.start(kind::safe, call_options().timeout(30s)));
    auto const unfinished = [&] {
        return std::any_of(all.begin(), all.end(), [](auto const& c) { return !c->done(); });
    };
    ASSERT_TRUE(s.run_until([&] { return retries.size() >= calls; }));
    for (auto gone = 0ms; gone < 5s && unfinished(); gone += step) {
        if (gone >= 1s) *up = true;
        s.clock().advance(step);
        s.drain();
        // Calls under way get their answer before the clock moves.
        ASSERT_TRUE(s.run_until([&] { return s.stats().in_use == 0 && s.stats().waiting == 0; }));
    }
    EXPECT_FALSE(unfinished());
    EXPECT_LE(peer.request_count(), 3 * calls);
    std::sort(retries.begin(), retries.end());
    std::size_t most = 0;
    for (auto from = retries.begin(); from != retries.end(); ++from) {
        auto const to = std::lower_bound(from, retries.end(), *from + 10ms);
        most = std::max(most, static_cast<std::size_t>(to - from));
    }
    EXPECT_LE(most, retries.size() / 5);
    for (auto const& c : all) EXPECT_EQ(c->completions, 1);
    s.expect_sound(all.front());
    covers("STAT-15", 1);
}

TEST_F(FaultStat, STAT_16_WordsOfAnErrorStatus)
{
    fault json("JSON", raw_answer(R"({"error":"no \"such\" thing"})").status(404).str());
    json.fails(errc::not_found).keeps().also([](call_state const& c) {
        EXPECT_EQ(c.why->server_message, R"(no "such" thing)");
    });
    fault html("HTML", status(404, "<html>\x01nginx</html>").str());
    html.fails(errc::not_found).keeps().also([](call_state const& c) {
        EXPECT_EQ(c.why->server_message.find('\x01'), std::string::npos);
    });
    play("STAT-16", {json, html});
}

// Report D8: a gateway in front of the hub does not know what happened to the call.
TEST_F(FaultStat, STAT_17_DoubtBehindAGateway)
{
    std::vector<fault> faults;
    for (int const code : {408, 502, 504, 503}) {
        bool const in_doubt = code != 503;
        faults.push_back(answered(code));
        faults.back().repeats(again::safe_only);
        faults.back().fails({errc::http_status, errc::timeout});
        faults.back().also([in_doubt](call_state const& c) {
            bool const says_so =
                c.why->message().find("may have taken effect") != std::string::npos;
            EXPECT_EQ(says_so, in_doubt) << c.why->message();
        });
    }
    play("STAT-17", faults);
}

}  // namespace
}  // namespace cohub::faults
