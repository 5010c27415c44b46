#include <cohub/cocalc/projects.hpp>

#include <string>
#include <vector>

#include "support/group_test.hpp"

namespace cohub {
namespace {

using boost::json::parse;
using boost::json::value;

class ProjectsTest : public tests::GroupTest
{
protected:
    projects_api projects() { return projects_api(channel); }

    /// The ids of the `rows` that remain after the query's result was filtered.
    std::vector<std::string> listed(project_query const& q, std::string const& rows)
    {
        auto const r = answered(R"({"projects":)" + rows + "}", projects().get(q, as_result));
        std::vector<std::string> ids;
        for (auto const& p : r.value()) ids.push_back(p.project_id);
        return ids;
    }
};

using list = std::vector<std::string>;

// ---- get ---------------------------------------------------------------------------------------

TEST_F(ProjectsTest, GetAsksForUpstreamsUsualFieldsOfRecentProjects)
{
    projects().get(project_query(), quietly());
    EXPECT_EQ(
        argument(),
        parse(R"({"query":{"projects":[{"project_id":null,"title":null,"last_edited":null,
                  "created":null,"state":null,"deleted":null,"users":null}]}})")
    );
    EXPECT_EQ(sent().declared, retry::safe);
}

TEST_F(ProjectsTest, GetAsksForWhatAFilterNeeds)
{
    project_query q;
    q.all().field("project_id").project_id("p").deleted(false).state("running").hidden(true, "a");
    projects().get(q, quietly());
    EXPECT_EQ(
        argument(),
        parse(R"({"query":{"projects_all":[{"project_id":"p","deleted":null,"state":null,
                  "users":null}]}})")
    );
}

TEST_F(ProjectsTest, GetRefusesAQueryThatTheServerTakesForAChange)
{
    project_query q;
    q.field("project_id").project_id("p");
    auto const r = run(projects().get(q, as_result));
    EXPECT_EQ(r.error().code, errc::invalid_argument);
    EXPECT_NE(r.error().detail, "");
}

TEST_F(ProjectsTest, GetSortsByLastEditThenCreationThenTitleThenId)
{
    EXPECT_EQ(
        listed(project_query(), R"([
            {"project_id":"old"},
            {"project_id":"made","created":"2025-01-01T00:00:00.000Z"},
            {"project_id":"b","title":"alpha","last_edited":"2025-01-01T00:00:00.000Z"},
            {"project_id":"c","title":"Beta","last_edited":"2025-01-01T00:00:00.000Z"},
            {"project_id":"d","title":"ALPHA","last_edited":"2025-01-01T00:00:00.000Z"},
            {"project_id":"new","last_edited":"2025-02-01T00:00:00.000Z"}])"),
        (list{"new", "c", "d", "b", "made", "old"})
    );
}

TEST_F(ProjectsTest, GetLeavesOutWhatAFilterExcludes)
{
    std::string const rows = R"([
        {"project_id":"4","deleted":true,"state":{"state":"running"}},
        {"project_id":"3","deleted":null,"state":{"state":"Opened"}},
        {"project_id":"2","users":{"a":{"hide":true},"b":{"group":"owner"}}},
        {"project_id":"1","state":"running","users":{"a":{"hide":false}}}])";
    EXPECT_EQ(listed(project_query().deleted(true), rows), list{"4"});
    EXPECT_EQ(listed(project_query().deleted(false), rows), (list{"3", "2", "1"}));
    EXPECT_EQ(listed(project_query().state("opened"), rows), list{"3"});
    EXPECT_EQ(listed(project_query().hidden(true, "a"), rows), list{"2"});
    EXPECT_EQ(listed(project_query().hidden(true, "b"), rows), list{});
    EXPECT_EQ(listed(project_query().hidden(false, "a"), rows), (list{"4", "3", "1"}));
}

TEST_F(ProjectsTest, GetCutsAfterTheFilters)
{
    std::string const rows =
        R"([{"project_id":"3","deleted":true},{"project_id":"2"},{"project_id":"1"}])";
    EXPECT_EQ(listed(project_query().deleted(false).limit(1), rows), list{"2"});
    EXPECT_EQ(listed(project_query().limit(0), rows), list{});
    EXPECT_EQ(listed(project_query().limit(9), rows).size(), 3u);
}

TEST_F(ProjectsTest, GetKeepsFieldsItDoesNotKnow)
{
    auto const r = answered(
        R"({"projects":[{"project_id":"p","settings":{"cores":2}}]})",
        projects().get(project_query(), as_result)
    );
    EXPECT_EQ(r.value().at(0).extra.at("settings").at("cores"), value(2));
}

