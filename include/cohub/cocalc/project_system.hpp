#ifndef COHUB_COCALC_PROJECT_SYSTEM_HPP
#define COHUB_COCALC_PROJECT_SYSTEM_HPP

#include <cohub/cocalc/project_group.hpp>
#include <cohub/cocalc/types/exec.hpp>
#include <cohub/cocalc/types/jupyter.hpp>
#include <cohub/cocalc/types/project_file.hpp>
#include <cohub/cocalc/types/server_time.hpp>

#include <boost/json/object.hpp>

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cohub::inline abi_0_2 {

/// @brief The files and processes of a project; `project.system()`.
///
/// Every call, `ping` too, marks the project as used, and starts it if it does not run. A cold
/// start often takes longer than the 15 s that the hub waits by default. In that case, set a longer
/// `call_options().timeout`.
///
/// There is no function for `system.terminate`: it is a development hook that stops the service.
/// @par Thread safety
/// Distinct and shared objects: safe.
class project_system_api : public cocalc::project_group
{
public:
    using cocalc::project_group::project_group;

    /// @brief Returns the project's time.
    /// @errors errc::unauthorized, errc::forbidden (the account is not a collaborator, or the key
    /// belongs to another project), errc::timeout (the project does not start in time); transport
    /// errors
    /// @retry safe
    /// @source cocalc packages/project/conat/api/system.ts, ping
    template <class... Args>
    requires call_args<Args...>
    auto ping(Args&&... args) const
    {
        return rpc_plain<server_now>("system.ping", retry::safe, std::forward<Args>(args)...);
    }

    /// @brief Returns which project answers. With a project's key, this is the project that the key
    /// belongs to.
    /// @errors as for `ping`
    /// @retry safe
    /// @source cocalc packages/project/conat/api/system.ts, test
    template <class... Args>
    requires call_args<Args...>
    auto test(Args&&... args) const
    {
        return rpc_plain<project_key_owner>(
            "system.test", retry::safe, std::forward<Args>(args)...
        );
    }

    /// @brief Runs a command and waits until it ends. With `async_call`, it waits only until the
    /// command has started.
    ///
    /// If a command may take longer than 15 s, set `exec_options::timeout`. When this time is over,
    /// the project ends the command.
    /// @param command the command; a plain string is enough
    /// @return the output and the exit code; with `async_call`, the `job_id`
    /// @errors errc::api_error if the exit code is not 0, unless `err_on_exit(false)` is set
    /// (`exit_code_of` reads the exit code from the failure); errc::timeout if the command's time
    /// is over (`server_message` says that the command was killed) or the hub's time is over (the
    /// command continues); as for `ping`
    /// @retry never: each request runs it
    /// @source cocalc packages/backend/execute-code.ts
    template <class... Args>
    requires call_args<Args...>
    auto exec(exec_options const& command, Args&&... args) const
    {
        return rpc_waiting<exec_output>("system.exec", command, std::forward<Args>(args)...);
    }

    /// @brief Returns the state of a command that was started with `async_call`.
    /// @param job the `job_id` of the command, and what the answer should contain
    /// @errors errc::api_error (there is no such job); as for `ping`
    /// @retry safe
    /// @source cocalc packages/backend/execute-code.ts, async_get
    template <class... Args>
    requires call_args<Args...>
    auto exec(exec_job const& job, Args&&... args) const
    {
        return rpc<exec_output>("system.exec", retry::safe, job, std::forward<Args>(args)...);
    }

    /// @brief Runs code in a new Jupyter kernel.
    /// @param code the code and the kernel
    /// @return the outputs of the code; an exception in the code is one of the outputs
    /// @errors errc::api_error (there is no such kernel), errc::timeout; as for `ping`
    /// @retry never: each request runs it
    /// @source cocalc packages/project/conat/api/system.ts, jupyterExecute
    template <class... Args>
    requires call_args<Args...>
    auto jupyter_execute(project_jupyter_input const& code, Args&&... args) const
    {
        return rpc_waiting<std::vector<jupyter_output>>(
            "system.jupyterExecute", code, std::forward<Args>(args)...
        );
    }

    /// @brief Lists the running Jupyter kernels.
    /// @errors as for `ping`
    /// @retry safe
    /// @source cocalc packages/project/conat/api/system.ts, listJupyterKernels
    template <class... Args>
    requires call_args<Args...>
    auto list_jupyter_kernels(Args&&... args) const
    {
        return rpc_plain<std::vector<running_kernel>>(
            "system.listJupyterKernels", retry::safe, std::forward<Args>(args)...
        );
    }

    /// @brief Stops a Jupyter kernel.
    /// @param pid the process id of the kernel, from `list_jupyter_kernels`
    /// @errors as for `ping`
    /// @retry safe
    /// @source cocalc packages/project/conat/api/system.ts, stopJupyterKernel
    template <class... Args>
    requires call_args<Args...>
    auto stop_jupyter_kernel(std::int64_t pid, Args&&... args) const
    {
        cocalc::object_writer o;
        o.add("pid", pid);
        return rpc<kernel_stopped>(
            "system.stopJupyterKernel", retry::safe, o, std::forward<Args>(args)...
        );
    }

    /// @brief Returns the version of the project's software.
    /// @errors as for `ping`
    /// @retry safe
    /// @source cocalc packages/project/conat/api/system.ts, version
    template <class... Args>
    requires call_args<Args...>
    auto version(Args&&... args) const
    {
        return rpc_bare<std::int64_t>("system.version", retry::safe, std::forward<Args>(args)...);
    }

    /// @brief Lists a directory.
    /// @param path the directory, relative to the home directory; `""` is the home directory
    /// @return `std::vector<directory_entry>`, in the server's order
    /// @errors errc::api_error (there is no such directory); as for `ping`
    /// @retry safe
    /// @source cocalc packages/project/conat/api/system.ts, listing
    template <class... Args>
    requires call_args<Args...>
    auto listing(std::string_view path, Args&&... args) const
    {
        return list(path, std::nullopt, std::forward<Args>(args)...);
    }

    /// @brief The same, with or without hidden files (their names begin with a dot).
    /// @param path as above
    /// @param hidden whether the list contains hidden files
    /// @return as above
    /// @errors as above
    /// @retry safe
    /// @source cocalc packages/project/conat/api/system.ts, listing
    template <class... Args>
    requires call_args<Args...>
    auto listing(std::string_view path, std::same_as<bool> auto hidden, Args&&... args) const
    {
        return list(path, hidden, std::forward<Args>(args)...);
    }

    /// @brief Deletes files, and directories with their content.
    /// @param paths files and directories, relative to the home directory
    /// @errors errc::api_error; as for `ping`
    /// @retry safe
    /// @source cocalc packages/project/conat/api/system.ts, deleteFiles
    template <class... Args>
    requires call_args<Args...>
    auto delete_files(std::vector<std::string> const& paths, Args&&... args) const
    {
        cocalc::object_writer o;
        o.add("paths", paths);
        return rpc<void>("system.deleteFiles", retry::safe, o, std::forward<Args>(args)...);
    }

    /// @brief Moves files into a directory.
    /// @param paths the files to move, relative to the home directory
    /// @param dest the directory to move them to
    /// @errors errc::api_error; as for `ping`
    /// @retry never: a second request would find no file to move
    /// @source cocalc packages/project/conat/api/system.ts, moveFiles
    template <class... Args>
    requires call_args<Args...>
    auto move_files(std::vector<std::string> const& paths, std::string_view dest, Args&&... args)
        const
    {
        cocalc::object_writer o;
        o.add("paths", paths).add("dest", dest);
        return rpc<void>("system.moveFiles", retry::never, o, std::forward<Args>(args)...);
    }

    /// @brief Renames a file or directory.
    /// @param src the present path
    /// @param dest the new path
    /// @errors errc::api_error; as for `ping`
    /// @retry never: a second request would find no file to rename
    /// @source cocalc packages/project/conat/api/system.ts, renameFile
    template <class... Args>
    requires call_args<Args...>
    auto rename_file(std::string_view src, std::string_view dest, Args&&... args) const
    {
        cocalc::object_writer o;
        o.add("src", src).add("dest", dest);
        return rpc<void>("system.renameFile", retry::never, o, std::forward<Args>(args)...);
    }

    /// @brief Returns the path that remains when all symbolic links are followed.
    /// @param path absolute, or relative to the home directory
    /// @return the path without symbolic links; relative to the home directory if it is inside that
    /// directory
    /// @errors errc::api_error (there is no such path); as for `ping`
    /// @retry safe
    /// @source cocalc packages/project/conat/api/system.ts, realpath
    template <class... Args>
    requires call_args<Args...>
    auto realpath(std::string_view path, Args&&... args) const
    {
        return rpc<std::string>("system.realpath", retry::safe, path, std::forward<Args>(args)...);
    }

    /// @brief Returns the canonical form of each path: all paths of one file have the same
    /// canonical form.
    /// @param paths absolute, or relative to the home directory
    /// @errors errc::api_error; as for `ping`
    /// @retry safe
    /// @source cocalc packages/project/conat/api/system.ts, canonicalPaths
    template <class... Args>
    requires call_args<Args...>
    auto canonical_paths(std::vector<std::string> const& paths, Args&&... args) const
    {
        return rpc<std::vector<std::string>>(
            "system.canonicalPaths", retry::safe, paths, std::forward<Args>(args)...
        );
    }

    /// @brief Writes a text file. An existing file is replaced.
    /// @param content the text, in UTF-8; one request can carry about 1 MB
    /// @param path the file, relative to the home directory
    /// @errors errc::api_error; errc::invalid_argument (the content is not UTF-8 or too long); as
    /// for `ping`
    /// @retry safe
    /// @source cocalc packages/project/conat/api/system.ts, writeTextFileToProject
    template <class... Args>
    requires call_args<Args...>
    auto write_text_file(std::string_view path, std::string_view content, Args&&... args) const
    {
        cocalc::object_writer o;
        o.add("path", path).add("content", content);
        return rpc<void>(
            "system.writeTextFileToProject", retry::safe, o, std::forward<Args>(args)...
        );
    }

    /// @brief The same as `write_text_file`, under the name that the method has in the protocol.
    /// @param path as for `write_text_file`
    /// @param content as for `write_text_file`
    /// @return nothing, as `write_text_file`
    /// @errors as for `write_text_file`
    /// @retry safe
    /// @source cocalc packages/project/conat/api/system.ts, writeTextFileToProject
    template <class... Args>
    requires call_args<Args...>
    auto write_text_file_to_project(std::string_view path, std::string_view content, Args&&... args)
        const
    {
        return write_text_file(path, content, std::forward<Args>(args)...);
    }

    /// @brief Reads a text file.
    /// @param path the file, relative to the home directory
    /// @errors errc::api_error (there is no such file); as for `ping`
    /// @retry safe
    /// @source cocalc packages/project/conat/api/system.ts, readTextFileFromProject
    template <class... Args>
    requires call_args<Args...>
    auto read_text_file(std::string_view path, Args&&... args) const
    {
        cocalc::object_writer o;
        o.add("path", path);
        return rpc<std::string>(
            "system.readTextFileFromProject", retry::safe, o, std::forward<Args>(args)...
        );
    }

    /// @brief The same as `read_text_file`, under the name that the method has in the protocol.
    /// @param path as for `read_text_file`
    /// @return the text of the file
    /// @errors as for `read_text_file`
    /// @retry safe
    /// @source cocalc packages/project/conat/api/system.ts, readTextFileFromProject
    template <class... Args>
    requires call_args<Args...>
    auto read_text_file_from_project(std::string_view path, Args&&... args) const
    {
        return read_text_file(path, std::forward<Args>(args)...);
    }

    /// @brief Returns which features the project's software has.
    /// @param aspect `main` or `x11`
    /// @errors as for `ping`
    /// @retry safe
    /// @source cocalc packages/project/conat/api/system.ts, configuration
    template <class... Args>
    requires call_args<Args...>
    auto configuration(std::string_view aspect, Args&&... args) const
    {
        return rpc<boost::json::object>(
            "system.configuration", retry::safe, aspect, std::forward<Args>(args)...
        );
    }

    /// @brief The same, with a choice whether the project may answer from its cache.
    /// @param aspect as above
    /// @param no_cache if true, the project checks its features again and does not use its cache
    /// @errors as for `ping`
    /// @retry safe
    /// @source cocalc packages/project/conat/api/system.ts, configuration
    template <class... Args>
    requires call_args<Args...>
    auto configuration(std::string_view aspect, std::same_as<bool> auto no_cache, Args&&... args)
        const
    {
        return rpc_two<boost::json::object>(
            "system.configuration", retry::safe, aspect, no_cache, std::forward<Args>(args)...
        );
    }

    /// @brief Sends a signal to a process.
    /// @param signal the number of the signal, for example 15 for SIGTERM
    /// @param pid the process
    /// @errors errc::api_error (there is no such process); as for `ping`
    /// @retry never
    /// @source cocalc packages/project/conat/api/system.ts, signal
    template <class... Args>
    requires call_args<Args...>
    auto signal(int signal, std::int64_t pid, Args&&... args) const
    {
        cocalc::object_writer o;
        o.add("signal", signal).add("pid", pid);
        return rpc<void>("system.signal", retry::never, o, std::forward<Args>(args)...);
    }

    /// @brief The same for several processes.
    /// @param signal as above
    /// @param pids the processes
    /// @errors as above
    /// @retry never
    /// @source cocalc packages/project/conat/api/system.ts, signal
    template <class... Args>
    requires call_args<Args...>
    auto signal(int signal, std::vector<std::int64_t> const& pids, Args&&... args) const
    {
        cocalc::object_writer o;
        o.add("signal", signal).add("pids", pids);
        return rpc<void>("system.signal", retry::never, o, std::forward<Args>(args)...);
    }

private:
    template <class... Args>
    auto list(std::string_view path, std::optional<bool> hidden, Args&&... args) const
    {
        cocalc::object_writer o;
        o.add("path", path).add_if("hidden", hidden);
        return rpc<std::vector<directory_entry>>(
            "system.listing", retry::safe, o, std::forward<Args>(args)...
        );
    }
};

}  // namespace cohub::inline abi_0_2

#endif
