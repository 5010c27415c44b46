#include <cohub/json/decode.hpp>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace cohub::json {
namespace {

using status = outcome::code;
using namespace std::string_literals;

struct text_row
{
    char const* name;
    std::string text;
};
void PrintTo(text_row const& row, std::ostream* out) { *out << row.name; }

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
    boost::json::error_code ec;
    boost::json::parse(text, ec);
    return !ec;
}

// What every reader of JSON has to take.
class ValidJson : public testing::TestWithParam<text_row>
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
    testing::Values(
        text_row{"ArrayEmpty", "[]"},
        text_row{"ArrayEndingWithNewline", "[\"a\"]\n"},
        text_row{"ArrayHeterogeneous", "[null, 1, \"1\", {}]"},
        text_row{"ArrayWithLeadingSpace", " [1]"},
        text_row{"ArrayWithSeveralNull", "[1,null,null,null,2]"},
        text_row{"ArraySpaces", "[[]   ]"},
        text_row{"NumberZeroExponent", "[0e+1]"},
        text_row{"NumberMinusZero", "[-0]"},
        text_row{"NumberNegativeOne", "[-1]"},
        text_row{"NumberCapitalExponent", "[1E+2]"},
        text_row{"NumberFractionExponent", "[123.456e78]"},
        text_row{"NumberDoubleCloseToZero", "[-0.0000000000000000000000000000001]"},
        text_row{"NumberAfterSpace", "[ 4]"},
        text_row{"NumberScalar", "42"},
        text_row{"ObjectEmpty", "{}"},
        text_row{"ObjectEmptyKey", "{\"\":0}"},
        text_row{"ObjectDuplicateKey", "{\"a\":\"b\",\"a\":\"c\"}"},
        text_row{"ObjectEscapedNulInKey", "{\"foo\\u0000bar\": 42}"},
        text_row{"ObjectWithNewlines", "{\n\"a\":\r\n\t\"b\"\n}"},
        text_row{
            "ObjectLongStrings", "{\"x\":[{\"id\":\"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\"}]}"},
        text_row{"StringOneByte", "[\"\\u002c\"]"},
        text_row{"StringAllEscapes", "[\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"]"},
        text_row{"StringSurrogatePair", "[\"\\uD801\\udc37\"]"},
        text_row{"StringEscapedNoncharacter", "[\"\\uFFFE\"]"},
        text_row{"StringUtf8", "[\"\xe2\x82\xac\xf0\x9d\x84\x9e\"]"},
        text_row{"StringLineSeparator", "[\"\xe2\x80\xa8\xe2\x80\xa9\"]"},
        text_row{"StringDelete", "[\"a\x7f\"]"},
        text_row{"StringScalar", "\"\""},
        text_row{"StringInArray", "[ \"asd\"]"},
        text_row{"True", "true"},
        text_row{"False", "false"},
        text_row{"Null", "null"},
        text_row{"ArrayInArray", "[[1],[[2]]]"},
        text_row{"NumberExponentMinus", "[7E-3]"},
        text_row{"NumberExponentWithoutSign", "[40e2]"},
        text_row{"NumberExponentZeros", "[1e000000000002]"},
        text_row{"NumberFraction", "[3.25]"},
        text_row{"NumberMinusZeroFraction", "[-0.0]"},
        text_row{"NumberNegativeScalar", "-7.5e1"},
        text_row{"NumberLargestUnsigned", "[18446744073709551615]"},
        text_row{"ObjectKeyWithSurrogatePair", "{\"\\uD83D\\uDE00\":1}"},
        text_row{"ObjectInObject", "{\"a\":{\"a\":{}}}"},
        text_row{"StringRawNoncharacters", "[\"\xef\xbf\xbf\xf4\x8f\xbf\xbf\"]"},
        text_row{"StringByteOrderMarkInside", "[\"\xef\xbb\xbf\"]"},
        text_row{"StringEscapedNul", "[\"\\u0000\"]"},
        text_row{"StringTwoPairs", "[\"\\ud83d\\ude00\\uD834\\uDD1E\"]"},
        text_row{"StringEscapedBackslashThenU", "[\"\\\\u00zz\"]"},
        text_row{"StringThatLooksLikeAComment", "[\"/*a*/ //b\"]"},
        text_row{"StringWithEscapedEnd", "[\"a\\\\\"]"},
        text_row{"TrailingBlanks", "[1] \t\r\n "}
    ),
    [](auto const& row) { return row.param.name; }
);

