#ifndef COHUB_COCALC_PROJECT_EDITOR_HPP
#define COHUB_COCALC_PROJECT_EDITOR_HPP

#include <cohub/cocalc/project_group.hpp>
#include <cohub/cocalc/types/jupyter.hpp>
#include <cohub/cocalc/types/project_file.hpp>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <concepts>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cohub::inline abi_0_2 {

/// @brief What a project's editors need; `project.editor()`. Like every call to a project these
/// start it.
///
/// Where the server's options have no type here they are taken as JSON.
/// @par Thread safety
/// Distinct and shared objects: safe.
class project_editor_api : public cocalc::project_group
{
public:
    using cocalc::project_group::project_group;

    /// @brief Makes a file with the content that new files of its kind have.
    /// @param path the file, below the home directory
    /// @errors errc::api_error; as for `project.system().ping`
    /// @retry never
    /// @source cocalc packages/project/conat/api/editor.ts, newFile
    template <class... Args>
    requires call_args<Args...>
    auto new_file(std::string_view path, Args&&... args) const
    {
        return rpc<void>("editor.newFile", retry::never, path, std::forward<Args>(args)...);
    }

    /// @brief Gives a notebook without its outputs.
    /// @param path the notebook, below the home directory
    /// @return the notebook's JSON as text; the file stays as it is
    /// @errors errc::api_error (no such file); as for `project.system().ping`
    /// @retry safe
    /// @source cocalc packages/conat/project/api/editor.ts, jupyterStripNotebook
    template <class... Args>
    requires call_args<Args...>
    auto jupyter_strip_notebook(std::string_view path, Args&&... args) const
    {
        return rpc<std::string>(
            "editor.jupyterStripNotebook", retry::safe, path, std::forward<Args>(args)...
        );
    }

    /// @brief Converts a notebook to another format, by `jupyter nbconvert`.
    /// @param options e.g. `{"args": ["--to", "html", "a.ipynb"]}`
    /// @errors errc::api_error, errc::timeout; as for `project.system().ping`
    /// @retry never
    /// @source cocalc packages/conat/project/api/editor.ts, jupyterNbconvert
    template <class... Args>
    requires call_args<Args...>
    auto jupyter_nbconvert(boost::json::object const& options, Args&&... args) const
    {
        return rpc<void>(
            "editor.jupyterNbconvert",
            retry::never,
            boost::json::value(options),
            std::forward<Args>(args)...
        );
    }

    /// @brief Runs all cells of a notebook.
    /// @param options `path` (directory to run in) and `ipynb` (the notebook's JSON as text) above
    /// all
    /// @return the notebook with its outputs, as text
    /// @errors errc::api_error, errc::timeout; as for `project.system().ping`
    /// @retry never
    /// @source cocalc packages/conat/project/api/editor.ts, jupyterRunNotebook
    template <class... Args>
    requires call_args<Args...>
    auto jupyter_run_notebook(boost::json::object const& options, Args&&... args) const
    {
        return rpc<std::string>(
            "editor.jupyterRunNotebook",
            retry::never,
            boost::json::value(options),
            std::forward<Args>(args)...
        );
    }

    /// @brief Gives a kernel's picture.
    /// @param kernel its name, e.g. `python3`
    /// @errors errc::api_error (it has none); as for `project.system().ping`
    /// @retry safe
    /// @source cocalc packages/conat/project/api/editor.ts, jupyterKernelLogo
    template <class... Args>
    requires call_args<Args...>
    auto jupyter_kernel_logo(std::string_view kernel, Args&&... args) const
    {
        return rpc<kernel_logo>(
            "editor.jupyterKernelLogo", retry::safe, kernel, std::forward<Args>(args)...
        );
    }

    /// @brief The same, looked for anew if `no_cache`.
    /// @param kernel its name, e.g. `python3`
    /// @param no_cache whether the project looks for it anew
    /// @errors as above
    /// @retry safe
    /// @source cocalc packages/conat/project/api/editor.ts, jupyterKernelLogo
    template <class... Args>
    requires call_args<Args...>
    auto jupyter_kernel_logo(
        std::string_view kernel, std::same_as<bool> auto no_cache, Args&&... args
    ) const
    {
        cocalc::object_writer o;
        o.add("noCache", no_cache);
        return rpc_two<kernel_logo>(
            "editor.jupyterKernelLogo", retry::safe, kernel, o, std::forward<Args>(args)...
        );
    }

