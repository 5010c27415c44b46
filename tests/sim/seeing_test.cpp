// What the hooks of a client are told about its calls, and which headers they add to an attempt.

#include <cohub/prometheus.hpp>
#include <cohub/v2.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/json/serialize.hpp>

#include <gtest/gtest.h>

#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "ledger.hpp"
#include "support/fault_rows.hpp"

namespace cohub::tests {
namespace {

namespace asio = boost::asio;

constexpr char const* place = "127.0.0.1:80";

/// A world with a server that gives the prescribed answers, and a client that is observed.
class watched
{
public:
    watched()
    {
        world.serve_http(place, [this](sim::request r) -> asio::awaitable<sim::response> {
            requests.push_back(r);
            sim::timer t(world.get_executor(), takes);
            co_await t.async_wait(asio::use_awaitable);
            sim::response a("{}");
            if (!answers.empty()) {
                a = answers.front();
                answers.erase(answers.begin());
            }
            co_return a;
        });
        settings = world.client_options();
        settings.hooks.on_attempt = [this](attempt_event const& e) { attempts.push_back(e); };
        settings.hooks.on_call = [this](call_event const& e) { calls.push_back(e); };
    }

    std::string_view sent(std::size_t request, std::string_view header) const
    {
        return requests.at(request).header(header);
    }