// What no reader of JSON may take.
class InvalidJson : public testing::TestWithParam<text_row>
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
    testing::Values(
        text_row{"Empty", ""},
        text_row{"Blanks", " \t\r\n"},
        text_row{"ArrayCommaAfterClose", "[\"\"],"},
        text_row{"ArrayDoubleComma", "[1,,2]"},
        text_row{"ArrayJustComma", "[,]"},
        text_row{"ArrayExtraClose", "[1]]"},
        text_row{"ArrayTrailingComma", "[1,]"},
        text_row{"ArrayUnclosed", "[1"},
        text_row{"ArrayUnclosedWithComma", "[1,"},
        text_row{"ArrayColon", "[1:2]"},
        text_row{"ArrayMissingComma", "[3[4]]"},
        text_row{"ArrayInnerBare", "[a]"},
        text_row{"TwoDocuments", "{} {}"},
        text_row{"TrailingGarbage", "{\"a\":1}x"},
        text_row{"TrailingNul", "[1]\0"s},
        text_row{"LiteralCutTrue", "[tru]"},
        text_row{"LiteralCutNull", "nul"},
        text_row{"LiteralCapital", "[True]"},
        text_row{"LiteralNan", "[NaN]"},
        text_row{"LiteralInfinity", "[Infinity]"},
        text_row{"NumberPlus", "[+1]"},
        text_row{"NumberLeadingZero", "[012]"},
        text_row{"NumberMinusAlone", "[-]"},
        text_row{"NumberMinusLeadingZero", "[-012]"},
        text_row{"NumberDotAlone", "[.5]"},
        text_row{"NumberEndsWithDot", "[1.]"},
        text_row{"NumberExponentEmpty", "[1e]"},
        text_row{"NumberExponentSignAlone", "[1e+]"},
        text_row{"NumberHex", "[0x1]"},
        text_row{"NumberTwoDots", "[1.2.3]"},
        text_row{"NumberThenLetter", "[1a]"},
        text_row{"NumberMinusSpace", "[- 1]"},
        text_row{"ObjectBareKey", "{a:1}"},
        text_row{"ObjectSingleQuotes", "{'a':0}"},
        text_row{"ObjectMissingColon", "{\"a\" b}"},
        text_row{"ObjectMissingValue", "{\"a\":"},
        text_row{"ObjectNumberKey", "{1:1}"},
        text_row{"ObjectTrailingComma", "{\"id\":0,}"},
        text_row{"ObjectDoubleColon", "{\"x\"::\"b\"}"},
        text_row{"ObjectUnclosed", "{\"a\":\"b\""},
        text_row{"ObjectComment", "{\"a\":1/**/}"},
        text_row{"ObjectCommaOnly", "{,}"},
        text_row{"StringUnclosed", "[\"a"},
        text_row{"StringEscapeX", "[\"\\x00\"]"},
        text_row{"StringEscapeEnd", "[\"\\"},
        text_row{"StringShortUnicode", "[\"\\u00A\"]"},
        text_row{"StringUnicodeNoHex", "[\"\\u00zz\"]"},
        text_row{"StringRawNewline", "[\"a\nb\"]"},
        text_row{"StringRawTab", "[\"a\tb\"]"},
        text_row{"StringRawNul", "[\"a\0b\"]"s},
        text_row{"StringLoneSurrogateThenText", "[\"\\uD800abc\"]"},
        text_row{"StringSingleQuote", "['a']"},
        text_row{"StringBareBackslashU", "[\"\\uqqqq\"]"},
        text_row{"Nbsp", "[\xc2\xa0]"},
        text_row{"FormFeedBetween", "[\f]"},
        text_row{"HtmlPage", "<!DOCTYPE html><html><body>Sign in</body></html>"},
        text_row{"Angle", "<.>"},
        text_row{"UnopenedClose", "]"},
        text_row{"ArrayMissingCommaBetweenTexts", "[\"a\" \"b\"]"},
        text_row{"ArrayTwoLiterals", "[true false]"},
        text_row{"ArrayClosedAsObject", "[1}"},
        text_row{"ArrayInnerUnclosed", "[[]"},
        text_row{"ArrayLeadingComma", "[,1]"},
        text_row{"ArrayBlankAfterTrailingComma", "[1 , ]"},
        text_row{"CommentOfOneLine", "[1] //a"},
        text_row{"CommentInFront", "/*a*/[1]"},
        text_row{"CommentHash", "[1] #a"},
        text_row{"LiteralCutScalar", "f"},
        text_row{"LiteralLong", "[nulll]"},
        text_row{"LiteralUndefined", "[undefined]"},
        text_row{"LiteralNulInside", "nul\0l"s},
        text_row{"NumberMinusInfinity", "[-Infinity]"},
        text_row{"NumberMinusNan", "[-NaN]"},
        text_row{"NumberTwoSigns", "[--1]"},
        text_row{"NumberPlusMinus", "[+-1]"},
        text_row{"NumberMinusDot", "[-.5]"},
        text_row{"NumberMinusEndsWithDot", "[-1.]"},
        text_row{"NumberDotExponent", "[1.e5]"},
        text_row{"NumberZeroExponentEmpty", "[0E]"},
        text_row{"NumberFractionExponentSignAlone", "[0.5e-]"},
        text_row{"NumberExponentTwoSigns", "[1e+-2]"},
        text_row{"NumberExponentTwice", "[1e2e3]"},
        text_row{"NumberExponentFraction", "[1e2.5]"},
        text_row{"NumberExponentAlone", "[e5]"},
        text_row{"NumberTwoZeros", "00"},
        text_row{"NumberZeroThenLong", "[0123456789012345678901]"},
        text_row{"NumberGrouped", "[1 000]"},
        text_row{"NumberUnderscore", "[1_000]"},
        text_row{"NumberDecimalCommaAlone", "1,5"},
        text_row{"NumberFullWidthDigit", "[\xef\xbc\x91]"},
        text_row{"NumberThenBadUtf8", "[1\xe5]"},
        text_row{"NumberHexFloat", "[0x1p3]"},
        text_row{"NumberThenNul", "[1\0]"s},
        text_row{"NumberSuffix", "[1L]"},
        text_row{"ObjectMissingComma", "{\"a\":1 \"b\":2}"},
        text_row{"ObjectDoubleComma", "{\"a\":1,,\"b\":2}"},
        text_row{"ObjectNameAlone", "{\"a\"}"},
        text_row{"ObjectNameUnclosed", "{\"a:1}"},
        text_row{"ObjectNameNotUtf8", "{\"\xe9\":1}"},
        text_row{"ObjectNameHalfSurrogate", "{\"\\ud800\":1}"},
        text_row{"ObjectNameControl", "{\"a\nb\":1}"},
        text_row{"ObjectNullKey", "{null:1}"},
        text_row{"ObjectEqualsSign", "{\"a\"=1}"},
        text_row{"ObjectClosedAsArray", "{\"a\":1]"},
        text_row{"ObjectInnerUnclosed", "{\"a\":{}"},
        text_row{"StringQuoteAlone", "\""},
        text_row{"StringEscapeCutInUnicode", "[\"\\u"},
        text_row{"StringEscapeCutAfterOneDigit", "[\"\\u0"},
        text_row{"StringEscapeCutAfterThreeDigits", "[\"\\u004"},
        text_row{"StringEscapeCutInsidePair", "[\"\\ud83d\\"},
        text_row{"StringEscapeCutInsideSecondHalf", "[\"\\ud83d\\ude0"},
        text_row{"StringShortSecondHalf", "[\"\\ud83d\\u12\"]"},
        text_row{"StringCapitalUnicode", "[\"\\U0041\"]"},
        text_row{"StringUnicodePlus", "[\"\\u+041\"]"},
        text_row{"StringUnicodeBlank", "[\"\\u 041\"]"},
        text_row{"StringUnicodeBraces", "[\"\\u{41}\"]"},
        text_row{"StringEscapedSingleQuote", "[\"\\'\"]"},
        text_row{"StringEscapedDigit", "[\"\\0\"]"},
        text_row{"StringEscapedRawTab", "[\"\\\t\"]"},
        text_row{"StringEscapedHighByte", "[\"\\\xe2\x82\xac\"]"},
        text_row{"StringLastControl", "[\"a\x1f\"]"},
        text_row{"StringControlBehindSixteen", "[\"0123456789abcdef\b\"]"},
        text_row{"StringThenGarbage", "[\"a\"x]"},
        text_row{"StringBackquotes", "[`a`]"},
        text_row{"NulAlone", "\0"s},
        text_row{"NulBetween", "[\0]"s},
        text_row{"VerticalTabBetween", "[\v1]"},
        text_row{"NextLineBetween", "[\xc2\x85]"},
        text_row{"WordJoinerBetween", "[\xe2\x81\xa0]"},
        text_row{"ByteOrderMarkInside", "[\xef\xbb\xbf]"},
        text_row{"HalfAByteOrderMark", "\xef\xbb{}"},
        text_row{"ByteAlone", "\xe5"},
        text_row{"Asterisk", "*"},
        text_row{"OpenObjectCloseArray", "{]"}
    ),
    [](auto const& row) { return row.param.name; }
);

