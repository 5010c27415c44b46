#include <cohub/core/civil_time.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <string>

namespace cohub::detail {
namespace {

using namespace std::chrono_literals;

TEST(CivilTimeTest, KnowsTheDaysThatThereAre)
{
    EXPECT_EQ(since_epoch({1970, 1, 1, 0, 0, 0}), 0s);
    EXPECT_EQ(since_epoch({1969, 12, 31, 23, 59, 59}), -1s);
    EXPECT_EQ(since_epoch({2000, 2, 29, 0, 0, 0}), 951'782'400s);
    EXPECT_EQ(since_epoch({2026, 11, 28, 12, 34, 56}), 1'795'869'296s);
    for (civil_time const& t :
         {civil_time{1900, 2, 29, 0, 0, 0},
          civil_time{2001, 2, 29, 0, 0, 0},
          civil_time{2000, 0, 1, 0, 0, 0},
          civil_time{2000, 13, 1, 0, 0, 0},
          civil_time{2000, 1, 0, 0, 0, 0},
          civil_time{2000, 4, 31, 0, 0, 0},
          civil_time{2000, 257, 1, 0, 0, 0},
          civil_time{2000, 1, 257, 0, 0, 0},
          civil_time{67536, 1, 1, 0, 0, 0},
          civil_time{2000, -1, 1, 0, 0, 0},
          civil_time{2000, 1, -1, 0, 0, 0},
          civil_time{2000, 1, 1, 24, 0, 0},
          civil_time{2000, 1, 1, -1, 0, 0},
          civil_time{2000, 1, 1, 0, 60, 0},
          civil_time{2000, 1, 1, 0, -1, 0},
          civil_time{2000, 1, 1, 0, 0, 61},
          civil_time{2000, 1, 1, 0, 0, -1}})
        EXPECT_FALSE(since_epoch(t)) << t.year << '-' << t.month << '-' << t.day << ' ' << t.hour
                                     << ':' << t.minute << ':' << t.second;
}

TEST(CivilTimeTest, ALeapSecondIsTheSecondBehindIt)
{
    EXPECT_EQ(since_epoch({2016, 12, 31, 23, 59, 60}), since_epoch({2017, 1, 1, 0, 0, 0}));
}

TEST(CivilTimeTest, GoesThereAndBack)
{
    // More than four hundred years, in steps that hit every time of the day.
    for (auto t = -200LL * 366 * 86'400; t < 300LL * 366 * 86'400; t += 1'234'567) {
        std::chrono::sys_seconds const time{std::chrono::seconds(t)};
        ASSERT_EQ(since_epoch(to_civil(time)), time.time_since_epoch()) << t;
    }
}

TEST(CivilTimeTest, ReadsDigitsAlone)
{
    EXPECT_EQ(read_digits("0"), 0);
    EXPECT_EQ(read_digits("0042"), 42);
    EXPECT_EQ(read_digits("9999"), 9999);
    for (char const* wrong : {"", "12345", "-1", "+1", " 1", "1 ", "0x1", "1a"})
        EXPECT_FALSE(read_digits(wrong)) << wrong;
}

TEST(CivilTimeTest, WritesIso8601)
{
    std::string out;
    append_iso8601(out, {7, 3, 4, 5, 6, 7});
    EXPECT_EQ(out, "0007-03-04T05:06:07");
}

}  // namespace
}  // namespace cohub::detail
