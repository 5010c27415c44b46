#include <cohub/cocalc/types/api_key.hpp>
#include <cohub/cocalc/types/user.hpp>
#include <cohub/json/encode.hpp>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value_to.hpp>

#include <gtest/gtest.h>

#include <limits>
#include <string>

namespace cohub::json {
namespace {

struct encoded
{
    std::string text;
    std::string problem;
};
template <class T>
encoded written(T const& value)
{
    encoded e;
    writer w(e.text);
    encode(w, value);
    e.problem = w.problem();
    return e;
}
template <class T>
std::string text_of(T const& value)
{
    auto const e = written(value);
    EXPECT_EQ(e.problem, "");
    return e.text;
}

struct nested_one
{
    nested_one() = default;
    std::string class_ = "c";
    std::optional<int> size;
    std::vector<std::string> list;
    std::optional<bool> on;
};
BOOST_DESCRIBE_STRUCT(nested_one, (), (class_, size, list, on))

TEST(EncodeTest, Scalars)
{
    EXPECT_EQ(text_of(true), "true");
    EXPECT_EQ(text_of(-5), "-5");
    EXPECT_EQ(text_of(std::numeric_limits<std::int64_t>::min()), "-9223372036854775808");
    EXPECT_EQ(text_of(std::numeric_limits<std::uint64_t>::max()), "18446744073709551615");
    EXPECT_EQ(text_of(0.5), "0.5");
    EXPECT_EQ(text_of("text"), "\"text\"");
    EXPECT_EQ(text_of(secret("sk-x")), "\"sk-x\"");
    EXPECT_EQ(text_of(sys_ms(std::chrono::milliseconds(1'760'000'000'000))), "1760000000000");
    EXPECT_EQ(text_of(std::optional<int>()), "null");
    EXPECT_EQ(text_of(std::vector<std::string>{"a", "b"}), R"(["a","b"])");
    EXPECT_EQ(text_of(std::vector<int>()), "[]");
}

TEST(EncodeTest, DoublesKeepTheirValue)
{
    for (double const v : {0.1, 1e300, -2.5e-10, 123456789.125, 1e22, 5e-324})
        EXPECT_EQ(boost::json::value_to<double>(boost::json::parse(text_of(v))), v);
}

TEST(EncodeTest, AbsentOptionsAreLeftOut)
{
    nested_one v;
    EXPECT_EQ(text_of(v), R"({"class":"c","list":[]})");
    v.size = 3;
    v.on = false;
    EXPECT_EQ(text_of(v), R"({"class":"c","size":3,"list":[],"on":false})");
}

TEST(EncodeTest, AUserQuerySaysOnlyWhatWasSet)
{
    EXPECT_EQ(text_of(user_query("w")), R"({"query":"w"})");
    EXPECT_EQ(
        text_of(user_query("w").limit(5).admin().only_email(false)),
        R"({"query":"w","limit":5,"admin":true,"only_email":false})"
    );
}

TEST(EncodeTest, AUserQueryOfSeveralTermsIsOne)
{
    std::vector<std::string> const terms{"foo bar", "jd@m.local"};
    EXPECT_EQ(text_of(user_query(terms)), R"({"query":"foo bar,jd@m.local"})");
    EXPECT_EQ(text_of(user_query({"a", "b"}).limit(2)), R"({"query":"a,b","limit":2})");
    EXPECT_EQ(text_of(user_query(std::vector<std::string>{"a"})), R"({"query":"a"})");
    EXPECT_EQ(text_of(user_query(std::vector<std::string>())), R"({"query":""})");
}

TEST(EncodeTest, AnApiKeyActionSpeaksTheWireslanguage)
{
    sys_ms const when{std::chrono::milliseconds(1'760'000'000'000)};
    EXPECT_EQ(text_of(api_key_action::get()), R"({"action":"get"})");
    EXPECT_EQ(text_of(api_key_action::remove(7)), R"({"action":"delete","id":7})");
    EXPECT_EQ(
        text_of(api_key_action::create("ci").project_id("p").expire(when)),
        R"({"action":"create","project_id":"p","name":"ci","expire":"2025-10-09T08:53:20.000Z"})"
    );
    EXPECT_TRUE(api_key_action::create("x").creates());
    EXPECT_FALSE(api_key_action::edit(1).creates());
}

TEST(EncodeTextTest, EscapesWhatMustBeEscaped)
{
    EXPECT_EQ(text_of("a\"b\\c/d"), R"("a\"b\\c/d")");
    EXPECT_EQ(text_of("\n\r\t\b\f"), R"("\n\r\t\u0008\u000c")");
    EXPECT_EQ(text_of(std::string("a\0b", 3)), R"("a\u0000b")");
    EXPECT_EQ(text_of("\x7f"), "\"\x7f\"");
}

TEST(EncodeTextTest, EveryCharacterArrivesUnchanged)
{
    std::string all;
    for (int c = 0; c != 128; ++c) all += static_cast<char>(c);
    all += "\xc2\x80\xc3\xa4\xe2\x80\xa8\xe2\x80\xa9\xef\xbf\xbf\xf0\x9f\x98\x80\xf4\x8f\xbf\xbf";
    EXPECT_EQ(boost::json::parse(text_of(all)).as_string(), all);
}

TEST(EncodeTextTest, RefusesWhatIsNotUtf8)
{
    for (char const* const text :
         {"\xff", "a\x80", "\xc3", "\xc0\xaf", "\xed\xa0\x80", "\xf5\x80\x80\x80", "\xe2\x82"}) {
        auto const e = written(std::string(text));
        EXPECT_NE(e.problem.find("not UTF-8"), std::string::npos) << e.problem;
    }
    EXPECT_NE(written(std::string("ab\xff")).problem.find("at byte 2"), std::string::npos);
}

TEST(EncodeTextTest, RefusesKeysThatAreNotUtf8)
{
    boost::json::object o;
    o["a\xff"] = 1;
    EXPECT_NE(written(boost::json::value(o)).problem, "");
}

TEST(EncodeNumberTest, RefusesWhatJsonCannotSay)
{
    for (double const v :
         {std::numeric_limits<double>::quiet_NaN(),
          std::numeric_limits<double>::infinity(),
          -std::numeric_limits<double>::infinity()}) {
        auto const e = written(v);
        EXPECT_EQ(e.problem, "JSON has no number for NaN or infinity");
        EXPECT_EQ(e.text, "0");
    }
}

TEST(EncodeTest, TheFirstProblemIsKept)
{
    std::string text;
    writer w(text);
    w.number(std::numeric_limits<double>::quiet_NaN());
    w.text("\xff");
    w.refuse("later");
    EXPECT_EQ(w.problem(), "JSON has no number for NaN or infinity");
}

TEST(EncodeValueTest, KeepsAnyJson)
{
    for (char const* const text :
         {R"({"a":[1,-2,18446744073709551615,"x\n",true,false,null,{}],"b":{"c":[]}})",
          "null",
          "[]",
          "\"s\"",
          "-9223372036854775808"})
        EXPECT_EQ(text_of(boost::json::parse(text)), text);
}

TEST(EncodeValueTest, RefusesWhatIsNestedTooDeeply)
{
    boost::json::value inner = 1;
    for (int i = 0; i != 32; ++i) inner = boost::json::array{std::move(inner)};
    EXPECT_EQ(written(inner).problem, "");
    boost::json::value const deeper = boost::json::array{inner};
    EXPECT_NE(written(deeper).problem.find("32 levels"), std::string::npos);
}

}  // namespace
}  // namespace cohub::json
