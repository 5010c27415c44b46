#ifndef COHUB_COCALC_TYPES_JUPYTER_HPP
#define COHUB_COCALC_TYPES_JUPYTER_HPP

#include <cohub/core/config.hpp>
#include <cohub/json/seconds.hpp>
#include <cohub/json/timestamp.hpp>
#include <cohub/json/wire.hpp>

#include <boost/describe/class.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cohub::inline abi_0_2 {

/// @brief An available kernel.
/// @source cocalc packages/util/jupyter/types.ts, KernelSpec
struct kernel_spec
{
    kernel_spec() = default;

    /// The name that `execute` takes, for example `python3`.
    std::string name;
    /// The name that people see, for example `Python 3 (ipykernel)`.
    std::optional<std::string> display_name;
    /// The programming language, for example `python`.
    std::optional<std::string> language;
    /// Members that this version does not know.
    boost::json::object extra;
};
BOOST_DESCRIBE_STRUCT(kernel_spec, (), (name, display_name, language))

/// @brief One output of a cell: text of a stream, data in one or more formats, or an error.
///
/// Kernels send different members. So `extra` contains the output exactly as it was received. The
/// functions read the usual members. They return an empty text if the member is missing or has
/// another type.
struct jupyter_output
{
    jupyter_output() = default;

    /// The output as it was received.
    boost::json::object extra;

    /// @brief `stdout` or `stderr`; empty if the output is not text of a stream.
    std::string_view stream() const noexcept { return text_at("name"); }
    /// @brief The text that was written to the stream. For data, the data as plain text.
    std::string_view text() const noexcept
    {
        if (extra.contains("text")) return text_at("text");
        return data("text/plain");
    }
    /// @brief The data in one format, for example `text/html`; empty if there is no such data, or
    /// if it is not a text.
    COHUB_DECL std::string_view data(std::string_view mime) const noexcept;
    /// @brief Whether the output is an exception in the cell.
    bool is_error() const noexcept { return extra.contains("ename"); }
    /// @brief The name of the exception's type.
    std::string_view error_name() const noexcept { return text_at("ename"); }
    /// @brief The text of the exception.
    std::string_view error_value() const noexcept { return text_at("evalue"); }

private:
    COHUB_DECL std::string_view text_at(std::string_view name) const noexcept;
};
BOOST_DESCRIBE_STRUCT(jupyter_output, (), ())

/// @brief The result of running a cell.
/// @source cocalc packages/server/jupyter/execute.ts
struct jupyter_result
{
    jupyter_result() = default;

    /// The outputs. An error inside the cell is an output too; the call does not fail.
    std::vector<jupyter_output> output;
    /// When the code ran; this may be long ago if the answer comes from the server's cache.
    std::optional<sys_ms> created;
    /// Members that this version does not know.
    boost::json::object extra;

    /// @brief Whether the answer comes from the server's cache: the same code ran within the last
    /// month, and did not run again.
    bool is_cached() const noexcept { return extra.contains("id"); }
};
BOOST_DESCRIBE_STRUCT(jupyter_result, (), (output, created))
constexpr json::wire wire_of(jupyter_result const*, std::string_view member)
{
    json::wire w;
    w.iso_time = member == "created";
    return w;
}

/// @brief Code to run through the hub, in a project or in the server's public pool;
/// `hub.jupyter().execute`.
class jupyter_input
{
public:
    /// @param kernel the name of a kernel from `hub.jupyter().kernels`, for example `python3`
    jupyter_input(std::string input, std::string kernel)
        : input_(std::move(input)), kernel_(std::move(kernel))
    {
    }