TEST_F(ProjectsTest, GetRefinesForOtherTokensToo)
{
    channel->will_answer_json(R"({"projects":[{"project_id":"1"},{"project_id":"2"}]})");
    std::size_t rows = 0;
    projects().get(project_query().limit(1), [&](error_code, project_list const& l) {
        rows = l.size();
    });
    io.run();
    EXPECT_EQ(rows, 1u);
}

// ---- was it made? ------------------------------------------------------------------------------

TEST_F(ProjectsTest, ALostCreateProjectIsFoundByItsTitle)
{
    auto const made = run(projects().create_project("Run 7f3a", as_result));
    ASSERT_TRUE(made.has_error());
    EXPECT_EQ(sent().declared, retry::never);

    auto const found = answered(
        R"({"projects_all":[{"project_id":"p","title":"Run 7f3a"},
                            {"project_id":"q","title":"Run 7f3a too"
}]
})",
        projects().find_by_title("Run 7f3a", as_result)
    );

    EXPECT_EQ(argument().at("query").at("projects_all").at(0).at("title"), value("Run 7f3a"));
    EXPECT_EQ(sent().declared, retry::safe);
    ASSERT_EQ(found.value().size(), 1u);
    EXPECT_EQ(found.value()[0].project_id, "p");
}

TEST_F(ProjectsTest, ACreateProjectThatTookNoEffectIsNotFound)
{
    auto const found =
        answered(R"({"projects_all":[]})", projects().find_by_title("Run 7f3a", as_result));
    EXPECT_TRUE(found.value().empty());
}

// ---- what is sent ------------------------------------------------------------------------------

TEST_F(ProjectsTest, CreateProjectSendsAllThatIsSet)
{
    projects().create_project(
        new_project("T")
            .description("D")
            .license("l1,l2")
            .public_path_id("s")
            .image("i")
            .start()
            .no_pool()
            .ephemeral(std::chrono::seconds(2)),
        quietly()
    );
    EXPECT_EQ(
        argument(),
        parse(R"({"title":"T","description":"D","license":"l1,l2","public_path_id":"s","image":"i",
                  "start":true,"noPool":true,"ephemeral":2000})")
    );
}

TEST_F(ProjectsTest, CopySaysItsTimeInBothPlaces)
{
    projects().copy_path_between_projects(
        path_copy("p", "a")
            .target_path("b")
            .overwrite_newer()
            .delete_missing()
            .backup()
            .timeout(std::chrono::milliseconds(90'500))
            .exclude({"*.o"}),
        quietly()
    );
    EXPECT_EQ(
        argument(),
        parse(R"({"src_project_id":"p","src_path":"a","target_path":"b","overwrite_newer":true,
                  "delete_missing":true,"backup":true,"timeout":90.5,"exclude":["*.o"]})")
    );
    EXPECT_EQ(sent().expected_duration, std::chrono::milliseconds(90'500));
}

TEST_F(ProjectsTest, ATimeThatIsNotAboveZeroIsRefused)
{
    auto const r = run(projects().copy_path_between_projects(
        path_copy("p", "a").timeout(std::chrono::seconds(0)), as_result
    ));
    EXPECT_EQ(r.error().code, errc::invalid_argument);
}

TEST_F(ProjectsTest, CollaboratorsGoOneLevelDeeper)
{
    projects().add_collaborator(
        new_collaborators({"p1", "p2"}, std::vector<std::string>{"a1", "a2"}), quietly()
    );
    EXPECT_EQ(argument(), parse(R"({"opts":{"project_id":["p1","p2"],"account_id":["a1","a2"]}})"));
    projects().add_collaborator(
        new_collaborators::by_token({secret("t")}, std::vector<std::string>{"a"}), quietly()
    );
    EXPECT_EQ(argument(), parse(R"({"opts":{"account_id":["a"],"token_id":["t"]}})"));
    projects().change_user_type("p", "a", project_role::collaborator, quietly());
    EXPECT_EQ(
        argument(),
        parse(R"({"opts":{"project_id":"p","target_account_id":"a","new_group":"collaborator"}})")
    );
}

TEST_F(ProjectsTest, InvitationsAreRepeatedOnlyWithoutMail)
{
    projects().invite_collaborator(project_invitation("p", "a").title("T"), quietly());
    EXPECT_EQ(sent().declared, retry::safe);
    projects().invite_collaborator(
        project_invitation("p", "a")
            .link2proj("l")
            .replyto("r")
            .replyto_name("n")
            .email("m")
            .subject("s"),
        quietly()
    );
    EXPECT_EQ(sent().declared, retry::never);
    EXPECT_EQ(
        argument(),
        parse(R"({"opts":{"project_id":"p","account_id":"a","link2proj":"l","replyto":"r",
                  "replyto_name":"n","email":"m","subject":"s"}})")
    );
    projects().invite_collaborator_without_account(
        mail_invitation("p", "T", "l", "x@y.z", "m").replyto("r").replyto_name("n").subject("s"),
        quietly()
    );
    EXPECT_EQ(sent().declared, retry::never);
    EXPECT_EQ(argument().at("opts").as_object().size(), 8u);
}

TEST_F(ProjectsTest, QuotasAreNumbers)
{
    projects().set_quotas(
        project_quotas("p")
            .memory(1)
            .memory_request(2)
            .cpu_shares(3)
            .cores(0.5)
            .disk_quota(4)
            .mintime(std::chrono::minutes(1))
            .network(true)
            .member_host(false)
            .always_running(true),
        quietly()
    );
    EXPECT_EQ(
        argument(),
        parse(R"({"project_id":"p","memory":1,"memory_request":2,"cpu_shares":3,"cores":0.5,
                  "disk_quota":4,"mintime":60,"network":1,"member_host":0,"always_running":1})")
    );
}

