#ifndef COHUB_COCALC_TYPES_EXEC_HPP
#define COHUB_COCALC_TYPES_EXEC_HPP

#include <cohub/core/config.hpp>
#include <cohub/core/error.hpp>
#include <cohub/json/encode.hpp>
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

/// @brief Environment variables for a command. In the protocol, they are a JSON object.
struct exec_environment
{
    exec_environment() = default;

    /// Names and values.
    std::vector<std::pair<std::string, std::string>> variables;
};
COHUB_DECL void encode(json::writer& w, exec_environment const& e);

/// @brief A command to run in a project; `project.system().exec`.
///
///     auto const out = co_await project.system().exec(cohub::exec_options("make").arg("all"));
///
/// If there is no `arg` and the command contains blanks, bash runs it.
class exec_options
{
public:
    /// @param command a program, or a command line for bash
    exec_options(std::string command) : command_(std::move(command)) {}
    /// @param command a program, or a command line for bash
    exec_options(char const* command) : command_(command) {}

    /// @brief Adds an argument.
    exec_options& arg(std::string text)
    {
        if (!args_) args_.emplace();
        args_->push_back(std::move(text));
        return *this;
    }
    /// @brief Sets all arguments and replaces earlier ones.
    exec_options& args(std::vector<std::string> all)
    {
        args_ = std::move(all);
        return *this;
    }
    /// @brief Sets the directory to run in, absolute or relative to the home directory. The default
    /// is the home directory.
    exec_options& path(std::string directory) { return set(path_, std::move(directory)); }
    /// @brief Sets the directory to run in as an absolute path.
    exec_options& cwd(std::string directory) { return set(cwd_, std::move(directory)); }
    /// @brief Sets how long the command may run.
    ///
    /// The call waits as long. Not set: the command may run for 60 s, but the hub waits only 15 s,
    /// and then the call fails with `errc::timeout`.
    exec_options& timeout(std::chrono::nanoseconds limit)
    {
        timeout_ = json::seconds(limit);
        return *this;
    }
    /// @brief Sets the maximum number of characters of each output. The project cuts off the rest
    /// and adds a note.
    exec_options& max_output(std::int64_t characters) { return set(max_output_, characters); }
    /// @brief Runs the command as a script for bash. Arguments are ignored.
    exec_options& bash(bool yes = true) { return set(bash_, yes); }
    /// @brief Adds a variable to the command's environment.
    exec_options& env(std::string name, std::string value)
    {
        if (!env_) env_.emplace();
        env_->variables.emplace_back(std::move(name), std::move(value));
        return *this;
    }
    /// @brief Sets whether an exit code other than 0 makes the call fail. The default is true; then
    /// the output is lost.
    exec_options& err_on_exit(bool yes) { return set(err_on_exit_, yes); }
    /// @brief Makes the call return when the command has started; see `exec_job`.
    exec_options& async_call(bool yes = true) { return set(async_call_, yes); }
    /// @brief Runs the command on this compute server of the project.
    exec_options& compute_server_id(std::int64_t id) { return set(compute_server_id_, id); }
    /// @brief Runs the command in the container of the file system, if there are compute servers.
    exec_options& filesystem(bool yes = true) { return set(filesystem_, yes); }
    /// @brief Sets whether bash also limits the processor time. The default is true.
    exec_options& ulimit_timeout(bool yes) { return set(ulimit_timeout_, yes); }
    /// @brief Calls with the same number share one run of the command.
    exec_options& aggregate(std::int64_t number)
    {
        aggregate_ = number;
        return *this;
    }
    /// @brief The same with a text instead of a number.
    exec_options& aggregate(std::string word)
    {
        aggregate_ = boost::json::string(word.data(), word.size());
        return *this;
    }
    /// @brief Sets whether the project's log has details. The default is true.
    exec_options& verbose(bool yes) { return set(verbose_, yes); }

    /// @brief The value that was set by `timeout`.
    std::optional<json::seconds> timeout() const noexcept { return timeout_; }

private:
    template <class T>
    exec_options& set(std::optional<T>& member, T value)
    {
        member = std::move(value);
        return *this;
    }

    std::string command_;
    std::optional<std::vector<std::string>> args_;
    std::optional<std::string> path_, cwd_;
    std::optional<json::seconds> timeout_;
    std::optional<std::int64_t> max_output_, compute_server_id_;
    std::optional<bool> bash_, err_on_exit_, async_call_, filesystem_, ulimit_timeout_, verbose_;
    std::optional<exec_environment> env_;
    std::optional<boost::json::value> aggregate_;

