#include <gtest/gtest.h>

#include <set>

#include "vector_replay.hpp"

namespace cohub::tests {

namespace {

using fake::account;
using fake::api_key;
using fake::project;

constexpr std::int64_t now = 1'760'000'000'000;

std::string quoted(std::string const& s) { return json::serialize(json::value(s)); }

class FakeProjects : public testing::Test
{
protected:
    FakeProjects() : server(plain_options().users(0)), client(server)
    {
        arrange_callers(server);
        server.add_account(ada());
        client.as(user_key);
    }

    json::value hub(std::string const& name, std::string const& members = "")
    {
        return client.result(name, "{" + members + "}");
    }
    json::value in_project(
        std::string const& id, std::string const& name, std::string const& args = "{}"
    )
    {
        std::string const body =
            R"({"name":")" + name + R"(","args":[)" + args + R"(],"project_id":")" + id + "\"}";
        return client.post("/api/conat/project", body).value();
    }
    std::string state_of(std::string const& id)
    {
        json::value const v = hub("projects.state", "\"project_id\":" + quoted(id));
        auto const* const s = v.as_object().if_contains("state");
        return s ? std::string(s->as_string()) : "";
    }
    std::string error_of(std::string const& name, std::string const& members)
    {
        return client.call(name, "{" + members + "}").error();
    }
    json::value all_projects()
    {
        return hub("db.userQuery",
                   R"("query":{"projects_all":[{"project_id":null,"title":null,"deleted":null}]})")
            .at("projects_all");
    }