    sim::world world{1};
    options settings;
    clock::duration takes = 10ms;
    std::vector<sim::response> answers;
    std::vector<sim::request> requests;
    std::vector<attempt_event> attempts;
    std::vector<call_event> calls;
};

/// Begins a call that only reads, and keeps its failure.
void ask(hub const& h, call_options const& how = {}, failure* why = nullptr)
{
    auto const keep = [why](result<boost::json::value> r) {
        if (why != nullptr && !r) *why = r.error();
    };
    h.call("a.method", nullptr, call_options(how).idempotent(), as_result(keep));
}

TEST(SimSeeing, ACallThatSucceedsIsToldOnceWithAllItsFigures)
{
    watched w;
    std::size_t came = 0;
    std::string const answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";
    w.world.serve("127.0.0.2:80", [&](sim::socket s) -> asio::awaitable<void> {
        for (int i = 0; i != 2; ++i) {
            char buffer[4096];
            came += co_await s.async_read_some(asio::buffer(buffer), asio::use_awaitable);
            sim::timer t(w.world.get_executor(), 10ms);
            co_await t.async_wait(asio::use_awaitable);
            co_await asio::async_write(s, asio::buffer(answer), asio::use_awaitable);
        }
    });
    w.settings.host = "http://127.0.0.2";
    hub const h(w.world, w.settings);
    for (bool const first : {true, false}) {
        came = 0;
        auto const begin = w.world.now();
        ask(h);
        w.world.run();
        ASSERT_EQ(w.calls.size(), 1U);
        auto const e = w.calls.front();
        EXPECT_EQ(e.method, "a.method");
        EXPECT_EQ(e.origin, "http://127.0.0.2:80");
        EXPECT_EQ(e.attempts, 1);
        EXPECT_FALSE(e.error);
        EXPECT_EQ(e.http_status, 200);
        EXPECT_EQ(e.bytes_sent, came);
        EXPECT_EQ(e.bytes_received, answer.size());
        EXPECT_EQ(e.new_connection, first);
        EXPECT_EQ(e.spent[static_cast<int>(stage::connecting)] > 0s, first);
        EXPECT_GE(e.spent[static_cast<int>(stage::reading_head)], 10ms);
        EXPECT_LE(e.took(), w.world.now() - begin);
        EXPECT_EQ(w.attempts.back().took, e.took());
        EXPECT_EQ(w.attempts.back().http_status, 200);
        w.calls.clear();
    }
    EXPECT_EQ(w.attempts.size(), 2U);
}

TEST(SimSeeing, EachAttemptHasATimeOfItsOwn)
{
    watched w;
    w.answers = {{503, "later"}, {503, "later"}};
    w.settings.retry.base = 1s;
    hub const h(w.world, w.settings);
    ask(h);
    w.world.run();
    ASSERT_EQ(w.attempts.size(), 3U);
    std::chrono::nanoseconds sum{};
    for (auto const& e : w.attempts) {
        EXPECT_GE(e.took, 10ms);
        EXPECT_LT(e.took, 50ms);
        sum += e.took + e.next_in.value_or(0ns);
    }
    ASSERT_EQ(w.calls.size(), 1U);
    auto const& e = w.calls.front();
    EXPECT_EQ(e.took(), sum);
    EXPECT_EQ(e.attempts, 3);
    EXPECT_GT(e.spent[static_cast<int>(stage::backing_off)], 0s);
    EXPECT_FALSE(e.new_connection);
}

TEST(SimSeeing, WhatFailedIsToldWithItsConnection)
{
    watched w;
    w.takes = 1h;
    w.settings.retry.max_attempts = 1;
    hub const h(w.world, w.settings);
    ask(h, call_options().timeout(2s));
    w.world.run_for(5s);
    ASSERT_EQ(w.calls.size(), 1U);
    EXPECT_EQ(w.calls[0].error, errc::timeout);
    EXPECT_EQ(w.calls[0].http_status, 0);
    EXPECT_GT(w.calls[0].bytes_sent, 0U);
    EXPECT_EQ(w.calls[0].bytes_received, 0U);
    ASSERT_EQ(w.attempts.size(), 1U);
    EXPECT_EQ(w.attempts[0].connection, 1U);
    EXPECT_EQ(w.attempts[0].took, 2s);
    EXPECT_EQ(w.attempts[0].at, stage::reading_head);
}

TEST(SimSeeing, CallsThatAreRefusedAreToldToo)
{
    watched w;
    hub const h(w.world, w.settings);
    ask(h, call_options().timeout(0s));
    ask(h, call_options().header("Host", "elsewhere"));
    h.close();
    ask(h);
    w.world.run();
    ASSERT_EQ(w.calls.size(), 3U);
    EXPECT_EQ(w.calls[0].error, errc::timeout);
    EXPECT_EQ(w.calls[1].error, errc::invalid_argument);
    EXPECT_EQ(w.calls[2].error, errc::client_closed);
    for (auto const& e : w.calls) EXPECT_EQ(e.attempts, 0);
    for (auto const& e : w.attempts) EXPECT_EQ(e.took, 0ns);
    EXPECT_TRUE(w.requests.empty());
}

TEST(SimSeeing, TheEndOfAClientIsNoCall)
{
    watched w;
    hub const h(w.world, w.settings);
    h.async_close([](error_code) {});
    w.world.run();
    EXPECT_TRUE(w.calls.empty());
}

// ---- headers -----------------------------------------------------------------------------------

std::string in_lower_case(std::string text)
{
    for (char& c : text) c = cohub::detail::ascii_lower(c);
    return text;
}

TEST(SimHeaders, OfOneCallGoWithThisCallAlone)
{
    watched w;
    w.answers = {{503, "later"}};
    w.settings.headers = {{"X-Team", "accounts"}, {"X-Colour", "red"}};
    hub const h(w.world, w.settings);
    ask(h, call_options().header("x-colour", "blue").header("X-Request-Id", "r-1"));
    w.world.run();
    ask(h);
    w.world.run();
    ASSERT_EQ(w.requests.size(), 3U);
    for (std::size_t const i : {0U, 1U}) {
        EXPECT_EQ(w.sent(i, "X-Request-Id"), "r-1");
        EXPECT_EQ(w.sent(i, "X-Colour"), "blue");
        EXPECT_EQ(w.sent(i, "X-Team"), "accounts");
        EXPECT_NE(w.sent(i, "Authorization"), "");
    }
    EXPECT_EQ(w.sent(2, "X-Request-Id"), "");
    EXPECT_EQ(w.sent(2, "X-Colour"), "red");
    for (auto const& r : w.requests) {
        std::map<std::string, int> names;
        for (auto const& [name, value] : r.headers)
            EXPECT_EQ(++names[in_lower_case(name)], 1) << name;
    }
}

TEST(SimHeaders, OneThatWouldBreakTheRequestIsRefused)
{
    watched w;
    hub const h(w.world, w.settings);
    std::vector<std::pair<std::string, std::string>> const wrong{
        {"", "x"},
        {"X Y", "x"},
        {"X:", "x"},
        {"X", "a\r\nY: b"},
        {"X", std::string("a\0b", 3)},
        {"Content-Length", "0"},
        {"Authorization", "x"},
        {"Transfer-Encoding", "chunked"},
        {"X", std::string(9000, 'x')}};
    for (auto const& [name, value] : wrong) {
        failure why;
        ask(h, call_options().header(name, value), &why);
        w.world.run();
        EXPECT_EQ(why.kind(), errc::invalid_argument) << name;
        EXPECT_NE(why.detail.find("header"), std::string::npos) << why.detail;
        EXPECT_FALSE(why.maybe_sent);
    }
    EXPECT_TRUE(w.requests.empty());
}

TEST(SimHeaders, AHookAddsThemToEachAttempt)
{
    watched w;
    w.answers = {{503, "later"}};
    hub* to = nullptr;
    w.settings.hooks.add_headers = [&](next_attempt const& a, header_list& list) {
        EXPECT_EQ(a.method, "a.method");
        EXPECT_EQ(to->stats().calls, 1U);  // a hook may call functions of the client
        list.emplace_back("X-Attempt", std::to_string(a.attempt));
    };
    hub h(w.world, w.settings);
    to = &h;
    ask(h);
    w.world.run();
    ASSERT_EQ(w.requests.size(), 2U);
    EXPECT_EQ(w.sent(0, "X-Attempt"), "1");
    EXPECT_EQ(w.sent(1, "X-Attempt"), "2");
    EXPECT_EQ(h.stats().calls, 0U);
}

TEST(SimHeaders, AHookThatFailsFailsThatCallAlone)
{
    watched w;
    int asked = 0;
    w.settings.hooks.add_headers = [&](next_attempt const&, header_list& list) {
        switch (++asked) {
            case 1:
                throw std::runtime_error("no token");
            case 2:
                list.emplace_back("Host", "elsewhere");
                break;
            default:
                list.emplace_back("X-Token", "t");
        }
    };
    hub const h(w.world, w.settings);
    failure why[3];
    for (auto& f : why) ask(h, {}, &f);
    w.world.run();
    EXPECT_EQ(why[0].kind(), errc::invalid_argument);
    EXPECT_EQ(why[0].detail, "hooks.add_headers: no token");
    EXPECT_EQ(why[1].kind(), errc::invalid_argument);
    EXPECT_FALSE(why[2].code) << why[2].message();
    EXPECT_EQ(w.requests.size(), 1U);
    EXPECT_EQ(w.calls.size(), 3U);
}

TEST(SimHeaders, ACallMayBeCancelledFromItsHook)
{
    watched w;
    asio::cancellation_signal stop;
    w.settings.hooks.add_headers = [&](next_attempt const&, header_list&) {
        stop.emit(asio::cancellation_type::terminal);
    };
    hub const h(w.world, w.settings);
    error_code seen;
    h.system().ping(asio::bind_cancellation_slot(stop.slot(), [&](error_code ec, server_now) {
        seen = ec;
    }));
    w.world.run();
    EXPECT_EQ(seen, errc::cancelled);
    EXPECT_TRUE(w.requests.empty());
}

TEST(SimHeaders, CredentialsInThemAreNeverShown)
{
    watched w;
    w.settings.headers = {{"X-Service-Token", "service-token-1"}, {"X-Team", "accounts-team"}};
    w.settings.hooks.add_headers = [](next_attempt const&, header_list& list) {
        list.emplace_back("X-Signature", "signature-3");
    };
    std::string const echo =
        "service-token-1 accounts-team cookie-value-2 signature-3 user-is-alice X";
    w.answers = {{400, echo}};
    hub const h(w.world, w.settings);
    failure why;
    ask(h,
        call_options()
            .header("Cookie", "sid=cookie-value-2; theme=dark")
            .header("baggage", "user=user-is-alice"),
        &why);
    w.world.run();
    EXPECT_EQ(w.sent(0, "X-Service-Token"), "service-token-1");
    EXPECT_EQ(w.sent(0, "X-Signature"), "signature-3");
    EXPECT_EQ(why.server_message, "*** accounts-team *** *** *** X");
}

// ---- the text for a log ------------------------------------------------------------------------

TEST(SimSecrets, SEC_02_NoneIsShownWhereOptionsAndClientsArePrinted)
{
    watched w;
    w.settings = w.world.client_options("http://127.0.0.1", secret(ledger::canary));
    w.settings.headers = {{"X-Team", "accounts"}, {"X-Service-Token", ledger::canary}};
    std::ostringstream log;
    log << w.settings << '\n';
    hub const h(w.world, w.settings);
    log << h << '\n';
    std::string const text = log.str();
    EXPECT_EQ(text.find(ledger::canary), std::string::npos) << text;
    EXPECT_NE(text.find("api_key=***"), std::string::npos) << text;
    EXPECT_NE(text.find("header X-Team=accounts"), std::string::npos) << text;
    EXPECT_NE(text.find("http://127.0.0.1:80 (0 calls under way"), std::string::npos) << text;
    options const wrong("https://me:a-password@host", "k");
    EXPECT_EQ(to_string(wrong).find("a-password"), std::string::npos);
    faults::covers("SEC-02", 2);
}

TEST(SimSecrets, SEC_02_NoneIsShownInEvents)
{
    watched w;
    auto const events = [&w](options& o) {
        o.hooks.on_attempt = [&w](attempt_event const& e) { w.attempts.push_back(e); };
        o.hooks.body_excerpt = 10'000;
    };
    w.settings = w.world.client_options("http://127.0.0.1", secret(ledger::canary));
    events(w.settings);
    boost::json::object echo;
    echo["error"] = "key " + std::string(ledger::canary) + " and header " + "cookie-value";
    w.answers = {{400, boost::json::serialize(echo)}, boost::json::serialize(echo)};
    hub const h(w.world, w.settings);
    for (int i = 0; i != 2; ++i) ask(h, call_options().header("Cookie", "cookie-value"));
    w.world.run();
    ASSERT_EQ(w.attempts.size(), 2U);
    for (auto const& e : w.attempts)
        EXPECT_EQ(e.response_body, R"({"error":"key *** and header ***"})");
}

TEST(SimSecrets, SEC_06_BodiesAreToldOnRequestAlone)
{
    for (bool const asked : {false, true}) {
        watched w;
        w.answers = {
            sim::response(R"({"id":7,"token":"t-1","password_hash":{"a":["]\""]},"x":1})")};
        w.settings.hooks.body_excerpt = asked ? 1000 : 0;
        hub const h(w.world, w.settings);
        boost::json::array const arguments{boost::json::object{{"api_key", "k-1"}, {"n", 1}}};
        h.call("a.method", arguments, [](error_code, boost::json::value const&) {});
        w.world.run();
        ASSERT_EQ(w.attempts.size(), 1U);
        auto const& e = w.attempts[0];
        EXPECT_EQ(
            e.request_body, asked ? R"({"name":"a.method","args":[{"api_key":"***","n":1}]})" : ""
        );
        EXPECT_EQ(
            e.response_body, asked ? R"({"id":7,"token":"***","password_hash":"***","x":1})" : ""
        );
    }
    faults::covers("SEC-06", 2);
}

