#include <string>

#include "contract/groups.hpp"
#include "contract/replay.hpp"

namespace cohub::tests {
namespace {

using boost::json::value;

/// Calls a function of the vector's project. If the project has no UUID, it is the project of the
/// key.
template <class F>
came_back in_project(caller const& call, F f)
{
    auto const* const id = call.beside("project_id");
    if (id == nullptr || !id->is_string() || id->as_string().size() != 36)
        return call.on<project>(f);
    project const p(call.io(), call.settings(), std::string(id->as_string()));
    return call.run(f(p));
}

/// A method without arguments.
template <class Method>
typed_method plain(Method method)
{
    return [method](caller const& call, boost::json::object const&) {
        return in_project(call, [&](project const& p) { return method(p); });
    };
}
/// A method with one text.
template <class Method>
typed_method of_text(char const* name, Method method)
{
    return [name, method](caller const& call, boost::json::object const& params) {
        std::string const argument = text(params, name);
        return in_project(call, [&](project const& p) { return method(p, argument); });
    };
}
/// A method with a list of texts.
template <class Method>
typed_method of_texts(char const* name, Method method)
{
    return [name, method](caller const& call, boost::json::object const& params) {
        auto const argument = texts(params, name);
        return in_project(call, [&](project const& p) { return method(p, argument); });
    };
}
/// A method that takes the parameters of the vector unchanged.
template <class Method>
typed_method of_all(Method method)
{
    return [method](caller const& call, boost::json::object const& params) {
        return in_project(call, [&](project const& p) { return method(p, params); });
    };
}

came_back exec(caller const& call, boost::json::object const& params)
{
    exec_options command(text(params, "command"));
    if (given(params, "args") != nullptr) command.args(texts(params, "args"));
    if (auto const* const v = given(params, "bash")) command.bash(v->as_bool());
    if (auto const* const v = given(params, "err_on_exit")) command.err_on_exit(v->as_bool());
    if (auto const* const v = given(params, "timeout_s"))
        command.timeout(std::chrono::seconds(v->as_int64()));
    return in_project(call, [&](project const& p) { return p.system().exec(command, as_result); });
}

came_back jupyter_execute(caller const& call, boost::json::object const& params)
{
    project_jupyter_input const code(text(params, "input"), text(params, "kernel"));
    EXPECT_EQ(params.at("timeout_s").as_int64(), 90);
    return in_project(call, [&](project const& p) {
        return p.system().jupyter_execute(code, as_result);
    });
}

came_back call_project_by_hand(caller const& call, contract_vector const& v)
{
    value const& args = v.request().at("body").at("args");
    return in_project(call, [&](project const& p) {
        return p.call(v.wire_name(), args, as_result);
    });
}

void add_system(contract_group& g)
{
    g.methods["system.ping"] = plain([](project const& p) { return p.system().ping(as_result); });
    g.methods["system.test"] = plain([](project const& p) { return p.system().test(as_result); });
    g.methods["system.exec"] = exec;
    g.methods["system.jupyter_execute"] = jupyter_execute;
    g.methods["system.list_jupyter_kernels"] =
        plain([](project const& p) { return p.system().list_jupyter_kernels(as_result); });
    g.methods["system.stop_jupyter_kernel"] =
        of_all([](project const& p, boost::json::object const& params) {
            return p.system().stop_jupyter_kernel(params.at("pid").as_int64(), as_result);
        });
    g.methods["system.version"] =
        plain([](project const& p) { return p.system().version(as_result); });
    g.methods["system.listing"] = of_text("path", [](project const& p, std::string const& path) {
        return p.system().listing(path, as_result);
    });
    g.methods["system.delete_files"] = of_texts("paths", [](project const& p, auto const& paths) {
        return p.system().delete_files(paths, as_result);
    });
    g.methods["system.move_files"] = of_all([](project const& p, boost::json::object const& all) {
        return p.system().move_files(texts(all, "paths"), text(all, "dest"), as_result);
    });
    g.methods["system.rename_file"] = of_all([](project const& p, boost::json::object const& all) {
        return p.system().rename_file(text(all, "src"), text(all, "dest"), as_result);
    });
    g.methods["system.realpath"] = of_text("path", [](project const& p, std::string const& path) {
        return p.system().realpath(path, as_result);
    });
    g.methods["system.canonical_paths"] = of_texts("paths", [](project const& p, auto const& all) {
        return p.system().canonical_paths(all, as_result);
    });
    g.methods["system.write_text_file"] =
        of_all([](project const& p, boost::json::object const& all) {
            return p.system().write_text_file(text(all, "path"), text(all, "content"), as_result);
        });
    g.methods["system.read_text_file"] =
        of_text("path", [](project const& p, std::string const& path) {
            return p.system().read_text_file(path, as_result);
        });
    g.methods["system.configuration"] =
        of_text("aspect", [](project const& p, std::string const& aspect) {
            return p.system().configuration(aspect, as_result);
        });
    g.methods["system.signal"] = of_all([](project const& p, boost::json::object const& all) {
        return p.system().signal(
            static_cast<int>(all.at("signal").as_int64()), all.at("pid").as_int64(), as_result
        );
    });
}

void add_editor_and_sync(contract_group& g)
{
    g.methods["editor.new_file"] = of_text("path", [](project const& p, std::string const& path) {
        return p.editor().new_file(path, as_result);
    });
    g.methods["editor.jupyter_strip_notebook"] =
        of_text("path", [](project const& p, std::string const& path) {
            return p.editor().jupyter_strip_notebook(path, as_result);
        });
    g.methods["editor.jupyter_nbconvert"] =
        of_all([](project const& p, boost::json::object const& all) {
            return p.editor().jupyter_nbconvert(all, as_result);
        });
    g.methods["editor.jupyter_run_notebook"] =
        of_all([](project const& p, boost::json::object const& all) {
            return p.editor().jupyter_run_notebook(all, as_result);
        });
    g.methods["editor.jupyter_kernel_logo"] =
        of_text("kernel", [](project const& p, std::string const& kernel) {
            return p.editor().jupyter_kernel_logo(kernel, as_result);
        });
    g.methods["editor.jupyter_kernels"] =
        plain([](project const& p) { return p.editor().jupyter_kernels(as_result); });
    g.methods["editor.formatter_string"] =
        of_all([](project const& p, boost::json::object const& all) {
            return p.editor().formatter_string(
                text(all, "str"), all.at("options").as_object(), as_result
            );
        });
    g.methods["editor.print_sage_ws"] =
        of_all([](project const& p, boost::json::object const& all) {
            return p.editor().print_sage_ws(
                text(all, "path"), all.at("options").as_object(), as_result
            );
        });
    g.methods["editor.create_terminal_service"] =
        of_all([](project const& p, boost::json::object const& all) {
            boost::json::object const options{{"path", all.at("path")}};
            return p.editor().create_terminal_service(text(all, "term_path"), options, as_result);
        });
    g.methods["sync.close"] = of_text("path", [](project const& p, std::string const& path) {
        return p.sync().close(path, as_result);
    });
}

}  // namespace

contract_group const& project_group()
{
    static contract_group const group = [] {
        contract_group g;
        g.prefixes = {"project."};
        g.size = 43;
        add_system(g);
        add_editor_and_sync(g);
        // packages/conat/project/api/{system,editor,sync}.ts; the last two are by_hand.
        g.vendor_routes = {
            "editor.createTerminalService",
            "editor.formatterString",
            "editor.jupyterKernelLogo",
            "editor.jupyterKernels",
            "editor.jupyterNbconvert",
            "editor.jupyterRunNotebook",
            "editor.jupyterStripNotebook",
            "editor.newFile",
            "editor.printSageWS",
            "sync.close",
            "system.canonicalPaths",
            "system.configuration",
            "system.deleteFiles",
            "system.exec",
            "system.jupyterExecute",
            "system.listJupyterKernels",
            "system.listing",
            "system.moveFiles",
            "system.ping",
            "system.readTextFileFromProject",
            "system.realpath",
            "system.renameFile",
            "system.signal",
            "system.stopJupyterKernel",
            "system.terminate",
            "system.test",
            "system.version",
            "system.writeTextFileToProject",
            "ping",
            "system.nope",
        };
        // A hook for developers that stops the service; a name without a group; an unknown
        // function.
        g.untyped_routes = {"system.terminate", "ping", "system.nope"};
        g.by_hand = {
            "project.unknown_function",
            "project.bare_ping",
            "project.system.test.no_args",
            "project.system.terminate.unknown",
        };
        g.never_sent = {
            {"project.system.ping.null_project_with_project_key",
             "project_id is a UUID or left out"},
            {"project.system.ping.not_uuid", "a project's id has to be a UUID"},
        };
        g.codes = {
            {"must sign in as project or account", errc::unauthorized},
            {"must be a collaborator", errc::forbidden},
            {"must match requested project", errc::forbidden},
            {"must specify project_id", errc::invalid_argument},
            {"invalid account_id or project_id", errc::invalid_argument},
            {"Unknown service", errc::not_found},
        };
        g.call_by_hand = call_project_by_hand;
        return g;
    }();
    return group;
}

namespace {

class ProjectToWire : public Replay
{
protected:
    ProjectToWire() : Replay(project_group()) {}
};
TEST_P(ProjectToWire, SendsTheVectorsRequest) { send(); }

class ProjectFromWire : public Replay
{
protected:
    ProjectFromWire() : Replay(project_group()) {}
};
TEST_P(ProjectFromWire, UnderstandsTheVectorsResponse) { understand(); }

INSTANTIATE_TEST_SUITE_P(
    All, ProjectToWire, testing::ValuesIn(project_group().sendable()), vector_name
);
INSTANTIATE_TEST_SUITE_P(
    All, ProjectFromWire, testing::ValuesIn(project_group().vectors()), vector_name
);

TEST(ProjectVectors, AreAllReplayed)
{
    project_group().expect_whole();
    project_group().tell("project");
}

}  // namespace
}  // namespace cohub::tests
