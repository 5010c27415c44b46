#include <cohub/json/decode.hpp>
#include <cohub/json/detail/decimal.hpp>
#include <cohub/json/encode.hpp>

#include <gtest/gtest.h>

#include <bit>
#include <charconv>
#include <cstdlib>
#include <limits>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "support/comma_locale.hpp"

namespace cohub::json {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double largest = std::numeric_limits<double>::max();
constexpr double smallest = std::numeric_limits<double>::denorm_min();

/// Distinguishes -0.0 from 0.0, which == does not.
std::uint64_t bits(double v) { return std::bit_cast<std::uint64_t>(v); }

double portably(std::string const& text)
{
    return detail::read_decimal_portably(text.data(), text.data() + text.size());
}
double as_decoded(std::string const& text)
{
    return detail::read_decimal(text.data(), text.data() + text.size());
}
std::string written(double v)
{
    std::string text;
    writer(text).number(v);
    return text;
}

struct number_row
{
    char const* name;
    std::string text;
    double value;
};
void PrintTo(number_row const& row, std::ostream* out) { *out << row.name; }

std::string repeated(char c, std::size_t n) { return std::string(n, c); }

/// The number halfway between 1 and the next double, with all its digits.
std::string const halfway = "1.00000000000000011102230246251565404236316680908203125";

std::vector<number_row> number_rows()
{
    return {
        {"Fraction", "1.5", 1.5},
        {"Tenth", "0.1", 0.1},
        {"Negative", "-123.456e78", -123.456e78},
        {"Zero", "0.0", 0.0},
        {"MinusZero", "-0.0", -0.0},
        {"MinusZeroWithExponent", "-0.000e999", -0.0},
        {"SeventeenDigits", "0.30000000000000004", 0.30000000000000004},
        {"SeventeenDigitsLarge", "8.9884656743115795e307", 8.9884656743115795e307},
        {"ExponentPlus", "25E+2", 2500.0},
        {"ExponentZeros", "25e-0000000000000000000000001", 2.5},
        {"TwoToThe64", "18446744073709551616", 18446744073709551616.0},
        {"BelowInt64", "-9223372036854775809", -9223372036854775808.0},
        {"HugeInteger", "-123123123123123123123123123123", -123123123123123123123123123123.0},
        {"Largest", "1.7976931348623157e308", largest},
        {"RoundedToLargest", "1.7976931348623158e308", largest},
        {"BeyondLargest", "1.7976931348623159e308", infinity},
        {"Far", "1.5e400", infinity},
        {"FarBelow", "-1.5e400", -infinity},
        {"FarByDigits", "1" + repeated('0', 400), infinity},
        {"FarBeyondInt64", "0.4e00669999999999999999999999999999999999999", infinity},
        {"SmallestNormal", "2.2250738585072014e-308", 2.2250738585072014e-308},
        {"BelowNormal", "2.2250738585072011e-308", 2.2250738585072011e-308},
        {"Smallest", "5e-324", smallest},
        {"RoundedToSmallest", "3e-324", smallest},
        {"NotNothing", "2e-324", smallest},
        {"Near", "1e-400", smallest},
        {"NearBelow", "-1e-400", -smallest},
        {"NearBeyondInt64", "1e-99999999999999999999999", smallest},
        {"NearByDigits", "0." + repeated('0', 400) + "1", smallest},
        {"HalfwayToEven", halfway, 1.0},
        {"HalfwayAndAQuarter", halfway + "25", 1.0000000000000002},
        {"HalfwayAndADistantDigit", halfway + repeated('0', 5000) + "1", 1.0000000000000002},
        {"HalfwayAndNothing", halfway + repeated('0', 5000), 1.0},
        {"ManyDigits", "0." + repeated('3', 10'000), 1.0 / 3},
        {"ManyDigitsTakenBack", repeated('7', 10'000) + "e-10000", 7.0 / 9},
        {"ManyZerosTakenBack", "1" + repeated('0', 30'000) + "e-30000", 1.0},
        {"ManyZerosBehindThePoint", "0." + repeated('0', 30'000) + "25e30001", 2.5},
        {"LeadingZerosBehindThePoint", "0.00000000000000000000000000000000125", 1.25e-33}};
}

class DecimalNumber : public testing::TestWithParam<number_row>
{
};
TEST_P(DecimalNumber, IsTheNearestDouble)
{
    auto const& row = GetParam();
    EXPECT_EQ(bits(portably(row.text)), bits(row.value)) << portably(row.text);
    EXPECT_EQ(bits(as_decoded(row.text)), bits(row.value)) << as_decoded(row.text);
}
INSTANTIATE_TEST_SUITE_P(All, DecimalNumber, testing::ValuesIn(number_rows()), [](auto const& row) {
    return row.param.name;
});

/// Doubles of all magnitudes.
std::vector<double> random_doubles(std::size_t n)
{
    std::mt19937_64 random(1);
    std::vector<double> all;
    while (all.size() != n) {
        auto const v = std::bit_cast<double>(random());
        if (v - v == 0) all.push_back(v);
    }
    return all;
}

TEST(DecimalTest, WhatIsWrittenIsReadBackAsItWas)
{
    for (double const v : random_doubles(10'000)) {
        std::string const text = written(v);
        EXPECT_EQ(bits(portably(text)), bits(v)) << text;
        EXPECT_EQ(bits(as_decoded(text)), bits(v)) << text;
    }
}

#if defined(__cpp_lib_to_chars)
// Few digits and many, before and after the point.
TEST(DecimalTest, BothWaysOfReadingAgree)
{
    std::mt19937_64 random(2);
    auto const digits = [&](std::size_t n) {
        std::string s;
        while (s.size() != n) s += static_cast<char>('0' + random() % 10);
        return s;
    };
    for (int i = 0; i != 20'000; ++i) {
        std::string text = random() % 2 ? "-" : "";
        text += std::to_string(1 + random() % 9) + digits(random() % 25) + ".";
        text += digits(1 + random() % 25);
        text += "e" + std::to_string(static_cast<int>(random() % 600) - 300);
        double expected = 0;
        auto const read = std::from_chars(text.data(), text.data() + text.size(), expected);
        if (read.ec == std::errc()) {
            EXPECT_EQ(bits(portably(text)), bits(expected)) << text;
        }
    }
}
#endif

TEST(DecimalTest, ADecimalCommaChangesNothing)
{
    tests::comma_locale const comma;
    if (!comma.is_set) GTEST_SKIP() << "this machine has no locale with a decimal comma";
    ASSERT_EQ(std::strtod("1.5", nullptr), 1.0);
    for (auto const& row : number_rows()) {
        EXPECT_EQ(bits(portably(row.text)), bits(row.value)) << row.name;
        EXPECT_EQ(bits(as_decoded(row.text)), bits(row.value)) << row.name;
    }
    for (double const v : random_doubles(1'000)) {
        std::string const text = written(v);
        EXPECT_EQ(text.find(','), std::string::npos) << text;
        EXPECT_EQ(bits(portably(text)), bits(v)) << text;
    }
    std::vector<double> read;
    ASSERT_EQ(decode("[1.5, -0.1, 1e300, 5e-324]", read).status, outcome::code::ok);
    EXPECT_EQ(read, (std::vector{1.5, -0.1, 1e300, 5e-324}));
    EXPECT_EQ(decode("[1.5e400]", read).status, outcome::code::bad_shape);
}

}  // namespace
}  // namespace cohub::json
