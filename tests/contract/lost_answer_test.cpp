#include <functional>
#include <ostream>

#include "contract/scenario.hpp"

namespace cohub::tests {
namespace {

class LostAnswer;

/// @brief A call that must not be sent twice, and how its caller finds out whether it took effect.
struct unsafe_call
{
    char const* name;
    char const* route;
    std::function<failure(LostAnswer&)> call;
    /// The present number of the objects that the call makes.
    std::function<std::size_t(LostAnswer&)> count;
};
void PrintTo(unsafe_call const& c, std::ostream* out) { *out << c.route; }

class LostAnswer : public Scenario, public testing::WithParamInterface<unsafe_call>
{
public:
    using Scenario::failed;
    using Scenario::got;
    using Scenario::orla;
    using Scenario::robin;
    using Scenario::sage;

    std::string id_of(hub const& h) { return account_of(h); }

protected:
    /// Makes the call under a fault, which it must meet exactly once.
    failure under_fault()
    {
        failure f = GetParam().call(*this);
        EXPECT_EQ(server.journal().count(GetParam().route), 1u);
        EXPECT_EQ(f.attempts, 1);
        return f;
    }
};

TEST_P(LostAnswer, IsFoundToHaveTakenEffectWhenLostAfterwards)
{
    server.script(GetParam().route).effect_then_drop();
    failure const f = under_fault();
    EXPECT_EQ(f.code, errc::connection_lost);
    EXPECT_TRUE(f.maybe_sent);
    EXPECT_EQ(GetParam().count(*this), 1u);
}

TEST_P(LostAnswer, IsFoundToHaveTakenEffectWhenTheHubGaveUp)
{
    server.script(GetParam().route).bridge_timeout();
    failure const f = under_fault();
    EXPECT_EQ(f.code, errc::timeout);
    EXPECT_TRUE(f.maybe_sent);
    EXPECT_EQ(GetParam().count(*this), 1u);
}

TEST_P(LostAnswer, IsFoundToHaveTakenEffectWhenCutOff)
{
    server.script(GetParam().route).effect().close_after_bytes(60);
    failure const f = under_fault();
    EXPECT_TRUE(f.maybe_sent);
    EXPECT_EQ(GetParam().count(*this), 1u);
}

TEST_P(LostAnswer, IsFoundNotToHaveHappenedWhenLostBefore)
{
    server.script(GetParam().route).close_before_response();
    failure const f = under_fault();
    EXPECT_EQ(f.code, errc::connection_lost);
    EXPECT_TRUE(f.maybe_sent);
    EXPECT_EQ(GetParam().count(*this), 0u);

    // So the call may be made again.
    EXPECT_FALSE(GetParam().call(*this).code.failed());
    EXPECT_EQ(GetParam().count(*this), 1u);
}

TEST_P(LostAnswer, IsFoundNotToHaveHappenedWhenAProxyAnswered)
{
    server.script(GetParam().route).status(502);
    failure const f = under_fault();
    EXPECT_EQ(f.code, errc::http_status);
    EXPECT_TRUE(f.maybe_sent);
    EXPECT_EQ(GetParam().count(*this), 0u);
}

std::size_t mails(LostAnswer& t, hub const& of, std::string_view subject)
{
    auto const list = t.got(of.messages().get(as_result));
    auto const subjects = all(list, &message::subject);
    return static_cast<std::size_t>(std::count(subjects.begin(), subjects.end(), subject));
}

std::vector<unsafe_call> unsafe_calls()
{
    return {
        unsafe_call{
            "CreateProject",
            "projects.createProject",
            [](LostAnswer& t) {
                return t.failed(t.robin.projects().create_project("Only one", as_result));
            },
            [](LostAnswer& t) {
                return t.got(t.robin.projects().find_by_title("Only one", as_result)).size();
            }},
        unsafe_call{
            "CreateOrganization",
            "org.create",
            [](LostAnswer& t) { return t.failed(t.sage.org().create("lovelace", as_result)); },
            [](LostAnswer& t) {
                return t.got(t.sage.org().find("lovelace", as_result)) ? std::size_t{1} : 0;
            }},
        unsafe_call{
            "CreateUser",
            "org.createUser",
            [](LostAnswer& t) {
                return t.failed(
                    t.orla.org().create_user(new_org_user("acme", "Ada@acme.test"), as_result)
                );
            },
            [](LostAnswer& t) {
                return t.got(t.orla.org().find_user("acme", "Ada@acme.test", as_result))
                           ? std::size_t{1}
                           : 0;
            }},
        unsafe_call{
            "SendMessage",
            "messages.send",
            [](LostAnswer& t) {
                return t.failed(
                    t.robin.messages().send(new_message("Once", "", t.id_of(t.orla)), as_result)
                );
            },
            [](LostAnswer& t) { return mails(t, t.orla, "Once"); }},
        unsafe_call{
            "MessageOrganization",
            "org.message",
            [](LostAnswer& t) {
                return t.failed(t.orla.org().message("acme", "Once", "", as_result));
            },
            [](LostAnswer& t) { return mails(t, t.orla, "Once"); }}};
}

INSTANTIATE_TEST_SUITE_P(All, LostAnswer, testing::ValuesIn(unsafe_calls()), [](auto const& row) {
    return std::string(row.param.name);
});

}  // namespace
}  // namespace cohub::tests
