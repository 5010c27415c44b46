#include <boost/json/array.hpp>

#include <string>

#include "contract/groups.hpp"
#include "contract/replay.hpp"

namespace cohub::tests {
namespace {

using boost::json::value;

came_back create(caller const& call, boost::json::object const& params)
{
    new_project what;
    if (given(params, "title") != nullptr) what.title(text(params, "title"));
    if (given(params, "project_id") != nullptr) what.project_id(text(params, "project_id"));
    return call([&](hub const& h) { return h.projects().create_project(what, as_result); });
}

came_back copy(caller const& call, boost::json::object const& params)
{
    path_copy what(text(params, "src_project_id"), text(params, "src_path"));
    if (given(params, "target_project_id") != nullptr)
        what.target_project_id(text(params, "target_project_id"));
    // The vector's call has its own timeout. The copy has none.
    call_options o;
    if (auto const* const ms = call.beside("timeout"))
        o.timeout(std::chrono::milliseconds(ms->as_int64()));
    return call([&](hub const& h) {
        return h.projects().copy_path_between_projects(what, o, as_result);
    });
}

came_back list(caller const& call, boost::json::object const& params)
{
    auto const q = project_query().fields(texts(params, "fields"));
    came_back got = call([&](hub const& h) { return h.projects().get(q, as_result); });
    if (!got.error.code) got.result = {{"projects", got.result}};
    return got;
}

/// A method that only takes the project's id.
template <class Method>
typed_method of_id(Method method)
{
    return [method](caller const& call, boost::json::object const& params) {
        std::string const id = text(params, "project_id");
        return call([&](hub const& h) { return method(h.projects(), id); });
    };
}

}  // namespace

contract_group const& projects_group()
{
    static contract_group const group = [] {
        contract_group g;
        g.prefixes = {"projects."};
        g.size = 26;
        g.methods = {
            {"projects.create_project", create},
            {"projects.copy_path_between_projects", copy},
            {"projects.get", list},
            {"projects.add_collaborator",
             [](caller const& call, auto const& p) {
                 return call([&](hub const& h) {
                     return h.projects().add_collaborator(
                         text(p, "project_id"), text(p, "account_id"), as_result
                     );
                 });
             }},
            {"projects.remove_collaborator",
             [](caller const& call, auto const& p) {
                 return call([&](hub const& h) {
                     return h.projects().remove_collaborator(
                         text(p, "project_id"), text(p, "account_id"), as_result
                     );
                 });
             }},
            {"projects.invite_collaborator",
             [](caller const& call, auto const& p) {
                 project_invitation const whom(text(p, "project_id"), text(p, "account_id"));
                 return call([&](hub const& h) {
                     return h.projects().invite_collaborator(whom, as_result);
                 });
             }},
            {"projects.invite_collaborator_without_account",
             [](caller const& call, auto const& p) {
                 mail_invitation const whom(
                     text(p, "project_id"),
                     text(p, "title"),
                     text(p, "link2proj"),
                     text(p, "to"),
                     text(p, "email")
                 );
                 return call([&](hub const& h) {
                     return h.projects().invite_collaborator_without_account(whom, as_result);
                 });
             }},
            {"projects.change_user_type",
             [](caller const& call, auto const& p) {
                 EXPECT_EQ(text(p, "new_group"), "owner");
                 return call([&](hub const& h) {
                     return h.projects().change_user_type(
                         text(p, "project_id"),
                         text(p, "target_account_id"),
                         project_role::owner,
                         as_result
                     );
                 });
             }},
            {"projects.set_quotas",
             [](caller const& call, auto const& p) {
                 project_quotas quotas(text(p, "project_id"));
                 quotas.memory(p.at("memory").as_int64());
                 return call([&](hub const& h) {
                     return h.projects().set_quotas(quotas, as_result);
                 });
             }},
            {"projects.start",
             of_id([](projects_api p, std::string const& id) { return p.start(id, as_result); })},
            {"projects.stop",
             of_id([](projects_api p, std::string const& id) { return p.stop(id, as_result); })},
            {"projects.touch",
             of_id([](projects_api p, std::string const& id) { return p.touch(id, as_result); })},
            {"projects.delete",
             of_id([](projects_api p, std::string const& id) { return p.delete_(id, as_result); })},
            {"projects.state",
             of_id([](projects_api p, std::string const& id) { return p.state(id, as_result); })},
            {"projects.status",
             of_id([](projects_api p, std::string const& id) { return p.status(id, as_result); })},
        };
        // packages/conat/hub/api/projects.ts; projects.get uses the last one.
        g.vendor_routes = {
            "projects.addCollaborator",
            "projects.changeUserType",
            "projects.copyPathBetweenProjects",
            "projects.createProject",
            "projects.deleteProject",
            "projects.inviteCollaborator",
            "projects.inviteCollaboratorWithoutAccount",
            "projects.removeCollaborator",
            "projects.setQuotas",
            "projects.start",
            "projects.state",
            "projects.status",
            "projects.stop",
            "projects.touch",
            "db.userQuery",
        };
        g.codes = {
            {"invalid account_id or project_id", errc::invalid_argument},
            {"invalid email address", errc::invalid_argument},
            {"ust be an admin", errc::forbidden},
            {"only admins", errc::forbidden},
            {"must be collaborator", errc::forbidden},
            {"must be an owner", errc::forbidden},
            {"Only owners", errc::forbidden},
            {"Only project owners", errc::forbidden},
            {"Cannot remove an owner", errc::conflict},
        };
        return g;
    }();
    return group;
}

namespace {

class ProjectsToWire : public Replay
{
protected:
    ProjectsToWire() : Replay(projects_group()) {}
};
TEST_P(ProjectsToWire, SendsTheVectorsRequest) { send(); }

class ProjectsFromWire : public Replay
{
protected:
    ProjectsFromWire() : Replay(projects_group()) {}
};
TEST_P(ProjectsFromWire, UnderstandsTheVectorsResponse) { understand(); }

INSTANTIATE_TEST_SUITE_P(
    All, ProjectsToWire, testing::ValuesIn(projects_group().sendable()), vector_name
);
INSTANTIATE_TEST_SUITE_P(
    All, ProjectsFromWire, testing::ValuesIn(projects_group().vectors()), vector_name
);

TEST(ProjectsVectors, AreAllReplayed)
{
    projects_group().expect_whole();
    projects_group().tell("projects");
}

}  // namespace
}  // namespace cohub::tests
