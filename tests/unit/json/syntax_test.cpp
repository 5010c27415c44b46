#include <cohub/json/decode.hpp>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "support/json_texts.hpp"

namespace cohub::json {
namespace {

using status = outcome::code;
using namespace std::string_literals;
using tests::chosen_json_texts;
using tests::invalid_json_texts;
using tests::json_text;
using tests::valid_json_texts;

status kept(std::string_view text)
{
    boost::json::value v;
    return decode(text, v).status;
}
status skipped(std::string_view text)
{
    json::nothing nothing;
    return decode(text, nothing).status;
}
status typed(std::string_view text)
{
    std::vector<int> numbers;
    return decode(text, numbers).status;
}

bool boost_takes(std::string const& text)
{
    boost::system::error_code ec;
    boost::json::parse(text, ec);
    return !ec;
}

// Texts that every JSON reader has to accept.
class ValidJson : public testing::TestWithParam<json_text>
{
};
TEST_P(ValidJson, IsTaken)
{
    EXPECT_EQ(kept(GetParam().text), status::ok);
    EXPECT_EQ(skipped(GetParam().text), status::ok);
    EXPECT_NE(typed(GetParam().text), status::bad_json);
    EXPECT_TRUE(boost_takes(GetParam().text));
}
INSTANTIATE_TEST_SUITE_P(
    All,
    ValidJson,
    testing::ValuesIn(valid_json_texts()),
    [](auto const& row) { return row.param.name; }
);

// Texts that no JSON reader may accept.
class InvalidJson : public testing::TestWithParam<json_text>
{
};
TEST_P(InvalidJson, IsRefused)
{
    EXPECT_EQ(kept(GetParam().text), status::bad_json);
    EXPECT_EQ(skipped(GetParam().text), status::bad_json);
    EXPECT_EQ(typed(GetParam().text), status::bad_json);
    EXPECT_FALSE(boost_takes(GetParam().text));
}
INSTANTIATE_TEST_SUITE_P(
    All,
    InvalidJson,
    testing::ValuesIn(invalid_json_texts()),
    [](auto const& row) { return row.param.name; }
);

// Texts on which readers may differ, with what this one does.
class JsonChoice : public testing::TestWithParam<json_text>
{
};
TEST_P(JsonChoice, IsAsDocumented)
{
    EXPECT_EQ(kept(GetParam().text) == status::ok, GetParam().taken);
    EXPECT_EQ(skipped(GetParam().text) == status::ok, GetParam().taken);
    EXPECT_EQ(boost_takes(GetParam().text), GetParam().taken != GetParam().boost_differs);
}
INSTANTIATE_TEST_SUITE_P(
    All,
    JsonChoice,
    testing::ValuesIn(chosen_json_texts()),
    [](auto const& row) { return row.param.name; }
);

// The text is well-formed, so a skipped member may have this number. But no double can hold it, and
// infinity would be wrong.
TEST(JsonNumberTest, BeyondAnyDoubleIsNoValueToKeep)
{
    for (char const* const text :
         {"[1e400]", "[-1e400]", "[0.4e00669999999999999999999999999999999999999]"}) {
        EXPECT_EQ(kept(text), status::bad_shape) << text;
        EXPECT_EQ(skipped(text), status::ok) << text;
    }
}

// Boost.JSON refuses these, because it counts exponents with an int.
TEST(JsonNumberTest, ExponentsHaveNoLimit)
{
    for (char const* const text :
         {"[1e-2147483648]", "[-1.5e-99999999999999999999]", "[0e99999999999]"}) {
        EXPECT_EQ(kept(text), status::ok) << text;
        EXPECT_EQ(skipped(text), status::ok) << text;
    }
}

std::string nested(std::size_t depth, char const* open, char const* close)
{
    std::string text;
    for (std::size_t i = 0; i != depth; ++i) text += open;
    if (open[0] == '{') text += '1';
    for (std::size_t i = 0; i != depth; ++i) text += close;
    return text;
}

TEST(JsonDepthTest, ThirtyTwoLevelsAreTaken)
{
    EXPECT_EQ(kept(nested(32, "[", "]")), status::ok);
    EXPECT_EQ(kept(nested(32, "{\"a\":", "}")), status::ok);
    EXPECT_EQ(skipped(nested(32, "[", "]")), status::ok);
    EXPECT_EQ(skipped(nested(32, "{\"a\":", "}")), status::ok);
}

TEST(JsonDepthTest, MoreAreRefusedHoweverMany)
{
    for (std::size_t const depth : {33u, 1000u, 100'000u}) {
        EXPECT_EQ(kept(nested(depth, "[", "]")), status::bad_json) << depth;
        EXPECT_EQ(kept(nested(depth, "{\"a\":", "}")), status::bad_json) << depth;
        EXPECT_EQ(skipped(nested(depth, "[", "]")), status::bad_json) << depth;
        EXPECT_EQ(skipped(std::string(depth, '[')), status::bad_json) << depth;
    }
}

TEST(JsonTextTest, SaysWhereAndHowABadBodyBegins)
{
    std::vector<int> v;
    auto const o = decode("<html>\n<b>Sign in</b></html>", v);
    EXPECT_EQ(o.status, status::bad_json);
    EXPECT_NE(o.text.find("<html>\\n<b>Sign in"), std::string::npos) << o.text;
    EXPECT_NE(o.text.find("at byte 0"), std::string::npos) << o.text;
}

TEST(JsonTextTest, ShowsOnlyTheBeginningOfABadBody)
{
    std::vector<int> v;
    auto const o = decode(std::string(100'000, 'x'), v);
    EXPECT_LT(o.text.size(), 400u);
}

TEST(JsonTextTest, SaysThatABodyIsEmpty)
{
    std::vector<int> v;
    EXPECT_EQ(decode("", v).text, "the body is empty");
    EXPECT_EQ(decode(" \r\n", v).text, "the body is empty");
}

TEST(JsonTextTest, EveryPrefixOfADocumentIsRefused)
{
    std::string const whole = R"({"a":[1,-2.5e3,"x\u00e4\"",true,null,{"b":{}}],"error":"no"})";
    for (std::size_t n = 0; n != whole.size(); ++n) {
        boost::json::object o;
        EXPECT_EQ(decode(whole.substr(0, n), o, envelope::error_member).status, status::bad_json)
            << n;
    }
}

TEST(JsonTextTest, LargeBodiesAreTaken)
{
    std::string list = "[0";
    for (int i = 1; i != 100'000; ++i) list += "," + std::to_string(i);
    list += "]";
    std::vector<int> numbers;
    EXPECT_EQ(decode(list, numbers).status, status::ok);
    EXPECT_EQ(numbers.size(), 100'000u);
    EXPECT_EQ(numbers.back(), 99'999);

    std::string const big = "\"" + std::string(8 * 1024 * 1024, 'x') + "\"";
    std::string text;
    EXPECT_EQ(decode(big, text).status, status::ok);
    EXPECT_EQ(text.size(), 8u * 1024 * 1024);
}

}  // namespace
}  // namespace cohub::json