    BOOST_DESCRIBE_CLASS(
        exec_options,
        (),
        (),
        (),
        (command_,
         args_,
         path_,
         cwd_,
         timeout_,
         max_output_,
         compute_server_id_,
         bash_,
         err_on_exit_,
         async_call_,
         filesystem_,
         ulimit_timeout_,
         verbose_,
         env_,
         aggregate_)
    )
};

/// @brief A command that was started with `async_call`. The `job_id` of its `exec_output`
/// identifies it.
class exec_job
{
public:
    /// @param async_get the `job_id`
    explicit exec_job(std::string async_get) : async_get_(std::move(async_get)) {}

    /// @brief Makes the answer contain what the command used.
    exec_job& async_stats(bool yes = true)
    {
        async_stats_ = yes;
        return *this;
    }
    /// @brief Makes the call wait until the command ends. Set a long enough time in `call_options`.
    exec_job& async_await(bool yes = true)
    {
        async_await_ = yes;
        return *this;
    }

private:
    std::string async_get_;
    std::optional<bool> async_stats_, async_await_;

    BOOST_DESCRIBE_CLASS(exec_job, (), (), (), (async_get_, async_stats_, async_await_))
};

/// @brief What a command used at one point in time.
struct exec_stats
{
    exec_stats() = default;

    /// The time of the measurement.
    std::optional<sys_ms> timestamp;
    /// Resident memory in MB.
    std::optional<double> mem_rss;
    /// Processor use, in per cent of one processor.
    std::optional<double> cpu_pct;
    /// Processor time in seconds.
    std::optional<double> cpu_secs;
    /// Members that this version does not know.
    boost::json::object extra;
};
BOOST_DESCRIBE_STRUCT(exec_stats, (), (timestamp, mem_rss, cpu_pct, cpu_secs))

/// @brief The result of a command, or its state so far.
/// @source cocalc packages/util/types/execute-code.ts, ExecuteCodeOutput
struct exec_output
{
    exec_output() = default;

    /// `blocking`; for a job, `async`.
    std::string type;
    // stdout and stderr are macros of <cstdio>. So no member of a public type can have these names.
    /// Standard output.
    std::string stdout_text;
    /// Standard error.
    std::string stderr_text;
    /// The exit code; not set if a signal ended the command.
    std::optional<std::int64_t> exit_code;

    /// For a job: the id, for `exec_job`.
    std::optional<std::string> job_id;
    /// For a job: `running`, `completed` or `error`; a server may use other words too.
    std::optional<std::string> status;
    /// For a job: when it started.
    std::optional<sys_ms> start;
    /// For a job: its process id.
    std::optional<std::int64_t> pid;
    /// For a job: how long it ran, in seconds.
    std::optional<double> elapsed_s;
    /// For a job, with `exec_job::async_stats`: what it used, oldest first.
    std::optional<std::vector<exec_stats>> stats;
    /// Members that this version does not know.
    boost::json::object extra;

    /// @brief Whether the command has ended with exit code 0.
    bool ok() const noexcept { return exit_code == 0 && (!status || status == "completed"); }
    /// @brief Whether this is a job that has not ended.
    bool is_running() const noexcept { return status == "running"; }
};
BOOST_DESCRIBE_STRUCT(
    exec_output,
    (),
    (type, stdout_text, stderr_text, exit_code, job_id, status, start, pid, elapsed_s, stats)
)
constexpr json::wire wire_of(exec_output const*, std::string_view member)
{
    json::wire w;
    if (member == "stdout_text") w.name = "stdout";
    if (member == "stderr_text") w.name = "stderr";
    w.may_be_absent = true;
    return w;
}

/// @brief Reads the exit code from the text of a failed `exec`.
///
/// The result is not set if the failure has another reason, or if the text is ambiguous (because
/// the command or its output contains a similar text). A program that needs exit codes should set
/// `err_on_exit(false)`. It then gets the output as well.
COHUB_DECL std::optional<std::int64_t> exit_code_of(failure const& f);

}  // namespace cohub::inline abi_0_2

#if !defined(COHUB_SEPARATE_COMPILATION)
#include <cohub/cocalc/types/impl/exec.ipp>
#endif

#endif
