#include <cohub/json/timestamp.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <optional>

namespace cohub::json {
namespace {

TEST(TimestampTest, ReadsWhatJavaScriptWrites)
{
    EXPECT_EQ(parse_iso8601("1970-01-01T00:00:00.000Z"), sys_ms());
    EXPECT_EQ(parse_iso8601("1970-01-01T00:00:01Z"), sys_ms(std::chrono::seconds(1)));
    EXPECT_EQ(parse_iso8601("1969-12-31T23:59:59.999Z"), sys_ms(std::chrono::milliseconds(-1)));
    EXPECT_EQ(
        parse_iso8601("2000-02-29T00:00:00.5Z"), sys_ms(std::chrono::milliseconds(951'782'400'500))
    );
    EXPECT_EQ(
        parse_iso8601("2025-10-09T08:53:20.1239999Z"),
        sys_ms(std::chrono::milliseconds(1'760'000'000'123))
    );
}

TEST(TimestampTest, RefusesEverythingElse)
{
    for (char const* const text :
         {"",
          "Z",
          "2025-10-09",
          "2025-10-09T08:53:20",
          "2025-10-09T08:53:20+00:00",
          "2025-10-09 08:53:20Z",
          "2025-13-09T08:53:20Z",
          "2025-02-29T08:53:20Z",
          "2025-10-00T08:53:20Z",
          "2025-10-09T24:53:20Z",
          "2025-10-09T08:60:20Z",
          "2025-10-09T08:53:61Z",
          "2025-10-09T08:53:20.Z",
          "2025-10-09T08:53:20.1x3Z",
          "-025-10-09T08:53:20Z",
          "2025-1 -09T08:53:20Z",
          "2025-10-09T-8:53:20Z",
          "20a5-10-09T08:53:20Z",
          "2025-10-09T08:53:20,000Z"})
        EXPECT_EQ(parse_iso8601(text), std::nullopt) << text;
}

TEST(TimestampTest, WritesWhatItReads)
{
    for (std::int64_t const ms : {0LL, -1LL, 1'760'000'000'125LL, 253'402'300'799'999LL}) {
        sys_ms const t{std::chrono::milliseconds(ms)};
        EXPECT_EQ(parse_iso8601(format_iso8601(t)), t) << format_iso8601(t);
    }
    EXPECT_EQ(
        format_iso8601(sys_ms(std::chrono::milliseconds(1'760'000'000'125))),
        "2025-10-09T08:53:20.125Z"
    );
}

}  // namespace
}  // namespace cohub::json