// Where readers may differ: what this one does.
struct choice_row
{
    char const* name;
    std::string text;
    bool taken;
};
void PrintTo(choice_row const& row, std::ostream* out) { *out << row.name; }
class JsonChoice : public testing::TestWithParam<choice_row>
{
};
TEST_P(JsonChoice, IsAsDocumented)
{
    EXPECT_EQ(kept(GetParam().text) == status::ok, GetParam().taken);
    EXPECT_EQ(skipped(GetParam().text) == status::ok, GetParam().taken);
    EXPECT_EQ(boost_takes(GetParam().text), GetParam().taken);
}
INSTANTIATE_TEST_SUITE_P(
    All,
    JsonChoice,
    testing::Values(
        choice_row{"NumberNegativeHugeInteger", "[-123123123123123123123123123123]", true},
        choice_row{"NumberHugeInteger", "[100000000000000000000]", true},
        choice_row{"NumberUnderflow", "[123e-10000000]", true},
        choice_row{"StringFirstSurrogateAlone", "[\"\\uD888\\u1234\"]", false},
        choice_row{"StringLoneSecondSurrogate", "[\"\\uDFAA\"]", false},
        choice_row{"StringInvertedSurrogates", "[\"\\uDd1e\\uD834\"]", false},
        choice_row{"StringIncompleteSurrogatePair", "[\"\\uD800\\n\"]", false},
        choice_row{"StringInvalidUtf8", "[\"\xff\"]", false},
        choice_row{"StringLatin1", "[\"\xe9\"]", false},
        choice_row{"StringOverlong", "[\"\xc0\xaf\"]", false},
        choice_row{"StringUtf8Surrogate", "[\"\xed\xa0\x80\"]", false},
        choice_row{"StringBeyondUnicode", "[\"\xf4\xbf\xbf\xbf\"]", false},
        choice_row{"StringTruncatedUtf8", "[\"\xe0\xff\"]", false},
        choice_row{"StringLoneContinuation", "[\"\x81\"]", false},
        choice_row{"Utf16LittleEndian", "\xff\xfe[\0\"\0\xe9\0\"\0]\0"s, false},
        choice_row{"Utf16WithoutMark", "[\0\"\0\xe9\0\"\0]\0"s, false},
        choice_row{"ByteOrderMarkAlone", "\xef\xbb\xbf", false},
        choice_row{"NumberUnderflowFraction", "[-123.456e-789]", true},
        choice_row{"StringTwoFirstSurrogates", "[\"\\uD800\\uD800\\n\"]", false},
        choice_row{"StringSurrogatesApart", "[\"\\uD834 \\uDD1E\"]", false},
        choice_row{"StringOverlongOfThree", "[\"\xe0\x80\xaf\"]", false},
        choice_row{"StringOverlongOfFour", "[\"\xf0\x80\x80\xaf\"]", false},
        choice_row{"StringFiveBytes", "[\"\xf8\x88\x80\x80\x80\"]", false},
        choice_row{"StringSixBytes", "[\"\xfc\x83\xbf\xbf\xbf\xbf\"]", false},
        choice_row{"StringLastContinuation", "[\"\xbf\"]", false},
        choice_row{"StringCutUtf8", "[\"\xe2\x82\"]", false},
        choice_row{"StringCutUtf8AtTheEnd", "[\"\xf0\x9f\x98", false},
        choice_row{"Utf16BigEndian", "\xfe\xff\0[\0\"\0\xe9\0\"\0]"s, false},
        choice_row{"Utf16BigEndianWithoutMark", "\0[\0\"\0\xe9\0\"\0]"s, false},
        choice_row{"Utf32", "[\0\0\0]\0\0\0"s, false},
        choice_row{"ByteOrderMark", "\xef\xbb\xbf{}", false}
    ),
    [](auto const& row) { return row.param.name; }
);

// Well-formed, so what is skipped may hold it; but no double can, and infinity would be a lie.
TEST(JsonNumberTest, BeyondAnyDoubleIsNoValueToKeep)
{
    for (char const* const text :
         {"[1e400]", "[-1e400]", "[0.4e00669999999999999999999999999999999999999]"}) {
        EXPECT_EQ(kept(text), status::bad_shape) << text;
        EXPECT_EQ(skipped(text), status::ok) << text;
    }
}

// Boost.JSON refuses these: it counts exponents with an int.
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
