#include <boost/json/object.hpp>

#include <chrono>
#include <optional>

#include "contract/scenario.hpp"

namespace cohub::tests {
namespace {

using namespace std::chrono_literals;

class ProjectScenario : public Scenario
{
protected:
    std::string made(std::string const& title)
    {
        return got(robin.projects().create_project(new_project(title), as_result));
    }
    std::optional<std::string> state_of(std::string const& id)
    {
        return got(robin.projects().state(id, as_result)).state;
    }
    texts_of names_in(project_api const& p, std::string_view directory)
    {
        auto const list = got(p.system().listing(directory, as_result));
        return sorted(all(list, &directory_entry::name));
    }
};

TEST_F(ProjectScenario, AProjectsWholeLife)
{
    EXPECT_TRUE(got(robin.projects().find_by_title("Thesis", as_result)).empty());
    std::string const id = got(
        robin.projects().create_project(new_project("Thesis").description("On engines"), as_result)
    );
    auto const found = got(robin.projects().find_by_title("Thesis", as_result));
    ASSERT_EQ(found.size(), 1u);
    EXPECT_EQ(found[0].project_id, id);
    EXPECT_EQ(found[0].created, sys_ms(std::chrono::milliseconds(server.now())));

    // The project does not run until it is started.
    EXPECT_EQ(state_of(id), "opened");
    EXPECT_EQ(got(robin.projects().status(id, as_result)).start_ts, std::nullopt);
    server.advance(1min);
    sys_ms const started{std::chrono::milliseconds(server.now())};
    got(robin.projects().start(id, as_result));
    EXPECT_TRUE(got(robin.projects().state(id, as_result)).is_running());
    EXPECT_EQ(got(robin.projects().state(id, as_result)).time, started);
    project_status const status = got(robin.projects().status(id, as_result));
    EXPECT_EQ(status.start_ts, started);
    EXPECT_TRUE(status.project_pid.has_value());

    project_api const inside = robin.project(id);
    EXPECT_EQ(got(inside.system().ping(as_result)).now, started);
    EXPECT_EQ(got(inside.system().test(as_result)).project_id, id);
    exec_output const uname = got(inside.system().exec("uname -a", as_result));
    EXPECT_EQ(uname.stdout_text.find("Linux "), 0u);
    EXPECT_TRUE(uname.ok());

    got(robin.projects().stop(id, as_result));
    EXPECT_EQ(state_of(id), "opened");
    // Every call to it starts it.
    got(inside.system().ping(as_result));
    EXPECT_EQ(state_of(id), "running");

    got(robin.projects().delete_(id, as_result));
    got(robin.projects().delete_(id, as_result));
    auto const gone = got(robin.projects().get(project_query().all().deleted(true), as_result));
    EXPECT_EQ(all(gone, &project_info::project_id), texts_of{id});
    EXPECT_EQ(gone[0].title, "Thesis");
    EXPECT_EQ(gone[0].deleted, true);
    auto const left = got(robin.projects().get(project_query().all().deleted(false), as_result));
    EXPECT_EQ(left.size(), 1u);
    EXPECT_EQ(left[0].title, "First Project");
}

TEST_F(ProjectScenario, ACommandTellsItsExitCode)
{
    project_system_api const system = robin.project(made("Commands")).system();
    std::string const script = "echo out; echo 'test error message' >&2; exit 42";

    failure const f = failed(system.exec(exec_options(script).bash(), as_result));
    EXPECT_EQ(f.code, errc::api_error);
    EXPECT_EQ(
        f.server_message,
        "command '" + script + "' exited with nonzero code 42 -- stderr='test error message\\n'"
    );
    EXPECT_EQ(exit_code_of(f), 42);

    exec_output const kept =
        got(system.exec(exec_options(script).bash().err_on_exit(false), as_result));
    EXPECT_EQ(kept.exit_code, 42);
    EXPECT_EQ(kept.stdout_text, "out\n");
    EXPECT_EQ(kept.stderr_text, "test error message\n");
    EXPECT_FALSE(kept.ok());

    exec_options const greet = exec_options("echo $GREETING").env("GREETING", "hello").bash();
    EXPECT_EQ(got(system.exec(greet, as_result)).stdout_text, "hello\n");
    EXPECT_EQ(
        got(system.exec(exec_options("echo").args({"a b", "c"}), as_result)).stdout_text, "a b c\n"
    );

    // Longer than the timeout of the command.
    refusal const killed =
        refused(system.exec(exec_options("sleep").arg("20").timeout(5s), as_result));
    EXPECT_EQ(killed, (refusal{errc::timeout, "killed command 'sleep 20'"}));
    // Longer than the timeout of the hub, which was not told any time.
    EXPECT_EQ(refused(system.exec(exec_options("sleep 20"), as_result)).code, errc::timeout);
}

// D6: the hub cuts by UTF-16 units, and JSON.stringify writes the rest of a surrogate pair.
TEST_F(ProjectScenario, ATextThatIsCutInsideACharacterIsNotLost)
{
    project_system_api const system = robin.project(made("Cut")).system();
    exec_options const four = exec_options("echo -n '123\U0001F600'").bash().max_output(4);
    EXPECT_EQ(
        got(system.exec(four, as_result)).stdout_text, "123\uFFFD (truncated at 4 characters)"
    );
    exec_options const five = exec_options("echo -n '123\U0001F600'").bash().max_output(5);
    EXPECT_TRUE(got(system.exec(five, as_result)).stdout_text.starts_with("123\U0001F600"));
}

TEST_F(ProjectScenario, AJobRunsOnWhileOthersAreAsked)
{
    project_system_api const system = robin.project(made("Jobs")).system();
    exec_output const begun =
        got(system.exec(exec_options("sleep 30; echo done").bash().async_call(), as_result));
    ASSERT_TRUE(begun.job_id.has_value());
    EXPECT_EQ(begun.type, "async");
    EXPECT_TRUE(begun.is_running());

    server.advance(10s);
    EXPECT_TRUE(got(system.exec(exec_job(*begun.job_id), as_result)).is_running());
    server.advance(20s);
    exec_output const ended = got(system.exec(exec_job(*begun.job_id), as_result));
    EXPECT_TRUE(ended.ok());
    EXPECT_EQ(ended.stdout_text, "done\n");
    EXPECT_EQ(ended.status, "completed");
    EXPECT_EQ(refused(system.exec(exec_job("nope"), as_result)).code, errc::api_error);
}

TEST_F(ProjectScenario, FilesStayUntilTheyAreDeleted)
{
    std::string const id = made("Files");
    project_api const p = robin.project(id);
    project_system_api const system = p.system();
    got(system.write_text_file("notes/a.txt", "alpha\n", as_result));
    got(system.write_text_file("b.txt", "b\xc3\xa9ta\n", as_result));
    got(system.write_text_file("b.txt", "beta\n", as_result));
    EXPECT_EQ(names_in(p, ""), (texts_of{"b.txt", "notes"}));
    EXPECT_EQ(got(system.read_text_file("b.txt", as_result)), "beta\n");
    EXPECT_EQ(got(system.exec("cat notes/a.txt b.txt", as_result)).stdout_text, "alpha\nbeta\n");

    got(system.move_files({"b.txt"}, "notes", as_result));
    got(system.rename_file("notes/b.txt", "notes/c.txt", as_result));
    EXPECT_EQ(names_in(p, "notes"), (texts_of{"a.txt", "c.txt"}));
    auto const top = got(system.listing("", as_result));
    ASSERT_EQ(top.size(), 1u);
    EXPECT_TRUE(top[0].is_directory());

    // The files still exist after the project was stopped.
    got(robin.projects().stop(id, as_result));
    EXPECT_EQ(got(system.read_text_file("notes/c.txt", as_result)), "beta\n");

    // Copies into another project, where they are found.
    std::string const other = made("Copies");
    got(robin.projects().copy_path_between_projects(
        path_copy(id, "notes").target_project_id(other).target_path("mine"), as_result
    ));
    EXPECT_EQ(names_in(robin.project(other), "mine"), (texts_of{"a.txt", "c.txt"}));

    got(system.delete_files({"notes/a.txt", "notes/c.txt"}, as_result));
    EXPECT_EQ(names_in(p, "notes"), texts_of{});
    EXPECT_EQ(
        got(robin.project(other).system().read_text_file("mine/a.txt", as_result)), "alpha\n"
    );
    refusal const missing = refused(system.read_text_file("notes/a.txt", as_result));
    EXPECT_EQ(missing.code, errc::api_error);
    EXPECT_NE(missing.words.find("notes/a.txt"), std::string::npos) << missing.words;
}

TEST_F(ProjectScenario, CodeRunsInJupyter)
{
    std::string const id = made("Jupyter");
    project_system_api const system = robin.project(id).system();
    auto const sum =
        got(system.jupyter_execute(project_jupyter_input("sum(range(100))", "python3"), as_result));
    ASSERT_EQ(sum.size(), 1u);
    EXPECT_EQ(sum[0].data("text/plain"), "4950");
    project_jupyter_input const printing =
        project_jupyter_input("print(a + 1)", "python3").history({"a = 41"});
    auto const printed = got(system.jupyter_execute(printing, as_result));
    ASSERT_EQ(printed.size(), 1u);
    EXPECT_EQ(printed[0].stream(), "stdout");
    EXPECT_EQ(printed[0].text(), "42\n");
    auto const wrong =
        got(system.jupyter_execute(project_jupyter_input("1/0", "python3"), as_result));
    ASSERT_FALSE(wrong.empty());
    EXPECT_EQ(wrong.back().error_name(), "ZeroDivisionError");

    // Through the hub, the second answer comes from its cache.
    jupyter_input const code = jupyter_input("2**10", "python3").project_id(id);
    jupyter_result const first = got(robin.jupyter().execute(code, as_result));
    ASSERT_EQ(first.output.size(), 1u);
    EXPECT_EQ(first.output[0].text(), "1024");
    EXPECT_FALSE(first.is_cached());
    EXPECT_TRUE(got(robin.jupyter().execute(code, as_result)).is_cached());
    auto const kernels = got(robin.jupyter().kernels(id, as_result));
    auto const names = all(kernels, &kernel_spec::name);
    EXPECT_NE(std::find(names.begin(), names.end(), "python3"), names.end());
    EXPECT_EQ(
        refused(orla.jupyter().execute(code, as_result)),
        (refusal{
            errc::forbidden, "Error: permission denied -- user must be collaborator on project"})
    );
}

TEST_F(ProjectScenario, CollaboratorsComeAndGo)
{
    std::string const id = made("Together");
    std::string const robins = account_of(robin), orlas = account_of(orla);
    project_api const by_orla = orla.project(id);
    EXPECT_EQ(
        refused(by_orla.system().ping(as_result)),
        (refusal{errc::forbidden, "user must be a collaborator on the project"})
    );
    EXPECT_EQ(
        refused(orla.projects().start(id, as_result)),
        (refusal{errc::forbidden, "Error: must be collaborator on project to start it"})
    );

    added_collaborator const added = got(robin.projects().add_collaborator(id, orlas, as_result));
    EXPECT_EQ(sorted<std::string>(added.project_id), texts_of{id});
    got(robin.projects().add_collaborator(id, orlas, as_result));
    got(by_orla.system().ping(as_result));
    auto const hers = got(orla.projects().get(project_query().all(), as_result));
    ASSERT_EQ(all(hers, &project_info::project_id), texts_of{id});
    ASSERT_TRUE(hers[0].users.has_value());
    EXPECT_EQ(hers[0].users->size(), 2u);
    EXPECT_EQ(hers[0].users->at(robins).group, "owner");
    EXPECT_EQ(hers[0].users->at(orlas).group, "collaborator");

    EXPECT_EQ(
        refused(orla.projects().change_user_type(id, orlas, project_role::owner, as_result)),
        (refusal{errc::forbidden, "OwnershipError: Only project owners can change user types"})
    );
    EXPECT_EQ(
        refused(orla.projects().remove_collaborator(id, robins, as_result)),
        (refusal{
            errc::conflict, "OwnershipError: Cannot remove an owner. Demote to collaborator first."}
        )
    );
    got(robin.projects().change_user_type(id, orlas, project_role::owner, as_result));
    got(orla.projects().change_user_type(id, robins, project_role::collaborator, as_result));
    got(orla.projects().remove_collaborator(id, robins, as_result));
    EXPECT_EQ(
        refused(robin.projects().state(id, as_result)),
        (refusal{errc::forbidden, "Error: must be collaborator on project to get state"})
    );
    EXPECT_EQ(
        refused(robin.projects().delete_(id, as_result)),
        (refusal{errc::forbidden, "Error: must be an owner to delete a project"})
    );
    got(orla.projects().delete_(id, as_result));
}

TEST_F(ProjectScenario, AProjectsKeyIsForThatProjectAlone)
{
    project const own(io, options_for(server.keys().project));
    std::string const id = got(own.system().test(as_result)).project_id;
    EXPECT_EQ(got(own.system().exec("echo hi", as_result)).stdout_text, "hi\n");
    auto const first = got(robin.projects().find_by_title("First Project", as_result));
    EXPECT_EQ(all(first, &project_info::project_id), texts_of{id});

    std::string const other = made("Other");
    EXPECT_EQ(
        refused(machine.project(other).system().ping(as_result)),
        (refusal{errc::forbidden, "project specific api key must match requested project"})
    );
    EXPECT_EQ(
        refused(machine.projects().start(id, as_result)),
        (refusal{
            errc::unauthorized,
            "must be signed in and MUST provide an api key (cookies are not allowed)"})
    );
    EXPECT_EQ(
        refused(robin.project().system().ping(as_result)),
        (refusal{errc::invalid_argument, "must specify project_id or use project-specific api key"})
    );
    // When an account leaves the project, its key does not work there any more.
    std::string const orlas = account_of(orla);
    got(robin.projects().add_collaborator(id, orlas, as_result));
    hub const short_lived = with_key(server.add_api_key(fake::api_key(orlas).project(id)));
    got(short_lived.project().system().ping(as_result));
    got(robin.projects().remove_collaborator(id, orlas, as_result));
    EXPECT_EQ(
        refused(short_lived.project().system().ping(as_result)),
        (refusal{errc::unauthorized, "must sign in as project or account"})
    );
}

TEST_F(ProjectScenario, TheServersOwnWordsReachTheCallerTyped)
{
    std::string const nobodys = "88888888-8888-4888-8888-888888888888";
    refusal const malformed{
        errc::invalid_argument,
        "Error: invalid account_id or project_id -- all must be valid uuid's"};
    EXPECT_EQ(refused(robin.projects().start("x", as_result)), malformed);
    EXPECT_EQ(refused(robin.projects().state("x", as_result)), malformed);
    EXPECT_EQ(
        refused(robin.projects().delete_("x", as_result)),
        (refusal{errc::invalid_argument, "Error: project_id must be a valid UUID"})
    );
    EXPECT_TRUE(refused_here("*", robin.project("x").system().ping(as_result)));
    EXPECT_EQ(
        refused(robin.projects().touch(nobodys, as_result)),
        (refusal{errc::forbidden, "Error: must be collaborator on project to touch it"})
    );
    EXPECT_EQ(
        refused(robin.project(nobodys).system().ping(as_result)),
        (refusal{errc::forbidden, "user must be a collaborator on the project"})
    );
    EXPECT_EQ(
        refused(robin.projects().create_project(new_project("T").project_id(nobodys), as_result)),
        (refusal{errc::forbidden, "Error: only admins can specify the project_id"})
    );
    std::string const id = made("Mine");
    EXPECT_EQ(
        refused(robin.projects().set_quotas(project_quotas(id).memory(4000), as_result)),
        (refusal{errc::forbidden, "Error: Must be an admin to do admin search."})
    );
    EXPECT_EQ(
        refused(robin.projects().copy_path_between_projects(path_copy(nobodys, "a"), as_result)),
        (refusal{errc::forbidden, "Error: user must be collaborator on source project"})
    );
    EXPECT_EQ(
        refused(robin.projects().copy_path_between_projects(
            path_copy(id, "a").target_project_id(nobodys), as_result
        )),
        (refusal{errc::forbidden, "Error: user must be collaborator on target project"})
    );
    EXPECT_EQ(
        refused(robin.projects().remove_collaborator(id, account_of(robin), as_result)).code,
        errc::conflict
    );
}

TEST_F(ProjectScenario, AColdStartOutlastsTheCall)
{
    std::string const id =
        server.add_project(fake::project().title("Cold").owner(account_of(robin)).starts_in(20s));
    failure const f = failed(robin.projects().start(id, as_result));
    EXPECT_EQ(f.code, errc::timeout);
    EXPECT_TRUE(f.maybe_sent);
    EXPECT_EQ(state_of(id), "starting");
    server.advance(20s);
    EXPECT_EQ(state_of(id), "running");
    got(robin.projects().start(id, as_result));
}

TEST_F(ProjectScenario, TheDatabaseAnswersItsForms)
{
    std::string const robins = account_of(robin);
    boost::json::object const name{{"first_name", nullptr}, {"account_id", nullptr}};
    auto const me = got(robin.db().get_one("accounts", name, as_result));
    ASSERT_TRUE(me.has_value());
    EXPECT_EQ(*me, (boost::json::object{{"first_name", "Robin"}, {"account_id", robins.c_str()}}));

    // Everyone who asks sees the change.
    boost::json::object const change{{"first_name", "Robyn"}};
    got(robin.db().set("accounts", change, as_result));
    EXPECT_EQ(
        got(orla.system().get_names(texts_of{robins}, as_result)).at(robins).first_name, "Robyn"
    );
    made("One");
    made("Two");
    boost::json::object const title{{"title", nullptr}};
    auto const rows =
        got(robin.db().get_many("projects_all", title, query_options().limit(2), as_result));
    EXPECT_EQ(rows.size(), 2u);

    boost::json::object const two{{"accounts", name}, {"projects", title}};
    EXPECT_EQ(
        refused(robin.db().query(two, as_result)),
        (refusal{errc::invalid_argument, "FATAL: must specify exactly one key in the query"})
    );
    EXPECT_EQ(
        refused(robin.db().get_one("nonsense", name, as_result)),
        (refusal{errc::forbidden, "FATAL: get queries not allowed for table 'nonsense'"})
    );
    EXPECT_EQ(
        refused(robin.db().set("nonsense", change, as_result)),
        (refusal{errc::not_found, "FATAL: table 'nonsense' does not exist"})
    );
    boost::json::object const password{{"password_hash", nullptr}};
    EXPECT_EQ(
        refused(robin.db().get_one("accounts", password, as_result)),
        (refusal{errc::forbidden, "FATAL: user get query not allowed for accounts.password_hash"})
    );
    EXPECT_TRUE(refused_here("*", robin.db().get_one("accounts", change, as_result)));
    EXPECT_TRUE(refused_here("*", robin.db().set("accounts", name, as_result)));
}

}  // namespace
}  // namespace cohub::tests
