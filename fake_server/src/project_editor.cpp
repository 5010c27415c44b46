// The project's `editor` group, after packages/project/conat/api/editor.ts.

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

#include "project_api.hpp"
#include "small_python.hpp"
#include "text.hpp"

namespace cohub::inline abi_0_2::fake {

namespace json = boost::json;

namespace {

std::string const nothing = "null";

std::string text_result(std::string const& s) { return js_json(json::value(s)); }

std::string extension(std::string_view path)
{
    std::string_view const name = file_name(path);
    auto const dot = name.rfind('.');
    return dot == name.npos ? "" : std::string(name.substr(dot + 1));
}

std::string with_extension(std::string const& path, std::string const& to)
{
    std::string const old = extension(path);
    return (old.empty() ? path + '.' : path.substr(0, path.size() - old.size())) + to;
}

constexpr std::string_view empty_notebook =
    R"({"cells":[],"metadata":{"kernelspec":{"name":"python3"}},"nbformat":4,"nbformat_minor":4})";

std::string new_file(call& c)
{
    std::string const path = path_argument(c.arg(0));
    file_tree& files = project_of(c).files;
    if (files.find(path)) return nothing;
    try {
        files.make_directories(parent_path(file_tree::absolute(path)), c.world.now);
        bool const notebook = extension(path) == "ipynb";
        files.write(path, notebook ? std::string(empty_notebook) : "", c.world.now);
    } catch (file_error const& error) {
        fail_file(error, "open", path);
    }
    return nothing;
}

json::value parse_notebook(std::string_view text)
{
    boost::system::error_code error;
    json::value v = json::parse(text, error);
    if (error) throw call_error("SyntaxError: Unexpected token in JSON");
    return v;
}

// The code cells of a notebook, with the source of each as one text.
template <class Use>
void for_each_code_cell(json::value& notebook, Use use)
{
    if (!notebook.is_object()) return;
    json::value* const cells = notebook.get_object().if_contains("cells");
    if (!cells || !cells->is_array()) return;
    for (json::value& cell : cells->get_array()) {
        if (!cell.is_object()) continue;
        json::object& o = cell.get_object();
        if (js_string(o.if_contains("cell_type")) != "code") continue;
        std::string source;
        json::value const* const given = o.if_contains("source");
        if (given && given->is_array()) {
            for (json::value const& line : given->get_array()) source += js_string(&line);
        } else if (given) {
            source = js_string(given);
        }
        use(o, source);
    }
}

std::string strip_notebook(call& c)
{
    json::value notebook = parse_notebook(read_file(project_of(c), path_argument(c.arg(0))));
    for_each_code_cell(notebook, [](json::object& cell, std::string const&) {
        cell["outputs"] = json::array();
        cell["execution_count"] = nullptr;
    });
    return text_result(js_json(notebook));
}

std::string run_notebook(call& c)
{
    json::value notebook = parse_notebook(text_option(c, "ipynb").value_or(""));
    small_python python;
    int count = 0;
    for_each_code_cell(notebook, [&](json::object& cell, std::string const& source) {
        json::array outputs;
        for (json::value& output : python.run(source)) {
            json::object& o = output.get_object();
            if (o.contains("name")) o["output_type"] = "stream";
            if (o.contains("ename")) o["output_type"] = "error";
            if (o.contains("data")) {
                o["output_type"] = "execute_result";
                o["metadata"] = json::object();
                o["execution_count"] = count + 1;
            }
            outputs.push_back(std::move(output));
        }
        cell["outputs"] = std::move(outputs);
        cell["execution_count"] = ++count;
    });
    c.takes += std::chrono::milliseconds(python.takes_ms());
    return text_result(js_json(notebook));
}

void write_result(project_row& p, std::string const& path, std::string text, std::int64_t now)
{
    try {
        p.files.write(path, std::move(text), now);
    } catch (file_error const& error) {
        fail_file(error, "open", path);
    }
}

std::string nbconvert(call& c)
{
    json::value const* const given = c.option("args");
    std::vector<std::string> words;
    if (given && given->is_array()) {
        for (json::value const& v : given->get_array()) words.push_back(js_string(&v));
    }
    if (words.empty()) fail("args must be nonempty");
    std::string to = "html";
    for (std::size_t i = 0; i + 1 < words.size(); ++i) {
        if (words[i] == "--to") to = words[i + 1];
    }
    std::string const base(text_option(c, "directory").value_or(""));
    std::string const path = file_tree::absolute(words.back(), file_tree::absolute(base));
    project_row& p = project_of(c);
    std::string const& source = read_file(p, path);
    std::string const kind = to == "script" ? "py" : to == "latex" ? "tex" : to;
    write_result(p, with_extension(path, kind), source, c.world.now);
    return nothing;
}

std::string kernel_logo(call& c)
{
    std::string const kernel = js_string(c.arg(0));
    if (kernel != "python3") fail("no such kernel '" + kernel + "'");
    return R"({"filename":"logo.png","base64":"AAAA"})";
}

std::string kernels(call&) { return js_json(kernel_specs()); }

// Formatting never changes anything: an empty patch.
std::string formatter_string(call&) { return text_result("[]"); }

std::string print_sage_ws(call& c)
{
    std::string const path = path_argument(c.option("path"));
    std::string const pdf = with_extension(path, "pdf");
    project_row& p = project_of(c);
    read_file(p, path);
    write_result(p, pdf, "%PDF-1.4\n", c.world.now);
    return text_result(pdf);
}

std::string create_terminal_service(call& c)
{
    path_argument(c.arg(0));
    return nothing;
}

}  // namespace

method_list project_editor_group()
{
    static constexpr method methods[] = {
        {"editor.newFile", shape::positional, new_file},
        {"editor.jupyterStripNotebook", shape::positional, strip_notebook},
        {"editor.jupyterNbconvert", shape::positional, nbconvert},
        {"editor.jupyterRunNotebook", shape::positional, run_notebook},
        {"editor.jupyterKernelLogo", shape::positional, kernel_logo},
        {"editor.jupyterKernels", shape::positional, kernels},
        {"editor.formatterString", shape::positional, formatter_string},
        {"editor.printSageWS", shape::positional, print_sage_ws},
        {"editor.createTerminalService", shape::positional, create_terminal_service},
    };
    return methods;
}

}  // namespace cohub::inline abi_0_2::fake