TEST(SimSecrets, SEC_06_OfCallsAboutSecretsNothingIsTold)
{
    watched w;
    w.answers = {
        sim::response("\"token-1\""),
        sim::response("null"),
        sim::response("\"token-2\""),
        sim::response(R"({"status":"success"})")};
    w.settings.hooks.body_excerpt = 1000;
    hub const h(w.world, w.settings);
    h.system().generate_user_auth_token("an-account", [](error_code, secret const&) {});
    w.world.run();
    h.system().revoke_user_auth_token(secret("token-1"), [](error_code) {});
    w.world.run();
    // One secret among several arguments is enough.
    h.system().generate_user_auth_token("x", secret("pw"), [](error_code, secret const&) {});
    w.world.run();
    h.v2().accounts().set_password(secret("old"), secret("new"), [](error_code) {});
    w.world.run();
    ASSERT_EQ(w.attempts.size(), 4U);
    for (std::size_t const i : {2U, 3U}) {
        EXPECT_EQ(w.attempts[i].request_body, "(not shown: it holds a secret)");
        EXPECT_EQ(w.attempts[i].response_body, "(not shown: it holds a secret)");
    }
    EXPECT_NE(w.attempts[0].request_body.find("an-account"), std::string::npos);
    EXPECT_EQ(w.attempts[0].response_body, "(not shown: it holds a secret)");
    EXPECT_EQ(w.attempts[1].request_body, "(not shown: it holds a secret)");
}

