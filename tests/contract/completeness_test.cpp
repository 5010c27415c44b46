#include <boost/json/array.hpp>

#include <fstream>
#include <iostream>
#include <set>

#include "contract/groups.hpp"
#include "contract/scenario.hpp"

namespace cohub::tests {
namespace {

/// @brief One line of tests/data/cocalc-methods.txt.
struct wire_method
{
    /// `hub`, `project`, `v1` or `v2`.
    std::string level;
    std::string name;

    auto operator<=>(wire_method const&) const = default;
};
void PrintTo(wire_method const& m, std::ostream* out) { *out << m.level << ' ' << m.name; }

std::vector<wire_method> contract_methods()
{
    std::ifstream file(COHUB_TEST_DATA_DIR "/cocalc-methods.txt");
    std::vector<wire_method> out;
    for (wire_method m; file >> m.level >> m.name;) out.push_back(m);
    return out;
}

struct table
{
    char const* level;
    contract_group const& group;
};
std::vector<table> tables()
{
    return {
        {"hub", system_group()},
        {"hub", org_group()},
        {"hub", projects_group()},
        {"hub", jupyter_group()},
        {"hub", db_group()},
        {"hub", messages_group()},
        {"project", project_group()},
        {"v1", v1_group()},
        {"v2", v2_group()},
    };
}

/// A hook for developers that stops a service. It is not for users, neither in the hub nor in a
/// project.
bool is_kept_back(wire_method const& m) { return m.name == "system.terminate"; }

/// The methods that vectors call: by a typed method, or in any way.
std::set<wire_method> with_a_vector(bool typed)
{
    std::set<wire_method> out;
    for (auto const& [level, group] : tables())
        for (auto const& v : group.vectors()) {
            bool const by_type =
                group.methods.contains(v.method()) && !group.by_hand.contains(v.id) &&
                !group.never_sent.contains(v.id) && !group.refused_here.contains(v.id);
            if (by_type || !typed) out.insert({level, v.wire_name()});
        }
    return out;
}

std::vector<wire_method> missing_from(std::set<wire_method> const& there)
{
    std::vector<wire_method> out;
    for (auto const& m : contract_methods())
        if (!there.contains(m)) out.push_back(m);
    return out;
}

TEST(Completeness, TheContractNamesItsMethods)
{
    std::map<std::string, int> counts;
    std::set<wire_method> all;
    for (auto const& m : contract_methods()) {
        ++counts[m.level];
        EXPECT_TRUE(all.insert(m).second) << m.name << " stands there twice";
    }
    EXPECT_EQ(
        counts, (std::map<std::string, int>{{"hub", 57}, {"project", 28}, {"v1", 1}, {"v2", 12}})
    );
}

TEST(Completeness, EveryMethodHasAVector)
{
    EXPECT_EQ(missing_from(with_a_vector(false)), std::vector<wire_method>{});
}

TEST(Completeness, EveryMethodHasATypedFunction)
{
    std::vector<wire_method> const kept_back = {
        {"hub", "system.terminate"}, {"project", "system.terminate"}};
    EXPECT_EQ(missing_from(with_a_vector(true)), kept_back);
    std::cout << contract_methods().size() - kept_back.size() << " of " << contract_methods().size()
              << " methods are typed; kept back: system.terminate of hub and project\n";
}

class RouteNames : public Scenario
{
protected:
    /// The server's answer to the bare name, without arguments.
    refusal said_to(wire_method const& m)
    {
        boost::json::value const none = boost::json::array();
        if (m.level == "hub") return refused(robin.call(m.name, none, as_result));
        if (m.level == "project") return refused(machine.project().call(m.name, none, as_result));
        if (m.level == "v2") return refused(robin.v2().call(m.name, {}, as_result));
        v1 const api(io, options_for(server.keys().user));
        return refused(api.call(m.name, {}, as_result));
    }
};

bool is_unknown(refusal const& r)
{
    return r.words.find("unknown function") != std::string::npos ||
           r.words.find("unknown endpoint") != std::string::npos || r.code == errc::http_status ||
           r.code == condition::transport;
}

class Routes : public RouteNames, public testing::WithParamInterface<wire_method>
{
};

TEST_P(Routes, AreServed)
{
    refusal const r = said_to(GetParam());
    EXPECT_FALSE(is_unknown(r)) << r.words;
    EXPECT_EQ(
        is_kept_back(GetParam()) && GetParam().level == "hub",
        r.words.find("only admin can terminate") != std::string::npos
    );
}

TEST_F(RouteNames, ThatDoNotExistAreTold)
{
    for (wire_method const& m :
         {wire_method{"hub", "system.nope"}, {"project", "system.nope"}, {"v1", "nope"}})
        EXPECT_TRUE(is_unknown(said_to(m))) << m.level;
    // The answer is a page, as for any unknown path. For a scripted call the server knows the name.
    server.script("v2.accounts.nope").then_ok();
    EXPECT_EQ(said_to({"v2", "accounts/nope"}).code, errc::not_found);
}

INSTANTIATE_TEST_SUITE_P(All, Routes, testing::ValuesIn(contract_methods()), [](auto const& row) {
    return camel_case(row.param.level + '.' + row.param.name);
});

}  // namespace
}  // namespace cohub::tests
