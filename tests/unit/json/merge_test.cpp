#include <cohub/json/merge.hpp>

#include <gtest/gtest.h>

#include <string>

namespace cohub::json {
namespace {

TEST(JsonFindTest, GivesTheTextOfAValue)
{
    constexpr std::string_view text =
        R"( { "a" : [ 1 , {"b":"x:y"} , [] ] , "c~/d" : {} , "e\u0041" : -1.50e2 , "a2":null } )";
    EXPECT_EQ(find(text, ""), trimmed(text));
    EXPECT_EQ(find(text, "/a"), R"([ 1 , {"b":"x:y"} , [] ])");
    EXPECT_EQ(find(text, "/a/0"), "1");
    EXPECT_EQ(find(text, "/a/1"), R"({"b":"x:y"})");
    EXPECT_EQ(find(text, "/a/1/b"), R"("x:y")");
    EXPECT_EQ(find(text, "/a/2"), "[]");
    EXPECT_EQ(find(text, "/a/3"), "");
    EXPECT_EQ(find(text, "/c~0~1d"), "{}");
    EXPECT_EQ(find(text, "/eA"), "-1.50e2");
    EXPECT_EQ(find(text, "/a2"), "null");
    EXPECT_EQ(find(text, "/a2/b"), "");
    EXPECT_EQ(find(text, "a"), "");
    EXPECT_EQ(find("{}", "/a"), "");
    EXPECT_EQ(find("[ ]", "/0"), "");
}

TEST(JsonFindTest, OfDuplicatesTheLastOneCounts)
{
    EXPECT_EQ(find(R"({"a":1,"b":2,"a":{"c":3}})", "/a/c"), "3");
}

TEST(JsonFindTest, FindsNothingInWhatIsNoJson)
{
    for (char const* text : {"", " ", "{", R"({"a":1)", R"({"a":1} x)", R"({"a":01})"})
        EXPECT_EQ(find(text, "/a"), "") << text;
}

TEST(JsonMergeTest, CarriesOverWhatChangedAndNothingElse)
{
    EXPECT_EQ(
        merge(
            R"( {"x" : 1.50 , "name":"a","list":[ {"id":1,"y":"é"} ,{"id":2}]} )",
            R"({"name":"a","list":[{"id":1},{"id":2}]})",
            R"({"name":"b","list":[{"id":2},{"id":1}],"new":true})"
        ),
        R"({"x" : 1.50 , "name":"b","list":[{"id":2}, {"id":1,"y":"é"} ],"new":true})"
    );
    EXPECT_EQ(merge(R"({"a":1,"b":2})", R"({"b":2})", "{}"), R"({"a":1})");
    EXPECT_EQ(merge("[ ]", "[]", "[]"), "[ ]");
}

TEST(JsonMergeTest, KeepsNothingOfWhatCannotBeRead)
{
    constexpr std::string_view now = R"({"a":2})";
    EXPECT_EQ(merge(R"({"a":1,"b":)", R"({"a":1})", now), now);
    std::string const deep = R"({"a":1,"d":)" + std::string(70, '[') + std::string(70, ']') + "}";
    EXPECT_EQ(merge(deep, R"({"a":1})", now), now);
    std::string const fits = R"({"a":1,"d":)" + std::string(60, '[') + std::string(60, ']') + "}";
    EXPECT_EQ(merge(fits, R"({"a":1})", now), R"({"a":2)" + fits.substr(6));
}

}  // namespace
}  // namespace cohub::json