TEST(Prometheus, EachMetricOnceWithALineForEachClient)
{
    connection_stats a, b;
    a.opened = 3;
    b.opened = 12'345'678'901;
    a.retry_budget = 9.5;
    std::string const page =
        prometheus_text({{a, {{"client", "hub"}}}, {b, {{"client", "a \"b\"\n\\"}}}});
    EXPECT_NE(
        page.find("# HELP cohub_connections_opened_total Connections that were begun.\n"
                  "# TYPE cohub_connections_opened_total counter\n"
                  "cohub_connections_opened_total{client=\"hub\"} 3\n"
                  "cohub_connections_opened_total{client=\"a \\\"b\\\"\\n\\\\\"} 12345678901\n"),
        std::string::npos
    ) << page;
    EXPECT_NE(page.find("cohub_retry_budget{client=\"hub\"} 9.5\n"), std::string::npos);
    EXPECT_EQ(prometheus_text({a}).find('{'), std::string::npos);
    EXPECT_EQ(page.back(), '\n');
    for (char const* const wrong : {"", "1a", "a b", "__x", "a:b"})
        EXPECT_THROW(prometheus_text({{a, {{wrong, "x"}}}}), error) << wrong;
}

// ---- traces ------------------------------------------------------------------------------------

TEST(SimTraces, EachCallIsATraceAndEachAttemptASpan)
{
    watched w;
    w.answers = {{503, "later"}};
    w.settings.make_traceparent = true;
    hub const h(w.world, w.settings);
    ask(h);
    w.world.run();
    ask(h);
    w.world.run();
    ASSERT_EQ(w.requests.size(), 3U);
    std::vector<std::string> trace, span;
    std::regex const form("00-([0-9a-f]{32})-([0-9a-f]{16})-01");
    for (std::size_t i = 0; i != 3; ++i) {
        std::string const text(w.sent(i, "traceparent"));
        std::smatch m;
        ASSERT_TRUE(std::regex_match(text, m, form)) << text;
        trace.push_back(m[1]);
        span.push_back(m[2]);
        EXPECT_EQ(w.attempts[i].traceparent, text);
    }
    EXPECT_EQ(trace[0], trace[1]);
    EXPECT_NE(trace[0], trace[2]);
    EXPECT_EQ(std::set<std::string>(span.begin(), span.end()).size(), 3U);
    EXPECT_EQ(w.calls[0].traceparent, w.sent(1, "traceparent"));
}

