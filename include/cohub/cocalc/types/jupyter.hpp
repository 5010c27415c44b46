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

/// @brief A kernel that can be used.
/// @source cocalc packages/util/jupyter/types.ts, KernelSpec
struct kernel_spec
{
    kernel_spec() = default;

    /// What `execute` takes, e.g. `python3`.
    std::string name;
    /// The name for people, e.g. `Python 3 (ipykernel)`.
    std::optional<std::string> display_name;
    /// The programming language, e.g. `python`.
    std::optional<std::string> language;
    /// Members that this version does not know.
    boost::json::object extra;
};
BOOST_DESCRIBE_STRUCT(kernel_spec, (), (name, display_name, language))

/// @brief One output of a cell: text of a stream, data in some formats, or an error.
///
/// Kernels differ in what they send, so all of it is kept as it came, in `extra`; the functions
/// read the usual members, and give nothing where they are missing or of another type.
struct jupyter_output
{
    jupyter_output() = default;

    /// The output as it came.
    boost::json::object extra;

    /// @brief `stdout` or `stderr`; empty if this is no text of a stream.
    std::string_view stream() const noexcept { return text_at("name"); }
    /// @brief What was written to the stream, or else the data as plain text.
    std::string_view text() const noexcept
    {
        if (extra.contains("text")) return text_at("text");
        return data("text/plain");
    }
    /// @brief The data in one format, e.g. `text/html`; empty if there is none, or it is no text.
    COHUB_DECL std::string_view data(std::string_view mime) const noexcept;
    /// @brief The cell raised an exception.
    bool is_error() const noexcept { return extra.contains("ename"); }
    /// @brief Name of the exception's type.
    std::string_view error_name() const noexcept { return text_at("ename"); }
    /// @brief The text of the exception.
    std::string_view error_value() const noexcept { return text_at("evalue"); }

private:
    COHUB_DECL std::string_view text_at(std::string_view name) const noexcept;
};
BOOST_DESCRIBE_STRUCT(jupyter_output, (), ())

/// @brief What running a cell came to.
/// @source cocalc packages/server/jupyter/execute.ts
struct jupyter_result
{
    jupyter_result() = default;

    /// An error inside the cell is an output too, and no failure of the call.
    std::vector<jupyter_output> output;
    /// When it ran; long ago if the answer comes from the server's cache.
    std::optional<sys_ms> created;
    /// Members that this version does not know.
    boost::json::object extra;

    /// @brief The code did not run now: the same had run within a month, and this was its answer.
    bool is_cached() const noexcept { return extra.contains("id"); }
};
BOOST_DESCRIBE_STRUCT(jupyter_result, (), (output, created))
constexpr json::wire wire_of(jupyter_result const*, std::string_view member)
{
    json::wire w;
    w.iso_time = member == "created";
    return w;
}

/// @brief Code for a kernel of the hub's choice; `hub.jupyter().execute`.
class jupyter_input
{
public:
    /// @param kernel one of `hub.jupyter().kernels`, e.g. `python3`
    jupyter_input(std::string input, std::string kernel)
        : input_(std::move(input)), kernel_(std::move(kernel))
    {
    }

    /// @brief Cells to run before, whose output is dropped.
    jupyter_input& history(std::vector<std::string> cells)
    {
        history_ = std::move(cells);
        return *this;
    }
    /// @brief Where to run; not set: the server's public pool, if it has one.
    jupyter_input& project_id(std::string id)
    {
        project_id_ = std::move(id);
        return *this;
    }
    /// @brief Of a file whose directory is the working directory.
    jupyter_input& path(std::string file)
    {
        path_ = std::move(file);
        return *this;
    }
    /// @brief Run it in any case. Else the same input is answered from a cache for a month, and
    /// what it does besides its output is not done again.
    jupyter_input& no_cache(bool yes = true)
    {
        no_cache_ = yes;
        return *this;
    }
    /// @brief A word for the server's records.
    jupyter_input& tag(std::string word)
    {
        tag_ = std::move(word);
        return *this;
    }
    /// @brief How long the call waits; 90 s if not set. The server stops the code sooner: 45 s in
    /// a project, 30 s in the pool.
    jupyter_input& timeout(std::chrono::nanoseconds limit)
    {
        timeout_ = json::seconds(limit);
        return *this;
    }

    /// @brief What `timeout` was told.
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
    /// @param kernel one of `project.editor().jupyter_kernels`, e.g. `python3`
    project_jupyter_input(std::string input, std::string kernel)
        : input_(std::move(input)), kernel_(std::move(kernel))
    {
    }

    /// @brief Cells to run before, whose output is dropped.
    project_jupyter_input& history(std::vector<std::string> cells)
    {
        history_ = std::move(cells);
        return *this;
    }
    /// @brief Of a file whose directory is the working directory.
    project_jupyter_input& path(std::string file)
    {
        path_ = std::move(file);
        return *this;
    }
    /// @brief Which kernels are kept ready, as the server takes it.
    project_jupyter_input& pool(boost::json::object settings)
    {
        pool_ = std::move(settings);
        return *this;
    }
    /// @brief What the code may use, as the server takes it; its own limit is 30 s.
    project_jupyter_input& limits(boost::json::object settings)
    {
        limits_ = std::move(settings);
        return *this;
    }
    /// @brief How long the call waits; 90 s if not set.
    project_jupyter_input& timeout(std::chrono::nanoseconds limit)
    {
        timeout_ = json::seconds(limit);
        return *this;
    }

    /// @brief What `timeout` was told.
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
