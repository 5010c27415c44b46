#pragma once

// The shell that `exec` uses. It is small and works on the files of a project. It never touches the
// machine. Time is only counted: `sleep 5` costs five seconds of the data's clock and no real time.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "project_files.hpp"
#include "projects.hpp"

namespace cohub::inline abi_0_2::fake {

using environment = std::map<std::string, std::string, std::less<>>;

struct shell_result
{
    std::string out, err;
    int exit_code = 0;
    std::int64_t takes_ms = 0;
    bool killed = false;     ///< its time limit was reached
    bool not_found = false;  ///< there is no such program
    std::vector<output_mark> marks;
};

/// Where a command reads from and writes to.
struct shell_io
{
    std::string const* in;
    std::string* out;
    std::string* err;
};

/// One run of a command.
class shell
{
public:
    /// @param limit_ms the time after which it is killed; 0: never
    shell(
        file_tree& files,
        environment env,
        std::string directory,
        std::int64_t now,
        std::int64_t limit_ms
    );

    /// Runs the text of a file as bash would.
    shell_result run_script(std::string_view script);
    /// Runs a program of the system without a shell.
    shell_result run_program(std::vector<std::string> const& words);

    /// For the programs.
    file_tree& files() { return files_; }
    environment& env() { return env_; }
    std::string const& directory() const { return directory_; }
    std::string path(std::string_view relative);
    std::int64_t now() const { return now_ + elapsed_; }
    void sleep(std::int64_t ms);
    void write(std::string* to, std::string_view text);
    /// Counts text that is read, copied or searched. The sum has a limit for each run.
    void charge(std::size_t bytes);
    /// Runs a script in a nested shell. @return its exit code
    int nested(std::string_view script, std::vector<std::string> arguments, shell_io io);
    /// Runs one command. @return its exit code, or nothing when there is no command of that name
    std::optional<int> dispatch(std::vector<std::string> const& words, shell_io io, bool builtins);

private:
    /// How deep scripts and groups may be nested.
    static constexpr int depth_limit = 25;
    /// The name of the script in error messages.
    static constexpr std::string_view script_name = "/tmp/cocalc-fake00/a.sh";

    struct exited
    {
        int code;
    };
    struct out_of_time
    {
    };
    /// The script has something that this shell does not understand.
    struct refused
    {
        std::string text;
    };

    struct redirect
    {
        int fd;
        std::string op, target;
    };
    struct list;
    struct command
    {
        std::vector<std::string> words;  ///< including their quotes
        std::vector<redirect> redirects;
        std::shared_ptr<list> body;  ///< if it is a group
        bool subshell = false;
        std::size_t line = 1;
    };
    struct pipeline
    {
        bool negated = false;
        std::vector<command> commands;
    };
    struct list
    {
        std::vector<std::pair<pipeline, std::string>> parts;  ///< each with the operator after it
    };
    struct token
    {
        std::string text;
        bool op = false;
        bool glued = false;  ///< no blank stands before it
        std::size_t line = 1;
    };

    static std::vector<token> tokens_of(std::string_view script);
    static std::size_t word_end(std::string_view s, std::size_t at);
    list parse(
        std::vector<token> const& tokens, std::size_t& at, std::string_view until, int depth
    );
    command parse_command(std::vector<token> const& tokens, std::size_t& at, int depth);

    int source(std::string_view script, std::vector<std::string> arguments, shell_io io);
    shell_result finish(std::function<int(shell_io)> const& body);
    int run(list const& what, shell_io io);
    int run(pipeline const& what, shell_io io);
    int run(command const& what, shell_io io);
    int run_words(command const& what, shell_io io);
    int isolated(std::function<int()> const& body);

    std::vector<std::string> expand(std::string const& raw);
    std::string expand_to_text(std::string const& raw);
    std::string parameter(std::string_view word, std::size_t& at);
    std::string substitute(std::string_view script);
    void match_files(std::string const& pattern, std::vector<std::string>& out);
    void count_step();
    std::string complaint(std::size_t line) const;

    file_tree& files_;
    environment env_;
    std::string directory_;
    std::int64_t now_;
    std::int64_t limit_;
    std::int64_t elapsed_ = 0;
    int status_ = 0;
    int depth_ = 0;
    int programs_ = 0;  ///< how many are nested now
    int steps_ = 0;
    std::size_t work_ = 0;
    std::vector<std::string> arguments_;
    shell_result result_;
};

/// The programs of the system. @return the exit code, or nothing when there is no such program
std::optional<int> run_shell_program(shell& s, std::vector<std::string> const& words, shell_io io);

}  // namespace cohub::inline abi_0_2::fake