TEST(SimTraces, TheCallersOwnGoesAlong)
{
    watched w;
    w.settings.make_traceparent = true;
    std::string const mine = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    hub const h(w.world, w.settings);
    ask(h, call_options().header("Traceparent", mine));
    w.world.run();
    ASSERT_EQ(w.requests.size(), 1U);
    EXPECT_EQ(w.sent(0, "traceparent"), mine);
    EXPECT_EQ(w.calls[0].traceparent, mine);
    int count = 0;
    for (auto const& [name, value] : w.requests[0].headers)
        count += in_lower_case(name) == "traceparent" ? 1 : 0;
    EXPECT_EQ(count, 1);
}

TEST(SimTraces, NoneIsMadeBesideTheCallersOwnIfAHookAddsHeaders)
{
    watched w;
    w.answers = {{503, "later"}};
    w.settings.make_traceparent = true;
    w.settings.hooks.add_headers = [](next_attempt const&, header_list& list) {
        list.emplace_back("X-Other", "x");
    };
    std::string const mine = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    hub const h(w.world, w.settings);
    ask(h, call_options().header("traceparent", mine));
    w.world.run();
    options others = w.settings;
    others.headers = {{"Traceparent", mine}};
    hub const by_options(w.world, others);
    ask(by_options);
    w.world.run();
    ASSERT_EQ(w.requests.size(), 3U);
    for (auto const& r : w.requests) {
        std::vector<std::string> sent;
        for (auto const& [name, value] : r.headers)
            if (in_lower_case(name) == "traceparent") sent.push_back(value);
        EXPECT_EQ(sent, std::vector{mine});
    }
    for (auto const& e : w.calls) EXPECT_EQ(e.traceparent, mine);
}

TEST(SimTraces, NoneIsMadeUnasked)
{
    watched w;
    hub const h(w.world, w.settings);
    ask(h);
    w.world.run();
    EXPECT_EQ(w.sent(0, "traceparent"), "");
    EXPECT_EQ(w.calls[0].traceparent, "");
}

}  // namespace
}  // namespace cohub::tests