    fake_server server;
    http_client client;
    std::string const mine = "\"project_id\":" + quoted(project_id);
    std::string const others = "\"project_id\":" + quoted(other_project_id);
};

TEST_F(FakeProjects, LiveFromTheirCreationToTheirEnd)
{
    std::string const id(
        hub("projects.createProject", R"("title":"Life","description":"short")").as_string()
    );
    EXPECT_EQ(state_of(id), "opened");
    EXPECT_EQ(hub("projects.start", "\"project_id\":" + quoted(id)), nullptr);
    EXPECT_EQ(state_of(id), "running");
    EXPECT_EQ(in_project(id, "system.ping").at("now"), now);
    json::value const ran = in_project(id, "system.exec", R"({"command":"uname -a"})");
    EXPECT_EQ(ran.at("exit_code"), 0);
    EXPECT_EQ(ran.at("stdout").as_string().find("Linux "), 0u);
    json::value const write =
        in_project(id, "system.writeTextFileToProject", R"({"path":"d/a.txt","content":"hi\n"})");
    EXPECT_EQ(write, nullptr);
    EXPECT_EQ(
        in_project(id, "system.exec", R"({"command":"cat d/a.txt"})").at("stdout"), text("hi\n")
    );
    EXPECT_EQ(hub("projects.stop", "\"project_id\":" + quoted(id)), nullptr);
    EXPECT_EQ(state_of(id), "opened");
    EXPECT_EQ(hub("projects.status", "\"project_id\":" + quoted(id)), json::object());
    EXPECT_EQ(hub("projects.deleteProject", "\"project_id\":" + quoted(id)), nullptr);
    EXPECT_EQ(hub("projects.deleteProject", "\"project_id\":" + quoted(id)), nullptr);

    bool found = false;
    json::value const all = all_projects();
    for (json::value const& p : all.as_array()) {
        if (p.at("project_id").as_string() != id) continue;
        found = true;
        EXPECT_EQ(p.at("title"), text("Life"));
        EXPECT_EQ(p.at("deleted"), true);
    }
    EXPECT_TRUE(found);
    EXPECT_EQ(server.report(), "");
}

TEST_F(FakeProjects, AreNamedNoTitleWithoutOne)
{
    hub("projects.createProject");
    std::set<std::string> titles;
    json::value const all = all_projects();
    for (json::value const& p : all.as_array()) {
        titles.emplace(p.at("title").as_string());
    }
    EXPECT_TRUE(titles.contains("No Title"));
}

TEST_F(FakeProjects, AreMadeWithAGivenIdByAdminsOnly)
{
    std::string const id = "88888888-8888-4888-8888-888888888888";
    client.as(site_admin_key);
    EXPECT_EQ(hub("projects.createProject", "\"project_id\":" + quoted(id)), text(id));
    EXPECT_EQ(
        error_of("projects.createProject", "\"project_id\":" + quoted(id)),
        "error: duplicate key value violates unique constraint \"projects_pkey\""
    );
}

TEST_F(FakeProjects, StartByTheClock)
{
    server.add_project(project(project_id).owner(user_id).starts_in(20s));
    EXPECT_EQ(
        error_of("projects.start", mine),
        "timeout - callHub: subject='hub.account." + user_id +
            ".api', name='projects.start', code='408' "
    );
    EXPECT_EQ(state_of(project_id), "starting");
    server.advance(19s);
    EXPECT_EQ(state_of(project_id), "starting");
    server.advance(1s);
    EXPECT_EQ(state_of(project_id), "running");
    EXPECT_EQ(hub("projects.state", mine).at("time"), text("2025-10-09T08:53:40.000Z"));
}

TEST_F(FakeProjects, RunForWhoeverWaitsLongEnough)
{
    server.add_project(project(project_id).owner(user_id).starts_in(20s));
    answer const a =
        client.post_hub(R"({"name":"projects.start","args":[{)" + mine + R"(}],"timeout":30000})");
    EXPECT_EQ(a.value(), nullptr);
    EXPECT_EQ(state_of(project_id), "running");
}

TEST_F(FakeProjects, KeepACallToAColdProjectWaiting)
{
    server.add_project(project(project_id).owner(user_id).starts_in(20s));
    EXPECT_EQ(
        in_project(project_id, "system.writeTextFileToProject", R"({"path":"a","content":"x"})")
            .at("error"),
        text(
            "timeout - callHub: subject='project." + project_id +
            ".0.api.-', name='system.writeTextFileToProject', code='408' "
        )
    );
    server.advance(20s);
    EXPECT_EQ(
        in_project(project_id, "system.readTextFileFromProject", R"({"path":"a"})").at("error"),
        text("Error: ENOENT: no such file or directory, open 'a'")
    );
}

TEST_F(FakeProjects, AreTouchedAndStartedByEveryCall)
{
    server.add_project(
        project(project_id).title("old").owner(user_id).edited_at(now - 86'400'000LL * 60)
    );
    std::string const recent = R"("query":{"projects":[{"title":null}]})";
    EXPECT_EQ(hub("db.userQuery", recent), json::parse(R"({"projects":[]})"));
    in_project(project_id, "system.ping");
    EXPECT_EQ(hub("db.userQuery", recent), json::parse(R"({"projects":[{"title":"old"}]})"));
    EXPECT_EQ(state_of(project_id), "running");
}

TEST_F(FakeProjects, MayBeBrokenOrUnknown)
{
    server.add_project(project(project_id).owner(user_id).without_state());
    EXPECT_EQ(hub("projects.state", mine), json::object());
    server.add_project(project(project_id).owner(user_id).broken("Error: no home"));
    EXPECT_EQ(hub("projects.state", mine).at("error"), text("Error: no home"));
    EXPECT_EQ(hub("projects.state", mine).at("state"), text("opened"));
}

TEST_F(FakeProjects, TellMoreOfTheirStatusWhenArranged)
{
    server.add_project(
        project(project_id).owner(user_id).running_since(now).status(R"({"disk_MB":7})")
    );
    EXPECT_EQ(hub("projects.status", mine).at("disk_MB"), 7);
    EXPECT_THROW(
        server.add_project(project(project_id).status("no object")), std::invalid_argument
    );
    EXPECT_THROW(server.add_project(project("no-uuid")), std::invalid_argument);
}

TEST_F(FakeProjects, LetNobodyInWhoIsNotOnThem)
{
    std::string const start = "must be collaborator on project to ";
    EXPECT_EQ(error_of("projects.start", others), "Error: " + start + "start it");
    EXPECT_EQ(error_of("projects.state", others), "Error: " + start + "get state");
    EXPECT_EQ(error_of("projects.status", others), "Error: " + start + "get status");
    EXPECT_EQ(
        error_of("sync.history", others + R"(,"path":"a")"),
        "Error: user must be collaborator on source project"
    );
    EXPECT_EQ(
        error_of("db.fileUseTimes", others + R"(,"path":"a")"),
        "Error: user does not have read access to the given project"
    );
    EXPECT_EQ(error_of("db.touch", others), "Error: user must be collaborator on project");
    EXPECT_EQ(
        in_project(other_project_id, "system.ping").at("error"),
        text("user must be a collaborator on the project")
    );
    client.as(project_key);
    EXPECT_EQ(
        in_project(other_project_id, "system.ping").at("error"),
        text("project specific api key must match requested project")
    );
    EXPECT_EQ(in_project(project_id, "system.test").at("project_id"), text(project_id));
}

TEST_F(FakeProjects, MayBeDeletedByASiteAdminWhoIsNotOnThem)
{
    client.as(site_admin_key);
    EXPECT_EQ(hub("projects.deleteProject", mine), nullptr);
    EXPECT_EQ(
        error_of("projects.start", mine), "Error: must be collaborator on project to start it"
    );
    EXPECT_EQ(hub("projects.setQuotas", mine + R"(,"memory":4000)"), nullptr);
    json::value const v =
        hub("db.userQuery",
            R"("query":{"projects_admin":{"project_id":)" + quoted(project_id) +
                R"(,"settings":null,"deleted":null}})");
    EXPECT_EQ(v.at("projects_admin").at("settings").at("memory"), 4000);
    EXPECT_EQ(v.at("projects_admin").at("deleted"), true);
}

TEST_F(FakeProjects, GainAndLoseCollaborators)
{
    std::string const with = "\"opts\":{" + mine + ",\"account_id\":";
    EXPECT_EQ(
        hub("projects.addCollaborator", with + quoted(ada_id) + "}").at("project_id").at(0),
        text(project_id)
    );
    hub("projects.addCollaborator", with + quoted(admin_id) + "}");
    EXPECT_EQ(hub("projects.removeCollaborator", with + quoted(ada_id) + "}"), nullptr);
    json::value const v =
        hub("db.userQuery", R"("query":{"projects":{)" + mine + R"(,"users":null}})");
    EXPECT_EQ(
        v.at("projects").at("users"),
        json::value({{user_id, {{"group", "owner"}}}, {admin_id, {{"group", "collaborator"}}}})
    );
    EXPECT_EQ(
        hub("db.userQuery", R"("query":{"collaborators":[{"account_id":null}]})")
            .at("collaborators")
            .as_array()
            .size(),
        2u
    );
}

TEST_F(FakeProjects, RefuseCollaboratorsInTheServersWords)
{
    std::string const ada_text = ",\"account_id\":" + quoted(ada_id) + "}";
    EXPECT_EQ(
        error_of("projects.addCollaborator", "\"opts\":{" + others + ada_text),
        "Error: user " + user_id + " does not have write access to project " + other_project_id
    );
    EXPECT_EQ(
        error_of(
            "projects.addCollaborator",
            "\"opts\":{" + others + ",\"account_id\":" + quoted(user_id) + "}"
        ),
        "Error: cannot add self to \"" + other_project_id + "\" -- must be an admin"
    );
    EXPECT_EQ(
        error_of(
            "projects.addCollaborator",
            "\"opts\":{" + mine + ",\"account_id\":[" + quoted(ada_id) + "," + quoted(admin_id) +
                "]}"
        ),
        "Error: accounts (of length 2) and projects (of length 1) must be arrays of the same length"
    );
    EXPECT_EQ(
        error_of("projects.addCollaborator", R"("opts":{"project_id":"x")" + ada_text),
        "Error: Invalid project_id: x"
    );
    EXPECT_EQ(
        error_of("projects.addCollaborator", ""),
        "TypeError: Cannot read properties of undefined (reading 'project_id')"
    );
    EXPECT_EQ(
        error_of("projects.removeCollaborator", "\"opts\":{" + others + ada_text),
        "Error: user must be a collaborator"
    );
}

TEST_F(FakeProjects, OpenToWhoHoldsAToken)
{
    server.add_project(
        project(other_project_id).owner(admin_id).invite_token("t", 1).invite_token("late", {}, now)
    );
    std::string const use = "\"opts\":{\"account_id\":" + quoted(user_id) + ",\"token_id\":";
    EXPECT_EQ(
        hub("projects.addCollaborator", use + "\"t\"}").at("project_id"), text(other_project_id)
    );
    EXPECT_EQ(
        error_of("projects.addCollaborator", use + "\"t\"}"),
        "Error: Project invite token is not valid - the token can only be used 1 times"
    );
    EXPECT_EQ(
        error_of("projects.addCollaborator", use + "\"late\"}"),
        "Error: Project invite token is not valid - the token already expired"
    );
    EXPECT_EQ(
        error_of("projects.addCollaborator", use + "\"x\"}"),
        "Error: Project invite token is not valid - no such token"
    );
}

TEST_F(FakeProjects, KeepAnOwner)
{
    server.add_project(project(project_id).owner(user_id).collaborator(ada_id));
    auto const change = [&](std::string const& who, std::string const& group) {
        return client.call(
            "projects.changeUserType",
            "{\"opts\":{" + mine + ",\"target_account_id\":" + quoted(who) +
                ",\"new_group\":" + quoted(group) + "}}"
        );
    };
    EXPECT_EQ(
        change(user_id, "collaborator").error(),
        "OwnershipError: Cannot change the last owner to collaborator. At least one owner is "
        "required."
    );
    EXPECT_EQ(
        change(ada_id, "king").error(),
        "OwnershipError: New group must be either 'owner' or 'collaborator'"
    );
    EXPECT_EQ(
        change(alan_id, "owner").error(),
        "OwnershipError: Target user is not a member of this project"
    );
    EXPECT_EQ(change(ada_id, "owner").value(), nullptr);
    EXPECT_EQ(change(user_id, "collaborator").value(), nullptr);
    EXPECT_EQ(
        change(ada_id, "collaborator").error(),
        "OwnershipError: Only project owners can change user types"
    );
}

TEST_F(FakeProjects, InviteByMail)
{
    auto const invite = [&](std::string const& to) {
        return client.call(
            "projects.inviteCollaboratorWithoutAccount",
            "{\"opts\":{" + mine + R"(,"title":"T","link2proj":"l","email":"m","to":)" +
                quoted(to) + "}}"
        );
    };
    EXPECT_EQ(invite("ada@example.com; new@example.com").value(), nullptr);
    json::value const v =
        hub("db.userQuery", R"("query":{"projects":{)" + mine + R"(,"users":null,"invite":null}})");
    EXPECT_TRUE(v.at("projects").at("users").as_object().contains(ada_id));
    EXPECT_TRUE(v.at("projects").at("invite").as_object().contains("new@example.com"));
    EXPECT_EQ(
        invite(std::string(1025, 'a')).error(),
        "Error: Specify less recipients when adding collaborators to project."
    );
    std::string const longest(128, 'b');
    EXPECT_EQ(
        invite(longest).error(),
        "Error: email address must be at most 128 characters: '" + longest + "'"
    );
}

TEST_F(FakeProjects, ShareFiles)
{
    server.add_project(project(project_id).owner(user_id).file("d/a.txt", "a").file("d/b.txt", "b")
    );
    server.add_project(project(other_project_id).owner(user_id));
    EXPECT_EQ(
        hub("projects.copyPathBetweenProjects",
            "\"src_project_id\":" + quoted(project_id) + R"(,"src_path":"d","target_project_id":)" +
                quoted(other_project_id) + R"(,"target_path":"copy/e")"),
        nullptr
    );
    EXPECT_EQ(
        in_project(
            other_project_id, "system.exec", R"({"command":"cat copy/e/a.txt copy/e/b.txt"})"
        )
            .at("stdout"),
        text("ab")
    );
    EXPECT_EQ(
        hub("projects.copyPathBetweenProjects",
            "\"src_project_id\":" + quoted(project_id) + R"(,"src_path":"d","target_path":"d/e/f")")
            .at("error"),
        text("Error: EINVAL: invalid argument, copy 'd' -> 'd/e/f'")
    );
}

TEST_F(FakeProjects, KeepTheHistoryOfTheirFiles)
{
    server.add_project(
        project(project_id).owner(user_id).edit("a", now - 2, "[1]").edit("a", now - 1, "[2]")
    );
    json::value const all = hub("sync.history", mine + R"(,"path":"a")");
    ASSERT_EQ(all.at("patches").as_array().size(), 2u);
    EXPECT_EQ(all.at("patches").at(1).at("mesg").at("parents").at(0), now - 2);
    json::value const second = hub("sync.history", mine + R"(,"path":"a","start_seq":2)");
    ASSERT_EQ(second.at("patches").as_array().size(), 1u);
    EXPECT_EQ(second.at("patches").at(0).at("mesg").at("patch"), text("[2]"));
    EXPECT_EQ(
        hub("sync.history", mine + R"(,"path":"b")"), json::parse(R"({"patches":[],"info":{}})")
    );
    EXPECT_EQ(
        hub("db.fileUseTimes", mine + R"(,"path":"a","access_times":false,"edit_times":true)")
            .at("edit_times"),
        json::value({now - 1, now - 2})
    );
}

TEST_F(FakeProjects, AnswerEachMethodOfTheContract)
{
    std::set<std::string> hub_names, project_names;
    for (exchange const& e : load_vectors([](json::object const&) { return true; })) {
        auto const* const body = e.vector->at("request").at("body").if_object();
        auto const* const name = body ? body->if_contains("name") : nullptr;
        if (!name || !name->is_string()) continue;
        bool const to_project = e.vector->at("api").as_string() == "project";
        (to_project ? project_names : hub_names).emplace(name->as_string());
    }
    // The vectors also have names that no server has, or that it does not offer.
    for (char const* name :
         {"nope.x", "system", "system.nope", "system.ping.x", "org.getAccount"}) {
        hub_names.erase(name);
    }
    project_names.erase("system.nope");
    project_names.erase("ping");
    ASSERT_EQ(hub_names.size(), 57u);
    ASSERT_EQ(project_names.size(), 28u);
    for (std::string const& name : hub_names) {
        answer const a = client.call(name, "{}");
        EXPECT_EQ(a.status, 200) << name;
        EXPECT_EQ(a.body.find("unknown function"), std::string::npos) << name;
    }
    for (std::string const& name : project_names) {
        std::string const body = json::serialize(in_project(project_id, name));
        EXPECT_EQ(body.find("unknown function"), std::string::npos) << name;
    }
    EXPECT_EQ(server.report(), "");
}

}  // namespace

}  // namespace cohub::tests
