#include <gtest/gtest.h>

#include "vector_replay.hpp"

namespace cohub::tests {

namespace {

using fake::account;
using fake::project;

constexpr std::int64_t now = 1'760'000'000'000;

arrangement has_project(project p)
{
    return [p](fake_server& server) {
        server.add_account(ada());
        server.add_project(p);
    };
}

project own() { return project(project_id).title("T").owner(user_id); }
project others() { return project(project_id).owner(admin_id); }
project with_file(std::string path, std::string content)
{
    return own().file(std::move(path), std::move(content), now);
}

arrangement is_named_w() { return has(account("W", "User").id(user_id)); }

arrangement_table const& arrangements()
{
    static arrangement_table const table = {
        {"projects.create_project.ok", [](auto& s) { s.next_random(project_id); }},
        {"projects.copy_path_between_projects.ok",
         [](auto& s) {
             s.add_project(with_file("a.txt", "x"));
             s.add_project(project(other_project_id).owner(admin_id).collaborator(user_id));
         }},
        {"projects.copy_path_between_projects.denied", has_project(others())},
        {"projects.add_collaborator.ok", has_project(own())},
        {"projects.add_collaborator.owner_only",
         has_project(others().collaborator(user_id).owners_manage())},
        {"projects.remove_collaborator.ok", has_project(own().collaborator(ada_id))},
        {"projects.invite_collaborator.ok", has_project(own())},
        {"projects.change_user_type.denied",
         has_project(others().collaborator(user_id).collaborator(ada_id))},
        {"projects.state.ok", has_project(own().running_since(now))},
        {"projects.state.with_error_member", has_project(own().broken("Error: no home"))},
        {"projects.status.ok", has_project(own().running_since(now))},
        {"projects.get.recent", has_project(own())},
        {"sync.history.ok", has_project(own().edit("a.txt", now))},
        {"db.query.get_one", is_named_w()},
        {"db.get_legacy_time_travel_patches.ok",
         has_project(own().legacy_history(
             "a.txt", "55555555-5555-4555-8555-555555555555", R"({"patches":[]})"
         ))},
        {"db.file_use_times.ok", has_project(own().opened("a", user_id, now))},
        {"project.system.ping.timeout", [](auto& s) { s.script("*").bridge_timeout(); }},
        {"project.system.list_jupyter_kernels.ok",
         has_project(own()
                         .running_since(now)
                         .kernel(12345, "/run/user/1000/jupyter/kernel-abc.json", "python3")
                         .kernel(12346, "unknown"))},
        {"project.system.stop_jupyter_kernel.ok", has_project(own().kernel(12345, "k", "python3"))},
        {"project.system.listing.ok", has_project(with_file("a.txt", "abc"))},
        {"project.system.delete_files.ok", has_project(with_file("a", "x"))},
        {"project.system.move_files.ok", has_project(with_file("a", "x"))},
        {"project.system.rename_file.ok", has_project(with_file("a", "x"))},
        {"project.system.realpath.ok", has_project(with_file("a", "x"))},
        {"project.system.read_text_file.ok", has_project(with_file("a", "x"))},
        {"project.system.signal.ok", has_project(own().kernel(12345, "k", "python3"))},
        {"project.editor.jupyter_strip_notebook.ok", has_project(with_file("a.ipynb", "{}"))},
        {"project.editor.jupyter_nbconvert.ok", has_project(with_file("a.ipynb", "{}"))},
        {"project.editor.print_sage_ws.ok", has_project(with_file("a.sagews", "1"))},
    };
    return table;
}

bool is_about_projects(json::object const& v)
{
    std::string_view const id = v.at("id").as_string();
    std::string_view const group = id.substr(0, id.find('.'));
    return v.at("api").as_string() == "project" || group == "projects" || group == "jupyter" ||
           group == "sync" || group == "db";
}

class FakeProjectVectors : public testing::TestWithParam<exchange>
{
};

TEST_P(FakeProjectVectors, AnswersAsTheContractSays) { replay(GetParam(), arrangements()); }

INSTANTIATE_TEST_SUITE_P(
    All,
    FakeProjectVectors,
    testing::ValuesIn(load_vectors(is_about_projects)),
    [](auto const& row) { return camel_case(row.param.id); }
);

TEST(FakeProjectVectorTable, CoversTheGroupsOfProjects)
{
    auto groups = count_groups(load_vectors(is_about_projects));
    EXPECT_EQ(groups["projects"], 26);
    EXPECT_EQ(groups["jupyter"], 4);
    EXPECT_EQ(groups["sync"], 1);
    EXPECT_EQ(groups["db"], 8);
    EXPECT_EQ(groups["project"], 43);
}

TEST(FakeProjectVectorTable, NamesOnlyVectorsThatExist)
{
    EXPECT_EQ(
        strangers(arrangements(), load_vectors(is_about_projects)), std::vector<std::string>()
    );
}

}  // namespace

}  // namespace cohub::tests
