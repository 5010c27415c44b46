#include "adapters/spdlog.hpp"

#include <gtest/gtest.h>
#include <spdlog/sinks/ostream_sink.h>

#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "examples/canary.hpp"

namespace adapters {
namespace {

class SpdlogAdapter : public adapter_test
{
protected:
    SpdlogAdapter()
    {
        log_->set_pattern("%l %v");
        log_->set_level(spdlog::level::trace);
    }
    cohub::options logged(cohub::options o) const
    {
        spdlog_lines(log_).install(o.hooks);
        return o;
    }
    std::vector<std::string> lines() const
    {
        std::vector<std::string> all;
        std::istringstream in(out_.str());
        for (std::string line; std::getline(in, line);) all.push_back(line);
        return all;
    }
    static bool has(std::string const& line, std::string_view part)
    {
        return line.find(part) != line.npos;
    }

    std::ostringstream out_;
    std::shared_ptr<spdlog::logger> log_ = std::make_shared<spdlog::logger>(
        "cohub", std::make_shared<spdlog::sinks::ostream_sink_mt>(out_)
    );
};

TEST_F(SpdlogAdapter, WritesALineForEachCall)
{
    auto o = usual_options();
    o.make_traceparent = true;
    cohub::hub const h(io, logged(std::move(o)));
    run(h.system().ping());
    ASSERT_EQ(lines().size(), 1u) << out_.str();
    auto const line = lines()[0];
    EXPECT_TRUE(line.starts_with("debug event=call method=system.ping origin=https://localhost:"))
        << line;
    EXPECT_TRUE(has(line, " outcome=ok status=200 attempts=1 took_ms=")) << line;
    EXPECT_TRUE(has(line, " new_connection=true trace=")) << line;
}

TEST_F(SpdlogAdapter, WritesALineForEachFailedAttempt)
{
    server().script("system.ping").status(503).times(2);
    cohub::hub const h(io, logged(usual_options()));
    auto const how = cohub::call_options().retries(1);
    EXPECT_FALSE(run(h.system().ping(how, cohub::as_result)).has_value());
    auto const all = lines();
    ASSERT_EQ(all.size(), 3u) << out_.str();
    EXPECT_TRUE(all[0].starts_with("info event=failed_attempt method=system.ping ")) << all[0];
    EXPECT_TRUE(has(all[0], " attempt=1 outcome=http_status stage=reading_body status=503 "));
    EXPECT_TRUE(has(all[0], " next_in_ms="));
    EXPECT_TRUE(all[1].starts_with("debug event=failed_attempt ")) << all[1];
    EXPECT_FALSE(has(all[1], "next_in_ms"));
    // 503 may go away: no error of this program or of the server's.
    EXPECT_TRUE(all[2].starts_with("warning event=call ")) << all[2];
    EXPECT_TRUE(has(all[2], " attempts=2 "));
}

TEST_F(SpdlogAdapter, HasALevelForEachKindOfEnd)
{
    server().script("system.test").error("Error: no").then().delay_until_released();
    server().script("system.getCustomize").status(429);
    cohub::hub const h(io, logged(usual_options()));
    auto const once = cohub::call_options().retries(0);
    run(h.system().test(once, cohub::as_result));
    run(h.system().get_customize(once, cohub::as_result));
    bool ended = false;
    h.system().test(cohub::as_result)([&](auto const&) { ended = true; });
    run_until([&] { return server().journal().count("system.test") == 2; });
    h.close();
    run_until([&] { return ended; });
    server().release();
    std::vector<std::string> calls;
    for (auto const& line : lines())
        if (has(line, "event=call")) calls.push_back(line);
    ASSERT_EQ(calls.size(), 3u) << out_.str();
    EXPECT_TRUE(calls[0].starts_with("error ")) << calls[0];
    EXPECT_TRUE(calls[1].starts_with("warning ")) << calls[1];
    EXPECT_TRUE(has(calls[1], "outcome=rate_limited"));
    EXPECT_TRUE(calls[2].starts_with("info ")) << calls[2];
    EXPECT_TRUE(has(calls[2], "outcome=client_closed"));
}

TEST_F(SpdlogAdapter, AMethodsNameBreaksNoLine)
{
    cohub::hub const h(io, logged(usual_options()));
    run(h.call("a.b\nevent=call {} \"x\"", nullptr, cohub::as_result));
    for (auto const& line : lines()) {
        EXPECT_TRUE(has(line, R"(method="a.b\x0aevent=call {} \"x\"")")) << line;
        EXPECT_TRUE(has(line, " event=")) << line;
    }
    EXPECT_GE(lines().size(), 1u);
}

TEST_F(SpdlogAdapter, LeavesTheHooksThatAreThere)
{
    int calls = 0, attempts = 0;
    auto o = usual_options();
    o.hooks.on_call = [&](cohub::call_event const&) { ++calls; };
    o.hooks.on_attempt = [&](cohub::attempt_event const&) { ++attempts; };
    cohub::hub const h(io, logged(std::move(o)));
    run(h.system().ping());
    EXPECT_EQ(calls, 1);
    EXPECT_EQ(attempts, 1);
    EXPECT_EQ(lines().size(), 1u);
}

TEST_F(SpdlogAdapter, SEC_06_WritesNoSecret)
{
    make_telling_calls(logged(usual_options()));
    EXPECT_GE(lines().size(), 6u);
    expect_no_canary(out_.str());
}

}  // namespace
}  // namespace adapters