TEST_F(ProjectsTest, WhatLeavesTheSameStateBehindIsSafe)
{
    projects().start("p", quietly());
    projects().stop("p", quietly());
    projects().touch("p", quietly());
    projects().delete_("p", quietly());
    projects().state("p", quietly());
    projects().status("p", quietly());
    projects().add_collaborator("p", "a", quietly());
    projects().remove_collaborator("p", "a", quietly());
    projects().set_quotas(project_quotas("p"), quietly());
    for (auto const& r : channel->requests) EXPECT_EQ(r.declared, retry::safe) << r.name;
    EXPECT_EQ(channel->requests[3].name, "projects.deleteProject");
}

// ---- what comes back ---------------------------------------------------------------------------

TEST_F(ProjectsTest, AnErrorInAStateIsTheProjectsAndNoFailure)
{
    auto const broken =
        answered(R"({"error":"no home","state":"opened"})", projects().state("p", as_result));
    EXPECT_EQ(broken.value().error, "no home");
    EXPECT_FALSE(broken.value().is_running());

    auto const refused = answered(
        R"({"error":"Error: must be collaborator on project to get state"})",
        projects().state("p", as_result)
    );
    EXPECT_EQ(refused.error().code, errc::forbidden);
}

TEST_F(ProjectsTest, AStatusHasDotsInItsNames)
{
    auto const s = answered(
        R"({"project.pid":1,"hub-server.port":2,"browser-server.port":3,"sage_server.port":4,
            "sage_server.pid":5,"start_ts":1760000000000,"session_id":"s","version":6,
            "disk_MB":7.5,"memory":{"count":8,"rss":9.5},"installed":true})",
        projects().status("p", as_result)
    );
    EXPECT_EQ(s.value().project_pid, 1);
    EXPECT_EQ(s.value().hub_server_port, 2);
    EXPECT_EQ(s.value().browser_server_port, 3);
    EXPECT_EQ(s.value().sage_server_port, 4);
    EXPECT_EQ(s.value().sage_server_pid, 5);
    EXPECT_EQ(s.value().start_ts, sys_ms(std::chrono::seconds(1'760'000'000)));
    EXPECT_EQ(s.value().disk_mb, 7.5);
    EXPECT_EQ(s.value().memory->rss, 9.5);
    EXPECT_EQ(s.value().extra.at("installed"), value(true));
}

TEST_F(ProjectsTest, ACollaboratorsProjectMayComeByItself)
{
    auto const one =
        answered(R"({"project_id":"p"})", projects().add_collaborator("p", "a", as_result));
    EXPECT_EQ(one.value().project_id, json::one_or_many{"p"});
    auto const many =
        answered(R"({"project_id":["p","q"]})", projects().add_collaborator("p", "a", as_result));
    EXPECT_EQ(many.value().project_id.size(), 2u);
    auto const none = answered("{}", projects().add_collaborator("p", "a", as_result));
    EXPECT_TRUE(none.value().project_id.empty());
}

}  // namespace
}  // namespace cohub
