#include <cohub/core/secret.hpp>

#include <boost/json/value.hpp>
#include <boost/json/value_to.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <limits>
#include <map>
#include <string>

#include "unit/json/decode_samples.hpp"

namespace cohub::json {
namespace {

// ---- numbers -----------------------------------------------------------------------------------

template <class T>
void expect_number(char const* text, T expected)
{
    auto const d = read<T>(text);
    EXPECT_EQ(d.out.status, status::ok) << text << ": " << d.out.text;
    EXPECT_EQ(d.value, expected) << text;
}
template <class T>
void expect_refused(std::string const& text)
{
    EXPECT_EQ(read<T>(text).out.status, status::bad_shape) << text;
}

TEST(DecodeNumberTest, IntegersAreExactToTheirLimits)
{
    expect_number<std::int64_t>("9007199254740993", 9007199254740993);
    expect_number<std::int64_t>("9223372036854775807", std::numeric_limits<std::int64_t>::max());
    expect_number<std::int64_t>("-9223372036854775808", std::numeric_limits<std::int64_t>::min());
    expect_number<std::uint64_t>("18446744073709551615", std::numeric_limits<std::uint64_t>::max());
    expect_number<std::int64_t>("-0", 0);
    expect_number<int>("2147483647", 2147483647);
    expect_number<std::uint8_t>("255", std::uint8_t(255));
    expect_number<std::int8_t>("-128", std::int8_t(-128));
}

TEST(DecodeNumberTest, IntegersOutOfRangeAreRefused)
{
    expect_refused<std::int64_t>("9223372036854775808");
    expect_refused<std::int64_t>("18446744073709551615");
    expect_refused<std::int64_t>("18446744073709551616");
    expect_refused<std::int64_t>("-9223372036854775809");
    expect_refused<std::uint64_t>("18446744073709551616");
    expect_refused<std::uint64_t>("-1");
    expect_refused<int>("2147483648");
    expect_refused<std::uint8_t>("256");
    expect_refused<std::int64_t>("1e400");
    expect_refused<std::int64_t>("1e-400");
    expect_refused<std::int64_t>("1" + std::string(400, '0') + "e-10");
    expect_refused<std::int64_t>("0." + std::string(400, '0') + "1");
    expect_refused<std::int64_t>("1.5");
    expect_refused<std::int64_t>("1e19");
}

TEST(DecodeNumberTest, WholeDoublesAreIntegersWhereTheyAreExact)
{
    expect_number<std::int64_t>("1.0", 1);
    expect_number<std::int64_t>("1e3", 1000);
    expect_number<std::int64_t>("-2.50e1", -25);
    expect_number<std::int64_t>("1760000000000.0", 1'760'000'000'000);
    expect_number<std::int64_t>("9007199254740991.0", 9007199254740991);
    expect_number<std::int64_t>("1.76e12", 1'760'000'000'000);
    expect_refused<std::int64_t>("9007199254740994.0");
}

TEST(DecodeNumberTest, ADoubleThatMayStandForAnotherIntegerIsRefused)
{
    // As a double this is 2^53, and so is another integer. So nobody can tell which integer was
    // meant.
    expect_refused<std::int64_t>("9007199254740993.0");
    expect_refused<std::int64_t>("-9007199254740993.0");
}

TEST(DecodeNumberTest, DoublesTakeNumbersThatTheyCanHold)
{
    expect_number<double>("0.5", 0.5);
    expect_number<double>("-1", -1.0);
    expect_number<double>("9007199254740992", 9007199254740992.0);
    expect_number<double>("18446744073709549568", 18446744073709549568.0);
    expect_number<double>("1e300", 1e300);
    expect_refused<double>("9007199254740993");
    expect_refused<double>("9223372036854775807");
    expect_refused<double>("18446744073709551615");
    expect_refused<double>("1e400");
    expect_refused<double>("-1e400");
}

TEST(DecodeNumberTest, TimesAreMillisecondsSince1970)
{
    EXPECT_EQ(
        read<sys_ms>("1760000000000").value, sys_ms(std::chrono::milliseconds(1'760'000'000'000))
    );
    expect_refused<sys_ms>("18446744073709551615");
    expect_refused<sys_ms>("1.5");
    expect_refused<sys_ms>(R"("2025-10-09T08:53:20Z")");
}

// ---- strings -----------------------------------------------------------------------------------

TEST(DecodeStringTest, EscapesAreResolved)
{
    auto const d = read<std::string>(R"("a\"\\\/\b\f\n\r\t\u00e4\u20ac\ud83d\ude00z")");
    ASSERT_EQ(d.out.status, status::ok) << d.out.text;
    EXPECT_EQ(d.value, "a\"\\/\b\f\n\r\t\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80z");
}

TEST(DecodeStringTest, AnEscapedNulIsOneByte)
{
    EXPECT_EQ(read<std::string>(R"("a\u0000b")").value, std::string("a\0b", 3));
}

TEST(DecodeStringTest, LongStringsWithEscapesArriveWhole)
{
    // The parser passes on long strings, and strings with escapes, in parts.
    std::string in = "\"", expected;
    for (int i = 0; i != 5000; ++i) {
        in += "abc\\n\\u00e4";
        expected += "abc\n\xc3\xa4";
    }
    in += '"';
    EXPECT_EQ(read<std::string>(in).value, expected);
    EXPECT_EQ(boost::json::value_to<std::string>(read<boost::json::value>(in).value), expected);
    EXPECT_EQ(read<secret>(in).value.reveal(), expected);
}

TEST(DecodeStringTest, LongKeysWithEscapesArriveWhole)
{
    std::string key, raw;
    for (int i = 0; i != 1000; ++i) {
        raw += "k\\u0065\\ty";
        key += "ke\ty";
    }
    auto const d = read<std::map<std::string, int>>("{\"" + raw + "\":1,\"b\":2}");
    ASSERT_EQ(d.out.status, status::ok) << d.out.text;
    EXPECT_EQ(d.value, (std::map<std::string, int>{{key, 1}, {"b", 2}}));
}

TEST(DecodeStringTest, AKeyMayBeWrittenWithEscapes)
{
    auto const d = read<pet>(R"({"n\u0061me":"Rex","l\u0065gs":4,"":1})");
    ASSERT_EQ(d.out.status, status::ok) << d.out.text;
    EXPECT_EQ(d.value.name, "Rex");
    EXPECT_EQ(d.value.legs, 4);
}

TEST(DecodeStringTest, LongStringsOfUnknownMembersAreKeptOrSkipped)
{
    std::string const big = std::string(100'000, 'x') + "\\n";
    std::string const body = "{\"number\":1,\"more\":\"" + big + "\",\"name\":\"Rex\"}";
    EXPECT_EQ(read<pet>(body).value.name, "Rex");
    EXPECT_EQ(read<sample>(body).value.extra.at("more").as_string().size(), 100'001u);
}

TEST(DecodeStringTest, AReusedStringIsReplaced)
{
    pet p;
    p.name = "a long name that was there before";
    EXPECT_EQ(decode(R"({"name":"x\ny"})", p).status, status::ok);
    EXPECT_EQ(p.name, "x\ny");
}

}  // namespace
}  // namespace cohub::json
