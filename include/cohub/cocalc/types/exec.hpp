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

/// @brief Variables for a command: an object on the wire.
struct exec_environment
{
    exec_environment() = default;

    /// Names and values.
    std::vector<std::pair<std::string, std::string>> variables;
};
COHUB_DECL void encode(json::writer& w, exec_environment const& e);

/// @brief A command to be run in a project; `project.system().exec`.
///
///     auto const out = co_await project.system().exec(cohub::exec_options("make").arg("all"));
///
/// Without `arg` a command with blanks in it is run by bash.
class exec_options
{
public:
    /// @param command a program, or a line for bash
    exec_options(std::string command) : command_(std::move(command)) {}
    /// @param command a program, or a line for bash
    exec_options(char const* command) : command_(command) {}

    /// @brief One more argument.
    exec_options& arg(std::string text)
    {
        if (!args_) args_.emplace();
        args_->push_back(std::move(text));
        return *this;
    }
    /// @brief All arguments, in place of those so far.
    exec_options& args(std::vector<std::string> all)
    {
        args_ = std::move(all);
        return *this;
    }
    /// @brief Directory to run in, absolute or below the home directory, which is the default.
    exec_options& path(std::string directory) { return set(path_, std::move(directory)); }
    /// @brief The same, absolute.
    exec_options& cwd(std::string directory) { return set(cwd_, std::move(directory)); }
    /// @brief How long the command may run; the call waits as long. Not set: the command has 60 s,
    /// but the call ends with `errc::timeout` after the hub's 15 s.
    exec_options& timeout(std::chrono::nanoseconds limit)
    {
        timeout_ = json::seconds(limit);
        return *this;
    }
    /// @brief Characters of either output; more is cut off, with a note.
    exec_options& max_output(std::int64_t characters) { return set(max_output_, characters); }
    /// @brief The command is a script for bash; arguments are left aside.
    exec_options& bash(bool yes = true) { return set(bash_, yes); }
    /// @brief One more variable of the command's environment.
    exec_options& env(std::string name, std::string value)
    {
        if (!env_) env_.emplace();
        env_->variables.emplace_back(std::move(name), std::move(value));
        return *this;
    }
    /// @brief Whether an exit code other than 0 is a failure. It is if not set; the output is lost
    /// then.
    exec_options& err_on_exit(bool yes) { return set(err_on_exit_, yes); }
    /// @brief Return as soon as the command runs; see `exec_job`.
    exec_options& async_call(bool yes = true) { return set(async_call_, yes); }
    /// @brief Run it on that compute server of the project.
    exec_options& compute_server_id(std::int64_t id) { return set(compute_server_id_, id); }
    /// @brief Run it in the file system's container, if there are compute servers.
    exec_options& filesystem(bool yes = true) { return set(filesystem_, yes); }
    /// @brief Whether bash limits the processor time too; yes if not set.
    exec_options& ulimit_timeout(bool yes) { return set(ulimit_timeout_, yes); }
    /// @brief Calls with the same number are run once, for all of them.
    exec_options& aggregate(std::int64_t number)
    {
        aggregate_ = number;
        return *this;
    }
    /// @brief The same with a text in place of the number.
    exec_options& aggregate(std::string word)
    {
        aggregate_ = boost::json::string(word.data(), word.size());
        return *this;
    }
    /// @brief How much the project's log tells; yes if not set.
    exec_options& verbose(bool yes) { return set(verbose_, yes); }

    /// @brief What `timeout` was told.
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

/// @brief A command that was started with `async_call`, by the `job_id` of its `exec_output`.
class exec_job
{
public:
    /// @param async_get the `job_id`
    explicit exec_job(std::string async_get) : async_get_(std::move(async_get)) {}

    /// @brief Tell what it used, too.
    exec_job& async_stats(bool yes = true)
    {
        async_stats_ = yes;
        return *this;
    }
    /// @brief Wait until it ends; give the call time with `call_options`.
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

/// @brief What a command used, at one moment.
struct exec_stats
{
    exec_stats() = default;

    /// When it was measured.
    std::optional<sys_ms> timestamp;
    /// MB.
    std::optional<double> mem_rss;
    /// Per cent of one processor.
    std::optional<double> cpu_pct;
    /// Processor time in seconds.
    std::optional<double> cpu_secs;
    /// Members that this version does not know.
    boost::json::object extra;
};
BOOST_DESCRIBE_STRUCT(exec_stats, (), (timestamp, mem_rss, cpu_pct, cpu_secs))

/// @brief What running a command came to, or has come to so far.
/// @source cocalc packages/util/types/execute-code.ts, ExecuteCodeOutput
struct exec_output
{
    exec_output() = default;

    /// `blocking`, or `async` for a job.
    std::string type;
    // stdout and stderr are macros of <cstdio>, which may stand for anything; no member of a public
    // type can be named so.
    /// Standard output.
    std::string stdout_text;
    /// Standard error.
    std::string stderr_text;
    /// Not set if a signal ended the command.
    std::optional<std::int64_t> exit_code;

    /// Of a job: what `exec_job` takes.
    std::optional<std::string> job_id;
    /// Of a job: `running`, `completed` or `error`; a server may add words.
    std::optional<std::string> status;
    /// Of a job: when it began.
    std::optional<sys_ms> start;
    /// Of a job: number of its process.
    std::optional<std::int64_t> pid;
    /// Of a job: how long it ran.
    std::optional<double> elapsed_s;
    /// Of a job, with `exec_job::async_stats`: what it used, oldest first.
    std::optional<std::vector<exec_stats>> stats;
    /// Members that this version does not know.
    boost::json::object extra;

    /// @brief It has ended, and with exit code 0.
    bool ok() const noexcept { return exit_code == 0 && (!status || status == "completed"); }
    /// @brief A job that has not ended.
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

/// @brief The exit code in the words of a failed `exec`; not set if the failure is another one, or
/// if its words leave room for doubt (a command or an output that contains such words itself).
///
/// A program that acts on exit codes passes `err_on_exit(false)`, and gets the output as well.
COHUB_DECL std::optional<std::int64_t> exit_code_of(failure const& f);

}  // namespace cohub::inline abi_0_2

#if !defined(COHUB_SEPARATE_COMPILATION)
#include <cohub/cocalc/types/impl/exec.ipp>
#endif

#endif
