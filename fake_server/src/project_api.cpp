// The project's own functions, after packages/project/conat/api/system.ts.

#include "project_api.hpp"

#include <boost/json/object.hpp>

#include <algorithm>

#include "small_python.hpp"
#include "text.hpp"

namespace cohub::inline abi_0_2::fake {

namespace json = boost::json;

namespace {
std::string const nothing = "null";
}

project_row& project_of(call const& c) { return *c.world.project(c.project_id); }

void fail_file(file_error const& error, std::string_view action, std::string_view path)
{
    // Node names no path if reading fails and opening did not.
    if (error.reason() == file_error::kind::is_directory && action == "open") {
        fail("EISDIR: illegal operation on a directory, read");
    }
    fail(
        std::string(error.code()) + ": " + error.node_text() + ", " + std::string(action) + " '" +
        std::string(path) + "'"
    );
}

std::string const& read_file(project_row const& p, std::string const& path)
{
    try {
        return p.files.read(path);
    } catch (file_error const& error) {
        fail_file(error, "open", path);
    }
}

std::string path_argument(json::value const* v, std::string_view name)
{
    if (v && v->is_string()) return std::string(v->get_string());
    type_error(
        "The \"" + std::string(name) + "\" argument must be of type string. Received " +
        (v ? js_string(v) : "undefined")
    );
}

json::array kernel_specs()
{
    return {
        json::object{{"name", "python3"}, {"display_name", "Python 3"}, {"language", "python"}}};
}

json::array run_cell(
    call& c,
    project_row& p,
    std::string_view kernel,
    json::value const* history,
    std::string_view input
)
{
    if (kernel != "python3") fail("No spec available for " + std::string(kernel));
    auto const pooled = std::find_if(p.kernels.begin(), p.kernels.end(), [&](auto const& k) {
        return k.name == kernel;
    });
    if (pooled == p.kernels.end()) {
        std::int64_t const pid = p.next_pid++;
        p.kernels.push_back(
            {pid,
             "/home/user/.local/share/jupyter/runtime/kernel-" + std::to_string(pid) + ".json",
             std::string(kernel)}
        );
    }
    // Each call starts with its history only.
    small_python python;
    if (history && history->is_array()) {
        for (json::value const& cell : history->get_array()) python.run(js_string(&cell));
    }
    json::array output = python.run(input);
    c.takes += std::chrono::milliseconds(python.takes_ms());
    return output;
}

namespace {

std::string ping(call& c) { return "{\"now\":" + std::to_string(c.world.now) + "}"; }

std::string test(call& c)
{
    return "{\"project_id\":\"" + std::string(c.project_id) +
           "\",\"server_time\":" + std::to_string(c.world.now) + "}";
}

std::string version(call&) { return "1783081032"; }

std::string configuration(call& c)
{
    return js_json(json::object{
        {"timestamp", iso_time(c.world.now)}, {"capabilities", json::object()}});
}

std::string terminate(call& c)
{
    throw call_error("Unknown service " + js_string(c.option("service")));
}

std::string jupyter_execute(call& c)
{
    json::value const* const kernel = c.option("kernel");
    return js_json(run_cell(
        c,
        project_of(c),
        js_string(kernel),
        c.option("history"),
        text_option(c, "input").value_or("")
    ));
}

std::string list_jupyter_kernels(call& c)
{
    json::array out;
    for (kernel_row const& k : project_of(c).kernels) {
        json::object o{{"pid", k.pid}, {"connectionFile", k.connection_file}};
        if (!k.name.empty()) o["kernel_name"] = k.name;
        out.push_back(std::move(o));
    }
    return js_json(out);
}

std::string stop_jupyter_kernel(call& c)
{
    json::value const* const pid = c.option("pid");
    auto const removed = std::erase_if(project_of(c).kernels, [&](kernel_row const& k) {
        return pid && pid->is_number() && js_number(*pid) == static_cast<double>(k.pid);
    });
    return removed ? "{\"success\":true}" : "{\"success\":false}";
}

std::string signal(call& c)
{
    project_row& p = project_of(c);
    std::vector<double> pids;
    if (json::value const* const pid = c.option("pid"); !is_nullish(pid)) {
        pids.push_back(js_number(*pid));
    }
    if (json::value const* const list = c.option("pids"); list && list->is_array()) {
        for (json::value const& pid : list->get_array()) pids.push_back(js_number(pid));
    }
    json::value const* const given = c.option("signal");
    double const number = given ? js_number(*given) : 15;
    bool const deadly = number == 1 || number == 2 || number == 9 || number == 15;
    bool missed = false;
    for (double const pid : pids) {
        auto const is_it = [pid](auto const& x) { return static_cast<double>(x.pid) == pid; };
        auto const kernel = std::find_if(p.kernels.begin(), p.kernels.end(), is_it);
        auto const job = std::find_if(p.jobs.begin(), p.jobs.end(), [&](job_row const& j) {
            return is_it(j) && !j.finished && j.start + j.takes_ms > c.world.now;
        });
        if (kernel != p.kernels.end()) {
            // An interrupt stops the computation of a kernel, not the kernel.
            if (deadly && number != 2) p.kernels.erase(kernel);
        } else if (job != p.jobs.end()) {
            if (deadly) job->kill(c.world.now);
        } else {
            missed = true;
        }
    }
    if (missed) fail("kill ESRCH");
    return nothing;
}

// --- files --------------------------------------------------------------------------------------

std::string listing(call& c)
{
    file_tree const& files = project_of(c).files;
    bool const hidden = is_truthy(c.option("hidden"));
    std::string const path =
        file_tree::absolute('/' + path_argument(c.option("path")), "/").insert(0, file_tree::home);
    std::string const whole = file_tree::absolute(path);
    json::array out;
    try {
        for (std::string const& name : files.list(whole)) {
            if (name[0] == '.' && !hidden) continue;
            std::string const one = whole + '/' + name;
            // A path through a link may become too long.
            file_entry const* const found = files.find_itself(one);
            if (!found) continue;
            file_entry const& itself = *found;
            file_entry const* const target = files.find(one);
            file_entry const& shown = target ? *target : itself;
            json::object o{{"name", name}};
            if (itself.type == file_entry::kind::link) {
                o["isSymLink"] = true;
                o["linkTarget"] = itself.content;
            }
            o["mtime"] = static_cast<double>(shown.modified) / 1000;
            if (shown.is_directory()) {
                o["isDir"] = true;
                auto const inside = files.list(one);
                o["size"] = std::count_if(inside.begin(), inside.end(), [&](auto const& n) {
                    return hidden || n[0] != '.';
                });
            } else {
                o["size"] = shown.content.size();
            }
            out.push_back(std::move(o));
        }
    } catch (file_error const& error) {
        fail_file(error, "opendir", whole);
    }
    return js_json(out);
}

std::vector<std::string> paths_option(call const& c)
{
    json::value const* const given = c.option("paths");
    if (is_nullish(given)) {
        type_error(
            std::string("Cannot read properties of ") + (given ? "null" : "undefined") +
            " (reading 'map')"
        );
    }
    if (!given->is_array()) type_error("paths.map is not a function");
    std::vector<std::string> out;
    for (json::value const& v : given->get_array()) out.push_back(path_argument(&v));
    return out;
}

std::string delete_files(call& c)
{
    for (std::string const& path : paths_option(c)) {
        try {
            project_of(c).files.remove(path);
        } catch (file_error const& error) {
            fail_file(error, "rmdir", file_tree::absolute(path));
        }
    }
    return nothing;
}

void move_one(file_tree& files, std::string const& from, std::string const& to, std::int64_t now)
{
    if (!files.find_itself(from)) {
        fail_file(file_error(file_error::kind::missing), "lstat", file_tree::absolute(from));
    }
    if (files.find_itself(to)) fail("dest already exists.");
    try {
        files.make_directories(parent_path(to), now);
        files.move(from, to);
    } catch (file_error const& error) {
        fail_file(error, "rename", file_tree::absolute(from));
    }
}

std::string move_files(call& c)
{
    std::string const dest = file_tree::absolute(path_argument(c.option("dest"), "dest"));
    for (std::string const& path : paths_option(c)) {
        std::string const to = dest + '/' + std::string(file_name(file_tree::absolute(path)));
        move_one(project_of(c).files, path, to, c.world.now);
    }
    return nothing;
}

std::string rename_file(call& c)
{
    std::string const from = path_argument(c.option("src"), "src");
    std::string const to = path_argument(c.option("dest"), "dest");
    if (from != to) move_one(project_of(c).files, from, file_tree::absolute(to), c.world.now);
    return nothing;
}

std::string below_home(std::string const& path)
{
    std::string const home = std::string(file_tree::home) + '/';
    return path.starts_with(home) ? path.substr(home.size()) : path;
}

std::string realpath(call& c)
{
    std::string const path = path_argument(c.arg(0));
    try {
        return js_json(json::value(below_home(project_of(c).files.real_path(path))));
    } catch (file_error const& error) {
        fail_file(error, "realpath", file_tree::absolute(path));
    }
}

std::string canonical_paths(call& c)
{
    json::value const* const paths = c.arg(0);
    if (!paths || !paths->is_array()) type_error("paths is not iterable");
    json::array out;
    for (json::value const& v : paths->get_array()) {
        std::string const path = path_argument(&v);
        try {
            out.emplace_back(below_home(project_of(c).files.real_path(path)));
        } catch (file_error const&) {
            // The real path of a missing file is its own path.
            out.emplace_back(path);
        }
    }
    return js_json(out);
}

std::string write_text_file(call& c)
{
    std::string const path = path_argument(c.option("path"));
    file_tree& files = project_of(c).files;
    try {
        files.make_directories(parent_path(file_tree::absolute(path)), c.world.now);
        files.write(path, path_argument(c.option("content"), "data"), c.world.now);
    } catch (file_error const& error) {
        if (error.reason() == file_error::kind::is_directory) {
            fail("EISDIR: illegal operation on a directory, open '" + path + "'");
        }
        fail_file(error, "open", path);
    }
    return nothing;
}

std::string read_text_file(call& c)
{
    // Bytes that are not UTF-8 arrive as U+FFFD.
    std::string const& text = read_file(project_of(c), path_argument(c.option("path")));
    return js_json(json::value(is_utf8(text) ? text : repair_utf8(text)));
}

std::string sync_close(call&) { return nothing; }

}  // namespace

method_list project_system_group()
{
    static constexpr method methods[] = {
        {"ping", shape::positional, [](call&) { return std::string("\"pong\""); }},
        {"system.ping", shape::positional, ping},
        {"system.test", shape::positional, test},
        {"system.exec", shape::positional, execute_command},
        {"system.jupyterExecute", shape::positional, jupyter_execute},
        {"system.listJupyterKernels", shape::positional, list_jupyter_kernels},
        {"system.stopJupyterKernel", shape::positional, stop_jupyter_kernel},
        {"system.version", shape::positional, version},
        {"system.listing", shape::positional, listing},
        {"system.deleteFiles", shape::positional, delete_files},
        {"system.moveFiles", shape::positional, move_files},
        {"system.renameFile", shape::positional, rename_file},
        {"system.realpath", shape::positional, realpath},
        {"system.canonicalPaths", shape::positional, canonical_paths},
        {"system.writeTextFileToProject", shape::positional, write_text_file},
        {"system.readTextFileFromProject", shape::positional, read_text_file},
        {"system.configuration", shape::positional, configuration},
        {"system.signal", shape::positional, signal},
        {"system.terminate", shape::positional, terminate},
        {"sync.close", shape::positional, sync_close},
    };
    return methods;
}

}  // namespace cohub::inline abi_0_2::fake
