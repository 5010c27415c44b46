#include <cohub/cohub.hpp>
#include <cohub/fake/fixture.hpp>
#include <cohub/fake/matchers.hpp>

#include <boost/json/serialize.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace cohub {
namespace {

using namespace cohub::fake;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

class Matchers : public hub_test
{
public:
    static void SetUpTestSuite()
    {
        start_server(fake_server_options().users(5).unmasked_journal());
    }

protected:
    recorded_request only_request() const
    {
        auto const all = server().journal().requests();
        EXPECT_EQ(all.size(), 1u);
        return all.at(0);
    }
    /// The text that a failed assertion would show.
    template <class Matcher>
    static std::string explain(Matcher const& m, recorded_request const& r)
    {
        testing::StringMatchResultListener out;
        testing::Matcher<recorded_request const&> const matcher(m);
        bool const fits = matcher.MatchAndExplain(r, &out);
        std::ostringstream expected;
        matcher.DescribeTo(&expected);
        return std::string(fits ? "fits: " : "differs: ") + testing::PrintToString(r) + " | " +
               expected.str() + " | " + out.str();
    }
};

TEST_F(Matchers, OfTheName)
{
    hub const h(io, usual_options());
    run(h.system().ping());
    EXPECT_THAT(server().journal().requests(), Contains(CallTo("system.ping")));
    EXPECT_THAT(server().journal().requests(), ElementsAre(CallTo(StartsWith("system."))));
    EXPECT_THAT(server().journal().requests(), Not(Contains(CallTo("system.test"))));
    EXPECT_THAT(explain(CallTo("system.test"), only_request()), StartsWith("differs: POST"));
}

TEST_F(Matchers, OfTheArguments)
{
    hub const h(io, usual_options());
    run(h.system().user_search(user_query("ada").limit(5)));
    auto const r = only_request();
    EXPECT_EQ(boost::json::serialize(r.args()), R"([{"query":"ada","limit":5}])");
    EXPECT_THAT(r, WithArgs(R"( [ {"limit": 5, "query": "ada"} ] )"));
    EXPECT_THAT(r, Not(WithArgs(R"([{"query": "ada"}])")));
    EXPECT_THAT(r, Not(WithArgs("[]")));
    EXPECT_THAT(explain(WithArgs("[]"), r), HasSubstr(R"({"query":"ada","limit":5})"));
}

TEST(RecordedRequestTest, HasNoArgumentsWithoutAnEnvelope)
{
    recorded_request r;
    for (char const* body : {"", "{", "[]", "{}", R"({"args":{}})", "null"}) {
        r.body = body;
        EXPECT_TRUE(r.args().empty()) << body;
    }
    r.body = R"({"name":"a.b","args":[1,"x"]})";
    EXPECT_EQ(r.args().size(), 2u);
}

TEST_F(Matchers, OfAHeader)
{
    hub const h(io, usual_options());
    run(h.system().ping(call_options().header("X-Request-Id", "r-7")));
    auto const r = only_request();
    EXPECT_THAT(r, WithHeader("x-request-id", "r-7"));
    EXPECT_THAT(r, WithHeader("X-Request-Id", StartsWith("r-")));
    EXPECT_THAT(r, Not(WithHeader("X-Request-Id", "r-8")));
    EXPECT_THAT(r, Not(WithHeader("X-Other", testing::_)));
}

TEST_F(Matchers, OfTheBody)
{
    hub const h(io, usual_options());
    run(h.system().ping());
    EXPECT_THAT(only_request(), WithBody(HasSubstr("\"system.ping\"")));
    EXPECT_THAT(only_request(), Not(WithBody(IsEmpty())));
}

// The journal of this suite is not masked, but the text of a failure is.
TEST_F(Matchers, ShowNoSecrets)
{
    hub const h(io, usual_options());
    boost::json::object const args{{"password", "pw-canary"}, {"x", server().api_key()}};
    auto const how = call_options().header("X-Api-Key", "header-canary");
    EXPECT_FALSE(run(h.call("system.noSuchThing", args, how, as_result)).has_value());
    auto const r = only_request();
    ASSERT_THAT(r.body, HasSubstr("pw-canary"));
    ASSERT_THAT(r, WithHeader("X-Api-Key", "header-canary"));
    std::string const shown = explain(CallTo("other"), r) + explain(WithArgs("[]"), r) +
                              explain(WithHeader("X-Api-Key", "other"), r) +
                              explain(WithBody("other"), r);
    for (std::string const& canary :
         {std::string("pw-canary"),
          std::string("header-canary"),
          server().api_key(),
          server().api_key().substr(0, 6)})
        EXPECT_THAT(shown, Not(HasSubstr(canary)));
    EXPECT_THAT(shown, HasSubstr("system.noSuchThing"));
}

}  // namespace
}  // namespace cohub
