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

/// @brief Functions that the editors of a project use; `project.editor()`.
///
/// Like every call to a project, these calls start the project if it does not run. Where this
/// library has no type for the server's options, a method takes them as a JSON object.
/// @par Thread safety
/// Distinct and shared objects: safe.
class project_editor_api : public cocalc::project_group
{
public:
    using cocalc::project_group::project_group;

    /// @brief Makes a file with the default content for files of its type.
    /// @param path the file, relative to the home directory
    /// @errors errc::api_error; as for `project.system().ping`
    /// @retry never
    /// @source cocalc packages/project/conat/api/editor.ts, newFile
    template <class... Args>
    requires call_args<Args...>
    auto new_file(std::string_view path, Args&&... args) const
    {
        return rpc<void>("editor.newFile", retry::never, path, std::forward<Args>(args)...);
    }

    /// @brief Returns a notebook without its outputs.
    /// @param path the notebook, relative to the home directory
    /// @return the notebook's JSON as text; the file does not change
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

    /// @brief Converts a notebook to another format with `jupyter nbconvert`.
    /// @param options for example `{"args": ["--to", "html", "a.ipynb"]}`
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
    /// @param options most importantly `path` (the directory to run in) and `ipynb` (the notebook's
    /// JSON as text)
    /// @return the notebook's JSON with its outputs, as text
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

    /// @brief Returns the logo of a kernel.
    /// @param kernel the name of the kernel, for example `python3`
    /// @errors errc::api_error (the kernel has no logo); as for `project.system().ping`
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

    /// @brief The same, with a choice whether the project may answer from its cache.
    /// @param kernel the name of the kernel, for example `python3`
    /// @param no_cache if true, the project looks for the logo again and does not use its cache
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

    /// @brief The same, with a choice whether the project may answer from its cache.
    /// @param no_cache if true, the project looks for the kernels again and does not use its cache
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
    /// @param options how to format, for example `{"parser": "python"}`
    /// @param str the source code
    /// @return the changes, as a patch in text form
    /// @errors errc::api_error (the code has a syntax error, or there is no formatter); as for
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

    /// @brief The same for the code of a file. For C and C++, the result depends on the path of the
    /// file.
    /// @param str the source code
    /// @param options as above
    /// @param path the file that contains the code
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
    /// @param path the worksheet, relative to the home directory
    /// @param options how to print, in the server's format
    /// @return the path of the PDF file
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

    /// @brief Makes sure that the project serves a terminal.
    /// @param term_path identifies the terminal, for example `a.term`
    /// @param options most importantly `path` (the file that is open in the editor); also
    /// `command`, `args`, `env`, `cwd`
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
