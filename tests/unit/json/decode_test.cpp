#include <cohub/cocalc/types/api_key.hpp>
#include <cohub/cocalc/types/server_time.hpp>
#include <cohub/cocalc/types/user.hpp>
#include <cohub/core/secret.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "unit/json/decode_samples.hpp"

namespace cohub::json {
namespace {

template <class T>
decoded<T> answer(std::string_view text)
{
    return read<T>(text, envelope::error_member);
}

TEST(DecodeTest, FillsEveryKindOfMember)
{
    auto const d = read<sample>(R"({"number":7,"wireText":"hi","flag":true,
        "seen":"2025-10-09T08:53:20.125Z","pets":[{"name":"Rex","legs":4},{"name":"Nemo"}],
        "best":{"name":"Tom"},"counts":{"a":1,"b":-2},"ratio":1.25})");
    ASSERT_EQ(d.out.status, status::ok) << d.out.path << d.out.text;
    EXPECT_EQ(d.value.number, 7);
    EXPECT_EQ(d.value.text, "hi");
    EXPECT_EQ(d.value.flag, true);
    EXPECT_EQ(d.value.seen, sys_ms(std::chrono::milliseconds(1'760'000'000'125)));
    ASSERT_EQ(d.value.pets.size(), 2u);
    EXPECT_EQ(d.value.pets[0].legs, 4);
    EXPECT_EQ(d.value.pets[1].name, "Nemo");
    EXPECT_EQ(d.value.pets[1].legs, std::nullopt);
    EXPECT_EQ(d.value.best->name, "Tom");
    EXPECT_EQ(d.value.counts, (std::map<std::string, std::int64_t>{{"a", 1}, {"b", -2}}));
    EXPECT_EQ(d.value.ratio, 1.25);
    EXPECT_TRUE(d.value.extra.empty());
}

TEST(DecodeTest, LeavesAbsentAndNullOptionalsEmpty)
{
    auto const d = read<sample>(R"({"best":null,"flag":null,"number":1,"seen":null})");
    ASSERT_EQ(d.out.status, status::ok) << d.out.text;
    EXPECT_FALSE(d.value.text || d.value.flag || d.value.seen || d.value.best);
    EXPECT_EQ(d.value.ratio, 0.5);
}

TEST(DecodeTest, TakesMembersInAnyOrder)
{
    auto const d = read<pet>(R"({"legs":3,"name":"Tri"})");
    ASSERT_EQ(d.out.status, status::ok);
    EXPECT_EQ(d.value.name, "Tri");
    EXPECT_EQ(d.value.legs, 3);
}

TEST(DecodeTest, IgnoresUnknownMembersOfWhateverShape)
{
    auto const d = read<pet>(
        R"({"x":{"y":[1,{"z":"s"}],"name":"no"},"u":1,"v":"s","w":null,"t":true,"d":1.5,"name":"Rex"})"
    );
    ASSERT_EQ(d.out.status, status::ok) << d.out.text;
    EXPECT_EQ(d.value.name, "Rex");
}

TEST(DecodeTest, KeepsUnknownMembersWhereThereIsAPlace)
{
    auto const d = read<sample>(
        R"({"number":1,"a":{"b":[1,"two",null,{"c":false}]},"s":"t","n":null,"u":18446744073709551615,"d":0.5,"t":true})"
    );
    ASSERT_EQ(d.out.status, status::ok) << d.out.text;
    EXPECT_EQ(
        boost::json::serialize(d.value.extra),
        R"({"a":{"b":[1,"two",null,{"c":false}]},"s":"t","n":null,"u":18446744073709551615,"d":5E-1,"t":true})"
    );
}

TEST(DecodeTest, CountsTheLastOfDuplicateMembers)
{
    auto const d = read<sample>(
        R"({"number":1,"wireText":"a","number":2,"wireText":null,"pets":[{"name":"A"}],"pets":[{"name":"B"}],"best":{"name":"C","legs":1},"best":{"name":"D"}})"
    );
    ASSERT_EQ(d.out.status, status::ok) << d.out.text;
    EXPECT_EQ(d.value.number, 2);
    EXPECT_EQ(d.value.text, std::nullopt);
    ASSERT_EQ(d.value.pets.size(), 1u);
    EXPECT_EQ(d.value.pets[0].name, "B");
    EXPECT_EQ(d.value.best->name, "D");
    EXPECT_EQ(d.value.best->legs, std::nullopt);
}

TEST(DecodeTest, CountsTheLastOfDuplicateMapKeys)
{
    auto const d =
        read<std::map<std::string, pet>>(R"({"a":{"name":"x","legs":2},"a":{"name":"y"}})");
    ASSERT_EQ(d.out.status, status::ok);
    EXPECT_EQ(d.value.at("a").name, "y");
    EXPECT_EQ(d.value.at("a").legs, std::nullopt);
}

struct misfit_row
{
    char const* name;
    char const* text;
    char const* path;
    char const* expected;
};
class DecodeMisfit : public testing::TestWithParam<misfit_row>
{
};

TEST_P(DecodeMisfit, IsToldWithItsPath)
{
    auto const d = read<std::vector<sample>>(GetParam().text);
    EXPECT_EQ(d.out.status, status::bad_shape);
    EXPECT_EQ(d.out.path, GetParam().path);
    EXPECT_EQ(d.out.text, GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    All,
    DecodeMisfit,
    testing::Values(
        misfit_row{"TopObject", "{}", "", "expected an array, got an object"},
        misfit_row{"TopString", R"("x")", "", "expected an array, got a string"},
        misfit_row{"TopNumber", "7", "", "expected an array, got a number"},
        misfit_row{"TopTrue", "true", "", "expected an array, got true"},
        misfit_row{"TopNull", "null", "", "expected an array, got null"},
        misfit_row{"ElementIsNull", "[null]", "/0", "expected an object, got null"},
        misfit_row{"ElementIsArray", "[[]]", "/0", "expected an object, got an array"},
        misfit_row{"Missing", R"([{"number":1},{}])", "/1/number", "is missing"},
        misfit_row{
            "NullForAValue",
            R"([{"number":null}])",
            "/0/number",
            "expected an integer in range, got null"},
        misfit_row{
            "StringForANumber",
            R"([{"number":"1"}])",
            "/0/number",
            "expected an integer in range, got a string"},
        misfit_row{
            "BoolForANumber",
            R"([{"number":false}])",
            "/0/number",
            "expected an integer in range, got false"},
        misfit_row{
            "Fraction",
            R"([{"number":1.5}])",
            "/0/number",
            "expected an integer in range, got another number"},
        misfit_row{
            "NumberForAString",
            R"([{"number":1,"wireText":5}])",
            "/0/wireText",
            "expected a string, got a number"},
        misfit_row{
            "ObjectForAString",
            R"([{"number":1,"wireText":{}}])",
            "/0/wireText",
            "expected a string, got an object"},
        misfit_row{
            "NoTime",
            R"([{"number":1,"seen":"yesterday"}])",
            "/0/seen",
            "expected a time in ISO 8601, got another string"},
        misfit_row{
            "NumberForATime",
            R"([{"number":1,"seen":5}])",
            "/0/seen",
            "expected a time in ISO 8601, got a number"},
        misfit_row{
            "Deep",
            R"([{"number":1},{"number":1},{"number":1,"pets":[{"name":"a"},{"name":[1]}]}])",
            "/2/pets/1/name",
            "expected a string, got an array"},
        misfit_row{
            "DeepMissing",
            R"([{"number":1,"pets":[{"name":"a"},{"legs":1}]}])",
            "/0/pets/1/name",
            "is missing"},
        misfit_row{
            "AfterAnInnerObject",
            R"([{"number":1,"best":{"name":"x"},"counts":[]}])",
            "/0/counts",
            "expected an object, got an array"},
        misfit_row{
            "InAMap",
            R"([{"number":1,"counts":{"a":1,"b":"x"}}])",
            "/0/counts/b",
            "expected an integer in range, got a string"},
        misfit_row{
            "FirstOneCounts",
            R"([{"number":"a","wireText":1},5])",
            "/0/number",
            "expected an integer in range, got a string"}
    ),
    [](auto const& row) { return row.param.name; }
);

TEST(DecodeTest, ALenientMemberTakesAnotherTypeAsNull)
{
    for (char const* const value :
         {"5", "1.5", "18446744073709551615", R"("x")", "[1,[2]]", R"({"a@b.c":"2025"})", "null"}) {
        std::string const text = std::string(R"({"flag":)") + value + R"(,"number":3})";
        auto const d = read<sample>(text);
        EXPECT_EQ(d.out.status, status::ok) << value << d.out.text;
        EXPECT_EQ(d.value.flag, std::nullopt) << value;
        EXPECT_EQ(d.value.number, 3) << value;
    }
}

TEST(DecodeTest, AListOrNullTakesBoth)
{
    EXPECT_EQ(read<list_or_null<int>>("null").out.status, status::ok);
    EXPECT_TRUE(read<list_or_null<int>>("null").value.empty());
    EXPECT_EQ(read<list_or_null<int>>("[1,2]").value.size(), 2u);
    EXPECT_EQ(read<list_or_null<int>>("{}").out.status, status::bad_shape);
    EXPECT_EQ(read<list_or_null<std::optional<pet>>>("[null]").value.size(), 1u);
}

TEST(DecodeTest, TheOnlyMemberIsTheValueWhateverItsName)
{
    using rows = only_member<std::vector<int>>;
    EXPECT_EQ(read<rows>(R"({"any":[1,2]})").value.size(), 2u);
    EXPECT_TRUE(read<rows>("{}").value.empty());
    EXPECT_EQ(read<rows>(R"({"any":[true]})").out.path, "/any/0");
    EXPECT_EQ(read<rows>("[1]").out.status, status::bad_shape);

    using row = only_member<std::optional<boost::json::object>>;
    EXPECT_TRUE(read<row>(R"({"any":{"a":1}})").value->contains("a"));
    EXPECT_FALSE(read<row>(R"({"any":null})").value);
    EXPECT_FALSE(read<row>("{}").value);
}

TEST(DecodeTest, OneTextIsAListOfOne)
{
    EXPECT_EQ(read<one_or_many>(R"("a")").value, one_or_many({"a"}));
    EXPECT_EQ(read<one_or_many>(R"(["a","b"])").value, one_or_many({"a", "b"}));
    EXPECT_EQ(read<one_or_many>("null").out.status, status::bad_shape);
    EXPECT_EQ(read<one_or_many>("[1]").out.path, "/0");
}

TEST(DecodeTest, NothingTakesAnything)
{
    for (char const* const text :
         {"null", "1", "1.5", R"("s")", "[1,[2]]", R"({"a":{"b":1}})", "true"})
        EXPECT_EQ(read<json::nothing>(text).out.status, status::ok) << text;
}

TEST(DecodeTest, AnyValueIsKeptAsItIs)
{
    for (char const* const text :
         {"null",
          "1",
          "-1",
          "18446744073709551615",
          R"("s")",
          R"([1,["a",{"b":null}],true])",
          R"({"a":{"b":[1,2]},"c":"d"})",
          "[]",
          "{}",
          "false"}) {
        auto const d = read<boost::json::value>(text);
        EXPECT_EQ(d.out.status, status::ok) << text;
        EXPECT_EQ(boost::json::serialize(d.value), text);
    }
}

TEST(DecodeTest, ASecretIsDecodedFromAString)
{
    auto const d = read<secret>(R"("aZ09bY18\u0041")");
    EXPECT_EQ(d.out.status, status::ok);
    EXPECT_EQ(d.value.reveal(), "aZ09bY18A");
    EXPECT_EQ(read<secret>("5").out.status, status::bad_shape);
}

// ---- the error envelope ------------------------------------------------------------------------

struct envelope_row
{
    char const* name;
    char const* body;
    char const* text;
};
class ErrorEnvelope : public testing::TestWithParam<envelope_row>
{
};

TEST_P(ErrorEnvelope, IsSeenWhateverWasExpected)
{
    auto const& row = GetParam();
    std::vector<outcome> const outcomes{
        answer<std::vector<user>>(row.body).out,
        answer<server_now>(row.body).out,
        answer<names_by_account>(row.body).out,
        answer<std::string>(row.body).out,
        answer<secret>(row.body).out,
        answer<int>(row.body).out,
        answer<json::nothing>(row.body).out,
        answer<list_or_null<std::optional<api_key_entry>>>(row.body).out,
        answer<boost::json::object>(row.body).out,
        answer<boost::json::value>(row.body).out};
    for (std::size_t i = 0; i != outcomes.size(); ++i) {
        EXPECT_EQ(outcomes[i].status, status::error_envelope) << "type " << i;
        EXPECT_EQ(outcomes[i].text, row.text) << "type " << i;
    }
}

INSTANTIATE_TEST_SUITE_P(
    All,
    ErrorEnvelope,
    testing::Values(
        envelope_row{"Text", R"({"error":"Error: no"})", "Error: no"},
        envelope_row{"Escapes", R"({"error":"a\nb\u00e4"})", "a\nb\xc3\xa4"},
        envelope_row{"Empty", R"({"error":""})", ""},
        envelope_row{"Object", R"({"error":{"code":1,"why":["x"]}})", R"({"code":1,"why":["x"]})"},
        envelope_row{"Array", R"({"error":[1,2]})", "[1,2]"},
        envelope_row{"Number", R"({"error":5})", "a number"},
        envelope_row{"True", R"({"error":true})", "true"},
        envelope_row{"BesideAResult", R"({"now":5,"error":"x","result":[1,{"error":"y"}]})", "x"},
        envelope_row{"AfterAMisfit", R"({"now":"no number","error":"x"})", "x"},
        envelope_row{"ThenNull", R"({"error":"x","error":null})", "x"},
        envelope_row{"NullFirst", R"({"error":null,"error":"x"})", "x"}
    ),
    [](auto const& row) { return row.param.name; }
);

TEST(ErrorEnvelopeTest, ALongMessageArrivesWhole)
{
    std::string const words(20'000, 'w');
    auto const d = answer<server_now>("{\"error\":\"" + words + "\\n\"}");
    EXPECT_EQ(d.out.status, status::error_envelope);
    EXPECT_EQ(d.out.text, words + "\n");
}

TEST(ErrorEnvelopeTest, NullIsNoError)
{
    EXPECT_EQ(answer<server_now>(R"({"error":null,"now":5})").out.status, status::ok);
    EXPECT_EQ(answer<json::nothing>(R"({"error":null})").out.status, status::ok);
}

TEST(ErrorEnvelopeTest, FalseIsNoError)
{
    // API v1 reports a password reset like this.
    EXPECT_EQ(answer<server_now>(R"({"error":false,"now":5})").out.status, status::ok);
    EXPECT_EQ(answer<json::nothing>(R"({"error":false})").out.status, status::ok);
    EXPECT_EQ(
        answer<server_now>(R"({"error":false,"error":"x"})").out.status, status::error_envelope
    );
}

TEST(ErrorEnvelopeTest, WhatMayHoldASecretIsNotQuoted)
{
    std::string const broken = R"([{"id":1,"secret":"sk-abcdefghijklmnop000001"}]x)";
    EXPECT_NE(read<std::vector<user>>(broken).out.text.find("sk-abc"), std::string::npos);
    for (auto const& out :
         {read<secret>(R"("sk-abc"x)").out,
          read<std::optional<secret>>(R"("sk-abc"x)").out,
          read<std::vector<api_key_entry>>(broken).out,
          read<list_or_null<std::optional<api_key_entry>>>(broken).out}) {
        EXPECT_EQ(out.status, status::bad_json);
        EXPECT_EQ(out.text.find("sk-abc"), std::string::npos) << out.text;
        EXPECT_NE(out.text.find("byte"), std::string::npos) << out.text;
    }
}

TEST(ErrorEnvelopeTest, OnlyTheTopLevelCounts)
{
    EXPECT_EQ(
        answer<std::vector<user>>(R"([{"account_id":"x","error":"y"}])").out.status, status::ok
    );
    EXPECT_EQ(answer<boost::json::object>(R"({"a":{"error":"y"}})").out.status, status::ok);
    EXPECT_EQ(answer<boost::json::value>(R"({"a":{"error":"y"}})").out.status, status::ok);
}

TEST(ErrorEnvelopeTest, IsAnOrdinaryMemberWhereNoEnvelopeIsDue)
{
    auto const d = read<boost::json::object>(R"({"error":"x"})");
    EXPECT_EQ(d.out.status, status::ok);
    EXPECT_EQ(boost::json::serialize(d.value), R"({"error":"x"})");
}

// ---- the API's own types -----------------------------------------------------------------------

TEST(DecodeUserTest, TakesTheVerifiedMapThatTheServerLetsThrough)
{
    auto const d = answer<std::vector<user>>(
        R"([{"account_id":"a","email_address_verified":{"old@example.com":"2025-10-09T08:53:20.000Z"},"banned":false}])"
    );
    ASSERT_EQ(d.out.status, status::ok) << d.out.text;
    EXPECT_EQ(d.value[0].email_address_verified, std::nullopt);
    EXPECT_EQ(d.value[0].banned, false);
}

struct field_row
{
    char const* name;
    char const* body;
    char const* path;
};
class UserField : public testing::TestWithParam<field_row>
{
};
TEST_P(UserField, OfAnotherTypeIsToldByItsPath)
{
    auto const d = answer<std::vector<user>>(std::string("[") + GetParam().body + "]");
    EXPECT_EQ(d.out.status, status::bad_shape);
    EXPECT_EQ(d.out.path, GetParam().path);
}
INSTANTIATE_TEST_SUITE_P(
    All,
    UserField,
    testing::Values(
        field_row{"NoAccountId", "{}", "/0/account_id"},
        field_row{"NullAccountId", R"({"account_id":null})", "/0/account_id"},
        field_row{"FirstName", R"({"account_id":"a","first_name":1})", "/0/first_name"},
        field_row{"LastName", R"({"account_id":"a","last_name":[]})", "/0/last_name"},
        field_row{"Name", R"({"account_id":"a","name":true})", "/0/name"},
        field_row{"Email", R"({"account_id":"a","email_address":{}})", "/0/email_address"},
        field_row{"LastActive", R"({"account_id":"a","last_active":"2025"})", "/0/last_active"},
        field_row{"Created", R"({"account_id":"a","created":1.5})", "/0/created"},
        field_row{"Banned", R"({"account_id":"a","banned":0})", "/0/banned"}
    ),
    [](auto const& row) { return row.param.name; }
);

TEST(DecodeNamesTest, NamesThePathInsideTheMap)
{
    auto const d = answer<names_by_account>(
        R"({"id1":{"first_name":"A","last_name":"B"},"id2":{"first_name":"A","last_name":"B","profile":{"color":5}}})"
    );
    EXPECT_EQ(d.out.status, status::bad_shape);
    EXPECT_EQ(d.out.path, "/id2/profile/color");
}

TEST(DecodeApiKeyTest, ReadsIsoTimesAndTheSecret)
{
    auto const d = answer<list_or_null<std::optional<api_key_entry>>>(
        R"([{"id":7,"expire":null,"created":"2025-10-09T08:53:20.000Z","secret":"sk-x"},null])"
    );
    ASSERT_EQ(d.out.status, status::ok) << d.out.text;
    ASSERT_EQ(d.value.size(), 2u);
    EXPECT_EQ(d.value[0]->created, sys_ms(std::chrono::milliseconds(1'760'000'000'000)));
    EXPECT_EQ(d.value[0]->expire, std::nullopt);
    EXPECT_EQ(d.value[0]->secret->reveal(), "sk-x");
    EXPECT_EQ(d.value[1], std::nullopt);
}

}  // namespace
}  // namespace cohub::json