    /// @brief Sets cells to run before the code. Their output is dropped.
    jupyter_input& history(std::vector<std::string> cells)
    {
        history_ = std::move(cells);
        return *this;
    }
    /// @brief Sets the project to run in; not set: the server's public pool, if there is one.
    jupyter_input& project_id(std::string id)
    {
        project_id_ = std::move(id);
        return *this;
    }
    /// @brief Sets the path of a file. The directory of this file is the working directory.
    jupyter_input& path(std::string file)
    {
        path_ = std::move(file);
        return *this;
    }
    /// @brief Runs the code in any case.
    ///
    /// Otherwise, for a month, the server answers the same input from its cache, and the side
    /// effects of the code do not happen again.
    jupyter_input& no_cache(bool yes = true)
    {
        no_cache_ = yes;
        return *this;
    }
    /// @brief Sets a word for the server's records.
    jupyter_input& tag(std::string word)
    {
        tag_ = std::move(word);
        return *this;
    }
    /// @brief Sets how long the call waits; 90 s if not set. The server stops the code earlier:
    /// after 45 s in a project, and after 30 s in the pool.
    jupyter_input& timeout(std::chrono::nanoseconds limit)
    {
        timeout_ = json::seconds(limit);
        return *this;
    }

    /// @brief The value that was set by `timeout`.
    std::optional<json::seconds> timeout() const noexcept { return timeout_; }

private:
    std::string input_, kernel_;
    std::optional<std::vector<std::string>> history_;
    std::optional<std::string> project_id_, path_, tag_;
    std::optional<bool> no_cache_;
    std::optional<json::seconds> timeout_{std::chrono::seconds(90)};

    BOOST_DESCRIBE_CLASS(
        jupyter_input,
        (),
        (),
        (),
        (input_, kernel_, history_, project_id_, path_, tag_, no_cache_, timeout_)
    )
};
constexpr json::wire wire_of(jupyter_input const*, std::string_view member)
{
    json::wire w;
    if (member == "no_cache_") w.name = "noCache";
    return w;
}

/// @brief Code for a kernel in a project; `project.system().jupyter_execute`.
class project_jupyter_input
{
public:
    /// @param kernel the name of a kernel from `project.editor().jupyter_kernels`, for example
    /// `python3`
    project_jupyter_input(std::string input, std::string kernel)
        : input_(std::move(input)), kernel_(std::move(kernel))
    {
    }

    /// @brief Sets cells to run before the code. Their output is dropped.
    project_jupyter_input& history(std::vector<std::string> cells)
    {
        history_ = std::move(cells);
        return *this;
    }
    /// @brief Sets the path of a file. The directory of this file is the working directory.
    project_jupyter_input& path(std::string file)
    {
        path_ = std::move(file);
        return *this;
    }
    /// @brief Sets which kernels the project keeps ready, in the server's format.
    project_jupyter_input& pool(boost::json::object settings)
    {
        pool_ = std::move(settings);
        return *this;
    }
    /// @brief Sets limits for the code, in the server's format. The server's default time limit is
    /// 30 s.
    project_jupyter_input& limits(boost::json::object settings)
    {
        limits_ = std::move(settings);
        return *this;
    }
    /// @brief Sets how long the call waits; 90 s if not set.
    project_jupyter_input& timeout(std::chrono::nanoseconds limit)
    {
        timeout_ = json::seconds(limit);
        return *this;
    }

    /// @brief The value that was set by `timeout`.
    std::optional<json::seconds> timeout() const noexcept { return timeout_; }

private:
    std::string input_, kernel_;
    std::optional<std::vector<std::string>> history_;
    std::optional<std::string> path_;
    std::optional<boost::json::value> pool_, limits_;
    std::optional<json::seconds> timeout_{std::chrono::seconds(90)};

    BOOST_DESCRIBE_CLASS(
        project_jupyter_input,
        (),
        (),
        (),
        (input_, kernel_, history_, path_, pool_, limits_, timeout_)
    )
};

}  // namespace cohub::inline abi_0_2

#if !defined(COHUB_SEPARATE_COMPILATION)
#include <cohub/cocalc/types/impl/jupyter.ipp>
#endif

#endif