    /// @brief Lists the kernels that the project has.
    /// @errors as for `project.system().ping`
    /// @retry safe
    /// @source cocalc packages/conat/project/api/editor.ts, jupyterKernels
    template <class... Args>
    requires call_args<Args...>
    auto jupyter_kernels(Args&&... args) const
    {
        return rpc_bare<std::vector<kernel_spec>>(
            "editor.jupyterKernels", retry::safe, std::forward<Args>(args)...
        );
    }

    /// @brief The same, looked for anew if `no_cache`.
    /// @param no_cache whether the project looks for them anew
    /// @errors as for `project.system().ping`
    /// @retry safe
    /// @source cocalc packages/conat/project/api/editor.ts, jupyterKernels
    template <class... Args>
    requires call_args<Args...>
    auto jupyter_kernels(std::same_as<bool> auto no_cache, Args&&... args) const
    {
        cocalc::object_writer o;
        o.add("noCache", no_cache);
        return rpc<std::vector<kernel_spec>>(
            "editor.jupyterKernels", retry::safe, o, std::forward<Args>(args)...
        );
    }

    /// @brief Formats source code.
    /// @param options how, e.g. `{"parser": "python"}`
    /// @param str the source code
    /// @return the change as a patch in text form
    /// @errors errc::api_error (the code does not parse, no formatter); as for
    /// `project.system().ping`
    /// @retry safe
    /// @source cocalc packages/conat/project/api/editor.ts, formatterString
    template <class... Args>
    requires call_args<Args...>
    auto formatter_string(std::string_view str, boost::json::object const& options, Args&&... args)
        const
    {
        cocalc::object_writer o;
        o.add("str", str).add("options", boost::json::value(options));
        return rpc<std::string>(
            "editor.formatterString", retry::safe, o, std::forward<Args>(args)...
        );
    }

    /// @brief The same for a file, whose place counts for C and C++.
    /// @param str the source code
    /// @param options as above
    /// @param path the file that the code is of
    /// @errors as above
    /// @retry safe
    /// @source cocalc packages/conat/project/api/editor.ts, formatterString
    template <class... Args>
    requires call_args<Args...>
    auto formatter_string(
        std::string_view str,
        boost::json::object const& options,
        std::string_view path,
        Args&&... args
    ) const
    {
        cocalc::object_writer o;
        o.add("str", str).add("options", boost::json::value(options)).add("path", path);
        return rpc<std::string>(
            "editor.formatterString", retry::safe, o, std::forward<Args>(args)...
        );
    }

    /// @brief Prints a Sage worksheet.
    /// @param path the worksheet, below the home directory
    /// @param options how it is printed, as the server takes them
    /// @return path of the PDF file
    /// @errors errc::api_error, errc::timeout; as for `project.system().ping`
    /// @retry never
    /// @source cocalc packages/project/conat/api/editor.ts, printSageWS
    template <class... Args>
    requires call_args<Args...>
    auto print_sage_ws(std::string_view path, boost::json::object const& options, Args&&... args)
        const
    {
        cocalc::object_writer o;
        o.add("path", path).add("options", boost::json::value(options));
        return rpc<std::string>("editor.printSageWS", retry::never, o, std::forward<Args>(args)...);
    }

    /// @brief Sees to it that a terminal is served.
    /// @param term_path names the terminal, e.g. `a.term`
    /// @param options `path` (the file open in the editor) above all; `command`, `args`, `env`,
    /// `cwd`
    /// @errors errc::api_error; as for `project.system().ping`
    /// @retry never
    /// @source cocalc packages/conat/project/api/editor.ts, createTerminalService
    template <class... Args>
    requires call_args<Args...>
    auto create_terminal_service(
        std::string_view term_path, boost::json::object const& options, Args&&... args
    ) const
    {
        return rpc_two<void>(
            "editor.createTerminalService",
            retry::never,
            term_path,
            boost::json::value(options),
            std::forward<Args>(args)...
        );
    }
};

}  // namespace cohub::inline abi_0_2

#endif
