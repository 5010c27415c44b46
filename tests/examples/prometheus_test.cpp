#include "adapters/prometheus.hpp"

#include <gtest/gtest.h>
#include <prometheus/text_serializer.h>

#include <memory>
#include <sstream>
#include <string>

#include "examples/canary.hpp"

namespace adapters {
namespace {

class PrometheusAdapter : public adapter_test
{
protected:
    cohub::options counted(cohub::options o, std::size_t max_methods = 150)
    {
        prometheus_calls(registry_, max_methods).install(o.hooks);
        return o;
    }
    std::string page() const { return prometheus::TextSerializer().Serialize(registry_.Collect()); }
    /// The value of the line that begins with this text; -1 if there is none.
    static double value(std::string const& page, std::string const& name)
    {
        std::istringstream in(page);
        for (std::string line; std::getline(in, line);)
            if (line.starts_with(name + ' ')) return std::stod(line.substr(name.size()));
        return -1;
    }

    prometheus::Registry registry_;
};

TEST_F(PrometheusAdapter, CountsCallsByMethodAndOutcome)
{
    server().script("system.test").error("Error: no");
    cohub::hub const h(io, counted(usual_options()));
    run(h.system().ping());
    run(h.system().ping());
    run(h.system().test(cohub::as_result));
    auto const text = page();
    EXPECT_EQ(value(text, R"(cohub_calls_total{method="system.ping",outcome="ok"})"), 2) << text;
    EXPECT_EQ(value(text, R"(cohub_calls_total{method="system.test",outcome="api_error"})"), 1);
    EXPECT_EQ(value(text, R"(cohub_call_duration_seconds_count{method="system.ping"})"), 2);
    EXPECT_EQ(
        value(text, R"(cohub_call_duration_seconds_bucket{method="system.ping",le="+Inf"})"), 2
    );
    EXPECT_GT(value(text, R"(cohub_call_duration_seconds_sum{method="system.ping"})"), 0);
}

TEST_F(PrometheusAdapter, CountsFailedAttempts)
{
    server().script("system.ping").status(503).times(2).then_ok();
    cohub::hub const h(io, counted(usual_options()));
    run(h.system().ping());
    auto const text = page();
    EXPECT_EQ(
        value(text, R"(cohub_failed_attempts_total{method="system.ping",outcome="http_status"})"), 2
    ) << text;
    EXPECT_EQ(value(text, R"(cohub_calls_total{method="system.ping",outcome="ok"})"), 1);
}

TEST_F(PrometheusAdapter, KeepsTheNumberOfMethodsWithinBounds)
{
    cohub::hub const h(io, counted(usual_options(), 2));
    for (int i = 0; i != 5; ++i)
        run(h.call("system.raw" + std::to_string(i), nullptr, cohub::as_result));
    run(h.call("system.raw0", nullptr, cohub::as_result));
    auto const text = page();
    EXPECT_EQ(value(text, R"(cohub_calls_total{method="system.raw0",outcome="not_found"})"), 2);
    EXPECT_EQ(value(text, R"(cohub_calls_total{method="system.raw1",outcome="not_found"})"), 1);
    EXPECT_EQ(value(text, R"(cohub_calls_total{method="other",outcome="not_found"})"), 3) << text;
    EXPECT_EQ(text.find("system.raw2"), text.npos) << text;
}

TEST_F(PrometheusAdapter, AsksAClientForItsGauges)
{
    cohub::hub const h(io, usual_options());
    client_gauges const gauges("hub", [&h] { return h.stats(); });
    prometheus::TextSerializer const serializer;
    auto const before = serializer.Serialize(gauges.Collect());
    run(h.system().ping());
    auto const after = serializer.Serialize(gauges.Collect());
    EXPECT_EQ(value(before, R"(cohub_connections_idle{client="hub"})"), 0) << before;
    EXPECT_EQ(value(after, R"(cohub_connections_idle{client="hub"})"), 1) << after;
    EXPECT_NE(after.find("# TYPE cohub_connections_idle gauge\n"), after.npos);
}

TEST_F(PrometheusAdapter, SEC_06_ShowsNoSecret)
{
    make_telling_calls(counted(usual_options()));
    auto const text = page();
    EXPECT_NE(text.find("system.noSuchThing"), text.npos);
    expect_no_canary(text);
}

}  // namespace
}  // namespace adapters
