#include "adapters/opentelemetry.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "adapters/memory_tracer.hpp"
#include "examples/canary.hpp"

namespace adapters {
namespace {

using memory::SpanData;
using memory::SpanKind;
using memory::StatusCode;

class OpenTelemetryAdapter : public adapter_test
{
protected:
    cohub::options traced(cohub::options o) const
    {
        spans<memory::api>(tracer).install(o);
        return o;
    }
    /// The values of `traceparent` that the server got, in their order.
    std::vector<std::string> sent() const
    {
        std::vector<std::string> all;
        for (auto const& r : server().journal().requests())
            all.emplace_back(r.header("traceparent"));
        return all;
    }
    static std::string header_of(SpanData const& s)
    {
        return "00-" + s.context.trace_id().text() + "-" + s.context.span_id().text() + "-01";
    }

    memory::SpanContext const active{memory::id<32>(0xabc), memory::id<16>(0xdef)};
    std::shared_ptr<memory::Tracer> tracer = std::make_shared<memory::Tracer>(active);
};

TEST_F(OpenTelemetryAdapter, ASpanForTheCallAndOneForItsAttempt)
{
    cohub::hub const h(io, traced(usual_options()));
    run(h.system().ping());
    auto const all = tracer->ended();
    ASSERT_EQ(all.size(), 2u);
    auto const& attempt = all[0];
    auto const& call = all[1];
    EXPECT_EQ(call.name, "system.ping");
    EXPECT_EQ(call.kind, SpanKind::kInternal);
    EXPECT_EQ(call.parent.span_id(), active.span_id());
    EXPECT_EQ(call.status, StatusCode::kUnset);
    EXPECT_EQ(call.attributes.at("cohub.attempts"), "1");
    EXPECT_EQ(attempt.name, "POST");
    EXPECT_EQ(attempt.kind, SpanKind::kClient);
    EXPECT_EQ(attempt.parent.span_id(), call.context.span_id());
    EXPECT_EQ(attempt.attributes.at("http.request.method"), "POST");
    EXPECT_EQ(attempt.attributes.at("http.response.status_code"), "200");
    EXPECT_EQ(attempt.attributes.at("server.address"), "localhost");
    EXPECT_EQ(attempt.attributes.at("server.port"), std::to_string(server().port()));
    EXPECT_FALSE(attempt.attributes.contains("error.type"));
    EXPECT_EQ(sent(), std::vector{header_of(attempt)});
}

TEST_F(OpenTelemetryAdapter, EachAttemptHasASpanOfItsOwn)
{
    server().script("system.ping").status(503).times(2).then_ok();
    cohub::hub const h(io, traced(usual_options()));
    run(h.system().ping());
    auto const all = tracer->ended();
    ASSERT_EQ(all.size(), 4u);
    std::vector<std::string> expected;
    for (std::size_t i = 0; i != 3; ++i) {
        EXPECT_EQ(all[i].parent.span_id(), all[3].context.span_id());
        expected.push_back(header_of(all[i]));
    }
    EXPECT_EQ(sent(), expected);
    EXPECT_EQ(all[0].status, StatusCode::kError);
    EXPECT_EQ(all[0].attributes.at("error.type"), "503");
    EXPECT_FALSE(all[0].attributes.contains("http.request.resend_count"));
    EXPECT_EQ(all[1].attributes.at("http.request.resend_count"), "1");
    EXPECT_EQ(all[2].status, StatusCode::kUnset);
    EXPECT_EQ(all[3].attributes.at("cohub.attempts"), "3");
    EXPECT_EQ(all[3].status, StatusCode::kUnset);
}

TEST_F(OpenTelemetryAdapter, AFailureIsNamed)
{
    server().script("system.test").error("Error: no");
    cohub::hub const h(io, traced(usual_options()));
    run(h.system().test(cohub::as_result));
    auto const all = tracer->ended();
    ASSERT_EQ(all.size(), 2u);
    for (auto const& s : all) {
        EXPECT_EQ(s.status, StatusCode::kError) << s.name;
        EXPECT_EQ(s.attributes.at("error.type"), "api_error");
    }
}

TEST_F(OpenTelemetryAdapter, AHedgedCallSucceedsThoughOneAttemptFailed)
{
    server().script("system.ping").delay_until_released().then().status(503);
    cohub::hub const h(io, traced(usual_options()));
    std::optional<bool> succeeded;
    h.system().ping(
        cohub::call_options().hedge_after(std::chrono::milliseconds(5)).retries(0), cohub::as_result
    )([&](auto const& r) { succeeded = r.has_value(); });
    run_until([&] { return tracer->ended().size() == 1; });
    server().release();
    run_until([&] { return succeeded && tracer->ended().size() == tracer->begun(); });
    EXPECT_TRUE(*succeeded);
    int calls = 0;
    for (SpanData const& s : tracer->ended()) {
        if (s.name != "system.ping") continue;
        ++calls;
        EXPECT_EQ(s.status, StatusCode::kUnset);
        EXPECT_FALSE(s.attributes.contains("error.type"));
        EXPECT_EQ(s.attributes.at("cohub.attempts"), "2");
    }
    EXPECT_EQ(calls, 1);
    EXPECT_EQ(tracer->begun(), 3u);
}

TEST_F(OpenTelemetryAdapter, ACallThatIsRefusedHasASpanWithoutAttempts)
{
    cohub::hub const h(io, traced(usual_options()));
    run(h.system().ping(cohub::call_options().header("X", "\n"), cohub::as_result));
    auto const all = tracer->ended();
    ASSERT_EQ(all.size(), 1u);
    EXPECT_EQ(all[0].name, "system.ping");
    EXPECT_EQ(all[0].attributes.at("error.type"), "invalid_argument");
    EXPECT_EQ(all[0].attributes.at("cohub.attempts"), "0");
}

TEST_F(OpenTelemetryAdapter, ACallThatEndsInABackoffEndsItsSpan)
{
    server().script("system.ping").status(503);
    auto o = usual_options();
    o.retry.base = o.retry.cap = std::chrono::hours(1);
    bool backs_off = false;
    o.hooks.on_attempt = [&](cohub::attempt_event const& e) { backs_off = e.next_in.has_value(); };
    o.timeouts.call = std::chrono::hours(10);
    cohub::hub const h(io, traced(std::move(o)));
    boost::asio::cancellation_signal cancel;
    bool ended = false;
    h.system().ping(cohub::as_result
    )(boost::asio::bind_cancellation_slot(cancel.slot(), [&](auto const&) { ended = true; }));
    run_until([&] { return backs_off; });
    cancel.emit(boost::asio::cancellation_type::terminal);
    run_until([&] { return ended; });
    auto const all = tracer->ended();
    ASSERT_EQ(all.size(), 2u);
    EXPECT_EQ(all[1].attributes.at("error.type"), "cancelled");
}

TEST_F(OpenTelemetryAdapter, LookUpsThatShareACallEndTheirSpans)
{
    auto o = usual_options();
    o.coalesce.window = std::chrono::milliseconds(1);
    cohub::hub const h(io, traced(std::move(o)));
    run(h.system().get_name(server().users().at(0).account_id, cohub::as_result));
    run_until([&] { return tracer->ended().size() == tracer->begun(); });
    EXPECT_EQ(tracer->begun(), 3u) << "the lookup, the call, its attempt";
}

TEST_F(OpenTelemetryAdapter, ATraceparentOfTheCallsOwnGivesWay)
{
    cohub::hub const h(io, traced(usual_options()));
    auto const how = cohub::call_options().header(
        "traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    );
    run(h.system().ping(how));
    EXPECT_EQ(sent(), std::vector{header_of(tracer->ended().at(0))});
}

TEST_F(OpenTelemetryAdapter, ManyCallsOnSeveralThreads)
{
    constexpr int calls = 100;
    server().script("system.ping").status(503).times(calls / 4).then_ok();
    boost::asio::thread_pool pool(3);
    auto o = usual_options();
    o.retry.budget_ratio = 100;
    {
        cohub::hub const h(pool, traced(std::move(o)));
        std::vector<std::future<cohub::result<cohub::server_now>>> all;
        for (int i = 0; i != calls; ++i)
            all.push_back(h.system().ping(cohub::as_result(boost::asio::use_future)));
        for (auto& f : all) {
            ASSERT_EQ(f.wait_for(patience), std::future_status::ready);
            f.get();
        }
    }
    pool.join();
    EXPECT_EQ(tracer->ended().size(), tracer->begun());
    std::set<std::string> headers;
    for (auto const& s : sent()) headers.insert(s);
    EXPECT_EQ(headers.size(), server().journal().count("system.ping")) << "each its own";
}

TEST_F(OpenTelemetryAdapter, SEC_06_ShowsNoSecret)
{
    make_telling_calls(traced(usual_options()));
    std::string shown;
    for (auto const& s : tracer->ended()) {
        shown += s.name + ' ' + s.description + '\n';
        for (auto const& [name, value] : s.attributes)
            shown.append(name).append(" " + value + '\n');
    }
    EXPECT_NE(shown.find("system.noSuchThing"), shown.npos);
    expect_no_canary(shown);
}

}  // namespace
}  // namespace adapters
